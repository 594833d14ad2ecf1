"""Which trust and site a page of unplanned care is about, and the rows of a table that lie there."""

from dataclasses import dataclass
from typing import Any, Protocol

from ibis.expr.types import Table

from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope


class Placed(Protocol):
    """Filters that name a place, among others; empty means all in reach."""

    @property
    def trust(self) -> str: ...

    @property
    def site(self) -> str: ...


@dataclass(frozen=True)
class Place:
    """A trust, a site of it, or (both empty) all in reach."""

    trust: str = ""
    site: str = ""


def rows_of(scope: Scope, desk: Desk, table: str, place: Placed) -> Table:
    """The rows of a table there, of trusts whose totals may be read."""
    rows = scope.totals(desk.table(table))
    rows = rows.filter(rows.trust == place.trust) if place.trust else rows
    return rows.filter(rows.site == place.site) if place.site else rows


def live_rows(scope: Scope, desk: Desk, table: str, place: Placed) -> list[dict[str, Any]]:
    """The rows of a live table there, read once for each state of it; none where no trust sends it.

    They are whole rows of few patients: to be counted. Who shows one of them asks `scope.is_own` of its trust first.
    """
    if not desk.has(table):
        return []
    key = ("live rows", table, reach(scope), place.trust, place.site)
    return desk.kept_answer(key, lambda: desk.rows(rows_of(scope, desk, table, place)).to_pylist())


def reach(scope: Scope) -> tuple[str, ...]:
    """The trusts whose totals may be read, as part of a key."""
    return tuple(sorted(scope.trusts))
