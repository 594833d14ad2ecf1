"""Who may see what, decided once: the first argument of every function of this room."""

from dataclasses import dataclass

from ibis.expr.types import Table

from clockstop.errors import NotAllowed


@dataclass(frozen=True)
class Scope:
    """What one person may read: totals of `trusts`, and patients of `may_see_patients` only.

    There is no default and no "everything": who makes a Scope says it.
    """

    trusts: frozenset[str]
    may_see_patients: frozenset[str]
    user: str
    role: str

    def totals(self, table: Table) -> Table:
        """The rows of trusts whose totals may be read."""
        return table.filter(table.trust.isin(sorted(self.trusts)))

    def patients(self, table: Table) -> Table:
        """The rows of trusts whose patients may be seen; they must be within `trusts` too."""
        return table.filter(table.trust.isin(sorted(self.patient_trusts)))

    @property
    def patient_trusts(self) -> frozenset[str]:
        """The trusts whose patients may be seen."""
        return self.may_see_patients & self.trusts

    def is_own(self, trust: str) -> bool:
        """Whether the person is cleared for this trust's patients, and so for its small numbers."""
        return trust in self.patient_trusts

    def require_trust(self, trust: str) -> None:
        """Raise `NotAllowed` unless the trust's totals may be read."""
        if trust not in self.trusts:
            raise _not_allowed(trust, "its figures")

    def require_patients(self, trust: str) -> None:
        """Raise `NotAllowed` unless the trust's patients may be seen."""
        if trust not in self.patient_trusts:
            raise _not_allowed(trust, "its patients")


def _not_allowed(trust: str, what: str) -> NotAllowed:
    return NotAllowed(
        f"You may not see {what}.",
        where=f"Trust {trust} is outside what your account reaches.",
        do="Ask the person who manages accounts in that trust.",
    )
