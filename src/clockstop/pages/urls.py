"""Addresses of the pages, one line each. The name of an address is the name of its view."""

from django.urls import path

from clockstop.pages import access, data, help_pages, measures, notes, overview, pathways, published, rules, saved_views, worklists

urlpatterns = [
    path("", overview.show_overview, name="show_overview"),
    path("trusts/<str:trust>", overview.show_trust, name="show_trust"),
    path("trusts/<str:trust>/divisions/<path:division>", overview.show_division, name="show_division"),
    path("trusts/<str:trust>/services/<str:service>", overview.show_service, name="show_service"),
    path("measures", measures.list_measures, name="list_measures"),
    path("measures/<slug:measure>", measures.show_measure, name="show_measure"),
    path("comparison", published.show_comparison, name="show_comparison"),
    path("who-looked", access.list_access_records, name="list_access_records"),
    path("help", help_pages.show_help, name="show_help"),
    path("definitions", help_pages.show_definitions, name="show_definitions"),
    path("accessibility", help_pages.show_accessibility_statement, name="show_accessibility_statement"),
    path("ptl", worklists.list_pathways, name="list_pathways"),
    path("ptl/notes", notes.update_notes, name="update_notes"),
    path("ptl/undo", notes.undo_note, name="undo_note"),
    path("find", pathways.find_pathways, name="find_pathways"),
    path("pathways/<str:trust>/timeline/<path:pathway>", pathways.show_pathway, name="show_pathway"),
    path("pathways/<str:trust>/words/<path:pathway>", pathways.show_caller_words, name="show_caller_words"),
    path("pathways/<str:trust>/rows/<path:pathway>", pathways.list_source_rows, name="list_source_rows"),
    path("pathways/<str:trust>/note/<path:pathway>", notes.update_note, name="update_note"),
    path("rules/<str:rule>", rules.show_rule, name="show_rule"),
    path("start", saved_views.open_first_page, name="open_first_page"),
    path("views", saved_views.list_saved_views, name="list_saved_views"),
    path("views/add", saved_views.add_saved_view, name="add_saved_view"),
    path("views/first", saved_views.update_first_page, name="update_first_page"),
    path("views/<int:pk>/delete", saved_views.delete_saved_view, name="delete_saved_view"),
    path("data", data.list_loads, name="list_loads"),
    path("data/<str:trust>/<str:dataset>/<str:load>", data.show_load, name="show_load"),
    path("data/<str:trust>/<str:dataset>/<str:load>/set-aside", data.list_set_aside, name="list_set_aside"),
]
