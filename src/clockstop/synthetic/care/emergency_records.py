"""All that a made-up trust records of unplanned care, drawn once: visits, spells, stays on wards and who they were."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from clockstop.synthetic.care import emergency_trusts as trusts
from clockstop.synthetic.care.emergency_draw import Ints, Pressure, Visits, pressure, visits
from clockstop.synthetic.care.emergency_people import OTHERS_AN_ATTENDANCE, Peopled, crowd, fitting, peopled
from clockstop.synthetic.care.emergency_trusts import FRONTS, Front
from clockstop.synthetic.care.wards_base import Wards, wards_for
from clockstop.synthetic.care.wards_spells import BABY, Spells, spells
from clockstop.synthetic.care.wards_stays import Legs, Places, legs, load_of, places
from clockstop.synthetic.london import MINUTES_A_DAY, by_greenwich, wall_days
from clockstop.synthetic.records import History

# The days told of; the hospital fills up before them, and goes on after the last delivery so that a day can be played.
DAYS, WARM_DAYS, AHEAD_DAYS = 400, 45, 2
# Smaller groups tell of fewer days: of both nights on which the clocks change, or of October's alone.
FEWER_DAYS = ((0.01, 120), (0.03, 250))
# Referrals of a year to a group of scale 1.
REFERRALS_A_YEAR = 660_000


@dataclass(frozen=True)
class Unplanned:
    """The records of one trust. `found` has everybody among its persons; days from `first` on are told of."""

    found: History
    front: Front
    first: int
    until: int
    pressed: Pressure
    seen: Visits
    stays: Spells
    who: Peopled
    wanted: Legs
    wards: Wards
    beds: Places
    scale: float
    rng: Generator

    @property
    def end(self) -> int:
        """The minute by Greenwich at which the last day ends."""
        return end_of(self.until)

    @property
    def begin(self) -> int:
        """The minute at which the first day told of begins."""
        return end_of(self.first - 1)


_latest: list[tuple[History, int, object, Unplanned]] = []


def end_of(day: int) -> int:
    """The minute by Greenwich at which the day ends."""
    return int(by_greenwich(np.array([(day + 1) * MINUTES_A_DAY]))[0])


def unplanned(found: History, until: int, rng: Generator) -> Unplanned:
    """The records of the trust, drawn anew unless they were the last that were asked for: extracts, truth and play all begin so."""
    state = repr(rng.bit_generator.state)
    for known, day, begun, made in _latest:
        if known is found and day == until and begun == state:
            return made
    made = _drawn(found, until, rng)
    _latest[:] = [(found, until, state, made)]
    return made


def latest(found: History, until: int) -> Unplanned:
    """The records of the trust that were drawn last."""
    return next(made for known, day, _, made in _latest if known is found and day == until)


def _drawn(found: History, until: int, rng: Generator) -> Unplanned:
    front, scale = FRONTS[found.trust.code], scale_of(found, until)
    told_of = next((days for below, days in FEWER_DAYS if scale < below), DAYS)
    days = np.arange(until - told_of + 1 - WARM_DAYS, until + AHEAD_DAYS + 1)
    first = int(days[0]) + WARM_DAYS
    rate = trusts.a_day(scale) * front.size
    crowding, coming, staying, people, faces, moving, lying, rest = rng.spawn(8)
    pressed = pressure(front, days, until, crowding)
    seen = visits(front, rate, days, pressed, coming)
    stays = spells(found, front, rate, seen, days=days, until=until, rng=staying)
    born = wall_days(stays.start[stays.origin == BABY])
    them = crowd(found, int((len(seen) + len(born)) * OTHERS_AN_ATTENDANCE), born, until, people)
    who = peopled(them, seen, stays, faces)
    stays = fitting(stays, who, them)
    wanted = legs(stays, moving)
    wards = wards_for(found.trust, front, load_of(wanted, first, until), first)
    beds = places(front, wards, wanted, lying)
    return Unplanned(
        replace(found, persons=them.people), front, first, until, pressed, seen, stays, who, wanted, wards, beds, scale, rest
    )


def scale_of(found: History, until: int) -> float:
    """About what scale the group was made at, read from the trust's referrals of the last year."""
    received = found.referrals.received
    last_day = min(until, int(received.max()))
    days = min(364, last_day - int(np.percentile(received, 1)))
    of_year = int(((received > last_day - days) & (received <= last_day)).sum()) * 364 / max(days, 1)
    return of_year / found.trust.share / REFERRALS_A_YEAR


def visible_visits(records: Unplanned) -> Ints:
    """The places of the visits of the days told of."""
    return np.flatnonzero(records.seen.came >= records.begin)


def visible_spells(records: Unplanned) -> Ints:
    """The places of the spells that were not over when the days told of began."""
    return np.flatnonzero(records.stays.end >= records.begin)
