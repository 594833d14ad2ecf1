"""Activity against plan: by point of delivery for a service, this month and this financial year up to the as-of day (FIN-20)."""

from dataclasses import dataclass
from datetime import date

from ibis.expr.types import Table

from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.contracts.activity_plans import POINT_OF_DELIVERY
from clockstop.dates import month_start

TABLE = "activity_against_plan"
FIGURES = ("point_of_delivery", "planned", "actual", "unplanned")


@dataclass(frozen=True)
class Against:
    """Done and planned of one kind of activity in a span of days; the plan is laid on working days.

    `unplanned` is what of it was done in months for which the service had no plan of that kind: it counts against no plan.
    """

    trust: str
    service: str
    point_of_delivery: str
    planned: float
    actual: float
    unplanned: float = 0.0

    @property
    def title(self) -> str:
        """The point of delivery in words."""
        return POINT_OF_DELIVERY.get(self.point_of_delivery, self.point_of_delivery)

    @property
    def of_plan(self) -> float:
        """What was done of what has a plan."""
        return self.actual - self.unplanned

    @property
    def variance(self) -> float:
        """What was done beyond the plan, of what has one; below 0 what is missing."""
        return self.of_plan - self.planned

    @property
    def share(self) -> float | None:
        """The variance as a share of the plan; None where nothing was planned."""
        return self.variance / self.planned if self.planned else None


def is_kept(desk: Desk) -> bool:
    """Whether there is activity, or a plan of it."""
    return desk.has(TABLE)


def year_start(day: date) -> date:
    """The first day of the financial year."""
    return date(day.year - (day.month < 4), 4, 1)


def against_plan(
    scope: Scope, desk: Desk, *, trust: str = "", service: str = "", by_service: bool = False, since: date
) -> list[Against]:
    """Each point of delivery from `since` to the as-of day, of one trust and service or of several; in the order of plans."""
    keys = ["trust", *(["service"] if by_service else []), "point_of_delivery"]

    def asked() -> Table:
        rows = scope.totals(desk.table(TABLE))
        rows = rows.filter(rows.day >= since)
        for name, value in (("trust", trust), ("service", service)):
            rows = rows.filter(rows[name] == value) if value else rows
        return rows.group_by(*keys).agg(
            planned=rows.planned_activity.sum(),
            actual=rows.actual_activity.sum(),
            unplanned=rows.has_plan.ifelse(0.0, rows.actual_activity).sum(),
        )

    key = ("activity against plan", tuple(sorted(scope.trusts)), trust, service, by_service, since)
    found = [Against(row["trust"], row.get("service") or "", *(row[name] for name in FIGURES))
             for row in desk.compiled_rows(key, asked).to_pylist()]  # fmt: skip
    order = list(POINT_OF_DELIVERY)
    return sorted(found, key=lambda one: (one.trust, one.service, order.index(one.point_of_delivery)))


def month_and_year(scope: Scope, desk: Desk, *, trust: str, service: str) -> dict[str, list[Against]]:
    """The month's and the financial year's activity of a service, to the as-of day."""
    spans = {"month": month_start(desk.as_of), "year": year_start(desk.as_of)}
    return {name: against_plan(scope, desk, trust=trust, service=service, since=since) for name, since in spans.items()}
