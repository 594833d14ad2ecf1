"""Where are we? The group, a trust, a division and a service, each with the figures of what lies below it."""

from datetime import date

from django.http import HttpRequest, HttpResponse

from clockstop.answers import board, organisation, published
from clockstop.answers.board import Board, BoardRow, Cell
from clockstop.answers.desk import Desk
from clockstop.answers.organisation import Trust
from clockstop.answers.scope import Scope
from clockstop.errors import UnknownName
from clockstop.nhsuk.presenters import month
from clockstop.nhsuk.templating import url
from clockstop.pages import activity, ptl_address
from clockstop.pages.board_grid import England, Grid, grid
from clockstop.pages.context import Crumb, Filters, crumbs_to, desk, page
from clockstop.pages.kite_marks import Badge, Marks
from clockstop.pages.measure_spc import rebases_below
from clockstop.pages.ranges import shown_range
from clockstop.pages.review_address import review_href
from clockstop.pages.same_service import same_service
from clockstop.pages.whats_changed import in_words, what_changed
from clockstop.registers.core import place as performance
from clockstop.registers.trajectories import reading
from clockstop.registers.trajectories.actions import Place


def show_overview(request: HttpRequest) -> HttpResponse:
    """The headline measures of every trust within the reader's scope; of the trust itself where there is but one."""
    opened = desk()
    trusts = organisation.tree(request.scope, opened)
    if len(trusts) == 1:
        return show_trust(request, trusts[0].code)
    lead = f"{len(trusts)} trusts against the national standards"
    return _board_page(request, opened, Filters(), "Where are we?", lead, below="trust", places=_places_of_group(trusts))


def show_trust(request: HttpRequest, trust: str) -> HttpResponse:
    """A trust's headline measures, and those of its divisions."""
    opened = desk()
    found = trust_of(request, opened, trust)
    filters = Filters(trust=trust)
    return _board_page(
        request, opened, filters, f"Where are we? {found.name}", found.character, below="division", places=_places_of_trust(found)
    )


def show_division(request: HttpRequest, trust: str, division: str) -> HttpResponse:
    """A division's headline measures, and those of its services."""
    opened = desk()
    found = trust_of(request, opened, trust)
    known = {one.name: one for one in found.divisions}
    if division not in known:
        raise UnknownName(f"{found.name} has no division of that name.", do="Choose one from the trust's page.")
    places = [(service.name, url("show_service", trust, service.code)) for service in known[division].services]
    return _board_page(
        request,
        opened,
        Filters(trust=trust, division=division),
        f"Where are we? {organisation.division_name(division)}",
        f"A division of {found.name}",
        below="service",
        places=places,
        crumbs=[(found.name, url("show_trust", trust))],
    )


def show_service(request: HttpRequest, trust: str, service: str) -> HttpResponse:
    """A service's headline measures: a national reported function of one trust."""
    opened = desk()
    found = trust_of(request, opened, trust)
    known = {one.code: one for one in found.services}
    if service not in known:
        raise UnknownName(f"{found.name} has no service of that code.", do="Choose one from the trust's page.")
    return _board_page(
        request,
        opened,
        Filters(trust=trust, service=service),
        f"Where are we? {known[service].name}",
        f"A service of {found.name}",
        below="site",
        places=[],
        crumbs=[(found.name, url("show_trust", trust))],
    )


def trust_of(request: HttpRequest, opened: Desk, code: str) -> Trust:
    """The trust of that code, if the reader may see its figures (`NotAllowed`) and the group has it (`UnknownName`)."""
    trusts = {trust.code: trust for trust in organisation.tree(request.scope, opened)}
    if code in trusts:
        return trusts[code]
    if code in opened.manifest.trusts:
        request.scope.require_trust(code)
    raise UnknownName("There is no trust of that code in this snapshot.", do="Choose one from the overview.")


def _board_page(
    request: HttpRequest,
    opened: Desk,
    filters: Filters,
    title: str,
    lead: str,
    *,
    below: str,
    places: list[tuple[str, str]],
    crumbs: list[tuple[str, str]] | None = None,
) -> HttpResponse:
    answer = board.overview(request.scope, opened, filters.where, rebases=rebases_below(request.scope, filters.where, below))
    changed = what_changed(request.scope, opened, filters.where, below=below)
    is_top = not filters.where
    return page(
        request,
        "pages/overview.jinja",
        title=title,
        lead=lead,
        crumbs=() if is_top else _crumbs(crumbs),
        filters=filters,
        grids=_grids(request, opened, filters, answer),
        without_data=answer.without_data,
        all_measures=url("list_measures", **filters.query),
        changed=changed,
        written=in_words(changed),
        places=places,
        list_href=url("list_pathways", **filters.where, **ptl_address.START) if _may_open_list(request, filters) else "",
        activity=activity.of_service(request, opened, filters.trust, filters.service) if filters.service else None,
        same=same_service(request, opened, filters.trust, filters.service) if filters.service else None,
        review=review_href(performance.Place.of(filters.where)) if filters.trust else "",
        brief=_brief_href(filters),
    )


