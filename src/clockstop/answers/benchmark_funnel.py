"""The funnel of a comparison: how far chance alone may set a trust apart, by how many its figure is of."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from clockstop.answers.benchmark_units import Unit
from clockstop.insight import benchmark, funnel
from clockstop.insight.funnel import Law, Limits
from clockstop.measures.measure import Measure
from clockstop.measures.published_as import PublishedAs

CURVE_POINTS = 48
# A rate of so many is one of events among people, which come by chance; another is a ratio.
EVENTS_PER = 100


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """The centre, how over-dispersed the units are, and the limits along the sizes that the units have.

    Centre and limits are in the measure's own unit, such as events for each 100 (`per`).
    """

    centre: float
    phi: float
    law: Law
    per: float
    sizes: tuple[float, ...]
    limits: Limits


def has_people(measure: Measure) -> bool:
    """Whether a distance in rate is a distance in people, or things: of shares and of counts that are a part."""
    return measure.kind in ("share", "count")


def funnel_of(measure: Measure, twin: PublishedAs | None, units: Sequence[Unit]) -> Funnel | None:
    """The funnel of the ranked units; None where chance is not that of people one by one, or there are too few of them."""
    law = _law(measure, twin)
    known = [one for one in units if one.is_ranked and one.numerator is not None and one.denominator]
    if law is None or len(known) < 3:
        return None
    numerators, sizes = [one.numerator or 0.0 for one in known], [one.denominator or 0.0 for one in known]
    centre = funnel.pooled(numerators, sizes)
    if not centre or (law == "binomial" and centre >= 1):
        return None
    phi = funnel.dispersion(numerators, sizes, centre, law=law) if len(known) >= benchmark.FEWEST_FOR_QUARTERS else 1.0
    along, per = _along(min(sizes), max(sizes)), measure.per if law == "poisson" else 1.0
    found = funnel.limits(centre, along, phi=phi, law=law).times(per)
    return Funnel(centre=centre * per, phi=phi, law=law, per=per, sizes=along, limits=found)


def _law(measure: Measure, twin: PublishedAs | None) -> Law | None:
    """By which law chance goes: people of whom each is counted or not, or events for each 100 people (`per`), of whatever number.

    Ratios that people set (cases a session, weeks to clear a list) have none.
    """
    if not (measure.counts_people if twin is None else twin.has_funnel):
        return None
    if has_people(measure):
        return "binomial" if measure.is_part else None
    return "poisson" if measure.kind == "rate" and measure.per == EVENTS_PER else None


def _along(least: float, most: float) -> tuple[float, ...]:
    """Sizes from a little below the least to a little beyond the most, closer together where the funnel bends."""
    import numpy as np

    return tuple(float(size) for size in np.geomspace(max(least * 0.8, 1), most * 1.05, CURVE_POINTS))


def with_status(units: Sequence[Unit], fun: Funnel) -> list[Unit]:
    """The units, each ranked one and each of ours with how it stands beside the limits of its own size."""
    asked = [one for one in units if one.value is not None and one.denominator and (one.is_ranked or one.is_ours)]
    if not asked:
        return list(units)
    sizes = [one.denominator for one in asked]
    limits = funnel.limits(fun.centre / fun.per, sizes, phi=fun.phi, law=fun.law).times(fun.per)
    found = dict(zip((one.code for one in asked), funnel.statuses([one.value for one in asked], limits), strict=True))
    return [replace(one, status=found.get(one.code)) for one in units]
