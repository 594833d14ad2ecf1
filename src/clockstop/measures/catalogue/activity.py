"""Activity against plan, by point of delivery and service (operations.md 5.4, FIN-20)."""

from ibis import _

from clockstop.contracts.activity_plans import POINT_OF_DELIVERY
from clockstop.measures.measure import Measure

SOURCE = "The trust's own activity plan; NHS payment scheme points of delivery"
SPREAD = "A month's plan is spread over its working days (non-elective: over all its days)."

APART = "Only months for which the service planned that kind of activity count: what was done without a plan is counted apart."


def _of_plan(slug: str, title: str, point: str) -> Measure:
    """Activity done over activity planned, of one point of delivery or (empty) of all."""
    is_it = _.has_plan & (_.point_of_delivery == point) if point else _.has_plan
    return Measure(
        slug=slug,
        title=title,
        table="activity_against_plan",
        kind="share",
        counted="by date",
        day="day",
        numerator=is_it.ifelse(_.actual_activity, 0.0),
        denominator=is_it.ifelse(_.planned_activity, 0.0),
        improvement="up",
        definition=f"Activity done in the period over activity planned for it: 100% is the plan. {APART} {SPREAD}"
        + ("" if point else " Unlike kinds of activity are added up: cut it by point of delivery."),
        source=SOURCE,
        rules=("FIN-20",),
        unit="units of activity",
        is_part=False,
        cuts=() if point else ("point_of_delivery",),
    )


MEASURES = (
    _of_plan("activity_against_plan", "Activity against plan", ""),
    *(_of_plan(f"activity_{point}", f"{title} against plan", point) for point, title in POINT_OF_DELIVERY.items()),
    Measure(
        slug="activity_without_plan",
        title="Activity without a plan",
        table="activity_against_plan",
        kind="count",
        counted="by date",
        day="day",
        numerator=_.has_plan.ifelse(0.0, _.actual_activity),
        denominator=_.actual_activity,
        improvement="down",
        definition="Activity done in the period of a kind for which its service had no plan in that month. It is in no figure of "
        "activity against plan.",
        source=SOURCE,
        rules=("FIN-20",),
        unit="units of activity",
        cuts=("point_of_delivery",),
    ),
)
