"""Small numbers (operations.md 7.4): what each profile hides, and that nothing hidden can be worked out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockstop.measures.suppress import HIDDEN, is_share_hidden, suppress, suppress_table


@pytest.mark.parametrize(
    ("profile", "counts", "shown"),
    [
        ("hes", [0, 1, 7, 8, 12, 13, 102], [0, "*", "*", 10, 10, 15, 100]),
        ("k5", [3, 20, 9, 40], ["*", 20, "*", 40]),
        ("k5", [2, 4, 30], ["*", "*", 30]),
        ("k5", [3, 0, 50], ["*", 0, "*"]),
        ("k5", [9, 9, 3], ["*", 9, "*"]),
        ("k5", [3], ["*"]),
        ("k5", [5, 0], [5, 0]),
    ],
)
def test_counts_of_a_row_whose_total_is_shown(profile, counts, shown):
    """GRP-002 to 004: the next smallest goes too, ties to the first; zero protects nothing."""
    assert suppress(counts, profile) == shown


@pytest.mark.parametrize(
    ("numerator", "denominator", "profile", "is_hidden"),
    [
        (97, 100, "k5", True),
        (20, 80, "hes", False),
        (0, 4, "k5", True),
        (0, 5, "k5", False),
        (5, 5, "k5", False),
        (4, 9, "k5", True),
    ],
)
def test_a_share_is_hidden_by_either_side(numerator, denominator, profile, is_hidden):
    """GRP-005, 006."""
    assert is_share_hidden(numerator, denominator, profile) is is_hidden


def test_a_table_is_done_rows_first_then_columns_until_it_is_still():
    """GRP-007: 3, then 20 (row), then 15 and 12 (columns)."""
    rows = [[3, 20, 30], [15, 12, 40], [18, 25, 9]]
    assert suppress_table(rows, "k5") == [["*", "*", 30], ["*", "*", 40], [18, 25, 9]]
    assert suppress_table(rows, "hes") == [["*", 20, 30], [15, 10, 40], [20, 25, 10]]
    assert suppress_table([], "k5") == []


@given(st.lists(st.lists(st.integers(0, 30), min_size=4, max_size=4), min_size=1, max_size=5))
def test_no_line_of_a_table_is_left_with_a_single_gap_that_another_could_fill(rows):
    shown = suppress_table(rows, "k5")
    lines = [*zip(shown, rows, strict=True)]
    lines += [([line[place] for line in shown], [row[place] for row in rows]) for place in range(4)]
    for line, counts in lines:
        if line.count(HIDDEN) == 1:
            assert all(count == 0 for cell, count in zip(line, counts, strict=True) if cell != HIDDEN)
