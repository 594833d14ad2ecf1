"""The kind of worked case about outpatients, `op_kpi`: each part takes the inputs that it knows and gives what they tell.

Counts come as numbers, as mappings of codes or as records. An answer stands under each of the names by which it is called.
"""

from collections.abc import Callable, Mapping
from typing import Any

from clockstop.rules.case_inputs import a_code, a_date, a_day, dates_of, per_cent, rounded, the_first
from clockstop.rules.follow_up_cases import follow_ups
from clockstop.rules.outpatient_attendance import (
    ATTENDED,
    FIRST,
    FOLLOW_UP,
    VIRTUAL,
    has_attended,
    has_missed,
    has_no_outcome,
    is_cancelled_by_patient,
    is_cancelled_by_provider,
    is_concluded,
    is_first_seen,
    is_kept_or_missed,
    is_short_notice,
    is_unoutcomed,
    notice_days,
)
from clockstop.rules.outpatient_case_inputs import CANCELLED_ON, CODE, DAY, FIRST_CODE, SERIES, an_outcome, counts, has_any, under
from clockstop.rules.outpatient_case_shares import shares
from clockstop.rules.outpatient_case_slots import clinic_cancellations, slots
from clockstop.rules.readings import Readings
from clockstop.rules.room_cases import rooms
from clockstop.rules.working_days import working_days_past

Answers = dict[str, Any]


def attendance_rates(inputs: Mapping[str, Any]) -> Answers:
    """`codes` (counts by code, or a list) -> the DNA rate and the cancellation rates (OP-R01 to R03)."""
    given = the_first(inputs, "codes", "attendance_codes", "attended_or_did_not_attend", "attended_or_did_not_attend_code")
    if given is None:
        given = _codes_of(inputs)
    if given is None:
        return {}
    number = counts(given)

    def total(is_one: Callable[[Any], Any]) -> float:
        return sum(count for code, count in number.items() if is_one(code))

    missed = total(has_missed) - _not_agreed(inputs)
    kept_or_missed, booked = total(is_kept_or_missed) - _not_agreed(inputs), total(is_concluded)
    patient, provider = total(is_cancelled_by_patient), total(is_cancelled_by_provider)
    return {
        **under(total(has_attended), "attended", "attendances"),
        **under(missed, "dna", "dnas", "did_not_attend"),
        **under(kept_or_missed, "dna_denominator", "attended_and_dna"),
        **under(booked, "booked", "all_booked"),
        **under(patient, "patient_cancelled", "patient_cancellations"),
        **under(provider, "provider_cancelled", "provider_cancellations"),
        **under(per_cent(missed, kept_or_missed), "dna_rate_pct", "dna_pct"),
        **under(per_cent(total(has_attended), kept_or_missed), "attendance_rate_pct", "attended_rate_pct"),
        **under(per_cent(patient, booked), "patient_cancel_rate_pct", "patient_cancellation_rate_pct", "patient_cancel_pct"),
        **under(per_cent(provider, booked), "provider_cancel_rate_pct", "provider_cancellation_rate_pct", "provider_cancel_pct",
                "hospital_cancel_rate_pct"),
        **under(per_cent(patient + provider, booked), "cancel_rate_pct", "cancellation_rate_pct"),
        **_short_notice(inputs, booked),
    }  # fmt: skip


def _codes_of(inputs: Mapping[str, Any]) -> list[Any] | None:
    rows = [row for row in _rows(inputs) if has_any(row, CODE)]
    return [the_first(row, *CODE) for row in rows] if rows else None


