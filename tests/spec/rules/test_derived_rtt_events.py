"""Canonical events from the four PAS extracts: one test a derivation."""

from datetime import date

import ibis
import pytest

from clockstop.contracts import contracts
from clockstop.contracts.rtt_events import EVENT_TYPES
from clockstop.rules import derived_rtt_events as rule
from clockstop.rules.derived_rtt_events import derived_rtt_events

AS_OF = date(2026, 11, 15)
DATE = date.fromisoformat
SAMPLE = {
    "text": "string", "code": "string", "integer": "int64", "number": "float64", "date": "date", "instant": "timestamp",
    "truth": "boolean",
}  # fmt: skip


def extract(name, *rows):
    """A table of a dataset with every column of its contract; what a row does not name is null."""
    contract = contracts()[name]
    filled = []
    for number, row in enumerate(rows, start=1):
        unnamed = {column.name: None for column in contract.columns}
        filled.append(unnamed | {contract.key[0]: f"R{number}", "patient_pathway_identifier": "P1"} | row)
    schema = {column.name: SAMPLE[column.type] for column in contract.columns}
    for row in filled:
        for column in contract.columns:
            if column.type == "date" and isinstance(row[column.name], str):
                row[column.name] = DATE(row[column.name])
    return ibis.memtable(filled, schema=schema)


def events(as_of=AS_OF, columns=("event_date", "event_type"), **extracts):
    """The events of one pathway in their order, each as text."""
    tables = {name: extract(name, *rows) for name, rows in extracts.items()}
    found = derived_rtt_events(**tables, as_of=as_of).order_by("patient_pathway_identifier", "event_sequence")
    rows = found.select(*columns).execute().astype(object)
    rows = rows.where(rows.notna(), None)
    return [" ".join(_text(value) for value in row) for row in rows.itertuples(index=False)]


def _text(value):
    if hasattr(value, "strftime"):
        return value.strftime("%Y-%m-%d")
    return "-" if value is None else str(value)


@pytest.mark.parametrize(("route", "event_type"), sorted(rule.ROUTE_EVENTS.items()))
def test_each_route_is_its_own_kind_of_start(route, event_type):
    """RTT-R01 to R13: how a referral came says which event it is."""
    row = {"referral_route": route, "referral_request_received_date": "2026-09-03", "original_start_date": "2026-08-01"}
    assert events(referrals=[row]) == [f"2026-09-03 {event_type}"]


def test_a_transfer_carries_its_original_start():
    """RTT-R15: the start of the transfer form goes with transfer_in, and with no other route."""
    row = {"referral_request_received_date": "2026-09-03", "original_start_date": "2026-02-01"}
    columns = ("event_type", "original_start_date")
    assert events(columns=columns, referrals=[row | {"referral_route": "transfer"}]) == ["transfer_in 2026-02-01"]
    assert events(columns=columns, referrals=[row | {"referral_route": "letter"}]) == ["referral_received -"]


def test_a_self_referral_is_received_then_ratified():
    """RTT-R06: both days are events; a ratification without a self-referral is none."""
    row = {"referral_request_received_date": "2026-07-01", "ratified_date": "2026-07-06"}
    assert events(referrals=[row | {"referral_route": "self"}]) == [
        "2026-07-01 self_referral_received",
        "2026-07-06 self_referral_ratified",
    ]
    assert events(referrals=[row | {"referral_route": "letter"}]) == ["2026-07-01 referral_received"]


def test_an_emergency_presentation_comes_before_its_referral():
    """RTT-R13: the presentation is an event of its own; on one day it is numbered first."""
    row = {
        "referral_route": "emergency",
        "referral_request_received_date": "2026-08-05",
        "emergency_presentation_date": "2026-08-05",
    }
    assert events(referrals=[row]) == ["2026-08-05 emergency_presentation", "2026-08-05 referral_received"]


def test_rejection_transfer_out_and_death_are_events():
    """RTT-R04, R33, R27: each has its date; responsibility is carried on the transfer."""
    row = {
        "referral_route": "e_rs",
        "referral_request_received_date": "2026-01-01",
        "rejected_date": "2026-01-08",
        "transferred_out_date": "2026-02-01",
        "is_responsibility_passed": True,
        "person_death_date": "2026-03-01",
        "death_notified_date": "2026-03-12",
    }
    assert events(columns=("event_type", "is_responsibility_passed"), referrals=[row]) == [
        "ubrn_converted -",
        "ers_rejected -",
        "transfer_out True",
        "death -",
        "death_notified -",
    ]


