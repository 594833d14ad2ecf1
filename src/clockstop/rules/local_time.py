"""Local times of day laid on one line of minutes, through the nights on which the clocks change (operations.md 0.1).

An instant is a Europe/London date and time of day without a zone. What lay between two is the time that passed, never the
difference of the clocks on the wall: from 23:30 to 03:00 is 4 h 30 in the night of the last Sunday of October, and 2 h 30 in that
of March. `reading` says what a local time means, with or without its source's offset and by the events beside it, and what is
doubtful of it; the other functions are its parts. Every function takes plain and Ibis values alike.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from clockstop.rules.either import both, choose, is_missing, is_not, is_plain, or_else

AMBIGUOUS = "DQ_AMBIGUOUS_LOCAL_TIME"
NONEXISTENT = "DQ_NONEXISTENT_LOCAL_TIME"
SEQUENCE = "DQ_SEQUENCE"
SUMMER_MINUTES = 60
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - local times carry no zone
# On the wall both changes are over at 02:00 by either clock; by Greenwich both come at 01:00.
_CHANGED_BY_HOUR, _CHANGES_AT_HOUR = 2, 1
_MARCH, _OCTOBER = 3, 10


@dataclass(frozen=True)
class Reading:
    """What a local time is taken to mean: `minute` as of `minute_of` (null where there is no time), and what is doubtful of it.

    `is_out_of_order`: neither coming of an ambiguous time fits the events beside it.
    """

    minute: Any
    is_ambiguous: Any
    is_nonexistent: Any
    is_out_of_order: Any

    @property
    def flags(self) -> dict[str, Any]:
        """Each flag with whether it is raised."""
        return {AMBIGUOUS: self.is_ambiguous, NONEXISTENT: self.is_nonexistent, SEQUENCE: self.is_out_of_order}


@dataclass(frozen=True)
class Meanings:
    """What a local time can mean: the minute `first`, and where it came twice the one an hour later."""

    first: Any
    is_twice: Any
    is_never: Any

    @property
    def latest(self) -> Any:
        """The latest minute that it can mean: a bound for what came before it."""
        return None if self.first is None else self.first + choose(self.is_twice, SUMMER_MINUTES, 0)

    def between(self, after: Any, before: Any) -> Reading:
        """Its reading by the events beside it: not before the minute `after`, and not after the minute `before`."""
        second = None if self.first is None else self.first + SUMMER_MINUTES
        fits_second = _fits(second, after, before)
        is_doubtful = both(self.is_twice, is_not(_fits(self.first, after, before)))
        return Reading(
            minute=choose(both(is_doubtful, fits_second), second, self.first),
            is_ambiguous=self.is_twice,
            is_nonexistent=self.is_never,
            is_out_of_order=both(is_doubtful, is_not(fits_second)),
        )


def meanings(local: Any, offset_minutes: Any = None) -> Meanings:
    """What the local time can mean, by its source's offset (minutes before Greenwich) where that is known."""
    first, is_unsaid = minute_of(local), is_missing(offset_minutes)
    if offset_minutes is not None and local is not None:
        first = or_else(_on_the_wall(local) - offset_minutes, first)
    return Meanings(first, both(_came_twice(local), is_unsaid), both(_never_came(local), is_unsaid))


def reading(local: Any, offset_minutes: Any = None, *, after: Any = None, before: Any = None) -> Reading:
    """What the local time means, by its source's offset where that is known, else by the order of events (operations.md 0.1).

    A time that came twice (01:00 to 01:59 on the last Sunday of October) is its first coming, unless only the second lies no
    earlier than the minute `after` and no later than the minute `before`; it is flagged either way. A time that never came
    (01:00 to 01:59 on that of March) is read by Greenwich, so that 01:30 is 02:30 on the clocks put forward, and is flagged.

    >>> twice = datetime(2026, 10, 25, 1, 30)
    >>> reading(twice, after=minute_of(twice) + 25).minute - reading(twice).minute
    60.0
    >>> reading(twice, 0).minute - reading(twice, 60).minute, reading(twice, 0).is_ambiguous
    (60.0, False)
    """
    return meanings(local, offset_minutes).between(after, before)


