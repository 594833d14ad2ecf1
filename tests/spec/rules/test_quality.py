"""Rules of data quality over drawn rows: each names the record that fails and no other."""

import ibis
import pytest

from clockstop.contracts import contracts
from clockstop.rules.quality import FoundTest, RowTest, quality_rules
from clockstop.rules.quality_columns import kept_name

TODAY = ibis.date("2026-11-15")


@pytest.fixture
def fails(engine):
    """The records of drawn rows that a rule says fail, by its test of rows."""
    from drawn_tables import table

    def ask(name, drawn, **others):
        rule = quality_rules()[name]
        rows = _whole(engine.memory(table(drawn)), rule.dataset)
        if isinstance(rule.test, RowTest):
            failed = rule.test.failed(rows, TODAY).fill_null(False)
            judged = rule.test.judged(rows, TODAY) if rule.test.judged else ibis.literal(True)
            found = rows.filter(failed & judged)
        else:
            assert isinstance(rule.test, FoundTest)
            tables = {key: _whole(engine.memory(table(text)), key) for key, text in others.items()}
            found = rule.test.found(rows, **tables, today=TODAY)
        return sorted(engine.rows(found)["record"].to_pylist())

    return ask


def _whole(rows, dataset):
    """The rows with every column of their contract, and those that intake adds."""
    from clockstop.contracts.contract import DATA_TYPES

    if dataset not in contracts():
        return rows.mutate(**{name: rows[name].cast("timestamp") for name in rows.columns if name.endswith("_at")})
    kinds = {kept_name(column): DATA_TYPES[column.type] for column in contracts()[dataset].columns}
    kinds |= {"person": "string", "day": "date", "record": "string", "known_sex": "string", "known_person_birth_date": "date",
              "known_activity_treatment_function_code": "string"}  # fmt: skip
    rows = rows.mutate(**{name: rows[name].cast(kind) for name, kind in kinds.items() if name in rows.columns})
    return rows.mutate(today=TODAY, **{name: ibis.null(kind) for name, kind in kinds.items() if name not in rows.columns})


def test_a_cell_is_missing_when_empty_or_a_word_for_it(fails):
    """Blanks, 'N/A' and the national default code say nothing; a code in small letters is a code."""
    rows = """
        record | consultant_code
        -------+----------------
        empty  |
        word   | n/a
        code   | C9999998
        real   | c1234567
    """
    assert fails("referrals.missing_consultant_code", rows) == ["code", "empty", "word"]


def test_a_day_is_impossible_by_default_century_or_age(fails):
    """Default days, a century too early, and a person of 126 years; an old person and a wait of four years are possible."""
    rows = """
        record  | person_birth_date | referral_request_received_date | discharge_date
        --------+-------------------+--------------------------------+---------------
        default | 1950-01-01        | 2025-01-01                     | 1901-01-01
        century | 1950-01-01        | 1926-03-04                     |
        ahead   | 1950-01-01        | 2025-01-01                     | 2099-12-31
        age     | 1900-05-05        | 2025-01-01                     |
        fine    | 1915-05-05        | 2022-01-01                     | 2022-05-01
    """
    assert fails("referrals.impossible_date", rows) == ["age", "ahead", "century", "default"]


def test_the_rarer_spelling_of_a_code_is_told(fails):
    """Capitals, blanks and hyphens are no other place; of two spellings the rarer fails."""
    rows = """
        record | clinic_code
        -------+------------
        1      | DERM-1
        2      | DERM-1
        3      | derm 1
        4      | DERM-2
    """
    assert fails("appointments.spelt_in_two_ways", rows) == ["3"]


def test_the_same_content_under_two_numbers(fails):
    """The second fails; what differs in a single cell is another thing."""
    rows = """
        record | appointment_identifier | patient_pathway_identifier | appointment_date | clinic_code
        -------+------------------------+----------------------------+------------------+------------
        A1     | A1                     | P1                         | 2026-10-01       | C1
        A2     | A2                     | P1                         | 2026-10-01       | C1
        A3     | A3                     | P1                         | 2026-10-02       | C1
    """
    assert fails("appointments.content_twice", rows) == ["A2"]


def test_test_patients_are_known_by_their_numbers(fails):
    """Words and runs of one digit; not a number that happens to hold nines."""
    rows = """
        record | local_patient_identifier
        -------+-------------------------
        test   | TEST001
        nines  | 9999999
        zz     | ZZZ Smith
        real   | 10099999
    """
    assert fails("referrals.test_record", rows) == ["nines", "test", "zz"]


def test_attended_without_a_referral(fails):
    """An attendance on a pathway that nobody referred fails; a missed one does not, nor one that an event knows which was sent.

    The events made of the attendance itself say nothing.
    """
    rows = """
        record | patient_pathway_identifier | attended_or_did_not_attend_code | first_attendance_code
        -------+----------------------------+---------------------------------+----------------------
        known  | P1                         | 5                               | 1
        event  | P2                         | 5                               | 1
        lost   | P3                         | 5                               | 1
        missed | P4                         | 3                               | 1
    """
    referrals = """
        patient_pathway_identifier
        --------------------------
        P1
    """
    events = """
        patient_pathway_identifier | source_dataset
        ---------------------------+---------------
        P2                         | rtt_events
        P3                         | appointments
    """
    assert fails("appointments.attended_without_referral", rows, referrals=referrals, rtt_events=events) == ["lost"]


