"""What is taken away opens in a spreadsheet as it stood on the page, and runs nothing."""

import io
from datetime import date

import openpyxl
import pytest

from clockstop.errors import UserError
from clockstop.pages import exports
from clockstop.pages.exports import csv_lines, export, safe, write_xlsx


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", '=HYPERLINK("x")'])
def test_text_that_a_spreadsheet_would_run_is_disarmed(text):
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "cell"), [(-3, -3), (0.5, 0.5), (None, ""), (True, "yes"), (date(2026, 11, 15), "2026-11-15"), ("C_110", "C_110")]
)
def test_everything_else_stays_as_it_is(value, cell):
    assert safe(value) == cell


def test_csv_says_its_encoding_and_quotes_what_needs_it():
    text = "".join(csv_lines(["comment", "waited"], [('said: "no", twice', 3), ("São", None)]))
    assert text == '\ufeffcomment,waited\r\n"said: ""no"", twice",3\r\nSão,\r\n'


def test_csv_comes_in_pieces_and_loses_no_row():
    pieces = list(csv_lines(["n"], ((number,) for number in range(2_000))))
    assert len(pieces) > 3
    assert "".join(pieces).splitlines()[1:] == [str(number) for number in range(2_000)]


def workbook(columns, rows, **named):
    file = io.BytesIO()
    write_xlsx(file, columns, rows, sheet="waiting list", **named)
    return openpyxl.load_workbook(file)


def test_excel_holds_dates_as_dates_numbers_as_numbers_and_formulas_as_text():
    book = workbook(["day", "days", "comment", "is booked"], [(date(2026, 11, 15), 129, "=1+1", True), (None, None, None, None)])
    day, days, comment, is_booked = book["waiting list"][2]
    assert (day.value.date(), days.value, comment.value, is_booked.value) == (date(2026, 11, 15), 129, "=1+1", "yes")
    assert comment.data_type == "s"
    assert [cell.value for cell in book["waiting list"][3]] == [None] * 4


def test_excel_says_on_a_second_sheet_what_it_is():
    book = workbook(["n"], [(1,)], notes=["Waiting list", "Snapshot 2026-11-16.1"])
    assert [row[0].value for row in book["About"]] == ["Waiting list", "Snapshot 2026-11-16.1"]


@pytest.mark.django_db  # closing a response looks for old connections
@pytest.mark.parametrize(("form", "kind"), [("csv", "text/csv"), ("xlsx", "spreadsheetml")])
def test_a_download_has_its_name_and_kind(form, kind):
    response = export(form, name="waiting-list", columns=["n"], rows=[(1,)])
    body = b"".join(response.streaming_content)
    assert kind in response.headers["Content-Type"]
    assert f'filename="waiting-list.{form}"' in response.headers["Content-Disposition"]
    assert len(body) > 4
    response.close()


def test_more_rows_than_a_sheet_holds_are_refused_in_words(monkeypatch):
    monkeypatch.setattr(exports, "_LAST_ROW", 3)
    with pytest.raises(UserError, match="Take it as CSV"):
        export("xlsx", name="waiting-list", columns=["n"], rows=((number,) for number in range(4)))
