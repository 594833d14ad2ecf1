"""The instants of a table's rows read in the order of events: whole minutes by Greenwich, and marks where a reading is doubtful.

`rules/local_time.py` says what one local time means; here each is read between the one before it and the one after it in its row.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import TypeAlias

import ibis
from ibis.expr.types import BooleanValue, IntegerValue, StringValue, Table, Value
from ibis.util import gen_name

from clockstop.rules.local_time import AMBIGUOUS, NONEXISTENT, SEQUENCE, Meanings, Reading, meanings

# Of an instant those that it cannot precede.
Follows: TypeAlias = Mapping[str, tuple[str, ...]]
_PARTS = ("_first", "_is_twice", "_is_never")
_DOUBT = "_is_out_of_order"
_START = "_start"


def minute_name(instant: str) -> str:
    """The column that has an instant's minute.

    >>> minute_name("decision_to_admit_at")
    'decision_to_admit_minute'
    """
    return instant.removesuffix("_at") + "_minute"


def read_in_order(rows: Table, instants: Sequence[str], follows: Follows | None = None) -> Table:
    """The rows with the minute of each instant, null where it has none, and `marks` with the flags of 0.1 that any of them raises.

    `instants` names columns in the order of events: an ambiguous time is read between the nearest known ones before and after it.
    `follows` says of each which ones it cannot precede, where not all of them have an order (an ambulance's handover and the
    registration). Seconds are dropped. The source's offset stands in `NAME_offset_minutes` where the table has that; `marks` that
    the rows have are kept.
    """
    started = apart(rows.mutate(**{name + _START: rows[name].truncate("m") for name in instants}))
    found = apart(started.mutate(**_meanings_of(started, instants)).drop(*(name + _START for name in instants)))
    for names in _in_turn(instants, follows):
        known = {name: Meanings(*(found[f"{name}{part}"] for part in _PARTS)) for name in instants}
        read = {name: known[name].between(*_bounds(found, known, name, instants, follows)) for name in names}
        minutes = {minute_name(name): one.minute for name, one in read.items()}
        found = apart(found.mutate(**minutes, **{name + _DOUBT: one.is_out_of_order for name, one in read.items()}))
    return _marked(found, instants)


def apart(rows: Table) -> Table:
    """The rows as a step of the query with a name of its own.

    Else Ibis writes a step out in full wherever the next one uses it, and a query of many steps grows without bounds.
    """
    return rows.alias(gen_name("step"))


def _in_turn(instants: Sequence[str], follows: Follows | None) -> list[list[str]]:
    """The instants that can be read together, none of which waits for another of them."""
    if follows is None:
        return [[name] for name in instants]
    turns: dict[str, int] = {}
    for name in instants:
        turns[name] = 1 + max((turns[other] for other in follows.get(name, ()) if other in turns), default=-1)
    return [[name for name in instants if turns[name] == turn] for turn in range(max(turns.values()) + 1)]


def _bounds(
    found: Table, known: Mapping[str, Meanings], name: str, instants: Sequence[str], follows: Follows | None
) -> tuple[IntegerValue | None, IntegerValue | None]:
    """Between which minutes an instant lies: those before it as they were read, those after it at their latest."""
    if follows is None:
        place = instants.index(name)
        before = [found[minute_name(other)] for other in reversed(instants[:place])]
        return _coalesced(before), _coalesced([known[other].latest for other in instants[place + 1 :]])
    after = _most(ibis.greatest, [found[minute_name(other)] for other in follows.get(name, ()) if other in known])
    return after, _most(ibis.least, [known[other].latest for other in _followers(name, instants, follows)])


def readings_of(meant: Mapping[str, Meanings], follows: Follows) -> dict[str, Reading]:
    """The same of one row's plain values: what each instant means, in the order in which `meant` has them."""
    names, found = list(meant), dict[str, Reading]()
    for name in names:
        before = [found[other].minute for other in follows.get(name, ()) if other in found]
        after = [meant[other].latest for other in _followers(name, names, follows)]
        lows, highs = ([one for one in ones if one is not None] for ones in (before, after))
        found[name] = meant[name].between(max(lows, default=None), min(highs, default=None))
    return found


def _followers(name: str, instants: Sequence[str], follows: Follows) -> list[str]:
    return [other for other in instants if name in follows.get(other, ())]


def _meanings_of(rows: Table, instants: Sequence[str]) -> dict[str, Value]:
    columns: dict[str, Value] = {}
    for name in instants:
        offset = f"{name}_offset_minutes"
        each = meanings(rows[name + _START], rows[offset] if offset in rows.columns else None)
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


def _coalesced(minutes: Sequence[IntegerValue]) -> IntegerValue | None:
    """The first that is known."""
    return _most(ibis.coalesce, minutes)


def _most(of: Callable[..., IntegerValue], minutes: Sequence[IntegerValue]) -> IntegerValue | None:
    if not minutes:
        return None
    return of(*minutes) if len(minutes) > 1 else minutes[0]
