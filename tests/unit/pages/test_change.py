"""What changed and why: the table adds up to the figures, every number of a sentence leads somewhere, few people stand together."""

import csv
import io
import re

import pytest
from bs4 import BeautifulSoup
from openpyxl import load_workbook

pytestmark = pytest.mark.django_db
WITHIN = "/measures/rtt_within_18_weeks/change?trust=QQA&period=week"


def _page(client, address):
    response = client.get(address)
    assert response.status_code == 200, response.content[:500]
    return BeautifulSoup(response.content, "html.parser")


def _rows(client, address):
    text = b"".join(client.get(f"{address}&format=csv").streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize(
    "address",
    [WITHIN, f"{WITHIN}&by=priority", "/measures/rtt_incomplete/change?period=week"],
)
def test_the_parts_add_up_to_the_change(reader, address):
    *parts, whole = _rows(reader(role="information_analyst"), address)
    assert parts
    assert whole["part_title"] == "All"
    assert sum(float(part["effect"]) for part in parts) == pytest.approx(float(whole["effect"]))
    assert float(whole["effect"]) == pytest.approx(float(whole["to_value"]) - float(whole["from_value"]))
    for effect in ("volume_effect", "mix_effect", "rate_effect"):
        assert sum(float(part[effect]) for part in parts) == pytest.approx(float(whole[effect]), abs=1e-12)


def test_every_number_of_a_sentence_leads_to_its_source(reader):
    client = reader()
    found = _page(client, WITHIN)
    links = found.select(".cs-reading a")
    assert len(links) >= 3
    by_page = {link["href"].split("?")[0]: link["href"].split("#")[0] for link in links}
    assert len(by_page) > 1, "the series and the rows"
    for href in by_page.values():
        assert client.get(href).status_code == 200, href
    assert _page(client, "/measures/rtt_within_18_weeks?trust=QQA&period=week").select_one(".cs-reading a[href*='/change?']")
    told = found.select_one(".cs-reading")
    for link in told.select("a"):
        link.extract()
    unlinked = re.findall(r"\d[\d,.]*%?", told.text.replace("18 weeks", ""))
    assert all(number.strip(".,") in {"8", "15", "2026"} for number in unlinked), "the days of the two weeks alone are no links"


def test_a_median_has_no_split_and_each_part_its_own_change(reader):
    found = _page(reader(), "/measures/rtt_median_wait/change?trust=QQA&period=week")
    assert "no sum of parts" in found.select_one(".cs-reading").text
    assert [cell.text for cell in found.select("#parts ~ div thead th")][-1] == "Its own change"
    assert not found.select("svg.cs-chart")


def test_the_address_keeps_what_was_chosen_and_a_bad_one_is_passed_over(reader):
    client = reader()
    ends = [option["value"] for option in _page(client, WITHIN).select("#filter-to option")]
    address = f"{WITHIN}&to={ends[1]}&from={ends[3]}&by=division"
    found = _page(client, address)
    chosen = {one["name"]: one.select_one("option[selected]")["value"] for one in found.select("form.cs-filters select")}
    assert chosen == {"trust": "QQA", "service": "", "period": "week", "from": ends[3], "to": ends[1], "by": "division"} | {
        "service": chosen["service"]
    }
    turned = _page(client, f"{WITHIN}&to={ends[3]}&from={ends[1]}&by=division")
    assert turned.select_one(".cs-lead").text == found.select_one(".cs-lead").text
    assert client.get(f"{WITHIN}&to=soon&from=9999-99-99&by=luck").status_code == 200


def test_small_numbers_of_another_trust_stand_together_without_figures(reader):
    client = reader(role="group_viewer", trust="*")
    rows = _rows(client, "/measures/rtt_incomplete/change?trust=QQB&period=week&by=service")
    hidden = [row for row in rows if row["is_withheld"] == "yes"]
    assert all(row["from_numerator"] == row["to_numerator"] == "" for row in hidden)
    shown = [row for row in rows if row["is_withheld"] != "yes" and row["part"]]
    assert all(row["from_numerator"] == "0" or float(row["from_numerator"]) >= 5 for row in shown)


def test_what_is_taken_away_says_how_it_was_worked_out(reader):
    book = load_workbook(io.BytesIO(b"".join(reader().get(f"{WITHIN}&format=xlsx").streaming_content)))
    about = str([cell.value for cell in book["About"]["A"]])
    assert "Midpoint split" in about
    assert "made up" in about


def test_a_trust_outside_the_scope_is_refused_and_an_unknown_measure_not_found(reader):
    client = reader()
    assert client.get("/measures/rtt_incomplete/change?trust=QQB").status_code in (403, 404)
    assert client.get("/measures/rtt_luck/change").status_code == 404


def test_a_measure_of_one_day_says_that_there_is_no_change_yet(reader):
    found = _page(reader(), "/measures/rtt_no_next_step/change?trust=QQA")
    assert "one period alone" in found.select_one(".cs-reading").text
