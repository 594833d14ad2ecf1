"""Virtual wards: old people and those short of breath who are looked after at home, from a ward or from the front door."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from clockstop.synthetic.care import wards_base as base
from clockstop.synthetic.care.emergency_draw import DISCHARGED, Floats, Ints
from clockstop.synthetic.care.emergency_records import Unplanned
from clockstop.synthetic.care.emergency_rows import draws, people_columns, spell_identifiers
from clockstop.synthetic.care.wards_spells import FUNCTIONS, is_emergency, nights_of
from clockstop.synthetic.extract_columns import constant, named, prefixed, record_identifiers
from clockstop.synthetic.layers import Records, always, instant
from clockstop.synthetic.london import MINUTES_A_DAY, NO_MINUTE, Minutes, by_greenwich, wall_days

FILLED = 0.80
RESPIRATORY = ("340", "320")
PATHWAYS = ("Frailty", "Respiratory", "Heart failure")


@dataclass(frozen=True)
class AtHome:
    """Parallel arrays, one entry a stay on a virtual ward; `spell` is that from which the patient stepped down (-1: none)."""

    spell: Ints
    person: Ints
    ward: Ints
    start: Minutes
    end: Minutes
    capacity: list[int]


def at_home(records: Unplanned) -> AtHome:
    """Every stay of the days told of; who is admitted again leaves the virtual ward."""
    down, up = _step_down(records), _step_up(records)
    spell = np.concatenate([down, np.full(len(up), -1)])
    person = np.concatenate([records.who.spell[down], records.who.visit[up]])
    start = np.concatenate([records.stays.end[down], records.seen.left[up] + 90 + up % 180])
    seed = np.concatenate([down, up + 10_000_000])
    nights = np.maximum(np.rint(np.exp(0.62 * _normal(seed)) * 6.2), 1).astype(np.int64)
    end = by_greenwich((wall_days(start) + nights) * MINUTES_A_DAY + 9 * 60 + (draws(seed, 103) * 480).astype(np.int64))
    end = np.minimum(end, _next_start(records, person, start))
    function = np.concatenate([records.stays.function[down], np.full(len(up), FUNCTIONS.index("430"))])
    ward = np.where(np.isin(function, [FUNCTIONS.index(code) for code in RESPIRATORY]), 1, 0)
    fits = end > start + 240
    order = np.flatnonzero(fits)[np.argsort(start[fits], kind="stable")]
    days = records.until - records.first + 1
    spent = np.minimum(end, records.end) - start
    capacity = [max(3, round(spent[fits & (ward == one)].clip(0).sum() / MINUTES_A_DAY / days / FILLED)) for one in range(2)]
    return AtHome(spell[order], person[order], ward[order], start[order], end[order], capacity)


def _step_down(records: Unplanned) -> Ints:
    stays, every = records.stays, np.arange(len(records.stays))
    old = (stays.age >= 4) & is_emergency(stays) & (nights_of(stays) >= 1) & ~stays.dies & (stays.end >= records.begin)
    return np.flatnonzero(old & (draws(every, 101) < 0.10))


def _step_up(records: Unplanned) -> Ints:
    seen, every = records.seen, np.arange(len(records.seen))
    old = (seen.age >= 4) & (seen.outcome == DISCHARGED) & np.isin(seen.kind, (1, 5)) & (seen.came >= records.begin)
    return np.flatnonzero(old & (draws(every, 102) < 0.05))


def _normal(seed: Ints) -> Floats:
    one, two = np.clip(draws(seed, 104), 1e-12, 1), draws(seed, 105)
    return np.sqrt(-2 * np.log(one)) * np.cos(2 * np.pi * two)


def _next_start(records: Unplanned, person: Ints, start: Minutes) -> Minutes:
    """When each person's next spell or visit begins."""
    of = np.concatenate([records.who.spell, records.who.visit])
    at = np.concatenate([records.stays.start, records.seen.came])
    step = np.int64(2**32)
    known = np.sort(of * step + at)
    place = np.searchsorted(known, person * step + start, side="right")
    found = np.append(known, np.iinfo(np.int64).max)[place]
    return np.where(found // step == person, found % step, NO_MINUTE)


def virtual_rows(records: Unplanned, stays: AtHome) -> Records:
    """The stays as the team's system tells them."""
    trust, places = records.found.trust, np.arange(len(stays.start))
    heart = (stays.ward == 1) & (draws(places, 106) < 0.4)
    codes = tuple(f"{trust.prefix}V{number + 1}" for number in range(len(base.VIRTUAL)))
    columns = {
        "virtual_ward_stay_identifier": always(record_identifiers(trust, "H", places)),
        "ward_code": always(named(codes, stays.ward)),
        "hospital_provider_spell_identifier": always(spell_identifiers(records, stays.spell)),
        "virtual_ward_started_at": instant(stays.start),
        "virtual_ward_ended_at": instant(stays.end),
        "virtual_ward_entry": always(named(("step_up", "step_down"), np.where(stays.spell >= 0, 1, 0))),
        "is_technology_enabled": always(pa.array(draws(places, 107) < np.where(stays.ward == 1, 0.85, 0.4))),
        "clinical_pathway": always(named(PATHWAYS, np.where(heart, 2, stays.ward))),
        "activity_treatment_function_code": always(named(("430", "340"), stays.ward)),
        "organisation_site_identifier_of_treatment": always(constant(next(iter(trust.sites)), len(places))),
        "consultant_code": always(prefixed("C", 9_960_000 + stays.ward * 4 + places % 4)),
        **{name: always(values) for name, values in people_columns(records.found, stays.person).items()},
    }
    return Records(stays.start, columns)
