"""The fact tables of theatres: cases with their touch time, lists, cancellations and bookings (planned-care.md 7)."""

from clockstop.rules.fact import Fact
from clockstop.rules.theatre_bookings import theatre_bookings
from clockstop.rules.theatre_cancellations import theatre_cancellations
from clockstop.rules.theatre_lists import theatre_lists
from clockstop.rules.theatre_stamps import theatre_cases_timed

FACTS = (
    Fact(
        name="theatre_cases_timed",
        title="Theatre cases with their touch time",
        row="a case booked, operated or cancelled",
        needs=("theatre_cases", "theatre_sessions"),
        build=theatre_cases_timed,
        order=("operation_date", "theatre_session_identifier", "list_order", "theatre_case_identifier"),
    ),
    Fact(
        name="theatre_lists",
        title="Theatre lists",
        row="a theatre session, run or not",
        needs=("theatre_sessions", "theatre_cases_timed"),
        build=theatre_lists,
        order=("session_date", "theatre", "planned_start_at", "theatre_session_identifier"),
    ),
    Fact(
        name="theatre_cancellations",
        title="Operations cancelled at the last minute",
        row="a case cancelled on the day of admission or operation, or later",
        needs=("theatre_cases_timed",),
        build=theatre_cancellations,
        order=("cancelled_date", "theatre_case_identifier"),
    ),
    Fact(
        name="theatre_bookings",
        title="Bookings of theatre sessions",
        row="a theatre session with what is booked on it",
        needs=("theatre_sessions", "theatre_cases_timed"),
        build=theatre_bookings,
        order=("session_date", "theatre", "planned_start_at", "theatre_session_identifier"),
    ),
)
