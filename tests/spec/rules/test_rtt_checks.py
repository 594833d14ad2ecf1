"""RTT-R48 and R49: the central checks on the return, and the flow that must balance."""

import pytest

from clockstop.rules.rtt_checks import CHECKS, Flow, Limits, Return, failed_checks, flow_reading, unexplained

GOOD = {"part_1a": 100, "part_1b": 300, "part_2": 1_000, "part_2a": 200, "part_3": 420, "over_52_weeks": 30}
LAST_MONTH = Return(figures={"part_1a": 110, "part_1b": 310, "part_2": 990, "part_2a": 205, "part_3": 400, "over_52_weeks": 33})
BANDS = {"part_2": (90, 80, 70, 60, 700)}


def sent(bands=None, functions=None, known=None, unknown=None, commissioners=("NONC", "36L", "W2U3Z"), **figures):
    """A good month with these changes; a figure of None was not sent."""
    changed = {name: number for name, number in (GOOD | figures).items() if number is not None}
    return Return(figures=changed, bands=bands or BANDS, functions=functions or {}, known=known or {},
                  unknown=unknown or {}, commissioners=commissioners)  # fmt: skip


def test_a_good_month_fails_nothing():
    assert failed_checks(sent(), LAST_MONTH) == []


FAULTS = {
    "part_2a_le_part_2": sent(part_2a=1_001),
    "part_3_ge_first_four_bands": sent(part_3=340, bands={"part_2": (90, 90, 90, 90, 640)}),
    "negative_or_decimal": sent(over_52_weeks=30.5),
    "invalid_commissioner": sent(commissioners=("36L", "7A1")),
    "missing_part": sent(part_1a=None),
    "totals_match": sent(bands={"part_2": (90, 80, 70, 60, 699)}),
    "identical_to_last_month": Return(figures=LAST_MONTH.figures),
    "large_swing": sent(part_1a=160),
    "high_first_band": sent(bands={"part_2": (160, 80, 60, 60, 640)}),
    "high_unknown": sent(unknown={"part_1b": 20}),
    "completed_without_incomplete": Return(figures={"part_1b": 5, "part_2": 0}),
}

AGAINST_LAST_MONTH = {"missing_part", "identical_to_last_month", "large_swing"}


@pytest.mark.parametrize("check", CHECKS)
def test_each_check_is_failed_by_its_fault_alone(check):
    """Every check has a month that fails it and no other."""
    last_month = LAST_MONTH if check in AGAINST_LAST_MONTH else None
    assert failed_checks(FAULTS[check], last_month) == [check]


@pytest.mark.parametrize(
    ("month", "check"),
    [
        (sent(part_1a=-1), "negative_or_decimal"),
        (sent(functions={"part_2": (500, 499)}), "totals_match"),
        (sent(known={"part_1a": 95}, unknown={"part_1a": 4}), "totals_match"),
        (sent(commissioners=(None,)), "invalid_commissioner"),
        (sent(over_52_weeks=60), "large_swing"),
    ],
)
def test_other_ways_to_fail(month, check):
    assert check in failed_checks(month, LAST_MONTH)


@pytest.mark.parametrize(
    "month",
    [
        sent(part_2a=1_000),
        sent(part_3=300),
        sent(bands={"part_2": (150, 80, 60, 60, 650)}),
        sent(unknown={"part_1b": 15}, known={"part_1b": 285}),
    ],
)
def test_what_just_passes(month):
    assert failed_checks(month) == []


def test_limits_and_the_list_of_commissioners_may_be_given():
    assert failed_checks(sent(part_1a=111), LAST_MONTH, limits=Limits(large_swing=0.0, large_swing_least_count=1)) == [
        "large_swing"
    ]
    assert failed_checks(sent(), valid_commissioners={"NONC"}) == ["invalid_commissioner"]


def test_the_flow_and_what_it_says():
    """RTT-R49: closing = opening + what came on - what went off; the remainder is unreported removals or starts."""
    flow = Flow(opening=1_000, closing=1_010, starts=300, transfers_in=10, stops=250, transfers_out=5, nullified=20,
                validation_removals=30, reinstated=5)  # fmt: skip
    assert (unexplained(flow), flow_reading(unexplained(flow))) == (0, "balanced")
    assert flow_reading(unexplained(Flow(opening=10, closing=9))) == "unreported_removals"
    assert flow_reading(unexplained(Flow(opening=10, closing=11))) == "unreported_starts"
