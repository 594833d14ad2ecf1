"""Where a unit stands among others: rank, quarter, nearest peers, how many people lie between it and the best (operations.md 7.2).

Quartiles are by linear interpolation (type 7). Quarter 1 is the best, whichever way is better; a value on a boundary goes to the
better quarter; of fewer than eight units nobody is given a quarter. Whoever supplied nothing is None throughout: counted by the
caller, never left out in silence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2, sqrt

import numpy as np

from clockstop.insight.spc_conventions import Improvement

FEWEST_FOR_QUARTERS = 8
PEERS = 10
# How much of the work may lie in other services before that weighs as much as being of twice the size.
CASEMIX_OF_A_DOUBLING = 0.25


@dataclass(frozen=True, kw_only=True)
class Quartiles:
    """The lower quartile, the median and the upper quartile, by value."""

    low: float
    middle: float
    high: float

    def best(self, improvement: Improvement) -> float:
        """The edge of the best quarter; of a measure that is neither good nor bad the median."""
        return self.high if improvement == "up" else self.low if improvement == "down" else self.middle

    def quarter(self, value: float, improvement: Improvement) -> int:
        """The quarter of a value, 1 the best; a value on a boundary goes to the better quarter.

        >>> four = Quartiles(low=5.75, middle=7.5, high=9.25)
        >>> [four.quarter(value, "down") for value in (5.75, 5.76, 9.25, 9.3)], four.quarter(9.25, "up")
        ([1, 2, 3, 4], 1)
        """
        if improvement == "up":
            return 1 + sum(value < edge for edge in (self.high, self.middle, self.low))
        return 1 + sum(value > edge for edge in (self.low, self.middle, self.high))


def quartiles(values: Sequence[float | None]) -> Quartiles | None:
    """Quartiles of the values that were supplied; None where none was.

    >>> quartiles([4, 5, 6, 7, 8, 9, 10, 11, None])
    Quartiles(low=5.75, middle=7.5, high=9.25)
    """
    known = [value for value in values if value is not None]
    if not known:
        return None
    low, middle, high = (float(edge) for edge in np.quantile(np.asarray(known, dtype=float), (0.25, 0.5, 0.75), method="linear"))
    return Quartiles(low=low, middle=middle, high=high)


def quarter(value: float | None, values: Sequence[float | None], improvement: Improvement) -> int | None:
    """The quarter of a value among all; None of fewer than eight units, of no value, and where neither way is better.

    >>> quarter(70.1, [70.1, 72.4, 75.0, 77.2], "up") is None
    True
    """
    found = quartiles(values)
    if found is None or value is None or improvement == "neutral" or not has_quarters(values):
        return None
    return found.quarter(value, improvement)


def has_quarters(values: Sequence[float | None]) -> bool:
    """Whether enough units supplied a value for quarters to mean anything."""
    return sum(value is not None for value in values) >= FEWEST_FOR_QUARTERS


def rank(value: float | None, values: Sequence[float | None], improvement: Improvement) -> int | None:
    """The place of a value among all, 1 the best; equal values share a place. Where neither way is better the highest is first.

    >>> [rank(value, [3, 5, 5, 9, None], "down") for value in (3, 5, 9, None)]
    [1, 2, 4, None]
    """
    if value is None:
        return None
    known = [other for other in values if other is not None]
    return 1 + sum(other < value if improvement == "down" else other > value for other in known)


def opportunity(*, numerator: float, denominator: float, against: float, improvement: Improvement) -> float:
    """How many more (or fewer) of the denominator would reach the rate `against`; never below 0.

    >>> opportunity(numerator=900, denominator=10_000, against=0.075, improvement="down")
    150.0
    >>> opportunity(numerator=620, denominator=1000, against=0.65, improvement="up")
    30.0
    """
    wanted = against * denominator
    return max(0.0, wanted - numerator if improvement == "up" else numerator - wanted)


@dataclass(frozen=True, kw_only=True)
class Peer:
    """A unit that could be compared: its size, and what its work is made of (service or the like to number)."""

    code: str
    size: float
    casemix: Mapping[str, float]


def apart(one: Peer, other: Peer) -> float:
    """How unlike two units are: doublings of size, and shares of work in other services, put together as legs of a triangle.

    A quarter of the work in other services weighs as much as being of twice the size. Where either has no casemix, size alone.

    >>> a, b = (Peer(code=code, size=size, casemix={"100": 1, "110": 1}) for code, size in (("A", 100), ("B", 200)))
    >>> apart(a, b), apart(a, Peer(code="C", size=100, casemix={"100": 1}))
    (1.0, 2.0)
    """
    doublings = abs(log2(one.size / other.size))
    return sqrt(doublings**2 + (elsewhere(one.casemix, other.casemix) / CASEMIX_OF_A_DOUBLING) ** 2)


def elsewhere(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Which share of the work would have to be moved to another service for two casemixes to be alike.

    >>> elsewhere({"100": 3, "110": 1}, {"100": 1, "110": 1}), elsewhere({}, {"100": 1})
    (0.25, 0.0)
    """
    total, other_total = sum(one.values()), sum(other.values())
    if not total or not other_total:
        return 0.0
    return sum(abs(one.get(name, 0) / total - other.get(name, 0) / other_total) for name in {*one, *other}) / 2


def nearest(own: Peer, others: Sequence[Peer], *, number: int = PEERS) -> list[str]:
    """The codes of the units least unlike ours, the nearest first; those of no size are no peers."""
    if own.size <= 0:
        return []
    able = [other for other in others if other.size > 0 and other.code != own.code]
    return [other.code for other in sorted(able, key=lambda other: (apart(own, other), other.code))[:number]]
