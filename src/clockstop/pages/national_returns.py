"""The national returns: which are due, made and closed, and one of them with its rows, its checks and what was published."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clockstop.accounts import audit
from clockstop.accounts.roles import EXPORT_PATIENTS, SEE_MEASURES
from clockstop.accounts.scopes import may
from clockstop.answers.desk import Desk
from clockstop.answers.national_reconciliation import FigureBeside, Reconciled, reconciliation
from clockstop.answers.national_return import MadeReturn, made_return, number_behind, records_behind
from clockstop.answers.weekly_list import SLUG as WEEKLY
from clockstop.answers.weekly_list import STEPS as WEEK_STEPS
from clockstop.answers.weekly_list import week_beside
from clockstop.errors import NotAllowed, UnknownName
from clockstop.nhsuk import presenters
from clockstop.nhsuk.templating import url
from clockstop.pages import exports, small_numbers
from clockstop.pages.context import crumbs_to, desk, page
from clockstop.pages.national_return_drawings import flow_chart, flow_of_all, reasons_chart, shares_of_reasons, short
from clockstop.reports.national_closing import FigureSince, ReturnAsSent, return_as_sent
from clockstop.reports.national_return_files import content_of, file_name
from clockstop.rules.national_return import Cell, NationalReturn, ReturnColumn, ReturnRow, ReturnSheet, cell_cut
from clockstop.rules.national_return_checks import is_number
from clockstop.rules.national_returns import national_return
from clockstop.rules.return_period import periods_back

PERIODS_OFFERED = {"week": 12, "month": 18, "quarter": 8}
MOST_RECORDS, MOST_ROWS, MOST_DIFFERENCES, MOST_CHANGES = 500, 60, 120, 100
# A table of more columns than a screen is wide says so, and its first column stays.
MOST_COLUMNS = 12
# A sheet of one row and more figures than these is read downwards.
FIGURES_ACROSS = 8
# Who is not cleared for the trust's patients sees so many figures of the whole, small ones withheld.
HEADLINES = 3
_TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def show_national_return(request: HttpRequest, slug: str) -> HttpResponse:
    """A return of a trust and period; with `format`, the file itself. Figures by row are for those cleared for the trust."""
    opened, declared = desk(), national_return(slug)
    trust = trust_asked(request, opened)
    periods = [
        one.name for one in periods_back(declared.period, opened.as_of, PERIODS_OFFERED[declared.period], as_of=opened.as_of)
    ]
    period = request.GET.get("month") or periods[min(1, len(periods) - 1)]
    answer = return_as_sent(request.scope, opened, slug, trust, period)
    if request.GET.get("format") in exports.FORMATS:
        return _export(request, answer)
    if declared.is_of_records:
        shown = _patients_of(declared, trust, answer.rows[:MOST_ROWS])
        audit.record(
            request, action=audit.VIEWED, what="show_national_return", trust=trust, rows=len(shown), detail=f"{slug} {period}",
            shown=shown,
        )  # fmt: skip
    return page(
        request,
        "pages/national_return.jinja",
        title=f"Is the {declared.name} return right?",
        crumbs=crumbs_to(("Returns", url("list_returns", trust=trust))),
        trust_options=[(code, opened.manifest.trusts[code].name) for code in trusts_of(request, opened)],
        period_options=[(one, _period_words(declared, one)) for one in periods],
        week=week_beside(request.scope, opened, trust, period) if slug == WEEKLY else None,
        week_steps=WEEK_STEPS,
        **_shown(request, answer),
        **_beside(request, opened, answer.today, is_own=request.scope.has_every_patient(trust)),
    )


def _shown(request: HttpRequest, answer: ReturnAsSent) -> dict[str, Any]:
    """A return as its page shows it: a sheet, the checks, the flow and what has changed; figures by row for those cleared."""
    made, declared = answer.today, answer.today.declared
    is_own = request.scope.has_every_patient(made.trust)
    sheet, whole = _sheet_asked(request, declared), flow_of_all(made.flows)
    return {
        "answer": answer,
        "made": made,
        "declared": declared,
        "sheet": sheet,
        # What follows names our rule book, which no reader of the page has.
        "layout": declared.source.partition(";")[0],
        "MOST_COLUMNS": MOST_COLUMNS,
        "is_own": is_own,
        "may_export": is_own and may(request.user, EXPORT_PATIENTS, made.trust),
        "path": url("show_national_return", declared.slug),
        "query": {"trust": made.trust, "month": made.period.name, "sheet": sheet.name},
        "sheet_options": [(one.name, one.name) for one in declared.sheets],
        "due": declared.due(made.period),
        "closed_on": date.fromisoformat(answer.kept.closed_at[:10]) if answer.kept else None,
        "answered": _answered(answer),
        "headlines": _headlines(answer),
        "table_of": _table(answer, sheet, made.trust) if is_own else None,
        "flow": flow_chart(declared, whole) if whole and is_own else None,
        "whole": whole,
        "changes": [_change(one) for one in answer.changed[:MOST_CHANGES]] if is_own else [],
    }


def show_dm01_return(request: HttpRequest, trust: str) -> HttpResponse:
    """The address that the DM01 return had; it leads to where the return stands now."""
    return redirect(
        url("show_national_return", "dm01", trust=trust, **({"month": request.GET["month"]} if "month" in request.GET else {}))
    )


def list_return_records(request: HttpRequest, slug: str) -> HttpResponse:
    """The records that a figure of a return counts; with `format`, all of them as CSV or XLSX."""
    opened, declared = desk(), national_return(slug)
    trust = trust_asked(request, opened)
    made = made_return(request.scope, opened, slug, trust, request.GET.get("month", ""))
    key, cut = request.GET.get("key", ""), request.GET.get("cut", "").replace("\0", "")[:200]
    if key not in declared.keys:
        raise UnknownName(f"The {declared.name} return has no figure {key[:40]}.", do="Open the figure from the return's page.")
    request.scope.require_patients(trust)
    is_export = request.GET.get("format") in exports.FORMATS
    if is_export:
        _require(request, EXPORT_PATIENTS, trust, "its patients outside Clockstop")
    rows = records_behind(request.scope, opened, made, key=key, cut=cut, most=None if is_export else MOST_RECORDS).to_pylist()
    said = f"{slug} {made.period.name} {key} {cut}".strip()
    audit.record(request, action=audit.EXPORTED if is_export else audit.VIEWED, what="list_return_records", trust=trust,
                 rows=len(rows), detail=said, shown=audit.patients_of(rows, trust))  # fmt: skip
    if is_export:
        return _export_records(request, opened, made, key=key, cut=cut, rows=rows)
    return page(
        request,
        "pages/return_records.jinja",
        title="Who is behind this figure of the return?",
        **_records_shown(made, key=key, cut=cut, rows=rows),
        number=number_behind(opened, made, key=key, cut=cut),
        may_export=may(request.user, EXPORT_PATIENTS, trust),
    )


def _records_shown(made: MadeReturn, *, key: str, cut: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The records behind a figure as their page shows them, and the way back to the return."""
    declared, query = made.declared, {"trust": made.trust, "month": made.period.name}
    return {
        "crumbs": crumbs_to(
            ("Returns", url("list_returns", trust=made.trust)),
            (f"{declared.name} return", url("show_national_return", declared.slug, **query)),
        ),
        "made": made,
        "declared": declared,
        "key_title": declared.keys[key],
        "cut": cut,
        "adds": sum(float(row["adds"]) for row in rows),
        "records": [_record(declared, row) for row in rows],
        "heads": [one.heading for one in declared.shows],
        "path": url("list_return_records", declared.slug),
        "query": {**query, "key": key, "cut": cut},
    }


