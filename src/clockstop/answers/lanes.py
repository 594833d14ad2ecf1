"""The clocks of a patient beside each other: every declared clock (rules.fact.Clocks) of a pathway and of the patient's others."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce

import pyarrow as pa
from ibis.expr.types import Table

from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.answers.turns import Clock, Turn, clock_of, turn_of
from clockstop.answers.unplanned_care import Asked
from clockstop.rules import facts
from clockstop.rules.fact import Clocks
from clockstop.rules.fact import Lane as DeclaredLane
from clockstop.rules.fold import Fold
from clockstop.rules.fold_trace import explained
from clockstop.rules.rtt_bands import STANDARD_DAYS
from clockstop.rules.rtt_events import day_number
from clockstop.store.settings import readings

PATHWAY, PSEUDONYM = "patient_pathway_identifier", "nhs_number_pseudonym"
RTT = "rtt"
RTT_TITLE = "Referral to treatment"
# A person with more pathways than this in one trust is shown the newest of them.
MOST_OTHERS = 12


@dataclass(frozen=True, kw_only=True)
class Lane:
    """One clock of one pathway: its periods, and what each event did to it.

    `name` tells it from others of its kind (the test); `within_days` is the last day within its standard. `is_other`: it is of
    another pathway of the same patient. `source` is the table of events that it read.
    """

    clock: str
    title: str
    patient_pathway_identifier: str
    within_days: int | None
    clocks: tuple[Clock, ...]
    turns: tuple[Turn, ...]
    source: str
    name: str = ""
    is_other: bool = False
    service: str = ""
    consultant: str = ""
    local_patient_identifier: str = ""

    @property
    def label(self) -> str:
        """The clock with what tells it apart: "Diagnostic test (DM01), MRI"."""
        return f"{self.title}, {self.name}" if self.name else self.title

    @property
    def short(self) -> str:
        """The clock as it stands in a narrow column."""
        return "RTT" if self.clock == RTT else self.name or self.title

    @property
    def open_clock(self) -> Clock | None:
        """The clock that runs at the as-of day."""
        return next((clock for clock in reversed(self.clocks) if clock.end_date is None and not clock.is_nullified), None)


def rtt_lane(pathway: str, clocks: Sequence[Clock], turns: Sequence[Turn], *, is_other: bool = False) -> Lane:
    """The RTT clocks of a pathway as a lane."""
    return Lane(
        clock=RTT,
        title=RTT_TITLE,
        patient_pathway_identifier=pathway,
        within_days=STANDARD_DAYS,
        clocks=tuple(clocks),
        turns=tuple(turns),
        source="rtt_events",
        is_other=is_other,
    )


def clock_facts(desk: Desk) -> list[Clocks]:
    """The declared clocks that the snapshot has."""
    return [fact for fact in facts().values() if isinstance(fact, Clocks) and desk.has(fact.name) and desk.has(fact.events)]


def other_pathways(scope: Scope, desk: Desk, trust: str, pathway: str) -> tuple[str, ...]:
    """The same patient's other pathways in the trust, by the pseudonym of the NHS number; none where it is not known."""
    tables = ["rtt_pathways", *(fact.name for fact in clock_facts(desk))]
    known = [_patients(scope, desk, name, trust) for name in tables if desk.has(name)]
    known = [rows.select(PATHWAY, PSEUDONYM) for rows in known if PSEUDONYM in rows.columns]
    if not known:
        return ()
    every = reduce(lambda left, right: left.union(right), known)
    every = every.filter(every[PSEUDONYM].notnull())
    # The patient of a visit or a hospital stay is found by its own number, which is no pathway's.
    person = Asked(scope, desk, trust, pathway).person()
    is_theirs = (every[PATHWAY] == pathway) | (every[PSEUDONYM] == person) if person else every[PATHWAY] == pathway
    persons = every.filter(is_theirs)[PSEUDONYM].as_table().distinct()
    found = every.semi_join(persons, PSEUDONYM).filter(every[PATHWAY] != pathway)[PATHWAY].as_table().distinct()
    numbers = [number for number in desk.rows(found)[PATHWAY].to_pylist() if number]
    return tuple(sorted(numbers, reverse=True)[:MOST_OTHERS])


