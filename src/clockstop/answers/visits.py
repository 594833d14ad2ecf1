"""What happened in a visit to the emergency department: its clock, and its steps with the minutes that passed.

Times are London's, without a zone; minutes between them are those that passed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any, TypeAlias

from clockstop.answers import unplanned_care
from clockstop.answers.desk import Desk
from clockstop.answers.organisation import service_name
from clockstop.answers.scope import Scope
from clockstop.contracts.emergency_codes import ACUITY, ATTENDANCE_CATEGORY, ATTENDANCE_OUTCOME, DEPARTMENT_TYPE
from clockstop.rules import emergency_clock as clock
from clockstop.rules.local_time import meanings, minute_of
from clockstop.rules.rule_sentences import RULES
from clockstop.rules.treatment_functions import reported_function

BY_AMBULANCE = "ambulance"
STARTED, STOPPED = "The clock started", "The clock stopped"
_DEATHS = ("died", "dead_on_arrival")
# A step before it has its minutes: when, what, more of it, and the rule.
_Said: TypeAlias = tuple[datetime | None, str, str, str]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One moment of a visit: `minutes` from the start of its clock (before it: less than nought), `rule`: the one that says why."""

    at: datetime
    title: str
    more: str = ""
    minutes: int | None = None
    rule: str = ""

    @property
    def sentence(self) -> str:
        """What the rule says."""
        return RULES[self.rule].sentence if self.rule in RULES else ""


