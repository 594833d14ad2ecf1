"""Whether a measure is the same for everybody: groups of people side by side, and the gap between two of them (operations.md 6.7).

Pure sums: the waits of a group, and gaps with intervals.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from clockstop.insight.intervals import Interval, gap, quantile_interval, ranks, wilson
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
