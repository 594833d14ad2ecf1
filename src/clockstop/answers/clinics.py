"""Clinic by clinic: the slots of the template beside those held and used, and the sessions that fell away (OP-R04, R05, R15)."""

from dataclasses import dataclass
from datetime import date, timedelta

import ibis
from ibis import _
from ibis.expr.types import Table

from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope

TABLE = "outpatient_slots"


@dataclass(frozen=True)
class ClinicFilters:
    """What the reader asked for; empty means all. `weeks` back from the as-of day."""

    trust: str = ""
    service: str = ""
    weeks: int = 12


@dataclass(frozen=True)
class Clinic:
    """One clinic in those weeks. `template_slots` are those of all sessions scheduled, `slots_available` of those held."""

    trust: str
    clinic: str
    service: str | None
    sessions: int
    sessions_held: int
    cancelled_late: int
    template_slots: int
    slots_available: int
    slots_blocked: int
    slots_booked: int
    slots_attended: int

    @property
    def booked(self) -> float | None:
        """The share of the slots available that were booked; over 1 where slots are shared."""
        return self.slots_booked / self.slots_available if self.slots_available else None

    @property
    def attended(self) -> float | None:
        """The share of the slots available that were attended."""
        return self.slots_attended / self.slots_available if self.slots_available else None

    @property
    def lost(self) -> int:
        """The slots of the template that no patient used."""
        return max(self.template_slots - self.slots_attended, 0)


def is_kept(desk: Desk) -> bool:
    """Whether a trust sent sessions."""
    return desk.has(TABLE)


def first_day(desk: Desk, filters: ClinicFilters) -> date:
    """The first day that is looked at."""
    return desk.as_of - timedelta(days=7 * filters.weeks - 1)


def clinics(scope: Scope, desk: Desk, filters: ClinicFilters) -> tuple[Clinic, ...]:
    """Every clinic of the reader's trusts, those that lose most slots first."""
    key = ("clinics", tuple(sorted(scope.trusts)), filters)
    return tuple(Clinic(**row) for row in desk.compiled_rows(key, lambda: _clinics(scope, desk, filters)).to_pylist())


def _clinics(scope: Scope, desk: Desk, filters: ClinicFilters) -> Table:
    rows = scope.totals(desk.table(TABLE))
    rows = rows.filter(rows.is_past & (rows.session_date >= first_day(desk, filters)))
    for name in ("trust", "service"):
        if getattr(filters, name):
            rows = rows.filter(rows[name] == getattr(filters, name))
    amounts = ("template_slots", "slots_available", "slots_blocked", "slots_booked", "slots_attended")
    found = rows.group_by("trust", "clinic").agg(
        service=_.service.max(),
        sessions=_.count(),
        sessions_held=_.is_held.sum().cast("int64"),
        cancelled_late=_.is_cancelled_at_short_notice.sum().cast("int64"),
        **{name: _[name].sum().cast("int64") for name in amounts},
    )
    return found.order_by(ibis.desc(found.template_slots - found.slots_attended), "trust", "clinic")
