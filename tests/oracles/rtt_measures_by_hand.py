"""The RTT measures counted clock by clock and day by day in plain Python: slow, obvious, and the twin of measures/census.py."""

from collections import Counter
from datetime import date, timedelta
from typing import NamedTuple


class Clock(NamedTuple):
    """What the measures read of a clock."""

    start: date | None
    end: date | None
    is_nullified: bool
    by_admission: bool
    passed: date | None
    first_attended: date | None
    decided: date | None


def is_waiting(clock: Clock, day: date) -> bool:
    has_left = (clock.end is not None and clock.end <= day) or (clock.passed is not None and clock.passed <= day)
    return clock.start is not None and clock.start <= day and not has_left


def is_waiting_for_first(clock: Clock, day: date) -> bool:
    is_seen = clock.first_attended is not None and clock.start <= clock.first_attended <= day if clock.start else False
    is_listed = clock.decided is not None and clock.decided <= day
    return is_waiting(clock, day) and not is_seen and not is_listed


def has_ended(clock: Clock, first: date, last: date) -> bool:
    is_ours = clock.passed is None or (clock.end is not None and clock.end < clock.passed)
    return clock.end is not None and first <= clock.end <= last and is_ours


def at_census(clocks: list[Clock], day: date) -> dict[str, tuple[int, int]]:
    """The census measures at the end of `day`: numerator and denominator by slug."""
    waiting = [clock for clock in clocks if is_waiting(clock, day)]
    days = [(day - clock.start).days for clock in waiting]
    first = [(day - clock.start).days for clock in clocks if is_waiting_for_first(clock, day)]
    listed = [clock for clock in waiting if clock.decided is not None and clock.decided <= day]
    stops = [clock for clock in clocks if has_ended(clock, day - timedelta(days=90), day) and not clock.is_nullified]
    return {
        "rtt_within_18_weeks": (sum(wait <= 126 for wait in days), len(days)),
        "rtt_incomplete": (len(days), len(days)),
        "rtt_over_52_weeks_share": (sum(wait > 364 for wait in days), len(days)),
        **{f"rtt_over_{weeks}_weeks": (sum(wait > weeks * 7 for wait in days), len(days)) for weeks in (52, 65, 78, 104)},
        "rtt_first_appointment_within_18_weeks": (sum(wait <= 126 for wait in first), len(first)),
        "rtt_decision_to_admit_share": (len(listed), len(days)),
        "rtt_breach_in_4_weeks": (sum(98 < wait <= 126 for wait in days), len(days)),
        "rtt_clearance_weeks": (len(days), len(stops)),
    }


def bands(clocks: list[Clock], day: date) -> Counter[int]:
    """The number waiting in each band of weeks at the end of `day`."""
    days = [(day - clock.start).days for clock in clocks if is_waiting(clock, day)]
    return Counter(min(max(1, -(-wait // 7)), 105) for wait in days)


def in_period(clocks: list[Clock], first: date, last: date) -> dict[str, tuple[int, int]]:
    """The flow measures from `first` to `last`, both days in."""
    ended = [clock for clock in clocks if has_ended(clock, first, last)]
    completed = [clock for clock in ended if not clock.is_nullified]
    known = [clock for clock in completed if clock.start is not None]
    started = [
        clock for clock in clocks
        if clock.start is not None and first <= clock.start <= last and not clock.is_nullified
        and (clock.passed is None or clock.start < clock.passed)
    ]  # fmt: skip
    found = {
        "rtt_new_periods": (len(started), len(started)),
        "rtt_clock_stops": (len(completed), len(completed)),
        "rtt_nullified": (len(ended) - len(completed), len(ended)),
        "rtt_unknown_start": (len(completed) - len(known), len(completed)),
    }
    for way, is_admitted in (("admitted", True), ("non_admitted", False)):
        mine = [clock for clock in known if clock.by_admission == is_admitted]
        number = sum(clock.by_admission == is_admitted for clock in completed)
        found[f"rtt_completed_{way}"] = (number, len(completed))
        found[f"rtt_completed_{way}_within_18_weeks"] = (sum((c.end - c.start).days <= 126 for c in mine), len(mine))
    return found
