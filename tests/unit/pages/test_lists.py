"""The page of a generic worklist: whose rows, what stands in it, what leaves, what is recorded; and the index of the lists."""

import csv
import io
from datetime import datetime

import pytest
from bs4 import BeautifulSoup
from ibis import _

from clockstop.accounts.models import AccessRecord
from clockstop.answers.worklist import ListColumn, ListFilter, ListGroup, Worklist
from clockstop.pages.now import Board
from clockstop.registers.saved_views.models import SavedView

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
PTL = Worklist(
    slug="long_waits",
    title="Who waits longest?",
    name="Long waits",
    family="rtt",
    table="rtt_waits",
    columns=(
        ListColumn(name="days_waited", heading="Waited", kind="weeks"),
        ListColumn(name="priority", heading="Priority", kind="code", titles={"1": "Routine", "2": "Urgent"}),
        ListColumn(name="consultant", heading="Consultant", below="priority"),
        ListColumn(name="start_date", heading="Clock started", kind="date", is_taken_only=True),
    ),
    filters=(ListFilter(column="priority", label="Priority"), ListFilter(column="days_waited", label="Waited", kind="range")),
    groups=(ListGroup(slug="over_18", title="Over 18 weeks", truth=_.days_waited > 126),),
    order=("-days_waited",),
)
FLAGS = Worklist(
    slug="flag_counts",
    title="How many flags are there?",
    name="Flag counts",
    family="data",
    table="rtt_flag_counts",
    columns=(ListColumn(name="flag", heading="Flag"), ListColumn(name="rows", heading="Rows", kind="number")),
    key=("trust", "flag", "as_of_date", "service"),
    order=("-rows",),
    breach=None,
    has_patients=False,
    has_notes=False,
)
MISSING = Worklist(slug="not_yet", title="Who is not there yet?", name="Not yet", family="rtt", table="no_such_table", columns=())


@pytest.fixture(autouse=True)
def declared(monkeypatch):
    """Three lists instead of those of the house."""
    found = {one.slug: one for one in (PTL, FLAGS, MISSING)}
    monkeypatch.setattr("clockstop.answers.lists.lists", lambda: found)
    monkeypatch.setattr("clockstop.pages.lists.lists", lambda: found)


def page_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def shown(response) -> list[str]:
    return [link.get_text() for link in page_of(response).select("[data-open]")]


def test_a_manager_sees_the_own_trusts_rows_in_the_lists_order_and_the_look_is_recorded(reader):
    response = reader().get("/lists/long_waits?page_size=25")
    assert response.status_code == 200
    assert shown(response)[:2] == ["QQA-P040", "QQA-P039"]
    assert page_of(response).select_one("h1").get_text() == "Who waits longest?"
    record = AccessRecord.objects.get()
    assert (record.action, record.what, record.trust, record.rows) == ("viewed", "show_worklist", "QQA", 25)
    assert record.detail == "long_waits trust=QQA"
    assert reader("service_manager", "QQB", "bo").get("/lists/long_waits?trust=QQA").status_code == 403


def test_groups_filters_and_sorts_stand_in_the_address(reader):
    client = reader()
    groups = page_of(client.get("/lists/long_waits")).select(".cs-groups a")
    assert [group.get_text() for group in groups] == ["All 40", "Over 18 weeks: 20", "No next step: 19"]
    over = client.get(groups[1]["href"])
    assert len(shown(over)) == 20
    assert page_of(over).select_one("input[name=group]")["value"] == "over_18"
    assert shown(client.get("/lists/long_waits?sort=days_waited&direction=up"))[0] == "QQA-P001"
    assert len(shown(client.get("/lists/long_waits?priority=2"))) == 8
    options = page_of(client.get("/lists/long_waits")).select("#ptl-priority option")
    assert [option.get_text() for option in options] == ["All 2", "Routine", "Urgent"]


def test_a_note_is_written_in_its_row_as_on_the_rtt_list(reader):
    client = reader()
    links = page_of(client.get("/lists/long_waits")).select("tr[data-row] a[data-edit=owner]")
    assert links[0]["href"].startswith("/pathways/QQA/note/QQA-P040?field=owner&back=%2Flists%2Flong_waits")
    client.post(links[0]["href"], {"owner": "Ward 3", "version": "0"})
    assert shown(client.get("/lists/long_waits?owner=Ward 3")) == ["QQA-P040"]


