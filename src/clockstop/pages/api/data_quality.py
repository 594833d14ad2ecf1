"""Data quality: of each rule, month by month, how many records were judged and how many fail."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from clockstop.answers import data_quality
from clockstop.answers.data_quality import Count, RuleLine
from clockstop.contracts import contracts
from clockstop.errors import UnknownName
from clockstop.pages.api.paging import Asked, Page, paged
from clockstop.pages.api.problems import PROBLEMS
from clockstop.pages.context import desk

router = Router(tags=["Data quality"])
SEES = {"x-who": "see_measures; small numbers of a trust not one's own are withheld"}


class RuleCount(Schema):
    """A rule in a month."""

    dataset: str
    rule: str
    title: str
    kind: str = Field(description="What the rule looks for.")
    month: str = Field(description="Empty for records without a day.")
    judged: int | None
    failed: int | None
    at_door: int | None = Field(description="Of those that fail, set aside when they were loaded.")
    share: float | None = Field(description="failed / judged.")
    is_suppressed: bool


@router.get("/data-quality", response={200: Page[RuleCount], **PROBLEMS}, openapi_extra=SEES)
def list_data_quality(request: HttpRequest, asked: Query[Asked], dataset: str = "", trust: str = "") -> Any:
    """The counts of every rule of a dataset, or of all, over 13 months."""
    if dataset and dataset not in contracts():
        raise UnknownName(
            f"There is no dataset {dataset[:40]}.", where=f"There are: {', '.join(contracts())}.", do="Name one of these."
        )
    opened = desk()
    found = [
        row
        for name in ([dataset] if dataset else contracts())
        for line in sorted(data_quality.rule_lines(request.scope, opened, name, trust), key=lambda line: line.rule.slug)
        if line.is_judged
        for row in _rows(name, line)
    ]
    return paged(request, opened, asked, found, name="data-quality", columns=RuleCount.model_fields)


def _rows(dataset: str, line: RuleLine) -> list[dict[str, Any]]:
    first = {"dataset": dataset, "rule": line.rule.slug, "title": line.rule.title, "kind": line.rule.kind}
    return [first | {"month": month} | _said(count) for month, count in (*line.months, ("", line.undated)) if count.judged]


def _said(count: Count) -> dict[str, Any]:
    if count.is_hidden:
        return {"judged": None, "failed": None, "at_door": None, "share": None, "is_suppressed": True}
    return {
        "judged": count.judged, "failed": count.failed, "at_door": count.at_door, "share": count.share, "is_suppressed": False,
    }  # fmt: skip
