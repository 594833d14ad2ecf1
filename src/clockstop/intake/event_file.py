"""Clock periods straight from a file of canonical events, without a store: for analysts, and for trials of the clock.

Memory stays bounded whatever the size: the file is read a batch at a time, sorted by the engine (which spills to a folder beside
the result) and folded as it streams.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from ibis.expr.types import Table

from clockstop.contracts.contract import Column, Contract
from clockstop.contracts.rtt_events import CONTRACT
from clockstop.errors import UserError
from clockstop.intake import check
from clockstop.intake.map import PROVIDER, Mapping
from clockstop.intake.read import SOURCE_ROW, Delivered, open_delivered
from clockstop.intake.set_aside import write_csv
from clockstop.rules import rtt, rtt_events
from clockstop.rules.readings import Readings
from clockstop.store.engine import DuckDBEngine, SparkEngine, open_engine

PATHWAY = "patient_pathway_identifier"
PERIOD_COLUMNS = (
    "period_number", "start_date", "end_date", "end_status", "is_nullified", "days_waited", "start_rule", "end_rule",
)  # fmt: skip
# What the fold reads beyond the four required columns; a wrong value there would make a wrong clock, so the row is set aside.
CLOCK_COLUMNS = (
    PATHWAY, "event_date", "event_sequence", "event_type", "referral_to_treatment_period_status", "original_start_date",
    "is_communicated", "has_safeguards", "is_responsibility_passed", "priority_type_code",
)  # fmt: skip
DIMENSIONS = (
    "activity_treatment_function_code", "organisation_site_identifier_of_treatment", "consultant_code", "priority_type_code", "sex",
    "ethnic_category", "index_of_multiple_deprivation_decile", "neighbourhood", "referring_practice", "commissioner",
)  # fmt: skip
MEMORY = "2GB"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of the file: `rows_read == rows_kept + rows_set_aside`; `set_aside_file` is None where every row was kept."""

    rows_read: int
    rows_kept: int
    rows_set_aside: int
    reasons: dict[str, int]
    periods: int
    set_aside_file: Path | None


def write_clocks(*, events: Path, census: date, out: Path, readings: Readings | None = None, engine: str = "") -> Outcome:
    """Write one row a clock period of the events in any order, as known at the end of `census`.

    Parquet where `out` ends in .parquet, else CSV. Rows that cannot be read are set aside in a file beside `out`, with every
    reason. A pathway's dimensions are the last that its events up to the census name. `out` is whole or as it was. The rows are
    read and checked by the embedded engine and folded by the `engine` named: the result is the same.
    """
    _must_be_writable(out)
    with _opened(events, out.absolute().parent, folding=engine) as one:
        one.read()
        reasons, bad, file = one.write_set_aside(out.with_name(f"{out.name}.set_aside.csv"))
        periods = one.write_periods(out, census, readings or Readings())
        return Outcome(
            rows_read=one.rows_read, rows_kept=one.rows_read - bad, rows_set_aside=bad, reasons=reasons,
            periods=periods, set_aside_file=file,
        )  # fmt: skip


def _must_be_writable(out: Path) -> None:
    """Raise where the result could not be put in place at the end; the folder is made if it is not there."""
    if out.exists() and not out.is_file():
        kind = "a folder" if out.is_dir() else "a device, not a file"
        raise UserError(f"{out} is {kind}.", do="Name a file with --out, for example --out clocks.csv")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        TemporaryDirectory(prefix=".partial-clocks-", dir=out.parent).cleanup()
    except OSError as error:
        raise UserError(
            f"Nothing can be written into {out.parent}.", where=str(error.strerror), do="Name a file in another folder with --out."
        ) from None


def read_events(events: Path, *, pathway: str, provider: str | None = None) -> pa.Table:
    """The readable events of one pathway of a file, of one provider where it is named."""
    with _opened(events, None) as one:
        one.read()
        rows = one.good()
        rows = rows.filter(rows[PATHWAY] == pathway)
        if provider is not None and PROVIDER in one.key:
            rows = rows.filter(rows[PROVIDER] == provider)
        return one.engine.rows(rows.order_by("event_date", "event_sequence", SOURCE_ROW))


