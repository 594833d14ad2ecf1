"""The Django app that keeps who wrote what."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Audit of what people write."""

    name = "clockstop.registers.core"
    label = "registers_core"
    verbose_name = "Audit of what people write"
    default_auto_field = "django.db.models.BigAutoField"
