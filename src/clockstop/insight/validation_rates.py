"""How often a doubtful pathway proves wrong: a Beta posterior a flag, from the pathways that somebody has checked.

A check that settled nothing (the service was asked) says nothing about a rate, and is counted nowhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clockstop.insight.partial_pooling import Numbers, Pool, pool
from clockstop.rules.rtt_flags import BY_SLUG, EFFECTS
from clockstop.rules.validation_outcomes import BY_CODE

# A trust, a flag, and a part of the pathways counted under it: those within 18 weeks and those over, or the whole of them.
# Whether a pathway proves wrong may hang on how long it has waited, and a share of the list does too.
Stratum = tuple[str, str, str]
WHOLE = ""
# Where no flag is: the pathways that nothing says are wrong. Samples of them are drawn too.
UNFLAGGED = "unflagged"
KEY = ["trust", "patient_pathway_identifier"]
_URGENCY = {effect: place for place, effect in enumerate(EFFECTS)}


@dataclass(frozen=True, kw_only=True)
class Prior:
    """What is held before anybody has checked, in checks imagined: so many that found it wrong, so many that found it right.

    A half and a half (Jeffreys) lets an interval cover at its nominal rate whatever the true rate is. Moved starts are rarer than
    removals, and a pathway that nothing speaks against is seldom wrong: each has its own.
    """

    removed: float = 0.5
    kept: float = 0.5
    moved: float = 0.1
    unmoved: float = 1.9
    unflagged_wrong: float = 0.05
    unflagged_right: float = 4.95

    def of(self, flag: str) -> tuple[float, float]:
        """The prior of removals from a flag's pathways."""
        return (self.unflagged_wrong, self.unflagged_right) if flag == UNFLAGGED else (self.removed, self.kept)


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
    """What the checks of a stratum came to; `shifts` are the days by which the starts found wrong moved."""

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
    """One stratum: how often its pathways leave the list, and how often the start of those that stay moves.

    `own` are the stratum's own checks, `others` those of the same flag elsewhere. `removed_drawn` and `moved_drawn` are rates of
    the posterior, draw by draw; the drawn rates of one flag in two trusts go together as far as the trusts are alike.
    """

    removed: Beta
    moved: Beta
    own: Checks
    others: Checks
    removed_drawn: Numbers
    moved_drawn: Numbers

    @property
    def shifts(self) -> tuple[int, ...]:
        """The days by which starts moved: the stratum's own, where it has none the others'."""
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
    return {flag: _beta_of(held.of(flag), *found.get(flag, (0, 0))) for flag in every}


def checks_of(outcomes: pa.Table) -> dict[Stratum, Checks]:
    """The checks of each stratum. `outcomes`: `trust, flag, part, code, shift_days`, one row a pathway drawn and answered."""
    found: dict[Stratum, Checks] = {}
    for row in outcomes.to_pylist():
        if BY_CODE[row["code"]].effect != "unknown":
            key = (row["trust"], row["flag"], row["part"])
            found[key] = found.get(key, Checks()) + _check(row)
    return found


def rates(
    checks: Mapping[Stratum, Checks], wanted: Iterable[Stratum], *, prior: Prior | None = None, seed: int = 0, draws: int = 2000
) -> dict[Stratum, Rate]:
    """By stratum its `Rate`, for all that is `wanted`, each led by its own checks and helped by those of the same flag elsewhere.

    How much one takes from the others, their checks say (`partial_pooling`). The Beta that is shown has the mean and the
    variance of the posterior; what is drawn is the posterior itself.
    """
    held = prior or Prior()
    by_flag: dict[str, list[Stratum]] = {}
    for stratum in sorted(set(wanted)):
        by_flag.setdefault(stratum[1], []).append(stratum)
    rng = np.random.default_rng(seed)
    found: dict[Stratum, Rate] = {}
    for flag, strata in sorted(by_flag.items()):
        of_flag = {stratum: one for stratum, one in sorted(checks.items()) if stratum[1] == flag}
        found |= _of_flag((held.of(flag), (held.moved, held.unmoved)), strata, of_flag, rng, draws)
    return found


def whole_flags(checks: Mapping[Stratum, Checks]) -> dict[Stratum, Checks]:
    """The checks of each trust and flag, its parts added up."""
    found: dict[Stratum, Checks] = {}
    for (trust, flag, _), one in sorted(checks.items()):
        found[trust, flag, WHOLE] = found.get((trust, flag, WHOLE), Checks()) + one
    return found


def _of_flag(
    prior: tuple[tuple[float, float], tuple[float, float]],
    strata: list[Stratum],
    checks: Mapping[Stratum, Checks],
    rng: np.random.Generator,
    draws: int,
) -> dict[Stratum, Rate]:
    removals = pool([(one.removed, one.checked) for one in checks.values()], prior=prior[0])
    moves = pool([(one.moved, one.moved + one.right) for one in checks.values()], prior=prior[1])
    places = removals.chosen(rng, draws), moves.chosen(rng, draws)
    found = {}
    for stratum in strata:
        own = checks.get(stratum, Checks())
        others = sum((one for where, one in checks.items() if where != stratum), Checks())
        kept = own.moved + own.right
        found[stratum] = Rate(
            _beta(removals, own.removed, own.checked), _beta(moves, own.moved, kept), own, others,
            removals.drawn(own.removed, own.checked, places[0], rng), moves.drawn(own.moved, kept, places[1], rng),
        )  # fmt: skip
    return found


def _beta(posterior: Pool, found: int, checked: int) -> Beta:
    """The Beta with the posterior's mean and variance."""
    mean, variance = posterior.moments(found, checked)
    strength = mean * (1 - mean) / variance - 1
    return Beta(mean * strength, (1 - mean) * strength, checked, found)


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


def _beta_of(prior: tuple[float, float], checked: int, removed: int) -> Beta:
    return Beta(prior[0] + removed, prior[1] + checked - removed, checked, removed)
