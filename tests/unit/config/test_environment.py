"""Settings come from the environment once; a wrong one says how to set it."""

import stat
from pathlib import Path

import pytest

from clockstop.config import environment
from clockstop.errors import UserError


@pytest.mark.parametrize(("text", "on"), [("1", True), ("true", True), ("ON", True), ("0", False), ("no", False), ("", False)])
def test_a_switch_is_on_or_off(monkeypatch, text, on):
    monkeypatch.setenv("CLOCKSTOP_HTTPS", text)
    assert environment.is_on("CLOCKSTOP_HTTPS") is on


def test_a_switch_that_is_neither_says_how_to_set_it(monkeypatch):
    monkeypatch.setenv("CLOCKSTOP_HTTPS", "perhaps")
    with pytest.raises(UserError, match="CLOCKSTOP_HTTPS=1 or CLOCKSTOP_HTTPS=0"):
        environment.is_on("CLOCKSTOP_HTTPS")


def test_the_secret_key_is_made_once_for_its_owner_only(home, monkeypatch):
    monkeypatch.delenv("CLOCKSTOP_SECRET_KEY", raising=False)
    first = environment.secret_key(home.secret_key_file)
    assert len(first) >= 50
    assert environment.secret_key(home.secret_key_file) == first
    assert stat.S_IMODE(home.secret_key_file.stat().st_mode) == 0o600
    assert [file.name for file in home.secret_key_file.parent.iterdir()] == ["django.key"]


def test_a_given_secret_key_outweighs_the_file(home, monkeypatch):
    monkeypatch.setenv("CLOCKSTOP_SECRET_KEY", "given")
    assert environment.secret_key(home.secret_key_file) == "given"
    assert not home.secret_key_file.exists()


def test_a_postgresql_address_is_taken_apart():
    parts = environment.database("postgresql://cl%40ck:p%2Fw@db.example:5433/clockstop?sslmode=require", file=Path("unused"))
    assert (parts["ENGINE"], parts["NAME"]) == ("django.db.backends.postgresql", "clockstop")
    assert (parts["USER"], parts["PASSWORD"], parts["HOST"], parts["PORT"]) == ("cl@ck", "p/w", "db.example", "5433")
    assert parts["OPTIONS"] == {"sslmode": "require"}


def test_a_socket_folder_may_stand_for_the_host():
    assert environment.database("postgresql://clockstop@/clockstop?host=/run/pg", file=Path("unused"))["HOST"] == "/run/pg"


@pytest.mark.parametrize("address", ["mysql://somewhere/clockstop", "postgresql://somewhere", "clockstop"])
def test_another_database_says_what_to_set_and_repeats_no_password(address):
    with pytest.raises(UserError, match="postgresql://USER:PASSWORD@HOST/DATABASE"):
        environment.database(address, file=Path("unused"))


def test_without_an_address_records_lie_in_the_home(home):
    parts = environment.database("", file=home.database_file)
    assert parts["NAME"] == home.database_file
    assert home.database_file.parent.is_dir()
