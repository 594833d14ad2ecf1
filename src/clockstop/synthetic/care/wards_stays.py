"""The stays on wards of each spell, and the bed of each: a plain walk through time, since a bed has one patient at a time.

Who finds no bed in the wards that are for him goes to another one (an outlier), to the escalation ward, or is one too many on a
full one.
"""

from dataclasses import dataclass, fields
from heapq import heapify, heappop, heappush

import numpy as np

from clockstop.synthetic.care import wards_base as base
from clockstop.synthetic.care.emergency_draw import Floats, Ints, Truths
from clockstop.synthetic.care.emergency_trusts import Front
from clockstop.synthetic.care.wards_base import GENERAL, GROUPS, Wards
from clockstop.synthetic.care.wards_spells import (
    BABY,
    ELECTIVE,
    FUNCTIONS,
    MOTHER,
    WELL_BABIES,
    Spells,
    is_emergency,
    minutes_of_day,
    nights_of,
)
from clockstop.synthetic.london import MINUTES_A_DAY, NO_MINUTE, Minutes, by_greenwich, wall_days

REASONS = (
    "Admission",
    "From the assessment unit",
    "Change of specialty",
    "Bed needed",
    "Step up",
    "Step down",
    "To the lounge",
    "Theatre",
)
ADMITTED, FROM_UNIT, SPECIALTY, CAPACITY, STEP_UP, STEP_DOWN, TO_LOUNGE, TO_THEATRE = range(len(REASONS))
UNIT_HOURS, UNIT_SPREAD = 19.0, 0.65
STRAIGHT_SHARE, CRITICAL_SHARE, SECOND_MOVE_SHARE, LOUNGE_SHARE = 0.10, 0.022, 0.13, 0.16
BY_NIGHT_SHARE = 0.35
OPERATED = tuple(base.NUMBER[name] for name in ("General Surgery", "Trauma and Orthopaedics", "Women’s Health"))
FIRST_FUNCTION = np.array([FUNCTIONS.index(group.functions[0]) if group.functions else 0 for group in GROUPS])
WELL_BABY = FUNCTIONS.index(WELL_BABIES)


@dataclass(frozen=True)
class Legs:
    """Parallel arrays, one entry a stay on a ward that is wanted, by its start: whose, when, in which group of wards, why."""

    spell: Ints
    start: Minutes
    end: Minutes
    group: Ints
    reason: Ints
    ready: Minutes
    function: Ints

    def __len__(self) -> int:
        return len(self.spell)


@dataclass(frozen=True)
class Places:
    """The ward and the bed of each leg; an extra patient has no bed of the ward's own."""

    ward: Ints
    bed: Ints
    is_extra: Truths


def legs(stays: Spells, rng: np.random.Generator) -> Legs:
    """The stays that each spell needs."""
    number, own = len(stays), base.group_of(FUNCTIONS)[stays.function]
    nights, emergency = nights_of(stays), is_emergency(stays)
    is_child = (stays.age < 2) & (stays.origin != BABY)
    own = np.where(is_child, base.CHILDREN, own)
    unit = np.where(np.isin(own, OPERATED), base.SURGICAL, base.ACUTE)
    goes_straight = ~emergency | is_child | (rng.random(number) < STRAIGHT_SHARE) & (nights >= 1)
    first = np.where(goes_straight, own, unit)
    first = np.where(stays.is_day_case, base.DAY, first)
    moves = [_Row(stays.start, first, np.full(number, ADMITTED), np.ones(number, bool))]
    leaves_unit = _not_by_night(stays.start + (np.exp(rng.normal(0, UNIT_SPREAD, number)) * UNIT_HOURS * 60).astype(np.int64), rng)
    goes_on = ~goes_straight & (leaves_unit < stays.end - 240)
    is_critical = emergency & ~is_child & (nights >= 4) & (rng.random(number) < CRITICAL_SHARE * 2.2)
    after = np.where(goes_straight, stays.start + 300, leaves_unit)
    is_critical &= after < stays.end - 3 * MINUTES_A_DAY
    better = after + rng.integers(20 * 60, 4_200, number)
    waits = np.where(rng.random(number) < 0.6, rng.integers(30, 240, number), rng.integers(240, 1_500, number))
    out = np.where(is_critical, np.minimum(better + waits, stays.end - 600), NO_MINUTE)
    moves.append(_Row(after, np.full(number, base.CRITICAL), np.full(number, STEP_UP), is_critical, np.minimum(better, out)))
    moves.append(_Row(leaves_unit, own, np.full(number, FROM_UNIT), goes_on & ~is_critical))
    moves.append(_Row(out, own, np.full(number, STEP_DOWN), is_critical))
    second = _second_moves(stays, own, np.where(is_critical, out, np.where(goes_on, leaves_unit, stays.start)), rng)
    lounge = _lounge(stays, second, rng)
    return _legs(stays, [*moves, second, *_theatre(stays, own, nights, emergency, rng), lounge])


