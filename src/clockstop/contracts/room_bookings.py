"""Bookings of outpatient rooms: for whom, from when to when, and when the room was really in use."""

from clockstop.contracts.contract import Check, Column, Contract
from clockstop.contracts.outpatient_codes import BOOKING_PURPOSE

CONTRACT = Contract(
    name="room_bookings",
    title="Room bookings",
    key=("room_booking_identifier",),
    window="booking_date",
    grouped_by="room_identifier",
    columns=(
        Column(name="room_booking_identifier", type="text", meaning="the source's own record id", is_required=True),
        Column(name="room_identifier", type="text", meaning="the room", is_required=True, max_length=40),
        Column(name="booking_date", type="date", meaning="the day of the booking, local", is_required=True),
        Column(name="booked_start_at", type="instant", meaning="booked from, local time", is_required=True),
        Column(name="booked_end_at", type="instant", meaning="booked to, local time", is_required=True),
        Column(name="used_start_at", type="instant", meaning="in use from, as the room's own system saw it"),
        Column(name="used_end_at", type="instant", meaning="in use to"),
        Column(name="booking_purpose", type="code", meaning="for what it is booked", codes=BOOKING_PURPOSE),
        Column(name="booked_for", type="text", meaning="the service or person that has it"),
        Column(name="outpatient_session_identifier", type="text", meaning="the session that it is for"),
        Column(name="cancelled_date", type="date", meaning="the day on which the booking was given back"),
    ),
    checks=(
        Check(code="booking_ends_before_it_begins", column="booked_end_at", message="it ends before it begins",
              is_wrong=lambda rows: rows.booked_end_at <= rows.booked_start_at),
        Check(code="use_ends_before_it_begins", column="used_end_at", message="the use ends before it begins",
              is_wrong=lambda rows: rows.used_end_at < rows.used_start_at),
        Check(code="booking_on_another_day", column="booked_start_at", message="it starts on another day than its date",
              is_wrong=lambda rows: rows.booked_start_at.date() != rows.booking_date),
    ),
)  # fmt: skip