def _export_records(
    request: HttpRequest, opened: Desk, made: MadeReturn, *, key: str, cut: str, rows: list[dict[str, Any]]
) -> HttpResponse:
    """The records behind a figure as a file."""
    declared = made.declared
    columns = ("record", "patient_pathway_identifier", *(one.column for one in declared.shows), "adds")
    name = f"{declared.slug}-{key}-{made.trust}-{made.period.name}".replace("_", "-")
    about = [f"{declared.name} return, {made.period.title}: {declared.keys[key]} {cut}", f"Snapshot {opened.snapshot_id}"]
    lines = ([row[name] for name in columns] for row in rows)
    return exports.export(request.GET["format"], name=name, columns=columns, rows=lines, notes=about)


def trusts_of(request: HttpRequest, opened: Desk) -> list[str]:
    """The trusts whose returns the reader may see, by code."""
    return sorted(code for code in request.scope.trusts if code in opened.manifest.trusts and may(request.user, SEE_MEASURES, code))


def trust_asked(request: HttpRequest, opened: Desk) -> str:
    """The trust of the address, else the first of the reader's: one's own before others'."""
    known = trusts_of(request, opened)
    own = [code for code in known if request.scope.has_every_patient(code)]
    trust = request.GET.get("trust", "") or next(iter([*own, *known]), "")
    _require(request, SEE_MEASURES, trust, "its figures")
    return trust


