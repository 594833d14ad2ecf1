"""Is it the same for everybody? A measure by deprivation, ethnicity, age or sex: shares, waits, gaps, and who is not known."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from clockstop.answers import organisation
from clockstop.answers.desk import Desk
from clockstop.answers.inequality import CUTS, Group, Inequality, inequality_of
from clockstop.answers.inequality_trend import TrendMonth, trend_of
from clockstop.measures.catalogue import measure as measure_of
from clockstop.measures.dimensions import DIMENSIONS
from clockstop.nhsuk.presenters import month as month_words
from clockstop.nhsuk.presenters import percent
from clockstop.nhsuk.templating import url
from clockstop.pages import exports
from clockstop.pages.context import Filters, crumbs_to, desk, filters_of, page
from clockstop.pages.measures import place_of
from clockstop.pages.selects import select
from clockstop.reports import inequality_trend as trend
from clockstop.reports import inequality_words as words
from clockstop.reports.figure_words import WITHHELD, amount
from clockstop.reports.inequality_charts import shares_chart, waits_chart

TITLE = "Is it the same for everybody?"


@dataclass(frozen=True)
class Row:
    """A group in the table."""

    title: str
    is_whole: bool
    numerator: str
    denominator: str
    value: str
    spread: str
    beside: str
    median: str
    longest: str
    of_list: str
    of_catchment: str


def show_inequality(request: HttpRequest, measure: str) -> HttpResponse:
    """The cut as the address asks for it; with `format`, its groups as CSV or XLSX."""
    opened, filters, asked = desk(), filters_of(request), measure_of(measure)
    by = request.GET.get("by") if request.GET.get("by") in CUTS else CUTS[0]
    month = request.GET.get("month", "")
    found = inequality_of(request.scope, opened, asked.slug, by=by, trust=filters.trust, service=filters.service, month=month)
    months = trend_of(request.scope, opened, found, trust=filters.trust, service=filters.service)
    if request.GET.get("format") in exports.FORMATS:
        return (_export_months if request.GET.get("part") == "months" else _export)(request.GET["format"], opened, found, months)
    return page(
        request,
        "pages/inequality.jinja",
        title=TITLE,
        crumbs=crumbs_to(
            ("Measures", url("list_measures", **filters.query)), (asked.title, url("show_measure", asked.slug, **filters.query))
        ),
        place=place_of(request, opened, filters),
        **_context(request, opened, filters, found),
        **_trend(found, months),
    )


def _trend(found: Inequality, months: tuple[TrendMonth, ...]) -> dict:
    said = trend.trend_finding(found, months)
    return {
        "trend": trend.trend_chart(found, months, said),
        "trend_finding": said,
        "trend_titles": [one.title for one in months[-1].groups] if months else [],
        "trend_rows": [
            {
                "month": month_words(one.period_end),
                "gap": trend.gap_of(found, one),
                "groups": [trend.group_of_month(found, group) for group in one.groups],
            }
            for one in reversed(months)
        ],
        "has_gap": any(one.gap_value is not None for one in months),
    }


def _context(request: HttpRequest, opened: Desk, filters: Filters, found: Inequality) -> dict:
    said = words.finding(found)
    query = {name: value for name, value in filters.query.items() if name in ("trust", "service")}
    query |= {"by": found.cut.name} | ({"month": f"{found.period_end:%Y-%m}"} if found.period_end else {})
    return {
        "found": found,
        "measure": found.measure,
        "path": reverse("show_inequality", args=[found.measure.slug]),
        "query": query,
        "selects": _selects(request, opened, filters, found),
        "finding": said,
        "month": month_words(found.period_end) if found.period_end else "",
        "shares": shares_chart(found, " ".join(said)),
        "waits": waits_chart(found, " ".join(said)),
        "rows": _rows(found, found.groups, with_whole=True),
        "codes": _rows(found, found.codes, with_whole=False),
        "gaps": _gaps(found),
        "method": words.METHOD,
        "has_shares": any(one.value is not None for one in found.groups),
        "has_waits": any(one.median is not None for one in found.groups),
    }


def _gaps(found: Inequality) -> list[tuple[str, str]]:
    """The gaps between the most and the least deprived fifth, and who is not known."""
    gaps = [
        ("Gap of the figure, most less least deprived", words.gap_said(found, found.gap)),
        ("Gap of the median wait (GOV-50)", words.wait_gap_said(found, found.median_gap)),
        ("Gap of the 92nd centile", words.wait_gap_said(found, found.longest_gap)),
        (f"{found.cut.title} not known", percent(found.unknown_share) if found.unknown_share is not None else ""),
    ]
    return [(title, said) for title, said in gaps if said]


def _rows(found: Inequality, groups: tuple[Group, ...], *, with_whole: bool) -> list[Row]:
    listed = [*groups, *([found.whole] if with_whole and found.whole else [])]
    return [_row(found, one) for one in listed]


def _row(found: Inequality, one: Group) -> Row:
    return Row(
        title=one.title,
        is_whole=one is found.whole,
        numerator=_number(one, one.numerator),
        denominator=_number(one, one.denominator),
        value=words.group_said(found, one),
        spread=words.spread(found, one.interval),
        beside=words.gap_said(found, one.beside_rest) if one is not found.whole else "",
        median=words.wait_said(found, one.median),
        longest=words.wait_said(found, one.longest),
        of_list=percent(one.of_list) if one.of_list is not None else "",
        of_catchment=percent(one.of_catchment) if one.of_catchment is not None else "",
    )


def _number(one: Group, value: float | None) -> str:
    return WITHHELD if one.is_hidden else amount(value)


def _selects(request: HttpRequest, opened: Desk, filters: Filters, found: Inequality) -> list[dict]:
    trusts = organisation.tree(request.scope, opened)
    services = {service.code: service.name for trust in trusts for service in trust.services}
    months = [(f"{end:%Y-%m}", month_words(end)) for end in reversed(found.period_ends)]
    return [
        select("trust", "Organisation", [("", "All our trusts"), *((trust.code, trust.name) for trust in trusts)], filters.trust),
        select("service", "Service", [("", "All services"), *sorted(services.items(), key=lambda one: one[1])], filters.service),
        select("month", "Period", months, f"{found.period_end:%Y-%m}" if found.period_end else ""),
        select("by", "By", [(name, DIMENSIONS[name].title) for name in CUTS], found.cut.name),
    ]


def _export_months(format_: str, opened: Desk, found: Inequality, months: tuple[TrendMonth, ...]) -> HttpResponse:
    notes = [
        f"{found.measure.title}, by {found.cut.title.lower()}, month by month",
        found.measure.definition,
        *filter(None, [trend.trend_finding(found, months)]),
        f"Data to {opened.as_of:%-d %B %Y}, snapshot {opened.snapshot_id}",
    ]
    name = f"{found.measure.slug}-by-{found.cut.name}-months"
    return exports.export(format_, name=name, columns=list(trend.COLUMNS), rows=trend.trend_rows(months), notes=notes)


def _export(format_: str, opened: Desk, found: Inequality, _months: tuple[TrendMonth, ...]) -> HttpResponse:
    columns = [
        "group", "title", "level", "is_withheld", "numerator", "denominator", found.measure.slug, "low_95", "high_95",
        "beside_rest", "beside_rest_low", "beside_rest_high", "median_wait", "wait_92nd_centile", "wait_unit", "share_of_list",
        "share_of_catchment",
    ]  # fmt: skip
    listed = [("group", one) for one in found.groups] + [("code", one) for one in found.codes]
    listed += [("everybody", found.whole)] if found.whole else []
    rows = ([one.key, one.title, level, *_cells(found, one)] for level, one in listed)
    notes = [
        f"{found.measure.title}, by {found.cut.title.lower()}, {month_words(found.period_end) if found.period_end else ''}",
        found.measure.definition,
        *words.finding(found),
        words.METHOD,
        *(["Small numbers are withheld across the whole table, so that none can be worked out."] if found.is_suppressed else []),
        f"Data to {opened.as_of:%-d %B %Y}, snapshot {opened.snapshot_id}",
    ]
    return exports.export(format_, name=f"{found.measure.slug}-by-{found.cut.name}", columns=columns, rows=rows, notes=notes)


def _cells(found: Inequality, one: Group) -> list:
    return [
        one.is_hidden, one.numerator, one.denominator, one.value,
        one.interval.low if one.interval else None, one.interval.high if one.interval else None,
        one.beside_rest.value if one.beside_rest else None, one.beside_rest.low if one.beside_rest else None,
        one.beside_rest.high if one.beside_rest else None, one.median.value if one.median else None,
        one.longest.value if one.longest else None, found.wait_unit if one.median else "", one.of_list, one.of_catchment,
    ]  # fmt: skip
