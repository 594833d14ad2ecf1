"""Who sees some of a trust, or its rows without identity, gets nothing more at any address, in any file, search, note or token."""

import json
import re

import pytest
from django.test import Client

from clockstop.accounts.matrix import access_of
from clockstop.accounts.models import AccessRecord, Membership, User
from clockstop.accounts.tokens import make_token
from clockstop.intake import ledger
from views_walked import ENDS_SIGN_IN, OURS, VIEWS, open_view, who_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(900)]
SERVICES = ("C_100", "C_120", "C_110", "C_300", "C_320")
OF_MEDICINE, OF_SURGERY = "QQA-P003", "QQA-P005"
SURGERY = re.compile("|".join(f"QQA-P{n:03}|HQQA{n:05}" for n in range(1, 41) if SERVICES[n % 5] not in ("C_300", "C_320")))
HOSPITAL_NUMBER = re.compile(r"HQQA\d{5}")
LISTS = ("/ptl?trust=QQA", "/validation?trust=QQA", "/measures/rtt_incomplete/rows?trust=QQA&period=now&period_end=2026-11-15")


@pytest.fixture
def somebody(reader, group_home):
    """Sign somebody in with a role over some of QQA, or with a lesser class of data, after a manager has seen it all."""

    def sign_in(role: str = "service_manager", **more) -> Client:
        whole = reader(username="whole")
        for address in LISTS:
            whole.get(address)
        user = User.objects.create_user(username="sam")
        Membership.objects.create(user=user, trust=OURS, role=role, **more)
        client = Client()
        client.force_login(user)
        client.user, client.whole = user, whole
        return client

    return sign_in


def text_of(answer) -> str:
    held = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return held.decode("utf-8", "replace")


def tells_of_patients(view: str) -> bool:
    """Whether the line of a view speaks of patients, records or rows; all others show figures and text alone."""
    who = who_of(view)
    is_spoken_of = any(word in who for word in ("see_patients", "export_patients", "record", "rows", "identity"))
    return is_spoken_of and view not in ENDS_SIGN_IN and not access_of(who).is_post


def everywhere(client: Client, group_home):
    """What every address that tells of patients says, as a page and where it can be taken away as a file: name and text."""
    load = next(one.load_id for one in ledger.loads(group_home, OURS, "referrals"))
    for view in filter(tells_of_patients, VIEWS):
        yield view, text_of(open_view(client, view, OURS, load))
        if "format" in who_of(view) or view.startswith("api_list"):
            yield f"{view} as CSV", text_of(open_view(client, view, OURS, load, format="csv"))


def test_who_sees_a_division_gets_no_row_of_another_at_any_address(somebody, group_home):
    client = somebody(divisions=["Medicine"])
    told = dict(everywhere(client, group_home))
    assert {view: SURGERY.findall(text)[:3] for view, text in told.items() if SURGERY.search(text)} == {}
    assert OF_MEDICINE in told["list_pathways"]
    assert OF_MEDICINE in told["list_pathways as CSV"]
    assert OF_MEDICINE in told["api_list_ptl_rows"]


def test_guessed_numbers_of_another_division_are_not_found_nor_written_on(somebody):
    client = somebody(divisions=["Medicine"])
    for what in ("timeline", "words", "rows", "note"):
        assert client.get(f"/pathways/QQA/{what}/{OF_SURGERY}").status_code in (403, 404), what
        assert client.get(f"/pathways/QQA/{what}/{OF_MEDICINE}").status_code == 200, what
    for typed in (OF_SURGERY, "HQQA00005", "9434765919"):
        assert OF_SURGERY not in text_of(client.post("/find", {"q": typed}))
    written = client.post("/ptl/notes", {"pathway": f"QQA:{OF_SURGERY}", "owner": "me"})
    assert written.status_code == 404
    assert client.get(f"/validation?trust=QQA&row={OF_SURGERY}@2026-09-01").status_code in (200, 404)


