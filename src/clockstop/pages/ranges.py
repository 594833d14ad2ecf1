"""A headline of the waiting list as a range, in words: what stands beside the figure on the boards and on the measure's page."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from markupsafe import Markup

from clockstop.answers import listed_bounds
from clockstop.answers.desk import Desk
from clockstop.answers.listed_bounds import Bounded
from clockstop.answers.standard_range import STANDARDS, Method, Ranges, ranges
from clockstop.insight.standard_range import Range
from clockstop.measures.catalogue import measure as measure_of
from clockstop.measures.measure import Measure
from clockstop.nhsuk.figures import figure
from clockstop.nhsuk.presenters import day
from clockstop.nhsuk.templating import url
from clockstop.pages.range_band import small_band
from clockstop.registers.validation.reading import outcomes

TITLES = {True: "When the doubtful rows are resolved", False: "Whichever doubtful rows are removed"}


@dataclass(frozen=True)
class ShownRange:
    """A range beside a figure: the list's figure of the day, what it can become, and where that is explained."""

    title: str
    short: str
    counted: str
    text: str
    aloud: str
    href: str
    band: Markup


def answered(request: HttpRequest, opened: Desk, where: Mapping[str, str]) -> Ranges | None:
    """The ranges of a place; None where the snapshot has no waiting list there."""
    if not opened.has("rtt_waits") or not opened.has("rtt_flags"):
        return None
    found = ranges(request.scope, opened, outcomes(sorted(opened.manifest.trusts)), where)
    return found if found.method.clocks else None


def shown_range(request: HttpRequest, opened: Desk, slug: str, where: Mapping[str, str]) -> ShownRange | None:
    """The range of one measure at a place; None where it has none, or its numbers are withheld from this reader."""
    if slug in listed_bounds.MEASURES:
        return _shown_bounds(request, opened, slug, where)
    found = answered(request, opened, where) if slug in STANDARDS else None
    if found is None or slug not in found.of:
        return None
    measure, one = measure_of(slug), found.of[slug]
    said = span(measure, one)
    if said is None:
        return None
    return ShownRange(
        title=TITLES[one.low is not None],
        short=between(measure, *((one.low, one.high) if one.low is not None else (one.least, one.greatest))),
        counted=f"{value(measure, one.counted)} on the list of {day(found.method.as_of)}",
        text=said,
        aloud=sentence(measure, one, found.method),
        href=url("show_range", slug, **where),
        band=small_band(one),
    )


def _shown_bounds(request: HttpRequest, opened: Desk, slug: str, where: Mapping[str, str]) -> ShownRange | None:
    """The bounds of a list of which no samples are drawn; None where no rule speaks against any of its rows."""
    found, measure = listed_bounds.bounds(request.scope, opened, slug, where), measure_of(slug)
    said = span(measure, found.range) if found and found.doubtful else None
    if found is None or said is None:
        return None
    one, on = found.range, opened.day_of(measure.table)
    return ShownRange(
        title=TITLES[False], short=between(measure, one.least or 0.0, one.greatest or 0.0),
        counted=f"{value(measure, one.counted)} on the list of {day(on)}", text=said,
        aloud=bounds_sentence(measure, found), href=url("show_range", slug, **where), band=small_band(one),
    )  # fmt: skip


def bounds_sentence(measure: Measure, found: Bounded) -> str:
    """The bounds as a whole sentence."""
    one = found.range
    first = f"{measure.title}: {value(measure, one.counted)} of today's list"
    if one.least is None or one.greatest is None:
        return f"{first}."
    if not found.doubtful:
        return f"{first}; no rule of data quality speaks against a row of it, so it can become no other."
    return f"{first}; {between(measure, one.least, one.greatest)} whichever of its {found.doubtful:,} doubtful rows are removed."


def span(measure: Measure, one: Range) -> str | None:
    """The range in the fewest words: 58.2% to 64.0% once checked; None where no doubtful row can change the figure."""
    if one.least == one.greatest == one.counted and (one.low, one.high) in ((None, None), (one.counted, one.counted)):
        return None
    if one.low is not None and one.high is not None:
        return f"{between(measure, one.low, one.high)} once checked"
    if one.least is None or one.greatest is None:
        return None
    return f"{between(measure, one.least, one.greatest)}, whichever doubtful rows go"


def sentence(measure: Measure, one: Range, method: Method) -> str:
    """The range as a whole sentence."""
    first = f"{measure.title}: {value(measure, one.counted)} on the list of {day(method.as_of)}"
    bounds = "nothing can be counted when all doubtful rows are removed"
    if one.least is not None and one.greatest is not None:
        bounds = f"{between(measure, one.least, one.greatest)} whichever of its {method.in_doubt:,} doubtful rows are removed"
    if one.low is None or one.high is None:
        return f"{first}; {bounds}. No sample has been checked, so nobody can say where it will lie."
    return f"{first}; {between(measure, one.low, one.high)} when the doubtful rows are resolved, {chances(method)}; {bounds}."


def chances(method: Method) -> str:
    """How often the interval holds the truth: 90 times in 100."""
    return f"{round(method.level * 100)} times in 100"


def between(measure: Measure, low: float, high: float) -> str:
    """Two ends as one span, which may be the same.

    >>> from clockstop.measures.catalogue import measure as of
    >>> between(of("rtt_within_18_weeks"), 0.582, 0.64), between(of("rtt_incomplete"), 1180.0, 1180.0)
    ('58.2% to 64.0%', '1,180')
    """
    ends = (value(measure, low), value(measure, high))
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def value(measure: Measure, number: float | None) -> str:
    """A value of the measure."""
    return figure(measure.kind, number, measure.unit)
