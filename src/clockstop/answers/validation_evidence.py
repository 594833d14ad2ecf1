"""The evidence on a clock: a signature by which a later list can tell that it is another, and what a validator is shown of it."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from clockstop.answers import quality
from clockstop.answers.desk import Desk
from clockstop.answers.pathway_places import pathway_places
from clockstop.answers.pathways import BOOKING_TITLES, past_events
from clockstop.answers.scope import Scope
from clockstop.answers.turns import Turn, turn_of
from clockstop.contracts.rtt_events import EVENT_TYPES
from clockstop.rules import rtt
from clockstop.rules.rtt_flags import Flag
from clockstop.rules.validation_likely import Doubt, Likely, doubts, likeliest, likely
from clockstop.store.settings import readings

Key = tuple[str, str]
# Flags that come and go with the calendar alone: they make no evidence new.
OF_THE_CALENDAR = ("no_next_step", "validation", "priority", "monitoring_review", "planned", "start_drift", "pop_on")
# What moves no clock by itself: a new booking is no reason to check again.
OF_THE_DIARY = ("appointment_booked", "patient_cancel", "provider_cancel", "decline_date")
_PATHWAY = ("trust", "patient_pathway_identifier")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of the evidence: an event with what its rule did, or what a flag says of a day that no event stands for.

    `doubtful` is the cell in doubt (date, event or status), `doubt` the flag that doubts it, `within`: since the clock started.
    """

    day: date
    title: str
    status: str = ""
    rule: str = ""
    does: str = ""
    doubtful: str = ""
    doubt: str = ""
    is_ahead: bool = False
    within: bool = True
    is_of_the_diary: bool = False


@dataclass(frozen=True, kw_only=True)
class OtherPathway:
    """Another open pathway of the same person in the trust, or the one whose duplicate this may be, though its clock has stopped.

    `is_alike`: under the same reported function, or named by a flag as the same. `end_date`: its clock has stopped.
    """

    patient_pathway_identifier: str
    service: str
    consultant: str
    start_date: date
    days_waited: int
    last_event_type: str
    last_event_date: date | None
    next_event_type: str
    next_event_date: date | None
    is_alike: bool
    end_date: date | None = None


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """All that is known of one clock: its lines by day, its flags with what was found, the person's other open pathways."""

    lines: tuple[Line, ...]
    flags: tuple[tuple[Flag, str], ...]
    others: tuple[OtherPathway, ...]
    likely: Likely
    signature: str
    has_died: bool = False

    @property
    def told(self) -> tuple[Line, ...]:
        """The lines without what only the diary says, unless a flag doubts it."""
        return tuple(line for line in self.lines if not line.is_of_the_diary or line.doubt)

    @property
    def untold(self) -> int:
        """How many lines `told` leaves out."""
        return len(self.lines) - len(self.told)

    @property
    def alike(self) -> tuple[OtherPathway, ...]:
        """The others that may be the same pathway twice."""
        return tuple(other for other in self.others if other.is_alike)


@dataclass(frozen=True)
class _Read:
    """What the snapshot has of one pathway."""

    turns: tuple[Turn, ...]
    bookings: tuple[dict[str, Any], ...]
    flags: tuple[tuple[Flag, str], ...]
    others: tuple[OtherPathway, ...]
    signature: str


def evidence(scope: Scope, desk: Desk, key: Key, start_date: date, *, following: Collection[Key] = ()) -> Evidence:
    """The evidence on the pathway's clock of that start; `NotAllowed` outside the scope.

    `following` are the pathways that will be asked for next: they are read with it, and kept while the snapshot stands.
    """
    scope.require_identity(key[0])
    kept: dict[Key, _Read] = desk.kept_answer(("validation evidence", scope.clearance), dict)
    if key not in kept:
        same_trust = [one for one in following if one[0] == key[0] and one not in kept]
        kept.update(_read(scope, desk, key[0], [key, *same_trust]))
    found = kept[key]
    told = [(flag.slug, text) for flag, text in found.flags]
    return Evidence(
        lines=_lines(found, [doubt for slug, text in told for doubt in doubts(slug, text)], start_date),
        flags=found.flags,
        others=found.others,
        likely=likeliest(told, start_date),
        signature=found.signature,
        has_died=any(turn.event_type in ("death", "death_notified") for turn in found.turns)
        or any(slug == "closed_but_open" and "died" in text for slug, text in told),
    )


