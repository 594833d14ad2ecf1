"""Every address and every call of the API, opened as every role of its own trust and of another, is as the matrix declares it."""

from datetime import date

import pytest
from django.http import HttpResponse
from django.test import Client

from clockstop.accounts.matrix import ANYONE, EVERY, OWN, SIGNED_IN, WHO, access_of, place_of
from clockstop.accounts.models import EVERY_TRUST, Membership, User
from clockstop.accounts.roles import ROLES
from clockstop.answers.desk import Desk
from clockstop.intake import ledger
from clockstop.registers.actions.actions import Agreed, add_action
from clockstop.registers.core.place import Place
from views_walked import (
    ALLOWED,
    ENDS_SIGN_IN,
    OF_VIEW,
    OTHER,
    OURS,
    REFUSED,
    SIGN_IN,
    STEPS,
    VIEWS,
    asked_as,
    open_view,
    outcome,
    who_of,
)

# The small group sends nothing that these show; their own tests hold that another trust is refused.
NOT_LOADED = {"show_emergency_flow", "show_emergency", "show_beds", "list_wards", "list_theatre_lists"}
# These look for the thing that is named before they ask who may change it, and nothing of that name is here.
LOOK_FIRST = {
    "update_access_alert", "delete_alert", "add_pack_format", "add_validation_outcome", "skip_validation_row",
    "undo_validation_outcome",
}  # fmt: skip
pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(900)]


def test_every_address_has_a_line_and_every_line_an_address():
    """A new view fails here until it is declared whom it is for."""
    own = {name for name, one in VIEWS.items() if not getattr(one.callback, "who", "")}
    assert None not in VIEWS, "an address without a name"
    assert own == set(WHO)


def test_every_line_says_whom_it_is_for_in_words_that_are_kept_to():
    assert all(access_of(who_of(view)) for view in VIEWS)


@pytest.fixture
def loads(group_home, group, db, monkeypatch, settings):
    """A load of each trust, by its code; the site is over the small group with one action of a review, and draws no template."""
    from clockstop.pages import context

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setenv("CLOCKSTOP_HOME", str(group_home.root))
    monkeypatch.setattr(context, "render", lambda *_args, status=200, **_more: HttpResponse(status=status))
    agreed = Agreed(text="Run two lists", owner="Lead", due=date(2026, 12, 1))
    writer = User.objects.create_user(username="writer", password="of no use")
    action = add_action(place=Place(trust=OURS), measure="", agreed=agreed, by=writer, agreed_on=date(2026, 11, 1))
    monkeypatch.setitem(OF_VIEW, "update_review_action", {"pk": action.pk})
    return {one.trust: one.load_id for one in ledger.loads(group_home, None, "referrals")}


def person(role: str) -> User:
    user = User.objects.create_user(username=role, password="of no use")
    Membership.objects.create(user=user, trust=EVERY_TRUST if ROLES[role].is_group else OURS, role=role)
    return user


def test_every_view_refuses_every_role_where_the_matrix_does(loads):
    """In the own trust and in another."""
    wrong = []
    for role in ROLES:
        user = person(role)
        for view, trust in ((view, trust) for view in VIEWS for trust in (OURS, OTHER)):
            is_there = view not in (LOOK_FIRST if trust == OURS else NOT_LOADED)
            if (
                is_there
                and declared(view, role, trust) == REFUSED
                and (found := asked_as(user, view, trust, loads[trust])) != REFUSED
            ):
                wrong.append(f"{view} of {trust} as {role}: {found}")
    assert not wrong, "\n".join(wrong)


class Reads(BaseException):
    """A view has begun to read rows: it has let somebody in."""


@pytest.fixture
def no_rows(monkeypatch):
    """Nothing is read: what a view would go on to count and draw is told by its own tests."""

    def read(*_args, **_more):
        raise Reads

    for name in ("rows", "compiled_rows", "rows_within"):
        monkeypatch.setattr(Desk, name, read)


def test_every_view_lets_every_role_in_that_may(loads, no_rows):
    """In the own trust and, where it is for every trust, in another. What needs no permission one role opens for all."""
    wrong, client = [], Client()
    client.force_login(person("information_analyst"))
    people = {role: User.objects.filter(username=role).first() or person(role) for role in ROLES}
    for view in VIEWS.keys() - STEPS - set(ENDS_SIGN_IN):
        if access_of(who_of(view)).needs in (ANYONE, SIGNED_IN):
            wrong += [view] if let_in(lambda v=view: outcome(open_view(client, v, OURS, loads[OURS]))) != ALLOWED else []
            continue
        for role, trust in ((role, trust) for role in ROLES for trust in (OURS, OTHER)):
            is_asked = trust == OURS or not access_of(who_of(view)).is_of_own
            if is_asked and declared(view, role, trust) == ALLOWED:
                found = let_in(lambda v=view, r=role, t=trust: asked_as(people[r], v, t, loads[t]))
                wrong += [] if found == ALLOWED else [f"{view} of {trust} as {role}: {found}"]
    assert not wrong, "\n".join(wrong)


def let_in(ask) -> str:
    try:
        return ask()
    except Reads:
        return ALLOWED


def declared(view: str, role: str, trust: str) -> str:
    """What the matrix says; an address that names no trust cannot be asked of another."""
    access = access_of(who_of(view))
    place = place_of(access, role)
    return ALLOWED if place == EVERY or (trust == OTHER and access.is_of_own) or (place, trust) == (OWN, OURS) else REFUSED


def test_nobody_who_is_not_signed_in_opens_more_than_what_is_for_anyone(loads, no_rows):
    views = VIEWS.keys() - STEPS
    should = {view: ALLOWED if access_of(who_of(view)).needs == ANYONE else SIGN_IN for view in views}
    found = {view: let_in(lambda v=view: outcome(open_view(Client(), v, OURS, loads[OURS]))) for view in views}
    assert found == should
