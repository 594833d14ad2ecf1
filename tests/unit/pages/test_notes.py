"""Writing on the list: in the row, on a page without script, for many at once, and undone."""

import pytest
from bs4 import BeautifulSoup

from clockstop.registers.pathway_notes import actions
from clockstop.registers.pathway_notes.models import PathwayNote

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
NOTE = "/pathways/QQA/note/QQA-P011"
HTMX = {"HX-Request": "true"}


def test_a_note_is_written_without_script_and_leads_back(reader):
    client = reader()
    form = client.get(f"{NOTE}?field=owner&back=/ptl%3Fowner%3Dx")
    assert b'name="owner"' in form.content
    assert b'name="comment"' not in form.content
    response = client.post(f"{NOTE}?field=owner", {"owner": "ENT lead", "version": "0", "back": "/ptl?owner=x"})
    assert (response.status_code, response.url) == (302, "/ptl?owner=x")
    note = PathwayNote.objects.get()
    assert (note.owner, note.updated_by_name) == ("ENT lead", "pat")


def test_nobody_is_sent_to_another_site(reader):
    response = reader().post(NOTE, {"owner": "x", "version": "0", "back": "//elsewhere.example/"})
    assert response.url == "/ptl"


def test_a_cell_is_edited_in_place(reader):
    client = reader()
    form = client.get(f"{NOTE}?field=comment", headers=HTMX)
    assert b"<form" in form.content
    assert b"<html" not in form.content
    saved = client.post(f"{NOTE}?field=comment", {"comment": "Rang", "version": "0"}, headers=HTMX)
    assert b"Rang" in saved.content
    assert b"<form" not in saved.content


def test_a_date_without_its_step_is_asked_for_and_nothing_is_lost(reader):
    response = reader().post(f"{NOTE}?field=next_step", {"next_step_date": "2026-11-24", "version": "0"})
    assert response.status_code == 422
    page = BeautifulSoup(response.content, "html.parser")
    assert "Write the next step" in page.select_one(".nhsuk-error-summary").get_text()
    assert page.select_one("[name=next_step_date]")["value"] == "2026-11-24"
    assert not PathwayNote.objects.exists()


def test_two_people_are_told_of_each_other_and_the_second_may_save_again(reader):
    client = reader()
    from clockstop.accounts.models import User

    other = User.objects.create_user(username="sam")
    actions.change_note(trust="QQA", patient_pathway_identifier="QQA-P011", by=other, changes={"comment": "Rang back"})
    response = client.post(f"{NOTE}?field=comment", {"comment": "Letter sent", "version": "0"})
    assert response.status_code == 409
    page = BeautifulSoup(response.content, "html.parser")
    assert "sam has changed this note" in page.get_text()
    assert "Rang back" in page.get_text()
    assert page.select_one("[name=comment]")["value"] == "Letter sent"
    again = {"comment": "Letter sent", "version": page.select_one("[name=version]")["value"]}
    assert client.post(f"{NOTE}?field=comment", again).status_code == 302
    assert PathwayNote.objects.get().comment == "Letter sent"


@pytest.mark.parametrize("path", ["/pathways/QQB/note/QQB-P001", "/pathways/QQA/note/QQA-P999"])
def test_no_note_is_written_on_another_trusts_patient_or_on_nobody(reader, path):
    response = reader().post(path, {"owner": "x", "version": "0"})
    assert response.status_code in (403, 404)
    assert not PathwayNote.objects.exists()


def test_the_bulk_bar_writes_on_all_chosen_and_undo_takes_it_back(reader):
    client = reader()
    chosen = ["QQA:QQA-P011", "QQA:QQA-P012"]
    client.post("/ptl/notes", {"pathway": chosen, "owner": "Booking team A", "back": "/ptl"})
    assert set(PathwayNote.objects.values_list("owner", flat=True)) == {"Booking team A"}
    assert PathwayNote.objects.count() == 2
    client.post("/ptl/undo", {"back": "/ptl"})
    assert set(PathwayNote.objects.values_list("owner", flat=True)) == {""}


def test_who_may_no_longer_write_there_undoes_nothing_there(reader):
    client = reader()
    client.post("/ptl/notes", {"pathway": ["QQA:QQA-P011"], "owner": "Booking team A", "back": "/ptl"})
    from clockstop.accounts.models import Membership

    Membership.objects.all().delete()
    assert client.post("/ptl/undo", {"back": "/ptl"}).status_code == 403
    assert PathwayNote.objects.get().owner == "Booking team A"


@pytest.mark.parametrize("stranger", ["QQB:QQB-P001", "QQA:QQA-P999", "nonsense"])
def test_one_stranger_among_the_chosen_and_nothing_is_written(reader, stranger):
    response = reader().post("/ptl/notes", {"pathway": ["QQA:QQA-P011", stranger], "owner": "x"})
    assert response.status_code in (403, 404)
    assert not PathwayNote.objects.exists()


@pytest.mark.parametrize("posted", [{"owner": "x"}, {"pathway": ["QQA:QQA-P011"]}])
def test_a_bulk_change_of_nothing_says_so(reader, posted):
    client = reader()
    client.post("/ptl/notes", posted | {"back": "/views"})
    assert "Nothing was changed" in client.get("/views").content.decode()


def test_a_director_writes_nothing(reader):
    response = reader("group_operations_director", "*").post(NOTE, {"owner": "x", "version": "0"})
    assert response.status_code == 403
    assert not PathwayNote.objects.exists()
