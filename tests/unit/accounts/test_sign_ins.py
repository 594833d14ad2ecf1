"""How long a sign-in lasts, where a person is signed in, and how it ends; what was typed is not lost with it."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from clockstop.accounts import sessions
from clockstop.accounts.models import SignIn

pytestmark = pytest.mark.django_db
PASSWORD = "three-plain-words"


def age(browser, *, seen=0, began=0):
    """As if so many minutes had gone by."""
    session = browser.session
    session["seen_at"] -= seen * 60
    session["signed_in_at"] -= began * 60
    session.save()


def test_a_sign_in_is_written_down_with_how_and_from_where(pat, sign_in):
    browser = Client()
    sign_in(browser=browser, REMOTE_ADDR="10.0.0.7", HTTP_USER_AGENT="A browser")
    kept = SignIn.objects.get()
    assert (kept.user, kept.method, kept.network_address, kept.browser) == (pat, "password", "10.0.0.7", "A browser")
    browser.post("/sign-out")
    assert SignIn.objects.get().ended_because == "signed_out"


def test_a_session_from_before_the_sign_in_is_of_no_use_afterwards(pat, sign_in):
    browser = Client()
    browser.get("/sign-in?next=/who-looked")
    session = browser.session
    session["planted"] = 1
    session.save()
    browser.cookies["sessionid"] = before = session.session_key
    sign_in(browser=browser)
    assert browser.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_who_sees_patients_is_signed_out_after_half_an_hour_and_others_later(pat, viewer, client):
    for user, minutes in ((pat, 30), (viewer, 120)):
        client.force_login(user)
        age(client, seen=minutes - 1)
        assert client.get("/who-looked").status_code == 200
        age(client, seen=minutes)
        assert client.get("/who-looked").headers["Location"] == "/sign-in?next=/who-looked"
        assert "You were signed out because" in client.get("/sign-in").content.decode()
        assert "You were signed out" not in client.get("/sign-in").content.decode(), "it is said once"
        assert SignIn.objects.get(user=user).ended_because == "not_used"


def test_use_keeps_a_sign_in_alive_but_not_beyond_its_longest_time(pat, client):
    client.force_login(pat)
    for _ in range(3):
        age(client, seen=25)
        assert client.get("/who-looked").status_code == 200
    age(client, began=12 * 60)
    assert client.get("/who-looked").status_code == 302
    assert SignIn.objects.get().ended_because == "too_long"


def test_a_board_that_renews_itself_is_not_use(pat, client):
    client.force_login(pat)
    age(client, seen=29)
    assert client.get("/who-looked", headers={"HX-Request": "true", "X-Clockstop-Edition": "1"}).status_code == 200
    age(client, seen=1)
    renewed = client.get("/who-looked", headers={"HX-Request": "true", "X-Clockstop-Edition": "1"})
    assert renewed.headers["HX-Redirect"] == "/sign-in?next=/who-looked"


def test_the_table_is_written_once_a_minute_at_most(pat, client):
    client.force_login(pat)
    SignIn.objects.update(last_seen_at=timezone.now() - timedelta(hours=1))
    client.get("/account/password")
    assert SignIn.objects.get().last_seen_at < timezone.now() - timedelta(minutes=59)
    age(client, seen=2)
    client.get("/account/password")
    assert SignIn.objects.get().last_seen_at > timezone.now() - timedelta(minutes=1)


def test_the_sixth_place_ends_the_first(pat, sign_in, settings):
    settings.MOST_SIGN_INS = 5
    browsers = [Client() for _ in range(6)]
    for browser in browsers:
        sign_in(browser=browser)
    assert [browser.get("/who-looked").status_code for browser in browsers] == [302, 200, 200, 200, 200, 200]
    assert SignIn.objects.get(ended_because="too_many").pk == SignIn.objects.earliest("pk").pk


def test_the_account_page_shows_where_one_is_signed_in_and_ends_the_others(pat, sign_in):
    here, there = Client(), Client()
    sign_in(browser=there, HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Gecko Firefox/141.0")
    sign_in(browser=here)
    assert "Firefox on Windows" in here.get("/account").content.decode()
    here.post("/account/sign-ins/end")
    assert (here.get("/who-looked").status_code, there.get("/who-looked").status_code) == (200, 302)
    assert "Firefox on Windows" not in here.get("/account").content.decode()


def test_a_new_password_ends_every_other_sign_in(pat, sign_in):
    here, there = Client(), Client()
    sign_in(browser=there)
    sign_in(browser=here)
    before = here.session.session_key
    here.post("/account/password", {"old_password": PASSWORD, "new_password": "a-wholly-new-word"})
    assert (here.get("/who-looked").status_code, there.get("/who-looked").status_code) == (200, 302)
    assert here.session.session_key != before
    assert [one.session_key for one in sessions.current(pat)] == [here.session.session_key]
    assert SignIn.objects.get(ended_because="password")


def test_every_sign_in_of_a_person_can_be_ended_at_once(pat, client):
    client.force_login(pat)
    assert sessions.end_all(pat, SignIn.Ended.LEFT) == 1
    assert client.get("/who-looked").status_code == 302


@pytest.mark.parametrize("is_htmx", [True, False])
def test_what_was_being_sent_when_the_sign_in_ran_out_is_shown_after_signing_in_again(pat, client, sign_in, is_htmx):
    client.force_login(pat)
    age(client, seen=31)
    headers = {"Referer": "http://testserver/who-looked?page=2"} | ({"HX-Request": "true"} if is_htmx else {})
    sent = client.post("/views/add?x=1", {"comment": "Rang the <patient>", "csrfmiddlewaretoken": "t"}, headers=headers)
    where = sent.headers["HX-Redirect"] if is_htmx else sent.headers["Location"]
    assert where == "/sign-in?next=/who-looked%3Fpage%3D2"
    assert "What you were sending is kept" in client.get("/sign-in").content.decode()
    assert sign_in(browser=client).headers["Location"] == "/account/kept"
    page = client.get("/account/kept").content.decode()
    assert 'action="/views/add?x=1"' in page
    assert '<input type="hidden" name="comment" value="Rang the &lt;patient&gt;">' in page
    assert 'name="csrfmiddlewaretoken" value="t"' not in page
    assert client.get("/account/kept").headers["Location"] == "/start", "once"


def test_what_somebody_was_sending_is_shown_to_nobody_else(pat, viewer, client, sign_in):
    client.force_login(pat)
    age(client, seen=31)
    client.post("/views/add", {"comment": "of pat"})
    assert sign_in("vic", browser=client).headers["Location"] == "/start"
    client.post("/sign-out")
    assert sign_in(browser=client).headers["Location"] == "/start"


def test_a_password_that_was_being_changed_is_not_kept(pat, client, sign_in):
    client.force_login(pat)
    age(client, seen=31)
    client.post("/account/password", {"old_password": PASSWORD, "new_password": "a-wholly-new-word"})
    assert sign_in(browser=client).headers["Location"] == "/start"


@pytest.mark.parametrize(
    "where", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "http:evil.example"]
)
def test_nobody_is_led_to_another_site(where, pat, sign_in, client):
    assert sign_in(next_page=where).headers["Location"] == "/start"
    client.force_login(pat)
    assert client.get("/sign-in", {"next": where}).headers["Location"] == "/start"
    age(client, seen=31)
    assert "evil" not in client.post("/views/add", {"a": "b"}, headers={"Referer": where}).headers["Location"]


def test_a_sign_in_from_another_site_is_refused(pat):
    browser = Client(enforce_csrf_checks=True)
    assert browser.post("/sign-in", {"username": "pat", "password": PASSWORD}).status_code == 403
    assert browser.post("/sign-in/openid").status_code == 403


@pytest.mark.parametrize(
    ("new", "said"),
    [("short-one", "at least 12 characters"), ("password1234", "too common"), (PASSWORD, "the password that you have")],
)
def test_a_weak_password_is_refused(pat, client, new, said):
    client.force_login(pat)
    assert said in client.post("/account/password", {"old_password": PASSWORD, "new_password": new}).content.decode()
    pat.refresh_from_db()
    assert pat.check_password(PASSWORD)


def test_a_password_that_somebody_else_chose_is_changed_before_any_page_where_the_site_is_shared(pat, sign_in, settings):
    settings.FIRST_PASSWORD_CHANGES = True
    pat.must_change_password = True
    pat.save()
    browser = Client()
    sign_in(browser=browser)
    for page in ("/who-looked", "/account", "/api/v1/measures"):
        assert browser.get(page).headers["Location"] == "/account/password", page
    assert "Somebody else chose" in browser.get("/account/password").content.decode()
    done = browser.post("/account/password", {"old_password": PASSWORD, "new_password": "a-wholly-new-word", "first": "1"})
    assert done.headers["Location"] == "/start"
    assert browser.get("/who-looked").status_code == 200


def test_who_has_left_signs_in_no_more_and_is_told_no_more_than_others(pat, sign_in):
    pat.is_active = False
    pat.save()
    answer = sign_in()
    assert "The username or the password is wrong" in answer.content.decode()


def test_who_has_no_password_here_is_led_back_and_null_characters_are_no_error(pat, client, sign_in):
    assert sign_in("p\0at").status_code == 200
    pat.set_unusable_password()
    pat.save()
    client.force_login(pat)
    assert client.get("/account/password").headers["Location"] == "/account"
    assert "you sign in with your organisation" in client.get("/account").content.decode()
