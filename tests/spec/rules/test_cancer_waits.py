"""The cancer clocks and waits over drawn records, treatments and transfers (CWT-R01 to R17)."""

from datetime import date

import pytest

import cancer_tables
import drawn_tables
from clockstop.rules.readings import Readings

AS_OF = date(2026, 12, 31)
# Headings of the expectations, shorter than the columns', or with a name from which the type of the drawing follows.
NAMES = {
    "record": "cancer_record_identifier", "treatment": "cancer_treatment_identifier", "row": "cancer_list_identifier",
    "standard_type": "standard",
    "band_type": "band", "step_name": "step", "breach_of_type": "breach_of", "to_review": "days_to_review",
    "to_breach": "days_to_breach", "deducted": "adjustment_days", "gross": "gross_days", "net": "days_waited",
}  # fmt: skip


def with_columns(text, **given):
    """The drawn table with columns that hold one value in every row."""
    lines = [line for line in text.splitlines() if line.strip()]
    ends = [" | ".join(given), "+".join("---" for _name in given), *([" | ".join(given.values())] * (len(lines) - 2))]
    return "\n".join(
        f"{line} {'+' if place == 1 else '|'} {end}" for place, (line, end) in enumerate(zip(lines, ends, strict=True))
    )


def _checked(engine):
    """Compares a cancer fact of the drawn datasets with a drawn table; only the columns of `expect` are compared."""

    def run(records, treatments=None, transfers=None, *, expect, standard=None, name="cancer_waits", as_of=AS_OF, **readings):
        found = cancer_tables.fact(name, engine, records, treatments, transfers, as_of=as_of, readings=Readings(**readings))
        found = found.filter(found.standard == standard) if standard else found
        if "marks" in found.columns:
            found = found.mutate(
                has_rejected=found.marks.contains("adjustment_rejected"),
                has_difference=found.marks.contains("adjustment_differs"),
                has_suspected_missing=found.marks.contains("suspected_type_missing"),
            )
        wanted = drawn_tables.table(expect)
        columns = [NAMES.get(column, column) for column in wanted.column_names]
        got = engine.rows(found.select(columns)).rename_columns(wanted.column_names)
        assert drawn_tables.text(got) == drawn_tables.text(wanted)

    return run


@pytest.fixture
def check(embedded):
    """On the embedded engine: the chain of facts is long, and Spark takes minutes for each drawing of it."""
    return _checked(embedded)


@pytest.fixture
def check_on_each(engine):
    """On each engine, for one test that runs every clock, wait and adjustment."""
    return _checked(engine)


def test_day_28_passes_and_day_29_breaches(check):
    """CWT-R01: told on day 28 is within; the last day within is the 28th."""
    records = """
        record | received_date | told_date  | told_code
        -------+---------------+------------+----------
        day 28 | 2026-09-01    | 2026-09-29 | 02
        day 29 | 2026-09-01    | 2026-09-30 | 02
        open   | 2026-12-03    |            |
    """
    expect = """
        record | start_date | end_date   | end_status | days_waited | is_within | is_counted | breach_date | days_to_breach
        -------+------------+------------+------------+-------------+-----------+------------+-------------+---------------
        day 28 | 2026-09-01 | 2026-09-29 | 02         | 28          | T         | T          | 2026-09-29  | -93
        day 29 | 2026-09-01 | 2026-09-30 | 02         | 29          | F         | T          | 2026-09-29  | -93
        open   | 2026-12-03 |            |            | 28          | T         | F          | 2026-12-31  | 0
    """
    check(records, expect=expect, standard="fds28")