@contextmanager
def _opened(events: Path, beside: Path | None, folding: str = "") -> Iterator["_EventFile"]:
    delivered = open_delivered(events, _contract(), Mapping())
    with TemporaryDirectory(prefix=".partial-clocks-", dir=beside) as folder, ExitStack() as opened:

        def engine(name: str = "") -> DuckDBEngine | SparkEngine:
            one = open_engine(name, memory_limit=MEMORY, spill=Path(folder) / "spill")
            opened.callback(one.close)
            return one

        embedded = engine()
        other = embedded if folding in {"", embedded.name} else engine(folding)
        yield _EventFile(embedded, delivered, Path(folder), folding=other)


class _EventFile:
    """One file of events on its way through the engine."""

    def __init__(self, engine: DuckDBEngine, delivered: Delivered, folder: Path, *, folding: DuckDBEngine | SparkEngine) -> None:
        self.engine, self.delivered, self.folder, self.folding = engine, delivered, folder, folding
        self.contract, self.mapping, self.rows_read = _contract(), Mapping(), 0
        places = delivered.matched.places
        self.key = [PROVIDER, PATHWAY] if PROVIDER in places else [PATHWAY]
        self.dimensions = [name for name in DIMENSIONS if name in places]
        self.texts = [name for name in places if name in {column.name for column in self.contract.columns}]

    def read(self) -> None:
        """Check every row in one pass, and keep it typed, and as text where it is bad."""
        schema = pa.schema({f"{check.RAW}{name}": pa.string() for name in self.texts} | {SOURCE_ROW: pa.int64()})
        # Through a file, which two threads then read; a stream of Arrow rows has one, and makes the engine import pandas.
        with pq.ParquetWriter(self.folder / "texts.parquet", schema, compression="lz4") as texts:
            for batch in self._batches(schema):
                texts.write_batch(batch)
        self.engine.point("texts", self.folder / "texts.parquet")
        rows = self._typed("texts")
        is_bad = check.is_bad(self._faults(rows))
        rows = rows.mutate(is_bad=is_bad)
        kept = {name: rows[name] for name in dict.fromkeys([*self.key, *CLOCK_COLUMNS, *self.dimensions])}
        raw = {name: rows.is_bad.ifelse(rows[name], ibis.null("string")) for name in schema.names if name != SOURCE_ROW}
        self.engine.write_parquet(rows.select(**kept, **raw, source_row=rows[SOURCE_ROW], is_bad=rows.is_bad), self._rows_file)

    def good(self, engine: DuckDBEngine | SparkEngine | None = None) -> Table:
        """The rows that were kept; a missing provider is empty, as a key has no nulls."""
        rows = (engine or self.engine).parquet(self._rows_file)
        rows = rows.filter(~rows.is_bad).drop(*(f"{check.RAW}{name}" for name in self.texts), "is_bad")
        return rows.mutate(**{PROVIDER: rows[PROVIDER].fill_null("")}) if PROVIDER in self.key else rows

    def write_set_aside(self, file: Path) -> tuple[dict[str, int], int, Path | None]:
        """Write the rows that could not be read with their reasons; the count of each reason, of the rows, and the file."""
        file.unlink(missing_ok=True)
        aside = sorted([*self._bad_rows(), *self._ragged_rows()], key=lambda row: row[SOURCE_ROW])
        if not aside:
            return {}, 0, None
        with file.open("w", encoding="utf-8", newline="") as handle:
            write_csv(aside, handle)
        counts: dict[str, int] = {}
        for row in aside:
            for reason in dict.fromkeys(row["reasons"]):
                counts[reason] = counts.get(reason, 0) + 1
        return counts, len(aside), file

    def write_periods(self, out: Path, census: date, readings: Readings) -> int:
        """Fold the kept rows, write the periods with their dimensions, and say how many there are."""
        partial, folded, number = self.folder / f"result{out.suffix}", self.folder / "periods.parquet", 0
        writer = None
        for periods in self._periods(census, readings):
            rows = periods.select([*self.key, *PERIOD_COLUMNS])
            writer = writer or pq.ParquetWriter(folded, rows.schema)
            writer.write_table(rows)
            number += rows.num_rows
        assert writer is not None, "there is always one table, if an empty one"
        writer.close()
        write = self.engine.write_parquet if out.suffix.lower() == ".parquet" else self.engine.write_csv
        write(self._with_dimensions(self.engine.parquet(folded), census), partial)
        partial.replace(out)
        return number

    def _periods(self, census: date, readings: Readings) -> Iterator[pa.Table]:
        rows = self.good(self.folding).select(*dict.fromkeys([*self.key, *CLOCK_COLUMNS]), SOURCE_ROW)
        fold, order = rtt.clock(readings), ("event_date", "event_sequence", SOURCE_ROW)
        # One empty table first, so that the result of no events still has its header.
        yield rtt.clocks_of(rows.schema().to_pyarrow().empty_table().drop_columns([SOURCE_ROW]), census=census, readings=readings)
        for batch in self.folding.folded(fold, rows, order=order, census_day=rtt_events.day_number(census)):
            yield pa.Table.from_batches([batch])

    def _with_dimensions(self, periods: Table, census: date) -> Table:
        if PROVIDER in self.key:
            periods = periods.mutate(**{PROVIDER: periods[PROVIDER].nullif("")})
        if not self.dimensions:
            return periods
        events = self.good()
        known = events.filter(events.event_date <= census)
        # The order of the fold, to the row: of equal places an engine would take whichever it meets first, another one each time.
        place = ibis.struct({"day": known.event_date, "sequence": known.event_sequence, "row": known[SOURCE_ROW]})
        last = known.group_by(self.key).aggregate(
            **{name: known[name].argmax(place, where=known[name].notnull()) for name in self.dimensions}
        )
        keys = [periods[name].fill_null("") == last[name] for name in self.key]
        rows = periods.left_join(last, keys).drop(*(f"{name}_right" for name in self.key))
        return rows.order_by(*self.key, "period_number")

    def _batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        for batch in self.delivered.batches():
            self.rows_read += batch.num_rows
            columns = [_trimmed(batch.column(name)) for name in self.texts]
            yield pa.RecordBatch.from_arrays([*columns, batch.column(SOURCE_ROW)], schema=schema)
        self.rows_read += len(self.delivered.ragged)

    def _typed(self, name: str) -> Table:
        typed = check.typed(self.engine.named(name), self.contract, self.mapping, has_serials=self.delivered.kind == "xlsx")
        self.engine.view(f"{name}_typed", typed)
        self.engine.view(f"{name}_settled", check.settled(self.engine.named(f"{name}_typed"), self.contract))
        return self.engine.named(f"{name}_settled")

    def _faults(self, rows: Table) -> list[check.Fault]:
        return check.faults(rows, self.contract, self.mapping, trust="", today=date.max, has_nul=self.delivered.has_nul)

    def _bad_rows(self) -> Iterator[dict]:
        rows = self.engine.parquet(self._rows_file)
        bad = rows.filter(rows.is_bad).select(*(f"{check.RAW}{name}" for name in self.texts), SOURCE_ROW)
        if not self.engine.run(self.engine.sql(rows.filter(rows.is_bad).limit(1))).num_rows:
            return
        self.engine.keep("bad_texts", bad)
        typed = self._typed("bad_texts")
        found = ibis.union(*(check.fault_rows(typed, fault) for fault in self._faults(typed)))
        reasons = found.group_by(SOURCE_ROW).aggregate(
            reasons=found.code.collect(), columns=found.column.collect(), messages=found.message.collect()
        )
        for row in self.engine.rows(reasons.inner_join(bad, SOURCE_ROW)).to_pylist():
            original = {self.delivered.matched.header(name): row.pop(f"{check.RAW}{name}") for name in self.texts}
            yield {**row, "original": original}

    def _ragged_rows(self) -> Iterable[dict]:
        headers = self.delivered.matched.headers
        for one in self.delivered.ragged:
            code = "too_few_cells" if one.actual < one.expected else "too_many_cells"
            says = f"{one.actual} cells where the header has {one.expected}"
            original = dict(zip(headers, one.cells, strict=False)) | {"further cells": json.dumps(one.cells[len(headers) :])}
            yield {SOURCE_ROW: one.source_row, "reasons": [code], "columns": [""], "messages": [says], "original": original}

    @property
    def _rows_file(self) -> Path:
        return self.folder / "rows.parquet"


def _contract() -> Contract:
    """The events' contract without what identifies people, the provider in the key, and dimensions taken as they are."""
    columns = [replace(column, codes={}, type="text", max_length=1_000) if column.name not in CLOCK_COLUMNS else column
               for column in CONTRACT.columns if not column.is_identifying]  # fmt: skip
    return replace(CONTRACT, columns=(Column(name=PROVIDER, type="text", meaning="the provider"), *columns), checks=())


def _trimmed(values: pa.Array) -> pa.Array:
    trimmed = pc.utf8_trim_whitespace(values)
    # Scalars of Arrow: a Python value here would make pyarrow import pandas, for half a second.
    return pc.if_else(pc.equal(trimmed, pa.scalar("")), pa.scalar(None, trimmed.type), trimmed)
