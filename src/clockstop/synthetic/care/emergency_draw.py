"""Attendances of the made-up emergency departments, drawn whole: who comes when, what is done, how it ends and when.

All instants are minutes by Greenwich; people are drawn later (emergency_people), spells of those admitted too (wards_spells).
"""

from dataclasses import dataclass, fields, replace

import numpy as np
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


def pressure(front: Front, days: Ints, until: int, rng: np.random.Generator) -> Pressure:
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


def visits(front: Front, rate: float, days: Ints, pressed: Pressure, rng: np.random.Generator) -> Visits:
    """Every attendance of these days, in the order in which they came."""
    parts = [
        _department(front, kind, site, rate * share, days, pressed, rng) for site, kind, share in front.departments
    ]  # fmt: skip
    found = Visits(*(np.concatenate([getattr(part, column.name) for part in parts]) for column in fields(Visits)))
    found = _with_streamed(front, replace(found, party=np.arange(len(found))), rng)
    return found.only(np.argsort(found.came, kind="stable"))


def _department(front: Front, kind: int, site: int, rate: float, days: Ints, pressed: Pressure, rng: np.random.Generator) -> Visits:
    came, is_ambulance = _arrivals(front, kind, rate, days, rng)
    number = len(came)
    age = _ages(kind, is_ambulance, rng)
    ages_older = np.where(is_ambulance, 0.9, 1.0)
    mode = np.where(is_ambulance, 0, rng.choice([1, 2, 3], number, p=[0.96, 0.01, 0.03]))
    day = came // MINUTES_A_DAY
    crowded = pressed.of(day) * (1 + 0.10 * np.isin(came % MINUTES_A_DAY // 60, (15, 16, 17, 18, 19, 20, 21, 22, 23, 0)))
    admitted = _is_admitted(front, kind, age, is_ambulance, rng)
    outcome = _outcomes(front, kind, admitted, is_ambulance, crowded, rng)
    is_mental = (kind == TYPE_1) & (age >= 1) & (age <= 3) & (rng.random(number) < 0.045)
    acuity = _acuity(kind, outcome, is_ambulance, rng)
    handover, clear = _handovers(front, is_ambulance, crowded, rng)
    total = _totals(kind, outcome, is_mental, crowded * ages_older, rng)
    total = np.maximum(total, np.where(is_ambulance, np.minimum(handover, 600) + 10, 5))
    registered = np.where(is_ambulance, np.minimum(handover, rng.integers(3, 15, number)), 0)
    steps = _steps(kind, outcome, total, registered, crowded, is_ambulance, rng)
    wait = np.where((outcome == DISCHARGED) & (kind == TYPE_1), rng.choice(4, number, p=[0.90, 0.05, 0.04, 0.01]), 0)
    extra = np.select(
        [wait == 1, wait >= 2], [rng.integers(15, 70, number), rng.integers(45, 210, number)], rng.integers(0, 6, number)
    )
    is_told = np.isin(outcome, [DISCHARGED, REFUSED])
    left = came + total + np.where(is_told, extra, 0)
    no = np.full(number, NO_MINUTE, dtype=np.int64)
    return Visits(
        site=np.full(number, site), kind=np.full(number, kind), age=age, mode=mode, came=came,
        handover=np.where(is_ambulance, came + handover, no), clear=np.where(is_ambulance, came + handover + clear, no),
        registered=came + registered,
        assessed=_or_never(steps[0] + came, outcome != LEFT_UNASSESSED),
        seen=_or_never(steps[1] + came, ~np.isin(outcome, [LEFT_UNASSESSED, LEFT_UNSEEN])),
        decided=_or_never(steps[2] + came, outcome == ADMITTED),
        ready=_or_never(steps[3] + came, np.isin(outcome, [ADMITTED, DISCHARGED, TRANSFERRED])),
        concluded=_or_never(came + total, ~np.isin(outcome, [LEFT_UNASSESSED, LEFT_UNSEEN])),
        left=left, outcome=outcome, category=_categories(kind, number, rng), acuity=acuity,
        complaint=_complaints(kind, is_mental, rng), is_mental=is_mental, wait=wait, stream=np.full(number, -1), party=np.full(number, -1),
    )  # fmt: skip


def _or_never(minutes: Minutes, is_there: Truths) -> Minutes:
    return np.where(is_there, minutes, NO_MINUTE)


def _arrivals(front: Front, kind: int, rate: float, days: Ints, rng: np.random.Generator) -> tuple[Minutes, Truths]:
    """When they came, and who by ambulance."""
    month = days.astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12
    expected = rate * trusts.WEEKDAYS[kind][(days + 3) % 7] * trusts.MONTHS[month]
    counts = rng.poisson(expected * np.exp(rng.normal(0, 0.04, len(days))))
    day = np.repeat(days, counts)
    is_ambulance = (kind == TYPE_1) & (rng.random(len(day)) < front.ambulances * 1.08)
    on_foot, by_ambulance = _hours(trusts.HOURS[kind], len(day), rng), _hours(trusts.AMBULANCE, len(day), rng)
    minute = np.where(is_ambulance, by_ambulance, on_foot) * 60 + rng.integers(0, 60, len(day))
    return by_greenwich(day * MINUTES_A_DAY + minute, is_second=rng.random(len(day)) < 0.5), is_ambulance


def _hours(weights: Floats, number: int, rng: np.random.Generator) -> Ints:
    return np.searchsorted(np.cumsum(weights) / weights.sum(), rng.random(number), side="right").astype(np.int64)


def _ages(kind: int, is_ambulance: Truths, rng: np.random.Generator) -> Ints:
    number = len(is_ambulance)
    on_foot, by_ambulance = (_hours(np.array(trusts.AGES[one]), number, rng) for one in (kind, "ambulance"))
    return np.where(is_ambulance, by_ambulance, on_foot)


def _is_admitted(front: Front, kind: int, age: Ints, is_ambulance: Truths, rng: np.random.Generator) -> Truths:
    chance = {2: np.full(len(age), 0.05), SDEC: np.full(len(age), 0.09)}.get(kind, np.zeros(len(age)))
    if kind == TYPE_1:
        chance = np.where(is_ambulance, trusts.ADMITTED_BY_AMBULANCE[age], trusts.ADMITTED_ON_FOOT[age]) * front.admits
    return rng.random(len(age)) < chance


def _outcomes(front: Front, kind: int, admitted: Truths, is_ambulance: Truths, crowded: Floats, rng: np.random.Generator) -> Ints:
    draw = rng.random(len(admitted))
    leaves = (front.leaves * crowded * np.where(is_ambulance, 0.4, 1.75) if kind == TYPE_1 else 0.018) * np.ones(len(admitted))
    other = rng.choice(
        [DISCHARGED, TRANSFERRED, REFUSED, DIED, DEAD], len(admitted), p=[0.970, 0.018, 0.008, 0.0025, 0.0015]
    ) if kind == TYPE_1 else rng.choice([DISCHARGED, TRANSFERRED], len(admitted), p=[0.98, 0.02])  # fmt: skip
    other = np.where((other == DEAD) & ~is_ambulance, DISCHARGED, other)
    gone = np.where(rng.random(len(admitted)) < 0.3, LEFT_UNASSESSED, LEFT_UNSEEN)
    return np.where(admitted, ADMITTED, np.where((draw < leaves) & (kind != SDEC), gone, other))


def _acuity(kind: int, outcome: Ints, is_ambulance: Truths, rng: np.random.Generator) -> Ints:
    """1 to 5, lower for those who are admitted; 0: not given."""
    number = len(outcome)
    shares = np.array([0.01, 0.12, 0.45, 0.36, 0.06] if kind == TYPE_1 else [0.0, 0.01, 0.14, 0.62, 0.23])
    found = 1 + _hours(shares, number, rng)
    worse = (outcome == ADMITTED).astype(int) + (is_ambulance & (rng.random(number) < 0.4))
    found = np.where(np.isin(outcome, [DIED, DEAD]), 1, np.maximum(found - worse, 1))
    return np.where((outcome == LEFT_UNASSESSED) | (rng.random(number) < 0.01), 0, found)


def _handovers(front: Front, is_ambulance: Truths, crowded: Floats, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Minutes to the handover, and from it until the crew is clear."""
    number = len(is_ambulance)
    middle = front.handover * 0.79 * crowded
    minutes = np.clip(np.exp(rng.normal(0, 0.75, number)) * middle, 3, 480)
    hurried = (minutes > 45) & (minutes < 75) & (rng.random(number) < 0.45)
    minutes = np.where(hurried, rng.uniform(34, 45.9, number), minutes)
    return minutes.astype(np.int64), np.clip(rng.normal(18, 7, number), 4, 60).astype(np.int64)


def _totals(kind: int, outcome: Ints, is_mental: Truths, crowded: Floats, rng: np.random.Generator) -> Ints:
    """Minutes from the step through the door to the end of the episode."""
    number = len(outcome)
    draw = rng.normal(0, 1, number)
    if kind == TYPE_1:
        slow = rng.random(number) < 0.10
        home = np.where(slow, 560 * np.exp(0.5 * draw), 156 * np.exp(0.52 * draw))
        bed = 345 * np.exp(0.88 * draw)
        found = np.where(outcome == ADMITTED, bed, home)
        found = np.where(np.isin(outcome, [LEFT_UNASSESSED, LEFT_UNSEEN]), 165 * np.exp(0.6 * draw), found)
        found = np.where(is_mental, np.maximum(found, 420 * np.exp(0.85 * draw)), found)
        found = np.where(np.isin(outcome, [DIED, DEAD]), 90 * np.exp(0.7 * draw), found) * crowded
    else:
        middle, spread = {2: (120, 0.55), SDEC: (265, 0.45)}.get(kind, (88, 0.55))
        found = middle * np.exp(spread * draw) * crowded**0.6
    hurried = (found >= HURRIED_FROM) & (found <= HURRIED_TO) & (rng.random(number) < HURRIED_SHARE) & (kind != SDEC)
    found = np.where(hurried, rng.uniform(222, 240.9, number), found)
    return np.clip(found, 6, 3_600).astype(np.int64)


def _steps(
    kind: int, outcome: Ints, total: Ints, registered: Ints, crowded: Floats, is_ambulance: Truths, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints, Ints]:
    """Minutes from the step through the door to assessment, treatment, decision to admit and readiness to move on."""
    number = len(total)
    middle = np.where(is_ambulance, 6, 14) * crowded
    assessed = registered + np.exp(rng.normal(0, 0.75, number)) * middle
    assessed = np.minimum(assessed, registered + 0.45 * (total - registered))
    wait = np.exp(rng.normal(0, 0.7, number)) * (72 * crowded**1.3 if kind == TYPE_1 else 38)
    seen = np.minimum(assessed + 2 + wait * np.where(outcome == DEAD, 0.02, 1), assessed + (0.62 * (total - assessed)))
    decided = np.minimum(seen + np.exp(rng.normal(0, 0.45, number)) * 120, seen + (total - seen) * rng.uniform(0.35, 0.9, number))
    after = np.where(outcome == ADMITTED, np.minimum(rng.gamma(1.2, 22, number), 0.6 * (total - decided)), 0)
    ready = np.where(outcome == ADMITTED, decided + after, total)
    return tuple(one.astype(np.int64) for one in (assessed, seen, decided, ready))


def _categories(kind: int, number: int, rng: np.random.Generator) -> Ints:
    shares = {SDEC: [0.90, 0.04, 0.0, 0.06], 2: [0.90, 0.04, 0.01, 0.05]}.get(kind, [0.962, 0.025, 0.004, 0.009])
    return rng.choice([1, 2, 3, 4], number, p=shares)


def _complaints(kind: int, is_mental: Truths, rng: np.random.Generator) -> Ints:
    number = len(is_mental)
    if kind == trusts.TYPE_2:
        return np.full(number, trusts.EYE_COMPLAINT)
    shares = trusts.COMPLAINT_SHARES if kind in (TYPE_1, SDEC) else trusts.MINOR_COMPLAINTS
    return np.where(is_mental, rng.choice(trusts.MENTAL_HEALTH_COMPLAINTS, number), _hours(shares, number, rng))


def _with_streamed(front: Front, found: Visits, rng: np.random.Generator) -> Visits:
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
