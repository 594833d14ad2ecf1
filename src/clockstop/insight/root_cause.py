"""Where the failures of a rule come from: the few places that hold most of them, and those whose rate is beyond the others'.

Two views that need each other. A Pareto says where most failures lie, which may be simply where most records are. A funnel compares
rates: each place's share of failing records against the middle of all, in the scale of arcsine of the root (in which the spread
hardly depends on the share), with a spread between places added where they differ by more than chance explains. So a rule that is
broken a little everywhere, more here and less there, names nobody, and a clinic that records nothing stands out of it.
D J Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in Medicine 24 (2005), 1185 to 1202; the added
spread is that of DerSimonian and Laird, from the median of the distances from the middle: half of the places may stand out, and the
spread of the others is still theirs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from math import asin, log, pi, sin, sqrt
from typing import Literal

Standing = Literal["far beyond the others", "beyond the others", "as the others", "below the others", "too few to say"]
# Three standard deviations, as on every funnel of the NHS; two are worth a look.
FAR, BEYOND = 3.0, 2.0
# What makes the median distance of normal scores from their middle one standard deviation.
_OF_A_NORMAL = 1.4826
# A place that judged fewer records than these is compared with nobody.
FEWEST_JUDGED = 10
# Fewer places than these cannot say how much places differ by themselves.
FEWEST_PLACES = 5
# How much of all failures the few places are to hold to be named, and how many they may be.
MOST_OF_ALL, ENOUGH_OF_ALL, MOST_NAMED = 0.5, 0.8, 3
# A change of rate is believed where it is this many times as likely (as a logarithm) as none, over all weeks that were tried.
BELIEVED = 7.0
AT_LEAST_TIMES = 2.0


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place (a clinic, a consultant, a site, a load): so many of its records fail, of so many judged (None: not counted)."""

    key: str
    title: str
    failed: int
    judged: int | None = None


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A place with its part of all failures, that of it and those before it, its rate, and where it stands beside the others.

    `low` and `high` are the limits of the funnel at its number of records, as rates; None where it is not compared.
    """

    place: Place
    share: float
    share_so_far: float
    rate: float | None
    others_rate: float | None
    standing: Standing
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True)
class Week:
    """A week, by its first day, with the records that fail."""

    first: date
    failed: int


@dataclass(frozen=True, kw_only=True)
class Cause:
    """What one cut (clinics, consultants, sites, loads) says: the places, most failures first, and the few that hold most."""

    cut: str
    places: tuple[Compared, ...]
    few: tuple[Compared, ...]

    @property
    def failed(self) -> int:
        """All failures of the cut."""
        return sum(one.place.failed for one in self.places)

    @property
    def share(self) -> float:
        """What the few hold of all failures."""
        return sum(one.place.failed for one in self.few) / self.failed if self.failed else 0.0


def cause(cut: str, places: Sequence[Place], *, clean_judged: int = 0) -> Cause:
    """The places compared, most failures first, with the few that account for most of them.

    `clean_judged` are the records of further places, not named, of which none fails: they stand in the funnel as places of the
    usual size.

    The few are those far beyond the others where they hold half of all failures; else as few of the largest as hold half, if they
    are three at the most and not simply where half of the records are.

    >>> many = [Place(key=f"C{number}", title=f"Clinic {number}", failed=2, judged=100) for number in range(10)]
    >>> found = cause("clinic", [*many, Place(key="X", title="Clinic X", failed=40, judged=100)])
    >>> [one.place.key for one in found.few], round(found.share, 2), found.few[0].standing
    (['X'], 0.67, 'far beyond the others')
    >>> cause("clinic", many).few
    ()
    """
    failing = sorted((place for place in places if place.failed or place.judged), key=lambda one: (-one.failed, one.key))
    total = sum(place.failed for place in failing)
    clean = _clean_places(failing, clean_judged)
    limits = _limits([*failing, *clean])
    so_far = accumulate(place.failed for place in failing)
    compared = [_compared(place, [*failing, *clean], total, below, limits) for place, below in zip(failing, so_far, strict=True)]
    return Cause(cut=cut, places=tuple(compared), few=_few(compared, clean, total))


def began(weeks: Sequence[Week]) -> date | None:
    """The week from which failures come at a higher rate, to the end; None where no change of rate is plain.

    Two rates against one, week by week, by their likelihood where counts are Poisson's. Weeks without failures must be there too.

    >>> from datetime import timedelta
    >>> runs = [0, 1, 0, 0, 1, 0, 9, 11, 8, 12]
    >>> began([Week(first=date(2026, 9, 7) + timedelta(weeks=place), failed=failed) for place, failed in enumerate(runs)])
    datetime.date(2026, 10, 19)
    """
    counts = [week.failed for week in weeks]
    if len(counts) < 3 or not sum(counts):
        return None
    gains = [(_gain(counts, place), place) for place in range(1, len(counts))]
    best, place = max(gains)
    before, after = _mean(counts[:place]), _mean(counts[place:])
    is_plain = best - log(len(counts)) >= BELIEVED - log(2) and after >= AT_LEAST_TIMES * before
    return weeks[place].first if is_plain else None


def sentence(found: Cause, *, what: str, one: str, many: str, of: str = "", since: str = "") -> str:
    """What a cut says, for people: "61% of missing outcomes come from two clinics of Brackenfell, since the load of 2 November".

    `what` are the failures in words, `one` and `many` the places of the cut; empty where no few places stand out.

    >>> failed = {"A": 34, "B": 30, "C": 9, "D": 8, "E": 10, "F": 9}
    >>> found = cause("clinic", [Place(key=key, title=key, failed=number, judged=50) for key, number in failed.items()])
    >>> sentence(found, what="missing outcomes", one="clinic", many="clinics", of="Brackenfell", since="since 2 November 2026")
    '64% of missing outcomes come from two clinics of Brackenfell, since 2 November 2026.'
    """
    if not found.few:
        return ""
    number = {1: f"one {one}", 2: f"two {many}", 3: f"three {many}"}.get(len(found.few), f"{len(found.few)} {many}")
    place = f"{number} of {of}" if of else number
    return f"{found.share:.0%} of {what} come from {place}" + (f", {since}" if since else "") + "."


@dataclass(frozen=True)
class _Limits:
    """The middle of all places on the transformed scale, and the spread (a variance) that lies between them beyond chance."""

    middle: float
    between: float


def _clean_places(places: Sequence[Place], judged: int) -> list[Place]:
    """Places of the usual size that together judged so many records, none of which fails."""
    sizes = sorted(place.judged for place in places if place.judged)
    if not sizes or not judged:
        return []
    number = max(1, round(judged / sizes[len(sizes) // 2]))
    return [Place(key="", title="", failed=0, judged=judged // number)] * number


def _limits(places: Sequence[Place]) -> _Limits | None:
    """The funnel of places that judged enough; None where fewer than three did."""
    rated = [place for place in places if place.judged is not None and place.judged >= FEWEST_JUDGED]
    if len(rated) < 3:
        return None
    values = [(_scaled(place), 1 / (2 * sqrt(place.judged or 1))) for place in rated]
    middle = _median([(value, place.judged or 0) for (value, _), place in zip(values, rated, strict=True)])
    if len(rated) < FEWEST_PLACES:
        return _Limits(middle, 0.0)
    scores = sorted(abs(value - middle) / spread for value, spread in values)
    dispersion = (_OF_A_NORMAL * scores[len(scores) // 2]) ** 2
    weights = [1 / spread**2 for _, spread in values]
    room = sum(weights) - sum(weight**2 for weight in weights) / sum(weights)
    between = max(0.0, (len(rated) * dispersion - (len(rated) - 1)) / room)
    return _Limits(middle, between)


def _scaled(place: Place) -> float:
    return asin(sqrt(min(1.0, place.failed / place.judged))) if place.judged else 0.0


def _median(values: Sequence[tuple[float, int]]) -> float:
    """The middle value where each counts as many times as its place judged records, no place more than the typical one."""
    sizes = sorted(size for _, size in values)
    most = sizes[len(sizes) // 2]
    ordered = sorted((value, min(size, most)) for value, size in values)
    so_far = list(accumulate(size for _, size in ordered))
    return next(value for (value, _), below in zip(ordered, so_far, strict=True) if below * 2 >= so_far[-1])


def _compared(place: Place, places: Sequence[Place], total: int, so_far: int, limits: _Limits | None) -> Compared:
    rate = place.failed / place.judged if place.judged else None
    others = [one for one in places if one is not place and one.judged]
    judged = sum(one.judged or 0 for one in others)
    found = Compared(
        place=place,
        share=place.failed / total if total else 0.0,
        share_so_far=so_far / total if total else 0.0,
        rate=rate,
        others_rate=sum(one.failed for one in others) / judged if judged and rate is not None else None,
        standing="too few to say",
    )
    if limits is None or place.judged is None or place.judged < FEWEST_JUDGED:
        return found
    spread = sqrt(1 / (4 * place.judged) + limits.between)
    score = (_scaled(place) - limits.middle) / spread
    low, high = (sin(min(max(limits.middle + side * FAR * spread, 0.0), pi / 2)) ** 2 for side in (-1, 1))
    return Compared(**vars(found) | {"standing": _standing(score), "low": low, "high": high})


def _standing(score: float) -> Standing:
    if score >= FAR:
        return "far beyond the others"
    if score >= BEYOND:
        return "beyond the others"
    return "below the others" if score <= -FAR else "as the others"


def _few(compared: Sequence[Compared], clean: Sequence[Place], total: int) -> tuple[Compared, ...]:
    number = len(compared) + len(clean)
    if not total or number < 2:
        return ()
    every = tuple(one for one in compared if one.standing == "far beyond the others")
    # A place far beyond the others that adds little to what the largest hold already is left to the table.
    beyond = tuple(one for place, one in enumerate(every) if sum(before.share for before in every[:place]) < ENOUGH_OF_ALL)
    if 0 < len(beyond) <= max(MOST_NAMED, number // 5) and sum(one.share for one in beyond) >= MOST_OF_ALL:
        return beyond
    largest = _largest(compared, number)
    return largest if largest and not _is_where_records_are(largest, [*(one.place for one in compared), *clean]) else ()


def _largest(compared: Sequence[Compared], number: int) -> tuple[Compared, ...]:
    """As few places as hold half of all failures; none where they are many, or more than a third of all, or as the others are."""
    enough = next(place for place, one in enumerate(compared, start=1) if one.share_so_far >= MOST_OF_ALL)
    largest = tuple(compared[:enough]) if enough <= MOST_NAMED and enough * 3 <= number else ()
    return () if any(one.standing in ("as the others", "below the others") for one in largest) else largest


def _is_where_records_are(few: Sequence[Compared], places: Sequence[Place]) -> bool:
    """Whether the few hold no more of the failures than one and a half times their part of the records."""
    if any(one.judged is None for one in places):
        return False
    judged = sum(one.judged or 0 for one in places)
    part = sum(one.place.judged or 0 for one in few) / judged if judged else 0.0
    return sum(one.share for one in few) <= 1.5 * part


def _gain(counts: Sequence[int], place: int) -> float:
    """By how much two rates, before and from `place`, are likelier than one (a logarithm)."""

    def fit(part: Sequence[int]) -> float:
        mean = _mean(part)
        return sum(part) * log(mean) - len(part) * mean if mean else 0.0

    return fit(counts[:place]) + fit(counts[place:]) - fit(counts)


def _mean(counts: Sequence[int]) -> float:
    return sum(counts) / len(counts)
