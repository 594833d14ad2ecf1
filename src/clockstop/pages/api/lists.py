"""The lists that people work through, row by row, for those who may take patients' lists away; each call is recorded."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from clockstop.accounts import audit
from clockstop.accounts.roles import EXPORT_PATIENTS
from clockstop.accounts.scopes import may
from clockstop.answers import list_query, organisation, worklists
from clockstop.answers.desk import Desk
from clockstop.answers.list_filters import ListFilters
from clockstop.answers.lists import lists, worklist_of
from clockstop.answers.ptl_filters import SORTS, PtlFilters
from clockstop.answers.worklist import Worklist
from clockstop.errors import NotAllowed, UnknownName, UserError
from clockstop.pages import list_cells, ptl_columns
from clockstop.pages.api.paging import Asked, Page, page_of, paged
from clockstop.pages.api.problems import PROBLEMS, called
from clockstop.pages.context import desk
from clockstop.pages.worklists import TITLE as PTL_TITLE
from clockstop.registers.pathway_notes import reading

router = Router(tags=["Lists"])
PTL = "ptl"
# What names a row for the reader, not a filter to be kept in an access record.
_UNSAID = ("search", "text", "page", "page_size")
_PAGED = frozenset(("page", "page_size", "format"))
_ROWS = {
    "x-who": "export_patients and see_patients, of a list of patients recorded as an export; another list see_patients",
    "x-own-filters": True,
}


class Listed(Schema):
    """A list, and what narrows it."""

    slug: str
    name: str
    title: str = Field(description="The question that it answers.")
    family: str
    noun: str = Field(description="What one row is.")
    table: str = Field(description="The fact that its rows are of; see the data dictionary.")
    has_patients: bool
    filters: list[str] = Field(description="The parameters that narrow it.")
    sorts: list[str] = Field(description="What `sort` may name; `direction` is up or down.")


@router.get("/lists", response={200: Page[Listed], **PROBLEMS}, openapi_extra={"x-who": "whoever calls"})
def list_lists(request: HttpRequest, asked: Query[Asked]) -> Any:
    """Every list with its filters."""
    found = [_listed_ptl(), *(_listed(one) for one in lists().values())]
    return paged(request, desk(), asked, found, name="lists", columns=Listed.model_fields)


@router.get("/lists/ptl", response={200: Page[dict[str, Any]], **PROBLEMS}, openapi_extra=_ROWS)
def list_ptl_rows(request: HttpRequest, asked: Query[Asked], trust: str = "") -> Any:
    """The RTT waiting list, with the filters that `/lists` names; CSV has the columns of the page's own export."""
    filters = PtlFilters.from_query(request.GET)
    _check(request, _ptl_names(), filters.to_query(), SORTS)
    _require(request, filters.trust, has_patients=True)
    opened = desk()
    notes = reading.notes_for(request.scope)
    filters = replace(filters, page=asked.page, page_size=asked.size)
    if asked.is_whole:
        rows = worklists.ptl_rows(request.scope, opened, notes, filters)
        total = len(rows)
    else:
        shown = worklists.ptl(request.scope, opened, notes, filters)
        rows, total = list(shown.rows), shown.total
    _record(request, PTL, filters.trust, filters.to_query(), rows)
    names = _service_names(request, opened)
    items = [asdict(row) | {"service_name": names.get(row.service or "", row.service)} for row in rows]
    by_item = {id(item): row for item, row in zip(items, rows, strict=True)}
    return page_of(
        request, opened, asked, items, total=total, name="rtt-waiting-list", columns=ptl_columns.HEADINGS,
        cells=lambda item: ptl_columns.cells(by_item[id(item)], names),
    )  # fmt: skip


@router.get("/lists/{slug}", response={200: Page[dict[str, Any]], **PROBLEMS}, openapi_extra=_ROWS)
def list_rows(request: HttpRequest, slug: str, asked: Query[Asked], trust: str = "") -> Any:
    """The rows of a list, with the filters that `/lists` names; CSV has the columns of the page's own export."""
    listed, opened = worklist_of(slug), desk()
    filters = ListFilters.from_query(listed, request.GET)
    _check(request, _names(listed), filters.to_query(), listed.sorts)
    _require(request, filters.trust, has_patients=listed.has_patients)
    if not list_query.is_kept(opened, listed):
        raise UnknownName(f"Nothing of the list {listed.name} is loaded.", where=f"Snapshot {opened.snapshot_id}.", do="Ask later.")
    rows, total = _rows_of(request, opened, listed, filters.but(page=asked.page, page_size=asked.size), asked)
    if listed.has_patients:
        _record(request, slug, filters.trust, filters.to_query(), rows)
    names = _service_names(request, opened)
    items = [_item(row, names) for row in rows]
    by_item = {id(item): row for item, row in zip(items, rows, strict=True)}
    return page_of(
        request, opened, asked, items, total=total, name=slug.replace("_", "-"), columns=list_cells.headings(listed),
        cells=lambda item: list_cells.cells(listed, by_item[id(item)], names),
    )  # fmt: skip


