"""My work: found by name, changed many at once and undone, out as a sheet and in again, whole or not; no foreign patients."""

import csv
import io
from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile

from clockstop.accounts.models import AccessRecord, User
from clockstop.registers.actions import actions
from clockstop.registers.actions.actions import Agreed, Origin
from clockstop.registers.actions.models import AgreedAction
from clockstop.registers.core.place import Place
from clockstop.registers.pathway_notes.actions import change_note
from clockstop.registers.pathway_notes.models import PathwayNote

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PAGE = "/my-work"


def agree(text="Run two lists", owner="pat", *, trust="QQA", due=date(2026, 11, 10), pathway=""):
    by = User.objects.get_or_create(username="author")[0]
    agreed = Agreed(text=text, owner=owner, due=due)
    return actions.add_action(
        place=Place(trust=trust), measure="", agreed=agreed, by=by, agreed_on=date(2026, 11, 1), origin=Origin(pathway=pathway)
    )


def step(pathway="QQA-P011", owner="pat", text="Ring the ward"):
    by = User.objects.get_or_create(username="author")[0]
    words = {"owner": owner, "next_step": text, "next_step_date": date(2026, 11, 17)}
    return change_note(trust=pathway[:3], patient_pathway_identifier=pathway, by=by, changes=words)


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


def ticks(client, **query):
    return [one["value"] for one in soup(client.get(PAGE, query)).select("input[name=item]")]


def sheet_of(client):
    content = b"".join(client.get(PAGE, {"format": "csv"}).streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def send(client, rows, name="work.csv"):
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return client.post(f"{PAGE}/sheet", {"sheet": SimpleUploadedFile(name, text.getvalue().encode("utf-8-sig"))})


def test_ones_own_work_stands_by_due_day_with_what_is_late(reader):
    client = reader()
    agree()
    agree("Open a clinic", due=date(2026, 12, 20))
    agree("Not mine", owner="sam")
    agree("Another trust's", trust="QQB")
    step()
    found = soup(client.get(PAGE))
    assert [one.a.text for one in found.select("#work tbody th")] == ["Run two lists", "Ring the ward", "Open a clinic"]
    assert "5 days late" in found.select_one("#work tbody").text
    assert AccessRecord.objects.filter(what="show_my_work", rows=1).count() == 1
    assert len(soup(client.get(PAGE, {"window": "late"})).select("#work tbody tr")) == 1
    assert len(soup(client.get(PAGE, {"kind": "step", "text": "ward"})).select("#work tbody tr")) == 1
    assert "Not mine" in client.get(PAGE, {"owner": "sam"}).content.decode()


def test_work_of_a_team_is_ones_own_once_one_says_so(reader):
    client = reader()
    agree(owner="Booking team")
    assert "Run two lists" not in client.get(PAGE).content.decode()
    client.post(f"{PAGE}/names", {"names": "Booking team; General manager, Surgery"})
    assert "Run two lists" in client.get(PAGE).content.decode()


def test_many_are_changed_at_once_and_taken_back(reader):
    client = reader()
    agree()
    agree("Open a clinic")
    step()
    client.post(f"{PAGE}/change", {"item": ticks(client), "owner": "Sam", "due": "2026-12-01", "because": "No room"})
    assert set(AgreedAction.objects.values_list("owner", "due")) == {("Sam", date(2026, 12, 1))}
    assert (PathwayNote.objects.get().owner, PathwayNote.objects.get().next_step_date) == ("Sam", date(2026, 12, 1))
    said = soup(client.post(f"{PAGE}/undo", follow=True))
    assert "taken back on 3 records" in said.text
    assert set(AgreedAction.objects.values_list("owner", "due")) == {("pat", date(2026, 11, 10))}
    assert PathwayNote.objects.get().owner == "pat"


def test_of_many_none_is_changed_where_one_cannot_be(reader):
    client = reader()
    agree()
    chosen = ticks(client)
    said = soup(client.post(f"{PAGE}/change", {"item": chosen, "status": "complete"}, follow=True))
    assert "evidence" in said.text
    assert AgreedAction.objects.get().status == "open"
    client.post(f"{PAGE}/change", {"item": chosen, "owner": "Sam"})
    said = soup(client.post(f"{PAGE}/change", {"item": chosen, "owner": "Kim"}, follow=True))
    assert "pat has changed this action since you opened the page" in said.text
    assert AgreedAction.objects.get().owner == "Sam"


def test_the_sheet_comes_back_changed_by_id_and_version(reader):
    client = reader()
    agree("=1+1 lists")
    step()
    rows = sheet_of(client)
    assert rows[0]["what"] == "'=1+1 lists"
    assert send(client, rows).status_code == 302
    assert AgreedAction.objects.get().version == 1
    rows[0] |= {"status": "Complete", "evidence": "Held on Monday"}
    rows[1] |= {"due": "01/12/2026", "comment": "Rang"}
    assert "2 records changed" in soup(client.get(send(client, rows).url)).text
    assert (AgreedAction.objects.get().status, AgreedAction.objects.get().text) == ("complete", "=1+1 lists")
    assert PathwayNote.objects.get().next_step_date == date(2026, 12, 1)


def test_a_sheet_with_one_bad_row_changes_nothing_and_names_row_and_column(reader):
    client = reader()
    agree()
    agree("Open a clinic")
    mine = agree("Hold an audit")
    foreign = agree("Another trust's", trust="QQB")
    rows = sheet_of(client)
    rows[0] |= {"owner": "Sam"}
    rows[1] |= {"due": "soon"}
    actions.change_action(
        pk=mine.pk, trust="QQA", to=actions.Standing(owner="pat", evidence="x"), by=User.objects.get(username="author"),
        today=date(2026, 11, 15), version=1,
    )  # fmt: skip
    rows[2] |= {"owner": "Sam"}
    rows.append(rows[0] | {"id": f"action {foreign.pk}"})
    rows.append(rows[0])
    response = send(client, rows)
    assert response.status_code == 422
    faults = [[cell.text for cell in row.select("th, td")] for row in soup(response).select("table")[0].select("tbody tr")]
    assert [(row, column) for row, column, _why in faults] == [
        ("3", "due"), ("4", "version"), ("5", "id"), ("6", "id"),
    ]  # fmt: skip
    assert not AgreedAction.objects.filter(owner="Sam").exists()
    moved = sheet_of(client)
    moved[0] |= {"due": "2026-12-24"}
    assert next(one.text for one in soup(send(client, moved)).select("table tbody tr")[0].select("td")) == "why_moved"


def test_a_workbook_comes_back_too_and_what_is_none_is_said(reader):
    import openpyxl

    client = reader()
    agree()
    book = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(PAGE, {"format": "xlsx"}).streaming_content)))
    book.worksheets[0]["E2"] = "Sam"
    file = io.BytesIO()
    book.save(file)
    client.post(f"{PAGE}/sheet", {"sheet": SimpleUploadedFile("work.xlsx", file.getvalue())})
    assert AgreedAction.objects.get().owner == "Sam"
    for name, content in (("work.xlsx", b"PK\x03\x04 no"), ("work.csv", b"a,b\n1,2\n"), ("work.exe", b"x")):
        said = client.post(f"{PAGE}/sheet", {"sheet": SimpleUploadedFile(name, content)}, follow=True)
        assert "Nothing was changed" in said.content.decode()


