"""The Django app of a trust's own plans for its measures."""

from django.apps import AppConfig


class TrajectoriesConfig(AppConfig):
    """A trust's plan for a measure, month by month."""

    name = "clockstop.registers.trajectories"
    label = "trajectories"
    verbose_name = "Trajectories"
    default_auto_field = "django.db.models.BigAutoField"
