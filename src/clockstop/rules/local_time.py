"""Local times of day and how long lay between them, through the nights on which the clocks change (operations.md 0.1).

An instant is a Europe/London date and time of day without a zone. What lay between two is the time that passed, never the
difference of the clocks on the wall: from 23:30 to 03:00 is 4 h 30 in the night of the last Sunday of October, and 2 h 30 in that
of March. A time that came twice (01:00 to 01:59 in October) is its first coming, unless it would then lie before what it follows;
a time that never came (01:00 to 01:59 in March) is read as if the clocks had not yet gone on. Every function takes plain and Ibis
values alike.
"""

from typing import Any

from clockstop.rules.either import both, choose, either, is_not, is_one_of, is_plain

SUMMER_MINUTES = 60
_WHOLLY_SUMMER = frozenset(range(4, 10))
_MARCH, _OCTOBER = 3, 10
# March and October have 31 days: their last Sunday is the one from the 25th on. Both changes are over at 02:00 by either clock.
_FIRST_LAST_SUNDAY = 25
_SUNDAY = 6
_CHANGED_FROM_HOUR = 2


def elapsed_minutes(start: Any, end: Any) -> Any:
    """The minutes that passed from `start` to `end`; below 0 where `end` is the earlier. Null where either is.

    >>> from datetime import datetime
    >>> elapsed_minutes(datetime(2026, 10, 24, 23, 30), datetime(2026, 10, 25, 3, 0))
    270.0
    >>> elapsed_minutes(datetime(2026, 10, 25, 1, 45), datetime(2026, 10, 25, 1, 15))
    30.0
    """
    if is_plain(start, end) and (start is None or end is None):
        return None
    passed = _wall_minutes(start, end) - _summer_minutes(end) + _summer_minutes(start)
    came_again = both(passed < 0, both(_is_repeated_hour(start), _is_repeated_hour(end)))
    return choose(came_again, passed + SUMMER_MINUTES, passed)


def later(one: Any, other: Any) -> Any:
    """The later of two instants; where one is missing, the other."""
    if not is_plain(one, other):
        import ibis

        return ibis.greatest(one, other)
    return max((value for value in (one, other) if value is not None), default=None)


def earlier(one: Any, other: Any) -> Any:
    """The earlier of two instants; where one is missing, the other."""
    if not is_plain(one, other):
        import ibis

        return ibis.least(one, other)
    return min((value for value in (one, other) if value is not None), default=None)


def at_least_nothing(minutes: Any) -> Any:
    """The minutes, 0 where they are fewer; null stays null.

    >>> at_least_nothing(-5), at_least_nothing(7), at_least_nothing(None)
    (0, 7, None)
    """
    if is_plain(minutes):
        return None if minutes is None else max(minutes, 0)
    return (minutes < 0).ifelse(0, minutes)


def _wall_minutes(start: Any, end: Any) -> Any:
    if is_plain(start, end):
        return (end - start).total_seconds() / 60
    return (end.epoch_seconds() - start.epoch_seconds()) / 60


def _parts(instant: Any) -> tuple[Any, Any, Any, Any]:
    """Month, day, weekday (Monday is 0) and hour."""
    if is_plain(instant):
        return instant.month, instant.day, instant.weekday(), instant.hour
    return instant.month(), instant.day(), instant.day_of_week.index(), instant.hour()


def _summer_minutes(instant: Any) -> Any:
    """How far British Summer Time was ahead of Greenwich at the instant."""
    month, day, weekday, hour = _parts(instant)
    is_past_sunday = day - (weekday + 1) % 7 >= _FIRST_LAST_SUNDAY
    has_changed = both(is_past_sunday, is_not(both(weekday == _SUNDAY, hour < _CHANGED_FROM_HOUR)))
    in_march, in_october = both(month == _MARCH, has_changed), both(month == _OCTOBER, is_not(has_changed))
    is_summer = either(is_one_of(month, _WHOLLY_SUMMER), either(in_march, in_october))
    return choose(is_summer, SUMMER_MINUTES, 0)


def _is_repeated_hour(instant: Any) -> Any:
    month, day, weekday, hour = _parts(instant)
    is_the_sunday = both(both(month == _OCTOBER, day >= _FIRST_LAST_SUNDAY), weekday == _SUNDAY)
    return both(is_the_sunday, hour == _CHANGED_FROM_HOUR - 1)
