"""The columns of every table that is counted, from their declarations alone: no file is read and no engine asked.

Each fact is built over tables of the right columns without rows, as a refresh builds it over rows (fact_build.py, bucket_build.py).
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache

import ibis
from ibis.expr.types import Table

from clockstop.contracts import contracts
from clockstop.intake import facts as rtt_facts
from clockstop.intake import pathways, periods
from clockstop.intake.bucket_build import DATASETS
from clockstop.intake.check import PSEUDONYM
from clockstop.intake.columns import kept_columns
from clockstop.intake.period_build import CLOCK
from clockstop.intake.place_and_person import AGE_BAND, PERSON, PLACE, with_place_and_person
from clockstop.rules import facts, rtt
from clockstop.rules.fact import Clocks, Fact
from clockstop.rules.readings import Readings

# Any day: no column depends on it.
_DAY = date(2026, 1, 1)
# What parts RTT's rows into files and does not stand in them.
PARTED_BY = ("bucket",)
RTT = ("rtt_events", "rtt_pathways", "rtt_list_entries", "rtt_appointments", "rtt_clocks", "rtt_bookings", "rtt_waits")


@cache
def fact_columns() -> Mapping[str, Mapping[str, str]]:
    """By table its columns with their types, in Ibis' words: RTT's tables, then the declared facts. `trust` is the first."""
    # Loads keep a pseudonym beside every row, empty where the dataset names no patient (kept.py).
    tables = {name: ibis.table(kept_columns(one) | {PSEUDONYM: "string"}, name=name) for name, one in contracts().items()}
    tables |= _rtt_tables(tables)
    people, divisions = tables["rtt_pathways"], ibis.table({"function_code": "string", "division": "string"}, name="divisions")
    for name, fact in facts().items():
        made = _periods(tables[fact.events], fact) if isinstance(fact, Clocks) else _rows(fact, tables, people, divisions)
        tables[name] = _as_kept(made.schema(), name)
    return {name: _said(tables[name], () if name in facts() else PARTED_BY) for name in (*RTT, *facts())}


def _as_kept(kinds: Mapping[str, object], name: str) -> Table:
    """The table as its file is read again: an instant to the microsecond, and any column may be null."""
    types = {column: ibis.dtype(kind).copy(nullable=True) for column, kind in kinds.items()}
    return ibis.table({column: "timestamp(6)" if kind.is_timestamp() else kind for column, kind in types.items()}, name=name)


def _said(table: Table, without: tuple[str, ...]) -> dict[str, str]:
    found = {name: str(kind) for name, kind in table.schema().items() if name not in without}
    return {"trust": "string"} | found


def _rows(fact: Fact, tables: Mapping[str, Table], people: Table, divisions: Table) -> Table:
    given = {name: tables[name] for name in fact.needs}
    at = ibis.timestamp("2026-01-01 00:00:00")
    days = {"as_of": _DAY, "readings": Readings()}
    rows = fact.build(**given, **days, at=at).mutate(at=at) if fact.is_live else fact.build(**given, **days)
    return with_place_and_person(rows, people, divisions, as_of=_DAY)


def _periods(events: Table, clocks: Clocks) -> Table:
    """The periods of clocks: the fold's own columns, and of the last event what is kept."""
    empty = events.schema().to_pyarrow().empty_table()
    kinds: dict[str, object] = {}
    for make in clocks.folds.values():
        fold = make(Readings())
        found = ibis.Schema.from_pyarrow(fold.periods(empty, census_day=0).schema)
        own = dict(found.items()) | {"flags": "string"}
        kept = {
            name: events.schema()[name]
            for name in dict.fromkeys((*clocks.keeps, *PLACE, *PERSON, AGE_BAND))
            if name in events.columns
        }
        kinds |= own | {name: kind for name, kind in kept.items() if name not in own} | {CLOCK: "string"}
    return ibis.table(kinds, name=clocks.name)


def _rtt_tables(tables: Mapping[str, Table]) -> dict[str, Table]:
    divisions = ibis.table({"function_code": "string", "division": "string"}, name="divisions")
    extracts = {name: tables[name] for name in DATASETS}
    sent = extracts["rtt_events"]
    others = {name: one for name, one in extracts.items() if name != "rtt_events"}
    found: dict[str, Table] = {}

    def keep(name: str, build: Callable[[], Table], **more: str) -> None:
        kinds = dict(build().schema().items()) | more
        found[name] = ibis.table(kinds, name=name)

    keep("rtt_events", lambda: pathways.events(others, sent), clock_event="string", first_of_pathway="string")
    keep("rtt_pathways", lambda: pathways.pathways(extracts["referrals"], sent, divisions))
    keep("rtt_list_entries", lambda: pathways.list_entries(extracts["waiting_list_entries"]))
    keep("rtt_appointments", lambda: pathways.appointments(extracts["appointments"]))
    folded = ibis.Schema.from_pyarrow(periods._none(rtt.clock(Readings())).schema)
    ran = ibis.table(dict(folded.items()) | {"flags": "string", "bucket": "int8"}, name="periods")
    entries, people = found["rtt_list_entries"], found["rtt_pathways"]
    keep("rtt_clocks", lambda: rtt_facts.clocks(ran, people, entries, _DAY))
    keep("rtt_bookings", lambda: rtt_facts.bookings(found["rtt_appointments"], entries, found["rtt_events"], _DAY))
    clocks = ibis.table(found["rtt_clocks"].drop("bucket").schema(), name="clocks")
    bookings = ibis.table(found["rtt_bookings"].drop("bucket").schema(), name="bookings")
    keep(
        "rtt_waits",
        lambda: rtt_facts.waits(
            clocks, pathways=people, entries=entries, events=found["rtt_events"], bookings=bookings, as_of=_DAY
        ),
    )
    return found
