"""How theatres are used: minutes by theatre and by service, and the lists of one day with the cases on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import ibis
from ibis import _
from ibis.expr.types import Table

from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope

TABLE, CASES = "theatre_lists", "theatre_cases_timed"
WEEKS = (4, 12, 26, 52)
DEFAULT_WEEKS = 12
SUMS = (
    "planned_minutes", "run_minutes", "capped_minutes", "uncapped_minutes", "counted_cases", "run_sessions", "late_start_minutes",
    "early_finish_minutes", "overrun_minutes", "gap_minutes", "gaps", "cancelled_on_the_day",
)  # fmt: skip


@dataclass(frozen=True)
class TheatreFilters:
    """What the reader asked for; empty means all. `weeks` back from the as-of day; `day` is the day whose lists are drawn."""

    trust: str = ""
    site: str = ""
    theatre: str = ""
    service: str = ""
    session_type: str = "elective"
    weeks: int = DEFAULT_WEEKS
    day: date | None = None


@dataclass(frozen=True)
class Use:
    """A theatre's or a service's sessions added up; shares are of sums (TH-R07)."""

    name: str
    site: str
    trust: str
    sessions: int
    run: int
    late: int
    sums: dict[str, float]

    @property
    def capped(self) -> float | None:
        """Capped utilisation (TH-R01); None where no session was run."""
        return self.sums["capped_minutes"] / self.sums["run_minutes"] if self.sums["run_minutes"] else None

    @property
    def uncapped(self) -> float | None:
        """Uncapped utilisation (TH-R02)."""
        return self.sums["uncapped_minutes"] / self.sums["run_minutes"] if self.sums["run_minutes"] else None

    @property
    def cases_a_session(self) -> float | None:
        """Cases in 4 hours (TH-R09)."""
        return self.sums["counted_cases"] / self.sums["run_sessions"] if self.sums["run_sessions"] else None

    def mean(self, name: str) -> float | None:
        """The mean of a sum over the sessions run."""
        return self.sums[name] / self.run if self.run else None


@dataclass(frozen=True)
class OfDay:
    """A session of a day with its minutes, and its cases in the order of their starts."""

    row: dict[str, Any]
    cases: tuple[dict[str, Any], ...]

    def minute(self, instant: datetime) -> int:
        """The minute of the session's day; beyond 1,440 it is the next."""
        begin = datetime.combine(self.row["session_date"], datetime.min.time())
        return round((instant.replace(tzinfo=None) - begin).total_seconds() / 60)


def is_kept(desk: Desk) -> bool:
    """Whether a trust sent theatre sessions."""
    return desk.has(TABLE)


def first_day(desk: Desk, filters: TheatreFilters) -> date:
    """The first day that is looked at."""
    return desk.as_of - timedelta(days=7 * filters.weeks - 1)


def used_by(scope: Scope, desk: Desk, filters: TheatreFilters, by: str) -> tuple[Use, ...]:
    """The sessions of the last weeks added up by `theatre`, `service` or `trust`, the largest first."""
    keys = {"theatre": ["trust", "site", "theatre"], "service": ["trust", "service"], "trust": ["trust"]}[by]

    def asked() -> Table:
        rows = _past(scope, desk, filters)
        sums = {name: rows[name].sum().cast("float64") for name in SUMS}
        found = rows.group_by(*keys).agg(sessions=rows.count(), run=rows.is_run.sum(), late=rows.is_late_start.sum(), **sums)
        return found.order_by(ibis.desc("planned_minutes"), *keys)

    rows = desk.compiled_rows(("theatres by", by, _reach(scope), filters), asked).to_pylist()
    return tuple(
        Use(row[by] or "", row.get("site") or "", row["trust"], row["sessions"], row["run"], row["late"],
            {name: row[name] or 0.0 for name in SUMS})
        for row in rows
    )  # fmt: skip


def sessions_of(scope: Scope, desk: Desk, filters: TheatreFilters) -> list[dict[str, Any]]:
    """The sessions of the last weeks with their minutes, one row each, to be taken away; of trusts whose patients one may see."""
    return desk.compiled_rows(
        ("theatre sessions", scope.clearance, filters),
        lambda: scope.patients(_past(scope, desk, filters)).order_by("session_date", "trust", "theatre", "planned_start_at"),
    ).to_pylist()


def last_day_with_lists(scope: Scope, desk: Desk, filters: TheatreFilters) -> date | None:
    """The last day up to the as-of day on which a list of the filters was run."""
    rows = _chosen(scope, desk, filters)
    found = desk.compiled_rows(
        ("last theatre day", _reach(scope), filters), lambda: rows.filter(rows.is_run).aggregate(day=rows.session_date.max())
    )
    return found.to_pylist()[0]["day"]


def lists_of_day(scope: Scope, desk: Desk, filters: TheatreFilters) -> tuple[OfDay, ...]:
    """The sessions of `filters.day` by theatre and time with their cases, of trusts whose patients the reader may see."""
    day = filters.day
    rows = scope.patients(_chosen(scope, desk, filters))
    chosen = rows.filter(rows.session_date == ibis.literal(day)).order_by("trust", "site", "theatre", "planned_start_at")
    lists = desk.compiled_rows(("theatre day", scope.clearance, filters), lambda: chosen).to_pylist()
    cases = _cases_of(scope, desk, [row["theatre_session_identifier"] for row in lists], filters)
    return tuple(OfDay(row, cases.get((row["trust"], row["theatre_session_identifier"]), ())) for row in lists)


def _cases_of(
    scope: Scope, desk: Desk, sessions: Sequence[str], filters: TheatreFilters
) -> dict[tuple[str, str], tuple[dict[str, Any], ...]]:
    if not sessions or not scope.patient_trusts:
        return {}
    rows = scope.patients(desk.table(CASES))
    of_day = rows.filter(rows.theatre_session_identifier.isin(sorted(sessions)))
    key = ("theatre day cases", scope.clearance, filters)
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    order = ("theatre_session_identifier", "touch_start_at", "list_order", "theatre_case_identifier")
    for row in desk.compiled_rows(key, lambda: of_day.order_by(*order)).to_pylist():
        found.setdefault((row["trust"], row["theatre_session_identifier"]), []).append(row)
    return {session: tuple(cases) for session, cases in found.items()}


def choices(scope: Scope, desk: Desk, filters: TheatreFilters) -> list[dict[str, Any]]:
    """The sites, theatres and services that the reader's sessions have."""
    rows = scope.totals(desk.table(TABLE))
    rows = rows.filter(rows.trust == filters.trust) if filters.trust else rows
    key = ("theatre choices", _reach(scope), filters.trust)
    return desk.compiled_rows(key, lambda: rows.select("site", "theatre", "service").distinct()).to_pylist()


def _past(scope: Scope, desk: Desk, filters: TheatreFilters) -> Table:
    rows = _chosen(scope, desk, filters)
    return rows.filter(_.is_past & (_.session_date >= first_day(desk, filters)))


def _chosen(scope: Scope, desk: Desk, filters: TheatreFilters) -> Table:
    rows = scope.totals(desk.table(TABLE))
    for name in ("trust", "site", "theatre", "service", "session_type"):
        if getattr(filters, name):
            rows = rows.filter(rows[name] == getattr(filters, name))
    return rows


def _reach(scope: Scope) -> tuple[str, ...]:
    return tuple(sorted(scope.trusts))
