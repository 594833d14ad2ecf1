"""The fact tables of the emergency department: visits, handovers, responses of specialties, states of areas (operations.md 1)."""

from clockstop.rules.emergency_handovers import ambulance_handovers
from clockstop.rules.emergency_now import ed_patients_now
from clockstop.rules.emergency_records import VISIT
from clockstop.rules.emergency_responses import ed_specialty_responses
from clockstop.rules.emergency_states import ed_area_states
from clockstop.rules.emergency_take import emergency_take
from clockstop.rules.emergency_visits import emergency_attendances
from clockstop.rules.fact import Fact

FACTS = (
    Fact(
        name="emergency_attendances",
        title="Visits to the emergency department",
        row="a visit, planned or not, SDEC among them; the records of one visit that was streamed on a site are one",
        needs=("ed_attendances", "ambulance_arrivals"),
        build=emergency_attendances,
        order=("start_date", "clock_start_minute", VISIT),
    ),
    Fact(
        name="ambulance_handovers",
        title="Ambulance handovers",
        row="an ambulance that came, handed over or not",
        needs=("ambulance_arrivals", "ed_attendances"),
        build=ambulance_handovers,
        order=("start_date", "arrival_minute", "ambulance_arrival_identifier"),
    ),
    Fact(
        name="ed_specialty_responses",
        title="Requests to specialties from the emergency department",
        row="a request to a specialty to see a patient",
        needs=("ed_service_requests", "ed_attendances"),
        build=ed_specialty_responses,
        order=("start_date", "requested_minute", "ed_service_request_identifier"),
    ),
    Fact(
        name="ed_area_states",
        title="States of the areas of the emergency department",
        row="an area at the instant of a picture",
        needs=("ed_states",),
        build=ed_area_states,
        order=("day", "taken_minute", "ed_state_identifier"),
    ),
    Fact(
        name="emergency_take",
        title="The emergency take",
        row="a patient who came to same day emergency care or was admitted as an emergency",
        needs=("ed_attendances", "inpatient_spells", "emergency_attendances"),
        build=emergency_take,
        order=("start_date", "patient_pathway_identifier"),
    ),
    Fact(
        name="ed_patients_now",
        title="Patients in the emergency department now",
        row="a patient who is there",
        needs=("ed_attendances", "ambulance_arrivals", "ed_service_requests"),
        build=ed_patients_now,
        order=("clock_start_minute", VISIT),
        is_live=True,
    ),
)