def test_the_whole_list_leaves_with_its_own_columns_and_is_recorded_first(reader):
    response = reader().get("/lists/long_waits?priority=2&format=csv")
    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    place = {name: number for number, name in enumerate(rows[0])}
    assert len(rows) == 9
    assert {(row[place["Priority code"]], row[place["Priority"]]) for row in rows[1:]} == {("2", "Urgent")}
    assert rows[1][place["Clock started"]] == "2026-03-17"
    assert rows[1][place["Waited"]] == "243"
    assert (AccessRecord.objects.get().action, AccessRecord.objects.get().rows) == ("exported", 8)
    excel = reader("information_analyst", "QQA", "ann").get("/lists/long_waits?format=xlsx")
    assert b"".join(excel.streaming_content)[:2] == b"PK"


def test_a_role_without_patients_sees_no_list_of_single_rows(reader):
    """Neither patients nor sessions, which tell of few people; who is cleared looks at sessions without a record of it."""
    client = reader("group_operations_director", "*")
    refused = client.get("/lists/long_waits")
    assert refused.status_code == 403
    assert AccessRecord.objects.get().action == "refused"
    assert client.get("/lists/flag_counts").status_code == 403
    plain = page_of(reader("service_manager", "QQA", "jo").get("/lists/flag_counts"))
    assert plain.select_one("#ptl tbody tr")
    assert not plain.select("[data-open], [data-edit], input[name=pathway]")
    assert AccessRecord.objects.count() == 2


def test_a_list_whose_table_is_not_there_says_so_and_an_unknown_one_is_not_found(reader):
    client = reader()
    response = client.get("/lists/not_yet")
    assert response.status_code == 200
    assert "nothing to show yet" in page_of(response).get_text()
    assert client.get("/lists/never_heard").status_code == 404


def test_no_row_left_is_said_with_a_way_on(reader):
    text = page_of(reader().get("/lists/long_waits?days_waited_from=5000")).get_text()
    assert "No pathway is left by these filters" in text


def test_where_a_trust_sends_nothing_of_a_live_list_nobody_is_counted(reader, monkeypatch):
    nothing = Board(states=(), clock=datetime(2026, 11, 15, 12), edition="", href="", is_unchanged=False)  # noqa: DTZ001  London's
    monkeypatch.setattr("clockstop.pages.lists._live", lambda *_: nothing)
    text = page_of(reader().get("/lists/long_waits")).select_one("main").get_text(" ", strip=True)
    assert "Long waits" in text
    assert "It is not known who is on this list." in text
    assert "sends nothing that it is made of: " in text
    assert "shown" not in text


def test_the_rows_behind_a_number_say_whose_they_are(reader):
    response = reader().get("/lists/long_waits?measure=rtt_within_18_weeks:numerator&page_size=50")
    assert len(shown(response)) == 20
    assert "those counted by" in page_of(response).select_one(".cs-sub").get_text()


def test_the_index_groups_lists_by_family_with_their_numbers(reader):
    page = page_of(reader().get("/lists"))
    assert [heading.get_text() for heading in page.select("h2")] == ["Referral to treatment", "Data"]
    rows = {row.select_one("a").get_text(): row.select("td")[-1].get_text() for row in page.select("tbody tr")}
    assert rows["Who waits longest?"] == "40"
    assert rows["Who breaches next with no next step?"] == "40"
    assert rows["Who is not there yet?"] == "nothing loaded"


def test_a_view_of_a_list_is_saved_like_any_other(reader):
    client = reader()
    form = page_of(client.get("/lists/long_waits?priority=2")).select_one('form[action="/views/add"]')
    client.post("/views/add", {"name": "Urgent", "address": form.select_one("input[name=address]")["value"]})
    assert SavedView.objects.get().address == "/lists/long_waits?trust=QQA&priority=2"


def test_a_family_shows_its_lists_with_their_groups_and_its_headline_measures(reader, monkeypatch):
    own = Worklist(**{**PTL.__dict__, "slug": "cancer_long", "family": "cancer"})
    monkeypatch.setattr("clockstop.pages.families.lists", lambda: {own.slug: own, MISSING.slug: MISSING})
    page = page_of(reader().get("/care/cancer?trust=QQA"))
    row = page.select_one("#maincontent tbody tr")
    assert [cell.get_text() for cell in row.select("td")] == ["40", "Over 18 weeks: 20 "]
    assert row.select_one("td a")["href"] == "/lists/cancer_long?trust=QQA&group=over_18"
    assert page.select_one("#figures")
    assert page.select_one(".nhsuk-header__navigation [aria-current]").get_text() == "Cancer"
    assert reader("group_operations_director", "*", "dee").get("/care/cancer").status_code == 200
    assert reader("service_manager", "QQA", "jo").get("/care/rtt").status_code == 404
