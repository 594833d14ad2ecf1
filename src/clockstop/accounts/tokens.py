"""Keys of the API: made and shown once, known again by their hash, narrowed to what their owner may see now, revoked.

A key has 256 random bits, so its plain SHA-256 cannot be turned back; no slow hash is needed, and each call looks up one row.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from clockstop.accounts.models import ApiToken, TokenFailures, User
from clockstop.accounts.roles import EXPORT_PATIENTS
from clockstop.accounts.scopes import scope_of
from clockstop.answers.scope import Scope
from clockstop.errors import NotAllowed, UnknownName, UserError

PREFIX = "cs_"
NAME_LENGTH = 60
DEFAULT_DAYS, MOST_DAYS = 90, 366
MOST_TOKENS = 20
# A program that reads every second writes its last use once a minute.
USE_NOTED_EVERY = timedelta(minutes=1)
MOST_FAILURES, FAILURES_WINDOW = 20, timedelta(minutes=15)
_HINT_LENGTH = 9


class BadToken(UserError):
    """A token cannot be made as asked."""


@transaction.atomic
def make_token(
    *, by: User, name: str, days: int = DEFAULT_DAYS, trust: str = "", may_see_patients: bool = False, now: datetime | None = None
) -> tuple[ApiToken, str]:
    """A new token of the person's own with its key, which nobody can be shown again."""
    now = now or timezone.now()
    name = " ".join(name.split())
    _check(by, name, days=days, trust=trust, may_see_patients=may_see_patients, now=now)
    key = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=by, name=name, key_hash=hash_of(key), hint=key[:_HINT_LENGTH], trust=trust, may_see_patients=may_see_patients,
        expires_at=now + timedelta(days=days),
    )  # fmt: skip
    return token, key


def revoke_token(*, by: User | None, token: ApiToken, now: datetime | None = None) -> None:
    """Make the token useless from this instant: the owner's, or anybody's where `by` is None (an operator at the terminal)."""
    if by is not None and token.user_id != by.pk:
        raise NotAllowed("Only the person who made a token can revoke it.", do="Ask them, or whoever runs this Clockstop.")
    name = by.get_username() if by is not None else "operator"
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now or timezone.now(), revoked_by=name)


def token_of(key: str, *, now: datetime | None = None) -> ApiToken | None:
    """The token of that key, with its owner; None where there is none, it is over, or its owner no longer has an account."""
    now = now or timezone.now()
    found = ApiToken.objects.select_related("user").filter(key_hash=hash_of(key)).first()
    if found is None or state_of(found, now) != "in use" or not found.user.is_active:
        return None
    if found.last_used_at is None or now - found.last_used_at >= USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=found.pk).update(last_used_at=now)
    return found


def state_of(token: ApiToken, now: datetime) -> str:
    """`in use`, `revoked` or `expired`."""
    if token.revoked_at is not None:
        return "revoked"
    return "expired" if token.expires_at <= now else "in use"


def scope_of_token(token: ApiToken) -> Scope:
    """What the token may read: what its owner may read now, of the token's trust alone, without patients unless it says so."""
    whole = scope_of(token.user, to=EXPORT_PATIENTS)
    return whole.within({token.trust} if token.trust else whole.trusts, with_patients=token.may_see_patients)


def hash_of(key: str) -> str:
    """The hash under which a key is kept."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def seconds_shut_out(address: str, *, now: datetime | None = None) -> int:
    """For how many seconds more no wrong key from this address is looked at; 0 while it may still try."""
    now = now or timezone.now()
    found = TokenFailures.objects.filter(network_address=address, failures__gte=MOST_FAILURES).first()
    left = (found.since + FAILURES_WINDOW - now).total_seconds() if found else 0
    return max(0, int(left) + 1) if left > 0 else 0


def count_failure(address: str, *, now: datetime | None = None) -> None:
    """Write that a wrong key came from this address; a new window begins where the last is over."""
    now = now or timezone.now()
    with transaction.atomic():
        found, is_new = TokenFailures.objects.get_or_create(network_address=address, defaults={"since": now, "failures": 1})
        if is_new:
            return
        is_over = found.since + FAILURES_WINDOW <= now
        changes = {"since": now, "failures": 1} if is_over else {"failures": F("failures") + 1}
        TokenFailures.objects.filter(pk=found.pk).update(**changes)


def token_by_hint(username: str, hint: str) -> ApiToken:
    """The person's token whose key begins so; `UnknownName` where there is none."""
    found = ApiToken.objects.filter(user__username=username, hint=hint).first()
    if found is None:
        raise UnknownName(
            f"{username} has no token {hint}.", where="The tokens of the account.", do="See: clockstop user token list"
        )
    return found


def _check(by: User, name: str, *, days: int, trust: str, may_see_patients: bool, now: datetime) -> None:
    if not name or len(name) > NAME_LENGTH:
        raise BadToken(f"A token needs a name of 1 to {NAME_LENGTH} characters.", do="Name the program that will use it.")
    if not 1 <= days <= MOST_DAYS:
        raise BadToken(f"A token lasts 1 to {MOST_DAYS} days.", where=f"{days} days were asked for.", do="Choose fewer days.")
    scope = scope_of(by)
    if trust:
        scope.require_trust(trust)
    if may_see_patients and not (scope.patient_trusts & {trust} if trust else scope.patient_trusts):
        raise NotAllowed(
            "You may not see patients there, so no token of yours may.",
            do="Make the token without patients, or choose another trust.",
        )
    if ApiToken.objects.filter(user=by, revoked_at=None, expires_at__gt=now).count() >= MOST_TOKENS:
        raise BadToken(f"You have {MOST_TOKENS} tokens in use already.", do="Revoke one that nothing uses any more.")