def test_what_ends_the_28_days(check):
    """CWT-R07: being told, or a decision to treat before that; excluded, dead and unsaid records leave the ratio."""
    records = """
        record   | received_date | told_date  | told_code | excluded_code | died_date
        ---------+---------------+------------+-----------+---------------+-----------
        cancer   | 2026-09-01    | 2026-09-20 | 01        |               |
        decided  | 2026-09-01    | 2026-09-20 | 01        |               |
        excluded | 2026-09-01    | 2026-09-20 | 03        | 02            |
        scanning | 2026-09-01    | 2026-09-20 | 04        |               |
        unsaid   | 2026-09-01    | 2026-09-20 |           |               |
        died     | 2026-09-01    |            |           |               | 2026-09-20
    """
    treatments = """
        treatment | record  | decided_date
        ----------+---------+-------------
        T1        | decided | 2026-09-15
    """
    expect = """
        record   | end_date   | end_status | end_rule | is_counted
        ---------+------------+------------+----------+-----------
        cancer   | 2026-09-20 | 01         | CWT-R07  | T
        decided  | 2026-09-15 | 05         | CWT-R07  | T
        excluded | 2026-09-20 | 03         | CWT-2.2  | F
        scanning | 2026-09-20 | 04         | CWT-2.2  | T
        unsaid   | 2026-09-20 | 07         | CWT-R07  | T
        died     | 2026-09-20 | 06         | CWT-2.2  | F
    """
    check(records, treatments, expect=expect, standard="fds28")


def test_which_referrals_start_which_clocks(check):
    """CWT-R04 to R06: urgent, breast symptoms and screening start 28 and 62 days; an upgrade 62 alone, up to the decision."""
    records = """
        record    | received_date | suspected_code | source_code | urgency_code | upgrade_date | told_date  | told_code
        ----------+---------------+----------------+-------------+--------------+--------------+------------+----------
        urgent    | 2026-10-01    | 07             | 03          | 3            |              | 2026-10-20 | 01
        breast    | 2026-10-01    | 16             | 03          | 3            |              | 2026-10-20 | 02
        screening | 2026-10-01    |                | 17          | 3            |              | 2026-10-20 | 01
        upgrade   | 2026-10-01    |                | 05          | 2            | 2026-10-12   | 2026-10-20 | 01
        late      | 2026-10-01    |                | 05          | 2            | 2026-10-26   | 2026-10-20 | 01
        same day  | 2026-10-01    |                | 05          | 2            | 2026-10-25   | 2026-10-20 | 01
        both      | 2026-10-01    | 07             | 03          | 3            | 2026-10-12   | 2026-10-20 | 01
        other     | 2026-10-01    |                | 05          | 2            |              | 2026-10-20 | 01
    """
    treatments = """
        treatment | record   | decided_date | treated_date
        ----------+----------+--------------+-------------
        T1        | urgent   | 2026-10-25   | 2026-11-20
        T2        | late     | 2026-10-25   | 2026-11-20
        T3        | same day | 2026-10-25   | 2026-11-20
        T4        | both     | 2026-10-25   | 2026-11-20
    """
    expect = """
        record    | standard | route              | start_date | start_rule | end_date   | end_status
        ----------+----------+--------------------+------------+------------+------------+-----------
        urgent    | fds28    | urgent_suspected   | 2026-10-01 | CWT-R04    | 2026-10-20 | 01
        urgent    | d62      | urgent_suspected   | 2026-10-01 | CWT-R04    | 2026-11-20 | 10
        urgent    | d31      | urgent_suspected   | 2026-10-25 | CWT-R02    | 2026-11-20 | 10
        breast    | fds28    | breast_symptomatic | 2026-10-01 | CWT-R04    | 2026-10-20 | 02
        breast    | d62      | breast_symptomatic | 2026-10-01 | CWT-R04    | 2026-10-20 | 11
        screening | fds28    | screening          | 2026-10-01 | CWT-R05    | 2026-10-20 | 01
        screening | d62      | screening          | 2026-10-01 | CWT-R05    |            |
        upgrade   | d62      | upgrade            | 2026-10-12 | CWT-R06    |            |
        late      | d31      | upgrade            | 2026-10-25 | CWT-R02    | 2026-11-20 | 10
        same day  | d62      | upgrade            | 2026-10-25 | CWT-R06    | 2026-11-20 | 10
        same day  | d31      | upgrade            | 2026-10-25 | CWT-R02    | 2026-11-20 | 10
        both      | fds28    | urgent_suspected   | 2026-10-01 | CWT-R04    | 2026-10-20 | 01
        both      | d62      | urgent_suspected   | 2026-10-01 | CWT-R04    | 2026-11-20 | 10
        both      | d31      | urgent_suspected   | 2026-10-25 | CWT-R02    | 2026-11-20 | 10
    """
    check(records, treatments, expect=expect)


