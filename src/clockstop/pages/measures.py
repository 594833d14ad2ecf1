"""Is it better or worse, and where? One measure over time, split, explained, and its rows; and the list of all measures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from markupsafe import Markup

from clockstop.answers import organisation
from clockstop.answers.desk import Desk
from clockstop.answers.series import Point, Series, cuts_of, every_series, series
from clockstop.answers.spc import SpcChart
from clockstop.measures.catalogue import families, family_title
from clockstop.measures.catalogue import measure as measure_of
from clockstop.measures.dimensions import DIMENSIONS, UNITS, Dimension
from clockstop.measures.measure import Measure
from clockstop.measures.targets import TARGETS, Target, targets_of
from clockstop.nhsuk.figures import moved
from clockstop.nhsuk.presenters import day, percent
from clockstop.nhsuk.templating import url
from clockstop.pages import exports, measure_spc
from clockstop.pages import measure_words as words
from clockstop.pages.benchmark import benchmark_line
from clockstop.pages.change_line import change_line
from clockstop.pages.context import PERIODS, Filters, crumbs_to, desk, filters_of, page
from clockstop.pages.cut_bars import BarScale
from clockstop.pages.kite_marks import Badge, Marks
from clockstop.pages.measure_behind import behind
from clockstop.pages.measure_plan import against_plan, plan_of, planned
from clockstop.pages.measure_spc import EXPORT_COLUMNS, SHOWN, UNSAID, SaidPoint, Sign, exported, said_points, short_signs
from clockstop.pages.ranges import shown_range
from clockstop.pages.recalculations import offered_at
from clockstop.registers.trajectories.reading import Plan

A_YEAR = {"month": 12, "week": 52}


def list_measures(request: HttpRequest) -> HttpResponse:
    """Every measure with its latest figure, its move and its bar."""
    opened, filters = desk(), filters_of(request)
    found = every_series(request.scope, opened, period_kind=filters.period, where=filters.where)
    marks = Marks(request, opened)
    signs = measure_spc.signs_of_every(request, filters, found)
    groups = [
        (
            family_title(family),
            [_line(request, marks, measure, filters, found[measure.slug][0], signs=signs[measure.slug]) for measure in members],
        )
        for family, members in families().items()
    ]
    return page(
        request,
        "pages/measure_list.jinja",
        title="What do we measure?",
        crumbs=crumbs_to(),
        place=place_of(request, opened, filters),
        path=reverse("list_measures"),
        selects=_selects(request, opened, filters),
        kept=_kept(filters),
        groups=groups,
        score=_score([line for _, lines in groups for line in lines]),
    )


def show_measure(request: HttpRequest, measure: str) -> HttpResponse:
    """One measure as the address asks for it; with `format`, its points and those of its parts as CSV or XLSX."""
    opened, filters, found = desk(), filters_of(request), measure_of(measure)
    cuts = cuts_of(opened, found)
    cut = filters.cut if filters.cut in {one.name for one in cuts} else _level_below(filters)
    whole = _series(request, opened, found, filters)[0]
    parts = _series(request, opened, found, filters, by=cut) if cut else ()
    charts = measure_spc.charts(request, found, filters, whole=whole, parts=parts, cut=cut)
    if request.GET.get("format") in exports.FORMATS:
        return _export(request, opened, found, filters, (whole, *parts), charts=(charts[0], *charts[1]))
    title = found.title
    return page(
        request,
        "pages/measure.jinja",
        title=title,
        crumbs=crumbs_to(("Measures", url("list_measures", **filters.query))),
        **_context(request, opened, found, filters, whole=whole, parts=parts, cut=cut, cuts=cuts, charts=charts),
    )


@dataclass(frozen=True)
class Line:
    """A measure in the list of measures."""

    measure: Measure
    value: str
    move: str
    gap: str
    when: str
    href: str
    quality: Badge | None
    signs: tuple[Sign, ...]


@dataclass(frozen=True)
class PartRow:
    """One value of a cut: its latest figure, its bar, and how it stood a year before."""

    title: str
    href: str
    numerator: str
    denominator: str
    value: str
    bar: Markup
    year: str
    signs: tuple[Sign, ...]


@dataclass(frozen=True)
class Twin:
    """A row of the table below the chart."""

    when: str
    numerator: str
    denominator: str
    value: str
    plan: str = ""
    said: SaidPoint = UNSAID


def _series(request: HttpRequest, opened: Desk, measure: Measure, filters: Filters, by: str | None = None) -> tuple[Series, ...]:
    last = SHOWN[filters.period]
    return series(request.scope, opened, measure.slug, period_kind=filters.period, where=filters.where, by=by, last=last)


def _line(
    request: HttpRequest, marks: Marks, measure: Measure, filters: Filters, whole: Series, *, signs: tuple[Sign, ...]
) -> Line:
    points = whole.points
    latest, earlier = (points[-1] if points else None), (points[-2] if len(points) > 1 else None)
    bar = _bars(measure, filters, latest.period_end)[-1:] if latest else ()
    value = latest.value if latest else None
    return Line(
        measure=measure,
        value=words.said(measure, latest),
        move=moved(measure.kind, value, earlier.value if earlier else None, measure.unit),
        gap=words.against_bar(measure, latest, bar[0]) if bar else "",
        when=words.when(filters, measure, latest.period_end) if latest else "",
        href=url("show_measure", measure.slug, **filters.query),
        quality=_quality(request, marks, measure, filters, latest),
        signs=signs if value is not None else (),
    )


def _quality(request: HttpRequest, marks: Marks, measure: Measure, filters: Filters, point: Point | None) -> Badge | None:
    """The kite mark of the figure's month: of the trust asked for, or the lowest of the reader's trusts."""
    trusts = [filters.trust] if filters.trust else request.scope.trusts
    return marks.badge(measure.slug, trusts, point.period_end) if point else None


def _score(lines: Sequence[Line]) -> tuple[int, int]:
    """INF-02: of the dimensions of every measure's kite mark how many are met, and how many there are."""
    marked = [line.quality for line in lines if line.quality]
    return sum(badge.met for badge in marked), sum(badge.of for badge in marked)


