"""The Django app of owners, next steps and comments."""

from django.apps import AppConfig


class PathwayNotesConfig(AppConfig):
    """What people write about a pathway."""

    name = "clockstop.registers.pathway_notes"
    label = "pathway_notes"
    verbose_name = "Pathway notes"
    default_auto_field = "django.db.models.BigAutoField"
