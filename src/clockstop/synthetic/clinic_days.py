"""The clinic sessions in which a trust's appointments lie, and the times of the day at which patients were seen.

Sessions are made of the appointments: those of one clinic, site and day, a half-day for each dozen. The made-up group is a
sample of a real one, so a session has fewer and longer slots than a real clinic: half a day has the same minutes.
"""

from dataclasses import dataclass
from zlib import crc32

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clockstop.synthetic.appointments import Appointments
from clockstop.synthetic.extract_columns import FIRST_RECORD, instants, named, prefixed
from clockstop.synthetic.organisations import Trust
from clockstop.synthetic.pathways import NEVER, Pathways

MOST_IN_A_SESSION = 12
MORNING, AFTERNOON = 0, 1
STARTS = np.array([8 * 60 + 45, 13 * 60 + 15])
MINUTES = 240
FRIDAY = 4
# Of the afternoon clinics of a Friday, those that are held in the morning instead; so Friday afternoons stand empty.
MOVED_FROM_FRIDAY_AFTERNOON = 0.55
ATTENDED, CANCELLED = (5, 6), (2, 4)
PROCEDURE_SHARE, PROCEDURE_SHARE_AFTER_TREATMENT = 0.14, 0.3
PHONE_SHARE = 0.7
# Dunmarsh alone records when each patient was called in and left.
CHECKS_IN = "ZZD"


@dataclass(frozen=True)
class ClinicDays:
    """Sessions as parallel arrays; `session_of` gives each appointment's session (-1: none), `slot` its place in it.

    `clinic` counts the two clinics of each service; `site` the trust's sites; `half` is 0 in the morning.
    """

    session_of: NDArray[np.int64]
    slot: NDArray[np.int64]
    clinic: NDArray[np.int64]
    site: NDArray[np.int64]
    day: NDArray[np.int32]
    half: NDArray[np.int64]
    number: NDArray[np.int64]
    draw: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.day)

    @property
    def slot_minutes(self) -> NDArray[np.int64]:
        """How long a slot lasts in each session: its half-day shared out."""
        return MINUTES // np.maximum(self.number, 1)


def clinic_days(trust: Trust, own: Pathways, site: NDArray[np.int8], appointments: Appointments) -> ClinicDays:
    """The sessions of all appointments, known or not; the same appointments give the same sessions."""
    rng = np.random.default_rng([crc32(trust.code.encode()), len(appointments)])
    pathway = appointments.pathway
    clinic = own.service[pathway].astype(np.int64) * 2 + pathway % 2
    place = site[pathway].astype(np.int64)
    sites = len(trust.sites)
    group = (appointments.day.astype(np.int64) * sites + place) * (2 * len(trust.services)) + clinic
    group = np.where(appointments.first == 5, -1, group)
    order = np.argsort(group, kind="stable")
    _, first, counts = np.unique(group[order], return_index=True, return_counts=True)
    within = np.arange(len(order)) - np.repeat(first, counts)
    key = group[order] * 1_000 + within // MOST_IN_A_SESSION
    keys, session = np.unique(key, return_inverse=True)
    none = int((keys < 0).sum())
    session_of, slot = np.empty(len(order), dtype=np.int64), np.empty(len(order), dtype=np.int64)
    session_of[order], slot[order] = session - none, within % MOST_IN_A_SESSION
    session_of[group < 0] = -1
    of, nth = np.divmod(keys[none:], 1_000)
    rest, session_clinic = np.divmod(of, 2 * len(trust.services))
    day, session_site = np.divmod(rest, sites)
    number = np.bincount(session_of[session_of >= 0], minlength=len(of))
    draw = rng.random(len(of))
    return ClinicDays(
        session_of, slot, session_clinic, session_site, day.astype(np.int32), _halves(session_clinic, day, nth, draw), number, draw
    )


def _halves(
    clinic: NDArray[np.int64], day: NDArray[np.int64], nth: NDArray[np.int64], draw: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Morning or afternoon: each clinic has its own on each weekday, and further sessions of a day take the other in turn."""
    weekday = (day + 3) % 7
    half = ((clinic * 7 + weekday * 3) // 2 + nth) % 2
    return np.where((weekday == FRIDAY) & (half == AFTERNOON) & (draw < MOVED_FROM_FRIDAY_AFTERNOON), MORNING, half)


def session_identifiers(trust: Trust, session: NDArray[np.int64]) -> pa.Array:
    """The identifiers, as in BKFC10000004; null where there is no session."""
    return prefixed(f"{trust.prefix}C", FIRST_RECORD + session, hidden=session < 0)


def clinic_columns(
    trust: Trust, days: ClinicDays, appointments: Appointments, chosen: NDArray[np.int64], day: int
) -> dict[str, pa.Array]:
    """What a clinic says of the chosen appointments beside RTT's columns, at the end of `day`."""
    rows, session = appointments.only(chosen), days.session_of[chosen]
    seen = np.isin(rows.outcome, ATTENDED) & (rows.known <= day) & (session >= 0)
    dice = np.random.default_rng([crc32(trust.code.encode()), len(appointments), 1]).random((3, len(appointments)))[:, chosen]
    medium = np.where(np.isin(rows.first, (3, 4)), np.where(dice[0] < PHONE_SHARE, 1, 2), 0)
    procedure = seen & (medium == 0) & (dice[1] < np.where(rows.status >= 30, PROCEDURE_SHARE_AFTER_TREATMENT, PROCEDURE_SHARE))
    columns = {
        "outpatient_session_identifier": session_identifiers(trust, session),
        "consultation_medium_used": named(("01", "02", "03"), np.where(session >= 0, medium, -1)),
        "is_procedure": pa.array(procedure, mask=~seen),
    }
    if trust.code == CHECKS_IN:
        begins, ends = seen_minutes(days, days.slot[chosen], session, dice[2])
        when = np.where(seen, rows.day, NEVER).astype(np.int32)
        columns |= {"seen_at": instants(when, begins), "left_at": instants(when, ends)}
    return columns


def seen_minutes(
    days: ClinicDays, slot: NDArray[np.int64], session: NDArray[np.int64], draw: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The minutes of the day from which and to which each patient was seen: in the slot, a few minutes late, not all of it."""
    of = np.maximum(session, 0)
    length = days.slot_minutes[of]
    begins = STARTS[days.half[of]] + slot * length + (draw * 8).astype(np.int64)
    return begins, begins + np.maximum((length * (0.72 + 0.25 * draw)).astype(np.int64), 5)


def seen_draws(trust: Trust, number: int) -> NDArray[np.float64]:
    """The dice of `seen_minutes` for every appointment, as `clinic_columns` throws them."""
    return np.random.default_rng([crc32(trust.code.encode()), number, 1]).random((3, number))[2]
