"""The provider of OpenID Connect sign-ins, as the environment names it."""

from urllib.parse import urlsplit

from clockstop.config import environment
from clockstop.errors import UserError

PROVIDER = "openid"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def provider() -> dict:
    """django-allauth's settings of the one provider; nothing where none is named."""
    issuer = environment.text("CLOCKSTOP_OIDC_ISSUER").rstrip("/")
    client, secret = environment.text("CLOCKSTOP_OIDC_CLIENT_ID"), environment.text("CLOCKSTOP_OIDC_CLIENT_SECRET")
    if not (issuer or client or secret):
        return {}
    _check(issuer, client, secret)
    app = {
        "provider_id": PROVIDER,
        "name": environment.text("CLOCKSTOP_OIDC_NAME") or "your organisation's account",
        "client_id": client,
        "secret": secret,
        "settings": {
            "server_url": issuer,
            "uid_field": "clockstop_uid",
            "oauth_pkce_enabled": True,
            "claim": environment.text("CLOCKSTOP_OIDC_CLAIM") or "preferred_username",
            "adds_accounts": environment.is_on("CLOCKSTOP_OIDC_ADD_ACCOUNTS"),
            "second_factor": environment.choice("CLOCKSTOP_OIDC_SECOND_FACTOR", ("claim", "provider", "ours"), default="claim"),
        },
    }
    return {"openid_connect": {"APPS": [app]}}


def _check(issuer: str, client: str, secret: str) -> None:
    named = {"CLOCKSTOP_OIDC_ISSUER": issuer, "CLOCKSTOP_OIDC_CLIENT_ID": client, "CLOCKSTOP_OIDC_CLIENT_SECRET": secret}
    missing = [name for name, value in named.items() if not value]
    if missing:
        raise UserError(
            "Sign-in by OpenID Connect is set by half.",
            where=f"Not set: {', '.join(missing)}.",
            do="Set all three, or none.",
        )
    address = urlsplit(issuer)
    if address.scheme != "https" and not (address.scheme == "http" and address.hostname in _LOOPBACK):
        raise UserError(
            "CLOCKSTOP_OIDC_ISSUER must be an address that begins with https://.",
            where=f"It is set to {issuer}.",
            do="Give the issuer exactly as the provider writes it, without /.well-known.",
        )