def test_an_urgent_referral_without_a_suspected_type_has_its_clocks(check):
    """CWT-R01, R03: the priority says urgent suspected cancer; what was suspected is not known, and is marked."""
    records = """
        record     | received_date | suspected_code | source_code | upgrade_date | urgency_code
        -----------+---------------+----------------+-------------+--------------+-------------
        unsaid     | 2026-12-01    |                | 03          |              | 3
        upgraded   | 2026-12-01    |                | 03          | 2026-12-10   | 3
        said       | 2026-12-01    | 07             | 03          |              | 3
        screening  | 2026-12-01    |                | 17          |              | 3
        two weeks  | 2026-12-01    |                | 03          |              | 2
        no urgency | 2026-12-01    |                | 03          |              |
    """
    expect = """
        record    | standard | route            | start_date | start_rule | cancer_site | has_suspected_missing
        ----------+----------+------------------+------------+------------+-------------+----------------------
        unsaid    | fds28    | urgent_suspected | 2026-12-01 | CWT-R04    | other       | T
        unsaid    | d62      | urgent_suspected | 2026-12-01 | CWT-R04    | other       | T
        upgraded  | d62      | upgrade          | 2026-12-10 | CWT-R06    | other       | F
        said      | fds28    | urgent_suspected | 2026-12-01 | CWT-R04    | lower_gi    | F
        said      | d62      | urgent_suspected | 2026-12-01 | CWT-R04    | lower_gi    | F
        screening | fds28    | screening        | 2026-12-01 | CWT-R05    | other       | F
        screening | d62      | screening        | 2026-12-01 | CWT-R05    | other       | F
    """
    check(records, expect=expect)


def test_a_missed_first_appointment_is_deducted_and_ends_nothing(check):
    """CWT-R08, R11: receipt to rebooking, not past first seen; too late to be seen is missed; a cancellation gives nothing."""
    records = """
        record | received_date | visit_code | rebooked_date | seen_date  | first_seen_days | first_seen_code | told_date
        -------+---------------+------------+---------------+------------+-----------------+-----------------+-----------
        dna    | 2026-09-01    | 3          | 2026-09-12    | 2026-09-20 | 11              | 3               | 2026-10-10
        late   | 2026-09-01    | 7          | 2026-09-12    | 2026-09-20 | 11              | 3               | 2026-10-10
        cancel | 2026-09-01    | 2          | 2026-09-12    | 2026-09-20 | 11              | 3               | 2026-10-10
        beyond | 2026-09-01    | 3          | 2026-09-05    | 2026-09-07 | 11              | 3               | 2026-10-10
        reason | 2026-09-01    | 3          | 2026-09-12    | 2026-09-20 | 11              | 9               | 2026-10-10
        none   | 2026-09-01    | 3          | 2026-09-12    | 2026-09-20 |                 |                 | 2026-10-10
    """
    expect = """
        record | gross | deducted | net | is_within | breach_date | has_rejected | has_difference
        -------+-------+----------+-----+-----------+-------------+--------------+---------------
        dna    | 39    | 11       | 28  | T         | 2026-10-10  | F            | F
        late   | 39    | 11       | 28  | T         | 2026-10-10  | F            | F
        cancel | 39    | 11       | 28  | T         | 2026-10-10  | F            | T
        beyond | 39    | 6        | 33  | F         | 2026-10-05  | T            | T
        reason | 39    | 0        | 39  | F         | 2026-09-29  | T            | F
        none   | 39    | 0        | 39  | F         | 2026-09-29  | F            | T
    """
    check(records, expect=expect, standard="fds28")


def test_nothing_before_an_upgrade_is_deducted(check):
    """CWT-R06, R08: the 62 days of an upgrade begin after the missed first appointment, so its days are not theirs to lose."""
    records = """
        record  | received_date | suspected_code | source_code | upgrade_date | visit_code | rebooked_date | seen_date  | told_date
        --------+---------------+----------------+-------------+--------------+------------+---------------+------------+-----------
        upgrade | 2026-09-01    |                | 05          | 2026-09-25   | 3          | 2026-09-12    | 2026-09-20 | 2026-10-10
        urgent  | 2026-09-01    | 07             | 03          | 2026-09-25   | 3          | 2026-09-12    | 2026-09-20 | 2026-10-10
    """
    treatments = """
        treatment | record  | decided_date | treated_date
        ----------+---------+--------------+-------------
        T1        | upgrade | 2026-10-20   | 2026-11-26
        T2        | urgent  | 2026-10-20   | 2026-11-02
    """
    expect = """
        record  | start_date | gross | deducted | net | breach_date | has_rejected | has_difference
        --------+------------+-------+----------+-----+-------------+--------------+---------------
        upgrade | 2026-09-25 | 62    | 0        | 62  | 2026-11-26  | T            | T
        urgent  | 2026-09-01 | 62    | 11       | 51  | 2026-11-13  | F            | F
    """
    missed = {"first_seen_days": "11", "first_seen_code": "3"}
    check(with_columns(records, **missed), treatments, expect=expect, standard="d62")


