"""Rows on their way to be set aside: every reason of each, and the row as it came."""

import json
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from ibis.expr.types import StringValue, Table
from numpy.typing import NDArray

from clockstop.intake.cells import NHS_NUMBER, Rulebook, raw
from clockstop.intake.check import NHS_FAULT, PSEUDONYM
from clockstop.intake.map import Matched
from clockstop.intake.queries import STAND_IN, kept, on_day
from clockstop.intake.read import SOURCE_ROW, Ragged
from clockstop.intake.set_aside import SCHEMA
from clockstop.intake.stages import Stages
from clockstop.store.engine import DuckDBEngine

MASK = "**********"
# Rows whose reasons are worked out at a time: each can have two dozen.
ROWS_AT_A_TIME = 20_000
# What is kept of a cell as it came: no column allows more than a small part of it.
_LONGEST_CELL = 4_000
_TEN_DIGITS = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
_TOO_FEW, _TOO_MANY = "too_few_cells", "too_many_cells"


@dataclass
class Reasons:
    """Finds the reasons of bad rows through one connection of the engine; each thread has its own."""

    engine: DuckDBEngine
    rules: Rulebook
    matched: Matched
    kept_in: Path | None = None
    sentences: dict[tuple[str, str], str] = field(default_factory=dict)

    def rows(self, texts: pa.Table, columns: Collection[str]) -> Iterable[pa.Table]:
        """The rows of texts, `raw_...`, with every reason that holds, some thousands at a time; only `columns` are at fault."""
        rules = self.rules.of(columns)
        query = self._written(rules, texts.schema)
        for first in range(0, texts.num_rows, ROWS_AT_A_TIME):
            self.engine.lend("bad_texts", texts.slice(first, ROWS_AT_A_TIME))
            yield self.engine.run(query).select(SCHEMA.names).cast(SCHEMA)

    def originals(self, texts: pa.Table, reasons: pa.Table) -> pa.Table:
        """The rows of texts with one reason each, which `reasons` gives by `source_row`: `reason`, `column`, `found`."""
        self.engine.lend("losing_texts", texts)
        self.engine.lend("losing_reasons", reasons)
        rows, why = self.engine.named("losing_texts"), self.engine.named("losing_reasons")
        both = rows.select(SOURCE_ROW, original=self._original(rows)).inner_join(why, SOURCE_ROW)
        one = {"reasons": ibis.array([both.reason]), "columns": ibis.array([both.column]), "found": ibis.array([both.found])}
        return self.engine.rows(both.select(SOURCE_ROW, **one, original=both.original).order_by(SOURCE_ROW)).cast(SCHEMA)

    def _written(self, rules: Rulebook, texts: pa.Schema) -> str:
        """The query of the reasons; what each says is noted."""
        contract, mapping = rules.contract, rules.mapping
        names = [column.name for column in contract.columns]
        shape = (
            contract.name, names, texts.names, self.matched.headers, sorted(self.matched.places.items()), rules.trust, rules.key,
            {name: codes for name, codes in mapping.codes.items() if name in names}, mapping.date_formats,
            mapping.strict_nhs_numbers, rules.has_serials, rules.has_nul, bool(contract.checks),
        )  # fmt: skip
        query, said = kept(self.engine, "reasons", lambda: self._text(rules, texts), shape=repr(shape), kept_in=self.kept_in)
        today = rules.today.isoformat()
        self.sentences |= {(code, name): says.replace(STAND_IN.isoformat(), today) for code, name, says in json.loads(said)}
        return on_day(query, rules.today)

    def _text(self, rules: Rulebook, texts: pa.Schema) -> tuple[str, str]:
        stages = Stages(self.engine, "bad_texts")
        rows = self.engine.named("bad_texts", schema=ibis.Schema.from_pyarrow(texts))
        rows = stages.settled(rows, rules.contract, rules.mapping, has_serials=rules.has_serials)
        faults = replace(rules, today=STAND_IN).faults(rows)
        return stages.query(self._query(rows, faults)), json.dumps([(one.code, one.column, one.sentence) for one in faults])

    def _query(self, rows: Table, faults: Sequence[Any]) -> Table:
        def each(what: Any) -> Any:
            cells = [one.is_wrong.fill_null(False).ifelse(what(one), ibis.null("string")) for one in faults]
            return ibis.array(cells).filter(lambda one: one.notnull())

        return rows.select(
            SOURCE_ROW,
            reasons=each(lambda one: ibis.literal(one.code)),
            columns=each(lambda one: ibis.literal(one.column)),
            found=each(lambda one: one.found.fill_null("")),
            original=self._original(rows),
        ).order_by(SOURCE_ROW)

    def _original(self, texts: Table) -> StringValue:
        """The row as it came, under their headers, as a JSON object; NHS numbers masked, columns that are not loaded left out."""
        cells: dict[str, Any] = {}
        for name, place in sorted(self.matched.places.items(), key=lambda item: item[1]):
            header = self.matched.headers[place]
            while header.casefold() in (one.casefold() for one in cells):
                header += "_"
            if name == NHS_NUMBER:
                cells[header] = (texts[PSEUDONYM].notnull() | texts[NHS_FAULT]).ifelse(MASK, ibis.null("string"))
            else:
                cells[header] = texts[raw(name)].left(_LONGEST_CELL)
        return ibis.struct(cells).cast("json").cast("string")


