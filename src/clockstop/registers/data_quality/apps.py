"""The Django app of what people say of the data: months signed as right, failed records fixed or accepted."""

from django.apps import AppConfig


class DataQualityConfig(AppConfig):
    """Sign-offs of a measure's month, and what became of records that fail a rule."""

    name = "clockstop.registers.data_quality"
    label = "data_quality"
    verbose_name = "Data quality"
    default_auto_field = "django.db.models.BigAutoField"
