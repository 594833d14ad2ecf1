"""Roles given and ended at the terminal, in words that say what to do, with each change kept."""

import json

import pytest

from clockstop.accounts.models import User
from clockstop.accounts.scopes import scope_of
from clockstop.answers.scope import Part
from clockstop.cli import main
from clockstop.registers.core.models import Change

pytestmark = pytest.mark.django_db
ORGANISATION = """
code = "AAA"
name = "A"
[[divisions]]
name = "Surgery"
services = ["100", "110"]
[[divisions]]
name = "Medicine"
services = ["300"]
"""


@pytest.fixture
def pat(home):
    home.organisation_file("AAA").parent.mkdir(parents=True)
    home.organisation_file("AAA").write_text(ORGANISATION)
    User.objects.create_user(username="boss")
    return User.objects.create_user(username="pat")


@pytest.fixture
def run(pat, capsys):
    def typed(*arguments: str) -> tuple[str, int]:
        with pytest.raises(SystemExit) as ended:
            main.run(["user", *arguments])
        said = capsys.readouterr()
        return said.out + said.err, ended.value.code or 0

    return typed


def test_a_role_over_some_services_for_a_deputy_until_a_day(run, pat, home):
    run("grant", "boss", "--role", "service_manager", "--trust", "AAA")
    said, code = run(
        "grant", "pat", "--role", "service_manager", "--trust", "AAA", "--division", "surgery", "--service", "300",
        "--deputy-for", "boss", "--until", "2999-12-24", "--reason", "Leave",
    )  # fmt: skip
    assert (said.strip(), code) == (
        "pat\tservice_manager\tAAA\tdivisions Surgery\tservices C_300\tuntil 2999-12-25 00:00\tdeputy for boss",
        0,
    )
    assert scope_of(User.objects.get(pk=pat.pk), home).parts == {Part("AAA", frozenset({"Surgery"}), frozenset({"C_300"}))}
    told = json.loads(run("list", "pat", "--format", "json")[0])[0]
    assert (told["granted_by"], told["reason"], told["data_class"]) == ("operator", "Leave", "patient_identifiable")
    assert list(Change.objects.filter(record="membership").values_list("what", "by_name")) == [("grant", "operator")] * 2


def test_a_role_that_is_ended_is_listed_no_more_but_with_all(run):
    run("grant", "pat", "--role", "board", "--trust", "AAA")
    assert "ended" in run("end", "pat", "--role", "board", "--trust", "AAA")[0]
    assert run("list")[0] == ""
    assert "ended" in run("list", "--all")[0]
    said, code = run("end", "pat", "--role", "board", "--trust", "AAA")
    assert "is no board of AAA" in said
    assert code == 2


def test_a_leaver_is_told_of(run, pat):
    run("grant", "pat", "--role", "board", "--trust", "AAA")
    assert "signs in no more" in run("leave", "pat")[0]
    assert not User.objects.get(pk=pat.pk).is_active


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--role", "service_manager", "--trust", "AAA", "--until", "soon"], "2026-12-24"),
        (["--role", "service_manager", "--trust", "AAA", "--until", "2020-01-01"], "later end"),
        (["--role", "service_manager", "--trust", "ZZZ"], "clockstop trust add"),
        (["--role", "service_manager"], "--trust CODE"),
        (["--role", "group_viewer", "--trust", "AAA"], "Leave out --trust"),
        (["--role", "group_viewer", "--service", "100"], "Leave out the places"),
        (["--role", "king", "--trust", "AAA"], "The roles are"),
        (["--role", "board", "--trust", "AAA", "--class", "everything"], "The classes are"),
        (["--role", "service_manager", "--trust", "AAA", "--deputy-for", "nobody"], "no user nobody"),
    ],
)
def test_what_cannot_be_granted_is_refused_with_what_to_do(run, pat, more, says):
    said, code = run("grant", "pat", *more)
    assert says in said
    assert code == 2
    assert not pat.memberships.exists()


def test_every_role_is_listed_with_what_it_sees_at_most(run):
    said = run("roles")[0]
    assert "director\ttrust\tpseudonymised\t" in said
    assert "administrator\ttrust\taggregate\t" in said
