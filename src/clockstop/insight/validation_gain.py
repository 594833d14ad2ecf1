"""Which clocks to check first: what a check can be expected to gain, for each hour that a validator has.

Gain = (chance that the check changes the clock x what a change moves + what any check settles) / minutes that it takes.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clockstop.insight.validation_rates import UNFLAGGED, Beta, Prior, removal_rates, urgency
from clockstop.rules.rtt_bands import is_over_weeks
from clockstop.rules.rtt_flags import BY_SLUG
from clockstop.rules.validation_outcomes import MOVES_START, REMOVES

KEY = ("trust", "patient_pathway_identifier", "start_date")
# Checks imagined behind the chance that a flag is given before anybody has checked: thirty real ones outweigh them.
PRIOR_CHECKS = 8.0
# Ours, for a list that nobody has checked yet: how often a check under the flag changes the clock. Records that contradict a
# running clock are mostly right; a patient whom nobody has contacted mostly still waits.
PRIOR_CHANCES = {
    "closed_but_open": 0.8, "treatment_given": 0.75, "exact_duplicate": 0.7, "end_order": 0.6, "start_order": 0.6,
    "status_contradicts": 0.5, "start_drift": 0.4, "default_date": 0.35, "status_missing": 0.3, "past_without_outcome": 0.3,
    "possible_duplicate": 0.3, "pop_on": 0.3, "identifier": 0.3, "validation": 0.15, "decision_mismatch": 0.1,
    "treatment_function": 0.1, "no_next_step": 0.08,
}  # fmt: skip
LEAST_CHANCE = 0.04
# How many timed checks under a flag make its own median hold instead of the reading.
ENOUGH_TIMES = 20
SHORTEST_SECONDS, LONGEST_SECONDS = 5, 1800


@dataclass(frozen=True, kw_only=True)
class Worth:
    """What is gained, in pathways put right: by any change of a clock, and more where it is over 18, 52 and 65 weeks (each adds).

    `due` is gained whatever the check finds: the pathway then counts as validated within 12 weeks (RTT-R50).
    """

    any_clock: float = 1.0
    over_18_weeks: float = 1.0
    over_52_weeks: float = 3.0
    over_65_weeks: float = 5.0
    due: float = 0.1


@dataclass(frozen=True)
class Expected:
    """How many clocks a run of checks will change: the mean, and the ends between which it lies four times in five."""

    low: int
    mean: float
    high: int


@dataclass(frozen=True)
class HourWorth:
    """What a run of checks makes of a list: the share within 18 weeks now and after it, and how many over 52 weeks come off.

    Each pair holds the result four times in five. None: nobody waits.
    """

    share: float | None
    share_low: float | None
    share_high: float | None
    over_52: int
    off_low: int
    off_high: int


class DeskPrior(Prior):
    """What is held of each flag before anybody has checked: `PRIOR_CHECKS` imagined checks with the flag's own chance.

    >>> DeskPrior().of("closed_but_open"), DeskPrior().of("nhs_number")
    ((6.4, 1.6), (0.32, 7.68))
    """

    def of(self, flag: str) -> tuple[float, float]:
        """The imagined checks that changed the clock, and those that did not."""
        changed = PRIOR_CHECKS * PRIOR_CHANCES.get(flag, LEAST_CHANCE)
        return super().of(flag) if flag == UNFLAGGED else (changed, round(PRIOR_CHECKS - changed, 9))


def change_rates(outcomes: pa.Table, flags: pa.Table) -> dict[str, Beta]:
    """By flag, how often a check changed the clock: the pathway left the list, or its start moved. `Beta.removed` counts both.

    `outcomes` and `flags` as `removal_rates` takes them; there is a rate of what has no flag, and of every flag that has a prior.
    """
    code = outcomes["code"]
    read_as = pc.if_else(pc.is_in(code, pa.array(sorted(MOVES_START))), sorted(REMOVES)[0], code)
    read = outcomes.set_column(outcomes.column_names.index("code"), "code", read_as)
    prior = DeskPrior()
    unchecked = {flag: Beta(*prior.of(flag), 0, 0) for flag in (*BY_SLUG, UNFLAGGED)}
    return unchecked | removal_rates(read, flags, prior=prior)


def seconds_by_flag(reading: str) -> tuple[int, dict[str, int]]:
    """The seconds of a check as the reading says them: of any, and of flags that take another time.

    >>> seconds_by_flag("60 possible_duplicate=150")
    (60, {'possible_duplicate': 150})
    """
    words = reading.split()
    pairs = (word.split("=") for word in words[1:])
    return int(words[0]), {flag: int(seconds) for flag, seconds in pairs}


def learned_seconds(times: pa.Table) -> dict[str, float]:
    """By flag the median of the desk's own times, where there are `ENOUGH_TIMES`. `times`: `flag, seconds`, a row a check.

    A row left open over lunch or answered in a blink says nothing of what a check takes.
    """
    seconds = times["seconds"]
    usual = pc.and_(pc.greater_equal(seconds, SHORTEST_SECONDS), pc.less_equal(seconds, LONGEST_SECONDS))
    rows = times.filter(pc.fill_null(usual, False))
    flags, values = rows["flag"].to_pylist(), rows["seconds"].to_numpy(zero_copy_only=False)
    places: dict[str, list[int]] = {}
    for place, flag in enumerate(flags):
        places.setdefault(flag, []).append(place)
    return {flag: float(np.median(values[own])) for flag, own in sorted(places.items()) if len(own) >= ENOUGH_TIMES}


def ranked(
    rows: pa.Table, rates: Mapping[str, Beta], *, reading: str, learned: Mapping[str, float], worth: Worth | None = None
) -> pa.Table:
    """The rows, most gain first, with `reason` (the flag for which it is here, `reasons_of`), `chance`, `minutes` and `gain`.

    `rows`: the key, `days_waited`, `slugs` (flags), `is_due` (RTT-R50), `is_answered`: then it gains nothing and comes last.
    Ties: the longer wait, then trust, pathway and start, so that the order is one whatever order the rows came in.
    """
    reason, chance = _reasons(rows, rates)
    usual, special = seconds_by_flag(reading)
    taken = {flag: learned.get(flag, special.get(flag, usual)) for flag in set(reason)}
    minutes = np.array([taken[flag] for flag in reason], dtype=float) / 60
    moved = worth_of(rows["days_waited"].to_numpy(), worth or Worth())
    due = np.where(_truths(rows["is_due"]), (worth or Worth()).due, 0.0)
    gain = np.where(_truths(rows["is_answered"]), 0.0, (chance * moved + due) / np.maximum(minutes, 1 / 60))
    told = {
        "reason": pa.array(reason, pa.string()),
        "chance": pa.array(chance),
        "minutes": pa.array(minutes),
        "gain": pa.array(gain),
    }
    for name, values in told.items():
        rows = rows.append_column(name, values)
    order: list[tuple[str, str]] = [("gain", "descending"), ("days_waited", "descending"), *((name, "ascending") for name in KEY)]
    return rows.take(pc.sort_indices(rows, sort_keys=order))


def worth_of(days_waited: NDArray[np.int64], worth: Worth) -> NDArray[np.float64]:
    """What a change of each clock moves.

    >>> [float(one) for one in worth_of(np.array([126, 127, 365, 456]), Worth())]
    [1.0, 2.0, 5.0, 10.0]
    """
    over = {18: worth.over_18_weeks, 52: worth.over_52_weeks, 65: worth.over_65_weeks}
    moved = np.full(len(days_waited), worth.any_clock)
    for weeks, value in over.items():
        moved += np.where(is_over_weeks(days_waited, weeks), value, 0.0)
    return moved


def expected_changes(rows: pa.Table, rates: Mapping[str, Beta]) -> Expected:
    """How many of these (ranked) rows a check will change. Rows under one flag share its uncertain rate, and so go together.

    >>> expected_changes(pa.table({"reason": [], "chance": []}), {})
    Expected(low=0, mean=0.0, high=0)
    """
    mean = variance = 0.0
    members = rows.group_by("reason").aggregate([("chance", "sum"), ("chance", "count")]).to_pylist()
    for row in sorted(members, key=lambda row: row["reason"]):
        number, chance = row["chance_count"], row["chance_sum"] / row["chance_count"]
        rate = rates.get(row["reason"])
        checks = rate.a + rate.b if rate else PRIOR_CHECKS
        mean += number * chance
        # Of a beta-binomial: the draw of each row, and that of the rate which they share.
        variance += number * chance * (1 - chance) * (checks + number) / (checks + 1)
    spread = 1.2816 * variance**0.5
    low, high = max(0, round(mean - spread)), min(rows.num_rows, round(mean + spread))
    return Expected(int(low), mean, int(high))


def hour_worth(rows: pa.Table, rates: Mapping[str, Beta], *, days_waited: NDArray[np.int64], draws: int = 1000) -> HourWorth:
    """What checking these (ranked) rows makes of the list that waits `days_waited`.

    A change is taken for a removal: starts that move are few. The same rows give the same answer: the draws have their own seed.

    >>> hour_worth(pa.table({"reason": [], "days_waited": []}), {}, days_waited=np.array([10, 200])).share
    0.5
    """
    within, over_52 = ~is_over_weeks(days_waited, 18), is_over_weeks(days_waited, 52)
    rng = np.random.default_rng(rows.num_rows)
    off = np.zeros((3, draws), dtype=np.int64)
    own_days = np.array(rows["days_waited"].to_pylist(), dtype=np.int64)
    reasons = np.array(rows["reason"].to_pylist(), dtype=object)
    parts = (~is_over_weeks(own_days, 18), is_over_weeks(own_days, 18) & ~is_over_weeks(own_days, 52), is_over_weeks(own_days, 52))
    for reason in sorted(set(reasons.tolist())):
        rate = rates[reason]
        drawn = rng.beta(rate.a, rate.b, size=draws)
        for place, part in enumerate(parts):
            off[place] += rng.binomial(int((part & (reasons == reason)).sum()), drawn)
    waiting = len(days_waited)
    if not waiting:
        return HourWorth(None, None, None, 0, 0, 0)
    shares = (within.sum() - off[0]) / np.maximum(waiting - off.sum(axis=0), 1)
    low, high = np.quantile(shares, [0.1, 0.9])
    off_low, off_high = np.quantile(off[2], [0.1, 0.9])
    return HourWorth(
        float(within.sum() / waiting), float(low), float(high), int(over_52.sum()), int(np.floor(off_low)), int(np.ceil(off_high))
    )


def _reasons(rows: pa.Table, rates: Mapping[str, Beta]) -> tuple[list[str], NDArray[np.float64]]:
    """Of each row the flag for which it is here, and the chance that a check under that flag changes the clock."""
    reason = reasons_of(rows["slugs"])
    return reason, np.array([rates[flag].mean if flag in rates else 0.0 for flag in reason])


def reasons_of(slugs: pa.ChunkedArray) -> list[str]:
    """Of each list of flags the one that counts: whose prior chance is greatest, the more urgent of two alike; else `UNFLAGGED`.

    A check is counted under it alone. Under each of its flags it would make a weak one look strong for being beside a strong one.

    >>> reasons_of(pa.chunked_array([[["no_next_step", "closed_but_open"], []]]))
    ['closed_but_open', 'unflagged']
    """
    flags = pc.list_flatten(slugs).combine_chunks().cast(pa.string()).dictionary_encode()
    names = [*flags.dictionary.to_pylist(), UNFLAGGED]
    parents, codes = pc.list_parent_indices(slugs).to_numpy(), flags.indices.to_numpy()
    order = np.lexsort((_places(names[:-1])[codes], parents))
    best = order[np.unique(parents[order], return_index=True)[1]]
    reason = np.full(len(slugs), len(names) - 1)
    reason[parents[best]] = codes[best]
    return [names[code] for code in reason.tolist()]


def _places(flags: list[str]) -> NDArray[np.int64]:
    """The place of each flag: by its prior chance, then by urgency."""
    ordered = sorted(flags, key=lambda flag: (-PRIOR_CHANCES.get(flag, LEAST_CHANCE), urgency(flag)))
    places = {flag: place for place, flag in enumerate(ordered)}
    return np.array([places[flag] for flag in flags], dtype=np.int64)


def _truths(values: pa.ChunkedArray) -> NDArray[np.bool_]:
    return pc.fill_null(values, False).to_numpy(zero_copy_only=False).astype(bool)
