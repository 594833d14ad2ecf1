"""The data dictionary, column by column."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from clockstop.pages.api.paging import Asked, Page, paged
from clockstop.pages.api.problems import PROBLEMS
from clockstop.pages.context import desk
from clockstop.reports.dictionary import HEADINGS, lines

router = Router(tags=["Data dictionary"])


class DictionaryLine(Schema):
    """A column of a dataset or fact."""

    kind: str = Field(description="dataset (what is loaded) or fact (what is worked out).")
    table: str
    table_title: str
    column: str
    type: str = Field(description="text, code, integer, number, date, instant or truth.")
    meaning: str
    data_dictionary: str = Field(description="The data element of the NHS Data Dictionary; empty where it is none.")
    codes: str
    required: bool
    identifying: bool
    measures: str = Field(description="The measures that read it, parted by semicolons.")


@router.get("/dictionary", response={200: Page[DictionaryLine], **PROBLEMS}, openapi_extra={"x-who": "whoever calls"})
def list_dictionary(request: HttpRequest, asked: Query[Asked], table: str = "") -> Any:
    """Every column of every dataset and fact: what it means, its codes, and the measures that read it."""
    found = [dict(zip(HEADINGS, line, strict=True)) for line in lines() if table in ("", line[1])]
    return paged(request, desk(), asked, found, name="data-dictionary", columns=HEADINGS)
