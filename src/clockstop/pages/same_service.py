"""The same service in the other trusts: its headline figures side by side, and whom to ask."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest

from clockstop.answers import organisation
from clockstop.answers.desk import Desk
from clockstop.answers.organisation import Trust
from clockstop.answers.series import Series, many
from clockstop.measures.catalogue import families
from clockstop.measures.catalogue import measure as measure_of
from clockstop.nhsuk.presenters import month
from clockstop.nhsuk.templating import url
from clockstop.registers.core.place import Place
from clockstop.registers.performance import reading
from clockstop.registers.performance.reading import Owner, owner_of
from clockstop.reports.figure_words import said

# Of each family the first headlines of its catalogue.
MOST_MEASURES, MOST_OF_A_FAMILY = 8, 3
NOT_SUPPLIED = "not supplied"


@dataclass(frozen=True)
class ToAsk:
    """A trust that has the service: its page there, and who answers for it."""

    name: str
    href: str
    is_here: bool
    owner: Owner | None


@dataclass(frozen=True)
class SameFigures:
    """A measure with its latest figure in each trust, in the order of the trusts: words, address, the month where it differs."""

    title: str
    when: str
    figures: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class SameService:
    """The panel; `trusts` is empty where the reader sees one trust alone."""

    service: str
    trusts: tuple[ToAsk, ...]
    rows: tuple[SameFigures, ...]


def same_service(request: HttpRequest, opened: Desk, trust: str, service: str) -> SameService:
    """The service in every trust that the reader may see and that has it; small numbers of other trusts are withheld."""
    name = organisation.service_name(service)
    having = [one for one in organisation.tree(request.scope, opened) if service in {each.code for each in one.services}]
    if len(having) < 2 or trust not in {one.code for one in having}:
        return SameService(name, (), ())
    owners = reading.owners(request.scope, [one.code for one in having])
    trusts = tuple(
        ToAsk(one.name, url("show_service", one.code, service), one.code == trust, _owner(owners, one, service)) for one in having
    )
    return SameService(name, trusts, _rows(request, opened, [one.code for one in having], service))


def _owner(owners: Mapping, trust: Trust, service: str) -> Owner | None:
    """Who answers for the service there: named for it, else for its division, else for the trust."""
    division = next((one.name for one in trust.divisions if service in {each.code for each in one.services}), "")
    exact = owner_of(owners, Place(trust=trust.code, service=service), "")
    if exact is not None and exact.place.service:
        return exact
    return owner_of(owners, Place(trust=trust.code, division=division), "")


def _rows(request: HttpRequest, opened: Desk, codes: list[str], service: str) -> tuple[SameFigures, ...]:
    kept = [[one.slug for one in members if one.is_headline and not one.is_current_only] for members in families().values()]
    slugs = [slug for slugs in kept for slug in slugs[:MOST_OF_A_FAMILY]]
    found = opened.kept_answer(
        ("same service", request.scope.trusts, request.scope.clearance, service),
        lambda: many(request.scope, opened, slugs, period_kind="month", where={"service": service}, by="trust"),
    )
    shown = (_row({one.key: one for one in parts}, slug, codes, service) for slug, parts in found.items())
    return tuple(row for row in shown if row is not None)[:MOST_MEASURES]


def _row(parts: Mapping[str, Series], slug: str, codes: list[str], service: str) -> SameFigures | None:
    """A measure that at least two of the trusts have counted."""
    measure, known = measure_of(slug), [parts[code] for code in codes if code in parts and parts[code].points]
    if len(known) < 2:
        return None
    newest = max(one.points[-1].period_end for one in known)
    figures = []
    for code in codes:
        point = parts[code].points[-1] if code in parts and parts[code].points else None
        when = month(point.period_end) if point and point.period_end != newest else ""
        figures.append(
            (said(measure, point) if point else NOT_SUPPLIED, url("show_measure", slug, trust=code, service=service), when)
        )
    return SameFigures(measure.title, month(newest), tuple(figures))
