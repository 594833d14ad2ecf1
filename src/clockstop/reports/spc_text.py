"""Rows of CSV from whole columns: the text of millions of rows, none of which is made alone."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clockstop.intake.arrays import TEXT, numbers, texts, whole

_QUOTED = ',"\n\r'
_NOTHING, _COMMA, _END = texts(["", ",", "\n"])


def rows_of(columns: Sequence[pa.Array]) -> memoryview:
    """A line a row, the columns parted by commas, what is missing empty; columns of text as `cells` gives them.

    >>> bytes(rows_of([cells(["a,b", "c"]), numbers(np.array([1.5, np.nan]))]))
    b'"a,b",1.5\\nc,\\n'
    """
    lines = pc.binary_join_element_wise(_joined(columns), _END, _NOTHING)
    return memoryview(lines.buffers()[2])[: pc.sum(pc.binary_length(lines)).as_py()]


def cells(words: Sequence[str]) -> pa.Array:
    """Words as cells, quoted where they must be: seldom any of them."""
    together = "".join(words)
    return texts(tuple(map(_cell, words)) if any(sign in together for sign in _QUOTED) else words)


def taken(words: pa.Array, codes: np.ndarray) -> pa.Array:
    """For each code the word that stands there."""
    return words.take(whole(codes))


def repeated(columns: Sequence[np.ndarray]) -> pa.Array:
    """Columns of numbers that stay the same over many rows, as one of text parted by commas; each stretch is written once."""
    together = np.stack(columns).view(np.int64)
    is_new = np.ones(together.shape[1], dtype=np.bool_)
    is_new[1:] = (together[:, 1:] != together[:, :-1]).any(axis=0)
    return taken(_joined([numbers(column[is_new]) for column in columns]), np.cumsum(is_new) - 1)


def _joined(columns: Sequence[pa.Array]) -> pa.Array:
    written = [pc.cast(column, TEXT) for column in columns]
    return pc.binary_join_element_wise(*written, _COMMA, null_handling="replace", null_replacement="")


def _cell(word: str) -> str:
    quoted = word.replace('"', '""')
    return f'"{quoted}"' if any(sign in word for sign in _QUOTED) else word
