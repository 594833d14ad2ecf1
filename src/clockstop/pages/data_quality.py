"""Which data can be relied on? Every dataset by kind of rule, one dataset's rules, and what leads to RTT's own flags."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse

from clockstop.answers import data_quality as quality
from clockstop.answers import now, organisation
from clockstop.answers.data_quality import Count, DatasetLine, Overview, RuleLine
from clockstop.answers.desk import Desk
from clockstop.contracts import contracts
from clockstop.measures.catalogue import measures
from clockstop.nhsuk.presenters import day, percent
from clockstop.nhsuk.sparklines import sparkline
from clockstop.nhsuk.templating import url
from clockstop.pages import exports
from clockstop.pages.ages import in_words
from clockstop.pages.context import Filters, crumbs_to, desk, filters_of, page
from clockstop.pages.heat_map import Cell, Column, HeatMap, Row
from clockstop.rules.quality import KINDS, RTT_DATASETS, Kind

TITLE = "Which data can be relied on?"
# From which share of failing records a cell is darker: one in two hundred, fifty, twenty and ten.
BOUNDS = (0.005, 0.02, 0.05, 0.1)
# Five kinds of each of more trusts than these stand too close to be read: then one column a trust.
MOST_TRUSTS_BY_KIND = 2
SHORT: dict[Kind, str] = {
    "completeness": "Complete", "validity": "Valid", "timeliness": "Timely", "uniqueness": "Unique", "consistency": "Consistent",
}  # fmt: skip
HEADINGS = (
    "Dataset", "Rule", "Kind", "Name", "Judged", "Fails", "Share", "Of those at the door", "Change of share", "Why not judged",
    "Who usually mends it", "Definition", "What to do",
)  # fmt: skip


def list_data_quality(request: HttpRequest) -> HttpResponse:
    """Every dataset as a heat map, trust by trust; with `format`, every rule with its counts as CSV or XLSX."""
    opened, filters = desk(), filters_of(request)
    if request.GET.get("format") in exports.FORMATS:
        lines = [line for dataset in contracts() for line in quality.rule_lines(request.scope, opened, dataset, filters.trust)]
        return _export(request, opened, "data-quality", lines)
    found = quality.overview(request.scope, opened, filters.trust)
    return page(
        request,
        "pages/data_quality.jinja",
        title=TITLE,
        crumbs=crumbs_to(),
        filters=filters,
        found=found,
        map=_heat_map(found, filters) if found.lines else None,
        lines=[_line(line, filters) for line in found.lines],
        path=url("list_data_quality"),
        selects=[_trust_select(request, opened, filters.trust)],
        place=_place(request, opened, filters.trust),
        kinds=KINDS,
        late=now.behind(request.scope, opened, _every_table(), trust=filters.trust),
        late_said=lambda one: in_words(one, opened),
    )


@cache
def _every_table() -> tuple[str, ...]:
    """The tables that measures count: of what they are made of it is said where it comes late."""
    return tuple(sorted({one.table for one in measures().values()}))


def show_quality_dataset(request: HttpRequest, dataset: str) -> HttpResponse:
    """One dataset's rules, those that fail most often first; with `format`, as CSV or XLSX."""
    opened, filters = desk(), filters_of(request)
    lines = quality.rule_lines(request.scope, opened, dataset, filters.trust)
    if request.GET.get("format") in exports.FORMATS:
        return _export(request, opened, f"data-quality-{dataset}", lines)
    kind = request.GET.get("kind", "")
    shown = [line for line in lines if kind in ("", line.rule.kind)]
    title = contracts()[dataset].title
    return page(
        request,
        "pages/data_quality_dataset.jinja",
        title=f"Which rules do {title[0].lower()}{title[1:]} fail?" if not title.isupper() else title,
        crumbs=crumbs_to(("Data quality", url("list_data_quality", **filters.where))),
        dataset=dataset,
        dataset_title=title,
        filters=filters,
        judged=[line for line in shown if line.is_judged],
        not_judged=[line for line in shown if not line.is_judged],
        path=url("show_quality_dataset", dataset),
        query=filters.query | ({"kind": kind} if kind else {}),
        selects=[_trust_select(request, opened, filters.trust), _kind_select(kind)],
        place=_place(request, opened, filters.trust),
        kinds=KINDS,
        count_said=count_said,
        share_said=share_said,
        spark=rule_spark,
        rule_href=lambda line: url("show_quality_rule", line.rule.name, **filters.where),
        is_of_rtt=dataset in RTT_DATASETS,
    )


def count_said(count: Count) -> str:
    """How many fail, in words."""
    return "withheld" if count.is_hidden else f"{count.failed:,}"


