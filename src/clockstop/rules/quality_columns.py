"""What the columns of any contract mean to the rules of quality: which are wanted, tell of the past, or point elsewhere."""

from collections.abc import Iterable

import ibis
from ibis.expr.types import BooleanValue, DateValue, StringValue

from clockstop.contracts.contract import Column, Contract
from clockstop.contracts.people import PATHWAY, PERSON, SERVICE

# Beside what a contract requires, every record of these columns should say it: who, where, whose.
_OF_EVERY_DATASET = {column.name for column in (*PATHWAY, *PERSON, *SERVICE)} - {"patient_pathway_identifier"}
# What else a dataset's records should say, whatever became of them since.
_OF_ONE_DATASET = {
    "ambulance_arrivals": ("ambulance_incident_identifier",),
    "appointments": ("appointment_booked_date", "first_attendance_code", "clinic_code", "consultation_medium_used"),
    "cancer_records": ("source_of_referral_for_out_patients", "two_week_wait_cancer_or_symptomatic_breast_referral_type"),
    "cancer_transfers": ("organisation_identifier_referring", "organisation_identifier_receiving"),
    "cancer_treatments": ("cancer_treatment_modality", "cancer_care_setting_treatment"),
    "clinic_templates": ("session_start_time", "session_end_time"),
    "diagnostic_requests": ("request_source",),
    "discharge_ready_dates": ("recorded_at",),
    "ed_attendances": (
        "emergency_care_attendance_category", "emergency_care_arrival_mode", "emergency_care_acuity",
        "emergency_care_chief_complaint",
    ),
    "follow_up_requests": ("risk_category", "clinic_code"),
    "inpatient_spells": ("patient_classification_code", "source_of_admission_code"),
    "outpatient_sessions": ("session_start_at", "session_end_at", "room_identifier"),
    "pifu_episodes": ("expiry_date", "pifu_type"),
    "spells": ("admission_method_code",),
    "specialist_advice_requests": ("advice_channel", "referring_practice"),
    "theatre_cases": ("procedure_code", "case_urgency", "booked_date", "expected_minutes"),
    "virtual_ward_stays": ("virtual_ward_entry",),
    "waiting_list_entries": ("intended_management_code", "procedure_priority_code", "decision_reason"),
    "ward_bed_states": ("beds_occupied",),
    "ward_patient_days": ("meets_criteria_to_reside", "colour"),
    "wards": ("ward_name",),
}  # fmt: skip
# Words that stand where nothing is known, and codes that the NHS Data Dictionary keeps for it (consultants, sites, practices).
NOT_KNOWN_WORDS = (
    "",
    "-",
    "--",
    ".",
    "?",
    "??",
    "N/A",
    "NA",
    "NULL",
    "NONE",
    "NIL",
    "UNKNOWN",
    "NOT KNOWN",
    "UNK",
    "TBC",
    "XXX",
    "#N/A",
)
NOT_KNOWN_CODES = {
    "consultant_code": ("C9999998", "CD999998", "D9999998", "M9999998", "N9999998", "H9999998", "R9999981", "X9999998"),
    "organisation_site_identifier_of_treatment": ("89997", "89999", "R9998", "00000", "99999"),
    "referring_practice": ("V81997", "V81998", "V81999"),
    "commissioner": ("Q99", "X98", "99999"),
    "activity_treatment_function_code": ("000", "998", "999"),
    "procedure_code": ("X999", "X99.9"),
}
_SAYS_UNKNOWN = ("not known", "not yet known", "unknown")
# Days on which a validity begins or ends: they may lie far back, or far ahead for "no end".
VALIDITY = ("effective_from_date", "effective_to_date", "open_from_date", "open_to_date", "valid_from_date", "valid_to_date")
# A column that points to a record of another dataset, and the column that it stands under there.
LINKS = {
    "hospital_provider_spell_identifier": ("inpatient_spells", "hospital_provider_spell_identifier"),
    "emergency_care_attendance_identifier": ("ed_attendances", "emergency_care_attendance_identifier"),
    "diagnostic_request_identifier": ("diagnostic_requests", "diagnostic_request_identifier"),
    "duplicate_of_request_identifier": ("diagnostic_requests", "diagnostic_request_identifier"),
    "theatre_session_identifier": ("theatre_sessions", "theatre_session_identifier"),
    "cancer_record_identifier": ("cancer_records", "cancer_record_identifier"),
    "outpatient_session_identifier": ("outpatient_sessions", "outpatient_session_identifier"),
    "clinic_template_identifier": ("clinic_templates", "clinic_template_identifier"),
    "room_identifier": ("rooms", "room_identifier"),
    "ward_code": ("wards", "ward_code"),
}
# Days and instants that tell of what has happened, though their contract lets them lie after the load by some minutes.
_OF_THE_PAST = {
    "ambulance_arrivals": ("ambulance_arrived_at", "handover_completed_at", "ambulance_clear_at"),
    "appointments": ("arrived_at", "seen_at", "left_at", "appointment_booked_date", "appointment_cancelled_date"),
    "board_rounds": ("round_started_at", "round_ended_at"),
    "discharge_ready_dates": ("recorded_at",),
    "ed_service_requests": ("requested_at", "assessed_at"),
    "ed_states": ("taken_at",),
    "follow_up_requests": ("closed_date",),
    "inpatient_spells": ("spell_ended_at", "discharge_lounge_at", "estimated_discharge_date_set_at"),
    "outpatient_sessions": ("first_start_at", "last_end_at"),
    "pifu_episodes": ("closed_date",),
    "referrals": ("rejected_date", "discharge_date", "person_death_date", "death_notified_date", "last_pas_validation_date"),
    "room_bookings": ("used_start_at", "used_end_at"),
    "spells": ("discharge_date_hospital_provider_spell",),
    "virtual_ward_stays": ("virtual_ward_started_at", "virtual_ward_ended_at"),
    "waiting_list_entries": ("decided_to_admit_date", "removal_date", "last_pas_validation_date"),
    "ward_bed_states": ("taken_at",),
    "ward_patient_days": ("round_date",),
    "ward_stays": ("ward_stay_started_at", "ward_stay_ended_at"),
}
# Columns with a code in free text, in which one thing may be spelt in two ways.
_SPELT = (
    "activity_treatment_function_code", "organisation_site_identifier_of_treatment", "consultant_code", "clinic_code", "ward_code",
    "theatre", "referring_practice", "commissioner",
)  # fmt: skip
BIRTH, PSEUDONYM, NHS_NUMBER = "person_birth_date", "nhs_number_pseudonym", "nhs_number"


