"""The three cancer standards: FDS 28, 31 and 62 days, what starts and stops each, and when it is met (CWT-R01 to R03, R06, R07).

Every function takes plain values and Ibis values alike. Source: National cancer waiting times monitoring data set guidance, v12.1
(July 2025); NHS Data Dictionary (2026). Days are whole days; the start is day 0, and a standard of N days is met on day N.
"""

from typing import Any

from clockstop.rules.either import (
    both,
    choose,
    days_after,
    days_between,
    either,
    greatest,
    has_happened,
    is_missing,
    is_not,
    is_one_of,
    is_plain,
    least,
    no_date,
    or_else,
)

FDS, D31, D62 = "fds28", "d31", "d62"
WITHIN_DAYS = {FDS: 28, D31: 31, D62: 62}
TITLES = {FDS: "28 days to a diagnosis", D31: "31 days to treatment", D62: "62 days to first treatment"}
STANDARD_RULES = {FDS: "CWT-R01", D31: "CWT-R02", D62: "CWT-R03"}
BACKSTOP_DAYS = 104
# The last day of each band of the weekly list (planned-care.md 2.4); the band beyond is open.
BAND_ENDS = {"0-28": 28, "29-62": 62, "63-104": 104}
OPEN_BAND = ">104"
FDS_EXCLUDED_REASON, FDS_INTERVAL_SCANNING = "03", "04"


def accepted_adjustment(gross_days: Any, adjustment_days: Any) -> Any:
    """The days that are deducted of an adjustment: all, or none where it is longer than the wait (it is rejected) or negative.

    >>> accepted_adjustment(20, 20), accepted_adjustment(20, 21), accepted_adjustment(20, None)
    (20, 0, 0)
    """
    days = or_else(adjustment_days, 0)
    is_wrong = either(days > gross_days, days < 0)
    return choose(is_wrong, 0, days)


def net_days(gross_days: Any, adjustment_days: Any) -> Any:
    """The wait less the adjustment that is accepted; never below 0.

    >>> net_days(70, 11), net_days(20, 20), net_days(20, 21)
    (59, 0, 20)
    """
    return greatest(gross_days - accepted_adjustment(gross_days, adjustment_days), 0)


def is_within(standard: str, days: Any) -> Any:
    """Whether so many net days meet the standard: day 28, 31 or 62 passes, the day after breaches.

    >>> is_within("d62", 62), is_within("d62", 63)
    (True, False)
    """
    return days <= WITHIN_DAYS[standard]


def breach_date(standard: str, start_date: Any, adjustment_days: Any = 0) -> Any:
    """The last day that is within the standard: the start, the standard's days and the days adjusted. It breaches the day after.

    >>> from datetime import date
    >>> breach_date("fds28", date(2026, 9, 1))
    datetime.date(2026, 9, 29)
    """
    last_day = days_after(start_date, WITHIN_DAYS[standard])
    if is_plain(adjustment_days):
        return days_after(last_day, adjustment_days or 0)
    return later_by(last_day, adjustment_days)


def later_by(day: Any, days: Any) -> Any:
    """The day so many days later, where the number is a column."""
    import ibis

    return (day + ibis.interval(days=1) * or_else(days, 0)).cast("timestamp").cast("date")


def fds_end_date(told_date: Any, decided_to_treat_date: Any) -> Any:
    """When the FDS stops: the patient is told, or a decision to treat is made before that (CWT-R07)."""
    return least(told_date, decided_to_treat_date)


def is_fds_excluded(end_reason: Any, exclusion_reason: Any, *, interval_scanning_counts: bool = True) -> Any:
    """Whether the record leaves the FDS denominator: excluded (03), or interval scanning (04) where that does not count."""
    excluded = either(is_not(is_missing(exclusion_reason)), is_one_of(end_reason, {FDS_EXCLUDED_REASON}))
    return excluded if interval_scanning_counts else either(excluded, is_one_of(end_reason, {FDS_INTERVAL_SCANNING}))


def is_valid_upgrade(upgrade_date: Any, decided_to_treat_date: Any) -> Any:
    """Whether a consultant upgrade starts a 62-day clock: it must be on or before the decision to treat (CWT-R06)."""
    no_decision = is_missing(decided_to_treat_date)
    in_time = has_happened(upgrade_date, decided_to_treat_date)
    return both(is_not(is_missing(upgrade_date)), either(no_decision, in_time))


def start_62(*, urgent_start_date: Any, upgrade_date: Any, decided_to_treat_date: Any) -> Any:
    """Day 0 of the 62 days: the urgent, breast-symptomatic or screening referral, else a valid upgrade, else none (CWT-R03, R06).

    A patient who is on a 62-day clock already stays on it; an upgrade adds none.
    """
    upgraded = choose(is_valid_upgrade(upgrade_date, decided_to_treat_date), upgrade_date, no_date(upgrade_date))
    return or_else(urgent_start_date, upgraded)


def start_31(decided_to_treat_date: Any, earliest_clinically_appropriate_date: Any, *, is_subsequent: Any) -> Any:
    """Day 0 of the 31 days: the decision to treat; for a subsequent treatment its ECAD, where it has one (CWT-R02, R13)."""
    own = or_else(earliest_clinically_appropriate_date, decided_to_treat_date)
    return choose(is_subsequent, own, decided_to_treat_date)


def band(days: Any) -> Any:
    """The band of the weekly list in which so many days lie.

    >>> band(28), band(29), band(62), band(104), band(105)
    ('0-28', '29-62', '29-62', '63-104', '>104')
    """
    if is_plain(days):
        return next((name for name, last in BAND_ENDS.items() if days <= last), OPEN_BAND)
    import ibis

    return ibis.cases(*((days <= last, name) for name, last in BAND_ENDS.items()), else_=OPEN_BAND)


def is_for_review(days: Any, backstop_from_day: int = BACKSTOP_DAYS + 1) -> Any:
    """Whether the wait is beyond the 104-day backstop; the reading `cancer_backstop_from_day` says from which day.

    >>> is_for_review(104), is_for_review(105), is_for_review(104, 104)
    (False, True, True)
    """
    return days >= backstop_from_day


def gross_days(start_date: Any, stop_date: Any) -> Any:
    """Whole days from start to stop; null where either is."""
    return days_between(start_date, stop_date)
