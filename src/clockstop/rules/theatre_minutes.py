"""What the minutes of an operating list are: touch time, its part inside the plan, lateness and gaps (TH-R01 to R06, R09).

A list is a planned window and the cases done on it, each from the start of its anaesthetic to its way out of theatre: all of them
minutes on one line (rules/local_time.py). Every function takes plain values and Ibis values alike, so that one case on paper and a
year of lists are worked out by the same words.
"""

from typing import Any

from clockstop.rules.either import both, choose, is_plain
from clockstop.rules.local_time import earlier, later, minutes_from

SESSION_MINUTES = 240  # TH-R09: a session is half a day of 4 hours


def is_in_order(start: Any, end: Any) -> Any:
    """Whether a case's times can be used: both are known and the end is no earlier than the start."""
    if is_plain(start, end):
        return start is not None and end is not None and end >= start
    return (end >= start).fill_null(False)


def touch_minutes(start: Any, end: Any) -> Any:
    """A case's own touch time; turnaround is no part of it."""
    return minutes_from(start, end)


def minutes_in_window(start: Any, end: Any, planned_start: Any, planned_end: Any) -> Any:
    """A case's touch time inside the planned window (TH-R01): none where it lies wholly outside.

    >>> minutes_in_window(700, 775, 510, 750), minutes_in_window(760, 775, 510, 750)
    (50, 0)
    """
    return minutes_from(later(start, planned_start), earlier(end, planned_end))


def minutes_not_yet_counted(start: Any, end: Any, reach: Any) -> Any:
    """Of a case's touch time what lies after `reach`, the latest end of the cases that began before it (null: none did).

    Added up over a list in the order of starts, it is the union of the cases: two in one theatre at once count once.
    """
    return minutes_from(later(start, reach), end)


def in_window_not_yet_counted(start: Any, end: Any, reach: Any, planned_start: Any, planned_end: Any) -> Any:
    """The same inside the planned window: what capped utilisation adds up (TH-R01)."""
    return minutes_in_window(later(start, reach), end, planned_start, planned_end)


def gap_minutes(reach: Any, start: Any) -> Any:
    """How long the theatre stood empty before a case (TH-R06): from the last way out to this start, 0 where they overlap.

    Null for the first case: what lies before it is lateness.
    """
    return minutes_from(reach, start)


def late_start_minutes(first_start: Any, planned_start: Any) -> Any:
    """TH-R03; null where no case was done."""
    return minutes_from(planned_start, first_start)


def early_finish_minutes(last_end: Any, planned_end: Any) -> Any:
    """TH-R04; null where no case was done."""
    return minutes_from(last_end, planned_end)


def overrun_minutes(last_end: Any, planned_end: Any) -> Any:
    """TH-R05; null where no case was done."""
    return minutes_from(planned_end, last_end)


def sessions_of_four_hours(planned_minutes: Any) -> Any:
    """How many sessions of 4 hours the planned minutes are: what cases are divided by (TH-R09)."""
    return planned_minutes / SESSION_MINUTES


def capped_minutes(union: Any, total: Any, *, counts_once: bool) -> Any:
    """What capped utilisation counts where cases overlap: the union of them, or their sum (a dated reading says which)."""
    return union if counts_once else total


def booked_minutes(expected_minutes: Any, cases: Any, turnaround_minutes: Any) -> Any:
    """What the booked cases of a list will take: their expected touch time and a turnaround between each two.

    >>> booked_minutes(150, 3, 15), booked_minutes(0, 0, 15)
    (180, 0)
    """
    between = choose(cases > 0, cases - 1, 0)
    return expected_minutes + between * turnaround_minutes


def cases_that_fit(free_minutes: Any, case_minutes: Any, turnaround_minutes: Any) -> Any:
    """How many more cases the free minutes hold, each with the turnaround before it.

    Only minutes free on one list count: ten lists with 10 minutes each hold nobody (planned-care.md 7.2, HVLC).

    >>> cases_that_fit(100, 35, 15), cases_that_fit(49, 35, 15), cases_that_fit(-20, 35, 15), cases_that_fit(60, 0, 15)
    (2, 0, 0, 0)
    """
    each = case_minutes + turnaround_minutes
    if is_plain(free_minutes, case_minutes):
        return 0 if case_minutes <= 0 else int(max(free_minutes, 0) // each)
    fits = both(case_minutes > 0, free_minutes > 0)
    return choose(fits, (free_minutes / each).floor(), 0).cast("int64")
