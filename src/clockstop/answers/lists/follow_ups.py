"""The worklists of outpatients: overdue follow-ups, appointments without an outcome, PIFU to review, clinics and rooms."""

from ibis import _

from clockstop.answers.worklist import Breach, ListColumn, ListFilter, ListGroup, Worklist
from clockstop.contracts.outpatient_codes import PIFU_TYPE, RISK_CATEGORY, ROOM_TYPE, SESSION_STATUS, USE_SOURCE
from clockstop.measures.dimensions import WEEKDAYS
from clockstop.rules.follow_up_waits import BUCKETS

FOLLOW_UPS = Worklist(
    slug="follow_ups",
    title="Whose follow-up is late, and who has no date at all?",
    name="Planned and overdue follow-ups",
    noun="request",
    family="outpatients",
    table="follow_ups",
    where=_.is_listed,
    key=("trust", "follow_up_request_identifier"),
    columns=(
        ListColumn(name="bucket", heading="Where it stands", kind="code", titles=BUCKETS),
        ListColumn(name="days_overdue", heading="Days overdue", kind="number"),
        ListColumn(name="risk_category", heading="Risk", kind="code", titles=RISK_CATEGORY),
        ListColumn(name="booked_date", heading="Booked", kind="date"),
        ListColumn(name="lapsed_booking_date", heading="Booking that passed", kind="date", below="booked_date"),
        ListColumn(name="requested_date", heading="Asked for on", kind="date"),
        ListColumn(name="clinic", heading="Clinic"),
        ListColumn(name="service", heading="Service", kind="service", below="clinic"),
        ListColumn(name="consultant", heading="Consultant", is_taken_only=True),
        ListColumn(name="asked_for_date", heading="Due date", kind="date", is_taken_only=True),
        ListColumn(name="days_waited", heading="Days since asked for", kind="number", is_taken_only=True),
        ListColumn(name="follow_up_request_identifier", heading="Request", is_taken_only=True),
    ),
    filters=(
        ListFilter(column="bucket", label="Where it stands", choices=BUCKETS),
        ListFilter(column="risk_category", label="Risk", choices=RISK_CATEGORY),
        ListFilter(column="clinic", label="Clinic", is_folded=True),
        ListFilter(column="consultant", label="Consultant", is_folded=True),
        ListFilter(column="days_overdue", label="Overdue", kind="range", unit="days", is_folded=True),
        ListFilter(column="due_date", label="Latest date", kind="range", is_folded=True),
    ),
    groups=(
        ListGroup(slug="no_due_date", title="No due date", truth=_.bucket == "no_due_date"),
        ListGroup(slug="overdue", title="Overdue", truth=_.is_overdue_now),
        ListGroup(slug="high_risk", title="Overdue and high risk", truth=_.is_overdue_now & (_.risk_category == "high")),
        ListGroup(slug="unbooked_overdue", title="Overdue, not booked", truth=_.bucket == "unbooked_overdue"),
        ListGroup(slug="booked_late", title="Booked too late", truth=_.bucket == "booked_after_lcad"),
        ListGroup(slug="due_soon", title="Due in 6 weeks, not booked", truth=_.bucket == "due_within_6_weeks_unbooked"),
    ),
    order=("risk_order", "-days_overdue"),
    breach=Breach(heading="To latest date"),
    booked=_.booked_date.notnull(),
    note="Days count from the latest clinically appropriate date; on the day itself a follow-up is still in time (OP-R12). "
    "A follow-up starts no RTT clock, so that no other list shows it.",
)

UNOUTCOMED = Worklist(
    slug="unoutcomed",
    title="Which past appointments have no outcome?",
    name="Appointments without an outcome",
    noun="appointment",
    family="outpatients",
    table="outpatient_attendances",
    where=_.has_no_outcome,
    key=("trust", "appointment_identifier"),
    columns=(
        ListColumn(name="appointment_date", heading="Appointment", kind="date"),
        ListColumn(name="days_since", heading="Days since", kind="number"),
        ListColumn(name="clinic", heading="Clinic"),
        ListColumn(name="service", heading="Service", kind="service", below="clinic"),
        ListColumn(name="consultant", heading="Consultant"),
        ListColumn(name="medium", heading="Medium"),
        ListColumn(name="outpatient_session_identifier", heading="Session", is_taken_only=True),
        ListColumn(name="appointment_identifier", heading="Appointment number", is_taken_only=True),
    ),
    filters=(
        ListFilter(column="clinic", label="Clinic"),
        ListFilter(column="consultant", label="Consultant", is_folded=True),
        ListFilter(column="appointment_date", label="Appointment", kind="range", is_folded=True),
    ),
    groups=(
        ListGroup(slug="late", title="After five working days", truth=_.is_unoutcomed),
        ListGroup(slug="in_time", title="Still in time", truth=~_.is_unoutcomed),
    ),
    order=("-days_since",),
    breach=None,
    note="The fifth working day after an appointment is still in time (OP-R16); bank holidays and weekends do not count. "
    "Until its outcome is recorded, an appointment neither stops a clock nor counts as activity.",
)

PIFU_TO_REVIEW = Worklist(
    slug="pifu_to_review",
    title="Whose patient initiated follow-up has run out?",
    name="PIFU to review",
    noun="episode",
    family="outpatients",
    table="pifu",
    where=_.needs_review,
    key=("trust", "pifu_episode_identifier"),
    columns=(
        ListColumn(name="expiry_date", heading="Ended", kind="date"),
        ListColumn(name="days_past_expiry", heading="Days ago", kind="number"),
        ListColumn(name="pifu_type", heading="Kind", kind="code", titles=PIFU_TYPE),
        ListColumn(name="contacts", heading="Contacts", kind="number"),
        ListColumn(name="service", heading="Service", kind="service"),
        ListColumn(name="consultant", heading="Consultant", below="service"),
    ),
    filters=(ListFilter(column="pifu_type", label="Kind", choices=PIFU_TYPE),),
    order=("-days_past_expiry",),
    breach=None,
    note="On its end date an episode is to become a discharge or a review; nothing here ends it by itself.",
)

