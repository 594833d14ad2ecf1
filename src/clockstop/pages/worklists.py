"""Who breaches next with no next step? The RTT waiting list, filtered, sorted, paged, written on and taken away."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse

from clockstop.accounts import audit
from clockstop.accounts.roles import EXPORT_PATIENTS, WRITE_NOTES
from clockstop.accounts.scopes import may
from clockstop.answers import organisation, quality, worklists
from clockstop.answers.pathways import BOOKING_TITLES
from clockstop.answers.ptl_filters import CHANGES, NO_OWNER, SORTS, PtlFilters
from clockstop.contracts.codes import PRIORITY_TYPE
from clockstop.errors import NotAllowed
from clockstop.nhsuk.presenters import day, number
from clockstop.pages import exports, ptl_address, ptl_columns
from clockstop.pages.breach_bar import Scale
from clockstop.pages.context import crumbs_to, desk, page
from clockstop.pages.ptl_flags import flags_of
from clockstop.pages.timeline_words import SHORT_WORDS
from clockstop.registers.pathway_notes import reading
from clockstop.registers.saved_views.models import SavedView
from clockstop.rules.rtt_bands import STANDARD_WEEKS

TITLE = "Who breaches next with no next step?"
MOST_ROWS_TAKEN = 500_000


def list_pathways(request: HttpRequest) -> HttpResponse:
    """The list as the address asks for it; with `format`, the whole of it as CSV or XLSX. A bare address leads to the start."""
    if not request.scope.patient_trusts:
        return no_patients(request, "list_pathways")
    filters = ptl_address.filters_of(request.GET, request.scope)
    if filters.trust:
        request.scope.require_some_patients(filters.trust)
    if not request.GET:
        return redirect(_href(filters))
    opened = desk()
    notes = reading.notes_for(request.scope)
    if request.GET.get("format") in exports.FORMATS:
        return _export(request, opened, notes, filters)
    shown = worklists.ptl(request.scope, opened, notes, filters)
    audit.record(
        request, action=audit.VIEWED, what="list_pathways", trust=filters.trust, rows=len(shown.rows), detail=_in_words(filters),
        shown=audit.patients_of(shown.rows),
    )  # fmt: skip
    return page(request, "pages/ptl.jinja", title=TITLE, crumbs=crumbs_to(), **_context(request, opened, filters, shown))


def no_patients(request: HttpRequest, what: str, *, noun: str = "patient") -> HttpResponse:
    """What a role without patients sees instead of a list of them, or of sessions with few people each; the refusal is recorded."""
    audit.record(request, action=audit.REFUSED, what=what)
    measures = url_or_nothing("list_measures")
    return page(
        request,
        "pages/no_patients.jinja",
        title=f"This page lists single {noun}s",
        noun=noun,
        status=403,
        hide_as_of=True,
        measures_href=measures,
    )


def url_or_nothing(name: str) -> str:
    """The address of a view; empty where the site has none of that name."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@dataclass(frozen=True)
class Group:
    """Rows under one heading: those with no next step come before everything else."""

    heading: str
    rows: Sequence[worklists.PtlRow]


def _context(request: HttpRequest, opened, filters: PtlFilters, shown: worklists.PtlPage) -> dict:
    flagged = quality.flags_of(request.scope, opened, [(row.trust, row.patient_pathway_identifier) for row in shown.rows])
    return {
        "filters": filters,
        "here": _href(filters),
        "shown": shown,
        "groups": _groups(filters, shown),
        "weeks": _weeks(filters),
        "days_left": lambda row: _weeks(filters) * 7 - row.days_waited,
        "breach_on": lambda row: row.start_date + timedelta(weeks=_weeks(filters)),
        "bars": Scale.of([_weeks(filters) * 7 - row.days_waited for row in shown.rows]),
        "changes": worklists.changes(request.scope, opened, _where(filters)),
        "trusts": [trust for trust in organisation.tree(request.scope, opened) if trust.may_see_patients],
        "consultants": worklists.consultants(request.scope, opened, _where(filters)),
        "owners": reading.owners(request.scope),
        "division_name": organisation.division_name,
        "choices": ptl_address.choices(),
        "windows": _windows(filters),
        "window": ptl_address.window_of(filters),
        "has_folded": any(getattr(filters, name) not in ("", None) for name in ptl_address.FOLDED),
        "sort_href": lambda column: (
            f"{reverse('list_pathways')}?{urlencode(ptl_address.address_query(ptl_address.sorted_by(filters, column)))}"
        ),
        "list_href": lambda changed: f"{reverse('list_pathways')}?{urlencode(ptl_address.address_query(changed))}",
        "CHANGES": CHANGES,
        "SORTS": SORTS,
        "event_words": _event_words,
        "flags_of": lambda row: flags_of(row, flagged),
        "PRIORITY": PRIORITY_TYPE,
        "NO_OWNER": NO_OWNER,
        "may_write": any(may(request.user, WRITE_NOTES, trust) for trust in request.scope.patient_trusts),
        "may_export": _may_export(request, filters),
        "views": SavedView.objects.visible_to(request.user, request.scope).select_related("user"),
        "names": _service_names(request, opened),
    }


