"""Who looked at this patient: one search, complete, that can be taken away; for whoever answers for the trust alone."""

import csv
import io
import re

import pytest
from django.db import DatabaseError

from clockstop.accounts import audit
from clockstop.accounts.models import AccessAlert, AccessRecord, Membership
from clockstop.accounts.verification import verify

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ADDRESS = "/who-looked"


@pytest.fixture
def guardian(reader):
    return reader(role="governance", username="cal")


@pytest.fixture
def looked_at(reader):
    """Pat opened QQA-P001 (whose NHS number is known) and a list on which it stood; Sam took a list of the other trust."""
    pat, sam = reader(username="pat"), reader(trust="QQB", username="sam")
    assert pat.get("/pathways/QQA/timeline/QQA-P001").status_code == 200
    assert pat.get("/ptl", {"trust": "QQA", "page_size": "50"}).status_code == 200
    assert sam.get("/ptl", {"trust": "QQB", "format": "csv"}).status_code == 200
    return pat


@pytest.mark.parametrize("typed", ["9434765919", "943 476 5919", "QQA-P001", "HQQA00001"])
def test_any_number_of_the_patient_leads_to_every_look(guardian, looked_at, typed):
    found = guardian.post(ADDRESS, {"q": typed}, follow=True)
    assert typed == "QQA-P001" or typed not in found.request["QUERY_STRING"]
    shown = found.content.decode()
    assert "Who looked at this patient?" in shown
    rows = _taken(guardian, found.request["QUERY_STRING"])
    assert {(row["Who"], row["What"], row["Pathway"]) for row in rows} >= {
        ("pat", "show_pathway", "QQA-P001"), ("pat", "list_pathways", ""),
    }  # fmt: skip
    assert not [row for row in rows if row["Who"] == "sam"]


def test_a_list_on_which_another_patient_stood_is_not_told(guardian, reader):
    pat = reader(username="pat")
    pat.get("/ptl", {"trust": "QQA", "search": "QQA-P005"})
    assert not [row for row in _taken(guardian, "trust=QQA&pathway=QQA-P001") if row["Who"] == "pat"]
    assert [row for row in _taken(guardian, "trust=QQA&pathway=QQA-P005") if row["Who"] == "pat"]


def test_what_was_written_about_the_patient_is_told_with_the_looks(guardian, looked_at):
    looked_at.post("/pathways/QQA/note/QQA-P001", {"owner": "ENT lead", "version": "0"})
    changes = [row for row in _taken(guardian, "trust=QQA&pathway=QQA-P001") if row["Did"] == "Changed"]
    assert not changes or {(row["Who"], row["Pathway"], row["From"]) for row in changes} == {("pat", "QQA-P001", "127.0.0.1")}


def test_by_person_action_and_day(guardian, looked_at):
    assert {row["Who"] for row in _taken(guardian, "person=pat")} == {"pat"}
    assert {row["Did"] for row in _taken(guardian, "action=viewed")} == {"Viewed"}
    assert _taken(guardian, "to=2020-01-01") == []


def test_searches_and_exports_of_the_records_are_recorded_themselves(guardian, looked_at):
    guardian.get(ADDRESS, {"trust": "QQA", "pathway": "QQA-P001"})
    _taken(guardian, "trust=QQA&pathway=QQA-P001")
    own = AccessRecord.objects.filter(username="cal").order_by("sequence")
    assert [(one.action, one.patient_pathway_identifier) for one in own] == [("searched", "QQA-P001"), ("exported", "QQA-P001")]
    assert verify(AccessRecord).is_whole


def test_nobody_reads_records_of_another_trust(reader, looked_at):
    other = reader(role="governance", trust="QQB", username="gil")
    assert other.get(ADDRESS, {"trust": "QQA", "pathway": "QQA-P001"}).status_code == 403
    assert "pat" not in {row["Who"] for row in _taken(other, "")}
    assert other.post(ADDRESS, {"q": "HQQA00002"}, follow=True).redirect_chain[-1][0] in (
        ADDRESS,
        f"{ADDRESS}?trust=QQB&pathway=HQQA00002",
    )


