"""One pathway explained: its events, the rule at each turn, its clocks, and words to read to a caller."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc
from ibis.expr.types import Table

from clockstop.answers.desk import Desk
from clockstop.answers.happenings import Happening, happenings
from clockstop.answers.lanes import Lane, lanes_of, other_pathways, rtt_lane
from clockstop.answers.organisation import service_name
from clockstop.answers.pathway_places import pathway_places
from clockstop.answers.scope import Scope
from clockstop.answers.turns import Clock, Turn, rtt_clock_of, turn_of
from clockstop.answers.unplanned_care import TABLES as VISITS_AND_STAYS
from clockstop.answers.unplanned_care import began_in, kind_of
from clockstop.answers.words_for_callers import summary_of
from clockstop.contracts.codes import PRIORITY_TYPE
from clockstop.contracts.rtt_events import EVENT_TYPES
from clockstop.errors import UnknownName
from clockstop.intake.periods import NOT_ON_ITS_DAY
from clockstop.intake.pseudonyms import is_valid, pseudonym
from clockstop.rules import facts, rtt
from clockstop.store.buckets import bucket_of
from clockstop.store.settings import readings

# What lies ahead is booked in these words, on the timeline and on the list (store: rtt_bookings); events sent ahead keep their own.
BOOKING_TITLES = {"appointment": "Appointment", "tci": "To come in (TCI)"}
MOST_FOUND = 50
_PATHWAY = ("trust", "patient_pathway_identifier")


@dataclass(frozen=True)
class Booking:
    """An appointment or date to come in that lies ahead."""

    event_type: str
    event_title: str
    event_date: date


@dataclass(frozen=True)
class Pathway:
    """Everything that the timeline draws. `summary` is written to be read aloud to a caller.

    `turns` and `clocks` are RTT's; `lanes` are every clock of the pathway, RTT's first, then those of the same patient's other
    pathways in the trust; `happenings` are all their events, each with what it did to each clock.
    """

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
    lanes: tuple[Lane, ...] = ()
    happenings: tuple[Happening, ...] = ()

    @property
    def own_lanes(self) -> tuple[Lane, ...]:
        """The clocks of this pathway."""
        return tuple(lane for lane in self.lanes if not lane.is_other)

    @property
    def open_clock(self) -> Clock | None:
        """The clock that runs at the as-of day."""
        return next((clock for clock in reversed(self.clocks) if clock.end_date is None), None)


@dataclass(frozen=True)
class Found:
    """A pathway that a search met; `kind` is visit or stay where the number is that of one, with when it began."""

    trust: str
    patient_pathway_identifier: str
    local_patient_identifier: str
    service: str
    service_title: str
    days_waited: int | None
    is_waiting: bool
    kind: str = ""
    began_at: datetime | None = None


def pathway(scope: Scope, desk: Desk, trust: str, patient_pathway_identifier: str) -> Pathway:
    """The pathway with the rule at each turn; `NotAllowed` outside the scope, `UnknownName` where the snapshot has none of it.

    A pathway that no RTT record knows opens too, where any other fact has it: a test that a GP asked for, a follow-up.
    """
    require_known(scope, desk, trust, patient_pathway_identifier)
    asked = (trust, patient_pathway_identifier.replace("\0", " "))  # the engine takes no NUL
    clocks = desk.rows(_rows_of(scope, desk, "rtt_clocks", *asked).order_by("period_number")).to_pylist()
    booked = desk.rows(_rows_of(scope, desk, "rtt_bookings", *asked).order_by("event_date")).to_pylist()
    trace = _trace(scope, desk, *asked)
    own = rtt_lane(asked[1], [rtt_clock_of(clock, desk.as_of) for clock in clocks], [_turn(row) for row in trace])
    lanes = (*((own,) if own.turns else ()), *_other_lanes(scope, desk, *asked))
    bookings = tuple(_booking(row) for row in booked)
    last = {**(trace[-1] if trace else _of_lanes(lanes)), **(clocks[-1] if clocks else {})}
    return Pathway(
        trust=trust,
        patient_pathway_identifier=patient_pathway_identifier,
        local_patient_identifier=_latest(trace, "local_patient_identifier") or last.get("local_patient_identifier") or "",
        service=last.get("service") or "",
        service_title=service_name(last.get("service")) if last.get("service") else "",
        consultant=last.get("consultant") or "",
        priority=PRIORITY_TYPE.get(last.get("priority") or "", last.get("priority") or ""),
        as_of=desk.as_of,
        turns=own.turns,
        clocks=own.clocks,
        bookings=bookings,
        summary=summary_of(own.clocks, bookings, desk.as_of, lanes),
        lanes=lanes,
        happenings=happenings(lanes),
    )


def require_known(scope: Scope, desk: Desk, trust: str, patient_pathway_identifier: str) -> None:
    """Raise `NotAllowed` outside the scope, and `UnknownName` where no fact of the snapshot has the pathway."""
    scope.require_some_patients(trust)
    if not known(scope, desk, [(trust, patient_pathway_identifier.replace("\0", " "))]):
        raise UnknownName(
            "There is no such pathway.",
            where=f"Trust {trust} in snapshot {desk.snapshot_id}.",
            do="Check the number and search again.",
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
    for name in dict.fromkeys(("rtt_pathways", *VISITS_AND_STAYS, *facts_of_patients(desk))):
        others = _found(scope, desk, name, wanted, hashed, is_waiting=False)
        found += [one for one in others if (one.trust, one.patient_pathway_identifier) not in seen]
        seen |= {(one.trust, one.patient_pathway_identifier) for one in others}
    found.sort(key=lambda one: (one.began_at is not None, -one.began_at.timestamp() if one.began_at else 0))
    return tuple(found[:MOST_FOUND])


def known(scope: Scope, desk: Desk, chosen: Collection[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Those of the chosen (trust, pathway) that the snapshot has, in RTT's records or in any other fact, and within the scope."""
    left, found = frozenset(chosen), frozenset()
    for name in ("rtt_pathways", "rtt_events", *facts_of_patients(desk)):
        if left and desk.has(name):
            rows = scope.patients(desk.table(name, trusts={trust for trust, _pathway in left}))
            rows = rows.filter(rows.patient_pathway_identifier.isin(sorted({pathway for _trust, pathway in left})))
            hits = desk.rows(rows.select(*_PATHWAY).distinct()).to_pylist()
            found |= {(row["trust"], row["patient_pathway_identifier"]) for row in hits} & left
            left -= found
    return found


