"""The group as a tree: trusts, their divisions, services and sites."""

from dataclasses import dataclass


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
