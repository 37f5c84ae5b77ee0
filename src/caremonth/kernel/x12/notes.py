"""What was odd in a file: what stops the reading (X12Error) and what was forgiven (notes)."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

from caremonth.kernel.arrays import number_array, text_array

NOTES = pa.schema(
    [
        ("file", pa.string()),
        ("name", pa.string()),
        ("byte_offset", pa.int64()),
        ("times", pa.int64()),
        ("detail", pa.string()),
    ]
)


class X12Error(ValueError):
    """A file that cannot be read: which, at which byte, why, and what to do.

    `file` is its name, `byte_offset` where the trouble starts (in the uncompressed bytes)."""

    def __init__(self, file: str, byte_offset: int, why: str, what_to_do: str) -> None:
        super().__init__(f"{file}: byte {byte_offset:,}: {why}. {what_to_do}")
        self.file, self.byte_offset, self.why, self.what_to_do = file, byte_offset, why, what_to_do

    def __reduce__(self) -> tuple[type[X12Error], tuple[str, int, str, str]]:
        """How it comes back from another process: made of the same four."""
        return X12Error, (self.file, self.byte_offset, self.why, self.what_to_do)


# Schema.empty_table would import pandas; this does not.
NO_NOTES = pa.Table.from_arrays([pa.nulls(0, field.type) for field in NOTES], schema=NOTES)


@dataclass
class _Note:
    byte_offset: int
    times: int
    detail: str


@dataclass
class Notes:
    """What was forgiven in one file: each kind once, where first seen (byte offset) and how often."""

    file: str
    looked_until: int = 0  # bytes of the file that blocks have been made of: read again, they are not noted again
    stop: int | None = None  # the byte where another part of the file begins, with notes of its own
    _found: dict[str, _Note] = field(default_factory=dict)

    def add(self, name: str, byte_offset: int, detail: str, times: int = 1) -> None:
        """Note an oddity; the first place in the file and its detail are kept, the times add up."""
        note = self._found.get(name)
        if note is None:
            self._found[name] = _Note(byte_offset, times, detail)
        else:
            note.times += times
            if byte_offset < note.byte_offset:
                note.byte_offset, note.detail = byte_offset, detail

    def first(self, name: str) -> int | None:
        """The byte where an oddity of this name was first seen; None where none was."""
        found = self._found.get(name)
        return None if found is None else found.byte_offset

    def own(self, byte_offset: int) -> bool:
        """Whether what is at this byte is looked at for the first time, and is not for another part."""
        return byte_offset >= self.looked_until and (self.stop is None or byte_offset < self.stop)

    def include(self, later: Notes) -> None:
        """Add what was forgiven in a later part of the file."""
        for name, note in later._found.items():
            self.add(name, note.byte_offset, note.detail, note.times)

    def table(self) -> pa.Table:
        """The notes as a table, in order of place: file, name, byte_offset (first), times, detail."""
        found = dict(sorted(self._found.items(), key=lambda named: (named[1].byte_offset, named[0])))
        arrays = [
            text_array([self.file] * len(found)),
            text_array(list(found)),
            number_array([note.byte_offset for note in found.values()]),
            number_array([note.times for note in found.values()]),
            text_array([note.detail for note in found.values()]),
        ]
        return pa.Table.from_arrays(arrays, schema=NOTES)

    def __len__(self) -> int:
        return len(self._found)
