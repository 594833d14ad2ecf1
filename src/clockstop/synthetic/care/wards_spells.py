"""The spells of the made-up hospitals, drawn whole: from the emergency department, direct, elective, mothers and babies.

The elective ones are those of the pathways (`found.spells`), with hours; who is to come in on the days ahead comes in.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from clockstop.synthetic.care.emergency_draw import ADMITTED, Floats, Ints, Truths, Visits
from clockstop.synthetic.care.emergency_trusts import DAYTIME, SDEC, Front
from clockstop.synthetic.london import MINUTES_A_DAY, NO_MINUTE, Minutes, by_greenwich, on_the_wall, wall_days
from clockstop.synthetic.organisations import SERVICES
from clockstop.synthetic.records import History

OBSTETRICS, WELL_BABIES, NEONATES = "501", "424", "422"
FUNCTIONS = (*sorted({code for codes in SERVICES.values() for code in codes}), OBSTETRICS, WELL_BABIES, NEONATES)
METHODS = ("11", "12", "13", "21", "22", "23", "24", "2A", "2B", "2D", "31", "32", "82")
PLACE = {code: place for place, code in enumerate(METHODS)}
# Where a spell comes from.
FROM_ED, DIRECT, ELECTIVE, MOTHER, BABY = range(5)
# By age class, the functions under which emergencies are taken in.
TAKEN_BY = (
    {"420": 0.80, "171": 0.06, "110": 0.07, "100": 0.03, "120": 0.04},
    {"420": 0.74, "171": 0.08, "110": 0.10, "100": 0.04, "120": 0.04},
    {"300": 0.30, "100": 0.22, "110": 0.09, "502": 0.09, "101": 0.06, "301": 0.10, "340": 0.04, "320": 0.04, "120": 0.03,
     "400": 0.03},
    {"300": 0.26, "100": 0.16, "110": 0.08, "101": 0.05, "301": 0.11, "340": 0.10, "320": 0.13, "400": 0.05, "502": 0.02,
     "430": 0.04},
    {"300": 0.18, "430": 0.18, "340": 0.13, "320": 0.14, "301": 0.07, "100": 0.10, "110": 0.09, "400": 0.06, "101": 0.05},
    {"430": 0.46, "300": 0.12, "340": 0.08, "320": 0.08, "110": 0.11, "100": 0.06, "400": 0.05, "101": 0.04},
)  # fmt: skip
# Nights of those who stay longer than a few hours, by age class: the middle of the drawn stays.
MIDDLE_NIGHTS = np.array([1.4, 1.6, 2.5, 3.8, 5.2, 6.2])
SPREAD = 0.98
# A few stay far longer.
LONG_SHARE, LONG_TIMES = 0.038, 3.5
# Who is ready and stays on, by age class, and for how many days.
DELAYED = np.array([0.0, 0.01, 0.05, 0.13, 0.23, 0.34])
DIES = np.array([0.002, 0.002, 0.005, 0.02, 0.045, 0.085])
# When patients leave, by hour of the wall's clock.
LEAVES = np.array([0.3] * 8 + [1, 2.3, 4.8, 6.9, 7, 8, 9.5, 11, 11.5, 11, 9.5, 6.5, 3.5, 1.8, 1, 0.6])
BIRTHS, DIRECT_SHARE = 0.028, 0.22


@dataclass(frozen=True)
class Spells:
    """Parallel arrays, one entry a spell. `able` is when the patient could have left: the clinical end of the stay.

    `visit` is the attendance that led to it (-1: none), `known` the place among the pathways' own spells (-1: none).
    """

    origin: Ints
    method: Ints
    function: Ints
    age: Ints
    start: Minutes
    able: Minutes
    end: Minutes
    dies: Truths
    is_day_case: Truths
    visit: Ints
    known: Ints
    person: Ints

    def __len__(self) -> int:
        return len(self.start)

    def only(self, chosen: NDArray[np.int64] | Truths) -> "Spells":
        """The entries at these places."""
        return Spells(*(getattr(self, column.name)[chosen] for column in fields(self)))


def spells(found: History, front: Front, rate: float, seen: Visits, *, days: Ints, until: int, rng: np.random.Generator) -> Spells:
    """Every spell that begins in these days, by its start."""
    emergencies, direct, elective, births = rng.spawn(4)
    parts = [
        _from_ed(front, seen, emergencies), _direct(front, seen, days, direct), _elective(found, front, days, until, elective),
        *_births(rate * BIRTHS, days, front, births),
    ]  # fmt: skip
    joined = Spells(*(np.concatenate([getattr(part, column.name) for part in parts]) for column in fields(Spells)))
    return joined.only(np.lexsort((joined.origin, joined.start)))


def _from_ed(front: Front, seen: Visits, rng: np.random.Generator) -> Spells:
    chosen = np.flatnonzero(seen.outcome == ADMITTED)
    start, age = seen.left[chosen], seen.age[chosen]
    short = np.where(seen.kind[chosen] == SDEC, 0.6, front.short)
    method = np.full(len(chosen), PLACE["21"])
    return _emergency(front, start, age, method=method, origin=FROM_ED, visit=chosen, short=short, rng=rng)


def _direct(front: Front, seen: Visits, days: Ints, rng: np.random.Generator) -> Spells:
    """Sent in by general practitioners and clinics, straight to the assessment units."""
    rate = (seen.outcome == ADMITTED).sum() / len(days) * DIRECT_SHARE
    weekday = np.array([1.2, 1.15, 1.1, 1.1, 1.15, 0.65, 0.65])[(days + 3) % 7]
    day = np.repeat(days, rng.poisson(rate * weekday))
    start = by_greenwich(day * MINUTES_A_DAY + _hours(np.roll(DAYTIME, 3), len(day), rng) * 60 + rng.integers(0, 60, len(day)))
    age = rng.choice(6, len(day), p=[0.10, 0.08, 0.22, 0.20, 0.22, 0.18])
    method = rng.choice(
        [PLACE[code] for code in ("22", "23", "24", "2A", "2B", "2D")], len(day), p=[0.62, 0.08, 0.14, 0.08, 0.05, 0.03]
    )
    short, visit = np.full(len(day), front.short), np.full(len(day), -1)
    return _emergency(front, start, age, method=method, origin=DIRECT, visit=visit, short=short, rng=rng)


def _emergency(
    front: Front, start: Minutes, age: Ints, *, method: Ints, origin: int, visit: Ints, short: Floats, rng: np.random.Generator
) -> Spells:
    number = len(start)
    function = _functions(age, rng)
    dies = rng.random(number) < DIES[age]
    able, end = _ends(front, start, age, is_short=rng.random(number) < short, dies=dies, rng=rng)
    return Spells(
        np.full(number, origin), method, function, age, start, able, end, dies, np.zeros(number, bool), visit,
        np.full(number, -1), np.full(number, -1),
    )  # fmt: skip


def _functions(age: Ints, rng: np.random.Generator) -> Ints:
    draw, found = rng.random(len(age)), np.zeros(len(age), np.int64)
    for place, shares in enumerate(TAKEN_BY):
        edges = np.cumsum(list(shares.values()))
        codes = np.array([FUNCTIONS.index(code) for code in shares])
        here = age == place
        found[here] = codes[np.minimum(np.searchsorted(edges / edges[-1], draw[here], side="right"), len(codes) - 1)]
    return found


def _ends(
    front: Front, start: Minutes, age: Ints, *, is_short: Truths, dies: Truths, rng: np.random.Generator
) -> tuple[Minutes, Minutes]:
    """When each could have left, and when each left."""
    number, day = len(start), wall_days(start)
    hours = np.clip(np.exp(rng.normal(0, 0.55, number)) * 7.5, 1, 23) * 60
    longer = np.where((age >= 3) & (rng.random(number) < LONG_SHARE), LONG_TIMES, 1.0)
    nights = np.maximum(1, np.rint(np.exp(rng.normal(0, SPREAD, number)) * MIDDLE_NIGHTS[age] * longer)).astype(np.int64)
    nights = np.minimum(nights, 150)
    able_day = day + nights
    moves = np.isin((able_day + 3) % 7, (5, 6)) & (rng.random(number) < 0.50) & ~dies
    ended_day = able_day + np.where(moves, rng.integers(1, 4, number), 0)
    is_delayed = (rng.random(number) < DELAYED[age] * front.delays) & ~dies & (nights >= 2)
    days_on = np.maximum(1, np.rint(np.exp(rng.normal(0, 0.95, number)) * 5.0)).astype(np.int64)
    ended_day = np.where(is_delayed, able_day + days_on, ended_day)
    end = discharge_minutes(front, ended_day, rng)
    dying = by_greenwich(ended_day * MINUTES_A_DAY + rng.integers(0, MINUTES_A_DAY, number))
    end = np.where(dies, dying, end)
    end = np.where(is_short, _by_day(front, start + hours.astype(np.int64), rng), np.maximum(end, start + 90))
    able = np.where(is_short, end, np.minimum(able_day, wall_days(end)).astype(np.int64) * MINUTES_A_DAY)
    return np.where(is_short, end, by_greenwich(able + 9 * 60)), end


def _by_day(front: Front, end: Minutes, rng: np.random.Generator) -> Minutes:
    """The ends of short stays: few leave by night, most of those in the morning that follows."""
    hour = minutes_of_day(end) // 60
    waits = ((hour < 9) | (hour >= 23)) & (rng.random(len(end)) < 0.85)
    morning = wall_days(end).astype(np.int64) + (hour >= 23)
    return np.where(waits, np.maximum(discharge_minutes(front, morning, rng), end), end)


def discharge_minutes(front: Front, day: Ints, rng: np.random.Generator) -> Minutes:
    """A time on each day at which patients leave."""
    weights = LEAVES.copy()
    weights[:12] *= front.before_noon
    return by_greenwich(day * MINUTES_A_DAY + _hours(weights, len(day), rng) * 60 + rng.integers(0, 60, len(day)))


def _hours(weights: Floats, number: int, rng: np.random.Generator) -> Ints:
    return np.searchsorted(np.cumsum(weights) / weights.sum(), rng.random(number), side="right").astype(np.int64)


def _elective(found: History, front: Front, days: Ints, until: int, rng: np.random.Generator) -> Spells:
    """The pathways' own admissions of these days, and those who are to come in after `until`."""
    rows = found.spells
    own = np.flatnonzero((rows.admitted >= days[0]) & (rows.admitted <= until))
    ahead = found.entries
    coming = np.flatnonzero(
        (ahead.to_come_in > until)
        & (ahead.to_come_in <= days[-1])
        & (ahead.removal_reason == 1)
        & (ahead.to_come_in_known <= until)
    )
    pathway = np.concatenate([rows.pathway[own], ahead.pathway[coming]])
    admitted = np.concatenate([rows.admitted[own], ahead.to_come_in[coming]]).astype(np.int64)
    stay = np.where(ahead.management[coming] == 2, 0, rng.geometric(0.4, len(coming)))
    left = np.concatenate([rows.left[own], ahead.to_come_in[coming] + stay]).astype(np.int64)
    method = np.concatenate([rows.method[own].astype(np.int64), np.full(len(coming), 11)])
    known = np.concatenate([own, len(rows) + np.arange(len(coming))])
    number, is_day_case = len(pathway), left == admitted
    start = by_greenwich(admitted * MINUTES_A_DAY + rng.integers(7 * 60, 11 * 60 + 30, number))
    end = np.where(is_day_case, start + rng.integers(150, 540, number), np.maximum(discharge_minutes(front, left, rng), start + 90))
    person = found.own.person[pathway].astype(np.int64)
    functions = np.array([FUNCTIONS.index(code) for code in found.trust.services])
    able = np.where(is_day_case, end, by_greenwich(wall_days(end).astype(np.int64) * MINUTES_A_DAY + 540))
    return Spells(
        np.full(number, ELECTIVE), np.array([PLACE[str(code)] for code in method], np.int64), functions[found.own.service[pathway]],
        _age_class(found, person, until), start, np.minimum(able, end), end, np.zeros(number, bool), is_day_case,
        np.full(number, -1),
        known, person,
    )  # fmt: skip


