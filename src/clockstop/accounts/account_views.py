"""One's own account: the password, the second factor, and where one is signed in."""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.account.views import BaseReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from clockstop.accounts import kept_text, second_factor, sessions
from clockstop.accounts.forms import AddSecondFactorForm, ChangePasswordForm, CodeAgainForm, PasswordAgainForm
from clockstop.accounts.models import SignIn
from clockstop.accounts.scopes import role_title


class WithTitle:
    """Gives allauth's pages what the frame of ours needs."""

    title = ""

    def get_context_data(self, **kwargs) -> dict:
        """Title and breadcrumb."""
        return super().get_context_data(**kwargs) | _frame(self.request, self.title)


@never_cache
def show_account(request: HttpRequest) -> HttpResponse:
    """What the account is, its second factor, and where the person is signed in."""
    factors = {one.type: one for one in Authenticator.objects.filter(user=request.user)}
    codes = factors.get(Authenticator.Type.RECOVERY_CODES)
    context = {
        "factor": factors.get(Authenticator.Type.TOTP),
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
        "must_have": second_factor.must_have(request.user),
        "is_off": settings.SECOND_FACTOR == second_factor.OFF,
        "has_password": request.user.has_usable_password(),
        "sign_ins": [(one, sessions.browser_in_words(one.browser)) for one in sessions.current(request.user)],
        "here": request.session.session_key,
        "idle_minutes": sessions.idle_minutes(request.user),
        "hours": round(settings.LONGEST_SIGN_IN.total_seconds() / 3600),
        "roles": role_title(request.user),
    }
    return render(request, "accounts/account.jinja", _frame(request, "Your account", is_below=False) | context)


@never_cache
@sensitive_post_parameters("old_password", "new_password")
def update_password(request: HttpRequest) -> HttpResponse:
    """A new password; every other sign-in of the person ends with it."""
    if not request.user.has_usable_password():
        return HttpResponseRedirect(reverse("show_account"))
    form = ChangePasswordForm(request.POST if request.method == "POST" else None, user=request.user, request=request)
    if request.method == "POST" and form.is_valid():
        request.user.set_password(form.cleaned_data["new_password"])
        request.user.must_change_password = False
        request.user.save(update_fields=["password", "must_change_password"])
        before = request.session.session_key
        update_session_auth_hash(request, request.user)
        sessions.moved(before, request.session.session_key)
        ended = sessions.end_all(request.user, SignIn.Ended.PASSWORD, but=request.session.session_key)
        messages.success(request, f"Your password is changed.{' You are signed out everywhere else.' if ended else ''}")
        return HttpResponseRedirect(reverse("open_first_page") if request.POST.get("first") else reverse("show_account"))
    context = {"form": form, "is_first": request.user.must_change_password}
    return render(request, "accounts/change_password.jinja", _frame(request, "Change your password") | context)


@require_POST
def end_sign_ins(request: HttpRequest) -> HttpResponse:
    """End every sign-in of the person but this one."""
    ended = sessions.end_all(request.user, SignIn.Ended.BY_THE_PERSON, but=request.session.session_key)
    messages.success(request, f"Signed out at {ended} other place{'' if ended == 1 else 's'}.")
    return HttpResponseRedirect(reverse("show_account"))


@never_cache
def show_kept_text(request: HttpRequest) -> HttpResponse:
    """What the person was sending when the last sign-in ran out, to be sent again."""
    kept = kept_text.taken(request)
    if kept is None:
        return HttpResponseRedirect(reverse("open_first_page"))
    return render(request, "accounts/kept_text.jinja", _frame(request, "What you were sending") | {"kept": kept})


@method_decorator(sensitive_post_parameters("code"), name="dispatch")
class AddSecondFactor(WithTitle, ActivateTOTPView):
    """An app of codes, set up by a picture or by typing its secret."""

    template_name = "accounts/add_second_factor.jinja"
    form_class = AddSecondFactorForm
    title = "Set up your second factor"

    def get_context_data(self, **kwargs) -> dict:
        """The secret in groups of four, for who types it; whether the person may go on without."""
        secret = kwargs["form"].secret if "form" in kwargs else None
        found = super().get_context_data(**kwargs)
        secret = secret or found["form"].secret
        is_owed = second_factor.must_have(self.request.user) and not sessions.gave_second_factor(self.request)
        return found | {"secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)), "is_owed": is_owed}

    def form_valid(self, form: AddSecondFactorForm) -> HttpResponse:
        """The code that proved the app is spent, and counts for this sign-in."""
        answer = super().form_valid(form)
        app = Authenticator.objects.get(user=self.request.user, type=Authenticator.Type.TOTP)
        second_factor.spend_step(app, form.cleaned_data["code"])
        record_authentication(self.request, self.request.user, "mfa", id=app.pk, type=app.type)
        return answer


class RemoveSecondFactor(WithTitle, DeactivateTOTPView):
    """The app is no longer the person's; where one is needed, another is set up at once."""

    template_name = "accounts/remove_second_factor.jinja"
    title = "Remove your second factor"

    def form_valid(self, form) -> HttpResponse:
        """Gone, from this sign-in too."""
        answer = super().form_valid(form)
        sessions.forget_second_factor(self.request)
        messages.success(self.request, "Your second factor is removed.")
        return answer


class ShowRecoveryCodes(WithTitle, ViewRecoveryCodesView):
    """The codes that still open the door when the telephone is lost."""

    template_name = "accounts/recovery_codes.jinja"
    title = "Your recovery codes"


class AddRecoveryCodes(WithTitle, GenerateRecoveryCodesView):
    """New codes; the old ones open nothing any more."""

    template_name = "accounts/new_recovery_codes.jinja"
    title = "Make new recovery codes"


@method_decorator(sensitive_post_parameters("password", "code"), name="dispatch")
class Confirm(WithTitle, BaseReauthenticateView):
    """The password again, before the account is changed."""

    template_name = "accounts/confirm.jinja"
    title = "Confirm that it is you"
    form_class = PasswordAgainForm

    def get_form_kwargs(self) -> dict:
        """The form counts wrong tries by the person and the place."""
        return super().get_form_kwargs() | {"user": self.request.user, "request": self.request}

    def form_valid(self, form) -> HttpResponse:
        """Note it, and go on with what was asked."""
        reauthenticate_by_password(self.request)
        return super().form_valid(form)


class ConfirmByCode(Confirm):
    """A code instead, of who has no password here, and of who gave none at this sign-in."""

    form_class = CodeAgainForm

    def form_valid(self, form) -> HttpResponse:
        """Note it, and go on with what was asked."""
        form.save()
        return super(Confirm, self).form_valid(form)


def _frame(request: HttpRequest, title: str, *, is_below: bool = True) -> dict:
    """What page.jinja needs: the title, the breadcrumb, no line about data."""
    steps = [("Overview", "show_overview"), *([("Your account", "show_account")] if is_below else [])]
    crumbs = [{"text": text, "href": reverse(name)} for text, name in steps]
    return {"title": title, "crumbs": crumbs, "hide_as_of": True, "is_part": False}


add_second_factor = AddSecondFactor.as_view()
remove_second_factor = RemoveSecondFactor.as_view()
show_recovery_codes = ShowRecoveryCodes.as_view()
add_recovery_codes = AddRecoveryCodes.as_view()
confirm = Confirm.as_view()
confirm_by_code = ConfirmByCode.as_view()
