"""Drawn theatre sessions and cases: short names for long columns, what is not drawn is filled, times lie on the row's own day."""

import ibis

from clockstop.contracts import contracts
from clockstop.rules import theatre_stamps
from clockstop.rules.readings import Readings

KINDS = {"text": "string", "code": "string", "date": "date", "instant": "timestamp", "truth": "boolean", "number": "float64",
         "integer": "int64"}  # fmt: skip
SHORT = {
    "session": "theatre_session_identifier", "case": "theatre_case_identifier", "pathway": "patient_pathway_identifier",
    "session_day": "session_date", "day": "operation_date", "planned_start": "planned_start_at", "planned_end": "planned_end_at",
    "function_code": "activity_treatment_function_code", "anaesthetic": "anaesthetic_start_at", "into": "into_theatre_at",
    "knife": "knife_to_skin_at", "out": "out_of_theatre_at", "first_start": "original_planned_start_at",
    "first_end": "original_planned_end_at", "changed_date": "planned_times_changed_date", "kind": "cancellation_kind",
    "expected": "expected_minutes", "status": "session_status", "late": "late_start_minutes", "early": "early_finish_minutes",
    "overrun": "overrun_minutes", "planned": "planned_minutes", "capped": "capped_minutes", "uncapped": "uncapped_minutes",
    "touch_sum": "touch_sum_minutes", "touch_union": "touch_union_minutes", "capped_sum": "capped_sum_minutes",
    "capped_union": "capped_union_minutes", "gap": "gap_minutes", "run": "run_minutes", "list": "theatre_list_identifier",
    "at_six": "booked_minutes_at_six_weeks", "at_four": "booked_minutes_at_four_weeks", "at_two": "booked_minutes_at_two_weeks",
    "booked": "booked_minutes", "typical": "typical_minutes", "free": "free_minutes", "six_date": "six_weeks_date",
    "four_date": "four_weeks_date", "two_date": "two_weeks_date", "next_date": "next_operation_date",
    "opcs": "procedure_code", "off": "is_cancelled", "off_date": "cancelled_date",
}  # fmt: skip


def shortened(rows):
    """The rows with the short names of their columns."""
    return rows.rename({short: name for short, name in SHORT.items() if name in rows.columns and short not in rows.columns})


def filled(drawn, dataset, **defaults):
    """The drawn rows with every column of the contract, of its type; `HH:MM` is a time on the row's own day."""
    drawn = drawn.rename({SHORT[name]: name for name in drawn.columns if name in SHORT})
    columns = {}
    day = drawn["session_date" if dataset == "theatre_sessions" else "operation_date"].cast("string")
    for column in contracts()[dataset].columns:
        kind = KINDS[column.type]
        if column.name not in drawn.columns:
            columns[column.name] = ibis.literal(defaults.get(column.name), type=kind)
        elif column.type == "instant":
            text = drawn[column.name].cast("string")
            columns[column.name] = (text.length() <= 5).ifelse(day + " " + text, text).cast("timestamp")
        else:
            columns[column.name] = drawn[column.name].cast(kind)
    return drawn.select(**columns)


def sessions(drawn):
    """Theatre sessions: elective and run unless they say otherwise."""
    return filled(drawn, "theatre_sessions", session_type="elective", session_status="run", theatre="Theatre 1")


def cases(drawn):
    """Theatre cases: elective unless they say otherwise."""
    return filled(drawn, "theatre_cases", case_urgency="elective")


def timed(drawn_cases, drawn_sessions, as_of, **readings):
    """The fact theatre_cases_timed of drawn cases and sessions, worked out once, as a refresh stores it."""
    found = theatre_stamps.theatre_cases_timed(
        cases(drawn_cases), sessions(drawn_sessions), as_of=as_of, readings=Readings(**readings)
    )
    return ibis.memtable(found.to_pyarrow())