def facts_of_patients(desk: Desk) -> list[str]:
    """The declared facts of the snapshot whose rows are patients' pathways: those with a hospital number."""
    return desk.kept_answer(
        "facts of patients", lambda: [name for name in facts() if desk.has(name) and _is_of_patients(desk, name)]
    )


def _is_of_patients(desk: Desk, name: str) -> bool:
    return {"patient_pathway_identifier", "local_patient_identifier"} <= set(desk.table(name).columns)


def _trace(scope: Scope, desk: Desk, trust: str, patient_pathway_identifier: str) -> list[dict[str, Any]]:
    events = past_events(desk.rows(_rows_of(scope, desk, "rtt_events", trust, patient_pathway_identifier)), desk.as_of)
    return rtt.trace_of(events, census=desk.as_of, readings=readings(desk.home)).to_pylist() if events.num_rows else []


def _other_lanes(scope: Scope, desk: Desk, trust: str, patient_pathway_identifier: str) -> tuple[Lane, ...]:
    """The pathway's clocks beside RTT's, then every clock of the same patient's other pathways."""
    others = other_pathways(scope, desk, trust, patient_pathway_identifier)
    found = lanes_of(scope, desk, trust, patient_pathway_identifier, others)
    rtt_of_others = []
    for number in others:
        clocks = desk.rows(_rows_of(scope, desk, "rtt_clocks", trust, number).order_by("period_number")).to_pylist()
        if clocks:
            turns = [_turn(row) for row in _trace(scope, desk, trust, number)]
            rtt_of_others.append(rtt_lane(number, [rtt_clock_of(row, desk.as_of) for row in clocks], turns, is_other=True))
    own = [lane for lane in found if not lane.is_other]
    rest = sorted((*rtt_of_others, *(lane for lane in found if lane.is_other)), key=lambda lane: lane.patient_pathway_identifier)
    return (*own, *rest)


