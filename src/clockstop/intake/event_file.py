"""Clock periods straight from a file of canonical events, without a store: for analysts, and for trials of the clock.

The file is read a piece at a time and its words are checked once a piece. Up to some millions of rows all is done in memory; more
are sorted by the engine, which spills to a folder beside the result, and folded as they stream, so memory stays bounded.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc

from clockstop.contracts.contract import Column, Contract
from clockstop.contracts.rtt_events import CONTRACT
from clockstop.errors import UserError
from clockstop.intake.event_cells import EventCells
from clockstop.intake.event_clocks import PATHWAY
from clockstop.intake.event_judge import EventJudge
from clockstop.intake.event_spill import EventSpill
from clockstop.intake.map import PROVIDER, Mapping
from clockstop.intake.read import SOURCE_ROW, open_delivered
from clockstop.rules import rtt_events
from clockstop.rules.readings import Readings

# What the fold reads beyond the four required columns; a wrong value there would make a wrong clock, so the row is set aside.
CLOCK_COLUMNS = (
    PATHWAY, "event_date", "event_sequence", "event_type", "referral_to_treatment_period_status", "original_start_date",
    "is_communicated", "has_safeguards", "is_responsibility_passed", "priority_type_code",
)  # fmt: skip
DIMENSIONS = (
    "activity_treatment_function_code", "organisation_site_identifier_of_treatment", "consultant_code", "priority_type_code", "sex",
    "ethnic_category", "index_of_multiple_deprivation_decile", "neighbourhood", "referring_practice", "commissioner",
)  # fmt: skip
# A piece is so many rows or so many bytes, whichever comes first.
PIECE_ROWS = 500_000
PIECE_BYTES = 96 << 20


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
    read and checked here and folded by the `engine` named: the result is the same.
    """
    _must_be_writable(out)
    with closing(_EventFile(events)) as one, TemporaryDirectory(prefix=".partial-clocks-", dir=out.absolute().parent) as folder:
        spill = EventSpill(Path(folder), key=one.key, dimensions=one.dimensions, engine=engine)
        for rows in one.pieces():
            spill.add(rtt_events.with_clock_event(rows))
        reasons, bad, file = one.write_set_aside(out.with_name(f"{out.name}.set_aside.csv"))
        partial = Path(folder) / f"result{out.suffix}"
        periods = spill.write_periods(partial, census=census, readings=readings or Readings())
        partial.replace(out)
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
    with closing(_EventFile(events)) as one:
        found = []
        for rows in one.pieces():
            wanted = pc.equal(_plain(rows[PATHWAY]), pathway)
            if provider is not None and PROVIDER in one.key:
                wanted = pc.and_(wanted, pc.equal(_plain(rows[PROVIDER]).fill_null(""), provider))
            found.append(rows.filter(wanted))
        rows = pa.concat_tables([pa.table({name: _plain(one[name]) for name in one.column_names}) for one in found])
        return rows.sort_by([(name, "ascending") for name in ("event_date", "event_sequence", SOURCE_ROW)])


class _EventFile:
    """One file of events, read once: its good rows a piece at a time, and then the rows that are none."""

    def __init__(self, events: Path) -> None:
        self.contract, self.rows_read = _contract(), 0
        self.delivered = open_delivered(events, self.contract, Mapping())
        places = self.delivered.matched.places
        self.key = [PROVIDER, PATHWAY] if PROVIDER in places else [PATHWAY]
        self.dimensions = [name for name in DIMENSIONS if name in places]
        self.judge = EventJudge(self.contract, self.delivered)
        self.cells = EventCells(
            contract=self.contract,
            there=[name for name in places if name in {column.name for column in self.contract.columns}],
            kept=list(dict.fromkeys([*self.key, *CLOCK_COLUMNS, *self.dimensions])),
            missing=Mapping().missing if self.delivered.as_kept else (),
            has_nul=self.delivered.has_nul,
            judge=self.judge.words,
        )
        self._bad: list[pa.Table] = []

    def close(self) -> None:
        """Let go what was opened."""
        self.judge.close()

    def pieces(self) -> Iterator[pa.Table]:
        """The good rows, typed, in the order of the file; at least one piece, if an empty one."""
        for piece in self._raw_pieces():
            rows, is_bad = self.cells.typed(piece)
            if is_bad.any():
                self._bad.append(self.cells.texts(piece.filter(pa.array(is_bad))))
                rows = rows.filter(pa.array(~is_bad))
            yield rows
        self.rows_read += len(self.delivered.ragged)

    def write_set_aside(self, file: Path) -> tuple[dict[str, int], int, Path | None]:
        """Write the rows that could not be read with their reasons; the count of each reason, of the rows, and the file."""
        file.unlink(missing_ok=True)
        if not self._bad and not self.delivered.ragged:
            return {}, 0, None
        from clockstop.intake.set_aside import write_csv

        aside = sorted([*self._bad_rows(), *self._ragged_rows()], key=lambda row: row[SOURCE_ROW])
        with file.open("w", encoding="utf-8", newline="") as handle:
            write_csv(aside, handle)
        counts: dict[str, int] = {}
        for row in aside:
            for reason in dict.fromkeys(row["reasons"]):
                counts[reason] = counts.get(reason, 0) + 1
        return counts, len(aside), file

    def _raw_pieces(self) -> Iterator[pa.Table]:
        held: list[pa.RecordBatch] = []
        is_first = True
        for batch in (self.delivered.as_kept or self.delivered.batches)():
            held.append(batch)
            self.rows_read += batch.num_rows
            if sum(one.num_rows for one in held) >= PIECE_ROWS or sum(one.nbytes for one in held) >= PIECE_BYTES:
                yield pa.Table.from_batches(held)
                held, is_first = [], False
        if held:
            yield pa.Table.from_batches(held)
        elif is_first:
            names = [*self.delivered.matched.places, SOURCE_ROW]
            yield pa.schema([(name, pa.int64() if name == SOURCE_ROW else pa.string()) for name in names]).empty_table()

    def _bad_rows(self) -> Iterator[dict]:
        if not self._bad:
            return
        texts = pa.concat_tables(self._bad)
        header = {name: self.delivered.matched.header(name) for name in self.cells.there}
        originals = texts.drop_columns([SOURCE_ROW]).rename_columns([header[name] for name in self.cells.there]).to_pylist()
        for row, original in zip(self.judge.reasons(texts, sorted(self.cells.wrong_columns)), originals, strict=True):
            yield {**row, "original": original}

    def _ragged_rows(self) -> Iterable[dict]:
        headers = self.delivered.matched.headers
        for one in self.delivered.ragged:
            code = "too_few_cells" if one.actual < one.expected else "too_many_cells"
            says = f"{one.actual} cells where the header has {one.expected}"
            original = dict(zip(headers, one.cells, strict=False)) | {"further cells": json.dumps(one.cells[len(headers) :])}
            yield {SOURCE_ROW: one.source_row, "reasons": [code], "columns": [""], "messages": [says], "original": original}


def _contract() -> Contract:
    """The events' contract without what identifies people, the provider in the key, and dimensions taken as they are."""
    columns = [replace(column, codes={}, type="text", max_length=1_000) if column.name not in CLOCK_COLUMNS else column
               for column in CONTRACT.columns if not column.is_identifying]  # fmt: skip
    return replace(CONTRACT, columns=(Column(name=PROVIDER, type="text", meaning="the provider"), *columns), checks=())


def _plain(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    return texts.cast(texts.type.value_type) if pa.types.is_dictionary(texts.type) else texts