def _age_class(found: History, person: Ints, until: int) -> Ints:
    age = (until - found.persons.birth_day[person]) / 365.2425
    return np.clip(np.searchsorted([5, 16, 45, 65, 80], age, side="right"), 0, 5).astype(np.int64)


def _births(rate: float, days: Ints, front: Front, rng: np.random.Generator) -> tuple[Spells, Spells]:
    """Mothers and their babies, who leave together but for one in fifteen."""
    day = np.repeat(days, rng.poisson(rate, len(days)))
    number = len(day)
    start = by_greenwich(day * MINUTES_A_DAY + rng.integers(0, MINUTES_A_DAY, number))
    nights = rng.choice([1, 2, 3, 4, 5], number, p=[0.45, 0.3, 0.15, 0.07, 0.03])
    end = np.maximum(discharge_minutes(front, wall_days(start).astype(np.int64) + nights, rng), start + 900)
    born = start + rng.integers(120, 800, number)
    is_ill = rng.random(number) < 1 / 15
    baby_end = np.where(is_ill, end + rng.integers(2, 18, number) * MINUTES_A_DAY, end)
    no, none = np.full(number, -1), np.zeros(number, bool)
    mother = Spells(
        np.full(number, MOTHER), np.full(number, PLACE["31"]), np.full(number, FUNCTIONS.index(OBSTETRICS)), np.full(number, 2),
        start, end, end, none, none, no, no, no,
    )  # fmt: skip
    function = np.where(is_ill, FUNCTIONS.index(NEONATES), FUNCTIONS.index(WELL_BABIES))
    baby = Spells(
        np.full(number, BABY), np.full(number, PLACE["82"]), function, np.zeros(number, np.int64), born, baby_end, baby_end, none,
        none, no, no, no,
    )  # fmt: skip
    return mother, baby


def nights_of(stays: Spells) -> Ints:
    """Nights of each spell, in civil days."""
    return (wall_days(stays.end) - wall_days(stays.start)).astype(np.int64)


def is_emergency(stays: Spells) -> Truths:
    """From the emergency department or direct."""
    return np.isin(stays.origin, (FROM_ED, DIRECT))


def minutes_of_day(minutes: Minutes) -> Ints:
    """The minute of its day on the wall, 0 to 1,439."""
    return np.where(minutes < NO_MINUTE, on_the_wall(np.minimum(minutes, NO_MINUTE - 1)) % MINUTES_A_DAY, -1)
