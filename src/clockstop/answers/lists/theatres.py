"""The theatre lists: sessions to come with room on them, patients cancelled at the last minute, and cases that cannot be timed."""

from ibis import _

from clockstop.answers.worklist import Breach, ListColumn, ListFilter, ListGroup, Worklist
from clockstop.contracts.theatre_codes import CANCELLATION_KINDS, SESSION_TYPES
from clockstop.rules.theatre_bookings import BEYOND, LOCK_WORDS
from clockstop.rules.theatre_stamps import TIMING_FLAGS

LOCK_TITLES = {**LOCK_WORDS, BEYOND: "More than 6 weeks ahead"}
THEATRE = ListColumn(name="theatre", heading="Theatre")
PROCEDURE = ListColumn(name="procedure_name", heading="Operation")
CASE = ListColumn(name="theatre_case_identifier", heading="Case", is_taken_only=True)
SESSION = ListColumn(name="theatre_session_identifier", heading="Session", is_taken_only=True)
OPCS = ListColumn(name="procedure_code", heading="OPCS-4", is_taken_only=True)

GAPS = Worklist(
    slug="theatre-gaps",
    title="Which theatre lists still have room?",
    name="Theatre list gaps",
    family="theatres",
    table="theatre_bookings",
    noun="session",
    where=_.is_ahead & (_.lock != BEYOND),
    key=("trust", "theatre_session_identifier"),
    columns=(
        ListColumn(name="session_date", heading="Day", kind="date"),
        ListColumn(name="lock", heading="Lock", kind="code", titles=LOCK_TITLES, below="session_date"),
        ListColumn(name="planned_start_at", heading="From", kind="instant"),
        ListColumn(name="planned_end_at", heading="To", kind="instant", is_taken_only=True),
        THEATRE,
        ListColumn(name="site", heading="Site", below="theatre"),
        ListColumn(name="service", heading="Service", kind="service"),
        ListColumn(name="session_type", heading="Type", kind="code", titles=SESSION_TYPES, below="service"),
        ListColumn(name="consultant", heading="Consultant"),
        ListColumn(name="planned_minutes", heading="Planned", kind="minutes"),
        ListColumn(name="booked_cases", heading="Cases booked", kind="number"),
        ListColumn(name="booked_minutes", heading="Booked with turnaround", kind="minutes"),
        ListColumn(name="free_minutes", heading="Free", kind="minutes"),
        ListColumn(name="typical_minutes", heading="Typical case", kind="minutes"),
        ListColumn(name="fits_cases", heading="More that fit", kind="number"),
        SESSION,
    ),
    filters=(
        ListFilter(column="lock", label="Lock", choices=LOCK_TITLES),
        ListFilter(column="has_room", label="Room for a typical case", kind="truth"),
        ListFilter(column="theatre", label="Theatre"),
        ListFilter(column="consultant", label="Consultant"),
        ListFilter(column="session_type", label="Type of session", choices=SESSION_TYPES, is_folded=True),
        ListFilter(column="session_date", label="Day", kind="range", is_folded=True),
        ListFilter(column="free_minutes", label="Free minutes", kind="range", unit="minutes", is_folded=True),
        ListFilter(column="fits_cases", label="More that fit", kind="range", is_folded=True),
    ),
    groups=(
        ListGroup(slug="room_two_weeks", title="Room within 2 weeks", truth=_.has_room & (_.lock == "two")),
        ListGroup(slug="room_four_weeks", title="Room in 2 to 4 weeks", truth=_.has_room & (_.lock == "four")),
        ListGroup(slug="room_six_weeks", title="Room in 4 to 6 weeks", truth=_.has_room & (_.lock == "six")),
        ListGroup(slug="nobody", title="Nobody booked", truth=_.booked_cases == 0),
        ListGroup(slug="overbooked", title="Booked beyond the end", truth=_.is_overbooked),
    ),
    order=("session_date", "-free_minutes"),
    breach=None,
    booked=_.booked_cases > 0,
    has_patients=False,
    has_notes=False,
    note="Free minutes are the planned minutes less the expected minutes of the cases booked and a turnaround between each two. "
    "A typical case is the service's median touch time of the last half year. Only minutes free on one list hold a patient: "
    "ten lists with ten minutes each hold nobody. Sessions that were cancelled are left out.",
)

