"""Local times of day laid on one line of minutes, through the nights on which the clocks change (operations.md 0.1).

An instant is a Europe/London date and time of day without a zone. What lay between two is the time that passed, never the
difference of the clocks on the wall: from 23:30 to 03:00 is 4 h 30 in the night of the last Sunday of October, and 2 h 30 in that
of March. A time that came twice (01:00 to 01:59 in October) is its first coming, unless it would then lie before what it follows;
a time that never came (01:00 to 01:59 in March) is read as if the clocks had not yet gone on. Every function takes plain and Ibis
values alike.
"""

from datetime import datetime, timedelta
from typing import Any

from clockstop.rules.either import both, choose, is_plain

SUMMER_MINUTES = 60
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - local times carry no zone
# March and October have 31 days: their last Sunday is the one from the 25th on. Both changes are over at 02:00 by either clock.
_FIRST_LAST_SUNDAY = 25
_CHANGED_FROM_HOURS = 2
_OCTOBER, _SUNDAY = 10, 6


def minute_of(instant: Any) -> Any:
    """The minutes from the start of 1970 by Greenwich to the instant: numbers that may be taken from each other. Null stays null.

    >>> minute_of(datetime(2026, 10, 25, 3, 0)) - minute_of(datetime(2026, 10, 24, 23, 30))
    270.0
    >>> minute_of(datetime(2026, 3, 29, 3, 0)) - minute_of(datetime(2026, 3, 28, 23, 30))
    150.0
    """
    if is_plain(instant):
        if instant is None:
            return None
        on_the_wall = (instant - _EPOCH).total_seconds() / 60
    else:
        on_the_wall = instant.epoch_seconds() / 60
    return on_the_wall - choose(_is_summer(instant), SUMMER_MINUTES, 0)


def minute_after(instant: Any, minute: Any) -> Any:
    """`minute_of` the instant, in its second coming where the first would lie before `minute`, which it follows.

    >>> before = minute_of(datetime(2026, 10, 25, 1, 45))
    >>> minute_after(datetime(2026, 10, 25, 1, 15), before) - before
    30.0
    """
    first = minute_of(instant)
    if first is None or minute is None:
        return first
    came_again = both(both(first < minute, first + SUMMER_MINUTES >= minute), _came_twice(instant))
    return choose(came_again, first + SUMMER_MINUTES, first)


def _is_summer(instant: Any) -> Any:
    """Whether British Summer Time holds.

    Two hours earlier it is a day on or after the last Sunday of its month exactly where the change of that Sunday is over. Such
    days count with the month that follows: so March from its change to October before it are the months 4 to 10.
    """
    month, day, since_sunday = _two_hours_before(instant)
    is_past = choose(day - since_sunday >= _FIRST_LAST_SUNDAY, 1, 0)
    if is_plain(instant):
        return 4 <= month + is_past <= 10
    return (month + is_past).between(4, 10)


def _two_hours_before(instant: Any) -> tuple[Any, Any, Any]:
    """Month, day, and days since the Sunday."""
    if is_plain(instant):
        before = instant - timedelta(hours=_CHANGED_FROM_HOURS)
        return before.month, before.day, (before.weekday() + 1) % 7
    import ibis

    before = instant - ibis.interval(hours=_CHANGED_FROM_HOURS)
    return before.month(), before.day(), (before.day_of_week.index() + 1) % 7


def _came_twice(instant: Any) -> Any:
    if is_plain(instant):
        is_sunday, hour = instant.weekday() == _SUNDAY, instant.hour
        return instant.month == _OCTOBER and instant.day >= _FIRST_LAST_SUNDAY and is_sunday and hour == 1
    is_sunday = instant.day_of_week.index() == _SUNDAY
    return (instant.month() == _OCTOBER) & (instant.day() >= _FIRST_LAST_SUNDAY) & is_sunday & (instant.hour() == 1)


def later(one: Any, other: Any) -> Any:
    """The later of two minutes; where one is missing, the other.

    >>> later(None, 5), later(3, 5)
    (5, 5)
    """
    if not is_plain(one, other):
        import ibis

        return ibis.greatest(one, other)
    return max((value for value in (one, other) if value is not None), default=None)


def earlier(one: Any, other: Any) -> Any:
    """The earlier of two minutes; where one is missing, the other."""
    if not is_plain(one, other):
        import ibis

        return ibis.least(one, other)
    return min((value for value in (one, other) if value is not None), default=None)


def minutes_from(one: Any, other: Any) -> Any:
    """The minutes from one to the other, 0 where the other is the earlier; null where either is.

    >>> minutes_from(5, 12), minutes_from(12, 5), minutes_from(None, 5)
    (7, 0, None)
    """
    if is_plain(one, other):
        return None if one is None or other is None else max(other - one, 0)
    import ibis

    # Engines take the greater of null and 0 to be 0.
    return (other > one).ifelse(other - one, ibis.ifelse((other - one).notnull(), 0.0, ibis.null("float64")))
