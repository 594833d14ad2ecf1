"""The Django app of what people write for a performance review: narratives, actions, owners, recalculations, alerts seen."""

from django.apps import AppConfig


class PerformanceConfig(AppConfig):
    """Exceptions explained, actions agreed, owners named, recalculations decided and alerts seen."""

    name = "clockstop.registers.performance"
    label = "performance"
    verbose_name = "Performance reviews"
    default_auto_field = "django.db.models.BigAutoField"
