"""The kinds of worked case about RTT: each takes a case's inputs and gives what the rule says of them.

Dates may be quoted or not, codes numbers or text. Names in brackets are other spellings that are accepted.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from clockstop.dates import working_days_after
from clockstop.rules import rtt_snapshot
from clockstop.rules.case_inputs import a_code, a_date, a_day, dates_of, per_cent, rounded, the_first
from clockstop.rules.rtt_bands import (
    LONG_WAIT_WEEKS,
    band,
    band_label,
    breach_date,
    days_waited,
    is_over_weeks,
    is_within_weeks,
    percentile_weeks,
)
from clockstop.rules.rtt_checks import Flow, flow_reading, unexplained
from clockstop.rules.rtt_clock_cases import rtt_clock
from clockstop.rules.rtt_point_of_delivery import point_of_delivery
from clockstop.rules.rtt_return_cases import rtt_checks
from clockstop.rules.rtt_validation import is_in_scope, validation_result
from clockstop.rules.treatment_functions import REPORTED_FUNCTIONS, reported_function


def rtt_band(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`start` and `census` (or `end`) -> days, band, band_index, within_18_weeks, over_52_weeks (65, 78, 104), breach_date."""
    start, last_day = a_day(inputs["start"]), a_day(the_first(inputs, "end", "census"))
    days = days_waited(start, last_day)
    number = band(days)
    over = {f"over_{weeks}_weeks": is_over_weeks(days, weeks) for weeks in LONG_WAIT_WEEKS}
    return {
        "days": days,
        "band": band_label(number),
        "band_index": number,
        "within_18_weeks": is_within_weeks(days),
        "breach_date": breach_date(start),
        **over,
    }


def _is_ours(pathway: Mapping[str, Any]) -> bool:
    """Whether a pathway is in the return's scope (RTT-R42): not planned, consultant-led, English, ours to report."""
    planned = rtt_snapshot.is_planned(a_code(the_first(pathway, "type", "elective_admission_type_code")))
    measured = a_code(pathway.get("waiting_time_measurement_type")) in (None, "01", "1")
    commissioner = a_code(pathway.get("commissioner")) or ""
    led = the_first(pathway, "consultant_led", "is_consultant_led", otherwise=True)
    english = the_first(pathway, "english", "english_commissioned", otherwise=commissioner != "NONC")
    responsible = the_first(pathway, "responsible", "is_responsible", otherwise=True)
    return bool(not planned and measured and led and english and responsible)


def _nullified_date(pathway: Mapping[str, Any]) -> date | None:
    day = a_date(the_first(pathway, "nullified_on", "nullified_date"))
    is_null = pathway.get("nullified") or a_code(pathway.get("end_status")) == rtt_snapshot.NULLIFYING_STATUS
    return day or (a_date(pathway.get("end")) if is_null else None)


def _is_open(pathway: Mapping[str, Any], census: date) -> bool:
    return _is_ours(pathway) and rtt_snapshot.is_incomplete(
        start_date=a_date(pathway.get("start")),
        end_date=a_date(pathway.get("end")),
        nullified_date=_nullified_date(pathway),
        census=census,
    )


