"""The catalogue of measures, and their series."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from clockstop.answers.desk import Desk
from clockstop.answers.series import Series, cuts_of, series
from clockstop.errors import UnknownName, UserError
from clockstop.measures.catalogue import families, family_title
from clockstop.measures.catalogue import measure as measure_of
from clockstop.measures.dimensions import UNITS
from clockstop.measures.measure import Measure
from clockstop.measures.targets import TARGETS
from clockstop.pages.api.paging import Asked, Page, paged
from clockstop.pages.api.problems import PROBLEMS
from clockstop.pages.context import desk

router = Router(tags=["Measures"])
MOST_MEASURES = 20
SEES = {"x-who": "see_measures; small numbers of a trust not one's own are withheld"}


class Standard(Schema):
    """What a measure should be, from a day to a day."""

    title: str
    kind: str
    level: str = Field(description="any, national or trust: whom it binds.")
    comparator: str
    value: float = Field(description="A share is 0 to 1.")
    first: date
    last: date = Field(description="9999-12-31 while no end is known.")
    source: str


class Catalogued(Schema):
    """A measure as it is declared."""

    slug: str
    title: str
    family: str
    kind: str = Field(description="share, count, quantile, rate or mean.")
    unit: str
    improvement: str = Field(description="up, down or neutral: which way is better.")
    counted: str = Field(description="At a census, or by a date.")
    period_kinds: list[str] = Field(description="What its series can be asked for.")
    table: str = Field(description="The fact that it counts; see the data dictionary.")
    definition: str
    source: str
    rules: list[str]
    cuts: list[str] = Field(description="What `by` may name.")
    standards: list[Standard]


class PointOut(Schema):
    """One period of one series."""

    measure: str
    by: str = Field(description="What the series was cut by; empty where it was not.")
    key: str = Field(description="The value of the cut; empty where there is none.")
    title: str = Field(description="The cut's value, or the measure, in words.")
    period_kind: str
    period_end: date = Field(description="The last day of the period, or the day of the census.")
    numerator: float | None
    denominator: float | None
    value: float | None = Field(
        description="A share is 0 to 1, else a number of the measure's unit; null where nothing was counted."
    )
    is_suppressed: bool = Field(description="Withheld from this caller: few people of a trust that is not their own.")


class Where(Schema):
    """The place that is asked for; empty is every trust of the caller's."""

    trust: str = Field("", description="The ODS code of a trust.")
    division: str = Field("", description="The name of a division.")
    service: str = Field("", description="The code of a service, such as C_110.")
    site: str = Field("", description="The code of a site.")

    @property
    def parts(self) -> dict[str, str]:
        """Only what was said."""
        return {name: value for name in UNITS if (value := getattr(self, name).strip())}


class Period(Schema):
    """Which periods are asked for."""

    period: Literal["month", "week", "now"] = Field("month", description="month, week, or now for the day of the snapshot.")
    by: str = Field("", description="A dimension of the measure: trust, division, service, site, or one of its cuts.")
    last: int | None = Field(None, ge=1, le=1_000, description="Only so many of the newest periods.")


@router.get("/measures", response={200: Page[Catalogued], **PROBLEMS}, openapi_extra={"x-who": "whoever calls"})
def list_measures(request: HttpRequest, asked: Query[Asked], family: str = "") -> Any:
    """Every measure with its definition, unit, direction, source and standards."""
    if family and family not in families():
        raise UnknownName(f"There is no family {family[:40]}.", where=f"The families are: {', '.join(families())}.", do="Name one.")
    opened = desk()
    found = [_catalogued(opened, slug, one) for slug, members in families().items() for one in members if family in ("", slug)]
    return paged(request, opened, asked, found, name="measures", columns=Catalogued.model_fields)


@router.get("/measures/{measure}", response={200: Catalogued, **PROBLEMS}, openapi_extra={"x-who": "whoever calls"})
def show_measure(request: HttpRequest, measure: str) -> Any:
    """One measure as it is declared."""
    found = measure_of(measure)
    family = next(slug for slug, members in families().items() if found in members)
    return _catalogued(desk(), family, found)


@router.get("/measures/{measure}/series", response={200: Page[PointOut], **PROBLEMS}, openapi_extra=SEES)
def show_series(request: HttpRequest, measure: str, asked: Query[Asked], where: Query[Where], period: Query[Period]) -> Any:
    """A measure's series, of one place or cut by a dimension: numerator, denominator and value of each period."""
    return _points(request, asked, where, period, [measure], name=measure)


@router.get("/series", response={200: Page[PointOut], **PROBLEMS}, openapi_extra=SEES)
def list_series(
    request: HttpRequest, asked: Query[Asked], where: Query[Where], period: Query[Period], measure: Query[list[str]]
) -> Any:
    """The series of several measures at once: `measure` is said again for each."""
    if len(measure) > MOST_MEASURES:
        raise UserError(f"At most {MOST_MEASURES} measures can be asked for at once.", where="measure", do="Ask in parts.")
    return _points(request, asked, where, period, measure, name="series")


def cut_of(opened: Desk, measure: Measure, by: str) -> str | None:
    """The dimension that is asked for; `UserError` where the measure cannot be cut so."""
    known = [one.name for one in cuts_of(opened, measure)]
    if by and by not in known:
        raise UserError(
            f"{measure.slug} cannot be cut by {by[:40]}.", where=f"It can be cut by: {', '.join(known)}.", do="Name one of these."
        )
    return by or None


def _points(request: HttpRequest, asked: Asked, where: Where, period: Period, slugs: Sequence[str], *, name: str) -> Any:
    opened = desk()
    found = [
        point
        for slug in dict.fromkeys(slugs)
        for one in _series(request, opened, measure_of(slug), where, period)
        for point in _said(one, period)
    ]
    return paged(request, opened, asked, found, name=name, columns=PointOut.model_fields)


def _series(request: HttpRequest, opened: Desk, measure: Measure, where: Where, period: Period) -> tuple[Series, ...]:
    by = cut_of(opened, measure, period.by)
    return series(request.scope, opened, measure.slug, period_kind=period.period, where=where.parts, by=by, last=period.last)


def _said(one: Series, period: Period) -> list[dict[str, Any]]:
    first = {"measure": one.measure, "by": period.by, "key": one.key, "title": one.title, "period_kind": period.period}
    return [
        first
        | {
            "period_end": point.period_end,
            "numerator": point.numerator,
            "denominator": point.denominator,
            "value": point.value,
            "is_suppressed": point.is_hidden,
        }
        for point in one.points
    ]


def _catalogued(opened: Desk, family: str, measure: Measure) -> dict[str, Any]:
    plain = ("slug", "title", "kind", "unit", "improvement", "counted", "table", "definition", "source")
    return {name: getattr(measure, name) for name in plain} | {
        "family": family_title(family),
        "period_kinds": ["now"]
        if measure.is_current_only
        else ["month", "week", *(["now"] if measure.counted == "at census" else [])],
        "rules": list(measure.rules),
        "cuts": [one.name for one in cuts_of(opened, measure)],
        "standards": [_standard(one) for one in TARGETS if one.measure == measure.slug],
    }


def _standard(target: Any) -> dict[str, Any]:
    return {name: getattr(target, name) for name in Standard.model_fields}
