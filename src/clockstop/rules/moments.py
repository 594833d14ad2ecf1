"""The instants of a table's rows read in the order of events: whole minutes by Greenwich, and marks where a reading is doubtful.

`rules/local_time.py` says what one local time means; here each is read between the one before it and the one after it in its row.
"""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_

import ibis
from ibis.expr.types import BooleanValue, IntegerValue, StringValue, Table, Value

from clockstop.rules.local_time import AMBIGUOUS, NONEXISTENT, SEQUENCE, Meanings, meanings

_PARTS = ("_first", "_is_twice", "_is_never")
_DOUBT = "_is_out_of_order"


def minute_name(instant: str) -> str:
    """The column that has an instant's minute.

    >>> minute_name("decision_to_admit_at")
    'decision_to_admit_minute'
    """
    return instant.removesuffix("_at") + "_minute"


def read_in_order(rows: Table, instants: Sequence[str]) -> Table:
    """The rows with the minute of each instant, null where it has none, and `marks` with the flags of 0.1 that any of them raises.

    `instants` names columns in the order of events: an ambiguous time is read between the nearest known ones before and after it.
    Seconds are dropped. The source's offset stands in `NAME_offset_minutes` where the table has that; `marks` that the rows have
    are kept.
    """
    # Views keep Ibis from writing each step out in full wherever the next ones use it.
    found = rows.mutate(**_meanings_of(rows, instants)).view()
    for place, name in enumerate(instants):
        known = [Meanings(*(found[f"{other}{part}"] for part in _PARTS)) for other in instants[place:]]
        before = [found[minute_name(other)] for other in reversed(instants[:place])]
        read = known[0].between(_nearest(before), _nearest([one.latest for one in known[1:]]))
        found = found.mutate(**{minute_name(name): read.minute, name + _DOUBT: read.is_out_of_order}).view()
    return _marked(found, instants)


def _meanings_of(rows: Table, instants: Sequence[str]) -> dict[str, Value]:
    columns: dict[str, Value] = {}
    for name in instants:
        offset = f"{name}_offset_minutes"
        each = meanings(rows[name].truncate("m"), rows[offset] if offset in rows.columns else None)
        values = each.first.cast("int64"), each.is_twice, each.is_never
        columns |= {f"{name}{part}": value for part, value in zip(_PARTS, values, strict=True)}
    return columns


def _marked(rows: Table, instants: Sequence[str]) -> Table:
    """The rows with the flags of every instant in `marks`, and without the steps of their reading."""
    flags = {
        flag: reduce(or_, (rows[name + part] for name in instants))
        for flag, part in ((AMBIGUOUS, _PARTS[1]), (NONEXISTENT, _PARTS[2]), (SEQUENCE, _DOUBT))
    }
    marks = [marks_of(flags), *([rows.marks] if "marks" in rows.columns else [])]
    return rows.mutate(marks=marks_joined(marks)).drop(*(name + part for name in instants for part in (*_PARTS, _DOUBT)))


def marks_of(flags: Mapping[str, BooleanValue]) -> StringValue:
    """The flags that are raised, between blanks: "DQ_FUTURE_TIME DQ_SEQUENCE"; empty where none is."""
    return marks_joined([truth.fill_null(False).ifelse(flag, "") for flag, truth in flags.items()])


def marks_joined(parts: Sequence[StringValue]) -> StringValue:
    """The marks of several texts in one."""
    words = reduce(lambda one, other: one.concat(" ", other), parts).strip()
    # Nearly every row has none.
    return (words == "").ifelse(words, words.re_replace(r"\s+", " "))


def has_mark(marks: StringValue, mark: str) -> BooleanValue:
    """Whether the marks hold this one."""
    return marks.contains(mark)


def _nearest(minutes: Sequence[IntegerValue]) -> IntegerValue | None:
    """The first that is known."""
    if not minutes:
        return None
    return ibis.coalesce(*minutes) if len(minutes) > 1 else minutes[0]
