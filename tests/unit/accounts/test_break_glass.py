"""One pathway, one person, one hour, with a reason; and governance is told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clockstop.accounts import break_glass
from clockstop.accounts.actions import add_user
from clockstop.accounts.break_glass import BadReason, open_pathway, opened, widened
from clockstop.accounts.models import AccessAlert, AccessRecord, BrokenGlass, Membership
from clockstop.accounts.scopes import scope_of
from clockstop.accounts.verification import verify
from clockstop.errors import NotAllowed

pytestmark = pytest.mark.django_db
REASON = "the patient rang about today's operation"


@pytest.fixture
def pat():
    return add_user(username="pat", password="demo", role_slug="service_manager", trust="AAA", is_demo=True)


@pytest.fixture
def request_of(rf):
    def make(user):
        request = rf.get("/")
        request.user = user
        return request

    return make


def test_it_opens_that_pathway_alone_for_an_hour_records_it_and_tells_governance(pat, request_of, home):
    Membership.objects.filter(user=pat).update(data_class="aggregate")
    kept = open_pathway(request_of(pat), home, trust="AAA", pathway="P1", reason=REASON)
    assert kept.until - kept.opened_at == timedelta(minutes=60)
    scope = widened(scope_of(pat), pat, trust="AAA", pathway="P1", now=kept.opened_at)
    assert [part.pathways for part in scope.parts] == [frozenset({"P1"})]
    assert (scope.own_trusts, scope.identified_trusts) == (frozenset(), frozenset())
    assert not widened(scope_of(pat), pat, trust="AAA", pathway="P2", now=kept.opened_at).parts
    assert not widened(scope_of(pat), pat, trust="AAA", pathway="P1", now=kept.until).parts
    record, alert = AccessRecord.objects.get(), AccessAlert.objects.get()
    assert (record.action, record.patient_pathway_identifier, record.reason) == ("broke_glass", "P1", REASON)
    assert (alert.kind, alert.trust, alert.username, alert.first_sequence) == ("broke_glass", "AAA", "pat", record.sequence)
    assert verify(AccessRecord).is_whole


@pytest.mark.parametrize("reason", ["", "   ", "urgent"])
def test_without_a_reason_nothing_opens(pat, request_of, home, reason):
    with pytest.raises(BadReason):
        open_pathway(request_of(pat), home, trust="AAA", pathway="P1", reason=reason)
    assert not BrokenGlass.objects.exists()


def test_it_never_reaches_another_trust(pat, request_of, home):
    with pytest.raises(NotAllowed):
        open_pathway(request_of(pat), home, trust="BBB", pathway="P1", reason=REASON)


@pytest.mark.parametrize("role", ["group_viewer", "group_operations_director", "group_analyst"])
def test_a_role_of_the_group_never_breaks_it(request_of, home, role):
    user = add_user(username="grace", password="demo", role_slug=role, is_demo=True)
    with pytest.raises(NotAllowed):
        open_pathway(request_of(user), home, trust="AAA", pathway="P1", reason=REASON)


def test_it_closes_with_the_membership(pat, request_of, home):
    kept = open_pathway(request_of(pat), home, trust="AAA", pathway="P1", reason=REASON)
    Membership.objects.filter(user=pat).update(ends_at=timezone.now())
    again = type(pat).objects.get(pk=pat.pk)
    assert not widened(scope_of(again), again, trust="AAA", pathway="P1", now=kept.opened_at).parts


def test_not_without_end_in_a_day(pat, request_of, home):
    for number in range(5):
        open_pathway(request_of(pat), home, trust="AAA", pathway=f"P{number}", reason=REASON)
    with pytest.raises(NotAllowed, match="5 pathways"):
        open_pathway(request_of(pat), home, trust="AAA", pathway="P9", reason=REASON)


def test_where_the_record_cannot_be_written_nothing_opens(pat, request_of, home, monkeypatch):
    def refuse(looks):
        raise break_glass.audit.NotRecorded("This look could not be recorded.")

    monkeypatch.setattr(break_glass.audit, "_write", refuse)
    with pytest.raises(break_glass.audit.NotRecorded):
        open_pathway(request_of(pat), home, trust="AAA", pathway="P1", reason=REASON)
    assert opened(pat, timezone.now()) == ()
