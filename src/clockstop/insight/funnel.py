"""Funnel limits: how far a share or rate may lie from the centre by chance alone, by how many it is of (operations.md 7.2).

A proportion's limits are p +- z sqrt(p (1 - p) / n), z 1.96 (95%) and 3.09 (99.8%), clipped to 0 and 1. Where fewer than
five are expected on either side, the exact binomial's limits stand instead, interpolated between whole people (Spiegelhalter,
Funnel plots for comparing institutional performance, Statistics in Medicine 2005; appendix A.1); a rate's are of Poisson's law.
Where units differ by more than chance (over-dispersion), the limits' distance from the centre is multiplied by sqrt(phi).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Status = Literal["inside", "alert", "outlier"]
Law = Literal["binomial", "poisson"]
Z_ALERT, Z_OUTLIER = 1.96, 3.09
# Fewer expected on either side than this: a normal curve is too smooth for so few people.
FEWEST_EXPECTED = 5
# So much of the units at either end is drawn in before phi is worked out, so that true outliers do not widen their own limits.
WINSORISED = 0.1


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The four limits of each denominator, and whether they are exact rather than of the normal curve."""

    lower_95: NDArray[np.float64]
    upper_95: NDArray[np.float64]
    lower_998: NDArray[np.float64]
    upper_998: NDArray[np.float64]
    is_exact: NDArray[np.bool_]

    def times(self, per: float) -> "Limits":
        """The same in another unit: events for each so many."""
        edges = {name: getattr(self, name) * per for name in ("lower_95", "upper_95", "lower_998", "upper_998")}
        return Limits(**edges, is_exact=self.is_exact)


def limits(centre: float, denominators: ArrayLike, *, phi: float = 1.0, law: Law = "binomial") -> Limits:
    """The limits about `centre` for each denominator; a phi below 1 narrows nothing.

    >>> found = limits(0.1, [100])
    >>> [round(float(one[0]), 4) for one in (found.lower_95, found.upper_95, found.lower_998, found.upper_998)]
    [0.0412, 0.1588, 0.0073, 0.1927]
    """
    sizes = np.asarray(denominators, dtype=float)
    exact = _is_exact(centre, sizes, law)
    wider = np.sqrt(max(phi, 1.0))
    found = {}
    for name, z in (("95", Z_ALERT), ("998", Z_OUTLIER)):
        for side, sign in (("lower", -1.0), ("upper", 1.0)):
            edge = centre + sign * z * _standard_errors(centre, sizes, law)
            edge = np.where(exact, _exact(centre, sizes, sign * z, law), edge)
            found[f"{side}_{name}"] = np.clip(centre + (edge - centre) * wider, 0.0, 1.0 if law == "binomial" else np.inf)
    return Limits(**found, is_exact=exact)


def pooled(numerators: ArrayLike, denominators: ArrayLike) -> float | None:
    """The centre: all numerators over all denominators; None of nobody.

    >>> pooled([10, 30], [100, 100]), pooled([], [])
    (0.2, None)
    """
    total = float(np.sum(np.asarray(denominators, dtype=float)))
    return float(np.sum(np.asarray(numerators, dtype=float))) / total if total else None


def statuses(values: ArrayLike, found: Limits) -> list[Status]:
    """How each value stands: inside, alert (beyond the 95% limits) or outlier (beyond the 99.8% ones).

    >>> statuses([0.17, 0.1, 0.2], limits(0.1, [100, 100, 100]))
    ['alert', 'inside', 'outlier']
    """
    given = np.asarray(values, dtype=float)
    is_alert = (given < found.lower_95) | (given > found.upper_95)
    is_outlier = (given < found.lower_998) | (given > found.upper_998)
    return ["outlier" if outlier else "alert" if alert else "inside" for alert, outlier in zip(is_alert, is_outlier, strict=True)]


def dispersion(numerators: Sequence[float], denominators: Sequence[float], centre: float, *, law: Law = "binomial") -> float:
    """Phi: the mean of the squared standard scores, a tenth of them drawn in at either end; 1 where chance explains it.

    It counts as over-dispersed where phi exceeds 1 + 2 sqrt(2 / units): chance alone brings it there in one of forty.

    >>> dispersion([10, 10, 10, 10], [100, 100, 100, 100], 0.1)
    1.0
    """
    sizes = np.asarray(denominators, dtype=float)
    errors = _standard_errors(centre, sizes, law)
    if not len(sizes) or not errors.all():
        return 1.0
    scores = (np.asarray(numerators, dtype=float) / sizes - centre) / errors
    low, high = np.quantile(scores, (WINSORISED, 1 - WINSORISED))
    phi = float(np.mean(np.clip(scores, low, high) ** 2))
    return phi if phi > 1 + 2 * np.sqrt(2 / len(scores)) else 1.0


def _standard_errors(centre: float, sizes: NDArray[np.float64], law: Law) -> NDArray[np.float64]:
    variance = centre * (1 - centre) if law == "binomial" else centre
    with np.errstate(divide="ignore"):
        return np.sqrt(max(variance, 0.0) / sizes)


def _is_exact(centre: float, sizes: NDArray[np.float64], law: Law) -> NDArray[np.bool_]:
    rarer = min(centre, 1 - centre) if law == "binomial" else centre
    return (sizes * rarer < FEWEST_EXPECTED) & (rarer > 0) & (sizes > 0)


def _exact(centre: float, sizes: NDArray[np.float64], z: float, law: Law) -> NDArray[np.float64]:
    """The limit below (z < 0) or above which lies the same share of chance as beyond z, between two whole counts."""
    from scipy import stats

    whole = np.maximum(np.round(sizes), 1)
    chance = stats.binom(whole, centre) if law == "binomial" else stats.poisson(centre * whole)
    share = stats.norm.cdf(z)
    count = chance.ppf(share)
    below, at = chance.cdf(count - 1), chance.cdf(count)
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(at > below, (at - share) / (at - below), 0.0)
    return (count - part) / whole