def kept_name(column: Column) -> str:
    """The name under which loads keep the column."""
    return PSEUDONYM if column.is_nhs_number else column.name


def wanted(contract: Contract) -> tuple[Column, ...]:
    """The columns that every record should fill, beside those that the contract requires.

    >>> from clockstop.contracts import contracts
    >>> [column.name for column in wanted(contracts()["ward_bed_states"])]
    ['beds_occupied', 'organisation_site_identifier_of_treatment']
    """
    names = {*_OF_EVERY_DATASET, *_OF_ONE_DATASET.get(contract.name, ())}
    return tuple(column for column in contract.columns if column.name in names and not column.is_required)


def not_known(column: Column) -> tuple[str, ...]:
    """The codes by which the column says that nothing is known.

    >>> from clockstop.contracts.codes import SEX
    >>> not_known(Column(name="sex", type="code", meaning="", codes=SEX))
    ('X',)
    """
    said = tuple(code for code, meaning in column.codes.items() if meaning.lower().startswith(_SAYS_UNKNOWN))
    return (*said, *NOT_KNOWN_CODES.get(column.name, ()))


def event_days(contract: Contract) -> tuple[Column, ...]:
    """The days and instants of something that happened or is to happen, neither a birth nor a validity."""
    dated = (column for column in contract.columns if column.type in ("date", "instant"))
    return tuple(column for column in dated if column.name not in (BIRTH, *VALIDITY))


def days_of_the_past(contract: Contract) -> tuple[Column, ...]:
    """The days and instants that cannot lie after the day of the data; those that intake holds to it are left out."""
    names = _OF_THE_PAST.get(contract.name, ())
    return tuple(column for column in contract.columns if column.name in names and column.may_be_in_future)


def links(contract: Contract) -> dict[str, tuple[str, str]]:
    """The columns that point to a record of another dataset: dataset and column there.

    >>> from clockstop.contracts import contracts
    >>> links(contracts()["ward_bed_states"])
    {'ward_code': ('wards', 'ward_code')}
    """
    names = (column.name for column in contract.columns)
    own = contract.key[0] if len(contract.key) == 1 else ""
    return {name: LINKS[name] for name in names if name in LINKS and name != own and LINKS[name][0] != contract.name}


def spelt(contract: Contract) -> tuple[Column, ...]:
    """The columns in which a place or person stands as a free code."""
    return tuple(column for column in contract.columns if column.name in _SPELT and not column.codes)


def surrogate(contract: Contract) -> str:
    """The column of the key that says nothing but which record this is; empty where the key tells of the thing itself."""
    if contract.name == "rtt_events":
        return "event_sequence"
    return contract.key[0] if len(contract.key) == 1 and contract.key[0].endswith("_identifier") else ""


def is_among(value: StringValue | DateValue, words: Iterable[object]) -> BooleanValue:
    """Whether the value is one of these; null where it is null.

    As a list that is looked through: engines plan a long `IN` as a join, which for a dozen columns takes longer than the rows.
    """
    listed = ibis.array([ibis.literal(word) for word in words])
    return value.isnull().ifelse(ibis.null("boolean"), listed.contains(value))