def share_said(count: Count) -> str:
    """The share that fails, in words; nothing where none was judged."""
    if count.is_hidden:
        return "withheld"
    share = count.share
    if share is None:
        return ""
    return "under 0.1%" if 0 < share < 0.001 else percent(share)


def rule_spark(line: RuleLine) -> Any:
    """The share that fails month by month as a small line."""
    shares = [count.share for _, count in line.months]
    known = [share for share in shares if share is not None]
    if len(known) < 2:
        return ""
    return sparkline(shares, label=f"{line.rule.title}: {percent(known[0])} to {percent(known[-1])} of the records of a month")


def _heat_map(found: Overview, filters: Filters) -> HeatMap:
    by_kind = len(found.trusts) <= MOST_TRUSTS_BY_KIND
    columns = [
        Column(words, group=name if len(found.trusts) > 1 else "", aloud=f"{kind}, {name}")
        for _, name in found.trusts
        for kind, words in SHORT.items()
    ]
    if not by_kind:
        columns = [Column(name, aloud=f"{name}, any kind") for _, name in found.trusts]
    rows = tuple(
        Row(line.title, tuple(_cells(line, found, by_kind)), url("show_quality_dataset", line.dataset, **filters.where))
        for line in found.lines
    )
    caption = "The largest share of current records that fails a rule, by dataset" + (" and kind of rule" if by_kind else "")
    return HeatMap(caption=caption, columns=tuple(columns), rows=rows, bounds=BOUNDS, say=percent)


def _cells(line: DatasetLine, found: Overview, by_kind: bool):
    for trust, _ in found.trusts:
        kinds = list(KINDS)
        for wanted in [[kind] for kind in kinds] if by_kind else [kinds]:
            known = [line.worst[trust, kind] for kind in wanted if (trust, kind) in line.worst]
            yield _cell(known, trust)


def _cell(known: Sequence[tuple[str, Count]], trust: str) -> Cell:
    """The worst of these rules; hidden where any of them is, since the worst may be that one."""
    if not known:
        return Cell(None, "not judged")
    if any(count.is_hidden for _, count in known):
        return Cell(None, "withheld")
    rule, count = max(known, key=lambda one: (one[1].share or 0.0, one[0]))
    return Cell(count.share, href=url("show_quality_rule", rule, trust=trust) if count.failed else "")


def _line(line: DatasetLine, filters: Filters) -> dict:
    shares = [share for _, share in line.trend]
    known = [share for share in shares if share is not None]
    label = f"{line.title}: {percent(known[0])} to {percent(known[-1])} of all judgements of a month" if len(known) > 1 else ""
    return {
        "title": line.title,
        "href": url("show_quality_dataset", line.dataset, **filters.where),
        "open_now": "withheld" if line.open_now is None else f"{line.open_now:,}",
        "spark": sparkline(shares, label=label) if label else "",
    }


def _trust_select(request: HttpRequest, opened: Desk, trust: str) -> dict:
    trusts = organisation.tree(request.scope, opened)
    options = [("", "All our trusts"), *((one.code, one.name) for one in trusts)]
    return {"name": "trust", "label": "Organisation", "options": options, "value": trust}


def _kind_select(kind: str) -> dict:
    options = [("", "All kinds"), *((one, one.capitalize()) for one in KINDS)]
    return {"name": "kind", "label": "Kind of rule", "options": options, "value": kind}


def _place(request: HttpRequest, opened: Desk, trust: str) -> str:
    names = {one.code: one.name for one in organisation.tree(request.scope, opened)}
    return names.get(trust, trust) or "All our trusts"


def _export(request: HttpRequest, opened: Desk, name: str, lines: Sequence[RuleLine]) -> HttpResponse:
    rows = (
        (
            line.rule.dataset, line.rule.name, line.rule.kind, line.rule.title,
            "withheld" if line.current.is_hidden else line.current.judged, "withheld" if line.current.is_hidden else
            line.current.failed, line.current.share, None if line.current.is_hidden else line.current.at_door, line.change,
            "; ".join(line.not_judged), line.rule.who_mends, line.rule.definition, line.rule.what_to_do,
        )
        for line in lines
    )  # fmt: skip
    synthetic = ["Synthetic data: every trust, patient and figure is made up."] if opened.manifest.is_synthetic else []
    about = [
        "Data-quality rules: records of this month and the last, those ahead, and those without a day",
        f"Data to {day(opened.as_of)}, snapshot {opened.snapshot_id}",
        f"Taken by {request.user.get_username()}",
        *synthetic,
    ]
    return exports.export(request.GET["format"], name=f"{name}-{opened.as_of:%Y-%m-%d}", columns=HEADINGS, rows=rows, notes=about)
