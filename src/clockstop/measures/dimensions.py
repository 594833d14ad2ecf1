"""The ways in which a measure can be cut, each with its title and the words for its values."""

from dataclasses import dataclass, field

from clockstop.contracts.activity_plans import POINT_OF_DELIVERY
from clockstop.contracts.codes import ETHNIC_CATEGORY, PRIORITY_TYPE, SEX
from clockstop.contracts.diagnostic_codes import DIAGNOSTIC_TEST, REQUEST_SOURCE
from clockstop.contracts.emergency_codes import ACUITY, AREA, ARRIVAL_MODE, ATTENDANCE_OUTCOME, DEPARTMENT_TYPE
from clockstop.contracts.outpatient_codes import RISK_CATEGORY, ROOM_TYPE, USE_SOURCE
from clockstop.contracts.theatre_codes import SESSION_TYPES
from clockstop.contracts.ward_codes import PATHWAY_OF_DISCHARGE, WARD_TYPE
from clockstop.rules.admissions import ADMISSION_CLASSES
from clockstop.rules.bed_base import BED_GROUPS
from clockstop.rules.bed_faults import FAULTS
from clockstop.rules.cancer_routes import ROUTES
from clockstop.rules.cancer_sites import MODALITY_TITLES, SITES
from clockstop.rules.discharge_ready import BAND_WORDS
from clockstop.rules.emergency_handovers import BAND_TITLES

UNKNOWN = "unknown"
# The order of the organisation: a row of `series` without a cut is one combination of these.
UNITS = ("trust", "division", "service", "site")
# A row of `series` with a cut has these and the cut's value; its site is empty.
CUT_UNITS = ("trust", "division", "service")


@dataclass(frozen=True)
class Dimension:
    """A column that slices a measure. `titles` are its codes in words; a code without one is shown as it is.

    `is_stored`: every refresh keeps its monthly series. The others are worked out when asked for.
    `is_personal`: about people, so its small numbers are the most telling.
    `tables`: the facts that have it; empty where it is place or person, which every fact may have.
    """

    name: str
    title: str
    titles: dict[str, str] = field(default_factory=dict)
    is_stored: bool = False
    is_personal: bool = False
    tables: tuple[str, ...] = ()

    def title_of(self, value: str) -> str:
        """The value in words."""
        return self.titles.get(value, "Not known" if value in (UNKNOWN, "") else value)


WEEKDAYS = {
    "1": "Monday", "2": "Tuesday", "3": "Wednesday", "4": "Thursday", "5": "Friday", "6": "Saturday", "7": "Sunday",
}  # fmt: skip

DIAGNOSTIC_TABLES = (
    "diagnostic_events", "diagnostic_clocks", "diagnostic_waits", "diagnostic_planned", "diagnostic_demand", "diagnostic_activity",
)  # fmt: skip

BED_TABLES = ("ward_nights", "virtual_ward_nights", "bed_stays", "bed_faults")
VISIT_TABLES = ("emergency_attendances", "ed_patients_now", "emergency_today")
DISCHARGE_TABLES = ("discharges", "patient_days", "board_round_days", "inpatients_now", "expected_discharges")
ACTIVITY_TABLES = ("activity", "activity_against_plan")
THEATRE_TABLES = ("theatre_cases_timed", "theatre_lists", "theatre_cancellations", "theatre_bookings")

