"""Where does this number come from, and in which numbers is this row?"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html

from clockstop.accounts import audit
from clockstop.accounts.roles import SEE_LOADS
from clockstop.accounts.scopes import may
from clockstop.answers.lineage import DatasetBehind, latest_period, number_lineage
from clockstop.answers.lineage_of_rows import NumberIn, row_lineage
from clockstop.answers.measure_rows import RowsAsked
from clockstop.contracts import contracts
from clockstop.intake.one_row import as_text
from clockstop.measures.catalogue import families, family_title
from clockstop.measures.catalogue import measure as measure_of
from clockstop.nhsuk.presenters import count, day, month, number
from clockstop.nhsuk.templating import url
from clockstop.pages.context import crumbs_to, desk, page
from clockstop.pages.measure_rows import asked_for, filters_of, place_of, query_of, said_when
from clockstop.pages.measure_words import said

HASH_SHOWN = 16
# A row that is in so few numbers is shown with them all.
FEW_NUMBERS = 12
BY = {"record": "its own record", "pathway": "its pathway", "total": "a total that counts it"}


@dataclass(frozen=True)
class NumbersOfFamily:
    """The numbers of one family of care that a row is in: its measures by month and on the day of the list, and those by week."""

    title: str
    said: str
    lines: list[tuple]
    weeks: list[tuple]


def show_number_lineage(request: HttpRequest, measure: str) -> HttpResponse:
    """What a figure was made of: definition, rows, tables and files of the snapshot, and the loads with their hashes."""
    found, opened = measure_of(measure), desk()
    asked = asked_for(request, opened)
    if not request.GET.get("period_end"):
        kind = "now" if found.is_current_only else asked.period_kind
        asked = RowsAsked(kind, latest_period(request.scope, opened, measure, kind, dict(asked.where)), asked.where)
    lineage = number_lineage(request.scope, opened, measure, asked)
    rows = url("list_measure_rows", measure, **query_of(asked))
    back = url("show_measure", measure, **filters_of(request, asked))
    return page(
        request,
        "pages/lineage_number.jinja",
        title="Where does this number come from?",
        crumbs=crumbs_to(("Measures", url("list_measures")), (found.title, back)),
        lineage=lineage,
        measure=found,
        manifest=opened.manifest,
        other_snapshot=_other_snapshot(request, opened.snapshot_id),
        figure=said(found, lineage.point),
        when=said_when(asked),
        place=place_of(request, opened, asked),
        rows_href=rows if request.scope.patient_trusts and found.kind != "quantile" else "",
        files=[
            (file.table, file.path, number(file.rows), file.sha256[:HASH_SHOWN]) for table in lineage.tables for file in table.files
        ],
        datasets=[(each, _loads(request, each)) for each in lineage.datasets],
    )


def _other_snapshot(request: HttpRequest, now: str) -> str:
    """The snapshot that a pack was made of, where it is not the one that the site shows now: its figure may have been revised."""
    asked = request.GET.get("snapshot", "")
    return asked if asked and asked != now and re.fullmatch(r"[0-9.-]{1,40}", asked) else ""


def show_row_lineage(request: HttpRequest, trust: str, dataset: str, load: str, row: int) -> HttpResponse:
    """What became of one row of a load, and every number of the snapshot that it is in."""
    request.scope.require_patients(trust)
    lineage = row_lineage(request.scope, desk(), trust, dataset=dataset, load_id=load, source_row=row)
    pathway = lineage.row.values.get("patient_pathway_identifier") or ""
    audit.record(
        request, action=audit.VIEWED, what="show_row_lineage", trust=trust, patient_pathway_identifier=pathway, rows=1,
        detail=f"{dataset} {load} {row}",
    )  # fmt: skip
    receipt, winner = lineage.row.receipt, lineage.row.winner
    load_href = url("show_load", trust, dataset, receipt.load_id) if may(request.user, SEE_LOADS, trust) else ""
    return page(
        request,
        "pages/lineage_row.jinja",
        title="In which numbers is this row?",
        crumbs=crumbs_to(*([("Loads", url("list_loads"))] if load_href else ())),
        lineage=lineage,
        receipt=receipt,
        dataset_title=contracts()[dataset].title,
        load_href=load_href,
        winner_href=url("show_row_lineage", trust, dataset, winner[0], winner[1]) if winner else "",
        values=[(name, as_text(value)) for name, value in lineage.row.values.items() if value is not None],
        families=by_family(lineage.numbers, trust),
        is_short=len(lineage.numbers) <= FEW_NUMBERS,
        months=len({(each.period_kind, each.period_end) for each in lineage.numbers}),
        measures=len({each.measure.slug for each in lineage.numbers}),
    )


def _loads(request: HttpRequest, dataset: DatasetBehind) -> list[tuple]:
    """The loads whose receipts the reader may see."""
    return [
        (
            format_html('<a href="{}">{}</a>', url("show_load", one.trust, one.dataset, one.load_id), one.load_id),
            one.trust, one.file_name, number(one.rows_read), number(one.rows_kept), number(one.rows_set_aside),
            one.file_sha256[:HASH_SHOWN], "withdrawn" if one.is_withdrawn else "",
        )
        for one in dataset.loads
        if may(request.user, SEE_LOADS, one.trust)
    ]  # fmt: skip


def by_family(numbers: Sequence[NumberIn], trust: str) -> list[NumbersOfFamily]:
    """The numbers family by family, in the order of the catalogue, so that a page of hundreds can be folded."""
    found = []
    for family, measures in families().items():
        slugs = {one.slug for one in measures}
        own = [each for each in numbers if each.measure.slug in slugs]
        if own:
            weeks = [_number(each, trust) for each in own if each.period_kind == "week"]
            lines = [_number(each, trust) for each in own if each.period_kind != "week"]
            said = f"{count(len({each.measure.slug for each in own}), 'measure')}, {count(len(own), 'number')}"
            found.append(NumbersOfFamily(family_title(family), said, lines, weeks))
    return found


def _number(each: NumberIn, trust: str) -> tuple:
    kind, end = each.period_kind, each.period_end
    href = url("show_number_lineage", each.measure.slug, trust=trust, period=kind, period_end=end.isoformat())
    when = {"month": month(end), "week": f"week to {day(end)}", "now": f"today's list, {day(end)}"}[kind]
    return (
        format_html('<a href="{}">{}</a>', href, each.measure.title), when, number(each.numerator, 2).removesuffix(".00"),
        number(each.denominator, 2).removesuffix(".00"), BY[each.by],
    )  # fmt: skip