@pytest.mark.parametrize(
    ("reason", "event_type"),
    [*sorted(rule.DISCHARGE_EVENTS.items()), (None, "discharge_to_gp"), ("treated", None)],
)
def test_each_reason_for_discharge(reason, event_type):
    """RTT-R23 to R29: why it was closed says which stop it is; a discharge after treatment is none."""
    row = {
        "referral_route": "letter",
        "referral_request_received_date": "2026-01-01",
        "discharge_date": "2026-02-01",
        "discharge_reason": reason,
    }
    row |= {"has_safeguards": True}
    expected = ["referral_received -"] + ([f"{event_type} True"] if event_type else [])
    assert events(columns=("event_type", "has_safeguards"), referrals=[row]) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("5", "2026-05-05 attend 20"),
        ("6", "2026-05-05 attend 20"),
        ("7", "2026-05-05 arrived_late_not_seen -"),
        ("2", "2026-05-01 patient_cancel -"),
        ("4", "2026-05-01 provider_cancel -"),
        ("0", None),
        (None, None),
    ],
)
def test_what_became_of_an_appointment(code, expected):
    """RTT-R18, R30: attended with its status, late, cancelled on the day of the cancellation; without an outcome nothing."""
    row = {
        "appointment_date": "2026-05-05",
        "appointment_cancelled_date": "2026-05-01",
        "attended_or_did_not_attend_code": code,
        "referral_to_treatment_period_status": "20",
    }
    columns = ("event_date", "event_type", "referral_to_treatment_period_status")
    assert events(columns=columns, appointments=[row]) == ([expected] if expected else [])


def test_a_cancellation_without_its_date_lies_on_the_appointment():
    row = {"appointment_date": "2026-05-05", "attended_or_did_not_attend_code": "2"}
    assert events(appointments=[row]) == ["2026-05-05 patient_cancel"]


@pytest.mark.parametrize(
    ("code", "event_type"), [("1", "first_dna"), ("3", "first_dna"), ("2", "later_dna"), ("4", "later_dna"), (None, "first_dna")]
)
def test_a_missed_appointment_is_first_or_later(code, event_type):
    """RTT-R28, R29: by the first-attendance code; without one, by whether anything was attended before."""
    row = {
        "appointment_date": "2026-05-05",
        "attended_or_did_not_attend_code": "3",
        "first_attendance_code": code,
        "is_communicated": False,
    }
    assert events(columns=("event_type", "is_communicated"), appointments=[row]) == [f"{event_type} False"]


def test_a_missed_appointment_after_an_attendance_is_later():
    attended = {"appointment_date": "2026-04-01", "attended_or_did_not_attend_code": "5"}
    missed = {"appointment_date": "2026-05-05", "attended_or_did_not_attend_code": "3"}
    assert events(appointments=[missed, attended]) == ["2026-04-01 attend", "2026-05-05 later_dna"]


def test_contact_and_offer_after_a_missed_appointment():
    """RTT-R11: the patient's contact and the clinician's decision are events of their own."""
    row = {
        "appointment_date": "2026-05-05",
        "attended_or_did_not_attend_code": "3",
        "first_attendance_code": "1",
        "appointment_booked_date": "2026-04-01",
        "rebook_contact_date": "2026-05-12",
        "clinician_offer_decision_date": "2026-05-07",
    }
    assert events(appointments=[row]) == [
        "2026-04-01 appointment_booked",
        "2026-05-05 first_dna",
        "2026-05-07 clinician_offer_decision",
        "2026-05-12 rebook_contact",
    ]


def test_an_administrative_stop_is_no_attendance():
    """RTT-R18: first-attendance code 5 is a stop by phone or letter, whatever its attendance code."""
    row = {
        "appointment_date": "2026-05-05",
        "appointment_booked_date": "2026-05-05",
        "attended_or_did_not_attend_code": "5",
        "first_attendance_code": "5",
        "referral_to_treatment_period_status": "34",
    }
    columns = ("event_type", "referral_to_treatment_period_status")
    assert events(columns=columns, appointments=[row]) == ["administrative_stop 34"]


@pytest.mark.parametrize(
    ("reason", "event_type"),
    [*sorted(rule.DECISION_EVENTS.items()), (None, "decision_to_treat"), ("diagnostic", None)],
)
def test_what_was_decided(reason, event_type):
    """RTT-R07, R08, R10: the decision's reason says which event; one for a diagnostic procedure is none (R22)."""
    row = {"decided_to_admit_date": "2026-04-21", "elective_admission_type_code": "11", "decision_reason": reason}
    assert events(waiting_list_entries=[row]) == ([f"2026-04-21 {event_type}"] if event_type else [])


@pytest.mark.parametrize(
    ("as_of", "removal_date", "expected"),
    [
        ("2026-06-01", None, []),
        ("2026-06-02", None, ["2026-06-01 planned_due_missed"]),
        ("2026-09-01", "2026-06-01", []),
        ("2026-09-01", "2026-06-02", ["2026-06-01 planned_due_missed"]),
    ],
)
def test_a_planned_date_that_passed(as_of, removal_date, expected):
    """RTT-R14: the due date has passed and the patient was still on the list; on the due date itself it has not."""
    row = {
        "decided_to_admit_date": "2026-01-01",
        "elective_admission_type_code": "13",
        "decision_reason": "treatment",
        "planned_due_date": "2026-06-01",
        "removal_date": removal_date,
    }
    assert events(as_of=DATE(as_of), waiting_list_entries=[row]) == expected


