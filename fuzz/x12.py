"""Bytes that may be X12 or anything else: reading, checking and writing them never crashes and never hangs.

    python -m fuzz.x12 --minutes 10        atheris where it is installed (Linux on x86-64), else our own mutations alone
    python -m fuzz.x12 --one crash-1-234   one input again

What must hold for any bytes: reading gives tables or an X12Error that names a byte; checking gives findings or the same
error; the compiled kernel gives what NumPy alone gives; writing the tables gives bytes or the reasons why not; and what
was written reads and writes to the same bytes.
Atheris is led by what code an input reaches; half of its mutations are its own (bytes), half are ours (segments and
elements). Inputs that once failed are in the corpus as found-*.x12, and the tests run the whole of it.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

atheris = None
if __name__ == "__main__":  # a test that uses this module runs the code as it is
    try:
        import atheris
    except ImportError:
        print("atheris is not installed: our own mutations are used", file=sys.stderr)

with atheris.instrument_imports(include=["caremonth.kernel.x12"]) if atheris else nullcontext():
    from caremonth.kernel.x12 import compiled
    from caremonth.kernel.x12.check import check
    from caremonth.kernel.x12.notes import X12Error
    from caremonth.kernel.x12.read import X12Tables, read
    from caremonth.kernel.x12.write import WriteRefused, write

CORPUS = Path(__file__).parent / "corpus" / "x12"
SECONDS_ALLOWED = 20.0  # for one input of some kilobytes; a hang, not a slow machine


def one_input(data: bytes) -> None:
    """Read, check and write one input; raises only where something that must hold does not."""
    try:
        tables = read(data)
    except X12Error as error:
        assert 0 <= error.byte_offset <= len(data), f"byte {error.byte_offset} of {len(data)}"
        tables = None
    try:
        found = check(data).lines()
    except X12Error:
        found = None
        assert tables is None, "reading took what checking did not"
    with compiled.unused():
        assert _as_read(data) == tables, "the compiled kernel and NumPy read different tables"
        assert found is None or check(data).lines() == found, "the compiled kernel and NumPy find different faults"
    if tables is None:
        return
    for kind in sorted({k for k in tables["transactions"].column("kind").to_pylist() if k}):
        try:
            written = write(kind, tables)
        except WriteRefused as refused:
            assert refused.reasons, "refused without a reason"
            continue
        again = read(written)
        assert write(kind, again) == written, "what was written does not write to the same bytes"


def _as_read(data: bytes) -> X12Tables | None:
    try:
        return read(data)
    except X12Error:
        return None


def mutated(data: bytes, random_: random.Random) -> bytes:
    """One to four changes: bytes flipped, segments dropped, doubled or swapped, elements exchanged, the end cut off."""
    for _ in range(random_.randint(1, 4)):
        data = random_.choice(MUTATIONS)(data, random_)
    return data


def _flip(data: bytes, random_: random.Random) -> bytes:
    at = random_.randrange(max(len(data), 1))
    return data[:at] + bytes([random_.randrange(256)]) + data[at + 1 :]


def _cut(data: bytes, random_: random.Random) -> bytes:
    return data[: random_.randrange(len(data) + 1)]


def _segments(data: bytes, random_: random.Random) -> bytes:
    parts = data.split(b"~")
    at, other = random_.randrange(len(parts)), random_.randrange(len(parts))
    how = random_.randrange(3)
    if how == 0:
        del parts[at]
    elif how == 1:
        parts.insert(at, parts[other])
    else:
        parts[at], parts[other] = parts[other], parts[at]
    return b"~".join(parts)


def _elements(data: bytes, random_: random.Random) -> bytes:
    parts = data.split(b"*")
    at, other = random_.randrange(len(parts)), random_.randrange(len(parts))
    parts[at] = random_.choice([parts[other], b"", b"9" * 40, b"-", b"99999999", b"\xff\xfe", b"1E9"])
    return b"*".join(parts)


MUTATIONS = (_flip, _cut, _segments, _segments, _elements, _elements)


def run_own(seconds: float, seed: int) -> int:
    """Our own mutations of the corpus for so many seconds; inputs tried. A failing input is kept in a file."""
    random_ = random.Random(seed)
    corpus = [path.read_bytes() for path in sorted(CORPUS.iterdir())]
    end, tried = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        data = mutated(random_.choice(corpus), random_)
        began = time.process_time()  # of this process: a busy machine is not a hang
        try:
            one_input(data)
            assert time.process_time() - began < SECONDS_ALLOWED, "took too long"
        except BaseException:
            kept = Path(f"crash-{seed}-{tried}")
            kept.write_bytes(data)
            print(f"failed on an input kept in {kept}", file=sys.stderr)
            raise
        tried += 1
    return tried


def run_atheris(seconds: float) -> None:
    """Atheris, guided by coverage, from the corpus for so many seconds; it ends the process itself. What it finds on
    the way goes to a folder of its own, a failing input into this one."""
    found = tempfile.mkdtemp(prefix="x12-fuzz-")
    limits = [f"-max_total_time={int(seconds)}", f"-timeout={int(SECONDS_ALLOWED)}", "-max_len=8192"]
    atheris.Setup([sys.argv[0], found, str(CORPUS), *limits], one_input, custom_mutator=_mutation)
    atheris.Fuzz()


def _mutation(data: bytes, most: int, seed: int) -> bytes:
    """One mutation for atheris: its own, or one of ours."""
    random_ = random.Random(seed)
    return mutated(data, random_)[:most] if random_.random() < 0.5 else atheris.Mutate(data, most)


def main() -> None:
    """The command line of the fuzzer."""
    parser = argparse.ArgumentParser(description="Fuzz X12 reading, checking and writing")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--own", action="store_true", help="our own mutations, also where atheris is installed")
    parser.add_argument("--one", type=Path, help="run one kept input and stop")
    given = parser.parse_args()
    if given.one:
        one_input(given.one.read_bytes())
        print(f"{given.one}: all that must hold holds")
        return
    if atheris is not None and not given.own:
        run_atheris(given.minutes * 60)
        return
    print(f"{run_own(given.minutes * 60, given.seed):,} inputs, all that must hold held")


if __name__ == "__main__":
    main()
