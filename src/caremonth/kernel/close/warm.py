"""One person's close after another's, in a process that stays: what can be found beforehand is.

Beforehand: the facts laid out by person, whose entries run at the same time as another's of the same staff member, what
is the same for everybody, and how the relations are computed. That takes as long as a good number of answers.
"""

from __future__ import annotations

import duckdb

from caremonth.kernel.close.clocks import BESIDE_OTHERS, find_entries_beside_others
from caremonth.kernel.close.narrow import FACTS, run_for_everybody
from caremonth.kernel.close.person import EXPLAINED, CareMonth, care_months_of, refuse_unless_there
from caremonth.kernel.close.run import Question, bind_rules, practice_zones
from caremonth.kernel.close.scope import OWN, asked_of, own_rows, scopes
from caremonth.kernel.engine import DuckEngine
from caremonth.kernel.engine.duck import laid_out_by
from caremonth.kernel.engine.repeated import RepeatedStatement

NOBODY = ""  # no person has this id: a required cell is not empty
# Of a large team, who worked for the person, who saw them, and who renders where nobody is named.
OWN_STAFF = (
    "select s.* from everybodys_staff s where s.staff_id in "
    "(select staff_id from time_entries union all select staff_id from visits) "
    "or s.staff_no in (select staff_no from first_practitioners)"
)


class WarmClose:
    """A month's close, asked for one person after another.

    `connection` holds the facts as `load` left them; they are copied, so that a file that changes changes no answer. It
    gains temporary tables. `answers`: which are wanted; without alternatives and nearest changes it is quicker.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, question: Question, answers: tuple[str, ...] = EXPLAINED
    ) -> None:
        self.connection = connection
        engine = DuckEngine(connection)
        parameters = bind_rules(engine, question, practice_zones(engine))
        find_entries_beside_others(connection, FACTS, parameters)
        by_person = laid_out_by("person_id", connection, FACTS, ("people", "time_entries", *OWN))
        narrowed = scopes(by_person, clocks=BESIDE_OTHERS)
        plan = run_for_everybody(engine, answers, narrowed, parameters)
        connection.execute("create or replace temp table everybodys_staff as select * from temp.staff")
        found = {table: text for table, text in narrowed.items() if "$1" in text}
        derived = {table: text for table, text in narrowed.items() if table not in found} | {"staff": OWN_STAFF}
        for table, text in found.items():
            connection.execute(f'create or replace temp table "{table}" as {asked_of(text, NOBODY)}')
        self.statement = RepeatedStatement(connection, plan, found, derived, parameters)
        beside = connection.execute(f"select distinct person_id from {BESIDE_OTHERS}").fetchall()
        self.contested = frozenset(person_id for (person_id,) in beside)
        self.found, self.found_alone = found, own_rows(by_person)

    def ask(self, person_id: str) -> tuple[CareMonth, ...]:
        """The care months of one person, by practice and service. Raises NoSuchPersonError."""
        found = self.found if person_id in self.contested else self.found_alone
        with self.statement.over({table: asked_of(text, person_id) for table, text in found.items()}):
            refuse_unless_there(self.connection, person_id)
            return care_months_of(person_id, self.statement.answers())
