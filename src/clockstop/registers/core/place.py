"""Of which place a review speaks: a trust, or a division, service or site of it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self


@dataclass(frozen=True, kw_only=True, order=True)
class Place:
    """A trust and, where it is not the whole of it, what of it; empty means all."""

    trust: str
    division: str = ""
    service: str = ""
    site: str = ""

    @classmethod
    def of(cls, where: Mapping[str, str]) -> Self:
        """The place that a page's filters name; `where` must name a trust.

        >>> Place.of({"trust": "AAA", "service": "C_110"}).key
        'AAA service C_110'
        """
        return cls(**{name: where.get(name, "") for name in ("trust", "division", "service", "site")})

    @property
    def where(self) -> dict[str, str]:
        """The same as the functions of answers take it: only what is named."""
        return {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name)}

    @property
    def key(self) -> str:
        """What the audit calls it."""
        parts = [f"{name} {value}" for name, value in self.where.items() if name != "trust"]
        return " ".join((self.trust, *parts))

    @property
    def outwards(self) -> "tuple[Place, ...]":
        """The place itself, then what it lies in, the nearest first, the whole trust last.

        >>> [one.key for one in Place(trust="AAA", division="Surgery", service="C_110").outwards]
        ['AAA division Surgery service C_110', 'AAA division Surgery', 'AAA']
        """
        names = [name for name in ("division", "service", "site") if getattr(self, name)]
        kept = [names[:number] for number in range(len(names), -1, -1)]
        return tuple(Place(trust=self.trust, **{name: getattr(self, name) for name in some}) for some in kept)
