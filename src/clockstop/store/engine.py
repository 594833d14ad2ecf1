"""How a verb is run. The only file that names an engine.

Two verbs run on every engine: an Ibis expression, and a fold over sorted rows. DuckDB over Parquet is the embedded default;
Spark runs the same two where it is asked for (docs/adr/0011).
"""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.expr.operations import DatabaseTable
from ibis.expr.types import Table

from clockstop.errors import UnknownName, UserError
from clockstop.rules.fold import Fold
from clockstop.store.spark_settings import SPARK_SETTINGS
from clockstop.store.stacks import quoted, stacked

DEFAULT_THREADS = 2
# What the engine raises where the disk or the memory is at its end, or a file is damaged; the data are not at fault.
OUT_OF_MEMORY = duckdb.OutOfMemoryException
REFUSALS = (duckdb.IOException, OUT_OF_MEMORY)
# A join hands filters to scans that run already, on another thread (1.5.6). A scan of lent Arrow rows does not know all of them and
# refuses now and then ("Pushdown Filter Type BLOOM_FILTER is not currently supported in PyArrow Scans").
_UNSAFE_OPTIMISERS = "join_filter_pushdown"


class DuckDBEngine:
    """Ibis over one in-process DuckDB connection. Not to be shared between threads: open one in each."""

    name = "duckdb"

    def __init__(self, *, threads: int = DEFAULT_THREADS, memory_limit: str | None = None, spill: Path | None = None) -> None:
        self._backend = ibis.duckdb.connect(threads=threads)
        self._backend.raw_sql("SET preserve_insertion_order = true; SET enable_progress_bar = false")
        self._backend.raw_sql(f"SET disabled_optimizers = '{_UNSAFE_OPTIMISERS}'")
        if memory_limit:
            self._backend.raw_sql(f"SET memory_limit = '{memory_limit}'")
        if spill:
            self._backend.raw_sql(f"SET temp_directory = '{quoted(spill)}'")

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

    def named(self, name: str, *, schema: ibis.Schema | None = None) -> Table:
        """The table that was kept or lent under that name; the engine is not asked for its `schema` where it is given."""
        if schema is None:
            return self._backend.table(name)
        return DatabaseTable(name, schema=schema, source=self._backend).to_expr()

    def lend(self, name: str, rows: pa.Table) -> None:
        """Let this connection's queries read Arrow rows under a name, without a copy, until others take the name."""
        # DuckDB does not register over a view that `view` or `stack` made, as for a trust that sends what the next one does not.
        self._backend.con.execute(f'DROP VIEW IF EXISTS temp."{name}"')
        self._backend.con.register(name, rows)

    def view(self, name: str, table: Table) -> None:
        """Let this connection's queries read an expression's rows under a name, worked out anew each time, until others take it."""
        self._backend.con.execute(f'CREATE OR REPLACE TEMP VIEW "{name}" AS {self._backend.compile(table)}')

    def stack(self, name: str, parts: Sequence[tuple[Path, dict[str, int | str]]]) -> None:
        """Let this connection's queries read Parquet files put end to end under a name, each with columns of one value beside it.

        Columns are matched by name, and null where a file lacks one. Many files are read by one scan, which is quicker to plan.
        """
        self.see(name, stacked(parts))

    def schema(self, name: str) -> ibis.Schema:
        """The columns of what is known under a name; asking so costs a tenth of what `named` does without them."""
        return ibis.Schema.from_pyarrow(self._backend.con.execute(f'SELECT * FROM "{name}" LIMIT 0').to_arrow_table().schema)

    def hold(self, name: str, sql: str) -> None:
        """Hold the rows of a query that `sql` gave under a name, in place of what it held."""
        self._backend.con.execute(f'CREATE OR REPLACE TABLE "{name}" AS {sql}')

    def see(self, name: str, sql: str) -> None:
        """Let this connection's queries read a query's rows under a name, worked out anew each time, until others take it."""
        self._backend.con.execute(f'CREATE OR REPLACE TEMP VIEW "{name}" AS {sql}')

    def copy(self, sql: str, file: Path) -> None:
        """Write the rows of a query that `sql` gave to a file."""
        self._backend.con.execute(f"COPY ({sql}) TO '{quoted(file)}' (FORMAT parquet, COMPRESSION zstd)")

    def sql(self, table: Table) -> str:
        """The query that gives the expression's rows, to be run again with `run`."""
        return self._backend.compile(table)

    def run(self, sql: str) -> pa.Table:
        """The rows of a query that `sql` gave."""
        return self._backend.con.execute(sql).to_arrow_table()

    def rows(self, table: Table) -> pa.Table:
        """The expression's rows."""
        return self._backend.to_pyarrow(table)

    def rows_within(self, table: Table, *, seconds: float) -> pa.Table:
        """The expression's rows; `UserError` where they take longer than that."""
        timer = threading.Timer(seconds, self._backend.con.interrupt)
        timer.start()
        try:
            return self.rows(table)
        except duckdb.InterruptException:
            raise UserError(
                f"That takes longer than {seconds:g} seconds.", do="Ask for less: a shorter time, fewer rows."
            ) from None
        finally:
            timer.cancel()

    def batches(self, table: Table, *, chunk_size: int = 1_000_000) -> Iterator[pa.RecordBatch]:
        """The expression's rows, a batch at a time."""
        yield from self._backend.con.execute(self._backend.compile(table)).to_arrow_reader(chunk_size)

    def write_parquet(self, table: Table, file: Path, *, row_group_size: int = 122_880) -> None:
        """Write the expression's rows, in its order, to one file that is whole or not there."""
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_name(f".partial-{file.name}")
        sql = self._backend.compile(table)
        self._backend.raw_sql(
            f"COPY ({sql}) TO '{quoted(partial)}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {row_group_size})"
        )
        partial.replace(file)

    def write_csv(self, table: Table, file: Path) -> None:
        """Write the expression's rows, in its order, as CSV: ISO dates, true and false, nothing for a null."""
        self._backend.raw_sql(f"COPY ({self._backend.compile(table)}) TO '{quoted(file)}' (FORMAT csv, HEADER true)")

    def write_parts(self, table: Table, folder: Path, *, by: str, parts: Iterable[int]) -> None:
        """Write `folder/BY-N.parquet` for each part, the empty ones too, in one pass and without the column `by`."""
        sql, split = self._backend.compile(table), folder / ".partial-parts"
        folder.mkdir(parents=True, exist_ok=True)
        self._backend.raw_sql(f"COPY ({sql}) TO '{quoted(split)}' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY ({by}))")
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

    def folded(self, fold: Fold, rows: Table, *, order: Sequence[str], **arguments: Any) -> Iterator[pa.RecordBatch]:
        """What the fold emits over the expression's rows, sorted here by the fold's key and then by `order`; by key."""
        yield from self.fold(fold, self.batches(rows.order_by(*_keys(fold, rows), *order)), **arguments)

    def close(self) -> None:
        """Let the connection go."""
        self._backend.disconnect()


