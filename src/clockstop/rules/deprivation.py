"""Fifths of deprivation, from the tenth of the Index of Multiple Deprivation in which a home lies (operations.md 6.7)."""

import ibis
from ibis.expr.types import IntegerValue

TENTHS = 10
MOST_DEPRIVED, LEAST_DEPRIVED = "1", "5"


def quintile(decile: int | None) -> int | None:
    """The fifth of a tenth, 1 the most deprived; None of a number that is no tenth.

    >>> [quintile(decile) for decile in (1, 2, 3, 10, 0, None)]
    [1, 1, 2, 5, None, None]
    """
    return (decile + 1) // 2 if decile is not None and 1 <= decile <= TENTHS else None


def quintiles(decile: IntegerValue) -> IntegerValue:
    """The same of a column."""
    return decile.between(1, TENTHS).ifelse((decile + 1) // 2, ibis.null("int64"))