def test_the_adjustment_before_a_treatment(check):
    """CWT-R09, R10: reasons 6, 7 and 8, before an inpatient or day case treatment only; from the 31 and the 62 days."""
    records = """
        record | received_date | seen_date
        -------+---------------+-----------
        R1     | 2026-09-01    | 2026-09-05
    """
    treatments = """
        treatment  | kind_code | setting_code | treatment_days | treatment_code | delay_start_date | delay_end_date
        -----------+-----------+--------------+----------------+----------------+------------------+---------------
        inpatient  | 02        | 01           | 9              | 8              | 2026-10-20       | 2026-10-29
        day case   | 02        | 02           | 9              | 6              |                  |
        outpatient | 02        | 03           | 9              | 8              |                  |
        no reason  | 02        | 01           | 9              | 9              |                  |
        too long   | 02        | 01           | 41             | 7              |                  |
        as long    | 02        | 01           | 40             | 7              |                  |
        differs    | 02        | 01           | 9              | 8              | 2026-10-20       | 2026-10-27
    """
    expect = """
        treatment  | gross | deducted | net | is_within | has_rejected | has_difference
        -----------+-------+----------+-----+-----------+--------------+---------------
        inpatient  | 40    | 9        | 31  | T         | F            | F
        day case   | 40    | 9        | 31  | T         | F            | F
        outpatient | 40    | 0        | 40  | F         | T            | F
        no reason  | 40    | 0        | 40  | F         | T            | F
        too long   | 40    | 0        | 40  | F         | T            | F
        as long    | 40    | 40       | 0   | T         | F            | F
        differs    | 40    | 9        | 31  | T         | F            | T
    """
    given = {"record": "R1", "decided_date": "2026-10-01", "treated_date": "2026-11-10"}
    check(records, with_columns(treatments, **given), expect=expect, standard="d31")


def test_each_treatment_has_31_days_of_its_own(check_on_each):
    """CWT-R12, R13: later treatments count from their own decision or ECAD; a treatment before its ECAD waited 0 days."""
    records = """
        record | received_date | told_date  | told_code
        -------+---------------+------------+----------
        R1     | 2026-06-01    | 2026-06-20 | 01
    """
    treatments = """
        treatment | record | pathway_name | kind_code | decided_date | ecad_date  | treated_date | modality_code | withdrawn_date
        ----------+--------+--------------+-----------+--------------+------------+--------------+---------------+---------------
        first     | R1     | P            | 01        | 2026-06-25   | 2026-08-01 | 2026-07-26   | 23            |
        later     | R1     | P            | 02        | 2026-08-01   |            | 2026-09-02   | 02            |
        ecad      | R1     | P            | 02        | 2026-08-01   | 2026-09-01 | 2026-10-02   | 05            |
        early     | R1     | P            | 02        | 2026-08-01   | 2026-09-01 | 2026-08-20   | 05            |
        waits     | R1     | P            | 02        | 2026-12-01   | 2027-01-10 |              | 05            |
        declined  | R1     | P            | 02        | 2026-08-01   |            | 2026-08-20   | 98            |
        withdrawn | R1     | P            | 02        | 2026-08-01   |            |              | 05            | 2026-08-09
        lone      |        | P            | 03        | 2026-12-01   |            |              | 05            |
    """
    expect = """
        treatment | start_date | start_rule | end_date   | end_status | days_waited | is_within | is_counted | is_first_treatment
        ----------+------------+------------+------------+------------+-------------+-----------+------------+-------------------
        first     | 2026-06-25 | CWT-R02    | 2026-07-26 | 10         | 31          | T         | T          | T
        later     | 2026-08-01 | CWT-R13    | 2026-09-02 | 10         | 32          | F         | T          | F
        ecad      | 2026-09-01 | CWT-R13    | 2026-10-02 | 10         | 31          | T         | T          | F
        early     | 2026-08-20 | CWT-R13    | 2026-08-20 | 10         | 0           | T         | T          | F
        declined  | 2026-08-01 | CWT-R13    | 2026-08-20 | 12         | 19          | T         | F          | F
        withdrawn | 2026-08-01 | CWT-R13    | 2026-08-09 | 14         | 8           | T         | F          | F
        lone      | 2026-12-01 | CWT-R13    |            |            | 30          | T         | F          | F
    """
    check_on_each(records, treatments.replace("pathway_name", "patient_pathway_identifier"), expect=expect, standard="d31")


