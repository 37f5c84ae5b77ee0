"""Equal values found once: what makes looking at each different value, and not at each value, possible."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def distinct(values: NDArray[np.uint64]) -> tuple[NDArray[np.int32], NDArray[np.uint64], NDArray[np.int64]]:
    """(code of each value, the different values, the place where each is first seen), codes from 0 in order seen."""
    if not len(values):
        return np.zeros(0, np.int32), np.zeros(0, np.uint64), np.zeros(0, np.int64)
    # Arrays are made from buffers: the usual way would import pandas when it is there, for more than a second.
    values = np.ascontiguousarray(values, np.uint64)
    coded: Any = pa.Array.from_buffers(pa.uint64(), len(values), [None, pa.py_buffer(values.data)]).dictionary_encode()
    codes = np.frombuffer(coded.indices.buffers()[1], np.int32, len(values))
    different = np.frombuffer(coded.dictionary.buffers()[1], np.uint64, len(coded.dictionary))
    first = np.empty(len(different), np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return codes, different, first
