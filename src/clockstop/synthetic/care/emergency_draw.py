"""Attendances of the made-up emergency departments, drawn whole: who comes when, what is done, how it ends and when.

All instants are minutes by Greenwich; people are drawn later (emergency_people), spells of those admitted too (wards_spells).
"""

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from clockstop.synthetic.care import emergency_trusts as trusts
from clockstop.synthetic.care.emergency_trusts import SDEC, TYPE_1, Front
from clockstop.synthetic.london import MINUTES_A_DAY, NO_MINUTE, Minutes, by_greenwich

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
MODES = ("ambulance", "walk_in", "police", "other")
OUTCOMES = (
    "admitted", "discharged", "transferred", "streamed", "left_before_assessment", "left_before_treatment", "left_refused", "died",
    "dead_on_arrival",
)  # fmt: skip
ADMITTED, DISCHARGED, TRANSFERRED, STREAMED, LEFT_UNASSESSED, LEFT_UNSEEN, REFUSED, DIED, DEAD = range(len(OUTCOMES))
WAITS = ("none", "private_transport", "hospital_transport", "social_care")
# What is done a little before the four hours are over, when it can be.
# Hours by Greenwich at which departments are fullest; of adults, those who come for their mental health.
EVENING, MENTAL_HEALTH = (15, 16, 17, 18, 19, 20, 21, 22, 23, 0), 0.045
HURRIED_FROM, HURRIED_TO, HURRIED_SHARE = 241, 275, 0.30


@dataclass(frozen=True)
class Visits:
    """Parallel arrays, one entry a record of an attendance. `came` is the ambulance's arrival, or the step through the door.

    The records of one person's coming share a `party`; those of one visit, streamed on one site, a `stream` too (-1: none).
    """

    site: Ints
    kind: Ints
    age: Ints
    mode: Ints
    came: Minutes
    handover: Minutes
    clear: Minutes
    registered: Minutes
    assessed: Minutes
    seen: Minutes
    ready: Minutes
    decided: Minutes
    concluded: Minutes
    left: Minutes
    outcome: Ints
    category: Ints
    acuity: Ints
    complaint: Ints
    is_mental: Truths
    wait: Ints
    stream: Ints
    party: Ints

    def __len__(self) -> int:
        return len(self.came)

    def only(self, chosen: NDArray[np.int64] | Truths) -> "Visits":
        """The entries at these places."""
        return Visits(*(getattr(self, column.name)[chosen] for column in fields(self)))


@dataclass(frozen=True)
class Pressure:
    """By day from `first` on, how much longer everything takes than on a middling day."""

    first: int
    by_day: Floats

    def of(self, days: Ints) -> Floats:
        """The pressure of these days."""
        return self.by_day[np.clip(days - self.first, 0, len(self.by_day) - 1)]


def pressure(front: Front, days: Ints, until: int, rng: Generator) -> Pressure:
    """A slow walk around the winter's course, and the trust's own trend."""
    noise = rng.normal(0, 0.055, len(days))
    walk = np.zeros(len(days))
    for place in range(1, len(days)):
        walk[place] = 0.8 * walk[place - 1] + noise[place]
    share = np.clip((days - (until - 400)) / 400, 0, 1)
    trend = front.tempo[0] + (front.tempo[1] - front.tempo[0]) * share
    month = days.astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12
    weekday = np.array([1.05, 1.0, 0.98, 0.98, 0.99, 0.97, 1.0])[(days + 3) % 7]
    return Pressure(int(days[0]), np.exp(walk) * trend * trusts.WINTER[month] * weekday)


def visits(front: Front, rate: float, days: Ints, pressed: Pressure, rng: Generator) -> Visits:
    """Every attendance of these days, in the order in which they came."""
    parts = [
        _department(front, kind, site, _expected(kind, rate * share, days), days, pressed=pressed, rng=rng)
        for site, kind, share in front.departments
    ]
    found = Visits(*(np.concatenate([getattr(part, column.name) for part in parts]) for column in fields(Visits)))
    found = _with_streamed(front, replace(found, party=np.arange(len(found))), rng)
    return found.only(np.argsort(found.came, kind="stable"))


@dataclass(frozen=True)
class _Coming:
    """Who came to one department, before what became of them: when, how, how old, and how crowded it was."""

    kind: int
    came: Minutes
    is_ambulance: Truths
    age: Ints
    crowded: Floats

    def __len__(self) -> int:
        return len(self.came)


