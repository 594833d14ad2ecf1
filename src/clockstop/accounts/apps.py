"""The Django app of users, roles and the record of who looked at what."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, memberships of trusts, sign-ins, and access records."""

    name = "clockstop.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear of sign-ins (docs/adr on signing in says why by a signal)."""
        from clockstop.accounts.signing_in import listen

        listen()
