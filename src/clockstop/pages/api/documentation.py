"""The page that tells how the API is called, written from its own description: no script or style of another host."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse

from clockstop.pages.api.door import MOST_CALLS_A_MINUTE
from clockstop.pages.api.paging import MOST_ROWS, PAGE_SIZE
from clockstop.pages.api.site import ROOT, schema
from clockstop.pages.context import crumbs_to, page


@dataclass(frozen=True)
class Part:
    """A parameter of a call, or a field of its answer."""

    name: str
    kind: str
    about: str


@dataclass(frozen=True)
class Call:
    """A call as the page shows it."""

    name: str
    path: str
    summary: str
    about: str
    who: str
    parameters: tuple[Part, ...]
    fields: tuple[Part, ...]
    is_paged: bool


@dataclass(frozen=True)
class Group:
    """The calls of one subject."""

    title: str
    calls: tuple[Call, ...]


@login_not_required
def show_api(request: HttpRequest) -> HttpResponse:
    """Every call with its parameters and the fields of its answer, and how to try one."""
    return page(
        request,
        "pages/api.jinja",
        title="Reading Clockstop by program",
        crumbs=crumbs_to(),
        hide_as_of=True,
        groups=groups(),
        root=request.build_absolute_uri(ROOT).rstrip("/"),
        most_rows=MOST_ROWS,
        page_size=PAGE_SIZE,
        most_calls=MOST_CALLS_A_MINUTE,
    )


def groups() -> list[Group]:
    """The calls by subject, in the order of the API."""
    found: dict[str, list[Call]] = {}
    for call in calls():
        found.setdefault(call[0], []).append(call[1])
    return [Group(title, tuple(members)) for title, members in found.items()]


def calls() -> Iterator[tuple[str, Call]]:
    """Each call with its subject."""
    described = schema()
    for path, operations in described["paths"].items():
        operation = operations["get"]
        yield operation["tags"][0], _call(described["components"]["schemas"], path, operation)


def _call(schemas: dict[str, Any], path: str, operation: dict[str, Any]) -> Call:
    answered = operation["responses"][200]["content"]["application/json"]["schema"]
    fields = _resolved(schemas, answered).get("properties", {})
    is_paged = "items" in fields
    if is_paged:
        fields = _resolved(schemas, fields["items"]["items"]).get("properties", {})
    return Call(
        name=operation["operationId"],
        path=path,
        summary=operation["summary"],
        about=operation["description"],
        who=operation["x-who"],
        parameters=tuple(_part(schemas, one["name"], one["schema"]) for one in operation.get("parameters", [])),
        fields=tuple(_part(schemas, name, one) for name, one in fields.items()),
        is_paged=is_paged,
    )


def _part(schemas: dict[str, Any], name: str, one: dict[str, Any]) -> Part:
    return Part(name, _kind(schemas, one), one.get("description", ""))


def _kind(schemas: dict[str, Any], one: dict[str, Any]) -> str:
    """The kind of a value in words: text, number, one of some, a list."""
    if "anyOf" in one:
        kinds = [_kind(schemas, each) for each in one["anyOf"]]
        return " or ".join(kind for kind in kinds)
    if "enum" in one:
        return ", ".join(one["enum"][:-1]) + f" or {one['enum'][-1]}" if len(one["enum"]) > 1 else one["enum"][0]
    if one.get("type") == "array":
        return f"list of {_kind(schemas, one['items'])}"
    if "$ref" in one:
        return one["$ref"].rpartition("/")[2]
    words = {"string": "text", "integer": "whole number", "boolean": "true or false", "null": "null", "object": "names and values"}
    return {"date": "date", "date-time": "instant"}.get(one.get("format", ""), words.get(one.get("type", ""), one.get("type", "")))


def _resolved(schemas: dict[str, Any], one: dict[str, Any]) -> dict[str, Any]:
    return schemas[one["$ref"].rpartition("/")[2]] if "$ref" in one else one