def _beside(request: HttpRequest, opened: Desk, measure: Measure, filters: Filters, *, cut: str, chart: SpcChart) -> dict:
    """What stands beside the finding: new limits that are proposed, what moved it, how the others stand."""
    return {
        "benchmark_line": benchmark_line(measure, filters),
        "change_line": change_line(request.scope, opened, measure, filters, cut),
        "offer": offered_at(request, measure, filters, chart),
    }


def _context(
    request: HttpRequest,
    opened: Desk,
    measure: Measure,
    filters: Filters,
    *,
    whole: Series,
    parts: Sequence[Series],
    cut: str,
    cuts: Sequence[Dimension],
    charts: tuple[SpcChart, tuple[SpcChart, ...]],
) -> dict:
    latest = whole.points[-1] if whole.points else None
    plan = plan_of(request, measure, filters)
    bars = _bars(measure, filters, latest.period_end if latest else opened.as_of)
    return {
        "measure": measure,
        "filters": filters,
        "place": place_of(request, opened, filters),
        "path": reverse("show_measure", args=[measure.slug]),
        "query": filters.query,
        "selects": [*_selects(request, opened, filters), _cut_select(filters, cuts)],
        "kept": _kept(filters),
        "latest": latest,
        "value": words.said(measure, latest),
        "when": words.when(filters, measure, latest.period_end) if latest else "",
        "finding": words.finding(measure, filters, whole, bars),
        "change": words.change(measure, whole),
        "parts_of": words.parts_of(measure, latest),
        "quality": _quality(request, Marks(request, opened), measure, filters, latest),
        "bars": [(bar, words.value_said(measure, bar.value), words.against_bar(measure, latest, bar)) for bar in bars],
        **_drawn(measure, filters, whole, charts[0], plan),
        "plan": against_plan(request, measure, filters, plan=plan, latest=latest),
        **_split(measure, filters, list(zip(parts, charts[1], strict=True)), cut, bars),
        **_beside(request, opened, measure, filters, cut=cut, chart=charts[0]),
        "range": shown_range(request, opened, measure.slug, filters.where),
        "behind": behind(request.scope, opened, measure, filters, latest),
        **_definition(measure),
    }


