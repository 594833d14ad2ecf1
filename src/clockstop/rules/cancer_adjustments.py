"""Waiting time adjustments of cancer pathways: CWT-R08 to R10, on plain values and Ibis values alike.

Only four things deduct days: a first appointment missed (reason 3; from the FDS and the 62 days), and, before a treatment that is
inpatient or day case, egg harvesting (6), a clinically urgent treatment of another condition (7) and the patient's choice (8; all
three from the 31 and the 62 days). Nothing else does: no diagnostic choice, thinking time, illness, capacity or holiday.
"""

from typing import Any

from clockstop.rules.cancer_standards import D31, D62, FDS
from clockstop.rules.either import both, choose, days_between, greatest, is_missing, is_not, is_one_of, least, or_else

FIRST_SEEN_REASON = "3"
TREATMENT_REASONS = ("6", "7", "8")
NO_ADJUSTMENT = "9"
# Missed, or came too late to be seen: one and the same to the cancer clock (CWT-R08).
MISSED_CODES = ("3", "7")
# Ordinary admission and day case (CANCER CARE SETTING (TREATMENT) 01 and 02).
ADMITTED_SETTINGS = ("01", "02")
DEDUCTS_FROM = {FIRST_SEEN_REASON: (FDS, D62), **dict.fromkeys(TREATMENT_REASONS, (D31, D62))}


def first_seen_adjustment(
    *, received_date: Any, attended_code: Any, rebooked_date: Any, first_seen_date: Any, is_from_upgrade: Any = False
) -> Any:
    """The days from receipt to the day the patient rebooked, where the first appointment was missed; else 0 (CWT-R08).

    They cannot reach past the day the patient was first seen. A cancellation beforehand gives nothing, nor does anything on a
    clock that began with a consultant's upgrade: the days from receipt lie before it (CWT-R06).

    >>> from datetime import date
    >>> days = {"received_date": date(2026, 9, 1), "rebooked_date": date(2026, 9, 12), "first_seen_date": None}
    >>> first_seen_adjustment(attended_code="3", **days), first_seen_adjustment(attended_code="2", **days)
    (11, 0)
    """
    days = days_between(received_date, least(rebooked_date, first_seen_date))
    is_given = both(is_one_of(attended_code, set(MISSED_CODES)), is_not(is_missing(rebooked_date)))
    return choose(both(is_given, is_not(is_from_upgrade)), greatest(or_else(days, 0), 0), 0)


def treatment_adjustment(*, reason: Any, is_admitted: Any, delay_start_date: Any, delay_end_date: Any) -> Any:
    """The days of a delay before an admitted treatment, for a reason that allows it; else 0 (CWT-R09).

    The patient's choice runs from the declined date to the day the patient is available again.
    """
    days = or_else(days_between(delay_start_date, delay_end_date), 0)
    return choose(both(is_one_of(reason, set(TREATMENT_REASONS)), is_admitted), greatest(days, 0), 0)


def allowed_first_seen(*, days: Any, reason: Any, received_date: Any, first_seen_date: Any, is_from_upgrade: Any = False) -> Any:
    """What may be deducted of a recorded first-seen adjustment: reason 3 only, and no more than the days to first seen.

    Nothing on a clock that began with a consultant's upgrade: those days lie before its day 0 (CWT-R06).
    """
    longest = or_else(days_between(received_date, first_seen_date), or_else(days, 0))
    is_given = both(is_one_of(reason, {FIRST_SEEN_REASON}), is_not(is_from_upgrade))
    return choose(is_given, least(or_else(days, 0), greatest(longest, 0)), 0)


def allowed_treatment(*, days: Any, reason: Any, is_admitted: Any) -> Any:
    """What may be deducted of a recorded treatment adjustment: reasons 6, 7 and 8 only, before an admitted treatment only."""
    return choose(both(is_one_of(reason, set(TREATMENT_REASONS)), is_admitted), or_else(days, 0), 0)


def is_admitted_setting(setting: Any) -> Any:
    """Whether the treatment's setting is inpatient or day case."""
    return is_one_of(setting, set(ADMITTED_SETTINGS))


def adjustment_of(standard: str, *, first_seen_days: Any, treatment_days: Any) -> Any:
    """The allowed days that bear on a standard: first seen on FDS and 62, treatment on 31 and 62."""
    first = first_seen_days if standard in DEDUCTS_FROM[FIRST_SEEN_REASON] else 0
    treated = treatment_days if standard in DEDUCTS_FROM["8"] else 0
    return first + treated