def _read(scope: Scope, desk: Desk, trust: str, keys: Sequence[Key]) -> dict[Key, _Read]:
    """What the snapshot has of some pathways of a trust, each table asked once."""
    names = sorted({pathway for _trust, pathway in keys})
    flags = quality.flags_of(scope, desk, keys)
    told = signatures(scope, desk, keys)
    turns = _by_pathway(_traced(desk, _rows(scope, desk, "rtt_events", trust, names)))
    booked = _by_pathway(_rows(scope, desk, "rtt_bookings", trust, names).sort_by("event_date").to_pylist())
    others = _others(scope, desk, trust, names, flags)
    return {
        key: _Read(
            turns=tuple(turn_of(row, EVENT_TYPES.get(row["event_type"], row["event_type"])) for row in turns.get(key[1], ())),
            bookings=tuple(booked.get(key[1], ())),
            flags=tuple(flags.get(key, ())),
            others=others[key],
            signature=told[key],
        )
        for key in keys
    }


def _rows(scope: Scope, desk: Desk, table: str, trust: str, names: Sequence[str]) -> pa.Table:
    rows = scope.patients(desk.table(table, trusts=[trust]), pathways=pathway_places(desk, [trust]))
    return desk.rows(rows.filter(rows.patient_pathway_identifier.isin(names)))


def _traced(desk: Desk, events: pa.Table) -> list[dict[str, Any]]:
    """What each event did to the clock of its pathway."""
    past = past_events(events, desk.as_of)
    return rtt.trace_of(past, census=desk.as_of, readings=readings(desk.home)).to_pylist() if past.num_rows else []


def _by_pathway(rows: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["patient_pathway_identifier"], []).append(row)
    return found


def signatures(scope: Scope, desk: Desk, keys: Collection[Key]) -> dict[Key, str]:
    """By trust and pathway, what changes when the evidence does: events so far, and the flags that the calendar does not bring.

    Another load of the same rows, another day, or a new booking changes nothing.
    """
    wanted = frozenset(keys)
    if not wanted:
        return {}
    return desk.kept_answer(("evidence", scope.clearance, wanted), lambda: _signatures(scope, desk, wanted))


def _signatures(scope: Scope, desk: Desk, wanted: frozenset[Key]) -> dict[Key, str]:
    lines: dict[Key, list[str]] = {key: [] for key in wanted}
    for table in ("rtt_events", quality.FLAGS_TABLE):
        if desk.has(table):
            trusts = sorted({trust for trust, _ in wanted})
            rows = scope.patients(desk.table(table, trusts=trusts), pathways=pathway_places(desk, trusts))
            rows = rows.filter(rows.patient_pathway_identifier.isin(sorted({pathway for _, pathway in wanted})))
            for trust, pathway, line in zip(*_told(desk, rows, table), strict=True):
                if (trust, pathway) in lines:
                    lines[trust, pathway].append(line)
    return {key: hashlib.sha256("\n".join(sorted(told)).encode()).hexdigest()[:32] for key, told in lines.items()}


def _told(desk: Desk, rows: Table, table: str) -> list[list[str]]:
    """Trust, pathway and a line of each row that counts as evidence."""
    if table == "rtt_events":
        rows = rows.filter(rows.event_date <= ibis.date(desk.as_of), ~rows.event_type.isin(OF_THE_DIARY))
        parts = (rows.event_date.cast("string"), rows.event_type, rows.referral_to_treatment_period_status)
    else:
        rows = rows.filter(rows.is_current, ~rows.flag.isin(OF_THE_CALENDAR))
        parts = (rows.flag, rows.evidence)
    line = ibis.literal("")
    for part in parts:
        line = line + "|" + part.fill_null("")
    found = desk.rows(rows.select(*_PATHWAY, line=line))
    return [found[name].to_pylist() for name in (*_PATHWAY, "line")]