def _drawn(measure: Measure, filters: Filters, whole: Series, chart: SpcChart, plan: Plan | None) -> dict:
    """The chart and the table below it."""
    panel = measure_spc.panel(chart, measure, plan) if len(whole.points) > 1 else None
    return {"spc": panel, "twins": _twins(measure, filters, whole, chart, plan)}


def _split(measure: Measure, filters: Filters, parts: Sequence[tuple[Series, SpcChart]], cut: str, bars: Sequence[Target]) -> dict:
    """What the measure is split by, and the rows of its parts."""
    return {"cut": DIMENSIONS[cut] if cut else None, "rows": _part_rows(measure, filters, parts, cut, bars)}


def _definition(measure: Measure) -> dict:
    """What the page says of the measure whatever is asked for: its targets, and how it is counted."""
    return {
        "targets": [target for target in TARGETS if target.measure == measure.slug],
        "target_value": lambda target: words.value_said(measure, target.value),
        "counted": words.when_counted(measure),
        "names": words.numbers_are(measure),
        "counted_from": words.counted_from(measure),
    }


def _kept(filters: Filters) -> dict[str, str]:
    return {name: getattr(filters, name) for name in ("division", "site") if getattr(filters, name)}


def _selects(request: HttpRequest, opened: Desk, filters: Filters) -> list[dict]:
    trusts = organisation.tree(request.scope, opened)
    chosen = [trust for trust in trusts if filters.trust in ("", trust.code)]
    services = sorted(
        {service.code: service.name for trust in chosen for service in trust.services}.items(), key=lambda one: one[1]
    )
    return [
        _select("trust", "Organisation", [("", "All our trusts"), *((one.code, one.name) for one in trusts)], filters.trust),
        _select("service", "Service", [("", "All services"), *services], filters.service),
        _select("period", "Period", list(PERIODS.items()), filters.period),
    ]


def _cut_select(filters: Filters, cuts: Sequence[Dimension]) -> dict:
    return _select("cut", "Split by", [("", "The level below"), *((one.name, one.title) for one in cuts)], filters.cut)


def _select(name: str, label: str, options: list[tuple[str, str]], value: str) -> dict:
    return {"name": name, "label": label, "options": options, "value": value}


def _level_below(filters: Filters) -> str:
    """The dimension by which a measure is split where the address names none: the level below the place that it names."""
    named = [UNITS.index(name) for name in filters.where]
    place = max(named, default=-1) + 1
    return UNITS[place] if place < len(UNITS) else ""


def place_of(request: HttpRequest, opened: Desk, filters: Filters) -> str:
    """Whose figures the page shows, in words."""
    names = {trust.code: trust.name for trust in organisation.tree(request.scope, opened)}
    parts = [
        organisation.service_name(filters.service) if filters.service else "",
        filters.division,
        f"site {filters.site}" if filters.site else "",
        names.get(filters.trust, filters.trust) or "All our trusts",
    ]
    return ", ".join(part for part in parts if part)


def _bars(measure: Measure, filters: Filters, on: date) -> tuple[Target, ...]:
    return targets_of(measure.slug, level="trust" if filters.trust else "national", on=on)


def _twin(measure: Measure, filters: Filters, point: Point, plan: Plan | None = None) -> Twin:
    numerator = "" if measure.kind == "quantile" else _number(point, point.numerator)
    return Twin(
        when=words.when(filters, measure, point.period_end),
        numerator=numerator,
        denominator=_number(point, point.denominator),
        value=words.said(measure, point),
        plan=planned(measure, plan, point),
    )