def _rows_of(
    request: HttpRequest, opened: Desk, listed: Worklist, filters: ListFilters, asked: Asked
) -> tuple[list[list_query.ListRow], int]:
    notes = reading.notes_for(request.scope)
    if asked.is_whole:
        rows = list(list_query.worklist_rows(request.scope, opened, notes, listed, filters.but()))
        return rows, len(rows)
    shown = list_query.worklist(request.scope, opened, notes, listed, filters)
    return list(shown.rows), shown.total


def _item(row: list_query.ListRow, names: Mapping[str, str]) -> dict[str, Any]:
    """A row's values by name, the list's own columns beside the rest."""
    plain = {name: value for name, value in vars(row).items() if name != "values"}
    return plain | {"service_name": names.get(row.service or "", row.service)} | row.values


def _require(request: HttpRequest, trust: str, *, has_patients: bool) -> None:
    """Raise unless the caller may read the rows, and of patients may take them away in every trust that is asked for."""
    scope = request.scope
    if trust:
        scope.require_some_patients(trust)
    if not scope.patient_trusts:
        token = getattr(request, "api_token", None)
        why = (
            "The token was made without patients." if token and not token.may_see_patients else "Your role sees no single patients."
        )
        raise NotAllowed("You may not read single rows.", where=why, do="Ask for measures instead, or use a token that may.")
    asked = [trust] if trust else scope.patient_trusts
    if has_patients and not all(may(request.user, EXPORT_PATIENTS, one) for one in asked):
        raise NotAllowed(
            "You may not take lists of patients out of Clockstop.", do="Ask the person who manages accounts in the trust."
        )


def _record(request: HttpRequest, slug: str, trust: str, said: Mapping[str, str], rows: Collection[Any]) -> None:
    """Write who took what, by which token, before the first row leaves; words that may name a patient are left out."""
    token = getattr(request, "api_token", None)
    named = f"token {token.hint}" if token else "session"
    filters = ", ".join(f"{name}={value}" for name, value in said.items() if name not in _UNSAID)
    audit.record(
        request, action=audit.EXPORTED, what=called(request), trust=trust, rows=len(rows),
        detail=f"{named}: {slug} {filters}".strip(), shown=audit.patients_of(rows),
    )  # fmt: skip


def _check(request: HttpRequest, known: frozenset[str], read: Mapping[str, str], sorts: Collection[str]) -> None:
    """Raise for a filter that the list does not have, or cannot read: it would otherwise give rows that nobody asked for."""
    said = {name: value.strip() for name, value in request.GET.items() if name not in _PAGED}
    odd = sorted(said.keys() - known)
    if odd:
        raise UserError(
            f"This list has no filter {odd[0][:40]}.", where=f"Its filters are: {', '.join(sorted(known))}.", do="Use one of these."
        )
    if said.get("sort", "") not in ("", *sorts):
        raise UserError("The list cannot be sorted so.", where=f"It can be sorted by: {', '.join(sorts)}.", do="Use one of these.")
    unread = sorted(name for name, value in said.items() if value and name not in read and name not in ("sort", "direction"))
    if unread:
        raise UserError(f"The filter {unread[0]} cannot be read.", where=unread[0], do="Give it as the page of the list does.")


def _names(listed: Worklist) -> frozenset[str]:
    own = [f"{one.column}_{end}" for one in listed.filters if one.kind == "range" for end in ("from", "to")]
    own += [one.column for one in listed.filters if one.kind != "range"]
    notes = ("owner", "has_next_step", "text") if listed.has_notes else ()
    return frozenset(("trust", "division", "service", "site", "group", "search", "measure", "sort", "direction", *notes, *own))


def _ptl_names() -> frozenset[str]:
    return frozenset(PtlFilters.__dataclass_fields__) - _PAGED


def _listed(one: Worklist) -> dict[str, Any]:
    plain = ("slug", "name", "title", "family", "noun", "table", "has_patients")
    return {name: getattr(one, name) for name in plain} | {"filters": sorted(_names(one)), "sorts": list(one.sorts)}


def _listed_ptl() -> dict[str, Any]:
    return {
        "slug": PTL,
        "name": "RTT waiting list",
        "title": PTL_TITLE,
        "family": "rtt",
        "noun": "pathway",
        "table": "rtt_waits",
        "has_patients": True,
        "filters": sorted(_ptl_names()),
        "sorts": list(SORTS),
    }


def _service_names(request: HttpRequest, opened: Desk) -> dict[str, str]:
    return {service.code: service.name for trust in organisation.tree(request.scope, opened) for service in trust.services}
