"""Which rooms stand empty: the minutes open, booked and in use by location, weekday and half-day, and the rooms behind each."""

from dataclasses import dataclass
from datetime import date, timedelta

import ibis
from ibis import _
from ibis.expr.types import Table

from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope

TABLE = "room_use"
WEEKS = (4, 12, 26, 52)
DEFAULT_WEEKS = 12


@dataclass(frozen=True)
class RoomFilters:
    """What the reader asked for; empty means all. `weeks` back from the as-of day."""

    trust: str = ""
    site: str = ""
    room_type: str = ""
    weeks: int = DEFAULT_WEEKS


@dataclass(frozen=True)
class HalfDay:
    """A location on the mornings or afternoons of a weekday: its minutes, and how many room half-days were open and empty."""

    trust: str
    location: str
    weekday: int
    half_day: str
    rooms: int
    half_days: int
    empty: int
    open_minutes: int
    booked_minutes: int
    used_minutes: int

    @property
    def used(self) -> float | None:
        """The share of the open minutes in which rooms were in use (OP-R13); None where none were open."""
        return self.used_minutes / self.open_minutes if self.open_minutes else None

    @property
    def booked(self) -> float | None:
        """The share of the open minutes for which rooms were booked (OP-R14)."""
        return self.booked_minutes / self.open_minutes if self.open_minutes else None


@dataclass(frozen=True)
class RoomOfHalfDay:
    """One room on a half-day of a weekday: the clinics that sat there, and on how many of its days it was used at all."""

    room_identifier: str
    room_name: str | None
    clinics: str
    days: int
    days_used: int
    open_minutes: int
    booked_minutes: int
    used_minutes: int

    @property
    def used(self) -> float:
        """The share of its open minutes in which it was in use."""
        return self.used_minutes / self.open_minutes if self.open_minutes else 0.0


@dataclass(frozen=True)
class Choices:
    """What can be asked for: sites and kinds of room that the reader's rooms have."""

    sites: tuple[str, ...]
    room_types: tuple[str, ...]


def is_kept(desk: Desk) -> bool:
    """Whether a trust sent rooms."""
    return desk.has(TABLE)


def first_day(desk: Desk, filters: RoomFilters) -> date:
    """The first day that is looked at."""
    return desk.as_of - timedelta(days=7 * filters.weeks - 1)


def half_days(scope: Scope, desk: Desk, filters: RoomFilters) -> tuple[HalfDay, ...]:
    """Every location, weekday and half-day on which the reader’s rooms were open, in that order; minutes are added up."""
    rows = desk.compiled_rows(("room half-days", _reach(scope), filters), lambda: _half_days(scope, desk, filters))
    return tuple(HalfDay(**row) for row in rows.to_pylist())


def rooms_of(
    scope: Scope, desk: Desk, filters: RoomFilters, *, trust: str, location: str, weekday: int, half_day: str
) -> tuple[RoomOfHalfDay, ...]:
    """The rooms of one location on one half-day of the week, the least used first."""
    key = ("rooms of half-day", _reach(scope), filters, trust, location, weekday, half_day)

    def asked() -> Table:
        rows = _chosen(scope, desk, filters)
        at = rows.filter(
            (rows.trust == trust) & (rows.location == location) & (rows.weekday == weekday) & (rows.half_day == half_day)
        )
        return at.group_by("room_identifier", "room_name").agg(
            clinics=_.clinics.max(), days=_.count(), days_used=(~_.is_empty).sum().cast("int64"), **_minutes()
        ).order_by(_.used_minutes / _.open_minutes, "room_identifier")  # fmt: skip

    found = desk.compiled_rows(key, asked).to_pylist()
    return tuple(RoomOfHalfDay(**{**row, "clinics": row["clinics"] or ""}) for row in found)


def choices(scope: Scope, desk: Desk, filters: RoomFilters) -> Choices:
    """The sites and kinds of room of the trust that is asked for."""
    rows = scope.totals(desk.table(TABLE))
    rows = rows.filter(rows.trust == filters.trust) if filters.trust else rows
    kept = desk.compiled_rows(("room choices", _reach(scope), filters.trust), lambda: rows.select("site", "room_type").distinct())
    found = kept.to_pylist()
    sites, kinds = ({row[name] for row in found if row[name]} for name in ("site", "room_type"))
    return Choices(tuple(sorted(sites)), tuple(sorted(kinds)))


def _half_days(scope: Scope, desk: Desk, filters: RoomFilters) -> Table:
    keys = ("trust", "location", "weekday", "half_day")
    rows = _chosen(scope, desk, filters).group_by(*keys).agg(
        rooms=_.room_identifier.nunique(), half_days=_.count(), empty=_.is_empty.sum().cast("int64"), **_minutes()
    )  # fmt: skip
    return rows.order_by("trust", "location", "weekday", ibis.desc("half_day"))


def _minutes() -> dict:
    return {name: _[name].sum().cast("int64") for name in ("open_minutes", "booked_minutes", "used_minutes")}


def _chosen(scope: Scope, desk: Desk, filters: RoomFilters) -> Table:
    rows = scope.totals(desk.table(TABLE))
    rows = rows.filter(rows.is_open & (rows.day >= first_day(desk, filters)))
    for name in ("trust", "site", "room_type"):
        if getattr(filters, name):
            rows = rows.filter(rows[name] == getattr(filters, name))
    return rows


def _reach(scope: Scope) -> tuple[str, ...]:
    return tuple(sorted(scope.trusts))
