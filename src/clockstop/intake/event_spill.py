"""The typed events of a file on their way to the clock: in memory while they are few, else in one Parquet file of a folder."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from clockstop.intake import event_clocks, period_files
from clockstop.intake.event_clocks import PATHWAY, PERIOD_COLUMNS
from clockstop.intake.map import PROVIDER
from clockstop.intake.read import SOURCE_ROW
from clockstop.rules import rtt, rtt_events
from clockstop.rules.readings import Readings

if TYPE_CHECKING:
    from ibis.expr.types import Table
    from pyarrow.parquet import ParquetWriter

    from clockstop.store.engine import DuckDBEngine, SparkEngine

_CLOCK = ("event_date", "event_sequence", "original_start_date")
# Beyond so many rows the engine sorts them: in memory a row takes some 150 bytes while it is sorted.
ROWS_IN_MEMORY = 5_000_000
EMBEDDED = ("", "duckdb")
MEMORY = "1500MB"


class EventSpill:
    """Takes pieces in the order of the file; folds them here, or through another engine where one is named."""

    def __init__(self, folder: Path, *, key: Sequence[str], dimensions: Sequence[str], engine: str) -> None:
        self.folder, self.key, self.dimensions, self.engine = folder, list(key), list(dimensions), engine
        self._held: list[pa.Table] = []
        self._rows = 0
        self._writer: ParquetWriter | None = None

    def add(self, events: pa.Table) -> None:
        """Keep the columns that the clock and its dimensions need of a piece of events."""
        names = dict.fromkeys([*self.key, *_CLOCK, rtt_events.CLOCK_EVENT, *self.dimensions, SOURCE_ROW])
        self._held.append(events.select(list(names)))
        self._rows += events.num_rows
        if self._writer is not None or self._rows > ROWS_IN_MEMORY:
            self._flush()

    def write_periods(self, out: Path, *, census: date, readings: Readings) -> int:
        """Write the periods with their dimensions, and say how many there are."""
        if self.engine not in EMBEDDED:
            return self._through_engine(out, census, readings)
        number = 0
        with period_files.written(out) as write:
            for rows in self._chunks():
                found = event_clocks.periods(rows, census=census, readings=readings, dimensions=self.dimensions)
                write(found)
                number += found.num_rows
        return number

    def _flush(self) -> None:
        import pyarrow.parquet as pq

        for rows in self._held:
            plain = rows.cast(pa.schema([(one.name, _plain(one.type)) for one in rows.schema]))
            if self._writer is None:
                self._writer = pq.ParquetWriter(self._file, plain.schema, compression="lz4", store_schema=False)
            self._writer.write_table(plain)
        self._held = []

    def _chunks(self) -> Iterator[pa.Table]:
        if self._writer is None:
            yield pa.concat_tables(self._held)
            return
        self._writer.close()
        from clockstop.store.engine import DuckDBEngine

        with closing(DuckDBEngine(memory_limit=MEMORY, spill=self.folder / "spill")) as engine:
            rows = engine.parquet(self._file)
            provider = [rows[PROVIDER].asc(nulls_first=not self.dimensions)] if PROVIDER in self.key else []
            in_order = rows.order_by(*provider, PATHWAY, "event_date", "event_sequence", SOURCE_ROW).drop(SOURCE_ROW)
            yield from event_clocks.whole_pathways(engine.batches(in_order), self.key)

    def _through_engine(self, out: Path, census: date, readings: Readings) -> int:
        """Let another engine sort and fold the rows, and the embedded one put the dimensions beside the periods."""
        from clockstop.store.engine import DuckDBEngine, open_engine

        self._flush()
        assert self._writer is not None, "there is always one piece, if an empty one"
        self._writer.close()
        folded = self.folder / "periods.parquet"
        with closing(open_engine(self.engine, memory_limit="2GB", spill=self.folder / "spill")) as other:
            number = self._fold_elsewhere(other, folded, census, readings)
        with closing(DuckDBEngine(memory_limit=MEMORY, spill=self.folder / "spill")) as engine, period_files.written(out) as write:
            result = self._with_dimensions(engine, folded, census)
            write(result.schema().to_pyarrow().empty_table())
            for batch in engine.batches(result):
                write(pa.Table.from_batches([batch]))
        return number

    def _fold_elsewhere(self, other: "DuckDBEngine | SparkEngine", folded: Path, census: date, readings: Readings) -> int:
        import pyarrow.parquet as pq

        rows = other.parquet(self._file)
        events = rows.select(*self.key, *_CLOCK, rtt_events.CLOCK_EVENT, SOURCE_ROW)
        if PROVIDER in self.key:
            # A missing provider is empty, as a key has no nulls.
            events = events.mutate(**{PROVIDER: events[PROVIDER].fill_null("")})
        columns, number = [*self.key, *PERIOD_COLUMNS], 0
        day, fold, order = rtt_events.day_number(census), rtt.clock(readings), ("event_date", "event_sequence", SOURCE_ROW)
        # Known beforehand, so that the result of no events still has its columns.
        shape = rtt.clocks_of(events.schema().to_pyarrow().empty_table(), census=census, readings=readings).select(columns).schema
        with pq.ParquetWriter(folded, shape) as writer:
            for batch in other.folded(fold, events, order=order, census_day=day):
                writer.write_table(pa.Table.from_batches([batch]).select(columns))
                number += batch.num_rows
        return number

    def _with_dimensions(self, engine: "DuckDBEngine", folded: Path, census: date) -> "Table":
        import ibis

        periods, events = engine.parquet(folded), engine.parquet(self._file)
        if PROVIDER in self.key:
            periods = periods.mutate(**{PROVIDER: periods[PROVIDER].nullif("")})
        if not self.dimensions:
            return periods
        known = events.filter(events.event_date <= census)
        # The order of the fold, to the row: of equal places an engine would take whichever it meets first, another one each time.
        place = ibis.struct({"day": known.event_date, "sequence": known.event_sequence, "row": known[SOURCE_ROW]})
        last = known.group_by(self.key).aggregate(
            **{name: known[name].argmax(place, where=known[name].notnull()) for name in self.dimensions}
        )
        keys = [periods[name].fill_null("") == last[name].fill_null("") for name in self.key]
        rows = periods.left_join(last, keys).drop(*(f"{name}_right" for name in self.key))
        return rows.order_by(*self.key, "period_number")

    @property
    def _file(self) -> Path:
        return self.folder / "events.parquet"


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind
