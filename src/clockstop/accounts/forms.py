"""The forms of signing in and of one's own account."""

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.contrib.auth import password_validation
from django.http import HttpRequest, HttpResponse

from clockstop.accounts import lock_out, second_factor
from clockstop.accounts.models import User
from clockstop.accounts.signing_in import WRONG, SigningIn

CODE_LENGTH = 12  # of a recovery code, with the spaces that people put in


class SignInForm(forms.Form):
    """Username and password; the messages say nothing about which of the two was wrong."""

    username = forms.CharField(label="Username", max_length=150, error_messages={"required": "Enter your username"})
    password = forms.CharField(
        label="Password",
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput,
        error_messages={"required": "Enter your password"},
    )

    def __init__(self, *args, request: HttpRequest | None = None, **kwargs) -> None:
        self.request, self.user = request, None
        super().__init__(*args, **kwargs)

    def clean(self) -> dict:
        """The person is known by the password, or nobody is."""
        said = super().clean()
        if not self.errors:
            self.user = SigningIn(self.request).authenticate(self.request, **said)
            if self.user is None:
                raise forms.ValidationError(WRONG)
        return said

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """On to the second factor, or in."""
        found = Login(user=self.user, redirect_url=redirect_url)
        return perform_password_login(request, {"username": self.user.get_username()}, found)


class LockedOutForm(SignInForm):
    """The same form for who must wait: it looks at nothing."""

    def clean(self) -> dict:
        """Says how long."""
        raise forms.ValidationError(lock_out.LOCKED_OUT)


class CodeForm(forms.Form):
    """A code of the person's app, or a recovery code; wrong ones are counted with wrong passwords."""

    code = forms.CharField(label="Code", max_length=CODE_LENGTH, error_messages={"required": "Enter a code"})
    is_again = False

    def __init__(self, *args, user: User, request: HttpRequest | None = None, **kwargs) -> None:
        self.user, self.request, self.authenticator = user, request, None
        super().__init__(*args, **kwargs)

    def clean_code(self) -> str:
        """The code, spent."""
        name = self.user.get_username()
        if lock_out.is_locked_out(self.request, name):
            raise forms.ValidationError(lock_out.LOCKED_OUT)
        self.authenticator = second_factor.spend(self.user, self.cleaned_data["code"].replace(" ", ""))
        if self.authenticator is None:
            lock_out.count_failure(self.request, name)
            self.request.axes_locked_out = False  # the form says it
            raise forms.ValidationError(second_factor.WRONG_CODE)
        return self.cleaned_data["code"]

    def save(self) -> None:
        """Write into the session that a second factor was given."""
        post_authentication(self.request, self.authenticator, reauthenticated=self.is_again)


class CodeAgainForm(CodeForm):
    """A code of somebody who is signed in."""

    is_again = True


class PasswordAgainForm(forms.Form):
    """The password of somebody who is signed in; wrong ones are counted."""

    password = forms.CharField(
        label="Your password",
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput,
        error_messages={"required": "Enter your password"},
    )

    def __init__(self, *args, user: User, request: HttpRequest | None = None, **kwargs) -> None:
        self.user, self.request = user, request
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        """The password, found right."""
        _must_be_right(self.request, self.user, self.cleaned_data["password"])
        return self.cleaned_data["password"]


class AddSecondFactorForm(ActivateTOTPForm):
    """The first code of a new app shows that it has the secret."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = "The code that the app shows"
        self.fields["code"].error_messages["required"] = "Enter the code that the app shows"


class ChangePasswordForm(forms.Form):
    """The old password and a new one."""

    old_password = forms.CharField(
        label="Your password now", strip=False, max_length=1000, widget=forms.PasswordInput,
        error_messages={"required": "Enter your password as it is now"},
    )  # fmt: skip
    new_password = forms.CharField(
        label="New password", strip=False, max_length=1000, widget=forms.PasswordInput,
        help_text="At least 12 characters. Three words that only you would put together are easy to keep in mind.",
        error_messages={"required": "Enter a new password"},
    )  # fmt: skip

    def __init__(self, *args, user: User, request: HttpRequest | None = None, **kwargs) -> None:
        self.user, self.request = user, request
        super().__init__(*args, **kwargs)

    def clean_old_password(self) -> str:
        """The old password, found right."""
        _must_be_right(self.request, self.user, self.cleaned_data["old_password"])
        return self.cleaned_data["old_password"]

    def clean_new_password(self) -> str:
        """The new one: long enough, not a common one, not the old one."""
        new = self.cleaned_data["new_password"]
        password_validation.validate_password(new, self.user)
        if new == self.data.get("old_password"):
            raise forms.ValidationError("This is the password that you have. Choose another.")
        return new


def _must_be_right(request: HttpRequest, user: User, password: str) -> None:
    """Raise where the password is wrong or the person is locked out."""
    name = user.get_username()
    found = SigningIn(request).authenticate(request, username=name, password=password)
    is_locked, request.axes_locked_out = getattr(request, "axes_locked_out", False), False  # the form says it
    if is_locked:
        raise forms.ValidationError(lock_out.LOCKED_OUT)
    if found is None or found.pk != user.pk:
        raise forms.ValidationError("The password is wrong.")
