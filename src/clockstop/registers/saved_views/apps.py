"""The Django app of saved views."""

from django.apps import AppConfig


class SavedViewsConfig(AppConfig):
    """Addresses that people keep under a name."""

    name = "clockstop.registers.saved_views"
    label = "saved_views"
    verbose_name = "Saved views"
    default_auto_field = "django.db.models.BigAutoField"
