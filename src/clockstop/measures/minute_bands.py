"""Minutes put into bands whose counts can be added up, and the median or percentile that the counts say.

Up to 4 hours a band is one minute, so that what is read from it is exact; beyond, bands are wider and what lies in one is taken to
be spread evenly. Quantiles are those of a spreadsheet (PERCENTILE.INC): a straight line between the two values beside the place.
"""

from collections.abc import Mapping
from math import floor
from typing import Any

from clockstop.rules.either import choose

# The last minute up to which bands are so many minutes wide.
EXACT_TO, FINE_TO, LAST = 240, 720, 20_160
FINE, WIDE = 5, 30
_FINE_BANDS = (FINE_TO - EXACT_TO) // FINE


def minute_band(minutes: Any) -> Any:
    """The number of the band of whole minutes, 0 to 240 and then 5 and 30 minutes each; what is over 14 days lies in the last.

    >>> [minute_band(minutes) for minutes in (-3, 0, 240, 241, 245, 246, 720, 721, 10**6)]
    [0, 0, 240, 241, 241, 242, 336, 337, 984]
    """
    fine = EXACT_TO + (minutes - EXACT_TO + FINE - 1) // FINE
    wide = EXACT_TO + _FINE_BANDS + (minutes - FINE_TO + WIDE - 1) // WIDE
    last = EXACT_TO + _FINE_BANDS + (LAST - FINE_TO) // WIDE
    within = choose(minutes <= EXACT_TO, minutes, choose(minutes <= FINE_TO, fine, wide))
    return choose(minutes < 0, 0, choose(minutes > LAST, last, within))


def _edges(band: int) -> tuple[int, int]:
    """The minutes after which a band begins, and with which it ends."""
    if band <= EXACT_TO:
        return band, band
    beyond = band - EXACT_TO
    if beyond <= _FINE_BANDS:
        return EXACT_TO + (beyond - 1) * FINE, EXACT_TO + beyond * FINE
    return FINE_TO + (beyond - _FINE_BANDS - 1) * WIDE, FINE_TO + (beyond - _FINE_BANDS) * WIDE


def quantile_minutes(counts: Mapping[int, float], share: float) -> float | None:
    """The minutes below which `share` (0 to 1) of the counted lie; None where nothing was counted.

    >>> quantile_minutes({10: 1, 20: 1, 30: 1, 40: 1}, 0.5), quantile_minutes({7: 3}, 0.95), quantile_minutes({}, 0.5)
    (25.0, 7.0, None)
    """
    known = {band: count for band, count in sorted(counts.items()) if count > 0}
    total = sum(known.values())
    if not total:
        return None
    place = (total - 1) * share
    low = floor(place)
    below, above = _value_at(known, low), _value_at(known, min(low + 1, total - 1))
    return below + (place - low) * (above - below)


def _value_at(counts: Mapping[int, float], place: float) -> float:
    """The minutes of the one at that place, 0 the least."""
    before = 0.0
    for band, count in counts.items():
        if place < before + count:
            first, last = _edges(band)
            return first + (last - first) * (place - before + 1) / count
        before += count
    raise AssertionError("the place lies among those counted")
