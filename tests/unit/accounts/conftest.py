"""Users are made quickly here."""

import pytest
from django.test import Client

from clockstop.accounts.actions import add_user

PASSWORD = "three-plain-words"


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def pat(db):
    """A service manager of one trust, who sees patients."""
    return add_user(username="pat", password=PASSWORD, role_slug="service_manager", trust="AAA", is_demo=True)


@pytest.fixture
def viewer(db):
    """A viewer of the group, who sees none."""
    return add_user(username="vic", password=PASSWORD, role_slug="group_viewer", is_demo=True)


@pytest.fixture
def sign_in():
    """Type a name and a password; the answer. Give a browser to go on with it."""

    def typed(username="pat", password=PASSWORD, *, browser=None, next_page="", **meta):
        return (browser or Client()).post("/sign-in", {"username": username, "password": password, "next": next_page}, **meta)

    return typed