def _department(front: Front, kind: int, site: int, expected: Floats, days: Ints, *, pressed: Pressure, rng: Generator) -> Visits:
    """The visits to one department, of which so many are expected by day."""
    came, is_ambulance = _arrivals(front, kind, expected, days, rng)
    age = _ages(kind, is_ambulance, rng)
    evening = np.isin(came % MINUTES_A_DAY // 60, EVENING)
    those = _Coming(kind, came, is_ambulance, age, pressed.of(came // MINUTES_A_DAY) * (1 + 0.10 * evening))
    number = len(those)
    mode = np.where(is_ambulance, 0, rng.choice([1, 2, 3], number, p=[0.96, 0.01, 0.03]))
    outcome = _outcomes(front, those, rng)
    is_mental = (kind == TYPE_1) & (age >= 1) & (age <= 3) & (rng.random(number) < MENTAL_HEALTH)
    handover, clear = _handovers(front, those, rng)
    total = np.maximum(_totals(those, outcome, is_mental, rng), np.where(is_ambulance, np.minimum(handover, 600) + 10, 5))
    registered = np.where(is_ambulance, np.minimum(handover, rng.integers(3, 15, number)), 0)
    assessed, seen, decided, ready = (step + came for step in _steps(those, outcome, total, registered, rng))
    wait, extra = _after_the_end(kind, outcome, rng)
    never = np.full(number, NO_MINUTE, dtype=np.int64)
    is_seen = ~np.isin(outcome, [LEFT_UNASSESSED, LEFT_UNSEEN])
    return Visits(
        site=np.full(number, site), kind=np.full(number, kind), age=age, mode=mode, came=came,
        handover=np.where(is_ambulance, came + handover, never), clear=np.where(is_ambulance, came + handover + clear, never),
        registered=came + registered, assessed=_or_never(assessed, outcome != LEFT_UNASSESSED), seen=_or_never(seen, is_seen),
        decided=_or_never(decided, outcome == ADMITTED),
        ready=_or_never(ready, np.isin(outcome, [ADMITTED, DISCHARGED, TRANSFERRED])),
        concluded=_or_never(came + total, is_seen), left=came + total + extra, outcome=outcome,
        category=_categories(kind, number, rng),
        acuity=_acuity(those, outcome, rng), complaint=_complaints(kind, is_mental, rng), is_mental=is_mental, wait=wait,
        stream=np.full(number, -1), party=np.full(number, -1),
    )  # fmt: skip


def _after_the_end(kind: int, outcome: Ints, rng: Generator) -> tuple[Ints, Ints]:
    """What those who are sent home still wait for, and minutes from the end of the episode until they leave."""
    number = len(outcome)
    waits = rng.choice(4, number, p=[0.90, 0.05, 0.04, 0.01])
    wait = np.where((outcome == DISCHARGED) & (kind == TYPE_1), waits, 0)
    short, long, none = rng.integers(15, 70, number), rng.integers(45, 210, number), rng.integers(0, 6, number)
    extra = np.select([wait == 1, wait >= 2], [short, long], none)
    return wait, np.where(np.isin(outcome, [DISCHARGED, REFUSED]), extra, 0)


def _or_never(minutes: Minutes, is_there: Truths) -> Minutes:
    return np.where(is_there, minutes, NO_MINUTE)


def _arrivals(front: Front, kind: int, expected: Floats, days: Ints, rng: Generator) -> tuple[Minutes, Truths]:
    """When they came, and who by ambulance."""
    day = np.repeat(days, rng.poisson(expected * np.exp(rng.normal(0, 0.04, len(days)))))
    is_ambulance = (kind == TYPE_1) & (rng.random(len(day)) < front.ambulances * 1.08)
    on_foot, by_ambulance = _hours(trusts.HOURS[kind], len(day), rng), _hours(trusts.AMBULANCE, len(day), rng)
    minute = np.where(is_ambulance, by_ambulance, on_foot) * 60 + rng.integers(0, 60, len(day))
    return by_greenwich(day * MINUTES_A_DAY + minute, is_second=rng.random(len(day)) < 0.5), is_ambulance


def _expected(kind: int, rate: float, days: Ints) -> Floats:
    """Attendances expected on each day."""
    month = days.astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12
    return rate * trusts.WEEKDAYS[kind][(days + 3) % 7] * trusts.MONTHS[month]


def _hours(weights: Floats, number: int, rng: Generator) -> Ints:
    return np.searchsorted(np.cumsum(weights) / weights.sum(), rng.random(number), side="right").astype(np.int64)


def _ages(kind: int, is_ambulance: Truths, rng: Generator) -> Ints:
    number = len(is_ambulance)
    on_foot, by_ambulance = (_hours(np.array(trusts.AGES[one]), number, rng) for one in (kind, "ambulance"))
    return np.where(is_ambulance, by_ambulance, on_foot)


def _is_admitted(front: Front, those: _Coming, rng: Generator) -> Truths:
    chance = np.full(len(those), {2: 0.05, SDEC: 0.09}.get(those.kind, 0.0))
    if those.kind == TYPE_1:
        by_age = np.where(those.is_ambulance, trusts.ADMITTED_BY_AMBULANCE[those.age], trusts.ADMITTED_ON_FOOT[those.age])
        chance = by_age * front.admits
    return rng.random(len(those)) < chance


def _outcomes(front: Front, those: _Coming, rng: Generator) -> Ints:
    """How each visit ends."""
    number, is_main = len(those), those.kind == TYPE_1
    admitted, draw = _is_admitted(front, those, rng), rng.random(number)
    leaves = front.leaves * those.crowded * np.where(those.is_ambulance, 0.4, 1.75) if is_main else np.full(number, 0.018)
    shares = [0.970, 0.018, 0.008, 0.0025, 0.0015] if is_main else [0.98, 0.02, 0, 0, 0]
    other = rng.choice([DISCHARGED, TRANSFERRED, REFUSED, DIED, DEAD], number, p=shares)
    other = np.where((other == DEAD) & ~those.is_ambulance, DISCHARGED, other)
    gone = np.where(rng.random(number) < 0.3, LEFT_UNASSESSED, LEFT_UNSEEN)
    return np.where(admitted, ADMITTED, np.where((draw < leaves) & (those.kind != SDEC), gone, other))


def _acuity(those: _Coming, outcome: Ints, rng: Generator) -> Ints:
    """1 to 5, lower for those who are admitted; 0: not given."""
    number = len(those)
    shares = np.array([0.01, 0.12, 0.45, 0.36, 0.06] if those.kind == TYPE_1 else [0.0, 0.01, 0.14, 0.62, 0.23])
    found = 1 + _hours(shares, number, rng)
    worse = (outcome == ADMITTED).astype(int) + (those.is_ambulance & (rng.random(number) < 0.4))
    found = np.where(np.isin(outcome, [DIED, DEAD]), 1, np.maximum(found - worse, 1))
    return np.where((outcome == LEFT_UNASSESSED) | (rng.random(number) < 0.01), 0, found)


def _handovers(front: Front, those: _Coming, rng: Generator) -> tuple[Ints, Ints]:
    """Minutes to the handover, and from it until the crew is clear."""
    number = len(those)
    minutes = np.clip(np.exp(rng.normal(0, 0.75, number)) * front.handover * 0.79 * those.crowded, 3, 480)
    hurried = (minutes > 45) & (minutes < 75) & (rng.random(number) < 0.45)
    minutes = np.where(hurried, rng.uniform(34, 45.9, number), minutes)
    return minutes.astype(np.int64), np.clip(rng.normal(18, 7, number), 4, 60).astype(np.int64)


def _totals(those: _Coming, outcome: Ints, is_mental: Truths, rng: Generator) -> Ints:
    """Minutes from the step through the door to the end of the episode."""
    number = len(those)
    draw, slow = rng.normal(0, 1, number), rng.random(number) < 0.10
    if those.kind == TYPE_1:
        home = np.where(slow, 560 * np.exp(0.5 * draw), 156 * np.exp(0.52 * draw))
        found = np.where(outcome == ADMITTED, 345 * np.exp(0.88 * draw), home)
        found = np.where(np.isin(outcome, [LEFT_UNASSESSED, LEFT_UNSEEN]), 165 * np.exp(0.6 * draw), found)
        found = np.where(is_mental, np.maximum(found, 420 * np.exp(0.85 * draw)), found)
        found = np.where(np.isin(outcome, [DIED, DEAD]), 90 * np.exp(0.7 * draw), found)
        found *= those.crowded * np.where(those.is_ambulance, 0.9, 1.0)
    else:
        middle, spread = {2: (120, 0.55), SDEC: (265, 0.45)}.get(those.kind, (88, 0.55))
        found = middle * np.exp(spread * draw) * those.crowded**0.6
    hurried = (found >= HURRIED_FROM) & (found <= HURRIED_TO) & (rng.random(number) < HURRIED_SHARE) & (those.kind != SDEC)
    return np.clip(np.where(hurried, rng.uniform(222, 240.9, number), found), 6, 3_600).astype(np.int64)


def _steps(those: _Coming, outcome: Ints, total: Ints, registered: Ints, rng: Generator) -> tuple[Ints, Ints, Ints, Ints]:
    """Minutes from the step through the door to assessment, treatment, decision to admit and readiness to move on."""
    number = len(those)
    assessed = registered + np.exp(rng.normal(0, 0.75, number)) * np.where(those.is_ambulance, 6, 14) * those.crowded
    assessed = np.minimum(assessed, registered + 0.45 * (total - registered))
    wait = np.exp(rng.normal(0, 0.7, number)) * (72 * those.crowded**1.3 if those.kind == TYPE_1 else 38)
    seen = np.minimum(assessed + 2 + wait * np.where(outcome == DEAD, 0.02, 1), assessed + 0.62 * (total - assessed))
    decided = np.minimum(seen + np.exp(rng.normal(0, 0.45, number)) * 120, seen + (total - seen) * rng.uniform(0.35, 0.9, number))
    after = np.minimum(rng.gamma(1.2, 22, number), 0.6 * (total - decided))
    ready = np.where(outcome == ADMITTED, decided + after, total)
    return assessed.astype(np.int64), seen.astype(np.int64), decided.astype(np.int64), ready.astype(np.int64)


def _categories(kind: int, number: int, rng: Generator) -> Ints:
    shares = {SDEC: [0.90, 0.04, 0.0, 0.06], 2: [0.90, 0.04, 0.01, 0.05]}.get(kind, [0.962, 0.025, 0.004, 0.009])
    return rng.choice([1, 2, 3, 4], number, p=shares)


def _complaints(kind: int, is_mental: Truths, rng: Generator) -> Ints:
    number = len(is_mental)
    if kind == trusts.TYPE_2:
        return np.full(number, trusts.EYE_COMPLAINT)
    shares = trusts.COMPLAINT_SHARES if kind in (TYPE_1, SDEC) else trusts.MINOR_COMPLAINTS
    return np.where(is_mental, rng.choice(trusts.MENTAL_HEALTH_COMPLAINTS, number), _hours(shares, number, rng))


def _with_streamed(front: Front, found: Visits, rng: Generator) -> Visits:
    """The visits, with the first record of those who were streamed: to same day emergency care, or to minor injuries on one site.

    The two records of a visit to one site's departments share a stream; those who walk over to same day emergency care left.
    """
    colocated = {(site, kind) for site, kind, _ in front.departments if kind in (3, 4)} & {(0, 3), (0, 4)}
    is_sdec = (found.kind == SDEC) & (rng.random(len(found)) < 0.5)
    is_minor = np.zeros(len(found), bool)
    for site, kind in colocated:
        is_minor |= (found.site == site) & (found.kind == kind) & (found.mode == 1)
    is_minor &= rng.random(len(found)) < 0.10
    chosen = np.flatnonzero(is_sdec | is_minor)
    before = np.where(is_sdec[chosen], rng.integers(35, 130, len(chosen)), rng.integers(8, 45, len(chosen)))
    after = found.only(chosen)
    came = after.came - before
    stream = np.where(is_minor[chosen], chosen, -1)
    never = np.full(len(chosen), NO_MINUTE)
    first = replace(
        after, kind=np.full(len(chosen), TYPE_1), site=np.zeros(len(chosen), np.int64), came=came, registered=came,
        assessed=came + np.maximum(before // 3, 1), seen=never, decided=never, ready=never, concluded=after.came, left=after.came,
        outcome=np.full(len(chosen), STREAMED), wait=np.zeros(len(chosen), np.int64), stream=stream,
        category=np.ones(len(chosen), np.int64), mode=np.ones(len(chosen), np.int64), handover=never, clear=never,
    )  # fmt: skip
    own = found.stream.copy()
    own[chosen] = stream
    return _joined(replace(found, stream=own), first)


def _joined(one: Visits, other: Visits) -> Visits:
    return Visits(*(np.concatenate([getattr(one, column.name), getattr(other, column.name)]) for column in fields(Visits)))
