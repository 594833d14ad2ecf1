"""The worklists that are declared in answers/lists, on one page each, and the index of them all."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from clockstop.accounts import audit
from clockstop.accounts.roles import EXPORT_PATIENTS, WRITE_NOTES
from clockstop.accounts.scopes import may
from clockstop.answers import list_query, organisation
from clockstop.answers.desk import Desk
from clockstop.answers.list_filters import ListFilters
from clockstop.answers.lists import lists, made_of, worklist_of
from clockstop.answers.ptl_filters import NO_OWNER, PAGE_SIZES, STEPS
from clockstop.answers.worklist import ListFilter, Worklist
from clockstop.errors import NotAllowed
from clockstop.measures.catalogue import families, family_title
from clockstop.measures.catalogue import measure as measure_of
from clockstop.nhsuk.presenters import number
from clockstop.pages import exports, list_cells, now, worklists
from clockstop.pages.breach_bar import Scale
from clockstop.pages.context import crumbs_to, desk, page
from clockstop.registers.pathway_notes import reading
from clockstop.registers.saved_views.models import SavedView

INDEX_TITLE = "Which lists are there to work through?"
# A wait far beyond its limit is drawn to the edge: else it would press all others together.
FURTHEST_BACK = 91
YES_OR_NO = (("", "Either"), ("yes", "Yes"), ("no", "No"))


@dataclass(frozen=True)
class Line:
    """A list in the index: its question, its name, and how many rows it has for the reader, in words."""

    title: str
    name: str
    href: str
    said: str


@dataclass(frozen=True)
class Family:
    """The lists of one family of care."""

    slug: str
    title: str
    lists: tuple[Line, ...]


@dataclass(frozen=True)
class Field:
    """A filter as the form shows it: a select with its options, or a field to type in."""

    name: str
    label: str
    value: str
    options: tuple[tuple[str, str], ...] = ()
    type: str = "text"
    is_folded: bool = False


def list_worklists(request: HttpRequest) -> HttpResponse:
    """Every list, those of a family of care together."""
    opened = desk()
    lines: dict[str, list[Line]] = {"rtt": [_line_of_rtt(request, opened)]}
    for one in lists().values():
        lines.setdefault(one.family, []).append(_line(request, opened, one))
    order = dict.fromkeys([*families(), *lines])
    found = [Family(slug, family_title(slug), tuple(lines[slug])) for slug in order if slug in lines]
    return page(request, "pages/list_index.jinja", title=INDEX_TITLE, crumbs=crumbs_to(), families=found)


def show_worklist(request: HttpRequest, slug: str) -> HttpResponse:
    """One list as the address asks for it; with `format`, the whole of it as CSV or XLSX."""
    listed, opened = worklist_of(slug), desk()
    if not request.scope.patient_trusts:
        return worklists.no_patients(request, "show_worklist", noun="patient" if listed.has_patients else listed.noun)
    filters = _filters(request, opened, listed)
    if filters.trust:
        request.scope.require_some_patients(filters.trust)
    crumbs = crumbs_to(("Lists", reverse("list_worklists")))
    if not list_query.is_kept(opened, listed):
        return page(request, "pages/list.jinja", title=listed.title, crumbs=crumbs, **_nothing(listed, filters))
    notes = reading.notes_for(request.scope)
    if request.GET.get("format") in exports.FORMATS:
        return _export(request, opened, notes, listed, filters)
    shown = list_query.worklist(request.scope, opened, notes, listed, filters)
    if listed.has_patients:
        said = f"{listed.slug} {_in_words(filters)}".strip()
        audit.record(
            request, action=audit.VIEWED, what="show_worklist", trust=filters.trust, rows=len(shown.rows), detail=said,
            shown=audit.patients_of(shown.rows),
        )  # fmt: skip
    context = _context(request, opened, listed, filters, shown) | _form(request, opened, listed, filters, shown)
    return page(request, "pages/list.jinja", title=listed.title, crumbs=crumbs, **context)


def list_address(listed: Worklist, **query: str) -> str:
    """The address of a list with these words in it."""
    path = reverse("show_worklist", args=[listed.slug])
    return f"{path}?{urlencode(query)}" if query else path


def _filters(request: HttpRequest, opened: Desk, listed: Worklist) -> ListFilters:
    """The filters of the address; who reads of one trust alone always has it in them."""
    filters = ListFilters.from_query(listed, request.GET)
    reach = sorted(request.scope.patient_trusts)
    return filters if filters.trust or len(reach) != 1 else filters.but(trust=reach[0], page=filters.page)


def _nothing(listed: Worklist, filters: ListFilters) -> dict:
    return {"listed": listed, "filters": filters, "shown": None, "made_of": made_of(listed)}


def _context(request: HttpRequest, opened: Desk, listed: Worklist, filters: ListFilters, shown: list_query.ListPage) -> dict:
    names = _service_names(request, opened)
    sees = bool(request.scope.patient_trusts)
    slug = filters.measure.partition(":")[0]
    live = _live(request, opened, listed, filters)
    return {
        "live": live,
        "is_unknown": live is not None and not live.states,
        "made_of": made_of(listed),
        "hide_as_of": live is not None,
        "listed": listed,
        "filters": filters,
        "shown": shown,
        "groups": listed.groups,
        "columns": list_cells.shown_columns(listed, names, shown.as_of, may_identify=sees),
        "breach": listed.breach,
        "bars": Scale.of([max(row.days_to_breach, -FURTHEST_BACK) for row in shown.rows if row.days_to_breach is not None]),
        "measure": measure_of(slug) if slug else None,
        "here": list_address(listed, **filters.to_query()),
        "list_href": lambda asked, **more: list_address(listed, **asked.to_query(), **more),
        "sort_href": lambda column: list_address(listed, **_sorted_by(filters, column).to_query()),
        "division_name": organisation.division_name,
        "owners": reading.owners(request.scope) if listed.has_notes else (),
        "may_write": listed.has_notes and any(may(request.user, WRITE_NOTES, trust) for trust in request.scope.patient_trusts),
        "may_export": _may_export(request, listed, filters),
        "views": SavedView.objects.visible_to(request.user, request.scope).select_related("user"),
    }


def _live(request: HttpRequest, opened: Desk, listed: Worklist, filters: ListFilters) -> now.Board | None:
    """How old the state is that the list shows; None where it shows the snapshot's day."""
    return now.board(request, opened, (listed.table,), trust=filters.trust) if opened.is_live(listed.table) else None


