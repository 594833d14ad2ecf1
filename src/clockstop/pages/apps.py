"""The Django app of the pages that people read."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Read-only pages over the reading desk."""

    name = "clockstop.pages"
    label = "pages"
