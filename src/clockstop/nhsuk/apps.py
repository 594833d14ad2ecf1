"""The Django app of the design system: templates, macros, static files."""

from django.apps import AppConfig


class NhsukConfig(AppConfig):
    """The NHS design system as Clockstop's pages use it."""

    name = "clockstop.nhsuk"
    label = "nhsuk"
