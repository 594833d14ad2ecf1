"""The Django app of long jobs."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Jobs that a person or a schedule asks for and a worker does."""

    name = "clockstop.registers.jobs"
    label = "jobs"
    verbose_name = "Long jobs"
    default_auto_field = "django.db.models.BigAutoField"
