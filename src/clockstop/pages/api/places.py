"""Organisations: the trusts that the caller reads, with their divisions, services and sites; and who the caller is."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from clockstop.answers import organisation
from clockstop.pages.api.paging import Asked, Page, paged
from clockstop.pages.api.problems import PROBLEMS
from clockstop.pages.context import desk

router = Router(tags=["Organisations"])
KINDS = ("trust", "division", "service", "site")


class Place(Schema):
    """A trust, or a division, service or site of one."""

    kind: str = Field(description="trust, division, service or site: also the name of the parameter that narrows to it.")
    code: str = Field(description="What stands in that parameter.")
    name: str
    trust: str = Field(description="The ODS code of the trust.")
    division: str = Field(description="Of a service its division, else empty.")
    may_see_patients: bool = Field(description="Whether this caller may read the trust's patients and small numbers.")


class Caller(Schema):
    """Whose call this is, and what it may read."""

    user: str
    role: str
    token: str = Field(description="The name of the token; empty for a session of the site.")
    expires_at: datetime | None = Field(description="When the token ends.")
    trusts: list[str] = Field(description="The trusts whose measures it reads.")
    patients_of: list[str] = Field(description="The trusts whose patients and small numbers it reads.")


@router.get("/me", response={200: Caller, **PROBLEMS}, openapi_extra={"x-who": "whoever calls"})
def show_caller(request: HttpRequest) -> dict[str, Any]:
    """Whose call this is: the first thing to try with a new token."""
    scope, token = request.scope, getattr(request, "api_token", None)
    return {
        "user": scope.user,
        "role": scope.role,
        "token": token.name if token else "",
        "expires_at": token.expires_at if token else None,
        "trusts": sorted(scope.trusts),
        "patients_of": sorted(scope.patient_trusts),
    }


@router.get("/organisations", response={200: Page[Place], **PROBLEMS}, openapi_extra={"x-who": "see_measures; of the own trusts"})
def list_organisations(request: HttpRequest, asked: Query[Asked], trust: str = "", kind: str = "") -> Any:
    """Trusts, divisions, services and sites; `trust` and `kind` narrow."""
    if trust:
        request.scope.require_trust(trust)
    opened = desk()
    found = [
        place
        for one in organisation.tree(request.scope, opened)
        for place in _places(one)
        if trust in ("", one.code) and kind in ("", place["kind"])
    ]
    return paged(request, opened, asked, found, name="organisations", columns=Place.model_fields)


def _places(trust: organisation.Trust) -> Iterator[dict[str, Any]]:
    def place(kind: str, code: str, name: str, division: str = "") -> dict[str, Any]:
        held = {"trust": trust.code, "division": division, "may_see_patients": trust.may_see_patients}
        return {"kind": kind, "code": code, "name": name, **held}

    yield place("trust", trust.code, trust.name)
    for division in trust.divisions:
        yield place("division", division.name, organisation.division_name(division.name))
        for service in division.services:
            yield place("service", service.code, service.name, division.name)
    for site in trust.sites:
        yield place("site", site.code, site.name)
