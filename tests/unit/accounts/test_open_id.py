"""Signing in at a real provider of OpenID Connect, a process of its own on this machine; and everything that is not let in."""

import re
import socket
import subprocess
import sys
import time
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from clockstop.accounts.models import Membership, SignIn, User
from clockstop.accounts.open_id import OpenId, OpenIdRefused
from clockstop.config import open_id
from clockstop.errors import UserError

pytestmark = pytest.mark.django_db
CLIENT, SECRET = "clockstop", "a-secret"


class Provider:
    """A running provider."""

    def __init__(self, *options: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.issuer = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(self.port), *options]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def wait(self) -> None:
        """Until it answers."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                requests.get(f"{self.issuer}/.well-known/openid-configuration", timeout=5)
            except requests.ConnectionError:
                assert self.process.poll() is None, "the provider stopped"
                time.sleep(0.1)
            else:
                return
        raise AssertionError("the provider did not answer within a minute")

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(timeout=10)

    def knows(self, sub: str, **claims) -> None:
        """A person with these claims."""
        requests.put(f"{self.issuer}/users/{sub}", json=claims, timeout=10).raise_for_status()

    def answers(self, going: str, **form: str) -> str:
        """Where the provider sends the person after the form on its own page."""
        return requests.post(going, data=form, allow_redirects=False, timeout=10).headers["Location"]


@pytest.fixture(scope="module")
def provider():
    running = Provider()
    running.wait()
    yield running
    running.stop()


@pytest.fixture
def site(provider, monkeypatch, settings):
    """This site with the provider; call it with other settings."""

    def set_up(**more: str) -> None:
        given = {"ISSUER": provider.issuer, "CLIENT_ID": CLIENT, "CLIENT_SECRET": SECRET, "NAME": "the trust's account"} | more
        for name, value in given.items():
            monkeypatch.setenv(f"CLOCKSTOP_OIDC_{name}", value)
        settings.SOCIALACCOUNT_PROVIDERS = open_id.provider()

    set_up()
    return set_up


def begun(browser: Client, next_page: str = "") -> str:
    """The address to which the browser is led."""
    answer = browser.post("/sign-in/openid", {"next": next_page})
    assert answer.status_code == 200, answer.content.decode()
    return answer.headers["Refresh"].removeprefix("0; url=")


def finished(browser: Client, provider: Provider, sub: str, next_page: str = ""):
    """The site's answer to who comes back as that person."""
    back = provider.answers(begun(browser, next_page), sub=sub)
    return browser.get(back.removeprefix("http://testserver"))


def is_in(browser: Client) -> bool:
    return browser.get("/who-looked").status_code == 200


def test_a_person_of_the_provider_opens_the_account_that_the_claim_names(site, provider, pat):
    provider.knows("001", preferred_username="pat")
    browser = Client()
    assert "Sign in with the trust&#39;s account" in browser.get("/sign-in").content.decode()
    assert finished(browser, provider, "001", "/who-looked").headers["Location"] == "/who-looked"
    assert is_in(browser)
    assert SignIn.objects.get().method == "openid"
    assert set(SocialAccount.objects.get().extra_data["id_token"]) == {"iss", "sub"}, "no more of the person is kept"


def test_the_account_stays_with_the_person_whatever_the_names_become(site, provider, pat, viewer):
    provider.knows("002", preferred_username="pat")
    assert finished(Client(), provider, "002").headers["Location"] == "/start"
    provider.knows("002", preferred_username="vic")
    browser = Client()
    finished(browser, provider, "002")
    assert "You are pat" in browser.get("/account").content.decode()
    provider.knows("003", preferred_username="pat")
    stranger = Client()
    assert "There is no account for you here" in finished(stranger, provider, "003").content.decode()
    assert not is_in(stranger)


