"""The pathways of a trust: who is referred, to what, on which day, and how long each first clock would run.

Whole histories are drawn to their end, also beyond the last day; what is not yet known on a day is hidden when an extract is made.
"""

from dataclasses import dataclass, fields, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from clockstop.synthetic.national import NATIONAL, survival
from clockstop.synthetic.organisations import SERVICES, TRUSTS, Trust
from clockstop.synthetic.people import DAYS_IN_YEAR, People
from clockstop.synthetic.working_calendar import Calendar

LONGEST_WEEKS = 110
NEVER = 2**30  # a day that never comes
# Second periods add to the open list; first periods are fewer by as much (measured at scale 0.1).
FIRST_PERIODS_SHARE = 0.93
TRANSFERRED_SHARE = 0.004
# Single pathways a person, so that people come back as they do; see NHS numbers in people.py for the ceiling.
PATHWAYS_A_PERSON = 2.3


class Route(IntEnum):
    """How a referral came; the names are those of contracts/referrals.py."""

    letter = 0
    e_rs = 1
    slot_issue = 2
    assessment_service = 3
    interface = 4
    self = 5
    emergency = 6
    separate_condition = 7
    transfer = 8
    re_referral = 9


ROUTE_SHARES = np.array([0.22, 0.54, 0.08, 0.04, 0.03, 0.03, 0.03, 0.03])
WEEKEND_ROUTES = (Route.e_rs, Route.self, Route.emergency)


