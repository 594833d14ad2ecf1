"""Why a trust's own list and our clock may differ: what our data have on the day that the list names.

The mistakes are those that real systems make (planned-care.md 1.14). A reason is a likely one, to be checked on the timeline.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Reason:
    """A likely reason: its code, what it says, and its place where several hold on one day (the lowest is told)."""

    code: str
    says: str
    place: int


# What our data can have on a day: `nullified_clock`, `stopped_clock` and `other_clock` are our other periods of the pathway, the
# rest canonical event types (an attendance with its status) and dates of the extracts.
NULLIFIED_CLOCK, STOPPED_CLOCK, OTHER_CLOCK = "nullified_clock", "stopped_clock", "other_clock"
APPOINTMENT, REFERRAL_DATE, PLANNED_DATE, TCI_DATE = "appointment_date", "referral_date", "planned_due_date", "tci_date"

_MISSED = ("first_dna", "later_dna")
_CANCELLED = ("patient_cancel", "provider_cancel")
_REFERRALS = (
    "referral_received",
    "ubrn_converted",
    "asi_worklist",
    "cas_booked",
    "interface_received",
    "re_referral",
    "separate_condition_referral",
    "emergency_presentation",
)
_DECISIONS = ("decision_to_treat", "second_side_ready", "new_treatment_decided")
_ADMISSIONS = ("diagnostic_admission", "admit_not_done", "admit_treat")
_LETTERS = ("no_treatment_communicated", "discharge_to_gp", "active_monitoring", "decline_treatment")
_ATTENDANCES = ("attend", "arrived_late_not_seen")


def _each(codes: tuple[str, ...], code: str, says: str, place: int) -> dict[str, Reason]:
    return {one: Reason(code=code, says=says, place=place) for one in codes}


START_REASONS = {
    NULLIFIED_CLOCK: Reason(code="counts_on_from_nullified", place=0, says="The list counts on from a clock that was nullified."),
    STOPPED_CLOCK: Reason(
        code="counts_on_from_stopped", place=1, says="The list counts on from a clock that had stopped; a new clock starts at zero."
    ),
    OTHER_CLOCK: Reason(code="start_of_another_clock", place=2, says="The list has the start of another clock of the pathway."),
    "transfer_in": Reason(
        code="at_transfer",
        place=3,
        says="The list starts on the day that the transfer arrived; the patient keeps the start from the transfer form (RTT-R15).",
    ),
    **_each(
        _MISSED,
        "at_missed_appointment",
        "The list starts on the day of a missed appointment, which starts no clock: after "
        "a nullified first one the contact to rebook does (RTT-R11).",
        4,
    ),
    **_each(
        _ATTENDANCES,
        "at_appointment",
        "The list starts on the day of an appointment; the referral sets the start, not the first activity (RTT-1.15-17).",
        5,
    ),
    **_each(
        _CANCELLED, "at_cancellation", "The list starts again on the day of a cancellation, which changes nothing (RTT-R30).", 6
    ),
    **_each(
        _DECISIONS,
        "at_decision_to_treat",
        "The list starts on the day of a decision to treat, which starts a clock only after "
        "active monitoring, for a second side or for a new treatment (RTT-R10, R07, R08).",
        7,
    ),
    "self_referral_ratified": Reason(
        code="at_ratification",
        place=8,
        says="The list starts on the day that the self-referral was accepted; the wait starts when it was received (RTT-R06).",
    ),
    "ers_rejected": Reason(
        code="at_rejection",
        place=9,
        says="The list starts on the day that the referral was rejected and sent on, which keeps the first date (RTT-R04).",
    ),
    "planned_due_missed": Reason(code="at_planned_date", place=10, says="The list starts on the planned date (RTT-R14)."),
    **_each(
        _REFERRALS,
        "at_another_referral",
        "The list starts on the day of another referral of this pathway; while a clock runs "
        "a further referral changes nothing (RTT-1.15-7).",
        11,
    ),
    "self_referral_received": Reason(
        code="at_self_referral",
        place=11,
        says="The list starts on the day that a self-referral was "
        "received; it counts once a care professional has accepted it (RTT-R06).",
    ),
    **_each(
        ("rebook_contact", "clinician_offer_decision"),
        "at_rebooking",
        "The list starts on the day of rebooking, which starts a clock only after a nullified first appointment (RTT-R11).",
        9,
    ),
    **_each(_ADMISSIONS, "at_admission", "The list starts on the day of an admission, which starts no clock.", 12),
    **_each(_LETTERS, "at_stop", "The list starts on the day of something that ends clocks.", 13),
    "appointment_booked": Reason(
        code="at_booking",
        place=14,
        says="The list starts on the day that an appointment was booked, which starts no clock (RTT-1.15-18).",
    ),
    APPOINTMENT: Reason(
        code="at_appointment",
        place=15,
        says="The list starts on the day of an appointment; the referral sets the start, not the first activity (RTT-1.15-17).",
    ),
    PLANNED_DATE: Reason(code="at_planned_date", place=16, says="The list starts on the planned due date (RTT-R14)."),
    TCI_DATE: Reason(code="at_tci_date", place=17, says="The list starts on the date to come in, which starts no clock."),
    REFERRAL_DATE: Reason(code="at_referral_date", place=18, says="The list starts on the date of the latest referral."),
}
STOP_REASONS = {
    **_each(
        ("attend_90", "attend_91", "attend_92", "attend_98"),
        "stopped_by_not_applicable",
        "The list stops at an attendance whose status is 'not applicable', which does not end a running clock (RTT-R18).",
        0,
    ),
    **_each(
        ("attend_20", "attend_21", "attend_99", "attend_10", "attend_11", "attend_12", "attend"),
        "stopped_by_attendance",
        "The list stops at an attendance after which more was to come (RTT-1.15-21).",
        1,
    ),
    **_each(
        _MISSED,
        "stopped_by_missed_appointment",
        "The list stops on the day of a missed appointment, which alone ends no clock (RTT-R29).",
        2,
    ),
    **_each(
        _CANCELLED, "stopped_by_cancellation", "The list stops on the day of a cancellation, which changes nothing (RTT-R30).", 3
    ),
    **_each(
        ("diagnostic_admission", "admit_not_done"),
        "stopped_by_admission",
        "The list stops at an admission for tests, or one at which the procedure was not done (RTT-R22).",
        4,
    ),
    **_each(
        _DECISIONS,
        "stopped_by_decision",
        "The list stops on the day of a decision to treat; the admission ends the wait (RTT-R21).",
        5,
    ),
    "death_notified": Reason(
        code="stopped_when_told_of_death",
        place=6,
        says="The list stops on the day that the hospital was told of the death; the wait ends on the day of death (RTT-R27).",
    ),
    "transfer_out": Reason(
        code="stopped_by_transfer",
        place=7,
        says="The list stops on the day of a transfer, through which the wait goes on (RTT-R33).",
    ),
    "decline_date": Reason(
        code="stopped_by_declined_date",
        place=8,
        says="The list stops on the day that a date was declined, which changes nothing (RTT-R32).",
    ),
    **_each(
        (
            *_LETTERS,
            "attend_30",
            "attend_31",
            "attend_32",
            "attend_34",
            "attend_35",
            "attend_36",
            "admit_treat",
            "death",
            "transplant_listed",
            "administrative_stop",
            "decision_not_to_admit",
        ),
        "stopped_later",
        "The list stops on the day of something that would end a clock, but ours had ended already or was another (RTT-1.15-4).",
        9,
    ),
    "appointment_booked": Reason(
        code="stopped_at_booking",
        place=10,
        says="The list stops on the day that an appointment was booked, which ends nothing (RTT-1.15-18).",
    ),
    APPOINTMENT: Reason(
        code="stopped_by_attendance", place=11, says="The list stops on the day of an appointment that did not end the clock."
    ),
    TCI_DATE: Reason(
        code="stopped_at_tci_date", place=12, says="The list stops on a date to come in; the admission ends the wait (RTT-R21)."
    ),
}
# Where nothing of ours lies on the day.
SWAPPED = Reason(code="day_and_month_swapped", place=0, says="Day and month are swapped.")
OTHER_YEAR = Reason(code="other_year", place=1, says="The day and month agree, the year does not.")
SOON_AFTER = Reason(
    code="some_days_after",
    place=2,
    says="A few days after ours, and nothing is recorded on that day: perhaps the day "
    "on which the referral was keyed or triaged; the day of receipt counts (RTT-R01).",
)
SOON_BEFORE = Reason(
    code="some_days_before",
    place=3,
    says="A little before ours, and nothing is recorded on that day: perhaps the date "
    "on the letter; the day of receipt, or of conversion in e-RS, counts (RTT-R01, R02).",
)
NOTHING_STARTS = Reason(code="nothing_on_that_day", place=4, says="Our data have nothing on the day on which the list starts.")
NOTHING_STOPS = Reason(code="nothing_on_stop_day", place=4, says="Our data have nothing on the day on which the list stops.")
NO_STOP_THERE = Reason(code="stop_missing_there", place=0, says="The list has no stop.")
DAYS_NEAR = 21

ONLY_THERE_REASONS = {
    "pathway_unknown": "No load has a row of this pathway.",
    "rows_set_aside": "Rows of this pathway were set aside when they were loaded.",
    "another_trust": "The pathway is one of another trust of the group.",
    "other_row_matched": "Another row of the list is this pathway's clock; Clockstop has no further one.",
    "nullified": "The clock was nullified.",
    "stopped_before": "Our last clock had stopped before the list's starts.",
    "passed_on": "The clinical responsibility had passed to another provider, which reports the wait (RTT-R33).",
    "starts_later": "Our clock starts after that day.",
    "start_ahead": "The list's start lies after that day.",
    "no_clock": "Clockstop has rows of this pathway, but nothing among them starts a clock.",
    "start_unknown": "Our clock of this pathway has no start: a stop came before any start (RTT-R47).",
}
ONLY_HERE_REASONS = {
    "row_set_aside": "A row of the list is of this pathway, but it could not be read.",
    "row_matched_other": "The list's row of this pathway is another clock of it.",
    "started_lately": "The clock started in the last seven days: the list may not have it yet.",
    "later_clock": "The clock is a later one of its pathway: the list may not have opened it.",
    "not_on_list": "The list has no row of this pathway.",
}
LATELY_DAYS = 7
