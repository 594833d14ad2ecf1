"""The SPC chart of a measure's page, the signs beside figures, and what is said of each point in tables and exports."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.http import HttpRequest
from markupsafe import Markup

from clockstop.answers.scope import Scope
from clockstop.answers.series import Series
from clockstop.answers.spc import Icons, SpcChart, SpcPoint, charts_of, icons_of
from clockstop.answers.spc_sentences import assurance_said, sentence_of, variation_said
from clockstop.measures.measure import Measure
from clockstop.pages.context import Filters
from clockstop.registers.core.place import Place
from clockstop.registers.performance import reading
from clockstop.registers.trajectories.reading import Plan
from clockstop.reports.figure_words import value_said
from clockstop.reports.spc_chart import drawn_by, limits_said, point_said, spc_chart
from clockstop.reports.spc_icons import SHORT_ASSURANCE, SHORT_VARIATION, assurance_icon, variation_icon

# How many periods a page shows and judges.
SHOWN = {"month": 36, "week": 104}
EXPORT_COLUMNS = (
    "mean", "lpl", "upl", "special_cause_type", "point_type", "colour", "rebase_group", "spc_convention",
)  # fmt: skip


@dataclass(frozen=True)
class Sign:
    """An icon and its words; `icon` is empty where there is none to draw."""

    icon: Markup
    words: str


@dataclass(frozen=True)
class Panel:
    """What a measure's page shows of its chart."""

    spec: dict[str, Any]
    sentence: str
    signs: tuple[Sign, ...]
    limits: str
    drawn_by: str
    note: str
    has_limits: bool


def charts(
    request: HttpRequest, measure: Measure, filters: Filters, *, whole: Series, parts: Sequence[Series], cut: str
) -> tuple[SpcChart, tuple[SpcChart, ...]]:
    """The chart of the whole and those of its parts, with the recalculations that were accepted at each place."""
    kind = "week" if filters.period == "week" else "month"
    own = reading.rebases_of(request.scope, measure.slug, filters.where, period_kind=kind)
    by = (
        reading.rebases_by(request.scope, measure.slug, filters.where, by=cut, period_kind=kind)
        if _may_differ(filters, cut)
        else {}
    )
    at_trust = "trust" if filters.trust else "national"
    breaks = reading.breaks_of(request.scope, filters.where, period_kind=kind).get(measure.slug, ())
    first = charts_of((whole,), period_kind=filters.period, level=at_trust, rebases=[own])[0].with_breaks(breaks)
    level = "trust" if cut == "trust" else at_trust
    days = [by.get(one.key, ()) for one in parts]
    return first, charts_of(parts, period_kind=filters.period, level=level, rebases=days)


def signs_of_every(request: HttpRequest, filters: Filters, found: Mapping[str, Sequence[Series]]) -> dict[str, tuple[Sign, ...]]:
    """The signs of each measure at one place, by slug, of as many periods as its own page shows."""
    slugs, last = list(found), SHOWN[filters.period]
    kept = [replace(found[slug][0], points=found[slug][0].points[-last:]) for slug in slugs]
    rebases = _rebases_of_every(request, filters)
    icons = icons_of(
        kept,
        period_kind=filters.period,
        level="trust" if filters.trust else "national",
        rebases=[rebases.get(slug, ()) for slug in slugs],
    )
    return {slug: short_signs(one) for slug, one in zip(slugs, icons, strict=True)}


def _rebases_of_every(request: HttpRequest, filters: Filters) -> dict[str, tuple[date, ...]]:
    if not filters.trust:
        return {}
    here = Place.of(filters.where)
    every = reading.every_rebase(request.scope, period_kind=filters.period)
    return {measure: days for (place, measure), days in every.items() if place == here}


def rebases_below(scope: Scope, where: Mapping[str, str], below: str) -> dict[tuple[str, str], tuple[date, ...]]:
    """The recalculations accepted at a place ('') and at the units below it (their keys), by key and measure."""
    found = {}
    for (place, measure), days in reading.every_rebase(scope).items():
        if place.where == dict(where):
            found["", measure] = days
        elif {name: value for name, value in place.where.items() if name != below} == dict(where) and below in place.where:
            found[place.where[below], measure] = days
    return found


def _may_differ(filters: Filters, cut: str) -> bool:
    """Whether parts may have recalculations of their own: places of a trust, and trusts."""
    return cut == "trust" or (bool(filters.trust) and cut in ("division", "service", "site"))


def panel(chart: SpcChart, measure: Measure, plan: Plan | None) -> Panel:
    """The chart as the page draws it."""
    return Panel(
        spec=spc_chart(chart, plan=tuple(plan.months.items()) if plan else ()),
        sentence=sentence_of(chart, lambda value: value_said(measure, value)),
        signs=signs(chart),
        limits=limits_said(chart),
        drawn_by=drawn_by(chart),
        note=chart.note,
        has_limits=chart.has_limits,
    )


def _drawn(icon: str) -> Markup:
    return Markup(icon)  # noqa: S704 - drawn by reports/spc_icons.py from words of our own


def signs(chart: SpcChart) -> tuple[Sign, ...]:
    """The icons of a chart with their words in full; none where there are too few points."""
    if not chart.has_limits:
        return (Sign(Markup(""), variation_said("")),)
    found = [Sign(_drawn(variation_icon(chart.variation)), variation_said(chart.variation))]
    if chart.assurance and chart.latest:
        words = assurance_said(chart.assurance, chart.latest.target_title or "target")
        found.append(Sign(_drawn(assurance_icon(chart.assurance)), words))
    return tuple(found)


def short_signs(icons: SpcChart | Icons | None) -> tuple[Sign, ...]:
    """The same for a table's cell; none where there are too few points."""
    if icons is None or not icons.variation:
        return ()
    found = [Sign(_drawn(variation_icon(icons.variation)), SHORT_VARIATION[icons.variation])]
    if icons.assurance:
        found.append(Sign(_drawn(assurance_icon(icons.assurance)), SHORT_ASSURANCE[icons.assurance]))
    return tuple(found)


@dataclass(frozen=True)
class SaidPoint:
    """What the table below the chart says of a point beside its figures."""

    mean: str = ""
    limits: str = ""
    what: str = ""
    is_signal: bool = False


UNSAID = SaidPoint()


def said_points(chart: SpcChart, measure: Measure) -> dict[date, SaidPoint]:
    """By period: its section's mean and limits, and what the point is."""
    return {point.period_end: _said(point, measure) for point in chart.points}


def _said(point: SpcPoint, measure: Measure) -> SaidPoint:
    limits = ""
    if point.lpl is not None and point.upl is not None:
        limits = f"{value_said(measure, point.lpl)} to {value_said(measure, point.upl)}"
    return SaidPoint(
        mean=value_said(measure, point.mean) if point.mean is not None else "",
        limits=limits,
        what=point_said(point) if limits else "",
        is_signal=point.special_cause not in ("", "common_cause"),
    )


def exported(charts_: Iterable[SpcChart]) -> Mapping[tuple[str, date], tuple[Any, ...]]:
    """By series and period the cells under EXPORT_COLUMNS."""
    return {
        (chart.series.key, point.period_end): (
            point.mean, point.lpl, point.upl, point.special_cause, point.point_type, point.colour, point.rebase_group,
            chart.convention,
        )
        for chart in charts_
        for point in chart.points
    }  # fmt: skip
