"""How sure a share, a wait or the gap between two of them is: intervals of 95% (z 1.96).

A share's is Wilson's; the gap of two shares is Newcombe's (method 10), which puts Wilson's two together; a quantile's is between
the waits at the ranks that chance leaves open (binomial); the gap of two quantiles puts those together in the same way (MOVER).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

Z = 1.96


@dataclass(frozen=True)
class Interval:
    """A value with the ends of its interval."""

    value: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether nought lies outside: of a gap, that it is more than chance."""
        return self.low > 0 or self.high < 0


def wilson(numerator: float, denominator: float, z: float = Z) -> Interval | None:
    """A share with Wilson's interval; None of nobody.

    >>> found = wilson(81, 263)
    >>> round(found.value, 4), round(found.low, 4), round(found.high, 4)
    (0.308, 0.2553, 0.3662)
    """
    if not denominator:
        return None
    share, square = numerator / denominator, z * z
    middle = (share + square / (2 * denominator)) / (1 + square / denominator)
    half = z * sqrt(max(share * (1 - share), 0) / denominator + square / (4 * denominator**2)) / (1 + square / denominator)
    # Of nobody (or everybody) the end is nought (or one) itself, whatever rounding makes of it.
    return Interval(share, 0.0 if numerator == 0 else middle - half, 1.0 if numerator == denominator else middle + half)


def gap(one: Interval, other: Interval) -> Interval:
    """The first less the second, with the interval that follows from theirs.

    Newcombe's published example, 56 of 70 beside 48 of 80:

    >>> found = gap(wilson(56, 70), wilson(48, 80))
    >>> round(found.value, 4), round(found.low, 4), round(found.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    value = one.value - other.value
    below = sqrt((one.value - one.low) ** 2 + (other.high - other.value) ** 2)
    above = sqrt((one.high - one.value) ** 2 + (other.value - other.low) ** 2)
    return Interval(value, value - below, value + above)


def ranks(size: float, quantile: float, z: float = Z) -> tuple[float, float]:
    """The shares of the way through the ordered waits between which the quantile lies, kept within the waits there are.

    >>> tuple(round(rank, 3) for rank in ranks(100, 0.5))
    (0.402, 0.598)
    """
    half = z * sqrt(quantile * (1 - quantile) / size)
    return max(quantile - half, 0.5 / size), min(quantile + half, 1 - 0.5 / size)


def quantile_interval(waits: Sequence[float], quantile: float) -> Interval | None:
    """A quantile of the waits themselves (type 7) with its interval; None of nobody.

    >>> quantile_interval(list(range(1, 102)), 0.5)
    Interval(value=51.0, low=41.2, high=60.8)
    """
    import numpy as np

    if not len(waits):
        return None
    low, high = ranks(len(waits), quantile)
    found = np.quantile(np.asarray(waits, dtype=float), (quantile, low, max(high, low)))
    return Interval(float(found[0]), round(float(found[1]), 1), round(float(found[2]), 1))
