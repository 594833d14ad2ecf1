"""Outpatients of the made-up trusts: templates, sessions, rooms, follow-up requests, PIFU and specialist advice.

The clinics, days, sites and patients are those of the appointments. What is wrong on purpose is planted here; what is right is told
by outpatient_truth.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clockstop.synthetic.care import FAULT_SCHEMA, Planted
from clockstop.synthetic.care import outpatient_requests as requests
from clockstop.synthetic.care import outpatient_sessions as sessions
from clockstop.synthetic.care.outpatient_truth import truth_of
from clockstop.synthetic.records import History

DATASETS = (
    "clinic_templates", "rooms", "outpatient_sessions", "room_bookings", "follow_up_requests", "pifu_episodes",
    "specialist_advice_requests",
)  # fmt: skip
# Rows in a thousand that are spoilt, before the trust's own factor.
FAULTS_A_THOUSAND = 3.0

# Each fault: dataset, column, what the cell is made, and the reason under which the row is set aside (null: it is loaded).
FAULTS = (
    ("session_status_unknown", "outpatient_sessions", "session_status", "postponed?", "unknown_code"),
    ("session_more_blocked", "outpatient_sessions", "slots_blocked", 99, "more_blocked_than_slots"),
    ("session_without_slots", "outpatient_sessions", "slots", None, "missing"),
    ("follow_up_without_request_date", "follow_up_requests", "requested_date", None, "missing"),
    ("follow_up_without_any_date", "follow_up_requests", "due_date", None, None),
    ("pifu_kind_unknown", "pifu_episodes", "pifu_type", "OPEN", "unknown_code"),
    ("advice_outcome_unknown", "specialist_advice_requests", "advice_outcome", "PENDING?", "unknown_code"),
    ("booking_without_a_room", "room_bookings", "room_identifier", None, "missing"),
)
KEYS = {
    "outpatient_sessions": "outpatient_session_identifier",
    "follow_up_requests": "follow_up_request_identifier",
    "pifu_episodes": "pifu_episode_identifier",
    "specialist_advice_requests": "specialist_advice_identifier",
    "room_bookings": "room_booking_identifier",
}


def extracts(found: History, day: int, rng: np.random.Generator) -> dict[str, pa.Table]:
    """Each dataset at the end of `day`."""
    made, rooms = sessions.sessions_of(found, rng)
    asked = requests.requests_of(found, rng)
    pifu, advice = rng.spawn(2)
    return {
        "clinic_templates": sessions.template_rows(found, made, day),
        "rooms": sessions.room_rows(found, rooms, int(made.day.min())),
        "outpatient_sessions": sessions.session_rows(found, made, day),
        "room_bookings": sessions.booking_rows(found, made, rooms, day),
        "follow_up_requests": requests.request_rows(found, asked, day),
        "pifu_episodes": requests.pifu_rows(found, pifu, day),
        "specialist_advice_requests": requests.advice_rows(found, advice, day),
    }


def truth(found: History, day: int, rng: np.random.Generator) -> dict[str, pa.Table]:
    """What is right at the end of `day`: slots by session, follow-ups, and the minutes of rooms, worked out without the rules."""
    made, rooms = sessions.sessions_of(found, rng)
    return truth_of(found, made, rooms, requests.requests_of(found, rng), day)


def planted(rows: dict[str, pa.Table], found: History, day: int, rng: np.random.Generator) -> Planted:
    """The extracts with a few cells spoilt, each on a row of its own, and what was spoilt."""
    share = FAULTS_A_THOUSAND * found.trust.fault_factor / 1000
    taken: dict[str, set[int]] = {}
    faults = []
    for fault, dataset, column, cell, reason in FAULTS:
        table = rows[dataset]
        number = max(1, round(table.num_rows * share)) if table.num_rows else 0
        free = np.setdiff1d(np.arange(table.num_rows), sorted(taken.get(dataset, ())))
        chosen = np.sort(rng.choice(free, min(number, len(free)), replace=False))
        taken.setdefault(dataset, set()).update(chosen.tolist())
        rows = {**rows, dataset: _spoilt(table, column, cell, chosen, fault)}
        if fault == "follow_up_without_any_date":
            chosen = _without_any_date(rows[dataset])
        identifiers = table.column(KEYS[dataset]).take(pa.array(chosen)).to_pylist()
        faults += [
            {"fault": fault, "dataset": dataset, "record_identifier": one, "column": column, "reason": reason}
            for one in identifiers
        ]
    return Planted(rows=rows, faults=pa.Table.from_pylist(faults, FAULT_SCHEMA))


def _without_any_date(requests: pa.Table) -> np.ndarray:
    """The places of all requests that say no day, those too that were drawn so."""
    empty = (requests.column(name).is_null() for name in ("due_date", "latest_clinically_appropriate_date"))
    return np.flatnonzero(pc.and_(*empty).to_numpy(zero_copy_only=False))


def _spoilt(table: pa.Table, column: str, cell: object, chosen: np.ndarray, fault: str) -> pa.Table:
    """The table with the cell in the chosen rows; a follow-up without any date loses its latest date too."""
    is_chosen = np.zeros(table.num_rows, dtype=bool)
    is_chosen[chosen] = True
    names = (column, "latest_clinically_appropriate_date") if fault == "follow_up_without_any_date" else (column,)
    for name in names:
        held = table.column(name)
        spoilt = pc.if_else(pa.array(is_chosen), pa.scalar(cell, held.type), held)
        table = table.set_column(table.column_names.index(name), name, spoilt)
    return table
