"""What happened in a hospital stay: how it began, ward by ward, what rounds said, when the patient was ready, how it ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from clockstop.answers import unplanned_care
from clockstop.answers.desk import Desk
from clockstop.answers.organisation import service_name
from clockstop.answers.scope import Scope
from clockstop.contracts.ward_codes import ADMISSION_METHOD, DISCHARGE_METHOD, PATHWAY_OF_DISCHARGE, WARD_TYPE
from clockstop.rules.admissions import has_died
from clockstop.rules.bed_spells import SPELL_MARKS
from clockstop.rules.bed_stays import STAY_MARKS
from clockstop.rules.discharge_ready import NO_READY_DATE, READY

WARD_STAYS = ("bed_stays_now", "bed_stays")


@dataclass(frozen=True, kw_only=True)
class WardStay:
    """A patient's time on one ward; `nights` are its midnights, up to the instant of the state while it goes on."""

    ward: str
    kind: str
    place: str
    started_at: datetime
    ended_at: datetime | None
    nights: int
    why: str
    is_outlier: bool
    is_out_of_hours_move: bool
    marks: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RoundDay:
    """What a board round said of the patient on one day; `colour` is red, green or unknown."""

    day: date
    ward: str
    colour: str
    red_reason: str
    meets_criteria: bool | None
    action: str
    expected_date: date | None


@dataclass(frozen=True, kw_only=True)
class ReadyEntry:
    """An entry of the history of the discharge-ready date: set, or withdrawn; whether it still stands."""

    day: date
    is_ready: bool
    written_at: datetime | None
    stands: bool
    reason: str


@dataclass(frozen=True, kw_only=True)
class Stay:
    """One hospital stay: how it began, where the patient lay, what rounds said, and how it ended. `at`: up to when it is known."""

    trust: str
    number: str
    local_patient_identifier: str
    service: str
    at: datetime
    method: str
    started_at: datetime
    ended_at: datetime | None
    nights: int
    has_died: bool
    discharge_method: str
    wards: tuple[WardStay, ...]
    days: tuple[RoundDay, ...]
    history: tuple[ReadyEntry, ...]
    ready_date: date | None
    withdrawals: int
    delay_days: int | None
    delay_reason: str
    discharge_pathway: str
    why_unmeasured: str
    expected_date: date | None
    expected_set_at: datetime | None
    left_ward_at: datetime | None
    lounge_at: datetime | None
    readmission: str
    readmitted_date: date | None
    days_to_readmission: int | None
    is_readmitted: bool
    marks: tuple[str, ...]
    visit: str
    elective_pathway: str


def stay(scope: Scope, desk: Desk, trust: str, number: str) -> Stay | None:
    """The hospital stay of that number, where the trust has it and the reader may see its patients."""
    asked = unplanned_care.Asked(scope, desk, trust, number)
    row = asked.first(unplanned_care.STAYS)
    if row is None:
        return None
    at = row.get("at") or asked.last_known_at
    ended_at = row.get("ended_at")
    now = next(iter(asked.rows("inpatients_now")), {}) if ended_at is None else {}
    gone = next(iter(asked.rows("discharges")), {}) if ended_at is not None else {}
    return Stay(
        trust=trust,
        number=number,
        local_patient_identifier=row.get("local_patient_identifier") or "",
        service=service_name(row["service"]) if row.get("service") else "",
        at=at,
        method=ADMISSION_METHOD.get(row.get("admission_method_code") or "", ""),
        started_at=row["started_at"],
        ended_at=ended_at,
        nights=((ended_at or at).date() - row["started_at"].date()).days,
        has_died=bool(has_died(row.get("discharge_method_code"), row.get("discharge_destination_code"))),
        discharge_method=DISCHARGE_METHOD.get(row.get("discharge_method_code") or "", ""),
        wards=_wards(asked, at),
        days=_days(asked.rows("patient_days"), now, at),
        history=_history(asked.rows("ready_date_entries")),
        **_of_discharge(gone or now),
        **_of_return(gone),
        expected_date=(gone or now).get("estimated_discharge_date") or row.get("estimated_discharge_date"),
        expected_set_at=row.get("estimated_discharge_date_set_at"),
        lounge_at=gone.get("lounge_at") or row.get("discharge_lounge_at"),
        marks=unplanned_care.words_of(SPELL_MARKS, row.get("marks")),
        visit=asked.partner(unplanned_care.VISITS, row.get(unplanned_care.VISIT), unplanned_care.SPELL),
        elective_pathway=row.get("elective_pathway_identifier") or "",
    )


