"""Reading the inputs of worked cases of the emergency department: instants with an offset or without, codes in many spellings."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from clockstop.errors import UserError
from clockstop.rules import emergency_records as record
from clockstop.rules.case_inputs import the_first
from clockstop.rules.local_time import Meanings, local_at, meanings

_COMPACT = re.compile(r"([+-]\d\d)(\d\d)$")

# The spellings of each instant; the canonical name is that of the contracts.
INSTANTS = {
    record.AMBULANCE_ARRIVED: ("ambulance_arrival", "ambulance_arrived", "ambulance_arrival_at", "at_hospital"),
    record.HANDED_OVER: ("handover", "handover_complete", "handover_completed", "handover_at", "handover_completed_at",
                         "handed_over"),
    record.ARRIVAL: ("arrival", "arrived", "arrival_at", "arrived_at", "registration", "registered", "registered_at", "arrive"),
    record.ASSESSMENT: ("initial_assessment", "assessment", "assessed", "assessed_at", "triage", "triaged", "triage_at"),
    record.SEEN: ("seen_for_treatment", "seen", "seen_at", "treatment", "treated", "treatment_start", "first_seen"),
    record.READY: ("clinically_ready_to_proceed", "ready_to_proceed", "ready", "clinically_ready", "crtp"),
    record.DECISION: ("dta", "decision_to_admit", "decision_to_admit_at", "dta_at", "decided_to_admit"),
    record.CONCLUSION: ("episode_end", "conclusion", "concluded", "attendance_conclusion", "episode_ended", "clinical_end"),
    record.DEPARTURE: ("departure", "departed", "left", "departure_at", "departed_at", "left_at", "depart"),
}  # fmt: skip
NOW = ("now", "as_of", "as_at", "census", "at", "snapshot")
_OUTCOMES = {
    "admit": "admitted", "discharge": "discharged", "home": "discharged", "transfer": "transferred", "stream": "streamed",
    "left": "left_before_treatment", "left_before_seen": "left_before_treatment", "left_before_being_seen": "left_before_treatment",
    "left_without_being_seen": "left_before_treatment", "lwbs": "left_before_treatment", "refused": "left_refused",
    "refused_treatment": "left_refused", "died_in_department": "died", "dead": "died",
}  # fmt: skip
_WAITS = {
    "transport": "hospital_transport", "patient_transport": "hospital_transport",
    "hospital_arranged_transport": "hospital_transport",
    "family": "private_transport", "family_transport": "private_transport", "own_transport": "private_transport",
    "social_care_support": "social_care", "care_package": "social_care",
}  # fmt: skip


@dataclass(frozen=True)
class Instant:
    """An instant as a case writes it: London's local time, and its offset in minutes where it has one."""

    local: datetime
    offset: int | None

    @property
    def meanings(self) -> Meanings:
        """What it can mean, to the second."""
        return meanings(self.local, self.offset)

    @property
    def to_the_minute(self) -> Meanings:
        """The same with its seconds dropped."""
        return meanings(self.local.replace(second=0, microsecond=0), self.offset)


def an_instant(value: Any) -> Instant | None:
    """An instant quoted or not, with `Z`, an offset or none; None stays None.

    >>> an_instant("2026-07-01T11:00:00Z").local.hour, an_instant("2026-07-01 12:00").offset
    (12, None)
    """
    if value is None or value == "":
        return None
    found = value if isinstance(value, datetime) else _parsed(value)
    if found.tzinfo is None:
        return Instant(found, None)
    by_greenwich = found.astimezone(UTC).replace(tzinfo=None)
    minute = (by_greenwich - datetime(1970, 1, 1)).total_seconds() / 60  # noqa: DTZ001 - by Greenwich, without a zone
    local = local_at(int(minute)).replace(second=by_greenwich.second)
    return Instant(local, round((local - by_greenwich.replace(microsecond=0)).total_seconds() / 60))


def _parsed(value: Any) -> datetime:
    if isinstance(value, date):
        return datetime.combine(value, time.min)
    text = _COMPACT.sub(r"\1:\2", str(value).strip().replace("Z", "+00:00").replace("z", "+00:00"))
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise UserError(f"'{value}' is not an instant", do="Write instants as YYYY-MM-DDTHH:MM, with +01:00 if known.") from None


def greenwich(minute: float | None) -> str | None:
    """A minute as an instant by Greenwich.

    >>> greenwich(29713620)
    '2026-06-30T11:00:00Z'
    """
    if minute is None:
        return None
    return datetime.fromtimestamp(round(minute * 60), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def instants_of(inputs: Mapping[str, Any]) -> dict[str, Meanings]:
    """What each instant of an attendance can mean, in the order of the contract's names; those that it lacks are left out."""
    given = {name: an_instant(the_first(inputs, name, *spellings)) for name, spellings in INSTANTS.items()}
    return {name: one.to_the_minute for name, one in given.items() if one is not None}


def a_word(value: Any, synonyms: Mapping[str, str]) -> str | None:
    """A code in our spelling."""
    if value is None or value == "":
        return None
    word = str(value).strip().lower().replace("-", "_").replace(" ", "_")
    return synonyms.get(word, word)


def outcome_of(inputs: Mapping[str, Any]) -> str | None:
    """How the attendance ended, in the contract's codes."""
    return a_word(the_first(inputs, "outcome", "attendance_outcome", "disposal", "discharge_status"), _OUTCOMES)


def wait_reason_of(inputs: Mapping[str, Any]) -> str | None:
    """What the patient waited for after the episode, in the contract's codes."""
    return a_word(the_first(inputs, "wait_reason", "waiting_for", "transport_wait_reason", "wait"), _WAITS)


def type_of(value: Any) -> str | None:
    """A department type with two digits: 1, "1", "01" and "type 1" are one.

    >>> type_of(1), type_of("Type 3"), type_of("sdec")
    ('01', '03', '05')
    """
    if value is None:
        return None
    word = str(value).strip().lower()
    digits = re.sub(r"\D", "", word)
    return "05" if word in ("sdec", "same day emergency care") else digits.zfill(2) if digits else word


def rows_of(inputs: Mapping[str, Any], *names: str) -> Sequence[Any]:
    """The list under the first of the names; empty where there is none."""
    return the_first(inputs, *names, otherwise=()) or ()
