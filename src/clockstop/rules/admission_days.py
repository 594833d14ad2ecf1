"""Admissions and discharges day by day, beside the plan of non-elective admissions (operations.md 2.6, FLO-16)."""

import ibis
from ibis.expr.types import Table

from clockstop.rules import admissions
from clockstop.rules.activity import planned_by_day
from clockstop.rules.counts import joined_counts, number_of
from clockstop.rules.readings import Readings

FUNCTION = "activity_treatment_function_code"
SITE = "organisation_site_identifier_of_treatment"
_KEYS = ("day", FUNCTION, SITE)
_COUNTS = ("admitted", "emergency", "elective", "maternity", "other", "non_elective", "discharged", "died", "stepped_down")


def admission_days(inpatient_stays: Table, activity_plans: Table, *, as_of: object, readings: Readings) -> Table:
    """Each day, function and site with who came and who went, of those that count for the census; the plan stands without a site.

    `balance` is admissions less discharges: above 0 the hospital filled. The plan of a month is spread over its days; a day of a
    function and month without a plan has no `planned_non_elective`, and its admissions are in no figure against plan. Newborns are
    in none of those: birth is not what such a plan counts.
    """
    rows = inpatient_stays.filter(inpatient_stays.is_for_census)
    site = "site" if "site" in rows.columns else SITE
    rows = rows.mutate(**{SITE: rows[site]})
    found = _joined(_came(rows), _went(rows), _KEYS)
    found = found.mutate(**{name: found[name].fill_null(0).cast("int64") for name in _COUNTS})
    plans = planned_by_day(activity_plans.filter(activity_plans.point_of_delivery == "non_elective"))
    plans = plans.filter(plans.day <= as_of).select(FUNCTION, "day", planned_non_elective="planned_activity")
    planned = plans.select(FUNCTION, "day").distinct().mutate(has_plan=ibis.literal(True))
    found = found.left_join(planned, [FUNCTION, "day"]).drop(f"{FUNCTION}_right", "day_right")
    of_plan = plans.select(
        "day", FUNCTION, **{SITE: ibis.null("string")}, **{name: ibis.literal(0, type="int64") for name in _COUNTS},
        has_plan=ibis.literal(True), planned_non_elective="planned_non_elective",
    )  # fmt: skip
    done = found.select(
        "day", FUNCTION, SITE, *_COUNTS, has_plan=found.has_plan.fill_null(False), planned_non_elective=ibis.null("float64")
    )
    every = done.union(of_plan)
    return every.mutate(
        balance=every.admitted - every.discharged - every.stepped_down,
        non_elective_planned_for=every.has_plan.ifelse(every.non_elective, 0),
    )


def _came(rows: Table) -> Table:
    kinds = {name: number_of(rows.admission_class == name) for name in admissions.ADMISSION_CLASSES}
    is_non_elective = ~rows.is_elective & ~rows.is_birth
    return rows.group_by(**{"day": rows.start_date, FUNCTION: rows[FUNCTION], SITE: rows[SITE]}).aggregate(
        admitted=rows.count(), non_elective=number_of(is_non_elective), **kinds
    )


def _went(rows: Table) -> Table:
    """Who went: out of hospital, or on to a virtual ward while the spell goes on."""
    gone = rows.filter(rows.bed_end_date.notnull())
    has_stepped = gone.stepped_down_at.notnull() & (gone.ended_at.isnull() | (gone.stepped_down_at < gone.ended_at))
    return gone.group_by(**{"day": gone.bed_end_date, FUNCTION: gone[FUNCTION], SITE: gone[SITE]}).aggregate(
        discharged=number_of(~has_stepped),
        died=number_of(~has_stepped & gone.is_dead),
        stepped_down=number_of(has_stepped),
    )


def _joined(one: Table, other: Table, keys: tuple[str, ...]) -> Table:
    # A join on a null finds nothing: a function or a site that is not known is a blank while they are joined.
    one, other = (rows.mutate(**{name: rows[name].fill_null("") for name in keys[1:]}) for rows in (one, other))
    both = joined_counts(one, other, keys)
    return both.mutate(**{name: both[name].nullif("") for name in keys[1:]})