def _brief_href(filters: Filters) -> str:
    """The weekly brief of the page's trust or service; a division has none."""
    if not filters.trust or filters.division:
        return ""
    return url("show_brief_of", filters.trust, filters.service) if filters.service else url("show_brief", filters.trust)


def _grids(request: HttpRequest, opened: Desk, filters: Filters, answer: Board) -> list[tuple[str, Grid]]:
    """A grid for each family of measures, under its title."""
    plans, marks = reading.plans(request.scope), Marks(request, opened)

    def drawn(part: Board) -> Grid:
        return grid(
            part,
            filters_of_row=lambda row: _filters_of(row, filters).query,
            href_of_row=lambda row: _href_of(row, filters),
            england=lambda slug: england_of(opened, slug),
            plan_of=lambda row, slug: plans.get(_plan_place(row, filters, slug)),
            quality_of=lambda row, cell: _quality(marks, request.scope, row, cell, filters),
            range_of=lambda row, slug: shown_range(request, opened, slug, _filters_of(row, filters).where),
        )

    return [(title, drawn(part)) for title, part in answer.by_family()]


def _quality(marks: Marks, scope: Scope, row: BoardRow, cell: Cell, filters: Filters) -> Badge | None:
    """The mark beside a figure of the group or a trust; parts of a trust are counted from the same data, so the trust's says it."""
    is_whole = row.level in ("group", "trust") or (row.level, row.code) in (
        ("division", filters.division),
        ("service", filters.service),
    )
    if cell.latest is None or not is_whole:
        return None
    trust = filters.trust or (row.code if row.level == "trust" else "")
    return marks.badge(cell.measure, [trust] if trust else scope.trusts, cell.latest.period_end)


def _plan_place(row: BoardRow, filters: Filters, slug: str) -> Place:
    """Whose plan a row of the board is shown against: the trust's, or a service's; nobody plans for the rest."""
    trust = row.code if row.level == "trust" else filters.trust if row.level == "service" else ""
    return Place(trust=trust, measure=slug, service=row.code if row.level == "service" else "")


def _may_open_list(request: HttpRequest, filters: Filters) -> bool:
    return bool(filters.where) and request.scope.is_own(filters.trust)


def england_of(opened: Desk, slug: str) -> England | None:
    """The latest published figure of England, which is public; None for a measure that NHS England does not publish."""
    if slug not in published.COMPARED:
        return None

    def work_out() -> England | None:
        nobody = Scope(trusts=frozenset(), may_see_patients=frozenset(), user="", role="")
        compared = published.comparison(nobody, opened, measure=slug)
        value = compared.england.value if compared.england else None
        return None if value is None else England(value, month(date.fromisoformat(f"{compared.month}-01")))

    return opened.kept_answer(("england", slug), work_out)


def _crumbs(steps: list[tuple[str, str]] | None) -> tuple[Crumb, ...]:
    return crumbs_to(*(steps or []))


def _filters_of(row: BoardRow, filters: Filters) -> Filters:
    """The filters of a row of the board: the page's own, narrowed to the row."""
    names = {"trust": "trust", "division": "division", "service": "service", "site": "site"}
    return filters.but(**{names[row.level]: row.code}) if row.level in names and row.code else filters


def _href_of(row: BoardRow, filters: Filters) -> str:
    """Where a row's name leads: the page of the trust, division or service; nowhere from the page's own row."""
    if row.level == "trust" and row.code != filters.trust:
        return url("show_trust", row.code)
    if row.level == "division" and row.code != filters.division:
        return url("show_division", filters.trust, row.code)
    if row.level == "service" and row.code != filters.service:
        return url("show_service", filters.trust, row.code)
    return ""


def _places_of_group(trusts: list[Trust] | tuple[Trust, ...]) -> list[tuple[str, str]]:
    return [(trust.name, url("show_trust", trust.code)) for trust in trusts]


def _places_of_trust(trust: Trust) -> list[tuple[str, str]]:
    return [
        (organisation.division_name(division.name), url("show_division", trust.code, division.name)) for division in trust.divisions
    ]