def rtt_snapshot_case(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`census` and `pathways` of `id, start, end, nullified_on [nullified], type` -> incomplete, within_18, performance_pct.

    Also total, over_18, over_52 (65, 78, 104) and over_52_pct. A pathway may say `consultant_led`, `english` (or a
    `commissioner`; NONC is not English) and `responsible`; where false it is not ours to report.
    """
    census = a_day(inputs["census"])
    pathways = [pathway for pathway in inputs["pathways"] if _is_open(pathway, census)]
    waits = [days_waited(a_day(pathway["start"]), census) for pathway in pathways]
    within = sum(is_within_weeks(days) for days in waits)
    over = {f"over_{weeks}": sum(is_over_weeks(days, weeks) for days in waits) for weeks in LONG_WAIT_WEEKS}
    return {
        "incomplete": [pathway.get("id") for pathway in pathways],
        "total": len(waits),
        "within_18": within,
        "over_18": len(waits) - within,
        "performance_pct": per_cent(within, len(waits)),
        "over_52_pct": per_cent(over["over_52"], len(waits)),
        **over,
    }


def rtt_parts(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`month_start`, `month_end` and `pathways` of `start, end, end_status, admitted, decision_to_admit` -> part_1a to part_3.

    `decision_to_admit` is true or false, or a date (`decided_to_admit_date`); `nullified`, `nullified_on`, `type` and the
    scope of rtt_snapshot are known too.
    """
    last_day = a_day(inputs["month_end"])
    first_day = a_day(inputs.get("month_start") or last_day.replace(day=1))
    pathways = [pathway for pathway in inputs["pathways"] if _is_ours(pathway)]
    parts = [_parts_of(pathway, first_day, last_day) for pathway in pathways]
    names = ("part_1a", "part_1b", "part_2", "part_2a", "part_3")
    return {name: sum(name in found for found in parts) for name in names}


def _parts_of(pathway: Mapping[str, Any], first_day: date, last_day: date) -> set[str]:
    nullified_date = _nullified_date(pathway)
    month: dict[str, Any] = {"is_nullified": nullified_date is not None, "first_day": first_day, "last_day": last_day}
    completed = rtt_snapshot.is_completed_in(end_date=a_date(pathway.get("end")), **month)
    ended = {
        "is_completed": completed,
        "ended_by_admission": bool(the_first(pathway, "admitted", "ended_by_admission")),
        "end_status": a_code(pathway.get("end_status")),
    }
    is_open = _is_open(pathway, last_day)
    found = {
        "part_1a": rtt_snapshot.is_completed_admitted(**ended),
        "part_1b": rtt_snapshot.is_completed_non_admitted(**ended),
        "part_2": is_open,
        "part_2a": is_open and _has_decision(pathway, last_day),
        "part_3": rtt_snapshot.is_new_period(start_date=a_date(pathway.get("start")), **month),
    }
    return {name for name, is_in in found.items() if is_in}


def _has_decision(pathway: Mapping[str, Any], last_day: date) -> bool:
    decision = the_first(pathway, "decision_to_admit", "decided_to_admit_date", "decision_to_admit_date")
    if decision is None or isinstance(decision, bool):
        return bool(decision)
    return a_day(decision) <= last_day


def rtt_validation(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`census` and `pathway` -> in_scope, result (validated, not_validated, dq, out_of_scope).

    The pathway has `start`, `last_attended_date` [date_last_attended, last_attended], `decided_to_admit_date`
    [decision_to_admit_date, decision_to_admit], `tci_date` [tci], `outpatient_future_appointment_date`
    [next_appointment_date, future_appointment_date, outpatient_date, appointment_date], `last_pas_validation_date`
    [last_validation_date, validation_date].
    """
    census = a_day(inputs["census"])
    pathway = inputs.get("pathway", inputs)

    def day(*names: str) -> date | None:
        return a_date(the_first(pathway, *names))

    in_scope = is_in_scope(
        start_date=day("start", "referral_to_treatment_period_start_date"),
        last_attended_date=day("last_attended_date", "date_last_attended", "last_attended"),
        decided_to_admit_date=day("decided_to_admit_date", "decision_to_admit_date", "decision_to_admit", "dta_date"),
        tci_date=day("tci_date", "tci", "offered_for_admission_date"),
        next_appointment_date=day(
            "outpatient_future_appointment_date", "future_outpatient_date", "next_appointment_date",
            "future_appointment_date", "outpatient_appointment_date", "outpatient_date", "appointment_date",
        ),
        census=census,
    )  # fmt: skip
    validated = day("last_pas_validation_date", "last_validation_date", "validation_date")
    return {
        "in_scope": in_scope,
        "result": validation_result(is_in_scope=in_scope, last_pas_validation_date=validated, census=census),
    }


def rtt_pod(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`census` and `row` of `waiting_list_type, start, intended_management_code, first_activity_date` -> pod."""
    row = inputs.get("row", inputs)
    pod = point_of_delivery(
        waiting_list_type=a_code(row.get("waiting_list_type")),
        start_date=a_date(the_first(row, "start", "referral_to_treatment_period_start_date")),
        intended_management_code=a_code(the_first(row, "intended_management_code", "intended_management")),
        first_activity_date=a_date(the_first(row, "first_activity_date", "first_activity")),
        census=a_day(inputs["census"]),
    )
    return {"pod": pod}


def rtt_tfc(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`code`, and `as_of` for the dated memberships -> reported_as, name."""
    reported = reported_function(a_code(inputs["code"]), a_date(inputs.get("as_of")))
    return {"reported_as": reported, "name": REPORTED_FUNCTIONS[reported]}


def rtt_flow(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The month's flows, each 0 where it is not given (`new_starts` for `starts` too) -> unexplained, reading."""
    names = ("opening", "closing", "transfers_in", "stops", "transfers_out", "nullified", "validation_removals", "reinstated")
    flow = Flow(
        starts=the_first(inputs, "starts", "new_starts", otherwise=0) or 0,
        **{name: inputs.get(name) or 0 for name in names},
    )
    remainder = unexplained(flow)
    return {"unexplained": remainder, "reading": flow_reading(remainder)}


def rtt_percentile(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`bands` (counts from >0-1 upward) and `p` (0 to 1; above 1 it is read as per cent) -> weeks, to 2 places."""
    asked = float(inputs["p"])
    return {"weeks": rounded(percentile_weeks(inputs["bands"], asked / 100 if asked > 1 else asked), 2)}


def rtt_deadline(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`month_end`, `working_days` (13 where not given) and `holidays` (else England's) -> date (RTT-R54)."""
    number = int(inputs.get("working_days", 13))
    return {"date": working_days_after(a_day(inputs["month_end"]), number, dates_of(inputs.get("holidays")))}


KINDS = {
    "rtt_band": rtt_band,
    "rtt_clock": rtt_clock,
    "rtt_snapshot": rtt_snapshot_case,
    "rtt_parts": rtt_parts,
    "rtt_validation": rtt_validation,
    "rtt_pod": rtt_pod,
    "rtt_tfc": rtt_tfc,
    "rtt_checks": rtt_checks,
    "rtt_flow": rtt_flow,
    "rtt_percentile": rtt_percentile,
    "rtt_deadline": rtt_deadline,
}
