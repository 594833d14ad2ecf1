"""Saved views: a name for an address, private or shared with a trust, one of them the first page."""

import pytest
from django.contrib.auth import get_user_model

from clockstop.answers.scope import Scope
from clockstop.errors import NotAllowed
from clockstop.registers.core.models import Change
from clockstop.registers.saved_views import actions
from clockstop.registers.saved_views.models import SavedView


def scope(*trusts):
    return Scope(trusts=frozenset(trusts), may_see_patients=frozenset(trusts), user="x", role="service_manager")


@pytest.fixture
def pat(db):
    return get_user_model().objects.create_user(username="pat")


@pytest.fixture
def sam(db):
    return get_user_model().objects.create_user(username="sam")


def test_a_view_is_saved_under_its_name_with_its_audit_row(pat):
    actions.save_view(by=pat, name=" My  list ", address="/ptl?owner=x")
    actions.save_view(by=pat, name="My list", address="/ptl?owner=y")
    assert [view.address for view in SavedView.objects.all()] == ["/ptl?owner=y"]
    last, first = Change.objects.all()
    assert first.before is None
    assert last.before["address"] == "/ptl?owner=x"


def test_no_view_is_kept_if_the_audit_fails(pat, monkeypatch):
    def refuse(*args, **kwargs):
        raise OSError("no space left")

    monkeypatch.setattr(Change, "save", refuse)
    with pytest.raises(OSError, match="no space"):
        actions.save_view(by=pat, name="Mine", address="/ptl", is_first_page=True)
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    "address", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", "", "/" + "x" * 2000]
)
def test_only_a_page_of_this_site_can_be_saved(pat, address):
    with pytest.raises(actions.BadView):
        actions.save_view(by=pat, name="Mine", address=address)


@pytest.mark.parametrize("name", ["", "  ", "x" * 61])
def test_a_view_needs_a_name(pat, name):
    with pytest.raises(actions.BadView):
        actions.save_view(by=pat, name=name, address="/ptl")


def test_a_shared_view_is_seen_within_its_trust_only(pat, sam):
    actions.save_view(by=pat, name="Mine", address="/ptl")
    actions.save_view(by=pat, name="Ours", address="/ptl", shared_with="AAA")
    names = lambda user, trust: [view.name for view in SavedView.objects.visible_to(user, scope(trust))]  # noqa: E731
    assert names(pat, "AAA") == ["Mine", "Ours"]
    assert names(sam, "AAA") == ["Ours"]
    assert names(sam, "BBB") == []


def test_the_first_page_is_gone_when_its_view_is_no_longer_shared(pat, sam):
    view = actions.save_view(by=pat, name="Ours", address="/ptl?owner=x", shared_with="AAA")
    actions.choose_first_page(by=sam, view=view)
    assert actions.first_address(sam, scope("AAA")) == "/ptl?owner=x"
    actions.save_view(by=pat, name="Ours", address="/ptl?owner=x")
    assert actions.first_address(sam, scope("AAA")) is None
    actions.choose_first_page(by=sam, view=None)
    assert actions.first_address(sam, scope("AAA")) is None


def test_only_its_owner_deletes_a_view(pat, sam):
    view = actions.save_view(by=pat, name="Ours", address="/ptl", shared_with="AAA", is_first_page=True)
    with pytest.raises(NotAllowed):
        actions.delete_view(by=sam, view=view)
    actions.delete_view(by=pat, view=view)
    assert actions.first_address(pat, scope("AAA")) is None
    assert Change.objects.first().what == "delete"
