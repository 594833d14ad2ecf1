"""How patients flow through the emergency department: arrivals and departures by the hour, time to each stage, who is admitted.

Durations are those of the fact, by Greenwich's minutes; hours of the day are London's. An hour that comes twice on the last Sunday
of October counts into its hour twice, and the mean is over the days.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import ibis
from ibis import _
from ibis.expr.types import StringValue, Table

from clockstop.answers.desk import Desk
from clockstop.answers.place import reach, rows_of
from clockstop.answers.scope import Scope
from clockstop.contracts.emergency_codes import ACUITY, ARRIVAL_MODE

TABLE, HERE = "emergency_attendances", "ed_patients_now"
WEEKS = (4, 8, 13, 26)
DEFAULT_WEEKS = 4
HOURS = range(24)
WEEKDAYS = range(1, 8)
# Stays begun before the weeks that are looked at still fill the department: nobody is thought to have been there longer.
DAYS_BEFORE = 3
LONDON, GREENWICH = ZoneInfo("Europe/London"), ZoneInfo("UTC")
# The ways through the department, in the order in which they stand. The last is drawn nowhere.
ROUTES = {
    "admitted": "Admitted",
    "discharged": "Discharged",
    "transferred": "Transferred to another provider",
    "sdec": "Same day emergency care",
    "left": "Left before treatment",
    "other": "Died, or outcome not said",
}
# What each takes of the time, and the whole; what was decided of those who go home is that they are ready to.
STAGES = {
    "to_assessment": "To the assessment",
    "to_treatment": "Then to treatment",
    "to_decision": "Then to the decision",
    "to_departure": "Then to leaving",
    "minutes_in_department": "In all",
}
CUTS = {"arrival_mode": "How they came", "acuity": "How urgent, as assessed", "age": "Age", "part_of_day": "When they came"}
AMBULANCE, OTHERWISE = "ambulance", "otherwise"


@dataclass(frozen=True)
class FlowFilters:
    """What the reader asked for; empty means all. `weeks` are whole ones back from `last_day`."""

    trust: str = ""
    site: str = ""
    department: str = ""
    weekday: int = 0
    weeks: int = DEFAULT_WEEKS

    def first_day(self, last_day: date) -> date:
        """The first day that is looked at."""
        return last_day - timedelta(days=7 * self.weeks - 1)

    def days(self, last_day: date) -> list[date]:
        """The days that are looked at: all of the weeks, or those of one weekday."""
        first = self.first_day(last_day)
        every = (first + timedelta(days=step) for step in range((last_day - first).days + 1))
        return [day for day in every if self.weekday in (0, day.isoweekday())]


@dataclass(frozen=True)
class HourOfDay:
    """An hour of the day over the days looked at: how many came and went in all, and the mean number there as it began."""

    hour: int
    arrivals: int
    departures: int
    days: int
    occupancy: float

    @property
    def mean_arrivals(self) -> float:
        """A day."""
        return self.arrivals / self.days if self.days else 0.0

    @property
    def mean_departures(self) -> float:
        """A day."""
        return self.departures / self.days if self.days else 0.0


@dataclass(frozen=True)
class StageTimes:
    """The minutes that a stage took: of half of the patients at most the median, of three quarters, of 95 in 100."""

    stage: str
    patients: int
    median: float | None
    upper: float | None
    tail: float | None


@dataclass(frozen=True)
class RouteTimes:
    """Those who took one way through the department, by ambulance or otherwise ("": both together)."""

    route: str
    mode: str
    patients: int
    within_4_hours: int
    over_12_hours: int
    stages: tuple[StageTimes, ...]


@dataclass(frozen=True)
class Converted:
    """Attendances of one kind, and how many of them were admitted (UEC-14)."""

    kind: str
    attendances: int
    admitted: int

    @property
    def share(self) -> float | None:
        """Admitted of all; None where nobody came."""
        return self.admitted / self.attendances if self.attendances else None


def is_kept(desk: Desk) -> bool:
    """Whether a trust sent emergency attendances."""
    return desk.has(TABLE)


def last_whole_day(scope: Scope, desk: Desk) -> date:
    """The last day of which the extracts of all trusts in reach show the whole: not one that was still under way."""
    said = (one.live_at.get(HERE) for code, one in desk.manifest.trusts.items() if code in scope.trusts)
    first = min((datetime.fromisoformat(at) for at in said if at), default=None)
    if first is None or first >= datetime.combine(desk.as_of, time(23, 59)):
        return desk.as_of
    return min(desk.as_of, first.date() - timedelta(days=1))


def hours_of_day(scope: Scope, desk: Desk, filters: FlowFilters, last_day: date) -> tuple[HourOfDay, ...]:
    """The 24 hours of a day; of one weekday where the filters name one."""
    key = ("emergency hours", reach(scope), filters, last_day)
    return desk.kept_answer(key, lambda: _hours_of_day(scope, desk, filters, last_day))


def _hours_of_day(scope: Scope, desk: Desk, filters: FlowFilters, last_day: date) -> tuple[HourOfDay, ...]:
    first = filters.first_day(last_day)
    rows = _chosen(scope, desk, filters)
    near = rows.filter(
        rows.clock_start_at >= datetime.combine(first - timedelta(days=DAYS_BEFORE), datetime.min.time()),
        rows.clock_start_at < datetime.combine(last_day + timedelta(days=1), datetime.min.time()),
    )
    came, went = (_by_hour(desk, _on_days(near, at, filters, last_day), at) for at in ("clock_start_at", "clock_end_at"))
    there = _there(desk, near, first, last_day, filters.weekday)
    days = len(filters.days(last_day))
    return tuple(HourOfDay(hour, came.get(hour, 0), went.get(hour, 0), days, there.get(hour, 0.0)) for hour in HOURS)


def _by_hour(desk: Desk, rows: Table, at: str) -> dict[int, int]:
    """How many of these instants lie in each hour of the day."""
    found = desk.rows(rows.group_by(hour=rows[at].hour()).agg(patients=_.count())).to_pylist()
    return {row["hour"]: row["patients"] for row in found}


def _there(desk: Desk, rows: Table, first: date, last_day: date, weekday: int) -> dict[int, float]:
    """The mean number in the department as each hour began: those who had come less those who had gone."""
    ended = rows.filter(rows.clock_end_minute.notnull())
    came = _steps(desk, ended, ended.clock_start_minute)
    went = _steps(desk, ended, ended.clock_end_minute)
    sums: dict[int, list[int]] = {}
    inside = 0
    begin, last = _hour_of(first), _hour_of(last_day + timedelta(days=1))
    for hour in range(min([*came, begin]), last):
        inside += came.get(hour, 0) - went.get(hour, 0)
        local = datetime.fromtimestamp(hour * 3600, GREENWICH).astimezone(LONDON)
        if local.date() >= first and (not weekday or local.isoweekday() == weekday):
            sums.setdefault(local.hour, []).append(inside)
    return {hour: sum(counts) / len(counts) for hour, counts in sums.items()}


def _steps(desk: Desk, rows: Table, minute: Any) -> dict[int, int]:
    """How many come or go up to each full hour by Greenwich, the minute itself within."""
    hour = (minute / 60).ceil().cast("int64")
    return {row["hour"]: row["patients"] for row in desk.rows(rows.group_by(hour=hour).agg(patients=_.count())).to_pylist()}


def _hour_of(day: date) -> int:
    """The hour by Greenwich in which a day of London begins."""
    return int(datetime.combine(day, datetime.min.time(), LONDON).timestamp() // 3600)


def week_of_arrivals(scope: Scope, desk: Desk, filters: FlowFilters, last_day: date) -> dict[tuple[int, int], int]:
    """How many came on each weekday in each hour, over the weeks."""
    key = ("emergency week", reach(scope), filters, last_day)

    def asked() -> Table:
        rows = _on_days(_chosen(scope, desk, filters), "clock_start_at", filters, last_day)
        at = rows.clock_start_at
        return rows.group_by(weekday=at.day_of_week.index() + 1, hour=at.hour()).agg(patients=_.count())

    found = desk.kept_answer(key, lambda: desk.rows(asked()).to_pylist())
    return {(row["weekday"], row["hour"]): row["patients"] for row in found}


def routes(scope: Scope, desk: Desk, filters: FlowFilters, last_day: date) -> tuple[RouteTimes, ...]:
    """The ways through the department of those who have left it: each as a whole, then by ambulance and otherwise."""
    key = ("emergency routes", reach(scope), filters, last_day)
    rows = desk.kept_answer(key, lambda: desk.rows(_routes(scope, desk, filters, last_day)).to_pylist())
    found = {(row["route"], row["mode"]): _route(row) for row in rows}
    return tuple(found[place] for route in ROUTES for mode in ("", AMBULANCE, OTHERWISE) if (place := (route, mode)) in found)


def _routes(scope: Scope, desk: Desk, filters: FlowFilters, last_day: date) -> Table:
    """The figures of each route and mode; a visit counts under its mode and under none, so that each is a centile of rows."""
    rows = _on_days(_chosen(scope, desk, filters), "clock_start_at", filters, last_day)
    ended = rows.filter(rows.clock_end_at.notnull())
    mode = (ended.arrival_mode == AMBULANCE).fill_null(False).ifelse(AMBULANCE, OTHERWISE)
    told = ended.mutate(route=_route_of(ended), mode=ibis.array([ibis.literal(""), mode]).unnest())
    figures: dict[str, Any] = {}
    for stage in STAGES:
        figures[f"{stage}_patients"] = told[stage].count()
        for name, share in (("median", 0.5), ("upper", 0.75), ("tail", 0.95)):
            figures[f"{stage}_{name}"] = told[stage].cast("float64").quantile(share)
    return told.group_by("route", "mode").agg(
        patients=told.count(), within_4_hours=told.is_within_4_hours.fill_null(False).sum(),
        over_12_hours=told.is_over_12_hours_from_arrival.fill_null(False).sum(), **figures,
    )  # fmt: skip


def _route_of(rows: Table) -> StringValue:
    """Which way a visit took."""
    return ibis.cases(
        (rows.is_sdec.fill_null(False), "sdec"),
        (rows.is_admitted.fill_null(False), "admitted"),
        (rows.outcome.startswith("left").fill_null(False), "left"),
        (rows.outcome == "transferred", "transferred"),
        (rows.outcome.isin(("discharged", "streamed")), "discharged"),
        else_="other",
    )


def _route(row: dict[str, Any]) -> RouteTimes:
    stages = tuple(
        StageTimes(stage, row[f"{stage}_patients"], row[f"{stage}_median"], row[f"{stage}_upper"], row[f"{stage}_tail"])
        for stage in STAGES
    )
    return RouteTimes(row["route"], row["mode"], row["patients"], row["within_4_hours"], row["over_12_hours"], stages)


def conversion(scope: Scope, desk: Desk, filters: FlowFilters, last_day: date, by: str) -> tuple[Converted, ...]:
    """Attendances of type 1 and those of them that were admitted, whole ("") or by one of `CUTS`; ended ones."""
    key = ("emergency conversion", reach(scope), filters, last_day)
    rows = desk.kept_answer(key, lambda: desk.rows(_converted(scope, desk, filters, last_day)).to_pylist())
    found: dict[str, list[int]] = {}
    for row in rows:
        sums = found.setdefault(row[by] if by else "", [0, 0])
        sums[0] += row["attendances"]
        sums[1] += row["admitted"]
    return tuple(Converted(kind, *found[kind]) for kind in _ordered(found, by))


def _converted(scope: Scope, desk: Desk, filters: FlowFilters, last_day: date) -> Table:
    """The attendances and the admitted of each combination of the cuts."""
    rows = _on_days(_chosen(scope, desk, filters), "clock_start_at", filters, last_day)
    of_type_1 = rows.filter(rows.is_type_1 & rows.clock_end_at.notnull())
    hour = of_type_1.clock_start_at.hour()
    told = of_type_1.mutate(
        arrival_mode=of_type_1.arrival_mode.fill_null("unknown"),
        acuity=of_type_1.acuity.fill_null("unknown"),
        age=of_type_1.is_child.fill_null(False).ifelse("child", "adult"),
        part_of_day=ibis.cases((hour < 8, "night"), (hour < 16, "day"), else_="evening"),
    )
    return told.group_by(*CUTS).agg(attendances=_.count(), admitted=_.is_admitted.fill_null(False).sum())


KIND_TITLES = {
    "arrival_mode": {**ARRIVAL_MODE, "unknown": "Not known"},
    "acuity": {**ACUITY, "unknown": "Not known"},
    "age": {"adult": "Adults", "child": "Children"},
    "part_of_day": {"night": "Midnight to 08:00", "day": "08:00 to 16:00", "evening": "16:00 to midnight"},
    "": {"": "All"},
}


def _ordered(found: Iterable[str], by: str) -> list[str]:
    known = list(KIND_TITLES[by])
    return sorted(found, key=lambda kind: (known.index(kind) if kind in known else len(known), kind))


def choices(scope: Scope, desk: Desk, trust: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The sites and the kinds of department that the reader's attendances have."""

    def asked() -> Table:
        rows = rows_of(scope, desk, TABLE, FlowFilters(trust=trust))
        return rows.select("site", "department_type").distinct()

    found = desk.kept_answer(("emergency choices", reach(scope), trust), lambda: desk.rows(asked()).to_pylist())
    sites, kinds = ({row[name] for row in found if row[name]} for name in ("site", "department_type"))
    return tuple(sorted(sites)), tuple(sorted(kinds))


def _on_days(rows: Table, at: str, filters: FlowFilters, last_day: date) -> Table:
    """The rows of which that instant lies on the days that are looked at."""
    chosen = rows.filter(
        rows[at] >= datetime.combine(filters.first_day(last_day), datetime.min.time()),
        rows[at] < datetime.combine(last_day + timedelta(days=1), datetime.min.time()),
    )
    return chosen.filter(chosen[at].day_of_week.index() == filters.weekday - 1) if filters.weekday else chosen


def _chosen(scope: Scope, desk: Desk, filters: FlowFilters) -> Table:
    rows = rows_of(scope, desk, TABLE, filters)
    return rows.filter(rows.department_type == filters.department) if filters.department else rows
