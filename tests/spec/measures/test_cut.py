"""A cut on demand counts, shares out, averages and adds up the rows of a fact by what is asked of its columns."""

from datetime import date

import pytest

from clockstop.measures.cut import BadCut, Condition, Cut, check, made

KINDS = {"trust": "text", "service": "text", "days_waited": "number", "is_open": "truth", "end_date": "date"}
ROWS = """
    trust | service | days_waited | is_open | end_date
    ------+---------+-------------+---------+-----------
    QQA   | C_100   | 10          | T       |
    QQA   | C_100   | 200         | F       | 2026-10-05
    QQA   | C_110   | 130         | F       | 2026-10-31
    QQA   | C_110   |             |         | 2026-11-01
    QQB   | C_100   | 40          | F       | 2026-11-30
"""


def when(column, operator, value=""):
    return Condition(column=column, operator=operator, value=value)


def cut_of(rows, **asked):
    return made(rows, Cut(table="waits", **asked), KINDS)


def test_rows_are_counted_by_trust_and_split(spec):
    """A count is the rows of which every condition holds; what a row does not say does not hold."""
    expect = """
        trust | cut_1 | numerator
        ------+-------+----------
        QQA   | C_100 | 1  
        QQA   | C_110 | 1  
    """
    spec(cut_of, ROWS, of=(when("days_waited", "gt", "40"),), by=("service",), expect=expect)


@pytest.mark.parametrize(
    ("condition", "counted"),
    [
        (when("days_waited", "is", "10"), 1), (when("days_waited", "le", "40"), 1), (when("days_waited", "unknown"), 1),
        (when("service", "is", "C_110"), 2), (when("service", "not", "C_110"), 2), (when("service", "in", "C_100, C_110"), 4),
        (when("is_open", "yes"), 1), (when("is_open", "no"), 3), (when("is_open", "known"), 3),
        (when("end_date", "ge", "2026-10-31"), 2), (when("end_date", "is", "2026-10-05"), 1),
    ],
)  # fmt: skip
def test_each_operator_says_what_its_words_say(spec, condition, counted):
    """Of the trust QQA: `is not true` holds where nothing is said too, comparisons do not."""
    expect = f"""
        trust | numerator
        ------+----------
        QQA   | {counted}
    """
    spec(cut_of, ROWS, of=(condition, when("trust", "is", "QQA")), expect=expect)


def test_a_share_has_both_sides_and_a_period_its_first_day(spec):
    """A share counts, of the rows, those of which the further conditions hold; months begin on their first day."""
    expect = """
        trust | period     | numerator | denominator
        ------+------------+-----------+------------
        QQA   | 2026-10-01 | 1         | 2
        QQA   | 2026-11-01 | 0         | 1
        QQB   | 2026-11-01 | 0         | 1
    """
    over = (when("days_waited", "gt", "150"),)
    known = (when("end_date", "known"),)
    spec(
        lambda rows: made(
            rows.mutate(days_waited=rows.days_waited.fill_null(0)),
            Cut(table="waits", kind="share", of=known, those=over, day="end_date", every="month"),
            KINDS,
        ),
        ROWS,
        expect=expect,
    )


def test_a_mean_is_over_the_rows_that_have_the_amount(spec):
    """The row without an amount is neither in the sum nor in the number; first and last day are both within."""
    expect = """
        trust | numerator | denominator
        ------+-----------+------------
        QQA   | 330       | 2
    """
    asked = {"kind": "mean", "amount": "days_waited", "day": "end_date", "first": "2026-10-05", "last": "2026-11-01"}
    spec(cut_of, ROWS, **asked, expect=expect)


@pytest.mark.parametrize(
    "wrong",
    [
        {"of": (when("nhs_number", "is", "1"),)},
        {"by": ("nothing",)},
        {"of": (when("days_waited", "in", "1"),)},
        {"of": (when("days_waited", "is", "many"),)},
        {"of": (when("days_waited", "is", "nan"),)},
        {"of": (when("end_date", "ge", "31/10/2026"),)},
        {"of": (when("service", "is", ""),)},
        {"kind": "mean", "amount": "service"},
        {"every": "month"},
        {"day": "service"},
        {"by": ("service", "trust", "is_open")},
        {"first": date(2026, 1, 1)},
    ],
)
def test_what_is_not_declared_is_refused(wrong):
    with pytest.raises(BadCut):
        check(Cut(table="waits", **wrong), KINDS)
