"""How do we compare, and is it the same for everybody: the pages say it, their tables hold it, and it can be taken away."""

import csv
import io

import pytest
from bs4 import BeautifulSoup

pytestmark = pytest.mark.django_db
COMPARED = "/measures/rtt_within_18_weeks/benchmark"
UNEQUAL = "/measures/rtt_within_18_weeks/inequality"


def _page(client, address):
    response = client.get(address)
    assert response.status_code == 200, response.content[:500]
    return BeautifulSoup(response.content, "html.parser")


def _rows(client, address):
    text = b"".join(client.get(address).streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_comparison_names_ours_draws_two_charts_and_keeps_its_address(reader):
    found = _page(reader(role="information_analyst"), f"{COMPARED}?level=england&trust=QQA")
    assert "would stand" in found.select_one(".cs-lead").text
    assert "(made up)" in found.select_one(".cs-lead").text
    assert [figure["data-chart"] for figure in found.select("figure.cs-plot")] == ["ranked-spec", "funnel-spec"]
    assert len(found.select("tr.is-ours")) >= 1
    links = {link["href"] for link in found.select("a") if "format=csv" in link.get("href", "")}
    assert all("level=england" in href and "trust=QQA" in href for href in links)


def test_what_is_taken_away_has_every_provider_with_its_reason(reader):
    rows = _rows(reader(role="information_analyst"), f"{COMPARED}?level=england&format=csv")
    ranked = [row for row in rows if row["is_ranked"] == "yes"]
    assert len(ranked) == 141
    assert all(row["why_not_ranked"] for row in rows if row["is_ranked"] == "no" and row["is_ours"] == "no")
    assert {row["code"]: row["place"] for row in ranked}["RJ1"] == "38"


def test_a_measure_that_is_not_published_compares_our_own_trusts(reader):
    found = _page(reader(role="information_analyst"), "/measures/rtt_clock_stops/benchmark")
    assert "not published for all trusts" in found.text


def test_the_cut_shows_each_group_and_the_whole(reader):
    client = reader(role="information_analyst")
    found = _page(client, f"{UNEQUAL}?by=sex&trust=QQA")
    assert [row.th.text for row in found.select("#table ~ div tbody tr")][-1] == "Everybody"
    rows = _rows(client, f"{UNEQUAL}?by=sex&trust=QQA&format=csv")
    groups, whole = [row for row in rows if row["level"] == "group"], rows[-1]
    assert sum(float(row["denominator"]) for row in groups) == float(whole["denominator"])


@pytest.mark.parametrize("by", ["sex", "ethnic_category"])
def test_no_two_parts_of_the_cut_have_one_name(reader, by):
    found = _page(reader(role="information_analyst"), f"{UNEQUAL}?by={by}&trust=QQA")
    headings = [found.find(id=section["aria-labelledby"]).text for section in found.select("main section[aria-labelledby]")]
    names = headings + [region["aria-label"] for region in found.select("main [role=region]")]
    assert len({name.lower() for name in names}) == len(names) > 2, names


def test_a_reader_of_no_patients_is_told_no_small_number(reader):
    rows = _rows(reader(role="group_viewer", trust="*"), f"{UNEQUAL}?by=sex&trust=QQB&format=csv")
    shown = [float(row["denominator"]) for row in rows if row["level"] == "group" and row["denominator"]]
    assert all(number == 0 or number >= 5 for number in shown)


def test_the_measures_page_leads_to_both(reader):
    found = _page(reader(role="information_analyst"), "/measures/rtt_within_18_weeks?trust=QQA")
    hrefs = {link["href"] for link in found.select("a[href]")}
    assert f"{COMPARED}?trust=QQA" in hrefs
    assert f"{UNEQUAL}?trust=QQA" in hrefs
