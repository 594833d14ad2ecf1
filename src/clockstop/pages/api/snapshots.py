"""The snapshots that are kept: every answer says which one it is of."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from clockstop.pages.api.paging import Asked, Page, paged
from clockstop.pages.api.problems import PROBLEMS
from clockstop.pages.context import desk
from clockstop.store import snapshots

router = Router(tags=["Snapshots"])


class Snapshot(Schema):
    """A snapshot: everything as it was known when it was built."""

    id: str
    as_of: date = Field(description="The day at whose end waits were counted.")
    built_at: datetime
    is_current: bool = Field(description="Whether it is the one that answers now.")
    is_synthetic: bool
    clockstop_version: str
    code_version: str
    trusts: list[str] = Field(description="Those of its trusts that this caller reads.")


@router.get("/snapshots", response={200: Page[Snapshot], **PROBLEMS}, openapi_extra={"x-who": "whoever calls"})
def list_snapshots(request: HttpRequest, asked: Query[Asked]) -> Any:
    """Every snapshot that is kept, the newest first."""
    opened = desk()
    plain = ("id", "as_of", "built_at", "is_synthetic", "clockstop_version", "code_version")
    manifests = (snapshots.manifest(opened.home, one) for one in reversed(snapshots.all_snapshots(opened.home)))
    found = [
        {name: getattr(one, name) for name in plain}
        | {"is_current": one.id == opened.snapshot_id, "trusts": sorted(request.scope.trusts & one.trusts.keys())}
        for one in manifests
    ]
    return paged(request, opened, asked, found, name="snapshots", columns=Snapshot.model_fields)