@dataclass(frozen=True)
class _Row:
    """A move that some of the spells make: when, to which group of wards, why, who."""

    at: Minutes
    group: Ints
    reason: Ints
    who: Truths
    ready: Minutes | None = None


def _not_by_night(at: Minutes, rng: np.random.Generator) -> Minutes:
    """Most moves that would come by night wait for the next morning or afternoon."""
    minute = minutes_of_day(at)
    waits = ((minute >= 22 * 60) | (minute < 8 * 60)) & (rng.random(len(at)) > BY_NIGHT_SHARE)
    morning = wall_days(at).astype(np.int64) + (minute >= 22 * 60)
    return np.where(waits, by_greenwich(morning * MINUTES_A_DAY + rng.integers(9 * 60, 19 * 60, len(at))), at)


def _second_moves(stays: Spells, own: Ints, settled: Minutes, rng: np.random.Generator) -> _Row:
    """A change of specialty, or a bed that is needed for somebody else."""
    number, room = len(stays), stays.end - settled
    at = _not_by_night(settled + (room * rng.uniform(0.2, 0.75, number)).astype(np.int64), rng)
    who = (is_emergency(stays) & (stays.age >= 2) & (room > 3 * MINUTES_A_DAY) & (rng.random(number) < SECOND_MOVE_SHARE)
           & (at > settled + 600) & (at < stays.end - 900))  # fmt: skip
    changes = rng.random(number) < 0.4
    group = np.where(changes, rng.choice(GENERAL[:5], number), own)
    return _Row(at, group, np.where(changes, SPECIALTY, CAPACITY), who)


def _lounge(stays: Spells, second: _Row, rng: np.random.Generator) -> _Row:
    """The last hours of some in the lounge, by day."""
    minute = minutes_of_day(stays.end)
    at = stays.end - rng.integers(50, 260, len(stays))
    who = ((nights_of(stays) >= 1) & ~stays.dies & (stays.age >= 2) & ~np.isin(stays.origin, (MOTHER, BABY)) & (minute > 12 * 60)
           & (minute < 20 * 60) & (rng.random(len(stays)) < LOUNGE_SHARE) & ~(second.who & (second.at > at - 300)))  # fmt: skip
    return _Row(at, np.full(len(stays), base.LOUNGE), np.full(len(stays), TO_LOUNGE), who)


def _theatre(stays: Spells, own: Ints, nights: Ints, emergency: Truths, rng: np.random.Generator) -> tuple[_Row, _Row]:
    """A few hours in recovery in the first evening of some surgical stays: a place that is no ward has people at midnight."""
    number = len(stays)
    surgical = np.isin(own, (base.NUMBER["General Surgery"], base.NUMBER["Trauma and Orthopaedics"]))
    at = by_greenwich(wall_days(stays.start).astype(np.int64) * MINUTES_A_DAY + rng.integers(20 * 60, 23 * 60 + 50, number))
    back = at + rng.integers(60, 320, number)
    who = (stays.origin == ELECTIVE) & surgical & (nights >= 2) & (rng.random(number) < 0.03) & (at > stays.start + 120)
    return (_Row(at, np.full(number, base.RECOVERY), np.full(number, TO_THEATRE), who),
            _Row(back, own, np.full(number, SPECIALTY), who))  # fmt: skip


def _legs(stays: Spells, moves: list[_Row]) -> Legs:
    """The moves by spell and time as stays, each until the next or the end of the spell."""
    spell = np.concatenate([np.flatnonzero(move.who) for move in moves])
    at, group, reason = (np.concatenate([getattr(move, name)[move.who] for move in moves]) for name in ("at", "group", "reason"))
    ready = np.concatenate(
        [move.ready[move.who] if move.ready is not None else np.full(int(move.who.sum()), NO_MINUTE) for move in moves]
    )
    order = np.lexsort((at, spell))
    spell, at, group, reason, ready = (one[order] for one in (spell, at, group, reason, ready))
    follows = np.append(spell[1:] == spell[:-1], False)
    end = np.where(follows, np.append(at[1:], 0), stays.end[spell])
    kept = np.flatnonzero(end > at)
    function = stays.function[spell]
    changed = (reason == SPECIALTY) & np.isin(group, GENERAL) & (group != base.group_of(FUNCTIONS)[function])
    function = np.where(changed, FIRST_FUNCTION[group], function)
    found = Legs(spell[kept], at[kept], end[kept], group[kept], reason[kept], ready[kept], function[kept])
    return Legs(*(getattr(found, column.name)[np.argsort(found.start, kind="stable")] for column in fields(Legs)))


