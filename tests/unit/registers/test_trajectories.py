"""A trust's own plan: drawn from baseline to target, months changed by hand, each change with its audit row."""

from datetime import date
from itertools import pairwise

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.utils import timezone

from clockstop.answers.scope import Scope
from clockstop.registers.core.locking import EditedMeanwhile
from clockstop.registers.core.models import Change
from clockstop.registers.trajectories import actions, reading
from clockstop.registers.trajectories.actions import BadPlan, Course, Place
from clockstop.registers.trajectories.models import PlannedMonth, Trajectory

PLACE = Place(trust="AAA", measure="rtt_within_18_weeks")
OCTOBER, NOVEMBER, MARCH = date(2026, 10, 31), date(2026, 11, 30), date(2027, 3, 31)


def course(**changed):
    said = {"baseline": 0.60, "baseline_month": OCTOBER, "target": 0.65, "target_month": MARCH, "tolerance": 0.01}
    return Course(**said | changed)


def scope(*trusts):
    return Scope(trusts=frozenset(trusts), may_see_patients=frozenset(), user="x", role="group_viewer")


@pytest.fixture
def pat(db):
    return get_user_model().objects.create_user(username="pat")


def test_a_plan_is_drawn_in_equal_steps_from_its_baseline_to_its_target(pat):
    """TGT-R03: linear, month 0 is the baseline."""
    actions.start(place=PLACE, course=course(), by=pat)
    plan = reading.plan(scope("AAA"), PLACE)
    assert list(plan.months) == [OCTOBER, NOVEMBER, date(2026, 12, 31), date(2027, 1, 31), date(2027, 2, 28), MARCH]
    assert list(plan.months.values()) == pytest.approx([0.60, 0.61, 0.62, 0.63, 0.64, 0.65])
    assert (plan.version, plan.updated_by, plan.tolerance) == (1, "pat", 0.01)


def test_by_working_days_a_short_month_takes_a_shorter_step(pat):
    actions.start(place=PLACE, course=course(spread="working_days"), by=pat)
    values = list(reading.plan(scope("AAA"), PLACE).months.values())
    steps = [later - earlier for earlier, later in pairwise(values)]
    assert sum(steps) == pytest.approx(0.05)
    # November, December, January, February and March 2026/27 have 21, 21, 20, 20 and 21 working days.
    assert steps == pytest.approx([0.05 * days / 103 for days in (21, 21, 20, 20, 21)])


def test_single_months_are_changed_and_the_history_says_by_whom(pat):
    actions.start(place=PLACE, course=course(), by=pat)
    actions.change_months(place=PLACE, values={NOVEMBER: 0.605}, by=pat, version=1)
    assert reading.plan(scope("AAA"), PLACE).months[NOVEMBER] == 0.605
    changed, started = reading.history(scope("AAA"), PLACE)
    assert (changed.what, changed.by, changed.months) == ("change", "pat", ((NOVEMBER, pytest.approx(0.61), 0.605),))
    assert (started.what, len(started.months)) == ("start", 6)


def test_nothing_is_written_where_nothing_changes(pat):
    actions.start(place=PLACE, course=course(), by=pat)
    same = reading.plan(scope("AAA"), PLACE).months[NOVEMBER]
    actions.change_months(place=PLACE, values={NOVEMBER: same}, by=pat)
    assert reading.plan(scope("AAA"), PLACE).version == 1
    assert Change.objects.count() == 1


def test_a_plan_drawn_anew_replaces_every_month(pat):
    actions.start(place=PLACE, course=course(), by=pat)
    actions.start(place=PLACE, course=course(target_month=date(2026, 12, 31), target=0.62), by=pat, version=1)
    plan = reading.plan(scope("AAA"), PLACE)
    assert list(plan.months.values()) == pytest.approx([0.60, 0.61, 0.62])
    assert (plan.version, PlannedMonth.objects.count()) == (2, 3)


def test_who_saw_an_older_plan_does_not_overwrite_a_newer_one(pat):
    actions.start(place=PLACE, course=course(), by=pat, version=0)
    with pytest.raises(EditedMeanwhile, match="pat has changed this plan"):
        actions.start(place=PLACE, course=course(target=0.7), by=pat, version=0)
    with pytest.raises(EditedMeanwhile):
        actions.change_months(place=PLACE, values={NOVEMBER: 0.7}, by=pat, version=3)


@pytest.mark.parametrize(
    "wrong",
    [
        {"target_month": OCTOBER},
        {"target_month": date(2026, 9, 30)},
        {"target_month": date(2040, 3, 31)},
        {"baseline": float("nan")},
        {"target": float("inf")},
        {"tolerance": -0.01},
        {"spread": "by feel"},
    ],
)
def test_a_plan_that_cannot_be_is_refused(pat, wrong):
    with pytest.raises(BadPlan):
        actions.start(place=PLACE, course=course(**wrong), by=pat)
    assert not Trajectory.objects.exists()


def test_only_months_of_the_plan_can_be_changed_and_only_to_numbers(pat):
    with pytest.raises(BadPlan, match="no plan"):
        actions.change_months(place=PLACE, values={}, by=pat)
    actions.start(place=PLACE, course=course(), by=pat)
    for values in ({date(2027, 4, 30): 0.7}, {NOVEMBER: float("nan")}):
        with pytest.raises(BadPlan):
            actions.change_months(place=PLACE, values=values, by=pat)


def test_a_plan_taken_away_is_kept_in_its_history(pat):
    actions.start(place=PLACE, course=course(), by=pat)
    actions.delete(place=PLACE, by=pat)
    assert reading.plan(scope("AAA"), PLACE) is None
    assert [change.what for change in reading.history(scope("AAA"), PLACE)] == ["delete", "start"]
    with pytest.raises(BadPlan):
        actions.delete(place=PLACE, by=pat)


@pytest.mark.parametrize("act", ["start", "change", "delete"])
def test_nothing_is_kept_if_the_audit_fails(pat, monkeypatch, act):
    if act != "start":
        actions.start(place=PLACE, course=course(), by=pat)
    before = reading.plans(scope("AAA"))

    def refuse(*args, **kwargs):
        raise OSError("no space left")

    monkeypatch.setattr(Change, "save", refuse)
    with pytest.raises(OSError, match="no space"):
        {
            "start": lambda: actions.start(place=PLACE, course=course(), by=pat),
            "change": lambda: actions.change_months(place=PLACE, values={NOVEMBER: 0.7}, by=pat),
            "delete": lambda: actions.delete(place=PLACE, by=pat),
        }[act]()
    assert reading.plans(scope("AAA")) == before


def test_a_plan_is_seen_by_those_who_see_the_trusts_figures(pat):
    service = Place(trust="AAA", measure=PLACE.measure, service="C_100")
    for place in (PLACE, service, Place(trust="BBB", measure=PLACE.measure)):
        actions.start(place=place, course=course(), by=pat)
    assert set(reading.plans(scope("AAA"))) == {PLACE, service}
    assert reading.plan(scope("BBB"), PLACE) is None
    assert reading.history(scope("BBB"), PLACE) == []
    assert len(reading.history(scope("AAA"), service)) == 1


def test_the_database_refuses_a_plan_that_goes_back_or_has_no_writer(pat):
    said = {"trust": "AAA", "measure": "m", "baseline": 1, "target": 2, "tolerance": 0, "updated_at": timezone.now()}
    for wrong in (
        {"baseline_month": MARCH, "target_month": OCTOBER, "updated_by_name": "pat"},
        {"baseline_month": OCTOBER, "target_month": MARCH, "updated_by_name": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Trajectory.objects.create(**said | wrong)
