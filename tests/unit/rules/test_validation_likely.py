"""What the words of a flag make likely, and which cell of the record they doubt."""

from datetime import date

import pytest

from clockstop.rules.validation_likely import Doubt, Likely, doubts, likeliest, likely

DAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("flag", "evidence", "expected"),
    [
        ("closed_but_open", "referral closed 2026-06-01: treated", Likely(code="stop_treated", right_date=DAY)),
        ("closed_but_open", "referral closed 2026-06-01: discharged", Likely(code="stop_no_treatment", right_date=DAY)),
        ("closed_but_open", "died 2026-06-01", Likely(code="stop_no_treatment", right_date=DAY)),
        (
            "treatment_given",
            "taken off the list as admitted on 2026-06-01, no admission on record",
            Likely(code="stop_treated", right_date=DAY),
        ),
        ("status_contradicts", "attended 2026-06-01 with status 30", Likely(code="stop_treated", right_date=DAY)),
        ("status_contradicts", "attended 2026-06-01 with status 91", Likely(code="stop_monitoring", right_date=DAY)),
        ("status_contradicts", "attended 2026-06-01 with status 34", Likely(code="stop_no_treatment", right_date=DAY)),
        ("status_contradicts", "attended 2026-06-01 with status 92", Likely()),
        ("end_order", "a stop on 2026-06-01 has no status that can stop a clock", Likely(code="stop_no_treatment", right_date=DAY)),
        ("end_order", "stop 2026-05-01 before the start 2026-06-01", Likely()),
        ("start_order", "start 2026-05-01, referral received 2026-06-01", Likely(code="start_wrong", right_date=DAY)),
        ("start_order", "start 2026-05-01, born 2026-06-01", Likely()),
        ("start_drift", "start 2026-05-01, was 2026-06-01 on the list of 2026-05-30", Likely(code="start_wrong", right_date=DAY)),
        ("exact_duplicate", "same patient, function and start as P-2", Likely(code="duplicate", other_pathway="P-2")),
        ("possible_duplicate", "also waits on P-2, from 2026-06-01", Likely(other_pathway="P-2")),
        ("no_next_step", "nothing ahead; last event 2026-06-01", Likely()),
    ],
)
def test_the_words_of_a_flag_make_an_outcome_likely(flag, evidence, expected):
    assert likely(flag, evidence) == expected


def test_the_first_flag_that_favours_an_outcome_gives_it():
    flags = [("no_next_step", "nothing ahead"), ("possible_duplicate", "also waits on P-2, from 2026-06-01")]
    assert likeliest(flags, date(2026, 1, 5)) == Likely(other_pathway="P-2")
    flags.append(("treatment_given", "taken off the list as admitted on 2026-06-01, no admission on record"))
    assert likeliest(flags, date(2026, 1, 5)) == Likely(code="stop_treated", right_date=DAY)
    assert likeliest([], date(2026, 1, 5)) == Likely()


def test_a_day_that_cannot_be_is_not_proposed():
    assert likeliest([("treatment_given", "admitted on 2026-06-01")], date(2026, 6, 2)) == Likely(code="stop_treated")
    moved = [("start_drift", "start 2026-05-01, was 2026-06-01 on the list")]
    assert likeliest(moved, date(2026, 6, 1)) == Likely(code="start_wrong")


def test_the_doubtful_cell_is_that_of_the_day_named():
    assert doubts("status_missing", "attended 2026-06-01 with no status") == [Doubt(DAY, "status", "status_missing")]
    assert doubts("closed_but_open", "referral closed 2026-06-01: treated") == [
        Doubt(DAY, "event", "closed_but_open", "Referral closed: treated")
    ]
    assert doubts("closed_but_open", "died 2026-06-01")[0].title == "Death recorded"
    assert doubts("no_next_step", "nothing ahead; last event 2026-06-01") == []
    assert doubts("start_order", "start 2026-13-45, born 2026-99-01") == []