def ragged_rows(ragged: Sequence[Ragged], matched: Matched) -> pa.Table:
    """Rows with too few or too many cells as rows set aside."""
    rows = [
        {
            SOURCE_ROW: one.source_row,
            "reasons": [_TOO_FEW if one.actual < one.expected else _TOO_MANY],
            "columns": [""],
            "found": [str(one.actual)],
            "original": json.dumps(_ragged_cells(one, matched)),
        }
        for one in ragged
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def ragged_sentences(matched: Matched) -> dict[tuple[str, str], str]:
    """What is said of a row whose cells do not fit the header."""
    says = f"{{}} cells where the header has {len(matched.headers)}"
    return {(_TOO_FEW, ""): says, (_TOO_MANY, ""): says}


def ragged_keys(ragged: Sequence[Ragged], matched: Matched, key: Sequence[str], names: Sequence[str]) -> pa.Table | None:
    """The keys that ragged rows may have, as text: read by place from the left, and from the right."""
    places = matched.places
    if not all(name in places for name in key):
        return None
    rows: list[dict[str, str]] = []
    for one in ragged:
        for shift in (0, one.actual - one.expected):
            cells = {name: one.cells[places[name] + shift] for name in key if 0 <= places[name] + shift < len(one.cells)}
            if len(cells) == len(key):
                rows.append({name: cells.get(name, "").strip() for name in names})
    return pa.table({name: pa.array([row[name] or None for row in rows], pa.string()) for name in names})


def counted(file: Path) -> tuple[dict[str, int], list[dict[str, Any]], int]:
    """The rows of each reason, the cells of each reason and column, and how many rows a file of rows set aside has."""
    by_code: dict[str, int] = {}
    by_column: dict[tuple[str, str], int] = {}
    with pq.ParquetFile(file) as parquet:
        for batch in parquet.iter_batches(columns=["reasons", "columns"]):
            _count(batch, by_code, by_column)
        rows = parquet.metadata.num_rows
    reasons = dict(sorted(by_code.items(), key=lambda one: (-one[1], one[0])))
    faults = [{"code": code, "column": column, "rows": number} for (code, column), number in by_column.items()]
    return reasons, sorted(faults, key=lambda one: (-one["rows"], one["code"], one["column"])), rows


def _count(batch: pa.RecordBatch, by_code: dict[str, int], by_column: dict[tuple[str, str], int]) -> None:
    rows = pc.list_parent_indices(batch["reasons"]).to_numpy()
    codes, columns = (pc.list_flatten(batch[name]).dictionary_encode() for name in ("reasons", "columns"))
    if not len(rows):
        return
    of_code, of_column = codes.indices.to_numpy().astype(np.int64), columns.indices.to_numpy()
    once = np.unique(rows * len(codes.dictionary) + of_code) % len(codes.dictionary)
    for code, number in _numbers(once):
        word = codes.dictionary[code].as_py()
        by_code[word] = by_code.get(word, 0) + number
    for pair, number in _numbers(of_code * len(columns.dictionary) + of_column):
        code, column = divmod(pair, len(columns.dictionary))
        words = codes.dictionary[code].as_py(), columns.dictionary[column].as_py()
        by_column[words] = by_column.get(words, 0) + number


def _numbers(values: NDArray[np.int64]) -> list[tuple[int, int]]:
    found, numbers = np.unique(values, return_counts=True)
    return list(zip(found.tolist(), numbers.tolist(), strict=True))


def _ragged_cells(one: Ragged, matched: Matched) -> dict[str, str]:
    """The cells that surely belong to columns that are loaded: in a shifted row a name could stand anywhere after."""
    used = set(matched.places.values())
    first_unused = next((place for place in range(len(matched.headers)) if place not in used), len(one.cells))
    sure = max(0, first_unused - max(0, one.expected - one.actual)) if first_unused < len(one.cells) else len(one.cells)
    names = [*matched.headers, *(f"extra cell {n + 1}" for n in range(max(0, len(one.cells) - len(matched.headers))))]
    cells = {name: _TEN_DIGITS.sub(MASK, cell) for name, cell in zip(names, one.cells[:sure], strict=False)}
    if sure < one.actual:
        cells["cells not shown"] = str(one.actual - sure)
    return cells
