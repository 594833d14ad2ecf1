"""The waiting list's view: whose rows, in what order, what leaves as a file, and what is recorded."""

import csv
import io
from datetime import date

import pytest
from bs4 import BeautifulSoup

from clockstop.accounts.models import AccessRecord
from clockstop.pages.ptl_columns import HEADINGS
from clockstop.registers.pathway_notes import actions

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
EVERY_ROW = "/ptl?window=&trust=QQA&page_size=100"


def shown(response) -> list[str]:
    return [link.get_text() for link in BeautifulSoup(response.content, "html.parser").select("[data-open]")]


def page_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def write(client, pathway, trust="QQA", **changes):
    from clockstop.accounts.models import User

    return actions.change_note(trust=trust, patient_pathway_identifier=pathway, by=User.objects.get(), changes=changes)


def test_a_manager_sees_the_own_trust_and_never_another(reader):
    client = reader()
    assert len(shown(client.get(EVERY_ROW))) == 40
    assert all(pathway.startswith("QQA-") for pathway in shown(client.get("/ptl?window=&page_size=100")))
    response = client.get("/ptl?window=&trust=QQB")
    assert response.status_code == 403
    assert b"QQB-P" not in response.content


def test_a_role_without_patients_is_told_what_it_may_see_instead(reader):
    client = reader("group_operations_director", "*")
    response = client.get("/ptl")
    assert response.status_code == 403
    assert "sees figures, not single patients" in page_of(response).get_text()
    assert not shown(response)
    assert AccessRecord.objects.get().action == "refused"


def test_a_bare_address_leads_to_who_passed_18_weeks_last_week_or_will_within_four(reader):
    response = reader().get("/ptl")
    assert response.status_code == 302
    assert response.url == "/ptl?trust=QQA&breach_of=18&breach_from=-7&breach_to=28&page_size=25"


def test_the_consultants_of_the_list_can_be_chosen(reader):
    options = page_of(reader().get(EVERY_ROW)).select("#ptl-consultant option")
    assert options[0].get_text() == f"All {len(options) - 1}"
    assert len(options) > 1


def test_those_with_no_next_step_come_first_and_fewest_days_first(reader):
    client = reader()
    write(client, "QQA-P003", next_step="Ring the patient")
    rows = shown(client.get(EVERY_ROW))
    booked = [int(pathway[-3:]) % 2 == 0 or pathway in ("QQA-P003", "QQA-P009") for pathway in rows]
    assert booked == sorted(booked)
    assert rows[0] == "QQA-P039"
    assert "QQA-P003" in rows[18:]


def test_a_step_whose_day_has_passed_stands_under_its_own_heading(reader):
    client = reader()
    write(client, "QQA-P003", next_step="Ring the patient", next_step_date=date(2026, 1, 5))
    page = page_of(client.get(EVERY_ROW))
    headings = [row.get_text() for row in page.select(".cs-split")]
    assert [heading.split(":")[0] for heading in headings] == ["No next step", "Next step overdue", "With a next step"]
    assert "1 with one overdue" in page.select_one(".cs-sub").get_text()
    assert shown(client.get(EVERY_ROW + "&has_next_step=overdue")) == ["QQA-P003"]


def test_an_owner_written_a_moment_ago_filters_the_list(reader):
    client = reader()
    assert shown(client.get(EVERY_ROW + "&owner=ENT+lead")) == []
    write(client, "QQA-P011", owner="ENT lead")
    assert shown(client.get(EVERY_ROW + "&owner=ENT+lead")) == ["QQA-P011"]


def test_words_of_a_comment_filter_the_list(reader):
    client = reader()
    write(client, "QQA-P012", comment="Rang, no answer")
    assert shown(client.get(EVERY_ROW + "&text=no+ANSWER")) == ["QQA-P012"]


def test_the_list_is_paged_and_says_where_it_stands(reader):
    client = reader()
    first, second = (shown(client.get(f"/ptl?window=&trust=QQA&page_size=25&page={number}")) for number in (1, 2))
    assert (len(first), len(second)) == (25, 15)
    assert not set(first) & set(second)
    bar = page_of(client.get("/ptl?window=&trust=QQA&page_size=25&page=2")).select_one(".cs-bulk").get_text(" ")
    assert "Rows 26 to 40 of 40" in " ".join(bar.split())


def test_a_heading_sorts_and_says_so(reader):
    client = reader()
    page = page_of(client.get(EVERY_ROW + "&sort=days_waited&direction=down"))
    assert page.select_one("th[aria-sort]")["aria-sort"] == "descending"
    assert page.select_one("[data-open]").get_text() == "QQA-P040"


def test_an_htmx_request_gets_the_list_without_the_frame(reader):
    client = reader()
    part = client.get(EVERY_ROW, headers={"HX-Request": "true"})
    assert b"<header" not in part.content
    assert len(shown(part)) == 40


def test_the_export_has_the_rows_of_the_list_in_its_order(reader):
    client = reader()
    write(client, "QQA-P011", owner="=cmd()")
    address = EVERY_ROW + "&service=C_110"
    response = client.get(address + "&format=csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    assert list(rows[0]) == list(HEADINGS)
    assert [row["Pathway"] for row in rows] == shown(client.get(address))
    record = AccessRecord.objects.get(action="exported")
    assert (record.rows, record.trust) == (len(rows), "QQA")


def test_a_formula_in_a_note_leaves_disarmed(reader):
    client = reader()
    write(client, "QQA-P011", owner="=cmd()")
    body = b"".join(client.get(EVERY_ROW + "&format=csv").streaming_content).decode()
    assert ",'=cmd()," in body


def test_the_excel_file_has_as_many_rows_as_the_list(reader):
    from openpyxl import load_workbook

    client = reader()
    body = b"".join(client.get(EVERY_ROW + "&format=xlsx").streaming_content)
    book = load_workbook(io.BytesIO(body))
    assert book.worksheets[0].max_row == 41
    assert any("Synthetic" in str(cell.value) for cell in book["About"]["A"])


def test_each_look_at_the_list_is_recorded_without_what_was_typed_to_find_somebody(reader):
    client = reader()
    client.get(EVERY_ROW + "&search=9434765919")
    record = AccessRecord.objects.get()
    assert (record.action, record.trust) == ("viewed", "QQA")
    assert "9434765919" not in record.detail


def test_an_empty_list_says_what_was_looked_at(reader):
    page = page_of(reader().get(EVERY_ROW + "&consultant=nobody"))
    assert "No pathway is left by these filters" in page.get_text()
    assert "Aldermoor" in page.select_one(".cs-empty").get_text()