@pytest.mark.parametrize("claims", [{"preferred_username": "nobody"}, {}, {"preferred_username": ""}])
def test_who_has_no_account_is_told_whom_to_ask_and_none_is_made(site, provider, pat, claims):
    provider.knows("004", **claims)
    browser = Client()
    answer = finished(browser, provider, "004")
    assert (answer.status_code, "There is no account for you here" in answer.content.decode()) == (403, True)
    assert (is_in(browser), User.objects.count()) == (False, 1)


def test_who_has_left_is_not_let_in_bound_or_not(site, provider, pat):
    provider.knows("005", preferred_username="pat")
    User.objects.update(is_active=False)
    assert finished(Client(), provider, "005").status_code == 403
    User.objects.update(is_active=True)
    assert finished(Client(), provider, "005").status_code == 302
    User.objects.update(is_active=False)
    browser = Client()
    assert finished(browser, provider, "005").status_code == 403
    assert not is_in(browser)


def test_a_new_account_is_made_only_where_the_settings_say_so_and_may_do_nothing(site, provider):
    site(ADD_ACCOUNTS="1")
    provider.knows("006", preferred_username="newcomer", groups=["clockstop-admin"], roles=["group_operations_director"])
    browser = Client()
    assert finished(browser, provider, "006").status_code == 302
    made = User.objects.get(username="newcomer")
    assert (Membership.objects.count(), made.has_usable_password(), made.is_staff, made.is_superuser) == (0, False, False, False)


def test_an_address_of_mail_counts_only_where_the_provider_has_checked_it(site, provider, pat):
    site(CLAIM="email")
    User.objects.update(username="pat@trust.example")
    provider.knows("007", email="pat@trust.example", email_verified=False)
    assert finished(Client(), provider, "007").status_code == 403
    provider.knows("007", email="pat@trust.example", email_verified=True)
    assert finished(Client(), provider, "007").status_code == 302


@pytest.mark.parametrize(
    ("setting", "methods", "asked"),
    [("claim", ["pwd"], True), ("claim", ["pwd", "mfa"], False), ("provider", [], False), ("ours", ["mfa"], True)],
)
def test_our_second_factor_is_asked_for_unless_the_provider_has(site, provider, pat, settings, *, setting, methods, asked):
    settings.SECOND_FACTOR = "required"
    site(SECOND_FACTOR=setting)
    provider.knows("008", preferred_username="pat", amr=methods)
    browser = Client()
    finished(browser, provider, "008")
    assert browser.get("/who-looked").status_code == (302 if asked else 200)
    TOTP.activate(pat, generate_totp_secret())
    assert finished(Client(), provider, "008").headers["Location"] == ("/sign-in/code" if asked else "/start")


def test_a_sign_in_works_once_and_only_at_the_browser_that_began_it(site, provider, pat):
    provider.knows("009", preferred_username="pat")
    browser, victim = Client(), Client()
    back = provider.answers(begun(browser), sub="009").removeprefix("http://testserver")
    lured = victim.get(back)
    assert (lured.status_code, "not one that was begun here" in lured.content.decode()) == (403, True)
    assert not is_in(victim)
    assert browser.get(back).status_code == 302
    browser.post("/sign-out")
    assert browser.get(back).status_code == 403
    assert not is_in(browser)


def test_a_code_that_was_got_for_another_sign_in_is_refused(site, provider, pat):
    provider.knows("010", preferred_username="pat")
    thief, victim = Client(), Client()
    stolen = parse_qs(urlsplit(provider.answers(begun(thief), sub="010")).query)["code"][0]
    state = parse_qs(urlsplit(begun(victim)).query)["state"][0]
    answer = victim.get("/sign-in/openid/callback", {"code": stolen, "state": state})
    assert (answer.status_code, "cannot be trusted" in answer.content.decode()) == (403, True)
    assert not is_in(victim)


def test_a_token_of_another_issuer_is_refused(site, provider, pat, settings):
    provider.knows("011", preferred_username="pat")
    elsewhere = {"token_endpoint": f"http://localhost:{provider.port}/oauth2/token"}
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    app["settings"]["openid_configuration_overrides"] = elsewhere
    assert "cannot be trusted" in finished(Client(), provider, "011").content.decode()


