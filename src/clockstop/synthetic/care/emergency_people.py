"""Who comes: the people of the elective pathways and others of the same towns; nobody is in two places, and some come back.

Those who die are never people of a pathway, whose records would go on without them.
"""

from dataclasses import dataclass, fields, replace
from heapq import heapify, heappop, heappush

import numpy as np
from numpy.typing import NDArray

from clockstop.synthetic.care.emergency_draw import DEAD, DIED, STREAMED, Ints, Visits
from clockstop.synthetic.care.emergency_trusts import AGE_FROM
from clockstop.synthetic.care.wards_spells import BABY, ELECTIVE, FUNCTIONS, MOTHER, Spells, is_emergency
from clockstop.synthetic.london import MINUTES_A_DAY, NO_MINUTE, wall_days
from clockstop.synthetic.organisations import TRUSTS
from clockstop.synthetic.pathways import NEVER
from clockstop.synthetic.people import DAYS_IN_YEAR, ETHNIC, ETHNIC_SHARES, PRACTICES_OF_A_NEIGHBOURHOOD, People, nhs_numbers
from clockstop.synthetic.records import History

# Others than those of pathways, for each attendance and birth; how often one of a pathway comes.
OTHERS_AN_ATTENDANCE, OF_PATHWAYS = 0.75, 0.30
# Who comes back: of all attendances those by someone who was there in the last week, of emergency admissions those by someone who
# was discharged in the last month.
BACK_IN_A_WEEK, READMITTED = 0.075, 0.152
# Nobody else comes again before these days are over.
REST_DAYS = 31
NO_NHS_NUMBER = -1
FIRST_ADULT = 2
# Gynaecology has women alone, and the old have a service of their own: under which function others are taken in instead.
WOMENS, OLD, SURGICAL, MEDICAL = (FUNCTIONS.index(code) for code in ("502", "430", "100", "300"))
OLDEST_IN_MEDICINE = 65


@dataclass(frozen=True)
class Crowd:
    """Everyone: the people of `found`, then others, then babies; and who of them may be drawn, by age class."""

    people: People
    first_baby: int
    by_age: tuple[tuple[NDArray[np.int64], NDArray[np.int64]], ...]
    mothers: NDArray[np.int64]


def crowd(found: History, number: int, born: Ints, until: int, rng: np.random.Generator) -> Crowd:
    """The people of the pathways, `number` others, and those who were born on these days."""
    everyone = _joined(found.persons, _others(found, number, until, rng))
    first_baby = len(everyone)
    age = (until - everyone.birth_day) / DAYS_IN_YEAR
    place = np.clip(np.searchsorted(AGE_FROM, age, side="right") - 1, 0, 5)
    dead = np.unique(found.own.person[found.referrals.pathway[found.referrals.died < NEVER]])
    is_own = np.arange(len(everyone)) < len(found.persons)
    is_alive = np.ones(len(everyone), bool)
    is_alive[dead] = False
    pools = tuple(
        (np.flatnonzero((place == one) & is_own & is_alive), np.flatnonzero((place == one) & ~is_own)) for one in range(6)
    )
    mothers = np.flatnonzero((place == 2) & ~is_own & (everyone.sex == 1) & (age < 43))
    return Crowd(_joined(everyone, _babies(everyone, mothers, born, rng)), first_baby, pools, mothers)


def _babies(known: People, mothers: Ints, born: Ints, rng: np.random.Generator) -> People:
    """Those born on these days, who live where somebody's mother does; their NHS number is not there yet."""
    some = rng.choice(mothers, len(born))
    like = {column.name: getattr(known, column.name)[some] for column in fields(People)}
    number = int(known.hospital_number.max()) + 1 + np.arange(len(born))
    sex = rng.choice(2, len(born)).astype(np.int8)
    new = {
        "nhs_number": np.full(len(born), NO_NHS_NUMBER),
        "hospital_number": number,
        "birth_day": born.astype(np.int32),
        "sex": sex,
    }
    return People(**{**like, **new})


def _joined(one: People, other: People) -> People:
    return People(*(np.concatenate([getattr(one, column.name), getattr(other, column.name)]) for column in fields(People)))


