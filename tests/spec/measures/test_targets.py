"""Standards and targets (planned-care.md 4): which hold when, for whom, and what a trust must reach."""

from datetime import date

import pytest

from clockstop.measures.catalogue import measures
from clockstop.measures.targets import TARGETS, bar, standard, targets_of
from clockstop.measures.targets.reserved import RESERVED


@pytest.mark.parametrize(
    ("level", "on", "value"),
    [
        ("national", date(2026, 3, 31), 0.65),
        ("national", date(2026, 4, 1), 0.70),
        ("trust", date(2026, 10, 31), 0.65),
        ("trust", date(2027, 10, 31), 0.92),
        ("trust", date(2028, 4, 1), 0.92),
    ],
)
def test_this_years_bar_is_the_target_and_without_one_the_standard(level, on, value):
    """Interim values of 2027/28 are set in plans, not nationally, so the standard stands alone then."""
    assert bar("rtt_within_18_weeks", level=level, on=on).value == value


@pytest.mark.parametrize(
    ("on", "baseline", "required"),
    [
        (date(2026, 10, 31), 0.550, 0.650),
        (date(2026, 10, 31), 0.602, 0.672),
        (date(2026, 10, 31), 0.580, 0.650),
        (date(2025, 10, 31), 0.600, 0.650),
    ],
)
def test_whichever_is_greater(on, baseline, required):
    """TGT-R01 and R02: the value, or so many points more than the baseline."""
    found = targets_of("rtt_within_18_weeks", level="trust", on=on)[-1]
    assert found.required(baseline) == pytest.approx(required)


@pytest.mark.parametrize(
    ("measure", "level", "on", "value"),
    [
        ("cancer_fds_28_day", "trust", date(2025, 3, 31), 0.75),
        ("cancer_fds_28_day", "trust", date(2026, 2, 28), 0.80),
        ("cancer_31_day", "trust", date(2026, 3, 31), 0.96),
        ("cancer_31_day", "trust", date(2026, 4, 1), 0.94),
        ("cancer_62_day", "national", date(2025, 4, 1), 0.75),
        ("cancer_62_day", "trust", date(2027, 3, 31), 0.80),
        ("cancer_62_day", "trust", date(2027, 4, 1), 0.85),
        ("diagnostics_six_weeks_or_more_share", "national", date(2026, 10, 31), 0.14),
        ("diagnostics_six_weeks_or_more_share", "trust", date(2026, 10, 31), 0.20),
        ("diagnostics_six_weeks_or_more_share", "trust", date(2026, 3, 31), 0.01),
        ("op_pifu_rate", "trust", date(2028, 4, 1), 5.0),
    ],
)
def test_each_year_has_its_own_bar(measure, level, on, value):
    """planned-care.md 4.1 to 4.3: a target holds for its financial year, and where there is none the standard stands."""
    assert bar(measure, level=level, on=on).value == value


@pytest.mark.parametrize(("on", "value"), [(date(2026, 2, 28), 0.75), (date(2026, 3, 1), 0.80)])
def test_the_faster_diagnosis_standard_was_raised_in_march_2026(on, value):
    assert targets_of("cancer_fds_28_day", level="trust", on=on)[0].value == value


@pytest.mark.parametrize(("baseline", "required"), [(0.30, 0.20), (0.21, 0.18), (0.23, 0.20), (None, 0.20)])
def test_of_a_share_to_be_lowered_the_lower_is_the_greater_improvement(baseline, required):
    """DM01 2026/27: 20%, or 3 points better than the baseline, whichever is the greater improvement."""
    found = bar("diagnostics_six_weeks_or_more_share", level="trust", on=date(2026, 10, 31))
    assert found.required(baseline) == pytest.approx(required)


def test_a_value_is_compared_before_it_is_rounded():
    """operations.md 0.3: 94.96% fails 95%; under 1% means under."""
    assert not standard("rtt_within_18_weeks").is_met_by(0.9199)
    assert standard("rtt_within_18_weeks").is_met_by(0.92)
    share = bar("rtt_over_52_weeks_share", level="trust", on=date(2026, 1, 31))
    assert (share.is_met_by(0.0099), share.is_met_by(0.01)) == (True, False)
    assert standard("rtt_92nd_percentile_wait").is_met_by(18.0)


def test_a_measure_without_a_target_has_no_bar():
    assert bar("rtt_clock_stops", level="trust", on=date(2026, 1, 31)) is None
    assert standard("rtt_clock_stops") is None


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: f"{target.measure} {target.title} {target.level}")
def test_every_target_is_of_a_measure_and_says_its_source(target):
    assert target.measure in measures()
    assert target.first < target.last
    assert target.source
    assert target.certainty != "unsure" or target.note


def test_a_target_whose_measure_is_still_to_come_is_kept_and_says_what_brings_it():
    assert {row.subject for row in RESERVED} >= {"12 hours in department", "Ambulance handover", "Productivity"}
    assert all(row.asked and row.source and row.comes_with and row.first < row.last for row in RESERVED)
