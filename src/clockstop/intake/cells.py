"""The cells of a piece of a file as few distinct texts: each text is parsed and checked once, however many rows hold it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis.expr.types import BooleanValue, Table
from numpy.typing import NDArray

from clockstop.contracts.contract import OFFSET_SUFFIX, Contract
from clockstop.intake import check
from clockstop.intake.check import DAY, NHS_FAULT, PSEUDONYM, RAW
from clockstop.intake.map import IS_DELETED, PROVIDER
from clockstop.intake.map import Mapping as Declared
from clockstop.store.engine import DuckDBEngine

NHS_NUMBER = "nhs_number"
# Columns of more distinct texts than this are held as plain text, and are worked out apart from the others.
FEW = 16_384
_PLACE = "place_among_words"


@dataclass(frozen=True)
class Coded:
    """A column of cells: its distinct texts without blanks around them, and each row's place among them (one past: empty)."""

    words: pa.Array
    codes: NDArray[np.int32]

    @property
    def is_narrow(self) -> bool:
        return len(self.words) <= FEW

    def texts(self, rows: NDArray[np.int64]) -> pa.Array:
        """The texts of these rows."""
        codes = self.codes[rows]
        return self.words.take(pa.array(codes, mask=codes == len(self.words)))


@dataclass(frozen=True)
class Checked:
    """The rows of a piece in the order of their buckets: typed, with a hash of each key, and which of them are bad."""

    order: NDArray[np.int64]
    values: dict[str, pa.Array]
    is_bad: NDArray[np.bool_]
    bucket: NDArray[np.int8]
    hashes: NDArray[np.uint64]
    has_key: NDArray[np.bool_]
    is_deleted: NDArray[np.bool_]
    missing_dates: int


@dataclass(frozen=True, kw_only=True)
class Rulebook:
    """What the rows of a file are checked against."""

    contract: Contract
    mapping: Declared
    trust: str
    today: date
    has_serials: bool
    has_nul: bool

    @property
    def key(self) -> tuple[str, ...]:
        return check.key_columns(self.contract, self.mapping)

    @property
    def group(self) -> str:
        """The column by which rows lie in buckets."""
        return self.contract.grouped_by

    @property
    def columns(self) -> list[str]:
        """The columns of typed cells, in the order in which they are kept."""
        names = [column.name for column in self.contract.columns if not column.is_nhs_number]
        return [*names, IS_DELETED, *(["record_id"] if self.mapping.record_id else [])]

    def parsed(self, engine: DuckDBEngine, name: str) -> Table:
        """The texts that the engine knows by that name, as typed rows. Views keep the stages apart: no cell is parsed twice."""
        rows = engine.named(name)
        if any(column.type == "instant" for column in self.contract.columns):
            engine.view(f"{name}_said", check.said(rows, self.contract, self.mapping))
            engine.view(f"{name}_at_greenwich", check.at_greenwich(engine.named(f"{name}_said"), self.contract))
            rows = engine.named(f"{name}_at_greenwich")
        typed = check.typed(rows, self.contract, self.mapping, has_serials=self.has_serials)
        engine.view(f"{name}_typed", typed)
        engine.view(f"{name}_settled", check.settled(engine.named(f"{name}_typed"), self.contract))
        return engine.named(f"{name}_settled")

    def cell_faults(self, rows: Table) -> list[check.Fault]:
        """The faults that one cell alone decides."""
        return check.cell_faults(rows, self.contract, self.mapping, trust=self.trust, today=self.today, has_nul=self.has_nul)

    def faults(self, rows: Table) -> list[check.Fault]:
        """Every fault of a row."""
        return check.faults(rows, self.contract, self.mapping, trust=self.trust, today=self.today, has_nul=self.has_nul)


def coded(values: pa.ChunkedArray) -> Coded:
    """The column by its distinct texts; an empty text and one of blanks are no text."""
    encoded = values.dictionary_encode()
    chunk = encoded.chunk(0) if encoded.num_chunks == 1 else encoded.combine_chunks()
    chunk = chunk if isinstance(chunk, pa.DictionaryArray) else chunk.chunk(0)
    words = pc.utf8_trim_whitespace(chunk.dictionary)
    words = pc.if_else(pc.equal(words, ""), None, words)
    codes = chunk.indices.fill_null(len(words)) if chunk.indices.null_count else chunk.indices
    return Coded(words, codes.to_numpy(zero_copy_only=False).astype(np.int32, copy=False))


