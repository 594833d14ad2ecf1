"""The clock periods of each pathway, as the generator means them: the truth against which the clock is scored.

A pathway has one period, or two: after active monitoring, for a second side, a new treatment, a re-referral, a rebooking
after a missed first appointment, or a planned date that passed.
"""

from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from clockstop.synthetic.national import NATIONAL
from clockstop.synthetic.organisations import Trust
from clockstop.synthetic.pathways import NEVER, Pathways, Route, function_of
from clockstop.synthetic.working_calendar import Calendar


class Ending(IntEnum):
    """How a period ends."""

    treated = 0
    discharged = 1
    monitored = 2
    wrote = 3
    missed = 4
    declined = 5
    died = 6
    nullified = 7
    administrative = 8
    not_admitted = 9
    admitted = 10
    transferred = 11


class Opening(IntEnum):
    """How a period begins."""

    referral = 0
    decision = 1
    status_11 = 2
    second_side = 3
    new_treatment = 4
    rebook = 5
    re_referral = 6
    planned = 7


# Shares of the endings that are no admission; by eye, within what section 1.4 of the rules allows.
NON_ADMITTED = {
    Ending.treated: 0.37,
    Ending.discharged: 0.31,
    Ending.monitored: 0.11,
    Ending.wrote: 0.11,
    Ending.missed: 0.025,
    Ending.declined: 0.02,
    Ending.died: 0.006,
    Ending.nullified: 0.025,
    Ending.administrative: 0.02,
    Ending.not_admitted: 0.004,
}
CLINIC = (Ending.treated, Ending.discharged, Ending.monitored)
WORKING_DAY_ENDINGS = (
    Ending.treated, Ending.discharged, Ending.monitored, Ending.wrote, Ending.missed, Ending.declined, Ending.nullified,
    Ending.administrative, Ending.not_admitted, Ending.admitted,
)  # fmt: skip
END_STATUS = {
    Ending.treated: 30, Ending.discharged: 34, Ending.wrote: 34, Ending.missed: 34, Ending.declined: 35, Ending.died: 36,
    Ending.nullified: 33, Ending.not_admitted: 34, Ending.admitted: 30,
}  # fmt: skip
SHORT_WAIT_DAYS = 8
NOT_RATIFIED_SHARE = 0.08
RATIFIED_DAYS = (2, 9)
LONGEST_SECOND_DAYS = 400


@dataclass(frozen=True)
class Periods:
    """Parallel arrays, one entry a clock period.

    `seen` is the day from which the trust can act on it (a transfer arrives, a self-referral is ratified); `known` and `end_known`
    are the days from which its records tell of it. `status` is the RTT status with which it ends.
    """

    pathway: NDArray[np.int32]
    number: NDArray[np.int8]
    opening: NDArray[np.int8]
    ending: NDArray[np.int8]
    start: NDArray[np.int32]
    seen: NDArray[np.int32]
    known: NDArray[np.int32]
    end: NDArray[np.int32]
    end_known: NDArray[np.int32]
    status: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.start)

    def only(self, chosen: NDArray[np.bool_]) -> "Periods":
        return Periods(*(getattr(self, column.name)[chosen] for column in fields(self)))


def first_periods(trust: Trust, own: Pathways, days: Calendar, rng: np.random.Generator) -> tuple[Periods, NDArray[np.int32]]:
    """The first period of each pathway, and each pathway's day of ratification (`NEVER` where there is none).

    A self-referral that nobody ratifies has no period.
    """
    ratified = _ratified(own, days, rng)
    is_self = own.route == Route.self
    seen = np.where(is_self, ratified, own.received)
    ending = _endings(trust, own, rng)
    end = np.maximum(own.end, seen + np.where(is_self | (own.route == Route.transfer), 1, 0))
    end = np.where(np.isin(ending, WORKING_DAY_ENDINGS), days.rolled(end), end)
    end = np.where(ending == Ending.transferred, own.transferred, end)
    periods = _periods(
        np.arange(len(own)),
        1,
        np.full(len(own), Opening.referral),
        ending,
        start=own.start,
        seen=seen,
        known=seen,
        end=end,
        rng=rng,
    )
    return periods.only(seen < NEVER), ratified


def second_periods(trust: Trust, own: Pathways, firsts: Periods, days: Calendar, rng: np.random.Generator) -> Periods:
    """The periods that follow some of the first ones."""
    service = np.array(trust.services)[own.service[firsts.pathway]]
    opening = _openings(firsts, service, rng)
    chosen = opening >= 0
    firsts, opening = firsts.only(chosen), opening[chosen]
    start = days.rolled(firsts.end + _gaps(opening, rng))
    ending = _second_endings(opening, rng)
    length = np.clip((rng.gamma(1.3, 80, len(start)) * trust.tempo[1]).astype(np.int32), 3, LONGEST_SECOND_DAYS)
    end = days.rolled(start + length)
    known = np.where(opening == Opening.planned, start + 1, start)
    return _periods(firsts.pathway, 2, opening, ending, start=start, seen=known, known=known, end=end, rng=rng)