def _record(declared: NationalReturn, row: dict[str, Any]) -> dict[str, Any]:
    """A record as its line shows it."""
    cells = []
    for one in declared.shows:
        value = row[one.column]
        known = one.titles.get(value, value) if isinstance(value, str) else value
        cells.append("" if known is None else presenters.day(known) if isinstance(known, date) else known)
    return {"record": row["record"], "pathway": row["patient_pathway_identifier"], "cells": cells, "adds": row["adds"]}


def _period_words(declared: NationalReturn, name: str) -> str:
    last = date.fromisoformat(name if declared.period == "week" else f"{name}-01")
    if declared.period == "week":
        return f"Week to {presenters.day(last)}"
    return f"Quarter to {presenters.month(last)}" if declared.period == "quarter" else presenters.month(last)


def _sheet_asked(request: HttpRequest, declared: NationalReturn) -> ReturnSheet:
    wanted = request.GET.get("sheet", "")
    return next((one for one in declared.sheets if one.name == wanted), declared.main)


def _answered(answer: ReturnAsSent) -> str:
    """What the page's question comes to: whether it would be sent back, and what is to be explained."""
    failing = [one for one in answer.today.checks if not one.is_passed]
    errors = sum(one.check.kind == "error" for one in failing)
    if not failing:
        return f"All {len(answer.today.checks)} checks pass."
    said = [f"It would be sent back: {presenters.count(errors, 'check fails', 'checks fail')}."] if errors else []
    if len(failing) > errors:
        said.append(f"{presenters.count(len(failing) - errors, 'unusual figure', 'unusual figures')} to be explained.")
    return " ".join(said)


def _headlines(answer: ReturnAsSent) -> list[tuple[str, str]]:
    """The first counts of the whole for everybody, small ones withheld."""
    sheet = answer.today.declared.main
    whole = next((row for row in answer.rows if row.sheet == sheet.name and not row.cut), None)
    if whole is None or answer.today.declared.is_of_records:
        return []
    chosen = [(column, cell) for column, cell in zip(sheet.columns, whole.cells, strict=True) if column.kind in ("count", "half")]
    return [(column.heading, small_numbers.said(cell or 0, is_own=False)) for column, cell in chosen[:HEADLINES]]  # type: ignore[arg-type]


def _table(answer: ReturnAsSent, sheet: ReturnSheet, trust: str) -> dict[str, Any]:
    """The sheet as a table: what a row is of, then its figures, each opening its records where it counts any."""
    made = answer.today
    rows = [row for row in answer.rows if row.sheet == sheet.name]
    if made.declared.is_of_records:
        heads = [column.name for column in sheet.columns]
        return {"heads": heads, "rows": [[_said(column, cell) for column, cell in zip(sheet.columns, row.cells, strict=True)]
                                         for row in rows[:MOST_ROWS]], "of": len(rows)}  # fmt: skip
    figures = [(place, column) for place, column in enumerate(sheet.columns) if column.is_figure]
    if len(rows) == 1 and len(figures) > FIGURES_ACROSS:
        only = rows[0]
        down = [[column.name, _linked(made, only, column, only.cells[place], trust)] for place, column in figures]
        return {"heads": ["Figure", only.title or only.cut or "The trust"], "rows": down, "of": len(down)}
    lines = [
        [row.title or row.cut or "The trust", *(_linked(made, row, column, row.cells[place], trust) for place, column in figures)]
        for row in rows
    ]
    return {"heads": [sheet.row.capitalize(), *(column.name for _place, column in figures)], "rows": lines, "of": len(rows)}


def _linked(made: MadeReturn, row: ReturnRow, column: ReturnColumn, cell: Cell, trust: str) -> dict[str, str]:
    """A figure in words, and where its records are; a share has none of its own."""
    said = _said(column, cell)
    if column.kind == "share" or not cell or column.key not in made.declared.keys:
        return {"said": said, "href": ""}
    asked = {"trust": trust, "month": made.period.name, "key": column.key, "cut": cell_cut(row, column)}
    return {"said": said, "href": url("list_return_records", made.declared.slug, **asked)}


