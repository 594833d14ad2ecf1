"""How do we compare? Our trusts among others: places, quarters, a funnel, and how many people away the best quarter is."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from clockstop.answers import organisation
from clockstop.answers.benchmark import ATTRIBUTION, LEVELS, LICENCE, Benchmark, Unit, benchmark_of
from clockstop.answers.desk import Desk
from clockstop.measures.catalogue import measure as measure_of
from clockstop.measures.measure import Measure
from clockstop.measures.published_as import published_as
from clockstop.nhsuk.presenters import number
from clockstop.nhsuk.templating import url
from clockstop.pages import exports
from clockstop.pages.context import Filters, crumbs_to, desk, filters_of, page
from clockstop.pages.selects import select
from clockstop.reports import benchmark_words as words
from clockstop.reports.benchmark_charts import chart_title, funnel_chart, ranked_chart
from clockstop.reports.figure_words import amount


@dataclass(frozen=True)
class Row:
    """A trust in the table below the drawings."""

    name: str
    is_ours: bool
    is_peer: bool
    place: str
    quarter: str
    value: str
    interval: str
    numerator: str
    denominator: str
    status: str
    to_best: str
    to_median: str
    region: str
    marks: str


def show_benchmark(request: HttpRequest, measure: str) -> HttpResponse:
    """The comparison as the address asks for it; with `format`, every trust as CSV or XLSX."""
    opened, filters, asked = desk(), filters_of(request), measure_of(measure)
    peers = [code.strip().upper() for code in request.GET.get("peers", "").split(",") if code.strip()]
    found = benchmark_of(
        request.scope,
        opened,
        asked.slug,
        trust=filters.trust,
        service=filters.service,
        month=request.GET.get("month", ""),
        level=request.GET.get("level", ""),
        peers=peers,
    )
    if request.GET.get("format") in exports.FORMATS:
        return _export(request.GET["format"], opened, found)
    return page(
        request,
        "pages/benchmark.jinja",
        title="How do we compare?",
        crumbs=crumbs_to(
            ("Measures", url("list_measures", **filters.query)), (asked.title, url("show_measure", asked.slug, **filters.query))
        ),
        **_context(request, opened, filters, found, peers),
    )


def _context(request: HttpRequest, opened: Desk, filters: Filters, found: Benchmark, peers: list[str]) -> dict:
    said = words.finding(found)
    drawn = [one for one in found.units if one.value is not None and one.rank is not None]
    query = {name: value for name, value in filters.query.items() if name in ("trust", "service")}
    query |= {"month": found.month, "level": found.level, "peers": ",".join(peers)}
    return {
        "found": found,
        "measure": found.measure,
        "path": reverse("show_benchmark", args=[found.measure.slug]),
        "query": {name: value for name, value in query.items() if value},
        "selects": _selects(request, opened, filters, found),
        "kept": {"peers": ",".join(peers)} if peers else {},
        "finding": said,
        "title_of_chart": chart_title(found),
        "ranked": ranked_chart(found, " ".join(said)) if drawn else None,
        "funnel": funnel_chart(found, " ".join(said)),
        "rows": [_row(found, one) for one in found.units if one.is_ranked or one.is_ours],
        "apart": [_row(found, one) for one in found.apart],
        "whom": words.whom(found),
        "month": words.month_said(found.month),
        "edges": _edges(found),
        "notes": words.notes(found),
        "peers": [one for one in found.units if one.is_peer],
        "attribution": ATTRIBUTION if found.is_published else "",
        "licence": LICENCE,
        "names": ("Counted", "Out of") if found.measure.kind != "quantile" else ("", "Waiting"),
        "nearly": words.people_said(found, 0).removeprefix("0 ").capitalize(),
    }


def _edges(found: Benchmark) -> list[tuple[str, str]]:
    """England, the standard, and where the quarters begin."""
    said = [("England", found.england.value)] if found.england and found.england.value is not None else []
    if found.standard is not None:
        said.append(("Standard", found.standard))
    if found.quartiles is not None:
        if found.has_quarters:
            said.append(("Best quarter begins at", found.quartiles.best(found.measure.improvement)))
        said.append(("Median", found.quartiles.middle))
    return [(title, words.value_said(found, value)) for title, value in said]


def _selects(request: HttpRequest, opened: Desk, filters: Filters, found: Benchmark) -> list[dict]:
    trusts = organisation.tree(request.scope, opened)
    services = {service.code: service.name for trust in trusts for service in trust.services}
    levels = [(level, title) for level, title in LEVELS.items() if level == "group" or _is_published(found)]
    return [
        select("trust", "Organisation", [("", "All our trusts"), *((trust.code, trust.name) for trust in trusts)], filters.trust),
        select("service", "Service", [("", "All services"), *sorted(services.items(), key=lambda one: one[1])], filters.service),
        select("month", "Period", [(month, words.month_said(month)) for month in found.months], found.month),
        select("level", "Among", levels, found.level),
    ]


def _is_published(found: Benchmark) -> bool:
    return found.twin is not None


def _row(found: Benchmark, one: Unit) -> Row:
    interval = one.interval
    basis = f"ours, {words.month_said(one.month)}" if one.basis == "own extract" else ""
    return Row(
        name=words.named(one),
        is_ours=one.is_ours,
        is_peer=one.is_peer,
        place="" if one.rank is None else f"{'' if one.is_ranked else 'as '}{number(one.rank)}",
        quarter=words.QUARTERS.get(one.quarter or 0, "").removesuffix(" quarter").capitalize(),
        value=words.value_said(found, one.value) if one.value is not None else one.why_apart,
        interval=f"{words.value_said(found, interval.low)} to {words.value_said(found, interval.high)}" if interval else "",
        numerator=amount(one.numerator) if one.numerator is not None else "",
        denominator=amount(one.denominator) if one.denominator is not None else "",
        status=words.STATUSES.get(one.status or "", ""),
        to_best="" if one.to_best is None else number(words.people(one.to_best)),
        to_median="" if one.to_median is None else number(words.people(one.to_median)),
        region=one.region_name,
        marks=", ".join(part for part in (basis, *one.marks, one.why_apart if one.value is not None else "") if part),
    )


@dataclass(frozen=True)
class BenchmarkLine:
    """What stands of it on the measure's own page: a link, and where nothing has to be loaded for it, that it can be compared."""

    text: str
    href: str
    unequal: str


