"""The list of measures and the page of one: figures, words, cuts, the chart's twin, what is taken away, and what is withheld."""

import io
import json

import pytest
from bs4 import BeautifulSoup
from openpyxl import load_workbook

from clockstop.measures.catalogue import measures

pytestmark = pytest.mark.django_db


def _page(client, address):
    response = client.get(address)
    assert response.status_code == 200, response.content[:500]
    return BeautifulSoup(response.content, "html.parser")


def test_the_list_names_every_measure_once_and_links_to_its_page(reader):
    found = _page(reader(), "/measures?trust=QQA")
    hrefs = [link["href"] for link in found.select("main table th a")]
    assert sorted(href.split("?")[0] for href in hrefs) == sorted(f"/measures/{slug}" for slug in measures())
    assert all("trust=QQA" in href for href in hrefs)


@pytest.mark.parametrize(
    "slug", ["rtt_within_18_weeks", "rtt_median_wait", "rtt_clearance_weeks", "rtt_clock_stops", "rtt_no_next_step"]
)
def test_every_kind_of_measure_has_a_page_by_month_and_by_week(reader, slug):
    client = reader()
    for period in ("month", "week"):
        found = _page(client, f"/measures/{slug}?trust=QQA&period={period}")
        assert found.h1.text == measures()[slug].title
        assert measures()[slug].definition in found.text


def test_the_figure_of_the_list_leads_to_the_pathways_behind_it(reader):
    client = reader()
    found = _page(client, "/measures/rtt_within_18_weeks?trust=QQA")
    links = {link.text.strip(): link["href"] for link in found.select("dl.cs-facts a")}
    assert {"20 pathways", "of 40"} <= set(links)
    assert "40" in _page(client, links["of 40"]).text
    assert "20" in _page(client, links["20 pathways"]).select_one("main").text


def test_the_chart_has_a_specification_a_finding_and_a_table_twin(reader):
    found = _page(reader(), "/measures/rtt_incomplete?trust=QQA")
    specification = json.loads(found.select_one("#run-spec").string)
    values = [row["value"] for row in specification["data"]["values"]]
    twin = [row.select_one("td[data-label=Value]").text for row in found.select("section[aria-labelledby=table] tbody tr")]
    assert [f"{value:,.0f}" for value in reversed(values)] == twin
    assert found.select_one("#run-finding").text.startswith(found.select_one(".cs-lead").text)
    assert "mdc-v5" in found.select_one("#run-finding").find_next("p", class_="cs-note").text
    assert found.select("section[aria-labelledby=table] td[data-label=Expected]")


def test_a_cut_shows_its_values_and_a_unit_leads_on(reader):
    found = _page(reader(), "/measures/rtt_incomplete?trust=QQA")
    parts = found.select("section[aria-labelledby=parts] tbody th")
    assert {part.text for part in parts} == {"Surgery", "Medicine"}
    assert all("division=" in part.a["href"] for part in parts)
    by_priority = _page(reader(username="kim"), "/measures/rtt_incomplete?trust=QQA&cut=priority")
    assert {part.text for part in by_priority.select("section[aria-labelledby=parts] tbody th")} == {"Routine", "Urgent"}


def test_small_numbers_of_another_trust_are_withheld_and_with_them_the_total(reader):
    """Nine wait at the other trust; its divisions hold fewer than five."""
    client = reader(role="group_viewer", trust="*")
    found = _page(client, "/measures/rtt_no_next_step?trust=QQB")
    assert "small" in found.select_one("main").text
    assert not found.select("dl.cs-facts a:not(.cs-mark-badge)")


def test_what_is_taken_away_is_what_was_shown(reader):
    client = reader()
    lines = b"".join(client.get("/measures/rtt_incomplete?trust=QQA&format=csv").streaming_content).decode("utf-8-sig").splitlines()
    figures = "measure,part,part_title,period_end,numerator,denominator,value,is_withheld,kite_mark"
    assert lines[0] == f"{figures},mean,lpl,upl,special_cause_type,point_type,colour,rebase_group,spc_convention"
    assert all(" of 6 met" in line and line.endswith(",mdc-v5") for line in lines[1:])
    assert len({line.split(",")[1] for line in lines[1:]}) == 3
    book = load_workbook(io.BytesIO(b"".join(client.get("/measures/rtt_incomplete?trust=QQA&format=xlsx").streaming_content)))
    assert book.worksheets[0].max_row == len(lines)
    assert "made up" in str([cell.value for cell in book["About"]["A"]])


def test_an_unknown_measure_is_not_found_and_an_unknown_cut_is_passed_over(reader):
    client = reader()
    assert client.get("/measures/rtt_luck").status_code == 404
    assert client.get("/measures/rtt_incomplete?trust=QQA&cut=luck").status_code == 200


def test_a_trust_outside_the_scope_is_refused(reader):
    assert reader().get("/measures/rtt_incomplete?trust=QQB").status_code in (403, 404)
