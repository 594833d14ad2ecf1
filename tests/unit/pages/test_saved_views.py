"""Saved views on the pages: kept, shared within the trust only, first after signing in."""

import pytest

from clockstop.registers.saved_views.models import SavedView

pytestmark = pytest.mark.django_db


def test_a_view_is_saved_and_comes_first(reader):
    client = reader()
    posted = {"name": "My list", "address": "/ptl?window=&owner=ENT+lead", "is_first_page": "yes"}
    assert client.post("/views/add", posted).url == "/ptl?window=&owner=ENT+lead"
    assert client.get("/start").url == "/ptl?window=&owner=ENT+lead"
    client.post("/views/first", {"view": ""})
    assert client.get("/start").url == "/"


def test_a_view_is_shared_with_a_trust_of_the_own_scope_only(reader):
    client = reader()
    response = client.post("/views/add", {"name": "Ours", "address": "/ptl", "shared_with": "QQB"})
    assert response.status_code == 403
    assert not SavedView.objects.exists()


def test_another_persons_private_view_is_neither_seen_nor_deleted(reader):
    reader(username="sam").post("/views/add", {"name": "Private", "address": "/ptl"})
    view = SavedView.objects.get()
    other = reader(username="pat")
    assert b"Private" not in other.get("/views").content
    assert other.post(f"/views/{view.pk}/delete").status_code == 404
    assert SavedView.objects.exists()


def test_an_address_elsewhere_is_refused_in_words(reader):
    client = reader()
    client.post("/views/add", {"name": "Bad", "address": "https://elsewhere.example/"})
    assert b"Only a page of Clockstop can be saved" in client.get("/views").content
