"""Where do we stand in England? A trust beside England, its region and its peers, from the published figures."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from clockstop.answers import organisation, published
from clockstop.answers.published import ATTRIBUTION, LICENCE, Comparison, Standing
from clockstop.measures.catalogue import measures
from clockstop.nhsuk.presenters import number, percent
from clockstop.pages import exports
from clockstop.pages.benchmark_strip import BLUE, DARK_BLUE, Mark, strip
from clockstop.pages.context import Filters, crumbs_to, desk, filters_of, page
from clockstop.pages.selects import select
from clockstop.reports.benchmark_words import ordinal

TITLE = "Where do we stand in England?"
SORTS = {"place": "Place", "name": "Name", "value": "Figure", "waiting": "Waiting", "region": "Region"}
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


def show_comparison(request: HttpRequest) -> HttpResponse:
    """The strip, what it says in a sentence, and its table; with `format`, the table as CSV or XLSX."""
    opened, filters = desk(), filters_of(request)
    peers = [code.strip().upper() for code in request.GET.get("peers", "").split(",") if code.strip()]
    compared = published.comparison(
        request.scope,
        opened,
        measure=request.GET.get("measure") or published.COMPARED[0],
        trust=filters.trust,
        service=filters.service,
        month=request.GET.get("month") or None,
        peers=peers or None,
    )
    if request.GET.get("format") in exports.FORMATS:
        return _export(request.GET["format"], compared)
    return page(request, "pages/comparison.jinja", title=TITLE, crumbs=crumbs_to(), **_context(request, filters, compared))


def _context(request: HttpRequest, filters: Filters, compared: Comparison) -> dict:
    query = _query(filters, compared, request.GET.get("peers", ""))
    sort = request.GET.get("sort") if request.GET.get("sort") in SORTS else "place"
    direction = "down" if request.GET.get("direction") == "down" else "up"
    rows = sorted_rows(compared, sort, direction)
    return {
        "compared": compared,
        "path": reverse("show_comparison"),
        "query": query,
        "selects": _selects(request, filters, compared),
        "kept": {"peers": request.GET["peers"]} if request.GET.get("peers") else {},
        "month_name": month_name(compared.month),
        "own_months": own_months(compared),
        "finding": finding(compared),
        "drawing": drawing(compared),
        "beside": [(name, words(compared, value)) for name, value in _beside(compared)],
        "trust_rows": [one for one in rows if one.is_trust or one.is_own],
        "other_rows": [one for one in rows if not (one.is_trust or one.is_own)],
        "sort": sort,
        "direction": direction,
        "sorts": SORTS,
        "words": lambda value: words(compared, value),
        "month_name_of": month_name,
        "source": source_words(compared),
        "attribution": ATTRIBUTION,
        "licence": LICENCE,
    }


def _query(filters: Filters, compared: Comparison, peers: str) -> dict[str, str]:
    said = {
        "trust": filters.trust,
        "service": filters.service,
        "measure": compared.measure.slug,
        "month": compared.month,
        "peers": peers,
    }
    return {name: value for name, value in said.items() if value}


def _selects(request: HttpRequest, filters: Filters, compared: Comparison) -> list[dict]:
    trusts = organisation.tree(request.scope, desk())
    services = {service.code: service.name for trust in trusts for service in trust.services}
    catalogue = measures()
    return [
        select("trust", "Organisation", [("", "All our trusts"), *((trust.code, trust.name) for trust in trusts)], filters.trust),
        select("service", "Service", [("", "All services"), *sorted(services.items(), key=lambda pair: pair[1])], filters.service),
        select("month", "Period", [(month, month_name(month)) for month in compared.months], compared.month),
        select("measure", "Measure", [(slug, catalogue[slug].title) for slug in published.COMPARED], compared.measure.slug),
    ]


def month_name(month: str) -> str:
    """January 2026 for 2026-01; empty for an empty month."""
    return f"{_MONTHS[int(month[5:]) - 1]} {month[:4]}" if month else ""


def own_months(compared: Comparison) -> str:
    """The months of our own figures, each with its trusts where they differ."""
    trusts: dict[str, list[str]] = {}
    for one in compared.ours:
        if one.is_own and one.month:
            trusts.setdefault(one.month, []).append(one.name)
    if len(trusts) == 1:
        return month_name(next(iter(trusts)))
    return ", ".join(f"{month_name(month)} ({' and '.join(names)})" for month, names in sorted(trusts.items()))


def words(compared: Comparison, value: float | None) -> str:
    """The measure's value as people say it: per cent, or weeks."""
    if compared.measure.kind == "share":
        return percent(value)
    return f"{number(value, 1)} weeks" if value is not None else number(None)


