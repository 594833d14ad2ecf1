"""The Django app of validation: outcomes, hours of work, and who has which row before them."""

from django.apps import AppConfig


class ValidationConfig(AppConfig):
    """What validators find of the clocks that they check."""

    name = "clockstop.registers.validation"
    label = "validation"
    verbose_name = "Validation"
    default_auto_field = "django.db.models.BigAutoField"
