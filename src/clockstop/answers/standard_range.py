"""The standard as a range: beside each headline of the waiting list what it can become when the doubtful clocks are resolved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np
import pyarrow as pa

from clockstop.answers.desk import Desk
from clockstop.answers.doubtful import doubtful, sample_checks
from clockstop.answers.scope import Scope
from clockstop.insight.standard_range import SETTLED, OpenPathways, Range, Resolved, Standard, resolved
from clockstop.insight.validation_rates import UNFLAGGED, WHOLE, Beta, Checks, Prior, Rate, Stratum, rates, urgency, whole_flags
from clockstop.measures.suppress import is_small
from clockstop.rules.readings import Readings
from clockstop.rules.rtt_bands import DAYS_IN_WEEK, STANDARD_DAYS
from clockstop.store.drawn_samples import DrawnSample
from clockstop.store.settings import readings

WEEKS = (52, 65, 78, 104)
EDGES = (STANDARD_DAYS, *(weeks * DAYS_IN_WEEK for weeks in WEEKS))
# The measures beside which a range stands, each as a share or a number of bands of days waited.
STANDARDS = {
    "rtt_within_18_weeks": Standard(is_share=True, edge=STANDARD_DAYS),
    "rtt_over_52_weeks_share": Standard(is_share=True, edge=52 * DAYS_IN_WEEK, is_within=False),
    "rtt_incomplete": Standard(is_share=False),
    **{f"rtt_over_{weeks}_weeks": Standard(is_share=False, edge=weeks * DAYS_IN_WEEK, is_within=False) for weeks in WEEKS},
}
GROUP = "standard ranges"
Where = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class RateLine:
    """One flag in one trust: how many open clocks, how many checked in samples, what they came to, and the rate with its interval.

    `open` are counted under this flag (each clock under one) and not settled. `elsewhere`: checked in other trusts. `has_rate`:
    some were checked, here or elsewhere; `is_thin`: fewer here than make a rate its own. `rate` is that of leaving the list,
    `moved_rate` that of another start among the rest.
    """

    trust: str
    flag: str
    open: int
    checked: int
    removed: int
    moved: int
    right: int
    elsewhere: int
    rate: Beta
    low: float
    high: float
    moved_rate: Beta
    found_wrong: float | None
    is_thin: bool
    has_rate: bool


@dataclass(frozen=True, kw_only=True)
class Method:
    """How the ranges of a place came about: what is in doubt, what was checked, and by which numbers."""

    as_of: date
    snapshot_id: str
    clocks: int
    flagged: int
    settled: int
    in_doubt: int
    checked: int
    samples: tuple[str, ...]
    unsampled: tuple[tuple[str, int], ...]
    is_unflagged_sampled: bool
    level: float
    draws: int
    seed: int


@dataclass(frozen=True, kw_only=True)
class Ranges:
    """The ranges of a place by measure, and how they came about. `withheld` are measures whose numbers this reader may not see."""

    of: dict[str, Range]
    withheld: frozenset[str]
    method: Method


def prior_of(held: Readings) -> Prior:
    """The prior that the readings say."""
    return Prior(
        removed=held.range_prior_removed_hundredths / 100, kept=held.range_prior_kept_hundredths / 100,
        moved=held.range_prior_moved_hundredths / 100, unmoved=held.range_prior_unmoved_hundredths / 100,
        unflagged_wrong=held.range_prior_unflagged_wrong_hundredths / 100,
        unflagged_right=held.range_prior_unflagged_right_hundredths / 100,
    )  # fmt: skip


def ranges(scope: Scope, desk: Desk, outcomes: pa.Table, where: Where) -> Ranges:
    """The range of every measure of `STANDARDS` within `where`, or over all trusts that the reader may see.

    `outcomes` are those of all trusts, whoever asks, so that every reader sees one figure; only totals come back. Worked out once
    while snapshot and outcomes are the same.
    """
    if where.get("trust"):
        scope.require_trust(where["trust"])
    trusts = frozenset([where["trust"]]) if where.get("trust") else scope.trusts
    key = ("ranges", trusts, tuple(sorted(where.items())))
    resolved_list, method = desk.kept_beside(outcomes, GROUP, key, lambda: _resolved(desk, outcomes, trusts, where))
    found = {slug: resolved_list.of(standard) for slug, standard in STANDARDS.items()}
    withheld = frozenset() if trusts <= scope.own_trusts else frozenset(_small(resolved_list, found))
    return Ranges(of={slug: one for slug, one in found.items() if slug not in withheld}, withheld=withheld, method=method)


def range_of(scope: Scope, desk: Desk, outcomes: pa.Table, measure: str, where: Where) -> Range | None:
    """The range of one measure; None where it has none, or where its numbers are withheld from this reader."""
    if measure not in STANDARDS or not desk.has("rtt_waits"):
        return None
    return ranges(scope, desk, outcomes, where).of.get(measure)


def rate_lines(scope: Scope, desk: Desk, outcomes: pa.Table, trust: str) -> tuple[RateLine, ...]:
    """Every flag under which clocks of the trust stand or were checked, the most urgent first; those under none last."""
    scope.require_trust(trust)
    held = readings(desk.home)
    listed, found = doubtful(desk, outcomes), _rates(desk, outcomes)
    line = partial(_line, listed.within([("trust", trust)]), found.whole, held, trust)
    lines = (line(flag) for flag in sorted({flag for where, flag, _ in found.whole if where == trust}, key=urgency))
    return tuple(one for one in lines if one.open or one.checked)


@dataclass(frozen=True)
class _Rates:
    rates: dict[Stratum, Rate]
    whole: dict[Stratum, Rate]
    checks: dict[Stratum, Checks]
    samples: list[DrawnSample]


def _rates(desk: Desk, outcomes: pa.Table) -> _Rates:
    return desk.kept_beside(outcomes, GROUP, "rates", lambda: _work_out_rates(desk, outcomes))


def _work_out_rates(desk: Desk, outcomes: pa.Table) -> _Rates:
    held = readings(desk.home)
    checks, samples = sample_checks(desk, outcomes, valid_days=held.range_sample_days)
    wanted = {*doubtful(desk, outcomes).pathways.strata, *checks}
    whole = {(trust, flag, WHOLE) for trust, flag, _ in wanted}
    found, of_flags = (
        rates(own, strata, prior=prior_of(held), seed=held.range_seed, draws=held.range_draws)
        for own, strata in ((checks, wanted), (whole_flags(checks), whole))
    )
    return _Rates(found, of_flags, checks, samples)


def _resolved(desk: Desk, outcomes: pa.Table, trusts: frozenset[str], where: Where) -> tuple[Resolved, Method]:
    held, listed, found = readings(desk.home), doubtful(desk, outcomes), _rates(desk, outcomes)
    places = [(level, name) for level, name in where.items() if level in listed.names]
    pathways = listed.within(places) if where.get("trust") else listed.of_trusts(trusts)
    is_sampled = {flag for (_, flag, _), one in found.checks.items() if one.checked}
    used = {stratum: rate for stratum, rate in found.rates.items() if stratum[1] in is_sampled}
    level = held.range_level_percent / 100
    drawn = resolved(pathways, used if is_sampled else None, edges=EDGES, seed=held.range_seed, level=level)
    return drawn, _method(desk, held, pathways, found, trusts, is_sampled)


def _method(  # noqa: PLR0917 one account of what stands around
    desk: Desk, held: Readings, pathways: OpenPathways, found: _Rates, trusts: frozenset[str], is_sampled: set[str]
) -> Method:
    in_doubt = _by_flag(pathways)
    unsampled = tuple(
        (flag, number) for flag, number in sorted(in_doubt.items(), key=lambda pair: urgency(pair[0]))
        if flag != UNFLAGGED and flag not in is_sampled
    )  # fmt: skip
    return Method(
        as_of=desk.as_of, snapshot_id=desk.snapshot_id, clocks=int(pathways.number.sum()),
        flagged=int(pathways.number[pathways.is_flagged].sum()),
        settled=int(pathways.number[pathways.stratum == SETTLED].sum()),
        in_doubt=sum(number for flag, number in in_doubt.items() if flag != UNFLAGGED),
        checked=sum(one.checked for (trust, *_), one in found.checks.items() if trust in trusts),
        samples=tuple(one.name for one in found.samples if one.trust in trusts), unsampled=unsampled,
        is_unflagged_sampled=UNFLAGGED in is_sampled, level=held.range_level_percent / 100, draws=held.range_draws,
        seed=held.range_seed,
    )  # fmt: skip


def _by_flag(pathways: OpenPathways) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, (_, flag, _) in enumerate(pathways.strata):
        number = int(pathways.number[pathways.stratum == place].sum())
        if number:
            found[flag] = found.get(flag, 0) + number
    return found


def _line(pathways: OpenPathways, found: Mapping[Stratum, Rate], held: Readings, trust: str, flag: str) -> RateLine:
    rate = found[trust, flag, WHOLE]
    is_checked = bool(rate.own.checked or rate.others.checked)
    low, high = rate.removed.interval(held.range_level_percent / 100)
    places = [place for place, stratum in enumerate(pathways.strata) if stratum[:2] == (trust, flag)]
    is_open = np.isin(pathways.stratum, places)
    own = rate.own
    return RateLine(
        trust=trust, flag=flag, open=int(pathways.number[is_open].sum()),
        checked=own.checked, removed=own.removed, moved=own.moved, right=own.right, elsewhere=rate.others.checked,
        rate=rate.removed, low=low, high=high, moved_rate=rate.moved,
        found_wrong=(own.removed + own.moved) / own.checked if own.checked else None,
        is_thin=own.checked < held.range_least_checked, has_rate=is_checked,
    )  # fmt: skip


def _small(held: Resolved, found: Mapping[str, Range]) -> list[str]:
    """The measures that would give away a small number: of those counted, or of those in doubt."""
    whole = int(held.counted.sum())
    hidden = []
    for slug, standard in STANDARDS.items():
        counted, ends = found[slug].counted, (found[slug].all_removed, found[slug].least)
        numbers = [value * whole if standard.is_share else value for value in (counted, *ends) if value is not None]
        gaps = [numbers[0] - value for value in numbers[1:]] if not standard.is_share and numbers else []
        if any(is_small(round(value), "k5") for value in (*numbers, *gaps, int(held.doubtful.sum()))):
            hidden.append(slug)
    return hidden
