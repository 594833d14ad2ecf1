"""The bed states of wards at five times a day, counted from the stays: open, closed and why, occupied, empty, kept."""

import numpy as np
import pyarrow as pa

from clockstop.synthetic.care import wards_base as base
from clockstop.synthetic.care.emergency_draw import Ints
from clockstop.synthetic.care.emergency_records import Unplanned
from clockstop.synthetic.care.emergency_rows import draws
from clockstop.synthetic.care.emergency_states import state_days
from clockstop.synthetic.care.wards_base import GROUPS
from clockstop.synthetic.care.wards_stays import WELL_BABY
from clockstop.synthetic.extract_columns import named, record_identifiers
from clockstop.synthetic.layers import Records, always, instant
from clockstop.synthetic.london import MINUTES_A_DAY, Minutes, by_greenwich

TIMES = (8 * 60, 10 * 60 + 30, 13 * 60, 16 * 60, 20 * 60)
# Of wards in a stretch of five days, those with beds closed for infection; of wards in a day, those short of nurses, or repaired.
INFECTED, SHORT, REPAIRED = 0.07, 0.05, 0.03


def occupied(records: Unplanned, ward: int, times: Minutes) -> Ints:
    """Patients on the ward at each time, those too many among them; well babies are no patients."""
    here = (records.beds.ward == ward) & (records.wanted.function != WELL_BABY)
    came, went = np.sort(records.wanted.start[here]), np.sort(records.wanted.end[here])
    return np.searchsorted(came, times, side="right") - np.searchsorted(went, times, side="right")


def bed_states(records: Unplanned) -> Records:
    """One row a ward and time; the lounge and recovery are no wards."""
    days = np.arange(records.until - state_days(records) + 1, records.pressed.first + len(records.pressed.by_day))
    times = by_greenwich((days[:, None] * MINUTES_A_DAY + np.array(TIMES)).ravel())
    day = np.repeat(days, len(TIMES))
    trust, wards = records.found.trust, records.wards
    places = [place for place in range(len(wards)) if int(wards.group[place]) not in (base.LOUNGE, base.RECOVERY)]
    rows = [_ward(records, place, times, day) for place in places]
    table = {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}
    ward, at = np.repeat(places, len(times)), np.tile(times, len(places))
    columns = {
        "ward_bed_state_identifier": always(record_identifiers(trust, "B", (at // 10 - 2_900_000) * 100 + ward)),
        "ward_code": always(named(tuple(wards.codes(trust)), ward)),
        "taken_at": instant(at),
        **{name: always(pa.array(values)) for name, values in table.items()},
        "organisation_site_identifier_of_treatment": always(named(tuple(trust.sites), wards.site[ward])),
    }
    return Records(at, columns)


def _ward(records: Unplanned, place: int, times: Minutes, day: Ints) -> dict[str, Ints]:
    """The beds of one ward; only empty beds are closed, and escalation beds open as they are needed."""
    wards, patients = records.wards, occupied(records, place, times)
    core, extra = int(wards.beds[place]), int(wards.extra[place])
    grown = np.where(day >= wards.grown_day, int(wards.grown[place]), 0)
    if GROUPS[int(wards.group[place])].kind == "escalation":
        core, extra = 0, core
    core_now = core + grown
    escalation = np.clip(np.where(core == 0, patients + (patients > 0), patients - core_now), 0, core + extra - core_now)
    spare = np.maximum(core_now + escalation - patients, 0)
    seed = place * 100_000 + day
    infected = np.where(draws(place * 100_000 + day // 5, 71) < INFECTED, np.minimum(spare, 2 + day % 3), 0)
    short = np.where(draws(seed, 72) < SHORT, np.minimum(spare - infected, 2), 0)
    repaired = np.where(draws(seed, 73) < REPAIRED, np.minimum(spare - infected - short, 1), 0)
    empty = spare - infected - short - repaired
    dirty = np.minimum(empty, (draws(seed * 7 + times % 7, 74) * (empty + 1) * 0.45).astype(np.int64))
    kept = np.minimum(empty - dirty, (draws(seed * 7 + times % 7, 75) * (empty - dirty + 1) * 0.7).astype(np.int64))
    return {
        "beds_open": core_now + escalation - infected - short - repaired, "escalation_beds_open": escalation,
        "beds_occupied": patients, "beds_closed_infection": infected, "beds_closed_staffing": short,
        "beds_closed_estates": repaired,
        "beds_empty_clean": empty - dirty, "beds_empty_not_clean": dirty, "beds_reserved": kept,
    }  # fmt: skip
