"""The page of the rows behind a figure: for whom, what it shows, what leaves, what is recorded."""

import csv
import io

import pytest
from bs4 import BeautifulSoup

from clockstop.accounts.models import AccessRecord

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
STARTED = "/measures/rtt_new_periods/rows?trust=QQA&period=month&period_end=2026-11-30"


def page_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def test_the_rows_of_a_month_lead_to_their_timelines_and_the_look_is_recorded(reader):
    page = page_of(reader().get(STARTED))
    assert [link.get_text() for link in page.select("tbody th a")] == ["QQA-P001"]
    assert page.select_one("tbody th a")["href"] == "/pathways/QQA/timeline/QQA-P001"
    assert "November 2026, Aldermoor: 1 row" in page.select_one(".cs-sub").get_text()
    record = AccessRecord.objects.get()
    assert (record.action, record.what, record.trust, record.rows) == ("viewed", "list_measure_rows", "QQA", 1)


def test_another_trusts_rows_and_a_role_without_patients_are_refused(reader):
    assert reader().get(STARTED.replace("QQA", "QQB")).status_code == 403
    assert reader("group_operations_director", "*", "dee").get(STARTED).status_code == 403


def test_the_rows_leave_with_every_column_but_no_hash(reader):
    response = reader().get(f"{STARTED}&format=csv")
    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    assert len(rows) == 2
    assert {"Trust", "Patient pathway identifier", "Adds to the numerator"} <= set(rows[0])
    assert not any("pseudonym" in heading for heading in rows[0])
    assert AccessRecord.objects.get().action == "exported"


def test_a_figure_without_rows_and_an_address_that_cannot_be_read_are_said_kindly(reader):
    client = reader()
    assert client.get("/measures/rtt_median_wait/rows?trust=QQA").status_code == 404
    assert client.get("/measures/rtt_new_periods/rows?period_end=soon&page=x&period=age").status_code == 200