def test_treated_and_still_listed(fails):
    """Treated after the decision and a fortnight ago; not where the decision came later, or the list had time to be tidied."""
    rows = """
        record | patient_pathway_identifier | elective_admission_type_code | decided_to_admit_date | removal_date
        -------+----------------------------+------------------------------+-----------------------+-------------
        stays  | P1                         | 11                           | 2026-05-01            |
        gone   | P1                         | 11                           | 2026-05-01            | 2026-06-01
        later  | P1                         | 11                           | 2026-07-01            |
        fresh  | P2                         | 11                           | 2026-05-01            |
    """
    spells = """
        patient_pathway_identifier | spell_result | start_date_hospital_provider_spell
        ---------------------------+--------------+-----------------------------------
        P1                         | treated      | 2026-06-01
        P2                         | treated      | 2026-11-10
    """
    cases = """
        patient_pathway_identifier | operation_date
        ---------------------------+---------------
        none                       | 2026-01-01
    """
    assert fails("waiting_list_entries.treated_and_still_listed", rows, spells=spells, theatre_cases=cases) == ["stays"]


def test_booked_after_death(fails):
    """An appointment ahead of a person who has died fails; a cancelled one, and one of the day after, do not."""
    rows = """
        record    | person | day        | attended_or_did_not_attend_code
        ----------+--------+------------+--------------------------------
        ahead     | A      | 2026-12-01 | 0
        cancelled | A      | 2026-12-01 | 4
        next day  | A      | 2026-11-02 | 5
        lives     | B      | 2026-12-01 | 0
    """
    deaths = """
        person | death_date
        -------+-----------
        A      | 2026-11-01
    """
    assert fails("appointments.after_death", rows, person_deaths=deaths) == ["ahead"]


def test_two_in_one_bed(fails):
    """The stay that begins while another patient's lasts fails; one that follows within the hour does not."""
    rows = """
        record | ward_stay_identifier | hospital_provider_spell_identifier | ward_code | bay | bed
        -------+----------------------+------------------------------------+-----------+-----+----
        A      | A                    | S1                                 | W1        | 1   | 4
        B      | B                    | S2                                 | W1        | 1   | 4
        C      | C                    | S3                                 | W1        | 1   | 4
        D      | D                    | S4                                 | W1        | 2   | 4
    """
    stays = """
        ward_stay_identifier | started_at       | ended_at
        ---------------------+------------------+-----------------
        A                    | 2026-11-01 10:00 | 2026-11-03 10:00
        B                    | 2026-11-02 10:00 | 2026-11-05 10:00
        C                    | 2026-11-05 09:30 |
        D                    | 2026-11-01 10:00 |
    """
    assert fails("ward_stays.two_in_a_bed", rows, bed_stays=stays) == ["B"]


def test_a_link_that_leads_nowhere(fails):
    """A case of no session fails, unless its day lies before the first session that was sent."""
    rows = """
        record | theatre_session_identifier | day
        -------+----------------------------+-----------
        there  | T1                         | 2026-10-02
        lost   | T9                         | 2026-10-02
        before | T8                         | 2026-09-01
    """
    sessions = """
        theatre_session_identifier | session_date
        ---------------------------+-------------
        T1                         | 2026-10-01
    """
    assert fails("theatre_cases.no_theatre_session", rows, theatre_sessions=sessions) == ["lost"]


@pytest.mark.parametrize("dataset", sorted(contracts()))
def test_every_dataset_has_rules_of_its_contract(dataset):
    """Completeness, validity and uniqueness come without a line for it; names are unique."""
    kinds = {rule.kind for rule in quality_rules().values() if rule.dataset == dataset}
    assert {"completeness", "validity", "uniqueness"} <= kinds


def test_a_clinic_made_to_try_the_system_is_told_by_its_code(fails):
    """TRAINING, TESTCLIN and ZTEST are nobody's clinics; words that begin alike are, and a ward may be named after training."""
    rows = """
        record   | clinic_code
        ---------+------------
        training | TRAINING
        testclin | TESTCLIN
        ztest    | ztest
        numbered | TEST01
        strain   | STRAIN1
        testes   | TESTICULAR
        trained  | TRAINEES
        contest  | CONTEST
    """
    assert fails("appointments.test_record", rows) == ["numbered", "testclin", "training", "ztest"]
    assert fails("wards.test_record", "record | ward_code | ward_name\n-------+--\n1 | W1 | Training and Recovery") == []


def test_a_pause_that_is_refused_is_the_treatments_own(fails):
    """What is refused in the wait for treatment lies with the treatment; what is refused elsewhere, with the record."""
    waits = """
        cancer_record_identifier | cancer_treatment_identifier | standard | marks               | start_date
        -------------------------+-----------------------------+----------+---------------------+-----------
        CW1                      | CT1                         | d31      | adjustment_rejected | 2026-09-01
        CW1                      | CT1                         | d62      | adjustment_rejected | 2026-08-01
        CW2                      |                             | fds28    | adjustment_rejected | 2026-08-02
        CW3                      | CT3                         | d31      | site_missing        | 2026-08-03
    """
    assert fails("cancer_treatments.adjustment_rejected", "record\n------\nCT1", cancer_waits=waits) == ["CT1"]
    assert fails("cancer_records.adjustment_rejected", "record\n------\nCW1", cancer_waits=waits) == ["CW2"]
