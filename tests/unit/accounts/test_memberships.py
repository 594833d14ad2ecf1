"""A membership gives what it says, of the places that it names, with its class of data, while it holds, and nothing else."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from clockstop.accounts.memberships import Grant, end, grant, leave
from clockstop.accounts.models import ApiToken, Membership, User
from clockstop.accounts.roles import (
    AGGREGATE,
    EXPORT_PATIENTS,
    IDENTIFIABLE,
    MANAGE_PEOPLE,
    NEEDS_CLASS,
    NEEDS_WHOLE_TRUST,
    PERMISSIONS,
    PSEUDONYMISED,
    ROLES,
    SEE_PATIENTS,
    SIGN_OFF,
    WRITE_NOTES,
    allowed,
    is_at_least,
)  # fmt: skip
from clockstop.accounts.scopes import may, scope_of
from clockstop.accounts.tokens import make_token, scope_of_token, token_of
from clockstop.answers.scope import Part
from clockstop.errors import NotAllowed, UnknownName, UserError

pytestmark = pytest.mark.django_db
ORGANISATION = """
code = "QQA"
name = "Aldermoor"
[[divisions]]
name = "Surgery"
services = ["100", "110"]
[[divisions]]
name = "Medicine"
services = ["300"]
[[sites]]
code = "QQA01"
name = "Infirmary"
"""


@pytest.fixture
def aldermoor(home):
    home.organisation_file("QQA").parent.mkdir(parents=True)
    home.organisation_file("QQA").write_text(ORGANISATION)
    return home


def person(name="pat"):
    return User.objects.get_or_create(username=name)[0]


def again(user):
    """The user as the next request reads them."""
    return User.objects.get(pk=user.pk)


def given(home, role="service_manager", name="pat", by=None, **more):
    user = person(name)
    grant(user=user, asked=Grant(**{"role": role, "trust": "QQA"} | more), by=by, home=home)
    return again(user)


def test_a_membership_of_a_division_reaches_its_rows_and_clears_for_no_small_numbers(aldermoor):
    scope = scope_of(given(aldermoor, divisions=("surgery",), services=("300",)), aldermoor)
    part = Part("QQA", frozenset({"Surgery"}), frozenset({"C_300"}))
    assert (scope.trusts, scope.may_see_patients, scope.parts) == ({"QQA"}, frozenset(), {part})
    assert (scope.patient_trusts, scope.own_trusts) == ({"QQA"}, frozenset())
    assert scope.holds({"trust": "QQA", "division": "Surgery"})
    assert not scope.holds({"trust": "QQA", "division": "Medicine"})
    assert not scope.holds({"trust": "QQA"})
    with pytest.raises(NotAllowed, match="every patient"):
        scope.require_patients("QQA")


def test_what_concerns_a_trust_as_a_whole_is_not_given_by_a_part_of_it(aldermoor):
    manager = given(aldermoor, divisions=("Surgery",))
    assert may(manager, EXPORT_PATIENTS, "QQA")
    assert not may(manager, SIGN_OFF, "QQA")


def test_a_class_of_data_narrows_and_never_widens(aldermoor):
    few = given(aldermoor, data_class=PSEUDONYMISED)
    assert scope_of(few, aldermoor).parts == {Part("QQA", is_pseudonymised=True)}
    assert scope_of(few, aldermoor).own_trusts == {"QQA"}
    assert not may(few, WRITE_NOTES, "QQA")
    none = given(aldermoor, name="kim", data_class=AGGREGATE)
    assert scope_of(none, aldermoor).patient_trusts == frozenset()
    with pytest.raises(UserError, match="aggregate at most"):
        given(aldermoor, role="board", data_class=IDENTIFIABLE)
    Membership.objects.filter(user=none).update(role="board", data_class=IDENTIFIABLE)
    assert not may(again(none), SEE_PATIENTS)


def test_what_has_ended_or_has_yet_to_begin_gives_nothing_at_the_next_request(aldermoor):
    now = timezone.now()
    early = given(aldermoor, name="early", starts_at=now + timedelta(hours=1))
    late = given(aldermoor, name="late", ends_at=now + timedelta(hours=1))
    assert not may(early, SEE_PATIENTS)
    assert may(late, SEE_PATIENTS)
    Membership.objects.filter(user=late).update(starts_at=now - timedelta(hours=2), ends_at=now - timedelta(seconds=1))
    assert scope_of(again(late), aldermoor).trusts == frozenset()


def test_a_deputy_stands_in_for_somebody_who_holds_the_role_until_an_end(aldermoor):
    pat, now = given(aldermoor), timezone.now()
    with pytest.raises(UserError, match="has an end"):
        given(aldermoor, name="dee", deputises_for=pat)
    with pytest.raises(UserError, match="is no"):
        given(aldermoor, name="dee", role="director", deputises_for=pat, ends_at=now + timedelta(days=1))
    deputy = given(aldermoor, name="dee", deputises_for=pat, ends_at=now + timedelta(days=1))
    assert scope_of(deputy, aldermoor).role == "Service manager (deputy)"
    with pytest.raises(IntegrityError, match="a_deputy_has_an_end"), transaction.atomic():
        Membership.objects.filter(user=deputy).update(ends_at=None)


def test_rows_are_taken_away_only_as_far_as_what_allows_that(aldermoor):
    """A clerk of the whole trust who stands in for the manager of Medicine takes Medicine's rows away, and no others."""
    given(aldermoor, role="validation_clerk")
    boss = given(aldermoor, name="boss")
    both = given(aldermoor, divisions=("Medicine",), deputises_for=boss, ends_at=timezone.now() + timedelta(days=1))
    assert scope_of(both, aldermoor).identified_trusts == {"QQA"}
    assert scope_of(both, aldermoor, to=EXPORT_PATIENTS).parts == {Part("QQA", frozenset({"Medicine"}))}
    assert scope_of(both, aldermoor, to=EXPORT_PATIENTS).identified_trusts == frozenset()