def constant(value: str, rows: int) -> Coded:
    """A column that holds one text in every row."""
    return Coded(pa.array([value], pa.string()), np.zeros(rows, np.int32))


@dataclass
class Checker:
    """Checks piece after piece through one connection of the engine; each thread has its own."""

    engine: DuckDBEngine
    rules: Rulebook
    _queries: dict[object, str] = field(default_factory=dict)
    _names: dict[object, str] = field(default_factory=dict)

    def checked(self, cells: Mapping[str, Coded], nhs_faults: pa.Array | None, rows: int) -> Checked:
        """The piece's cells, typed and checked."""
        found = self._words(cells, nhs_faults)
        bucket = _numpy(found[self.rules.group]["bucket"])[cells[self.rules.group].codes]
        order = np.argsort(bucket, kind="stable")
        codes = {name: cells[name].codes[order] if name in cells else np.zeros(rows, np.int32) for name in found}
        is_deleted = _flags(found[IS_DELETED][IS_DELETED], codes[IS_DELETED])
        is_bad, dates = np.zeros(rows, np.bool_), 0
        for name, one in found.items():
            wrong = _flags(one[_wrong(name)], codes[name])
            if wrong is not None:
                excused = ~is_deleted if is_deleted is not None and not self._counts_if_deleted(name) else True
                is_bad |= wrong & excused
            if _missing(name) in one.column_names:
                dates += int(np.count_nonzero(_or_no(_flags(one[_missing(name)], codes[name]), 0)))
        values = {name: taken(found[name][name].combine_chunks(), codes[name]) for name in self.rules.columns}
        for offset, name in self.rules.contract.offsets.items():
            values[offset] = taken(found[name][offset].combine_chunks(), codes[name])
        is_bad |= self._row_faults(values, is_deleted, rows)
        hashes, has_key = self._hashes(found, codes, rows)
        return Checked(order, values, is_bad, bucket[order], hashes, has_key, _or_no(is_deleted, rows), dates)

    def _counts_if_deleted(self, name: str) -> bool:
        return name in (*self.rules.key, IS_DELETED, PROVIDER)

    def _words(self, cells: Mapping[str, Coded], nhs_faults: pa.Array | None) -> dict[str, pa.Table]:
        """For each of our columns its distinct texts, typed, the last of them no text at all."""
        ours = [*(column.name for column in self.rules.contract.columns), IS_DELETED, PROVIDER]
        ours += ["record_id"] if self.rules.mapping.record_id else []
        wide = [name for name in ours if name in cells and not cells[name].is_narrow]
        found: dict[str, pa.Table] = {}
        for group in ([name for name in ours if name not in wide], wide):
            if group:
                typed = self._typed(group, cells, nhs_faults)
                for name in group:
                    own = (name, f"{name}{OFFSET_SUFFIX}", _wrong(name), _missing(name), _hash(name))
                    names = [one for one in own if one in typed.column_names]
                    names += ["bucket"] if name == self.rules.group else []
                    found[name] = typed.select(names).slice(0, len(cells[name].words) + 1 if name in cells else 1)
        return found

    def _typed(self, group: Sequence[str], cells: Mapping[str, Coded], nhs_faults: pa.Array | None) -> pa.Table:
        there = [name for name in group if name in cells and name != NHS_NUMBER]
        rows = 1 + max((len(cells[name].words) for name in group if name in cells), default=0)
        words = {raw(name): _padded(cells[name].words, rows) for name in there}
        if NHS_NUMBER in group and nhs_faults is not None:
            words |= {NHS_FAULT: _padded(nhs_faults, rows), PSEUDONYM: pa.nulls(rows, pa.string())}
        words[_PLACE] = pa.array(np.arange(rows))
        # Each shape has views of its own, which its query knows by their names.
        shape = (tuple(group), tuple(words))
        name = self._names.setdefault(shape, f"words_{len(self._names)}")
        self.engine.lend(name, pa.table(words))
        if shape not in self._queries:
            self._queries[shape] = self.engine.sql(self._query(group, name))
        found = self.engine.run(self._queries[shape])
        place = found[_PLACE].to_numpy()
        return found if (np.diff(place) > 0).all() else found.sort_by(_PLACE)

    def _query(self, group: Sequence[str], name: str) -> Table:
        rows = self.rules.parsed(self.engine, name)
        by_column: dict[str, list[BooleanValue]] = {column: [] for column in group}
        for fault in self.rules.cell_faults(rows):
            if fault.column in by_column:
                by_column[fault.column].append(fault.is_wrong.fill_null(False))
        columns = {_wrong(column): reduce(or_, wrong) if wrong else ibis.literal(False) for column, wrong in by_column.items()}
        for column in group:
            if column in self.rules.columns:
                columns[column] = rows[column] if column in rows.columns else ibis.null("string")
            if f"{DAY}{column}" in rows.columns:
                columns[_missing(column)] = check.is_missing_day(rows, column)
            if f"{column}{OFFSET_SUFFIX}" in rows.columns:
                columns[f"{column}{OFFSET_SUFFIX}"] = rows[f"{column}{OFFSET_SUFFIX}"]
            if column in self.rules.key:
                columns[_hash(column)] = rows[column].hash()
        if self.rules.group in group:
            columns["bucket"] = rows.bucket
        return rows.select(_PLACE, **columns)

    def _row_faults(self, values: Mapping[str, pa.Array], is_deleted: NDArray[np.bool_] | None, rows: int) -> NDArray[np.bool_]:
        """Which rows break a check between columns."""
        contract = self.rules.contract
        if not contract.checks:
            return np.zeros(rows, np.bool_)
        self.engine.lend("typed_rows", pa.table({**values, _PLACE: pa.array(np.arange(rows))}))
        if "checks" not in self._queries:
            typed = self.engine.named("typed_rows")
            counted = [
                one.is_wrong.fill_null(False) if check.counts_if_deleted(one, contract, self.rules.mapping)
                else one.is_wrong.fill_null(False) & ~typed.is_deleted
                for one in check.row_faults(typed, contract)
            ]  # fmt: skip
            self._queries["checks"] = self.engine.sql(typed.filter(reduce(or_, counted)).select(_PLACE))
        wrong = np.zeros(rows, np.bool_)
        wrong[self.engine.run(self._queries["checks"])[_PLACE].to_numpy()] = True
        return wrong

    def _hashes(
        self, found: Mapping[str, pa.Table], codes: Mapping[str, NDArray[np.int32]], rows: int
    ) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
        """A hash of each row's key, and which rows have a whole key."""
        total, has_key = np.zeros(rows, np.uint64), np.ones(rows, np.bool_)
        for name in self.rules.key:
            hashes = _numpy(found[name][_hash(name)]).astype(np.uint64)
            total = total * np.uint64(0x9E3779B97F4A7C15) + hashes[codes[name]]
            if found[name][name].null_count:
                has_key &= found[name][name].is_valid().to_numpy()[codes[name]]
        return total, has_key


