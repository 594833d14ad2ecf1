"""What can this figure become? A standard of the waiting list as a range, the flags behind it, what was checked, and the method."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse

from clockstop.answers import listed_bounds, organisation
from clockstop.answers.desk import Desk
from clockstop.answers.quality import flag as flag_of
from clockstop.answers.standard_range import STANDARDS, Ranges, RateLine, rate_lines
from clockstop.errors import UnknownName
from clockstop.insight.standard_range import Range
from clockstop.insight.validation_rates import UNFLAGGED
from clockstop.measures.catalogue import measure as measure_of
from clockstop.measures.measure import Measure
from clockstop.nhsuk.presenters import day, percent
from clockstop.nhsuk.templating import url
from clockstop.pages import exports
from clockstop.pages.context import Filters, crumbs_to, desk, filters_of, page
from clockstop.pages.range_band import large_band
from clockstop.pages.ranges import answered, between, bounds_sentence, chances, sentence, value
from clockstop.registers.validation.reading import outcomes
from clockstop.rules.quality import rules_of_dataset

PARTS = {
    "counted": "As counted, none removed",
    "validated": "With every outcome carried out that validators have given",
    "all_removed": "All doubtful rows removed",
}


def show_range(request: HttpRequest, measure: str) -> HttpResponse:
    """The range of a measure at a place; with `format`, every measure's range there and the rates behind them."""
    opened, filters, found = desk(), filters_of(request), measure_of(measure)
    if measure in listed_bounds.MEASURES:
        return _bounded_page(request, opened, filters, found)
    if measure not in STANDARDS:
        raise UnknownName(
            f"{found.title} has no range.",
            where="Ranges are of the RTT waiting list.",
            do=f"Choose one of: {', '.join(STANDARDS)}.",
        )
    answer = answered(request, opened, filters.where)
    if request.GET.get("format") in exports.FORMATS and answer is not None:
        return _export(request.GET["format"], opened, filters, answer)
    one = answer.of.get(measure) if answer else None
    return page(
        request,
        "pages/range.jinja",
        title=f"What can this figure become? {found.title}",
        crumbs=crumbs_to(
            ("Measures", url("list_measures", **filters.where)), (found.title, url("show_measure", measure, **filters.where))
        ),
        measure=found,
        path=url("show_range", measure),
        query=filters.where,
        place=_place(request, opened, filters),
        selects=_selects(request, opened, filters),
        kept={name: text for name, text in (("division", filters.division), ("site", filters.site)) if text},
        answer=answer,
        is_withheld=bool(answer and measure in answer.withheld),
        one=one,
        **(_of_one(request, opened, filters, found, one, answer) if one and answer else {}),
    )


def _bounded_page(request: HttpRequest, opened: Desk, filters: Filters, measure: Measure) -> HttpResponse:
    """The bounds of a list of which no samples are drawn, and the rules behind them."""
    found = listed_bounds.bounds(request.scope, opened, measure.slug, filters.where)
    dataset = listed_bounds.DOUBTS[measure.table].dataset
    titles = {rule.slug: rule.title for rule in rules_of_dataset(dataset)}
    one = found.range if found else None
    facts = [(title, value(measure, getattr(one, name))) for name, title in PARTS.items() if name != "validated"] if one else []
    if one and one.least is not None and one.greatest is not None:
        facts.append(("The least and the greatest, whichever are removed", between(measure, one.least, one.greatest)))
    sentence = bounds_sentence(measure, found) if found else ""
    return page(
        request, "pages/range_bounds.jinja", title=f"What can this figure become? {measure.title}",
        crumbs=crumbs_to(
            ("Measures", url("list_measures", **filters.where)), (measure.title, url("show_measure", measure.slug, **filters.where))
        ),
        path=url("show_range", measure.slug), place=_place(request, opened, filters), selects=_selects(request, opened, filters),
        kept={name: text for name, text in (("division", filters.division), ("site", filters.site)) if text},
        found=found, finding=sentence, band=large_band(one, sentence) if one else "", facts=facts,
        by_rule=[(titles.get(rule, rule), number) for rule, number in found.by_rule] if found else [],
    )  # fmt: skip


