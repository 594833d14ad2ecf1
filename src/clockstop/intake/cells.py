"""The cells of a piece of a file as few distinct texts: each text is parsed and checked once, however many rows hold it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from operator import or_
from pathlib import Path

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis.expr.operations import Field
from ibis.expr.types import Table
from numpy.typing import NDArray

from clockstop.contracts.contract import Column, Contract
from clockstop.intake import check, queries
from clockstop.intake.check import RAW
from clockstop.intake.columns import kept_columns
from clockstop.intake.map import IS_DELETED, PROVIDER
from clockstop.intake.map import Mapping as Declared
from clockstop.intake.words import Judge, Kind, Words, flagged
from clockstop.store.engine import DuckDBEngine

NHS_NUMBER = "nhs_number"
# Columns of more distinct texts than this are held as plain text.
FEW = 16_384
_PLACE = "place_among_words"
# No text of a file is as long.
_ANY = 1 << 30


@dataclass(frozen=True)
class Coded:
    """A column of cells: its distinct texts without blanks around them, and each row's place among them (one past: empty)."""

    words: pa.Array
    codes: NDArray[np.int32]

    def texts(self, rows: NDArray[np.int64]) -> pa.Array:
        """The texts of these rows."""
        codes = self.codes[rows]
        return self.words.take(pa.array(codes, mask=codes == len(self.words)))


