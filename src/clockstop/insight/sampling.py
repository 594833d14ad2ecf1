"""A simple random sample that anybody can draw again: of the rows in the order of their keys, by the seed."""

import numpy as np
import pyarrow as pa


def drawn(frame: pa.Table, *, size: int, seed: int, key: list[str]) -> pa.Table:
    """`size` rows of the frame without replacement, in the order drawn; the whole frame, shuffled, where it has no more.

    The order in which the frame comes does not matter.

    >>> frame = pa.table({"pathway": ["C", "A", "B", "D"]})
    >>> drawn(frame, size=2, seed=1, key=["pathway"]) == drawn(frame.take([3, 2, 1, 0]), size=2, seed=1, key=["pathway"])
    True
    """
    ordered = frame.sort_by([(name, "ascending") for name in key])
    places = np.random.default_rng(seed).choice(ordered.num_rows, size=min(size, ordered.num_rows), replace=False)
    return ordered.take(pa.array(places, pa.int64()))
