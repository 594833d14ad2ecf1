"""How often the interval of a standard covers its true value: scored on a made-up group whose truth is known, and on drawn lists.

Made by `clockstop validate score`, kept in range_scores.csv, read by docs/standard-range.md. The group: `clockstop synthesise
--scale 0.03 --seed 11`, RTT's datasets loaded on their days, refreshed at the last two. Each drawn list has rates of its own.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, fields
from importlib import resources
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from clockstop.insight.standard_range import OFF_THE_LIST, SETTLED, OpenPathways, Standard, resolved
from clockstop.insight.validation_rates import UNFLAGGED, Checks, Stratum, rates
from clockstop.rules.rtt_bands import DAYS_IN_WEEK, STANDARD_DAYS

FILE = "range_scores.csv"
EDGES = (STANDARD_DAYS, 52 * DAYS_IN_WEEK)
MEASURES = {
    "rtt_within_18_weeks": Standard(is_share=True, edge=EDGES[0]),
    "rtt_over_52_weeks": Standard(is_share=False, edge=EDGES[1], is_within=False),
    "rtt_incomplete": Standard(is_share=False),
}
PARTS = ("within 18 weeks", "over 18 weeks")
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class RangeScore:
    """One measure: of so many intervals, how many cover the truth, how many lie below or above it, and how wide they are."""

    lists: str
    measure: str
    sampled: int
    nominal: float
    intervals: int
    covered: int
    truth_below: int
    truth_above: int
    mean_width: float


@dataclass(frozen=True)
class TrueList:
    """A list with its truth: of each clock the trust, the flags, the leading one, the days waited, and those it truly has."""

    trusts: tuple[str, ...]
    flags: tuple[str, ...]
    trust: Ints
    leading: Ints
    under: Mapping[str, NDArray[np.bool_]]
    days: Ints
    true_days: Ints


def scores(lists: str, drawn: Iterable[TrueList], *, sampled: int, times: int, level: float) -> list[RangeScore]:
    """The score of each measure over every list: `times` samples of each flag in each trust, answered by the truth."""
    told: dict[str, list[tuple[float, float, float]]] = {slug: [] for slug in MEASURES}
    for place, listed in enumerate(drawn):
        for turn in range(times):
            for slug, ends in _intervals(listed, sampled, place * 100_003 + turn, level):
                told[slug].append(ends)
    return [_score(lists, slug, sampled, level, np.array(ends)) for slug, ends in told.items()]


def _intervals(listed: TrueList, sampled: int, seed: int, level: float) -> Iterator[tuple[str, tuple[float, float, float]]]:
    """Of every trust and of all together: measure, low, truth and high of one sampling."""
    rng = np.random.default_rng(seed)
    is_checked, checks = _sampled(listed, sampled, rng)
    strata = tuple((trust, flag, part) for trust in listed.trusts for flag in listed.flags for part in PARTS)
    known = {flag for (_, flag, _), one in checks.items() if one.checked}
    held = {key: rate for key, rate in rates(checks, strata, seed=seed, draws=600).items() if key[1] in known}
    stratum = _stratum(listed)
    for trust in (None, *range(len(listed.trusts))):
        own = np.ones(len(listed.days), bool) if trust is None else listed.trust == trust
        pathways = OpenPathways(
            strata=strata, stratum=np.where(is_checked, SETTLED, stratum)[own], days_waited=listed.days[own],
            days_validated=np.where(is_checked, listed.true_days, listed.days)[own],
            is_flagged=(listed.leading != listed.flags.index(UNFLAGGED))[own], number=np.ones(int(own.sum()), dtype=np.int64),
        )  # fmt: skip
        found = resolved(pathways, held, edges=EDGES, seed=seed, level=level)
        true = listed.true_days[own]
        for slug, standard in MEASURES.items():
            one = found.of(standard)
            if one.low is not None and one.high is not None:
                yield slug, (one.low, _value(true[true != OFF_THE_LIST], standard), one.high)


def _sampled(listed: TrueList, size: int, rng: np.random.Generator) -> tuple[NDArray[np.bool_], dict[Stratum, Checks]]:
    """Which clocks were drawn, and what the truth says of those that are counted under the flag they were drawn for."""
    is_checked = np.zeros(len(listed.days), dtype=bool)
    checks: dict[Stratum, Checks] = {}
    for place, trust in enumerate(listed.trusts):
        for flag in listed.flags:
            frame = np.flatnonzero((listed.trust == place) & listed.under[flag])
            chosen = rng.choice(frame, size=min(size, len(frame)), replace=False)
            is_checked[chosen] = True
            for one in chosen[listed.leading[chosen] == listed.flags.index(flag)]:
                key = (trust, flag, PARTS[int(listed.days[one] > STANDARD_DAYS)])
                checks[key] = checks.get(key, Checks()) + _checked(int(listed.days[one]), int(listed.true_days[one]))
    return is_checked, checks


def _checked(days: int, true_days: int) -> Checks:
    if true_days == OFF_THE_LIST:
        return Checks(1, 1)
    return Checks(1, 0, 1, (days - true_days,)) if true_days != days else Checks(1)


def _stratum(listed: TrueList) -> Ints:
    is_over = (listed.days > STANDARD_DAYS).astype(np.int64)
    return (listed.trust * len(listed.flags) + listed.leading) * len(PARTS) + is_over


def _value(days: Ints, standard: Standard) -> float:
    if standard.edge is None:
        return float(len(days))
    chosen = (days <= standard.edge) == standard.is_within
    return float(chosen.mean() if standard.is_share else chosen.sum())


def _score(lists: str, slug: str, sampled: int, level: float, ends: NDArray[np.float64]) -> RangeScore:
    low, true, high = ends.T
    below, above = int((true < low - 1e-12).sum()), int((true > high + 1e-12).sum())
    return RangeScore(
        lists, slug, sampled, level, len(ends), len(ends) - below - above, below, above, round(float((high - low).mean()), 5)
    )


def drawn_lists(number: int, *, seed: int) -> Iterator[TrueList]:
    """Lists whose rates are themselves drawn: each flag has a rate, each trust its own near it, each clock goes or stays by it."""
    for place in range(number):
        yield _drawn_list(np.random.default_rng([seed, place]))


def _drawn_list(rng: np.random.Generator) -> TrueList:
    flags = ("status_missing", "possible_duplicate", "no_next_step", "validation", UNFLAGGED)
    size, trusts = 4_000, ("A", "B", "C", "D")
    trust = rng.integers(0, len(trusts), size)
    leading = rng.choice(len(flags), size=size, p=[0.02, 0.05, 0.2, 0.08, 0.65])
    days = np.minimum(rng.gamma(1.6, 85, size), 800).astype(np.int64)
    usual = rng.beta(1, 4, len(flags))
    usual[-1] = rng.beta(0.2, 40)
    alike = rng.choice([5.0, 20.0, 80.0])
    own = rng.beta(alike * usual + 1e-6, alike * (1 - usual), (len(trusts), 2, len(flags)))
    goes = rng.random(size) < own[trust, (days > STANDARD_DAYS).astype(np.int64), leading]
    moves = ~goes & (leading == 0) & (rng.random(size) < 0.05)
    moved = np.maximum(days + rng.choice([-21, 14, 35], size), 0)
    true_days = np.where(goes, OFF_THE_LIST, np.where(moves, moved, days))
    under = {flag: leading == place for place, flag in enumerate(flags)}
    return TrueList(trusts, flags, trust, leading, under, days, true_days)


COLUMNS = tuple(item.name for item in fields(RangeScore))


def write_scores(found: Iterable[RangeScore], handle: TextIO) -> None:
    """Write the scores as CSV."""
    writer = csv.writer(handle, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(astuple(one) for one in found)


def range_scores() -> tuple[RangeScore, ...]:
    """The scores that are kept, in the order in which they were written."""
    text = resources.files("clockstop.synthetic").joinpath(FILE).read_text("utf-8")
    kinds: dict[str, Callable[[str], str | int | float]] = {"lists": str, "measure": str, "nominal": float, "mean_width": float}
    return tuple(
        RangeScore(**{name: kinds.get(name, int)(value) for name, value in row.items()})
        for row in csv.DictReader(text.splitlines())
    )
