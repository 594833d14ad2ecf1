"""Theatre sessions: which theatre was meant to run when, for whom, and what became of it."""

from clockstop.contracts.contract import Check, Column, Contract
from clockstop.contracts.people import SERVICE
from clockstop.contracts.theatre_codes import SESSION_STATUS, SESSION_TYPES

CONTRACT = Contract(
    name="theatre_sessions",
    title="Theatre sessions",
    key=("theatre_session_identifier",),
    window="session_date",
    grouped_by="theatre_session_identifier",
    columns=(
        Column(name="theatre_session_identifier", type="text", meaning="the source's own record id", is_required=True),
        Column(name="theatre", type="text", meaning="the theatre, as its trust calls it", is_required=True, max_length=60),
        Column(name="session_date", type="date", meaning="the day on which it begins", is_required=True),
        Column(name="planned_start_at", type="instant", meaning="when it is planned to begin", is_required=True),
        Column(name="planned_end_at", type="instant", meaning="when it is planned to end; a day later where it crosses midnight",
               is_required=True),
        Column(name="original_planned_start_at", type="instant", meaning="when it was first planned to begin"),
        Column(name="original_planned_end_at", type="instant", meaning="when it was first planned to end"),
        Column(name="planned_times_changed_date", type="date", meaning="the day on which the planned times were last changed"),
        Column(name="session_type", type="code", meaning="what it is kept for", is_required=True, codes=SESSION_TYPES),
        Column(name="session_status", type="code", meaning="whether it stands", is_required=True, codes=SESSION_STATUS),
        Column(name="cancelled_date", type="date", meaning="the day on which it was cancelled"),
        Column(name="cancelled_reason", type="text", meaning="why it was cancelled"),
        Column(name="is_hub", type="truth", meaning="a list of an elective hub, whose best-practice cases are its own"),
        *(column for column in SERVICE if column.name != "priority_type_code"),
    ),
    checks=(
        Check(code="ends_before_it_starts", column="planned_end_at", message="the session is planned to end before it has begun",
              is_wrong=lambda rows: rows.planned_end_at <= rows.planned_start_at),
        Check(code="original_ends_before_it_starts", column="original_planned_end_at",
              message="the session was first planned to end when it starts, or earlier",
              is_wrong=lambda rows: rows.original_planned_end_at <= rows.original_planned_start_at),
        Check(code="not_on_its_day", column="planned_start_at", message="the session is planned for another day than its own",
              is_wrong=lambda rows: rows.planned_start_at.date() != rows.session_date),
        Check(code="longer_than_a_day", column="planned_end_at", message="the session is planned for more than a day",
              is_wrong=lambda rows: rows.planned_end_at.epoch_seconds() - rows.planned_start_at.epoch_seconds() > 86_400),
    ),
)  # fmt: skip
