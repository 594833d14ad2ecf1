"""Who may see what, decided once: the first argument of every function of this room."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import and_, or_
from typing import Any

import ibis
from ibis.expr.types import BooleanValue, Table, Value

from clockstop.answers import pseudonymous
from clockstop.errors import NotAllowed
from clockstop.rules.visibility import AGGREGATE, PATIENT, is_visible

PATHWAY = "patient_pathway_identifier"
_PLACES = ("division", "service", "site")


@dataclass(frozen=True)
class Part:
    """Some of a trust's patients, or all of them with their identity left out.

    A row is in it where its division or its service is one of these (any, where none is named) and its site is one of these (any,
    where none is named). A row that does not say its place is in no part but the whole. A part of `pathways` is these alone,
    wherever they are: opened by breaking the glass (accounts/break_glass.py).
    """

    trust: str
    divisions: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    is_pseudonymised: bool = False
    pathways: frozenset[str] = frozenset()

    @property
    def is_whole(self) -> bool:
        """Whether it is every patient of the trust."""
        return not (self.divisions or self.services or self.sites or self.pathways)

    @property
    def where(self) -> dict[str, frozenset[str]]:
        """The places that are named, by their column."""
        named = {"division": self.divisions, "service": self.services, "site": self.sites}
        return {column: places for column, places in named.items() if places}

    def rows(self, table: Table) -> BooleanValue:
        """Whether a row is in it; none is where the table lacks a column of a place that is named."""
        truths = [table.trust == self.trust]
        truths += [_is_one_of(table, PATHWAY, self.pathways)] if self.pathways else []
        units = [_is_one_of(table, name, chosen) for name, chosen in self.where.items() if name != "site"]
        truths += [reduce(or_, units)] if units else []
        truths += [_is_one_of(table, "site", self.sites)] if self.sites else []
        return reduce(and_, truths)

    def holds(self, place: Mapping[str, str]) -> bool:
        """Whether all of a place (trust, division, service, site: those named) is in it."""
        if place.get("trust") != self.trust or (self.pathways and place.get(PATHWAY) not in self.pathways):
            return False
        is_unit = not (self.divisions or self.services) or (
            place.get("division") in self.divisions or place.get("service") in self.services
        )
        return is_unit and (not self.sites or place.get("site") in self.sites)


@dataclass(frozen=True)
class Scope:
    """What one person may read: totals of `trusts`, and of patients every one of `may_see_patients` and those of `parts`.

    There is no default and no "everything": who makes a Scope says it. `parts` add what is less than a whole trust with its
    patients' identity: some of its services, or rows without identity (docs/adr/0015).
    """

    trusts: frozenset[str]
    may_see_patients: frozenset[str]
    user: str
    role: str
    parts: frozenset[Part] = field(default=frozenset())

    def totals(self, table: Table) -> Table:
        """The rows of trusts whose totals may be read."""
        return table.filter(self._sees(table.trust, AGGREGATE))

    def patients(self, table: Table, *, pathways: Table | None = None) -> Table:
        """The rows of patients who may be seen, those seen without identity with a pseudonym in its place.

        A table that does not say division, service and site has no rows for who sees a part of a trust, unless `pathways`, a table
        that says them, gives whose rows they are.
        """
        parts = self._parts
        whole = self._sees(table.trust, PATIENT)
        if not parts:
            return table.filter(whole)
        if pathways is not None and not set(_PLACES) <= set(table.columns):
            return self._of_pathways(table, pathways)
        rows = table.filter(reduce(or_, [whole, *(part.rows(table) for part in parts)]))
        known = [self._sees(rows.trust, PATIENT)]
        known += [part.rows(rows) for part in parts if not part.is_pseudonymised]
        return pseudonymous.rows(rows, is_known=reduce(or_, known)) if self.has_pseudonymised else rows

    def within(self, trusts: Iterable[str], *, with_patients: bool = True) -> "Scope":
        """The same person's scope over these trusts alone; without patients where that is asked."""
        kept = self.trusts & frozenset(trusts)
        if not with_patients:
            return Scope(kept, frozenset(), self.user, self.role)
        parts = frozenset(part for part in self.parts if part.trust in kept)
        return Scope(kept, self.may_see_patients & kept, self.user, self.role, parts)

    def with_part(self, part: Part) -> "Scope":
        """The same scope with one part more."""
        return replace(self, parts=self.parts | {part})

    @property
    def clearance(self) -> tuple[frozenset[str], frozenset[Part]]:
        """Which patients, and how: in the key of whatever is kept of an answer about patients."""
        return self.may_see_patients & self.trusts, self._parts

    @property
    def patient_trusts(self) -> frozenset[str]:
        """The trusts of whose patients some may be seen: `patients` says which."""
        return (self.may_see_patients & self.trusts) | {part.trust for part in self._parts}

    @property
    def own_trusts(self) -> frozenset[str]:
        """The trusts every one of whose patients may be seen, with identity or without, and so their small numbers."""
        return (self.may_see_patients & self.trusts) | {part.trust for part in self._parts if part.is_whole}

    @property
    def identified_trusts(self) -> frozenset[str]:
        """The trusts all of whose rows may be seen as they were sent."""
        return self.may_see_patients & self.trusts

    @property
    def has_pseudonymised(self) -> bool:
        """Whether some rows are seen without identity."""
        return any(part.is_pseudonymised for part in self._parts)

    def is_own(self, trust: str) -> bool:
        """Whether the person is cleared for every patient of this trust, and so for its small numbers."""
        return trust in self.own_trusts

    def has_every_patient(self, trust: str) -> bool:
        """Whether every patient of the trust may be seen as they are."""
        return trust in self.identified_trusts

    def sees_patients(self, trust: str) -> bool:
        """Whether the person may see some patients of the trust."""
        return trust in self.patient_trusts

    def holds(self, place: Mapping[str, str]) -> bool:
        """Whether every patient of a place (trust, division, service, site: those named) may be seen."""
        return place.get("trust") in self.own_trusts or any(part.holds(place) for part in self._parts)

    def require_trust(self, trust: str) -> None:
        """Raise `NotAllowed` unless the trust's totals may be read."""
        if trust not in self.trusts:
            raise _not_allowed(trust, "its figures")

    def require_patients(self, trust: str) -> None:
        """Raise `NotAllowed` unless every patient of the trust may be seen as they are: for what no part can be cut from."""
        self.require_some_patients(trust)
        if trust not in self.identified_trusts:
            raise NotAllowed(
                "This is for those who may see every patient of the trust.",
                where=f"Your account reaches some services of trust {trust}, or its rows without the patients' identity.",
                do="Ask the person who manages accounts in that trust.",
            )

    def require_own(self, trust: str) -> None:
        """Raise `NotAllowed` unless the person is cleared for the trust's small numbers."""
        if not self.is_own(trust):
            raise _not_allowed(trust, "its small numbers")

    def require_some_patients(self, trust: str) -> None:
        """Raise `NotAllowed` unless some of the trust's patients may be seen, whose rows `patients` gives."""
        if trust not in self.patient_trusts:
            raise _not_allowed(trust, "its patients")

    def require_identity(self, trust: str) -> None:
        """Raise `NotAllowed` unless some of the trust's patients may be seen, and none of them without identity alone."""
        self.require_some_patients(trust)
        if not self.identifies(trust):
            raise NotAllowed(
                "This names patients, and you see them without their identity.",
                where=f"Your role in trust {trust} sees pseudonymised rows.",
                do="Ask somebody of the trust who may see its patients, or the person who manages its accounts.",
            )

    def identifies(self, trust: str) -> bool:
        """Whether all patients of the trust whom the person may see are seen with identity."""
        parts = [part for part in self._parts if part.trust == trust]
        return trust in self.identified_trusts or (bool(parts) and not any(part.is_pseudonymised for part in parts))

    def row(self, row: Mapping[str, Any]) -> dict[str, Any] | None:
        """A row as `patients` would give it, of one that was read to be counted; None where it may not be seen."""
        if row["trust"] in self.identified_trusts:
            return dict(row)
        parts = [part for part in self._parts if part.holds(row)]
        if not parts:
            return None
        return dict(row) if any(not part.is_pseudonymised for part in parts) else pseudonymous.row(row)

    def _sees(self, trust: Value, level: str) -> BooleanValue:
        return is_visible(trust, level=level, totals=self.trusts, patients=self.may_see_patients)

    @property
    def _parts(self) -> frozenset[Part]:
        return frozenset(part for part in self.parts if part.trust in self.trusts)

    def _of_pathways(self, table: Table, pathways: Table) -> Table:
        """The rows of the pathways that may be seen."""
        seen = self.patients(pathways).select("trust", PATHWAY).distinct()
        rows = table.semi_join(seen, ["trust", PATHWAY])
        if not self.has_pseudonymised:
            return rows
        named = Scope(self.trusts, self.may_see_patients, self.user, self.role, self.parts - _without_identity(self.parts))
        known = named.patients(pathways).select("trust", PATHWAY).distinct().mutate(is_known_pathway=ibis.literal(True))
        told = rows.left_join(known, ["trust", PATHWAY]).drop("trust_right", f"{PATHWAY}_right")
        return pseudonymous.rows(told, is_known=told.is_known_pathway.fill_null(False)).drop("is_known_pathway")


def _without_identity(parts: frozenset[Part]) -> frozenset[Part]:
    return frozenset(part for part in parts if part.is_pseudonymised)


def _is_one_of(table: Table, column: str, chosen: frozenset[str]) -> BooleanValue:
    if column not in table.columns:
        return ibis.literal(False)
    return table[column].isin(sorted(chosen)).fill_null(False)


def _not_allowed(trust: str, what: str) -> NotAllowed:
    return NotAllowed(
        f"You may not see {what}.",
        where=f"Trust {trust} is outside what your account reaches.",
        do="Ask the person who manages accounts in that trust.",
    )
