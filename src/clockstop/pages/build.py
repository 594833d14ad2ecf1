"""Measures on demand: an analyst counts any fact by its own columns, sees how, keeps the address and shares it."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from clockstop.answers import cuts, organisation
from clockstop.answers.cuts import MOST_ROWS, MOST_SECONDS, CutResult
from clockstop.answers.desk import Desk
from clockstop.errors import UserError
from clockstop.measures.cut import EVERY, KINDS, OPERATORS, ColumnKind, Condition, Cut
from clockstop.nhsuk.presenters import day
from clockstop.pages import cut_words, exports
from clockstop.pages.context import crumbs_to, desk, page
from clockstop.registers.saved_views.models import SavedView
from clockstop.reports.dictionary import dictionary

TITLE = "What do you want to count?"
START = "rtt_waits"
# Empty lines of conditions that stand ready, and rows that the page shows.
READY, MOST_SHOWN = 2, 500
_LABEL = 70


@dataclass(frozen=True)
class Line:
    """A condition as the form shows it, with the operators of its column and the codes that may be typed."""

    condition: Condition
    operators: dict[str, str]
    codes: dict[str, str]


def build_measure(request: HttpRequest) -> HttpResponse:
    """The form with what the address asks for, and what it comes to; with `format`, its rows as CSV or XLSX."""
    opened = desk()
    known = cuts.tables(opened)
    if not known:
        return page(request, "pages/build.jinja", title=TITLE, crumbs=_crumbs(), tables={}, cut=None)
    error: UserError | None = None
    result: CutResult | None = None
    try:
        cut = cut_words.cut_of(request.GET)
        cut = cut if cut.table else _start(opened, known)
        cuts.columns(opened, cut.table)
        result = cuts.cut_result(request.scope, opened, cut) if _is_asked(request) else None
    except UserError as raised:
        error, cut = raised, _read(request, opened, known)
    if result is not None and request.GET.get("format") in exports.FORMATS:
        return _export(request, opened, known, result)
    context = _form(opened, known, cut) | _answer(request, known, cut, result)
    return page(request, "pages/build.jinja", title=TITLE, crumbs=_crumbs(), error=error, status=400 if error else 200, **context)


def _crumbs():
    return crumbs_to(("Measures", reverse("list_measures")))


def _is_asked(request: HttpRequest) -> bool:
    """Whether the address asks for figures: a fact that was only chosen shows its columns first."""
    return "kind" in request.GET


def _start(opened: Desk, known: dict[str, str]) -> Cut:
    return Cut(table=START if START in known else next(iter(known)))


def _read(request: HttpRequest, opened: Desk, known: dict[str, str]) -> Cut:
    """What of the address can stand in the form although it cannot be answered."""
    query = request.GET.copy()
    for name in ("first", "last"):
        query.pop(name, None)
    cut = cut_words.cut_of(query)
    return cut if cut.table in known else _start(opened, known)


def _form(opened: Desk, known: dict[str, str], cut: Cut) -> dict:
    kinds = cuts.columns(opened, cut.table)
    labels = _labels(cut.table, kinds)
    codes = cut_words.codes_of(cut.table)
    families = {kind: {name: label for name, label in labels.items() if kinds[name] == kind} for kind in OPERATORS}
    return {
        "tables": known,
        "cut": cut,
        "kinds": KINDS,
        "every": EVERY,
        "labels": labels,
        "families": families,
        "operators": OPERATORS,
        "splits": {name: label for name, label in labels.items() if kinds[name] in ("text", "truth")},
        "of": [_line(one, kinds, codes) for one in (*cut.of, *([Condition(column="", operator="is")] * READY))],
        "those": [_line(one, kinds, codes) for one in (*cut.those, *([Condition(column="", operator="is")] * READY))],
        "first": cut.first or (opened.as_of - timedelta(days=365)),
        "last": cut.last or opened.as_of,
        "dictionary_href": _dictionary_href(cut.table),
    }


def _line(one: Condition, kinds: dict[str, ColumnKind], codes: dict) -> Line:
    if one.column not in kinds:
        return Line(one, {name: words for own in OPERATORS.values() for name, words in own.items()}, {})
    return Line(one, OPERATORS[kinds[one.column]], dict(codes.get(one.column, {})))


def _answer(request: HttpRequest, known: dict[str, str], cut: Cut, result: CutResult | None) -> dict:
    said = cut_words.said(cut, known[cut.table])
    here = f"{reverse('build_measure')}?{urlencode(cut_words.query_of(cut))}"
    return {
        "result": result,
        "said": said,
        "here": here,
        "headings": cut_words.headings(cut),
        "rows": [cut_words.words(cut, row) for row in result.rows[:MOST_SHOWN]] if result else [],
        "number": len(result.rows) if result else 0,
        "most_shown": MOST_SHOWN,
        "most_rows": MOST_ROWS,
        "most_seconds": MOST_SECONDS,
        "texts": len(cut.by) + (1 if cut.every else 0),
        "chart": cut_words.drawn(result, said) if result else None,
        "export_href": lambda format_: f"{here}&format={format_}",
        "views": [
            one
            for one in SavedView.objects.visible_to(request.user, request.scope).select_related("user")
            if one.address.startswith(reverse("build_measure"))
        ],
        "trusts": organisation.tree(request.scope, desk()),
    }


def _labels(table: str, kinds: dict[str, ColumnKind]) -> dict[str, str]:
    """The columns with what they mean."""
    name = f"{table} (fact)" if f"{table} (fact)" in dictionary() else table
    meanings = {entry.column: entry.meaning for entry in dictionary()[name].entries} if name in dictionary() else {}
    return {column: f"{column.replace('_', ' ')}: {meanings.get(column, '')}"[:_LABEL].rstrip(": ") for column in sorted(kinds)}


def _dictionary_href(table: str) -> str:
    name = f"{table}-fact" if f"{table} (fact)" in dictionary() else table
    return reverse("show_dictionary_table", args=[name])


def _export(request: HttpRequest, opened: Desk, known: dict[str, str], result: CutResult) -> HttpResponse:
    about = [
        cut_words.said(result.cut, known[result.cut.table]),
        "Made on demand: not a national measure.",
        f"Data to {day(opened.as_of)}, snapshot {opened.snapshot_id}",
        f"Taken by {request.user.get_username()}",
        *(["Figures of trusts that are not your own are rounded, small ones withheld."] if result.is_rounded else []),
        *(["Synthetic data: every trust, patient and figure is made up."] if opened.manifest.is_synthetic else []),
        result.sql,
    ]
    return exports.export(
        request.GET["format"],
        name=f"cut-of-{result.cut.table.replace('_', '-')}-{opened.as_of:%Y-%m-%d}",
        columns=cut_words.headings(result.cut),
        rows=(cut_words.cells(result.cut, row) for row in result.rows),
        notes=about,
    )