def _others(found: History, number: int, until: int, rng: np.random.Generator) -> People:
    """More people of the towns, children and old people more often than on waiting lists; one in fifty has no NHS number."""
    trust = found.trust
    free = np.setdiff1d(_numbers_of(trust.code), found.persons.nhs_number)
    numbers = np.full(number, NO_NHS_NUMBER, dtype=np.int64)
    chosen = rng.permutation(free)[:number]
    numbers[: len(chosen)] = chosen
    numbers[rng.random(number) < 0.02] = NO_NHS_NUMBER
    some = rng.integers(0, min(len(found.persons), _own_number(found)), number)
    years = rng.choice(6, number, p=[0.10, 0.14, 0.34, 0.20, 0.13, 0.09])
    low, high = np.array(AGE_FROM)[years], np.array([*AGE_FROM[1:6], 99])[years]
    # The youngest were born before the window began: babies of these months come with their mothers.
    age = np.maximum(low + (high - low) * rng.random(number) * 0.999, 1.3)
    lived = found.persons
    return People(
        nhs_number=numbers,
        hospital_number=(int(lived.hospital_number.max()) + 3 + 3 * rng.permutation(number)).astype(np.int32),
        birth_day=(until - age * DAYS_IN_YEAR).astype(np.int32),
        sex=rng.choice(4, number, p=(0.475, 0.52, 0.001, 0.004)).astype(np.int8),
        ethnic=rng.choice(len(ETHNIC), number, p=np.array(ETHNIC_SHARES) / sum(ETHNIC_SHARES)).astype(np.int8),
        decile=lived.decile[some], neighbourhood=lived.neighbourhood[some],
        practice=(lived.neighbourhood[some].astype(int) * PRACTICES_OF_A_NEIGHBOURHOOD
                  + rng.integers(0, PRACTICES_OF_A_NEIGHBOURHOOD, number)).astype(np.int16),
        commissioner=lived.commissioner[some],
    )  # fmt: skip


def _own_number(found: History) -> int:
    return max(int(len(found.persons) * 0.95), 1)


def _numbers_of(code: str) -> NDArray[np.int64]:
    """The trust's own part of the NHS numbers kept for tests, as in `people.people`."""
    parts = np.array_split(nhs_numbers(), len(TRUSTS) * 100)
    place = 0
    for trust in TRUSTS:
        number = int(trust.share * len(TRUSTS) * 100)
        if trust.code == code:
            return np.concatenate(parts[place : place + number])
        place += number
    raise AssertionError(code)


@dataclass(frozen=True)
class Peopled:
    """The person of each visit and each spell."""

    visit: Ints
    spell: Ints


@dataclass(frozen=True)
class _Events:
    """What takes a person's time, by its start: all the records of one coming and the spell that it led to are one event."""

    start: Ints
    end: Ints
    age: Ints
    party: Ints
    spell: Ints
    back: Ints
    is_death: Ints
    is_mother: Ints


def peopled(them: Crowd, seen: Visits, stays: Spells, rng: np.random.Generator) -> Peopled:
    """Who each was; a visit and its spell, and the records of one coming, are one person's."""
    events = _events(seen, stays)
    person = _Drawing(them, stays).drawn(events, rng.random((len(events.start), 3)))
    of_party, of_spell = np.full(len(seen) + 1, -1), stays.person.copy()
    is_visit, is_spell = events.party >= 0, events.spell >= 0
    of_party[events.party[is_visit]] = person[is_visit]
    of_spell[events.spell[is_spell]] = person[is_spell]
    babies = np.flatnonzero(stays.origin == BABY)
    of_spell[babies] = them.first_baby + np.arange(len(babies))
    return Peopled(of_party[seen.party], of_spell)


def fitting(stays: Spells, who: Peopled, them: Crowd) -> Spells:
    """The spells under functions that see such a patient: who came for an emergency was drawn after what it was."""
    sex = them.people.sex[who.spell]
    age = (wall_days(stays.start) - them.people.birth_day[who.spell]) / DAYS_IN_YEAR
    is_drawn = stays.known < 0
    function = np.where(is_drawn & (stays.function == WOMENS) & (sex != 1), SURGICAL, stays.function)
    function = np.where(is_drawn & (function == OLD) & (age < OLDEST_IN_MEDICINE), MEDICAL, function)
    return replace(stays, function=function)


