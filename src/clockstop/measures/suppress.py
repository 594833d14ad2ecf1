"""Small numbers, hidden in one place for every reader and extract not cleared to see them (operations.md 7.4).

Profile `k5`: counts 1 to 4 are hidden, and so is the next smallest where one hidden count could be worked out from a total.
Profile `hes`: counts 1 to 7 are hidden, and others are rounded to the nearest 5. 0 is shown by both. Halves of people, as of shared
cancer pathways, are hidden like whole ones: half a patient is small.
"""

from collections.abc import Iterable, Sequence
from typing import Literal

Profile = Literal["k5", "hes"]
HIDDEN = "*"
Shown = float | str
THRESHOLD = {"k5": 5, "hes": 8}


def suppress(counts: Sequence[float], profile: Profile) -> list[Shown]:
    """The counts of one row whose total is shown, as they may be shown.

    >>> suppress([3, 20, 9, 40], "k5"), suppress([2, 4, 30], "k5"), suppress([3, 0, 50], "k5")
    (['*', 20, '*', 40], ['*', '*', 30], ['*', 0, '*'])
    >>> suppress([0, 1, 7, 8, 12, 13, 102], "hes")
    [0, '*', '*', 10, 10, 15, 100]
    """
    if profile == "hes":
        return [HIDDEN if is_small(count, profile) else _nearest_5(count) for count in counts]
    hidden = [is_small(count, profile) for count in counts]
    _hide_a_second(counts, hidden)
    return [HIDDEN if is_hidden else count for count, is_hidden in zip(counts, hidden, strict=True)]


def suppress_table(rows: Sequence[Sequence[float]], profile: Profile) -> list[list[Shown]]:
    """A table whose row and column totals are shown: rows in order, then columns, until no line has a single gap.

    >>> suppress_table([[3, 20, 30], [15, 12, 40], [18, 25, 9]], "k5")
    [['*', '*', 30], ['*', '*', 40], [18, 25, 9]]
    """
    if profile == "hes":
        return [suppress(row, profile) for row in rows]
    hidden = [[is_small(count, profile) for count in row] for row in rows]
    has_changed = True
    while has_changed:
        has_changed = False
        for row, gaps in zip(rows, hidden, strict=True):
            has_changed |= _hide_a_second(row, gaps)
        for column in range(len(rows[0]) if rows else 0):
            gaps = [line[column] for line in hidden]
            if _hide_a_second([row[column] for row in rows], gaps):
                has_changed = True
                for line, gap in zip(hidden, gaps, strict=True):
                    line[column] = gap
    return [
        [HIDDEN if gap else count for count, gap in zip(row, gaps, strict=True)] for row, gaps in zip(rows, hidden, strict=True)
    ]


def is_small(count: float, profile: Profile) -> bool:
    """Whether a count of people is too small to show."""
    return 0 < count < THRESHOLD[profile]


def total_shown(counts: Iterable[float], profile: Profile) -> Shown:
    """A total, counted of the unrounded parts and then shown as a count of its own: small, it would say what its parts hide.

    >>> total_shown([1, 7], "hes"), total_shown([3, 0], "k5"), total_shown([3, 20], "k5")
    (10, '*', 23)
    """
    total = sum(counts)
    if is_small(total, profile):
        return HIDDEN
    return _nearest_5(total) if profile == "hes" else total


def is_share_hidden(numerator: float, denominator: float, profile: Profile, *, may_tell_of_all: bool = True) -> bool:
    """Whether a share would tell of few people: on either side of it, or in all.

    0% and 100% tell of every single one of a group: `may_tell_of_all` is the policy that lets them be shown.

    >>> is_share_hidden(97, 100, "k5"), is_share_hidden(20, 80, "hes")
    (True, False)
    >>> is_share_hidden(0, 40, "k5"), is_share_hidden(0, 40, "k5", may_tell_of_all=False)
    (False, True)
    """
    sides = (numerator, denominator - numerator)
    if denominator < THRESHOLD[profile] or any(is_small(side, profile) for side in sides):
        return True
    return not may_tell_of_all and 0 in sides


def _hide_a_second(counts: Sequence[float], hidden: list[bool]) -> bool:
    """Hide the next smallest count that is not 0 where exactly one is hidden; whether that was so."""
    if sum(hidden) != 1:
        return False
    others = [place for place, count in enumerate(counts) if count and not hidden[place]]
    if not others:
        return False
    hidden[min(others, key=lambda place: (counts[place], place))] = True
    return True


def _nearest_5(count: float) -> float:
    """Halves of 5, which only halves of people make, up.

    >>> _nearest_5(12), _nearest_5(12.5), _nearest_5(13)
    (10, 15, 15)
    """
    return int((count + 2.5) // 5 * 5)
