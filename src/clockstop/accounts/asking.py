"""Who is asking, from where: known to what is written deep below a page, which has no request at hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.http import HttpRequest

from clockstop.accounts.network_address import network_address

_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)


@contextmanager
def asked_by(request: HttpRequest) -> Iterator[None]:
    """While this lasts the request is the one that asks."""
    token = _request.set(request)
    try:
        yield
    finally:
        _request.reset(token)


def role_and_address() -> tuple[str, str | None]:
    """The role of the person who asks, in words, and the network address; nothing where a command runs."""
    from clockstop.accounts.scopes import role_title

    request = _request.get()
    if request is None or getattr(request, "user", None) is None:
        return "", None
    role = role_title(request.user)[:80] if request.user.is_authenticated else ""
    return role, network_address(request) or None
