"""Where does one family of care stand? Its headline measures, and its worklists with the numbers of their groups."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from clockstop.answers import list_query, organisation
from clockstop.answers.desk import Desk
from clockstop.answers.list_filters import ListFilters
from clockstop.answers.lists import lists
from clockstop.answers.series import Series, many
from clockstop.answers.worklist import Worklist
from clockstop.errors import UnknownName
from clockstop.measures.catalogue import families, family_title
from clockstop.measures.measure import Measure
from clockstop.measures.targets import targets_of
from clockstop.nhsuk.presenters import lower_first, number
from clockstop.nhsuk.templating import url
from clockstop.pages import measure_words as words
from clockstop.pages.context import PERIODS, Filters, crumbs_to, desk, filters_of, page
from clockstop.pages.lists import list_address
from clockstop.pages.worklists import url_or_nothing
from clockstop.registers.pathway_notes import reading

# Measures of these families stand on another's page.
BESIDE = {"outpatients": ("rooms",)}
# Pages of a family that are no list and no measure: the question, and the view that answers it.
QUESTIONS = {
    "cancer": (("Where are days lost on the cancer pathway?", "show_cancer_steps"),),
    "emergency": (
        ("Emergency department and beds, now", "show_emergency"),
        ("How do patients flow through the emergency department?", "show_emergency_flow"),
    ),
    "beds": (
        ("Where are our beds?", "show_beds"),
        ("Emergency department and beds, now", "show_emergency"),
        ("When are beds asked for, and when are they freed?", "show_emergency_flow"),
    ),
    "discharge": (("Which ward has its board round today?", "list_wards"), ("Where are our beds?", "show_beds")),
    "outpatients": (("Which rooms stand empty?", "show_rooms"), ("Where do clinics lose their slots?", "show_clinics")),
    "theatres": (("How are our theatres used?", "list_theatre_lists"),),
}


@dataclass(frozen=True)
class Figure:
    """A headline measure: its latest value, how it moved, how far it is from its bar, and of when it is."""

    title: str
    href: str
    value: str
    move: str
    gap: str
    when: str


@dataclass(frozen=True)
class Listed:
    """A worklist with the numbers of its groups, each a link; `said` instead where there are none to show."""

    title: str
    name: str
    href: str
    said: str
    groups: tuple[tuple[str, str], ...]


def show_family(request: HttpRequest, family: str) -> HttpResponse:
    """The family's page; `UnknownName` where there is no such family."""
    if family not in known_families():
        raise UnknownName(f"There is no family of care {family}.", where="The menu.", do="Choose one from the menu.")
    opened, filters = desk(), filters_of(request)
    members = [one for name in (family, *BESIDE.get(family, ())) for one in families().get(name, ())]
    found = many(
        request.scope, opened, [one.slug for one in members if one.is_headline], period_kind=filters.period, where=filters.where
    )
    path = reverse("show_family", args=[family])
    return page(
        request,
        "pages/family.jinja",
        title=f"Where do we stand: {lower_first(family_title(family))}?",
        crumbs=crumbs_to(),
        family=family,
        place=_place(request, opened, filters),
        path=path,
        selects=_selects(request, opened, filters),
        figures=[_figure(one, filters, found[one.slug][0]) for one in members if one.slug in found],
        number_of_measures=len(members),
        measures_href=url("list_measures", **filters.query),
        lists=[_listed(request, opened, one, filters) for one in lists().values() if one.family == family],
        questions=[(text, url_or_nothing(view)) for text, view in QUESTIONS.get(family, ()) if url_or_nothing(view)],
    )


def known_families() -> tuple[str, ...]:
    """Every family with measures or lists, RTT's own pages left out, those that stand on another's page too."""
    beside = {name for names in BESIDE.values() for name in names}
    every = dict.fromkeys([*families(), *(one.family for one in lists().values())])
    return tuple(name for name in every if name != "rtt" and name not in beside)


def _figure(measure: Measure, filters: Filters, whole: Series) -> Figure:
    latest = whole.points[-1] if whole.points else None
    bars = targets_of(measure.slug, level="trust" if filters.trust else "national", on=latest.period_end) if latest else ()
    gaps = [gap for gap in (words.against_bar(measure, latest, bar) for bar in bars) if gap]
    return Figure(
        title=measure.title,
        href=url("show_measure", measure.slug, **filters.query),
        value=words.said(measure, latest) if latest else "not counted",
        move=words.change(measure, whole),
        gap="; ".join(gaps),
        when=words.when(filters, measure, latest.period_end) if latest else "",
    )


def _listed(request: HttpRequest, opened: Desk, one: Worklist, filters: Filters) -> Listed:
    where = {name: value for name, value in filters.where.items() if value}
    href = list_address(one, **where)
    noun = "patients" if one.has_patients else "single rows"
    if not request.scope.patient_trusts:
        return Listed(one.title, one.name, href, f"{noun}: not for your role", ())
    if filters.trust and not request.scope.sees_patients(filters.trust):
        return Listed(one.title, one.name, href, f"{noun} of another trust", ())
    if not list_query.is_kept(opened, one):
        return Listed(one.title, one.name, href, "nothing loaded", ())
    notes = reading.notes_for(request.scope)
    counts = list_query.list_counts(request.scope, opened, notes, one, ListFilters(**where))
    groups = tuple(
        (f"{group.title}: {number(counts.groups[group.slug])}", list_address(one, **where, group=group.slug))
        for group in one.groups
    )
    return Listed(one.title, one.name, href, number(counts.every), groups)


def _place(request: HttpRequest, opened: Desk, filters: Filters) -> str:
    trusts = {trust.code: trust.name for trust in organisation.tree(request.scope, opened)}
    parts = [trusts.get(filters.trust, filters.trust) or "All our trusts"]
    parts += [organisation.division_name(filters.division)] if filters.division else []
    parts += [organisation.service_name(filters.service)] if filters.service else []
    return ", ".join(parts)


def _selects(request: HttpRequest, opened: Desk, filters: Filters) -> list[dict]:
    trusts = organisation.tree(request.scope, opened)
    here = [trust for trust in trusts if not filters.trust or trust.code == filters.trust]
    services = sorted({(one.code, one.name) for trust in here for one in trust.services}, key=lambda pair: pair[1])
    asked = (
        ("trust", "Organisation", [("", "All our trusts"), *((one.code, one.name) for one in trusts)], filters.trust),
        ("service", "Service", [("", "All services"), *services], filters.service),
        ("period", "Period", list(PERIODS.items()), filters.period),
    )
    return [{"name": name, "label": label, "options": options, "value": value} for name, label, options, value in asked]