def benchmark_line(measure: Measure, filters: Filters) -> BenchmarkLine:
    """The links from the measure's page to the comparison and to the inequality cuts, keeping trust and service."""
    kept = {name: value for name, value in filters.query.items() if name in ("trust", "service")}
    text = "How do we compare with England?" if published_as(measure.slug) else "How do our trusts compare?"
    return BenchmarkLine(
        text=text,
        href=url("show_benchmark", measure.slug, **kept),
        unequal=url("show_inequality", measure.slug, **kept) if _is_of_people(measure) else "",
    )


def _is_of_people(measure: Measure) -> bool:
    return measure.counts_people


def _export(format_: str, opened: Desk, found: Benchmark) -> HttpResponse:
    columns = [
        "code", "name", "is_ours", "is_made_up", "basis", "month", "region", "is_ranked", "why_not_ranked", "place", "quarter",
        found.measure.slug, "numerator", "denominator", "low_95", "high_95", "funnel", "people_to_best_quarter",
        "people_to_median", "is_peer", "marks",
    ]  # fmt: skip
    rows = (
        [
            one.code, one.name, one.is_ours, one.is_made_up, one.basis, one.month, one.region_name, one.is_ranked, one.why_apart,
            one.rank, one.quarter, one.value, one.numerator, one.denominator, one.interval.low if one.interval else None,
            one.interval.high if one.interval else None, one.status, one.to_best, one.to_median, one.is_peer, "; ".join(one.marks),
        ]
        for one in found.units
    )  # fmt: skip
    notes = [
        found.measure.title,
        found.measure.definition,
        *words.finding(found),
        *words.notes(found),
        *([f"Peers: {found.peers_are}"] if found.peers_are else []),
        found.source,
        *([ATTRIBUTION] if found.is_published else []),
        f"Our own figures: data to {opened.as_of:%-d %B %Y}, snapshot {opened.snapshot_id}",
    ]
    return exports.export(format_, name=f"{found.measure.slug}-benchmark-{found.month}", columns=columns, rows=rows, notes=notes)