def _lines(found: _Read, doubted: list[Doubt], start_date: date) -> tuple[Line, ...]:
    """Events, bookings and what flags say of other days, in the order of time."""
    left = list(doubted)
    lines = []
    for turn in found.turns:
        mine = next((one for one in left if one.day == turn.event_date and one.cell != "event"), None)
        if mine:
            left.remove(mine)
        cell, flag = (mine.cell, mine.flag) if mine else ("", "")
        lines.append(
            Line(
                day=turn.event_date, title=turn.event_title, status=turn.status, rule=turn.rule, does=turn.does, doubtful=cell,
                doubt=flag, within=turn.event_date >= start_date, is_of_the_diary=turn.event_type in OF_THE_DIARY,
            )
        )  # fmt: skip
    told = [one for one in left if one.title]
    lines += [Line(day=one.day, title=one.title, doubtful=one.cell, doubt=one.flag, within=one.day >= start_date) for one in told]
    lines += [_ahead(booking) for booking in found.bookings]
    return tuple(sorted(lines, key=lambda line: (line.day, line.is_ahead)))


def _ahead(booking: dict[str, Any]) -> Line:
    kind = booking["event_type"]
    title = BOOKING_TITLES.get(kind, EVENT_TYPES.get(kind, kind))
    return Line(day=booking["event_date"], title=f"{title}, booked", is_ahead=True)


def _others(
    scope: Scope, desk: Desk, trust: str, names: Sequence[str], flags: dict[Key, list[tuple[Flag, str]]]
) -> dict[Key, tuple[OtherPathway, ...]]:
    """By pathway the person's other open ones, by hospital or NHS number, those alike first; and twins whose clock has stopped."""
    waits = scope.patients(desk.table("rtt_waits", trusts=[trust])).select(*_OTHER, *_NUMBERS)
    own = waits.filter(waits.patient_pathway_identifier.isin(names))
    is_theirs = reduce(or_, (waits[name].isin(own.filter(own[name].notnull())[name]).fill_null(False) for name in _NUMBERS))
    rows = desk.rows(waits.filter(is_theirs).order_by("start_date", "patient_pathway_identifier")).to_pylist()
    mine_of = {row["patient_pathway_identifier"]: row for row in rows if row["patient_pathway_identifier"] in names}
    twins = {name: _twins(flags.get((trust, name), ())) for name in names}
    is_open = {row["patient_pathway_identifier"] for row in rows}
    stopped = _stopped(scope, desk, trust, sorted({twin for of_one in twins.values() for twin in of_one} - is_open))
    found: dict[Key, tuple[OtherPathway, ...]] = {}
    for name in names:
        mine = mine_of.get(name)
        theirs = [_other(row, mine, twins[name]) for row in rows if mine and _is_same_person(row, mine)]
        theirs += [stopped[twin] for twin in twins[name] if twin in stopped]
        found[trust, name] = tuple(sorted(theirs, key=lambda one: not one.is_alike))
    return found


def _twins(flags: Iterable[tuple[Flag, str]]) -> list[str]:
    """The pathways that the flags of one name as the same."""
    return list(dict.fromkeys(twin for flag, text in flags if (twin := likely(flag.slug, text).other_pathway)))


def _stopped(scope: Scope, desk: Desk, trust: str, names: Sequence[str]) -> dict[str, OtherPathway]:
    """The last clocks of pathways on which none runs."""
    if not names:
        return {}
    rows = _rows(scope, desk, "rtt_clocks", trust, names).sort_by("period_number").to_pylist()
    blank = {"last_event_type": "", "last_event_date": None, "next_event_type": "", "next_event_date": None, "is_alike": True}
    return {
        row["patient_pathway_identifier"]: OtherPathway(
            **blank,
            **{name: row[name] or "" for name in ("patient_pathway_identifier", "service", "consultant")},
            **{name: row[name] for name in ("start_date", "days_waited", "end_date")},
        )
        for row in rows
    }


def _is_same_person(row: dict[str, Any], mine: dict[str, Any]) -> bool:
    is_other = row["patient_pathway_identifier"] != mine["patient_pathway_identifier"]
    return is_other and any(mine[name] and row[name] == mine[name] for name in _NUMBERS)


def _other(row: dict[str, Any], mine: dict[str, Any], twins: Sequence[str]) -> OtherPathway:
    is_alike = (bool(row["service"]) and row["service"] == mine["service"]) or row["patient_pathway_identifier"] in twins
    told = {name: row[name] or "" if name in _TEXTS else row[name] for name in _OTHER}
    return OtherPathway(**told, is_alike=is_alike)


_OTHER = tuple(name for name in OtherPathway.__dataclass_fields__ if name not in ("is_alike", "end_date"))
_NUMBERS = ("local_patient_identifier", "nhs_number_pseudonym")
_TEXTS = ("service", "consultant", "last_event_type", "next_event_type")
