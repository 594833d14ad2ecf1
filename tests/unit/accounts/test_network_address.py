"""A header is believed only from a proxy that the settings name."""

import pytest

from clockstop.accounts.network_address import network_address
from clockstop.config import environment
from clockstop.errors import UserError


@pytest.mark.parametrize(
    ("proxies", "sender", "forwarded", "address"),
    [
        ("", "10.0.0.1", "8.8.8.8", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.1", "8.8.8.8", "8.8.8.8"),
        ("10.0.0.1", "10.0.0.1", "6.6.6.6, 8.8.8.8", "8.8.8.8"),
        ("10.0.0.0/8", "10.0.0.1", "6.6.6.6, 8.8.8.8, 10.0.0.2", "8.8.8.8"),
        ("10.0.0.1", "10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.1", "8.8.8.8, nonsense", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.1", "8.8.8.8:4711", "8.8.8.8"),
        ("::1", "::1", "[2001:db8::5]:443", "2001:db8::5"),
        ("10.0.0.1", "::ffff:10.0.0.1", "8.8.8.8", "8.8.8.8"),
        ("unix", "", "8.8.8.8", "8.8.8.8"),
        ("", "", "8.8.8.8", ""),
        ("10.0.0.1", "9.9.9.9", "8.8.8.8", "9.9.9.9"),
    ],
)
def test_the_address_is_the_first_from_the_end_that_is_no_proxy_of_ours(
    *, rf, settings, monkeypatch, proxies, sender, forwarded, address
):
    monkeypatch.setenv("CLOCKSTOP_TRUSTED_PROXIES", proxies)
    settings.TRUSTED_PROXIES = environment.networks("CLOCKSTOP_TRUSTED_PROXIES", besides="unix")
    assert network_address(rf.get("/", REMOTE_ADDR=sender, HTTP_X_FORWARDED_FOR=forwarded)) == address


def test_what_is_no_address_is_said(monkeypatch):
    monkeypatch.setenv("CLOCKSTOP_TRUSTED_PROXIES", "the-proxy")
    with pytest.raises(UserError, match=r"(?s)parted by commas.*'the-proxy' is neither.*CLOCKSTOP_TRUSTED_PROXIES=127"):
        environment.networks("CLOCKSTOP_TRUSTED_PROXIES", besides="unix")
