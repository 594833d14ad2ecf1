"""Every measure of beds on a few drawn wards, as a refresh counts them: five nights from 26 to 30 November, counted by hand."""

from datetime import date

import ibis
import pyarrow as pa
import pytest

import drawn_tables
from bed_tables import AS_OF, november
from clockstop.answers.shared_places import is_few
from clockstop.measures.catalogue import measure
from clockstop.measures.catalogue.beds import MEASURES
from clockstop.measures.fact_counts import fact_counts
from clockstop.measures.periods import Running

CANCELLED = pa.table({
    "cancelled_date": [date(2026, 11, 3), date(2026, 11, 4), date(2026, 10, 20)], "due_date": [date(2026, 12, 1), None,
    date(2026, 11, 17)], "is_for_want_of_bed": [True, False, True], "is_covered": [True, True, True],
    "is_breach": [False, False, True], "theatre": ["A", "A", "B"],
})  # fmt: skip
EXPECTED = """
    measure                            | numerator | denominator
    -----------------------------------+-----------+------------
    beds_occupancy                     | 19        | 72
    beds_occupancy_core                | 15        | 68
    beds_occupancy_escalation          | 4         | 4
    beds_escalation_share              | 4         | 72
    beds_occupancy_children            | 1         | 15
    beds_occupancy_critical_care       | 2         | 10
    beds_occupancy_by_group            | 24        | 122
    beds_day_only_used                 | 2         | 10
    beds_without_bed_state             | 31        | 35
    beds_patients_without_bed          | 1         | 25
    beds_21_plus_share                 | 4         | 19
    beds_21_plus                       | 1         | 2
    beds_14_plus_share                 | 4         | 19
    beds_14_plus                       | 1         | 2
    beds_7_plus_share                  | 4         | 19
    beds_7_plus                        | 1         | 2
    beds_mean_stay                     | 9         | 3
    beds_mean_stay_elective            | 1         | 1
    beds_zero_day_share                | 1         | 4
    beds_outliers                      | 4         | 19
    beds_medical_outliers              | 4         | 19
    beds_boarded                       | 2         | 24
    beds_moves_out_of_hours            | 2         | 4
    beds_moves_out_of_hours_share      | 2         | 4
    beds_third_moves                   | 1         | 4
    beds_closed                        | 5         | 30
    beds_closed_infection              | 3         | 30
    beds_closed_other                  | 2         | 30
    beds_virtual_occupancy             | 3         | 6
    beds_virtual_taken_on              | 1         | 1
    beds_emergency_admissions          | 8         | 11
    beds_non_elective_against_plan     | 7         | 60
    beds_balance                       | 2         | 11
    beds_discharges                    | 8         | 8
    beds_operations_cancelled          | 1         | 2
    beds_operations_not_done_in_28_days | 1         | 1
    beds_critical_care_delays          | 1         | 1
    beds_critical_care_ready_known     | 1         | 1
    beds_mixed_sex_breaches            | 1         | 16
    beds_faults                        | 1         | 1
"""


def counted(engine, measures, rows, by="trust"):
    rows = engine.memory(rows).mutate(trust=ibis.literal("T"))
    tables = fact_counts(measures, rows, periods=[Running("month", AS_OF, 1)], by=(by,))
    return engine.rows(ibis.union(*tables) if len(tables) > 1 else tables[0])


def test_every_measure_of_the_drawn_month(engine):
    facts = {**november(), "theatre_cancellations": CANCELLED}
    tables = sorted({measure.table for measure in MEASURES})
    found = [counted(engine, [one for one in MEASURES if one.table == table], facts[table]) for table in tables]
    wanted = drawn_tables.table(EXPECTED)
    got = pa.concat_tables([rows.select(wanted.column_names) for rows in found])
    assert drawn_tables.text(got) == drawn_tables.text(wanted)


def test_wards_sum_to_the_trust(engine):
    """FLO-01 by ward: the parts are summed, never averaged; the escalation ward is full whenever it is open."""
    measure = [one for one in MEASURES if one.slug == "beds_occupancy"]
    got = counted(engine, measure, november()["ward_nights"], by="ward_name").select(["ward_name", "numerator", "denominator"])
    expect = """
        ward_name | numerator | denominator
        ----------+-----------+------------
        W1        | 10        | 45
        W2        | 5         | 23
        ESC       | 4         | 4
    """
    assert drawn_tables.text(got) == drawn_tables.text(drawn_tables.table(expect))


@pytest.mark.parametrize(("patients", "hidden"), [(0, False), (4, True), (5, False)])
def test_who_fills_the_beds_of_a_virtual_ward_is_few_people_the_beds_are_not(patients, hidden):
    assert is_few(measure("beds_virtual_occupancy"), patients, 39) is hidden
