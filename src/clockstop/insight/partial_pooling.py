"""One rate in several trusts: each learns from the others as far as their checks show them to be alike.

Of a flag the group has a rate m, and each trust's own rate is drawn from Beta(k m, k (1 - m)): the larger k, the more alike the
trusts. m and k are both unknown. Their posterior is worked out on a grid, where it is exact; given them a trust's rate is
Beta(k m + found, k (1 - m) + not found).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
# Even in the angle whose squared sine is m: Jeffreys' prior weighs every point alike, and the points lie closest at 0 and 1.
POINTS = 600
# How alike trusts may be, from a rate of its own in each to the same in all; each as likely as the other before any check.
LIKENESS = (3.0, 10.0, 30.0, 100.0, 1000.0)


@dataclass(frozen=True)
class Pool:
    """The posterior of m and k on its grid: `weight` sums to 1."""

    rate: Numbers
    likeness: Numbers
    weight: Numbers

    def moments(self, found: int, checked: int) -> tuple[float, float]:
        """The mean and the variance of the rate of a trust with so many found of those checked."""
        a, b = self._posterior(found, checked, slice(None))
        mean = a / (a + b)
        expected = float((self.weight * mean).sum())
        variance = mean * (1 - mean) / (a + b + 1) + (mean - expected) ** 2
        return expected, float((self.weight * variance).sum())

    def chosen(self, rng: np.random.Generator, draws: int) -> NDArray[np.intp]:
        """Places of the grid, drawn by their weight: the same for every trust of a draw, so that what is shared stays shared."""
        return np.searchsorted(np.cumsum(self.weight)[:-1], rng.random(draws))

    def drawn(self, found: int, checked: int, places: NDArray[np.intp], rng: np.random.Generator) -> Numbers:
        """A rate of the trust for each of the places."""
        return rng.beta(*self._posterior(found, checked, places))

    def _posterior(self, found: int, checked: int, places: slice | NDArray[np.intp]) -> tuple[Numbers, Numbers]:
        strength, rate = self.likeness[places], self.rate[places]
        return strength * rate + found, strength * (1 - rate) + checked - found


def pool(checks: Sequence[tuple[int, int]], *, prior: tuple[float, float]) -> Pool:
    """What the checks of all trusts, each found of checked, say of the group's rate and of how alike they are.

    `prior` is that of m, Beta(a, b). One trust's 4 of 40 leaves the next with a rate of about that, and wide:

    >>> found = pool([(4, 40)], prior=(0.5, 0.5))
    >>> [round(found.moments(0, 0)[0], 2), round(found.moments(4, 40)[0], 2)]
    [0.15, 0.11]
    """
    from scipy.special import betaln  # half a second of imports that no page of figures should wait for

    angle = (np.arange(POINTS) + 0.5) * (np.pi / 2 / POINTS)
    rate, likeness = (axis.ravel() for axis in np.meshgrid(np.sin(angle) ** 2, np.array(LIKENESS), indexing="ij"))
    a, b = likeness * rate, likeness * (1 - rate)
    # The density in the angle has half a power less at either end than that in m.
    logs = (prior[0] - 0.5) * np.log(rate) + (prior[1] - 0.5) * np.log1p(-rate)
    for found, checked in checks:
        logs = logs + betaln(a + found, b + checked - found) - betaln(a, b)
    weight = np.exp(logs - logs.max())
    return Pool(rate, likeness, weight / weight.sum())