def standing_words(compared: Comparison, one: Standing) -> str:
    """A trust's figure and place: 62.0%, 65th of 141."""
    place = f", {ordinal(one.rank)} of {len(compared.trusts)}" if one.rank else ""
    return f"{words(compared, one.value)}{place}"


def finding(compared: Comparison) -> str:
    """What the strip shows, in a sentence or two."""
    said = [f"{one.name} {standing_words(compared, one)}" for one in compared.ours if one.value is not None]
    england = f"England {words(compared, compared.england.value)}" if compared.england else ""
    return ". ".join(part for part in [*said, england] if part) + "."


def drawing(compared: Comparison) -> str:
    """The strip with England, the standard and our trusts named; the first of ours is the bold one."""
    ours = [one for one in compared.ours if one.value is not None]
    marks = [_own_mark(compared, one, is_first=place == 0) for place, one in enumerate(ours)]
    if compared.england and compared.england.value is not None:
        marks.append(Mark(value=compared.england.value, text=f"England {words(compared, compared.england.value)}", is_dashed=True))
    if compared.standard is not None:
        marks.append(Mark(value=compared.standard, text=f"Standard {words(compared, compared.standard)}", colour=DARK_BLUE))
    values = [one.value for one in compared.trusts if one.value is not None]
    half = (compared.quartiles[0], compared.quartiles[2]) if compared.quartiles else None
    heading = f"{compared.measure.title}, {month_name(compared.month)}, {len(values)} NHS trusts. {finding(compared)}"
    return strip(values, marks, middle_half=half, label=heading, words=lambda value: _axis_words(compared, value))


def _own_mark(compared: Comparison, one: Standing, *, is_first: bool) -> Mark:
    """A trust of ours; the first is bold and says of how many."""
    place = f", {ordinal(one.rank)}" if one.rank else ""
    said = standing_words(compared, one) if is_first else f"{words(compared, one.value)}{place}"
    text = f"{one.name} {said}{' (synthetic)' if one.is_synthetic else ''}"
    return Mark(value=one.value, text=text, colour=BLUE, width=4, is_bold=True) if is_first else Mark(value=one.value, text=text)


def _axis_words(compared: Comparison, value: float) -> str:
    return percent(value, 0) if compared.measure.kind == "share" else number(value, 0)


def _beside(compared: Comparison) -> list[tuple[str, float | None]]:
    found: list[tuple[str, float | None]] = [("England", compared.england.value if compared.england else None)]
    if compared.region:
        found.append((compared.region.name, compared.region.value))
    if compared.peers:
        found.append(("Chosen peers" if compared.peers_are_chosen else "Peers, nearest in size", compared.peers_value))
    if compared.standard is not None:
        found.append(("National standard", compared.standard))
    return found


def sorted_rows(compared: Comparison, sort: str, direction: str) -> list[Standing]:
    """Every provider and our own trusts, by one column; those without a figure last."""
    ours = [one for one in compared.ours if one.is_own]
    keys = {
        "place": lambda one: (one.rank is None, one.rank or 0, one.name),
        "name": lambda one: one.name.lower(),
        "value": lambda one: one.value,
        "waiting": lambda one: one.waiting or 0,
        "region": lambda one: (one.region_name, one.name),
    }
    rows = [*ours, *compared.providers]
    known, unknown = [one for one in rows if one.value is not None], [one for one in rows if one.value is None]
    return [*sorted(known, key=keys[sort], reverse=direction == "down"), *unknown]


def source_words(compared: Comparison) -> str:
    """Where the figures come from."""
    source = compared.source
    if source.revision is None:
        return f"NHS England, RTT full extract, {month_name(compared.month)}, from the table that ships with Clockstop."
    revised = ", revised" if source.is_revised else ""
    return f"NHS England, {source.title}, {month_name(compared.month)}: {source.file_name}, revision {source.revision}{revised}."


def _export(format_: str, compared: Comparison) -> HttpResponse:
    columns = ["code", "name", "kind", "region", "month", compared.measure.slug, "waiting", "place", "quartile", "is_synthetic"]
    rows = (
        [
            one.code, one.name, "own figure" if one.is_own else "NHS trust" if one.is_trust else "other provider", one.region_name,
            one.month, one.value, one.waiting, one.rank, one.quartile, one.is_synthetic,
        ]
        for one in sorted_rows(compared, "place", "up")
    )  # fmt: skip
    notes = [compared.measure.title, month_name(compared.month), source_words(compared), ATTRIBUTION]
    return exports.export(format_, name=f"comparison-{compared.month}", columns=columns, rows=rows, notes=notes)
