"""Who tries too often waits, whoever it is; nothing that is said tells whether an account exists."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt, AccessFailureLog
from django.test import Client

from clockstop.accounts import lock_out

pytestmark = pytest.mark.django_db
PASSWORD = "three-plain-words"


def fail(sign_in, times, username="pat", address="10.0.0.1"):
    return [sign_in(username, f"wrong-{number}", REMOTE_ADDR=address) for number in range(times)][-1]


def test_after_five_wrong_passwords_the_right_one_opens_nothing(pat, sign_in):
    assert fail(sign_in, 4).status_code == 200
    assert fail(sign_in, 1).status_code == 429
    refused = sign_in(REMOTE_ADDR="10.0.0.1")
    assert (refused.status_code, "too many wrong tries" in refused.content.decode()) == (429, True)


def test_a_name_that_nobody_has_is_locked_in_the_same_words(pat, sign_in):
    known, unknown = fail(sign_in, 6, "pat"), fail(sign_in, 6, "nobody")
    words = [answer.content.decode().replace("nobody", "pat").split("<main")[1] for answer in (known, unknown)]
    assert known.status_code == unknown.status_code == 429
    assert _without_tokens(words[0]) == _without_tokens(words[1])


def _without_tokens(page: str) -> str:
    import re

    return re.sub(r'value="[A-Za-z0-9]{64}"', "", page)


def test_the_right_password_of_a_locked_account_is_not_looked_at(pat, sign_in, monkeypatch):
    fail(sign_in, 5)
    monkeypatch.setattr("clockstop.accounts.models.User.check_password", lambda *_: pytest.fail("the password was looked at"))
    sign_in(REMOTE_ADDR="10.0.0.1")


def test_a_colleague_elsewhere_is_not_locked_by_it_but_twenty_tries_from_anywhere_lock_the_name(pat, sign_in):
    fail(sign_in, 5)
    assert sign_in(REMOTE_ADDR="10.0.0.2").status_code == 302
    for number in range(3, 8):
        fail(sign_in, 4, address=f"10.0.0.{number}")
    assert sign_in(REMOTE_ADDR="10.0.0.99").status_code == 429


def test_an_address_that_tries_many_names_is_locked_and_one_good_sign_in_does_not_clear_it(pat, sign_in):
    AccessAttempt.objects.create(
        username="many", ip_address="10.0.0.1", failures_since_start=99, user_agent="", attempt_time=_now()
    )
    assert sign_in(REMOTE_ADDR="10.0.0.1").status_code == 302
    assert fail(sign_in, 1, "other").status_code == 429
    assert sign_in(REMOTE_ADDR="10.0.0.1").status_code == 429


def test_trying_on_does_not_lengthen_the_wait_and_it_ends(pat, sign_in):
    fail(sign_in, 5)
    before = AccessAttempt.objects.get().attempt_time
    fail(sign_in, 3)
    assert AccessAttempt.objects.get().attempt_time == before
    AccessAttempt.objects.update(attempt_time=before - lock_out.LASTS - timedelta(seconds=1))
    assert sign_in(REMOTE_ADDR="10.0.0.1").status_code == 302


def test_an_administrator_unlocks(pat, sign_in):
    fail(sign_in, 5)
    assert lock_out.locked_names() == [("pat", 5)]
    assert lock_out.unlock("pat") == 5
    assert lock_out.locked_names() == []
    assert sign_in(REMOTE_ADDR="10.0.0.1").status_code == 302


def test_no_password_is_kept_even_where_it_was_typed_as_the_name(pat, sign_in):
    sign_in("my-own-secret-word", "my-own-secret-word")
    kept = str([*AccessAttempt.objects.values(), *AccessFailureLog.objects.values()])
    assert "my-own-secret-word" not in kept


def test_a_header_that_anybody_can_send_gives_no_new_tries(pat, sign_in):
    for number in range(5):
        sign_in("pat", "wrong", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=f"8.8.8.{number}")
    assert sign_in(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="8.8.8.99").status_code == 429


def test_wrong_passwords_of_somebody_signed_in_are_counted_too(pat, client):
    client.force_login(pat)
    form = {"old_password": "wrong", "new_password": "a-wholly-new-word"}
    for _ in range(5):
        client.post("/account/password", form)
    answer = client.post("/account/password", form | {"old_password": PASSWORD}).content.decode()
    assert "too many wrong tries" in answer
    assert Client().post("/sign-in", {"username": "pat", "password": PASSWORD}).status_code == 429


def _now():
    from django.utils import timezone

    return timezone.now()
