"""A visit told by its steps and a stay by its wards and days, from the newest table that has them, for who may see the patients."""

from datetime import date

import pytest

from clockstop.answers import pathways
from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.answers.stays import stay
from clockstop.answers.unplanned_care import beside
from clockstop.answers.visits import visit
from clockstop.store.home import Home
from told_rows import write_unplanned

CLEARED = Scope(frozenset({"QQA"}), frozenset({"QQA"}), "pat", "manager")
STRANGER = Scope(frozenset({"QQA"}), frozenset(), "sam", "viewer")


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    return Desk(write_unplanned(Home(tmp_path_factory.mktemp("unplanned")))).refreshed()


def test_a_visit_is_told_in_order_with_the_minutes_that_passed(desk):
    steps = visit(CLEARED, desk, "QQA", "E1").steps
    assert [(f"{step.at:%H:%M}", step.title, step.minutes) for step in steps] == [
        ("22:00", "The ambulance came", -15), ("22:15", "The clock started", 0), ("22:30", "First assessment", 15),
        ("22:40", "Handed over by the ambulance crew", 25), ("23:45", "Seen for treatment", 90), ("00:15", "Specialty asked", 120),
        ("01:05", "The specialty came", 170), ("01:15", "Decision to admit", 180), ("01:30", "Clinically ready to proceed", 195),
        ("13:16", "The clock stopped", 901),
    ]  # fmt: skip
    rules = {step.title: step.rule for step in steps if step.rule}
    assert rules["The clock started"] == "UEC-1.2-AMBULANCE"
    assert all(step.sentence for step in steps if step.rule)


def test_minutes_go_on_through_the_hour_that_comes_twice(desk):
    """Assessed at 01:50 of the first coming; seen at 01:20 cannot be before it, so of the second."""
    found = visit(CLEARED, desk, "QQA", "E2")
    assert {step.title: step.minutes for step in found.steps if step.minutes} == {
        "Seen for treatment": 110, "First assessment": 80, "Clinically ready to proceed": 299, "The clock stopped": 299,
    }  # fmt: skip


def test_a_visit_under_way_is_that_of_the_state_of_now(desk):
    found = visit(CLEARED, desk, "QQA", "E8")
    assert (found.is_still_here, found.minutes, found.place) == (True, 600, "Majors 4")
    gone = visit(CLEARED, desk, "QQA", "E6")
    assert (gone.is_still_here, gone.has_left_since) == (False, True)


def test_a_stay_is_told_ward_by_ward_and_day_by_day(desk):
    found = stay(CLEARED, desk, "QQA", "S1")
    assert [(one.ward, one.place, one.nights) for one in found.wards] == [
        ("Acute Medical Unit", "Bay 2, bed 4", 2),
        ("Elm", "Bay 2, bed 4", 2),
    ]
    assert [(one.day.day, one.colour) for one in found.days] == [(11, "green"), (12, "red"), (13, "unknown")]
    assert [(one.day.day, one.is_ready, one.stands) for one in found.history] == [
        (11, True, False),
        (12, False, False),
        (12, True, True),
    ]
    assert (found.nights, found.delay_days, found.readmission) == (4, 2, "S2")
    assert found.marks == ("The patient is in two spells at once",)


def test_a_stay_of_now_has_the_ward_and_the_round_of_today(desk):
    found = stay(CLEARED, desk, "QQA", "S2")
    assert (found.nights, found.wards[0].ward, found.wards[0].ended_at) == (1, "Ash", None)
    assert [(one.day, one.colour, one.red_reason) for one in found.days] == [(date(2026, 11, 16), "red", "Waiting for a scan")]


def test_a_visit_and_its_stay_name_each_other_whichever_says_so(desk):
    assert visit(CLEARED, desk, "QQA", "E1").stay == "S1"
    assert stay(CLEARED, desk, "QQA", "S1").visit == "E1"


def test_the_patients_others_stand_beside_the_latest_first(desk):
    assert [one.number for one in beside(CLEARED, desk, "QQA", "E1")] == ["E8", "S2", "S1"]
    assert [lane.patient_pathway_identifier for lane in pathways.pathway(CLEARED, desk, "QQA", "E1").lanes] == ["P1"]


def test_nobody_else_is_told(desk):
    assert visit(STRANGER, desk, "QQA", "E1") is None
    assert stay(STRANGER, desk, "QQA", "S1") is None
    assert beside(STRANGER, desk, "QQA", "E1") == ()
    assert visit(CLEARED, desk, "QQA", "E\0") is None