def test_the_whole_of_a_trust_stays_visible_as_figures(somebody):
    client = somebody(divisions=["Medicine"])
    assert client.get("/trusts/QQA").status_code == 200
    assert client.get("/trusts/QQA/services/C_100").status_code == 200


def test_who_sees_rows_without_identity_meets_no_hospital_number_anywhere(somebody, group_home):
    client = somebody(data_class="pseudonymised")
    client.whole.post("/ptl/notes", {"pathway": f"QQA:{OF_MEDICINE}", "next_step": "Ring Ann", "comment": "Ann is deaf"})
    told = dict(everywhere(client, group_home))
    assert {view: HOSPITAL_NUMBER.findall(text)[:3] for view, text in told.items() if HOSPITAL_NUMBER.search(text)} == {}
    assert [view for view, text in told.items() if "Ring Ann" in text or "deaf" in text] == []
    assert "QQA-P0" in told["list_pathways"]
    for typed in ("HQQA00003", "9434765919"):
        assert "QQA-P0" not in text_of(client.post("/find", {"q": typed}))


def test_a_deputy_whose_time_is_over_is_refused_at_the_next_request(somebody):
    client = somebody()
    assert client.get("/ptl?trust=QQA").status_code == 200
    Membership.objects.filter(user=client.user).update(starts_at="2026-01-01T00:00Z", ends_at="2026-01-02T00:00Z")
    assert client.get("/ptl?trust=QQA").status_code == 403
    assert client.get("/trusts/QQA").status_code == 403


def test_a_token_reads_the_part_of_its_owner_and_nothing_once_that_has_ended(somebody):
    client = somebody(divisions=["Medicine"])
    _token, key = make_token(by=client.user, name="Power BI", may_see_patients=True)
    call = Client(headers={"Authorization": f"Bearer {key}"})
    rows = json.loads(call.get("/api/v1/lists/ptl").content)["items"]
    assert {row["division"] for row in rows} == {"Medicine"}
    Membership.objects.filter(user=client.user).update(data_class="aggregate")
    assert call.get("/api/v1/lists/ptl").status_code == 403
    Membership.objects.filter(user=client.user).update(starts_at="2026-01-01T00:00Z", ends_at="2026-01-02T00:00Z")
    assert json.loads(call.get("/api/v1/me").content)["trusts"] == []


def test_an_administrator_gives_a_role_and_ends_it_and_never_their_own(somebody):
    client, sam = somebody(role="administrator"), User.objects.get(username="sam")
    kim = User.objects.create_user(username="kim")
    asked = {"trust": "QQA", "username": "kim", "role": "service_manager", "divisions": "Medicine", "reason": "New in post"}
    assert client.post("/people/add", asked).status_code == 302
    made = kim.memberships.get()
    assert (made.divisions, made.granted_by, made.reason) == (["Medicine"], "sam", "New in post")
    page = text_of(client.get("/people?trust=QQA"))
    assert "kim" in page
    assert "Medicine" in page
    assert client.post("/people/add", asked | {"username": "sam"}).status_code == 403
    assert client.post("/people/add", asked | {"trust": "QQB"}).status_code == 403
    assert client.post("/people/add", asked | {"role": "group_viewer"}).status_code == 400
    assert client.post("/people/add", asked | {"role": "board", "data_class": "patient_identifiable"}).status_code == 400
    assert client.post(f"/people/{sam.memberships.get().pk}/end", {"trust": "QQA"}).status_code == 403
    assert client.post(f"/people/{made.pk}/end", {"trust": "QQA"}).status_code == 302
    assert client.post("/people/add", asked).status_code == 302
    assert client.post("/people/leave", {"trust": "QQA", "username": "kim"}).status_code == 302
    assert not User.objects.get(username="kim").is_active
    assert not AccessRecord.objects.filter(user=sam, rows__gt=0).exists()
