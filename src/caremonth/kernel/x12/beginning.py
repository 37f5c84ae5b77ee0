"""Where a file begins: what may stand before the first interchange header, and what is no X12 at all."""

from __future__ import annotations

from typing import BinaryIO

from .notes import Notes, X12Error
from .sources import next_bytes

BLANK = bytes(range(33))


def beginning(stream: BinaryIO, name: str, notes: Notes, size: int) -> tuple[bytes, int]:
    """The first bytes from the first ISA on, and where that is. Raises X12Error for a file that has none."""
    data = next_bytes(stream, size, name, 0)
    skipped = 0
    if data[:3] == b"\xef\xbb\xbf":
        notes.add("byte-order-mark", 0, "a byte-order mark at the start; skipped")
        skipped = 3
    body = data[skipped:].lstrip(BLANK)
    while not body and data:
        more = next_bytes(stream, size, name, len(data))
        if not more:
            break
        data += more
        body = data[skipped:].lstrip(BLANK)
    at = len(data) - len(body)
    if at > skipped and body:
        notes.add("blanks-before-interchange", skipped, "blanks or blank lines before the first ISA; skipped")
    if not body:
        raise X12Error(name, 0, "the file is empty", "Ask the sender for the file again.")
    if body[:3] != b"ISA":
        start = body[:12].decode("latin-1").encode("ascii", "backslashreplace").decode("ascii")
        utf16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
        why = (
            "this is UTF-16, not single bytes" if utf16 else f"this is not X12: it starts with {start!r}, not with ISA"
        )
        todo = (
            "Save it as plain text (UTF-8)." if utf16 else "Give a file that starts with an interchange header (ISA)."
        )
        raise X12Error(name, at, why, todo)
    return body, at
