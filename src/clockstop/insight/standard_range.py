"""What a waiting-list standard can become when the doubtful pathways are looked at: its bounds, and an interval from samples.

A list is counted in bands of days waited, and a standard is a share or a number of some of them. Pathways in doubt lie in strata
(a trust and the flag that each is counted under), each with its `Rate`. No removals and all removals are the two ends that
everybody names; the least and the greatest value lie elsewhere, since a removal moves the numerator and the denominator both.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from clockstop.insight.validation_rates import Rate

Counts = NDArray[np.int64]
SETTLED = -1  # the stratum of a pathway that is in no doubt, or that somebody has settled
OFF_THE_LIST = -1  # the days as validated of a pathway that was found to be off it


@dataclass(frozen=True, kw_only=True)
class OpenPathways:
    """Pathways on a list, or groups of `number` alike. `stratum` is a place in `strata`, `SETTLED` where nothing is in doubt.

    `is_flagged`: it counts as doubtful in the bounds, though it may be settled as removed. `days_validated` are the days that a
    settled pathway has waited as it was found: its own, others where its start was wrong, `OFF_THE_LIST` where it was removed.
    """

    strata: tuple[Hashable, ...]
    stratum: NDArray[np.int64]
    days_waited: NDArray[np.int64]
    days_validated: NDArray[np.int64]
    is_flagged: NDArray[np.bool_]
    number: Counts


@dataclass(frozen=True, kw_only=True)
class Standard:
    """A share or a number of some bands: those at or below `edge` days waited (`is_within`), those above it, or all (no edge)."""

    is_share: bool
    edge: int | None = None
    is_within: bool = True


@dataclass(frozen=True, kw_only=True)
class Range:
    """One standard: as counted, what bounds it, and where it lies once the doubtful are resolved. None: nothing is left to count.

    `all_removed`: with every doubtful pathway taken off. `least` and `greatest`: over every choice of those to take off, exactly;
    `_with_moves`: where starts may prove wrong too. `low` to `high` holds the truth with `level`; None without rates.
    """

    counted: float | None
    validated: float | None
    all_removed: float | None
    least: float | None
    greatest: float | None
    least_with_moves: float | None
    greatest_with_moves: float | None
    low: float | None
    middle: float | None
    high: float | None


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """A list in bands: as counted, the doubtful of it, with what is known carried out, and drawn (a row a draw) where rates are.

    `unknown` are the doubtful of which nothing is known, not even a rate; they are not in `drawn`.
    """

    edges: tuple[int, ...]
    counted: Counts
    doubtful: Counts
    validated: Counts
    drawn: Counts | None
    unknown: Counts
    level: float

    def of(self, standard: Standard) -> Range:
        """The range of a standard over this list."""
        chosen = self._bands(standard)
        share = _share if standard.is_share else _number
        inside, outside = int(self.doubtful[chosen].sum()), int(self.doubtful[~chosen].sum())
        numerator, whole = int(self.counted[chosen].sum()), int(self.counted.sum())
        counted = share(numerator, whole)
        low, middle, high = self._interval(chosen, standard)
        return Range(
            counted=counted,
            validated=share(int(self.validated[chosen].sum()), int(self.validated.sum())),
            all_removed=share(numerator - inside, whole - inside - outside),
            # Where no other pathway is left to count, every choice that leaves one gives what is counted.
            least=share(numerator - inside, whole - inside) if whole > inside or not standard.is_share else counted,
            greatest=share(numerator, whole - outside) if whole > outside or not standard.is_share else counted,
            least_with_moves=share(numerator - inside, whole),
            greatest_with_moves=share(numerator + outside, whole),
            low=low,
            middle=middle,
            high=high,
        )

    def _bands(self, standard: Standard) -> NDArray[np.bool_]:
        places = np.arange(len(self.edges) + 1)
        if standard.edge is None:
            return places >= 0
        place = self.edges.index(standard.edge)
        return places <= place if standard.is_within else places > place

    def _interval(self, chosen: NDArray[np.bool_], standard: Standard) -> tuple[float | None, float | None, float | None]:
        if self.drawn is None:
            return None, None, None
        inside, outside = self.drawn[:, chosen].sum(axis=1), self.drawn[:, ~chosen].sum(axis=1)
        own, other = int(self.unknown[chosen].sum()), int(self.unknown[~chosen].sum())
        # Of what has no rate any part may go: at the low end all that counts, at the high end all that does not.
        least, middle, greatest = (
            _values(inside + part[0], outside + part[1], is_share=standard.is_share)
            for part in ((0, other), (own, other), (own, 0))
        )
        if not all(len(values) for values in (least, middle, greatest)):
            return None, None, None
        tail = (1 - self.level) / 2
        # Outward: a number of pathways is whole, and an interval of few values must not cover less than it says.
        return (
            float(np.quantile(least, tail, method="lower")),
            float(np.quantile(middle, 0.5, method="lower")),
            float(np.quantile(greatest, 1 - tail, method="higher")),
        )


def resolved(
    pathways: OpenPathways, rates: Mapping[Hashable, Rate] | None, *, edges: Sequence[int], seed: int = 0, level: float = 0.9
) -> Resolved:
    """The list resolved once for each drawn rate: every stratum has its rate, and its pathways fall by it.

    `edges` are the greatest days waited of each band but the last, which has none. Of the flagged of a stratum that has no rate any
    part may go, and the interval reaches that far; the others stay as counted. Without any `rates` there are bounds alone. The same
    seed gives the same draws.

    >>> import numpy as np
    >>> from clockstop.insight.validation_rates import Checks, rates
    >>> flagged = np.array([False, True, True])
    >>> listed = OpenPathways(
    ...     strata=(("A", "planned", ""),), stratum=np.where(flagged, 0, SETTLED), days_waited=np.array([10, 10, 200]),
    ...     days_validated=np.array([10, 10, 200]), is_flagged=flagged, number=np.array([60, 20, 20]))
    >>> found = resolved(listed, rates({("A", "planned", ""): Checks(9, 4)}, listed.strata), edges=[126])
    >>> within = found.of(Standard(is_share=True, edge=126))
    >>> within.counted, within.all_removed, within.least, within.greatest
    (0.8, 1.0, 0.75, 1.0)
    >>> within.least < within.low < within.middle < within.high < within.greatest
    True
    """
    is_off = pathways.days_validated == OFF_THE_LIST
    is_drawn, is_unknown = _in_doubt(pathways, rates or {}, is_off)
    still = np.where(is_off, 0, pathways.number)
    as_counted = partial(_counted, _bands(pathways.days_waited, edges), width=len(edges) + 1)
    as_validated = partial(_counted, _bands(pathways.days_validated, edges), width=len(edges) + 1)
    settled = as_validated(np.where(is_drawn | is_unknown, 0, still))
    return Resolved(
        edges=tuple(edges),
        counted=as_counted(pathways.number),
        doubtful=as_counted(np.where(pathways.is_flagged, pathways.number, 0)),
        validated=as_validated(still),
        drawn=None if rates is None else settled + _drawn(pathways, is_drawn, rates, edges, np.random.default_rng(seed)),
        unknown=as_validated(np.where(is_unknown, still, 0)),
        level=level,
    )


def _in_doubt(
    pathways: OpenPathways, rates: Mapping[Hashable, Rate], is_off: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which pathways, unsettled and still on the list, fall by the rate of their stratum; which flagged ones have no rate."""
    is_open = (pathways.stratum != SETTLED) & ~is_off
    has_rate = np.isin(pathways.stratum, [place for place, name in enumerate(pathways.strata) if name in rates])
    return is_open & has_rate, is_open & pathways.is_flagged & ~has_rate