def test_who_has_the_breach_of_a_shared_pathway(check):
    """CWT-R17, all five rows from both sides; without its form a transfer is not yet received; two senders split their part."""
    records = "\n".join(
        ["record | received_date | told_date | told_code", "-------+-----------+-----+----"]
        + [
            f"{name} | 2026-03-01 | 2026-03-20 | 01"
            for name in ("in time", "theirs", "ours", "both", "credit", "no form", "two", "received")
        ]
    )
    treatments = """
        treatment | record   | decided_date | treated_date
        ----------+----------+--------------+-------------
        T1        | in time  | 2026-04-01   | 2026-05-02
        T2        | theirs   | 2026-04-01   | 2026-05-03
        T3        | ours     | 2026-04-01   | 2026-05-03
        T4        | both     | 2026-04-01   | 2026-05-04
        T5        | credit   | 2026-04-01   | 2026-05-02
        T6        | no form  | 2026-04-01   | 2026-05-03
        T7        | two      | 2026-04-01   | 2026-05-02
        T8        | received | 2026-04-01   | 2026-05-03
    """
    transfers = """
        record   | direction_name | sent_date  | arrived_date | sender_code | has_form
        ---------+----------------+------------+--------------+-------------+---------
        in time  | out            | 2026-04-01 | 2026-04-08   | RAA         | T
        theirs   | out            | 2026-04-01 | 2026-04-08   | RAA         | T
        ours     | out            | 2026-04-01 | 2026-04-09   | RAA         | T
        both     | out            | 2026-04-01 | 2026-04-09   | RAA         | T
        credit   | out            | 2026-04-01 | 2026-04-09   | RAA         |
        no form  | out            | 2026-04-01 | 2026-04-09   | RAA         | F
        two      | out            | 2026-03-10 | 2026-03-12   | RAA         | T
        two      | between        | 2026-04-01 | 2026-04-08   | RBB         | T
        received | in             | 2026-04-01 | 2026-04-08   | RBB         | T
    """
    expect = """
        record   | role      | transfer_day | transfer_to_treatment | treated_share | breach_share | within_share
        ---------+-----------+--------------+-----------------------+---------------+--------------+-------------
        in time  | referring | 38           | 24                    | 0.5           | 0            | 0.5
        theirs   | referring | 38           | 25                    | 0             | 0            | 0
        ours     | referring | 39           | 24                    | 1             | 1            | 0
        both     | referring | 39           | 25                    | 0.5           | 0.5          | 0
        credit   | referring | 39           | 23                    | 0             | 0            | 0
        no form  | whole     |              |                       | 1             | 1            | 0
        two      | referring | 38           | 24                    | 0.25          | 0            | 0.25
        received | treating  | 38           | 25                    | 1             | 1            | 0
    """
    check(records, treatments, transfers, expect=expect, standard="d62")


