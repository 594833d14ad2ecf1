"""The sign-in form."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm

_WRONG = "The username or the password is wrong. Passwords tell capital from small letters."


class SignInForm(AuthenticationForm):
    """Username and password; the messages say nothing about which of the two was wrong."""

    error_messages = {"invalid_login": _WRONG, "inactive": _WRONG}  # noqa: RUF012 Django's own form

    def __init__(self, request=None, *args, **kwargs) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["username"].error_messages["required"] = "Enter your username"
        self.fields["password"].error_messages["required"] = "Enter your password"
        self.fields["username"].widget = forms.TextInput()
