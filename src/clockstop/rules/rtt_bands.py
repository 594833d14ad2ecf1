"""Bands, thresholds and percentiles of RTT waits: RTT-R40, R41, R55 and R56 (S1 10.1.7; the published files, S5).

Every function takes plain values and Ibis values alike, except the percentile, which takes the counts of the bands.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from clockstop.rules.either import choose, days_after, days_between, text

DAYS_IN_WEEK = 7
STANDARD_WEEKS = 18
STANDARD_DAYS = STANDARD_WEEKS * DAYS_IN_WEEK
LONG_WAIT_WEEKS = (52, 65, 78, 104)
LAST_CLOSED_BAND = 104
OPEN_BAND = LAST_CLOSED_BAND + 1


def days_waited(start_date: Any, last_day: Any) -> Any:
    """Days from the clock start to its stop or the census (RTT-R40); the start day is day 0."""
    return days_between(start_date, last_day)


def band(days: Any) -> Any:
    """The number of the week band, 1 to 104, and 105 for over 104 weeks (RTT-R40).

    The first band holds 0 to 7 days, every other seven. Weeks are rounded up, never down: 126 days are 18 weeks
    and lie in the eighteenth band, within the standard.

    >>> [band(days) for days in (0, 7, 8, 126, 127, 364, 365, 728, 729)]
    [1, 1, 2, 18, 19, 52, 53, 104, 105]
    """
    weeks_begun = (days + DAYS_IN_WEEK - 1) // DAYS_IN_WEEK
    return choose(days <= DAYS_IN_WEEK, 1, choose(days > LAST_CLOSED_BAND * DAYS_IN_WEEK, OPEN_BAND, weeks_begun))


def band_label(number: Any) -> Any:
    """The band as it is written (RTT-R40).

    >>> band_label(1), band_label(18), band_label(105)
    ('>0-1', '>17-18', '>104')
    """
    return choose(number > LAST_CLOSED_BAND, f">{LAST_CLOSED_BAND}", ">" + text(number - 1) + "-" + text(number))


def published_column(number: int) -> str:
    """The heading under which the published full extract gives the band (S5).

    >>> published_column(1), published_column(104), published_column(105)
    ('Gt 00 To 01 Weeks SUM 1', 'Gt 103 To 104 Weeks SUM 1', 'Gt 104 Weeks SUM 1')
    """
    if number > LAST_CLOSED_BAND:
        return f"Gt {LAST_CLOSED_BAND} Weeks SUM 1"
    return f"Gt {number - 1:02d} To {number:02d} Weeks SUM 1"


def is_within_weeks(days: Any, weeks: int = STANDARD_WEEKS) -> Any:
    """Whether the wait is within so many weeks: N weeks are met at 7N days (RTT-R41).

    >>> is_within_weeks(126), is_within_weeks(127)
    (True, False)
    """
    return days <= weeks * DAYS_IN_WEEK


def is_over_weeks(days: Any, weeks: int) -> Any:
    """Whether an "N+ week" wait: more than 7N days (RTT-R41).

    >>> is_over_weeks(364, 52), is_over_weeks(365, 52)
    (False, True)
    """
    return days > weeks * DAYS_IN_WEEK


def breach_date(start_date: Any) -> Any:
    """The last day on which the wait is still within 18 weeks: day 126 (RTT-R41).

    >>> breach_date(date(2026, 5, 27)).isoformat()
    '2026-09-30'
    """
    return days_after(start_date, STANDARD_DAYS)


def will_be_over_weeks(start_date: Any, target_date: Any, weeks: int) -> Any:
    """Whether the pathway, if not treated, is over so many weeks at the target date (RTT-R56)."""
    return is_over_weeks(days_between(start_date, target_date), weeks)


def latest_start_over_weeks(target_date: date, weeks: int) -> date:
    """The latest clock start that is over so many weeks at the target date: the edge of the cohort (RTT-R56).

    >>> latest_start_over_weeks(date(2026, 3, 31), 65).isoformat()
    '2024-12-30'
    """
    return target_date - timedelta(days=weeks * DAYS_IN_WEEK + 1)


def percentile_weeks(counts: Sequence[float], share: float) -> float | None:
    """The wait in weeks below which `share` (0 to 1) of the pathways lie, from the counts of bands 1, 2, ... (RTT-R55).

    Straight lines inside the band that holds it; the first band is taken as 0 to 1 week. In the open band the answer
    is its lower edge, 104, the least that it can be. None where nobody waits.

    >>> percentile_weeks([100, 80, 60, 40, 20], 0.5)
    1.625
    >>> percentile_weeks([0] * 104 + [5], 0.92), percentile_weeks([0, 0], 0.5)
    (104.0, None)
    """
    sought, before = share * sum(counts), 0.0
    for lower, count in enumerate(counts):
        if count > 0 and before + count >= sought:
            return lower + (max(sought - before, 0.0) / count if lower < LAST_CLOSED_BAND else 0.0)
        before += count
    return None
