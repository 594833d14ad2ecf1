"""When patients no longer needed to be in hospital, what they then waited for, and when they were expected to leave."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from clockstop.synthetic.care.emergency_draw import Floats, Ints, Truths
from clockstop.synthetic.care.emergency_records import Unplanned, visible_spells
from clockstop.synthetic.care.emergency_rows import draws, spell_identifiers
from clockstop.synthetic.care.wards_spells import DIRECT, ELECTIVE, FROM_ED, nights_of
from clockstop.synthetic.extract_columns import dates, named, numbers, record_identifiers
from clockstop.synthetic.layers import Records, always, instant, piled
from clockstop.synthetic.london import MINUTES_A_DAY, NO_MINUTE, Minutes, by_greenwich, wall_days
from clockstop.synthetic.pathways import NEVER

RECORDED, WITHDRAWN, EXPECTED = 0.95, 0.16, 0.88
# By pathway of discharge, the reasons for which people wait: code and words (local codes, made up in the manner of England's).
REASONS = (
    ("TTO", "Medicines to take home", 0), ("TRN", "Transport", 0), ("DEC", "Discharge decision not yet made by the team", 0),
    ("FAM", "Discussion with the patient or the family", 0), ("HOM", "Home care package not yet started", 1),
    ("EQP", "Equipment or adaptation of the home", 1), ("ASS", "Assessment by the transfer of care hub", 1),
    ("REH", "No rehabilitation bed", 2), ("CIB", "No community hospital bed", 2), ("CHM", "No care home place", 3),
    ("FUN", "Funding not agreed", 3), ("SOC", "Social care assessment", 3),
)  # fmt: skip
PATHWAYS = ("0", "1", "2", "3")


@dataclass(frozen=True)
class Ready:
    """Parallel arrays, one entry a spell: days, minutes; `NEVER` and `NO_MINUTE` where there is none.

    `first` is the day first ready, `withdrawn` that on which this was taken back, `last` the day ready in the end.
    """

    is_in_scope: Truths
    first: Ints
    withdrawn: Ints
    last: Ints
    pathway: Ints
    reason: Ints
    expected_set: Minutes
    expected_first: Ints
    expected_last: Ints
    expected_changed: Minutes

    def expected(self, places: Ints) -> list[tuple[Ints, Minutes]]:
        """The expected days of discharge of these spells one after the other, and from when each holds."""
        return [
            (self.expected_first[places], self.expected_set[places]),
            (self.expected_last[places], self.expected_changed[places]),
        ]

    def is_ready(self, places: Ints, day: Ints) -> Truths:
        """Whether the patient is ready to leave on that day, as a plain reading of the history."""
        first = (self.first[places] <= day) & (day < self.withdrawn[places])
        return first | ((self.withdrawn[places] < NEVER) & (self.last[places] <= day))


def ready(records: Unplanned) -> Ready:
    """The readiness of every spell."""
    stays, number = records.stays, len(records.stays)
    every = np.arange(number)
    draw = {salt: draws(every, salt) for salt in range(41, 51)}
    start, end = wall_days(stays.start).astype(np.int64), wall_days(stays.end).astype(np.int64)
    able = np.clip(wall_days(stays.able), start, end)
    is_adult = np.isin(stays.origin, (FROM_ED, DIRECT, ELECTIVE)) & (stays.age >= 2) & ~stays.is_day_case
    has_nights = is_adult & (nights_of(stays) >= 1)
    is_told = has_nights & ~stays.dies & (draw[41] < RECORDED)
    is_back = is_told & (end - able >= 4) & (draw[42] < WITHDRAWN)
    back = able + 1 + (draw[43] * (end - able - 2) * 0.6).astype(np.int64)
    again = back + 1 + (draw[44] * (end - back)).astype(np.int64)
    never = np.full(number, NEVER, dtype=np.int64)
    pathway = _pathways(stays.age, end - able, draw[45])
    is_expected = has_nights & (draw[46] < EXPECTED)
    quick = np.where(draw[47] < 0.86, 90 + draw[48] * 1_200, 1_500 + draw[48] * 2_400)
    set_at = np.where(is_expected, stays.start + quick.astype(np.int64), NO_MINUTE)
    set_at = np.where(set_at < stays.end - 60, set_at, NO_MINUTE)
    guess = np.maximum(able + np.rint((draw[49] - 0.5) * 1.6 * np.sqrt(able - start + 1)).astype(np.int64), start)
    changed = by_greenwich(np.maximum(able - 1, start) * MINUTES_A_DAY + 600 + (draw[50] * 120).astype(np.int64))
    changes = (set_at < changed) & (changed < stays.end) & (draw[44] < 0.8)
    return Ready(
        is_in_scope=has_nights, first=np.where(is_told, able, never), withdrawn=np.where(is_back, back, never),
        last=np.where(is_back, np.minimum(again, end), np.where(is_told, able, never)), pathway=pathway,
        reason=_reasons(pathway, draw[43]), expected_set=set_at, expected_first=guess,
        expected_last=np.where(draw[42] < 0.75, end, able), expected_changed=np.where(changes, changed, NO_MINUTE),
    )  # fmt: skip


def _pathways(age: Ints, waited: Ints, draw: Floats) -> Ints:
    """Mostly home without support; of the old and of those who waited for long, more to care."""
    home = np.where(waited > 1, 0.30, np.array([1, 1, 0.97, 0.93, 0.84, 0.72])[age])
    rest = (draw - home) / np.maximum(1 - home, 1e-9)
    return np.select([draw < home, rest < 0.52, rest < 0.76], [0, 1, 2], 3)


def _reasons(pathway: Ints, draw: Floats) -> Ints:
    found = np.zeros(len(pathway), np.int64)
    for one in range(4):
        fits = np.array([place for place, reason in enumerate(REASONS) if reason[2] == one])
        here = pathway == one
        found[here] = fits[np.minimum((draw[here] ** 1.3 * len(fits)).astype(np.int64), len(fits) - 1)]
    return found


def ready_rows(records: Unplanned, found: Ready) -> Records:
    """The history of the dates: ready, no longer, ready again; each as it was written down."""
    places = visible_spells(records)
    has, back = found.first[places] < NEVER, found.withdrawn[places] < NEVER
    parts = (
        (places[has], found.first[places[has]], 0), (places[back], found.withdrawn[places[back]], 1),
        (places[back], found.last[places[back]], 2),
    )  # fmt: skip
    spell = np.concatenate([part[0] for part in parts])
    day = np.concatenate([part[1] for part in parts])
    step = np.concatenate([np.full(len(part[0]), part[2]) for part in parts])
    at = by_greenwich(day * MINUTES_A_DAY + 8 * 60 + 40 + (draws(spell * 3 + step, 51) * 200).astype(np.int64))
    at = np.maximum(np.minimum(at, records.stays.end[spell] - 15), records.stays.start[spell])
    waits = wall_days(records.stays.end[spell]) > day
    is_known = waits & (step != 1)
    code, words = (named(tuple(reason[part] for reason in REASONS), np.where(is_known, found.reason[spell], -1)) for part in (0, 1))
    columns = {
        "discharge_ready_identifier": always(record_identifiers(records.found.trust, "Z", spell * 3 + step)),
        "hospital_provider_spell_identifier": always(spell_identifiers(records, spell)),
        "discharge_ready_date": always(dates(day)),
        "ready_status": always(named(("ready", "withdrawn"), np.where(step == 1, 1, 0))),
        "recorded_at": instant(at),
        "pathway_of_discharge": always(numbers(found.pathway[spell])),
        "delay_reason_code": piled((pa.nulls(len(spell), pa.string()), None), (code, at + 600)),
        "delay_reason": piled((pa.nulls(len(spell), pa.string()), None), (words, at + 600)),
    }
    return Records(at, columns)
