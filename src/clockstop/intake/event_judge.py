"""What the checks of every load say of the words of an event file that do not plainly fit, and of the rows that hold them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from clockstop.contracts.contract import Column, Contract
from clockstop.intake.map import Mapping
from clockstop.intake.read import SOURCE_ROW, Delivered

if TYPE_CHECKING:
    from clockstop.intake.cells import Rulebook
    from clockstop.store.engine import DuckDBEngine

PATHWAY = "patient_pathway_identifier"
# Bad rows whose reasons are worked out at a time.
ROWS_AT_A_TIME = 20_000
_PLACE = "place_among_words"


class EventJudge:
    """Runs the checks of intake/check.py over words and over bad rows, through an engine that is opened when first needed."""

    def __init__(self, contract: Contract, delivered: Delivered) -> None:
        self.contract, self.delivered = contract, delivered
        self._engine: DuckDBEngine | None = None
        self._queries: dict[str, str] = {}

    def words(self, column: Column, words: pa.Array) -> tuple[pa.Array, pa.Array]:
        """The value of each word of that column, and whether the word is wrong there."""
        from clockstop.intake.cells import raw

        name = f"words_{column.name}"
        self.engine.lend(name, pa.table({raw(column.name): words, _PLACE: pa.arange(0, len(words))}))
        if name not in self._queries:
            self._queries[name] = self._query(column, name)
        found = self.engine.run(self._queries[name]).sort_by(_PLACE)
        return found["value"].combine_chunks(), found["is_wrong"].combine_chunks()

    def reasons(self, texts: pa.Table, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Of each bad row its `source_row`, `reasons`, `columns` and `messages`; only these columns hold wrong words."""
        from clockstop.intake.cells import raw

        names = [SOURCE_ROW if name == SOURCE_ROW else raw(name) for name in texts.column_names]
        wanted = self.rules_of([column for column in self.contract.columns if column.name in columns])
        for first in range(0, texts.num_rows, ROWS_AT_A_TIME):
            self.engine.lend("bad_texts", texts.rename_columns(names).slice(first, ROWS_AT_A_TIME))
            if "reasons" not in self._queries:
                self._queries["reasons"] = self._reasons_query(wanted)
            yield from self.engine.run(self._queries["reasons"]).to_pylist()

    @property
    def engine(self) -> "DuckDBEngine":
        """The engine, opened by now."""
        from clockstop.store.engine import DuckDBEngine

        self._engine = self._engine or DuckDBEngine(memory_limit="1GB")
        return self._engine

    def close(self) -> None:
        """Let the engine go, if it was opened."""
        if self._engine:
            self._engine.close()

    def rules_of(self, columns: Sequence[Column]) -> "Rulebook":
        """What rows of these columns alone are checked against; the checks need the pathway's column whatever the columns."""
        from clockstop.intake.cells import Rulebook

        names = {column.name for column in columns} | {PATHWAY}
        contract = replace(
            self.contract, key=(PATHWAY,), columns=tuple(column for column in self.contract.columns if column.name in names)
        )
        return Rulebook(
            contract=contract, mapping=Mapping(), trust="", today=date.max,
            has_serials=self.delivered.kind == "xlsx", has_nul=self.delivered.has_nul,
        )  # fmt: skip

    def _query(self, column: Column, name: str) -> str:
        import ibis

        rules = self.rules_of([column])
        rows = rules.parsed(self.engine, name)
        wrong = [one.is_wrong.fill_null(False) for one in rules.cell_faults(rows) if one.column == column.name]
        is_wrong = reduce(or_, wrong) if wrong else ibis.literal(False)
        return self.engine.sql(rows.select(_PLACE, value=rows[column.name], is_wrong=is_wrong))

    def _reasons_query(self, rules: "Rulebook") -> str:
        import ibis

        rows = rules.parsed(self.engine, "bad_texts")
        names = {column.name for column in rules.contract.columns}
        faults = [one for one in rules.faults(rows) if one.column in names]

        def each(texts: list[Any]) -> Any:
            cells = [
                one.is_wrong.fill_null(False).ifelse(text, ibis.null("string")) for one, text in zip(faults, texts, strict=True)
            ]
            return ibis.array(cells).filter(lambda one: one.notnull())

        found = rows.select(
            SOURCE_ROW,
            reasons=each([ibis.literal(one.code) for one in faults]),
            columns=each([ibis.literal(one.column) for one in faults]),
            messages=each([one.message.fill_null("") for one in faults]),
        )
        return self.engine.sql(found.order_by(SOURCE_ROW))
