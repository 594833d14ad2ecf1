"""Outpatient appointments, kept, missed, cancelled and to come, with the administrative clock stops among them."""

from clockstop.contracts.codes import (
    ATTENDED_OR_DID_NOT_ATTEND,
    FIRST_ATTENDANCE,
    OUTCOME_OF_ATTENDANCE,
    RTT_PERIOD_STATUS,
)
from clockstop.contracts.contract import Check, Column, Contract
from clockstop.contracts.outpatient_codes import CONSULTATION_MEDIUM, SLOT_TYPE
from clockstop.contracts.people import PATHWAY, SERVICE

# What a clinic says of each appointment beside RTT's columns; older extracts have none of it.
CLINIC = (
    Column(name="outpatient_session_identifier", type="text", meaning="the session in which it is, as in outpatient_sessions"),
    Column(name="slot_type", type="code", meaning="for whom the slot was meant", codes=SLOT_TYPE),
    Column(name="consultation_medium_used", type="code", meaning="face to face, by telephone, by video, ...",
           codes=CONSULTATION_MEDIUM),
    Column(name="is_time_agreed", type="truth", meaning="the time of a call had been agreed; if not, none was missed"),
    Column(name="is_procedure", type="truth", meaning="a procedure was carried out"),
    Column(name="cancellation_reason", type="text", meaning="why it was cancelled, in the source's words"),
    Column(name="appointment_start_at", type="instant", meaning="planned start, local time"),
    Column(name="arrived_at", type="instant", meaning="when the patient arrived, local time"),
    Column(name="seen_at", type="instant", meaning="when the patient was called in, local time"),
    Column(name="left_at", type="instant", meaning="when the patient left the room, local time"),
)  # fmt: skip

CONTRACT = Contract(
    name="appointments",
    title="Outpatient appointments",
    key=("appointment_identifier",),
    window="appointment_date",
    columns=(
        Column(name="appointment_identifier", type="text", meaning="the source's own record id", is_required=True),
        *PATHWAY,
        Column(name="appointment_date", type="date", meaning="the day of the appointment", is_required=True),
        Column(name="appointment_booked_date", type="date", meaning="the day on which it was booked"),
        Column(name="appointment_cancelled_date", type="date", meaning="the day on which it was cancelled"),
        Column(name="attended_or_did_not_attend_code", type="code", meaning="what became of it",
               codes=ATTENDED_OR_DID_NOT_ATTEND),
        Column(name="first_attendance_code", type="code", meaning="first, follow-up or administrative",
               codes=FIRST_ATTENDANCE),
        Column(name="outcome_of_attendance_code", type="code", meaning="what comes next", codes=OUTCOME_OF_ATTENDANCE),
        Column(name="referral_to_treatment_period_status", type="code", meaning="RTT period status",
               codes=RTT_PERIOD_STATUS),
        Column(name="is_communicated", type="truth", meaning="the appointment had been clearly communicated"),
        Column(name="rebook_contact_date", type="date", meaning="the patient made contact to rebook"),
        Column(name="clinician_offer_decision_date", type="date", meaning="the clinician decided to offer again"),
        Column(name="clinic_code", type="text", meaning="the clinic"),
        *SERVICE,
        *CLINIC,
    ),
    checks=(
        Check(code="cancelled_before_booked", column="appointment_cancelled_date",
              message="it was cancelled before it was booked",
              is_wrong=lambda rows: rows.appointment_cancelled_date < rows.appointment_booked_date),
        Check(code="administrative_stop_status", column="referral_to_treatment_period_status",
              message="an administrative clock stop carries status 30, 31, 32, 34, 35 or 36",
              is_wrong=lambda rows: (rows.first_attendance_code == "5")
              & ~rows.referral_to_treatment_period_status.isin(["30", "31", "32", "34", "35", "36"]).fill_null(False)),
        Check(code="left_before_seen", column="left_at", message="the patient left before being called in",
              is_wrong=lambda rows: rows.left_at < rows.seen_at),
        Check(code="seen_on_another_day", column="seen_at", message="the patient was seen more than a day before or after it",
              is_wrong=lambda rows: rows.seen_at.date().delta(rows.appointment_date, unit="day").abs() > 1),
    ),
)  # fmt: skip
