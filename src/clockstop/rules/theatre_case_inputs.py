"""Reading the operating list of a worked case: times of day or whole instants, cases as pairs or as records of timestamps."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from clockstop.errors import UserError
from clockstop.rules.case_inputs import the_first
from clockstop.rules.local_time import minute_after, minute_of
from clockstop.rules.readings import Readings
from clockstop.rules.theatre_minutes import is_in_order

Window = tuple[datetime, datetime]
ONE_DAY = timedelta(days=1)
# Times of day are laid on a day on which no clock changes. A case that seems longer than half a day has its times out of order.
_SOME_DAY = datetime(2001, 1, 3)  # noqa: DTZ001 - local, without a zone
_LONGEST_CASE = timedelta(hours=12)
_EVENING = timedelta(hours=18)
_MINUTES_A_DAY = 24 * 60
_TIME = re.compile(r"(\d{1,2})[:.](\d\d)(?:[:.](\d\d))?")

# The spellings of each timestamp; the canonical name is that of the contract.
STAMPS = {
    "anaesthetic_start_at": ("anaesthetic_start_at", "anaesthetic_start", "anaesthetic", "anaesthesia_start", "start"),
    "into_theatre_at": ("into_theatre_at", "into_theatre", "in_theatre", "theatre_in", "into"),
    "knife_to_skin_at": ("knife_to_skin_at", "knife_to_skin", "operation_start", "surgery_start"),
    "closure_at": ("closure_at", "closure", "operation_end", "surgery_end"),
    "out_of_theatre_at": ("out_of_theatre_at", "out_of_theatre", "theatre_out", "out", "end"),
    "into_recovery_at": ("into_recovery_at", "into_recovery", "recovery"),
}


@dataclass(frozen=True)
class Worked:
    """A list, in minutes: its windows, its timed cases by start (start, end, whether it counts), and what is wrong with it."""

    windows: tuple[tuple[float, float], ...]
    timed: tuple[tuple[float, float, bool], ...]
    cases: int
    flags: frozenset[str]


def worked_list(inputs: Mapping[str, Any], readings: Readings) -> Worked:
    """The list of a case's inputs; a `UserError` where it has no planned times."""
    windows = _windows(inputs)
    day = datetime.combine(windows[0][0].date(), time.min)
    middle = windows[0][0] + (windows[-1][1] - windows[0][0]) / 2
    listed = the_first(inputs, "cases", "operations", "list", otherwise=()) or ()
    done = [_record(case) for case in listed]
    done = [case for case in done if not case["is_cancelled"]]
    timed, flags, previous = [], set(), None
    for case in done:
        start, end = _touch(case, readings, (day, middle), previous)
        first = minute_of(start)
        last = minute_after(end, first)
        flags |= _stamp_flags(case, first, last)
        if is_in_order(first, last):
            timed.append((first, last, readings.theatre_emergency_cases_count or not case["is_emergency"]))
            previous = start
    counted = [case for case in done if readings.theatre_emergency_cases_count or not case["is_emergency"]]
    minutes = tuple((minute_of(start), minute_of(end)) for start, end in windows)
    return Worked(minutes, tuple(sorted(timed)), len(counted), frozenset(flags))


def _windows(inputs: Mapping[str, Any]) -> tuple[Window, ...]:
    halves = the_first(inputs, "sessions", "windows", "halves", "planned", "planned_sessions")
    if isinstance(halves, Sequence) and not isinstance(halves, str) and halves:
        pairs = [_pair(half) if not isinstance(half, Mapping) else _planned(half) for half in halves]
    else:
        pairs = [_planned(inputs)]
    found: list[Window] = []
    for start_word, end_word in pairs:
        start, end = an_instant(start_word), an_instant(end_word)
        if start is None or end is None:
            raise UserError("the planned times are missing", do="Give planned_start and planned_end as HH:MM.")
        if end < start and _is_time_of_day(end_word):
            end += ONE_DAY
        found.append((start, end))
    return tuple(sorted(found))


def _planned(inputs: Mapping[str, Any]) -> tuple[Any, Any]:
    session = inputs.get("session")
    if isinstance(session, Sequence) and not isinstance(session, str):
        return session[0], session[1]
    start = the_first(inputs, "planned_start", "planned_start_at", "session_start", "start")
    return start, the_first(inputs, "planned_end", "planned_end_at", "session_end", "end")


