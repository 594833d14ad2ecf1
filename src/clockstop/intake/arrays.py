"""Arrow's columns of numpy's memory, and numpy's of Arrow's: pyarrow's own ways there and back import pandas, for half a second."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

# Text of any length: rows put together may be more than 2 GB where names are long.
TEXT = pa.large_string()
_NUMPY = {pa.int32(): np.int32, pa.int64(): np.int64, pa.float64(): np.float64}


def texts(words: Sequence[str]) -> pa.Array:
    """Words; the scalar of one is `texts([word])[0]`.

    >>> texts(["a", ""]).to_pylist()
    ['a', '']
    """
    coded = [word.encode() for word in words]
    offsets = np.cumsum([0, *map(len, coded)], dtype=np.int64)
    return pa.Array.from_buffers(TEXT, len(coded), [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(coded))])


def whole(column: np.ndarray, is_missing: np.ndarray | None = None) -> pa.Array:
    """Whole numbers."""
    return _array(pa.int64(), column.astype(np.int64), is_missing)


def days(column: np.ndarray, is_missing: np.ndarray | None = None) -> pa.Array:
    """Days (of numpy's datetime64[D])."""
    return _array(pa.date32(), column.astype(np.int32), is_missing)


def numbers(column: np.ndarray) -> pa.Array:
    """Numbers; what is not one (NaN) is missing."""
    return _array(pa.float64(), np.ascontiguousarray(column), np.isnan(column))


def plain(column: pa.Array) -> np.ndarray:
    """A column of numbers of which none is missing, as numpy reads it.

    >>> plain(whole(np.array([1, 2, 3]))[1:]).tolist()
    [2, 3]
    """
    _valid, values = column.buffers()
    found = np.frombuffer(values, dtype=_NUMPY[column.type], count=column.offset + len(column))
    return found[column.offset :]


def _array(kind: pa.DataType, column: np.ndarray, is_missing: np.ndarray | None) -> pa.Array:
    kept = None if is_missing is None else pa.py_buffer(np.packbits(~is_missing, bitorder="little"))
    return pa.Array.from_buffers(kind, len(column), [kept, pa.py_buffer(column)])
