"""Words that say the same of a plain value and of an Ibis value, so that a rule is written once for both.

An Ibis value has methods where a plain one has operators; each word here picks the form. Nulls are kept: a plain
None and an Ibis null behave alike.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import Any


def is_plain(*values: Any) -> bool:
    """Whether none of the values is an Ibis expression."""
    return not any(hasattr(value, "op") for value in values)


def choose(condition: Any, then: Any, otherwise: Any) -> Any:
    """`then` where the condition holds, else `otherwise` (also where the condition is null).

    >>> choose(True, "yes", "no")
    'yes'
    """
    if is_plain(condition):
        return then if condition else otherwise
    return condition.ifelse(then, otherwise)


def text(value: Any) -> Any:
    """The value as text."""
    return str(value) if is_plain(value) else value.cast("string")


def days_between(start: Any, end: Any) -> Any:
    """Whole days from `start` to `end`; the start day is day 0. Null where either is.

    >>> from datetime import date
    >>> days_between(date(2026, 3, 28), date(2026, 3, 29))
    1
    """
    if not is_plain(start, end):
        import ibis

        end = end if not is_plain(end) else ibis.literal(end)
        return end.delta(start, unit="day")
    return None if start is None or end is None else (end - start).days


def days_after(day: Any, number: int) -> Any:
    """The day `number` days later."""
    if not is_plain(day):
        import ibis

        # Engines give an instant for a day plus an interval, and Ibis takes it for a day: hence the two casts.
        return (day + ibis.interval(days=number)).cast("timestamp").cast("date")
    return None if day is None else day + timedelta(days=number)


def no_date(beside: Any) -> Any:
    """No day: None beside a plain value, a null date beside an Ibis one."""
    if is_plain(beside):
        return None
    import ibis

    return ibis.null("date")


def is_missing(value: Any) -> Any:
    """Whether the value is null."""
    return value is None if is_plain(value) else value.isnull()


def has_happened(day: Any, by: Any) -> Any:
    """Whether `day` is known and no later than `by`.

    >>> from datetime import date
    >>> has_happened(None, date(2026, 9, 30)), has_happened(date(2026, 9, 30), date(2026, 9, 30))
    (False, True)
    """
    if not is_plain(day, by):
        return (day <= by).fill_null(False)
    return day is not None and by is not None and day <= by


def lies_within(value: Any, first: Any, last: Any) -> Any:
    """Whether a known value lies from `first` to `last`, both ends in."""
    if not is_plain(value):
        return value.between(first, last).fill_null(False)
    return value is not None and first <= value <= last


def is_one_of(value: Any, members: Collection[Any]) -> Any:
    """Whether a known value is one of the members."""
    if not is_plain(value):
        return value.isin(sorted(members)).fill_null(False)
    return value in members


def both(left: Any, right: Any) -> Any:
    """Whether both hold."""
    return (left and right) if is_plain(left, right) else left & right


def either(left: Any, right: Any) -> Any:
    """Whether one or both hold."""
    return (left or right) if is_plain(left, right) else left | right


def is_not(condition: Any) -> Any:
    """Whether the condition does not hold."""
    return not condition if is_plain(condition) else ~condition


def least(left: Any, right: Any) -> Any:
    """The smaller of two; the other one where one is null.

    >>> least(3, None), least(3, 2)
    (3, 2)
    """
    if not is_plain(left, right):
        import ibis

        return ibis.least(left, right)
    known = [value for value in (left, right) if value is not None]
    return min(known, default=None)


def greatest(left: Any, right: Any) -> Any:
    """The larger of two; the other one where one is null."""
    if not is_plain(left, right):
        import ibis

        return ibis.greatest(left, right)
    known = [value for value in (left, right) if value is not None]
    return max(known, default=None)


def or_else(value: Any, otherwise: Any) -> Any:
    """The value, or the other one where it is null.

    >>> or_else(None, 0), or_else(5, 0)
    (0, 5)
    """
    if not is_plain(value, otherwise):
        import ibis

        return ibis.coalesce(value, otherwise)
    return otherwise if value is None else value