@pytest.mark.parametrize(
    ("role", "trust"),
    [("board", "QQA"), ("group_viewer", "*"), ("administrator", "QQA"), ("service_manager", "QQB"), ("director", "QQA")],
)
def test_who_may_not_write_changes_nothing_and_sees_no_patient(reader, role, trust):
    client = reader(role, trust)
    patient = agree("Ring the patient", pathway="QQA-P011")
    plain = agree("A plain one", trust="QQA")
    step()
    text = client.get(PAGE).content.decode()
    assert "Ring the" not in text
    assert "QQA-P011" not in text
    assert client.get(f"/reviews/QQA/actions/{patient.pk}").status_code in (403, 404)
    allowed = (role, trust) == ("director", "QQA")
    status = client.post(f"{PAGE}/change", {"item": f"1:action {plain.pk}", "owner": "Mallory"}).status_code
    assert (status, AgreedAction.objects.get(pk=plain.pk).owner) == ((302, "Mallory") if allowed else (403, "pat"))
    for item in (f"1:action {patient.pk}", "1:step QQA QQA-P011"):
        assert client.post(f"{PAGE}/change", {"item": item, "owner": "Mallory"}).status_code == 403
    assert client.post(f"/reviews/QQA/actions/{patient.pk}/change", {"owner": "Mallory"}).status_code in (403, 404)
    assert not PathwayNote.objects.filter(owner="Mallory").exists()
    assert AgreedAction.objects.get(pk=patient.pk).owner == "pat"


def test_an_action_about_a_patient_has_a_page_with_its_history_recorded(reader):
    client = reader()
    kept = agree("Ring the patient", pathway="QQA-P011")
    found = soup(client.get(f"/reviews/QQA/actions/{kept.pk}"))
    assert "QQA-P011" in found.select_one("main").text
    assert AccessRecord.objects.filter(what="show_review_action", patient_pathway_identifier="QQA-P011").exists()
    fields = {"text": "Ring again", "owner": "pat", "due": "2026-11-10", "status": "open", "version": "1"}
    assert client.post(f"/reviews/QQA/actions/{kept.pk}/change", fields).status_code == 302
    assert "Ring again (was Ring the patient)" in " ".join(soup(client.get(f"/reviews/QQA/actions/{kept.pk}")).text.split())


def test_an_action_is_agreed_about_a_patient_and_stands_with_its_owner(reader):
    client = reader()
    address = "/pathways/QQA/action/QQA-P011"
    said = {"text": "Ring the patient", "owner": "pat", "due": "2026-11-20"}
    assert client.post(address, said).status_code == 302
    assert AgreedAction.objects.get().patient_pathway_identifier == "QQA-P011"
    assert "Ring the patient" in client.get(PAGE).content.decode()
    found = soup(client.get("/pathways/QQA/note/QQA-P011"))
    assert "Ring the patient" in found.select_one("#acts").parent.text
    late = client.post(address, said | {"due": "2026-11-01"})
    assert (late.status_code, soup(late).select_one("#action_text")["value"]) == (422, "Ring the patient")
    assert client.post("/pathways/QQB/action/QQB-P001", said).status_code == 403
    assert AgreedAction.objects.count() == 1
