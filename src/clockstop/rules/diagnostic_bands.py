"""Weeks waited for a diagnostic test, its bands and its thresholds: DM-R02 (the published DM01 extract, S7).

Weeks are rounded down, unlike RTT's, and 42 days are a breach, where RTT's 126 are within the standard. Every function takes
plain values and Ibis values alike.
"""

from collections.abc import Mapping
from typing import Any

from clockstop.rules.either import choose, days_after, days_between, text

DAYS_IN_WEEK = 7
STANDARD_WEEKS = 6
STANDARD_DAYS = STANDARD_WEEKS * DAYS_IN_WEEK
LONG_WAIT_WEEKS = 13
OPEN_BAND = LONG_WAIT_WEEKS
BANDS = tuple(range(OPEN_BAND + 1))


def days_waited(start_date: Any, last_day: Any) -> Any:
    """Days from the start of the wait to its end or the census, never below 0.

    A wait that restarts on a day to come, because the appointment that was cancelled lies ahead, is one of 0 days until then.

    >>> from datetime import date
    >>> days_waited(date(2026, 8, 20), date(2026, 9, 30)), days_waited(date(2026, 10, 5), date(2026, 9, 30))
    (41, 0)
    """
    days = days_between(start_date, last_day)
    return days if days is None else choose(days < 0, 0, days)


def band(days: Any) -> Any:
    """The number of the band: the whole weeks waited, 13 for 13 and more (DM-R02).

    >>> [band(days) for days in (0, 6, 7, 41, 42, 90, 91, 400)]
    [0, 0, 1, 5, 6, 12, 13, 13]
    """
    weeks = days // DAYS_IN_WEEK
    return choose(weeks > OPEN_BAND, OPEN_BAND, weeks)


def band_label(number: Any) -> Any:
    """The band as the published extract names it, without the word weeks.

    >>> band_label(0), band_label(6), band_label(9), band_label(12), band_label(13)
    ('00 < 01', '06 < 07', '09 < 10', '12 < 13', '13+')
    """
    return choose(number >= OPEN_BAND, f"{OPEN_BAND}+", _two_digits(number) + " < " + _two_digits(number + 1))


def _two_digits(number: Any) -> Any:
    return choose(number < 10, "0" + text(number), text(number))


def published_column(number: int) -> str:
    """The heading under which the published extract gives the band.

    >>> published_column(0), published_column(5), published_column(13)
    ('00 < 01 Week', '05 < 06 Weeks', '13+ Weeks')
    """
    return f"{band_label(number)} Week" + ("" if number == 0 else "s")


def band_of_label(label: str) -> int | None:
    """The band that a label names, however it is written: with or without "Weeks", signs, blanks or leading noughts.

    >>> [band_of_label(label) for label in ("00 < 01 Week", "05 < 06", "5-6 weeks", "13+", "13+ Weeks", ">=13", "Total WL")]
    [0, 5, 5, 13, 13, 13, None]
    """
    numbers = [int(part) for part in "".join(sign if sign.isdigit() else " " for sign in label).split()]
    if len(numbers) == 1 and ("+" in label or ">" in label or "over" in label.lower()):
        return OPEN_BAND if numbers[0] >= OPEN_BAND else None
    if len(numbers) == 2 and numbers[1] == numbers[0] + 1 and numbers[0] in BANDS:
        return numbers[0]
    return None


def is_six_weeks_or_more(days: Any) -> Any:
    """Whether the wait is a breach of six weeks: 42 days and more (DM-R02).

    >>> is_six_weeks_or_more(41), is_six_weeks_or_more(42)
    (False, True)
    """
    return days >= STANDARD_DAYS


def is_thirteen_weeks_or_more(days: Any) -> Any:
    """Whether the wait is one of 13 weeks and more: 91 days (DM-R02).

    >>> is_thirteen_weeks_or_more(90), is_thirteen_weeks_or_more(91)
    (False, True)
    """
    return days >= LONG_WAIT_WEEKS * DAYS_IN_WEEK


def breach_date(start_date: Any) -> Any:
    """The first day on which the wait is a breach: day 42.

    >>> from datetime import date
    >>> breach_date(date(2026, 8, 19)).isoformat()
    '2026-09-30'
    """
    return days_after(start_date, STANDARD_DAYS)


def last_day_within(start_date: Any) -> Any:
    """The last day on which the wait is still within six weeks: day 41.

    >>> from datetime import date
    >>> last_day_within(date(2026, 8, 20)).isoformat()
    '2026-09-30'
    """
    return days_after(start_date, STANDARD_DAYS - 1)


def counts_by_band(counts: Mapping[str, float]) -> dict[int, float]:
    """The counts of a return by band, from those by label; a label that names no band is left out."""
    found: dict[int, float] = dict.fromkeys(BANDS, 0)
    for label, count in counts.items():
        number = band_of_label(str(label))
        if number is not None:
            found[number] += count or 0
    return found
