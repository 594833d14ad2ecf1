"""What a change is made of: how much there was (volume), where it lay (mix), and how well it went there (rate).

A figure is a ratio of sums over parts: R = per x sum(n) / sum(d). With the weight w = d / sum(d) and the rate r = per x n / d of
each part, R = sum(w x r). Between two periods, bars over a letter meaning the mean of both,

    rate effect of a part = w-bar x (r2 - r1)
    mix effect of a part  = (r-bar - R-bar) x (w2 - w1)

and all effects add up to R2 - R1 exactly. What moved in both at once (the interaction) belongs to neither; it is shared half and
half, by taking means instead of either period's values. So the split is the same whichever period is called the first: reversed,
every effect changes its sign. This is the indicator of T. L. Bennet (1920, Journal of the Royal Statistical Society 83), with the
midpoint weights of Marshall and Edgeworth; demographers know it as Kitagawa's decomposition of a difference of rates (1955, Journal
of the American Statistical Association 50). R-bar stands in the mix effect so that a part counts for mix only as far as it differs
from the whole; weights add to 1, so it changes no sum.

An amount is volume x mix x rate: sum(n) = sum(D x w x r) with D = sum(d). It is split in the same way twice, first n = d x r, then
d = D x w.

Medians and percentiles are not sums over parts: there is no split of them.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class Sides:
    """Numerators and denominators of a period, the parts along the last axis; any axes before it are changes of their own."""

    numerator: Numbers
    denominator: Numbers


@dataclass(frozen=True)
class RatioSplit:
    """The effects of each part on a ratio; all nan where either period has nothing below the line: then nothing can be split."""

    rate: Numbers
    mix: Numbers
    change: Numbers


@dataclass(frozen=True)
class AmountSplit:
    """The effects of each part on a sum: `volume + mix + rate` is each part's own change."""

    volume: Numbers
    mix: Numbers
    rate: Numbers
    change: Numbers


def sides(numerator: ArrayLike, denominator: ArrayLike) -> Sides:
    """The two sides of a period; what is not known (nan) counts nothing, as a part that is not there does."""
    above, below = np.broadcast_arrays(*(np.nan_to_num(np.asarray(one, dtype=float), nan=0.0) for one in (numerator, denominator)))
    return Sides(above, below)


def split_ratio(first: Sides, last: Sides, *, per: float = 1.0) -> RatioSplit:
    """The change of `per` x sum(numerator) / sum(denominator), by part, as what rates did and what the mix did.

    A part that appears or vanishes has a rate in one period only: that rate stands for both, so all that it does is mix. What a
    part has above the line without anything below (people waiting where nobody is seen) has no rate at all, and counts as rate.

    Two clinics, of which the weaker got better and grew: its rate gave 14.6 points, the shift to it took 6.2 of them back.

    >>> found = split_ratio(sides([80, 30], [100, 100]), sides([80, 110], [100, 200]))
    >>> found.rate.round(4).tolist(), found.mix.round(4).tolist(), round(float(found.change), 4)
    ([0.0, 0.1458], [-0.0347, -0.0278], 0.0833)
    """
    weights, ratios, totals = [], [], []
    for one in (first, last):
        whole = one.denominator.sum(axis=-1, keepdims=True)
        weights.append(_over(one.denominator, whole))
        ratios.append(per * _over(one.numerator, whole))
        totals.append(per * _over(one.numerator.sum(axis=-1, keepdims=True), whole))
    rates = _rates_of_both(first, last, per)
    shift = weights[1] - weights[0]
    rate_mean, whole_mean = (rates[0] + rates[1]) / 2, (totals[0] + totals[1]) / 2
    mix = (rate_mean - whole_mean) * shift
    rate = (ratios[1] - ratios[0]) - rate_mean * shift
    return RatioSplit(rate=rate, mix=mix, change=(totals[1] - totals[0])[..., 0])


def split_amount(first: Sides, last: Sides) -> AmountSplit:
    """The change of sum(numerator), by part: more or fewer in all (volume), a larger or smaller part of all (mix), another rate.

    Where nothing lay below the line in one period, the parts' weights of the other stand for both.

    Twice as many at the same rates and in the same places are all volume:

    >>> found = split_amount(sides([20, 40], [100, 100]), sides([40, 80], [200, 200]))
    >>> found.volume.tolist(), found.mix.tolist(), found.rate.tolist()
    ([20.0, 40.0], [0.0, 0.0], [0.0, 0.0])
    """
    wholes = [one.denominator.sum(axis=-1, keepdims=True) for one in (first, last)]
    weights = [_over(one.denominator, whole) for one, whole in zip((first, last), wholes, strict=True)]
    weights = [np.nan_to_num(_filled(weights[0], weights[1])), np.nan_to_num(_filled(weights[1], weights[0]))]
    rates = _rates_of_both(first, last, 1.0)
    rate_mean = (rates[0] + rates[1]) / 2
    volume = rate_mean * (weights[0] + weights[1]) / 2 * (wholes[1] - wholes[0])
    mix = rate_mean * (wholes[0] + wholes[1]) / 2 * (weights[1] - weights[0])
    change = last.numerator - first.numerator
    return AmountSplit(volume=volume, mix=mix, rate=change - rate_mean * (last.denominator - first.denominator), change=change)


def _rates_of_both(first: Sides, last: Sides, per: float) -> tuple[Numbers, Numbers]:
    """Each part's rate in either period; where it has none in one, that of the other; where it has none at all, 0."""
    one, other = (per * _over(each.numerator, each.denominator) for each in (first, last))
    return np.nan_to_num(_filled(one, other)), np.nan_to_num(_filled(other, one))


def _filled(one: Numbers, other: Numbers) -> Numbers:
    return np.where(np.isnan(one), other, one)


def _over(above: Numbers, below: Numbers) -> Numbers:
    """The ratio; nan where nothing is below the line."""
    above, below = np.broadcast_arrays(above, below)
    return np.divide(above, below, out=np.full(above.shape, np.nan), where=below != 0)
