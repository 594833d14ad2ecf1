"""The rates of validation: each checked pathway counts once under each flag, other trusts count for little, and Beta is Beta."""

import numpy as np
import pyarrow as pa
import pytest

from clockstop.insight.validation_rates import (
    UNFLAGGED,
    Beta,
    Checks,
    Prior,
    checks_of,
    leading_flag,
    rates,
    removal_rates,
    whole_flags,
)


def outcomes(*rows):
    """A table of outcomes, one a pathway."""
    return pa.Table.from_pylist([dict(zip(("trust", "patient_pathway_identifier", "code"), row, strict=True)) for row in rows])


def flags(*rows):
    """A table of flags."""
    return pa.Table.from_pylist([dict(zip(("trust", "patient_pathway_identifier", "flag"), row, strict=True)) for row in rows])


def test_a_pathway_counts_once_under_each_of_its_flags():
    found = removal_rates(
        outcomes(("A", "P1", "stop_treated"), ("A", "P2", "clock_right"), ("B", "P1", "start_wrong")),
        flags(("A", "P1", "no_next_step"), ("A", "P1", "validation"), ("A", "P1", "validation"), ("A", "P2", "validation"),
              ("B", "P1", "planned")),
    )  # fmt: skip
    assert found["no_next_step"] == Beta(1.5, 0.5, 1, 1)
    assert found["validation"] == Beta(1.5, 1.5, 2, 1)
    assert found["planned"] == Beta(0.5, 1.5, 1, 0), "a moved start stays on the list"


def test_a_question_to_the_service_says_nothing_and_an_unchecked_flag_has_the_prior():
    found = removal_rates(outcomes(("A", "P1", "ask_service")), flags(("A", "P1", "planned")), prior=Prior(removed=1.0, kept=3.0))
    assert found == {"planned": Beta(1.0, 3.0, 0, 0)}


def test_what_was_checked_under_no_flag_is_unflagged():
    found = removal_rates(outcomes(("A", "P9", "clock_right")), flags(("A", "P1", "planned")))
    assert found[UNFLAGGED] == Beta(0.05, 5.95, 1, 0)


def test_nobody_has_checked_anything():
    assert removal_rates(outcomes(("A", "P1", "x")).slice(0, 0), flags(("A", "P1", "planned"))) == {"planned": Beta(0.5, 0.5, 0, 0)}


@pytest.mark.parametrize(
    ("a", "b", "level", "expected"),
    [
        (1.0, 1.0, 0.9, (0.05, 0.95)),  # uniform
        (1.0, 3.0, 0.9, (1 - 0.95 ** (1 / 3), 1 - 0.05 ** (1 / 3))),  # 1 - (1 - x)^3
        (4.0, 1.0, 0.95, (0.025**0.25, 0.975**0.25)),  # x^4
    ],
)
def test_the_interval_is_the_quantiles_where_they_can_be_written_down(a, b, level, expected):
    assert Beta(a, b, 0, 0).interval(level) == pytest.approx(expected)


def test_a_trust_of_its_own_checks_is_led_by_them_and_one_without_any_by_the_others():
    checks = {("A", "planned", ""): Checks(80, 8), ("B", "planned", ""): Checks(200, 100)}
    found = rates(checks, [("A", "planned", ""), ("B", "planned", ""), ("D", "planned", ""), ("A", "priority", "")])
    assert found["A", "planned", ""].removed.mean == pytest.approx(0.11, abs=0.02)
    assert found["D", "planned", ""].removed.mean == pytest.approx(0.33, abs=0.06), "between the two"
    low, high = found["D", "planned", ""].removed.interval(0.9)
    assert (low < 0.1, high > 0.5) == (True, True), "trusts that differ so much say little of another"
    assert found["A", "planned", ""].others == Checks(200, 100)
    assert found["A", "priority", ""].removed.mean == pytest.approx(0.5)
    assert found["A", "priority", ""].removed.checked == 0


def test_trusts_that_are_alike_help_each_other():
    alone = rates({("A", "planned", ""): Checks(20, 2)}, [("A", "planned", "")])["A", "planned", ""].removed
    helped = rates({(trust, "planned", ""): Checks(20, 2) for trust in "ABCD"}, [("A", "planned", "")])["A", "planned", ""].removed
    width = [high - low for low, high in (alone.interval(), helped.interval())]
    assert width[1] < 0.75 * width[0]


def test_drawn_rates_are_the_posterior_shown_and_hang_together():
    checks = {(trust, "planned", ""): Checks(15, 3) for trust in "AB"}
    found = rates(checks, [("A", "planned", ""), ("B", "planned", "")], seed=7, draws=20_000)
    drawn = [found[trust, "planned", ""].removed_drawn for trust in "AB"]
    shown = found["A", "planned", ""].removed
    assert drawn[0].mean() == pytest.approx(shown.mean, abs=0.005)
    assert np.quantile(drawn[0], [0.05, 0.95]) == pytest.approx(shown.interval(), abs=0.02)
    assert np.corrcoef(*drawn)[0, 1] > 0.2
    again = rates(checks, [("A", "planned", ""), ("B", "planned", "")], seed=7, draws=20_000)
    assert (again["B", "planned", ""].removed_drawn == drawn[1]).all()


def test_a_moved_start_is_a_rate_of_those_that_stay():
    rows = [("stop_treated", None), ("start_wrong", -14), ("start_wrong", None), ("clock_right", None), ("ask_service", None)]
    table = pa.table(
        {"trust": ["A"] * 5, "flag": ["default_date"] * 5, "part": ["over"] * 5, "code": [code for code, _ in rows],
         "shift_days": pa.array([shift for _, shift in rows], pa.int64())}
    )  # fmt: skip
    checks = checks_of(table)
    assert checks == {("A", "default_date", "over"): Checks(4, 1, 2, (-14,))}
    found = rates(checks, [("A", "default_date", "over"), ("B", "default_date", "over")])
    moved = found["A", "default_date", "over"].moved
    assert (moved.checked, moved.removed) == (3, 2)
    assert 0.2 < moved.mean < 0.6
    assert found["B", "default_date", "over"].shifts == (-14,), "lent by the trust that has one"


def test_the_leading_flag_is_the_most_urgent_and_no_flag_is_unflagged():
    assert leading_flag(["validation", "possible_duplicate", "no_next_step"]) == "possible_duplicate"
    assert leading_flag(["a_rule_of_another_dataset", "nhs_number"]) == "nhs_number"
    assert leading_flag([]) == UNFLAGGED


def test_the_parts_of_a_flag_add_up():
    parts = {
        ("A", "planned", "within"): Checks(4, 1),
        ("A", "planned", "over"): Checks(6, 3, 1, (5,)),
        ("B", "planned", "over"): Checks(1),
    }
    assert whole_flags(parts) == {("A", "planned", ""): Checks(10, 4, 1, (5,)), ("B", "planned", ""): Checks(1)}
