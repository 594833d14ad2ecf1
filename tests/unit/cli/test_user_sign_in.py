"""What an operator does about somebody's sign-in: another password, unlocking, a lost telephone, signing out."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from clockstop.accounts.actions import add_user
from clockstop.accounts.models import ApiToken, SignIn, User
from clockstop.accounts.tokens import make_token
from clockstop.cli import main

pytestmark = pytest.mark.django_db


@pytest.fixture
def pat(home, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    home.organisation_file("AAA").parent.mkdir(parents=True)
    home.organisation_file("AAA").write_text('code = "AAA"\nname = "A"\n')
    return add_user(username="pat", password="three-plain-words", role_slug="service_manager", trust="AAA", is_demo=True)


@pytest.fixture
def browser(pat):
    """Where pat is signed in."""
    made = Client()
    made.force_login(pat)
    return made


@pytest.fixture
def run(capsys):
    def typed(*arguments: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main.run(["user", *arguments])
        said = capsys.readouterr()
        return said.out if not ended.value.code else said.err

    return typed


def is_in(browser) -> bool:
    return browser.get("/who-looked").status_code == 200


def test_another_password_signs_the_person_out_and_is_to_be_changed(run, browser, tmp_path):
    file = tmp_path / "password"
    file.write_text("another-plain-word\n")
    assert "pat has another password" in run("password", "pat", "--password-file", str(file))
    kept = User.objects.get(username="pat")
    assert (kept.check_password("another-plain-word"), kept.must_change_password, is_in(browser)) == (True, True, False)
    file.write_text("short\n")
    assert "too weak" in run("password", "pat", "--password-file", str(file))
    assert "There is no user sam" in run("password", "sam", "--password-file", str(file))


def test_a_password_that_an_operator_gives_with_a_new_account_is_marked(run, home, pat, tmp_path):
    file = tmp_path / "password"
    file.write_text("another-plain-word\n")
    run("add", "new", "--role", "group_viewer", "--password-file", str(file))
    assert User.objects.get(username="new").must_change_password


def test_who_is_locked_out_is_listed_and_unlocked(run, pat):
    assert "Nobody is locked out" in run("unlock")
    for number in range(5):
        Client().post("/sign-in", {"username": "pat", "password": str(number)})
    assert run("unlock") == "pat\t5 wrong tries\n"
    assert "5 wrong tries are forgotten" in run("unlock", "pat")
    assert "was not locked out" in run("unlock", "pat")
    assert Client().post("/sign-in", {"username": "pat", "password": "three-plain-words"}).status_code == 302


def test_a_lost_telephone_is_taken_off_the_account(run, pat, browser):
    assert "has no second factor and needs none" in run("second-factor", "pat")
    TOTP.activate(pat, generate_totp_secret())
    assert "has a second factor" in run("second-factor", "pat")
    assert "has no second factor any more" in run("second-factor", "pat", "--remove")
    assert (Authenticator.objects.count(), is_in(browser)) == (0, False)


def test_a_binding_to_the_provider_is_told_and_undone(run, pat):
    SocialAccount.objects.create(user=pat, provider="openid", uid="x", extra_data={"id_token": {"iss": "https://id", "sub": "42"}})
    assert "bound to 42 of https://id" in run("open-id", "pat")
    assert "bound to nobody any more" in run("open-id", "pat", "--forget")
    assert "bound to nobody at the provider" in run("open-id", "pat")


def test_sign_ins_are_listed_and_ended(run, browser):
    assert "\tpassword\taddress not known\tnot ended" in run("sign-ins", "pat")
    assert "Signed out at 1 place" in run("sign-ins", "pat", "--end")
    assert "Ended by whoever runs this Clockstop" in run("sign-ins", "pat")
    assert not is_in(browser)


def test_a_leaver_is_signed_out_at_once_and_every_way_in_is_shut_while_the_history_stays(run, pat, browser):
    make_token(by=pat, name="Power BI")
    run("leave", "pat")
    assert (is_in(browser), ApiToken.objects.get().revoked_by, User.objects.get().is_active) == (False, "operator", False)
    assert [one.ended_because for one in SignIn.objects.all()] == ["role"]
    assert pat.memberships.get().ends_at is not None


def test_the_end_of_a_role_signs_out(run, pat, browser):
    run("end", "pat", "--role", "service_manager", "--trust", "AAA")
    assert not is_in(browser)
