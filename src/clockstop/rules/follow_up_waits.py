"""Planned follow-ups: when one is overdue, by how much, and why it matters (OP-R12; planned-care.md 6.2).

A request has a latest clinically appropriate date (LCAD). Overdue follow-ups start no RTT clock, so that nothing else shows them.
Every function takes plain values and Ibis values alike.
"""

from typing import Any

from clockstop.rules.either import both, choose, days_after, days_between, is_missing, is_not, lies_within

SOON_DAYS = 42

# Worst first: what nobody can see, then what is late and has no date.
BUCKETS = {
    "no_due_date": "No due date",
    "unbooked_overdue": "Overdue, not booked",
    "booked_after_lcad": "Booked later than it should be",
    "due_within_6_weeks_unbooked": "Due within 6 weeks, not booked",
    "booked_in_time": "Booked in time",
    "due_later": "Due later, not booked",
}


def latest_date(lcad: Any, due_date: Any, tolerance_days: Any) -> Any:
    """The last day on which the follow-up is clinically in time: the LCAD, else the due date and the tolerance given with it.

    >>> from datetime import date
    >>> latest_date(None, date(2026, 9, 1), 14).isoformat()
    '2026-09-15'
    """
    if hasattr(due_date, "op"):
        due = (due_date.cast("date") + tolerance_days.fill_null(0).as_interval("D")).cast("timestamp").cast("date")
        return lcad.coalesce(due)
    return lcad if lcad is not None or due_date is None else days_after(due_date, int(tolerance_days or 0))


def is_overdue(latest: Any, census: Any) -> Any:
    """Whether the latest date has passed: on the day itself it is still in time. A booking later than that changes nothing.

    >>> from datetime import date
    >>> [is_overdue(date(2026, 9, day), date(2026, 9, 30)) for day in (29, 30)]
    [True, False]
    """
    if hasattr(latest, "op"):
        return (latest < census).fill_null(False)
    return latest is not None and latest < census


def days_overdue(latest: Any, census: Any) -> Any:
    """The census less the latest date: 0 or less while in time, null where there is no date."""
    return days_between(latest, census)


def bucket(latest: Any, booked_date: Any, census: Any) -> Any:
    """Which of `BUCKETS` an open request lies in; every request lies in one.

    `booked_date` is the day of a booking that stands. One later than the latest date is `booked_after_lcad` whether that has passed
    or not; a booking that was in time but has lapsed does not help a request that is overdue.

    >>> from datetime import date
    >>> bucket(date(2026, 9, 1), date(2026, 10, 20), date(2026, 9, 30))
    'booked_after_lcad'
    >>> [bucket(day, None, date(2026, 9, 30)) for day in (None, date(2026, 9, 29), date(2026, 11, 11), date(2026, 11, 12))]
    ['no_due_date', 'unbooked_overdue', 'due_within_6_weeks_unbooked', 'due_later']
    """
    overdue = is_overdue(latest, census)
    is_booked = is_not(is_missing(booked_date))
    late = _is_later(booked_date, latest)
    soon = both(is_not(is_booked), lies_within(latest, census, days_after(census, SOON_DAYS)))
    in_time = choose(is_booked, "booked_in_time", choose(soon, "due_within_6_weeks_unbooked", "due_later"))
    dated = choose(late, "booked_after_lcad", choose(overdue, "unbooked_overdue", in_time))
    return choose(is_missing(latest), "no_due_date", dated)


def _is_later(day: Any, than: Any) -> Any:
    if hasattr(day, "op"):
        return (day > than).fill_null(False)
    return day is not None and than is not None and day > than