def _periods(
    pathway: NDArray[np.int64], number: int, opening: NDArray[np.int64], ending: NDArray[np.int64], *,
    start: NDArray[np.int32], seen: NDArray[np.int32], known: NDArray[np.int32], end: NDArray[np.int32], rng: np.random.Generator,
) -> Periods:  # fmt: skip
    status = np.zeros(len(start), dtype=np.int8)
    for kind, code in END_STATUS.items():
        status[ending == kind] = code
    monitored = rng.choice([31, 32], len(start), p=[0.35, 0.65])
    administrative = rng.choice([34, 30, 35, 32], len(start), p=[0.6, 0.2, 0.1, 0.1])
    status = np.where(ending == Ending.monitored, monitored, status)
    status = np.where(ending == Ending.administrative, administrative, status)
    told_late = np.where(ending == Ending.died, rng.integers(1, 25, len(start)), 0)
    return Periods(
        pathway.astype(np.int32), np.full(len(start), number, dtype=np.int8), opening.astype(np.int8), ending.astype(np.int8),
        start.astype(np.int32), seen.astype(np.int32), known.astype(np.int32), end.astype(np.int32),
        (end + told_late).astype(np.int32), status.astype(np.int8),
    )  # fmt: skip


def _ratified(own: Pathways, days: Calendar, rng: np.random.Generator) -> NDArray[np.int32]:
    day = days.rolled(own.received + rng.integers(*RATIFIED_DAYS, len(own)).astype(np.int32))
    is_ratified = (own.route == Route.self) & (rng.random(len(own)) >= NOT_RATIFIED_SHARE)
    return np.where(is_ratified, day, NEVER).astype(np.int32)


def _endings(trust: Trust, own: Pathways, rng: np.random.Generator) -> NDArray[np.int64]:
    """Admission by the function's national share, more often after a long wait; else one of the others."""
    waited = own.end - own.start
    shares = np.array([_admitted_share(service) for service in trust.services])[own.service]
    is_admitted = rng.random(len(own)) < shares * (0.75 + 0.5 * np.clip(waited / 250, 0, 1))
    other = rng.choice(list(NON_ADMITTED), len(own), p=np.array(list(NON_ADMITTED.values())) / sum(NON_ADMITTED.values()))
    short = rng.choice([Ending.treated, Ending.discharged, Ending.wrote], len(own), p=[0.6, 0.3, 0.1])
    ending = np.where(waited < SHORT_WAIT_DAYS, short, np.where(is_admitted & (waited > 2), Ending.admitted, other))
    # A first appointment is missed early in a wait; nothing nullifies a period that began elsewhere.
    too_late = (ending == Ending.nullified) & ((waited > 200) | (own.route == Route.transfer))
    ending = np.where(too_late, Ending.discharged, ending)
    return np.where(own.transferred < NEVER, Ending.transferred, ending)


def _admitted_share(service: str) -> float:
    function = NATIONAL[function_of(service)]
    return function.admitted / (function.admitted + function.non_admitted)


def _openings(firsts: Periods, service: NDArray[np.str_], rng: np.random.Generator) -> NDArray[np.int64]:
    """What follows each first period; -1 for nothing."""
    draw = rng.random(len(firsts))
    after = rng.random(len(firsts))
    ending = firsts.ending
    was_treated = (ending == Ending.treated) | (ending == Ending.admitted)
    bilateral = np.select([service == "130", service == "110"], [0.25, 0.05], 0)
    surveyed = np.isin(service, ["101", "301", "104"])
    cases = [
        ((ending == Ending.monitored) & (draw < 0.35), np.where(after < 0.6, Opening.decision, Opening.status_11)),
        ((ending == Ending.admitted) & (draw < bilateral), Opening.second_side),
        (was_treated & surveyed & (draw > 0.93), Opening.planned),
        ((ending == Ending.treated) & (draw < 0.05), Opening.new_treatment),
        ((ending == Ending.nullified) & (draw < 0.65), Opening.rebook),
        ((ending == Ending.discharged) & (draw < 0.03), Opening.re_referral),
    ]
    return np.select([case for case, _ in cases], [found for _, found in cases], -1)


def _gaps(opening: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int32]:
    """Days from the end of the first period to the start of the second."""
    ranges = {
        Opening.decision: (60, 300), Opening.status_11: (60, 300), Opening.second_side: (30, 150), Opening.new_treatment: (60, 300),
        Opening.rebook: (2, 12), Opening.re_referral: (40, 300), Opening.planned: (180, 365),
    }  # fmt: skip
    gaps = np.zeros(len(opening), dtype=np.int32)
    for kind, (least, most) in ranges.items():
        chosen = opening == kind
        gaps[chosen] = rng.integers(least, most, chosen.sum())
    return gaps


def _second_endings(opening: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    by_decision = rng.choice([Ending.admitted, Ending.declined], len(opening), p=[0.95, 0.05])
    in_clinic = rng.choice([Ending.treated, Ending.discharged, Ending.admitted], len(opening), p=[0.55, 0.25, 0.2])
    from_clinic = np.isin(opening, [Opening.status_11, Opening.rebook, Opening.re_referral])
    return np.where(from_clinic, in_clinic, np.where(opening == Opening.planned, Ending.admitted, by_decision))
