"""The steps of a visit and of a stay, in order, from the newest table that has them, for who may see the trust's patients."""

from datetime import datetime

import pyarrow as pa
import pytest

from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.answers.unplanned_care import STEPS, steps_of
from clockstop.store.home import Home
from written_snapshots import AS_OF, write_tables

CLEARED = Scope(frozenset({"QQA"}), frozenset({"QQA"}), "pat", "manager")


def at(clock):
    return datetime.fromisoformat(f"2026-11-15T{clock}")


def visit(number, **told):
    return {"trust": "QQA", "patient_pathway_identifier": number, "outcome": None} | dict.fromkeys(STEPS) | told


def stay(ward, start, end):
    row = {"trust": "QQA", "patient_pathway_identifier": "S1", "ward_name": ward, "bay": "Bay 2", "bed": None}
    return row | {"started_at": at(start), "ended_at": end and at(end)}


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    ended = {"clock_end_at": at("11:40"), "outcome": "discharged", "assessed_at": at("09:05"), "seen_at": at("10:00")}
    every = {"decision_to_admit_at": at("10:30"), "ready_at": at("10:45")}
    tables = {
        "emergency_attendances": [
            visit("E1", clock_start_at=at("09:00"), **ended),
            visit("E2", clock_start_at=at("08:00"), **every),
        ],
        "bed_stays": [stay("Elm", "12:00", None), stay("Unit", "06:00", "12:00")],
    }
    home = Home(tmp_path_factory.mktemp("steps"))
    write_tables(home, AS_OF, {name: pa.Table.from_pylist(rows) for name, rows in tables.items()})
    return Desk(home).refreshed()


def test_a_visit_is_told_in_order(desk):
    said = [(f"{step.at:%H:%M}", step.words) for step in steps_of(CLEARED, desk, "QQA", "E1")]
    assert said == [
        ("09:00", "Emergency department: the clock starts"), ("09:05", "Assessed"), ("10:00", "Seen for treatment"),
        ("11:40", "The clock stops: discharged"),
    ]  # fmt: skip


def test_a_stay_is_told_ward_by_ward(desk):
    said = [(step.words, step.until is None, step.is_stay) for step in steps_of(CLEARED, desk, "QQA", "S1")]
    assert said == [("Unit, Bay 2", False, True), ("Elm, Bay 2", True, True)]


def test_nobody_else_is_told(desk):
    stranger = Scope(frozenset({"QQA"}), frozenset(), "sam", "viewer")
    assert steps_of(stranger, desk, "QQA", "E1") == ()
    assert steps_of(CLEARED, desk, "QQA", "E9") == ()
