"""Every number under which the snapshot knows one patient: for whoever must say who looked at that patient."""

from collections.abc import Iterable, Mapping
from functools import reduce

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from clockstop.answers.desk import Desk
from clockstop.answers.pathways import facts_of_patients
from clockstop.answers.scope import PATHWAY, Scope
from clockstop.answers.unplanned_care import TABLES as VISITS_AND_STAYS
from clockstop.intake.pseudonyms import is_valid, pseudonym

HOSPITAL_NUMBER, PSEUDONYM = "local_patient_identifier", "nhs_number_pseudonym"
_NUMBERS = (PATHWAY, PSEUDONYM, HOSPITAL_NUMBER)
_ASKED = "numbers_asked"


def numbers_of_patient(scope: Scope, desk: Desk, trust: str, pathway: str) -> tuple[str, ...]:
    """The pathways, visits and stays in the trust of the patient of this one, itself first; alone where nothing is known of it.

    One patient is one NHS number's pseudonym, or one hospital number.
    """
    asked = pathway.replace("\0", " ")
    own = _known(scope, desk, trust, PATHWAY, [asked])
    found = {asked}
    for name in (PSEUDONYM, HOSPITAL_NUMBER):
        numbers = sorted({row[name] or "" for row in own} - {""})
        found |= {row[PATHWAY] or "" for row in _known(scope, desk, trust, name, numbers)}
    return (asked, *sorted(found - {asked, ""}))


def first_of_patient(scope: Scope, desk: Desk, typed: str) -> tuple[str, str] | None:
    """Trust and pathway of the patient whom a typed number names (pathway, hospital or NHS number); None where nobody is."""
    asked = typed.replace("\0", " ")
    ways = [(PATHWAY, [asked, asked.upper()]), (HOSPITAL_NUMBER, [asked, asked.upper()])]
    ways += [(PSEUDONYM, [pseudonym(desk.home, asked)])] if is_valid(asked) else []
    for trust in sorted(scope.patient_trusts):
        for name, numbers in ways:
            found = sorted(row[PATHWAY] or "" for row in _known(scope, desk, trust, name, numbers))
            if any(found):
                return trust, next(filter(None, found))
    return None


def numbers_of_people(desk: Desk, given: Mapping[str, str]) -> dict[str, dict[str, tuple[str, ...]]]:
    """Of each person, by trust, the numbers of all that the snapshot has under the person's own pseudonym (person to pseudonym).

    For alerts alone: nobody is shown any of it.
    """
    trusts = frozenset(desk.manifest.trusts)
    scope = Scope(trusts=trusts, may_see_patients=trusts, user="", role="")
    found: dict[str, dict[str, tuple[str, ...]]] = {name: {} for name in given}
    for trust in sorted(trusts) if given else ():
        rows = _known(scope, desk, trust, PSEUDONYM, sorted(set(given.values())))
        for name, hashed in given.items():
            found[name][trust] = tuple(sorted({row[PATHWAY] or "" for row in rows if row[PSEUDONYM] == hashed} - {""}))
    return found


def _known(scope: Scope, desk: Desk, trust: str, name: str, numbers: Iterable[str]) -> list[dict[str, str | None]]:
    """Pathway, pseudonym and hospital number of every row of the trust's patients in which `name` is one of these numbers."""
    wanted = pa.table({"number": pa.array(list(numbers), pa.string())})
    if not wanted.num_rows:
        return []
    desk.lend(_ASKED, wanted)

    def build() -> Table:
        every = _every_number(scope, desk, trust)
        return every.semi_join(desk.lent(_ASKED), every[name] == desk.lent(_ASKED).number).distinct()

    return desk.compiled_rows(("numbers of a patient", trust, scope.clearance, name), build).to_pylist()


def _every_number(scope: Scope, desk: Desk, trust: str) -> Table:
    """Pathway, pseudonym and hospital number of all rows of the trust's patients, of every table of theirs."""
    parts = []
    for name in dict.fromkeys(("rtt_pathways", *VISITS_AND_STAYS, *facts_of_patients(desk))):
        if desk.has(name) and PATHWAY in desk.table(name).columns:
            rows = scope.patients(desk.table(name, trusts={trust}))
            rows = rows.filter(rows.trust == trust)
            parts.append(rows.select(**{one: rows[one] if one in rows.columns else ibis.null("string") for one in _NUMBERS}))
    return reduce(lambda left, right: left.union(right), parts)
