"""How full each session was booked at the locks of 6, 4 and 2 weeks, and what still fits on those to come (planned-care.md 7.2)."""

import ibis
from ibis.expr.types import NumericValue, Table

from clockstop.rules.either import days_after
from clockstop.rules.readings import Readings
from clockstop.rules.theatre_lists import CANCELLED, SESSION, planned_windows
from clockstop.rules.theatre_minutes import booked_minutes, cases_that_fit

# Booking fill is looked at when leave is fixed (6 weeks ahead), when the list is made up (4) and when it is locked (2).
LOCKS = {6: "six", 4: "four", 2: "two"}
LOCK_WORDS = {"two": "Within 2 weeks: locked", "four": "2 to 4 weeks: the list is made up", "six": "4 to 6 weeks: leave is fixed"}
BEYOND = "beyond"
# What a case of a service takes, read from the operations of so many days; a service with fewer than so many has the trust's own.
TYPICAL_DAYS = 182
TYPICAL_FEWEST = 10


def theatre_bookings(theatre_sessions: Table, theatre_cases_timed: Table, *, as_of: object, readings: Readings) -> Table:
    """Each session with its booked minutes now and at each lock that has passed, as the bookings then stood.

    A case counts at a lock from its booking until its cancellation; without a booked date it counts from the first. A session that
    was cancelled before a lock was not there to fill. Minutes that a booking does not give are those of a typical case.
    """
    sessions = planned_windows(theatre_sessions, readings)
    typical = _typical(theatre_cases_timed, as_of)
    sessions = _with_typical(sessions, typical, theatre_cases_timed, as_of)
    cases = theatre_cases_timed.drop("theatre", "session_type").inner_join(
        sessions.select(SESSION, "session_date", "typical_minutes"), SESSION
    )
    cases = cases.mutate(minutes=cases.expected_minutes.fill_null(cases.typical_minutes).fill_null(0))
    found = sessions.left_join(_counted(cases, as_of), SESSION).drop(f"{SESSION}_right")
    names = ("booked_cases", "expected_minutes", *(f"{kind}_at_{word}" for word in LOCKS.values() for kind in ("cases", "minutes")))
    found = found.mutate(**{name: found[name].fill_null(0) for name in names})
    return _measured(found, as_of, readings)


def _typical(cases: Table, as_of: object) -> Table:
    """By service, the median touch time of the operations of half a year."""
    recent = cases.filter(
        cases.is_counted & cases.is_timed & cases.operation_date.between(days_after(_day(as_of), -TYPICAL_DAYS), as_of)
    )
    by_service = recent.group_by("activity_treatment_function_code").aggregate(
        service_minutes=recent.touch_minutes.median(), operations=recent.count()
    )
    return by_service.filter(by_service.operations >= TYPICAL_FEWEST)


def _with_typical(sessions: Table, typical: Table, cases: Table, as_of: object) -> Table:
    recent = cases.filter(
        cases.is_counted & cases.is_timed & cases.operation_date.between(days_after(_day(as_of), -TYPICAL_DAYS), as_of)
    )
    of_trust = recent.aggregate(trust_minutes=recent.touch_minutes.median())
    key = "activity_treatment_function_code"
    found = sessions.left_join(typical, key).drop(f"{key}_right").cross_join(of_trust)
    minutes = found.service_minutes.fill_null(found.trust_minutes)
    return found.mutate(typical_minutes=minutes).drop("service_minutes", "trust_minutes", "operations")


def _counted(cases: Table, as_of: object) -> Table:
    """Cases and minutes that stand now, and that stood at the end of each lock's day."""
    now = ~cases.is_cancelled
    counts = {"booked_cases": now.sum(), "expected_minutes": cases.minutes.sum(where=now)}
    for weeks, word in LOCKS.items():
        lock = days_after(cases.session_date, -7 * weeks)
        is_booked = (cases.booked_date <= lock).fill_null(True)
        stands = ~cases.is_cancelled | (cases.cancelled_date > lock).fill_null(False)
        counts |= {
            f"cases_at_{word}": (is_booked & stands).sum(),
            f"minutes_at_{word}": cases.minutes.sum(where=is_booked & stands),
        }
    return cases.group_by(SESSION).aggregate(**counts)


def _measured(found: Table, as_of: object, readings: Readings) -> Table:
    turnaround = readings.theatre_turnaround_minutes
    found = found.mutate(booked_minutes=booked_minutes(found.expected_minutes, found.booked_cases, turnaround).cast("float64"))
    locks: dict[str, object] = {}
    for weeks, word in LOCKS.items():
        day = days_after(found.session_date, -7 * weeks)
        was_there = (day <= as_of) & (found.cancelled_date.isnull() | (found.cancelled_date > day))
        minutes = booked_minutes(found[f"minutes_at_{word}"], found[f"cases_at_{word}"], turnaround).cast("float64")
        locks[f"{word}_weeks_date"] = was_there.ifelse(day, ibis.null("date"))
        locks[f"booked_minutes_at_{word}_weeks"] = was_there.ifelse(minutes, ibis.null("float64"))
    found = found.mutate(**locks)
    return _ahead(found, as_of, turnaround).drop(*[f"{kind}_at_{word}" for word in LOCKS.values() for kind in ("cases", "minutes")])


def _ahead(found: Table, as_of: object, turnaround: int) -> Table:
    """What is free on the sessions to come, and how many typical cases of the service it holds."""
    days = found.session_date.delta(_day(as_of), unit="day")
    is_ahead = (days > 0) & (found.session_status != CANCELLED)
    free = found.planned_minutes - found.booked_minutes
    # The first case of a list needs no turnaround before it.
    spare = (found.booked_cases > 0).ifelse(free, free + turnaround)
    fits = cases_that_fit(spare, found.typical_minutes.fill_null(0), turnaround)
    return found.mutate(
        days_ahead=days,
        is_ahead=is_ahead,
        lock=_lock(days),
        free_minutes=is_ahead.ifelse(free, ibis.null("float64")),
        fits_cases=is_ahead.ifelse(fits, ibis.null("int64")),
        has_room=is_ahead & (fits > 0),
        is_overbooked=is_ahead & (free < 0),
    )


def _lock(days: NumericValue) -> ibis.expr.types.StringValue:
    return ibis.cases(*((days <= 7 * weeks, word) for weeks, word in sorted(LOCKS.items())), else_=BEYOND)


def _day(as_of: object) -> ibis.expr.types.DateValue:
    return ibis.literal(as_of, type="date")
