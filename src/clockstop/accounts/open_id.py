"""Sign-in by OpenID Connect: the provider says who a person is; what the person may do is said here alone.

An account is found by the claim that CLOCKSTOP_OIDC_CLAIM names, once. From then on it is bound to the provider's own number of the
person (issuer and subject): whoever is given the same name at the provider later is somebody else, and is refused.
"""

import hashlib
import logging

import jwt
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from requests import RequestException

from clockstop.accounts.models import User

_log = logging.getLogger(__name__)
UID = "clockstop_uid"
# Only signatures that need the provider's own secret: none, and those made with a shared word, are not among them.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
LEEWAY_SECONDS = 30  # by which two machines' clocks may differ
REFUSED = {
    "cancelled": ("You did not sign in", "The sign-in at {name} was broken off.", "Try again, or sign in with your password."),
    "state": (
        "This sign-in is not one that was begun here",
        "It was begun at another browser, used already, or took longer than ten minutes.",
        "Go back to the sign-in page and begin again.",
    ),
    "token": (
        "What {name} sent cannot be trusted",
        "It was not meant for this site, or not signed by that provider.",
        "Begin again. If it stays so, tell whoever runs this Clockstop.",
    ),
    "expired": (
        "The sign-in took too long",
        "What {name} sent was no longer valid when it came.",
        "Begin again. If it stays so, a clock is wrong: tell whoever runs this Clockstop.",
    ),
    "unreachable": (
        "{name} does not answer",
        "Clockstop could not ask it who you are.",
        "Try again in a minute, or sign in with your password.",
    ),
    "unknown": (
        "There is no account for you here",
        "{name} knows you, but no account of this Clockstop is yours, or it has been closed.",
        "Ask whoever looks after the accounts of your trust.",
    ),
}


class OpenIdRefused(OAuth2Error):
    """A sign-in that is not let in; `why` is a key of `REFUSED`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class OpenId(OpenIDConnectOAuth2Adapter):
    """Asks the provider, and checks all that it answers: issuer, audience, time, signature and the number used once."""

    @property
    def openid_config(self) -> dict:
        """What the provider says of itself; it must be the issuer that was set."""
        found = super().openid_config
        if str(found.get("issuer", "")).rstrip("/") != settings_of(self.get_provider().app)["server_url"]:
            raise OpenIdRefused("token")
        return found

    def get_callback_url(self, request: HttpRequest, app) -> str:
        """Where the provider sends the person back to."""
        return request.build_absolute_uri(reverse("openid_connect_callback"))

    def complete_login(self, request: HttpRequest, app, token, **kwargs) -> SocialLogin:
        """The person as the provider's signed token says; the claim is asked for besides where the token lacks it."""
        claims = self._decode_id_token(app, kwargs["response"].get("id_token") or "")
        if not constant_time_compare(str(claims.get("nonce", "")), nonce_of(request.GET.get("state", ""))):
            raise OpenIdRefused("token")
        if settings_of(app)["claim"] not in claims:
            more = self._fetch_user_info(token.token)
            if more.get("sub") != claims["sub"]:
                raise OpenIdRefused("token")
            claims = {**more, **claims}
        claims[UID] = hashlib.sha256(f"{claims['iss']}\n{claims['sub']}".encode()).hexdigest()
        return self.get_provider().sociallogin_from_response(request, {"id_token": claims})

    def _decode_id_token(self, app, id_token: str) -> dict:
        """What the token says, its signature checked though it came straight from the provider."""
        config = self.openid_config
        try:
            claims = jwt.decode(
                id_token, key=self._key_of(id_token), algorithms=ALGORITHMS, issuer=config["issuer"], audience=app.client_id,
                leeway=LEEWAY_SECONDS, options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )  # fmt: skip
        except jwt.ExpiredSignatureError as error:
            raise OpenIdRefused("expired") from error
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
            raise OpenIdRefused("token") from error
        if claims.get("azp", app.client_id) != app.client_id:
            raise OpenIdRefused("token")
        return claims

    def _key_of(self, id_token: str):
        """The provider's key that the token names; its only one where it names none."""
        wanted = jwt.get_unverified_header(id_token).get("kid")
        with get_adapter().get_requests_session() as asking:
            found = asking.get(self.openid_config["jwks_uri"])
            found.raise_for_status()
        every = [one for one in jwt.PyJWKSet.from_dict(found.json()).keys if one.public_key_use in (None, "sig")]
        fitting = [one for one in every if wanted is None or one.key_id == wanted]
        if len(fitting) != 1:
            raise OpenIdRefused("token")
        return fitting[0].key


