"""Which rows are behind this figure? Those of a period, with what each adds to it."""

from datetime import date

from django.http import HttpRequest, HttpResponse

from clockstop.accounts import audit
from clockstop.accounts.roles import EXPORT_PATIENTS
from clockstop.accounts.scopes import may
from clockstop.answers import organisation
from clockstop.answers.desk import Desk
from clockstop.answers.measure_rows import RowsAsked, every_row, measure_rows, period_end_of, tells_of_patients
from clockstop.answers.worklist import ListColumn
from clockstop.errors import NotAllowed
from clockstop.measures.catalogue import measure as measure_of
from clockstop.measures.dimensions import DIMENSIONS
from clockstop.measures.measure import Measure
from clockstop.nhsuk.presenters import day, month
from clockstop.nhsuk.templating import url
from clockstop.pages import exports, list_cells, worklists
from clockstop.pages.context import PERIODS, crumbs_to, desk, page

KINDS = (*PERIODS, "now")


def list_measure_rows(request: HttpRequest, measure: str) -> HttpResponse:
    """The rows that a measure counts in a period, of the trusts whose patients one may see; with `format`, all as CSV or XLSX."""
    found, opened = measure_of(measure), desk()
    of_patients = tells_of_patients(opened, found)
    if not request.scope.patient_trusts:
        return worklists.no_patients(request, "list_measure_rows", noun="patient" if of_patients else "row")
    asked = asked_for(request, opened)
    trust = dict(asked.where).get("trust", "")
    if trust:
        request.scope.require_some_patients(trust)
    if request.GET.get("format") in exports.FORMATS:
        return _export(request, opened, found, asked, of_patients=of_patients)
    shown = measure_rows(request.scope, opened, found, asked)
    if of_patients:
        audit.record(
            request, action=audit.VIEWED, what="list_measure_rows", trust=trust, rows=len(shown.rows), detail=_said(found, asked),
            shown=audit.patients_of(shown.rows),
        )  # fmt: skip
    query = query_of(asked)
    return page(
        request,
        "pages/measure_rows.jinja",
        title="Which rows are behind this figure?",
        crumbs=crumbs_to(
            ("Measures", url("list_measures")), (found.title, url("show_measure", found.slug, **filters_of(request, asked)))
        ),
        measure=found,
        shown=shown,
        when=said_when(asked),
        place=place_of(request, opened, asked),
        columns=list_cells.columns_of(shown.shown, _services(request, opened), opened.as_of),
        path=url("list_measure_rows", found.slug),
        query=query,
        sides=[
            (words, url("list_measure_rows", found.slug, **{**query, "side": side}), side == asked.side)
            for side, words in (("denominator", "All that were counted"), ("numerator", "Those that the figure is of"))
        ],
        may_export=_may_export(request, trust, of_patients=of_patients),
        lineage_href=url("show_number_lineage", found.slug, **query_of(asked)),
    )


def asked_for(request: HttpRequest, opened: Desk) -> RowsAsked:
    """What the address asks for; a period that cannot be read is the one that holds the as-of day."""
    kind = request.GET.get("period", "month")
    kind = kind if kind in KINDS else "month"
    try:
        end = period_end_of(kind, date.fromisoformat(request.GET.get("period_end", "")))
    except (ValueError, OverflowError):
        end = period_end_of(kind, opened.as_of)
    where = {name: request.GET.get(name, "").strip().replace("\0", "")[:200] for name in DIMENSIONS}
    number = request.GET.get("page", "")
    return RowsAsked(
        period_kind=kind,
        period_end=end,
        where=tuple((name, value) for name, value in where.items() if value),
        side="numerator" if request.GET.get("side") == "numerator" else "denominator",
        page=max(1, int(number)) if number.isdecimal() and len(number) < 7 else 1,
    )


def query_of(asked: RowsAsked) -> dict[str, str]:
    """The address of the same question."""
    return {**dict(asked.where), "period": asked.period_kind, "period_end": asked.period_end.isoformat(), "side": asked.side}


def filters_of(request: HttpRequest, asked: RowsAsked) -> dict[str, str]:
    """The part of the address that the measure's own page understands."""
    kept = {name: value for name, value in asked.where if name in ("trust", "division", "service", "site")}
    return kept | ({"period": asked.period_kind} if asked.period_kind in PERIODS else {})


def said_when(asked: RowsAsked) -> str:
    """The period in words."""
    if asked.period_kind == "month":
        return month(asked.period_end)
    return f"the week to {day(asked.period_end)}" if asked.period_kind == "week" else day(asked.period_end)


def place_of(request: HttpRequest, opened: Desk, asked: RowsAsked) -> str:
    """The place in words."""
    trusts = {trust.code: trust.name for trust in organisation.tree(request.scope, opened)}
    services = _services(request, opened)
    words = {"trust": trusts, "service": services}
    parts = [words.get(name, {}).get(value) or DIMENSIONS[name].title_of(value) for name, value in asked.where]
    return ", ".join(parts) or "all the trusts that you may see"


def _services(request: HttpRequest, opened: Desk) -> dict[str, str]:
    return {service.code: service.name for trust in organisation.tree(request.scope, opened) for service in trust.services}


def _may_export(request: HttpRequest, trust: str, *, of_patients: bool) -> bool:
    trusts = [trust] if trust else request.scope.patient_trusts
    return not of_patients or all(may(request.user, EXPORT_PATIENTS, one) for one in trusts)


def _export(request: HttpRequest, opened: Desk, measure: Measure, asked: RowsAsked, *, of_patients: bool) -> HttpResponse:
    """Every row with every column. The record of the export is written before the first row leaves."""
    trust = dict(asked.where).get("trust", "")
    if not _may_export(request, trust, of_patients=of_patients):
        raise NotAllowed(
            "You may not take lists of patients out of Clockstop.", do="Ask the person who manages accounts in the trust."
        )
    columns, rows = every_row(request.scope, opened, measure, asked)
    if of_patients:
        said = _said(measure, asked)
        audit.record(
            request, action=audit.EXPORTED, what="list_measure_rows", trust=trust, rows=len(rows), detail=said,
            shown=audit.patients_of(rows),
        )  # fmt: skip
    about = [measure.title, f"{said_when(asked)}, {place_of(request, opened, asked)}, {asked.side}", measure.definition]
    about += [f"Data to {day(opened.as_of)}, snapshot {opened.snapshot_id}", f"Taken by {request.user.get_username()}"]
    about += ["Synthetic data: every trust, patient and figure is made up."] if opened.manifest.is_synthetic else []
    return exports.export(
        request.GET["format"],
        name=f"{measure.slug.replace('_', '-')}-{asked.period_end.isoformat()}",
        columns=["Trust", *(heading for column in columns for heading in list_cells.own_headings(column))],
        rows=(_cells(row, columns, _services(request, opened)) for row in rows),
        notes=about,
    )


def _cells(row, columns: tuple[ListColumn, ...], services: dict[str, str]) -> tuple:
    return (row.trust, *(cell for column in columns for cell in list_cells.own_cells(column, row.values[column.name], services)))


def _said(measure: Measure, asked: RowsAsked) -> str:
    where = ", ".join(f"{name}={value}" for name, value in asked.where)
    return f"{measure.slug} {asked.side}, {asked.period_kind} to {asked.period_end.isoformat()}{', ' if where else ''}{where}"
