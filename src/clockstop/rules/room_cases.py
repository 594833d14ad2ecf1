"""Rooms in worked cases: the minutes used and booked within the open hours (OP-R13, OP-R14)."""

from collections.abc import Mapping
from typing import Any

from clockstop.rules.case_inputs import per_cent, the_first
from clockstop.rules.outpatient_case_inputs import MINUTES_OF_A_DAY, intervals, under
from clockstop.rules.room_minutes import covered

OPEN = ("open", "open_hours", "opening", "open_window", "hours", "staffed", "staffed_open")
USED = ("used", "in_use", "use", "used_intervals", "actual", "clinics")
BOOKED = ("booked", "bookings", "booked_intervals", "allocated")
Interval = tuple[int, int]


def rooms(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`open` and `used` or `booked` (times or date-times), of one room or of each of `rooms` -> minutes and percentages.

    Minutes may be given as they are (`open_minutes`, `used_minutes`, `booked_minutes`). Rooms are added before they are divided.
    """
    given = the_first(inputs, "rooms", "days", "room_days")
    each = given if isinstance(given, list) else [inputs]
    found = [_minutes(row) for row in each if isinstance(row, Mapping)]
    known = [minutes for minutes in found if minutes["open"] is not None]
    if not known or all(minutes["used"] is None and minutes["booked"] is None for minutes in known):
        return {}
    opened = sum(minutes["open"] for minutes in known)
    return {"open_minutes": opened, **_used(_summed(known, "used"), opened), **_booked(_summed(known, "booked"), opened)}


def _used(used: Any, opened: Any) -> dict[str, Any]:
    if used is None:
        return {}
    return {
        **under(used, "used_minutes", "minutes_used"),
        "unused_minutes": opened - used,
        **under(per_cent(used, opened), "room_utilisation_pct", "utilisation_pct", "room_use_pct"),
    }


def _booked(booked: Any, opened: Any) -> dict[str, Any]:
    if booked is None:
        return {}
    answers = ("room_allocation_pct", "allocation_pct", "room_allocated_pct", "room_booked_pct")
    return {**under(booked, "booked_minutes", "minutes_booked", "allocated_minutes"), **under(per_cent(booked, opened), *answers)}


def _summed(rooms_found: list[dict[str, Any]], name: str) -> Any:
    numbers = [minutes[name] for minutes in rooms_found if minutes[name] is not None]
    return sum(numbers) if numbers else None


def _minutes(row: Mapping[str, Any]) -> dict[str, Any]:
    windows = _merged(intervals(the_first(row, *OPEN)))
    used, booked = the_first(row, *USED), the_first(row, *BOOKED)
    windows = _on_the_days(windows, intervals(_times(used)) + intervals(_times(booked)))
    opened = sum(end - start for start, end in windows) if windows else the_first(row, "open_minutes", "staffed_minutes")
    return {
        "open": opened,
        "used": _covered(used, windows) if windows and _is_timed(used) else row.get("used_minutes"),
        "booked": _covered(booked, windows) if windows and _is_timed(booked) else row.get("booked_minutes"),
    }


def _is_timed(given: Any) -> bool:
    return isinstance(given, (list, Mapping))


def _times(given: Any) -> Any:
    return given if _is_timed(given) else None


def _merged(windows: list[Interval]) -> list[Interval]:
    """Open hours that do not overlap, so that no minute is open twice."""
    found: list[Interval] = []
    for start, end in sorted(windows):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _on_the_days(windows: list[Interval], uses: list[Interval]) -> list[Interval]:
    """Open hours given as times of day, on each of the days that the uses name."""
    days = sorted({start // MINUTES_OF_A_DAY for start, _ in uses if start >= 7 * MINUTES_OF_A_DAY})
    if not days or any(start >= 7 * MINUTES_OF_A_DAY for start, _ in windows):
        return windows
    return [(day * MINUTES_OF_A_DAY + start, day * MINUTES_OF_A_DAY + end) for day in days for start, end in windows]


def _covered(given: Any, windows: list[Interval]) -> int:
    uses = [_in_the_night(use, windows) for use in intervals(given)]
    return sum(covered(uses, opens, closes) for opens, closes in windows)


def _in_the_night(use: Interval, windows: list[Interval]) -> Interval:
    """A use after midnight of a room whose hours run past it: 01:00 is then the next day's."""
    runs_on = any(start < MINUTES_OF_A_DAY < end for start, end in windows)
    if runs_on and use[1] <= min(start for start, _ in windows):
        return use[0] + MINUTES_OF_A_DAY, use[1] + MINUTES_OF_A_DAY
    return use
