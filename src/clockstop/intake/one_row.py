"""One row of one load: what it holds, whether it counts now, and if not, which row of which load took its place."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import and_
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
from ibis.expr.types import BooleanValue, Table

from clockstop.contracts import contracts
from clockstop.errors import UnknownName
from clockstop.intake import ledger
from clockstop.intake.check import PSEUDONYM, reason_words
from clockstop.intake.ledger import Receipt
from clockstop.intake.merge import current_rows
from clockstop.intake.read import SOURCE_ROW
from clockstop.intake.set_aside import FILE
from clockstop.store.buckets import BUCKETS
from clockstop.store.engine import DuckDBEngine, open_engine
from clockstop.store.home import Home

SOURCE_LOAD, RECORD_ID = "source_load", "record_id"
# A number beyond what the column of row numbers can hold is the number of no row.
MOST_ROWS = 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class StoredRow:
    """A row of a load as it is stored.

    `values` are its typed cells, none where it was set aside; `reasons` the sentences of why it was. `counts` says whether the row
    is among those that hold now; where another took its place, `winner` is that row's load and number. `why_not` says in words why
    it does not count.
    """

    receipt: Receipt
    source_row: int
    values: dict[str, Any]
    reasons: tuple[str, ...] = ()
    counts: bool = False
    winner: tuple[str, int] | None = None
    why_not: str = ""

    @property
    def key(self) -> dict[str, Any]:
        """What names the record: the contract's key, or the source's own number."""
        names = contracts()[self.receipt.dataset].key
        if self.receipt.has_record_id and self.values.get(RECORD_ID) is not None:
            names = (RECORD_ID,)
        return {name: self.values[name] for name in names if name in self.values}


def stored_row(home: Home, one: Receipt, source_row: int) -> StoredRow:
    """The row of that number (1 is the first below the header); `UnknownName` where the load read fewer rows."""
    place = ledger.folder(home, one)
    for bucket in range(BUCKETS):
        found = _at(place / "kept" / f"bucket-{bucket}.parquet", source_row)
        if found is not None:
            return _judged(home, StoredRow(receipt=one, source_row=source_row, values=found), bucket)
    aside = _at(place / FILE, source_row)
    if aside is None:
        raise UnknownName(
            f"Load {one.load_id} has no row {source_row}.",
            where=f"{one.file_name} of {one.trust}: {one.rows_read:,} rows were read; row 1 is the first below the header.",
            do="Check the number of the row.",
        )
    contract = contracts()[one.dataset]
    why = tuple(dict.fromkeys(reason_words(code, contract)[0] for code in aside["reasons"]))
    return StoredRow(receipt=one, source_row=source_row, values={}, reasons=why, why_not="It was set aside when it was loaded.")


def row_of_key(home: Home, trust: str, dataset: str, key: str) -> StoredRow:
    """The row that holds now of the record with this key; the parts of a key of several columns are parted by a slash."""
    contract = contracts()[dataset]
    parts = [part.strip() for part in key.split("/")]
    if len(parts) != len(contract.key):
        raise UnknownName(
            f"A record of {dataset} is named by {' / '.join(contract.key)}.", where=f"Given was {key!r}.", do="Give every part."
        )
    wanted = dict(zip(contract.key, parts, strict=True))
    engine = open_engine(threads=1)
    try:
        for bucket in range(BUCKETS):
            rows = current_rows(home, engine, trust, dataset, bucket)
            found = _first(engine, rows.filter(_is_text(rows, wanted))) if rows is not None else None
            if found is not None:
                one = ledger.receipt(home, trust, dataset, found[SOURCE_LOAD])
                return StoredRow(receipt=one, source_row=found[SOURCE_ROW], values=_shown(found), counts=True)
    finally:
        engine.close()
    raise UnknownName(f"No row of {dataset} that holds now has the key {key}.", where=f"Trust {trust}.", do="Check the number.")


def _judged(home: Home, row: StoredRow, bucket: int) -> StoredRow:
    """The row with whether it counts, and what took its place."""
    one = row.receipt
    if one.is_withdrawn:
        return _not(row, f"Its load was withdrawn: {one.withdrawn_reason}.")
    engine = open_engine(threads=1)
    try:
        held = _held(home, engine, row, range(bucket, bucket + 1)) or _held(home, engine, row, range(BUCKETS))
    finally:
        engine.close()
    if held == (one.load_id, row.source_row):
        return StoredRow(receipt=one, source_row=row.source_row, values=row.values, counts=True)
    if held is not None:
        return _not(row, f"Row {held[1]} of load {held[0]} took its place.", winner=held)
    is_deletion = row.values.get("is_deleted") is True
    return _not(row, "It says that the record was deleted." if is_deletion else "A later load took the record out.")


def _not(row: StoredRow, why: str, winner: tuple[str, int] | None = None) -> StoredRow:
    return StoredRow(receipt=row.receipt, source_row=row.source_row, values=row.values, winner=winner, why_not=why)


def _held(home: Home, engine: DuckDBEngine, row: StoredRow, buckets: range) -> tuple[str, int] | None:
    """The load and row that hold the record now."""
    for bucket in buckets:
        rows = current_rows(home, engine, row.receipt.trust, row.receipt.dataset, bucket)
        if rows is None or not set(row.key) <= set(rows.columns):
            continue
        found = _first(engine, rows.filter(_is(rows, row.key)).select(SOURCE_LOAD, SOURCE_ROW))
        if found is not None:
            return found[SOURCE_LOAD], found[SOURCE_ROW]
    return None


def _is(rows: Table, key: dict[str, Any]) -> BooleanValue:
    return reduce(and_, (rows[name].isnull() if value is None else rows[name] == value for name, value in key.items()))


def _is_text(rows: Table, key: dict[str, str]) -> BooleanValue:
    return reduce(and_, (rows[name].cast("string") == value for name, value in key.items()))


def _first(engine: DuckDBEngine, rows: Table) -> dict[str, Any] | None:
    found = engine.rows(rows.limit(1)).to_pylist()
    return found[0] if found else None


def _at(file: Path, source_row: int) -> dict[str, Any] | None:
    """The row of that number in a file, if it lies there."""
    if source_row > MOST_ROWS:
        return None
    with pq.ParquetFile(file) as parquet:
        for group in range(parquet.num_row_groups):
            place = pc.index(parquet.read_row_group(group, columns=[SOURCE_ROW])[SOURCE_ROW], source_row).as_py()
            if place >= 0:
                return _shown(parquet.read_row_group(group).slice(place, 1).to_pylist()[0])
    return None


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """The cells without what tells a person from outside (the hash of the NHS number, the day of birth) and what names the row."""
    hidden = {PSEUDONYM, SOURCE_ROW, SOURCE_LOAD, "nhs_number", "person_birth_date"}
    return {name: value for name, value in row.items() if name not in hidden}


def as_text(value: Any) -> str:
    """A cell as people and programs read it."""
    if value is None:
        return ""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return json.dumps(value) if isinstance(value, (bool, list, dict)) else str(value)
