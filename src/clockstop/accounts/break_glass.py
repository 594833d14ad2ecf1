"""Breaking the glass: one pathway of the own trust, opened to one person with a reason, for an hour; governance is told at once.

It opens the pages of that pathway alone: no list, no search, no file and no call of the API. It never reaches another trust.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from clockstop.accounts import audit
from clockstop.accounts.alert_limits import limits_on
from clockstop.accounts.models import AccessAlert, BrokenGlass, User
from clockstop.accounts.roles import BREAK_GLASS, SEE_MEASURES
from clockstop.accounts.scopes import memberships
from clockstop.answers.scope import Part, Scope
from clockstop.errors import NotAllowed, UserError
from clockstop.store.home import Home

SHORTEST_REASON = 10
# The pages that a broken glass opens, by the names of their views.
PAGES = frozenset({"show_pathway", "show_caller_words", "list_source_rows"})


class BadReason(UserError):
    """The reason does not say enough."""


def opened(user: User, now: datetime) -> tuple[BrokenGlass, ...]:
    """What stands open to the person at that instant, what closes first before the rest."""
    if not user.is_active or user.pk is None:
        return ()
    return tuple(BrokenGlass.objects.filter(user_id=user.pk, opened_at__lte=now, until__gt=now).order_by("until", "pk"))


def may_break(user: User, trust: str) -> bool:
    """Whether the person holds a role in that very trust that may; a role of the group never does."""
    held = [one for one in memberships(user) if one.trust == trust]
    return any(BREAK_GLASS in one.permissions and SEE_MEASURES in one.permissions for one in held)


def widened(scope: Scope, user: User, *, trust: str, pathway: str, now: datetime) -> Scope:
    """The scope with this one pathway, where it stands open to the person and the trust is still theirs."""
    stands = any((one.trust, one.patient_pathway_identifier) == (trust, pathway) for one in opened(user, now))
    if not stands or not may_break(user, trust):
        return scope
    return scope.with_part(Part(trust, pathways=frozenset({pathway})))


def open_pathway(request: HttpRequest, home: Home, *, trust: str, pathway: str, reason: str) -> BrokenGlass:
    """Open the pathway to the person of this request; the opening, its record and the alert are written together or not at all."""
    if not may_break(request.user, trust):
        raise NotAllowed("You may not open a patient's pathway.", where=f"Trust {trust}.", do="Ask its governance lead.")
    said = " ".join(reason.split())
    if len(said) < SHORTEST_REASON:
        raise BadReason(
            "Say why you need this patient's pathway.", where="The reason.", do=f"Write {SHORTEST_REASON} letters or more."
        )
    now = timezone.now()
    limits = limits_on(home, timezone.localdate())
    with transaction.atomic():
        today = BrokenGlass.objects.filter(user_id=request.user.pk, opened_at__gt=now - timedelta(hours=24)).count()
        if today >= limits.openings_a_day:
            raise NotAllowed(
                f"You have opened {today} pathways in 24 hours.",
                where="No more can be opened so.",
                do="Ask the governance lead of the trust.",
            )
        kept = BrokenGlass.objects.create(
            user_id=request.user.pk, username=request.user.get_username(), trust=trust, patient_pathway_identifier=pathway,
            reason=said[:200], opened_at=now, until=now + timedelta(minutes=limits.open_minutes),
        )  # fmt: skip
        look = audit.record(
            request, action=audit.BROKE_GLASS, what="add_opened_pathway", trust=trust, patient_pathway_identifier=pathway, rows=1,
            reason=said,
        )[0]  # fmt: skip
        AccessAlert.objects.create(
            kind=AccessAlert.Kind.BROKE_GLASS, trust=trust, username=kept.username, day=timezone.localdate(now),
            first_sequence=look.sequence, last_sequence=look.sequence, reason=said[:200],
            says=f"Opened pathway {pathway} for {limits.open_minutes} minutes",
        )  # fmt: skip
    return kept