def _fits(minute: Any, after: Any, before: Any) -> Any:
    """Whether the minute lies between the two, each of which may be missing."""
    return both(_is_in_order(after, minute), _is_in_order(minute, before))


def _is_in_order(one: Any, other: Any) -> Any:
    if one is None or other is None:
        return True
    return one <= other if is_plain(one, other) else (one <= other).fill_null(True)


def minute_of(instant: Any) -> Any:
    """The minutes from the start of 1970 by Greenwich to the instant: numbers that may be taken from each other. Null stays null.

    >>> minute_of(datetime(2026, 10, 25, 3, 0)) - minute_of(datetime(2026, 10, 24, 23, 30))
    270.0
    >>> minute_of(datetime(2026, 3, 29, 3, 0)) - minute_of(datetime(2026, 3, 28, 23, 30))
    150.0
    """
    on_the_wall = _on_the_wall(instant)
    return None if on_the_wall is None else on_the_wall - choose(_is_summer(instant), SUMMER_MINUTES, 0)


def local_at(minute: Any) -> Any:
    """The local time of a minute by Greenwich: what `minute_of` undoes, but for the hour that comes twice.

    >>> local_at(minute_of(datetime(2026, 10, 25, 3, 0)) - 15), local_at(None)
    (datetime.datetime(2026, 10, 25, 2, 45), None)
    """
    if minute is None:
        return None
    if is_plain(minute):
        by_greenwich = _EPOCH + timedelta(minutes=minute)
        return by_greenwich + timedelta(minutes=choose(_is_summer(by_greenwich, _CHANGES_AT_HOUR), SUMMER_MINUTES, 0))
    import ibis

    # Not to_timestamp: engines give that a zone.
    start, whole = ibis.timestamp(_EPOCH), minute.cast("int64")
    summer = choose(_is_summer(start + whole.as_interval("m"), _CHANGES_AT_HOUR), SUMMER_MINUTES, 0)
    return start + (whole + summer).as_interval("m")


def _on_the_wall(instant: Any) -> Any:
    if is_plain(instant):
        return None if instant is None else (instant - _EPOCH).total_seconds() / 60
    return instant.epoch_seconds() / 60


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


def _is_summer(instant: Any, changed_by_hour: int = _CHANGED_BY_HOUR) -> Any:
    """Whether British Summer Time holds, from that hour of the day in March on which the clocks change to that of October."""
    year, hour = _hour_of_year(instant)
    begins = (_MARCH * 100 + _last_sunday(year, _MARCH)) * 100 + changed_by_hour
    ends = (_OCTOBER * 100 + _last_sunday(year, _OCTOBER)) * 100 + changed_by_hour
    return both(hour >= begins, hour < ends)


def _came_twice(instant: Any) -> Any:
    return _is_in_the_hour(instant, _OCTOBER)


def _never_came(instant: Any) -> Any:
    return _is_in_the_hour(instant, _MARCH)


def _is_in_the_hour(instant: Any, month: int) -> Any:
    """Whether the time lies from 01:00 to 01:59 of the month's last Sunday."""
    if instant is None:
        return False
    year, hour = _hour_of_year(instant)
    found = hour == (month * 100 + _last_sunday(year, month)) * 100 + _CHANGES_AT_HOUR
    return found if is_plain(instant) else found.fill_null(False)


def _hour_of_year(instant: Any) -> tuple[Any, Any]:
    """The year, and month, day and hour as one number: 10 o'clock on 5 March is 30510. Numbers, as engines compare them fastest."""
    if is_plain(instant):
        return instant.year, (instant.month * 100 + instant.day) * 100 + instant.hour
    month = instant.month().cast("int32")
    return instant.year(), (month * 100 + instant.day()) * 100 + instant.hour()


def _last_sunday(year: Any, month: int) -> Any:
    """The day of March's or October's last Sunday, from 1900 to 2099: a day of the week moves on by one a year, and by a leap day.

    >>> [(_last_sunday(year, 3), _last_sunday(year, 10)) for year in (2026, 2027, 2028)]
    [(29, 25), (28, 31), (26, 29)]
    """
    return 31 - (5 * year // 4 + (4 if month == _MARCH else 1)) % 7


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
