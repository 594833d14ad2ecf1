"""How each trust words its columns and codes: other headers, other codes, other dates, as real extracts have."""

from dataclasses import dataclass, field

from clockstop.contracts import contracts
from clockstop.synthetic.organisations import GROUP_NAME, FileForm, Trust

# Aldermoor's warehouse: capitals and short words. What is not listed is our name in capitals.
WAREHOUSE = {
    "patient_pathway_identifier": "PATHWAY_ID",
    "organisation_identifier_patient_pathway_identifier_issuer": "PATHWAY_ISSUER",
    "referral_identifier": "REFRL_REFNO",
    "appointment_identifier": "APPT_REFNO",
    "waiting_list_entry_identifier": "WLIST_REFNO",
    "hospital_provider_spell_identifier": "SPELL_REFNO",
    "referral_request_received_date": "REF_RECD_DATE",
    "referral_route": "REF_ROUTE",
    "appointment_date": "APPT_DATE",
    "appointment_booked_date": "BOOKED_DATE",
    "appointment_cancelled_date": "CANCELLED_DATE",
    "attended_or_did_not_attend_code": "ATTND_CODE",
    "first_attendance_code": "FIRST_FUP_CODE",
    "outcome_of_attendance_code": "OUTCM_CODE",
    "referral_to_treatment_period_status": "RTT_STATUS",
    "decided_to_admit_date": "DTA_DATE",
    "elective_admission_type_code": "ELADM_TYPE",
    "intended_management_code": "INTMAN_CODE",
    "offered_for_admission_date": "TCI_DATE",
    "procedure_priority_code": "P_CODE",
    "removal_date": "REMVL_DATE",
    "elective_admission_list_removal_reason_code": "REMVL_REASON",
    "last_pas_validation_date": "VALID_DATE",
    "start_date_hospital_provider_spell": "ADMIT_DATE",
    "discharge_date_hospital_provider_spell": "DISCH_DATE",
    "admission_method_code": "ADMET_CODE",
    "activity_treatment_function_code": "TFC",
    "referral_to_treatment_period_start_date": "RTT_START_DT",
    "weeks_waited": "WKS_WAIT",
    "organisation_site_identifier_of_treatment": "SITE_CODE",
    "consultant_code": "CONS_CODE",
    "priority_type_code": "PRITY_CODE",
    "nhs_number": "NHS_NO",
    "local_patient_identifier": "HOSP_NO",
    "person_birth_date": "DOB",
    "index_of_multiple_deprivation_decile": "IMD_DECILE",
    "referring_practice": "GP_PRACTICE",
}

# Brackenfell's report writer: words with spaces, as a person typed them. What is not listed is our name with spaces.
REPORT = {
    "patient_pathway_identifier": "Pathway No",
    "organisation_identifier_patient_pathway_identifier_issuer": "Issued By",
    "referral_identifier": "Referral ID",
    "appointment_identifier": "Appointment ID",
    "waiting_list_entry_identifier": "WL Entry ID",
    "hospital_provider_spell_identifier": "Spell ID",
    "referral_request_received_date": "Date Referral Received",
    "referral_route": "How Referred",
    "appointment_date": "Clinic Date",
    "appointment_booked_date": "Date Booked",
    "appointment_cancelled_date": "Date Cancelled",
    "attended_or_did_not_attend_code": "Attendance",
    "first_attendance_code": "New/FU",
    "outcome_of_attendance_code": "Clinic Outcome",
    "referral_to_treatment_period_status": "RTT",
    "decided_to_admit_date": "Date on List",
    "decision_reason": "Listed For",
    "elective_admission_type_code": "List Type",
    "intended_management_code": "Day Case/IP",
    "offered_for_admission_date": "TCI",
    "procedure_priority_code": "Clinical Priority",
    "removal_date": "Date off List",
    "elective_admission_list_removal_reason_code": "Why off List",
    "last_pas_validation_date": "Last Validated",
    "start_date_hospital_provider_spell": "Admitted",
    "discharge_date_hospital_provider_spell": "Discharged",
    "admission_method_code": "Admission Method",
    "spell_result": "Result",
    "activity_treatment_function_code": "Specialty",
    "referral_to_treatment_period_start_date": "Clock Start",
    "weeks_waited": "Weeks",
    "organisation_site_identifier_of_treatment": "Site",
    "consultant_code": "Consultant",
    "priority_type_code": "Urgency",
    "nhs_number": "NHS Number",
    "local_patient_identifier": "Hospital No",
    "person_birth_date": "DOB",
    "sex": "Gender",
    "ethnic_category": "Ethnicity",
    "index_of_multiple_deprivation_decile": "IMD",
    "referring_practice": "Practice",
    "discharge_date": "Date Closed",
    "discharge_reason": "Why Closed",
    "event_date": "Date",
    "event_type": "Event",
    "event_sequence": "No",
}