def test_declining_a_date_is_not_declining_treatment():
    """RTT-R26."""
    row = {
        "decided_to_admit_date": "2026-01-01",
        "elective_admission_type_code": "12",
        "date_declined_date": "2026-02-01",
        "treatment_declined_date": "2026-03-01",
    }
    assert events(waiting_list_entries=[row]) == [
        "2026-01-01 decision_to_treat",
        "2026-02-01 decline_date",
        "2026-03-01 decline_treatment",
    ]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"spell_result": "treated"}, ["2026-07-01 admit_treat"]),
        ({"spell_result": "diagnostic"}, ["2026-07-01 diagnostic_admission"]),
        ({"spell_result": "not_done"}, ["2026-07-01 admit_not_done"]),
        ({"spell_result": "not_needed"}, ["2026-07-01 admit_not_done", "2026-07-01 decision_not_to_admit"]),
        (
            {"spell_result": "diagnostic", "no_admission_needed_date": "2026-07-09"},
            ["2026-07-01 diagnostic_admission", "2026-07-09 decision_not_to_admit"],
        ),
        ({"referral_to_treatment_period_status": "30"}, ["2026-07-01 admit_treat"]),
        ({"referral_to_treatment_period_status": "20"}, []),
    ],
)
def test_what_an_admission_did(row, expected):
    """RTT-R21, R22: treated, diagnostic, not done; an admission without a result counts only with status 30."""
    assert events(spells=[row | {"start_date_hospital_provider_spell": "2026-07-01"}]) == expected


def test_what_lies_ahead_is_a_booking():
    """An appointment or date to come in after `as_of` is no event; that it was booked is one."""
    appointment = {
        "appointment_date": "2026-12-01",
        "appointment_booked_date": "2026-11-01",
        "attended_or_did_not_attend_code": "0",
    }
    entry = {
        "decided_to_admit_date": "2026-10-01",
        "elective_admission_type_code": "11",
        "offered_for_admission_date": "2026-12-01",
    }
    assert events(appointments=[appointment], waiting_list_entries=[entry]) == [
        "2026-10-01 decision_to_treat",
        "2026-11-01 appointment_booked",
    ]
    attended = {"appointment_date": "2026-11-16", "attended_or_did_not_attend_code": "5"}
    assert events(appointments=[attended]) == []


def test_events_of_a_day_are_numbered_by_source_then_record():
    """The same rows give the same numbers, in whatever order they come."""
    referral = {"referral_route": "letter", "referral_request_received_date": "2026-05-05"}
    second = {"appointment_identifier": "A2", "appointment_date": "2026-05-05", "attended_or_did_not_attend_code": "5"}
    first = {"appointment_identifier": "A1", "appointment_date": "2026-05-05", "attended_or_did_not_attend_code": "5"}
    spell = {"start_date_hospital_provider_spell": "2026-05-05", "spell_result": "treated"}
    columns = ("event_sequence", "event_type", "source_dataset", "source_record")
    expected = [
        "1 referral_received referrals R1",
        "2 attend appointments A1",
        "3 attend appointments A2",
        "4 admit_treat spells R1",
    ]
    assert events(columns=columns, referrals=[referral], appointments=[second, first], spells=[spell]) == expected
    assert events(columns=columns, referrals=[referral], appointments=[first, second], spells=[spell]) == expected


def test_an_event_carries_its_own_row():
    """Service columns come from the event's own row, person columns from referrals only; intake's columns go along."""
    received = {"referral_route": "letter", "referral_request_received_date": "2026-05-05", "sex": "2"}
    referral = extract("referrals", received | {"activity_treatment_function_code": "130"})
    referral = referral.mutate(source_row=ibis.literal(7), nhs_number_pseudonym=ibis.literal("abc"))
    admitted = {"start_date_hospital_provider_spell": "2026-06-05", "spell_result": "treated"}
    spell = extract("spells", admitted | {"activity_treatment_function_code": "100"})
    found = derived_rtt_events(referrals=referral, spells=spell, as_of=AS_OF).order_by("event_sequence").to_pyarrow().to_pylist()
    assert [
        (row["sex"], row["activity_treatment_function_code"], row["source_row"], row["nhs_number_pseudonym"]) for row in found
    ] == [
        ("2", "130", 7, "abc"),
        (None, "100", None, None),
    ]


def test_every_derived_type_is_a_canonical_one():
    """No derivation invents an event type, and the columns are those of the contract with the event's source."""
    named = set(rule.ROUTE_EVENTS.values()) | set(rule.DISCHARGE_EVENTS.values()) | set(rule.ATTENDANCE_EVENTS.values())
    named |= set(rule.DECISION_EVENTS.values()) | set(rule.SPELL_EVENTS.values())
    assert named <= set(EVENT_TYPES)
    columns = derived_rtt_events(spells=extract("spells"), as_of=AS_OF).columns
    expected = [column.name for column in contracts()["rtt_events"].columns]
    assert list(columns[: len(expected)]) == expected
    assert {"source_dataset", "source_record"} <= set(columns)
