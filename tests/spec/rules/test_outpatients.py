"""Outpatients: what an appointment counts as, the slots of a session, advice and PIFU (planned-care.md section 6)."""

from datetime import date

import pytest

import drawn_tables
from clockstop.rules import outpatients
from clockstop.rules.readings import Readings
from contract_tables import dataset

AS_OF = date(2026, 9, 30)


@pytest.fixture
def fact(engine):
    """Work out a fact of outpatients over drawn datasets, those not drawn empty, and compare it with a drawn table."""

    def check(build, needs, expect, **drawn):
        tables = {name: engine.memory(dataset(name, drawn.get(name))) for name in needs}
        rows = engine.rows(build(**tables, as_of=AS_OF, readings=Readings()))
        wanted = drawn_tables.table(expect)
        assert drawn_tables.text(rows.select(wanted.column_names)) == drawn_tables.text(wanted)

    return check


def attendances(fact, drawn, expect):
    fact(outpatients.outpatient_attendances, ["appointments"], expect, appointments=drawn)


def test_late_and_not_seen_is_missed_and_cancellations_are_left_out(fact):
    """OP-R01: codes 3 and 7 of 5, 6, 3 and 7."""
    attendances(fact, """
        appointment_identifier | patient_pathway_identifier | appointment_date | attended_or_did_not_attend_code | first_attendance_code
        -----------------------+----------------------------+------------------+---------------------------------+---------------------
        on_time                | P1                         | 2026-09-01       | 5                               | 1
        late_seen              | P2                         | 2026-09-01       | 6                               | 1
        late_not_seen          | P3                         | 2026-09-01       | 7                               | 1
        dna                    | P4                         | 2026-09-01       | 3                               | 1
        patient                | P5                         | 2026-09-01       | 2                               | 1
        provider               | P6                         | 2026-09-01       | 4                               | 1
        to_come                | P7                         | 2026-10-01       | 0                               | 1
        """,  # noqa: E501
        """
        appointment_identifier | is_attended | is_missed | is_kept_or_missed | is_concluded
        -----------------------+-------------+-----------+-------------------+-------------
        on_time                | T           | F         | T                 | T
        late_seen              | T           | F         | T                 | T
        late_not_seen          | F           | T         | T                 | T
        dna                    | F           | T         | T                 | T
        patient                | F           | F         | F                 | T
        provider               | F           | F         | F                 | T
        to_come                | F           | F         | F                 | F
        """)  # fmt: skip


def test_a_call_whose_time_was_not_agreed_was_not_missed(fact):
    """A telephone call that nobody answered is a DNA only if its time was agreed."""
    attendances(fact, """
        appointment_identifier | patient_pathway_identifier | appointment_date | attended_or_did_not_attend_code | is_time_agreed
        -----------------------+----------------------------+------------------+---------------------------------+---------------
        agreed                 | P1                         | 2026-09-01       | 3                               | T
        not_agreed             | P2                         | 2026-09-01       | 3                               | F
        not_said               | P3                         | 2026-09-01       | 3                               |
        """,
        """
        appointment_identifier | is_missed | is_kept_or_missed
        -----------------------+-----------+------------------
        agreed                 | T         | T
        not_agreed             | F         | F
        not_said               | T         | T
        """)  # fmt: skip


def test_a_first_that_was_missed_and_then_attended_is_still_the_first(fact):
    """OP-R06: what counts is the first attended, whatever the second appointment was recorded as."""
    attendances(fact, """
        appointment_identifier | patient_pathway_identifier | appointment_date | attended_or_did_not_attend_code | first_attendance_code
        -----------------------+----------------------------+------------------+---------------------------------+---------------------
        missed                 | P1                         | 2026-08-01       | 3                               | 1
        then_seen              | P1                         | 2026-08-20       | 5                               | 2
        and_again              | P1                         | 2026-09-10       | 5                               | 2
        known_before           | P2                         | 2026-09-10       | 5                               | 2
        cancelled              | P3                         | 2026-08-01       | 2                               | 3
        by_phone               | P3                         | 2026-08-20       | 6                               | 4
        new_series             | P4                         | 2026-08-01       | 5                               | 1
        another                | P4                         | 2026-09-01       | 5                               | 1
        administrative         | P4                         | 2026-09-02       | 5                               | 5
        """,  # noqa: E501
        """
        appointment_identifier | attended_as | is_first_seen | is_follow_up_seen | is_first_repaired | is_virtual_seen
        -----------------------+-------------+---------------+-------------------+-------------------+----------------
        missed                 |             | F             | F                 | F                 | F
        then_seen              | First       | T             | F                 | T                 | F
        and_again              | Follow-up   | F             | T                 | F                 | F
        known_before           | Follow-up   | F             | T                 | F                 | F
        cancelled              |             | F             | F                 | F                 | F
        by_phone               | First       | T             | F                 | T                 | T
        new_series             | First       | T             | F                 | F                 | F
        another                | First       | T             | F                 | F                 | F
        """)  # fmt: skip


