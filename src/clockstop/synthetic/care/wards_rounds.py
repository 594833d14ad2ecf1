"""Board rounds of the wards, and each patient's day as the round saw it."""

import numpy as np
import pyarrow as pa

from clockstop.synthetic.care.emergency_draw import Floats, Ints, Truths
from clockstop.synthetic.care.emergency_records import Unplanned
from clockstop.synthetic.care.emergency_rows import draws, spell_identifiers
from clockstop.synthetic.care.emergency_states import state_days
from clockstop.synthetic.care.wards_base import GROUPS
from clockstop.synthetic.care.wards_ready import PATHWAYS, Ready
from clockstop.synthetic.extract_columns import constant, dates, named, record_identifiers
from clockstop.synthetic.layers import Layer, Records, always, instant, once, piled
from clockstop.synthetic.london import MINUTES_A_DAY, NO_MINUTE, Minutes, by_greenwich, wall_days
from clockstop.synthetic.pathways import NEVER

KINDS = ("general", "assessment", "escalation")
WEEKEND = 0.68  # rounds at the weekend, of those on other days
RESIDE = (
    "Intravenous treatment",
    "Oxygen",
    "Acute illness not yet stable",
    "Waiting for an operation",
    "Close monitoring",
    "Last days of life",
)
RED = ("Waiting for a scan", "Waiting for a senior review", "Waiting for therapy", "Waiting for social care",
       "Waiting for a specialty","Waiting for medicines", "No plan recorded", "Waiting for a community bed")  # fmt: skip
ACTIONS = (
    "Chase the scan", "Senior review by noon", "Therapy assessment", "Refer to the transfer of care hub",
    "Write up medicines to take home", "Bloods and repeat observations", "Call the family", "Book transport", "Continue treatment",
)  # fmt: skip
OWNERS = ("Registrar", "Ward sister", "Physiotherapist", "Discharge coordinator", "Pharmacist", "Junior doctor")
NOT_JUDGED, NOT_COLOURED = 0.03, 0.05


class Rounds:
    """Parallel arrays, one entry an expected round: ward, day, whether it was held, from when to when."""

    def __init__(self, records: Unplanned) -> None:
        """The rounds of every ward of these days."""
        wards = records.wards
        days = np.arange(records.until - state_days(records) + 1, records.pressed.first + len(records.pressed.by_day))
        places = np.flatnonzero(np.isin([GROUPS[group].kind for group in wards.group.tolist()], KINDS))
        self.ward, self.day = np.repeat(places, len(days)), np.tile(days, len(places))
        self.seed = self.ward * 100_000 + self.day
        share = records.front.rounds * np.where((self.day + 3) % 7 >= 5, WEEKEND, 1.0)
        self.is_held = draws(self.seed, 81) < share
        minute = 8 * 60 + 20 + (draws(self.ward, 82) * 90).astype(np.int64) + (draws(self.seed, 83) * 25).astype(np.int64)
        self.start = by_greenwich(self.day * MINUTES_A_DAY + minute)
        self.end = self.start + 14 + (draws(self.seed, 84) * 34).astype(np.int64)


def round_rows(records: Unplanned, rounds: Rounds) -> Records:
    """The rounds; one that was not held is known as such at noon."""
    trust, wards = records.found.trust, records.wards
    never = np.full(len(rounds.day), NO_MINUTE)
    start, end = (np.where(rounds.is_held, at, never) for at in (rounds.start, rounds.end))
    there = np.where(rounds.is_held, rounds.start, by_greenwich(rounds.day * MINUTES_A_DAY + 12 * 60))
    attendees = 4 + (draws(rounds.seed, 85) * 8).astype(np.int64)
    columns = {
        "ward_code": always(named(tuple(wards.codes(trust)), rounds.ward)),
        "round_date": always(dates(rounds.day)),
        "is_held": always(pa.array(rounds.is_held)),
        "round_started_at": instant(start),
        "round_ended_at": instant(end),
        "attendees": once(pa.array(attendees), end),
        "organisation_site_identifier_of_treatment": always(named(tuple(trust.sites), wards.site[rounds.ward])),
    }
    return Records(there, columns)