def _twins(measure: Measure, filters: Filters, whole: Series, chart: SpcChart, plan: Plan | None) -> list[Twin]:
    """The rows of the table below the chart, the newest first."""
    said = said_points(chart, measure)
    return [
        replace(_twin(measure, filters, point, plan), said=said.get(point.period_end, UNSAID)) for point in reversed(whole.points)
    ]


def _number(point: Point, value: float | None) -> str:
    return words.WITHHELD if point.is_hidden else words.amount(value)


def _part_rows(
    measure: Measure, filters: Filters, parts: Sequence[tuple[Series, SpcChart]], cut: str, bars: Sequence[Target]
) -> list[PartRow]:
    """The values of the cut, the worst first; those that are hidden last."""
    there = [(part, chart) for part, chart in parts if part.points]
    if not there:
        return []
    tick = bars[-1].value if bars and measure.kind != "count" else None
    scale = BarScale.of([part.points[-1].value for part, _chart in there], tick, is_share=measure.kind == "share")
    is_worst_high = measure.improvement == "down" or measure.kind == "count"
    known = [one for one in there if one[0].points[-1].value is not None]
    known.sort(key=lambda one: one[0].points[-1].value or 0.0, reverse=is_worst_high)
    unknown = [one for one in there if one[0].points[-1].value is None]
    return [_part_row(measure, filters, one, cut, scale) for one in [*known, *unknown]]


def _part_row(measure: Measure, filters: Filters, one: tuple[Series, SpcChart], cut: str, scale: BarScale) -> PartRow:
    part, chart = one
    point = part.points[-1]
    twin = _twin(measure, filters, point)
    before = part.points[-1 - A_YEAR[filters.period]] if len(part.points) > A_YEAR[filters.period] else None
    is_unit = cut in UNITS and part.key not in ("", "unknown")
    return PartRow(
        title=part.title,
        href=url("show_measure", measure.slug, **filters.but(**{cut: part.key, "cut": ""}).query) if is_unit else "",
        numerator=twin.numerator,
        denominator=twin.denominator,
        value=twin.value,
        bar=scale.bar(point.value),
        year=moved(measure.kind, point.value, before.value, measure.unit) if before else "",
        signs=short_signs(chart) if point.value is not None else (),
    )


def _export(
    request: HttpRequest, opened: Desk, measure: Measure, filters: Filters, parts: Sequence[Series], *, charts: Sequence[SpcChart]
) -> HttpResponse:
    columns = ["measure", "part", "part_title", "period_end", "numerator", "denominator", "value", "is_withheld", "kite_mark"]
    marks, said = Marks(request, opened), exported(charts)
    rows = (
        (
            measure.slug, one.key, one.title, point.period_end, point.numerator, point.denominator, point.value, point.is_hidden,
            _mark_said(request, marks, one, filters, point), *said[one.key, point.period_end],
        )
        for one in parts
        for point in one.points
    )  # fmt: skip
    notes = [
        measure.title,
        measure.definition,
        f"Source: {measure.source}. Rules: {', '.join(measure.rules)}",
        f"Data to {day(opened.as_of)}, snapshot {opened.snapshot_id}; {percent(1, 0)} is written as 1",
        "The kite mark is of the month and the trust; of several trusts the lowest",
        "Mean, limits and point types are worked out from these points alone, as the convention named beside them has it",
        *(["Synthetic data: every trust, patient and figure is made up."] if opened.manifest.is_synthetic else []),
    ]
    name = f"{measure.slug}-{opened.as_of:%Y-%m-%d}"
    return exports.export(request.GET["format"], name=name, columns=[*columns, *EXPORT_COLUMNS], rows=rows, notes=notes)


def _mark_said(request: HttpRequest, marks: Marks, one: Series, filters: Filters, point: Point) -> str:
    """The kite mark in words: of the trust asked for, of the part where the parts are trusts, else the lowest."""
    trust = filters.trust or (one.key if one.key in request.scope.trusts else "")
    lowest = marks.lowest(one.measure, [trust] if trust else request.scope.trusts, point.period_end)
    return lowest.words if lowest else ""