def load_of(wanted: Legs, first: int, last: int) -> Floats:
    """By group, the mean number of patients in these days; for the day unit those of a busy day."""
    begin, end = first * MINUTES_A_DAY, (last + 1) * MINUTES_A_DAY
    spent = np.clip(np.minimum(wanted.end, end) - np.maximum(wanted.start, begin), 0, None)
    found = np.bincount(wanted.group, weights=spent, minlength=len(GROUPS)) / (end - begin)
    at_day = wanted.group == base.DAY
    day = wall_days(wanted.start[at_day])
    found[base.DAY] = np.percentile(np.bincount(day - day.min()), 90) * 0.7 if len(day) else 0
    return found


def places(front: Front, wards: Wards, wanted: Legs, rng: np.random.Generator) -> Places:
    """The ward and the bed of each stay, in the order in which they begin."""
    walk = _Walk(front, wards)
    found = [
        walk.place(start, end, group, function, draw)
        for start, end, group, function, draw in zip(
            wanted.start.tolist(),
            wanted.end.tolist(),
            wanted.group.tolist(),
            wanted.function.tolist(),
            rng.random(len(wanted)).tolist(),
            strict=True,
        )
    ]
    ward, bed, extra = (np.array(column) for column in zip(*found, strict=True))
    return Places(ward.astype(np.int64), bed.astype(np.int64), extra.astype(bool))


class _Walk:
    """The beds of all wards while time goes on: those free, and those taken with their ends."""

    def __init__(self, front: Front, wards: Wards) -> None:
        """Begin with empty wards; escalation beds of a ward come last."""
        self.front = front
        self.free = [list(range(1, beds + 1)) for beds in (wards.beds + wards.extra).tolist()]
        self.core = wards.beds.tolist()
        self.size = (wards.beds + wards.extra).tolist()
        for beds in self.free:
            heapify(beds)
        self.taken: list[list[tuple[int, int]]] = [[] for _ in self.free]
        self.of_group = [np.flatnonzero(wards.group == wards.merged[place]).tolist() for place in range(len(GROUPS))]
        self.general = np.flatnonzero(np.isin(wards.group, GENERAL)).tolist()
        self.escalation = self.of_group[base.ESCALATION]
        functions = {place: set(wards.functions(place)) for place in self.general}
        self.home = [[place for place in self.general if code in functions[place]] for code in FUNCTIONS]

    def place(self, start: int, end: int, group: int, function: int, draw: float) -> tuple[int, int, bool]:
        """The ward and bed from `start` to `end`, and whether the patient is one too many."""
        own = self.of_group[group]
        if function == WELL_BABY:
            return own[0], 0, False
        ward = self._emptiest(own, start)
        if ward >= 0 and self._core_free(ward):
            return ward, self._take(ward, end), False
        if group in (base.LOUNGE, base.RECOVERY, base.DAY):
            return own[0], 0, False
        if GROUPS[group].kind in ("general", "assessment"):
            turned = [self.escalation, self.general] if draw > self.front.outliers else [self.general, self.escalation]
            for others in [self.home[function], *turned]:
                other = self._emptiest(others, start)
                if other >= 0 and self._core_free(other):
                    return other, self._take(other, end), False
        if ward >= 0:
            return ward, self._take(ward, end), False
        return own[int(draw * 1_000) % len(own)], 0, True

    def _core_free(self, ward: int) -> bool:
        """Whether a bed is free that is open without pressure."""
        return self.size[ward] - len(self.free[ward]) < self.core[ward]

    def _emptiest(self, wards: list[int], start: int) -> int:
        """The ward with most free beds; -1 where none has any."""
        best, most = -1, 0
        for ward in wards:
            taken, free = self.taken[ward], self.free[ward]
            while taken and taken[0][0] <= start:
                heappush(free, heappop(taken)[1])
            if len(free) > most:
                best, most = ward, len(free)
        return best

    def _take(self, ward: int, end: int) -> int:
        bed = heappop(self.free[ward])
        heappush(self.taken[ward], (end, bed))
        return bed
