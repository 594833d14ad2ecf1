"""Totals of validation as a page says them: all to who is cleared for the trust's patients, few people withheld from all others."""

from collections.abc import Mapping, Sequence
from typing import Any

from clockstop.answers.validation_effect import AsValidated
from clockstop.answers.validation_yield import YieldLine
from clockstop.measures.suppress import HIDDEN, is_share_hidden, suppress_table
from clockstop.nhsuk.presenters import number, percent, signed
from clockstop.pages import small_numbers

# The counts of a line that are parts of its checks; the cells behind them are worked out of these.
PARTS = ("removed", "moved", "right")
STATES_SHOWN = ("not_yet", "come_through", "changed_otherwise")


def lines_said(cells: Sequence[Sequence[str]], lines: Sequence[YieldLine], *, is_own: bool) -> list[list[str]]:
    """The lines of a part in words; of few checks, or few of a kind, nothing but their name is said to who sees no patients."""
    if is_own:
        return [list(row) for row in cells]
    counts = [(*(getattr(line, name) for name in PARTS), line.asked) for line in lines]
    hidden = suppress_table(counts, "k5")
    return [
        [row[0], *[small_numbers.WITHHELD] * (len(row) - 1)] if HIDDEN in shown or _is_few(line) else list(row)
        for row, shown, line in zip(cells, hidden, lines, strict=True)
    ]


def services_said(rows: Sequence[Sequence[Any]], *, is_own: bool) -> list[list[Any]]:
    """Services with how many are to be validated, and were; a service in which any of it is few says nothing else."""
    if is_own:
        return [list(row) for row in rows]
    parts = [(row[1] - row[3], row[3] - row[2], row[2]) for row in rows]
    hidden = suppress_table(parts, "k5")
    return [
        [row[0], *[small_numbers.WITHHELD] * (len(row) - 1)] if HIDDEN in shown else list(row)
        for row, shown in zip(rows, hidden, strict=True)
    ]


def apart(rows: Sequence[Sequence[Any]]) -> tuple[list[Sequence[Any]], list[str]]:
    """The rows that say something, and the names of those of which all is withheld."""
    told = [row for row in rows if any(cell != small_numbers.WITHHELD for cell in row[1:])]
    return told, [row[0] for row in rows if row not in told]


def facts(whole: YieldLine, found: AsValidated, *, is_own: bool) -> dict[str, str]:
    """The figures at the head of the yield."""
    few = not is_own and any(
        small_numbers.is_withheld(getattr(whole, name), is_own=False) for name in (*PARTS, "checked", "changed")
    )
    in_time = (found.in_time, found.in_time_with_desk)
    hides = not is_own and any(is_share_hidden(part, found.in_scope, "k5") for part in in_time if found.in_scope)
    return {
        "checked": small_numbers.said(whole.checked, is_own=is_own),
        "asked": small_numbers.said(whole.asked, is_own=is_own),
        "changed": small_numbers.WITHHELD if few else number(whole.changed),
        "share": "" if whole.share is None or few else percent(whole.share),
        "in_time": small_numbers.WITHHELD if hides else percent(found.in_time / found.in_scope) if found.in_scope else "",
        "with_desk": small_numbers.WITHHELD
        if hides
        else percent(found.in_time_with_desk / found.in_scope)
        if found.in_scope
        else "",
        "carried": small_numbers.said(found.carried, is_own=is_own),
    }


def effect(found: AsValidated, *, is_own: bool) -> list[list[str]]:
    """The list as counted beside the list as validated; where few people differ, only what was counted is said."""
    now, then = found.counted, found.validated
    rows = [
        _pair("Waiting", now.waiting, then.waiting, is_own=is_own),
        _pair("Within 18 weeks", now.within_18, then.within_18, is_own=is_own),
        _pair("Over 52 weeks", now.over_52, then.over_52, is_own=is_own),
        _pair("Over 65 weeks", now.over_65, then.over_65, is_own=is_own),
    ]
    hides = not is_own and any(row[-1] == small_numbers.WITHHELD for row in rows[:2])
    if now.share is None or then.share is None:
        said = ["not known", "not known", "not known"]
    elif hides:
        said = [percent(now.share), small_numbers.WITHHELD, small_numbers.WITHHELD]
    else:
        said = [percent(now.share), percent(then.share), f"{signed((then.share - now.share) * 100, 1)} points"]
    return [rows[0], ["Share within 18 weeks", *said], *rows[2:]]


def corrections_said(found: Mapping[str, Mapping[str, int]]) -> list[list[str]]:
    """The corrections of each service by state, and of all; few are withheld, and what would give them away."""
    counts = [[found[name].get(state, 0) for state in STATES_SHOWN] for name in found]
    whole = [sum(column) for column in zip(*counts, strict=True)] if counts else [0] * len(STATES_SHOWN)
    hidden = suppress_table(counts, "k5") if counts else []
    rows = [[name, *(_said(cell) for cell in shown)] for name, shown in zip(found, hidden, strict=True)]
    return [["All services", *(small_numbers.said(count, is_own=False) for count in whole)], *rows]


def _said(cell: float | str) -> str:
    return small_numbers.WITHHELD if isinstance(cell, str) else number(cell)


def _is_few(line: YieldLine) -> bool:
    return any(small_numbers.is_withheld(count, is_own=False) for count in (line.checked, line.changed, line.timed))


def _pair(title: str, now: int, then: int, *, is_own: bool) -> list[str]:
    hides = not is_own and any(small_numbers.is_withheld(count, is_own=False) for count in (now, then, abs(then - now)))
    if hides:
        return [title, small_numbers.said(now, is_own=False), small_numbers.WITHHELD, small_numbers.WITHHELD]
    return [title, number(now), number(then), signed(then - now)]
