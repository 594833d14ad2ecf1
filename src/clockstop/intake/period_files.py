"""Clock periods on their way into the file that the user named, CSV or Parquet, some at a time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

ROWS_AT_A_TIME = 500_000
# A cell that holds one of these is written between quotes, as DuckDB writes it.
_QUOTED = r'[",\n\r#]'
Write = Callable[[pa.Table], None]


@contextmanager
def written(file: Path) -> Iterator[Write]:
    """What writes tables one after another into a new file: Parquet where the name ends in .parquet, else CSV."""
    if file.suffix.lower() != ".parquet":
        with file.open("wb") as handle:
            yield lambda rows: [handle.write(part) for part in _csv(rows, has_header=not handle.tell())] and None
        return
    import pyarrow.parquet as pq

    writers: list[pq.ParquetWriter] = []

    def write(rows: pa.Table) -> None:
        if not writers:
            writers.append(pq.ParquetWriter(file, rows.schema, compression="zstd"))
        writers[0].write_table(rows, row_group_size=ROWS_AT_A_TIME)

    try:
        yield write
    finally:
        for writer in writers:
            writer.close()


def _csv(rows: pa.Table, *, has_header: bool) -> Iterator[memoryview]:
    """The bytes of the rows as CSV: ISO dates, true and false, nothing for a null."""
    if has_header:
        yield memoryview((",".join(rows.column_names) + "\n").encode())
    for first in range(0, rows.num_rows, ROWS_AT_A_TIME):
        part = rows.slice(first, ROWS_AT_A_TIME).combine_chunks()
        cells = [_cells(part[name].chunk(0)) for name in part.column_names]
        lines = pc.binary_join_element_wise(*cells, pa.scalar(","), null_handling="replace", null_replacement="")
        lines = pc.binary_join_element_wise(lines, pa.scalar(""), pa.scalar("\n"))
        yield _bytes(lines)


def _cells(values: pa.Array) -> pa.Array:
    if not pa.types.is_string(values.type):
        return values.cast(pa.string())
    needs_quotes = pc.match_substring_regex(values, _QUOTED)
    if not pc.any(needs_quotes).as_py():
        return values
    doubled = pc.replace_substring(values, '"', '""')
    quoted = pc.binary_join_element_wise(pa.scalar('"'), doubled, pa.scalar('"'), pa.scalar(""))
    return pc.if_else(needs_quotes, quoted, values)


def _bytes(lines: pa.Array) -> memoryview:
    """The texts one after another, as they lie in memory."""
    whole = pc.cast(lines, pa.binary())
    offsets, data = whole.buffers()[1:]
    ends = memoryview(offsets).cast("i")
    return memoryview(data)[ends[whole.offset] : ends[whole.offset + len(whole)]]
