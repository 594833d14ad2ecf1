"""Who calls: a token of the accounts, or whoever is signed in on the site. Gives the request its user and its scope."""

from functools import cache
from typing import Any

from django.core.cache import cache as django_cache
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from clockstop.accounts import tokens
from clockstop.accounts.models import User
from clockstop.accounts.network_address import address_or_unknown
from clockstop.errors import UserError
from clockstop.pages.api.problems import NotSignedIn, TooMany

MOST_CALLS_A_MINUTE = 300
_MAKE_ONE = "Send the header Authorization: Bearer KEY. Make a key at /account/tokens."


class Door(HttpBearer):
    """A token as `Authorization: Bearer KEY`; without that header the session of the site."""

    def __call__(self, request: HttpRequest) -> User:
        """The caller; `request.user`, `request.scope` and, for a token, `request.api_token` are set."""
        said = request.headers.get("Authorization", "")
        if not said:
            if not request.user.is_authenticated:
                raise NotSignedIn("The API needs a token.", do=_MAKE_ONE)
        else:
            self._let_in(request, said)
        _count_call(request)
        _must_be_known(request)
        return request.user

    def authenticate(self, request: HttpRequest, token: str) -> None:
        """Unused: `__call__` does it all."""

    def _let_in(self, request: HttpRequest, said: str) -> None:
        kind, _, key = said.partition(" ")
        token = tokens.token_of(key.strip()) if kind.lower() == "bearer" else None
        if token is None:
            _refuse(request)
        request.user, request.api_token = token.user, token
        request.scope = tokens.scope_of_token(token)


def _refuse(request: HttpRequest) -> None:
    """Count the wrong key; from an address that sent many, look at no more of them for a while.

    A key that opens is always let in: it cannot be guessed, and colleagues may share the address of a proxy.
    """
    address = address_or_unknown(request)
    seconds = tokens.seconds_shut_out(address)
    if seconds:
        raise TooMany("Too many wrong keys came from this address.", where=address, do=_again_in(seconds), seconds=seconds)
    tokens.count_failure(address)
    raise NotSignedIn("This key opens nothing.", where="It is wrong, expired or revoked, or its owner has left.", do=_MAKE_ONE)


def _count_call(request: HttpRequest) -> None:
    """Each worker process counts for itself what a person calls in a minute."""
    now = timezone.now()
    name = f"api-calls-{request.user.pk}-{now:%H%M}"
    django_cache.add(name, 0, timeout=120)
    if django_cache.incr(name) > MOST_CALLS_A_MINUTE:
        seconds = 60 - now.second
        raise TooMany(f"More than {MOST_CALLS_A_MINUTE} calls in a minute.", do=_again_in(seconds), seconds=seconds)


def _again_in(seconds: int) -> str:
    return f"Try again in {seconds} seconds."


def _must_be_known(request: HttpRequest) -> None:
    """Raise for a parameter that the call does not have: a misspelt filter would otherwise give everything."""
    known = _parameters().get(request.resolver_match.url_name)
    odd = sorted(set(request.GET) - known) if known is not None else []
    if odd:
        raise UserError(
            f"There is no parameter {odd[0][:40]} here.",
            where=f"The parameters are: {', '.join(sorted(known))}.",
            do="Use one of these.",
        )


@cache
def _parameters() -> dict[str, frozenset[str]]:
    """The names that each call takes after its question mark; calls that look at theirs themselves are left out."""
    from clockstop.pages.api.site import schema

    found: dict[str, frozenset[str]] = {}
    for operations in schema()["paths"].values():
        for operation in operations.values():
            names: list[dict[str, Any]] = operation.get("parameters", [])
            if not operation.get("x-own-filters"):
                found[f"api_{operation['operationId']}"] = frozenset(one["name"] for one in names if one["in"] == "query")
    return found
