"""Working days gone by, for plain days and Ibis days alike: Monday to Friday without England's bank holidays."""

from collections.abc import Collection
from datetime import date
from functools import cache
from typing import Any

from clockstop.dates import bank_holidays
from clockstop.rules.either import is_plain

# The years whose holidays an expression knows; real extracts hold nothing else.
FIRST_YEAR, LAST_YEAR = 2015, 2035
# 1970-01-01 was a Thursday.
_EPOCH = date(1970, 1, 1)
_MONDAY_BEFORE = 3


def working_days_past(day: Any, census: Any, holidays: Collection[date] | None = None) -> Any:
    """The working days after `day` and before `census`: those that were over, whole, when the census day began.

    >>> working_days_past(date(2026, 12, 24), date(2027, 1, 4))
    3
    >>> working_days_past(date(2026, 9, 1), date(2026, 9, 8))
    4
    """
    weekdays = _weekdays_until(_days_since_epoch(census) - 1) - _weekdays_until(_days_since_epoch(day))
    off = _weekday_holidays() if holidays is None else tuple(sorted(each for each in set(holidays) if each.weekday() < 5))
    return weekdays - _number_between(off, day, census)


@cache
def _weekday_holidays() -> tuple[date, ...]:
    days = (day for year in range(FIRST_YEAR, LAST_YEAR + 1) for day in bank_holidays(year))
    return tuple(sorted(day for day in days if day.weekday() < 5))


def _number_between(days: tuple[date, ...], after: Any, before: Any) -> Any:
    if is_plain(after, before):
        return sum(after < each < before for each in days)
    import ibis

    if not days:
        return 0
    return ibis.array([ibis.date(each) for each in days]).filter(lambda each: (each > after) & (each < before)).length()


def _days_since_epoch(day: Any) -> Any:
    if is_plain(day):
        return (day - _EPOCH).days
    import ibis

    return day.delta(ibis.date(_EPOCH), unit="day")


def _weekdays_until(number: Any) -> Any:
    """The weekdays from a Monday long past up to the day of that number."""
    days = number + _MONDAY_BEFORE + 1
    over = days % 7
    if is_plain(number):
        return days // 7 * 5 + min(over, 5)
    import ibis

    return days // 7 * 5 + ibis.least(over, 5)


def is_weekday_holiday(day: Any) -> Any:
    """Whether the day is a bank holiday that falls on Monday to Friday.

    >>> is_weekday_holiday(date(2026, 12, 28)), is_weekday_holiday(date(2026, 12, 26))
    (True, False)
    """
    if is_plain(day):
        return day in _weekday_holidays()
    import ibis

    return day.isin([ibis.date(each) for each in _weekday_holidays()]).fill_null(False)
