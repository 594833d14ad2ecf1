"""The kind of worked case about targets (TGT-R01 to R03): what is required, what is planned for a month, how a figure stands."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from clockstop.errors import UserError
from clockstop.rules.case_inputs import rounded, the_first
from clockstop.rules.targets import Improvement, gap, planned, required, standing

_RAG = {"on plan": "green", "within tolerance": "amber", "off plan": "red"}
_FLOORS = ("floor", "floor_pct", "minimum", "minimum_pct", "ceiling", "ceiling_pct", "cap", "cap_pct", "limit", "limit_pct")
_UPLIFTS = ("uplift", "uplift_points", "uplift_pct", "points", "improvement_points", "reduction", "reduction_points", "better_by",
            "improvement")  # fmt: skip
_ACTUALS = ("actual_pct", "actual", "value_pct", "value")


def target(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`baseline_pct`, `uplift` and `floor` (a `ceiling` where less is better), or `baseline_pct` and `target_pct`; all in per cent.

    With `month` and `months`, and `weights` if there are any, `required_pct` is the plan of that month. With `actual_pct`, and
    `tolerance`, also how that stands. A measure that should fall says `improvement` or `direction` down, or an uplift below 0.
    """
    improvement = _improvement(inputs)
    baseline = _number(inputs, "baseline_pct", "baseline", "start_pct", "from_pct")
    goal = _goal(inputs, baseline, improvement)
    plan = goal if the_first(inputs, "month", "k") is None else _of_month(inputs, baseline, goal)
    said = rounded(plan, 1)
    found = dict.fromkeys(("required_pct", "required", "plan_pct", "planned_pct", "plan", "trajectory_pct"), said)
    found |= {name: rounded(goal, 1) for name in ("target_pct", "target", "goal_pct")}
    return {**found, **_standing(inputs, plan, improvement)}


def _goal(inputs: Mapping[str, Any], baseline: float | None, improvement: Improvement) -> float | None:
    said = _number(inputs, "target_pct", "target", "to_pct")
    if said is not None:
        return said
    uplift = _number(inputs, *_UPLIFTS)
    exact = None if baseline is None or uplift is None else abs(uplift)
    return _exact(required(baseline, uplift=exact, floor=_number(inputs, *_FLOORS), improvement=improvement))


def _of_month(inputs: Mapping[str, Any], baseline: float | None, goal: float | None) -> float | None:
    if baseline is None or goal is None:
        raise UserError("a plan needs where it starts and where it ends", do="Give baseline_pct and target_pct.")
    month, months = int(the_first(inputs, "month", "k")), int(the_first(inputs, "months", "n", otherwise=12))
    weights = the_first(inputs, "weights", "weighting", "seasonal_index")
    return _exact(
        planned(baseline, goal, month=month, months=months, weights=None if weights is None else [float(one) for one in weights])
    )


def _standing(inputs: Mapping[str, Any], plan: float | None, improvement: Improvement) -> dict[str, Any]:
    actual = _number(inputs, *_ACTUALS)
    if actual is None or plan is None:
        return {}
    tolerance = _number(inputs, "tolerance", "tolerance_pct", "tolerance_points")
    stands = standing(actual, plan, improvement=improvement, tolerance=1.0 if tolerance is None else tolerance)
    apart = rounded(_exact(gap(actual, plan, improvement=improvement)), 1)
    is_met = stands == "on plan"
    names = dict.fromkeys(("gap_pct", "gap", "gap_points", "variance", "variance_points"), apart)
    words = {name: stands.replace(" ", "_") for name in ("status", "standing", "result")}
    return {**names, **words, "rag": _RAG[stands], "met": is_met, "is_met": is_met}


def _improvement(inputs: Mapping[str, Any]) -> Improvement:
    said = str(the_first(inputs, "improvement", "direction", "better", otherwise="")).strip().lower()
    if said in ("down", "lower", "lower_is_better", "decrease", "fall"):
        return "down"
    uplift = _number(inputs, *_UPLIFTS)
    is_limit = any(inputs.get(name) is not None for name in _FLOORS if name.startswith(("ceiling", "cap", "limit")))
    is_reduction = any(name in inputs for name in ("reduction", "reduction_points"))
    is_down = is_limit or is_reduction or (uplift is not None and uplift < 0) or inputs.get("lower_is_better") is True
    return "down" if not said and is_down else "up"


def _number(inputs: Mapping[str, Any], *names: str) -> float | None:
    """The first of the names that holds a number; None where none does."""
    said = (str(inputs[name]).strip().rstrip("%") for name in names if inputs.get(name) is not None)
    return next((float(text) for text in said if text.lstrip("+-").replace(".", "", 1).isdecimal()), None)


def _exact(value: float | None) -> float | None:
    """The value without what adding floats leaves behind, so that halves round up: 60.2 + 7.05 is 67.25."""
    return None if value is None else float(round(Decimal(repr(value)), 9))


KINDS = {"target": target}