def test_notice_and_booking_again_the_same_day(fact):
    """OP-R03: less than 42 days is short notice, of the hospital's own cancellations only."""
    attendances(fact, """
        appointment_identifier | patient_pathway_identifier | appointment_date | appointment_booked_date | appointment_cancelled_date | attended_or_did_not_attend_code
        -----------------------+----------------------------+------------------+-------------------------+----------------------------+--------------------------------
        short                  | P1                         | 2026-09-30       | 2026-01-01              | 2026-08-20                 | 4
        long                   | P2                         | 2026-09-30       | 2026-01-01              | 2026-08-19                 | 4
        by_patient             | P3                         | 2026-09-30       | 2026-01-01              | 2026-09-29                 | 2
        not_said               | P4                         | 2026-09-30       | 2026-01-01              |                            | 4
        again                  | P1                         | 2026-10-09       | 2026-08-20              |                            |
        """,  # noqa: E501
        """
        appointment_identifier | notice_days | is_short_notice | is_rebooked_the_same_day | outcome
        -----------------------+-------------+-----------------+--------------------------+--------
        short                  | 41          | T               | T                        | Cancelled or postponed by the provider
        long                   | 42          | F               | F                        | Cancelled or postponed by the provider
        by_patient             | 1           | F               | F                        | Cancelled by the patient
        not_said               |             | F               | F                        | Cancelled or postponed by the provider
        again                  |             | F               | F                        | To come
        """)  # fmt: skip


def test_without_an_outcome_after_five_working_days(fact):
    """OP-R16: at the census of Wednesday 30 September, Wednesday 23 has its fifth working day and is still in time."""
    attendances(fact, """
        appointment_identifier | patient_pathway_identifier | appointment_date | attended_or_did_not_attend_code
        -----------------------+----------------------------+------------------+--------------------------------
        tuesday                | P1                         | 2026-09-22       |
        wednesday              | P2                         | 2026-09-23       |
        still_future           | P3                         | 2026-09-22       | 0
        outcomed               | P4                         | 2026-09-22       | 3
        today                  | P5                         | 2026-09-30       |
        bank_holiday           | P6                         | 2026-08-28       |
        """,
        """
        appointment_identifier | is_past | is_unoutcomed | has_no_outcome | days_since
        -----------------------+---------+---------------+----------------+-----------
        tuesday                | T       | T             | T              | 8
        wednesday              | T       | F             | T              | 7
        still_future           | T       | T             | T              | 8
        outcomed               | T       | F             | F              | 8
        today                  | F       | F             | F              | 0
        bank_holiday           | T       | T             | T              | 33
        """)  # fmt: skip


def test_the_medium_is_told_unless_the_attendance_code_says_otherwise(fact):
    """OP-R07 counts by the attendance code; the medium explains it."""
    attendances(fact, """
        appointment_identifier | patient_pathway_identifier | appointment_date | first_attendance_code | consultation_medium_used
        -----------------------+----------------------------+------------------+-----------------------+-------------------------
        video                  | P1                         | 2026-09-01       | 3                     | 03
        not_said               | P2                         | 2026-09-01       | 4                     |
        at_odds                | P3                         | 2026-09-01       | 4                     | 01
        in_person              | P4                         | 2026-09-01       | 1                     |
        """,
        """
        appointment_identifier | medium
        -----------------------+-------
        video                  | Video
        not_said               | Telephone or video, not said which
        at_odds                | Telephone or video, not said which
        in_person              | Face to face
        """)  # fmt: skip


SLOTS = ["outpatient_sessions", "appointments", "clinic_templates"]