def test_a_wait_that_ended_elsewhere_is_counted_there(check):
    """A shared pathway counts once in the group: 28 and 31 days to the trust that had the patient when they ended (CWT-R17)."""
    records = """
        record  | received_date | told_date  | told_code
        --------+---------------+------------+----------
        ours    | 2026-03-01    | 2026-03-20 | 01
        sent    | 2026-03-01    | 2026-03-20 | 01
        back    | 2026-03-01    | 2026-03-20 | 01
        came    | 2026-03-01    | 2026-03-20 | 01
        on day  | 2026-03-01    | 2026-03-20 | 01
        too late | 2026-03-01   | 2026-03-20 | 01
    """
    treatments = """
        treatment | record   | decided_date | treated_date
        ----------+----------+--------------+-------------
        T1        | ours     | 2026-04-01   | 2026-04-20
        T2        | sent     | 2026-04-01   | 2026-04-20
        T3        | back     | 2026-04-01   | 2026-04-20
        T4        | came     | 2026-04-01   | 2026-04-20
        T5        | on day   | 2026-04-01   | 2026-04-20
        T6        | too late | 2026-04-01   | 2026-04-20
    """
    transfers = """
        record   | direction_name | sent_date  | arrived_date | sender_code | has_form
        ---------+----------------+------------+--------------+-------------+---------
        sent     | out            | 2026-04-01 | 2026-04-08   | RAA         | T
        back     | out            | 2026-03-05 | 2026-03-06   | RAA         | T
        back     | in             | 2026-04-01 | 2026-04-08   | RBB         | T
        came     | in             | 2026-04-01 | 2026-04-08   | RBB         | T
        on day   | out            | 2026-03-20 | 2026-03-20   | RAA         | T
        too late | in             | 2026-05-01 | 2026-05-02   | RBB         | T
    """
    expect = """
        record   | standard_type | is_counted
        ---------+---------------+-----------
        back     | d31           | T
        back     | d62           | T
        back     | fds28         | F
        came     | d31           | T
        came     | d62           | T
        came     | fds28         | F
        on day   | d31           | F
        on day   | d62           | T
        on day   | fds28         | F
        ours     | d31           | T
        ours     | d62           | T
        ours     | fds28         | T
        sent     | d31           | F
        sent     | d62           | T
        sent     | fds28         | T
        too late | d31           | F
        too late | d62           | F
        too late | fds28         | F
    """
    check(records, treatments, transfers, expect=expect)


def test_code_16_means_two_things(check):
    """Suspected type 16 is breast symptoms, confirmed site 16 prostate; a missing site is told from the diagnosis."""
    records = """
        record    | received_date | suspected_code | site_code | primary_diagnosis_icd | told_date  | told_code
        ----------+---------------+----------------+-----------+-----------------------+------------+----------
        symptoms  | 2026-09-01    | 16             |           |                       | 2026-09-20 | 02
        prostate  | 2026-09-01    | 11             | 16        |                       | 2026-09-20 | 01
        diagnosis | 2026-09-01    | 17             |           | c619                  | 2026-09-20 | 01
        unsettled | 2026-09-01    | 17             |           | C950                  | 2026-09-20 | 01
    """
    expect = """
        record    | standard | cancer_site
        ----------+----------+----------------
        symptoms  | fds28    | breast_symptoms
        symptoms  | d62      | breast_symptoms
        prostate  | fds28    | urological
        prostate  | d62      | prostate
        diagnosis | fds28    | non_specific
        diagnosis | d62      | prostate
        unsettled | fds28    | non_specific
        unsettled | d62      | non_specific
    """
    check(records, expect=expect)


def test_the_stage_of_an_open_wait(check):
    """Planned-care 2.4: what the record says by the day, whatever steps it jumps; interval scanning goes back to the tests."""
    records = """
        record   | received_date | seen_date  | tested_date | told_date  | told_code
        ---------+---------------+------------+-------------+------------+----------
        unseen   | 2026-11-01    |            |             |            |
        seen     | 2026-11-01    | 2026-11-10 |             |            |
        tested   | 2026-11-01    | 2026-11-10 | 2026-11-20  |            |
        told     | 2026-11-01    | 2026-11-10 | 2026-11-20  | 2026-11-25 | 01
        scanning | 2026-11-01    | 2026-11-10 | 2026-11-20  | 2026-11-25 | 04
        decided  | 2026-11-01    | 2026-11-10 |             |            |
        ruled    | 2026-11-01    | 2026-11-10 | 2026-11-20  | 2026-11-25 | 02
        treated  | 2026-11-01    | 2026-11-10 | 2026-11-20  | 2026-11-25 | 01
    """
    treatments = """
        treatment | record  | decided_date | treated_date
        ----------+---------+--------------+-------------
        T1        | decided | 2026-11-28   |
        T2        | treated | 2026-11-28   | 2026-12-20
    """
    expect = """
        record   | stage                  | has_decision_to_treat | is_cancer | band_type
        ---------+------------------------+-----------------------+-----------+-----------
        unseen   | not_seen               | F                     | F         | 29-62
        seen     | awaiting_tests         | F                     | F         | 29-62
        tested   | awaiting_communication | F                     | F         | 29-62
        told     | awaiting_decision      | F                     | T         | 29-62
        scanning | awaiting_tests         | F                     | F         | 29-62
        decided  | awaiting_treatment     | T                     | T         | 29-62
        ruled    | ruled_out              | F                     | F         | 0-28
        treated  | treated                | T                     | T         | 29-62
    """
    check(records, treatments, expect=expect, standard="d62")