def test_who_does_not_answer_for_the_trust_reads_the_own_records_alone(reader, looked_at):
    assert {row["Who"] for row in _taken(looked_at, "")} == {"pat"}
    assert looked_at.get(ADDRESS, {"trust": "QQA", "pathway": "QQA-P001"}).status_code == 403
    assert looked_at.post(ADDRESS, {"q": "QQA-P001"}).status_code == 403


def test_excel_too(guardian, looked_at):
    answer = guardian.get(f"{ADDRESS}?trust=QQA&pathway=QQA-P001&format=xlsx")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="access-records.xlsx"'


def _taken(client, query: str) -> list[dict[str, str]]:
    answer = client.get(f"{ADDRESS}?{query}&format=csv")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_a_broken_glass_opens_one_pathway_and_no_list(reader):
    pat = reader(username="pat")
    Membership.objects.update(divisions=["Medicine"])
    surgical, other = "QQA-P002", "QQA-P005"
    refused = pat.get(f"/pathways/QQA/timeline/{surgical}")
    assert refused.status_code in (403, 404)
    assert f"/pathways/QQA/open/{surgical}" in refused.content.decode()
    assert pat.post(f"/pathways/QQA/open/{surgical}", {"reason": "short"}).status_code == 422
    assert pat.post("/pathways/QQB/open/QQB-P001", {"reason": "the patient is on the telephone"}).status_code == 403
    assert pat.post(f"/pathways/QQA/open/{surgical}", {"reason": "the patient is on the telephone"}).status_code == 302
    shown = pat.get(f"/pathways/QQA/timeline/{surgical}").content.decode()
    assert "is open to you until" in shown
    assert pat.get(f"/pathways/QQA/timeline/{other}").status_code in (403, 404)
    file = b"".join(pat.get("/ptl", {"trust": "QQA", "format": "csv"}).streaming_content).decode()
    assert surgical not in file


def test_governance_is_told_of_a_broken_glass_and_says_what_was_found(guardian, reader):
    pat = reader(username="pat")
    Membership.objects.filter(user__username="pat").update(data_class="aggregate")
    pat.post("/pathways/QQA/open/QQA-P002", {"reason": "the patient is on the telephone"})
    assert "the patient is on the telephone" in guardian.get("/who-looked/alerts").content.decode()
    alert = AccessAlert.objects.get(kind="broke_glass")
    assert pat.post(f"/who-looked/alerts/{alert.pk}", {"finding": "fine"}).status_code == 404
    assert pat.get("/who-looked/alerts").status_code == 403
    guardian.post(f"/who-looked/alerts/{alert.pk}", {"finding": "in order"})
    assert alert.seen.get().finding == "in order"


def test_what_a_browser_prints_is_recorded_with_the_same_patients(reader):
    pat, sam = reader(username="pat"), reader(username="sam")
    page = pat.get("/ptl", {"trust": "QQA"}).content.decode()
    look = re.search(r'data-look="([^"]+)"', page)[1]
    assert pat.post("/who-looked/printed", {"look": look}).status_code == 204
    viewed, printed = AccessRecord.objects.filter(what="list_pathways").order_by("sequence")
    assert (printed.action, printed.rows, printed.shown_hash) == ("printed", viewed.rows, viewed.shown_hash)
    assert sam.post("/who-looked/printed", {"look": look}).status_code == 403
    assert pat.post("/who-looked/printed", {"look": look + "x"}).status_code == 400
    assert "data-look" not in pat.get("/measures").content.decode()


def test_a_database_that_takes_no_record_shows_no_patient(reader, monkeypatch):
    pat = reader(username="pat")

    def refuse(rows):
        raise DatabaseError("database is locked")

    monkeypatch.setattr(audit.chain, "append", refuse)
    for address in (
        "/pathways/QQA/timeline/QQA-P003",
        "/ptl?trust=QQA",
        "/ptl?trust=QQA&format=csv",
        "/api/v1/lists/ptl?trust=QQA",
    ):
        answer = pat.get(address)
        body = answer.content.decode()
        assert (answer.status_code, "could not be recorded" in body, "QQA-P0" in body.replace(address, "")) == (503, True, False), (
            address
        )
