"""A comparison in sentences: the place, the quarter, and how many people lie between a trust and the best quarter."""

from datetime import date
from math import ceil

from clockstop.answers.benchmark import Benchmark, Unit
from clockstop.measures.published_as import PublishedAs
from clockstop.nhsuk.presenters import month as month_words
from clockstop.nhsuk.presenters import number, points
from clockstop.reports.figure_words import compared_said
from clockstop.reports.figure_words import value_said as measure_said

QUARTERS = {1: "best quarter", 2: "second quarter", 3: "third quarter", 4: "worst quarter"}
STATUSES = {
    "inside": "within the limits",
    "alert": "beyond 95%: alert",
    "outlier": "beyond 99.8%: outlier",
}
# What a nearly whole number of people is rounded up from: 6.0000001 of them are six.
_HAIR = 1e-6


def ordinal(place: int) -> str:
    """1st, 22nd, 113th.

    >>> ordinal(1), ordinal(22), ordinal(113)
    ('1st', '22nd', '113th')
    """
    ending = "th" if 10 <= place % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{ending}"


def month_said(month: str) -> str:
    """January 2026 of 2026-01; empty of none."""
    return month_words(date(int(month[:4]), int(month[5:7]), 1)) if month else ""


def value_said(found: Benchmark, value: float | None) -> str:
    """A value as it is compared: a count, which grows with the trust, as its share."""
    return compared_said(found.measure, value)


def named(one: Unit) -> str:
    """The trust's name, and that it is made up where it is."""
    return f"{one.name} (made up)" if one.is_made_up else one.name


def people(amount: float) -> int:
    """So many people that it is enough: 7.08 are 8.

    >>> people(7.08), people(6.0000001), people(0)
    (8, 6, 0)
    """
    return ceil(amount - _HAIR)


def whom(found: Benchmark) -> str:
    """Among whom places are counted: 117 acute trusts."""
    count = len(found.ranked)
    words = {
        "group": "trusts of ours",
        "acute": "acute trusts",
        "england": "NHS trusts",
        "region": f"NHS trusts of {_region(found)}",
        "peers": "peers",
    }
    return f"{number(count)} {words[found.level]}"


def _region(found: Benchmark) -> str:
    first = next(iter(found.ours), None)
    return first.region_name if first and first.region_name else "the region"


def place_said(found: Benchmark, one: Unit) -> str:
    """The place: 14th of 117 acute trusts; of a figure that is not among the published where it would stand."""
    if one.rank is None:
        return ""
    return f"{'' if one.is_ranked else 'would stand '}{ordinal(one.rank)} of {whom(found)}"


def sentence(found: Benchmark, one: Unit) -> str:
    """What the comparison says of one of our trusts, in a sentence or two."""
    if one.value is None:
        return f"{named(one)}: {one.why_apart or 'not supplied'}."
    when = f" in {month_said(one.month)}" if one.month and one.month != found.month else ""
    value = f"{named(one)}: {value_said(found, one.value)}{when}"
    parts = [value, place_said(found, one), QUARTERS.get(one.quarter or 0, "")]
    said = ", ".join(part for part in parts if part)
    more = distance_said(found, one)
    return f"{said}; {more}." if more else f"{said}."


def distance_said(found: Benchmark, one: Unit) -> str:
    """How far the best quarter is: in people where they can be counted, and in points or weeks."""
    if found.quartiles is None or one.value is None or not found.has_quarters:
        return ""
    edge = found.quartiles.best(found.measure.improvement)
    if one.quarter == 1:
        return ""
    gap = abs(one.value - edge)
    far = points(gap) if found.measure.kind in ("share", "count") else measure_said(found.measure, gap)
    if one.to_best is None:
        return f"the best quarter begins {far} away, at {value_said(found, edge)}"
    return f"{people_said(found, one.to_best)} would reach the best quarter, {far} away, at {value_said(found, edge)}"


def people_said(found: Benchmark, amount: float) -> str:
    """So many people more: 412 more patients within 18 weeks."""
    twin: PublishedAs | None = found.twin
    if twin is None or not twin.reached:
        return f"{number(people(amount))} {'more' if found.measure.improvement == 'up' else 'fewer'}"
    return f"{number(people(amount))} more {twin.people} {twin.reached}"


def finding(found: Benchmark) -> tuple[str, ...]:
    """A sentence for each of our trusts, and one on England."""
    said = [sentence(found, one) for one in found.ours]
    if found.england is not None and found.england.value is not None:
        said.append(f"England: {value_said(found, found.england.value)}.")
    return tuple(said)


def notes(found: Benchmark) -> tuple[str, ...]:
    """What to know before comparing: definition, period, who is missing, how the limits were made."""
    said = [found.why_alone] if found.why_alone else []
    if found.twin is not None and found.is_published:
        said += [f"Published as {_published(found.twin)}. {found.twin.note}".strip()]
        other = sorted({one.month for one in found.ours if one.month and one.month != found.month})
        if other:
            said.append(f"Ours are of {', '.join(month_said(one) for one in other)}, the published of {month_said(found.month)}.")
    if found.is_published and any(one.is_made_up for one in found.ours):
        said.append("Our trusts are made up: they are placed among the real ones and are not counted among them.")
    missing = [one for one in found.units if "not supplied" in one.why_apart]
    if missing:
        said.append(f"Not supplied: {', '.join(named(one) for one in missing[:12])}{' and others' if len(missing) > 12 else ''}.")
    if not found.has_quarters and found.measure.improvement != "neutral":
        said.append("Quarters are given among eight trusts or more only: here are values with their intervals.")
    return (*said, *_funnel_notes(found))


def _published(twin: PublishedAs) -> str:
    key = f"{twin.numerator} of {twin.denominator}" if twin.numerator else twin.value
    return f"{key}{f' ({twin.cut})' if twin.cut else ''}"


def _funnel_notes(found: Benchmark) -> tuple[str, ...]:
    if found.funnel is None:
        return ()
    law = {"binomial": "the exact binomial", "poisson": "Poisson's law"}[found.funnel.law]
    limits = (
        f"The funnel's centre is all trusts together, {value_said(found, found.funnel.centre)}; its limits are 95% (1.96 standard "
        f"errors) and 99.8% (3.09), of {law} where fewer than five are expected."
    )
    if found.funnel.phi == 1:
        return (limits,)
    return (
        limits,
        f"Trusts differ by far more than chance: the limits are widened by the root of phi, {number(found.funnel.phi, 1)} (a tenth "
        "of the trusts at either end drawn in). A funnel is no league table: within the limits places say little.",
    )
