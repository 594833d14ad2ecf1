"""Rows of a visit to the emergency department or of a hospital stay, and the same patient's others.

The live tables are asked first: what has happened since the last refresh stands in them alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import reduce
from typing import Any

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope

VISITS = ("ed_patients_now", "emergency_today", "emergency_attendances")
STAYS = ("inpatient_stays_now", "inpatient_stays")
TABLES = (*VISITS, *STAYS)
PATHWAY, VISIT, SPELL = "patient_pathway_identifier", "emergency_care_attendance_identifier", "hospital_provider_spell_identifier"
PERSON = ("nhs_number_pseudonym", "local_patient_identifier")
MOST_OTHERS = 12
_LENT = "number_asked"


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

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The rows of a table that have the number; none where there is no such table."""
        if not self.desk.has(name):
            return []
        return self._run(("rows", name), self.number, lambda asked: self._theirs(name, PATHWAY, asked)).to_pylist()

    def _theirs(self, name: str, by: str, asked: Table) -> Table:
        """The trust's rows of a table whose column `by` is what is asked."""
        rows = self.scope.patients(self.desk.table(name, trusts=[self.trust]))
        return rows.filter(rows.trust == self.trust).semi_join(asked, [rows[by] == asked.asked])

    def _run(self, key: tuple[str, ...], number: str, build: Callable[[Table], Table]) -> pa.Table:
        """The rows of a question about a number: the number is lent, so that the question is compiled once."""
        self.desk.lend(_LENT, pa.table({"asked": pa.array([number.replace("\0", " ")], pa.string())}))
        of_scope = (self.trust, self.scope.clearance)
        return self.desk.compiled_rows(("unplanned care", *key, of_scope), lambda: build(self.desk.lent(_LENT)))

    def first(self, tables: Sequence[str]) -> dict[str, Any] | None:
        """The row of the first of the tables that has the number, with the name of that `table`."""
        held = {found for found, _number in self._numbers(tables, PATHWAY, self.number)}
        name = next((name for name in tables if name in held), None)
        return None if name is None else self.rows(name)[0] | {"table": name}

    def partner(self, tables: Sequence[str], said: str | None, by: str) -> str:
        """The stay to which a visit led, or the visit before a stay, where the trust has it; either may name the other."""
        named = self._numbers(tables, PATHWAY, said) if said else []
        return next((number for _name, number in named or self._numbers(tables, by, self.number)), "")

    def _numbers(self, tables: Sequence[str], by: str, wanted: str) -> list[tuple[str, str]]:
        """In which of the tables `by` is what is wanted, with the number of each such row."""
        found: list[tuple[str, str]] = []
        for name in tables:
            if self._has(name, by):
                rows = self._run(
                    ("number", name, by), wanted, lambda asked, name=name: self._theirs(name, by, asked).select(PATHWAY)
                )
                found += [(name, number) for number in rows[PATHWAY].to_pylist() if number]
        return found

    def _has(self, name: str, by: str) -> bool:
        """Whether there is such a table with that column."""
        if not self.desk.has(name):
            return False
        key = ("column of", name, by, self.trust)
        return self.desk.kept_answer(key, lambda: by in self.desk.table(name, trusts=[self.trust]).columns)

    def person(self) -> str:
        """The pseudonym of the patient of the visit or the stay of that number; empty where it is neither, or nobody says."""
        for name in TABLES:
            row = next(iter(self.rows(name)), {})
            if row:
                return row.get(PERSON[0]) or ""
        return ""

    def others(self) -> list[dict[str, Any]]:
        """The visits and stays of the same patient, each with the `place` of its table among `TABLES`."""
        key = ("tables of visits and stays", self.trust, self.scope.clearance)
        tables = self.desk.kept_answer(key, self._tables)
        if not tables:
            return []
        return self._run(("others", *tables), self.number, lambda asked: self._of_the_same(tables, asked)).to_pylist()

    def _tables(self) -> list[str]:
        return [name for name in TABLES if _of_patients(self.scope, self.desk, name, self.trust) is not None]

    def _of_the_same(self, tables: Sequence[str], asked: Table) -> Table:
        parts = [_of_patients(self.scope, self.desk, name, self.trust) for name in tables]
        every = reduce(lambda one, other: one.union(other), (part for part in parts if part is not None))
        persons = every.semi_join(asked, [every.number == asked.asked]).filter(lambda one: one.person.notnull())
        theirs = every.semi_join(persons.select("person").distinct(), "person").filter(lambda one: one.began_at.notnull())
        return theirs.order_by(theirs.began_at.desc(), theirs.place).limit(MOST_OTHERS * len(TABLES))

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
    found: dict[str, Beside] = {}
    rows = Asked(scope, desk, trust, number).others()
    for row in sorted(rows, key=lambda row: row["place"]):
        one = Beside(number=row["number"], is_visit=row["is_visit"], began_at=row["began_at"], ended_at=row["ended_at"])
        found.setdefault(row["number"], one)
    found.pop(number, None)
    return tuple(sorted(found.values(), key=lambda one: one.began_at, reverse=True)[:MOST_OTHERS])


def _of_patients(scope: Scope, desk: Desk, name: str, trust: str) -> Table | None:
    """The visits or stays of a table, each with its `person` and the `place` of the table among `TABLES`."""
    if not desk.has(name):
        return None
    began, ended = began_in(name), "clock_end_at" if name in VISITS else "ended_at"
    rows = scope.patients(desk.table(name, trusts=[trust]))
    if not {began, *PERSON} <= set(rows.columns):
        return None
    return rows.filter(rows.trust == trust).select(
        number=rows[PATHWAY],
        person=ibis.coalesce(rows[PERSON[0]].cast("string"), rows[PERSON[1]].cast("string")),
        is_visit=ibis.literal(name in VISITS),
        place=ibis.literal(TABLES.index(name), type="int64"),
        began_at=rows[began].cast("timestamp"),
        ended_at=rows[ended].cast("timestamp") if ended in rows.columns else ibis.null("timestamp"),
    )