GUARANTEE = Worklist(
    slug="cancelled-operations",
    title="Who was cancelled on the day, and must be treated within 28 days?",
    name="28-day guarantee",
    family="theatres",
    table="theatre_cancellations",
    noun="patient",
    where=_.is_open,
    key=("trust", "theatre_case_identifier"),
    columns=(
        PROCEDURE,
        ListColumn(name="start_date", heading="Cancelled", kind="date"),
        ListColumn(name="cancelled_reason", heading="Why", below="start_date"),
        ListColumn(name="days_waited", heading="Days since", kind="days"),
        ListColumn(name="due_date", heading="Treat by", kind="date"),
        ListColumn(name="next_operation_date", heading="New date", kind="date"),
        ListColumn(name="is_booked_in_time", heading="New date in time", kind="truth"),
        ListColumn(name="consultant", heading="Consultant"),
        THEATRE,
        ListColumn(name="cancellation_kind", heading="Cancelled by", kind="code", titles=CANCELLATION_KINDS, is_taken_only=True),
        OPCS,
        CASE,
        SESSION,
    ),
    filters=(
        ListFilter(column="is_booked_in_time", label="New date in time", kind="truth"),
        ListFilter(column="consultant", label="Consultant"),
        ListFilter(column="days_to_breach", label="Days to breach", kind="range", unit="days"),
        ListFilter(column="start_date", label="Cancelled", kind="range", is_folded=True),
    ),
    groups=(
        ListGroup(slug="broken", title="Day 28 has passed", truth=_.days_to_breach < 0),
        ListGroup(slug="next_7", title="Day 28 in the next 7 days", truth=_.days_to_breach.between(0, 7)),
        ListGroup(slug="no_date", title="No new date", truth=_.next_operation_date.isnull()),
        ListGroup(slug="too_late", title="New date after day 28",
                  truth=_.next_operation_date.notnull() & ~_.is_booked_in_time),
    ),
    order=("days_to_breach",),
    breach=Breach(heading="To day 28"),
    booked=_.next_operation_date.notnull(),
    note="Cancelled by the hospital on the day of admission or operation, or later, for a reason that is not clinical, and not "
    "treated yet. A second cancellation does not start the 28 days again.",
)  # fmt: skip

UNTIMED = Worklist(
    slug="untimed-operations",
    title="Which operations cannot be timed?",
    name="Operations without times",
    family="theatres",
    table="theatre_cases_timed",
    noun="operation",
    where=_.is_performed & ((~_.is_timed) | _.timing_flags.contains("steps_out_of_order")),
    key=("trust", "theatre_case_identifier"),
    columns=(
        ListColumn(name="operation_date", heading="Day", kind="date"),
        PROCEDURE,
        THEATRE,
        ListColumn(name="timing_flags", heading="What is wrong", kind="code", titles=TIMING_FLAGS),
        ListColumn(name="anaesthetic_start_at", heading="Anaesthetic", kind="instant"),
        ListColumn(name="into_theatre_at", heading="Into theatre", kind="instant"),
        ListColumn(name="out_of_theatre_at", heading="Out of theatre", kind="instant"),
        ListColumn(name="knife_to_skin_at", heading="Knife to skin", kind="instant", is_taken_only=True),
        ListColumn(name="closure_at", heading="Closure", kind="instant", is_taken_only=True),
        ListColumn(name="into_recovery_at", heading="Into recovery", kind="instant", is_taken_only=True),
        OPCS,
        CASE,
        SESSION,
    ),
    filters=(
        ListFilter(column="theatre", label="Theatre"),
        ListFilter(column="operation_date", label="Day", kind="range"),
    ),
    groups=(
        ListGroup(slug="untimed", title="No touch time", truth=~_.is_timed),
        ListGroup(slug="out_of_order", title="Steps out of order", truth=_.timing_flags.contains("steps_out_of_order")),
    ),
    order=("-operation_date",),
    breach=None,
    has_notes=False,
    note="They count as cases, and their minutes are missing from utilisation.",
)

LISTS = (GAPS, GUARANTEE, UNTIMED)
