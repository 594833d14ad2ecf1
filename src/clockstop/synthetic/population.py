"""The people and pathways of all four trusts, drawn before any record is made, for a transfer needs both its trusts."""

from dataclasses import dataclass, fields
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from clockstop.synthetic.national import NATIONAL
from clockstop.synthetic.organisations import TRUSTS, Trust, open_shares
from clockstop.synthetic.pathways import (
    LONGEST_WEEKS,
    PATHWAYS_A_PERSON,
    Pathways,
    Transfers,
    expected_number,
    pathways,
    sent,
    with_received,
)
from clockstop.synthetic.people import People, people
from clockstop.synthetic.working_calendar import Calendar, calendar

OPEN_PATHWAYS_AT_SCALE_1 = 250_000


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to make."""

    scale: float = 1.0
    weeks: int = 130
    seed: int = 1
    until: date = date(2026, 11, 15)

    @property
    def first(self) -> date:
        return self.until - timedelta(weeks=self.weeks) + timedelta(days=1)

    @property
    def days(self) -> Calendar:
        """The window, with room for the histories that began before it and end after it."""
        return calendar(self.first, self.until, days_before=7 * LONGEST_WEEKS, days_after=21 * LONGEST_WEEKS)


def generator(wanted: Wanted, place: int, step: int) -> np.random.Generator:
    """A generator for each step of each trust, so that a change in one leaves the others as they were."""
    return np.random.default_rng([wanted.seed, place, step])


@dataclass(frozen=True)
class Drawn:
    """By trust: its people, its own pathways, and the forms of those that it transfers."""

    persons: list[People]
    own: list[Pathways]
    forms: list[Transfers]


def drawn(wanted: Wanted, days: Calendar) -> Drawn:
    """Drawn for all trusts before any record is made, for a transfer needs both its trusts."""
    found = Drawn([], [], [])
    for place, trust in enumerate(TRUSTS):
        known, own = _of_trust(place, trust, wanted, days)
        own, form = sent(place, own, generator(wanted, place, 2))
        found.persons.append(known)
        found.own.append(own)
        found.forms.append(form)
    return found


def _of_trust(place: int, trust: Trust, wanted: Wanted, days: Calendar) -> tuple[People, Pathways]:
    open_now = {function: share * OPEN_PATHWAYS_AT_SCALE_1 * wanted.scale for function, share in _mix()[trust.code].items()}
    number = max(int(expected_number(open_now, wanted.weeks) / PATHWAYS_A_PERSON), 400)
    known = people(trust, number=number, until=wanted.until, rng=generator(wanted, place, 0))
    own = pathways(trust, known, open_by_function=open_now, days=days, rng=generator(wanted, place, 1))
    return known, own


def _mix() -> dict[str, dict[str, float]]:
    total = sum(function.open for function in NATIONAL.values())
    return open_shares({name: function.open / total for name, function in NATIONAL.items()})


def received(place: int, everything: Drawn, *, days: Calendar, rng: np.random.Generator) -> tuple[Pathways, People]:
    """The trust's pathways with those transferred in, and its people with those who came with them."""
    arriving = [form.to(place) for form in everything.forms]
    form = Transfers(*(np.concatenate([getattr(part, column.name) for part in arriving]) for column in fields(Transfers)))
    came = [_people_of(everything.persons[number], part.person) for number, part in enumerate(arriving)]
    known = everything.persons[place]
    everyone = People(*(np.concatenate([getattr(group, column.name) for group in [known, *came]]) for column in fields(People)))
    own = with_received(TRUSTS[place], everything.own[place], form, first_person=len(known), days=days, rng=rng)
    return own, everyone


def _people_of(known: People, chosen: NDArray[np.int32]) -> People:
    return People(*(getattr(known, column.name)[chosen] for column in fields(People)))
