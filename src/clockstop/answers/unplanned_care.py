"""Rows of a visit to the emergency department or of a hospital stay, and the same patient's others.

The live tables are asked first: what has happened since the last refresh stands in them alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope

VISITS = ("ed_patients_now", "emergency_today", "emergency_attendances")
STAYS = ("inpatient_stays_now", "inpatient_stays")
TABLES = (*VISITS, *STAYS)
PATHWAY, VISIT, SPELL = "patient_pathway_identifier", "emergency_care_attendance_identifier", "hospital_provider_spell_identifier"
PERSON = ("nhs_number_pseudonym", "local_patient_identifier")
MOST_OTHERS = 12


@dataclass(frozen=True, kw_only=True)
class Beside:
    """A visit or stay of a patient in the trust; it may go on."""

    number: str
    is_visit: bool
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class Asked:
    """What is asked of the tables: the rows of one number of one trust, of patients whom the reader may see."""

    scope: Scope
    desk: Desk
    trust: str
    number: str

    def rows(self, name: str, *, by: str = PATHWAY, number: str = "") -> list[dict[str, Any]]:
        """The rows of a table whose column `by` has the number; none where there is no such table or column."""
        if not self.desk.has(name):
            return []
        table = self.scope.patients(self.desk.table(name, trusts=[self.trust]))
        if by not in table.columns:
            return []
        wanted = (number or self.number).replace("\0", " ")  # the engine takes no NUL
        return self.desk.rows(table.filter(table.trust == self.trust, table[by] == wanted)).to_pylist()

    def first(self, tables: Sequence[str], *, number: str = "") -> dict[str, Any] | None:
        """The row of the first of the tables that has the number, with the name of that `table`."""
        for name in tables:
            found = self.rows(name, number=number)
            if found:
                return found[0] | {"table": name}
        return None

    def partner(self, tables: Sequence[str], said: str | None, by: str) -> str:
        """The stay to which a visit led, or the visit before a stay, where the trust has it; either may name the other."""
        if said and self.first(tables, number=said):
            return said
        found = (one for name in tables for one in self.rows(name, by=by))
        return next((one[PATHWAY] for one in found if one.get(PATHWAY)), "")

    @property
    def last_known_at(self) -> datetime:
        """The end of the snapshot's day: up to then it knows."""
        return datetime.combine(self.desk.as_of, time(23, 59, 59))

    def shown_at(self, name: str) -> datetime:
        """The instant of the trust's live table; the end of the snapshot's day where it has none."""
        shown = self.desk.shown.get(self.trust)
        return shown.at[name] if shown is not None and name in shown.at else self.last_known_at


def words_of(words: Mapping[str, str], *marks: str | None) -> tuple[str, ...]:
    """What is wrong with a record, in words; a mark that has none as it is written."""
    names = dict.fromkeys(name for one in marks for name in (one or "").split())
    return tuple(words.get(name, name) for name in names)


def kind_of(table: str) -> str:
    """What a row of the table is: a visit, a stay, or neither.

    >>> kind_of("emergency_today"), kind_of("inpatient_stays"), kind_of("bed_stays")
    ('visit', 'stay', '')
    """
    return "visit" if table in VISITS else "stay" if table in STAYS else ""


def began_in(table: str) -> str:
    """The column that says when a visit or a stay began; empty where the rows are neither."""
    return {"visit": "clock_start_at", "stay": "started_at"}.get(kind_of(table), "")


def beside(scope: Scope, desk: Desk, trust: str, number: str) -> tuple[Beside, ...]:
    """The same patient's other visits and stays in the trust, the latest first, by the NHS number, else the hospital number."""
    person = Asked(scope, desk, trust, number).first(TABLES) or {}
    by = next((name for name in PERSON if person.get(name)), None)
    found: dict[str, Beside] = {}
    for name in TABLES if by else ():
        for one in _of_person(scope, desk, name, trust, (by, person[by])):
            found.setdefault(one.number, one)
    found.pop(number, None)
    return tuple(sorted(found.values(), key=lambda one: one.began_at, reverse=True)[:MOST_OTHERS])


def _of_person(scope: Scope, desk: Desk, name: str, trust: str, person: tuple[str, str]) -> list[Beside]:
    is_visit = name in VISITS
    by, value = person
    began, ended = began_in(name), "clock_end_at" if is_visit else "ended_at"
    table = scope.patients(desk.table(name, trusts=[trust])) if desk.has(name) else None
    if table is None or not {by, began, ended} <= set(table.columns):
        return []
    theirs = table.filter(table.trust == trust, table[by] == value, table[began].notnull())
    latest = theirs.select(PATHWAY, began, ended).order_by(theirs[began].desc()).limit(MOST_OTHERS + 1)
    rows = desk.rows(latest).to_pylist()
    return [Beside(number=row[PATHWAY], is_visit=is_visit, began_at=row[began], ended_at=row[ended]) for row in rows]
