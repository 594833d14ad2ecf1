"""The Django app of actions: the register after which every later one is made."""

from django.apps import AppConfig


class ActionsConfig(AppConfig):
    """Who does what by when."""

    name = "clockstop.registers.actions"
    label = "actions"
    verbose_name = "Actions"
    default_auto_field = "django.db.models.BigAutoField"
