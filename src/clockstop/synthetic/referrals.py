"""The referrals of each pathway: how it came, and how it was closed."""

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from clockstop.synthetic.admissions import is_declined_on_list
from clockstop.synthetic.pathways import NEVER, Pathways, Route
from clockstop.synthetic.periods import Ending, Opening, Periods

ROUTES = tuple(route.name for route in Route)
DISCHARGE_REASONS = ("no_treatment", "treated", "dna", "patient_cancel", "declined", "transplant", "other")
NO_TREATMENT, TREATED, DNA, PATIENT_CANCEL, DECLINED = range(5)
REJECTED_SHARE = 0.01


@dataclass(frozen=True)
class Referrals:
    """Parallel arrays, one entry a referral; the first of each pathway stand first, in the order of the pathways."""

    pathway: NDArray[np.int32]
    route: NDArray[np.int8]
    received: NDArray[np.int32]
    entered: NDArray[np.int32]
    ratified: NDArray[np.int32]
    rejected: NDArray[np.int32]
    presented: NDArray[np.int32]
    original_start: NDArray[np.int32]
    transferred: NDArray[np.int32]
    discharged: NDArray[np.int32]
    reason: NDArray[np.int8]
    has_safeguards: NDArray[np.bool_]
    died: NDArray[np.int32]
    death_notified: NDArray[np.int32]
    validated: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.received)

    def only(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> "Referrals":
        return Referrals(*(getattr(self, column.name)[chosen] for column in fields(self)))


def referrals(
    own: Pathways,
    ratified: NDArray[np.int32],
    firsts: Periods,
    seconds: Periods,
    *,
    letters: NDArray[np.bool_],
    validated: NDArray[np.int32],
    rng: np.random.Generator,
) -> Referrals:
    """The referrals of all pathways. `letters` marks the first periods whose stop the trust sends as an event of its own;
    `validated` is the day on which each pathway last was.
    """
    first = _first(own, ratified, rng)
    _close(first, firsts, letters, seconds, rng)
    again = _again(seconds)
    _close(again, _only(seconds, seconds.opening == Opening.re_referral), None, None, rng, own_rows=True)
    found = Referrals(*(np.concatenate([getattr(first, column.name), getattr(again, column.name)]) for column in fields(Referrals)))
    return replace(found, validated=validated[found.pathway])


def _first(own: Pathways, ratified: NDArray[np.int32], rng: np.random.Generator) -> Referrals:
    number = len(own)
    late = np.where(rng.random(number) < 0.05, rng.integers(1, 6, number), 0).astype(np.int32)
    is_rejected = np.isin(own.route, [Route.e_rs, Route.assessment_service]) & (rng.random(number) < REJECTED_SHARE)
    is_rejected &= own.end - own.received > 21
    return _referrals(
        np.arange(number, dtype=np.int32), own.route, own.received, own.received + late,
        ratified=ratified,
        rejected=np.where(is_rejected, own.received + rng.integers(3, 15, number), NEVER),
        presented=np.where(own.route == Route.emergency, own.received - rng.integers(1, 6, number), NEVER),
        original_start=np.where(own.route == Route.transfer, own.start, NEVER),
        transferred=own.transferred,
    )  # fmt: skip


def _again(seconds: Periods) -> Referrals:
    chosen = _only(seconds, seconds.opening == Opening.re_referral)
    route = np.full(len(chosen), Route.re_referral, dtype=np.int8)
    return _referrals(chosen.pathway, route, chosen.start, chosen.start)


def _only(periods: Periods, chosen: NDArray[np.bool_]) -> Periods:
    return periods.only(chosen)


def _referrals(pathway, route, received, entered, **dates) -> Referrals:
    number = len(received)
    never = {
        name: np.full(number, NEVER, dtype=np.int32)
        for name in ("ratified", "rejected", "presented", "original_start", "transferred")
    }
    never |= {name: values.astype(np.int32) for name, values in dates.items()}
    return Referrals(
        pathway=pathway, route=route, received=received.astype(np.int32), entered=entered.astype(np.int32),
        discharged=np.full(number, NEVER, dtype=np.int32), reason=np.full(number, -1, dtype=np.int8),
        has_safeguards=np.zeros(number, dtype=bool), died=np.full(number, NEVER, dtype=np.int32),
        death_notified=np.full(number, NEVER, dtype=np.int32), validated=np.full(number, NEVER, dtype=np.int32), **never,
    )  # fmt: skip


def _close(
    rows: Referrals,
    periods: Periods,
    letters: NDArray[np.bool_] | None,
    seconds: Periods | None,
    rng: np.random.Generator,
    *,
    own_rows: bool = False,
) -> None:
    """Fill in how the referral of each period was closed; a period followed by another is closed only where the rules need it."""
    row = np.arange(len(periods)) if own_rows else periods.pathway
    has_second = np.zeros(len(rows), dtype=bool)
    if seconds is not None:
        has_second[seconds.pathway] = True
    closes = np.zeros(len(periods), dtype=bool) if letters is None else letters & (periods.ending == Ending.wrote)
    later = rng.integers(1, 5, len(periods))
    long_after = rng.integers(60, 120, len(periods))
    finished = np.isin(periods.ending, [Ending.treated, Ending.admitted]) & ~has_second[row] & (rng.random(len(periods)) < 0.5)
    declined = (periods.ending == Ending.declined) & ~is_declined_on_list(periods)
    cases = (
        ((periods.ending == Ending.wrote) & ~closes, periods.end, NO_TREATMENT, False),
        (periods.ending == Ending.discharged, periods.end + later, NO_TREATMENT, False),
        ((periods.ending == Ending.missed), periods.end, DNA, True),
        ((periods.ending == Ending.nullified) & ~has_second[row], periods.end + later, DNA, True),
        (declined, periods.end, DECLINED, False),
        (finished, periods.end + long_after, TREATED, False),
    )
    for chosen, day, reason, has_safeguards in cases:
        rows.discharged[row[chosen]] = day[chosen]
        rows.reason[row[chosen]] = reason
        rows.has_safeguards[row[chosen]] = has_safeguards
    dead = periods.ending == Ending.died
    rows.died[row[dead]] = periods.end[dead]
    rows.death_notified[row[dead]] = periods.end_known[dead]
