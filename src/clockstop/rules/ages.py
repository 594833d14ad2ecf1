"""How old somebody is on a day, in completed years. Plain and Ibis values alike."""

from typing import Any

from clockstop.rules.either import is_plain

_A_YEAR = 10_000


def years_old(born: Any, on: Any) -> Any:
    """Completed years, below 0 before the birth; who was born on 29 February has the birthday on 1 March in other years.

    >>> from datetime import date
    >>> [years_old(date(2008, 2, 29), date(2026, month, day)) for month, day in ((2, 28), (3, 1))]
    [17, 18]
    """
    # Days of the calendar as one number: 5 March 2026 is 20260305.
    return (_number_of(on) - _number_of(born)) // _A_YEAR


def _number_of(day: Any) -> Any:
    if is_plain(day):
        return day.year * _A_YEAR + day.month * 100 + day.day
    return day.year() * _A_YEAR + day.month() * 100 + day.day()
