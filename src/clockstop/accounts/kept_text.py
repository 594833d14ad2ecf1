"""What somebody was sending when the sign-in ran out: kept in the browser's session for that person, shown after signing in again.

Only forms whose token was right are kept (the check comes first), for an hour, and nobody else who signs in at that browser sees
them. Files are not kept.
"""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone

LASTS_SECONDS = 3600
MOST_CHARACTERS = 50_000
_KEPT = "kept_text"
_NOT_TEXT = ("csrfmiddlewaretoken", "password")


@dataclass(frozen=True)
class KeptText:
    """A form as it was sent: the address it was sent to, and each field with its value."""

    path: str
    fields: tuple[tuple[str, str], ...]


def kept_from(request: HttpRequest, user_pk: int) -> dict | None:
    """What is to be kept of this request, for `keep`; None where there is nothing to keep."""
    if request.method != "POST" or request.content_type not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return None
    fields = [(name, value) for name in request.POST if not name.endswith(_NOT_TEXT) for value in request.POST.getlist(name)]
    if not fields or sum(len(name) + len(value) for name, value in fields) > MOST_CHARACTERS:
        return None
    return {"user": user_pk, "path": request.get_full_path(), "fields": fields, "at": int(timezone.now().timestamp())}


def keep(request: HttpRequest, kept: dict | None) -> None:
    """Put it into the browser's new session."""
    if kept is not None:
        request.session[_KEPT] = kept


def waits(request: HttpRequest) -> bool:
    """Whether something of this person's own waits; what another person left is thrown away."""
    kept = request.session.get(_KEPT)
    if kept is None:
        return False
    is_fresh = int(timezone.now().timestamp()) - kept["at"] < LASTS_SECONDS
    if kept["user"] != request.user.pk or not is_fresh:
        del request.session[_KEPT]
        return False
    return True


def taken(request: HttpRequest) -> KeptText | None:
    """What waits, taken out of the session: the page that shows it holds it from now on."""
    if not waits(request):
        return None
    kept = request.session.pop(_KEPT)
    return KeptText(kept["path"], tuple((name, value) for name, value in kept["fields"]))


def is_there(request: HttpRequest) -> bool:
    """Whether something waits for somebody at this browser; whose it is shows after signing in."""
    return _KEPT in request.session
