"""What a visit to the emergency department or a hospital stay was, for the timeline of whoever has no clock: steps in order."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.contracts.emergency_codes import ATTENDANCE_OUTCOME

# The live tables first: what has happened since the last refresh stands in them alone.
VISITS, STAYS = ("ed_patients_now", "emergency_attendances"), ("bed_stays_now", "bed_stays")
STEPS = {
    "clock_start_at": "Emergency department: the clock starts",
    "assessed_at": "Assessed",
    "seen_at": "Seen for treatment",
    "decision_to_admit_at": "Decided to admit",
    "ready_at": "Ready to go",
    "clock_end_at": "The clock stops",
}


@dataclass(frozen=True)
class Step:
    """Something that happened to the patient; `until` is null where it goes on, or is a moment."""

    at: datetime
    words: str
    until: datetime | None = None
    is_stay: bool = False


def steps_of(scope: Scope, desk: Desk, trust: str, number: str) -> tuple[Step, ...]:
    """The steps of the visit or of the stay of that number, the earliest first; none where it is neither."""
    visits = _first_found(scope, desk, VISITS, trust, number)[:1]
    stays = _first_found(scope, desk, STAYS, trust, number)
    found = [step for row in visits for step in _of_visit(row)] + [_of_stay(row) for row in stays]
    return tuple(sorted(found, key=lambda step: step.at))


def _first_found(scope: Scope, desk: Desk, tables: tuple[str, ...], trust: str, number: str) -> list[dict[str, Any]]:
    """The rows of that number in the first of the tables that has any, of a trust whose patients the reader may see."""
    for name in tables:
        if desk.has(name):
            rows = scope.patients(desk.table(name, trusts=[trust]))
            rows = rows.filter(rows.trust == trust, rows.patient_pathway_identifier == number)
            found = desk.rows(rows).to_pylist()
            if found:
                return found
    return []


def _of_visit(row: dict[str, Any]) -> list[Step]:
    outcome = ATTENDANCE_OUTCOME.get(row["outcome"] or "", "")
    said = STEPS | ({"clock_end_at": f"{STEPS['clock_end_at']}: {outcome[:1].lower()}{outcome[1:]}"} if outcome else {})
    return [Step(row[name], words) for name, words in said.items() if row[name] is not None]


def _of_stay(row: dict[str, Any]) -> Step:
    place = ", ".join(str(one) for one in (row["ward_name"], row["bay"], row["bed"]) if one)
    return Step(row["started_at"], place, row["ended_at"], is_stay=True)