def _form(request: HttpRequest, opened: Desk, listed: Worklist, filters: ListFilters, shown: list_query.ListPage) -> dict:
    trusts = [one for one in organisation.tree(request.scope, opened) if one.may_see_patients]
    trust_now = next((trust for trust in trusts if trust.code == filters.trust), None)
    selects = [
        *_places(trusts, trust_now, filters),
        *(_choice(one, listed, filters, shown) for one in listed.filters if one.kind != "range"),
    ]
    typeds = [field for one in listed.filters if one.kind == "range" for field in _range(one, filters, opened, listed)]
    if listed.has_notes:
        owners = [("", "Anyone"), (NO_OWNER, "Nobody yet"), *((owner, owner) for owner in reading.owners(request.scope))]
        selects.append(_select("owner", "Owner", owners, filters.owner))
        selects.append(
            _select("has_next_step", "Has a next step", [("", "Either"), *STEPS.items()], filters.has_next_step, is_folded=True)
        )
        typeds.append(Field("text", "Comment or next step says", filters.text, type="search", is_folded=True))
    selects.append(
        _select("page_size", "Rows a page", [(str(size), str(size)) for size in PAGE_SIZES], str(filters.page_size), is_folded=True)
    )
    kept = {name: getattr(filters, name) for name in ("group", "measure", "sort", "direction") if getattr(filters, name)}
    folded = [field for field in (*selects, *typeds) if field.is_folded]
    return {
        "path": list_address(listed),
        "trusts": trusts,
        "trust_now": trust_now,
        "selects": selects,
        "typeds": typeds,
        "kept": kept,
        "has_folding": bool(folded),
        "has_folded": any(field.value for field in folded if field.name != "page_size"),
    }


def _places(trusts: list, trust_now, filters: ListFilters) -> list[Field]:
    every = [("", f"All {len(trusts)}")] if len(trusts) > 1 else []
    found = [_select("trust", "Organisation", [*every, *((one.code, one.name) for one in trusts)], filters.trust)]
    if trust_now is None:
        return found
    divisions = [
        ("", f"All {len(trust_now.divisions)}"),
        *((one.name, organisation.division_name(one.name)) for one in trust_now.divisions),
    ]
    division = next((one for one in trust_now.divisions if one.name == filters.division), trust_now)
    services = [("", f"All {len(division.services)}"), *((one.code, one.name) for one in division.services)]
    sites = [("", f"All {len(trust_now.sites)}"), *((one.code, one.name) for one in trust_now.sites)]
    found += [
        _select("division", "Division", divisions, filters.division),
        _select("service", "Service", services, filters.service),
    ]
    return found + ([_select("site", "Site", sites, filters.site, is_folded=True)] if len(trust_now.sites) > 1 else [])


