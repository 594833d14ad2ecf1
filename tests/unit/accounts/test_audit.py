"""Who looked at what is written down, and can be read by whoever answers for the trust."""

import pytest

from clockstop.accounts import audit
from clockstop.accounts.actions import add_user
from clockstop.accounts.models import AccessRecord

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return add_user(username="pat", password="demo", role_slug="service_manager", trust="AAA", is_demo=True)


@pytest.fixture
def request_of(rf):
    def make(user):
        request = rf.get("/")
        request.user = user
        return request

    return make


def test_a_record_says_who_in_which_role_what_which_trust_how_many_rows_and_from_where(manager, request_of):
    audit.record(request_of(manager), action=audit.EXPORTED, what="list_pathways", trust="AAA", rows=483, detail="service C_110")
    kept = AccessRecord.objects.get()
    assert (kept.user, kept.username, kept.role, kept.action) == (manager, "pat", "Service manager", "exported")
    assert (kept.what, kept.trust, kept.rows, kept.detail) == ("list_pathways", "AAA", 483, "service C_110")
    assert kept.network_address == "127.0.0.1"
    assert kept.at is not None


def test_the_record_outlives_the_user(manager, request_of):
    audit.record(
        request_of(manager), action=audit.VIEWED, what="show_pathway", trust="AAA", patient_pathway_identifier="P1", rows=1
    )
    manager.delete()
    assert AccessRecord.objects.get().username == "pat"


def test_an_action_that_is_not_declared_cannot_happen(manager, request_of):
    with pytest.raises(AssertionError):
        audit.record(request_of(manager), action="glanced", what="show_pathway")


def test_an_analyst_reads_the_records_of_the_own_trust_and_a_manager_only_the_own_ones(client, manager, request_of, settings, home):
    for code in ("AAA", "BBB"):
        (home.trusts / code).mkdir(parents=True)
    other = add_user(username="sam", password="demo", role_slug="service_manager", trust="BBB", is_demo=True)
    analyst = add_user(username="ann", password="demo", role_slug="information_analyst", trust="AAA", is_demo=True)
    audit.record(request_of(manager), action=audit.VIEWED, what="show_pathway", trust="AAA", patient_pathway_identifier="P-of-AAA")
    audit.record(request_of(other), action=audit.VIEWED, what="show_pathway", trust="BBB", patient_pathway_identifier="P-of-BBB")
    assert _seen(client, analyst) == (True, False)
    assert _seen(client, other) == (False, True)


def _seen(client, person) -> tuple[bool, bool]:
    client.force_login(person)
    text = client.get("/who-looked").content.decode()
    return "P-of-AAA" in text, "P-of-BBB" in text
