"""The diagnostic (DM01) clock: its states, its events and its transition table.

Source: the DM01 collection as domain reference 3.2 gives it (DM-R01 to R10). What that leaves open is a reading, cited as
DM-3.2-N; those that may be changed stand in rules/readings.py. A reset closes a period and opens the next: each keeps its own
start, and the RTT clock hears nothing of it (DM-R03).
"""

from __future__ import annotations

from datetime import date
from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clockstop.rules.fold import CONTINUE, RESTART, START, STOP, Fold
from clockstop.rules.fold_kernel import NO_DATE, Events
from clockstop.rules.readings import Readings

if TYPE_CHECKING:
    from collections.abc import Mapping

STATES = {
    "none": "nothing was requested yet",
    "waiting": "on the waiting list",
    "refused_once": "on the waiting list, one reasonable date refused",
    "planned": "planned or surveillance test, not yet due",
    "stopped": "the test was done",
    "removed": "taken off the list without the test",
    "tested_first": "a test is recorded before its request",
    "outside": "not counted by DM01",
}
RUNNING = ("waiting", "refused_once")
# How a period ended, by the number that the table's `close` gives it.
ENDINGS = {"01": "test done", "02": "removed", "03": "did not attend", "04": "cancelled by the patient",
           "05": "two reasonable dates refused", "06": "test abandoned"}  # fmt: skip
TAKEN_OFF = ("01", "02")
FLAGS = {
    "test_without_request": "a test or an appointment was recorded before any request",
    "request_after_test": "the request is dated after its own test: one of the dates is wrong",
    "activity_after_test": "something was recorded after the test was done or the request was taken off the list",
    "requested_again": "a request arrived while one for the same test was waiting",
}

# Each event with its class within its day: a due date is looked at once the day's other events are known.
DAY_CLASS = {
    "request": RESTART,
    "planned_request": START,
    "excluded_request": START,
    **dict.fromkeys(("vetted", "appointment_booked", "dna", "dna_runs_on", "patient_cancel", "patient_cancel_from_its_day",
                     "patient_cancel_runs_on", "provider_cancel", "equipment_failure", "unfit", "refusal", "refusal_short_notice",
                     "abandoned", "abandoned_restarts", "reported"), CONTINUE),
    **dict.fromkeys(("done", "removed", "planned_due"), STOP),
}  # fmt: skip
EVENTS = {
    "request": "the test was requested",
    "planned_request": "a planned or surveillance test was requested",
    "excluded_request": "a test was requested that DM01 does not count",
    "vetted": "the request was vetted",
    "appointment_booked": "an appointment was booked",
    "dna": "the patient did not attend",
    "patient_cancel": "the patient cancelled",
    "provider_cancel": "the hospital cancelled",
    "equipment_failure": "the equipment failed",
    "unfit": "the patient was not fit for the test",
    "refusal": "the patient refused a reasonable date",
    "refusal_short_notice": "the patient refused a date offered at short notice",
    "abandoned": "the test was abandoned or inadequate and must be repeated",
    "planned_due": "the due date of the planned test passed",
    "done": "the test was done",
    "reported": "the test was reported",
    "removed": "the request was taken off the list",
}
EVENT_GROUPS: dict[str, tuple[str, ...]] = {
    "NO_EFFECT": ("vetted", "appointment_booked", "reported"),
    "RUNS_ON": ("dna_runs_on", "patient_cancel_runs_on"),
    "OURS": ("provider_cancel", "equipment_failure", "unfit"),
    "MISSED": ("dna", "dna_runs_on", "patient_cancel", "patient_cancel_from_its_day", "patient_cancel_runs_on", "refusal",
               "refusal_short_notice"),
    "TRIED": ("abandoned", "abandoned_restarts"),
}  # fmt: skip
STATE_GROUPS: dict[str, tuple[str, ...]] = {"OPEN": RUNNING, "IDLE": ("none", "planned"), "OVER": ("stopped", "removed")}

