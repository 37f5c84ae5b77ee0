"""Arrow arrays from NumPy and from lists, over their buffers.

`pa.array` imports pandas, wherever it is installed, to see whether it was given some: a second and 60 MB that a
reader has no use for.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def array_of(values: NDArray[Any], type_: pa.DataType, good: NDArray[np.bool_] | None = None) -> pa.Array[Any]:
    """An array of a fixed-width type over NumPy's memory; null where not `good`."""
    filled = None if good is None or good.all() else bits(good)
    return pa.Array.from_buffers(type_, len(values), [filled, pa.py_buffer(np.ascontiguousarray(values))])


def bits(flags: NDArray[np.bool_]) -> pa.Buffer:
    """Flags as Arrow packs them."""
    return pa.py_buffer(np.packbits(flags, bitorder="little"))


def flag_array(flags: NDArray[np.bool_]) -> pa.Array[Any]:
    """Booleans."""
    return pa.Array.from_buffers(pa.bool_(), len(flags), [None, bits(flags)])


def place_array(places: NDArray[Any]) -> pa.Array[Any]:
    """Row numbers to take."""
    return array_of(places.astype(np.int64, copy=False), pa.int64())


@lru_cache(maxsize=1024, typed=True)
def constant(value: str | int | bool | None, type_: pa.DataType | None = None) -> pa.Scalar[Any]:
    """One value for a computation over arrays, out of an array: pa.scalar would import pandas too."""
    if isinstance(value, bool):
        array = flag_array(np.array([value]))
    else:
        array = number_array([value]) if isinstance(value, int) else text_array([value])
    return (array if type_ is None else array.cast(type_))[0]


def number_array(numbers: Sequence[int]) -> pa.Array[Any]:
    """Whole numbers."""
    return array_of(np.array(numbers, np.int64), pa.int64())


def text_array(texts: Sequence[str | None]) -> pa.Array[Any]:
    """Texts; None is null."""
    data = [b"" if text is None else text.encode() for text in texts]
    offsets = np.zeros(len(data) + 1, np.int32)
    np.cumsum(np.array([len(d) for d in data], np.int32), out=offsets[1:])
    there = np.array([text is not None for text in texts], bool)
    filled = None if there.all() else bits(there)
    return pa.Array.from_buffers(pa.string(), len(data), [filled, pa.py_buffer(offsets), pa.py_buffer(b"".join(data))])


def list_array(lists: Sequence[Sequence[str] | None]) -> pa.Array[Any]:
    """Lists of texts; None is null."""
    offsets = np.zeros(len(lists) + 1, np.int32)
    np.cumsum(np.array([len(found or ()) for found in lists], np.int32), out=offsets[1:])
    there = np.array([found is not None for found in lists], bool)
    filled = None if there.all() else bits(there)
    values = text_array([text for found in lists for text in found or ()])
    type_ = pa.list_(pa.string())
    return pa.Array.from_buffers(type_, len(lists), [filled, pa.py_buffer(offsets)], children=[values])


def numbers_of(array: pa.Array[Any], absent: int = 0) -> NDArray[Any]:
    """The whole numbers of an array, `absent` where there is none. (to_numpy would import pandas.)"""
    kind = np.dtype(f"i{array.type.bit_width // 8}")
    numbers = np.frombuffer(array.buffers()[1] or b"", kind, len(array), array.offset * kind.itemsize)
    return np.where(_valid(array), numbers, kind.type(absent)) if array.null_count else numbers


def flags_of(array: pa.Array[Any]) -> NDArray[np.bool_]:
    """The flags of an array; null is false."""
    flags = _flags(array.buffers()[1], array)
    return flags & _valid(array) if array.null_count else flags


def _flags(packed: pa.Buffer, array: pa.Array[Any]) -> NDArray[np.bool_]:
    """Packed flags, those of the array's rows."""
    whole = np.unpackbits(np.frombuffer(packed or b"", np.uint8), count=array.offset + len(array), bitorder="little")
    flags: NDArray[np.bool_] = whole[array.offset :].view(bool)
    return flags


def spread(array: pa.Array[Any], rows: NDArray[np.int32], count: int) -> pa.Array[Any]:
    """An array of `count` with these values in these rows (ascending) and null in all others."""
    good = np.zeros(count, bool)
    good[rows] = _valid(array)
    if pa.types.is_list(array.type):
        place = np.zeros(count, np.int64)
        place[rows] = np.arange(len(array))
        return array.take(array_of(place, pa.int64(), good))
    _, values, *rest = array.buffers()
    if pa.types.is_string(array.type):
        length = np.zeros(count + 1, np.int32)
        length[rows + 1] = np.diff(np.frombuffer(values, np.int32, len(array) + 1))
        offsets = np.cumsum(length, dtype=np.int32)
        return pa.Array.from_buffers(array.type, count, [bits(good), pa.py_buffer(offsets), *rest])
    numbers = numbers_of(array)
    laid = np.zeros(count, numbers.dtype)
    laid[rows] = numbers
    return array_of(laid, array.type, good)


def _valid(array: pa.Array[Any]) -> NDArray[np.bool_] | bool:
    """Which values are not null."""
    return _flags(array.buffers()[0], array) if array.null_count else True