def _rows(inputs: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    given = inputs.get("appointments")
    return [row for row in given if isinstance(row, Mapping)] if isinstance(given, list) else []


def _not_agreed(inputs: Mapping[str, Any]) -> float:
    """The telephone calls among the DNAs whose time had not been agreed: nobody missed them."""
    rows = [row for row in _rows(inputs) if the_first(row, "is_time_agreed", "time_agreed") is False]
    found = [row for row in rows if has_missed(an_outcome(the_first(row, *CODE)))]
    given = the_first(inputs, "telephone_time_not_agreed", "time_not_agreed", "calls_not_agreed", otherwise=0)
    return len(found) + given


def _short_notice(inputs: Mapping[str, Any], booked: float) -> Answers:
    notice = _notices(inputs)
    if notice is None:
        return {}
    short = notice if isinstance(notice, (int, float)) else sum(bool(is_short_notice(days)) for days in notice)
    return {
        **under(short, "provider_cancel_short_notice", "provider_cancelled_short_notice", "short_notice", "under_6_weeks",
                "under_42_days", "provider_cancel_under_42", "provider_cancel_under_42_days", "provider_cancel_under_6_weeks"),
        **under(per_cent(short, booked), "provider_cancel_short_notice_pct", "provider_cancel_short_notice_rate_pct",
                "provider_cancel_under_6_weeks_pct", "provider_cancel_under_6_weeks_rate_pct", "provider_cancel_under_42_pct",
                "provider_cancel_under_42_days_pct", "provider_cancel_under_42_rate_pct", "short_notice_pct",
                "short_notice_rate_pct", "provider_cancel_under_42_days_rate_pct"),
    }  # fmt: skip


def _notices(inputs: Mapping[str, Any]) -> Any:
    """The notices of provider cancellations in days, or how many were short where only that is given."""
    given = the_first(
        inputs, "provider_cancel_notice_days", "provider_notice_days", "notice_days", "notice", "provider_cancellations",
        "cancellations", "provider_cancel_under_42", "provider_cancel_under_42_days", "provider_cancel_under_6_weeks",
        "short_notice", "provider_cancelled_short_notice", "under_42_days", "notice_under_42", "code_4_notice_under_42",
    )  # fmt: skip
    if given is None:
        rows = [row for row in _rows(inputs) if is_cancelled_by_provider(an_outcome(the_first(row, *CODE)))]
        given = [row for row in rows if has_any(row, (*CANCELLED_ON, "notice_days", "notice"))] or None
    if isinstance(given, Mapping):
        return sum(number for days, number in given.items() if is_short_notice(int(days)))
    return [_notice(each) for each in given] if isinstance(given, list) else given


def _notice(given: Any) -> int | None:
    if not isinstance(given, Mapping):
        return int(given) if not isinstance(given, list) else notice_days(a_date(given[0]), a_date(given[1]))
    if an_outcome(given.get("by")) in {"patient", "2"} or an_outcome(the_first(given, "code")) == "2":
        return None
    if has_any(given, ("notice_days", "notice")):
        return int(the_first(given, "notice_days", "notice"))
    return notice_days(a_date(the_first(given, *CANCELLED_ON)), a_date(the_first(given, *DAY)))


def kinds_of_attendance(inputs: Mapping[str, Any]) -> Answers:
    """Firsts and follow-ups attended, by codes or by number -> their ratio and the virtual share (OP-R06, R07)."""
    number = _by_kind(inputs)
    if number is None:
        return {}
    first = sum(number.get(code, 0) for code in FIRST)
    follow_up = sum(number.get(code, 0) for code in FOLLOW_UP)
    virtual = sum(number.get(code, 0) for code in VIRTUAL)
    found = {
        "first_attended": first,
        "follow_up_attended": follow_up,
        **under(rounded(follow_up / first, 2) if first else None, "follow_up_per_first", "new_to_follow_up",
                "new_to_follow_up_ratio", "new_follow_up_ratio", "follow_up_ratio", "nfu_ratio"),
    }  # fmt: skip
    if "first_attendance" in inputs or "3" in number or "4" in number or _rows(inputs):
        found |= under(virtual, "virtual", "virtual_attended")
        found |= under(per_cent(virtual, first + follow_up), "virtual_share_pct", "virtual_pct", "virtual_rate_pct")
    return found


def _by_kind(inputs: Mapping[str, Any]) -> Mapping[str, float] | None:
    first = the_first(inputs, "first_attended", "first_attendances", "firsts", "new_attended", "first", "new")
    follow_up = the_first(inputs, "follow_up_attended", "follow_up_attendances", "follow_ups_attended", "follow_ups", "follow_up")
    if isinstance(first, (int, float)) and isinstance(follow_up, (int, float)):
        return {"1": first, "2": follow_up}
    given = the_first(inputs, "first_attendance", "first_attendance_codes", "first_attendance_code")
    if given is not None:
        return _attended_of(given)
    rows = [row for row in _rows(inputs) if has_any(row, FIRST_CODE) or has_any(row, SERIES)]
    return counts([_kind_as_seen(row, rows) for row in rows]) if rows else None


def _attended_of(given: Any) -> Mapping[str, float]:
    """Counts by first-attendance code; where a code is split by outcome, those who attended."""
    if isinstance(given, Mapping) and any(isinstance(value, Mapping) for value in given.values()):
        return {
            str(code): sum(number for outcome, number in counts(split).items() if outcome in ATTENDED)
            for code, split in given.items()
        }
    return counts(given)


def _kind_as_seen(row: Mapping[str, Any], rows: list[Mapping[str, Any]]) -> str:
    """The first-attendance code of one record as it was attended; empty where it was not (OP-R06)."""
    if not has_attended(an_outcome(the_first(row, *CODE, otherwise="5"))):
        return ""
    earlier = [each for each in _earlier(row, rows) if the_first(each, *SERIES) is not None]
    was_seen = any(has_attended(an_outcome(the_first(each, *CODE, otherwise="5"))) for each in earlier)
    code = a_code(the_first(row, *FIRST_CODE))
    code = {"True": "1", "False": "2", "new": "1", "follow_up": "2"}.get(code or "", code)
    missed = any(a_code(the_first(each, *FIRST_CODE)) in (*FIRST, "True", "new") for each in earlier)
    if code is None:
        return "2" if was_seen else "1"
    if is_first_seen(code, was_seen_before=was_seen, missed_the_first=missed):
        return "3" if code in VIRTUAL else "1"
    return code


def _earlier(row: Mapping[str, Any], rows: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    place = rows.index(row)
    same = [(number, each) for number, each in enumerate(rows) if the_first(each, *SERIES) == the_first(row, *SERIES)]
    day = a_date(the_first(row, *DAY))
    if day is None:
        return [each for number, each in same if number < place]
    return [each for number, each in same if (a_day(the_first(each, *DAY)), number) < (day, place)]


def unoutcomed(inputs: Mapping[str, Any]) -> Answers:
    """`census`, `appointments` (days, or records with a code) and `holidays` (else England's) -> those without an outcome (OP-R16).

    `working_days` where not 5. A bare day is an appointment without an outcome.
    """
    given = the_first(inputs, "appointments", "unoutcomed_appointments", "past_appointments", "no_outcome", "dates")
    if "census" not in inputs or not isinstance(given, list) or "sessions" in inputs:
        return {}
    census, holidays = a_day(inputs["census"]), dates_of(the_first(inputs, "holidays", "bank_holidays"))
    allowed = int(the_first(inputs, "working_days", "n", otherwise=Readings().outcome_working_days))
    rows = [row if isinstance(row, Mapping) else {"date": row} for row in given]
    past = [row for row in rows if a_day(the_first(row, *DAY)) < census]
    flags = [
        is_unoutcomed(an_outcome(the_first(row, *CODE)), working_days_past(a_day(the_first(row, *DAY)), census, holidays), allowed)
        for row in past
    ]
    number = sum(flags)
    everyone = the_first(inputs, "past", "past_total", "total_past", "all_past", otherwise=len(past))
    return {
        "past": everyone,
        **under(number, "unoutcomed", "un_outcomed", "overdue_outcomes"),
        **under(per_cent(number, everyone), "unoutcomed_pct", "un_outcomed_pct", "unoutcomed_rate_pct"),
        "without_outcome": sum(has_no_outcome(an_outcome(the_first(row, *CODE))) for row in past),
    }


PARTS: tuple[Callable[[Mapping[str, Any]], Answers], ...] = (
    attendance_rates, kinds_of_attendance, shares, slots, clinic_cancellations, follow_ups, rooms, unoutcomed,
)  # fmt: skip


def op_kpi(inputs: Mapping[str, Any]) -> Answers:
    """Everything that the inputs tell of OP-R01 to R16; percentages to one place, the new to follow-up ratio to two."""
    found: Answers = {}
    for part in PARTS:
        found |= part(inputs)
    if not found:
        raise KeyError("codes, first_attendance, slots, lcad, open and used, sessions or appointments")
    return found


KINDS = {"op_kpi": op_kpi}
