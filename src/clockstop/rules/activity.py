"""Activity by service, point of delivery and day, and the plan laid on the days on which it can be done (operations.md, FIN-20)."""

from functools import reduce

import ibis
from ibis.expr.types import DateValue, NumericValue, Table, Value

from clockstop.rules.elective_spells import DAY_CASE_INTENTS, ELECTIVE_METHODS
from clockstop.rules.fact import Fact
from clockstop.rules.readings import Readings
from clockstop.rules.working_days import working_days_past

FUNCTION, PATHWAY = "activity_treatment_function_code", "patient_pathway_identifier"
# Non-elective work comes every day; the rest is done on working days.
EVERY_DAY = ("non_elective",)
KEYS = (FUNCTION, "point_of_delivery", "day")
MONTH = (FUNCTION, "point_of_delivery", "month_date")


def activity(
    outpatient_attendances: Table, spells: Table, elective_spells: Table, diagnostic_activity: Table, *, as_of: object,
    readings: Readings,
) -> Table:  # fmt: skip
    """Each unit of activity up to the as-of day, under one point of delivery.

    Outpatients are those attended: one with a procedure counts there and not as first or follow-up. Admissions count on the day
    of discharge; elective ones that went home on the day, and were not meant to stay, are day cases. Tests count where DM01
    counts them.
    """
    parts = [
        _outpatients(outpatient_attendances), _elective(elective_spells), _non_elective(spells), _tests(diagnostic_activity),
    ]  # fmt: skip
    every = reduce(lambda one, other: one.union(other), parts)
    return every.filter((every.day <= as_of).fill_null(False))


def _unit(rows: Table, day: str, point: Value) -> Table:
    """The columns that all activity has; place under the names that the rows have it."""
    return rows.select(
        PATHWAY,
        day=rows[day],
        point_of_delivery=point,
        activity_treatment_function_code=rows[FUNCTION],
        organisation_site_identifier_of_treatment=_first_column(rows, "site", "organisation_site_identifier_of_treatment"),
        consultant_code=_first_column(rows, "consultant", "consultant_code"),
    )


def _first_column(rows: Table, *names: str) -> Value:
    return next((rows[name] for name in names if name in rows.columns), ibis.null("string"))


def _outpatients(rows: Table) -> Table:
    seen = rows.filter(rows.is_attended)
    point = ibis.cases(
        (seen.is_procedure_seen, "outpatient_procedure"), (seen.is_first_seen, "outpatient_first"), else_="outpatient_follow_up"
    )
    return _unit(seen, "appointment_date", point)


def _elective(rows: Table) -> Table:
    was_day = (rows.nights == 0) & rows.intended_management_code.isin(DAY_CASE_INTENTS).fill_null(True)
    return _unit(rows, "discharge_date_hospital_provider_spell", was_day.ifelse("day_case", "elective"))


def _non_elective(rows: Table) -> Table:
    others = rows.filter(~rows.admission_method_code.isin(ELECTIVE_METHODS) & rows.admission_method_code.notnull())
    return _unit(others, "discharge_date_hospital_provider_spell", ibis.literal("non_elective"))


def _tests(rows: Table) -> Table:
    counted = rows.filter(rows.activity_kind.notnull())
    if FUNCTION not in counted.columns:
        counted = counted.mutate(**{FUNCTION: ibis.null("string")})
    return _unit(counted, "activity_date", ibis.literal("diagnostic"))


def activity_against_plan(activity_plans: Table, activity: Table, *, as_of: object, readings: Readings) -> Table:
    """What was done and what was planned by service, point of delivery and day, up to the as-of day.

    A month's plan is spread evenly over its working days (non-elective: over all its days), so that the plan to any day is the
    sum of its days. `has_plan` says whether the service's activity of that kind was planned for that month: what was done without
    a plan stands beside it, with no variance, and makes up for nothing that was planned and not done.
    """
    planned = planned_by_day(activity_plans)
    done = activity.group_by(*KEYS).aggregate(actual_activity=activity.count().cast("float64"))
    both = planned.outer_join(done, KEYS)
    found = both.select(
        **{name: both[name].fill_null(both[f"{name}_right"]) for name in KEYS},
        planned_activity=both.planned_activity.fill_null(0.0),
        planned_pounds=both.planned_pounds,
        actual_activity=both.actual_activity.fill_null(0.0),
    )
    found = found.filter((found.day <= as_of).fill_null(False))
    found = found.mutate(month_date=found.day.truncate("M").cast("date"))
    months = activity_plans.select(**{name: activity_plans[name] for name in MONTH}, is_planned=True).distinct()
    found = found.left_join(months, MONTH).drop(*(f"{name}_right" for name in MONTH))
    found = found.mutate(has_plan=found.is_planned.fill_null(False)).drop("is_planned")
    variance = found.actual_activity - found.planned_activity
    return found.mutate(variance=found.has_plan.ifelse(variance, ibis.null("float64")))


def planned_by_day(plans: Table) -> Table:
    """The plan lines by day: a month's share on each day that counts."""
    first = plans.month_date.cast("date")
    after = (first.cast("timestamp") + ibis.interval(months=1)).cast("date")
    length = after.delta(first, unit="day")
    each = plans.mutate(first=first, days=length, offset=ibis.range(0, length).unnest())
    day = (each["first"] + each.offset.as_interval("D")).cast("date")
    each = each.mutate(day=day)
    counts = each.point_of_delivery.isin(EVERY_DAY) | _is_working(each.day)
    each = each.filter(counts)
    line = ibis.window(group_by="activity_plan_line_identifier")
    share = each.planned_activity / each.count().over(line)
    each = each.mutate(share=share, pounds=share * each.price)
    return each.group_by(*KEYS).aggregate(planned_activity=each.share.sum(), planned_pounds=each.pounds.sum())


def _is_working(day: DateValue) -> NumericValue:
    """Whether the day is a working day: one that is past between the day before it and the day after."""
    before = (day.cast("timestamp") - ibis.interval(days=1)).cast("date")
    after = (day.cast("timestamp") + ibis.interval(days=1)).cast("date")
    return working_days_past(before, after) == 1


FACTS = (
    Fact(
        name="activity",
        title="Activity",
        row="an attendance, admission or test",
        needs=("outpatient_attendances", "spells", "elective_spells", "diagnostic_activity"),
        build=activity,
        order=("day", "point_of_delivery", PATHWAY),
    ),
    Fact(
        name="activity_against_plan",
        title="Activity against plan",
        row="a service's activity of one kind on a day, done and planned",
        needs=("activity_plans", "activity"),
        build=activity_against_plan,
        order=("day", FUNCTION, "point_of_delivery"),
    ),
)
