"""How long a sign-in lasts, at how many places a person is signed in, and how each one ends.

The limits are read from the session itself, which every request loads anyhow; the table of sign-ins is written when one begins and
ends, and once a minute while it is used. An open board that renews itself is not use: nobody need be sitting there.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from importlib import import_module

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from clockstop.accounts.models import SignIn, User
from clockstop.accounts.network_address import network_address
from clockstop.accounts.roles import SEE_PATIENTS
from clockstop.accounts.scopes import may

NOTED_EVERY = timedelta(minutes=1)
# A page that stays open says so when it asks for a newer state (pages/now.py).
RENEWAL_HEADER = "X-Clockstop-Edition"
_BEGAN, _SEEN, _IDLE = "signed_in_at", "seen_at", "idle_minutes"
_VOUCHED = "provider_vouched"
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "macOS"),
    ("Android", "Android"),
    ("Linux", "Linux"),
)


def begin(request: HttpRequest, user: User, *, now: datetime | None = None) -> SignIn:
    """Write that the person has signed in here, start the clock of both limits, and end the oldest sign-ins beyond the limit."""
    now = now or timezone.now()
    session = request.session
    if not session.session_key:
        session.create()
    session[_BEGAN] = session[_SEEN] = int(now.timestamp())
    session[_IDLE] = idle_minutes(user)
    session[_VOUCHED] = bool(getattr(request, "provider_vouches", False))
    Session.objects.filter(expire_date__lt=now).delete()
    made = SignIn.objects.create(
        user=user, session_key=session.session_key, at=now, last_seen_at=now, method=_method(request, user),
        network_address=network_address(request) or None, browser=request.META.get("HTTP_USER_AGENT", "")[:200],
    )  # fmt: skip
    _end(current(user, now=now)[settings.MOST_SIGN_INS :], SignIn.Ended.TOO_MANY, now)
    return made


def over(request: HttpRequest, *, now: datetime | None = None) -> str:
    """Why this sign-in is over (`SignIn.Ended`); empty while it lasts."""
    at = int((now or timezone.now()).timestamp())
    session = request.session
    if at - session.get(_BEGAN, 0) >= settings.LONGEST_SIGN_IN.total_seconds():
        return SignIn.Ended.TOO_LONG
    if at - session.get(_SEEN, 0) >= session.get(_IDLE, 0) * 60:
        return SignIn.Ended.NOT_USED
    return ""


def touch(request: HttpRequest, *, now: datetime | None = None) -> None:
    """Note that the sign-in is being used; a board's own renewal is not use."""
    now = now or timezone.now()
    at = int(now.timestamp())
    if RENEWAL_HEADER in request.headers or at - request.session.get(_SEEN, 0) < NOTED_EVERY.total_seconds():
        return
    request.session[_SEEN] = at
    request.session[_IDLE] = idle_minutes(request.user)  # a role may have come since
    SignIn.objects.filter(session_key=request.session.session_key, ended_at=None).update(last_seen_at=now)


def idle_minutes(user: User) -> int:
    """After how many minutes without use the person's sign-in is over."""
    return settings.IDLE_MINUTES if may(user, SEE_PATIENTS) else settings.IDLE_MINUTES_WITHOUT_PATIENTS


def gave_second_factor(request: HttpRequest) -> bool:
    """Whether a code was given in this sign-in, or the provider of the sign-in vouched for one."""
    records = get_authentication_records(request, request.user)
    return request.session.get(_VOUCHED, False) or any(one.get("method") == "mfa" for one in records)


def forget_second_factor(request: HttpRequest) -> None:
    """The factor that was given in this sign-in is gone: where one is needed, another is to be set up before anything else."""
    records = get_authentication_records(request, request.user)
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [one for one in records if one.get("method") != "mfa"]
    request.session[_VOUCHED] = False


def current(user: User, *, now: datetime | None = None) -> list[SignIn]:
    """Where the person is signed in, the newest first."""
    now = now or timezone.now()
    since = now - timedelta(minutes=idle_minutes(user)) - NOTED_EVERY
    lasting = SignIn.objects.filter(user=user, ended_at=None, at__gt=now - settings.LONGEST_SIGN_IN, last_seen_at__gt=since)
    return list(lasting.order_by("-at", "-id"))


def close(session_key: str | None, because: str, *, now: datetime | None = None) -> None:
    """Write that the sign-in of that session is over; the session itself is ended by who calls."""
    SignIn.objects.filter(session_key=session_key or "-", ended_at=None).update(
        ended_at=now or timezone.now(), ended_because=because
    )


def browser_in_words(said: str) -> str:
    """What a browser calls itself, as its user would: Edge on Windows. Each name stands before those that it pretends to be.

    >>> browser_in_words("Mozilla/5.0 (Windows NT 10.0) (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0")
    'Edge on Windows'
    >>> browser_in_words("curl/8.5"), browser_in_words("")
    ('curl/8.5', 'not known')
    """
    name = next((name for mark, name in _BROWSERS if mark in said), "")
    system = next((name for mark, name in _SYSTEMS if mark in said), "")
    return f"{name} on {system}" if name and system else name or said[:40] or "not known"


def moved(before: str, after: str) -> None:
    """The session has got a new key: the sign-in goes on under it."""
    SignIn.objects.filter(session_key=before, ended_at=None).update(session_key=after)


def end_all(user: User, because: str, *, but: str = "", now: datetime | None = None) -> int:
    """End the person's sign-ins everywhere, but for the session of that key; how many there were."""
    standing = SignIn.objects.filter(user=user, ended_at=None).exclude(session_key=but or "-")
    return _end(list(standing), because, now or timezone.now())


def _end(ended: Iterable[SignIn], because: str, now: datetime) -> int:
    """The sessions go first: a sign-in that is written as over must not be usable."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    count = 0
    for one in ended:
        store(one.session_key).delete()
        close(one.session_key, because, now=now)
        count += 1
    return count


def _method(request: HttpRequest, user: User) -> str:
    given = [one.get("method", "") for one in get_authentication_records(request, user)]
    first = "openid" if "socialaccount" in given else "password"
    return f"{first}+code" if "mfa" in given else first
