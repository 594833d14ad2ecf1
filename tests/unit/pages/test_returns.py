"""The page of the monthly return: its parts and checks, who sees how much, and the file taken away."""

import csv
import io

import pytest
from bs4 import BeautifulSoup

from clockstop.accounts.models import AccessRecord
from clockstop.rules.rtt_return_rows import HEADER

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_the_own_trust_sees_parts_checks_and_flow(reader):
    response = reader("information_analyst").get("/returns/QQA?month=2026-10&part=part_2")
    assert response.status_code == 200
    shown = BeautifulSoup(response.content, "html.parser")
    parts = {row.th.get_text(strip=True)[:7].strip(): row.find_all("td") for row in shown.select("table")[0].select("tbody tr")}
    waiting = int(parts["Part 2:"][0].get_text().replace(",", ""))
    flow = shown.select("table")[2].select("tbody tr")[-1].find_all("td")
    assert waiting > 0
    assert int(flow[9].get_text()) == waiting
    assert "October 2026, not closed" in shown.select_one("h1").parent.get_text()
    assert "Passes" in shown.select("table")[1].get_text()


def test_the_return_is_taken_away_in_the_published_layout_and_recorded(reader):
    response = reader("information_analyst").get("/returns/QQA?month=2026-10&format=csv")
    lines = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode())))
    assert tuple(lines[0]) == HEADER
    assert {line[3] for line in lines[1:]} == {"QQA"}
    assert AccessRecord.objects.filter(action="exported", what="show_return", trust="QQA").exists()


def test_a_reader_of_another_trust_is_refused(reader):
    assert reader("information_analyst", trust="QQB").get("/returns/QQA").status_code == 403


def test_the_group_sees_totals_only(reader):
    group = reader("group_operations_director", trust="*")
    text = group.get("/returns/QQA?month=2026-10").content.decode()
    assert "Part 2: Incomplete Pathways" in text
    assert "are for those cleared for this trust’s patients" in text
    assert "Flow of Part 2" not in text
    assert group.get("/returns/QQA?month=2026-10&format=csv").status_code == 403


def test_the_group_sees_no_small_figure_of_a_part(reader):
    own, group = (
        [cell for row in _parts(client.get("/returns/QQA?month=2026-11")) for cell in row]
        for client in (reader("information_analyst"), reader("group_operations_director", trust="*", username="kim"))
    )
    small = {"1", "2", "3", "4"}
    assert small & set(own)
    assert group == ["fewer than 5" if cell in small else cell for cell in own]


def _parts(response) -> list[list[str]]:
    rows = BeautifulSoup(response.content, "html.parser").select("table")[0].select("tbody tr")
    return [[cell.get_text(strip=True) for cell in row.find_all("td")] for row in rows]


def test_a_month_that_is_none_is_told(reader):
    assert reader("information_analyst").get("/returns/QQA?month=2026-13").status_code == 400
