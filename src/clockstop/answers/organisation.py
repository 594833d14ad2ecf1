"""The group as a tree: trusts, their divisions, services and sites."""

from collections.abc import Iterable
from dataclasses import dataclass

from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.intake.organisation import Organisation, organisations
from clockstop.measures.dimensions import DIMENSIONS, UNKNOWN
from clockstop.rules.treatment_functions import REPORTED_FUNCTIONS, reported_function


@dataclass(frozen=True)
class Service:
    """A national reported function within a division, e.g. `C_110`."""

    code: str
    name: str


@dataclass(frozen=True)
class Division:
    """A division (some trusts say health group) and the services that it runs."""

    name: str
    services: tuple[Service, ...]


@dataclass(frozen=True)
class Site:
    """A place of treatment."""

    code: str
    name: str


@dataclass(frozen=True)
class Trust:
    """A trust of the group. `may_see_patients` says whether this reader may open its lists."""

    code: str
    name: str
    character: str
    divisions: tuple[Division, ...]
    sites: tuple[Site, ...]
    may_see_patients: bool

    @property
    def services(self) -> tuple[Service, ...]:
        """Every service of the trust once, by name."""
        found = {service.code: service for division in self.divisions for service in division.services}
        return tuple(sorted(found.values(), key=lambda service: service.name))


def tree(scope: Scope, desk: Desk) -> tuple[Trust, ...]:
    """The trusts of the snapshot whose figures the reader may see, each with the divisions and services that its data name."""
    every = desk.kept_answer("organisation", lambda: _units(desk))
    declared = {organisation.code: organisation for organisation in organisations(desk.home)}
    codes = sorted(scope.trusts & desk.manifest.trusts.keys())
    return tuple(_trust(code, desk, scope, declared.get(code), every.get(code, ())) for code in codes)


def service_name(code: str | None) -> str:
    """The name of a national reported function, without the word that all of them end with.

    >>> service_name("C_110"), service_name("X02"), service_name(None)
    ('Trauma and Orthopaedic', 'Other - Medical', 'Not known')
    """
    if not code or code == UNKNOWN:
        return "Not known"
    return REPORTED_FUNCTIONS.get(code, code).removesuffix(" Service").removesuffix(" Services")


def group_name(scope: Scope, desk: Desk) -> str:
    """The name of the group, where every trust that the reader may see says that it is of that group; else empty."""
    names = desk.kept_answer("groups", lambda: {one.code: one.group for one in organisations(desk.home)})
    found = {names.get(code, "") for code in scope.trusts & desk.manifest.trusts.keys()}
    return found.pop() if len(found) == 1 else ""


def division_name(name: str) -> str:
    """The division's name; in words where the data name none.

    >>> division_name("Surgery"), division_name("unknown")
    ('Surgery', 'Service not known')
    """
    return DIMENSIONS["division"].title_of(name)


Unit = tuple[str, str, str]


def _units(desk: Desk) -> dict[str, list[Unit]]:
    """The division, service and site of every cell of the series, by trust."""
    series = desk.table("series")
    found = series.filter(series.cut == "").select("trust", "division", "service", "site").distinct()
    units: dict[str, list[Unit]] = {}
    for row in desk.rows(found).to_pylist():
        units.setdefault(row["trust"], []).append((row["division"], row["service"], row["site"]))
    return units


def _trust(code: str, desk: Desk, scope: Scope, declared: Organisation | None, units: Iterable[Unit]) -> Trust:
    services: dict[str, set[str]] = {}
    for division, service, _site in units:
        services.setdefault(division, set()).add(service)
    sites = {site: site for _division, _service, site in units if site != UNKNOWN}
    for division in declared.divisions if declared else ():
        services.setdefault(division.name, set()).update(reported_function(one) for one in division.services)
    sites |= {site.code: site.name for site in declared.sites} if declared else {}
    return Trust(
        code=code,
        name=declared.name if declared else desk.manifest.trusts[code].name,
        character=declared.character if declared else "",
        divisions=tuple(Division(name, _services(codes)) for name, codes in sorted(services.items(), key=_unknown_last)),
        sites=tuple(Site(code, name) for code, name in sorted(sites.items())),
        may_see_patients=scope.sees_patients(code),
    )


def _unknown_last(named: tuple[str, object]) -> tuple[bool, str]:
    return named[0] == UNKNOWN, named[0]


def _services(codes: Iterable[str]) -> tuple[Service, ...]:
    return tuple(sorted((Service(code, service_name(code)) for code in codes), key=lambda service: service.name))
