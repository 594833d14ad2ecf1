"""A token reads what its owner may read at that moment, or less; its key is known by nobody but who copied it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from clockstop.accounts import tokens
from clockstop.accounts.actions import add_user
from clockstop.accounts.models import ApiToken, Membership, TokenFailures
from clockstop.errors import NotAllowed, UnknownName

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 15, 9, 0, tzinfo=UTC)


@pytest.fixture
def person(home):
    return add_user(username="pat", password="demo", role_slug="information_analyst", trust="QQA", is_demo=True)


def made(person, **more):
    return tokens.make_token(by=person, name="Power BI", now=NOW, **more)


def test_the_key_opens_and_is_not_kept(person):
    token, key = made(person)
    assert tokens.token_of(key, now=NOW) == token
    kept = ApiToken.objects.filter(pk=token.pk).values().get()
    assert key not in str(kept)
    assert kept["key_hash"] == tokens.hash_of(key)
    assert key.startswith(token.hint)
    assert tokens.token_of(key + "x", now=NOW) is None


def test_two_keys_are_never_alike(person):
    keys = {made(person)[1] for _ in range(5)}
    assert len(keys) == 5
    assert min(len(key) for key in keys) > 40


def test_a_key_opens_until_it_expires_is_revoked_or_its_owner_leaves(person):
    token, key = made(person, days=30)
    assert tokens.token_of(key, now=NOW + timedelta(days=30, seconds=-1)) is not None
    assert tokens.token_of(key, now=NOW + timedelta(days=30)) is None
    person.is_active = False
    person.save()
    assert tokens.token_of(key, now=NOW) is None
    person.is_active = True
    person.save()
    tokens.revoke_token(by=person, token=token, now=NOW)
    assert tokens.token_of(key, now=NOW) is None
    assert ApiToken.objects.get(pk=token.pk).revoked_by == "pat"


def test_tokens_go_with_the_account(person):
    _, key = made(person)
    person.delete()
    assert tokens.token_of(key, now=NOW) is None
    assert ApiToken.objects.count() == 0


def test_the_scope_is_that_of_the_owner_now(person):
    _token, key = made(person, may_see_patients=True)
    assert tokens.scope_of_token(tokens.token_of(key, now=NOW)).may_see_patients == {"QQA"}
    Membership.objects.filter(user=person).update(role="group_viewer", trust="*")
    assert tokens.scope_of_token(tokens.token_of(key, now=NOW)).may_see_patients == frozenset()
    Membership.objects.filter(user=person).delete()
    assert tokens.scope_of_token(tokens.token_of(key, now=NOW)).trusts == frozenset()


def test_a_token_can_be_narrower_than_its_owner(person):
    Membership.objects.create(user=person, trust="QQB", role="service_manager")
    both = tokens.scope_of_token(made(person, may_see_patients=True)[0])
    assert (both.trusts, both.may_see_patients) == ({"QQA", "QQB"}, {"QQA", "QQB"})
    one = tokens.scope_of_token(made(person, trust="QQB", may_see_patients=True)[0])
    assert (one.trusts, one.may_see_patients) == ({"QQB"}, {"QQB"})
    assert tokens.scope_of_token(made(person)[0]).may_see_patients == frozenset()


def test_nobody_makes_a_token_for_what_they_may_not_see(person):
    with pytest.raises(NotAllowed):
        made(person, trust="QQB")
    viewer = add_user(username="sam", password="demo", role_slug="group_viewer", is_demo=True)
    with pytest.raises(NotAllowed):
        made(viewer, may_see_patients=True)


@pytest.mark.parametrize("wrong", [{"days": 0}, {"days": 367}, {"name": "  "}, {"name": "x" * 61}])
def test_a_token_needs_a_name_and_an_end(person, wrong):
    with pytest.raises(tokens.BadToken):
        tokens.make_token(**{"by": person, "name": "x", "now": NOW} | wrong)


def test_there_is_an_end_to_tokens_in_use(person):
    for _ in range(tokens.MOST_TOKENS):
        made(person)
    with pytest.raises(tokens.BadToken):
        made(person)


def test_only_the_owner_or_an_operator_revokes(person):
    token, key = made(person)
    other = add_user(username="sam", password="demo", role_slug="information_analyst", trust="QQA", is_demo=True)
    with pytest.raises(NotAllowed):
        tokens.revoke_token(by=other, token=token)
    assert tokens.token_of(key, now=NOW) is not None
    tokens.revoke_token(by=None, token=tokens.token_by_hint("pat", token.hint))
    assert tokens.token_of(key, now=NOW) is None
    with pytest.raises(UnknownName):
        tokens.token_by_hint("sam", token.hint)


def test_a_revoked_token_names_who_revoked_it(person):
    token, _ = made(person)
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiToken.objects.filter(pk=token.pk).update(revoked_at=NOW)


def test_the_last_use_is_written_once_a_minute(person):
    token, key = made(person)
    for seconds, used in ((0, 0), (59, 0), (60, 60)):
        tokens.token_of(key, now=NOW + timedelta(seconds=seconds))
        assert ApiToken.objects.get(pk=token.pk).last_used_at == NOW + timedelta(seconds=used)


def test_many_wrong_keys_shut_an_address_out_for_a_while():
    for _ in range(tokens.MOST_FAILURES):
        assert tokens.seconds_shut_out("10.0.0.1", now=NOW) == 0
        tokens.count_failure("10.0.0.1", now=NOW)
    assert tokens.seconds_shut_out("10.0.0.1", now=NOW + timedelta(minutes=1)) == 14 * 60 + 1
    assert tokens.seconds_shut_out("10.0.0.2", now=NOW) == 0
    later = NOW + tokens.FAILURES_WINDOW
    assert tokens.seconds_shut_out("10.0.0.1", now=later) == 0
    tokens.count_failure("10.0.0.1", now=later)
    assert TokenFailures.objects.get(network_address="10.0.0.1").failures == 1
