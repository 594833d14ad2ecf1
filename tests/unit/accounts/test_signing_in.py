"""Nothing is open but the door: sign-in, help, and the files that pages load."""

import pytest
from django.urls import get_resolver

from clockstop.accounts.actions import add_user

OPEN = {"sign_in", "account_login", "show_help", "show_definitions", "show_accessibility_statement"}
OPEN |= {"show_api", "show_api_schema", "show_api_schema_v1"}
FOR_MONITORS = {"show_liveness", "show_readiness", "show_metrics"}  # tests/unit/pages/test_health.py

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return add_user(username="pat", password="demo", role_slug="group_viewer", is_demo=True)


def test_every_page_but_the_door_asks_for_a_sign_in(client):
    for route in _routes():
        if route.name in FOR_MONITORS:
            continue
        response = client.get("/" + _filled(route.pattern))
        if route.name in OPEN:
            assert response.status_code == 200, route.name
        elif route.name == "show_no_such_call":
            assert response.status_code == 404
        else:
            assert response.status_code in (302, 401), (route.name, response.status_code)
            assert "/sign-in" in response.headers.get("Location", "/sign-in")


def _routes():
    found = [route for include in get_resolver().url_patterns for route in include.url_patterns]
    assert len(found) > len(OPEN)
    return found


def _filled(pattern) -> str:
    import re

    return re.sub(r"<(?:(\w+):)?\w+>", lambda part: {"int": "1", "national_return": "dm01"}.get(part.group(1), "x"), str(pattern))


def test_the_right_password_opens_the_page_that_was_asked_for(client, person):
    response = client.post("/sign-in?next=/who-looked", {"username": "pat", "password": "demo", "next": "/who-looked"})
    assert (response.status_code, response.headers["Location"]) == (302, "/who-looked")
    assert client.get("/who-looked").status_code == 200


def test_a_wrong_password_says_neither_that_the_user_exists_nor_what_was_typed(client, person):
    known = client.post("/sign-in", {"username": "pat", "password": "wrong-secret"}).content.decode()
    unknown = client.post("/sign-in", {"username": "sam", "password": "wrong-secret"}).content.decode()
    for page in (known, unknown):
        assert "The username or the password is wrong" in page
        assert "wrong-secret" not in page
        assert "<title>Error: Sign in" in page


def test_nobody_is_sent_to_another_site_after_signing_in(client, person):
    response = client.post("/sign-in", {"username": "pat", "password": "demo", "next": "https://elsewhere.example/"})
    assert response.headers["Location"] == "/start"


def test_signing_out_needs_a_form_and_ends_the_session(client, person):
    client.force_login(person)
    assert client.get("/sign-out").status_code == 405
    client.post("/sign-out")
    assert client.get("/who-looked").status_code == 302


def test_a_live_filter_after_the_session_has_ended_leads_to_the_sign_in_page_as_a_whole(client):
    response = client.get("/who-looked?page=2", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/who-looked"})
    assert response.status_code == 200
    assert response.headers["HX-Redirect"] == "/sign-in?next=/who-looked"
    assert response.content == b""


def test_the_door_opens_without_the_reading_desk(client, monkeypatch):
    """Who signs in waits for no snapshot to be opened; that it is made-up data is read from the snapshot's own account."""
    from clockstop.pages import context

    monkeypatch.setattr(context, "desk_of_process", lambda: pytest.fail("the desk was opened"))
    assert client.get("/sign-in").status_code == 200
    assert client.get("/help").status_code == 200
