"""The typed rows of a load on their way to its buckets: kept in a folder piece by piece, each piece in the order of the buckets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clockstop.store.buckets import BUCKETS

IS_BAD = "is_bad"


@dataclass
class Spill:
    """Pieces in the order of the file; each is one Arrow file of eight batches, one a bucket."""

    folder: Path
    _pieces: dict[int, NDArray[np.int64]] = field(default_factory=dict)

    def write(self, number: int, rows: pa.RecordBatch, bucket: NDArray[np.int8]) -> None:
        """Write a piece, whose rows lie in the order of their buckets."""
        edges = np.searchsorted(bucket, np.arange(BUCKETS + 1))
        with pa.OSFile(str(self._file(number)), "wb") as sink, pa.ipc.new_file(sink, rows.schema) as writer:
            for first, last in pairwise(edges.tolist()):
                writer.write_batch(rows.slice(first, last - first))
        self._pieces[number] = np.diff(edges)

    def rows_in(self, bucket: int) -> int:
        """How many rows a bucket has, the bad among them."""
        return int(sum(rows[bucket] for rows in self._pieces.values()))

    def batches(self, buckets: Sequence[int] = range(BUCKETS)) -> Iterator[pa.RecordBatch]:
        """The rows of these buckets, a piece's share at a time, in the order of the file within each bucket."""
        for bucket in buckets:
            for number in sorted(self._pieces):
                with pa.OSFile(str(self._file(number))) as source:
                    yield pa.ipc.open_file(source).get_batch(bucket)

    def of_piece(self, number: int) -> Iterator[pa.RecordBatch]:
        """The rows of one piece, in the order in which it was written."""
        with pa.OSFile(str(self._file(number))) as source:
            reader = pa.ipc.open_file(source)
            yield from (reader.get_batch(bucket) for bucket in range(BUCKETS))

    def _file(self, number: int) -> Path:
        return self.folder / f"rows-{number}.arrow"


def united(batches: Sequence[pa.RecordBatch]) -> pa.Table:
    """The batches as one table; a column that any of them holds as plain text is plain text."""
    if not batches:
        return pa.table({})
    names = batches[0].schema.names
    plain = {name for name in names if any(pa.types.is_string(batch.schema.field(name).type) for batch in batches)}
    tables = [pa.table({name: _plain(batch[name]) if name in plain else batch[name] for name in names}) for batch in batches]
    return pa.concat_tables(tables).unify_dictionaries()


def in_order(rows: pa.Table, *, by: Sequence[str]) -> pa.Table:
    """The rows sorted by these columns, and else as they are."""
    keys = [_rank(rows[name]) for name in reversed(by)]
    return rows.take(pa.array(np.lexsort(keys))) if rows.num_rows else rows


def _plain(values: pa.Array) -> pa.Array:
    return values.dictionary_decode() if pa.types.is_dictionary(values.type) else values


def _rank(values: pa.ChunkedArray) -> NDArray[np.int64]:
    """Numbers in the order of the values, nulls first."""
    if pa.types.is_string(values.type) or pa.types.is_dictionary(values.type):
        encoded = values.dictionary_encode().combine_chunks()
        encoded = encoded.chunk(0) if isinstance(encoded, pa.ChunkedArray) else encoded
        rank = np.empty(len(encoded.dictionary) + 1, np.int64)
        rank[pc.sort_indices(encoded.dictionary).to_numpy()] = np.arange(len(encoded.dictionary))
        rank[-1] = -1
        return rank[encoded.indices.fill_null(len(encoded.dictionary)).to_numpy()]
    numbers = values.cast(pa.int32()) if pa.types.is_date32(values.type) else values
    return numbers.cast(pa.int64()).fill_null(-(2**62)).to_numpy()
