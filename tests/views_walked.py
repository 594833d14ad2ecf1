"""Every address of the site with values to open it by: for the tests that walk them all as somebody."""

from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import get_resolver, resolve, reverse

from clockstop.accounts.matrix import WHO, access_of
from clockstop.accounts.middleware import purpose
from clockstop.accounts.models import User
from clockstop.accounts.scopes import scope_of
from clockstop.errors import NotAllowed, UserError
from clockstop.pages.api.door import _parameters

OURS, OTHER = "QQA", "QQB"
ALLOWED, REFUSED, SIGN_IN = "allowed", "refused", "sign-in"
# These end the sign-in of whoever opens them, so they are opened last.
ENDS_SIGN_IN = ("end_sign_ins", "sign_out")
# Steps of a sign-in: who has not begun one is led to its beginning.
STEPS = {"mfa_authenticate", "openid_connect_login", "openid_connect_callback"}
# What an address holds beside the trust; each view that needs another value has it below.
VALUES = {
    "division": "Surgery", "service": "C_110", "measure": "rtt_incomplete", "month": "2026-10", "number": 1, "form": "docx",
    "pk": 999_999, "key": "none", "dataset": "referrals", "row": 1, "ward": "W1", "family": "rtt", "table": "rtt_waits",
    "rest": "nothing",
    "flag": "missing_start", "rule": "RTT-R01", "slug": "wlmds",
}  # fmt: skip
OF_VIEW = {
    "show_national_return": {"slug": "kh03"},
    "show_published_dataset": {"slug": "rtt"},
    "api_list_published_figures": {"slug": "rtt"},
    "show_worklist": {"slug": "cancer"},
    "api_list_rows": {"slug": "cancer"},
    "show_quality_rule": {"rule": "referrals.missing_consultant_code"},
    "update_quality_records": {"rule": "referrals.missing_consultant_code"},
}

QUERY_OF = {"api_list_series": {"measure": "rtt_incomplete"}}


def patterns(found=None, before=""):
    """Every view of the site with its address, as it is declared."""
    for one in found if found is not None else get_resolver().url_patterns:
        if hasattr(one, "url_patterns"):
            yield from patterns(one.url_patterns, before + str(one.pattern))
        else:
            yield one


VIEWS = {one.name: one for one in sorted(patterns(), key=lambda one: one.name in ENDS_SIGN_IN)}


def who_of(view: str) -> str:
    return getattr(VIEWS[view].callback, "who", "") or WHO[view]


def asked_as(user: User, view: str, trust: str, load: str) -> str:
    """Whether a view lets in somebody who is signed in: asked itself, without what stands before it, so that many can be asked."""
    address, query = address_of(view, trust, load)
    is_post = access_of(who_of(view)).is_post
    request = RequestFactory().post(address, body(view, trust)) if is_post else RequestFactory().get(address, query)
    request.user, request.session, request.htmx, request.csp_nonce = user, {}, False, ""
    request.scope, request.resolver_match = scope_of(user, to=purpose(request)), resolve(address)
    request._messages = FallbackStorage(request)
    try:
        answer = request.resolver_match.func(request, *request.resolver_match.args, **request.resolver_match.kwargs)
    except (NotAllowed, PermissionDenied):
        return REFUSED
    except (UserError, Http404):
        return ALLOWED
    return outcome(answer)


def address_of(view: str, trust: str, load: str, **more: str) -> tuple[str, dict[str, str]]:
    """The address of a view of a trust, and what stands behind its question mark."""
    wanted = VIEWS[view].pattern.converters
    values = VALUES | {"load": load, "pathway": f"{trust}-P003", "trust": trust, "org": trust} | OF_VIEW.get(view, {}) | more
    is_asked = {"trust", "org"} & wanted.keys() or not takes_trust(view)
    query = {name: value for name, value in (QUERY_OF.get(view, {}) | more).items() if name not in wanted}
    return reverse(view, kwargs={name: values[name] for name in wanted}), query if is_asked else {"trust": trust} | query


def open_view(client: Client, view: str, trust: str, load: str, **more: str):
    """What comes back from a view of a trust, where too little is sent to change anything."""
    address, query = address_of(view, trust, load, **more)
    return client.post(address, body(view, trust)) if access_of(who_of(view)).is_post else client.get(address, query)


def takes_trust(view: str) -> bool:
    """Whether the view reads `trust` from its address; calls of the API refuse what they do not know."""
    return not view.startswith("api_") or "trust" in _parameters().get(view, {"trust"})


def body(view: str, trust: str) -> dict[str, str]:
    """What is sent: too little to change anything, and enough to say which trust is meant."""
    return {"trust": trust, "org": trust, "pathway": f"{trust}:{trust}-P003", "record": f"{trust}:x", "owner": "x",
            "start_date": "2026-01-01", "month": "2026-10", "audience": "outside", "state": "fixed", "alert": "none"}  # fmt: skip


def outcome(answer) -> str:
    if answer.status_code == 401 or (answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in")):
        return SIGN_IN
    assert answer.status_code < 500, answer
    return REFUSED if answer.status_code == 403 else ALLOWED
