"""The pages of published statistics: what is loaded, a dataset's figures by month, what leaves, and an address that says all."""

import shutil

import pytest
import xlsxwriter
from bs4 import BeautifulSoup

from clockstop.intake.published import catalogue
from published_workbooks import dm01_row, dm01_workbook

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture(scope="module")
def published(group_home, tmp_path_factory):
    """June twice, the second revised, and July; gone afterwards, because other tests share the home."""
    folder = tmp_path_factory.mktemp("published")
    for name, rows, layout in (
        ("June.xlsx", [dm01_row("RAA"), dm01_row("RBB", early=30)], {}),
        ("June-revised.xlsx", [dm01_row("RAA"), dm01_row("RBB", early=40)], {"Revised": "11th September 2025"}),
        ("July.xlsx", [dm01_row("RAA", early=20), dm01_row("RBB", early=50)], {"period": "July 2025"}),
    ):
        catalogue.load(group_home, dm01_workbook(folder / name, rows, **layout))
    yield
    shutil.rmtree(group_home.published / "dm01_provider")


def words(response):
    assert response.status_code == 200, response.content[:500]
    return BeautifulSoup(response.content, "html.parser").select_one("#maincontent").get_text(" ", strip=True)


def test_files_stand_with_their_revisions(reader, published):
    """Which file is in use, which is superseded, the source and the licence."""
    said = words(reader().get("/published"))

    assert "June-revised.xlsx" in said
    assert said.count("In use") == 2
    assert said.count("Superseded") == 1
    assert "Open Government Licence v3.0" in said


def test_a_dataset_by_month(reader, published):
    """The latest month, a chart of both months with its table, every provider with a link to its own."""
    client = reader()
    page = BeautifulSoup(client.get("/published/dm01").content, "html.parser")
    said = page.get_text(" ", strip=True)

    assert page.select_one("[data-chart=published-months-spec]")
    assert "80" in said
    assert "July 2025" in said
    link = next(one["href"] for one in page.select("a") if one.get_text() == "TRUST RBB")
    assert "55" in words(client.get(link))


@pytest.mark.parametrize(("query", "expected"), [("", "60"), ("&revision=1", "50"), ("&revision=2", "60")])
def test_the_address_says_the_revision(reader, published, query, expected):
    """The first release stays readable."""
    page = BeautifulSoup(reader().get(f"/published/dm01?month=2025-06{query}").content, "html.parser")
    row = next(row for row in page.select("#maincontent tr") if row.th.get_text(strip=True) == "Waiting list")

    assert row.select("td")[0].get_text(strip=True) == expected


def test_a_dataset_without_england_opens_at_its_first_organisation(reader, published, group_home, tmp_path):
    """NHS England gives no figures of England in the staff survey's organisations."""
    top = ["NHS Staff Survey 2024 - WEIGHTED Results", "", "", "Q2a - I look forward to going to work.", "", "Staff Engagement"]
    header = [
        "ODS code",
        "Organisation name",
        "Benchmarking group",
        "% Never",
        "Base (number of responses)",
        "Staff Engagement - score",
    ]
    path = tmp_path / "survey.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("YOUR JOB")
        for number, row in enumerate([top, [], header, ["RYY", "Wye", "Acute", 2, 10, 6.5], ["RXX", "Exe", "Acute", 3, 20, 7.5]]):
            sheet.write_row(number, 0, row)
    catalogue.load(group_home, path)
    client = reader()
    try:
        assert "Exe, December 2024" in words(client.get("/published/staff_survey"))
        assert "Exe, December 2024" in words(client.get("/published/staff_survey?month=2024-12"))
    finally:
        shutil.rmtree(group_home.published / "staff_survey_results")


def test_figures_leave_as_csv(reader, published):
    """England's figures first, then the chosen one of each organisation."""
    response = reader().get("/published/dm01?month=2025-06&key=waiting_6_weeks&format=csv")
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()

    assert lines[0].startswith("month,level,code,name,cut,key,value")
    assert "2025-06,england,ENG,England,,waiting_list,60.0" in lines[1]
    assert any(line.startswith("2025-06,provider,RBB,TRUST RBB,,waiting_6_weeks,5.0") for line in lines)


def test_what_is_not_there_is_said(reader, published):
    """No such dataset, no file of it, no such month."""
    client = reader()
    for address in ("/published/weather", "/published/kh03", "/published/dm01?month=2001-01", "/published/dm01?org_code=RZZ"):
        assert client.get(address).status_code == 404