def _bands(days: Counts, edges: Sequence[int]) -> NDArray[np.intp]:
    return np.searchsorted(np.asarray(edges), days, side="left")


def _counted(band: NDArray[np.intp], number: Counts, width: int) -> Counts:
    return np.bincount(band, weights=number, minlength=width).astype(np.int64)


def _drawn(
    pathways: OpenPathways,
    is_drawn: NDArray[np.bool_],
    rates: Mapping[Hashable, Rate],
    edges: Sequence[int],
    rng: np.random.Generator,
) -> Counts:
    """The pathways in doubt that stay, by draw and band: stratum by stratum, in their order, so that a seed means one thing."""
    width = len(edges) + 1
    draws = max((len(rate.removed_drawn) for rate in rates.values()), default=1)
    stays = np.zeros((draws, width), dtype=np.int64)
    order = np.argsort(pathways.stratum[is_drawn], kind="stable")
    stratum = pathways.stratum[is_drawn][order]
    days, number = pathways.days_waited[is_drawn][order], pathways.number[is_drawn][order]
    starts = np.searchsorted(stratum, np.arange(len(pathways.strata) + 1))
    for place, name in enumerate(pathways.strata):
        own = slice(starts[place], starts[place + 1])
        if own.start == own.stop:
            continue
        counted = _counted(_bands(days[own], edges), number[own], width)
        stays += _stratum(counted, rates[name], _moves(days[own], number[own], rates[name], edges), rng)
    return stays


def _stratum(counted: Counts, rate: Rate, moves: NDArray[np.float64] | None, rng: np.random.Generator) -> Counts:
    """One stratum's pathways that stay, by draw and band."""
    stays = rng.binomial(counted, 1 - rate.removed_drawn[:, None])
    if moves is None:
        return stays
    moved = rng.binomial(stays, rate.moved_drawn[:, None])
    arrived = sum(rng.multinomial(moved[:, band], moves[band]) for band in np.flatnonzero(counted))
    return stays - moved + arrived


def _moves(days: NDArray[np.int64], number: Counts, rate: Rate, edges: Sequence[int]) -> NDArray[np.float64] | None:
    """From band to band the share of a stratum's pathways that go there when a start moves as those found did; None: none was."""
    if not rate.shifts:
        return None
    width = len(edges) + 1
    before = _bands(days, edges)
    shares = np.zeros((width, width))
    for shift, times in zip(*np.unique(rate.shifts, return_counts=True), strict=True):
        after = _bands(np.maximum(days - shift, 0), edges)
        np.add.at(shares, (before, after), number * int(times))
    sums = shares.sum(axis=1, keepdims=True)
    return np.where(sums > 0, shares / np.where(sums > 0, sums, 1), np.eye(width))


def _values(inside: Counts, outside: Counts, *, is_share: bool) -> NDArray[np.float64]:
    """The standard by draw, without the draws that leave nothing to count."""
    if not is_share:
        return inside.astype(float)
    whole = inside + outside
    return inside[whole > 0] / whole[whole > 0]


def _share(numerator: int, whole: int) -> float | None:
    return numerator / whole if whole else None


def _number(numerator: int, _whole: int) -> float:
    return float(numerator)