TABLE = """
    state              | event                        | next         | does                        | rule
    -------------------+------------------------------+--------------+-----------------------------+---------
    none, planned      | request                      | waiting      | open                        | DM-R01
    OVER               | request                      | waiting      | open                        | DM-R01
    OPEN               | request                      | same         | flag requested_again        | DM-R08
    none, OVER         | planned_request              | planned      |                             | DM-R05
    planned            | planned_request              | same         |                             | DM-R05
    OPEN               | planned_request              | same         | flag requested_again        | DM-R08
    planned, none      | planned_due                  | waiting      | open original               | DM-R05
    OPEN, OVER         | planned_due                  | same         |                             | DM-3.2-1
    none               | excluded_request             | outside      |                             | DM-R09
    planned, OPEN, OVER | excluded_request            | same         |                             | DM-R09
    OPEN               | dna                          | waiting      | close 3, open original      | DM-R03
    OPEN               | patient_cancel               | waiting      | close 4, open original      | DM-R03
    OPEN               | patient_cancel_from_its_day  | waiting      | close 4, open               | DM-R03
    OPEN               | RUNS_ON                      | same         |                             | DM-3.2-2
    waiting            | refusal                      | refused_once |                             | DM-R04
    refused_once       | refusal                      | waiting      | close 5, open original      | DM-R04
    OPEN               | refusal_short_notice         | same         |                             | DM-3.2-3
    OPEN               | OURS                         | same         |                             | DM-R06
    OPEN               | abandoned                    | same         |                             | DM-R07
    OPEN               | abandoned_restarts           | waiting      | close 6, open               | DM-R07
    OPEN               | done                         | stopped      | close 1                     | DM-R07
    OPEN               | removed                      | removed      | close 2                     | DM-3.2-4
    planned            | done                         | stopped      |                             | DM-R05
    planned            | removed                      | removed      |                             | DM-3.2-4
    planned            | MISSED, OURS, TRIED          | same         |                             | DM-R05
    none               | done                         | tested_first | flag test_without_request   | DM-3.2-5
    tested_first       | request, planned_request, planned_due | same | flag request_after_test    | DM-3.2-5
    tested_first       | MISSED, OURS, TRIED, done, removed, NO_EFFECT | same |                     | DM-3.2-5
    tested_first       | excluded_request             | outside      |                             | DM-R09
    none               | removed                      | removed      |                             | DM-3.2-4
    none               | MISSED, OURS, TRIED          | same         | flag test_without_request   | DM-3.2-5
    OVER               | MISSED, OURS, TRIED, done, removed | same   | flag activity_after_test    | DM-3.2-6
    none, planned, OPEN, OVER | NO_EFFECT             | same         |                             | DM-3.2-7
    outside            | *                            | same         |                             | DM-R09
"""


@cache
def clock(readings: Readings | None = None) -> Fold:
    """The diagnostic clock under these readings; the defaults where none are given."""
    return Fold(
        name="diagnostic_clock",
        key=("diagnostic_wait_identifier",),
        order=("event_date", "event_sequence"),
        states=tuple(STATES),
        events=tuple(DAY_CLASS),
        running=frozenset(RUNNING),
        state_groups=STATE_GROUPS,
        event_groups=EVENT_GROUPS,
        refinements=(),
        marks=(),
        mark_changes={},
        period_marks=(),
        flags=tuple(FLAGS),
        day_class=DAY_CLASS,
        table=TABLE,
        encode=partial(encoded, readings=readings or Readings()),
    )


def encoded(events: pa.RecordBatch | pa.Table, *, readings: Readings) -> Events:
    """Each event's symbol, its day, and the day from which it makes the wait restart (`restart_date`; else its own)."""
    read_as = words_under(readings)
    symbols = {event: list(DAY_CLASS).index(read_as.get(event, event)) for event in EVENTS}
    column = _whole(events, "event_type").cast(pa.string()).dictionary_encode()
    unknown = [word for word in column.dictionary.to_pylist() if word not in symbols]
    assert not unknown, f"event types that the clock does not know: {unknown[:5]}"
    looked_up = np.array([symbols[word] for word in column.dictionary.to_pylist()] or [0], dtype=np.uint8)
    return Events(looked_up[column.indices.to_numpy()], _days(events, "event_date"), _days(events, "restart_date"))


def words_under(readings: Readings) -> Mapping[str, str]:
    """The table's word for the events that these readings change."""
    cancelled_from = {"appointment": "patient_cancel", "cancellation": "patient_cancel_from_its_day"}
    cancel = cancelled_from[readings.diagnostic_cancellation_restarts_on]
    return {
        "dna": "dna" if readings.diagnostic_dna_resets else "dna_runs_on",
        "patient_cancel": cancel if readings.diagnostic_patient_cancellation_resets else "patient_cancel_runs_on",
        "abandoned": "abandoned" if readings.diagnostic_abandoned_keeps_clock else "abandoned_restarts",
    }


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - date(1970, 1, 1).toordinal()


def _whole(events: pa.RecordBatch | pa.Table, name: str) -> pa.Array:
    column = events.column(name)
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _days(events: pa.RecordBatch | pa.Table, name: str) -> np.ndarray:
    days = _whole(events, name).cast(pa.date32()).view(pa.int32())
    return pc.fill_null(days, pa.scalar(NO_DATE, pa.int32())).to_numpy()