def test_slots_of_a_session(fact):
    """OP-R04, R05: bookings that stood at the start, of open slots; a clinic’s only session needs no name."""
    fact(outpatients.outpatient_slots, SLOTS, """
        outpatient_session_identifier | slots_available | slots_blocked | slots_booked | slots_attended | slots_free | why_over_full
        ------------------------------+-----------------+---------------+--------------+----------------+------------+--------------
        held                          | 3               | 1             | 2            | 1              | 1          |
        twice                         | 1               | 0             | 2            | 2              | 0          | Double booked
        group                         | 1               | 0             | 2            | 2              | 0          | Group clinic: patients share slots
        cancelled                     | 0               | 0             | 0            | 0              | 0          |
        """,  # noqa: E501
        outpatient_sessions="""
        outpatient_session_identifier | clinic_code | session_date | session_status     | slots | slots_blocked | is_group_clinic | cancelled_date
        ------------------------------+-------------+--------------+--------------------+-------+---------------+-----------------+---------------
        held                          | A           | 2026-09-01   | held               | 4     | 1             |                 |
        twice                         | B           | 2026-09-01   | held               | 1     |               |                 |
        group                         | C           | 2026-09-01   | held               | 1     |               | T               |
        cancelled                     | D           | 2026-09-01   | cancelled_provider | 9     |               |                 | 2026-08-30
        """,  # noqa: E501
        appointments="""
        appointment_identifier | appointment_date | clinic_code | outpatient_session_identifier | attended_or_did_not_attend_code | appointment_cancelled_date
        -----------------------+------------------+-------------+-------------------------------+---------------------------------+---------------------------
        seen                   | 2026-09-01       | A           | held                          | 5                               |
        missed_unnamed         | 2026-09-01       | A           |                               | 3                               |
        cancelled_that_day     | 2026-09-01       | A           |                               | 2                               | 2026-09-01
        b1                     | 2026-09-01       | B           | twice                         | 5                               |
        b2                     | 2026-09-01       | B           | twice                         | 6                               |
        c1                     | 2026-09-01       | C           | group                         | 5                               |
        c2                     | 2026-09-01       | C           | group                         | 5                               |
        d1                     | 2026-09-01       | D           | cancelled                     | 4                               | 2026-08-30
        """)  # noqa: E501  # fmt: skip


def test_two_sessions_of_a_clinic_on_one_day_need_names(fact):
    """An appointment that names no session belongs to none where its clinic has two that day."""
    fact(outpatients.outpatient_slots, SLOTS, """
        outpatient_session_identifier | slots_booked
        ------------------------------+-------------
        morning                       | 1
        afternoon                     | 0
        """,
        outpatient_sessions="""
        outpatient_session_identifier | clinic_code | session_date | session_status | slots
        ------------------------------+-------------+--------------+----------------+------
        morning                       | A           | 2026-09-01   | held           | 4
        afternoon                     | A           | 2026-09-01   | held           | 4
        """,
        appointments="""
        appointment_identifier | appointment_date | clinic_code | outpatient_session_identifier | attended_or_did_not_attend_code
        -----------------------+------------------+-------------+-------------------------------+--------------------------------
        named                  | 2026-09-01       | A           | morning                       | 5
        not_named              | 2026-09-01       | A           |                               | 5
        """)  # fmt: skip


def test_only_the_hospitals_own_late_cancellations_count(fact):
    """OP-R15: less than 42 days before the session."""
    fact(outpatients.outpatient_slots, SLOTS, """
        outpatient_session_identifier | is_held | notice_days | is_cancelled_at_short_notice | is_past
        ------------------------------+---------+-------------+------------------------------+--------
        at_41                         | F       | 41          | T                            | T
        at_42                         | F       | 42          | F                            | T
        other                         | F       | 1           | F                            | T
        to_come                       | T       |             | F                            | F
        """,
        outpatient_sessions="""
        outpatient_session_identifier | clinic_code | session_date | session_status     | slots | cancelled_date
        ------------------------------+-------------+--------------+--------------------+-------+---------------
        at_41                         | A           | 2026-09-30   | cancelled_provider | 4     | 2026-08-20
        at_42                         | A           | 2026-09-30   | cancelled_provider | 4     | 2026-08-19
        other                         | A           | 2026-09-30   | cancelled_other    | 4     | 2026-09-29
        to_come                       | A           | 2026-10-01   | held               | 4     |
        """)  # fmt: skip