def test_steps_add_up_to_the_wait(check):
    """Each step runs from the last day that is known; what is out of order counts no day twice; a jumped step has no row."""
    records = """
        record  | received_date | seen_date  | tested_date | told_date  | told_code
        --------+---------------+------------+-------------+------------+----------
        whole   | 2026-10-01    | 2026-10-11 | 2026-10-21  | 2026-10-26 | 01
        after   | 2026-10-01    | 2026-10-11 | 2026-10-21  | 2026-12-15 | 01
        jumped  | 2026-10-01    | 2026-10-11 |             | 2026-10-26 | 01
        waiting | 2026-12-01    | 2026-12-11 |             |            |
    """
    treatments = """
        treatment | record | decided_date | treated_date
        ----------+--------+--------------+-------------
        T1        | whole  | 2026-10-24   | 2026-12-10
        T2        | jumped | 2026-10-30   | 2026-12-10
        T3        | after  | 2026-10-30   | 2026-12-10
    """
    expect = """
        record  | step_name | start_date | end_date   | days | days_lost
        --------+-----------+------------+------------+------+----------
        after   | seen      | 2026-10-01 | 2026-10-11 | 10   | 0
        after   | tested    | 2026-10-11 | 2026-10-21 | 10   | 3
        after   | told      | 2026-10-21 | 2026-12-10 | 50   | 43
        after   | decided   | 2026-12-10 | 2026-12-10 | 0    | 0
        after   | treated   | 2026-12-10 | 2026-12-10 | 0    | 0
        whole   | seen      | 2026-10-01 | 2026-10-11 | 10   | 0
        whole   | tested    | 2026-10-11 | 2026-10-21 | 10   | 3
        whole   | told      | 2026-10-21 | 2026-10-26 | 5    | 0
        whole   | decided   | 2026-10-26 | 2026-10-26 | 0    | 0
        whole   | treated   | 2026-10-26 | 2026-12-10 | 45   | 14
        jumped  | seen      | 2026-10-01 | 2026-10-11 | 10   | 0
        jumped  | told      | 2026-10-11 | 2026-10-26 | 15   | 8
        jumped  | decided   | 2026-10-26 | 2026-10-30 | 4    | 1
        jumped  | treated   | 2026-10-30 | 2026-12-10 | 41   | 10
        waiting | seen      | 2026-12-01 | 2026-12-11 | 10   | 0
        waiting | tested    | 2026-12-11 |            | 20   | 13
    """
    check(records, treatments, expect=expect, name="cancer_steps")


def test_the_list_has_the_breach_that_comes_next(check):
    """One row a record and one a later treatment: the next breach of any clock, else the last that has passed."""
    records = """
        record | received_date | seen_date  | told_date  | told_code
        -------+---------------+------------+------------+----------
        new    | 2026-12-10    |            |            |
        fds    | 2026-11-20    | 2026-11-30 |            |
        dtt    | 2026-11-10    | 2026-11-30 | 2026-12-04 | 01
        over   | 2026-09-10    | 2026-09-20 | 2026-10-04 | 01
        done   | 2026-09-10    | 2026-09-20 | 2026-10-04 | 02
    """
    treatments = """
        treatment | record | kind_code | decided_date
        ----------+--------+-----------+-------------
        T1        | dtt    | 01        | 2026-12-05
        T2        | done   | 02        | 2026-12-20
    """
    expect = """
        row  | stage              | breach_of_type | breach_date | to_breach | to_review | is_over_62 | is_subsequent
        -----+--------------------+----------------+-------------+-----------+-----------+------------+--------------
        new  | not_seen           | fds28          | 2027-01-07  | 7         | 84        | F          | F
        fds  | awaiting_tests     | d62            | 2027-01-21  | 21        | 64        | F          | F
        dtt  | awaiting_treatment | d31            | 2027-01-05  | 5         | 54        | F          | F
        over | awaiting_decision  | d62            | 2026-11-11  | -50       | -7        | T          | F
        T2   | awaiting_treatment | d31            | 2027-01-20  | 20        |           | F          | T
    """
    check(records, treatments, expect=expect, name="cancer_list")


