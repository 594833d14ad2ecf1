"""One pathway explained: its events, the rule at each turn, its clocks, and words to read to a caller."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc
from ibis.expr.types import Table

from clockstop.answers.desk import Desk
from clockstop.answers.organisation import service_name
from clockstop.answers.scope import Scope
from clockstop.answers.words_for_callers import summary_of
from clockstop.contracts.codes import PRIORITY_TYPE
from clockstop.contracts.rtt_events import EVENT_TYPES
from clockstop.errors import UnknownName
from clockstop.intake.periods import NOT_ON_ITS_DAY
from clockstop.intake.pseudonyms import is_valid, pseudonym
from clockstop.rules import rtt
from clockstop.rules.rtt_bands import breach_date
from clockstop.rules.rule_sentences import RULES
from clockstop.store.buckets import bucket_of
from clockstop.store.settings import readings

# What lies ahead is booked in these words, on the timeline and on the list (store: rtt_bookings); events sent ahead keep their own.
BOOKING_TITLES = {"appointment": "Appointment", "tci": "To come in (TCI)"}
MOST_FOUND = 50
_PATHWAY = ("trust", "patient_pathway_identifier")


@dataclass(frozen=True)
class Turn:
    """One event and what it did to the clock. `days_waited` is the wait of the open clock at the end of that day."""

    event_date: date
    event_sequence: int
    event_type: str
    event_title: str
    rule: str
    sentence: str
    does: str
    days_waited: int | None
    flags: tuple[str, ...] = ()
    status: str = ""


@dataclass(frozen=True)
class Clock:
    """One clock period. `days_waited` to its end, or to the as-of day while it runs; None where it was nullified."""

    period_number: int
    start_date: date | None
    end_date: date | None
    end_status: str
    is_nullified: bool
    days_waited: int | None
    breach_date: date | None
    start_rule: str
    end_rule: str
    start_sentence: str
    end_sentence: str
    responsibility_passed_date: date | None = None

    def has_passed(self, as_of: date) -> bool:
        """Whether another provider answers for the wait at the end of the day, and counts it (RTT-R33)."""
        passed = self.responsibility_passed_date
        return passed is not None and passed <= as_of and (self.end_date is None or passed <= self.end_date)


@dataclass(frozen=True)
class Booking:
    """An appointment or date to come in that lies ahead."""

    event_type: str
    event_title: str
    event_date: date


@dataclass(frozen=True)
class Pathway:
    """Everything that the timeline draws. `summary` is written to be read aloud to a caller."""

    trust: str
    patient_pathway_identifier: str
    local_patient_identifier: str
    service: str
    service_title: str
    consultant: str
    priority: str
    as_of: date
    turns: tuple[Turn, ...]
    clocks: tuple[Clock, ...]
    bookings: tuple[Booking, ...]
    summary: tuple[str, ...]

    @property
    def open_clock(self) -> Clock | None:
        """The clock that runs at the as-of day."""
        return next((clock for clock in reversed(self.clocks) if clock.end_date is None), None)


@dataclass(frozen=True)
class Found:
    """A pathway that a search met."""

    trust: str
    patient_pathway_identifier: str
    local_patient_identifier: str
    service: str
    service_title: str
    days_waited: int | None
    is_waiting: bool


def pathway(scope: Scope, desk: Desk, trust: str, patient_pathway_identifier: str) -> Pathway:
    """The pathway with the rule at each turn; `NotAllowed` outside the scope, `UnknownName` where the snapshot has none of it."""
    scope.require_patients(trust)
    asked = (trust, patient_pathway_identifier.replace("\0", " "))  # the engine takes no NUL
    events = desk.rows(_rows_of(scope, desk, "rtt_events", *asked))
    if not events.num_rows:
        raise UnknownName(
            "There is no such pathway.",
            where=f"Trust {trust} in snapshot {desk.snapshot_id}.",
            do="Check the number and search again.",
        )
    clocks = desk.rows(_rows_of(scope, desk, "rtt_clocks", *asked).order_by("period_number")).to_pylist()
    booked = desk.rows(_rows_of(scope, desk, "rtt_bookings", *asked).order_by("event_date")).to_pylist()
    trace = rtt.trace_of(_past(events, desk.as_of), census=desk.as_of, readings=readings(desk.home)).to_pylist()
    found = tuple(_clock(clock, desk.as_of) for clock in clocks)
    bookings = tuple(_booking(row) for row in booked)
    last = {**(trace[-1] if trace else {}), **(clocks[-1] if clocks else {})}
    return Pathway(
        trust=trust,
        patient_pathway_identifier=patient_pathway_identifier,
        local_patient_identifier=_latest(trace, "local_patient_identifier"),
        service=last.get("service") or "",
        service_title=service_name(last.get("service")),
        consultant=last.get("consultant") or "",
        priority=PRIORITY_TYPE.get(last.get("priority") or "", last.get("priority") or ""),
        as_of=desk.as_of,
        turns=tuple(_turn(row) for row in trace),
        clocks=found,
        bookings=bookings,
        summary=summary_of(found, bookings, desk.as_of),
    )


def find(scope: Scope, desk: Desk, text: str) -> tuple[Found, ...]:
    """The pathways that a typed number names exactly: a pathway, hospital or NHS number, of patients whom the reader may see.

    An NHS number is hashed here and looked for as its pseudonym; nothing keeps what was typed.
    """
    wanted = text.strip()
    if not wanted:
        return ()
    hashed = pseudonym(desk.home, wanted) if is_valid(wanted) else None
    found = [*_found(scope, desk, "rtt_waits", wanted, hashed, is_waiting=True)]
    seen = {(one.trust, one.patient_pathway_identifier) for one in found}
    others = _found(scope, desk, "rtt_pathways", wanted, hashed, is_waiting=False)
    return tuple([*found, *(one for one in others if (one.trust, one.patient_pathway_identifier) not in seen)][:MOST_FOUND])


def known(scope: Scope, desk: Desk, chosen: Collection[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Those of the chosen (trust, pathway) that are on the list and within the scope."""
    waits = scope.patients(desk.table("rtt_waits"))
    pathways = sorted({pathway for _trust, pathway in chosen})
    rows = desk.rows(waits.filter(waits.patient_pathway_identifier.isin(pathways)).select(*_PATHWAY)).to_pylist()
    return frozenset((row["trust"], row["patient_pathway_identifier"]) for row in rows) & frozenset(chosen)


