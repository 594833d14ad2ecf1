"""Clinic templates: which slots a clinic is to have, on which weekday, and from when to when that holds."""

from clockstop.contracts.contract import Check, Column, Contract
from clockstop.contracts.people import SERVICE
from clockstop.contracts.times_of_day import is_no_time

CONTRACT = Contract(
    name="clinic_templates",
    title="Clinic templates",
    key=("clinic_template_identifier",),
    window="effective_from_date",
    grouped_by="clinic_code",
    columns=(
        Column(name="clinic_template_identifier", type="text", meaning="the source's own record id", is_required=True),
        Column(name="clinic_code", type="text", meaning="the clinic", is_required=True, max_length=40),
        Column(name="clinic_name", type="text", meaning="the clinic in words"),
        Column(name="weekday", type="integer", meaning="1 for Monday to 7 for Sunday", is_required=True),
        Column(name="session_start_time", type="text", meaning="when it begins, HH:MM", max_length=5),
        Column(name="session_end_time", type="text", meaning="when it ends, HH:MM", max_length=5),
        Column(name="frequency_weeks", type="integer", meaning="1 for every week, 2 for every other"),
        Column(name="effective_from_date", type="date", meaning="the first day on which it holds", is_required=True),
        Column(name="effective_to_date", type="date", meaning="the last day on which it holds"),
        Column(name="slots_new", type="integer", meaning="slots for new patients"),
        Column(name="slots_follow_up", type="integer", meaning="slots for follow-ups"),
        Column(name="slots_other", type="integer", meaning="slots for procedures, advice and the rest"),
        Column(name="room_identifier", type="text", meaning="the room that it has"),
        *SERVICE[:3],
    ),
    checks=(
        Check(code="weekday_unknown", column="weekday", message="a weekday is 1 (Monday) to 7 (Sunday)",
              is_wrong=lambda rows: ~rows.weekday.between(1, 7)),
        Check(code="template_ends_before_it_begins", column="effective_to_date", message="it ends before it begins",
              is_wrong=lambda rows: rows.effective_to_date < rows.effective_from_date),
        Check(code="no_time_of_day", column="session_start_time", message="times are written HH:MM, as 08:30",
              is_wrong=lambda rows: is_no_time(rows.session_start_time) | is_no_time(rows.session_end_time)),
        Check(code="slots_negative", column="slots_new", message="there are fewer than no slots",
              is_wrong=lambda rows: (rows.slots_new.fill_null(0) < 0) | (rows.slots_follow_up.fill_null(0) < 0)
              | (rows.slots_other.fill_null(0) < 0)),
    ),
)  # fmt: skip
