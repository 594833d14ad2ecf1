"""A cut that somebody makes on demand: rows of one fact, counted, shared out or averaged by its own columns.

What may be said is declared here: columns, operators of each kind of column, and values. Nothing that is typed becomes code.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_
from typing import Literal

import ibis
from ibis.expr.types import BooleanValue, Table, Value

from clockstop.errors import UserError

CutKind = Literal["count", "share", "mean", "sum"]
ColumnKind = Literal["text", "number", "date", "truth"]
KINDS: dict[str, str] = {"count": "How many", "share": "What share", "mean": "The mean of", "sum": "The sum of"}
EVERY: dict[str, str] = {"": "The whole time", "month": "Month", "week": "Week", "year": "Calendar year"}
_TRUNCATE = {"month": "M", "week": "W", "year": "Y"}
# The words of each operator, by the kind of column that it stands beside.
OPERATORS: dict[ColumnKind, dict[str, str]] = {
    "text": {"is": "is", "not": "is not", "in": "is one of (commas)", "known": "is known", "unknown": "is not known"},
    "number": {
        "is": "is", "le": "is at most", "ge": "is at least", "lt": "is less than", "gt": "is more than", "known": "is known",
        "unknown": "is not known",
    },
    "date": {"is": "is", "le": "is on or before", "ge": "is on or after", "known": "is known", "unknown": "is not known"},
    "truth": {"yes": "is true", "no": "is not true", "known": "is known", "unknown": "is not known"},
}  # fmt: skip
EVERY_OPERATOR = {name: words for one in OPERATORS.values() for name, words in one.items()}
WITHOUT_VALUE = ("known", "unknown", "yes", "no")
MOST_CONDITIONS, MOST_DIMENSIONS = 5, 2


class BadCut(UserError):
    """A cut cannot be made as asked."""


@dataclass(frozen=True, kw_only=True)
class Condition:
    """A column, one of its operators, and what was typed beside it."""

    column: str
    operator: str
    value: str = ""


@dataclass(frozen=True, kw_only=True)
class Cut:
    """What is asked of a fact.

    Rows of `table` of which every condition of `of` holds and whose `day` lies from `first` to `last`, both in; of a share those of
    them of which `those` hold too; of a mean or sum their `amount`. `every` parts them by the period of their day, `by` by columns.
    """

    table: str
    kind: CutKind = "count"
    of: tuple[Condition, ...] = ()
    those: tuple[Condition, ...] = ()
    amount: str = ""
    day: str = ""
    every: str = ""
    first: date | None = None
    last: date | None = None
    by: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it reads."""
        named = [one.column for one in (*self.of, *self.those)]
        return tuple(dict.fromkeys(name for name in (*named, self.amount, self.day, *self.by) if name))


def check(cut: Cut, kinds: Mapping[str, ColumnKind]) -> None:
    """Raise `BadCut` unless every column is one of these and every operator one of its kind."""
    odd = next((name for name in cut.columns if name not in kinds), None)
    if odd is not None:
        raise BadCut(f"{cut.table} has no column {odd[:60]} that can be used here.", where="The cut.", do="Choose another column.")
    if cut.kind in ("mean", "sum") and kinds.get(cut.amount) != "number":
        raise BadCut("A mean or a sum needs a column of numbers.", where="The amount.", do="Choose the column to add up.")
    if cut.day and kinds[cut.day] != "date":
        raise BadCut(f"{cut.day} is no date.", where="The day.", do="Choose a column that is a date.")
    if (cut.every or cut.first or cut.last) and not cut.day:
        raise BadCut("A period needs a day.", where="The period.", do="Choose by which date the rows are counted.")
    if len(cut.by) > MOST_DIMENSIONS or max(len(cut.of), len(cut.those)) > MOST_CONDITIONS:
        raise BadCut(
            "That is more than one cut holds.", do=f"At most {MOST_DIMENSIONS} splits and {MOST_CONDITIONS} conditions a side."
        )
    for one in (*cut.of, *cut.those):
        if one.operator not in OPERATORS[kinds[one.column]]:
            raise BadCut(f"{one.column} cannot be asked so.", where=one.operator[:20], do="Choose one of its operators.")
        _values(kinds[one.column], one)


