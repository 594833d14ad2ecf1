"""Compare with your list: who may, what is shown, what is taken away, what is kept."""

import csv
import io
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile

from clockstop.accounts.models import AccessRecord

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
AS_OF = date(2026, 11, 15)
PAGE = "/data/compare"


def back(days: int) -> str:
    return (AS_OF - timedelta(days=days)).strftime("%d/%m/%Y")


def listed(*rows: str, name: str = "ptl.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "\n".join(["Spec,Pathway Ref,RTT Clock Start", *rows]).encode())


def send(client, file, **more):
    return client.post(f"{PAGE}/add", {"ptl": file, "trust": "", "as_of": "", "section": "", **more}, follow=True)


def shown(response, status=200) -> BeautifulSoup:
    assert response.status_code == status
    return BeautifulSoup(response.content, "html.parser")


@pytest.fixture(autouse=True)
def _nothing_kept(group_home):
    for file in group_home.comparisons.glob("*"):
        file.unlink()


@pytest.fixture
def compared(reader):
    """An analyst with a list of five rows compared: one the same, one other, one twice, one unknown, one unreadable."""
    client = reader("information_analyst")
    rows = (f"120,QQA-P001,{back(9)}", f"110,QQA-P002,{back(10)}", f"120,QQA-P001,{back(9)}", f"300,=1+1,{back(4)}",
            "320,QQA-P004,31/02/2026")  # fmt: skip
    client.first = send(client, listed(*rows))
    return client


def test_rows_read_are_compared_or_set_aside_and_each_differing_one_is_told(compared):
    page = shown(compared.first)
    assert "5 rows read = 4 compared + 1 set aside" in page.get_text()
    links = {link.get_text() for link in page.select("nav[aria-label=Results] a")}
    assert {"Same, 1", "Other start, 1", "Only there, 1", "Duplicate, 1", "Set aside, 1", "Only here, 38"} <= links
    row = next(row for row in page.select("tbody tr") if "QQA-P002" in row.get_text())
    assert row.select_one("th a")["href"] == "/pathways/QQA/timeline/QQA-P002"
    assert "RTT-R01" in row.get_text()


def test_one_result_is_listed_alone_and_the_access_is_recorded(compared):
    page = shown(compared.get(PAGE, {"result": "other start"}))
    assert [row.select_one("th").get_text() for row in page.select("tbody tr")] == ["QQA-P002"]
    assert AccessRecord.objects.filter(what="show_list_comparison", trust="QQA", rows=1, detail="other start").exists()


def test_what_is_typed_into_the_address_is_not_recorded(compared):
    compared.get(PAGE, {"result": "9434765919"})
    assert not AccessRecord.objects.filter(detail__contains="943").exists()


def test_every_row_is_taken_away_without_formulas(compared):
    response = compared.get(PAGE, {"result": "all", "format": "csv"})
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    assert [row["result"] for row in rows[:5]] == ["same", "other start", "duplicate", "only there", "set aside"]
    assert rows[3]["patient_pathway_identifier"] == "'=1+1"
    assert AccessRecord.objects.get(action="exported").rows == len(rows) == 43


def test_the_list_is_not_kept_and_its_answer_only_for_the_session(compared, group_home, reader):
    kept = list(group_home.comparisons.iterdir())
    assert [file.suffix for file in kept] == [".parquet"]
    assert not shown(reader(username="sam").get(PAGE)).select("nav[aria-label=Results]")
    compared.post(f"{PAGE}/delete")
    assert not list(group_home.comparisons.iterdir())
    assert not shown(compared.get(PAGE)).select("nav[aria-label=Results]")


def test_a_new_comparison_takes_the_place_of_the_one_before(compared, group_home):
    send(compared, listed(f"120,QQA-P001,{back(9)}"))
    assert len(list(group_home.comparisons.iterdir())) == 1


def test_an_answer_older_than_a_session_is_gone(compared, settings, group_home):
    settings.SESSION_COOKIE_AGE = 0
    assert not shown(compared.get(PAGE)).select("nav[aria-label=Results]")
    from clockstop.pages.kept_comparisons import sweep

    sweep()
    assert not list(group_home.comparisons.iterdir())


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (SimpleUploadedFile("ptl.csv", b"Name,Ward\nA,B\n"), "lacks the required columns"),
        (SimpleUploadedFile("ptl.exe", b"MZ"), "A list is a file that ends in"),
        (SimpleUploadedFile("ptl.xlsx", b"PK\x03\x04nonsense"), "damaged"),
        ("", "Choose the file of your list"),
    ],
    ids=["other columns", "no list", "damaged", "none"],
)
def test_what_cannot_be_read_is_said_beside_the_form_and_not_kept(reader, group_home, file, says):
    page = shown(send(reader("information_analyst"), file), status=422)
    assert says in page.select_one(".nhsuk-error-summary").get_text()
    assert not list(group_home.comparisons.glob("*"))


def test_a_list_beyond_the_limit_is_refused(reader, settings):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 200
    page = shown(send(reader("information_analyst"), listed(*["120,QQA-P001,01/01/2026"] * 50)), status=422)
    assert "larger than" in page.select_one(".nhsuk-error-summary").get_text()


def test_a_list_of_another_trust_is_not_compared(reader):
    page = shown(send(reader("information_analyst"), SimpleUploadedFile(
        "ptl.csv", b"Provider,Pathway ID,Clock Start\nQQB,QQB-P001,2026-01-01\n")), status=422)  # fmt: skip
    assert "names no trust" in page.select_one(".nhsuk-error-summary").get_text()


def test_a_role_without_patients_sees_no_list(reader):
    client = reader("group_operations_director", trust="*")
    assert client.get(PAGE).status_code == 403
    assert client.post(f"{PAGE}/add", {"ptl": listed()}).status_code == 403
    assert not shown(client.get("/data")).select(f'a[href="{PAGE}"]')


def test_the_form_needs_its_token(reader):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.cookies = reader("information_analyst").cookies
    assert client.post(f"{PAGE}/add", {"ptl": listed()}).status_code == 403
