"""How answers leave: pages of rows with the way to the next, as JSON or CSV, with the snapshot that they are of."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Generic, Literal, TypeVar

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Schema
from pydantic import Field

from clockstop.answers.desk import Desk
from clockstop.pages import exports

Row = TypeVar("Row")
PAGE_SIZE, MOST_ROWS = 100, 1_000


class Asked(Schema):
    """Which page, and in which form."""

    page: int = Field(1, ge=1, le=1_000_000, description="The page, from 1.")
    page_size: int | None = Field(
        None, ge=1, le=MOST_ROWS, description=f"Rows a page, {PAGE_SIZE} where it is left out; CSV without it is the whole."
    )
    format: Literal["json", "csv"] = Field("json", description="json, or csv with the same rows.")

    @property
    def is_whole(self) -> bool:
        """Whether every row is wanted at once."""
        return self.format == "csv" and self.page_size is None

    @property
    def size(self) -> int:
        """The rows of a page."""
        return self.page_size or PAGE_SIZE

    @property
    def start(self) -> int:
        """How many rows stand before the page."""
        return (self.page - 1) * self.size


class Stamp(Schema):
    """The snapshot that an answer is of."""

    snapshot: str = Field(description="Its name; the same name always gives the same figures.")
    as_of: date = Field(description="The day at whose end waits were counted.")
    built_at: datetime = Field(description="When it was built.")
    is_synthetic: bool = Field(description="Whether every trust, patient and figure is made up.")


class Page(Schema, Generic[Row]):
    """One page of rows."""

    stamp: Stamp
    total: int = Field(description="Rows on all pages.")
    page: int
    page_size: int
    next: str | None = Field(description="The address of the next page; null on the last.")
    items: list[Row]


def stamp_of(opened: Desk) -> dict[str, Any]:
    """The stamp of the open snapshot."""
    manifest = opened.manifest
    return {
        "snapshot": manifest.id, "as_of": manifest.as_of, "built_at": manifest.built_at, "is_synthetic": manifest.is_synthetic,
    }  # fmt: skip


def paged(
    request: HttpRequest, opened: Desk, asked: Asked, items: Sequence[Mapping[str, Any]], *, name: str, columns: Iterable[str] = ()
) -> dict[str, Any] | HttpResponse:
    """The page of these rows that was asked for. They come in a settled order, so that pages never repeat nor miss one."""
    shown = items if asked.is_whole else items[asked.start : asked.start + asked.size]
    return page_of(request, opened, asked, shown, total=len(items), name=name, columns=columns)


def page_of(
    request: HttpRequest,
    opened: Desk,
    asked: Asked,
    shown: Sequence[Mapping[str, Any]],
    *,
    total: int,
    name: str,
    columns: Iterable[str] = (),
    cells: Callable[[Mapping[str, Any]], Sequence[Any]] | None = None,
) -> dict[str, Any] | HttpResponse:
    """A page whose rows have been chosen already; `cells` gives a row's cells of the CSV where they are not its values."""
    following = None if asked.is_whole or asked.start + asked.size >= total else _next(request, asked)
    if asked.format == "csv":
        named = f"{name}-{opened.as_of:%Y-%m-%d}"
        return as_csv(shown, named, list(columns), cells=cells, total=total, following=following)
    return {
        "stamp": stamp_of(opened),
        "total": total,
        "page": asked.page,
        "page_size": asked.size,
        "next": following,
        "items": list(shown),
    }


def as_csv(
    shown: Sequence[Mapping[str, Any]],
    name: str,
    columns: list[str],
    *,
    cells: Callable[[Mapping[str, Any]], Sequence[Any]] | None,
    total: int,
    following: str | None,
) -> StreamingHttpResponse:
    """The rows as CSV, safe to open in a spreadsheet; the number of all rows and the next page stand in headers."""
    columns = columns or list(shown[0] if shown else ())
    rows = (cells(row) if cells else [_cell(row.get(column)) for column in columns] for row in shown)
    response = exports.export("csv", name=name, columns=columns, rows=rows)
    response.headers["X-Total-Count"] = str(total)
    if following:
        response.headers["Link"] = f'<{following}>; rel="next"'
    return response


def _cell(value: Any) -> Any:
    return "; ".join(str(_plain(one)) for one in value) if isinstance(value, list | tuple) else value


def _plain(value: Any) -> Any:
    """A part of a list in a cell: of what has parts itself, its parts with their names."""
    return ", ".join(f"{name} {part}" for name, part in value.items()) if isinstance(value, Mapping) else value


def _next(request: HttpRequest, asked: Asked) -> str:
    query = request.GET.copy()
    query["page"] = str(asked.page + 1)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
