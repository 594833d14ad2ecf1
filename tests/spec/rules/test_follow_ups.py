"""Planned follow-ups: overdue, by how much, and in which bucket (OP-R12)."""

from datetime import date

import pytest

import drawn_tables
from clockstop.rules.follow_ups import follow_ups
from clockstop.rules.readings import Readings
from contract_tables import dataset

AS_OF = date(2026, 9, 30)


@pytest.fixture
def requests(engine):
    """Work out the follow-ups of drawn requests and compare them with a drawn table."""

    def check(drawn, expect):
        table = engine.memory(dataset("follow_up_requests", drawn))
        rows = engine.rows(follow_ups(follow_up_requests=table, as_of=AS_OF, readings=Readings()))
        wanted = drawn_tables.table(expect)
        assert drawn_tables.text(rows.select(wanted.column_names)) == drawn_tables.text(wanted)

    return check


def test_every_open_request_lies_in_one_bucket(requests):
    """No due date first, then overdue without a booking, booked too late, due within 42 days; the rest is in time."""
    requests("""
        follow_up_request_identifier | patient_pathway_identifier | requested_date | latest_clinically_appropriate_date | booked_date
        -----------------------------+----------------------------+----------------+------------------------------------+------------
        nobody_knows                 | P1                         | 2026-06-01     |                                    |
        overdue                      | P2                         | 2026-06-01     | 2026-09-29                         |
        due_today                    | P3                         | 2026-06-01     | 2026-09-30                         |
        in_42_days                   | P4                         | 2026-06-01     | 2026-11-11                         |
        in_43_days                   | P5                         | 2026-06-01     | 2026-11-12                         |
        overdue_booked               | P6                         | 2026-06-01     | 2026-09-20                         | 2026-10-05
        booked_late                  | P7                         | 2026-06-01     | 2026-10-20                         | 2026-10-21
        booked                       | P8                         | 2026-06-01     | 2026-10-20                         | 2026-10-20
        lapsed                       | P9                         | 2026-06-01     | 2026-09-20                         | 2026-09-18
        """,  # noqa: E501
        """
        follow_up_request_identifier | bucket                      | days_overdue | is_overdue_now | booked_date | lapsed_booking_date
        -----------------------------+-----------------------------+--------------+----------------+-------------+--------------------
        nobody_knows                 | no_due_date                 |              | F              |             |
        overdue                      | unbooked_overdue            | 1            | T              |             |
        due_today                    | due_within_6_weeks_unbooked | 0            | F              |             |
        in_42_days                   | due_within_6_weeks_unbooked | -42          | F              |             |
        in_43_days                   | due_later                   | -43          | F              |             |
        overdue_booked               | booked_after_lcad           | 10           | T              | 2026-10-05  |
        booked_late                  | booked_after_lcad           | -20          | F              | 2026-10-21  |
        booked                       | booked_in_time              | -20          | F              | 2026-10-20  |
        lapsed                       | unbooked_overdue            | 10           | T              |             | 2026-09-18
        """)  # noqa: E501  # fmt: skip


def test_the_latest_date_is_the_due_date_and_its_tolerance_unless_it_is_said(requests):
    """A request without an LCAD has that of its due date and tolerance."""
    requests("""
        follow_up_request_identifier | patient_pathway_identifier | requested_date | due_date   | tolerance_days | latest_clinically_appropriate_date
        -----------------------------+----------------------------+----------------+------------+----------------+-----------------------------------
        with_tolerance               | P1                         | 2026-06-01     | 2026-09-01 | 14             |
        without                      | P2                         | 2026-06-01     | 2026-09-01 |                |
        said                         | P3                         | 2026-06-01     | 2026-09-01 | 14             | 2026-09-10
        """,  # noqa: E501
        """
        follow_up_request_identifier | due_date   | breach_date | days_to_breach | asked_for_date
        -----------------------------+------------+-------------+----------------+---------------
        with_tolerance               | 2026-09-15 | 2026-09-15  | -15            | 2026-09-01
        without                      | 2026-09-01 | 2026-09-01  | -29            | 2026-09-01
        said                         | 2026-09-10 | 2026-09-10  | -20            | 2026-09-01
        """)  # fmt: skip


def test_a_closed_request_is_kept_and_lies_in_no_bucket(requests):
    """A request that is closed on the as-of day is closed; past censuses still count it."""
    requests("""
        follow_up_request_identifier | patient_pathway_identifier | requested_date | latest_clinically_appropriate_date | closed_date
        -----------------------------+----------------------------+----------------+------------------------------------+------------
        closed_today                 | P1                         | 2026-06-01     | 2026-09-01                         | 2026-09-30
        open                         | P2                         | 2026-06-01     | 2026-09-01                         |
        """,  # noqa: E501
        """
        follow_up_request_identifier | start_date | end_date   | bucket           | is_listed | days_waited
        -----------------------------+------------+------------+------------------+-----------+------------
        closed_today                 | 2026-06-01 | 2026-09-30 |                  | F         | 121
        open                         | 2026-06-01 |            | unbooked_overdue | T         | 121
        """)  # fmt: skip
