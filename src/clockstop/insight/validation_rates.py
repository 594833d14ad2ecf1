"""How often a doubtful pathway proves wrong: a Beta posterior a flag, from the pathways that somebody has checked.

A check that settled nothing (the service was asked) says nothing about a rate, and is counted nowhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clockstop.rules.rtt_flags import BY_SLUG, EFFECTS
from clockstop.rules.validation_outcomes import BY_CODE

# Where no flag is: the pathways that nothing says are wrong. Samples of them are drawn too.
UNFLAGGED = "unflagged"
KEY = ["trust", "patient_pathway_identifier"]
_URGENCY = {effect: place for place, effect in enumerate(EFFECTS)}


@dataclass(frozen=True, kw_only=True)
class Prior:
    """What is held before anybody has checked, in checks imagined: so many that found it wrong, so many that found it right.

    A half and a half (Jeffreys) lets the interval cover at its nominal rate whatever the true rate is. `borrowed_checks` is the
    most that all other trusts' checks of a flag count for in one trust's rate. Moved starts are rarer than removals, and a pathway
    that nothing speaks against is seldom wrong: each has its own.
    """

    removed: float = 0.5
    kept: float = 0.5
    moved: float = 0.1
    unmoved: float = 1.9
    unflagged_wrong: float = 0.05
    unflagged_right: float = 4.95
    borrowed_checks: float = 10.0


@dataclass(frozen=True)
class Beta:
    """The posterior of a rate: Beta(a, b) after `checked` checks, of which `removed` were found (removed, or moved, as named)."""

    a: float
    b: float
    checked: int
    removed: int

    @property
    def mean(self) -> float:
        """The expected rate, 0 to 1."""
        return self.a / (self.a + self.b)

    def interval(self, level: float = 0.9) -> tuple[float, float]:
        """The equal-tailed interval of the rate at that level.

        >>> [round(end, 3) for end in Beta(0.5 + 3, 0.5 + 17, 20, 3).interval(0.9)]
        [0.056, 0.314]
        """
        from scipy.special import betaincinv  # half a second of imports that no page of figures should wait for

        tail = (1 - level) / 2
        low, high = betaincinv(self.a, self.b, [tail, 1 - tail])
        return float(low), float(high)


@dataclass(frozen=True)
class Checks:
    """What the checks of one flag in one trust came to; `shifts` are the days by which the starts found wrong moved."""

    checked: int = 0
    removed: int = 0
    moved: int = 0
    shifts: tuple[int, ...] = ()

    def __add__(self, other: "Checks") -> "Checks":
        return Checks(
            self.checked + other.checked, self.removed + other.removed, self.moved + other.moved, self.shifts + other.shifts
        )

    @property
    def right(self) -> int:
        """How many were found right."""
        return self.checked - self.removed - self.moved


@dataclass(frozen=True)
class Rate:
    """One flag in one trust: how often its pathways leave the list, and how often the start of those that stay moves.

    `own` are the trust's own checks, `others` those of the same flag in the other trusts.
    """

    removed: Beta
    moved: Beta
    own: Checks = field(default_factory=Checks)
    others: Checks = field(default_factory=Checks)

    @property
    def shifts(self) -> tuple[int, ...]:
        """The days by which starts moved: the trust's own, where it has none the others'."""
        return self.own.shifts or self.others.shifts


def leading_flag(flags: Iterable[str]) -> str:
    """The flag under which a pathway of several is counted, once: the most urgent effect, then the lowest number (RTT-R51).

    >>> leading_flag(["no_next_step", "nhs_number", "status_missing"])
    'status_missing'
    """
    return min(flags, key=urgency, default=UNFLAGGED)


def urgency(flag: str) -> tuple[int, int, str]:
    """The place of a flag in the order of counting; what is no flag of RTT-R51 comes after them, by name."""
    known = BY_SLUG.get(flag)
    return (_URGENCY[known.effect], known.number, flag) if known else (len(_URGENCY), 0, flag)


def removal_rates(outcomes: pa.Table, flags: pa.Table, *, prior: Prior | None = None) -> dict[str, Beta]:
    """By flag, how often a pathway under it was found to be off the list; a checked pathway counts once under each of its flags.

    `outcomes`: `trust, patient_pathway_identifier, code` (rules.validation_outcomes), one row a pathway. `flags`: `trust,
    patient_pathway_identifier, flag`. A flag without checks has the prior; pathways checked under no flag are `unflagged`.
    """
    held = prior or Prior()
    rows = _settled(outcomes)
    pairs = flags.select([*KEY, "flag"]).group_by([*KEY, "flag"]).aggregate([])
    joined = rows.join(pairs, KEY, join_type="left outer")
    joined = joined.set_column(joined.column_names.index("flag"), "flag", pc.fill_null(joined["flag"], UNFLAGGED))
    counted = joined.group_by("flag").aggregate([("is_removed", "count"), ("is_removed", "sum")]).to_pylist()
    found = {row["flag"]: (row["is_removed_count"], int(row["is_removed_sum"] or 0)) for row in counted}
    every = sorted({*pc.unique(flags["flag"]).to_pylist(), *found}, key=urgency)
    return {flag: _removed(flag, Checks(*found.get(flag, (0, 0))), (0.0, 0.0), held) for flag in every}


def checks_of(outcomes: pa.Table) -> dict[tuple[str, str], Checks]:
    """The checks of each trust and flag. `outcomes`: `trust, flag, code, shift_days`, one row a pathway drawn and answered."""
    rows = [row for row in outcomes.to_pylist() if BY_CODE[row["code"]].effect != "unknown"]
    rows.sort(key=lambda row: (row["trust"], row["flag"]))
    return {
        key: sum((_check(row) for row in members), Checks())
        for key, members in groupby(rows, key=lambda row: (row["trust"], row["flag"]))
    }


def rates(
    checks: Mapping[tuple[str, str], Checks], wanted: Iterable[tuple[str, str]], *, prior: Prior | None = None
) -> dict[tuple[str, str], Rate]:
    """By trust and flag its `Rate`, for all that is `wanted`, of one trust's own checks and, at a discount, the others'.

    The others' checks of the flag are scaled down to `borrowed_checks` in all, so that a trust with 30 of its own is led by
    these, and one without any stands where the group stands, with the width of so few checks.

    >>> found = rates({("A", "planned"): Checks(40, 20), ("B", "planned"): Checks(10, 1)}, [("A", "planned"), ("B", "planned")])
    >>> found["B", "planned"].removed
    Beta(a=6.5, b=14.5, checked=10, removed=1)
    """
    held = prior or Prior()
    return {key: _rate(key, checks, held) for key in wanted}


def _rate(key: tuple[str, str], checks: Mapping[tuple[str, str], Checks], prior: Prior) -> Rate:
    trust, flag = key
    own = checks.get(key, Checks())
    others = sum((one for (where, what), one in sorted(checks.items()) if what == flag and where != trust), Checks())
    weight = min(1.0, prior.borrowed_checks / others.checked) if others.checked else 0.0
    kept, others_kept = own.checked - own.removed, others.checked - others.removed
    removed = _removed(flag, own, (weight * others.removed, weight * others_kept), prior)
    moved = Beta(
        prior.moved + own.moved + weight * others.moved,
        prior.unmoved + own.right + weight * others.right,
        kept,
        own.moved,
    )
    return Rate(removed, moved, own, others)


def _removed(flag: str, own: Checks, lent: tuple[float, float], prior: Prior) -> Beta:
    wrong, right = (prior.unflagged_wrong, prior.unflagged_right) if flag == UNFLAGGED else (prior.removed, prior.kept)
    return Beta(wrong + own.removed + lent[0], right + own.checked - own.removed + lent[1], own.checked, own.removed)


def _check(row: dict) -> Checks:
    effect, shift = BY_CODE[row["code"]].effect, row["shift_days"]
    is_moved = effect == "moves_start"
    return Checks(1, int(effect == "removes"), int(is_moved), (shift,) if is_moved and shift is not None else ())


def _settled(outcomes: pa.Table) -> pa.Table:
    """The checks that settled something, with `is_removed`."""
    effects = [BY_CODE[code].effect for code in outcomes["code"].to_pylist()]
    is_removed = pa.array(np.array([effect == "removes" for effect in effects], dtype=bool).astype(np.int64))
    rows = outcomes.select(KEY).append_column("is_removed", is_removed)
    return rows.filter(pa.array([effect != "unknown" for effect in effects], pa.bool_()))