class OutsideSignIns(DefaultSocialAccountAdapter):
    """Which account a person of the provider has here. Roles are never taken from what the provider says (docs/adr)."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Never by a form."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Bind the person to the account, or refuse."""
        app = sociallogin.provider.app
        claims = sociallogin.account.extra_data["id_token"]
        if sociallogin.is_existing and not sociallogin.user.is_active:
            _refuse(request, "unknown")
        if not sociallogin.is_existing:
            sociallogin.account.extra_data = {"id_token": {key: claims[key] for key in ("iss", "sub")}}
            sociallogin.connect(request, _account_for(request, claims, app))
        request.provider_vouches = _vouches(claims, settings_of(app)["second_factor"])

    def on_authentication_error(self, request, provider, error=None, exception=None, extra_context=None) -> None:
        """A page that says what it was."""
        if isinstance(exception, OpenIdRefused):
            why = exception.why
        elif isinstance(exception, RequestException):
            why = "unreachable"
        elif error == AuthError.CANCELLED:
            why = "cancelled"
        else:
            why = "token" if exception is not None or "state" in (extra_context or {}) else "state"
        _refuse(request, why)

    def send_notification_mail(self, *args, **kwargs) -> None:
        """Nothing."""


def provider_name() -> str:
    """What the button on the sign-in page says; empty where no provider is set."""
    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    return apps[0]["name"] if apps else ""


def settings_of(app) -> dict:
    """The provider's settings (config/open_id.py)."""
    return app.settings


def nonce_of(state: str) -> str:
    """The number used once that belongs to this state: only who began the sign-in here can have had it put into the token."""
    return salted_hmac("clockstop.open_id", state, algorithm="sha256").hexdigest()


def bound_to(user: User) -> str:
    """Whom of the provider the account is bound to, in words; empty where to nobody."""
    found = SocialAccount.objects.filter(user=user).first()
    said = found.extra_data.get("id_token", {}) if found else {}
    return f"{said.get('sub', 'somebody')} of {said.get('iss', 'the provider')} since {found.date_joined:%Y-%m-%d}" if found else ""


def forget(user: User) -> bool:
    """Unbind the account from the provider's person; whether it was bound."""
    return SocialAccount.objects.filter(user=user).delete()[0] > 0


def _account_for(request: HttpRequest, claims: dict, app) -> User:
    """The one account that the claim names, bound to nobody yet; a new one, without any role, where the settings say so."""
    claim = settings_of(app)["claim"]
    name = str(claims.get(claim) or "").strip()
    if not name or len(name) > 150 or (claim == "email" and claims.get("email_verified") is not True):
        _refuse(request, "unknown")
    found = User.objects.filter(username=name).first()
    if found is None and settings_of(app)["adds_accounts"]:
        found = User(username=name)
        found.set_unusable_password()
        found.save()
    if found is None or not found.is_active or SocialAccount.objects.filter(user=found).exists():
        _refuse(request, "unknown")
    return found


def _vouches(claims: dict, policy: str) -> bool:
    """Whether the provider has asked for two factors: always, or where its list of methods says so (RFC 8176), or never for us."""
    methods = claims.get("amr") or []
    return policy == "provider" or (policy == "claim" and "mfa" in (methods if isinstance(methods, list) else [methods]))


def _refuse(request: HttpRequest, why: str) -> None:
    _log.warning("a sign-in by OpenID Connect was refused: %s", why)
    name = provider_name()
    what, where, do = (text.format(name=name[:1].upper() + name[1:]) for text in REFUSED[why])
    context = {"title": what, "where": where, "do": do}
    raise ImmediateHttpResponse(render(request, "accounts/open_id_refused.jinja", context, status=403))
