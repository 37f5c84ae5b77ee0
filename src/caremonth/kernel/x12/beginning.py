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
        why, todo = _no_header(data, body)
        raise X12Error(name, at, why, todo)
    return body, at


def _no_header(data: bytes, body: bytes) -> tuple[str, str]:
    """Why a file that does not start with ISA cannot be read, and what to do."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or body[:6] == b"I\0S\0A\0" or body[:5] == b"I\0S\0A":
        return "this is UTF-16, not single bytes", "Save it as plain text (UTF-8)."
    if body[:2] in (b"ST", b"GS") and body[2:3] and not body[2:3].isalnum():
        what = "transaction (ST)" if body[:2] == b"ST" else "group (GS)"
        missing = "ISA and GS before it, GE and IEA" if body[:2] == b"ST" else "ISA before it, IEA"
        return f"it starts with a {what}, without the interchange around it", f"Put {missing} after it."
    start = body[:12].decode("latin-1").encode("ascii", "backslashreplace").decode("ascii")
    why = f"this is not X12: it starts with {start!r}, not with ISA"
    return why, "Give a file that starts with an interchange header (ISA)."
