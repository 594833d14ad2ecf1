"""The measures of outpatients and rooms over a few drawn records, by month: OP-R01 to R16 as managers see them."""

from datetime import date
from pathlib import Path

import ibis
import pytest

import drawn_tables
from clockstop.measures.catalogue import outpatients as catalogue
from clockstop.measures.catalogue import rooms as room_catalogue
from clockstop.measures.fact_counts import fact_counts
from clockstop.measures.periods import Running
from clockstop.rules import facts
from clockstop.rules.readings import Readings
from contract_tables import dataset

AS_OF = date(2026, 9, 30)
MEASURES = {one.slug: one for one in (*catalogue.MEASURES, *room_catalogue.MEASURES)}


@pytest.fixture
def check(engine):
    """Compare what measures of one fact come to in September 2026, over drawn datasets, with a drawn table."""

    def rows_of(name, drawn):
        declared = facts()
        if name not in declared:
            return engine.memory(dataset(name, drawn.get(name)))
        fact = declared[name]
        tables = {need: rows_of(need, drawn) for need in fact.needs}
        return engine.memory(engine.rows(fact.build(**tables, as_of=AS_OF, readings=Readings())))

    def run(slugs, expect, *, now=False, **drawn):
        chosen = [MEASURES[slug] for slug in slugs]
        rows = rows_of(chosen[0].table, drawn).mutate(trust=ibis.literal("T"))
        tables = fact_counts(chosen, rows, periods=[Running("now" if now else "month", AS_OF, 1)], by=("trust",))
        found = {}
        for row in (row for table in tables for row in engine.rows(table).to_pylist()):
            found[row["measure"]] = (row["numerator"], row["denominator"])
        wanted = {row["measure"]: row for row in drawn_tables.table(expect).to_pylist()}
        assert set(wanted) == set(slugs)
        for slug, row in wanted.items():
            numerator, denominator = found.get(slug, (0, 0))
            value = MEASURES[slug].value(numerator, denominator)
            assert (slug, numerator, denominator) == (slug, row["numerator"], row["denominator"])
            assert (slug, value if value is None else round(value, 3)) == (slug, row["value"])

    return run


APPOINTMENTS = """
    appointment_identifier | patient_pathway_identifier | appointment_date | attended_or_did_not_attend_code | first_attendance_code | is_procedure | appointment_cancelled_date
    -----------------------+----------------------------+------------------+---------------------------------+-----------------------+--------------+---------------------------
    1                      | P1                         | 2026-09-01       | 5                               | 1                     |              |
    2                      | P2                         | 2026-09-01       | 6                               | 3                     |              |
    3                      | P3                         | 2026-09-02       | 5                               | 2                     | T            |
    4                      | P4                         | 2026-09-02       | 5                               | 4                     |              |
    5                      | P5                         | 2026-09-03       | 3                               | 1                     |              |
    6                      | P6                         | 2026-09-03       | 2                               | 1                     |              | 2026-09-01
    7                      | P7                         | 2026-09-03       | 4                               | 1                     |              | 2026-08-01
    8                      | P8                         | 2026-09-03       | 4                               | 1                     |              | 2026-07-01
    9                      | P9                         | 2026-09-03       |                                 | 1                     |              |
    10                     | P1                         | 2026-10-03       | 0                               | 2                     |              |
    11                     | P1                         | 2026-08-31       | 5                               | 2                     |              |
"""  # noqa: E501


def test_attendance_cancellation_and_mix(check):
    """One of five kept or missed was missed; eight were booked; two of four attended were first, and one by phone of each kind."""
    check(
        ["op_dna_rate", "op_patient_cancellations", "op_provider_cancellations", "op_provider_cancellations_short",
         "op_rebooked_the_same_day", "op_virtual_share", "op_first_or_procedure", "op_new_to_follow_up", "op_unoutcomed",
         "op_attendances", "op_first_attendances", "op_follow_up_attendances", "op_procedures"],
        """
        measure                         | numerator | denominator | value
        --------------------------------+-----------+-------------+------
        op_dna_rate                     | 1         | 5           | 0.2
        op_patient_cancellations        | 1         | 8           | 0.125
        op_provider_cancellations       | 2         | 8           | 0.25
        op_provider_cancellations_short | 1         | 8           | 0.125
        op_rebooked_the_same_day        | 0         | 3           | 0.0
        op_virtual_share                | 2         | 4           | 0.5
        op_first_or_procedure           | 3         | 4           | 0.75
        op_new_to_follow_up             | 2         | 2           | 1.0
        op_unoutcomed                   | 1         | 9           | 0.111
        op_attendances                  | 4         | 4           | 4.0
        op_first_attendances            | 2         | 4           | 2.0
        op_follow_up_attendances        | 2         | 4           | 2.0
        op_procedures                   | 1         | 4           | 1.0
        """,
        appointments=APPOINTMENTS,
    )  # fmt: skip


