"""The timeline, the search and the rule: whose pathway, what is drawn, what is recorded."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup

from clockstop.accounts.models import AccessRecord
from clockstop.answers.lanes import Lane
from clockstop.answers.turns import Clock, Turn

AS_OF = date(2026, 11, 15)
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def text_of(response) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def test_the_timeline_says_why_the_clock_says_so(reader):
    response = reader().get("/pathways/QQA/timeline/QQA-P024")
    page = BeautifulSoup(response.content, "html.parser")
    assert page.h1.get_text() == "Why does the clock say 21 weeks?"
    assert page.select_one("a.cs-rule")["href"] == "/rules/RTT-R01"
    assert "waited on 15 November 2026, since 21 June 2026" in text_of(response)
    assert page.select_one("svg[role=img] desc").get_text().startswith("Pathway QQA-P024, 1 clock on one time axis")
    assert not page.select("[style], script:not([src])")


def test_a_look_is_recorded(reader):
    reader().get("/pathways/QQA/timeline/QQA-P024")
    record = AccessRecord.objects.get()
    assert (record.action, record.trust, record.patient_pathway_identifier) == ("viewed", "QQA", "QQA-P024")


@pytest.mark.parametrize(
    ("path", "status"),
    [("/pathways/QQB/timeline/QQB-P001", 403), ("/pathways/QQA/timeline/QQB-P001", 404), ("/pathways/QQA/timeline/none", 404)],
)
@pytest.mark.parametrize("kind", ["timeline", "words", "rows"])
def test_another_trusts_pathway_is_never_shown(reader, path, status, kind):
    response = reader().get(path.replace("timeline", kind))
    assert response.status_code == status
    assert "HQQB" not in response.content.decode()


def test_what_is_booked_comes_next(reader):
    said = text_of(reader().get("/pathways/QQA/timeline/QQA-P009"))
    assert "Friday 27 November 2026 : to come in (TCI). If treated then, the clock stops at 9 weeks, 6 days." in said


def test_the_words_for_a_caller_are_there_as_plain_text(reader):
    response = reader().get("/pathways/QQA/words/QQA-P024")
    assert response["Content-Type"].startswith("text/plain")
    assert "As known at the end of 15 November 2026." in response.content.decode()


def test_source_rows_name_the_load_and_the_row(reader):
    said = text_of(reader().get("/pathways/QQA/rows/QQA-P024"))
    assert "referrals" in said
    assert "0001-" in said


@pytest.mark.parametrize("typed", ["QQA-P001", "HQQA00001", "943 476 5919", "9434765919"])
def test_one_hit_goes_straight_to_the_timeline(reader, typed):
    response = reader().post("/find", {"q": typed})
    assert (response.status_code, response.url) == (302, "/pathways/QQA/timeline/QQA-P001")
    assert AccessRecord.objects.get().action == "searched"


def test_the_record_of_a_search_leaves_out_what_was_typed(reader):
    reader().post("/find", {"q": "9434765919"})
    assert "9434765919" not in str(AccessRecord.objects.values().get())


def test_nothing_found_says_where_it_was_looked_for(reader):
    response = reader().post("/find", {"q": "QQB-P001"})
    assert response.status_code == 200
    assert "No pathway was found" in text_of(response)
    assert "QQB-P001" not in [link.get_text() for link in BeautifulSoup(response.content, "html.parser").select("table a")]


def test_a_rule_has_its_sentence_its_source_and_its_rows(reader):
    said = text_of(reader().get("/rules/RTT-R28"))
    assert "this wait is taken out of the count" in said
    assert "is nullified: it never counts" in said
    assert reader("service_manager", "QQA", "sam").get("/rules/RTT-R999").status_code == 404


def test_every_rule_of_the_table_has_its_page(reader):
    from clockstop.rules.rtt import rtt_clock

    client = reader()
    assert {client.get(f"/rules/{rule}").status_code for rule in rtt_clock.rules if rule} == {200}


@pytest.fixture
def a_scan_beside(monkeypatch):
    """A wait for a scan beside RTT's, missed on the day of an RTT event, and one of the same patient elsewhere."""
    missed = Turn(AS_OF - timedelta(days=2), 1, "dna", "Missed the scan", "SCAN-2", "It starts again.", "close 3, open", 0)
    asked = replace(missed, event_date=AS_OF - timedelta(days=30), event_type="request", event_title="Scan requested", does="open")
    run = {"end_status": "", "is_nullified": False, "start_rule": "", "end_rule": "", "start_sentence": "", "end_sentence": ""}
    clocks = [
        Clock(1, AS_OF - timedelta(days=30), AS_OF - timedelta(days=2), days_waited=28, breach_date=AS_OF, **run),
        Clock(2, AS_OF - timedelta(days=2), None, days_waited=2, breach_date=AS_OF + timedelta(days=39), **run),
    ]
    about = {"clock": "scan", "title": "Diagnostic test", "name": "MRI", "within_days": 41, "source": "scans"}
    own = Lane(**about, patient_pathway_identifier="QQA-P003", clocks=tuple(clocks), turns=(asked, missed))
    other = Lane(**about, patient_pathway_identifier="QQA-P900", clocks=tuple(clocks[:1]), turns=(asked,), is_other=True)
    monkeypatch.setattr("clockstop.answers.pathways.lanes_of", lambda *asked: (own, other))


def test_the_twin_of_several_clocks_says_what_each_event_did_to_each(reader, a_scan_beside):
    page = BeautifulSoup(reader().get("/pathways/QQA/timeline/QQA-P003").content, "html.parser")
    assert page.select_one("#turns").get_text() == "What each event did to each clock"
    bodies = page.select(".cs-lanes tbody")
    missed = next(body for body in bodies if "Missed the scan" in body.get_text())
    assert "Starts again." in missed.get_text()
    assert any("Not moved by that day: Diagnostic test, MRI, day" in body.get_text() for body in bodies)
    assert page.select_one('.cs-lanes__other a[href="/pathways/QQA/timeline/QQA-P900"]')
    assert "2 days left" not in page.select_one(".cs-wait").get_text()
    assert "Also running: Diagnostic test, MRI, 2 days, 39 days left" in page.select_one(".cs-wait").get_text()
    clocks = page.select('[aria-label="Clocks"] tbody tr')
    assert [row.select("td")[0].get_text()[:24] for row in clocks][:2] == ["Referral to treatment", "Diagnostic test, MRI"]
