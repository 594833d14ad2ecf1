"""Activity plans: how much of each kind of activity a service is to do in each month."""

from clockstop.contracts.contract import Check, Column, Contract

POINT_OF_DELIVERY = {
    "outpatient_first": "Outpatients, first",
    "outpatient_follow_up": "Outpatients, follow-up",
    "outpatient_procedure": "Outpatients, with a procedure",
    "day_case": "Day cases",
    "elective": "Elective admissions",
    "non_elective": "Non-elective admissions",
    "diagnostic": "Diagnostic tests",
}

CONTRACT = Contract(
    name="activity_plans",
    title="Activity plans",
    key=("activity_plan_line_identifier",),
    window="month_date",
    grouped_by="activity_plan_line_identifier",
    columns=(
        Column(name="activity_plan_line_identifier", type="text", meaning="the plan line's own id, as in 110-DAY-2026-04",
               is_required=True),
        Column(name="activity_treatment_function_code", type="text", meaning="the service, three digits, DCB0028",
               is_required=True, max_length=3),
        Column(name="point_of_delivery", type="code", meaning="the kind of activity", is_required=True, codes=POINT_OF_DELIVERY),
        Column(name="month_date", type="date", meaning="the first day of the month", is_required=True),
        Column(name="planned_activity", type="number", meaning="attendances, admissions or tests in the month", is_required=True),
        Column(name="organisation_site_identifier_of_treatment", type="text", meaning="ODS code of the site, if planned by site"),
        Column(name="price", type="number", meaning="planned price of one, in pounds"),
    ),
    checks=(
        Check(code="not_a_month_s_first_day", column="month_date", message="the day is not the first of a month",
              is_wrong=lambda rows: rows.month_date.day() != 1),
        Check(code="negative_activity", column="planned_activity", message="less than nothing is planned",
              is_wrong=lambda rows: rows.planned_activity < 0),
        Check(code="negative_price", column="price", message="the price is less than nothing",
              is_wrong=lambda rows: rows.price < 0),
    ),
)  # fmt: skip