class SparkEngine:
    """Ibis over a Spark session on this machine, in a JVM of its own that `close` ends. A process has one at a time.

    What Spark keeps while it works (shuffles, spills, its log) lies in a folder of its own within `spill`, gone on closing.
    """

    name = "spark"

    def __init__(self, *, threads: int = DEFAULT_THREADS, memory_limit: str | None = None, spill: Path | None = None) -> None:
        if find_spec("pyspark") is None:
            raise UserError("The engine spark needs pyspark, which is not installed.", do=NEEDS_SPARK)
        if spill:
            spill.mkdir(parents=True, exist_ok=True)
        self._folder = Path(mkdtemp(prefix="spark-", dir=spill)).resolve()
        settings = {
            "spark.master": f"local[{threads}]",
            "spark.driver.memory": (memory_limit or SPARK_MEMORY).upper().removesuffix("B"),
            "spark.local.dir": str(self._folder / "local"),
            "spark.sql.warehouse.dir": str(self._folder / "warehouse"),
        }
        try:
            self._gateway, self._session = _session(settings | SPARK_SETTINGS, self._folder)
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        self._backend = ibis.pyspark.connect(self._session)

    def parquet(self, files: Path | Sequence[Path], *, file_column: str = "") -> Table:
        """The rows of one or many Parquet files; columns that only some files have are null in the others.

        `file_column` names a column that tells from which file a row comes.
        """
        paths = [str(files)] if isinstance(files, Path) else [str(file) for file in files]
        rows = self._session.read.option("mergeSchema", len(paths) > 1).parquet(*paths)
        if file_column:
            rows = rows.selectExpr("*", f"substring(_metadata.file_path, 8) AS `{file_column}`")
        return self._viewed(ibis.util.gen_name("parquet"), rows)

    def memory(self, rows: pa.Table) -> Table:
        """An Arrow table as an Ibis table of this engine."""
        name = ibis.util.gen_name("memory")
        self.lend(name, rows)
        return self.named(name)

    def keep(self, name: str, table: Table) -> None:
        """Hold the expression's rows under a name that `named` knows, once they have been worked out."""
        self._viewed(name, self._session.sql(self.sql(table)).persist())

    def named(self, name: str) -> Table:
        """The table that was kept or lent under that name."""
        return self._backend.table(name)

    def lend(self, name: str, rows: pa.Table) -> None:
        """Let queries read Arrow rows under a name until others take the name."""
        plain = rows.cast(_plain(rows.schema))
        self._viewed(name, self._session.createDataFrame(plain, schema=_spark_schema(plain.schema)))

    def view(self, name: str, table: Table) -> None:
        """Let queries read an expression's rows under a name, worked out anew each time, until others take it."""
        self._viewed(name, self._session.sql(self.sql(table)))

    def sql(self, table: Table) -> str:
        """The query that gives the expression's rows, to be run again with `run`."""
        return self._backend.compile(table)

    def run(self, sql: str) -> pa.Table:
        """The rows of a query that `sql` gave."""
        return self._session.sql(sql).toArrow()

    def rows(self, table: Table) -> pa.Table:
        """The expression's rows."""
        return self.run(self.sql(table)).cast(table.schema().to_pyarrow())

    def batches(self, table: Table) -> Iterator[pa.RecordBatch]:
        """The expression's rows, a batch at a time; they pass through files, so that they need not fit into memory."""
        yield from self._streamed(self._session.sql(self.sql(table)), table.schema().to_pyarrow())

    def fold(self, fold: Fold, batches: Iterable[pa.RecordBatch], **arguments: Any) -> Iterator[pa.RecordBatch]:
        """What the fold emits over batches sorted by its key and order."""
        rows = pa.Table.from_batches(batches)
        if rows.num_rows:
            placed = rows.append_column(PLACE, pa.arange(0, rows.num_rows, 1))
            yield from self.folded(fold, self.memory(placed), order=[PLACE], **arguments)

    def folded(self, fold: Fold, rows: Table, *, order: Sequence[str], **arguments: Any) -> Iterator[pa.RecordBatch]:
        """What the fold emits over the expression's rows, sorted here by the fold's key and then by `order`; by key.

        Partitions are ranges of the key: no pathway lies in two, and the partitions one after another are in its order.
        """
        from pyspark.sql.functions import asc_nulls_last

        shape = _plain(fold.periods(rows.schema().to_pyarrow().empty_table(), census_day=0).schema)
        keys = _keys(fold, rows)
        parted = self._session.sql(self.sql(rows)).repartitionByRange(*keys)
        in_order = parted.sortWithinPartitions(*(asc_nulls_last(name) for name in (*keys, *order)))
        periods = in_order.mapInArrow(_worker(fold, shape, arguments), schema=_spark_schema(shape))
        yield from self._streamed(periods, shape)

    def close(self) -> None:
        """Stop the session and its JVM, and take away what it kept."""
        from pyspark import SparkContext

        self._session.stop()
        self._gateway.shutdown()
        SparkContext._gateway = SparkContext._jvm = None
        self._gateway.proc.stdin.close()  # Spark's gateway ends when this pipe does.
        try:
            self._gateway.proc.wait(timeout=SPARK_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._gateway.proc.kill()
            self._gateway.proc.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    @contextmanager
    def set(self, name: str, value: str) -> Iterator[None]:
        """Set one of Spark's own settings for a while: a cluster's batches or partitions are not those of one machine."""
        before = self._session.conf.get(name)
        self._session.conf.set(name, value)
        try:
            yield
        finally:
            self._session.conf.set(name, before)

    def _viewed(self, name: str, rows: Any) -> Table:
        rows.createOrReplaceTempView(name)
        return self.named(name)

    def _streamed(self, rows: Any, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        folder = self._folder / ibis.util.gen_name("rows")
        rows.write.parquet(str(folder))
        for file in sorted(folder.glob("part-*.parquet")):
            with pq.ParquetFile(file) as part:
                for batch in part.iter_batches():
                    yield pa.RecordBatch.from_arrays(batch.columns, names=batch.schema.names).cast(schema)
        shutil.rmtree(folder, ignore_errors=True)


PLACE = "place_in_order"
SPARK_MEMORY = "2GB"
SPARK_STOP_SECONDS = 20
NEEDS_SPARK = (
    "Install pyspark with `pip install clockstop[spark]` and Java 17, or take the engine duckdb (CLOCKSTOP_ENGINE=duckdb)."
)


def _session(settings: dict[str, str], folder: Path) -> tuple[Any, Any]:
    """A JVM and its Spark session; what either prints goes to a file, as a terminal has no use for it."""
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkRuntimeError
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    assert SparkContext._active_spark_context is None, "a process has one Spark session at a time"
    os.environ["PYSPARK_PYTHON"] = sys.executable
    conf = SparkConf(loadDefaults=False).setAll(list(settings.items()))
    log = folder / "spark.log"
    try:
        with log.open("wb") as output:
            gateway = launch_gateway(conf, {"stdout": output, "stderr": output})
        context = SparkContext(conf=SparkConf(loadDefaults=False, _jvm=gateway.jvm).setAll(list(settings.items())), gateway=gateway)
    except PySparkRuntimeError:
        said = log.read_text("utf-8", "replace").strip().splitlines()[-3:]
        raise UserError("Java could not start Spark.", where=" ".join(said)[:400], do=NEEDS_SPARK) from None
    context.setLogLevel("ERROR")
    return gateway, SparkSession(context)


def _worker(fold: Fold, shape: pa.Schema, arguments: dict[str, Any]) -> Any:
    def periods(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in fold.over(batches, **arguments):
            yield batch.cast(shape)

    return periods


def _plain(schema: pa.Schema) -> pa.Schema:
    """The schema with the values of dictionaries in their stead: Spark has no dictionaries."""
    return pa.schema(
        [(field.name, field.type.value_type if pa.types.is_dictionary(field.type) else field.type) for field in schema]
    )


def _spark_schema(schema: pa.Schema) -> Any:
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(schema)


def _keys(fold: Fold, rows: Table) -> list[str]:
    return [name for name in fold.key if name in rows.columns]


# Every engine, by the name that CLOCKSTOP_ENGINE gives it; the first is the embedded default.
ENGINES = {engine.name: engine for engine in (DuckDBEngine, SparkEngine)}


def open_engine(
    name: str = "", *, threads: int = DEFAULT_THREADS, memory_limit: str | None = None, spill: Path | None = None
) -> DuckDBEngine | SparkEngine:
    """An engine, newly opened: the embedded one where none is named. What does not fit into memory goes to the folder `spill`."""
    if name and name not in ENGINES:
        raise UnknownName(f"There is no engine {name!r}.", where="CLOCKSTOP_ENGINE", do=f"Set it to {' or '.join(ENGINES)}.")
    return ENGINES[name or DuckDBEngine.name](threads=threads, memory_limit=memory_limit, spill=spill)