def lanes_of(scope: Scope, desk: Desk, trust: str, pathway: str, others: Collection[str]) -> tuple[Lane, ...]:
    """The lanes of every clock but RTT's: of the pathway first, then of the others; lanes with no period are left out."""

    def rows_of(name: str) -> pa.Table:
        rows = _patients(scope, desk, name, trust)
        return desk.rows(rows.filter(rows[PATHWAY].isin([pathway, *others])))

    chosen = readings(desk.home)
    found: list[Lane] = []
    for fact in clock_facts(desk):
        events = rows_of(fact.events)
        if not events.num_rows:
            continue
        periods = rows_of(fact.name).to_pylist()
        waits = rows_of(fact.waits).to_pylist() if fact.waits and desk.has(fact.waits) else []
        for clock, make in fact.folds.items():
            made = _Made(fact, clock, make(chosen), desk.as_of, pathway)
            found += made.lanes(events, [row for row in periods if row["clock"] == clock], waits)
    return tuple(sorted(found, key=lambda lane: (lane.is_other, lane.patient_pathway_identifier if lane.is_other else "")))


@dataclass(frozen=True)
class _Made:
    """One declared clock, for the patient whose `pathway` the page is about."""

    fact: Clocks
    clock: str
    fold: Fold
    as_of: date
    pathway: str

    @property
    def said(self) -> DeclaredLane:
        return self.fact.lanes[self.clock]

    def lanes(self, events: pa.Table, periods: list[dict], waits: list[dict]) -> Iterator[Lane]:
        """A lane for each key of the fold that has a period."""
        key = [name for name in self.fold.key if name in events.column_names]
        own = _by_key(periods, key)
        for value, rows in _by_key(events.to_pylist(), key).items():
            if None not in value and value in own:
                of_key = [row for row in waits if tuple(row.get(name) for name in key) == value]
                yield self.lane(_happened(events.schema, rows, self.as_of), own[value], of_key)

    def lane(self, events: pa.Table, periods: list[dict], waits: list[dict]) -> Lane:
        last = periods[-1]
        number = last.get(PATHWAY) or next(iter(events[PATHWAY].to_pylist()), "")
        told = events[self.said.named_by].to_pylist() if self.said.named_by in events.column_names else []
        name = next((value for value in reversed(told) if value), "")
        trace = explained(self.fold, events, census_day=day_number(self.as_of)).to_pylist()
        counted = {row.get("period_number", 1): row for row in waits if row.get("clock", self.clock) == self.clock}
        periods = sorted(periods, key=lambda row: (row["start_date"] or date.min, row["period_number"]))
        return Lane(
            clock=self.clock,
            title=self.said.title,
            patient_pathway_identifier=number,
            within_days=self.said.within_days,
            clocks=tuple(self.period(row, counted.get(row["period_number"], {})) for row in periods),
            turns=tuple(turn_of(row, _title(self.fact, row["event_type"])) for row in trace),
            source=self.fact.events,
            name=self.said.names.get(name, name),
            is_other=number != self.pathway,
            service=last.get("service") or "",
            consultant=last.get("consultant") or "",
            local_patient_identifier=last.get("local_patient_identifier") or "",
        )

    def period(self, row: dict, counted: dict) -> Clock:
        """The period, with the wait and the last day within its limit that `waits` counts where it deducts days."""
        start, within = row["start_date"], self.said.within_days
        limit = start + timedelta(days=within) if start is not None and within is not None else None
        words = self.said.endings.get(row["end_status"] or "", "")
        limit = counted.get("last_day_within") or counted.get("breach_date") or limit
        return clock_of(row, self.as_of, breach=limit, days=counted.get("days_waited"), end_words=words)


def _title(fact: Clocks, event_type: str) -> str:
    return fact.event_titles.get(event_type) or event_type.replace("_", " ").capitalize()


def _happened(schema: pa.Schema, rows: list[dict], as_of: date) -> pa.Table:
    """One key's events up to the as-of day, in the order in which a fold wants them."""
    past = [row for row in rows if row["event_date"] <= as_of]
    past.sort(key=lambda row: (row["event_date"], row.get("event_sequence") or 0))
    return pa.Table.from_pylist(past, schema=schema)


def _by_key(rows: list[dict], key: Sequence[str]) -> dict[tuple, list[dict]]:
    found: dict[tuple, list[dict]] = {}
    for row in rows:
        found.setdefault(tuple(row[name] for name in key), []).append(row)
    return found


def _patients(scope: Scope, desk: Desk, name: str, trust: str) -> Table:
    rows = scope.patients(desk.table(name, trusts=[trust]))
    return rows.filter(rows.trust == trust)