CLINIC_SESSIONS = Worklist(
    slug="clinic_sessions",
    title="Which clinics were held, and how full were they?",
    name="Outpatient sessions",
    noun="session",
    family="outpatients",
    table="outpatient_slots",
    key=("trust", "outpatient_session_identifier"),
    columns=(
        ListColumn(name="clinic", heading="Clinic"),
        ListColumn(name="service", heading="Service", kind="service", below="clinic"),
        ListColumn(name="session_start_at", heading="Session", kind="instant"),
        ListColumn(name="session_status", heading="Held", kind="code", titles=SESSION_STATUS),
        ListColumn(name="cancelled_reason", heading="Why not", below="session_status"),
        ListColumn(name="notice_days", heading="Notice, days", kind="number"),
        ListColumn(name="slots_available", heading="Slots", kind="number"),
        ListColumn(name="slots_blocked", heading="Blocked", kind="number"),
        ListColumn(name="slots_booked", heading="Booked", kind="number"),
        ListColumn(name="slots_attended", heading="Attended", kind="number"),
        ListColumn(name="why_over_full", heading="Why over full"),
        ListColumn(name="room_identifier", heading="Room"),
        ListColumn(name="session_date", heading="Day", kind="date", is_taken_only=True),
        ListColumn(name="outpatient_session_identifier", heading="Session number", is_taken_only=True),
    ),
    filters=(
        ListFilter(column="clinic", label="Clinic"),
        ListFilter(column="session_status", label="Held", choices=SESSION_STATUS),
        ListFilter(column="weekday", label="Weekday", choices=WEEKDAYS, is_folded=True),
        ListFilter(column="room_identifier", label="Room", is_folded=True),
        ListFilter(column="session_date", label="Day", kind="range", is_folded=True),
    ),
    groups=(
        ListGroup(slug="past", title="Held so far", truth=_.is_past & _.is_held),
        ListGroup(slug="empty_slots", title="Held with empty slots", truth=_.is_past & _.is_held & (_.slots_free > 0)),
        ListGroup(slug="late_cancelled", title="Cancelled under 6 weeks", truth=_.is_cancelled_at_short_notice),
        ListGroup(slug="to_fill", title="To come, with free slots", truth=~_.is_past & _.is_held & (_.slots_free > 0)),
        ListGroup(slug="over_full", title="Over full", truth=_.why_over_full.notnull()),
    ),
    order=("-session_date",),
    breach=None,
    has_patients=False,
    has_notes=False,
    note="Slots are those of sessions that were held, without the blocked ones (OP-R04); a booking is one that stood when the "
    "clinic began. Group clinics and double booking can take a session over its slots.",
)

ROOM_SESSIONS = Worklist(
    slug="room_sessions",
    title="Which rooms stood empty, and when?",
    name="Rooms by half-day",
    noun="room half-day",
    family="outpatients",
    table="room_use",
    where=_.is_open,
    key=("trust", "room_identifier", "day", "half_day"),
    columns=(
        ListColumn(name="location", heading="Location"),
        ListColumn(name="room_name", heading="Room"),
        ListColumn(name="room_identifier", heading="Number", below="room_name"),
        ListColumn(name="day", heading="Day", kind="date"),
        ListColumn(name="weekday", heading="Weekday", kind="code", titles=WEEKDAYS, below="day"),
        ListColumn(name="half_day", heading="Half-day"),
        ListColumn(name="clinics", heading="Clinics"),
        ListColumn(name="open_minutes", heading="Open", kind="minutes"),
        ListColumn(name="booked_minutes", heading="Booked", kind="minutes"),
        ListColumn(name="used_minutes", heading="In use", kind="minutes"),
        ListColumn(name="use_source", heading="Measured by", kind="code", titles=USE_SOURCE),
        ListColumn(name="room_type", heading="Kind of room", kind="code", titles=ROOM_TYPE, is_taken_only=True),
        ListColumn(name="closed_minutes", heading="Closed", kind="minutes", is_taken_only=True),
    ),
    filters=(
        ListFilter(column="location", label="Location"),
        ListFilter(column="weekday", label="Weekday", choices=WEEKDAYS),
        ListFilter(column="half_day", label="Half-day", choices={"Morning": "Morning", "Afternoon": "Afternoon"}),
        ListFilter(column="room_identifier", label="Room", is_folded=True),
        ListFilter(column="room_type", label="Kind of room", choices=ROOM_TYPE, is_folded=True),
        ListFilter(column="day", label="Day", kind="range", is_folded=True),
    ),
    groups=(
        ListGroup(slug="empty", title="Not used at all", truth=_.is_empty),
        ListGroup(slug="booked_unused", title="Booked and not used", truth=_.is_empty & (_.booked_minutes > 0)),
        ListGroup(slug="not_booked", title="Open and not booked", truth=_.booked_minutes == 0),
    ),
    order=("-day",),
    breach=None,
    has_patients=False,
    has_notes=False,
    note="Overlaps in one room count once, and only within its open hours (OP-R13). Each room says by what its use is measured.",
)

LISTS = (FOLLOW_UPS, UNOUTCOMED, PIFU_TO_REVIEW, CLINIC_SESSIONS, ROOM_SESSIONS)
