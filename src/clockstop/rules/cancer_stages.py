"""Where a patient stands on the cancer pathway (planned-care.md 2.4), and the days spent on each step of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ibis.expr.types import Table

STAGES = {
    "not_seen": "Referred, not yet seen",
    "awaiting_tests": "Seen, awaiting tests",
    "awaiting_communication": "Tests done, to be told",
    "awaiting_decision": "Diagnosed, awaiting a decision",
    "awaiting_treatment": "Decision to treat, awaiting treatment",
    "treated": "Treated",
    "ruled_out": "Cancer ruled out",
    "removed": "Left the pathway",
}
OPEN_STAGES = tuple(STAGES)[:5]
# What moves a patient on from each open stage, and who owns it where the trust has not said.
NEXT_STEPS = {
    "not_seen": "See the patient",
    "awaiting_tests": "Complete the tests",
    "awaiting_communication": "Tell the patient",
    "awaiting_decision": "Discuss in the team and agree the treatment",
    "awaiting_treatment": "Start the treatment",
}
TREATED_STATUSES = ("10",)
RULED_OUT_STATUSES = ("02", "11")

# Each step by the day on which it begins and ends; the days allowed add up to the 62.
STEPS = {
    "seen": "Referral to first seen",
    "tested": "First seen to tests completed",
    "told": "Tests completed to told",
    "decided": "Told to decision to treat",
    "treated": "Decision to treatment",
}


def stage(*, end_date: Any, end_status: Any, seen: Any, tested: Any, told: Any, told_reason: Any, decided: Any) -> Any:
    """The stage at the end of a day; dates after that day must be null.

    Interval scanning is no diagnosis: the tests go on. A step that the record jumps over is taken as done.
    """
    import ibis

    is_told_cancer = told.notnull() & (told_reason == "01").fill_null(False)
    is_scanning = told.notnull() & (told_reason == "04").fill_null(False)
    return ibis.cases(
        (end_date.notnull() & end_status.isin(TREATED_STATUSES), "treated"),
        (end_date.notnull() & end_status.isin(RULED_OUT_STATUSES), "ruled_out"),
        (end_date.notnull() & end_status.isin(("12", "13", "14", "03", "06")), "removed"),
        (decided.notnull(), "awaiting_treatment"),
        (is_told_cancer, "awaiting_decision"),
        (is_scanning, "awaiting_tests"),
        (tested.notnull(), "awaiting_communication"),
        (seen.notnull(), "awaiting_tests"),
        else_="not_seen",
    )


def known_by(day: Any, as_of: Any) -> Any:
    """The day where it is no later than `as_of`, else null."""
    import ibis

    return (day <= as_of).fill_null(False).ifelse(day, ibis.null("date"))


def next_event(rows: Table, as_of: Any) -> dict[str, Any]:
    """What lies ahead by the cancer system: the first appointment of who is not yet seen, or the treatment that is booked."""
    import ibis

    none = ibis.null("date")
    is_unseen = rows.date_first_seen.isnull() | (rows.date_first_seen > as_of)
    visit = (is_unseen & (rows.first_appointment_date > as_of)).fill_null(False).ifelse(rows.first_appointment_date, none)
    treatment = (rows.treatment_offered_date > as_of).fill_null(False).ifelse(rows.treatment_offered_date, none)
    return {
        "next_event_type": ibis.cases((visit.notnull(), "first_appointment"), (treatment.notnull(), "treatment")),
        "next_event_date": visit.coalesce(treatment),
    }