@dataclass(frozen=True)
class Pathways:
    """Parallel arrays, one entry a pathway. `service` counts into the trust's services; days are numbers."""

    service: NDArray[np.int16]
    person: NDArray[np.int32]
    route: NDArray[np.int8]
    start: NDArray[np.int32]
    received: NDArray[np.int32]
    end: NDArray[np.int32]
    transferred: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.start)

    def only(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> "Pathways":
        return Pathways(*(getattr(self, column.name)[chosen] for column in fields(self)))


def function_of(service: str) -> str:
    """The reported function of a treatment function of the group."""
    return next(function for function, members in SERVICES.items() if service in members)


def pathways(
    trust: Trust, persons: People, *, open_by_function: dict[str, float], days: Calendar, rng: np.random.Generator
) -> Pathways:
    """The trust's own pathways: those that start in the window, and the ones already open on its first day."""
    parts = [
        (np.int16(number), *_of_service(trust, service, open_by_function[function_of(service)], days=days, rng=rng))
        for number, service in enumerate(trust.services)
    ]
    service = np.concatenate([np.full(len(starts), number) for number, starts, _ in parts])
    start, end = (np.concatenate([part[place] for part in parts]) for place in (1, 2))
    order = np.lexsort((service, start))
    service, start, end = service[order], start[order], end[order]
    never = np.full(len(start), NEVER, dtype=np.int32)
    person = _persons(trust, persons, service, days.until, rng)
    return Pathways(service, person, _routes(start, rng), start, start, end, never)


def expected_number(open_by_function: dict[str, float], weeks: int) -> int:
    """About how many pathways the window holds, to know how many people are needed."""
    starts = sum(open_now / NATIONAL[function].mean_weeks for function, open_now in open_by_function.items())
    return int(starts * weeks + sum(open_by_function.values()))


def _of_service(
    trust: Trust, service: str, open_of_function: float, *, days: Calendar, rng: np.random.Generator
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The starts and ends of a service's first clocks that end on the window's first day or later."""
    function = function_of(service)
    members = {code: share for code, share in SERVICES[function].items() if code in trust.services}
    open_now = open_of_function * members[service] / sum(members.values()) * FIRST_PERIODS_SHARE
    weight = days.weight[: days.until - days.first + 1]
    starts = rng.poisson(open_now / _mean_weeks(trust, function) / 7 * weight)
    start = np.repeat(np.arange(len(weight)), starts).astype(np.int32) + days.first
    end = start + _durations(trust, function, start, days=days, rng=rng)
    kept = end >= days.window_first
    return start[kept], end[kept]


def _curve(trust: Trust, function: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weeks and the share still waiting, with the trust's own tail after a year."""
    weeks, share = survival(NATIONAL[function])
    fine = np.linspace(0, LONGEST_WEEKS, 4 * LONGEST_WEEKS + 1)
    share = np.interp(fine, weeks, share)
    share = share * (1 + (trust.tail - 1) * np.clip((fine - 40) / 14, 0, 1))
    return fine, np.minimum.accumulate(np.minimum(share, 1))


def _stretched(weeks: NDArray[np.float64], tempo: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """A trust's tempo acts on the first 20 weeks and fades by 60: long waiters are managed one by one everywhere."""
    return weeks * (1 + (tempo - 1) * np.clip(1 - (weeks - 20) / 40, 0, 1))


def _mean_weeks(trust: Trust, function: str) -> float:
    weeks, share = _curve(trust, function)
    return float(np.trapezoid(share, _stretched(weeks, trust.tempo[1])))


def _durations(
    trust: Trust, function: str, start: NDArray[np.int32], *, days: Calendar, rng: np.random.Generator
) -> NDArray[np.int32]:
    weeks, share = _curve(trust, function)
    drawn = np.interp(rng.random(len(start)), share[::-1], weeks[::-1])
    progress = np.clip((start - days.window_first) / (days.until - days.window_first), 0, 1)
    tempo = trust.tempo[0] + (trust.tempo[1] - trust.tempo[0]) * progress
    return (_stretched(drawn, tempo) * 7).astype(np.int32)


def _routes(start: NDArray[np.int32], rng: np.random.Generator) -> NDArray[np.int8]:
    drawn = rng.choice(len(ROUTE_SHARES), len(start), p=ROUTE_SHARES).astype(np.int8)
    is_weekend = (start + 3) % 7 >= 5
    elsewhere = rng.choice([int(route) for route in WEEKEND_ROUTES], len(start), p=[0.8, 0.1, 0.1])
    return np.where(is_weekend & ~np.isin(drawn, WEEKEND_ROUTES), elsewhere, drawn).astype(np.int8)


PAEDIATRIC = {"171", "214", "215", "216", "420"}


def _persons(trust: Trust, persons: People, service: NDArray[np.int16], until: int, rng: np.random.Generator) -> NDArray[np.int32]:
    """A person for each pathway that fits its service: children, women, men, older people."""
    fits = pools(persons, until, np.arange(len(persons)) < persons.mortal_from)
    found = fits["adult"][rng.integers(0, len(fits["adult"]), len(service))]
    for number, code in enumerate(trust.services):
        pool = fits[pool_of(code)]
        chosen = np.flatnonzero(service == number)
        if code == "101":  # a fifth of urology's patients are women
            chosen = chosen[rng.random(len(chosen)) < 0.6]
        if len(pool):
            found[chosen] = pool[rng.integers(0, len(pool), len(chosen))]
    return found.astype(np.int32)


def pools(persons: People, until: int, alive: NDArray[np.bool_]) -> dict[str, NDArray[np.int64]]:
    """The places of the persons who live to the end, by what services look for."""
    age = (until - persons.birth_day) / DAYS_IN_YEAR
    adult = alive & (age >= 22)
    return {
        "child": np.flatnonzero(alive & (age < 17)),
        "woman": np.flatnonzero(adult & (persons.sex == 1)),
        "man": np.flatnonzero(adult & (persons.sex == 0)),
        "older": np.flatnonzero(adult & (age >= 70)),
        "adult": np.flatnonzero(adult),
    }


def pool_of(service: str) -> str:
    """Whom a treatment function sees: the name of one of the pools."""
    if service in PAEDIATRIC:
        return "child"
    return {"502": "woman", "101": "man", "430": "older"}.get(service, "adult")


@dataclass(frozen=True)
class Transfers:
    """Pathways on their way from one trust to another: what the transfer form says."""

    receiver: NDArray[np.int8]
    sender: NDArray[np.int8]
    pathway: NDArray[np.int64]
    service: NDArray[np.str_]
    person: NDArray[np.int32]
    start: NDArray[np.int32]
    transferred: NDArray[np.int32]
    end: NDArray[np.int32]

    def to(self, receiver: int) -> "Transfers":
        chosen = self.receiver == receiver
        return Transfers(*(getattr(self, column.name)[chosen] for column in fields(self)))


def sent(number: int, own: Pathways, rng: np.random.Generator) -> tuple[Pathways, Transfers]:
    """The trust's pathways with some of them transferred to another that offers the service."""
    services = np.array(TRUSTS[number].services)
    could = np.flatnonzero((own.end - own.start > 42) & (rng.random(len(own)) < TRANSFERRED_SHARE))
    others = [place for place in range(len(TRUSTS)) if place != number]
    receiver = rng.choice(others, len(could)).astype(np.int8)
    offers = np.array([[service in TRUSTS[place].services for service in services] for place in range(len(TRUSTS))])
    offered = offers[receiver, own.service[could]]
    could, receiver = could[offered], receiver[offered]
    share = rng.uniform(0.2, 0.7, len(could))
    day = (own.start[could] + share * (own.end[could] - own.start[could])).astype(np.int32)
    transferred = own.transferred.copy()
    transferred[could] = day
    form = Transfers(
        receiver, np.full(len(could), number, dtype=np.int8), could, services[own.service[could]],
        own.person[could], own.start[could], day, own.end[could],
    )  # fmt: skip
    return replace(own, transferred=transferred), form


def with_received(
    trust: Trust, own: Pathways, form: Transfers, *, first_person: int, days: Calendar, rng: np.random.Generator
) -> Pathways:
    """The trust's pathways and those transferred in; the people of these are numbered from `first_person`."""
    received = days.rolled(form.transferred + rng.integers(3, 15, len(form.start)).astype(np.int32))
    services = np.array([trust.services.index(service) for service in form.service], dtype=np.int16)
    arrived = Pathways(
        services,
        (first_person + np.arange(len(services))).astype(np.int32),
        np.full(len(services), Route.transfer, dtype=np.int8),
        form.start,
        received,
        np.maximum(form.end, received + 14),
        np.full(len(services), NEVER, dtype=np.int32),
    )
    return Pathways(*(np.concatenate([getattr(own, column.name), getattr(arrived, column.name)]) for column in fields(Pathways)))
