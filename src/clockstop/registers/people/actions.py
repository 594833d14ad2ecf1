"""Who may do what, changed with its audit row in one transaction: granted, ended, left."""

import uuid
from typing import Any

from django.db import transaction

from clockstop.accounts import memberships
from clockstop.accounts.memberships import Grant
from clockstop.accounts.models import Membership, User
from clockstop.registers.core.actions import record_change

RECORD = "membership"
_KEPT = (
    "trust", "role", "divisions", "services", "sites", "data_class", "starts_at", "ends_at", "granted_by", "ended_by", "reason",
)  # fmt: skip


@transaction.atomic
def grant(*, user: User, asked: Grant, by: User | None) -> Membership:
    """The membership as granted; what it replaces is ended by the same press of a button."""
    standing = {one.pk: _said(one) for one in user.memberships.filter(trust=asked.trust)}
    made = memberships.grant(user=user, asked=asked, by=by)
    batch = uuid.uuid4()
    for one in user.memberships.filter(pk__in=standing):
        if _said(one) != standing[one.pk]:
            _record(one, by, "end", standing[one.pk], batch)
    _record(made, by, "grant", None, batch)
    return made


@transaction.atomic
def end(*, membership: Membership, by: User | None) -> Membership:
    """The membership, over from this instant."""
    before = _said(membership)
    ended = memberships.end(membership=membership, by=by)
    _record(ended, by, "end", before, uuid.uuid4())
    return ended


@transaction.atomic
def leave(*, user: User, by: User | None, trust: str = "") -> list[Membership]:
    """All that the person held, or held in one trust, over from this instant."""
    before = {one.pk: _said(one) for one in user.memberships.all()}
    ended, batch = memberships.leave(user=user, by=by, trust=trust), uuid.uuid4()
    for one in ended:
        _record(one, by, "leave", before[one.pk], batch)
    return ended


def _record(one: Membership, by: User | None, what: str, before: dict[str, Any] | None, batch: uuid.UUID) -> None:
    record_change(
        by=by, what=what, record=RECORD, record_key=f"{one.user.get_username()[:100]} {one.pk}", before=before, after=_said(one),
        trust="" if one.trust == memberships.EVERY_TRUST else one.trust, batch=batch,
    )  # fmt: skip


def _said(one: Membership) -> dict[str, Any]:
    """What the audit keeps of a membership."""
    values = {name: getattr(one, name) for name in _KEPT}
    said = {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}
    return said | {"user": one.user.get_username(), "deputises_for": one.deputises_for.get_username() if one.deputises_for else ""}
