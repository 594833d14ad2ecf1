"""Outpatient sessions: each clinic on its day, held or cancelled, with its slots and its room."""

from clockstop.contracts.contract import Check, Column, Contract
from clockstop.contracts.outpatient_codes import SESSION_STATUS
from clockstop.contracts.people import SERVICE

CONTRACT = Contract(
    name="outpatient_sessions",
    title="Outpatient sessions",
    key=("outpatient_session_identifier",),
    window="session_date",
    grouped_by="outpatient_session_identifier",
    columns=(
        Column(name="outpatient_session_identifier", type="text", meaning="the source's own record id", is_required=True,
               max_length=40),
        Column(name="clinic_code", type="text", meaning="the clinic", is_required=True, max_length=40),
        Column(name="clinic_template_identifier", type="text", meaning="the template from which it was made"),
        Column(name="session_date", type="date", meaning="the day of the session, local", is_required=True),
        Column(name="session_start_at", type="instant", meaning="planned start, local time"),
        Column(name="session_end_at", type="instant", meaning="planned end, local time"),
        Column(name="session_status", type="code", meaning="whether it stands", codes=SESSION_STATUS, is_required=True),
        Column(name="cancelled_date", type="date", meaning="the day on which it was cancelled"),
        Column(name="cancelled_reason", type="text", meaning="why, in the source's words"),
        Column(name="slots", type="integer", meaning="all slots, blocked ones among them", is_required=True),
        Column(name="slots_blocked", type="integer", meaning="slots closed to booking"),
        Column(name="is_group_clinic", type="truth", meaning="several patients share a slot on purpose"),
        Column(name="first_start_at", type="instant", meaning="when the first patient was called, local time"),
        Column(name="last_end_at", type="instant", meaning="when the last patient left the room, local time"),
        Column(name="room_identifier", type="text", meaning="the room"),
        *SERVICE[:3],
    ),
    checks=(
        Check(code="session_ends_before_it_begins", column="session_end_at", message="it ends before it begins",
              is_wrong=lambda rows: rows.session_end_at <= rows.session_start_at),
        Check(code="session_on_another_day", column="session_start_at", message="it starts on another day than its date",
              is_wrong=lambda rows: rows.session_start_at.date() != rows.session_date),
        Check(code="more_blocked_than_slots", column="slots_blocked", message="more slots are blocked than there are",
              is_wrong=lambda rows: rows.slots_blocked > rows.slots),
        Check(code="slots_negative", column="slots", message="there are fewer than no slots",
              is_wrong=lambda rows: (rows.slots < 0) | (rows.slots_blocked.fill_null(0) < 0)),
        Check(code="cancelled_but_held", column="cancelled_date", message="a session that is held has a day of cancellation",
              is_wrong=lambda rows: (rows.session_status == "held") & rows.cancelled_date.notnull()),
    ),
)  # fmt: skip
