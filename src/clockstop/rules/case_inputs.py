"""Reading the inputs of worked cases: dates quoted or not, codes as numbers or text, a name under several spellings."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from clockstop.errors import UserError


def a_date(value: Any) -> date | None:
    """A civil date from YAML: unquoted, quoted or with a time; None stays None.

    >>> a_date("2026-09-30") == a_date(date(2026, 9, 30)) and a_date("") is None
    True
    """
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise UserError(f"'{value}' is not a date", do="Write dates as YYYY-MM-DD.") from None


def a_day(value: Any) -> date:
    """A date that must be there."""
    day = a_date(value)
    if day is None:
        raise UserError("a date is missing", do="Write dates as YYYY-MM-DD.")
    return day


def a_code(value: Any) -> str | None:
    """A code as text, however YAML read it.

    >>> a_code(30), a_code("01"), a_code(None)
    ('30', '01', None)
    """
    return None if value is None else str(value).strip()


def the_first(inputs: Mapping[str, Any], *names: str, otherwise: Any = None) -> Any:
    """The value of the first of the names that the inputs hold."""
    return next((inputs[name] for name in names if name in inputs), otherwise)


def dates_of(values: Any) -> list[date] | None:
    """A list of dates; None (England's own bank holidays, say) where no list is given."""
    return None if values is None else [a_day(value) for value in values]


def rounded(value: float | None, places: int) -> float | None:
    """The value rounded half up, as the cases write it.

    >>> rounded(1.625, 2), rounded(74.95, 1)
    (1.63, 75.0)
    """
    if value is None:
        return None
    return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP))


def per_cent(numerator: float, denominator: float, places: int = 1) -> float | None:
    """The exact ratio as per cent, rounded half up; None where there is nothing to divide by.

    >>> per_cent(3, 4), per_cent(1, 0)
    (75.0, None)
    """
    if not denominator:
        return None
    exact = Decimal(repr(numerator)) * 100 / Decimal(repr(denominator))
    return float(exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP))
