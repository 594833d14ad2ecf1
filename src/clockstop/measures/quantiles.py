"""Weeks waited in bands, and percentiles read from them (RTT-R40, RTT-R55)."""

from collections.abc import Mapping

import ibis
from ibis.expr.types import IntegerValue

# Published bands run >0-1 to >103-104, then >104: 105 of them.
LAST_BAND = 105


def band(days: IntegerValue) -> IntegerValue:
    """The band of a wait of so many days: `max(1, ceil(days / 7))`, 105 for all beyond 104 weeks.

    126 days are band 18, within 18 weeks; completed weeks (`days // 7`) are never a band.
    """
    return ibis.least(ibis.greatest((days + 6) // 7, 1), LAST_BAND)


def quantile(counts: Mapping[int, float], share: float) -> float | None:
    """The weeks below which `share` of the waits lie, by linear interpolation inside the band that holds it.

    `counts` maps a band to its number. Band 1 is taken as 0 to 1 week; a percentile in the open band is its lower edge.

    >>> quantile({1: 10, 2: 20, 3: 10}, 0.5)
    1.5
    >>> quantile({}, 0.5) is None
    True
    """
    total = sum(counts.values())
    if not total:
        return None
    reached, wanted = 0.0, share * total
    for number in sorted(counts):
        count = counts[number]
        if count and reached + count >= wanted:
            return float(number - 1) if number == LAST_BAND else number - 1 + (wanted - reached) / count
        reached += count
    raise AssertionError("the bands add up to their total")
