"""A trust's whole history from its pathways, with the truth about each clock."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from clockstop.synthetic.admissions import admissions
from clockstop.synthetic.appointments import Appointments, visits, with_rebooking
from clockstop.synthetic.open_pathways import booked_ahead, last_validated
from clockstop.synthetic.organisations import Trust
from clockstop.synthetic.pathways import NEVER, Pathways
from clockstop.synthetic.people import DAYS_IN_YEAR, People
from clockstop.synthetic.periods import Ending, Periods, first_periods, second_periods
from clockstop.synthetic.records import History, Services
from clockstop.synthetic.referrals import referrals
from clockstop.synthetic.standing import standing
from clockstop.synthetic.working_calendar import Calendar

CONSULTANTS_A_SERVICE = 6
# A trust that sends events of its own sends this share of its stops by letter and of its agreements by letter.
BY_LETTER = {Ending.wrote: 0.6, Ending.monitored: 0.4}
# Stops that were withdrawn by a correction just before the last delivery, and statuses that were put right some days later.
CAME_BACK_SHARE = 0.0015
PUT_RIGHT_SHARE = 0.003
# Friday's clinics whose outcomes are entered on the Saturday.
ENTERED_ON_SATURDAY_SHARE = 0.35
# Bookings made in error, and withdrawn in one of the last deliveries.
WITHDRAWN_SHARE = 0.0005


@dataclass(frozen=True)
class Truth:
    """The periods as meant, and those first ones whose stop the trust sends as a canonical event."""

    periods: Periods
    by_letter: Periods


def history(trust: Trust, own: Pathways, persons: People, *, days: Calendar, rng: np.random.Generator) -> tuple[History, Truth]:
    """All records of the trust, and the truth about them."""
    until = days.until
    firsts, ratified = first_periods(trust, own, days, rng)
    own = replace(own, person=_with_mortals(own.person, firsts, persons, until))
    seconds = second_periods(trust, own, firsts, days, rng)
    letters = _letters(trust, firsts, rng)
    first_visits = visits(trust, own, firsts, letters=letters, days=days, rng=rng)
    second_visits = visits(trust, own, seconds, letters=np.zeros(len(seconds), dtype=bool), days=days, rng=rng)
    appointments = with_rebooking(_joined(first_visits.appointments, second_visits.appointments), firsts, seconds, rng)
    both = _joined(firsts, seconds)
    last_seen = np.concatenate([first_visits.last_seen, second_visits.last_seen])
    entries, spells = admissions(both, last_seen, days, rng)
    ahead = booked_ahead(trust, both, appointments, entries, days=days, rng=rng)
    validated = last_validated(trust, both, len(own), until, rng)
    appointments, withdrawn_on = _recorded(_joined(appointments, ahead), until, rng)
    corrected_from, corrected_on = _corrections(appointments, until, rng)
    found = History(
        trust=trust, own=own, persons=persons, services=_services(trust, own, rng),
        referrals=_entered(referrals(own, ratified, firsts, seconds, letters=letters, validated=validated, rng=rng), until),
        appointments=appointments, entries=_only_begun(entries, entries.decided, until),
        spells=_only_begun(spells, spells.admitted, until), corrected_from=corrected_from, corrected_on=corrected_on,
        withdrawn_on=withdrawn_on, standing=standing(both, len(own), until),
    )  # fmt: skip
    return found, Truth(both, firsts.only(letters))


def _with_mortals(person: NDArray[np.int32], firsts: Periods, persons: People, until: int) -> NDArray[np.int32]:
    """Those who die get a person of their own, so that nobody who died waits on another list."""
    age = (until - persons.birth_day) / DAYS_IN_YEAR
    mortal = persons.mortal_from + np.flatnonzero(age[persons.mortal_from :] >= 22)
    dead = firsts.pathway[firsts.ending == Ending.died]
    number = min(len(dead), len(mortal))
    found = person.copy()
    found[dead[:number]] = mortal[:number]
    return found


def _letters(trust: Trust, firsts: Periods, rng: np.random.Generator) -> NDArray[np.bool_]:
    share = np.zeros(len(firsts))
    if trust.sends_rtt_events:
        for ending, part in BY_LETTER.items():
            share[firsts.ending == ending] = part
    return rng.random(len(firsts)) < share


def _services(trust: Trust, own: Pathways, rng: np.random.Generator) -> Services:
    """Site, consultant and priority; short waits are more often urgent."""
    site = rng.choice(len(trust.sites), len(own), p=_site_shares(len(trust.sites)))
    consultant = own.service.astype(np.int64) * CONSULTANTS_A_SERVICE + rng.integers(0, CONSULTANTS_A_SERVICE, len(own))
    urgent = np.clip(0.5 - (own.end - own.start) / 300, 0.05, 0.5)
    draw = rng.random(len(own))
    priority = np.where(draw < urgent * 0.5, 3, np.where(draw < urgent, 2, 1))
    return Services(site.astype(np.int8), (consultant + ord(trust.code[-1]) * 300).astype(np.int16), priority.astype(np.int8))


def _site_shares(number: int) -> list[float]:
    weights = [1 / (place + 1) for place in range(number)]
    return [weight / sum(weights) for weight in weights]


def _recorded(found: Appointments, until: int, rng: np.random.Generator) -> tuple[Appointments, NDArray[np.int32]]:
    """The appointments that were booked by the last day, in the order of their days, and the day on which each was withdrawn.

    By the last day every outcome has been entered. Some bookings to come stand there twice: the second was made in error.
    """
    happened = np.minimum(found.day, found.cancelled)
    next_day = ((happened + 3) % 7 == 4) & (rng.random(len(found)) < ENTERED_ON_SATURDAY_SHARE)
    found = replace(found, known=np.where(next_day, np.maximum(found.known, happened + 1), found.known).astype(np.int32))
    found = replace(found, known=np.where(happened <= until, np.minimum(found.known, until), found.known).astype(np.int32))
    found = found.only(np.flatnonzero(found.booked <= until))
    could = np.flatnonzero((found.booked <= until - 21) & (found.day > until) & (found.cancelled == NEVER))
    twice = rng.permutation(could)[: max(2, round(WITHDRAWN_SHARE * len(found)))]
    withdrawn_on = np.full(len(found) + len(twice), NEVER, dtype=np.int32)
    withdrawn_on[len(found) :] = until - rng.integers(0, 12, len(twice))
    found = _joined(found, found.only(twice))
    order = np.lexsort((withdrawn_on, found.pathway, found.day))
    return found.only(order), withdrawn_on[order]


def _entered(found, until: int):
    entered = np.where(found.received <= until, np.minimum(found.entered, until), found.entered).astype(np.int32)
    return replace(found, entered=entered)


def _only_begun(found, begun: NDArray[np.int32], until: int):
    chosen = np.flatnonzero(begun <= until)
    return found.only(chosen[np.lexsort((found.pathway[chosen], begun[chosen]))])


def _corrections(found: Appointments, until: int, rng: np.random.Generator) -> tuple[NDArray[np.int8], NDArray[np.int32]]:
    """By appointment, the status that stood there first (0 for none) and the day on which it was put right."""
    was, on = np.zeros(len(found), dtype=np.int8), np.full(len(found), NEVER, dtype=np.int32)
    continues = np.isin(found.outcome, [5, 6]) & np.isin(found.status, [10, 20]) & (found.known <= until)
    draw = rng.random(len(found))
    put_right = continues & (draw < PUT_RIGHT_SHARE)
    was[put_right] = 99
    on[put_right] = np.minimum(found.known[put_right] + rng.integers(1, 20, put_right.sum()), until)
    recent = np.flatnonzero(continues & (found.known > until - 14) & (found.known < until - 2))
    came_back = rng.permutation(recent)[: max(2, round(CAME_BACK_SHARE * len(recent) * 10))]
    was[came_back], on[came_back] = 34, until - 1
    return was, on


def _joined(first, second):
    from dataclasses import fields

    return type(first)(*(np.concatenate([getattr(first, column.name), getattr(second, column.name)]) for column in fields(first)))
