"""Activity by point of delivery, and the plan laid on working days (operations.md, FIN-20)."""

from clockstop.rules import activity as rule
from clockstop.rules.readings import Readings

PLANS = """
    activity_plan_line_identifier | function_code | point_of_delivery | month_date | planned_number | price_number
    ------------------------------+---------------+-------------------+------------+----------------+-------------
    day cases                     | 110           | day_case          | 2026-09-01 | 44             | 1000
    emergencies                   | 110           | non_elective      | 2026-09-01 | 60             |
    December                      | 110           | day_case          | 2026-12-01 | 42             |
"""
DONE = """
    patient_pathway_identifier | function_code | point_of_delivery | day
    ---------------------------+---------------+-------------------+-----------
    A                          | 110           | day_case          | 2026-09-01
    B                          | 110           | day_case          | 2026-09-01
    C                          | 110           | day_case          | 2026-09-05
    D                          | 120           | outpatient_first  | 2026-09-02
    E                          | 110           | day_case          | 2026-10-05
"""


def against_plan(plans, done, *, as_of):
    """By month and point of delivery, the days and sums of the fact."""
    planned = plans.rename(activity_treatment_function_code="function_code").mutate(
        planned_activity=plans.planned_number.cast("float64"), price=plans.price_number.cast("float64")
    )
    done = done.rename(activity_treatment_function_code="function_code").mutate(day=done.day.cast("date"))
    rows = rule.activity_against_plan(planned, done, as_of=as_of, readings=Readings())
    keys = ("activity_treatment_function_code", "point_of_delivery", "month_date")
    found = rows.group_by(*keys).aggregate(
        days_planned=(rows.planned_activity > 0).sum(), planned=rows.planned_activity.sum(), actual=rows.actual_activity.sum(),
        variance=rows.variance.sum(), pounds=rows.planned_pounds.sum(), has_plan=rows.has_plan.all(),
    )  # fmt: skip
    return found.rename(function_code="activity_treatment_function_code")


def test_a_month_s_plan_is_spread_over_its_working_days(spec):
    """22 working days in September 2026, 21 in December (25 and 28 are holidays); emergencies come every day."""
    expect = """
        function_code | point_of_delivery | month_date | days_planned | planned | actual | variance | pounds | has_plan
        --------------+-------------------+------------+--------------+---------+--------+----------+--------+---------
        110           | day_case          | 2026-09-01 | 22           | 44      | 3      | -41      | 44000  | T
        110           | non_elective      | 2026-09-01 | 30           | 60      | 0      | -60      |        | T
        120           | outpatient_first  | 2026-09-01 | 0            | 0       | 1      |          |        | F
        110           | day_case          | 2026-10-01 | 0            | 0       | 1      |          |        | F
        110           | day_case          | 2026-12-01 | 21           | 42      | 0      | -42      |        | T
    """
    spec(against_plan, PLANS, DONE, as_of="2026-12-31", expect=expect)


def test_the_plan_to_a_day_is_the_sum_of_its_days(spec):
    """Up to Monday 7 September five working days are over: ten of 44 day cases; and seven of 30 days: 14 of 60 emergencies."""
    expect = """
        function_code | point_of_delivery | month_date | planned | actual | variance
        --------------+-------------------+------------+---------+--------+---------
        110           | day_case          | 2026-09-01 | 10      | 3      | -7
        110           | non_elective      | 2026-09-01 | 14      | 0      | -14
        120           | outpatient_first  | 2026-09-01 | 0       | 1      |
    """
    spec(against_plan, PLANS, DONE, as_of="2026-09-07", expect=expect)


ATTENDANCES = """
    patient_pathway_identifier | appointment_date | function_code | is_attended | is_first_seen | is_procedure_seen
    ---------------------------+------------------+---------------+-------------+---------------+------------------
    first                      | 2026-09-01       | 110           | T           | T             | F
    follow-up                  | 2026-09-01       | 110           | T           | F             | F
    first, with a procedure    | 2026-09-01       | 110           | T           | T             | T
    missed                     | 2026-09-01       | 110           | F           | F             | F
    to come                    | 2026-10-01       | 110           | T           | T             | F
"""
ELECTIVE = """
    patient_pathway_identifier | discharge_date | function_code | nights | intended_management_code
    ---------------------------+----------------+---------------+--------+-------------------------
    day case                   | 2026-09-01     | 110           | 0      | 2
    home on the day            | 2026-09-01     | 110           | 0      | 1
    nobody said                | 2026-09-01     | 110           | 0      |
    stayed                     | 2026-09-01     | 110           | 1      | 2
"""
SPELLS = """
    patient_pathway_identifier | discharge_date | function_code | admission_method_code
    ---------------------------+----------------+---------------+----------------------
    emergency                  | 2026-09-01     | 110           | 21
    elective, counted above    | 2026-09-01     | 110           | 11
    still in                   |                | 110           | 21
"""
TESTS = """
    patient_pathway_identifier | activity_date | function_code | activity_kind
    ---------------------------+---------------+---------------+--------------
    test                       | 2026-09-01    | 800           | planned
    not counted                | 2026-09-01    | 800           |
"""


def counted(attendances, spells, elective, tests, *, as_of):
    long = {"activity_treatment_function_code": "function_code", "discharge_date_hospital_provider_spell": "discharge_date"}
    whole = [
        rows.rename({name: short for name, short in long.items() if short in rows.columns})
        for rows in (attendances, spells, elective, tests)
    ]
    return rule.activity(*whole, as_of=as_of, readings=Readings())


def test_each_unit_counts_under_one_point_of_delivery(spec):
    """Attended outpatients by what they were, admissions on the day of discharge, tests where DM01 counts them."""
    expect = """
        patient_pathway_identifier | point_of_delivery    | day
        ---------------------------+----------------------+-----------
        first                      | outpatient_first     | 2026-09-01
        follow-up                  | outpatient_follow_up | 2026-09-01
        first, with a procedure    | outpatient_procedure | 2026-09-01
        day case                   | day_case             | 2026-09-01
        home on the day            | elective             | 2026-09-01
        nobody said                | day_case             | 2026-09-01
        stayed                     | elective             | 2026-09-01
        emergency                  | non_elective         | 2026-09-01
        test                       | diagnostic           | 2026-09-01
    """
    spec(counted, ATTENDANCES, SPELLS, ELECTIVE, TESTS, as_of="2026-09-30", expect=expect)
