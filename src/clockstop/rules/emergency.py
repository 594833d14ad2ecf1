"""The fact tables of the emergency department: visits, handovers, responses of specialties, states of areas (operations.md 1)."""

from clockstop.rules.emergency_visits import emergency_attendances
from clockstop.rules.fact import Fact

FACTS = (
    Fact(
        name="emergency_attendances",
        title="Visits to the emergency department",
        row="a visit, planned or not, SDEC among them; the records of one visit that was streamed on a site are one",
        needs=("ed_attendances", "ambulance_arrivals"),
        build=emergency_attendances,
        order=("start_date", "clock_start_minute", "emergency_care_attendance_identifier"),
    ),
)