def _record(case: Any) -> dict[str, Any]:
    """A case's timestamps by their canonical names, and whether it was cancelled or an emergency."""
    if isinstance(case, Mapping):
        stamps = {name: the_first(case, *spellings) for name, spellings in STAMPS.items()}
        kind = str(the_first(case, "type", "case_type", "urgency", otherwise="")).lower()
        is_emergency = bool(the_first(case, "emergency", "is_emergency", otherwise=kind in ("emergency", "trauma")))
        cancelled = the_first(case, "cancelled", "is_cancelled", "cancelled_flag", otherwise=False)
        return stamps | {"is_emergency": is_emergency, "is_cancelled": cancelled in (True, "Y", "yes", "true")}
    start, end = _pair(case)
    return dict.fromkeys(STAMPS) | {
        "anaesthetic_start_at": start, "out_of_theatre_at": end, "is_emergency": False, "is_cancelled": False,
    }  # fmt: skip


def _pair(value: Any) -> tuple[Any, Any]:
    parts = re.split(r"\s*(?:-|–|to)\s*", value) if isinstance(value, str) else list(value)
    if len(parts) != 2:
        raise UserError(f"'{value}' is not a start and an end", do="Write a case as [start, end].")
    return parts[0], parts[1]


def _touch(case: Mapping[str, Any], readings: Readings, when: tuple[datetime, datetime], previous: datetime | None) -> Any:
    """The touch time's start and end by the readings' order of timestamps; None where no timestamp stands."""
    starts, ends = readings.theatre_touch_starts.split(), readings.theatre_touch_ends.split()
    start_word = next((case[name] for name in starts if case[name] not in (None, "")), None)
    end_word = next((case[name] for name in ends if case[name] not in (None, "")), None)
    start, end = an_instant(start_word), an_instant(end_word)
    if start is not None and _is_time_of_day(start_word):
        start = _nearest(when[0] + (start - _SOME_DAY), *when)
        if previous is not None and previous - start > _LONGEST_CASE:
            start += ONE_DAY
    if start is not None and end is not None and _is_time_of_day(end_word):
        end = _after(end, start)
    return start, end


def _nearest(instant: datetime, day: datetime, middle: datetime) -> datetime:
    """The time of day on the day on which it lies nearest to the middle of a list of the night; else on the list's own day."""
    if middle < day + _EVENING:
        return instant
    return min((instant + days * ONE_DAY for days in (-1, 0, 1)), key=lambda found: abs(found - middle))


def _after(end: datetime, start: datetime) -> datetime:
    """The end on the start's day, or on the next where the case ran past midnight."""
    end = end.replace(year=start.year, month=start.month, day=start.day)
    past_midnight = end + ONE_DAY
    return past_midnight if end < start and past_midnight - start <= _LONGEST_CASE else end


def _stamp_flags(case: Mapping[str, Any], start: float | None, end: float | None) -> set[str]:
    found = set()
    if case["anaesthetic_start_at"] in (None, ""):
        found.add("no_anaesthetic_start")
    if start is None:
        found.add("no_start")
    if end is None:
        found.add("no_end")
    if start is not None and end is not None:
        found |= {"out_of_order"} if end < start else set()
        found |= {"no_minutes"} if end == start else set()
    return found


def _is_time_of_day(value: Any) -> bool:
    return isinstance(value, time | int | float) or bool(isinstance(value, str) and _TIME.fullmatch(value.strip()))


def an_instant(value: Any) -> datetime | None:
    """A time of day (on some day) or a date and time; YAML reads 10:05 without quotes as the minutes 605.

    >>> an_instant("08:30") == an_instant(510), an_instant("2026-10-25 01:30").isoformat()
    (True, '2026-10-25T01:30:00')
    """
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, time):
        return datetime.combine(_SOME_DAY, value)
    if isinstance(value, int | float):
        return _SOME_DAY + (timedelta(minutes=value) if value <= 2 * _MINUTES_A_DAY else timedelta(seconds=value))
    return _of_text(str(value).strip())


def _of_text(words: str) -> datetime:
    found = _TIME.fullmatch(words)
    if found:
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return _SOME_DAY + timedelta(hours=hours, minutes=minutes, seconds=seconds)
    try:
        return datetime.fromisoformat(words).replace(tzinfo=None)
    except ValueError:
        raise UserError(f"'{words}' is not a time", do="Write times as HH:MM, or as a date and a time.") from None
