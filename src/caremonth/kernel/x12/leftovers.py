"""The `segments` and `elements` tables: what no column takes, or everything when asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from caremonth.kernel.arrays import array_of, flag_array, flags_of, number_array, place_array, text_array

from . import schema as schemas
from . import values
from .blocks import FileBlock
from .envelope import ISA
from .index import Flags, Ints


def _where(block: FileBlock, segments: Ints) -> dict[str, pa.Array[Any]]:
    """Kind, loop and id of each segment, and where it was found."""
    frame, found = block.frame, block.envelope
    kinds = text_array([name or None for name in found.kinds])
    loops: list[str | None] = [None]
    loop_of = np.zeros(len(segments), np.int32)
    for cutter in block.cutters[1:]:
        nodes = len(cutter.plan.machine.nodes)
        states = cutter.states.take(segments).astype(np.int32)
        inside = (states > 0) & (cutter.symbols.take(segments) >= 0) & (found.kind.take(segments) > 0)
        mine = inside & (np.array(found.kinds)[found.kind.take(segments)] == cutter.plan.name)
        loop_of = np.where(mine & (states <= nodes), states + len(loops) - 1, loop_of)
        loops += [loop or "ST" for loop in cutter.plan.loops[1 : nodes + 1]]
    start = frame.index.start.take(segments)
    id_end = frame.index.element_end.take(frame.index.first.take(segments))
    numbers = {
        "interchange": frame.interchange.take(segments),
        "group": frame.group.take(segments),
        "transaction": frame.transaction.take(segments),
    }
    return {
        "kind": kinds.take(place_array(found.kind.take(segments))),
        "loop": text_array(loops).take(place_array(loop_of)),
        "segment_id": values.texts(frame.block, start, id_end),
        "file": frame.alike.names(len(segments)),
        **{name: array_of(n, pa.int32(), n != 0) for name, n in numbers.items()},
        "segment": array_of(frame.number.take(segments), pa.int64()),
    }


def segments_table(block: FileBlock, segments: Ints) -> pa.Table:
    """One row a segment: kind, loop, id, raw text, byte offset, trace."""
    index = block.frame.index
    start = index.start.take(segments)
    end = index.element_end.take(index.first.take(segments) + index.count.take(segments))
    columns = _where(block, segments)
    columns["text"] = values.texts(block.frame.block, start, end)
    columns["byte_offset"] = array_of(block.offsets.take(segments), pa.int64())
    return pa.Table.from_arrays([columns[f.name] for f in schemas.SEGMENTS], schema=schemas.SEGMENTS)


def elements_table(block: FileBlock, segments: Ints) -> pa.Table:
    """One row a filled component: kind, loop, id, element, repetition, component, value, trace."""
    index = block.frame.index
    count = index.count.take(segments)
    owner = np.repeat(np.arange(len(segments), dtype=np.int32), count)
    element = np.arange(len(owner), dtype=np.int32) - np.repeat(np.cumsum(count) - count, count).astype(np.int32) + 1
    token = index.first.take(segments).take(owner) + element
    before, last = index.components_until.take(token - 1), index.components_until.take(token)
    # An ISA names the separators in its own elements: it is not cut at them.
    whole = np.isin(segments, np.flatnonzero(index.code == ISA)).take(owner)
    parts = np.where(whole, 1, last - before + 1)
    row = np.repeat(np.arange(len(owner), dtype=np.int32), parts)
    component = np.arange(len(row), dtype=np.int32) - np.repeat(np.cumsum(parts) - parts, parts).astype(np.int32) + 1
    token, separator = token.take(row), before.take(row) + component - 1
    start, end = index.element_end.take(token - 1) + 1, index.element_end.take(token)
    separators = index.component_at if len(index.component_at) else index.element_end[:1]
    start = np.where(component > 1, separators.take(separator - 1, mode="clip") + 1, start).astype(np.int32)
    end = np.where(component < parts.take(row), separators.take(separator, mode="clip"), end).astype(np.int32)
    filled = end > start
    row, component, start, end = row[filled], component[filled], start[filled], end[filled]
    single = parts.take(row) == 1
    segment = segments.take(owner.take(row))
    columns = _where(block, segment)
    columns["element"] = array_of(element.take(row), pa.int32())
    columns["component"] = array_of(component, pa.int32(), ~single)
    columns["value"] = values.texts(block.frame.block, start, end)
    columns["repetition"] = pa.nulls(len(row), pa.int32())
    made = pa.Table.from_arrays([columns[f.name] for f in schemas.ELEMENTS], schema=schemas.ELEMENTS)
    return _with_repetitions(made, block.frame.repetition.take(segment), whole.take(row))


def _with_repetitions(table: pa.Table, marks: Ints, whole: Flags) -> pa.Table:
    """Values with a repetition separator in them become one row a repetition."""
    marked = np.zeros(len(table), bool)
    for mark in np.unique(marks[marks > 0]):
        has = flags_of(pc.match_substring(table["value"].combine_chunks(), chr(int(mark))))
        marked |= has & (marks == mark) & ~whole
    if not marked.any():
        return table
    rows, numbers, texts = [], [], []
    for row in np.flatnonzero(marked).tolist():
        for number, text in enumerate(table["value"][row].as_py().split(chr(int(marks[row]))), 1):
            if text:
                rows.append(row)
                numbers.append(number)
                texts.append(text)
    split = table.take(number_array(rows))
    split = split.set_column(split.schema.get_field_index("value"), "value", text_array(texts))
    split = split.set_column(
        split.schema.get_field_index("repetition"), "repetition", array_of(np.array(numbers, np.int32), pa.int32())
    )
    place = np.concatenate([np.flatnonzero(~marked), np.array(rows, np.int64)])
    whole_table = pa.concat_tables([table.filter(flag_array(~marked)), split])
    return whole_table.take(place_array(np.argsort(place, kind="stable")))
