"""RTT-R51, flags 1 to 8: each with a pathway that has it and a near miss. Today is Sunday 15 November 2026."""


def test_1_nhs_number(flagged):
    """No pseudonym: missing, or turned away by its check digit."""
    current = flagged(
        "nhs_number",
        {"without": "no NHS number that passes its check digit", "closed": "no NHS number that passes its check digit"},
        pathways="""
            pathway | nhs_code
            --------+---------
            without |
            closed  |
            with    | abc
        """,
        waits="""
            pathway | start_date
            --------+-----------
            without | 2026-10-01
            with    | 2026-10-01
        """,
    )
    assert current == {"without"}, "on a list of today only where the clock runs"


def test_2_missing_start(flagged):
    """A stop with no start; activity that no referral explains. A self-referral not accepted, or care outside RTT, is neither."""
    flagged(
        "missing_start",
        {"stopped": "stopped 2026-11-02, start unknown", "re-referred": "stopped 2026-05-02, start unknown",
         "seen": "activity from 2026-10-05 to 2026-10-05, no referral on record"},
        clocks="""
            pathway | start_date | end_date
            --------+------------+-----------
            re-referred | 2026-10-01 |
            usual   | 2026-10-01 | 2026-10-20
        """,
        events="""
            pathway | event_date | event_type             | status
            --------+------------+------------------------+-------
            stopped | 2026-11-02 | no_treatment_communicated |
            stopped | 2026-11-03 | discharge_to_gp        |
            re-referred | 2026-05-02 | attend             | 34
            died    | 2026-05-02 | death                  |
            usual   | 2026-10-20 | attend                 | 34
            seen    | 2026-10-05 | attend                 | 10
            self    | 2026-10-05 | self_referral_received |
            outside | 2026-10-05 | attend                 | 98
            usual   | 2026-10-05 | attend                 | 10
        """,
    )  # fmt: skip


def test_3_future_start(flagged):
    """An event sent ahead of its day; tomorrow is, today is not. A booking made ahead is no start."""
    flagged(
        "future_start",
        {"tomorrow": "received 2026-11-16, after the day of the list"},
        events="""
            pathway  | event_date | event_type         | source_dataset
            ---------+------------+--------------------+---------------
            tomorrow | 2026-11-16 | referral_received  | rtt_events
            today    | 2026-11-15 | referral_received  | rtt_events
            booking  | 2026-11-16 | appointment_booked | rtt_events
        """,
    )


def test_4_start_order(flagged):
    """Before birth, or before the referral unless a transfer form gives the start; on the very day is in order."""
    flagged(
        "start_order",
        {"unborn": "start 2026-03-05, born 2026-03-06", "early": "start 2026-03-05, referral received 2026-04-02"},
        pathways="""
            pathway  | person_birth_date
            ---------+------------------
            unborn   | 2026-03-06
            newborn  | 2026-03-05
        """,
        clocks="""
            pathway  | start_date | start_rule
            ---------+------------+-----------
            unborn   | 2026-03-05 | RTT-R01
            newborn  | 2026-03-05 | RTT-R01
            early    | 2026-03-05 | RTT-R08
            transfer | 2026-03-05 | RTT-R15
            planned  | 2026-03-05 | RTT-R14
            same day | 2026-04-02 | RTT-R01
        """,
        events="""
            pathway  | event_date | event_type
            ---------+------------+------------------
            early    | 2026-04-02 | referral_received
            transfer | 2026-04-02 | transfer_in
            planned  | 2026-04-02 | re_referral
            same day | 2026-04-02 | referral_received
        """,
    )


def test_5_end_order(flagged):
    """An end before its start; a stop of unknown start before a clock that runs; a stop without a status that can stop."""
    clocks = """
        pathway  | period_number | start_date | end_date
        ---------+---------------+------------+-----------
        backward | 1             | 2026-03-05 | 2026-03-04
        one day  | 1             | 2026-03-05 | 2026-03-05
        before   | 1             | 2026-03-05 |
        void     | 1             | 2026-03-05 |
        stopping | 1             | 2026-03-05 |
    """
    flagged(
        "end_order",
        {"backward": "start 2026-03-05, end 2026-03-04", "before": "stop 2026-02-02 before the start 2026-03-05",
         "void": "a stop on 2026-05-01 has no status that can stop a clock"},
        clocks=clocks,
        waits="""
            pathway  | period_number | start_date
            ---------+---------------+-----------
            before   | 1             | 2026-03-05
            void     | 1             | 2026-03-05
            stopping | 1             | 2026-03-05
        """,
        events="""
            pathway  | event_date | event_type          | status
            ---------+------------+---------------------+-------
            before   | 2026-02-02 | attend              | 30
            void     | 2026-05-01 | administrative_stop | 20
            stopping | 2026-05-01 | administrative_stop | 34
        """,
    )  # fmt: skip


def test_6_status_missing(flagged):
    """Seen without a status, or with 99; a missed appointment needs none. Before the clock that runs it is of the past."""
    current = flagged(
        "status_missing",
        {"none": "attended 2026-05-01 with no status", "unknown": "attended 2026-05-01 with status 99",
         "before": "attended 2026-05-01 with no status"},
        events="""
            pathway | event_date | event_type | status
            --------+------------+------------+-------
            none    | 2026-05-01 | attend     |
            unknown | 2026-05-01 | attend     | 99
            before  | 2026-05-01 | attend     |
            known   | 2026-05-01 | attend     | 20
            missed  | 2026-05-01 | later_dna  |
        """,
        waits="""
            pathway | start_date
            --------+-----------
            none    | 2026-03-05
            unknown | 2026-05-01
            before  | 2026-05-02
        """,
    )  # fmt: skip
    assert current == {"none", "unknown"}


def test_7_status_contradicts(flagged):
    """90 on a running clock; 20 is in order, and so is 90 before the clock or a stop on the day on which the next one begins."""
    flagged(
        "status_contradicts",
        {"ninety": "attended 2026-05-01 with status 90", "stopped": "attended 2026-05-01 with status 34"},
        waits="""
            pathway | start_date
            --------+-----------
            ninety  | 2026-05-01
            stopped | 2026-04-30
            same    | 2026-05-01
            later   | 2026-05-02
            twenty  | 2026-03-05
        """,
        events="""
            pathway | event_date | event_type | status
            --------+------------+------------+-------
            ninety  | 2026-05-01 | attend     | 90
            stopped | 2026-05-01 | attend     | 34
            same    | 2026-05-01 | attend     | 30
            later   | 2026-05-01 | attend     | 90
            twenty  | 2026-05-01 | attend     | 20
        """,
    )


def test_8_identifier(flagged):
    """No issuer; two patients under one identifier; two clocks at once. One after the other is in order."""
    flagged(
        "identifier",
        {"unissued": "nobody is named as its issuer", "shared": "carries 2 patients", "twice": "2 clocks run under it"},
        pathways="""
            pathway  | issuer
            ---------+-------
            unissued |
            shared   | X09
            twice    | X09
            usual    | X09
        """,
        events="""
            pathway | event_date | event_type        | hospital_code
            --------+------------+-------------------+--------------
            shared  | 2026-03-05 | referral_received | 1001
            shared  | 2026-03-09 | referral_received | 1002
            usual   | 2026-03-05 | referral_received | 1001
            usual   | 2026-03-09 | attend            |
        """,
        waits="""
            pathway | period_number | start_date
            --------+---------------+-----------
            twice   | 1             | 2026-03-05
            twice   | 2             | 2026-06-05
            usual   | 2             | 2026-06-05
        """,
    )
