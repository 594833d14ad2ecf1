"""The drawn tables of specs are read as they are drawn."""

from datetime import date

import pytest

import drawn_tables

DRAWN = """
    pathway_identifier | start_date | is_waiting | days_waited | end_status | share
    -------------------+------------+------------+-------------+------------+------
    1                  | 2026-01-05 | T          | 28          | 30         | 0.5
    2                  |            |            |             |            |
"""


def test_a_drawn_table_has_the_types_of_its_names():
    assert drawn_tables.table(DRAWN).to_pylist() == [
        {"pathway_identifier": "1", "start_date": date(2026, 1, 5), "is_waiting": True, "days_waited": 28, "end_status": "30",
         "share": 0.5},
        {"pathway_identifier": "2", "start_date": None, "is_waiting": None, "days_waited": None, "end_status": None, "share": None},
    ]  # fmt: skip


def test_a_row_with_too_few_columns_is_an_error():
    with pytest.raises(AssertionError, match="3 columns are named"):
        drawn_tables.table("a | b | c\n--+---+--\n1 | 2")


def test_a_spec_fails_where_one_value_differs(spec):
    """The fixture itself must be able to fail."""
    drawn = "id | days\n---+-----\na  | 7\nb  | 8"
    spec(lambda rows: rows.mutate(days=rows.days + 1), drawn, expect="days\n----\n9\n8")
    with pytest.raises(AssertionError):
        spec(lambda rows: rows, drawn, expect="days\n----\n7\n9")


def test_the_order_counts_where_it_is_asked_for(spec):
    drawn = "id | days\n---+-----\na  | 7\nb  | 8"
    spec(lambda rows: rows.order_by("days"), drawn, expect="days\n----\n7\n8", in_order=True)
    with pytest.raises(AssertionError):
        spec(lambda rows: rows.order_by("days"), drawn, expect="days\n----\n8\n7", in_order=True)