@dataclass(frozen=True)
class Checked:
    """The rows of a piece in the order of their buckets: typed, with a hash of each key, and which of them are bad.

    `wrong_columns`: those without which no row would be bad, by themselves or beside another.
    """

    order: NDArray[np.int64]
    values: dict[str, pa.Array]
    is_bad: NDArray[np.bool_]
    bucket: NDArray[np.int8]
    hashes: NDArray[np.uint64]
    has_key: NDArray[np.bool_]
    is_deleted: NDArray[np.bool_]
    missing_dates: int
    wrong_columns: frozenset[str]


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
    def checked_columns(self) -> set[str]:
        """The columns of which the checks between columns speak."""
        rows = ibis.table(kept_columns(self.contract), name="rows")
        return {field.name for one in check.row_faults(rows, self.contract) for field in one.is_wrong.op().find(Field)}

    def of(self, names: Collection[str]) -> "Rulebook":
        """The same for some of the columns, and what they cannot be judged without."""
        wanted = {*names, self.group}
        columns = tuple(one for one in self.contract.columns if one.name in wanted)
        has_all = self.checked_columns <= wanted
        contract = replace(
            self.contract, columns=columns, key=tuple(name for name in self.contract.key if name in wanted),
            checks=self.contract.checks if has_all else (),
        )  # fmt: skip
        return replace(self, contract=contract)

    @property
    def columns(self) -> list[str]:
        """The columns of typed cells, in the order in which they are kept."""
        names = [column.name for column in self.contract.columns if not column.is_nhs_number]
        return [*names, IS_DELETED, *(["record_id"] if self.mapping.record_id else [])]

    def parsed(self, engine: DuckDBEngine, name: str) -> Table:
        """The texts that the engine knows by that name, as typed rows. Views keep the stages apart: no cell is parsed twice."""
        rows = engine.named(name)

        def stage(stage_name: str, rows: Table) -> Table:
            engine.view(f"{name}_{stage_name}", rows)
            return engine.named(f"{name}_{stage_name}", schema=rows.schema())

        if any(column.type == "instant" for column in self.contract.columns):
            rows = stage("said", check.said(rows, self.contract, self.mapping))
            rows = stage("at_greenwich", check.at_greenwich(rows, self.contract))
        rows = stage("typed", check.typed(rows, self.contract, self.mapping, has_serials=self.has_serials))
        return stage("settled", check.settled(rows, self.contract))

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
    kept_in: Path | None = None

    def __post_init__(self) -> None:
        self.judge = Judge(self.engine, self.rules.today, self.kept_in)

    def checked(self, cells: Mapping[str, Coded], nhs_faults: pa.Array | None, rows: int) -> Checked:
        """The piece's cells, typed and checked."""
        found = self._words(cells, nhs_faults)
        bucket = found[self.rules.group].buckets[cells[self.rules.group].codes]
        order = np.argsort(bucket, kind="stable")
        codes = {name: cells[name].codes[order] if name in cells else np.zeros(rows, np.int32) for name in found}
        is_deleted = flagged(found[IS_DELETED].values.to_numpy(zero_copy_only=False), codes[IS_DELETED])
        is_bad, dates, wrong_columns = np.zeros(rows, np.bool_), 0, set()
        for name, one in found.items():
            wrong = flagged(one.is_wrong, codes[name])
            if wrong is not None:
                excused = ~is_deleted if is_deleted is not None and not self._counts_if_deleted(name) else True
                is_bad |= wrong & excused
                wrong_columns.add(name)
            dates += int(np.count_nonzero(_or_no(flagged(one.is_1900, codes[name]), 0)))
        values = {name: taken(found[name].values, codes[name]) for name in self.rules.columns}
        for offset, name in self.rules.contract.offsets.items():
            values[offset] = taken(found[name].offsets, codes[name])
        by_checks = self._row_faults(values, is_deleted, rows)
        wrong_columns |= self.rules.checked_columns if by_checks.any() else set()
        hashes, has_key = self._hashes(found, codes, rows)
        deleted = _or_no(is_deleted, rows)
        return Checked(order, values, is_bad | by_checks, bucket[order], hashes, has_key, deleted, dates, frozenset(wrong_columns))

    def _counts_if_deleted(self, name: str) -> bool:
        return name in (*self.rules.key, IS_DELETED, PROVIDER)

    def _words(self, cells: Mapping[str, Coded], nhs_faults: pa.Array | None) -> dict[str, Words]:
        """What the distinct texts of each of our columns are worth; one that was not delivered is empty in every row."""
        found: dict[str, Words] = {}
        for column in self._columns():
            words = cells[column.name].words if column.name in cells else pa.array([], pa.string())
            if column.is_nhs_number:
                found[column.name] = self._numbers(words, nhs_faults)
            else:
                found[column.name] = self.judge.words(self._kind(column), words)
        deleted = found[IS_DELETED]
        found[IS_DELETED] = replace(deleted, values=deleted.values.fill_null(False))
        if PROVIDER in cells:
            found[PROVIDER] = self._providers(cells[PROVIDER].words)
        return found

    def _columns(self) -> list[Column]:
        """The contract's columns, and those that any file may have."""
        more = [Column(name=IS_DELETED, type="truth", meaning="")]
        more += [Column(name="record_id", type="text", meaning="", max_length=_ANY)] if self.rules.mapping.record_id else []
        return [*self.rules.contract.columns, *more]

    def _kind(self, column: Column) -> Kind:
        rules, name = self.rules, column.name
        has_nul = rules.has_nul and name not in (IS_DELETED, "record_id")
        return Kind.of(
            column, rules.mapping, has_serials=rules.has_serials, has_nul=has_nul, is_key=name in rules.key,
            is_group=name == rules.group,
        )  # fmt: skip

    def _numbers(self, words: pa.Array, nhs_faults: pa.Array | None) -> Words:
        """NHS numbers are judged where they are replaced; a wrong one spoils its row only where the mapping says so."""
        is_strict = self.rules.mapping.strict_nhs_numbers and nhs_faults is not None
        flags = nhs_faults.fill_null(False).to_numpy(zero_copy_only=False) if is_strict else np.zeros(len(words) + 1, np.bool_)
        return Words(pa.nulls(len(words) + 1, pa.string()), flags)

    def _providers(self, words: pa.Array) -> Words:
        is_other = pc.invert(pc.starts_with(pc.utf8_upper(words), self.rules.trust)).fill_null(False)
        return Words(words, np.append(is_other.to_numpy(zero_copy_only=False), False))

    def _row_faults(self, values: Mapping[str, pa.Array], is_deleted: NDArray[np.bool_] | None, rows: int) -> NDArray[np.bool_]:
        """Which rows break a check between columns."""
        contract = self.rules.contract
        if not contract.checks:
            return np.zeros(rows, np.bool_)
        typed = pa.table({**values, _PLACE: pa.array(np.arange(rows))})
        shape = (contract.name, tuple(typed.schema.names), self.rules.key)
        (query,) = queries.kept(self.engine, "checks", lambda: [self._checks(typed.schema)], shape=shape, kept_in=self.kept_in)
        self.engine.lend("typed_rows", typed)
        wrong = np.zeros(rows, np.bool_)
        wrong[self.engine.run(query)[_PLACE].to_numpy()] = True
        return wrong

    def _checks(self, typed: pa.Schema) -> str:
        """The query of the rows that break a check."""
        rows, contract = self.engine.named("typed_rows", schema=ibis.Schema.from_pyarrow(typed)), self.rules.contract
        counted = [
            one.is_wrong.fill_null(False) if check.counts_if_deleted(one, contract, self.rules.mapping)
            else one.is_wrong.fill_null(False) & ~rows.is_deleted
            for one in check.row_faults(rows, contract)
        ]  # fmt: skip
        return self.engine.sql(rows.filter(reduce(or_, counted)).select(_PLACE))

    def _hashes(
        self, found: Mapping[str, Words], codes: Mapping[str, NDArray[np.int32]], rows: int
    ) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
        """A hash of each row's key, and which rows have a whole key."""
        total, has_key = np.zeros(rows, np.uint64), np.ones(rows, np.bool_)
        for name in self.rules.key:
            total = total * np.uint64(0x9E3779B97F4A7C15) + found[name].hashes[codes[name]]
            if found[name].values.null_count:
                has_key &= found[name].values.is_valid().to_numpy(zero_copy_only=False)[codes[name]]
        return total, has_key


def raw(name: str) -> str:
    """The name of a delivered cell beside the typed column that it becomes; the source's record id is not of the contract."""
    return name if name == "record_id" else f"{RAW}{name}"


def _or_no(flags: NDArray[np.bool_] | None, rows: int) -> NDArray[np.bool_]:
    return np.zeros(rows, np.bool_) if flags is None else flags


def taken(values: pa.Array, codes: NDArray[np.int32]) -> pa.Array:
    """Each row's value; texts of few kinds stay as places in a dictionary, in which each stands once."""
    places = pa.array(codes)
    if not pa.types.is_string(values.type) or len(values) > FEW + 1:
        return values.take(places)
    encoded = values.dictionary_encode()
    return pa.DictionaryArray.from_arrays(encoded.indices.take(places), encoded.dictionary)
