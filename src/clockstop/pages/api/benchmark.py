"""Benchmarks: where trusts stand among others, on our own figures and on what is published."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from clockstop.answers.benchmark import Benchmark, Unit, benchmark_of
from clockstop.pages.api.measures import SEES
from clockstop.pages.api.paging import Asked, Page, paged
from clockstop.pages.api.problems import PROBLEMS
from clockstop.pages.context import desk

router = Router(tags=["Benchmarks"])
_OF_UNIT = (
    "code",
    "name",
    "value",
    "numerator",
    "denominator",
    "rank",
    "quarter",
    "basis",
    "is_ours",
    "is_ranked",
    "why_apart",
    "to_best",
)


class BenchmarkQuestion(Schema):
    """Which comparison is asked for."""

    trust: str = Field("", description="The trust that comes first.")
    service: str = Field("", description="The code of a service.")
    month: str = Field("", description="A published month, such as 2026-09; the latest where none is named.")
    level: str = Field("", description="group, acute, england, region or peers; the widest that there is where none is named.")


class Standing(Schema):
    """An organisation's place."""

    measure: str
    level: str
    month: str = Field(description="Of which month this figure is: ours may be of a later one than what is published.")
    code: str
    name: str
    value: float | None = Field(description="Null where nothing is published or it is withheld.")
    numerator: float | None
    denominator: float | None
    rank: int | None = Field(description="1 is the best; null where it is not ranked.")
    quarter: int | None = Field(description="1 is the best quarter.")
    basis: str = Field(description="published, or own extract where our own records say it.")
    is_ours: bool
    is_ranked: bool
    why_apart: str = Field(description="Why it is not ranked.")
    to_best: float | None = Field(description="How many people more would have to fare better to reach the best quarter.")
    ranked: int = Field(description="How many are ranked.")


@router.get("/measures/{measure}/benchmark", response={200: Page[Standing], **PROBLEMS}, openapi_extra=SEES)
def show_benchmark(request: HttpRequest, measure: str, asked: Query[Asked], question: Query[BenchmarkQuestion]) -> Any:
    """Where trusts stand on a measure: value, rank and quarter of each, those that are not ranked last."""
    opened = desk()
    found = benchmark_of(
        request.scope, opened, measure, trust=question.trust, service=question.service, month=question.month, level=question.level
    )
    rows = [_standing(found, one) for one in found.units]
    return paged(request, opened, asked, rows, name=f"benchmark-{measure}", columns=Standing.model_fields)


def _standing(found: Benchmark, one: Unit) -> dict[str, Any]:
    month = one.month or found.month
    whole = {"measure": found.measure.slug, "level": found.level, "month": month, "ranked": len(found.ranked)}
    return whole | {name: getattr(one, name) for name in _OF_UNIT}
