"""Rooms of outpatient departments: how much of the open time is booked, and how much is in use (OP-R13, OP-R14)."""

from typing import Any

from ibis import _

from clockstop.measures.measure import Measure


def _rooms(slug: str, title: str, numerator: Any, denominator: Any, definition: str, *rules: str, **more: Any) -> Measure:
    """A share of the minutes, or half-days, in which rooms were open."""
    return Measure(
        **{
            "slug": slug, "title": title, "table": "room_use", "kind": "share", "counted": "by date", "day": "day",
            "numerator": numerator, "denominator": denominator, "definition": definition, "rules": rules,
            "source": "planned-care.md section 6 (common practice of outpatient improvement)",
            "improvement": "up", "unit": "minutes", "counts_people": False, "cuts": ("location",), **more,
        }
    )  # fmt: skip


MEASURES: tuple[Measure, ...] = (
    _rooms("room_utilisation", "Room time in use", _.used_minutes, _.open_minutes,
           "The minutes in which rooms were in use, of the minutes in which they were open and staffed. Overlaps in one room "
           "count once, and only within its open hours. Each room says by what its use is measured: check-in, its own "
           "system, or from the first start to the last end of its clinics. A closed room leaves the open minutes; one that "
           "nobody used does not.",
           "OP-R13", is_headline=True),
    _rooms("room_allocation", "Room time booked", _.booked_minutes, _.open_minutes,
           "The minutes for which rooms were booked, of the minutes in which they were open. What is booked and not used is "
           "waste that a plan does not show.", "OP-R14"),
    _rooms("room_sessions_empty", "Room sessions that stood empty", _.is_empty, _.is_open,
           "Of the half-days on which rooms were open, the share on which a room was not used at all.", "OP-R13",
           unit="room half-days", improvement="down"),
)  # fmt: skip