READ_OTHERWISE = """
    record   | received_date | told_date  | told_code | method_code
    ---------+---------------+------------+-----------+------------
    scanning | 2026-09-01    | 2026-09-20 | 04        | 02
    letter   | 2026-09-01    | 2026-09-29 | 02        | 04
    call     | 2026-09-01    | 2026-09-29 | 02        | 02
    shared   | 2026-03-01    | 2026-03-20 | 01        | 02
    day 104  | 2026-09-18    |            |           |
    day 105  | 2026-09-17    |            |           |
"""
SHARED_TREATMENT = """
    record | decided_date | treated_date
    -------+--------------+-------------
    shared | 2026-04-01   | 2026-05-02
"""
SHARED_TRANSFER = """
    record | direction_name | sent_date  | arrived_date
    -------+----------------+------------+-------------
    shared | in             | 2026-04-01 | 2026-04-09
"""


def test_what_the_guidance_leaves_open_as_it_is_read(check):
    """Interval scanning counts; a letter tells on its date; late and in time is the treating trust's; review is from day 105."""
    expect = """
        record   | standard | end_date   | is_within | is_counted | treated_share | is_over_104
        ---------+----------+------------+-----------+------------+---------------+------------
        scanning | fds28    | 2026-09-20 | T         | T          | 1             | F
        letter   | fds28    | 2026-09-29 | T         | T          | 1             | F
        call     | fds28    | 2026-09-29 | T         | T          | 1             | F
        shared   | fds28    | 2026-03-20 | T         | F          | 1             | F
        shared   | d31      | 2026-05-02 | T         | T          | 1             | F
        shared   | d62      | 2026-05-02 | T         | T          | 1             | F
        letter   | d62      | 2026-09-29 | T         | F          | 1             | F
        call     | d62      | 2026-09-29 | T         | F          | 1             | F
        scanning | d62      |            | F         | F          | 1             | T
        day 104  | fds28    |            | F         | F          | 1             | F
        day 105  | fds28    |            | F         | F          | 1             | F
        day 104  | d62      |            | F         | F          | 1             | F
        day 105  | d62      |            | F         | F          | 1             | T
    """
    check(READ_OTHERWISE, SHARED_TREATMENT, SHARED_TRANSFER, expect=expect)


def test_what_the_guidance_leaves_open_read_otherwise(check):
    """Each of those settings turned the other way."""
    expect = """
        record   | standard | end_date   | is_within | is_counted | treated_share | is_over_104
        ---------+----------+------------+-----------+------------+---------------+------------
        scanning | fds28    | 2026-09-20 | T         | F          | 1             | F
        letter   | fds28    | 2026-09-30 | F         | T          | 1             | F
        call     | fds28    | 2026-09-29 | T         | T          | 1             | F
        shared   | fds28    | 2026-03-20 | T         | F          | 1             | F
        shared   | d31      | 2026-05-02 | T         | T          | 1             | F
        shared   | d62      | 2026-05-02 | T         | T          | 0.5           | F
        letter   | d62      | 2026-09-30 | T         | F          | 1             | F
        call     | d62      | 2026-09-29 | T         | F          | 1             | F
        scanning | d62      |            | F         | F          | 1             | T
        day 104  | fds28    |            | F         | F          | 1             | F
        day 105  | fds28    |            | F         | F          | 1             | F
        day 104  | d62      |            | F         | F          | 1             | T
        day 105  | d62      |            | F         | F          | 1             | T
    """
    otherwise = {
        "fds_interval_scanning_counts": False,
        "fds_letter_days": 1,
        "late_transfer_in_time_is_shared": True,
        "cancer_backstop_from_day": 104,
    }
    check(READ_OTHERWISE, SHARED_TREATMENT, SHARED_TRANSFER, expect=expect, **otherwise)