def _of_lanes(lanes: Sequence[Lane]) -> dict[str, str]:
    """Place and person of a pathway that RTT does not know, as its own clocks have them."""
    own = next((lane for lane in lanes if not lane.is_other), None)
    if own is None:
        return {}
    return {"service": own.service, "consultant": own.consultant, "local_patient_identifier": own.local_patient_identifier}


def _rows_of(scope: Scope, desk: Desk, name: str, trust: str, patient_pathway_identifier: str) -> Table:
    bucket = bucket_of(patient_pathway_identifier)
    places = pathway_places(desk, [trust], bucket=bucket)
    rows = scope.patients(desk.table(name, bucket=bucket, trusts=[trust]), pathways=places)
    return rows.filter(rows.trust == trust, rows.patient_pathway_identifier == patient_pathway_identifier)


def _found(scope: Scope, desk: Desk, name: str, wanted: str, hashed: str | None, *, is_waiting: bool) -> list[Found]:
    if not desk.has(name):
        return []
    rows = scope.patients(desk.table(name))
    is_it = (rows.patient_pathway_identifier.upper() == wanted.upper()) | (rows.local_patient_identifier.upper() == wanted.upper())
    if hashed is not None and "nhs_number_pseudonym" in rows.columns:
        is_it = is_it | (rows.nhs_number_pseudonym == hashed)
    columns = {column: rows[column] for column in (*_PATHWAY, "local_patient_identifier", "service")}
    columns["days_waited"] = rows.days_waited if is_waiting else ibis.null("int64")
    began = began_in(name)
    columns["began_at"] = rows[began].cast("timestamp") if began in rows.columns else ibis.null("timestamp")
    found = desk.rows(rows.filter(is_it.fill_null(False)).select(**columns).distinct().limit(MOST_FOUND)).to_pylist()
    one_each = {(row["trust"], row["patient_pathway_identifier"]): row for row in found}
    return [_hit(row, is_waiting, kind_of(name)) for row in one_each.values()]


def _hit(row: dict[str, Any], is_waiting: bool, kind: str) -> Found:
    return Found(
        trust=row["trust"],
        patient_pathway_identifier=row["patient_pathway_identifier"],
        local_patient_identifier=row["local_patient_identifier"] or "",
        service=row["service"] or "",
        service_title=service_name(row["service"]),
        days_waited=row["days_waited"],
        is_waiting=is_waiting,
        kind=kind,
        began_at=row["began_at"],
    )


def past_events(events: pa.Table, as_of: date) -> pa.Table:
    """The events that the clock has met at the end of the as-of day."""
    has_happened = pc.less_equal(events["event_date"], pa.scalar(as_of))
    is_still_due = pc.and_(
        pc.is_in(events["event_type"], pa.array(NOT_ON_ITS_DAY)), pc.equal(events["event_date"], pa.scalar(as_of))
    )
    return events.filter(pc.and_(has_happened, pc.invert(is_still_due)))


def _turn(row: dict[str, Any]) -> Turn:
    return turn_of(row, EVENT_TYPES.get(row["event_type"], row["event_type"]))


def _booking(row: dict[str, Any]) -> Booking:
    kind = row["event_type"]
    return Booking(kind, BOOKING_TITLES.get(kind, EVENT_TYPES.get(kind, kind)), row["event_date"])


def _latest(rows: Sequence[dict[str, Any]], name: str) -> str:
    return next((row[name] for row in reversed(rows) if row.get(name)), "")
