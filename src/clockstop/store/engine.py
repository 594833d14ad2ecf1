"""How a verb is run. The only file that names an engine.

Two verbs run on every engine: an Ibis expression, and a fold over sorted rows. DuckDB over Parquet is the embedded default.
"""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa
from ibis.expr.types import Table

from clockstop.rules.fold import Fold

DEFAULT_THREADS = 2
# What the engine raises where the disk or the memory is at its end, or a file is damaged; the data are not at fault.
REFUSALS = (duckdb.IOException, duckdb.OutOfMemoryException)


class DuckDBEngine:
    """Ibis over one in-process DuckDB connection. Not to be shared between threads: open one in each."""

    name = "duckdb"

    def __init__(self, *, threads: int = DEFAULT_THREADS, memory_limit: str | None = None, spill: Path | None = None) -> None:
        self._backend = ibis.duckdb.connect(threads=threads)
        self._backend.raw_sql("SET preserve_insertion_order = true; SET enable_progress_bar = false")
        if memory_limit:
            self._backend.raw_sql(f"SET memory_limit = '{memory_limit}'")
        if spill:
            self._backend.raw_sql(f"SET temp_directory = '{_quoted(spill)}'")

    def sibling(self) -> "DuckDBEngine":
        """Another connection to the same database, for another thread: it sees what was kept, not what is temporary."""
        other = object.__new__(type(self))
        other._backend = ibis.duckdb.from_connection(self._backend.con.cursor())
        return other

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The raw connection, for what Ibis has no word for."""
        return self._backend.con

    def parquet(self, files: Path | Sequence[Path], *, file_column: str = "") -> Table:
        """The rows of one or many Parquet files; columns that only some files have are null in the others.

        `file_column` names a column that tells from which file a row comes.
        """
        paths = [str(files)] if isinstance(files, Path) else [str(file) for file in files]
        rows = self._backend.read_parquet(paths, union_by_name=len(paths) > 1, hive_partitioning=False, filename=bool(file_column))
        return rows.rename({file_column: "filename"}) if file_column else rows

    def csv_as_text(self, file: Path, **options: Any) -> Table:
        """The rows of a delimited file, every column as text, with DuckDB's reader."""
        return self._backend.read_csv(str(file), all_varchar=True, **options)

    def memory(self, rows: pa.Table) -> Table:
        """An Arrow table as an Ibis table of this engine."""
        return self._backend.create_table(ibis.util.gen_name("memory"), rows, temp=True)

    def keep(self, name: str, table: Table) -> None:
        """Hold the expression's rows in memory under a name that `named` and every sibling know."""
        self._backend.create_table(name, table, overwrite=True)

    def named(self, name: str) -> Table:
        """The table that was kept or lent under that name."""
        return self._backend.table(name)

    def lend(self, name: str, rows: pa.Table) -> None:
        """Let this connection's queries read Arrow rows under a name, without a copy, until others take the name."""
        self._backend.con.register(name, rows)

    def view(self, name: str, table: Table) -> None:
        """Let this connection's queries read an expression's rows under a name, worked out anew each time, until others take it."""
        self._backend.con.execute(f'CREATE OR REPLACE TEMP VIEW "{name}" AS {self._backend.compile(table)}')

    def point(self, name: str, file: Path) -> None:
        """Let this connection's queries read a Parquet file under a name, until the name is pointed elsewhere."""
        self._backend.con.execute(f"CREATE OR REPLACE TEMP VIEW \"{name}\" AS SELECT * FROM read_parquet('{_quoted(file)}')")

    def hold(self, name: str, sql: str, *, is_first: bool) -> None:
        """Hold the rows of a query that `sql` gave under a name: in place of what it held if `is_first`, else beside it."""
        start = f'CREATE OR REPLACE TABLE "{name}" AS' if is_first else f'INSERT INTO "{name}" BY NAME'
        self._backend.con.execute(f"{start} {sql}")

    def sql(self, table: Table) -> str:
        """The query that gives the expression's rows, to be run again with `run`."""
        return self._backend.compile(table)

    def run(self, sql: str) -> pa.Table:
        """The rows of a query that `sql` gave."""
        return self._backend.con.execute(sql).to_arrow_table()

    def rows(self, table: Table) -> pa.Table:
        """The expression's rows."""
        return self._backend.to_pyarrow(table)

    def batches(self, table: Table, *, chunk_size: int = 1_000_000) -> Iterator[pa.RecordBatch]:
        """The expression's rows, a batch at a time."""
        yield from self._backend.con.execute(self._backend.compile(table)).to_arrow_reader(chunk_size)

    def write_parquet(self, table: Table, file: Path, *, row_group_size: int = 122_880) -> None:
        """Write the expression's rows, in its order, to one file that is whole or not there."""
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_name(f".partial-{file.name}")
        sql = self._backend.compile(table)
        self._backend.raw_sql(
            f"COPY ({sql}) TO '{_quoted(partial)}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {row_group_size})"
        )
        partial.replace(file)

    def write_csv(self, table: Table, file: Path) -> None:
        """Write the expression's rows, in its order, as CSV: ISO dates, true and false, nothing for a null."""
        self._backend.raw_sql(f"COPY ({self._backend.compile(table)}) TO '{_quoted(file)}' (FORMAT csv, HEADER true)")

    def write_parts(self, table: Table, folder: Path, *, by: str, parts: Iterable[int]) -> None:
        """Write `folder/BY-N.parquet` for each part, the empty ones too, in one pass and without the column `by`."""
        sql, split = self._backend.compile(table), folder / ".partial-parts"
        folder.mkdir(parents=True, exist_ok=True)
        self._backend.raw_sql(f"COPY ({sql}) TO '{_quoted(split)}' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY ({by}))")
        for part in parts:
            written = list(split.glob(f"{by}={part}/*.parquet"))
            if len(written) == 1:
                written[0].replace(folder / f"{by}-{part}.parquet")
            else:
                rows = self.parquet(written) if written else table.filter(table[by] == part).drop(by)
                self.write_parquet(rows, folder / f"{by}-{part}.parquet")
        shutil.rmtree(split, ignore_errors=True)

    def fold(self, fold: Fold, batches: Iterable[pa.RecordBatch], **arguments: Any) -> Iterator[pa.RecordBatch]:
        """What the fold emits over batches sorted by its key and order; a key may run over the edge of a batch."""
        yield from fold.over(batches, **arguments)

    def close(self) -> None:
        """Let the connection go."""
        self._backend.disconnect()


def _quoted(file: Path) -> str:
    return str(file).replace("'", "''")


def open_engine(*, threads: int = DEFAULT_THREADS, memory_limit: str | None = None, spill: Path | None = None) -> DuckDBEngine:
    """The embedded engine, newly opened. What does not fit into memory goes to the folder `spill`."""
    return DuckDBEngine(threads=threads, memory_limit=memory_limit, spill=spill)
