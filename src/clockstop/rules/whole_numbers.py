"""Sums that stay whole numbers in every engine."""

from ibis.expr.types import IntegerValue


def summed(values: IntegerValue) -> IntegerValue:
    """The sum as a whole number of 64 bits.

    DuckDB adds those up in 128 bits, which Arrow holds as decimals; Ibis drops a cast to what it believes the sum to be already, so
    the way leads through a number that is exact up to 2^53.
    """
    return values.cast("int64").sum().cast("float64").cast("int64")
