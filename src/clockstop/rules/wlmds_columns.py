"""The columns of the weekly waiting list rows (WLMDS), as dated configuration: the specification itself we have not read.

Those that are sure were seen in use (planned-care.md 1.13, sources S6 and S11); of the others we think that such rows need them, or
that they carry what we know. A change of the column set is a change here: give the column the first, or the last, week ending on
which it is sent.
"""

from dataclasses import dataclass
from datetime import date

OPEN, STARTS, STOPS, PLANNED = "open", "clock_starts", "clock_stops", "planned_diagnostics"
SECTIONS = {
    OPEN: "Open pathways at the end of the week",
    STARTS: "Clock starts in the week",
    STOPS: "Clock stops in the week",
    PLANNED: "Planned diagnostics at the end of the week",
}
# The list types that are known; others exist, and are not invented here.
NON_ADMITTED, ADMITTED, PLANNED_TYPE = "ORTT", "IRTT", "PLN"
LIST_TYPES = {NON_ADMITTED: "RTT, not admitted", ADMITTED: "RTT, admitted", PLANNED_TYPE: "Planned, in the diagnostic section"}


@dataclass(frozen=True, kw_only=True)
class WeeklyColumn:
    """A column of the weekly rows. `needed_in` are the sections of which every row must have it; `is_held` where we have it at all.

    `is_ours`: no column of the national file; it helps to check the rows, or to join to the trust's own system.
    """

    name: str
    meaning: str
    kind: str = "text"
    is_sure: bool = True
    is_held: bool = True
    is_ours: bool = False
    needed_in: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None


_RTT = (OPEN, STARTS, STOPS)
_ALL = (*_RTT, PLANNED)
_PERIOD = "referral_to_treatment_period"
COLUMNS = (
    WeeklyColumn(name="section", meaning="open pathway, clock start, clock stop or planned test", is_ours=True, needed_in=_ALL),
    WeeklyColumn(name="week_ending_date", meaning="the Sunday that ends the week", kind="date", needed_in=_ALL),
    WeeklyColumn(name="waiting_list_type", meaning="ORTT, IRTT or PLN; other types exist", needed_in=_ALL),
    WeeklyColumn(name="patient_pathway_identifier", meaning="the pathway", is_sure=False, needed_in=_RTT),
    WeeklyColumn(name="organisation_identifier_patient_pathway_identifier_issuer", meaning="who issued it", is_sure=False),
    WeeklyColumn(name="local_patient_identifier", meaning="the hospital number: by it the trust's own system finds the NHS number",
                 is_sure=False),
    WeeklyColumn(name="nhs_number_pseudonym", meaning="the keyed hash of the NHS number; no other is held", is_ours=True),
    WeeklyColumn(name="referral_request_received_date", meaning="the referral was received", kind="date"),
    WeeklyColumn(name=f"{_PERIOD}_start_date", meaning="the clock start", kind="date", needed_in=(OPEN, STARTS)),
    WeeklyColumn(name=f"{_PERIOD}_end_date", meaning="the clock stop", kind="date", needed_in=(STOPS,)),
    WeeklyColumn(name=f"{_PERIOD}_status", meaning="of a stop its own, else the last that was recorded", needed_in=(STOPS,)),
    WeeklyColumn(name="activity_treatment_function_code", meaning="the treatment function", needed_in=_RTT),
    WeeklyColumn(name="source_of_referral", meaning="who referred", is_held=False),
    WeeklyColumn(name="decision_to_admit_date", meaning="the decision to admit that stands", kind="date"),
    WeeklyColumn(name="intended_management_code", meaning="overnight or day case"),
    WeeklyColumn(name="tci_date", meaning="the date to come in", kind="date"),
    WeeklyColumn(name="procedure_priority_code", meaning="P1 to P6", is_sure=False),
    WeeklyColumn(name="outpatient_future_appointment_date", meaning="the next appointment that is booked", kind="date"),
    WeeklyColumn(name="date_last_attended", meaning="the last appointment attended", kind="date"),
    WeeklyColumn(name="first_activity_date", meaning="the first attendance since the clock start", kind="date"),
    WeeklyColumn(name="last_pas_validation_date", meaning="last validated", kind="date"),
    WeeklyColumn(name="proposed_procedure_opcs_code", meaning="the procedure", is_held=False),
    WeeklyColumn(name="organisation_identifier_code_of_provider", meaning="the trust", needed_in=_ALL),
    WeeklyColumn(name="organisation_site_identifier_of_treatment", meaning="the site"),
    WeeklyColumn(name="organisation_identifier_code_of_commissioner", meaning="the commissioner"),
    WeeklyColumn(name="diagnostic_modality", meaning="the test, of planned tests", needed_in=(PLANNED,)),
    WeeklyColumn(name="diagnostic_clock_start_date", meaning="from when the planned test waits", kind="date"),
    WeeklyColumn(name="derived_point_of_delivery", meaning="by RTT-R52", is_ours=True, needed_in=(OPEN,)),
)  # fmt: skip


def columns_on(day: date) -> tuple[WeeklyColumn, ...]:
    """The columns that are sent for the week that ends on the day.

    >>> len(columns_on(date(2026, 11, 15))) == len(COLUMNS)
    True
    """
    return tuple(one for one in COLUMNS if (one.since is None or one.since <= day) and (one.until is None or day <= one.until))
