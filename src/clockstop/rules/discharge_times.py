"""When in the day and in the week patients left: before noon, before 17:00, at the weekend (operations.md 2.3).

The time is that of the actual departure from the ward. Going to the discharge lounge frees the bed and is not yet the discharge:
both times are kept. Words about one discharge take plain and Ibis values alike.
"""

from typing import Any

from clockstop.rules.either import both, choose, is_missing, is_not, is_plain, least

NOON, FIVE = 12, 17
SATURDAY, WEEKEND_DAYS, WEEKDAYS = 6, 2, 5


def is_before_hour(left_at: Any, hour: int) -> Any:
    """Whether the local time of day is strictly before the full hour; a second before is, the hour itself is not.

    >>> from datetime import datetime
    >>> is_before_hour(datetime(2026, 11, 12, 11, 59, 59), NOON), is_before_hour(datetime(2026, 11, 12, 12, 0), NOON)
    (True, False)
    """
    if is_plain(left_at):
        return left_at is not None and left_at.hour < hour
    return (left_at.hour() < hour).fill_null(False)


def counts_for_profile(nights: Any, is_dead: Any, is_adult: Any) -> Any:
    """Whether a discharge counts for its time of day: an adult inpatient of a night or more who left alive.

    >>> counts_for_profile(1, False, True), counts_for_profile(0, False, True), counts_for_profile(3, True, True)
    (True, False, False)
    """
    return both(both(nights >= 1, is_not(is_dead)), is_adult)


def left_ward_at(ended_at: Any, ward_ended_at: Any, lounge_at: Any, *, lounge_counts: bool = False) -> Any:
    """When the patient actually left: the end of the last ward stay, or the discharge where they went through the lounge.

    A ward stay that ended on another day than the spell, or after it, says nothing of the departure. By the reading
    `lounge_counts` the way into the lounge is the departure.
    """
    from_ward = _of_the_same_day(ward_ended_at, ended_at)
    if lounge_counts:
        return least(least(lounge_at, from_ward), ended_at)
    return choose(is_missing(lounge_at), least(from_ward, ended_at), ended_at)


def _of_the_same_day(one: Any, other: Any) -> Any:
    if is_plain(one, other):
        return one if one is not None and other is not None and one.date() == other.date() else None
    import ibis

    return (one.date() == other.date()).fill_null(False).ifelse(one, ibis.null("timestamp"))


def weekday_of(day: Any) -> Any:
    """1 Monday to 7 Sunday.

    >>> from datetime import date
    >>> weekday_of(date(2026, 11, 14))
    6
    """
    return day.isoweekday() if is_plain(day) else day.day_of_week.index() + 1


def is_weekend(day: Any) -> Any:
    """Whether the day is a Saturday or a Sunday; a bank holiday's Monday is still a weekday."""
    return weekday_of(day) >= SATURDAY
