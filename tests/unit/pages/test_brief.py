"""The weekly brief: what it says of a week, to whom it names patients, how others stand, and what leaves as a file."""

import io
import json
from datetime import date

import pytest
from bs4 import BeautifulSoup
from docx import Document

from clockstop.accounts.models import AccessRecord
from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.cli.main import run
from clockstop.errors import UnknownName
from clockstop.reports.brief import brief_of, heading
from clockstop.reports.brief_files import written
from clockstop.reports.sentences import plain

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
BOTH = frozenset({"QQA", "QQB"})
OPERATOR = Scope(trusts=BOTH, may_see_patients=frozenset({"QQA"}), user="command line", role="operator")


def _page(client, address):
    response = client.get(address)
    assert response.status_code == 200, response.content[:500]
    return BeautifulSoup(response.content, "html.parser")


@pytest.fixture(scope="module")
def opened(group_home):
    """One desk for all briefs of this file: what it was asked before it knows."""
    return Desk(group_home).refreshed()


def test_the_page_names_who_waits_longest_which_is_recorded_and_no_file_does(reader):
    client = reader()
    found = _page(client, "/brief/QQA/C_100")
    assert found.h1.text == "General Surgery, Aldermoor: week to 15 November 2026"
    patients = [row.th.text for row in found.select("section[aria-labelledby=waits] tbody tr")]
    assert patients
    record = AccessRecord.objects.filter(what="show_brief").get()
    assert (record.trust, record.rows) == ("QQA", len(patients))
    for format_ in ("text", "html", "json"):
        text = client.get(f"/brief/QQA/C_100?format={format_}").content.decode()
        assert "General Surgery" in text
        assert not any(patient in text for patient in patients)
    links = {link["href"].split("?")[0].split("/")[1]: link["href"] for link in found.select("main a[href^='/']")}
    assert {"ptl", "pathways", "comparison", "brief"} <= set(links)
    assert client.get(links["ptl"]).status_code == 200


def test_a_reader_who_is_not_cleared_sees_no_patient_and_leaves_no_record(reader):
    found = _page(reader(role="group_viewer", trust="*"), "/brief/QQA/C_100")
    assert not found.select("section[aria-labelledby=waits] table")
    assert not AccessRecord.objects.filter(what="show_brief").exists()
    trusts = [row.th.text for row in found.select("section[aria-labelledby=elsewhere] tbody tr")]
    assert trusts == ["Aldermoor", "Birkdale"]
    assert "small number" in found.select_one("section[aria-labelledby=elsewhere]").text


def test_the_brief_as_values_is_the_brief_as_text(opened):
    brief = brief_of(OPERATOR, opened, trust="QQA", service="100")
    values = json.loads(written(brief, "json", with_patients=True))
    assert (values["service"], values["week"]) == ("C_100", "2026-11-15")
    assert values["summary"]["text"] == plain(brief.summary)
    assert len(values["waits"]["rows"]) == len(brief.waits.rows) > 0
    assert {one["name"] for one in values["elsewhere"]} == {"Aldermoor", "Birkdale"}
    text = written(brief, "text", with_patients=True).decode()
    assert text.startswith(heading(brief))
    assert brief.waits.rows[0].pathway in text
    assert brief.waits.rows[0].pathway not in written(brief, "text").decode()


def test_the_word_file_has_the_same_headings_and_a_table(opened):
    document = Document(io.BytesIO(written(brief_of(OPERATOR, opened, trust="QQA", service="C_100"), "docx", with_patients=True)))
    headings = [one.text for one in document.paragraphs if one.style.name.startswith("Heading")]
    assert headings[0].startswith("General Surgery, Aldermoor")
    assert "Open actions" in headings
    assert [cell.text for cell in document.tables[0].rows[0].cells] == ["Longest waits", "Waited", "Next"]


@pytest.mark.parametrize("asked", [{"trust": "QQZ"}, {"trust": "QQA", "service": "C_999"}])
def test_a_place_that_is_not_there_is_said_with_those_that_are(opened, asked):
    with pytest.raises(UnknownName, match="Name one of"):
        brief_of(OPERATOR, opened, **asked)


def test_an_earlier_week_ends_where_it_says(opened):
    brief = brief_of(OPERATOR, opened, trust="QQA", week=date(2026, 11, 4))
    assert brief.week == date(2026, 11, 8)
    assert not brief.is_latest
    with pytest.raises(UnknownName, match="no figures of the week"):
        brief_of(OPERATOR, opened, trust="QQA", week=date(1999, 1, 1))


def test_a_word_file_needs_a_place_to_go(capsys):
    with pytest.raises(SystemExit) as stopped:
        run(["brief", "--org", "QQA", "--format", "docx"])
    assert stopped.value.code == 2
    assert "--out" in capsys.readouterr().err


def test_a_week_that_is_no_day_is_said_as_people_write_days(capsys):
    with pytest.raises(SystemExit) as end:
        run(["brief", "--org", "QQA", "--week", "2026-02-30"])
    said = capsys.readouterr().err
    assert end.value.code == 2
    assert "'2026-02-30' is no day of the calendar" in said
    assert "15/11/2026" in said