_ALL = (
    Dimension("trust", "Trust"),
    Dimension("division", "Division", titles={UNKNOWN: "Service not known"}),
    Dimension("service", "Service"),
    Dimension("site", "Site"),
    Dimension("age_band", "Age", is_stored=True, is_personal=True),
    Dimension("sex", "Sex", titles=dict(SEX), is_stored=True, is_personal=True),
    Dimension("ethnic_category", "Ethnic category", titles=dict(ETHNIC_CATEGORY), is_stored=True, is_personal=True),
    Dimension(
        "deprivation_quintile",
        "Deprivation",
        titles={"1": "1, most deprived", "2": "2", "3": "3", "4": "4", "5": "5, least deprived"},
        is_stored=True,
        is_personal=True,
    ),
    Dimension("neighbourhood", "Neighbourhood", is_personal=True),
    Dimension("consultant", "Consultant"),
    Dimension("referring_practice", "Referring practice"),
    Dimension("commissioner", "Commissioner", titles={"NONC": "Not English"}, is_stored=True),
    Dimension("priority", "Priority", titles=dict(PRIORITY_TYPE), is_stored=True),
    Dimension("diagnostic_test", "Diagnostic test", titles=dict(DIAGNOSTIC_TEST), tables=DIAGNOSTIC_TABLES),
    Dimension(
        "request_source",
        "Who asked",
        titles=dict(REQUEST_SOURCE),
        tables=("diagnostic_waits", "diagnostic_planned", "diagnostic_demand", "diagnostic_activity"),
    ),
    Dimension("cancer_site", "Tumour site", titles=SITES, tables=("cancer_waits", "cancer_steps", "cancer_list")),
    Dimension("route", "Route to cancer care", titles=ROUTES, tables=("cancer_waits", "cancer_steps", "cancer_list")),
    Dimension("modality", "Treatment", titles=MODALITY_TITLES, tables=("cancer_waits", "cancer_list")),
    Dimension("clinic", "Clinic", tables=("outpatient_attendances", "outpatient_slots", "follow_ups")),
    Dimension("medium", "Medium", tables=("outpatient_attendances",)),
    Dimension("risk_category", "Risk", titles=dict(RISK_CATEGORY), tables=("follow_ups",)),
    Dimension("location", "Location", tables=("room_use",)),
    Dimension("weekday", "Weekday", titles=WEEKDAYS, tables=("room_use", "outpatient_slots", *DISCHARGE_TABLES[:3])),
    Dimension("half_day", "Half-day", tables=("room_use",)),
    Dimension("room_type", "Kind of room", titles=dict(ROOM_TYPE), tables=("room_use",)),
    Dimension("use_source", "Measured by", titles=dict(USE_SOURCE), tables=("room_use",)),
    Dimension("theatre", "Theatre", tables=THEATRE_TABLES),
    Dimension("ward_name", "Ward", tables=(*DISCHARGE_TABLES, *BED_TABLES)),
    Dimension("ward_type", "Kind of ward", titles=dict(WARD_TYPE), tables=("ward_nights", "bed_stays")),
    Dimension("bed_group", "Group of beds", titles=dict(BED_GROUPS), tables=("ward_nights", "bed_stays")),
    Dimension(
        "admission_class",
        "Kind of admission",
        titles=dict(ADMISSION_CLASSES),
        tables=("inpatient_stays", "bed_stays", "bed_faults"),
    ),
    Dimension("fault", "Fault", titles=dict(FAULTS), tables=("bed_faults",)),
    Dimension("department_type", "Department", titles=dict(DEPARTMENT_TYPE), tables=VISIT_TABLES),
    Dimension("arrival_mode", "Arrived by", titles=dict(ARRIVAL_MODE), tables=VISIT_TABLES),
    Dimension("arrival_hour", "Hour of arrival", tables=(*VISIT_TABLES, "ambulance_handovers")),
    Dimension("acuity", "Acuity", titles=dict(ACUITY), tables=(*VISIT_TABLES, "ambulance_handovers")),
    Dimension("area", "Area", titles=dict(AREA), tables=(*VISIT_TABLES, "ed_area_states")),
    Dimension("outcome", "Outcome", titles=dict(ATTENDANCE_OUTCOME), tables=VISIT_TABLES),
    Dimension("handover_band", "Handover", titles=dict(BAND_TITLES), tables=("ambulance_handovers",)),
    Dimension(
        "pathway_of_discharge",
        "Pathway of discharge",
        titles=dict(PATHWAY_OF_DISCHARGE),
        tables=("discharges", "patient_days", "inpatients_now", "expected_discharges"),
    ),
    Dimension("delay_reason", "Waited for", tables=("discharges", "inpatients_now")),
    Dimension("delay_band", "Delay after the ready date", titles=dict(BAND_WORDS), tables=("discharges",)),
    Dimension("red_reason", "What kept the day red", tables=("patient_days", "inpatients_now")),
    Dimension("point_of_delivery", "Point of delivery", titles=dict(POINT_OF_DELIVERY), tables=ACTIVITY_TABLES),
    Dimension("session_type", "Type of session", titles=dict(SESSION_TYPES), tables=THEATRE_TABLES),
    Dimension("is_admitted_pathway", "Admitted pathway", titles={"true": "Admitted", "false": "Not admitted"}, is_stored=True),
)

DIMENSIONS = {dimension.name: dimension for dimension in _ALL}
STORED_CUTS = tuple(dimension.name for dimension in _ALL if dimension.is_stored)


def dimensions_of(table: str) -> tuple[Dimension, ...]:
    """What can cut a measure of that table: place and person, then the table's own."""
    return tuple(dimension for dimension in _ALL if not dimension.tables or table in dimension.tables)
