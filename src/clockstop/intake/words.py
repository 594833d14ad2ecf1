"""What the distinct texts of a column are worth: each is typed and checked once, by Arrow where it plainly fits, else by a query.

The query of a column says nothing of its name or dataset: it is written once for all columns of its kind, and kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import reduce
from operator import or_
from pathlib import Path

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clockstop.contracts.contract import Column, Contract
from clockstop.intake import check, plain, queries
from clockstop.intake.check import DATED, DAY, RAW
from clockstop.intake.map import Mapping
from clockstop.intake.stages import Stages
from clockstop.store.engine import DuckDBEngine
from clockstop.store.texts import take_texts

CELL, _PLACE = "cell", "place_among_words"
# What a cell's query is asked for beside its value.
IS_WRONG, IS_1900, HASH, BUCKET = "is_wrong", "is_1900", "hash", "bucket"


@dataclass(frozen=True)
class Words:
    """What each text of a column is worth; the last is that of the empty cell."""

    values: pa.Array
    is_wrong: NDArray[np.bool_]
    is_1900: NDArray[np.bool_] | None = None
    offsets: pa.Array | None = None
    hashes: NDArray[np.uint64] | None = None
    buckets: NDArray[np.int8] | None = None


@dataclass(frozen=True, kw_only=True)
class Kind:
    """All that a column's query depends on. Two columns of one kind, of whatever datasets, have one query."""

    column: Column
    codes: dict[str, str] = field(default_factory=dict)
    date_formats: tuple[str, ...] = ()
    has_serials: bool = False
    has_nul: bool = False
    is_key: bool = False
    is_group: bool = False

    @classmethod
    def of(cls, column: Column, mapping: Mapping, *, has_serials: bool, has_nul: bool, is_key: bool, is_group: bool) -> "Kind":
        """The kind of a column in files of this form."""
        is_dated = column.type in DATED
        return cls(
            column=replace(column, name=CELL, meaning="", is_identifying=False),
            codes=mapping.codes.get(column.name, {}),
            date_formats=mapping.date_formats if is_dated else (),
            has_serials=has_serials and is_dated,
            has_nul=has_nul, is_key=is_key, is_group=is_group,
        )  # fmt: skip

    @property
    def needs_query(self) -> bool:
        """Whether no word of it is worth something at first sight."""
        return self.is_key or self.is_group or bool(self.codes) or self.column.type == "number"

    def query(self, engine: DuckDBEngine, words: pa.Schema) -> str:
        """The query over texts lent as `cell_words`."""
        contract = Contract(
            name=CELL, title="", columns=(self.column,), key=(CELL,) if self.is_key else (), window=CELL, grouped_by=CELL
        )
        mapping = Mapping(date_formats=self.date_formats, codes={CELL: self.codes} if self.codes else {})
        stages = Stages(engine, CELL)
        rows = engine.named("cell_words", schema=ibis.Schema.from_pyarrow(words))
        rows = stages.settled(rows, contract, mapping, has_serials=self.has_serials)
        return stages.query(self._found(rows, contract, mapping))

    def _found(self, rows: ibis.Table, contract: Contract, mapping: Mapping) -> ibis.Table:
        faults = check.cell_faults(rows, contract, mapping, trust="", today=queries.STAND_IN, has_nul=self.has_nul)
        wrong = [one.is_wrong.fill_null(False) for one in faults if one.column == CELL]
        columns = {IS_WRONG: reduce(or_, wrong) if wrong else ibis.literal(False), CELL: rows[CELL]}
        columns |= {IS_1900: check.is_missing_day(rows, CELL)} if f"{DAY}{CELL}" in rows.columns else {}
        columns |= {self.column.offset_name: rows[self.column.offset_name]} if self.column.keeps_offset else {}
        columns |= {HASH: rows[CELL].hash()} if self.is_key else {}
        columns |= {BUCKET: rows.bucket} if self.is_group else {}
        return rows.select(_PLACE, **columns)


@dataclass
class Judge:
    """Judges texts through one connection of the engine; each thread has its own. Its queries are `kept_in` a folder."""

    engine: DuckDBEngine
    today: date
    kept_in: Path | None = None

    def words(self, kind: Kind, words: pa.Array) -> Words:
        """What each of these distinct texts is worth; a null among them is an empty cell too."""
        whole = pa.concat_arrays([words, pa.nulls(1, words.type)])
        if kind.needs_query:
            return self._asked(kind, whole)
        values, fits = plain.fitted(whole, kind.column, has_nul=kind.has_nul)
        if not kind.column.may_be_in_future:
            fits = pc.and_(fits, pc.fill_null(pc.less_equal(values.cast(pa.date32(), safe=False), pa.scalar(self.today)), False))
            values = pc.if_else(fits, values, None)
        is_wrong = np.zeros(len(whole), np.bool_)
        is_wrong[~whole.is_valid().to_numpy(zero_copy_only=False)] = kind.column.is_required
        odd = pc.and_(pc.invert(fits), whole.is_valid())
        found = Words(values, is_wrong, offsets=pa.nulls(len(whole), pa.int64()) if kind.column.keeps_offset else None)
        return _with(found, odd, self._asked(kind, whole.filter(odd))) if plain.any_of([odd]) else found

    def _asked(self, kind: Kind, words: pa.Array) -> Words:
        """What the checks say of each of these texts."""
        columns = pa.schema({f"{RAW}{CELL}": pa.string(), _PLACE: pa.int64()})
        (query,) = queries.kept(self.engine, "words", lambda: [kind.query(self.engine, columns)], shape=kind, kept_in=self.kept_in)
        take_texts(self.engine, "cell_words", words, text=f"{RAW}{CELL}", place=_PLACE)
        found = self.engine.run(queries.on_day(query, self.today))
        place = found[_PLACE].to_numpy()
        found = (found if (np.diff(place) > 0).all() else found.sort_by(_PLACE)).combine_chunks()
        column = {name: found[name].combine_chunks() for name in found.column_names}
        numbers = {
            name: column[name].to_numpy(zero_copy_only=False) for name in (IS_WRONG, IS_1900, HASH, BUCKET) if name in column
        }
        return Words(
            column[CELL], numbers[IS_WRONG], numbers.get(IS_1900), column.get(kind.column.offset_name),
            numbers[HASH].astype(np.uint64) if HASH in numbers else None, numbers.get(BUCKET),
        )  # fmt: skip


def _with(found: Words, where: pa.Array, asked: Words) -> Words:
    """What is known of each text, that of some in the places where it was asked for."""
    places = where.to_numpy(zero_copy_only=False)
    is_wrong = found.is_wrong.copy()
    is_wrong[places] = asked.is_wrong
    is_1900 = None
    if asked.is_1900 is not None:
        is_1900 = np.zeros(len(is_wrong), np.bool_)
        is_1900[places] = asked.is_1900
    offsets = None if found.offsets is None else pc.replace_with_mask(found.offsets, where, asked.offsets)
    values = pc.replace_with_mask(found.values, where, asked.values.cast(found.values.type))
    return Words(values, is_wrong, is_1900, offsets)


def flagged(flags: Sequence[bool] | NDArray[np.bool_] | None, codes: NDArray[np.int32]) -> NDArray[np.bool_] | None:
    """Whether each row's text is flagged; None where no text is."""
    return flags[codes] if flags is not None and flags.any() else None
