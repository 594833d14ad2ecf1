"""What django-allauth asks of this site: accounts are made by operators, names stay as they are, and nobody is led elsewhere."""

import time

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from clockstop.accounts import audit, kept_text, sessions
from clockstop.accounts.models import SignIn, User
from clockstop.accounts.network_address import address_or_unknown

# For so long after a password or a code was given, the second factor may be changed without giving it again.
CONFIRMED_SECONDS = 300
WRONG = "The username or the password is wrong. Passwords tell capital from small letters."


class SigningIn(DefaultAccountAdapter):
    """Sign-in by password. There is no sign-up, no address of e-mail, and no message beside the page's own words."""

    error_messages = {  # noqa: RUF012 allauth's own
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": WRONG,
        "incorrect_password": "The password is wrong.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: an operator makes accounts."""
        return False

    def authenticate(self, request: HttpRequest, **credentials) -> User | None:
        """The person; None for one who has left, as for a wrong password."""
        return authenticate(request, **credentials)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The one answer of this site to that."""
        return address_or_unknown(request)

    def is_safe_url(self, url: str) -> bool:
        """Whether a person may be led there: to pages of this site alone."""
        return bool(url) and url_has_allowed_host_and_scheme(url, {self.request.get_host()}, require_https=self.request.is_secure())

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The page on which the person begins."""
        return reverse("open_first_page")

    def get_login_stages(self) -> list[str]:
        """What stands between the password and the session."""
        return ["clockstop.accounts.second_factor.AskSecondFactor"]

    def is_reauthentication_required(self, *, app: str, **kwargs) -> bool:
        """Whether a password or a code was given too long ago for what is asked now."""
        given = get_authentication_records(self.request, self.request.user)
        return not given or time.time() - given[-1]["at"] > CONFIRMED_SECONDS

    def post_login(self, request: HttpRequest, user: User, **kwargs) -> HttpResponse:
        """To what the person was sending when the last sign-in ran out; else to the page that was asked for."""
        answer = super().post_login(request, user, **kwargs)
        return HttpResponseRedirect(reverse("show_kept_text")) if kept_text.waits(request) else answer

    def is_ajax(self, request: HttpRequest) -> bool:
        """Never: pages are answered as pages."""
        return False

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Back to the sign-in page, without a word about the account."""
        return HttpResponseRedirect(reverse("sign_in"))

    def add_message(self, *args, **kwargs) -> None:
        """Nothing: allauth's messages are templates that this site does not have."""

    def send_mail(self, *args, **kwargs) -> None:
        """Nothing."""


def _began(sender, request: HttpRequest, user: User, **kwargs) -> None:
    sessions.begin(request, user)
    if hasattr(request, "user"):
        audit.record(request, action=audit.SIGNED_IN, what="sign_in")


def _ended(sender, request: HttpRequest, user: User | None, **kwargs) -> None:
    if user is not None:
        sessions.close(request.session.session_key, SignIn.Ended.SIGNED_OUT)
        if getattr(request, "resolver_match", None) and request.resolver_match.view_name == "sign_out":
            audit.record(request, action=audit.SIGNED_OUT, what="sign_out")


def listen() -> None:
    """Hear of every beginning and end of a session, however it came about."""
    user_logged_in.connect(_began, dispatch_uid="clockstop.sign_in_began")
    user_logged_out.connect(_ended, dispatch_uid="clockstop.sign_in_ended")