def test_the_same_role_is_replaced_and_the_past_is_kept(aldermoor):
    given(aldermoor)
    narrow = given(aldermoor, divisions=("Surgery",))
    assert [one.is_whole_trust for one in narrow.memberships.order_by("pk")] == [True, False]
    assert scope_of(narrow, aldermoor).identified_trusts == frozenset()


@pytest.mark.parametrize("places", [{"divisions": ("Cookery",)}, {"services": ("999",)}, {"sites": ("QQB01",)}])
def test_a_place_that_the_trust_does_not_have_is_refused_with_those_that_it_has(aldermoor, places):
    with pytest.raises(UnknownName, match="It has"):
        given(aldermoor, **places)


def test_an_administrator_changes_others_in_the_own_trust_and_never_themselves(aldermoor):
    boss = given(aldermoor, role="administrator", name="boss")
    assert not scope_of(boss, aldermoor).patient_trusts
    pat = given(aldermoor, by=boss, reason="New in post")
    with pytest.raises(NotAllowed, match="themselves"):
        given(aldermoor, name="boss", by=boss)
    with pytest.raises(NotAllowed):
        given(aldermoor, trust="QQB", by=boss)
    with pytest.raises(NotAllowed):
        given(aldermoor, role="group_viewer", trust="*", by=boss)
    with pytest.raises(NotAllowed):
        given(aldermoor, name="kim", by=pat)
    assert end(membership=pat.memberships.get(), by=boss).ended_by == "boss"
    assert not may(again(pat), SEE_PATIENTS)


def test_a_leaver_signs_in_no_more_and_their_tokens_open_nothing(aldermoor, monkeypatch):
    monkeypatch.setenv("CLOCKSTOP_HOME", str(aldermoor.root))
    pat = given(aldermoor)
    _token, key = make_token(by=pat, name="Power BI", trust="QQA", may_see_patients=True)
    assert token_of(key) is not None
    leave(user=pat, by=None)
    assert not again(pat).is_active
    assert token_of(key) is None


def test_a_token_reads_no_more_than_its_owner_may_now(aldermoor, monkeypatch):
    monkeypatch.setenv("CLOCKSTOP_HOME", str(aldermoor.root))
    token, _key = make_token(by=given(aldermoor), name="Power BI", may_see_patients=True)
    given(aldermoor, divisions=("Surgery",))
    found = scope_of_token(ApiToken.objects.select_related("user").get(pk=token.pk))
    assert found.parts == {Part("QQA", frozenset({"Surgery"}))}
    given(aldermoor, data_class=AGGREGATE)
    found = scope_of_token(ApiToken.objects.select_related("user").get(pk=token.pk))
    assert found.patient_trusts == frozenset()


def test_every_role_uses_what_its_class_of_data_allows():
    """A permission that a role could never use is not in its list, and an administrator sees no patient."""
    assert {slug: sorted(one.permissions - allowed(slug)) for slug, one in ROLES.items() if one.permissions - allowed(slug)} == {}
    assert all(is_at_least(IDENTIFIABLE, least) for least in NEEDS_CLASS.values())
    assert PERMISSIONS.keys() >= NEEDS_WHOLE_TRUST
    assert [slug for slug, one in ROLES.items() if MANAGE_PEOPLE in one.permissions and SEE_PATIENTS in one.permissions] == []
