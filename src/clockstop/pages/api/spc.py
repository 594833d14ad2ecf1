"""SPC: each point of a measure with its limits, what kind of variation it is, and what the chart says."""

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from clockstop.answers.spc import SpcChart, spc_of
from clockstop.insight.spc_conventions import CONVENTIONS, DEFAULT
from clockstop.measures.catalogue import measure as measure_of
from clockstop.pages.api.measures import SEES, Where, cut_of
from clockstop.pages.api.paging import Asked, Page, paged
from clockstop.pages.api.problems import PROBLEMS
from clockstop.pages.context import desk
from clockstop.registers.performance import reading

router = Router(tags=["SPC"])
Convention = Literal[tuple(CONVENTIONS)]  # type: ignore[valid-type]


class SpcQuestion(Schema):
    """Which charts are asked for."""

    period: Literal["month", "week"] = Field("month", description="month or week.")
    by: str = Field("", description="A dimension of the measure; a chart for each of its values.")
    last: int | None = Field(
        None, ge=1, le=1_000, description="Only so many of the newest periods; limits are worked out from these alone."
    )
    convention: Convention = Field(DEFAULT, description="How limits and signals are worked out.")


class SpcPointOut(Schema):
    """A point of an SPC chart."""

    measure: str
    by: str
    key: str
    title: str
    period_kind: str
    period_end: date
    value: float | None
    is_suppressed: bool
    mean: float | None
    upl: float | None = Field(description="The upper process limit.")
    lpl: float | None = Field(description="The lower process limit.")
    target: float | None
    is_outside_limits: bool
    special_cause: str = Field(description="common_cause, or the rule that the point is named by.")
    point_type: str
    colour: str = Field(description="grey, blue, orange or purple.")
    rebase_group: int = Field(description="Counts the parts between recalculations of the limits.")
    variation: str = Field(description="The chart's variation icon, the same on each of its points.")
    assurance: str = Field(description="The chart's assurance icon.")
    convention: str
    sentence: str = Field(description="What the chart says.")


@router.get("/measures/{measure}/spc", response={200: Page[SpcPointOut], **PROBLEMS}, openapi_extra=SEES)
def show_spc(request: HttpRequest, measure: str, asked: Query[Asked], where: Query[Where], question: Query[SpcQuestion]) -> Any:
    """A measure's points as its SPC chart judges them: limits, icons and the sentence, of one place or of each value of a cut."""
    opened, found = desk(), measure_of(measure)
    by = cut_of(opened, found, question.by)
    charts = spc_of(
        request.scope, opened, measure, period_kind=question.period, where=where.parts, by=by, last=question.last,
        rebases=_rebases(request, measure, where, question), convention=question.convention,
    )  # fmt: skip
    points = [point for chart in charts for point in _points(chart, question.by)]
    return paged(request, opened, asked, points, name=f"spc-{measure}", columns=SpcPointOut.model_fields)


def _rebases(request: HttpRequest, measure: str, where: Where, question: SpcQuestion) -> Any:
    """The recalculations of limits that somebody accepted, of the place or of each value of a cut."""
    if question.by:
        return reading.rebases_by(request.scope, measure, where.parts, by=question.by, period_kind=question.period)
    return reading.rebases_of(request.scope, measure, where.parts, period_kind=question.period)


def _points(chart: SpcChart, by: str) -> list[dict[str, Any]]:
    whole = {
        "measure": chart.measure, "by": by, "key": chart.series.key, "title": chart.series.title, "period_kind": chart.period_kind,
        "variation": chart.variation, "assurance": chart.assurance, "convention": chart.convention, "sentence": chart.sentence,
    }  # fmt: skip
    return [
        whole
        | {name: getattr(one, name) for name in ("period_end", "value", "mean", "upl", "lpl", "target")}
        | {name: getattr(one, name) for name in ("special_cause", "point_type", "colour", "rebase_group")}
        | {"is_suppressed": one.point.is_hidden, "is_outside_limits": one.is_outside}
        for one in chart.points
    ]
