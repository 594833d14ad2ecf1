"""The emergency department now: who is there and since when, today so far, and what is usual for this weekday and hour.

Counts are of the trusts whose totals a reader may see; single patients (`longest`) only of those whose patients they may.
Same day emergency care stands apart: it is no part of the 4-hour standard.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from ibis import _

from clockstop.answers.desk import Desk
from clockstop.answers.place import Place, live_rows, reach, rows_of
from clockstop.answers.scope import Scope
from clockstop.rules.emergency_clock import FOUR_HOURS, TWELVE_HOURS
from clockstop.rules.local_time import minute_of

HERE, TODAY, VISITS = "ed_patients_now", "emergency_today", "emergency_attendances"
LIVE = (HERE, TODAY)
USUAL_WEEKS = 6
HOURS = range(24)
# Over how many minutes each band of time in the department begins, the longest first.
BANDS = {720: "Over 12 hours", 480: "8 to 12 hours", 240: "4 to 8 hours", 180: "3 to 4 hours", -1: "3 hours or less"}
# When who runs the site changes: what is still to come is told up to the next of these that is an hour away or more.
HANDOVERS = (time(8), time(20))


@dataclass(frozen=True)
class Department:
    """Who is there at `at`. `bands` counts them by `BANDS`; `until` is the next handover, before which `reach_12` pass 12 hours."""

    at: datetime
    until: datetime
    patients: int
    same_day: int
    bands: tuple[int, ...]
    over_12: int
    reach_12: int
    waiting_for_bed: int


@dataclass(frozen=True)
class Today:
    """The visits that began today: `settled` have ended or passed 4 hours, `within` of them ended within 4 hours."""

    arrivals: int
    settled: int
    within: int
    by_hour: tuple[int, ...]

    @property
    def share(self) -> float | None:
        """Within 4 hours of the settled."""
        return self.within / self.settled if self.settled else None


@dataclass(frozen=True)
class Usual:
    """The least and the most on the same weekday of the weeks before, of which so many are known."""

    low: int
    high: int
    weeks: int


@dataclass(frozen=True)
class UsualDay:
    """The least and the most that came in each hour on the same weekday of the weeks before."""

    low: tuple[int, ...]
    high: tuple[int, ...]
    weeks: int


@dataclass(frozen=True)
class WaitingForBed:
    """Who waits for a bed of one specialty, and the longest, in minutes from the decision to admit."""

    function: str
    patients: int
    over_4: int
    over_12: int
    longest: int


def is_kept(desk: Desk) -> bool:
    """Whether a trust sends its emergency department."""
    return desk.has(HERE)


def is_sent(scope: Scope, desk: Desk, place: Place) -> bool:
    """Whether a trust of the place does: where none does, nobody knows who is there, and 0 would be a lie."""
    trusts = {place.trust} if place.trust else scope.trusts & desk.shown.keys()
    return any(HERE in desk.shown[trust].at for trust in trusts if trust in desk.shown)


def department(scope: Scope, desk: Desk, place: Place, at: datetime) -> Department:
    """The department at the instant that its newest extract shows."""
    rows = here(scope, desk, place)
    minutes = [row["minutes_so_far"] for row in rows if not row["is_sdec"]]
    until = next_handover(at)
    ahead = int(minute_of(until) - minute_of(at))
    starts = list(BANDS)
    ends = [None, *starts[:-1]]
    bands = tuple(
        sum(1 for one in minutes if one > start and (end is None or one <= end)) for start, end in zip(starts, ends, strict=True)
    )
    return Department(
        at=at,
        until=until,
        patients=len(minutes),
        same_day=len(rows) - len(minutes),
        bands=bands,
        over_12=bands[0],
        reach_12=sum(1 for one in minutes if one <= TWELVE_HOURS < one + ahead),
        waiting_for_bed=sum(1 for row in rows if row["is_waiting_for_bed"]),
    )


def next_handover(at: datetime) -> datetime:
    """The next handover that is at least an hour away.

    >>> next_handover(datetime(2026, 11, 16, 15, 0)), next_handover(datetime(2026, 11, 16, 19, 30))
    (datetime.datetime(2026, 11, 16, 20, 0), datetime.datetime(2026, 11, 17, 8, 0))
    """
    days = (at.date(), at.date() + timedelta(days=1))
    return next(found for day in days for hour in HANDOVERS if (found := datetime.combine(day, hour)) >= at + timedelta(hours=1))


def here(scope: Scope, desk: Desk, place: Place) -> list[dict[str, Any]]:
    """Every patient in the department, of trusts whose totals may be read: to be counted, never shown."""
    return live_rows(scope, desk, HERE, place)


def longest(scope: Scope, desk: Desk, place: Place, most: int) -> list[dict[str, Any]]:
    """Those who are there longest, the longest first, of trusts whose patients the reader may see; SDEC left out."""
    seen = (scope.row(row) for row in here(scope, desk, place) if not row["is_sdec"])
    rows = [row for row in seen if row is not None]
    return sorted(rows, key=lambda row: (-row["minutes_so_far"], row["patient_pathway_identifier"]))[:most]


def today(scope: Scope, desk: Desk, place: Place) -> Today:
    """Today so far, types 1 to 4; `within` and `settled` of unplanned visits alone, as the standard counts."""
    rows = [row for row in live_rows(scope, desk, TODAY, place) if not row["is_sdec"]]
    counted = [row for row in rows if row["is_in_standard"]]
    ended = [row for row in counted if row["clock_end_minute"] is not None]
    over = [row for row in counted if row["clock_end_minute"] is None and _is_over_4(row)]
    by_hour = [0] * len(HOURS)
    for row in rows:
        by_hour[row["clock_start_at"].hour] += 1
    within = sum(1 for row in ended if row["is_within_4_hours"])
    return Today(len(rows), len(ended) + len(over), within, tuple(by_hour))


def _is_over_4(row: dict[str, Any]) -> bool:
    """Whether a visit that goes on has passed 4 hours."""
    return minute_of(row["at"]) - row["clock_start_minute"] > FOUR_HOURS


def usual(scope: Scope, desk: Desk, place: Place, at: datetime) -> Usual | None:
    """How many were there on this weekday at this time in the six weeks before; None where nothing tells of them."""
    if not desk.has(VISITS):
        return None
    key = ("usual here", reach(scope), place, at)
    return desk.kept_answer(key, lambda: _usual(scope, desk, place, at))


def _usual(scope: Scope, desk: Desk, place: Place, at: datetime) -> Usual | None:
    moments = [at - timedelta(days=7 * week) for week in range(1, USUAL_WEEKS + 1)]
    since = int(minute_of(moments[-1])) - 3 * 24 * 60
    rows = rows_of(scope, desk, VISITS, place)
    rows = rows.filter(rows.clock_start_minute >= since, ~rows.is_sdec, rows.clock_end_minute.notnull())
    figures: dict[str, Any] = {
        f"week_{week}": ((_.clock_start_minute <= minute) & (_.clock_end_minute > minute)).sum()
        for week, minute in enumerate(map(minute_of, moments))
    }
    found = desk.rows(rows.aggregate(first=_.clock_start_minute.min(), **figures)).to_pylist()[0]
    known = [int(found[f"week_{week}"]) for week, one in enumerate(moments) if _is_known(found["first"], one)]
    return Usual(min(known), max(known), len(known)) if known else None


def _is_known(first: float | None, moment: datetime) -> bool:
    """Whether visits had been told of for a day when the moment came: before, the department only seems empty."""
    return first is not None and minute_of(moment) - first >= 24 * 60


def usual_day(scope: Scope, desk: Desk, place: Place, day: date) -> UsualDay | None:
    """How many came in each hour on this weekday in the six weeks before; SDEC left out."""
    if not desk.has(VISITS):
        return None
    key = ("usual day", reach(scope), place, day)
    return desk.kept_answer(key, lambda: _usual_day(scope, desk, place, day))


def _usual_day(scope: Scope, desk: Desk, place: Place, day: date) -> UsualDay | None:
    days = [day - timedelta(days=7 * week) for week in range(1, USUAL_WEEKS + 1)]
    rows = rows_of(scope, desk, VISITS, place)
    first = desk.rows(rows.aggregate(first=_.start_date.min())).to_pylist()[0]["first"]
    known = [one for one in days if first is not None and one >= first]
    if not known:
        return None
    rows = rows.filter(rows.start_date.isin(known), ~rows.is_sdec)
    counted = rows.group_by(day=rows.start_date, hour=rows.clock_start_at.hour()).agg(patients=_.count())
    by_hour = {(row["day"], row["hour"]): row["patients"] for row in desk.rows(counted).to_pylist()}
    each = [[by_hour.get((one, hour), 0) for one in known] for hour in HOURS]
    return UsualDay(tuple(map(min, each)), tuple(map(max, each)), len(known))


def waiting_for_beds(scope: Scope, desk: Desk, place: Place) -> tuple[WaitingForBed, ...]:
    """Who waits for a bed, by the specialty that is to take them in, the most first."""
    found: dict[str, list[int]] = {}
    for row in here(scope, desk, place):
        if row["is_waiting_for_bed"]:
            found.setdefault(row["admitting_treatment_function_code"] or "", []).append(row["minutes_from_decision"])
    waiting = (
        WaitingForBed(
            function, len(minutes), sum(1 for one in minutes if one > FOUR_HOURS), sum(1 for one in minutes if one > TWELVE_HOURS),
            max(minutes),
        )
        for function, minutes in found.items()
    )  # fmt: skip
    return tuple(sorted(waiting, key=lambda one: (-one.patients, -one.longest, one.function)))


def by_place(scope: Scope, desk: Desk, place: Place) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """The patients of each trust and site, to be counted."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in here(scope, desk, place):
        found.setdefault((row["trust"], row["site"] or ""), []).append(row)
    return found