def _rows_of(scope: Scope, desk: Desk, name: str, trust: str, patient_pathway_identifier: str) -> Table:
    rows = scope.patients(desk.table(name, bucket=bucket_of(patient_pathway_identifier), trusts=[trust]))
    return rows.filter(rows.trust == trust, rows.patient_pathway_identifier == patient_pathway_identifier)


def _found(scope: Scope, desk: Desk, name: str, wanted: str, hashed: str | None, *, is_waiting: bool) -> list[Found]:
    if not desk.has(name):
        return []
    rows = scope.patients(desk.table(name))
    is_it = (rows.patient_pathway_identifier.upper() == wanted.upper()) | (rows.local_patient_identifier.upper() == wanted.upper())
    if hashed is not None:
        is_it = is_it | (rows.nhs_number_pseudonym == hashed)
    columns = {column: rows[column] for column in (*_PATHWAY, "local_patient_identifier", "service")}
    columns["days_waited"] = rows.days_waited if is_waiting else ibis.null("int64")
    found = desk.rows(rows.filter(is_it.fill_null(False)).select(**columns).distinct().limit(MOST_FOUND)).to_pylist()
    return [_hit(row, is_waiting) for row in found]


def _hit(row: dict[str, Any], is_waiting: bool) -> Found:
    return Found(
        trust=row["trust"],
        patient_pathway_identifier=row["patient_pathway_identifier"],
        local_patient_identifier=row["local_patient_identifier"] or "",
        service=row["service"] or "",
        service_title=service_name(row["service"]),
        days_waited=row["days_waited"],
        is_waiting=is_waiting,
    )


def _past(events: pa.Table, as_of: date) -> pa.Table:
    """The events that the clock has met at the end of the as-of day."""
    has_happened = pc.less_equal(events["event_date"], pa.scalar(as_of))
    is_still_due = pc.and_(
        pc.is_in(events["event_type"], pa.array(NOT_ON_ITS_DAY)), pc.equal(events["event_date"], pa.scalar(as_of))
    )
    return events.filter(pc.and_(has_happened, pc.invert(is_still_due)))


def _turn(row: dict[str, Any]) -> Turn:
    started = row["clock_start_date"]
    return Turn(
        event_date=row["event_date"],
        event_sequence=row["event_sequence"],
        event_type=row["event_type"],
        event_title=EVENT_TYPES.get(row["event_type"], row["event_type"]),
        rule=row["rule"],
        sentence=_sentence(row["rule"]),
        does=row["does"],
        days_waited=(row["event_date"] - started).days if started else None,
        flags=tuple(row["raised"]),
        status=row.get("referral_to_treatment_period_status") or "",
    )


def _clock(row: dict[str, Any], as_of: date) -> Clock:
    start, end = row["start_date"], row["end_date"]
    days = ((end or as_of) - start).days if start is not None and not row["is_nullified"] else None
    return Clock(
        period_number=row["period_number"],
        start_date=start,
        end_date=end,
        end_status=row["end_status"] or "",
        is_nullified=bool(row["is_nullified"]),
        days_waited=days,
        breach_date=breach_date(start) if start is not None else None,
        start_rule=row["start_rule"] or "",
        end_rule=row["end_rule"] or "",
        start_sentence=_sentence(row["start_rule"]),
        end_sentence=_sentence(row["end_rule"]),
        responsibility_passed_date=row["responsibility_passed_date"],
    )


def _booking(row: dict[str, Any]) -> Booking:
    kind = row["event_type"]
    return Booking(kind, BOOKING_TITLES.get(kind, EVENT_TYPES.get(kind, kind)), row["event_date"])


def _sentence(rule: str | None) -> str:
    return RULES[rule].sentence if rule in RULES else ""


def _latest(rows: Sequence[dict[str, Any]], name: str) -> str:
    return next((row[name] for row in reversed(rows) if row.get(name)), "")
