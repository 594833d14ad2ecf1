"""RTT-R50: which long waiters must be validated, and whether they have been."""

from datetime import date

import ibis

from clockstop.rules import rtt_validation as rule

CENSUS = "2026-09-27"


def judged(rows, census):
    """The columns of the two answers."""
    in_scope = rule.is_in_scope(
        start_date=rows.start_date,
        last_attended_date=rows.last_attended_date,
        decided_to_admit_date=rows.decided_to_admit_date,
        tci_date=rows.tci_date,
        next_appointment_date=rows.next_appointment_date,
        census=census,
    )
    result = rule.validation_result(is_in_scope=in_scope, last_pas_validation_date=ibis.null("date"), census=census)
    return rows.mutate(is_in_scope=in_scope, result=result)


def test_who_is_in_scope(spec):
    """More than 84 days; nothing in the 12 weeks before and nothing in the 4 weeks after, both ends in."""
    pathways = """
        pathway_name      | start_date | last_attended_date | decided_to_admit_date | tci_date   | next_appointment_date
        ------------------+------------+--------------------+-----------------------+------------+-----------------------
        waited 84         | 2026-07-05 |                    |                       |            |
        waited 85         | 2026-07-04 |                    |                       |            |
        start unknown     |            |                    |                       |            |
        start sentinel    | 1900-01-01 |                    |                       |            |
        attended 84 ago   | 2026-01-05 | 2026-07-05         |                       |            |
        attended 85 ago   | 2026-01-05 | 2026-07-04         |                       |            |
        attended today    | 2026-01-05 | 2026-09-27         |                       |            |
        decided 84 ago    | 2026-01-05 |                    | 2026-07-05            |            |
        decided 85 ago    | 2026-01-05 |                    | 2026-07-04            |            |
        tci in 28         | 2026-01-05 |                    |                       | 2026-10-25 |
        tci in 29         | 2026-01-05 |                    |                       | 2026-10-26 |
        tci missed        | 2026-01-05 |                    |                       | 2026-09-26 |
        clinic today      | 2026-01-05 |                    |                       |            | 2026-09-27
        clinic in 28      | 2026-01-05 |                    |                       |            | 2026-10-25
        clinic in 29      | 2026-01-05 |                    |                       |            | 2026-10-26
    """
    expect = """
        pathway_name      | is_in_scope | result
        ------------------+-------------+--------------
        waited 84         | F           | out_of_scope
        waited 85         | T           | not_validated
        start unknown     | F           | out_of_scope
        start sentinel    | F           | out_of_scope
        attended 84 ago   | F           | out_of_scope
        attended 85 ago   | T           | not_validated
        attended today    | F           | out_of_scope
        decided 84 ago    | F           | out_of_scope
        decided 85 ago    | T           | not_validated
        tci in 28         | F           | out_of_scope
        tci in 29         | T           | not_validated
        tci missed        | T           | not_validated
        clinic today      | F           | out_of_scope
        clinic in 28      | F           | out_of_scope
        clinic in 29      | T           | not_validated
    """
    spec(judged, pathways, CENSUS, expect=expect)


def test_who_is_validated(spec):
    """Fewer than 84 days ago; the sentinel and a date to come are faults, outside the ratio."""
    pathways = """
        pathway_name  | last_pas_validation_date
        --------------+-------------------------
        that day      | 2026-09-27
        83 ago        | 2026-07-06
        84 ago        | 2026-07-05
        never         |
        sentinel      | 1900-01-01
        to come       | 2026-09-28
    """
    expect = """
        pathway_name | result        | days_since
        -------------+---------------+-----------
        that day     | validated     | 0
        83 ago       | validated     | 83
        84 ago       | not_validated | 84
        never        | not_validated |
        sentinel     | dq            | 46290
        to come      | dq            | -1
    """

    def result(rows, census):
        day = rows.last_pas_validation_date
        in_scope = rows.pathway_name.notnull()
        return rows.mutate(
            result=rule.validation_result(is_in_scope=in_scope, last_pas_validation_date=day, census=census),
            days_since=rule.validation_age(day, census),
        )

    spec(result, pathways, CENSUS, expect=expect)


def test_plain_values_are_the_same_rule():
    """The functions answer for one pathway as they do for a column."""
    census = date(2026, 9, 27)
    nothing = {"last_attended_date": None, "decided_to_admit_date": None, "tci_date": None, "next_appointment_date": None}
    assert rule.is_in_scope(start_date=date(2026, 7, 4), census=census, **nothing)
    assert not rule.is_in_scope(start_date=date(2026, 7, 5), census=census, **nothing)
    assert not rule.is_in_scope(start_date=None, census=census, **nothing)
    faulty = rule.validation_result(is_in_scope=True, last_pas_validation_date=date(2026, 9, 28), census=census)
    assert faulty == "dq"


def test_who_is_to_be_validated_again(spec):
    """At 12, 26 and 52 weeks: on the day after them or since; a validation before the last of these does not count."""
    pathways = """
        pathway_name      | start_date | last_pas_validation_date
        ------------------+------------+-------------------------
        waited 84         | 2026-07-05 | 2026-09-27
        waited 85 today   | 2026-07-04 | 2026-09-27
        waited 85 before  | 2026-07-04 | 2026-09-26
        past 26 since     | 2026-03-05 | 2026-09-04
        past 26 before    | 2026-03-05 | 2026-09-03
        past 52 never     | 2025-03-05 |
    """
    expect = """
        pathway_name      | milestone_date | is_validated
        ------------------+----------------+-------------
        waited 84         |                | F
        waited 85 today   | 2026-09-27     | T
        waited 85 before  | 2026-09-27     | F
        past 26 since     | 2026-09-04     | T
        past 26 before    | 2026-09-04     | F
        past 52 never     | 2026-03-05     | F
    """

    def again(rows, census):
        days = rows.start_date, ibis.date(census)
        return rows.mutate(
            milestone_date=rule.milestone_date(*days),
            is_validated=rule.is_validated_since_milestone(days[0], rows.last_pas_validation_date, days[1]),
        )

    spec(again, pathways, census=CENSUS, expect=expect)
