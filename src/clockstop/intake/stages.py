"""The checks of intake/check.py over texts, as one query whose stages stand apart: no text is parsed twice."""

from ibis.expr.types import Table

from clockstop.contracts.contract import Contract
from clockstop.intake import check
from clockstop.intake.map import Mapping
from clockstop.store.engine import DuckDBEngine


class Stages:
    """Writes one stage after another; `query` is the last stage's expression with all that it reads."""

    def __init__(self, engine: DuckDBEngine, name: str) -> None:
        self.engine, self.name = engine, name
        self._written: list[str] = []

    def settled(self, rows: Table, contract: Contract, mapping: Mapping, *, has_serials: bool) -> Table:
        """The texts, `raw_...`, as typed rows."""
        if any(column.type == "instant" for column in contract.columns):
            rows = self._next("said", check.said(rows, contract, mapping))
            rows = self._next("at_greenwich", check.at_greenwich(rows, contract))
        rows = self._next("typed", check.typed(rows, contract, mapping, has_serials=has_serials))
        return self._next("settled", check.settled(rows, contract))

    def query(self, rows: Table) -> str:
        """The query that gives the expression's rows."""
        return f"WITH {', '.join(self._written)} SELECT * FROM ({self.engine.sql(rows)})"

    def _next(self, stage: str, rows: Table) -> Table:
        self._written.append(f'"{self.name}_{stage}" AS ({self.engine.sql(rows)})')
        return self.engine.named(f"{self.name}_{stage}", schema=rows.schema())
