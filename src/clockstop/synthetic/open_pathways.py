"""What a trust does for the pathways that are open on the last day: what is booked ahead, and when each was last validated.

Neither moves a clock: what is booked lies after the last day, and a validation changes nothing that a period is made of.
"""

import numpy as np
from numpy.typing import NDArray

from clockstop.synthetic.admissions import Entries
from clockstop.synthetic.appointments import Appointments
from clockstop.synthetic.organisations import Trust
from clockstop.synthetic.pathways import NEVER
from clockstop.synthetic.periods import Periods
from clockstop.synthetic.working_calendar import Calendar

Days = NDArray[np.int32]
# A referral of the last two weeks is booked half as often: it is still being triaged.
NEW_DAYS = 14
# Validation begins after 12 weeks, and holds for 12 (RTT-R50).
VALIDATED_AFTER_DAYS = 84
VALID_DAYS = 84
# Of those not validated in the last 12 weeks, how many were once, before.
LAPSED_SHARE = 0.5


def booked_ahead(
    trust: Trust, periods: Periods, found: Appointments, entries: Entries, *, days: Calendar, rng: np.random.Generator
) -> Appointments:
    """One appointment after the last day for most of the open periods that have nothing ahead of them."""
    waiting = periods.only((periods.seen <= days.until) & (periods.end > days.until))
    waiting = waiting.only(~np.isin(waiting.pathway, _with_something_ahead(found, entries, days.until)))
    is_new = waiting.seen > days.until - NEW_DAYS
    chosen = waiting.only(rng.random(len(waiting)) < trust.booked_ahead * np.where(is_new, 0.5, 1))
    number = len(chosen)
    day = days.rolled((days.until + 1 + rng.gamma(2, 14, number)).astype(np.int32))
    booked = np.maximum(chosen.seen, days.until - rng.exponential(25, number).astype(np.int32)).astype(np.int32)
    was_seen = np.isin(chosen.pathway, found.pathway[np.isin(found.outcome, [5, 6]) & (found.day <= days.until)])
    never = np.full(number, NEVER, dtype=np.int32)
    return Appointments(
        chosen.pathway, day, booked, day, never, _all(number, 5), np.where(was_seen, 2, 1).astype(np.int8), _all(number, 20),
        _all(number, 2), np.ones(number, dtype=bool), never, never.copy(),
    )  # fmt: skip


def last_validated(trust: Trust, periods: Periods, number: int, until: int, rng: np.random.Generator) -> Days:
    """By pathway, the day on which a waiting one of more than 12 weeks was last validated; `NEVER` where it was not."""
    found = np.full(number, NEVER, dtype=np.int32)
    waiting = periods.only((periods.seen <= until - VALIDATED_AFTER_DAYS) & (periods.end > until))
    draw = rng.random(len(waiting))
    since = np.minimum(until - waiting.seen, VALID_DAYS)
    recent = until - (rng.random(len(waiting)) * since).astype(np.int32)
    before = until - VALID_DAYS - rng.integers(0, 120, len(waiting))
    was_once = (draw < trust.validated + LAPSED_SHARE * (1 - trust.validated)) & (before > waiting.seen)
    found[waiting.pathway] = np.where(draw < trust.validated, recent, np.where(was_once, before, NEVER))
    return found


def _with_something_ahead(found: Appointments, entries: Entries, until: int) -> NDArray[np.int32]:
    visits = found.pathway[(found.booked <= until) & (found.day > until) & (found.cancelled > until)]
    admissions = entries.pathway[(entries.to_come_in > until) & (entries.to_come_in < NEVER) & (entries.to_come_in_known <= until)]
    return np.concatenate([visits, admissions])


def _all(number: int, value: int) -> NDArray[np.int8]:
    return np.full(number, value, dtype=np.int8)