@dataclass(frozen=True, kw_only=True)
class Response:
    """A specialty that was asked: `minutes` until it came; null where it has not."""

    service: str
    asked_at: datetime
    came_at: datetime | None
    minutes: int | None


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One visit: its clock, its steps in order, and what stands against 4 and 12 hours.

    `minutes` are those in the department, up to `at` while the patient is there. `has_left_since`: the last refresh has the patient
    in the department, and the state of now has not.
    """

    trust: str
    number: str
    local_patient_identifier: str
    at: datetime
    department: str
    category: str
    acuity: str
    complaint: str
    place: str
    arrival_mode: str
    outcome: str
    arrived_at: datetime | None
    ambulance_at: datetime | None
    handed_over_at: datetime | None
    handover_minutes: int | None
    clock_start_at: datetime | None
    clock_start_minute: int | None
    clock_end_at: datetime | None
    decision_to_admit_at: datetime | None
    minutes: int | None
    minutes_from_decision: int | None
    is_still_here: bool
    has_left_since: bool
    is_closed_as_fault: bool
    is_admitted: bool
    is_in_standard: bool
    is_sdec: bool
    is_unplanned: bool
    steps: tuple[Step, ...]
    responses: tuple[Response, ...]
    marks: tuple[str, ...]
    stay: str

    @property
    def has_died(self) -> bool:
        """Whether the visit ended by death."""
        return self.outcome in _DEATHS

    @property
    def began_at(self) -> datetime | None:
        """When the patient came, as far as anybody knows."""
        return self.ambulance_at or self.arrived_at or self.clock_start_at


def visit(scope: Scope, desk: Desk, trust: str, number: str) -> Visit | None:
    """The visit of that number, where the trust has it and the reader may see its patients."""
    asked = unplanned_care.Asked(scope, desk, trust, number)
    row = asked.first(unplanned_care.VISITS)
    if row is None:
        return None
    brought = next(iter(asked.rows("ambulance_handovers")), {})
    responses = _responses(asked.rows("ed_specialty_responses")) or _asked_now(row)
    is_here = bool(row.get("is_still_here", row.get("clock_end_at") is None))
    has_left = is_here and row["table"] == unplanned_care.VISITS[-1] and asked.shown_at("ed_patients_now") > asked.last_known_at
    at = row.get("at") or asked.last_known_at
    return Visit(
        trust=trust,
        number=number,
        at=at,
        **_named(row),
        arrival_mode=row.get("arrival_mode") or (BY_AMBULANCE if brought else ""),
        ambulance_at=brought.get("arrived_at"),
        handed_over_at=brought.get("handed_over_at"),
        handover_minutes=brought.get("handover_minutes"),
        minutes=_minutes_so_far(row, at) if is_here else row.get("minutes_in_department"),
        is_still_here=is_here and not has_left,
        has_left_since=has_left,
        steps=tuple(_timed(_steps(row, brought, responses), row)),
        responses=responses,
        marks=unplanned_care.words_of(clock.MARKS, row.get("marks"), brought.get("marks")),
        stay=asked.partner(unplanned_care.STAYS, row.get(unplanned_care.SPELL), unplanned_care.VISIT),
    )


def _named(row: dict[str, Any]) -> dict[str, Any]:
    """What the row says by itself, codes in words."""
    texts = ("local_patient_identifier", "complaint", "place", "outcome")
    truths = ("is_closed_as_fault", "is_admitted", "is_in_standard", "is_sdec")
    plain = ("arrived_at", "clock_start_at", "clock_start_minute", "clock_end_at", "decision_to_admit_at", "minutes_from_decision")
    return {
        "department": DEPARTMENT_TYPE.get(row.get("department_type") or "", ""),
        "category": ATTENDANCE_CATEGORY.get(row.get("attendance_category") or "", ""),
        "acuity": ACUITY.get(row.get("acuity") or "", ""),
        "is_unplanned": bool(row.get("is_unplanned", True)),
        **{name: row.get(name) or "" for name in texts},
        **{name: bool(row.get(name)) for name in truths},
        **{name: row.get(name) for name in plain},
    }


def _minutes_so_far(row: dict[str, Any], at: datetime) -> int | None:
    start, said = row.get("clock_start_minute"), row.get("minutes_so_far")
    if said is not None or start is None:
        return said
    return max(int(minute_of(at.replace(second=0, microsecond=0)) - start), 0)


def _steps(row: dict[str, Any], brought: dict[str, Any], responses: Sequence[Response]) -> list[_Said]:
    """The moments of a visit, named in the order in which they commonly come."""
    by_ambulance = row.get("arrival_mode") == BY_AMBULANCE or bool(brought)
    bed_of = row.get("admitting_treatment_function_code")
    asked = [
        part
        for one in responses
        for part in (
            (one.asked_at, "Specialty asked", one.service, ""),
            (one.came_at, "The specialty came", _after(one.service, one.minutes, "it was asked"), ""),
        )
    ]
    left = row.get("departed_at") if row.get("departed_at") != row.get("clock_end_at") else None
    return [
        (brought.get("arrived_at"), "The ambulance came", "", ""),
        (None if brought else row.get("arrived_at"), "Came by ambulance" if by_ambulance else "Came", "", ""),
        (
            brought.get("handed_over_at"),
            "Handed over by the ambulance crew",
            _after("", brought.get("handover_minutes"), "the ambulance came"),
            "UEC-1.4-HANDOVER",
        ),
        (row.get("clock_start_at"), STARTED, "", "UEC-1.2-AMBULANCE" if by_ambulance else "UEC-1.2-START"),
        (row.get("assessed_at"), "First assessment", "", ""),
        (row.get("seen_at"), "Seen for treatment", "", ""),
        *asked,
        (row.get("decision_to_admit_at"), "Decision to admit", service_name(reported_function(bed_of)) if bed_of else "", ""),
        (row.get("ready_at"), "Clinically ready to proceed", "", ""),
        (row.get("clock_end_at"), STOPPED, ATTENDANCE_OUTCOME.get(row.get("outcome") or "", ""), _end_rule(row)),
        (left, "Left the department", "", ""),
    ]


def _after(words: str, minutes: int | None, what: str) -> str:
    return ", ".join(one for one in (words, "" if minutes is None else f"{minutes} min after {what}") if one)


def _end_rule(row: dict[str, Any]) -> str:
    return "UEC-1.2-LEFT" if row.get("outcome") in clock.LEFT else "UEC-1.2-STOP"


def _timed(said: Iterable[_Said], row: dict[str, Any]) -> list[Step]:
    """The steps in order with their minutes: those of one minute stand as they were named."""
    start = row.get("clock_start_minute")
    found = [(_minute(title, at, row), at, title, more, rule) for at, title, more, rule in said if at is not None]
    return [
        Step(at=at, title=title, more=more, minutes=None if start is None else minute - start, rule=rule)
        for minute, at, title, more, rule in sorted(found, key=itemgetter(0))
    ]


def _minute(title: str, at: datetime, row: dict[str, Any]) -> int:
    """The minute of a step. A time of the hour that comes twice is what the fact has measured by it, else its first that can be."""
    meant = meanings(at.replace(second=0, microsecond=0))
    start, end = row.get("clock_start_minute"), row.get("clock_end_minute")
    if title in (STARTED, STOPPED):
        return int(start if title == STARTED else end)
    if not meant.is_twice or start is None:
        return int(meant.first)
    measured = {"First assessment": "minutes_to_assessment", "Seen for treatment": "minutes_to_treatment"}
    if title in measured and row.get(measured[title]):
        return int(start + row[measured[title]])
    before_end = {"Decision to admit": "minutes_from_decision", "Clinically ready to proceed": "minutes_from_ready"}
    if title in before_end and end is not None and row.get(before_end[title]):
        return int(end - row[before_end[title]])
    return int(meant.latest if meant.first < start else meant.first)


def _responses(rows: Iterable[dict[str, Any]]) -> tuple[Response, ...]:
    found = [
        Response(
            service=service_name(row["service"]) if row.get("service") else "",
            asked_at=row["requested_at"],
            came_at=row.get("assessed_at"),
            minutes=row.get("response_minutes"),
        )
        for row in rows
        if row.get("requested_at") is not None
    ]
    return tuple(sorted(found, key=lambda one: one.asked_at))


def _asked_now(row: dict[str, Any]) -> tuple[Response, ...]:
    """The request that nobody has answered, as the state of now has it."""
    if row.get("specialty_asked_at") is None:
        return ()
    asked = row.get("specialty_asked")
    return (Response(service=service_name(asked) if asked else "", asked_at=row["specialty_asked_at"], came_at=None, minutes=None),)
