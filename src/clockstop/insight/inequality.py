"""Whether a measure is the same for everybody: groups of people side by side, and the gap between two of them (operations.md 6.7).

Pure sums: how they are hidden where few people could be told from them (7.4), the waits of a group, and gaps with intervals.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clockstop.insight.intervals import Interval, gap, quantile_interval, ranks, wilson
from clockstop.measures.suppress import HIDDEN, is_small, suppress_table
from clockstop.rules.rtt_bands import OPEN_BAND, percentile_weeks

# Ethnic categories in five groups (2001 census: Chinese stand with any other), and what is no answer.
ETHNIC_GROUPS = {
    "white": ("White", ("A", "B", "C")),
    "mixed": ("Mixed", ("D", "E", "F", "G")),
    "asian": ("Asian or Asian British", ("H", "J", "K", "L")),
    "black": ("Black or Black British", ("M", "N", "P")),
    "other": ("Chinese or any other", ("R", "S")),
}
# What stands for "nobody knows", by cut; a null is spelt `unknown` everywhere.
NOT_KNOWN = {"ethnic_category": ("Z", "99", "unknown"), "sex": ("X", "unknown")}
UNKNOWN = "unknown"
MEDIAN, LONGEST = 0.5, 0.92
# Waits of fewer people say too much of single ones, and too little of a group.
FEWEST_WAITS = 5


@dataclass(frozen=True)
class HiddenCells:
    """Which cells of a table of trusts by groups are hidden, and which groups' totals."""

    cells: tuple[tuple[bool, ...], ...]
    totals: tuple[bool, ...]


def hidden_cells(
    numerators: Sequence[Sequence[float]], denominators: Sequence[Sequence[float]], *, is_part: bool = True
) -> HiddenCells:
    """What is hidden of a table whose trusts' totals and groups' totals are shown elsewhere (profile k5).

    Each side of a figure is a table of its own: who is counted, who is not, and all. A cell is hidden where any of them is. A
    group's total is hidden where it is small, where it would give a single trust away, and beside a single hidden one.

    >>> hidden_cells([[3, 20], [15, 30]], [[30, 60], [50, 80]]).cells
    ((True, True), (True, True))
    """
    sides = [numerators]
    if is_part:
        others = [[whole - part for part, whole in zip(*rows, strict=True)] for rows in zip(numerators, denominators, strict=True)]
        sides = [numerators, others, denominators]
    shown = [suppress_table(side, "k5") for side in sides]
    cells = [
        [any(table[row][column] == HIDDEN for table in shown) for column in range(len(line))] for row, line in enumerate(numerators)
    ]
    while _hides_more(sides, cells):
        pass
    width = len(cells[0]) if cells else 0
    totals = [_is_total_hidden([line[column] for line in cells], sides, column) for column in range(width)]
    weights = [sum(row[column] for row in sides[-1]) for column in range(width)]
    if sum(totals) == 1:
        rest = [column for column in range(width) if not totals[column] and weights[column]]
        touched = [column for column in rest if any(line[column] for line in cells)]
        if pool := touched or rest:
            totals[min(pool, key=lambda column: (weights[column], column))] = True
    return HiddenCells(tuple(tuple(line) for line in cells), tuple(totals))


def _hides_more(sides: Sequence[Sequence[Sequence[float]]], cells: list[list[bool]]) -> bool:
    """Hide another cell of each line that has one gap on some side, for nought protects nobody; whether any line had."""
    lines = [[(row, column) for column in range(len(line))] for row, line in enumerate(cells)]
    lines += [[line[column] for line in lines] for column in range(len(cells[0]) if cells else 0)]
    has_changed = False
    for side in sides:
        for line in lines:
            counted = [(side[row][column], row, column) for row, column in line if side[row][column]]
            left = [one for one in counted if not cells[one[1]][one[2]]]
            if left and len(counted) - len(left) == 1:
                _, row, column = min(left)
                cells[row][column] = has_changed = True
    return has_changed


def _is_total_hidden(gaps: Sequence[bool], sides: Sequence[Sequence[Sequence[float]]], column: int) -> bool:
    return sum(gaps) == 1 or any(is_small(sum(row[column] for row in side), "k5") for side in sides)


@dataclass(frozen=True)
class Waits:
    """The waits of a group, counted by their length: bands of weeks (RTT-R55), else days or minutes."""

    counts: Mapping[int, float]
    is_banded: bool

    @property
    def size(self) -> float:
        """How many waits there are."""
        return sum(self.counts.values())

    def quantile(self, share: float) -> Interval | None:
        """The wait below which so many lie, with its interval; None of fewer than five.

        >>> Waits({1: 10, 2: 10}, is_banded=True).quantile(0.5).value
        1.0
        """
        if self.size < FEWEST_WAITS:
            return None
        if not self.is_banded:
            import numpy as np

            lengths = sorted(self.counts)
            return quantile_interval(np.repeat(lengths, [round(self.counts[length]) for length in lengths]).tolist(), share)
        bands = [self.counts.get(band, 0.0) for band in range(1, OPEN_BAND + 1)]
        value, (low, high) = percentile_weeks(bands, share), ranks(self.size, share)
        below, above = percentile_weeks(bands, low), percentile_weeks(bands, high)
        return None if value is None or below is None or above is None else Interval(value, below, above)

    def with_others(self, other: "Waits") -> "Waits":
        """Both together."""
        lengths = {*self.counts, *other.counts}
        return Waits({one: self.counts.get(one, 0) + other.counts.get(one, 0) for one in lengths}, self.is_banded)


def share_gap(one: tuple[float, float], other: tuple[float, float]) -> Interval | None:
    """The first group's share less the second's, each (numerator, denominator); None where either has nobody.

    >>> round(share_gap((56, 70), (48, 80)).low, 4)
    0.0524
    """
    first, second = wilson(*one), wilson(*other)
    return None if first is None or second is None else gap(first, second)


def wait_gap(one: Waits, other: Waits, share: float = MEDIAN) -> Interval | None:
    """The first group's quantile less the second's (GOV-50 of the median)."""
    first, second = one.quantile(share), other.quantile(share)
    return None if first is None or second is None else gap(first, second)
