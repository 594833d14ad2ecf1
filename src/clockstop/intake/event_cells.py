"""The cells of a piece of an event file by their distinct words: those that plainly fit as they are, the others judged.

Only a word that does not plainly fit (intake/plain.py) is brought before the checks that every load runs, and only then is an
engine opened.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clockstop.contracts.contract import Column, Contract
from clockstop.intake import plain
from clockstop.intake.columnar import as_text
from clockstop.intake.read import SOURCE_ROW

# Of a column and words that do not plainly fit it: the value of each, and whether it is wrong; null is the empty cell.
Judge = Callable[[Column, pa.Array], tuple[pa.Array, pa.Array]]


@dataclass
class EventCells:
    """Types the columns `kept` of each piece, and checks every column of the contract that the file has."""

    contract: Contract
    there: Sequence[str]
    kept: Sequence[str]
    missing: Sequence[str]
    has_nul: bool
    judge: Judge
    wrong_columns: set[str] = field(default_factory=set)

    def typed(self, piece: pa.Table) -> tuple[pa.Table, NDArray[np.bool_]]:
        """The kept columns of the piece's rows, null where a cell is wrong or the file has no such column; which rows are bad."""
        is_bad, values = np.zeros(piece.num_rows, np.bool_), {}
        for column in self.contract.columns:
            if column.name in self.there:
                self._check(column, piece[column.name], values, is_bad)
        nothing = {name: pa.nulls(piece.num_rows, plain.TYPES[self.contract.column(name).type]) for name in self.kept}
        return pa.table({**nothing, **values, SOURCE_ROW: piece[SOURCE_ROW]}), is_bad

    def texts(self, piece: pa.Table) -> pa.Table:
        """The piece's rows as they came, but for the blanks around a cell."""
        columns = {name: _trimmed(self._as_delivered(piece[name].combine_chunks())) for name in self.there}
        return pa.table({**columns, SOURCE_ROW: piece[SOURCE_ROW]})

    def _check(self, column: Column, cells: pa.ChunkedArray, values: dict[str, pa.Array], is_bad: NDArray[np.bool_]) -> None:
        if column.name not in self.kept and self._is_surely_good(column, cells):
            return
        words, codes = self._words(cells)
        value, is_wrong = self._of_words(column, words)
        flags = is_wrong.to_numpy(zero_copy_only=False)
        if flags.any():
            is_bad_here = flags[codes]
            if is_bad_here.any():
                self.wrong_columns.add(column.name)
                is_bad |= is_bad_here
        if column.name in self.kept:
            values[column.name] = _rows_of(value, codes)

    def _is_surely_good(self, column: Column, cells: pa.ChunkedArray) -> bool:
        """Whether a text that nobody keeps needs no closer look."""
        if column.is_required or column.type != "text" or not pa.types.is_string(cells.type):
            return False
        return not plain.any_of([pc.invert(plain.is_short(cells, column, has_nul=self.has_nul))])

    def _words(self, cells: pa.ChunkedArray) -> tuple[pa.Array, NDArray[np.int32]]:
        """The column's distinct texts, and each row's place among them; the last place is that of no text."""
        encoded = _encoded(cells)
        words = _trimmed(self._as_delivered(encoded.dictionary))
        distinct = words.drop_null().dictionary_encode()
        places = np.full(len(words) + 1, len(distinct.dictionary), np.int32)
        places[:-1][words.is_valid().to_numpy(zero_copy_only=False)] = distinct.indices.to_numpy()
        indices = encoded.indices.cast(pa.int32())
        codes = (indices.fill_null(len(words)) if indices.null_count else indices).to_numpy()
        return distinct.dictionary, codes if len(distinct.dictionary) == len(words) else places[codes]

    def _as_delivered(self, values: pa.Array) -> pa.Array:
        """The texts of values; what stands for nothing is null."""
        if pa.types.is_string(values.type) and not self.missing:
            return values
        texts = as_text(values)
        is_missing = pc.is_in(texts, value_set=pa.array([*self.missing, ""], pa.string()))
        return pc.if_else(is_missing, pa.scalar(None, pa.string()), texts)

    def _of_words(self, column: Column, words: pa.Array) -> tuple[pa.Array, pa.Array]:
        """The value of each word and of the empty cell, which stands last, and whether it is wrong."""
        values, is_plain = plain.fitted(words, column, has_nul=self.has_nul)
        is_odd = pc.invert(is_plain)
        wrong = pa.array([column.is_required], pa.bool_())
        if not plain.any_of([is_odd]):
            return _with_empty(values), pa.concat_arrays([is_odd, wrong])
        judged, is_wrong = self.judge(column, words.filter(is_odd))
        values = pc.replace_with_mask(values, is_odd, judged)
        is_wrong = pc.replace_with_mask(is_odd, is_odd, is_wrong)
        return _with_empty(values), pa.concat_arrays([is_wrong, wrong])


def _with_empty(values: pa.Array) -> pa.Array:
    return pa.concat_arrays([values, pa.nulls(1, values.type)])


def _rows_of(values: pa.Array, codes: NDArray[np.int32]) -> pa.Array:
    """Each row's value; texts as places in a dictionary in which each stands once."""
    if not pa.types.is_string(values.type):
        return values.take(pa.array(codes))
    distinct = values.dictionary_encode()
    places = distinct.indices.take(pa.array(codes))
    return pa.DictionaryArray.from_arrays(places, distinct.dictionary)


def _encoded(cells: pa.ChunkedArray) -> pa.DictionaryArray:
    if pa.types.is_null(cells.type):
        cells = cells.cast(pa.string())
    whole = (cells.unify_dictionaries() if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()).combine_chunks()
    return whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole


def _trimmed(texts: pa.Array) -> pa.Array:
    trimmed = pc.utf8_trim_whitespace(texts)
    return pc.if_else(pc.equal(trimmed, pa.scalar("")), pa.scalar(None, trimmed.type), trimmed)