def _choice(one: ListFilter, listed: Worklist, filters: ListFilters, shown: list_query.ListPage) -> Field:
    if one.kind == "truth":
        return _select(one.column, one.label, YES_OR_NO, filters.of(one.column), is_folded=one.is_folded)
    column = listed.column(one.column)
    values = list(one.choices.items()) or [
        (value, str(column.words(value)) if column else value) for value in shown.choices[one.column]
    ]
    options = [("", f"All {len(values)}"), *sorted(values, key=lambda pair: "" if one.choices else pair[1])]
    return _select(one.column, one.label, options, filters.of(one.column), is_folded=one.is_folded)


def _range(one: ListFilter, filters: ListFilters, opened: Desk, listed: Worklist) -> list[Field]:
    column = listed.column(one.column)
    kind = "date" if column is not None and column.kind in ("date", "instant") else "number"
    unit = f", {one.unit}" if one.unit else ""
    words = {"from": f"{one.label} from{unit}", "to": f"{one.label} to{unit}"}
    return [
        Field(f"{one.column}_{end}", label, filters.bound(one.column, end), type=kind, is_folded=one.is_folded)
        for end, label in words.items()
    ]


def _select(name: str, label: str, options, value: str, *, is_folded: bool = False) -> Field:
    """The select; what the address says stands in it even where it is none of the options."""
    options = tuple(options)
    known = options if value in {one for one, _ in options} or not value else (*options, (value, value))
    return Field(name, label, value, options=known, is_folded=is_folded)


def _sorted_by(filters: ListFilters, column: str) -> ListFilters:
    turned = "down" if (filters.sort, filters.direction) == (column, "up") else "up"
    return filters.but(sort=column, direction=turned)


def _line(request: HttpRequest, opened: Desk, listed: Worklist) -> Line:
    return Line(listed.title, listed.name, list_address(listed), _said(request, opened, listed))


def _line_of_rtt(request: HttpRequest, opened: Desk) -> Line:
    rtt = Worklist(slug="ptl", title=worklists.TITLE, name="RTT waiting list", family="rtt", table="rtt_waits", columns=())
    return Line(rtt.title, rtt.name, reverse("list_pathways"), _said(request, opened, rtt))


def _said(request: HttpRequest, opened: Desk, listed: Worklist) -> str:
    if not request.scope.patient_trusts:
        return f"{'patients' if listed.has_patients else 'single rows'}: not for your role"
    found = list_query.number_of(request.scope, opened, listed)
    return "nothing loaded" if found is None else number(found)


def _service_names(request: HttpRequest, opened: Desk) -> dict[str, str]:
    return {service.code: service.name for trust in organisation.tree(request.scope, opened) for service in trust.services}


def _may_export(request: HttpRequest, listed: Worklist, filters: ListFilters) -> bool:
    if not listed.has_patients:
        return True
    trusts = [filters.trust] if filters.trust else request.scope.patient_trusts
    return all(may(request.user, EXPORT_PATIENTS, trust) for trust in trusts)


def _export(request: HttpRequest, opened: Desk, notes, listed: Worklist, filters: ListFilters) -> HttpResponse:
    """The whole list as filtered and sorted. The record of the export is written before the first row leaves."""
    if not _may_export(request, listed, filters):
        raise NotAllowed(
            "You may not take lists of patients out of Clockstop.", do="Ask the person who manages accounts in the trust."
        )
    rows = list(list_query.worklist_rows(request.scope, opened, notes, listed, filters))
    said = _in_words(filters)
    if listed.has_patients:
        detail = f"{listed.slug} {said}".strip()
        audit.record(
            request, action=audit.EXPORTED, what="show_worklist", trust=filters.trust, rows=len(rows), detail=detail,
            shown=audit.patients_of(rows),
        )  # fmt: skip
    names = _service_names(request, opened)
    day, live = opened.day_of(listed.table), opened.is_live(listed.table)
    about = list_cells.about(
        listed, as_of=day, snapshot_id=opened.snapshot_id, filters=said, by=request.user.get_username(),
        is_synthetic=opened.manifest.is_synthetic,
    )  # fmt: skip
    if live:
        about.append(now.board(request, opened, (listed.table,), trust=filters.trust).taken)
    return exports.export(
        request.GET["format"],
        name=f"{listed.slug.replace('_', '-')}-{day:%Y-%m-%d}",
        columns=list_cells.headings(listed),
        rows=(list_cells.cells(listed, row, names) for row in rows),
        notes=about,
    )


def _in_words(filters: ListFilters) -> str:
    """The filters as the access record keeps them; words that somebody typed are left out, they may name a patient."""
    said: Mapping[str, str] = filters.to_query()
    return ", ".join(f"{name}={value}" for name, value in said.items() if name not in ("search", "text", "page", "page_size"))