# Ours -> Brackenfell's.
REPORT_CODES = {
    "attended_or_did_not_attend_code": {"5": "ATT", "6": "LATE", "7": "LNS", "2": "PCAN", "3": "DNA", "4": "HCAN", "0": "FUT"},
    "sex": {"1": "M", "2": "F", "9": "I", "X": "U"},
    "priority_type_code": {"1": "R", "2": "U", "3": "2WW"},
    "elective_admission_type_code": {"11": "WL", "12": "BOOKED", "13": "PLANNED"},
    "intended_management_code": {"1": "IP", "2": "DC", "4": "DC REG"},
    "referral_route": {
        "letter": "LETTER",
        "e_rs": "ERS",
        "slot_issue": "ASI",
        "assessment_service": "CAS",
        "interface": "MSK HUB",
        "self": "SELF",
        "emergency": "A&E",
        "separate_condition": "C2C",
        "transfer": "TERTIARY",
        "re_referral": "RE-REF",
    },
}


@dataclass(frozen=True)
class Words:
    """What a family adds: by file form, our columns to the trusts' headers; and Brackenfell's codes, as in `REPORT_CODES`."""

    headers: dict[FileForm, dict[str, str]] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)


NO_WORDS = Words()


def headers(form: FileForm, names: list[str], words: Words = NO_WORDS) -> dict[str, str]:
    """Our name of a column -> the trust's header, in the order given; each header once."""
    chosen: dict[str, str] = {}
    for name in names:
        header = words.headers.get(form, {}).get(name) or _header(form, name)
        chosen[name] = header if header not in chosen.values() else _plain_header(form, name)
    return chosen


def _header(form: FileForm, name: str) -> str:
    known = {"csv": WAREHOUSE, "csv_cp1252": REPORT}.get(form, {})
    return known.get(name) or _plain_header(form, name)


def _plain_header(form: FileForm, name: str) -> str:
    """Our own name as the trust's system would write it."""
    spaced = name.replace("_", " ")
    return {"csv": name.upper(), "csv_cp1252": spaced.title(), "xlsx": spaced.capitalize()}.get(form, name)


def codes(form: FileForm, words: Words = NO_WORDS) -> dict[str, dict[str, str]]:
    """By column, our code -> the trust's own."""
    return REPORT_CODES | words.codes if form == "csv_cp1252" else {}


def mapping_text(trust: Trust, dataset: str, names: list[str], words: Words = NO_WORDS) -> str:
    """The mapping file of a dataset, for `clockstop load`."""
    lines = [f"# Synthetic: {trust.name} is made up. How its {dataset} extract becomes ours."]
    if trust.file_form == "csv_cp1252":
        lines += ['encoding = "cp1252"', 'delimiter = ";"', 'date_formats = ["dd/mm/yyyy"]']
    if "nhs_number" in names:
        lines.append("pseudonymise = true")
    lines += ["", "[columns]"]
    lines += [f'{name} = "{header}"' for name, header in headers(trust.file_form, names, words).items() if header != name]
    known = {column.name for column in contracts()[dataset].columns}
    for column, theirs in codes(trust.file_form, words).items():
        if column in names and column in known:
            lines += ["", f"[codes.{column}]", *(f'"{local}" = "{ours}"' for ours, local in theirs.items())]
    return "\n".join(lines) + "\n"


def organisation_text(trust: Trust) -> str:
    """The organisation file of the trust, for `clockstop trust add`."""
    lines = [
        "# Synthetic: made up by `clockstop synthesise`.",
        f'code = "{trust.code}"', f'name = "{trust.name}"', f'character = "{trust.character}"', "is_synthetic = true",
        f'group = "{GROUP_NAME}"',
    ]  # fmt: skip
    for name, services in trust.divisions.items():
        quoted = ", ".join(f'"{service}"' for service in services)
        lines += ["", "[[divisions]]", f'name = "{name}"', f"services = [{quoted}]"]
    for code, name in trust.sites.items():
        lines += ["", "[[sites]]", f'code = "{code}"', f'name = "{name}"']
    return "\n".join(lines) + "\n"
