"""Rows kept and rows set aside: one delivered file, sifted."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import and_
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc
from ibis.expr.types import StringValue, Table

from clockstop.contracts.contract import Contract
from clockstop.intake import check
from clockstop.intake.check import NHS_FAULT, PSEUDONYM, RAW
from clockstop.intake.map import IS_DELETED, Mapping
from clockstop.intake.merge import PROTECTED
from clockstop.intake.pseudonyms import hashed, normalised
from clockstop.intake.read import SOURCE_ROW, Delivered
from clockstop.store.buckets import BUCKETS
from clockstop.store.engine import DuckDBEngine
from clockstop.store.home import Home

MASK = "**********"
_NHS_NUMBER = "nhs_number"
_PLAIN_NUMBER = "nhs_number_plain"
_TEN_DIGITS = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
_SET_ASIDE = pa.schema(
    {SOURCE_ROW: pa.int64(), "reasons": pa.list_(pa.string()), "columns": pa.list_(pa.string()), "messages": pa.list_(pa.string()),
     "original": pa.string()}
)  # fmt: skip

_FAULT_ROWS = pa.schema({SOURCE_ROW: pa.int64(), "code": pa.string(), "column": pa.string(), "message": pa.string()})


@dataclass
class Counts:
    """What the sifting counted."""

    rows_read: int = 0
    rows_kept: int = 0
    rows_set_aside: int = 0
    rows_deleted: int = 0
    rows_protected: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    faults: list[dict[str, Any]] = field(default_factory=list)
    warnings: dict[str, int] = field(default_factory=dict)
    bucket_rows: list[int] = field(default_factory=list)
    dates_first: date | None = None
    dates_last: date | None = None


class Sifter:
    """Sifts one delivered file through one engine; writes `kept/`, `set_aside.parquet` and `protected.parquet` into `place`."""

    def __init__(
        self,
        home: Home,
        engine: DuckDBEngine,
        delivered: Delivered,
        contract: Contract,
        mapping: Mapping,
        *,
        trust: str,
        today: date,
    ) -> None:
        self.home, self.engine, self.delivered, self.contract, self.mapping = home, engine, delivered, contract, mapping
        self.trust, self.today = trust, today
        self.key = check.key_columns(contract, mapping)
        self.counts = Counts()
        self.bad_rows = 0

    def sift(self, place: Path, progress: Callable[[str, int], None]) -> Counts:
        """Read, check, and write the kept rows and those set aside."""
        self._read(progress)
        progress("checking", 0)
        self._check()
        progress("looking for duplicates", 0)
        self._find_losers()
        progress("setting rows aside", 0)
        self._write_set_aside(place)
        self._write_protected(place)
        progress("writing", 0)
        self._write_kept(place)
        return self.counts

    def _read(self, progress: Callable[[str, int], None]) -> None:
        """Lend the engine the cells as text, `raw_...`, with every NHS number replaced."""
        batches = list(self._adapted(progress))
        self.engine.lend("texts", pa.Table.from_batches(batches, schema=self._schema()))

    def _names(self) -> list[str]:
        return [*self.delivered.matched.places, *self.delivered.matched.constants]

    def _schema(self) -> pa.Schema:
        plain = [_column(name) for name in self._names() if name != _NHS_NUMBER]
        schema = {name: pa.string() for name in plain} | {SOURCE_ROW: pa.int64(), PSEUDONYM: pa.string()}
        if _NHS_NUMBER in self._names():
            schema |= {NHS_FAULT: pa.bool_(), _PLAIN_NUMBER: pa.string()}
        return pa.schema(schema)

    def _adapted(self, progress: Callable[[str, int], None]) -> Iterator[pa.RecordBatch]:
        """The batches, trimmed, with constants filled in and NHS numbers replaced, so that no number reaches the engine."""
        schema, matched = self._schema(), self.delivered.matched
        pseudonym = hashed(self.home) if _NHS_NUMBER in self._names() else None
        done = invalid = 0
        for batch in self.delivered.batches():
            columns = {_column(name): _trimmed(batch.column(name)) for name in matched.places}
            columns |= {
                _column(name): pa.repeat(pa.scalar(value, pa.string()), len(batch)) for name, value in matched.constants.items()
            }
            columns[SOURCE_ROW] = batch.column(SOURCE_ROW)
            if pseudonym is not None:
                columns |= self._replaced(columns.pop(_column(_NHS_NUMBER)), pseudonym)
                invalid += pc.sum(columns[NHS_FAULT]).as_py() or 0
            else:
                columns[PSEUDONYM] = pa.nulls(len(batch), pa.string())
            done += len(batch)
            progress("reading", done)
            yield pa.RecordBatch.from_arrays([columns[name] for name in schema.names], schema=schema)
        self.counts.rows_read = done + len(self.delivered.ragged)
        if invalid:
            self.counts.warnings["nhs_number_invalid"] = invalid

    def _replaced(self, numbers: pa.Array, pseudonym: Callable[[str], str | None]) -> dict[str, pa.Array]:
        coded = numbers.dictionary_encode()
        words = coded.dictionary.to_pylist()
        hashes = pa.array([pseudonym(word) for word in words], pa.string())
        found = hashes.take(coded.indices)
        plain = pa.nulls(len(numbers), pa.string())
        if not self.mapping.pseudonymise:
            plain = pc.if_else(
                found.is_valid(), pa.array([normalised(word) for word in words], pa.string()).take(coded.indices), None
            )
        return {PSEUDONYM: found, NHS_FAULT: pc.and_(numbers.is_valid(), found.is_null()), _PLAIN_NUMBER: plain}

    def _parsed(self, name: str) -> Table:
        """The texts held under that name, as typed rows. Views keep the stages apart, so that no cell is parsed twice."""
        has_serials = self.delivered.kind == "xlsx"
        typed = check.typed(self.engine.named(name), self.contract, self.mapping, has_serials=has_serials)
        self.engine.view(f"{name}_typed", typed)
        self.engine.view(f"{name}_settled", check.settled(self.engine.named(f"{name}_typed"), self.contract))
        return self.engine.named(f"{name}_settled")

    def _faults(self, rows: Table) -> list[check.Fault]:
        return check.faults(rows, self.contract, self.mapping, trust=self.trust, today=self.today, has_nul=self.delivered.has_nul)

    def _check(self) -> None:
        rows = self._parsed("texts")
        kept = {name: rows[name] for name in self._kept_columns(rows)}
        self.engine.keep(
            "checked",
            rows.select(
                **kept,
                bucket=rows.bucket,
                is_bad=check.is_bad(self._faults(rows)),
                missing_dates=check.missing_dates(rows, self.contract),
            ),
        )
        checked = self.engine.named("checked")
        sums = self.engine.rows(checked.aggregate(missing=checked.missing_dates.sum(), bad=checked.is_bad.sum())).to_pylist()[0]
        self.bad_rows = int(sums["bad"] or 0)
        if sums["missing"]:
            self.counts.warnings["date_1900_taken_as_missing"] = int(sums["missing"])

    def _kept_columns(self, rows: Table) -> list[str]:
        names = [column.name for column in self.contract.columns if not column.is_nhs_number]
        names += [PSEUDONYM, SOURCE_ROW, IS_DELETED]
        if self.mapping.record_id:
            names.append("record_id")
        if not self.mapping.pseudonymise and _PLAIN_NUMBER in rows.columns:
            names.append(_PLAIN_NUMBER)
        return names

    def _find_losers(self) -> None:
        """Keep as `losers` the rows whose key a later good row of the same file has, with the reason."""
        rows = self.engine.named("checked")
        has_key = reduce(and_, (rows[name].notnull() for name in self.key))
        keyed = rows.filter(has_key)
        keys = keyed.group_by(list(self.key)).aggregate(
            rows_of_key=keyed.count(), winner=keyed[SOURCE_ROW].max(where=~keyed.is_bad)
        )
        self.engine.keep("repeated", keys.filter((keys.rows_of_key > 1) & keys.winner.notnull()))
        repeated = self.engine.named("repeated")
        if not self.engine.rows(repeated.aggregate(n=repeated.count()))["n"][0].as_py():
            self.engine.lend("losers", _FAULT_ROWS.empty_table())
            return
        own = [column.name for column in self.contract.columns if not column.is_nhs_number] + [PSEUDONYM, IS_DELETED]
        losing = rows.inner_join(repeated, list(self.key)).filter(lambda both: both[SOURCE_ROW] < both.winner)
        winners = rows.select(winner_row=rows[SOURCE_ROW], **{f"winner_{name}": rows[name] for name in own})
        both = losing.inner_join(winners, losing.winner == winners.winner_row)
        same = reduce(and_, (both[name].identical_to(both[f"winner_{name}"]) for name in own))
        code = (same & ~both.is_bad).ifelse("duplicate_row", "duplicate_key")
        says = (
            same.ifelse("the same row stands in row ", "another version stands in row ")
            + both.winner.cast("string")
            + ", which was kept"
        )
        self.engine.keep(
            "losers", both.select(source_row=both[SOURCE_ROW], code=code, column=ibis.literal(self.key[-1]), message=says)
        )

    def _write_set_aside(self, place: Path) -> None:
        losers = self.engine.named("losers")
        self.engine.keep("fault_rows", self._all_fault_rows().union(losers, distinct=False))
        self._count_reasons()
        reasons = self.engine.named("fault_rows")
        by_row = reasons.group_by(SOURCE_ROW).aggregate(
            reasons=reasons.code.collect(), columns=reasons.column.collect(), messages=reasons.message.collect()
        )
        texts = self.engine.named("texts")
        original = texts.select(SOURCE_ROW, original=self._original(texts))
        aside = by_row.inner_join(original, SOURCE_ROW).select(*_SET_ASIDE.names)
        ragged = self._ragged()
        if len(ragged):
            self.engine.lend("ragged", ragged)
            aside = aside.union(self.engine.named("ragged").select(*_SET_ASIDE.names), distinct=False)
        self.engine.write_parquet(aside.order_by(SOURCE_ROW), place / "set_aside.parquet")

    def _all_fault_rows(self) -> Table:
        """Every fault of every bad row, as rows; only faults that occur are asked for."""
        if not self.bad_rows:
            return self.engine.named("losers").limit(0)
        checked = self.engine.named("checked")
        self.engine.keep("bad_texts", self.engine.named("texts").semi_join(checked.filter(checked.is_bad), SOURCE_ROW))
        bad = self._parsed("bad_texts")
        found = self._faults(bad)
        sums = {f"fault_{place}": one.is_wrong.fill_null(False).sum() for place, one in enumerate(found)}
        counts = self.engine.rows(bad.aggregate(**sums)).to_pylist()[0]
        occurring = [one for place, one in enumerate(found) if counts[f"fault_{place}"]]
        if not occurring:
            return self.engine.named("losers").limit(0)
        parts = [check.fault_rows(bad, one) for one in occurring]
        return ibis.union(*parts, distinct=False) if len(parts) > 1 else parts[0]

    def _count_reasons(self) -> None:
        rows = self.engine.named("fault_rows")
        by_code = self.engine.rows(rows.group_by("code").aggregate(n=rows[SOURCE_ROW].nunique())).to_pylist()
        by_column = self.engine.rows(rows.group_by("code", "column").aggregate(rows=rows.count())).to_pylist()
        ragged = self.delivered.ragged
        for code, is_few in (("too_few_cells", True), ("too_many_cells", False)):
            number = sum((one.actual < one.expected) == is_few for one in ragged)
            if number:
                by_code.append({"code": code, "n": number})
                by_column.append({"code": code, "column": "", "rows": number})
        self.counts.reasons = {one["code"]: one["n"] for one in sorted(by_code, key=lambda one: (-one["n"], one["code"]))}
        self.counts.faults = sorted(by_column, key=lambda one: (-one["rows"], one["code"], one["column"]))
        self.counts.rows_set_aside = self.engine.rows(rows.aggregate(n=rows[SOURCE_ROW].nunique()))["n"][0].as_py() + len(ragged)

    def _original(self, texts: Table) -> StringValue:
        """The row as it came, under their headers, as a JSON object; NHS numbers masked, columns that are not loaded left out."""
        matched = self.delivered.matched
        cells: dict[str, Any] = {}
        for name, place in sorted(matched.places.items(), key=lambda item: item[1]):
            header = matched.headers[place]
            while header.casefold() in (one.casefold() for one in cells):
                header += "_"
            if name == _NHS_NUMBER:
                cells[header] = (texts[PSEUDONYM].notnull() | texts[NHS_FAULT]).ifelse(MASK, ibis.null("string"))
            else:
                cells[header] = texts[_column(name)]
        return ibis.struct(cells).cast("json").cast("string")

    def _ragged(self) -> pa.Table:
        rows = [
            {
                SOURCE_ROW: one.source_row,
                "reasons": ["too_few_cells" if one.actual < one.expected else "too_many_cells"],
                "columns": [""],
                "messages": [f"{one.actual} cells where the header has {one.expected}"],
                "original": json.dumps(self._ragged_cells(one)),
            }
            for one in self.delivered.ragged
        ]
        return pa.Table.from_pylist(rows, schema=_SET_ASIDE)

    def _ragged_cells(self, one: Any) -> dict[str, str]:
        """The cells that surely belong to columns that are loaded: in a shifted row a name could stand anywhere after."""
        matched = self.delivered.matched
        used = set(matched.places.values())
        first_unused = next((place for place in range(len(matched.headers)) if place not in used), len(one.cells))
        sure = max(0, first_unused - max(0, one.expected - one.actual)) if first_unused < len(one.cells) else len(one.cells)
        names = [*matched.headers, *(f"extra cell {n + 1}" for n in range(max(0, len(one.cells) - len(matched.headers))))]
        cells = {name: _TEN_DIGITS.sub(MASK, cell) for name, cell in zip(names, one.cells[:sure], strict=False)}
        if sure < len(one.cells):
            cells["cells not shown"] = str(len(one.cells) - sure)
        return cells

    def _good(self) -> Table:
        checked = self.engine.named("checked")
        return checked.filter(~checked.is_bad).anti_join(self.engine.named("losers"), SOURCE_ROW)

    def _write_protected(self, place: Path) -> None:
        """Write the readable keys of the rows set aside that no kept row has."""
        checked, good = self.engine.named("checked"), self._good()
        names = [*dict.fromkeys([*self.key, *self.contract.key])]
        has_key = reduce(and_, (checked[name].notnull() for name in self.key))
        keys = checked.filter(checked.is_bad & has_key).select(*names).distinct()
        guessed = self._ragged_keys(names)
        if guessed is not None:
            keys = keys.union(guessed, distinct=True)
        keys = keys.anti_join(good, list(self.key))
        number = self.engine.rows(keys.aggregate(n=keys.count()))["n"][0].as_py()
        self.counts.rows_protected = number
        if number:
            self.engine.write_parquet(keys, place / PROTECTED)

    def _ragged_keys(self, names: Sequence[str]) -> Table | None:
        """The keys that ragged rows may have: read by place from the left, and from the right."""
        places = self.delivered.matched.places
        if not self.delivered.ragged or not all(name in places for name in self.key):
            return None
        rows: list[dict[str, Any]] = []
        for one in self.delivered.ragged:
            for shift in (0, one.actual - one.expected):
                cells = {name: one.cells[places[name] + shift] for name in self.key if 0 <= places[name] + shift < len(one.cells)}
                if len(cells) == len(self.key):
                    rows.append({name: cells.get(name, "").strip() for name in names})
        if not rows:
            return None
        self.engine.lend("ragged_keys", pa.table({name: [row[name] or None for row in rows] for name in names}))
        guessed = self.engine.named("ragged_keys")
        types = self.engine.named("checked").schema()
        typed = guessed.select(**{name: guessed[name].try_cast(types[name]) for name in names})
        return typed.filter(reduce(and_, (typed[name].notnull() for name in self.key)))

    def _write_kept(self, place: Path) -> None:
        good = self._good()
        day = good[self.contract.window]
        totals = good.group_by("bucket").aggregate(n=good.count(), deleted=good.is_deleted.sum(), first=day.min(), last=day.max())
        found = {one["bucket"]: one for one in self.engine.rows(totals).to_pylist()}
        self.counts.bucket_rows = [found[bucket]["n"] if bucket in found else 0 for bucket in range(BUCKETS)]
        self.counts.rows_kept = sum(self.counts.bucket_rows)
        self.counts.rows_deleted = sum(one["deleted"] for one in found.values())
        self.counts.dates_first = min((one["first"] for one in found.values() if one["first"]), default=None)
        self.counts.dates_last = max((one["last"] for one in found.values() if one["last"]), default=None)
        rows = good.select(*self._kept_columns(good), "bucket")
        if _PLAIN_NUMBER in rows.columns:
            rows = rows.rename({_NHS_NUMBER: _PLAIN_NUMBER})
        self.engine.write_parts(rows, place / "kept", by="bucket", parts=range(BUCKETS))


def _column(name: str) -> str:
    """The name of a delivered cell beside the typed column that it becomes; the source's record id is not of the contract."""
    return name if name == "record_id" else f"{RAW}{name}"


def _trimmed(values: pa.Array) -> pa.Array:
    """The texts without blanks around them; empty ones are null."""
    found = pc.utf8_trim_whitespace(values)
    shortest = pc.min(pc.binary_length(found)).as_py()
    return pc.if_else(pc.equal(found, ""), None, found) if shortest == 0 else found
