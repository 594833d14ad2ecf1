"""Who looked at this patient: one search, complete, that can be taken away; for whoever answers for the trust alone."""

import csv
import io

import pytest

from clockstop.accounts.models import AccessRecord
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
