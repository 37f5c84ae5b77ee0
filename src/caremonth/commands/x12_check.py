"""`caremonth x12 check`; the group is in commands/x12.py."""

from __future__ import annotations

import os
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from caremonth.kernel.x12.check import Findings
    from caremonth.kernel.x12.sources import Source


@click.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--ack", type=click.Path(path_type=Path, file_okay=False), help="Folder for the TA1, 999 and 277CA.")
@click.option("--partner", help="Trading partner whose relaxations apply: a known name, or a YAML file.")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Findings as a table (.csv, .json, .parquet)."
)
@click.option(
    "--control-numbers",
    "store",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File that keeps the last control numbers used in answers; made when it is not there.",
)
@click.option(
    "--created",
    type=click.DateTime(),
    metavar="YYYY-MM-DDTHH:MM:SS",
    help="Date and time that the answers carry; now, unless said.",
)
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Check with this many processes.")
@click.option("--most", type=int, default=200, show_default=True, help="Print at most this many findings.")
def check(
    files: tuple[str, ...], ack: Path | None, partner: str | None, out: Path | None, store: Path | None,
    created: datetime | None, jobs: int, most: int,
) -> None:  # fmt: skip
    """Check X12 FILES (also patterns, folders, gzip, zip; - is standard input): one finding a line.

    Structure, control numbers, counts, codes, balances, situations (SNIP types 1 to 5). --ack writes the answers that
    a payer would send.

    Exit status: 0 nothing found but warnings; 1 findings; 2 nothing done, and why.

    \b
    Examples:
      caremonth x12 check claims.837
      caremonth x12 check 'in/*.837' --ack answers --control-numbers numbers.json --out findings.csv
    """
    from caremonth.commands.x12 import progress_of
    from caremonth.kernel.x12.check import check as check_files
    from caremonth.kernel.x12.notes import X12Error
    from caremonth.kernel.x12.shared_work import ProcessLostError
    from caremonth.kernel.x12.sources import sources

    try:
        given = sources([sys.stdin.buffer.read() if name == "-" else name for name in files])
        with progress_of([source.size for source in given]) as progress:
            found = check_files(given, partner=partner, progress=progress, processes=jobs)
        answers = _answers(found, given, store, created) if ack is not None else {}
    except (FileNotFoundError, ProcessLostError, X12Error, ValueError) as error:
        raise click.ClickException(str(error)) from error
    except KeyError as error:
        raise click.ClickException(str(error.args[0])) from error
    if ack is not None:
        for name, data in answers.items():
            _put(ack / name, data)
    if out is not None:
        _table(found, out)
    for line in found.lines()[:most]:
        click.echo(line)
    _summary(found, most, [str(ack / name) for name in answers] if ack else [])
    if found.errors:
        sys.exit(1)


def _answers(found: Findings, given: list[Source], store: Path | None, created: datetime | None) -> dict[str, bytes]:
    """File name → bytes of every answer: claims.837.999, and a number more where a file holds several senders."""
    from caremonth.kernel.x12.acknowledge import acknowledge
    from caremonth.kernel.x12.control_numbers import ControlNumberError, ControlNumbers
    from caremonth.kernel.x12.read import read
    from caremonth.kernel.x12.write import WriteRefused

    by_name = {source.name: source for source in given}
    tables = ("claims", "claim_lines", "submissions")
    try:
        replies = acknowledge(
            found, created=created or datetime.now(UTC).replace(tzinfo=None),
            control_numbers=ControlNumbers(store) if store is not None else None,
            read_claims=lambda name: read(by_name[name], tables=tables),
        )  # fmt: skip
    except (WriteRefused, ControlNumberError) as error:
        raise click.ClickException(f"{error}\nNo answer was written.") from error
    named: dict[str, bytes] = {}
    for reply in replies:
        name = f"{Path(reply.file).name}.{reply.kind}"
        number = 2
        while name in named:
            name = f"{Path(reply.file).name}.{number}.{reply.kind}"
            number += 1
        named[name] = reply.data
    return named


def _table(found: Findings, out: Path) -> None:
    import json

    import pyarrow.csv
    import pyarrow.parquet

    if out.suffix == ".parquet":
        sink = pyarrow.BufferOutputStream()
        pyarrow.parquet.write_table(found.table, sink)
        _put(out, sink.getvalue().to_pybytes())
    elif out.suffix == ".csv":
        sink = pyarrow.BufferOutputStream()
        pyarrow.csv.write_csv(found.table, sink)
        _put(out, sink.getvalue().to_pybytes())
    elif out.suffix == ".json":
        _put(out, "".join(json.dumps(row) + "\n" for row in found.table.to_pylist()).encode())
    else:
        raise click.ClickException(f"{out}: the name of a table ends in .csv, .json or .parquet")


def _put(out: Path, data: bytes) -> None:
    """Write beside the target, then rename: nothing is ever half-written."""
    out.parent.mkdir(parents=True, exist_ok=True)
    temporary = out.with_name(f".{out.name}.{os.getpid()}")
    temporary.write_bytes(data)
    temporary.replace(out)


def _summary(found: Findings, most: int, answers: list[str]) -> None:
    count = len(found.findings)
    if count > most:
        click.echo(f"… and {count - most:,} more (--most, --out)", err=True)
    if found.more:
        click.echo(f"… and about {found.more:,} more that were only counted", err=True)
    click.echo(
        f"{found.transactions:,} transactions, {found.segments:,} segments, {found.bytes:,} bytes: "
        + (f"{count:,} findings" if count else "nothing found"),
        err=True,
    )
    for name, number in Counter(found.names()).most_common():
        click.echo(f"{number:>10,}  {name}", err=True)
    for answer in answers:
        click.echo(f"wrote {answer}", err=True)
