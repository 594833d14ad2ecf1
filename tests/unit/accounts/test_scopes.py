"""A person's role in a trust decides what the person may see, and nothing else does."""

import pytest
from django.db import IntegrityError, transaction

from clockstop.accounts.actions import add_user
from clockstop.accounts.models import EVERY_TRUST, Membership, User
from clockstop.accounts.roles import EXPORT_PATIENTS, PERMISSIONS, ROLES, SEE_ACCESS_RECORDS, SEE_PATIENTS
from clockstop.accounts.scopes import may, permissions, role_title, scope_of
from clockstop.errors import UnknownName, UserError

pytestmark = pytest.mark.django_db


@pytest.fixture
def group_home(home):
    """A home in which the trusts AAA and BBB have been set up."""
    for code in ("AAA", "BBB"):
        home.organisation_file(code).parent.mkdir(parents=True)
        home.organisation_file(code).write_text(f'name = "{code}"\n')
    return home


def user(role_slug, trust=EVERY_TRUST, username="pat"):
    return add_user(username=username, password="demo", role_slug=role_slug, trust=trust, is_demo=True)


def test_an_operations_director_sees_every_trust_and_no_patients(group_home):
    scope = scope_of(user("group_operations_director"), group_home)
    assert (scope.trusts, scope.may_see_patients) == ({"AAA", "BBB"}, frozenset())
    assert (scope.user, scope.role) == ("pat", "Operations director")


def test_a_trust_that_is_set_up_later_is_within_a_group_roles_reach(group_home):
    director = user("group_operations_director")
    (group_home.trusts / "CCC").mkdir()
    assert "CCC" in scope_of(director, group_home).trusts


def test_a_service_manager_sees_one_trust_with_its_patients(group_home):
    scope = scope_of(user("service_manager", "AAA"), group_home)
    assert (scope.trusts, scope.may_see_patients) == ({"AAA"}, {"AAA"})


def test_two_roles_in_two_trusts_stay_apart(group_home):
    user("service_manager", "AAA")
    analyst = user("information_analyst", "BBB")
    assert SEE_ACCESS_RECORDS not in permissions(analyst, "AAA")
    assert SEE_ACCESS_RECORDS in permissions(analyst, "BBB")
    assert may(analyst, SEE_ACCESS_RECORDS)
    assert not may(analyst, SEE_ACCESS_RECORDS, "AAA")
    assert role_title(analyst) == "Service manager, Information analyst"


def test_a_new_role_in_the_same_trust_replaces_the_old(group_home):
    user("information_analyst", "AAA")
    manager = user("service_manager", "AAA")
    assert not may(manager, SEE_ACCESS_RECORDS)


def test_whoever_has_no_role_or_is_no_longer_active_sees_nothing(group_home):
    stranger = User.objects.create_user(username="stranger")
    left = user("service_manager", "AAA", username="left")
    User.objects.filter(pk=left.pk).update(is_active=False)
    for person in (stranger, User.objects.get(pk=left.pk)):
        assert scope_of(person, group_home).trusts == frozenset()
        assert not may(person, SEE_PATIENTS)


def test_no_group_role_may_see_or_take_patients():
    for role in ROLES.values():
        if role.is_group:
            assert not role.permissions & {SEE_PATIENTS, EXPORT_PATIENTS}, role.slug


def test_every_permission_of_a_role_is_declared_and_every_declared_one_is_held_by_some_role():
    held = frozenset().union(*(role.permissions for role in ROLES.values()))
    assert held == set(PERMISSIONS)


@pytest.mark.parametrize(("role", "trust"), [("service_manager", EVERY_TRUST), ("group_viewer", "AAA")])
def test_the_database_itself_refuses_a_trusts_role_over_the_group_and_a_group_role_in_a_trust(role, trust):
    person = User.objects.create_user(username="pat")
    with pytest.raises(IntegrityError, match="group_roles"), transaction.atomic():
        Membership.objects.create(user=person, trust=trust, role=role)


@pytest.mark.parametrize(
    ("role", "trust", "what"), [("service_manager", EVERY_TRUST, "one trust"), ("group_viewer", "AAA", "every trust")]
)
def test_adding_a_user_with_a_role_in_the_wrong_place_says_what_to_do(role, trust, what):
    with pytest.raises(UserError, match=what) as caught:
        add_user(username="pat", password="a long enough one", role_slug=role, trust=trust)
    assert caught.value.do


def test_an_unknown_role_lists_the_roles():
    with pytest.raises(UnknownName, match="service_manager"):
        user("chief_of_everything", "AAA")


def test_a_weak_password_is_refused_and_nothing_is_kept():
    with pytest.raises(UserError, match="too weak"):
        add_user(username="pat", password="short", role_slug="group_viewer")
    assert not User.objects.exists()
