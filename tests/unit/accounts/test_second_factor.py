"""A code is asked for between the password and the first page, works once, and cannot be gone around."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from clockstop.accounts import second_factor
from clockstop.errors import UserError

pytestmark = pytest.mark.django_db


def code_of(secret: str, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


@pytest.fixture
def secret(pat):
    made = generate_totp_secret()
    TOTP.activate(pat, made)
    RecoveryCodes.activate(pat)
    return made


@pytest.fixture
def half_way(secret, sign_in):
    """A browser at which the right password was typed, and no code yet."""
    browser = Client()
    assert sign_in(browser=browser).headers["Location"] == "/sign-in/code"
    return browser


def test_the_password_alone_opens_no_page_for_who_has_a_second_factor(half_way):
    for page in ("/who-looked", "/account", "/account/second-factor/remove", "/account/second-factor/codes", "/account/password"):
        assert half_way.get(page).headers["Location"].startswith("/sign-in"), page
    assert half_way.get("/api/v1/measures").status_code == 401
    assert half_way.get("/sign-in").headers["Location"].startswith("/sign-in/code")


def test_the_code_opens_the_page_that_was_asked_for(pat, secret, sign_in):
    browser = Client()
    sign_in(browser=browser, next_page="/who-looked")
    before = browser.session.session_key
    assert browser.post("/sign-in/code", {"code": code_of(secret)}).headers["Location"] == "/who-looked"
    assert browser.session.session_key != before
    assert browser.get("/who-looked").status_code == 200


def test_a_code_works_once_even_in_another_worker(half_way, secret, sign_in, settings):
    code = code_of(secret)
    assert half_way.post("/sign-in/code", {"code": code}).status_code == 302
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "another worker"}}
    again = Client()
    sign_in(browser=again)
    answer = again.post("/sign-in/code", {"code": code})
    assert answer.status_code == 200
    assert second_factor.WRONG_CODE in answer.content.decode()
    assert again.post("/sign-in/code", {"code": code_of(secret, -1)}).status_code == 200, "nor does an earlier one"


def test_a_recovery_code_works_once_and_the_others_still_do(half_way, pat, sign_in):
    first, second, *_ = RecoveryCodes(Authenticator.objects.get(user=pat, type="recovery_codes")).generate_codes()
    assert half_way.post("/sign-in/code", {"code": f" {first[:4]} {first[4:]}"}).status_code == 302
    again = Client()
    sign_in(browser=again)
    assert again.post("/sign-in/code", {"code": first}).status_code == 200
    assert again.post("/sign-in/code", {"code": second}).status_code == 302


def test_codes_cannot_be_tried_without_end(half_way, secret, sign_in):
    for _ in range(5):
        half_way.post("/sign-in/code", {"code": "000000"})
    answer = half_way.post("/sign-in/code", {"code": code_of(secret)})
    assert "too many wrong tries" in answer.content.decode()
    assert sign_in().status_code == 429, "nor the password after it"


def test_somebody_else_may_begin_anew_at_the_same_browser(half_way, viewer, sign_in):
    assert half_way.post("/sign-in/code", {"again": "1"}).headers["Location"] == "/sign-in"
    assert sign_in("vic", browser=half_way).headers["Location"] == "/start"


def test_the_secret_is_not_readable_in_the_database(secret, pat, settings):
    kept = Authenticator.objects.get(user=pat, type="totp").data["secret"]
    assert secret not in kept
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key", [settings.SECRET_KEY]
    assert second_factor.SecondFactors().decrypt(kept) == secret
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(UserError, match="can no longer be read"):
        second_factor.SecondFactors().decrypt(kept)


@pytest.mark.parametrize(
    ("policy", "manager_must", "viewer_must"),
    [("required", True, True), ("patients", True, False), ("offered", False, False), ("off", False, False)],
)
def test_who_must_have_one_is_a_setting(*, policy, manager_must, viewer_must, pat, viewer, settings):
    settings.SECOND_FACTOR = policy
    assert (second_factor.must_have(pat), second_factor.must_have(viewer)) == (manager_must, viewer_must)


def test_who_must_have_one_and_has_none_sets_it_up_before_any_page(pat, sign_in, settings):
    settings.SECOND_FACTOR = "patients"
    browser = Client()
    sign_in(browser=browser)
    for page in ("/", "/who-looked", "/account", "/api/v1/measures"):
        assert browser.get(page).headers["Location"] == "/account/second-factor/add", page
    assert browser.get("/who-looked", headers={"HX-Request": "true"}).headers["HX-Redirect"] == "/account/second-factor/add"
    page = browser.get("/account/second-factor/add").content.decode()
    made = browser.session["mfa.totp.secret"]
    assert "data:image/svg+xml" in page
    assert " ".join(made[at : at + 4] for at in range(0, 32, 4)) in page
    assert browser.post("/account/second-factor/add", {"code": "000000"}).status_code == 200
    code = code_of(made)
    done = browser.post("/account/second-factor/add", {"code": code})
    assert done.headers["Location"] == "/account/second-factor/codes"
    assert browser.get(done.headers["Location"]).content.decode().count("<li><code>") == 10
    assert browser.get("/who-looked").status_code == 200
    again = Client()
    sign_in(browser=again)
    assert again.post("/sign-in/code", {"code": code}).status_code == 200, "the first code is spent"


def test_a_sign_in_without_a_code_is_asked_for_one_when_the_rule_becomes_stricter(pat, client, settings):
    client.force_login(pat)
    settings.SECOND_FACTOR = "required"
    secret = generate_totp_secret()
    TOTP.activate(pat, secret)
    assert client.get("/who-looked").headers["Location"] == "/account/confirm/code"
    assert client.post("/account/confirm/code", {"code": code_of(secret)}).status_code == 302
    assert client.get("/who-looked").status_code == 200


def test_taking_it_away_needs_a_password_or_code_of_the_last_minutes_and_asks_for_another_where_one_is_needed(
    half_way, secret, settings, pat
):
    settings.SECOND_FACTOR = "patients"
    half_way.post("/sign-in/code", {"code": code_of(secret)})
    session = half_way.session
    session["account_authentication_methods"] = [one | {"at": one["at"] - 400} for one in session["account_authentication_methods"]]
    session.save()
    assert half_way.post("/account/second-factor/remove").headers["Location"].startswith("/account/confirm?")
    assert half_way.post("/account/confirm", {"password": "wrong"}).status_code == 200
    assert Authenticator.objects.filter(user=pat).count() == 2
    half_way.post("/account/confirm?next=/account/second-factor/remove", {"password": "three-plain-words"})
    half_way.post("/account/second-factor/remove")
    assert not Authenticator.objects.filter(user=pat).exists()
    assert half_way.get("/who-looked").headers["Location"] == "/account/second-factor/add"


def test_new_recovery_codes_make_the_old_ones_useless(half_way, secret, pat, sign_in):
    old = RecoveryCodes(Authenticator.objects.get(user=pat, type="recovery_codes")).generate_codes()
    half_way.post("/sign-in/code", {"code": code_of(secret)})
    assert "10 codes" in half_way.get("/account/second-factor/codes/new").content.decode()
    assert half_way.post("/account/second-factor/codes/new").headers["Location"] == "/account/second-factor/codes"
    again = Client()
    sign_in(browser=again)
    assert again.post("/sign-in/code", {"code": old[3]}).status_code == 200


def test_where_it_is_off_nobody_is_asked(secret, sign_in, settings):
    settings.SECOND_FACTOR = "off"
    assert sign_in().headers["Location"] == "/start"
