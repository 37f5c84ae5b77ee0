"""A plan asked for one few rows after another gives what it gives when it is run once over them."""

from __future__ import annotations

import duckdb
import pytest

from caremonth.kernel.engine import DuckEngine, Relation, connect, plan
from caremonth.kernel.engine.repeated import MANY_ROWS, RepeatedStatement

RELATIONS = {
    "priced": Relation(
        "priced",
        "-- reads: claims, fees, limits\nselect c.person, c.code, f.cents, l.units from claims c "
        "join fees f on f.code = c.code left join limits l on l.code = c.code and l.units > 1",
        "priced.sql",
    ),
    "unpriced": Relation(
        "unpriced",
        "-- reads: claims, fees\nselect c.person, c.code from claims c "
        "where not exists (select 1 from fees f where f.code = c.code)",
        "unpriced.sql",
    ),
}
PLAN = plan(RELATIONS, ["priced", "unpriced"])
COLUMNS = {"priced": ("person", "code", "cents", "units"), "unpriced": ("person", "code")}
CLAIMS = {
    "nobody": [],
    "one": [("one", 2), ("one", 2), ("one", 10**9)],
    "two": [("two", 3), ("two", None)],
}


def rows_for(person: str) -> str:
    listed = ", ".join(f"('{name}', {'null' if code is None else code})" for name, code in CLAIMS[person])
    return f"select * from (values {listed}) v" if listed else "select 'nobody', 1 where false"


def engine_with(fees: int) -> tuple[duckdb.DuckDBPyConnection, DuckEngine]:
    connection = connect(threads=1)
    connection.execute(f"create temp table fees as select range as code, range * 100 as cents from range({fees})")
    connection.execute("create temp table limits as select * from (values (2, 4), (2, 1), (3, 1)) l(code, units)")
    connection.execute("create temp table claims(person varchar, code bigint)")
    return connection, DuckEngine(connection)


@pytest.mark.parametrize("fees", [5, MANY_ROWS])
def test_whether_a_table_that_it_looks_up_in_has_few_rows_or_many(fees: int) -> None:
    repeated, _ = engine_with(fees)
    statement = RepeatedStatement(repeated, PLAN, ["claims"], {}, {})
    for person in ("one", "nobody", "two", "one"):
        with statement.over({"claims": rows_for(person)}):
            found = statement.answers()
        connection, engine = engine_with(fees)
        connection.execute(f"insert into claims {rows_for(person)}")
        engine.run(PLAN, {})
        assert found == {name: engine.fetch(name, columns).to_pylist() for name, columns in COLUMNS.items()}
    assert repeated.execute("select count(*) from claims").fetchone() == (0,)


def test_an_input_that_follows_from_the_others_need_not_be_found() -> None:
    connection, _ = engine_with(5)
    connection.execute("create temp table filed(person varchar, code bigint)")
    connection.execute("drop table claims")
    statement = RepeatedStatement(connection, PLAN, ["filed"], {"claims": "select * from filed where code < 3"}, {})
    with statement.over({"filed": "select 'one', range from range(5)"}):
        assert [row["code"] for row in statement.answers()["priced"]] == [0, 1, 2]


def test_after_an_error_the_next_finds_no_rows_of_the_last() -> None:
    connection, _ = engine_with(5)
    statement = RepeatedStatement(connection, PLAN, ["claims"], {}, {})
    with pytest.raises(duckdb.Error), statement.over({"claims": "select 'one', 'no code'"}):
        raise AssertionError("a text is no code")
    with statement.over({"claims": rows_for("nobody")}):
        assert statement.answers() == {"priced": [], "unpriced": []}