def _events(seen: Visits, stays: Spells) -> _Events:
    led = np.full(len(seen), -1)
    from_ed = stays.visit >= 0
    led[stays.visit[from_ed]] = np.flatnonzero(from_ed)
    end = np.where(led >= 0, stays.end[led], seen.left)
    died = np.isin(seen.outcome, (DIED, DEAD)) | ((led >= 0) & stays.dies[led])
    first = np.full(len(seen) + 1, NO_MINUTE)
    np.minimum.at(first, seen.party, seen.came)
    last = np.flatnonzero(seen.outcome != STREAMED)
    other = np.flatnonzero(~from_ed & ~np.isin(stays.origin, (ELECTIVE, BABY)))
    parts = (
        (first[seen.party[last]], stays.start[other]), (end[last], stays.end[other]), (seen.age[last], stays.age[other]),
        (seen.party[last], np.full(len(other), -1)), (led[last], other),
        (np.where(led[last] >= 0, 2, 1), np.where(is_emergency(stays)[other], 2, 0)), (died[last], stays.dies[other]),
        (np.zeros(len(last), int), np.where(stays.origin[other] == MOTHER, 1, 0)),
    )  # fmt: skip
    order = np.argsort(np.concatenate(parts[0]), kind="stable")
    return _Events(*(np.concatenate(part)[order].astype(np.int64) for part in parts))


class _Drawing:
    """Goes through the events in their order and remembers who is where, who left when, and who died."""

    def __init__(self, them: Crowd, stays: Spells) -> None:
        """Begin with the elective stays, which are known."""
        self.them = them
        self.free_at = [0] * len(them.people)
        self.booked: dict[int, list[tuple[int, int]]] = {}
        self.leaving: list[tuple[int, int, int]] = []
        self.left: dict[tuple[int, int], list[tuple[int, int]]] = {}
        self.low: dict[tuple[int, int], int] = {}
        for place in np.flatnonzero(stays.origin == ELECTIVE).tolist():
            start, end, person = int(stays.start[place]), int(stays.end[place]), int(stays.person[place])
            self.booked.setdefault(person, []).append((start - MINUTES_A_DAY, end + MINUTES_A_DAY))
            if not stays.is_day_case[place]:
                self.leaving.append((end, person, 2 + 4 * (int(stays.age[place]) < FIRST_ADULT)))
        heapify(self.leaving)

    def drawn(self, events: _Events, draws: NDArray[np.float64]) -> Ints:
        """The person of each event."""
        found = []
        rows = zip(*(getattr(events, column.name).tolist() for column in fields(_Events)), draws.tolist(), strict=True)
        for start, end, age, _, _, back, is_death, is_mother, (how, which, whose) in rows:
            self._let_go(start)
            person = self._come_back(start, end, age, back, how=how, which=which) if not is_death else -1
            if person < 0:
                of_pathways = whose < OF_PATHWAYS and not is_death and not is_mother
                person = self._anybody(start, end, age, which, of_pathways=of_pathways, is_mother=bool(is_mother))
            self.free_at[person] = NO_MINUTE if is_death else end
            heappush(self.leaving, (end, person, back + 4 * (age < FIRST_ADULT)))
            found.append(person)
        return np.array(found, dtype=np.int64)

    def _let_go(self, now: int) -> None:
        while self.leaving and self.leaving[0][0] < now:
            end, person, group = heappop(self.leaving)
            if self.free_at[person] < NO_MINUTE:
                self.left.setdefault((group % 4, group // 4), []).append((end, person))

    def _come_back(self, start: int, end: int, age: int, back: int, *, how: float, which: float) -> int:
        """One who left lately, if this is to be one; -1 where nobody is found."""
        share, days = {1: (BACK_IN_A_WEEK, 7), 2: (READMITTED, 29)}.get(back, (0.0, 0))
        if how >= share:
            return -1
        group = (back, int(age < FIRST_ADULT))
        known, low = self.left.get(group, []), self.low.get(group, 0)
        while low < len(known) and known[low][0] < start - days * MINUTES_A_DAY:
            low += 1
        self.low[group] = low
        for step in range(4):
            if low >= len(known):
                return -1
            person = known[low + int((which * (step + 1) % 1) ** 0.7 * (len(known) - low))][1]
            if self._is_free(person, start - 240, end):
                return person
        return -1

    def _anybody(self, start: int, end: int, age: int, which: float, *, of_pathways: bool, is_mother: bool) -> int:
        own, others = self.them.by_age[age]
        pool = self.them.mothers if is_mother else own if of_pathways and len(own) else others
        place = int(which * len(pool))
        for step in range(60):
            person = int(pool[(place + step * 7_919) % len(pool)])
            if self._is_free(person, start - (REST_DAYS if step < 40 else 0) * MINUTES_A_DAY, end):
                return person
        return person

    def _is_free(self, person: int, since: int, end: int) -> bool:
        if self.free_at[person] >= since:
            return False
        booked = self.booked.get(person)
        return booked is None or all(last <= since or first >= end for first, last in booked)