def raw(name: str) -> str:
    """The name of a delivered cell beside the typed column that it becomes; the source's record id is not of the contract."""
    return name if name == "record_id" else f"{RAW}{name}"


def _wrong(name: str) -> str:
    return f"is_wrong_{name}"


def _missing(name: str) -> str:
    return f"is_1900_{name}"


def _hash(name: str) -> str:
    return f"hash_{name}"


def _numpy(values: pa.ChunkedArray) -> NDArray[Any]:
    return values.combine_chunks().to_numpy(zero_copy_only=False)


def _padded(words: pa.Array, rows: int) -> pa.Array:
    return pa.concat_arrays([words, pa.nulls(rows - len(words), words.type)])


def _flags(words: pa.ChunkedArray, codes: NDArray[np.int32]) -> NDArray[np.bool_] | None:
    """Whether each row's text is flagged; None where no text is."""
    flags = words.fill_null(False).to_numpy().astype(np.bool_)
    return flags[codes] if flags.any() else None


def _or_no(flags: NDArray[np.bool_] | None, rows: int) -> NDArray[np.bool_]:
    return np.zeros(rows, np.bool_) if flags is None else flags


def taken(values: pa.Array, codes: NDArray[np.int32]) -> pa.Array:
    """Each row's value; texts of few kinds stay as places in a dictionary, in which each stands once."""
    places = pa.array(codes)
    if not pa.types.is_string(values.type) or len(values) > FEW + 1:
        return values.take(places)
    encoded = values.dictionary_encode()
    return pa.DictionaryArray.from_arrays(encoded.indices.take(places), encoded.dictionary)
