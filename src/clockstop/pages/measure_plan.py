"""The trust's own plan as the page of a measure and the overview show it."""

from dataclasses import dataclass

from django.http import HttpRequest

from clockstop.accounts.roles import EDIT_TRAJECTORIES
from clockstop.accounts.scopes import may
from clockstop.answers.series import Point
from clockstop.measures.measure import Measure
from clockstop.nhsuk.templating import url
from clockstop.pages import measure_words as words
from clockstop.pages.context import Filters
from clockstop.registers.trajectories import reading
from clockstop.registers.trajectories.actions import Place
from clockstop.registers.trajectories.reading import Plan
from clockstop.reports import plan_words


@dataclass(frozen=True)
class AgainstPlan:
    """Where the plan is, and what it says of the latest period: `value` is empty where it says nothing of it."""

    href: str
    text: str
    when: str = ""
    value: str = ""
    said: str = ""


def plan_of(request: HttpRequest, measure: Measure, filters: Filters) -> Plan | None:
    """The trust's own plan for what the page shows; None where there is none, or it shows what is not planned for."""
    if not _can_be_planned(measure, filters):
        return None
    return reading.plan(request.scope, Place(trust=filters.trust, measure=measure.slug, service=filters.service))


def against_plan(
    request: HttpRequest, measure: Measure, filters: Filters, *, plan: Plan | None, latest: Point | None
) -> AgainstPlan | None:
    """The latest figure beside its plan, with the way to it; None where there is no plan and the reader may not draw one."""
    if not _can_be_planned(measure, filters) or (plan is None and not may(request.user, EDIT_TRAJECTORIES, filters.trust)):
        return None
    href = url("show_trajectory", measure.slug, filters.trust, **({"service": filters.service} if filters.service else {}))
    if plan is None:
        return AgainstPlan(href, "Draw a plan")
    line = plan_words.at(measure, plan, latest)
    if line is None:
        return AgainstPlan(href, "See the plan")
    said = f"{plan_words.signed_gap(measure, line)}, {line.standing}" if line.standing else "none counted"
    return AgainstPlan(href, "See the plan", words.when(filters, measure, line.end), words.value_said(measure, line.plan), said)


def planned(measure: Measure, plan: Plan | None, point: Point) -> str:
    """The plan of a point's month and how the figure stands, for the table below the chart."""
    line = plan_words.at(measure, plan, point)
    if line is None:
        return ""
    value = words.value_said(measure, line.plan)
    return f"{value}, {line.standing}" if line.standing else value


def _can_be_planned(measure: Measure, filters: Filters) -> bool:
    """Plans are of months, for a trust or one of its services."""
    is_place = bool(filters.trust) and not filters.division and not filters.site
    return is_place and filters.period == "month" and not measure.is_current_only
