"""The record of who looked at what. Every page that shows single patients calls `record` before it answers.

A look that cannot be written down does not happen: `record` then raises `NotRecorded`, and the page shows no patient.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import DatabaseError
from django.db.transaction import atomic
from django.http import HttpRequest

from clockstop.accounts import chain
from clockstop.accounts.audit_models import AccessRecord, ShownPatients
from clockstop.accounts.models import EVERY_TRUST
from clockstop.accounts.network_address import network_address
from clockstop.accounts.scopes import memberships, role_title
from clockstop.accounts.shown import hash_of_keys, keys_of
from clockstop.errors import Busy

VIEWED, SEARCHED, EXPORTED, CHANGED, PRINTED, REFUSED, SIGNED_IN, SIGNED_OUT, BROKE_GLASS = AccessRecord.Action.values
DONE, WAS_REFUSED, FAILED = AccessRecord.Result.values


class NotRecorded(Busy):
    """The look could not be written down, so what was asked for is not shown."""


def record(
    request: HttpRequest,
    *,
    action: str,
    what: str,
    trust: str = "",
    patient_pathway_identifier: str = "",
    rows: int = 0,
    detail: str = "",
    reason: str = "",
    result: str = "",
    shown: Iterable[tuple[str, str]] = (),
) -> list[AccessRecord]:
    """Write that the person of this request saw, searched, took away or was refused patients' rows: a row for each trust concerned.

    `what` is the view's name. `shown` is (trust, pathway) of every patient on the page, so that a search by patient finds the lists
    in which the patient stood. `detail` may hold filters, never what was typed into the search box: that can be an NHS number.
    """
    assert action in AccessRecord.Action.values, action
    pathways = _by_trust(shown)
    trusts = [trust] if trust else sorted(pathways) or _trusts_of(request)
    same = {
        "user_id": request.user.pk,
        "username": request.user.get_username()[:150],
        "role": role_title(request.user)[:80],
        "action": action,
        "result": result or (WAS_REFUSED if action == REFUSED else DONE),
        "what": _text(what, 80),
        "patient_pathway_identifier": _text(patient_pathway_identifier, 40),
        "detail": _text(detail, 200),
        "reason": _text(reason, 200),
        "network_address": network_address(request) or None,
    }
    looks = [_look(same, one, pathways, rows=len(pathways[one]) if one in pathways and not trust else rows) for one in trusts]
    _write(looks)
    written = [look for look, _keys in looks]
    request.access_records = [*getattr(request, "access_records", ()), *written]
    return written


def _look(same: dict[str, Any], trust: str, pathways: Mapping[str, list[str]], *, rows: int) -> tuple[AccessRecord, bytes]:
    """The record of a look at one trust's patients, not yet written, and the keys of those whom it showed."""
    keys = keys_of(trust, pathways.get(trust, ()))
    return AccessRecord(**same, trust=_text(trust, 12), rows=rows, shown_hash=hash_of_keys(keys)), keys


def record_again(request: HttpRequest, look: AccessRecord, *, action: str, keys: bytes) -> AccessRecord:
    """Write that the person did something more with what an earlier look showed: the same page, patients and number of rows."""
    same = {name: getattr(look, name) for name in ("what", "trust", "patient_pathway_identifier", "rows", "detail", "reason")}
    again = AccessRecord(
        **same, user_id=request.user.pk, username=request.user.get_username()[:150], role=role_title(request.user)[:80],
        action=action, network_address=network_address(request) or None, shown_hash=hash_of_keys(keys),
    )  # fmt: skip
    _write([(again, keys)])
    return again


def patients_of(rows: Iterable[Any], trust: str = "") -> list[tuple[str, str]]:
    """Trust and pathway of each row, as `record` takes them; of rows that do not say their trust it is `trust`."""

    def said(row: Any, name: str) -> str:
        return (row.get(name) if isinstance(row, Mapping) else getattr(row, name, None)) or ""

    return [(said(row, "trust") or trust, said(row, "patient_pathway_identifier")) for row in rows]


def _write(looks: list[tuple[AccessRecord, bytes]]) -> None:
    try:
        with atomic():
            chain.append([look for look, _keys in looks])
            shown = [ShownPatients(record=look, trust=look.trust, keys=keys) for look, keys in looks if keys]
            ShownPatients.objects.bulk_create(shown)
    except DatabaseError as error:
        raise NotRecorded(
            "This look could not be recorded, so nothing is shown.",
            where=f"The database of records took no new row ({type(error).__name__}).",
            do="Try again in a minute. If it stays so, tell whoever runs this Clockstop: looks at patients must be written down.",
        ) from None


def _by_trust(shown: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for trust, pathway in shown:
        found.setdefault(trust, []).append(pathway)
    return found


def _trusts_of(request: HttpRequest) -> list[str]:
    """The trusts whose records a look belongs to where no patient says it: those of the person; none for roles of the group."""
    scope = getattr(request, "scope", None)
    seen = sorted(scope.patient_trusts) if scope is not None else []
    return seen or sorted({one.trust for one in memberships(request.user)} - {EVERY_TRUST}) or [""]


def _text(text: str, most: int) -> str:
    """The text as every database takes it."""
    return text.replace("\0", "")[:most]