def test_a_provider_that_says_it_is_another_is_refused(site, provider):
    site(ISSUER=f"http://127.0.0.1:{provider.port}/tenant")
    assert Client().post("/sign-in/openid").status_code == 403
    site(ISSUER=f"{provider.issuer}/.well-known/openid-configuration")
    assert "cannot be trusted" in Client().post("/sign-in/openid").content.decode()


def test_a_token_for_another_site_or_with_a_changed_letter_is_refused(site, provider, pat, rf):
    provider.knows("012", preferred_username="pat")
    going = begun(Client())
    code = parse_qs(urlsplit(provider.answers(re.sub("client_id=clockstop", "client_id=other", going), sub="012")).query)["code"][0]
    form = {"grant_type": "authorization_code", "code": code, "client_id": "other", "client_secret": "x"}
    back = {"redirect_uri": "http://testserver/sign-in/openid/callback"}
    token = requests.post(f"{provider.issuer}/oauth2/token", data=form | back, timeout=10).json()["id_token"]
    asks = OpenId(rf.get("/"), "openid")
    app = asks.get_provider().app
    app.client_id = "other"
    assert asks._decode_id_token(app, token)["sub"] == "012"
    changed = token[:-5] + ("A" if token[-5] != "A" else "B") + token[-4:]
    for client, sent in ((CLIENT, token), ("other", changed), ("other", ""), ("other", "a.b.c")):
        app.client_id = client
        with pytest.raises(OpenIdRefused, match="token"):
            asks._decode_id_token(app, sent)


def test_a_token_that_is_over_is_refused(site, pat):
    late = Provider("--token-max-age", "-60")
    try:
        late.wait()
        site(ISSUER=late.issuer)
        late.knows("013", preferred_username="pat")
        answer = finished(Client(), late, "013").content.decode()
        assert "The sign-in took too long" in answer
    finally:
        late.stop()


def test_who_breaks_it_off_at_the_provider_may_try_again(site, provider):
    browser = Client()
    back = provider.answers(begun(browser), action="deny").removeprefix("http://testserver")
    answer = browser.get(back)
    state = parse_qs(urlsplit(begun(browser)).query)["state"][0]
    denied = browser.get("/sign-in/openid/callback", {"error": "access_denied", "state": state})
    assert answer.status_code == 403
    assert "You did not sign in" in denied.content.decode()


def test_a_provider_that_does_not_answer_is_said(site):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        site(ISSUER=f"http://127.0.0.1:{probe.getsockname()[1]}")
        answer = Client().post("/sign-in/openid")
    assert "The trust&#39;s account does not answer" in answer.content.decode()


def test_a_provider_that_stops_in_between_is_said(site, provider):
    browser = Client()
    back = provider.answers(begun(browser), sub="015").removeprefix("http://testserver")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        site(ISSUER=f"http://127.0.0.1:{probe.getsockname()[1]}")
        assert "does not answer" in browser.get(back).content.decode()


def test_a_provider_is_not_led_to_another_site_afterwards(site, provider, pat):
    provider.knows("014", preferred_username="pat")
    assert finished(Client(), provider, "014", "https://evil.example/").headers["Location"] == "/start"


def test_without_a_provider_there_is_no_button_and_no_way(client, db):
    assert "Sign in with" not in client.get("/sign-in").content.decode()
    for answer in (client.post("/sign-in/openid"), client.get("/sign-in/openid/callback?code=1&state=2")):
        assert answer.headers["Location"] == "/sign-in"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"ISSUER": "https://id.example"}, "set by half"),
        ({"ISSUER": "http://id.example", "CLIENT_ID": "a", "CLIENT_SECRET": "b"}, "begins with https://"),
    ],
)
def test_settings_that_cannot_be_right_are_said(monkeypatch, given, said):
    for name, value in given.items():
        monkeypatch.setenv(f"CLOCKSTOP_OIDC_{name}", value)
    with pytest.raises(UserError, match=said):
        open_id.provider()
