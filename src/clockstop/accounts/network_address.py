"""From which network address a request comes: the one place that says so, for the audit, the lock-out and the API.

Behind a proxy every request seems to come from the proxy. What it wrote into X-Forwarded-For is believed only where the request
came from a proxy that `CLOCKSTOP_TRUSTED_PROXIES` names: anybody can send that header.
"""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

# The word in CLOCKSTOP_TRUSTED_PROXIES for a proxy of this machine that speaks through a socket file: it has no address.
SOCKET_FILE = "unix"
UNKNOWN = "0.0.0.0"  # noqa: S104 stands for an unknown address, where one is needed

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def network_address(request: HttpRequest) -> str:
    """The address of the person's own machine, as far as trusted proxies tell; empty where it is not known.

    The header is read from its end, which the nearest proxy wrote, up to the first address that is not a proxy of ours.
    """
    sender = _read(request.META.get("REMOTE_ADDR", ""))
    if not _is_ours(sender):
        return str(sender or "")
    for said in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        address = _read(said)
        if address is None:
            break
        sender = address
        if not _is_ours(address):
            break
    return str(sender or "")


def address_or_unknown(request: HttpRequest) -> str:
    """The same for those who need an address to count by."""
    return network_address(request) or UNKNOWN


def is_from_proxy(request: HttpRequest) -> bool:
    """Whether the request itself was sent by a proxy of ours, whose word on https then counts too."""
    return _is_ours(_read(request.META.get("REMOTE_ADDR", "")))


def _is_ours(address: Address | None) -> bool:
    """Whether that is a proxy of ours; no address at all is one where a socket file is said to be."""
    if address is None:
        return SOCKET_FILE in settings.TRUSTED_PROXIES
    return any(address in network for network in settings.TRUSTED_PROXIES if network != SOCKET_FILE)


def _read(text: str) -> Address | None:
    """The address in `text`, without its port; None where there is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
