"""The days at each step of the 62-day pathway, by tumour site: where days are lost (planned-care.md 2.4)."""

from dataclasses import dataclass
from datetime import date, timedelta

from ibis import _, literal, union
from ibis.expr.types import Table

from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.rules.cancer_steps import STEPS, days_allowed
from clockstop.store.settings import readings

TABLE = "cancer_steps"
ALL_SITES = ""
# Whose steps are looked at: those treated or told the all-clear in the weeks, or those on the list today.
OUTCOMES = ("treated", "ruled_out", "waiting")


@dataclass(frozen=True)
class StepFilters:
    """What the reader asked for; empty means all. `weeks` back from the as-of day, by the day on which the pathway ended."""

    trust: str = ""
    route: str = ""
    outcome: str = "treated"
    weeks: int = 26


@dataclass(frozen=True)
class Step:
    """One step of one tumour site: how many pathways took it, the median and mean days, and the mean beyond what is allowed."""

    cancer_site: str
    step: str
    pathways: int
    median_days: float
    mean_days: float
    mean_days_lost: float


@dataclass(frozen=True)
class Steps:
    """The steps by tumour site, all sites first under `ALL_SITES`, then those that lose most days; and the days allowed."""

    by_site: dict[str, dict[str, Step]]
    allowed: dict[str, int]

    @property
    def worst(self) -> Step | None:
        """The step of all sites at which most days are lost."""
        every = self.by_site.get(ALL_SITES, {})
        return max(every.values(), key=lambda one: one.mean_days_lost, default=None)


def is_kept(desk: Desk) -> bool:
    """Whether a trust sent cancer records."""
    return desk.has(TABLE)


def first_day(desk: Desk, filters: StepFilters) -> date:
    """The first day on which a pathway may have ended."""
    return desk.as_of - timedelta(days=7 * filters.weeks - 1)


def steps(scope: Scope, desk: Desk, filters: StepFilters) -> Steps:
    """The steps of the reader's trusts."""
    key = ("cancer_steps", tuple(sorted(scope.trusts)), filters)
    found = [Step(**row) for row in desk.compiled_rows(key, lambda: _steps(scope, desk, filters)).to_pylist()]
    order = list(STEPS)
    by_site: dict[str, dict[str, Step]] = {}
    for one in sorted(found, key=lambda one: order.index(one.step)):
        by_site.setdefault(one.cancer_site, {})[one.step] = one
    sites = sorted(by_site, key=lambda site: (site != ALL_SITES, -_lost(by_site[site]), site))
    return Steps({site: by_site[site] for site in sites}, days_allowed(readings(desk.home)))


def _lost(of_site: dict[str, Step]) -> float:
    """The days lost by all pathways of a site together."""
    return sum(one.mean_days_lost * one.pathways for one in of_site.values())


def _steps(scope: Scope, desk: Desk, filters: StepFilters) -> Table:
    rows = scope.totals(desk.table(TABLE))
    if filters.outcome == "waiting":
        rows = rows.filter(rows.pathway_end_date.isnull())
    else:
        ended = rows.pathway_end_date.between(literal(first_day(desk, filters)), literal(desk.as_of))
        rows = rows.filter(ended, rows.stage == filters.outcome)
    for name in ("trust", "route"):
        if getattr(filters, name):
            rows = rows.filter(rows[name] == getattr(filters, name))
    rows = rows.select("cancer_site", "step", "days", "days_lost")
    every = union(rows, rows.mutate(cancer_site=literal(ALL_SITES)))
    return every.group_by("cancer_site", "step").agg(
        pathways=_.count(),
        median_days=_.days.cast("float64").median(),
        mean_days=_.days.mean(),
        mean_days_lost=_.days_lost.mean(),
    )
