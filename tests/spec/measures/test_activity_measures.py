"""Activity against plan on a few drawn days: work without a plan makes up for nothing (FIN-20)."""

from datetime import date

import ibis

import drawn_tables
from clockstop.measures.catalogue.activity import MEASURES
from clockstop.measures.fact_counts import fact_counts
from clockstop.measures.periods import Running

DAYS = """
    day        | point_of_delivery | has_plan | planned_number | actual_number
    -----------+-------------------+----------+----------------+--------------
    2026-09-01 | day_case          | T        | 10             | 6
    2026-09-02 | day_case          | T        | 10             | 5
    2026-09-01 | elective          | T        | 5              | 5
    2026-09-01 | outpatient_first  | F        | 0              | 40
    2026-09-05 | day_case          | F        | 0              | 3
"""
EXPECT = """
    measure                   | numerator | denominator
    --------------------------+-----------+------------
    activity_against_plan     | 16        | 25
    activity_outpatient_first | 0         | 0
    activity_elective         | 5         | 5
    activity_day_case         | 11        | 20
    activity_without_plan     | 43        | 59
"""


def test_units_of_activity_are_people():
    """A few of them are hidden from who is not cleared; how near they come to the plan says nothing of how few they are."""
    assert all(one.counts_people for one in MEASURES)
    assert [one.slug for one in MEASURES if one.is_part] == ["activity_without_plan"]


def test_work_without_a_plan_is_counted_apart(embedded):
    """40 first attendances that nobody planned do not fill the gap of nine day cases."""
    wanted = drawn_tables.table(EXPECT)
    slugs = wanted["measure"].to_pylist()
    rows = embedded.memory(drawn_tables.table(DAYS))
    rows = rows.mutate(
        trust=ibis.literal("T"),
        planned_activity=rows.planned_number.cast("float64"),
        actual_activity=rows.actual_number.cast("float64"),
    )
    tables = fact_counts(
        [one for one in MEASURES if one.slug in slugs], embedded.memory(embedded.rows(rows)),
        periods=[Running("month", date(2026, 9, 30), 1)], by=("trust",),
    )  # fmt: skip
    got = embedded.rows(ibis.union(*tables) if len(tables) > 1 else tables[0]).select(wanted.column_names)
    figures = {row["measure"]: (float(row["numerator"]), float(row["denominator"])) for row in got.to_pylist()}
    expected = {row["measure"]: (float(row["numerator"]), float(row["denominator"])) for row in wanted.to_pylist()}
    assert {slug: figures.get(slug, (0.0, 0.0)) for slug in slugs} == expected
