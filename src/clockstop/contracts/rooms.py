"""Rooms of outpatient departments: where they are, when they are open, and by what their use is measured."""

from clockstop.contracts.contract import Check, Column, Contract
from clockstop.contracts.outpatient_codes import ROOM_TYPE, USE_SOURCE
from clockstop.contracts.times_of_day import is_no_time

CONTRACT = Contract(
    name="rooms",
    title="Outpatient rooms",
    key=("room_identifier",),
    window="open_from_date",
    grouped_by="room_identifier",
    columns=(
        Column(name="room_identifier", type="text", meaning="the source's own record id", is_required=True, max_length=40),
        Column(name="room_name", type="text", meaning="what people call it"),
        Column(name="location", type="text", meaning="the suite, floor or clinic in which it lies", is_required=True),
        Column(name="room_type", type="code", meaning="what it is for", codes=ROOM_TYPE),
        Column(name="opens_time", type="text", meaning="when it opens, HH:MM", is_required=True, max_length=5),
        Column(name="closes_time", type="text", meaning="when it closes, HH:MM; earlier than it opens: after midnight",
               is_required=True, max_length=5),
        Column(name="open_weekdays", type="text", meaning="weekdays on which it is staffed, as 12345 for Monday to Friday",
               is_required=True, max_length=7),
        Column(name="open_from_date", type="date", meaning="the first day on which it was open", is_required=True),
        Column(name="open_to_date", type="date", meaning="the last day on which it is open"),
        Column(name="use_source", type="code", meaning="by what its use is measured", codes=USE_SOURCE),
        Column(name="organisation_site_identifier_of_treatment", type="text", meaning="ODS code of the site"),
    ),
    checks=(
        Check(code="no_time_of_day", column="opens_time", message="times are written HH:MM, as 08:30",
              is_wrong=lambda rows: is_no_time(rows.opens_time) | is_no_time(rows.closes_time)),
        Check(code="never_open", column="closes_time", message="it closes when it opens",
              is_wrong=lambda rows: rows.opens_time == rows.closes_time),
        Check(code="weekday_unknown", column="open_weekdays", message="weekdays are digits from 1 (Monday) to 7 (Sunday)",
              is_wrong=lambda rows: ~rows.open_weekdays.re_search("^[1-7]{1,7}$")),
        Check(code="room_closes_before_it_opens", column="open_to_date", message="its last day is before its first",
              is_wrong=lambda rows: rows.open_to_date < rows.open_from_date),
    ),
)  # fmt: skip