SESSIONS = """
    outpatient_session_identifier | clinic_code | session_date | session_status     | slots | slots_blocked | cancelled_date
    ------------------------------+-------------+--------------+--------------------+-------+---------------+---------------
    S1                            | A           | 2026-09-01   | held               | 6     | 1             |
    S2                            | B           | 2026-09-02   | held               | 5     |               |
    S3                            | C           | 2026-09-03   | cancelled_provider | 9     |               | 2026-09-01
    S4                            | D           | 2026-09-04   | cancelled_provider | 9     |               | 2026-07-01
    S5                            | A           | 2026-10-01   | held               | 6     |               |
"""
IN_SESSIONS = """
    appointment_identifier | appointment_date | outpatient_session_identifier | attended_or_did_not_attend_code
    -----------------------+------------------+-------------------------------+--------------------------------
    1                      | 2026-09-01       | S1                            | 5
    2                      | 2026-09-01       | S1                            | 3
    3                      | 2026-09-02       | S2                            | 5
    4                      | 2026-10-01       | S5                            |
"""


def test_slots_and_sessions(check):
    """Ten slots open of eleven; three booked, two attended; one of four sessions cancelled late. October is not counted."""
    check(
        ["op_slots_booked", "op_slots_attended", "op_slots_booked_of_all", "op_slots_blocked", "op_clinic_cancellations",
         "op_sessions_held"],
        """
        measure                 | numerator | denominator | value
        ------------------------+-----------+-------------+------
        op_slots_booked         | 3         | 10          | 0.3
        op_slots_attended       | 2         | 10          | 0.2
        op_slots_booked_of_all  | 3         | 11          | 0.273
        op_slots_blocked        | 1         | 11          | 0.091
        op_clinic_cancellations | 1         | 4           | 0.25
        op_sessions_held        | 2         | 4           | 0.5
        """,
        outpatient_sessions=SESSIONS,
        appointments=IN_SESSIONS,
    )  # fmt: skip


REQUESTS = """
    follow_up_request_identifier | patient_pathway_identifier | requested_date | latest_clinically_appropriate_date | booked_date | closed_date
    -----------------------------+----------------------------+----------------+------------------------------------+-------------+------------
    late                         | P1                         | 2026-05-01     | 2026-09-29                         |             |
    late_booked                  | P2                         | 2026-05-01     | 2026-09-01                         | 2026-10-09  |
    today                        | P3                         | 2026-05-01     | 2026-09-30                         |             |
    undated                      | P4                         | 2026-05-01     |                                    |             |
    closed                       | P5                         | 2026-05-01     | 2026-09-01                         |             | 2026-09-30
"""  # noqa: E501


def test_overdue_follow_ups_at_a_census(check):
    """Two of four open requests are late; the one due on the census day is not, and the closed one is gone."""
    check(
        ["op_overdue_follow_ups", "op_overdue_share", "op_follow_ups_open", "op_follow_ups_without_date"],
        """
        measure                    | numerator | denominator | value
        ---------------------------+-----------+-------------+------
        op_overdue_follow_ups      | 2         | 4           | 2.0
        op_overdue_share           | 2         | 4           | 0.5
        op_follow_ups_open         | 4         | 4           | 4.0
        op_follow_ups_without_date | 1         | 4           | 1.0
        """,
        follow_up_requests=REQUESTS,
    )


