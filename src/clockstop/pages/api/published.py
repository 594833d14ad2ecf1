"""The published national statistics that are loaded: which months, and their figures. They are public."""

from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from clockstop.answers.published_figures import ATTRIBUTION, datasets
from clockstop.errors import UnknownName
from clockstop.intake.published import figure_reading
from clockstop.pages.api.paging import Asked, Page, page_of, paged
from clockstop.pages.api.problems import PROBLEMS
from clockstop.pages.context import desk

router = Router(tags=["Published statistics"])
_WHO = {"x-who": "whoever calls: published figures are public"}
_ORDER = ("level", "org_code", "cut", "key", "day")


class Publication(Schema):
    """A dataset of published statistics of which files are loaded."""

    slug: str
    title: str
    months: list[str] = Field(description="The periods that can be asked for, such as 2025-07; of a quarter its last month.")
    keys: list[str] = Field(description="The figures that it has.")
    attribution: str


class PublishedFigure(Schema):
    """One published figure of an organisation."""

    month: str
    day: date | None = Field(description="Only of figures by day.")
    level: str = Field(description="england, region, icb, provider, site or other.")
    org_code: str
    org_name: str
    key: str
    cut: str = Field(description="Empty for the whole, else name=value pairs joined by ;")
    value: float | None = Field(description="Null where nothing is published; `text` says what stood there.")
    text: str | None
    revision: int = Field(description="Which of the loaded files of the month it is from.")


class Narrowed(Schema):
    """Which figures are asked for."""

    month: str = Field("", description="A loaded month, such as 2025-07.")
    level: str = Field("", description="england, region, icb, provider, site or other.")
    org_code: str = Field("", description="An organisation's code; ENG is England.")
    key: str = Field("", description="One figure.")
    cut: str | None = Field(None, description="One cut; said but empty, the whole alone.")


@router.get("/published", response={200: Page[Publication], **PROBLEMS}, openapi_extra=_WHO)
def list_published(request: HttpRequest, asked: Query[Asked]) -> Any:
    """The published datasets that are loaded, beside those of the RTT comparison."""
    opened = desk()
    found = [
        {
            "slug": slug,
            "title": one.title,
            "months": months,
            "keys": [key.name for key in one.keys],
            "attribution": ATTRIBUTION,
        }
        for slug, one in datasets().items()
        if (months := figure_reading.months_loaded(opened.home, slug))
    ]
    return paged(request, opened, asked, found, name="published", columns=Publication.model_fields)


@router.get("/published/{slug}", response={200: Page[PublishedFigure], **PROBLEMS}, openapi_extra=_WHO)
def list_published_figures(request: HttpRequest, slug: str, asked: Query[Asked], narrowed: Query[Narrowed]) -> Any:
    """The figures of a published dataset in a month, the latest where none is named; the other parameters narrow."""
    opened = desk()
    table = _month(opened.home, slug, narrowed.month)
    wanted = {"level": narrowed.level, "org_code": narrowed.org_code.upper(), "key": narrowed.key, "cut": narrowed.cut}
    for name, value in wanted.items():
        table = table.filter(pc.equal(table[name], value)) if value or (name == "cut" and value is not None) else table
    table = table.select(list(PublishedFigure.model_fields)).sort_by([(name, "ascending") for name in _ORDER])
    rows = table if asked.is_whole else table.slice(asked.start, asked.size)
    return page_of(
        request,
        opened,
        asked,
        rows.to_pylist(),
        total=table.num_rows,
        name=f"published-{slug}",
        columns=PublishedFigure.model_fields,
    )


def _month(home: Any, slug: str, month: str) -> pa.Table:
    """The month's figures; `UnknownName` says which datasets and months there are."""
    if slug not in datasets():
        raise UnknownName(
            f"There is no published dataset {slug[:40]}.", where=f"There are: {', '.join(datasets())}.", do="Name one."
        )
    months = figure_reading.months_loaded(home, slug)
    if not months:
        raise UnknownName(f"No file of {slug} is loaded.", do="Load one: clockstop published load FILE")
    if month and month not in months:
        raise UnknownName(
            f"{slug} has no month {month[:10]}.", where=f"It has {months[0]} to {months[-1]}.", do="Name one of these."
        )
    return figure_reading.month_table(home, slug, month or months[-1])
