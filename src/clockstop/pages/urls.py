"""Addresses of the pages, one line each. The name of an address is the name of its view."""

from django.urls import path

from clockstop.pages import access, help_pages, overview

urlpatterns = [
    path("", overview.show_overview, name="show_overview"),
    path("trusts/<str:trust>", overview.show_trust, name="show_trust"),
    path("trusts/<str:trust>/divisions/<path:division>", overview.show_division, name="show_division"),
    path("trusts/<str:trust>/services/<str:service>", overview.show_service, name="show_service"),
    path("who-looked", access.list_access_records, name="list_access_records"),
    path("help", help_pages.show_help, name="show_help"),
    path("definitions", help_pages.show_definitions, name="show_definitions"),
    path("accessibility", help_pages.show_accessibility_statement, name="show_accessibility_statement"),
]
