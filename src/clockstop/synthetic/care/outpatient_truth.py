"""What is right about outpatients of the made-up trusts, worked out from their records by plain counting, never with the rules."""

from collections import defaultdict

import numpy as np
import pyarrow as pa

from clockstop.synthetic.care.outpatient_requests import Requests
from clockstop.synthetic.care.outpatient_sessions import CLOSES, NOON, OPENS, SOURCES, Rooms, Sessions, room_identifiers
from clockstop.synthetic.clinic_days import ATTENDED, CANCELLED, seen_draws, seen_minutes
from clockstop.synthetic.extract_columns import dates, record_identifiers
from clockstop.synthetic.pathways import NEVER
from clockstop.synthetic.records import History

HALVES = {"Morning": (OPENS, NOON), "Afternoon": (NOON, CLOSES)}
SIX_WEEKS = 42


def truth_of(found: History, sessions: Sessions, rooms: Rooms, requests: Requests, day: int) -> dict[str, pa.Table]:
    """Tables `slots`, `follow_ups` and `rooms`."""
    return {
        "slots": _slots(found, sessions, day),
        "follow_ups": _follow_ups(found, requests, day),
        "rooms": _minutes(found, sessions, rooms, day),
    }


def _slots(found: History, sessions: Sessions, day: int) -> pa.Table:
    """Of each session that is past and held: its slots, and the appointments that stood and that were attended, as known."""
    rows, of = found.appointments, found.clinic_days.session_of
    counted = (of >= 0) & (rows.booked <= day) & (found.withdrawn_on > day)
    is_known = rows.known <= day
    freed = is_known & np.isin(rows.outcome, CANCELLED)
    seen = is_known & np.isin(rows.outcome, ATTENDED)
    booked = np.bincount(of[counted & ~freed], minlength=len(sessions))
    attended = np.bincount(of[counted & seen], minlength=len(sessions))
    kept = np.flatnonzero((sessions.day <= day) & (sessions.cancelled > day))
    return pa.table(
        {
            "outpatient_session_identifier": sessions.identifiers.take(pa.array(kept)),
            "slots_available": pa.array((sessions.slots - sessions.blocked)[kept]),
            "slots_booked": pa.array(booked[kept].astype(np.int64)),
            "slots_attended": pa.array(attended[kept].astype(np.int64)),
        }
    )


def _follow_ups(found: History, requests: Requests, day: int) -> pa.Table:
    """Of each open request, its bucket and the days by which it is late."""
    kept = [place for place in range(len(requests.requested)) if requests.requested[place] <= day < requests.closed[place]]
    buckets = [_bucket(requests, place, day) for place in kept]
    latest = requests.latest[kept]
    return pa.table(
        {
            "follow_up_request_identifier": record_identifiers(found.trust, "F", np.array(kept, dtype=np.int64)),
            "bucket": pa.array(buckets, pa.string()),
            "days_overdue": pa.array((day - latest).astype(np.int64), mask=latest >= NEVER),
        }
    )


def _bucket(requests: Requests, place: int, day: int) -> str:
    latest, booked = requests.latest[place], requests.booked[place]
    has_booking = requests.booked_on[place] <= day <= booked < NEVER
    if latest >= NEVER:
        return "no_due_date"
    if has_booking and booked > latest:
        return "booked_after_lcad"
    if latest < day:
        return "unbooked_overdue"
    if has_booking:
        return "booked_in_time"
    return "due_within_6_weeks_unbooked" if latest <= day + SIX_WEEKS else "due_later"


def _minutes(found: History, sessions: Sessions, rooms: Rooms, day: int) -> pa.Table:
    """Of each room and half-day in which anyone was seen, the minutes in which it was in use: every minute counted once."""
    busy: dict[tuple[int, int, str], set[int]] = defaultdict(set)
    for room, own_day, begins, ends in _uses(found, sessions, day):
        for half, (opens, closes) in HALVES.items():
            minutes = range(max(begins, opens), min(ends, closes))
            if minutes:
                busy[room, own_day, half].update(minutes)
    keys = sorted(busy)
    return pa.table(
        {
            "room_identifier": room_identifiers(found, np.array([room for room, _, _ in keys], dtype=np.int64)),
            "day": dates(np.array([own_day for _, own_day, _ in keys], dtype=np.int32)),
            "half_day": pa.array([half for _, _, half in keys], pa.string()),
            "used_minutes": pa.array([len(busy[key]) for key in keys], pa.int64()),
        }
    )


def _uses(found: History, sessions: Sessions, day: int) -> list[tuple[int, int, int, int]]:
    """Room, day, and the minutes from which and to which it was in use, as the trust's own source sees it."""
    held = (sessions.cancelled > day) & (sessions.day <= day)
    if SOURCES[found.trust.code] != "check_in":
        kept = np.flatnonzero(held & sessions.has_seen)
        columns = (sessions.room, sessions.day, sessions.begins, sessions.ends)
        return list(zip(*(column[kept].tolist() for column in columns), strict=True))
    rows, made = found.appointments, found.clinic_days
    seen = np.isin(rows.outcome, ATTENDED) & (rows.known <= day) & (made.session_of >= 0) & (found.withdrawn_on > day)
    kept = np.flatnonzero(seen)
    kept = kept[held[made.session_of[kept]]]
    begins, ends = seen_minutes(made, made.slot[kept], made.session_of[kept], seen_draws(found.trust, len(rows))[kept])
    return list(
        zip(sessions.room[made.session_of[kept]].tolist(), rows.day[kept].tolist(), begins.tolist(), ends.tolist(), strict=True)
    )