def _of_one(request: HttpRequest, opened: Desk, filters: Filters, measure: Measure, one: Range, answer: Ranges) -> dict:  # noqa: PLR0917
    facts = [(title, value(measure, getattr(one, name))) for name, title in PARTS.items()]
    if one.least is not None and one.greatest is not None:
        facts.append(("The least and the greatest, whichever are removed", between(measure, one.least, one.greatest)))
    if one.least_with_moves is not None and one.greatest_with_moves is not None and measure.slug != "rtt_incomplete":
        moves = between(measure, one.least_with_moves, one.greatest_with_moves)
        facts.append(("The same, where any start may be wrong too", moves))
    trusts = [trust for trust in organisation.tree(request.scope, opened) if filters.trust in ("", trust.code)]
    held = outcomes(sorted(opened.manifest.trusts))
    cleared = [trust for trust in trusts if request.scope.is_own(trust.code)]
    return {
        "finding": sentence(measure, one, answer.method),
        "interval": between(measure, one.low, one.high) if one.low is not None and one.high is not None else "",
        "chances": chances(answer.method),
        "band": large_band(one, sentence(measure, one, answer.method)),
        "facts": facts,
        "method": answer.method,
        "unsampled": [(flag_name(flag), number if len(cleared) == len(trusts) else 0) for flag, number in answer.method.unsampled],
        "rates": [(trust, [_rate(line) for line in rate_lines(request.scope, opened, held, trust.code)]) for trust in cleared],
        "may_see_rates": bool(cleared),
        "flag_name": flag_name,
    }


def flag_name(slug: str) -> str:
    """The flag in words."""
    return "Under no flag" if slug == UNFLAGGED else flag_of(slug).name


def _rate(line: RateLine) -> dict:
    return {
        "line": line,
        "name": flag_name(line.flag),
        "href": "" if line.flag == UNFLAGGED else url("show_flag", line.flag, trust=line.trust),
        "rate": f"{percent(line.rate.mean)}, {percent(line.low)} to {percent(line.high)}" if line.has_rate else "not known",
        "found_wrong": "none checked" if line.found_wrong is None else percent(line.found_wrong, 0),
    }


def _place(request: HttpRequest, opened: Desk, filters: Filters) -> str:
    names = {trust.code: trust.name for trust in organisation.tree(request.scope, opened)}
    service = organisation.service_name(filters.service) if filters.service else ""
    site = f"site {filters.site}" if filters.site else ""
    return ", ".join(part for part in (service, filters.division, site, names.get(filters.trust, "All our trusts")) if part)


def _selects(request: HttpRequest, opened: Desk, filters: Filters) -> list[dict]:
    trusts = organisation.tree(request.scope, opened)
    within = [trust for trust in trusts if filters.trust in ("", trust.code)]
    services = sorted({one.code: one.name for trust in within for one in trust.services}.items(), key=lambda pair: pair[1])
    options = [("", "All our trusts"), *((one.code, one.name) for one in trusts)]
    return [
        {"name": "trust", "label": "Organisation", "options": options, "value": filters.trust},
        {"name": "service", "label": "Service", "options": [("", "All services"), *services], "value": filters.service},
    ]


def _export(format_: str, opened: Desk, filters: Filters, answer: Ranges) -> HttpResponse:
    names = ("counted", "validated", "all_removed", "least", "greatest", "least_with_moves", "greatest_with_moves", "low", "middle",
             "high")  # fmt: skip
    where = [filters.where.get(name, "") for name in ("trust", "division", "service", "site")]
    rows = [(slug, *where, *(getattr(one, name) for name in names)) for slug, one in answer.of.items()]
    return exports.export(
        format_, name=f"ranges-{opened.as_of:%Y-%m-%d}", columns=("measure", "trust", "division", "service", "site", *names),
        rows=rows, notes=_notes(opened, answer),
    )  # fmt: skip


def _notes(opened: Desk, answer: Ranges) -> Sequence[str]:
    method = answer.method
    return [
        "The standards of the waiting list as ranges: what each becomes when the doubtful rows are resolved",
        f"Data to {day(opened.as_of)}, snapshot {opened.snapshot_id}; shares are 0 to 1",
        f"{method.clocks:,} clocks, {method.in_doubt:,} in doubt, {method.settled:,} settled, "
        f"{method.checked:,} checked in samples: {', '.join(method.samples) or 'none'}",
        f"low to high: {method.level:.0%}, {method.draws:,} draws, seed {method.seed}. The method: docs/standard-range.md",
        *(["Synthetic data: every trust, patient and figure is made up."] if opened.manifest.is_synthetic else []),
    ]
