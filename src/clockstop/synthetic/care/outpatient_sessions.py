"""The sessions, templates, rooms and room bookings of the made-up trusts, from the clinic days of their appointments."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clockstop.synthetic.clinic_days import (
    ATTENDED,
    CANCELLED,
    MINUTES,
    STARTS,
    ClinicDays,
    seen_draws,
    seen_minutes,
    session_identifiers,
)
from clockstop.synthetic.extract_columns import constant, dates, instants, named, prefixed
from clockstop.synthetic.pathways import NEVER
from clockstop.synthetic.records import History

AHEAD_DAYS = 160
FEWEST_AT_ONCE, ROOMS_A_SESSION = 0.6, 1.15
FIRST_EMPTY = 5_000_000  # the numbers of sessions without an appointment
BOOKED_TARGET = 0.87
BLOCKED_SHARE = 0.045
EMPTY_SHARE, EMPTY_CANCELLED_SHARE = 0.05, 0.75
REASONS = ("Consultant leave", "Consultant sick", "Study leave", "No junior doctor", "Room not available")
OPENS, NOON, CLOSES = 8 * 60 + 30, 13 * 60, 17 * 60 + 30
# By what each trust's rooms measure their use.
SOURCES = {"ZZA": "first_to_last", "ZZB": "room_system", "ZZC": "first_to_last", "ZZD": "check_in"}
# The suites, and the treatment functions that sit there; the rest sit in general outpatients.
SUITES = {
    "Eye clinic": ("130",),
    "ENT and audiology": ("120", "140", "144"),
    "Fracture clinic": ("110", "410"),
    "Heart and lung clinic": ("320", "340", "172", "173"),
    "Skin clinic": ("330", "160"),
    "Women’s outpatients": ("502",),
    "Children’s outpatients": ("171", "214", "215", "216", "420"),
    "Surgical outpatients": ("100", "101", "103", "104", "106", "107", "150"),
    "General outpatients": (),
}
SUITE_NAMES = tuple(SUITES)


@dataclass(frozen=True)
class Sessions:
    """All sessions of a trust, those without an appointment after the others; `room` is the number of its room (-1: none)."""

    identifiers: pa.Array
    clinic: NDArray[np.int64]
    site: NDArray[np.int64]
    day: NDArray[np.int32]
    half: NDArray[np.int64]
    slots: NDArray[np.int64]
    blocked: NDArray[np.int64]
    cancelled: NDArray[np.int32]
    reason: NDArray[np.int64]
    room: NDArray[np.int64]
    begins: NDArray[np.int64]
    ends: NDArray[np.int64]
    has_seen: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.day)


@dataclass(frozen=True)
class Rooms:
    """The rooms: suite and site of each, and its number within its suite."""

    suite: NDArray[np.int64]
    site: NDArray[np.int64]
    number: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.suite)


def sessions_of(found: History, rng: np.random.Generator) -> tuple[Sessions, Rooms]:
    """The sessions and rooms of a trust, whatever the day."""
    made = found.clinic_days
    appointments = found.appointments
    is_in_one = made.session_of >= 0
    weights = (~np.isin(appointments.outcome, CANCELLED))[is_in_one]
    live = np.bincount(made.session_of[is_in_one], weights=weights, minlength=len(made))
    by_hospital = np.zeros(len(made), dtype=np.int64)
    of_hospital = (appointments.outcome == 4) & is_in_one
    np.maximum.at(by_hospital, made.session_of[of_hospital], appointments.cancelled[of_hospital])
    is_cancelled = (live == 0) & (by_hospital > 0)
    wanted = np.maximum(live, 1) / BOOKED_TARGET
    slots = np.floor(wanted + rng.random(len(made))).astype(np.int64)
    slots = np.where(live > slots, np.where(rng.random(len(made)) < 0.9, live, slots), slots).astype(np.int64)
    blocked = (rng.random(len(made)) < BLOCKED_SHARE * np.maximum(slots, 1)).astype(np.int64)
    begins, ends, has_seen = _held_minutes(found, made)
    empty = _empty(found, rng)
    cancelled = np.where(is_cancelled, by_hospital, NEVER)
    joined = {
        "clinic": (made.clinic, empty["clinic"]), "site": (made.site, empty["site"]), "day": (made.day, empty["day"]),
        "half": (made.half, empty["half"]), "slots": (slots + blocked, empty["slots"]),
        "blocked": (blocked, np.zeros_like(empty["slots"])), "cancelled": (cancelled, empty["cancelled"]),
        "begins": (begins, empty["begins"]), "ends": (ends, empty["begins"]),
        "has_seen": (has_seen, np.zeros(len(empty["day"]), dtype=bool)),
    }  # fmt: skip
    columns = {name: np.concatenate(parts) for name, parts in joined.items()}
    numbers = np.concatenate([np.arange(len(made)), FIRST_EMPTY + np.arange(len(empty["day"]))])
    rooms, room = _rooms(found, columns)
    reason = rng.integers(0, len(REASONS), len(numbers))
    columns |= {"day": columns["day"].astype(np.int32), "cancelled": columns["cancelled"].astype(np.int32)}
    return Sessions(identifiers=session_identifiers(found.trust, numbers), reason=reason, room=room, **columns), rooms


def _held_minutes(found: History, made: ClinicDays) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """When the first patient of each session was called in and the last left, and whether anyone was seen."""
    draw = seen_draws(found.trust, len(found.appointments))
    starts, leaves = seen_minutes(made, made.slot, made.session_of, draw)
    seen = np.isin(found.appointments.outcome, ATTENDED) & (made.session_of >= 0)
    begins, ends = np.full(len(made), 10_000), np.zeros(len(made), dtype=np.int64)
    np.minimum.at(begins, made.session_of[seen], starts[seen])
    np.maximum.at(ends, made.session_of[seen], leaves[seen])
    has_seen = ends > 0
    planned = STARTS[made.half]
    return np.where(has_seen, begins, planned), np.where(has_seen, ends, planned), has_seen


def _empty(found: History, rng: np.random.Generator) -> dict[str, NDArray[np.int64]]:
    """Sessions without an appointment: most cancelled in good time, some late, and some that nobody filled."""
    made = found.clinic_days
    chosen = np.flatnonzero(rng.random(len(made)) < EMPTY_SHARE)
    number = len(chosen)
    day = made.day[chosen].astype(np.int64) + rng.choice([-7, 7], number)
    is_cancelled = rng.random(number) < EMPTY_CANCELLED_SHARE
    notice = np.where(rng.random(number) < 0.45, rng.integers(1, 42, number), rng.integers(42, 120, number))
    half = made.half[chosen]
    return {
        "clinic": made.clinic[chosen], "site": made.site[chosen], "day": day, "half": half,
        "slots": np.maximum(made.number[chosen], 1), "begins": STARTS[half],
        "cancelled": np.where(is_cancelled, day - notice, NEVER),
    }  # fmt: skip


def suite_of(found: History, clinic: NDArray[np.int64]) -> NDArray[np.int64]:
    """The suite in which each clinic sits."""
    of = {service: place for place, services in enumerate(SUITES.values()) for service in services}
    general = SUITE_NAMES.index("General outpatients")
    by_service = np.array([of.get(service, general) for service in found.trust.services])
    return by_service[clinic // 2]


def _rooms(found: History, sessions: dict[str, NDArray[np.int64]]) -> tuple[Rooms, NDArray[np.int64]]:
    """Somewhat more rooms in each suite and site than its sessions fill in the mean, and the room of each session.

    A suite that would stand empty most of the time sits in general outpatients. Where more sessions are held at once than there are
    rooms they share, as happens, and the minutes overlap.
    """
    general = SUITE_NAMES.index("General outpatients")
    suite, site, day = suite_of(found, sessions["clinic"]), sessions["site"], sessions["day"]
    first, last = np.percentile(day, (45, 92))
    half_days = (last - first) * 10 / 7
    is_recent = (day >= first) & (day <= last)
    size = (len(found.trust.sites), len(SUITES))
    mean = np.zeros(size)
    np.add.at(mean, (site[is_recent], suite[is_recent]), 1 / half_days)
    suite = np.where(mean[site, suite] < FEWEST_AT_ONCE, general, suite)
    mean = np.zeros(size)
    np.add.at(mean, (site[is_recent], suite[is_recent]), 1 / half_days)
    used = np.zeros(size, dtype=bool)
    used[site, suite] = True
    needed = np.where(used, np.maximum(np.round(mean * ROOMS_A_SESSION), 1), 0).astype(np.int64)
    begin = np.concatenate([[0], np.cumsum(needed.ravel())[:-1]]).reshape(size)
    rooms = Rooms(
        suite=np.repeat(np.tile(np.arange(size[1]), size[0]), needed.ravel()),
        site=np.repeat(np.repeat(np.arange(size[0]), size[1]), needed.ravel()),
        number=np.concatenate([np.arange(number) for number in needed.ravel()]),
    )
    slot = ((site * len(SUITES) + suite) * 100_000 + day) * 2 + sessions["half"]
    order = np.argsort(slot, kind="stable")
    _, start, counts = np.unique(slot[order], return_index=True, return_counts=True)
    nth = np.empty(len(order), dtype=np.int64)
    nth[order] = np.arange(len(order)) - np.repeat(start, counts)
    return rooms, begin[site, suite] + nth % needed[site, suite]


def session_rows(found: History, sessions: Sessions, day: int) -> pa.Table:
    """The extract of outpatient sessions at the end of `day`, those to come among them."""
    kept = np.flatnonzero(sessions.day <= day + AHEAD_DAYS)
    is_cancelled = (sessions.cancelled <= day)[kept]
    own_day, half = sessions.day[kept], sessions.half[kept]
    start = STARTS[half]
    columns = {
        "outpatient_session_identifier": sessions.identifiers.take(pa.array(kept)),
        "clinic_code": named(clinic_names(found), sessions.clinic[kept]),
        "clinic_template_identifier": template_identifiers(found, sessions.clinic[kept], own_day),
        "session_date": dates(own_day),
        "session_start_at": instants(own_day, start),
        "session_end_at": instants(own_day, start + MINUTES),
        "session_status": named(("held", "cancelled_provider"), is_cancelled.astype(np.int64)),
        "cancelled_date": dates(sessions.cancelled[kept], day),
        "cancelled_reason": named(REASONS, np.where(is_cancelled, sessions.reason[kept], -1)),
        "slots": pa.array(sessions.slots[kept]),
        "slots_blocked": pa.array(sessions.blocked[kept]),
        "room_identifier": room_identifiers(found, sessions.room[kept]),
        **_place(found, sessions.clinic[kept], sessions.site[kept]),
    }
    if SOURCES[found.trust.code] == "first_to_last":
        when = np.where(sessions.has_seen[kept] & ~is_cancelled & (own_day <= day), own_day, NEVER).astype(np.int32)
        columns |= {
            "first_start_at": instants(when, sessions.begins[kept]),
            "last_end_at": instants(when, sessions.ends[kept]),
        }
    return pa.table(columns)


def template_rows(found: History, sessions: Sessions, day: int) -> pa.Table:
    """The clinic templates: one a clinic and weekday on which it is held, with the slots that it has in the mean."""
    weekday = (sessions.day + 3) % 7
    key = sessions.clinic * 7 + weekday
    keys, first, place = np.unique(key, return_index=True, return_inverse=True)
    mean = np.bincount(place, weights=sessions.slots) / np.bincount(place)
    slots = np.maximum(np.round(mean * 1.08), 1).astype(np.int64)
    new = np.maximum(slots * 2 // 5, (slots > 0).astype(np.int64))
    start = STARTS[sessions.half[first]]
    since = np.full(len(keys), int(sessions.day.min()), dtype=np.int32)
    return pa.table(
        {
            "clinic_template_identifier": prefixed(f"{found.trust.prefix}T", 1_000 + keys),
            "clinic_code": named(clinic_names(found), keys // 7),
            "weekday": pa.array(keys % 7 + 1),
            "session_start_time": _times(start),
            "session_end_time": _times(start + MINUTES),
            "frequency_weeks": pa.array(np.ones(len(keys), dtype=np.int64)),
            "effective_from_date": dates(since),
            "slots_new": pa.array(new),
            "slots_follow_up": pa.array(np.maximum(slots - new, 0)),
            "slots_other": pa.array(np.zeros(len(keys), dtype=np.int64)),
            **_place(found, keys // 7, sessions.site[first]),
        }
    )


def room_rows(found: History, rooms: Rooms, since: int) -> pa.Table:
    """The rooms of the trust; a few are open for part of the week."""
    place = np.arange(len(rooms))
    days = np.where(place % 11 == 7, 1, np.where(place % 13 == 5, 2, 0))
    source = SOURCES[found.trust.code]
    return pa.table(
        {
            "room_identifier": room_identifiers(found, place),
            "room_name": prefixed("Room ", rooms.number + 1),
            "location": locations(found, rooms),
            "room_type": named(("consulting", "treatment", "specialist"), np.where(rooms.number % 6 == 5, 1, np.where(np.isin(
                rooms.suite, (0, 1)), 2, 0))),
            "opens_time": constant(_time(OPENS), len(rooms)),
            "closes_time": constant(_time(CLOSES), len(rooms)),
            "open_weekdays": named(("12345", "1234", "1235"), days),
            "open_from_date": dates(np.full(len(rooms), since, dtype=np.int32)),
            "use_source": constant(source, len(rooms)),
            "organisation_site_identifier_of_treatment": named(tuple(found.trust.sites), rooms.site),
        }
    )  # fmt: skip


def booking_rows(found: History, sessions: Sessions, rooms: Rooms, day: int) -> pa.Table:
    """The bookings: of each session where the rooms have a system of their own, and everywhere some days of repairs."""
    repairs = _repairs(sessions, rooms, day)
    parts = [repairs]
    if SOURCES[found.trust.code] == "room_system":
        parts.append(_of_sessions(found, sessions, day))
    rows = pa.concat_tables(
        [pa.table({**part, "room_identifier": room_identifiers(found, part["room_identifier"])}) for part in parts]
    )
    return rows.append_column("room_booking_identifier", prefixed(f"{found.trust.prefix}B", 10_000_000 + np.arange(rows.num_rows)))


def _of_sessions(found: History, sessions: Sessions, day: int) -> dict[str, object]:
    kept = np.flatnonzero((sessions.day <= day + AHEAD_DAYS) & (sessions.cancelled > day))
    own_day = sessions.day[kept]
    start = STARTS[sessions.half[kept]]
    when = np.where(sessions.has_seen[kept] & (own_day <= day), own_day, NEVER).astype(np.int32)
    return {
        "room_identifier": sessions.room[kept],
        "booking_date": dates(own_day),
        "booked_start_at": instants(own_day, start),
        "booked_end_at": instants(own_day, start + MINUTES),
        "used_start_at": instants(when, sessions.begins[kept]),
        "used_end_at": instants(when, sessions.ends[kept]),
        "booking_purpose": constant("clinic", len(kept)),
        "outpatient_session_identifier": sessions.identifiers.take(pa.array(kept)),
    }


def _repairs(sessions: Sessions, rooms: Rooms, day: int) -> dict[str, object]:
    """Every ninth room was closed for a week some three months before the day."""
    room = np.repeat(np.arange(0, len(rooms), 9), 5)
    monday = day - 84 - (day - 84 + 3) % 7
    own_day = (monday + np.tile(np.arange(5), len(room) // 5)).astype(np.int32)
    nothing = np.full(len(room), NEVER, dtype=np.int32)
    zeros = np.zeros(len(room), dtype=np.int64)
    return {
        "room_identifier": room,
        "booking_date": dates(own_day),
        "booked_start_at": instants(own_day, zeros + OPENS),
        "booked_end_at": instants(own_day, zeros + CLOSES),
        "used_start_at": instants(nothing, zeros),
        "used_end_at": instants(nothing, zeros),
        "booking_purpose": constant("closed", len(room)),
        "outpatient_session_identifier": pa.nulls(len(room), pa.string()),
    }


def clinic_names(found: History) -> tuple[str, ...]:
    """The codes of the clinics, as appointments have them: two a service."""
    return tuple(f"{found.trust.prefix}{service}{letter}" for service in found.trust.services for letter in "AB")


def room_identifiers(found: History, room: NDArray[np.int64]) -> pa.Array:
    """The rooms, as in DNM-R104."""
    return prefixed(f"{found.trust.prefix}-R", 100 + room, hidden=room < 0)


def locations(found: History, rooms: Rooms) -> pa.Array:
    """The suite of each room; the site too where it is not the trust's first."""
    names = tuple(
        f"{suite}, {name}" if place else suite for place, name in enumerate(found.trust.sites.values()) for suite in SUITE_NAMES
    )
    return named(names, rooms.site * len(SUITES) + rooms.suite)


def template_identifiers(found: History, clinic: NDArray[np.int64], day: NDArray[np.int32]) -> pa.Array:
    """The template of a clinic on its weekday."""
    return prefixed(f"{found.trust.prefix}T", 1_000 + clinic * 7 + (day + 3) % 7)


def _place(found: History, clinic: NDArray[np.int64], site: NDArray[np.int64]) -> dict[str, pa.Array]:
    return {
        "activity_treatment_function_code": named(found.trust.services, clinic // 2),
        "organisation_site_identifier_of_treatment": named(tuple(found.trust.sites), site),
    }


def _time(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _times(minutes: NDArray[np.int64]) -> pa.Array:
    return pa.array([_time(int(minute)) for minute in minutes], pa.string())
