"""What a person owes before any page opens: a password of the person's own, and a second factor where one is needed."""

from django.conf import settings
from django.http import HttpRequest

from clockstop.accounts import second_factor, sessions

# The pages on which the steps are taken, and those that anybody may read. Everything else waits, the API too.
OPEN_TO_ALL = frozenset({
    "sign_in", "sign_out", "update_password", "account_login", "mfa_authenticate", "mfa_activate_totp", "mfa_reauthenticate",
    "mfa_view_recovery_codes", "account_reauthenticate", "show_help", "show_definitions", "show_accessibility_statement",
})  # fmt: skip


def owed_page(request: HttpRequest) -> str:
    """The view of the first step that the signed-in person owes; empty where nothing is.

    A factor that was set up at another sign-in is asked for in this one: without that, whoever has the password alone could go on
    where the policy was made stricter.
    """
    if request.user.must_change_password and settings.FIRST_PASSWORD_CHANGES:
        return "update_password"
    if not second_factor.must_have(request.user) or sessions.gave_second_factor(request):
        return ""
    return "mfa_reauthenticate" if second_factor.has(request.user) else "mfa_activate_totp"
