"""Made-up validators find what is true: by the planted clocks, on the day of the list."""

from datetime import date

import pytest

from clockstop.synthetic.validation_outcomes import TruePeriod, finding

START, ON = date(2026, 1, 5), date(2026, 11, 15)


def period(start=START, end=None, status="", is_nullified=False):
    return TruePeriod(start, end, status, is_nullified)


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        ((period(),), ("clock_right", None, "")),
        ((period(end=date(2026, 6, 1), status="30"),), ("stop_treated", date(2026, 6, 1), "")),
        ((period(end=date(2026, 6, 1), status="32"),), ("stop_monitoring", date(2026, 6, 1), "")),
        ((period(end=date(2026, 6, 1), status="34"),), ("stop_no_treatment", date(2026, 6, 1), "")),
        ((period(end=date(2026, 6, 1), is_nullified=True),), ("stop_no_treatment", date(2026, 6, 1), "")),
        ((period(end=date(2026, 12, 1), status="30"),), ("clock_right", None, "")),
        ((period(start=date(2026, 2, 2)),), ("start_wrong", date(2026, 2, 2), "")),
        ((period(start=date(2025, 2, 2), end=date(2025, 3, 3), status="30"),), ("clock_right", None, "")),
    ],
)
def test_a_made_up_validator_finds_what_is_true(periods, expected):
    assert finding("AAA-1", START, periods, ON) == expected


def test_a_pathway_that_nobody_meant_is_a_duplicate_of_the_first():
    assert finding("AAA-D1", START, (), ON) == ("duplicate", None, "AAA-1")
