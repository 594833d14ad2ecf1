"""Counts of a fact put together: how many rows a truth holds of, and counts of several tables in one row a key."""

from collections.abc import Sequence

from ibis.expr.types import BooleanValue, IntegerValue, Table


def number_of(truth: BooleanValue) -> IntegerValue:
    """Of how many rows the truth is known to hold."""
    return truth.fill_null(False).cast("int64").sum()


def joined_counts(one: Table, other: Table, keys: Sequence[str]) -> Table:
    """The rows of either, by keys of which none is null; the counts of the one that has no such row are null."""
    both = one.outer_join(other, keys)
    values = {name: both[name].fill_null(both[f"{name}_right"]) for name in keys}
    return both.mutate(**values).drop(*(f"{name}_right" for name in keys))