def _weeks(filters: PtlFilters) -> int:
    """The threshold that the columns of the breach speak of."""
    return filters.breach_of or STANDARD_WEEKS


def _href(filters: PtlFilters) -> str:
    return f"{reverse('list_pathways')}?{urlencode(ptl_address.address_query(filters))}"


def _event_words(event_type: str | None) -> str:
    """The event in a few words, as the timeline's drawing has it."""
    words, _ = SHORT_WORDS.get(event_type or "", (BOOKING_TITLES.get(event_type or "", event_type or ""), 0))
    return words


def _where(filters: PtlFilters) -> dict[str, str]:
    parts = {"trust": filters.trust, "division": filters.division, "service": filters.service, "site": filters.site}
    return {name: value for name, value in parts.items() if value}


def _windows(filters: PtlFilters) -> list[tuple[str, str]]:
    chosen = ptl_address.window_of(filters)
    offered = list(ptl_address.WINDOWS.items())
    if chosen in ptl_address.WINDOWS:
        return offered
    return [*offered, (chosen, f"Days {filters.breach_from or 'any'} to {filters.breach_to or 'any'}")]


def _groups(filters: PtlFilters, shown: worklists.PtlPage) -> list[Group]:
    """The page's rows by how their next step stands; under no heading where they are sorted another way."""
    if filters.sort != "days_to_breach" or filters.direction != "up":
        return [Group("", shown.rows)] if shown.rows else []
    without = [row for row in shown.rows if row.is_without_next_step]
    overdue = [row for row in shown.rows if row.is_next_step_overdue]
    others = [row for row in shown.rows if not row.is_without_next_step and not row.is_next_step_overdue]
    groups = [
        (f"No next step: {number(shown.without_next_step)}", without),
        (f"Next step overdue: {number(shown.next_step_overdue)}", overdue),
        (f"With a next step: {number(shown.total - shown.without_next_step - shown.next_step_overdue)}", others),
    ]
    return [Group(f"{heading}, {len(rows)} on this page", rows) for heading, rows in groups if rows]


def _service_names(request: HttpRequest, opened) -> dict[str, str]:
    return {service.code: service.name for trust in organisation.tree(request.scope, opened) for service in trust.services}


def _may_export(request: HttpRequest, filters: PtlFilters) -> bool:
    trusts = [filters.trust] if filters.trust else request.scope.patient_trusts
    return all(may(request.user, EXPORT_PATIENTS, trust) for trust in trusts)


def _export(request: HttpRequest, opened, notes, filters: PtlFilters) -> HttpResponse:
    """The whole list as filtered and sorted. The record of the export is written before the first row leaves."""
    if not _may_export(request, filters):
        raise NotAllowed(
            "You may not take lists of patients out of Clockstop.", do="Ask the person who manages accounts in the trust."
        )
    rows = worklists.ptl_rows(request.scope, opened, notes, filters)
    audit.record(
        request, action=audit.EXPORTED, what="list_pathways", trust=filters.trust, rows=len(rows), detail=_in_words(filters),
        shown=audit.patients_of(rows),
    )  # fmt: skip
    about = [
        "RTT waiting list",
        f"Data to {day(opened.as_of)}, snapshot {opened.snapshot_id}",
        f"Filters: {_in_words(filters) or 'none'}",
        f"Taken by {request.user.get_username()}",
        *(["Synthetic data: every trust, patient and figure is made up."] if opened.manifest.is_synthetic else []),
    ]
    name = f"rtt-waiting-list-{opened.as_of:%Y-%m-%d}"
    names = _service_names(request, opened)
    return exports.export(request.GET["format"], name=name, columns=ptl_columns.HEADINGS, rows=_cells(rows, names), notes=about)


def _cells(rows: Sequence[worklists.PtlRow], names: dict[str, str]) -> Iterator[tuple]:
    return (ptl_columns.cells(row, names) for row in rows)


def _in_words(filters: PtlFilters) -> str:
    """The filters as the access record keeps them; words that somebody typed are left out, they may name a patient."""
    said = {name: value for name, value in filters.to_query().items() if name not in ("search", "text", "page", "page_size")}
    return ", ".join(f"{name}={value}" for name, value in said.items())
