"""Signing in and out."""

from allauth.account.internal.decorators import login_not_required
from allauth.account.views import LoginView
from allauth.mfa.base.views import AuthenticateView
from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters

from clockstop.accounts import kept_text, second_factor
from clockstop.accounts.forms import CodeForm, LockedOutForm, SignInForm
from clockstop.accounts.models import SignIn as SignInRow
from clockstop.accounts.open_id import provider_name
from clockstop.accounts.sign_in_required import ended_because

ENDED = {
    SignInRow.Ended.NOT_USED: "You were signed out because Clockstop was not used for a while.",
    SignInRow.Ended.TOO_LONG: "You were signed out: a sign-in ends after {hours} hours.",
}


@method_decorator(sensitive_post_parameters("password"), name="dispatch")
class SignIn(LoginView):
    """The sign-in page; whoever has signed in already is sent on."""

    template_name = "accounts/sign_in.jinja"
    form_class = SignInForm

    def get_context_data(self, **kwargs) -> dict:
        """The page's words: where it leads, why the last sign-in ended, what else one may sign in with."""
        return super().get_context_data(**kwargs) | said_on_sign_in_page(self.request, self.get_next_url() or "")


@method_decorator(sensitive_post_parameters("code"), name="dispatch")
class EnterCode(AuthenticateView):
    """The second factor, between the password and the session."""

    template_name = "accounts/enter_code.jinja"

    def _build_forms(self) -> CodeForm | None:
        self.auth_form = CodeForm(
            self.request.POST if self.request.method == "POST" else None, user=self.stage.login.user, request=self.request
        )
        self.webauthn_form = None
        return self.auth_form

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """In with the right code; or back to the sign-in page, as somebody else."""
        return self.stage.abort() if "again" in request.POST else super().post(request, *args, **kwargs)


def said_on_sign_in_page(request: HttpRequest, back: str) -> dict:
    """What the sign-in page says beside its form."""
    why = ended_because(request)
    hours = round(settings.LONGEST_SIGN_IN.total_seconds() / 3600)
    return {
        "next": back,
        "ended": ENDED.get(why, "").format(hours=hours),
        "is_text_kept": bool(why) and kept_text.is_there(request),
        "provider": provider_name(),
        "is_offered": settings.SECOND_FACTOR == second_factor.OFFERED,
    }


def show_locked_out(request: HttpRequest, response: HttpResponse | None = None, credentials: dict | None = None) -> HttpResponse:
    """The sign-in page with the words for who must wait; django-axes puts it in the place of the page's own answer."""
    form = LockedOutForm({"username": request.POST.get("username") or "-", "password": "-"})
    context = {"form": form, **said_on_sign_in_page(request, "")}
    return render(request, "accounts/sign_in.jinja", context, status=429)


sign_in = SignIn.as_view()
enter_code = login_not_required(EnterCode.as_view())
sign_out = LogoutView.as_view()
