"""The record of who looked at what. Every page that shows single patients calls `record` before it answers."""

from django.http import HttpRequest

from clockstop.accounts.models import AccessRecord
from clockstop.accounts.scopes import role_title

VIEWED, SEARCHED, EXPORTED, REFUSED = AccessRecord.Action.values


def record(
    request: HttpRequest,
    *,
    action: str,
    what: str,
    trust: str = "",
    patient_pathway_identifier: str = "",
    rows: int = 0,
    detail: str = "",
) -> AccessRecord:
    """Write that the person of this request saw, searched, exported or was refused patients' rows.

    `what` is the view's name. `detail` may hold filters, never what was typed into the search box: that can be an NHS number.
    """
    assert action in AccessRecord.Action.values, action
    return AccessRecord.objects.create(
        user=request.user,
        username=request.user.get_username(),
        role=role_title(request.user)[:80],
        action=action,
        what=what,
        trust=trust,
        patient_pathway_identifier=patient_pathway_identifier,
        rows=rows,
        detail=detail[:200],
        network_address=request.META.get("REMOTE_ADDR") or None,
    )