def patient_days(records: Unplanned, able: Ready, rounds: Rounds) -> Records:
    """Each adult on the ward at a round that was held, as the round left it."""
    spell, place = _at_rounds(records, rounds)
    ward, day, at = rounds.ward[place], rounds.day[place], rounds.end[place]
    seed = spell * 1_000 + day % 1_000
    ready, draw = able.is_ready(spell, day), draws(seed, 91)
    leaves = wall_days(records.stays.end[spell]) == day
    # Of those who leave on the day on which they are ready, most are judged so only after the round.
    ready &= ~(leaves & (able.last[spell] == day) & (draws(seed, 99) < 0.75))
    expected = _expected(able, spell, at)
    is_due = expected == day
    likely = np.where(leaves, np.select([draw < 0.72, draw < 0.94], [0, 1], -1), np.where(is_due & (draw < 0.55), 1, -1))
    is_red = draws(seed, 92) < np.where(leaves, 0.08, np.where(ready, 0.82, 0.36))
    red = (draws(seed, 96) * len(RED)).astype(np.int64)
    action, owner = _actions(ready, leaves, is_red, red, draws(seed, 97))
    reside = np.where(ready | (draw < NOT_JUDGED), -1, (draw * 997 % 1 * 5.2).astype(np.int64))
    columns: dict[str, tuple[Layer, ...]] = {
        "ward_patient_day_identifier": always(record_identifiers(records.found.trust, "D", seed)),
        "hospital_provider_spell_identifier": always(spell_identifiers(records, spell)),
        "ward_code": always(named(tuple(records.wards.codes(records.found.trust)), ward)),
        "round_date": always(dates(day)),
        "meets_criteria_to_reside": always(pa.array(~ready, mask=draw < NOT_JUDGED)),
        "reason_to_reside": always(named(RESIDE, reside)),
        **_colours(seed, day, is_red, red),
        "estimated_discharge_date": always(dates(expected.astype(np.int32))),
        "expectation": always(named(("definite", "potential"), likely)),
        "pathway_of_discharge": always(named(PATHWAYS, np.where(ready | is_due, able.pathway[spell], -1))),
        "action": always(named(ACTIONS, action)),
        "action_owner": always(named(OWNERS, owner)),
        "is_senior_reviewed": always(pa.array(draws(seed, 98) < 0.80)),
    }
    return Records(at, columns)


def _colours(seed: Ints, day: Ints, is_red: Truths, red: Ints) -> dict[str, tuple[Layer, ...]]:
    """Red or green and why; some red days turn green in the afternoon."""
    unknown = draws(seed, 93) < NOT_COLOURED
    turns = is_red & (draws(seed, 94) < 0.12) & ~unknown
    at = by_greenwich(day * MINUTES_A_DAY + 15 * 60 + 30 + (draws(seed, 95) * 90).astype(np.int64))
    later = np.where(turns, at, NO_MINUTE)
    first, why = np.where(unknown, -1, np.where(is_red, 0, 1)), named(RED, np.where(is_red & ~unknown, red, -1))
    return {
        "colour": piled((named(("red", "green"), first), None), (constant("green", len(seed)), later)),
        "red_reason": piled((why, None), (pa.nulls(len(seed), pa.string()), later)),
    }


def _at_rounds(records: Unplanned, rounds: Rounds) -> tuple[Ints, Ints]:
    """Who is on the ward at each round that is held: the spell and the round's place."""
    wanted, beds = records.wanted, records.beds
    days = np.unique(rounds.day)
    wide = {ward: place for place, ward in enumerate(np.unique(rounds.ward).tolist())}
    column = np.array([wide.get(ward, -1) for ward in range(len(records.wards))])
    at = rounds.start.reshape(len(wide), len(days))
    first = np.clip(wall_days(wanted.start) - days[0], 0, len(days))
    last = np.clip(wall_days(wanted.end) - days[0] + 1, 0, len(days))
    counts = np.where(column[beds.ward] >= 0, np.maximum(last - first, 0), 0)
    leg = np.repeat(np.arange(len(wanted)), counts)
    step = np.arange(len(leg)) - np.repeat(np.cumsum(counts) - counts, counts)
    row, place = column[beds.ward[leg]], first[leg] + step
    moment = at[row, place]
    adult = records.stays.age[wanted.spell[leg]] >= 2
    number = row * len(days) + place
    fits = (wanted.start[leg] <= moment) & (wanted.end[leg] > rounds.end[number]) & adult & rounds.is_held[number]
    spell, number = wanted.spell[leg[fits]], number[fits]
    # Who moved in the morning was seen on two wards: the first round counts.
    order = np.argsort(rounds.start[number], kind="stable")
    _, first = np.unique(spell[order] * 100_000 + rounds.day[number[order]], return_index=True)
    return spell[order[np.sort(first)]], number[order[np.sort(first)]]


def _expected(able: Ready, spell: Ints, at: Minutes) -> Ints:
    """The expected day of discharge as it stands at that minute."""
    found = np.full(len(spell), NEVER, dtype=np.int64)
    for day, known in able.expected(spell):
        found = np.where(known <= at, day, found)
    return found


def _actions(ready: Truths, leaves: Truths, is_red: Truths, red: Ints, draw: Floats) -> tuple[Ints, Ints]:
    """What is to be done, and by whom; nothing for one in ten."""
    going = np.where(draw < 0.6, 4, 7)
    waiting = np.where(draw < 0.6, 3, 6)
    red_action = np.array([0, 1, 2, 3, 1, 4, 1, 3])[red]
    action = np.select([leaves, ready, is_red], [going, waiting, red_action], np.where(draw < 0.4, 5, 8))
    owner = np.array([0, 0, 2, 3, 4, 5, 1, 1, 5])[action]
    none = draw > 0.9
    return np.where(none, -1, action), np.where(none, -1, owner)