def _said(column: ReturnColumn, cell: Cell) -> str:
    if cell is None:
        return "-"
    if not is_number(cell):
        return presenters.day(cell) if isinstance(cell, date) else str(cell)
    if column.kind == "share":
        return f"{cell:.1%}"
    is_whole = column.kind == "count" or (column.kind == "half" and float(cell).is_integer())  # type: ignore[arg-type]
    return presenters.number(cell) if is_whole else f"{cell:,.1f}"


def _beside(request: HttpRequest, opened: Desk, made: MadeReturn, *, is_own: bool) -> dict[str, Any]:
    """What was published beside ours, and what explains the differences; for those cleared only."""
    if not is_own:
        return {"beside": None, "differences": [], "reasons_drawn": None, "told": []}
    try:
        found = reconciliation(request.scope, opened, made.declared.slug, made.trust, made.period.name)
    except UnknownName:
        return {"beside": None, "differences": [], "reasons_drawn": None, "told": []}
    shares = shares_of_reasons(found)
    return {
        "beside": found,
        "differences": [_difference(one) for one in found.differing[:MOST_DIFFERENCES]],
        "reasons_drawn": reasons_chart(shares) if shares else None,
        "told": _told(found),
        "short": short,
    }


def _difference(one: FigureBeside) -> dict[str, Any]:
    """A figure that differs, in words."""
    places = 0 if float(one.ours).is_integer() and float(one.published or 0).is_integer() else 2
    return {
        "figure": f"{one.row}: {one.column}",
        "ours": presenters.number(one.ours, places),
        "published": presenters.number(one.published, places),
        "difference": presenters.signed(one.difference, places),
        "reasons": [
            (short(slug), presenters.signed(amount, places)) for slug, amount in one.reasons.items() if round(amount, places)
        ],
        "left": presenters.signed(one.unexplained, places),
        "place": one.place,
    }


def _change(one: FigureSince) -> dict[str, str]:
    """A figure that is another today, in words."""
    then, now = (presenters.number(cell or 0, 0 if float(cell or 0).is_integer() else 3) for cell in (one.then, one.now))  # type: ignore[arg-type]
    return {"figure": f"{one.sheet}, {one.row}: {one.column}", "then": then, "now": now}


def _told(found: Reconciled) -> list[dict[str, Any]]:
    """Each reason that fits, with the rows in which it does."""
    return [
        {
            "reason": reason,
            "rows": [
                f"{one.cut} ({'exactly' if one.is_exact else f'{one.share:.0%} of its records'})"
                for one in found.told if one.reason == slug
            ],
        }
        for slug, reason in found.reasons.items()
        if any(one.reason == slug for one in found.told)
    ]  # fmt: skip


def _patients_of(declared: NationalReturn, trust: str, rows: Sequence[ReturnRow]) -> list[tuple[str, str]]:
    """Whose pathways the rows of a return are whose rows are records."""
    places = {
        sheet.name: next((place for place, one in enumerate(sheet.columns) if one.fill == "patient_pathway_identifier"), None)
        for sheet in declared.sheets
    }
    return [(trust, str(row.cells[places[row.sheet]])) for row in rows if places[row.sheet] is not None]


def _export(request: HttpRequest, answer: ReturnAsSent) -> HttpResponse:
    """The return as a file: its counts are small, so it is for those cleared."""
    made = answer.today
    if not request.scope.has_every_patient(made.trust):
        raise NotAllowed("You may not take the return away.", where=f"Trust {made.trust}.", do="Ask the trust's information team.")
    _require(request, EXPORT_PATIENTS, made.trust, "its return outside Clockstop")
    form, sheet = request.GET["format"], _sheet_asked(request, made.declared)
    name = file_name(made.declared, made.trust, made.period, form)
    shown = _patients_of(made.declared, made.trust, answer.rows) if made.declared.is_of_records else []
    audit.record(
        request, action=audit.EXPORTED, what="show_national_return", trust=made.trust, rows=len(answer.rows), detail=name,
        shown=shown,
    )  # fmt: skip
    response = HttpResponse(content_of(made, rows=answer.rows, form=form, sheet=sheet.name), content_type=_TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _require(request: HttpRequest, permission: str, trust: str, what: str) -> None:
    if not trust or not may(request.user, permission, trust):
        raise NotAllowed(
            f"You may not see {what}.", where=f"Trust {trust}.", do="Ask the person who manages accounts in that trust."
        )