def made(rows: Table, cut: Cut, kinds: Mapping[str, ColumnKind]) -> Table:
    """`trust, numerator, denominator` of the rows, with `period` and the splits `cut_1` and `cut_2` where they are asked for."""
    within = _within(rows.filter(*_all(rows, cut.of, kinds)) if cut.of else rows, cut)
    splits = {f"cut_{place}": within[name].cast("string") for place, name in enumerate(cut.by, start=1)}
    if cut.every:
        splits = {"period": _day(within, cut.day).truncate(_TRUNCATE[cut.every]).cast("date")} | splits
    whole = within.select(
        trust=within.trust,
        **splits,
        adds=_adds(within, cut, kinds),
        counts=within[cut.amount].notnull().cast("int64") if cut.amount else ibis.literal(1, "int64"),
    )
    return whole.group_by("trust", *splits).aggregate(
        numerator=whole.adds.sum().cast("float64"), denominator=whole.counts.sum().cast("float64")
    )


def _adds(rows: Table, cut: Cut, kinds: Mapping[str, ColumnKind]) -> Value:
    """What a row adds to the numerator."""
    if cut.amount:
        return rows[cut.amount].cast("float64")
    return (
        reduce(and_, _all(rows, cut.those, kinds)).cast("int64") if cut.kind == "share" and cut.those else ibis.literal(1, "int64")
    )


def _within(rows: Table, cut: Cut) -> Table:
    if not cut.day:
        return rows
    day = _day(rows, cut.day)
    found = [day.notnull()]
    found += [day >= ibis.date(cut.first)] if cut.first else []
    found += [day <= ibis.date(cut.last)] if cut.last else []
    return rows.filter(*found)


def _day(rows: Table, column: str) -> Value:
    return rows[column].date() if rows[column].type().is_timestamp() else rows[column]


def _all(rows: Table, conditions: Sequence[Condition], kinds: Mapping[str, ColumnKind]) -> list[BooleanValue]:
    return [_truth(rows, one, kinds[one.column]) for one in conditions]


def _truth(rows: Table, one: Condition, kind: ColumnKind) -> BooleanValue:
    """The condition; null where the row does not say, which counts as not so."""
    column = _day(rows, one.column) if kind == "date" else rows[one.column]
    if one.operator in ("known", "unknown"):
        return column.notnull() if one.operator == "known" else column.isnull()
    if one.operator in ("yes", "no"):
        return column if one.operator == "yes" else (~column) | column.isnull()
    values = _values(kind, one)
    own = column.cast("string") if kind == "text" else column
    if one.operator == "in":
        return own.isin(values)
    value = ibis.date(values[0]) if kind == "date" else ibis.literal(values[0])
    compared: dict[str, Callable[[], BooleanValue]] = {
        "is": lambda: own == value, "not": lambda: own != value, "le": lambda: own <= value, "ge": lambda: own >= value,
        "lt": lambda: own < value, "gt": lambda: own > value,
    }  # fmt: skip
    return compared[one.operator]()


def _values(kind: ColumnKind, one: Condition) -> list:
    """What was typed, read as the column's kind; `BadCut` where it cannot be."""
    text = one.value.strip()
    if one.operator in WITHOUT_VALUE:
        return []
    if not text:
        raise BadCut(f"{one.column} needs a value.", where="A condition.", do="Type what it is compared with, or choose is known.")
    if kind == "text":
        return [part.strip() for part in text.split(",")] if one.operator == "in" else [text]
    try:
        return [date.fromisoformat(text)] if kind == "date" else [_number(text)]
    except ValueError:
        wanted = "a date such as 2026-10-31" if kind == "date" else "a number"
        raise BadCut(f"{one.column} is compared with {wanted}.", where="A condition.", do="Type it so.") from None


def _number(text: str) -> float:
    value = float(text)
    if not abs(value) < 1e12:
        raise ValueError(text)
    return value