def _of_discharge(told: dict[str, Any]) -> dict[str, Any]:
    """When the patient was ready and what they waited for, of the discharge or of the state of now."""
    return {
        "ready_date": told.get("discharge_ready_date"),
        "withdrawals": told.get("withdrawals") or 0,
        "delay_days": told.get("delay_days", told.get("days_ready")),
        "delay_reason": told.get("delay_reason") or told.get("delay_reason_code") or "",
        "discharge_pathway": PATHWAY_OF_DISCHARGE.get(told.get("pathway_of_discharge") or "", ""),
        "why_unmeasured": NO_READY_DATE.get(told.get("why_unmeasured") or "", "") if told.get("is_in_scope") else "",
        "left_ward_at": told.get("left_ward_at"),
    }


def _of_return(gone: dict[str, Any]) -> dict[str, Any]:
    """The next admission of the patient, where it is known."""
    return {
        "readmission": gone.get("readmission_spell_identifier") or gone.get("next_admission_spell_identifier") or "",
        "readmitted_date": gone.get("next_admission_date"),
        "days_to_readmission": gone.get("days_to_next_admission"),
        "is_readmitted": bool(gone.get("is_readmitted")),
    }


def _wards(asked: unplanned_care.Asked, at: datetime) -> tuple[WardStay, ...]:
    rows = next((found for name in WARD_STAYS if (found := asked.rows(name))), [])
    found = [_ward(row, at) for row in rows if row.get("started_at") is not None]
    return tuple(sorted(found, key=lambda one: (one.started_at, one.ended_at is None, one.ended_at or at)))


def _ward(row: dict[str, Any], at: datetime) -> WardStay:
    return WardStay(
        ward=row.get("ward_name") or row.get("ward_code") or "",
        kind=WARD_TYPE.get(row.get("ward_type") or "", ""),
        place=", ".join(_place(row)),
        started_at=row["started_at"],
        ended_at=row.get("ended_at"),
        nights=max(((row.get("ended_at") or at).date() - row["started_at"].date()).days, 0),
        why=row.get("reason_for_move") or "",
        is_outlier=bool(row.get("is_outlier")),
        is_out_of_hours_move=bool(row.get("is_out_of_hours_move")),
        marks=unplanned_care.words_of(STAY_MARKS, row.get("marks")),
    )


def _place(row: dict[str, Any]) -> list[str]:
    bay, bed = row.get("bay") or "", row.get("bed") or ""
    return [one for one in (bay, f"bed {bed}" if bed and not bed.lower().startswith("bed") else bed) if one]


def _days(rows: Iterable[dict[str, Any]], now: dict[str, Any], at: datetime) -> tuple[RoundDay, ...]:
    """The days of the rounds; today's is that of the state of now where that has one."""
    found = {row["day"]: _round_day(row, row["day"]) for row in rows}
    if now.get("is_seen_today"):
        found[at.date()] = _round_day(now, at.date())
    return tuple(found[day] for day in sorted(found))


def _round_day(row: dict[str, Any], day: date) -> RoundDay:
    return RoundDay(
        day=day,
        ward=row.get("ward_name") or row.get("ward_code") or "",
        colour=row.get("colour") or "unknown",
        red_reason=row.get("red_reason") or "",
        meets_criteria=row.get("meets_criteria_to_reside"),
        action=row.get("action") or "",
        expected_date=row.get("estimated_discharge_date"),
    )


def _history(rows: Iterable[dict[str, Any]]) -> tuple[ReadyEntry, ...]:
    return tuple(
        ReadyEntry(
            day=row["discharge_ready_date"],
            is_ready=row["ready_status"] == READY,
            written_at=row.get("recorded_at"),
            stands=bool(row.get("stands")),
            reason=row.get("delay_reason") or row.get("delay_reason_code") or "",
        )
        for row in sorted(rows, key=lambda row: row["place"])
    )