def test_advice_that_ended_without_a_referral(fact):
    """OP-R10: a referral within 90 days of the answer undoes it, one on day 91 does not."""
    fact(outpatients.specialist_advice, ["specialist_advice_requests"], """
        specialist_advice_identifier | is_processed | is_diverted | is_settled | days_to_answer
        -----------------------------+--------------+-------------+------------+---------------
        advice                       | T            | T           | T          | 3
        followed                     | T            | F           | T          | 3
        much_later                   | T            | T           | T          | 3
        converted                    | T            | F           | T          | 3
        recent                       | T            | T           | F          | 1
        waiting                      | F            | F           | F          |
        """,
        specialist_advice_requests="""
        specialist_advice_identifier | request_received_date | response_date | advice_outcome       | referral_request_received_date
        -----------------------------+-----------------------+---------------+----------------------+-------------------------------
        advice                       | 2026-05-29            | 2026-06-01    | returned_with_advice |
        followed                     | 2026-05-29            | 2026-06-01    | returned_with_advice | 2026-08-30
        much_later                   | 2026-05-29            | 2026-06-01    | returned_with_advice | 2026-08-31
        converted                    | 2026-05-29            | 2026-06-01    | converted            | 2026-06-01
        recent                       | 2026-09-01            | 2026-09-02    | returned_with_advice |
        waiting                      | 2026-09-01            |               |                      |
        """)  # fmt: skip


def test_pifu_runs_out_on_its_end_date(fact):
    """On its end date an episode is to become a discharge or a review."""
    fact(outpatients.pifu, ["pifu_episodes"], """
        pifu_episode_identifier | is_expired | needs_review
        ------------------------+------------+-------------
        today                   | T          | T
        tomorrow                | F          | F
        reviewed                | T          | F
        endless                 | F          | F
        """,
        pifu_episodes="""
        pifu_episode_identifier | patient_pathway_identifier | start_date | expiry_date | closed_date
        ------------------------+----------------------------+------------+-------------+------------
        today                   | P1                         | 2026-01-01 | 2026-09-30  |
        tomorrow                | P2                         | 2026-01-01 | 2026-10-01  |
        reviewed                | P3                         | 2026-01-01 | 2026-09-30  | 2026-09-30
        endless                 | P4                         | 2026-01-01 |             |
        """)  # fmt: skip


def test_activity_puts_the_sides_of_pifu_and_advice_rates_together(engine):
    """OP-R08 and R09: attendances, moves to PIFU and answers on their days; what was not attended or lies ahead is none."""
    given = {
        "appointments": """
            appointment_identifier | patient_pathway_identifier | appointment_date | attended_or_did_not_attend_code | first_attendance_code
            -----------------------+----------------------------+------------------+---------------------------------+---------------------
            seen                   | P1                         | 2026-09-01       | 5                               | 1
            missed                 | P2                         | 2026-09-02       | 3                               | 1
            """,  # noqa: E501
        "pifu_episodes": """
            pifu_episode_identifier | patient_pathway_identifier | start_date
            ------------------------+----------------------------+-----------
            one                     | P3                         | 2026-09-03
            """,
        "specialist_advice_requests": """
            specialist_advice_identifier | request_received_date | response_date | advice_outcome
            -----------------------------+-----------------------+---------------+---------------
            answered                     | 2026-09-01            | 2026-09-04    | converted
            waiting                      | 2026-09-01            |               |
            """,
    }
    tables = {name: engine.memory(dataset(name, text)) for name, text in given.items()}
    day = {"as_of": AS_OF, "readings": Readings()}
    found = {
        "outpatient_attendances": outpatients.outpatient_attendances(appointments=tables["appointments"], **day),
        "pifu": outpatients.pifu(pifu_episodes=tables["pifu_episodes"], **day),
        "specialist_advice": outpatients.specialist_advice(specialist_advice_requests=tables["specialist_advice_requests"], **day),
    }
    rows = engine.rows(outpatients.outpatient_activity(**found, **day)).select(["day", "kind", "is_first_seen"]).to_pylist()
    assert sorted((row["day"].day, row["kind"], row["is_first_seen"]) for row in rows) == [
        (1, "attendance", True), (3, "pifu", False), (4, "advice", False),
    ]  # fmt: skip


def test_a_session_is_told_beside_its_template(fact):
    """Template beside held: the slots that the template has, all kinds together; a session without one is its own."""
    fact(outpatients.outpatient_slots, SLOTS, """
        outpatient_session_identifier | template_slots | slots_available
        ------------------------------+----------------+----------------
        short                         | 12             | 8
        free                          | 5              | 5
        """, clinic_templates="""
        clinic_template_identifier | clinic_code | weekday | effective_from_date | slots_new | slots_follow_up
        ---------------------------+-------------+---------+---------------------+-----------+----------------
        T1                         | A           | 2       | 2026-01-01          | 4         | 8
        """, outpatient_sessions="""
        outpatient_session_identifier | clinic_code | session_date | session_status | slots | clinic_template_identifier
        ------------------------------+-------------+--------------+----------------+-------+---------------------------
        short                         | A           | 2026-09-01   | held           | 8     | T1
        free                          | B           | 2026-09-01   | held           | 5     |
        """)  # fmt: skip
