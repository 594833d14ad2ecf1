"""A small declared clock beside RTT's, for tests of the timeline: a scan that a missed appointment makes start again."""

import numpy as np
import pyarrow as pa

from clockstop.rules.fact import Clocks, Fact, Lane
from clockstop.rules.fold import CONTINUE, START, STOP, Fold
from clockstop.rules.fold_kernel import NO_DATE, Events

TEXT, DAY, NUMBER, TRUTH = pa.string(), pa.date32(), pa.int64(), pa.bool_()
DAY_CLASS = {"request": START, "dna": CONTINUE, "later_dna": CONTINUE, "done": STOP}
EVENTS = pa.schema(
    [("trust", TEXT), ("patient_pathway_identifier", TEXT), ("scan_identifier", TEXT), ("test", TEXT), ("event_date", DAY),
     ("event_sequence", NUMBER), ("event_type", TEXT), ("nhs_number_pseudonym", TEXT), ("local_patient_identifier", TEXT),
     ("service", TEXT)]
)  # fmt: skip
PERIODS = pa.schema(
    [("trust", TEXT), ("patient_pathway_identifier", TEXT), ("scan_identifier", TEXT), ("clock", TEXT), ("period_number", NUMBER),
     ("start_date", DAY), ("end_date", DAY), ("end_status", TEXT), ("is_nullified", TRUTH), ("days_waited", NUMBER),
     ("start_rule", TEXT), ("end_rule", TEXT), ("responsibility_passed_date", DAY), ("nhs_number_pseudonym", TEXT),
     ("local_patient_identifier", TEXT), ("service", TEXT), ("consultant", TEXT)]
)  # fmt: skip
TABLE = """
    state   | event          | next    | does            | rule
    --------+----------------+---------+-----------------+--------
    none    | request        | running | open            | SCAN-1
    none    | dna, later_dna, done | same |              | SCAN-4
    running | request        | same    |                 | SCAN-4
    running | dna, later_dna | same    | close 3, open   | SCAN-2
    running | done           | done    | close 1         | SCAN-3
    done    | *              | same    |                 | SCAN-4
"""


def encoded(events):
    """Each event's symbol and day."""
    symbols = [list(DAY_CLASS).index(word) for word in events.column("event_type").to_pylist()]
    days = np.array([day.toordinal() - 719_163 for day in events.column("event_date").to_pylist()], dtype=np.int32)
    return Events(np.array(symbols, dtype=np.uint8), days, np.full(len(symbols), NO_DATE, dtype=np.int32))


def fold(readings=None):
    """The clock of a scan."""
    del readings
    return Fold(
        name="scan", key=("scan_identifier",), order=("event_date", "event_sequence"), states=("none", "running", "done"),
        events=tuple(DAY_CLASS), running=frozenset({"running"}), state_groups={}, event_groups={}, refinements=(), marks=(),
        mark_changes={}, period_marks=(), flags=(), day_class=DAY_CLASS, table=TABLE, encode=encoded,
    )  # fmt: skip


SCANS = Clocks(
    name="scan_clocks",
    title="Scans",
    row="a wait for a scan",
    events="scan_events",
    folds={"scan": fold},
    lanes={
        "scan": Lane(
            title="Diagnostic test", within_days=41, endings={"01": "Test done", "03": "Did not attend"}, named_by="test",
            names={"M": "MRI", "C": "CT"},
        )
    },
    event_titles={"request": "Scan requested", "dna": "Missed the scan", "done": "Scan done"},
)  # fmt: skip

EVENTS_FACT = Fact(name="scan_events", title="Scan events", row="an event", needs=(), build=lambda **_: None, order=("event_date",))
FACTS = {EVENTS_FACT.name: EVENTS_FACT, SCANS.name: SCANS}


def events_of(trust, pathway, scan, *happened, test="M", person="person 1", local="Hsoon"):
    """The events of one scan: (day, event type) each."""
    return [
        {"trust": trust, "patient_pathway_identifier": pathway, "scan_identifier": scan, "test": test, "event_date": day,
         "event_sequence": place, "event_type": kind, "nhs_number_pseudonym": person, "local_patient_identifier": local,
         "service": "C_810"}
        for place, (day, kind) in enumerate(happened, start=1)
    ]  # fmt: skip


def tables_of(events, as_of):
    """The two tables of a snapshot: the events, and the periods that the fold makes of them."""
    kept = pa.Table.from_pylist(sorted(events, key=lambda row: (row["scan_identifier"], row["event_date"])), schema=EVENTS)
    periods = fold().periods(kept, census_day=as_of.toordinal() - 719_163).to_pylist()
    about = {row["scan_identifier"]: row for row in events}
    rows = [about[row["scan_identifier"]] | row | {"clock": "scan"} for row in periods]
    return {"scan_events": kept, "scan_clocks": pa.Table.from_pylist(rows, schema=PERIODS)}