def test_buckets_are_known_of_today_alone(check):
    """What is booked is known as at the as-of day, so these have no history."""
    check(
        ["op_follow_ups_unbooked_overdue", "op_follow_ups_booked_late", "op_follow_ups_due_soon"],
        """
        measure                        | numerator | denominator | value
        -------------------------------+-----------+-------------+------
        op_follow_ups_unbooked_overdue | 1         | 4           | 1.0
        op_follow_ups_booked_late      | 1         | 4           | 1.0
        op_follow_ups_due_soon         | 1         | 4           | 1.0
        """,
        now=True,
        follow_up_requests=REQUESTS,
    )


ADVICE = """
    specialist_advice_identifier | request_received_date | response_date | advice_outcome       | referral_request_received_date
    -----------------------------+-----------------------+---------------+----------------------+-------------------------------
    1                            | 2026-09-01            | 2026-09-04    | returned_with_advice |
    2                            | 2026-09-01            | 2026-09-02    | converted            | 2026-09-02
    3                            | 2026-09-01            |               |                      |
"""
PIFU = """
    pifu_episode_identifier | patient_pathway_identifier | start_date | expiry_date | closed_date
    ------------------------+----------------------------+------------+-------------+------------
    1                       | P1                         | 2026-09-05 | 2027-09-05  |
    2                       | P2                         | 2026-01-05 | 2026-09-30  |
    3                       | P3                         | 2026-01-05 | 2026-06-30  | 2026-07-01
"""


def test_pifu_and_advice_beside_attendances(check):
    """One move to PIFU for four attendances, two answers for two firsts."""
    check(
        ["op_pifu_rate", "op_advice_per_100_firsts"],
        """
        measure                  | numerator | denominator | value
        -------------------------+-----------+-------------+------
        op_pifu_rate             | 1         | 4           | 25.0
        op_advice_per_100_firsts | 2         | 2           | 100.0
        """,
        appointments=APPOINTMENTS,
        specialist_advice_requests=ADVICE,
        pifu_episodes=PIFU,
    )


def test_advice_answered_and_diverted(check):
    """Of two answered one ended with advice, after four days together; one waits."""
    check(
        ["op_advice_diversion", "op_advice_days_to_answer", "op_advice_waiting"],
        """
        measure                  | numerator | denominator | value
        -------------------------+-----------+-------------+------
        op_advice_diversion      | 1         | 2           | 0.5
        op_advice_days_to_answer | 4         | 2           | 2.0
        op_advice_waiting        | 1         | 1           | 1.0
        """,
        specialist_advice_requests=ADVICE,
    )


def test_pifu_open_and_to_review(check):
    """An episode that ends on the census day is open and to be reviewed."""
    check(
        ["op_pifu_open", "op_pifu_to_review"],
        """
        measure           | numerator | denominator | value
        ------------------+-----------+-------------+------
        op_pifu_open      | 2         | 2           | 2.0
        op_pifu_to_review | 1         | 2           | 1.0
        """,
        pifu_episodes=PIFU,
    )


def test_rooms_in_use_and_booked(check):
    """A room open for two Wednesdays: 240 of 1,200 minutes in use, 300 booked, three of four half-days empty."""
    check(
        ["room_utilisation", "room_allocation", "room_sessions_empty"],
        """
        measure             | numerator | denominator | value
        --------------------+-----------+-------------+------
        room_utilisation    | 240       | 1200        | 0.2
        room_allocation     | 300       | 1200        | 0.25
        room_sessions_empty | 3         | 4           | 0.75
        """,
        rooms="""
        room_identifier | location | opens_time | closes_time | open_weekdays | open_from_date | use_source
        ----------------+----------+------------+-------------+---------------+----------------+------------
        R1              | Elm      | 08:00      | 18:00       | 3             | 2026-01-01     | room_system
        """,
        room_bookings="""
        room_booking_identifier | room_identifier | booking_date | booked_start_at  | booked_end_at    | used_start_at    | used_end_at
        ------------------------+-----------------+--------------+------------------+------------------+------------------+------------------
        1                       | R1              | 2026-09-23   | 2026-09-23 08:00 | 2026-09-23 13:00 | 2026-09-23 08:00 | 2026-09-23 12:00
        """,  # noqa: E501
    )


def test_every_measure_stands_in_this_file():
    """Nothing of the catalogue is without its drawn table."""

    text = Path(__file__).read_text("utf-8")
    assert [slug for slug in MEASURES if f'"{slug}"' not in text] == []
