"""Activity against plan, by point of delivery and service (operations.md 5.4, FIN-20)."""

from ibis import _

from clockstop.contracts.activity_plans import POINT_OF_DELIVERY
from clockstop.measures.measure import Measure

SOURCE = "The trust's own activity plan; NHS payment scheme points of delivery"
SPREAD = "A month's plan is spread over its working days (non-elective: over all its days)."


def _of_plan(slug: str, title: str, point: str) -> Measure:
    """Activity done over activity planned, of one point of delivery or (empty) of all."""
    is_it = _.point_of_delivery == point
    return Measure(
        slug=slug,
        title=title,
        table="activity_against_plan",
        kind="share",
        counted="by date",
        day="day",
        numerator=is_it.ifelse(_.actual_activity, 0.0) if point else _.actual_activity,
        denominator=is_it.ifelse(_.planned_activity, 0.0) if point else _.planned_activity,
        improvement="up",
        definition=f"Activity done in the period over activity planned for it: 100% is the plan, more was not planned. {SPREAD}"
        + ("" if point else " Unlike kinds of activity are added up: cut it by point of delivery."),
        source=SOURCE,
        rules=("FIN-20",),
        unit="units of activity",
        counts_people=False,
        cuts=() if point else ("point_of_delivery",),
    )


MEASURES = (
    _of_plan("activity_against_plan", "Activity against plan", ""),
    *(_of_plan(f"activity_{point}", f"{title} against plan", point) for point, title in POINT_OF_DELIVERY.items()),
)
