"""The Django app of users, roles and the record of who looked at what."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, memberships of trusts, and access records."""

    name = "clockstop.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
