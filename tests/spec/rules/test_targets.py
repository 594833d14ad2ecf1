"""What a target requires and what a plan says of a month (planned-care.md 4, TGT-R01 to R03)."""

import pytest

from clockstop.errors import UserError
from clockstop.rules.cases import outcome
from clockstop.rules.targets import planned, required, standing


@pytest.mark.parametrize(
    ("baseline", "uplift", "floor", "improvement", "asked"),
    [
        (55.0, 7.0, 65.0, "up", 65.0),
        (60.2, 7.0, 65.0, "up", 67.2),
        (58.0, 7.0, 65.0, "up", 65.0),
        (52.3, 5.0, None, "up", 57.3),
        (None, 7.0, 65.0, "up", 65.0),
        (60.0, None, None, "up", None),
        (30.0, 3.0, 20.0, "down", 20.0),
        (21.0, 3.0, 20.0, "down", 18.0),
        (2.0, 3.0, None, "down", 0.0),
    ],
)
def test_whichever_is_the_greater_improvement(baseline, uplift, floor, improvement, asked):
    """TGT-R01, R02: floor or uplift, of a rising measure the higher, of a falling one the lower."""
    assert required(baseline, uplift=uplift, floor=floor, improvement=improvement) == pytest.approx(asked)


def test_a_plan_begins_at_the_baseline_and_ends_at_the_target():
    """TGT-R03: linear b + (t - b) x k / n; weights sum to 1 and share out the way."""
    assert [round(planned(58.0, 65.0, month=month, months=12), 1) for month in (0, 4, 6, 12)] == [58.0, 60.3, 61.5, 65.0]
    weights = [0.1, 0.2, 0.3, 0.4]
    assert [planned(10.0, 20.0, month=month, months=4, weights=weights) for month in range(5)] == pytest.approx(
        [10, 11, 13, 16, 20]
    )


@pytest.mark.parametrize(
    ("month", "months", "weights"), [(13, 12, None), (-1, 12, None), (1, 0, None), (1, 2, [0.5, 0.6]), (1, 2, [1.0])]
)
def test_a_month_outside_the_plan_or_weights_that_do_not_make_1_are_refused(month, months, weights):
    with pytest.raises(UserError):
        planned(58.0, 65.0, month=month, months=months, weights=weights)


@pytest.mark.parametrize(
    ("actual", "improvement", "stands"),
    [
        (0.60, "up", "on plan"),
        (0.595, "up", "within tolerance"),
        (0.59, "up", "within tolerance"),
        (0.5899, "up", "off plan"),
        (0.60, "down", "on plan"),
        (0.61, "down", "within tolerance"),
        (0.6101, "down", "off plan"),
    ],
)
def test_a_figure_is_on_plan_within_tolerance_or_off_plan(actual, improvement, stands):
    """TGT-R03: at the plan is on it; the tolerance itself is within."""
    assert standing(actual, 0.60, improvement=improvement, tolerance=0.01) == stands


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"baseline_pct": "60.25", "uplift": 7, "floor": 65}, {"required_pct": 67.3}),
        ({"baseline": 24.0, "uplift": 3.0, "floor": 20.0, "direction": "down"}, {"required_pct": 20.0}),
        ({"baseline_pct": 21.0, "uplift": -3.0, "ceiling": 20.0}, {"required_pct": 18.0}),
        ({"baseline_pct": 55.0, "improvement": 7.0, "floor": 65.0}, {"required_pct": 65.0}),
        ({"baseline_pct": 58.0, "target_pct": 65.0, "month": 0, "months": 12}, {"required_pct": 58.0}),
        ({"baseline_pct": 55.0, "uplift": 7.0, "floor": 65.0, "month": 6, "months": 12}, {"plan_pct": 60.0, "target_pct": 65.0}),
        (
            {"baseline_pct": 58.0, "target_pct": 65.0, "month": 4, "months": 12, "actual_pct": 59.4},
            {"plan_pct": 60.3, "gap_pct": -0.9, "status": "within_tolerance", "rag": "amber", "met": False},
        ),
        (
            {"baseline_pct": 50, "target_pct": 60, "month": 1, "months": 2, "weights": [0.25, 0.75], "actual_pct": 52.5},
            {"plan_pct": 52.5, "gap_pct": 0.0, "status": "on_plan", "rag": "green"},
        ),
    ],
)
def test_a_case_may_be_written_in_many_ways(inputs, expected):
    done = outcome({"id": "T", "kind": "target", "inputs": inputs, "expected": expected})
    assert (done.status, done.differences, done.message) == ("pass", (), "")
