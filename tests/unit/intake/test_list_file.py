"""A trust's own list, read: headers of every kind, dates of both forms, and rows that cannot be read told apart."""

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from clockstop.errors import MissingColumn
from clockstop.intake.list_file import read_list
from clockstop.intake.list_headers import END, START, recognised

PATHWAY = "patient_pathway_identifier"
COLUMNS = [PATHWAY, "local_patient_identifier", START, END, "weeks_waited"]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (["Weeks", "RTT Start Dt", "Pathway No"], {PATHWAY: "Pathway No", START: "RTT Start Dt", "weeks_waited": "Weeks"}),
        (["UBRN", "CLOCK_START_DATE", "CLOCK_STOP_DATE"], {PATHWAY: "UBRN", START: "CLOCK_START_DATE", END: "CLOCK_STOP_DATE"}),
        (["PPI", "Date RTT clock started", "Date RTT clock stopped"],
         {PATHWAY: "PPI", START: "Date RTT clock started", END: "Date RTT clock stopped"}),
        ([PATHWAY, START, END], {PATHWAY: PATHWAY, START: START, END: END}),
        (["Weeks to clock stop", "Original start of pathway", "Pathway issuer"], {}),
    ],
)  # fmt: skip
def test_headers_are_known_by_name_by_word_or_by_what_they_say(headers, expected):
    """But not by likeness: "Clock Stop" is like "Clock Start"."""
    assert recognised(headers, COLUMNS) == expected


def test_a_title_above_the_header_and_days_of_both_forms_are_read(tmp_path):
    file = tmp_path / "ptl.csv"
    file.write_text("PTL of the week\n\nPathway No;Clock Start\nA-1;03/09/2026\nA-2;2026-09-03\nA-3;03-Sep-2026\n")
    listed = read_list(file)
    assert listed.rows[START].to_pylist() == [date(2026, 9, 3)] * 3
    assert listed.columns == {PATHWAY: "Pathway No", START: "Clock Start"}


@pytest.mark.parametrize(
    "cell",
    [
        "03-Sep-26",
        "03/09/26",
        "3/9/26",
        "03.09.26",
        "03/09/26 00:00",
        "2026-09-03 00:00:00.0000000",
        "46268",
        "03/09/2026 12:00:00 AM",
    ],
)
def test_days_are_read_as_other_programs_write_them(tmp_path, cell):
    """Short years, the seven places of a database's seconds, and Excel's number of a day."""
    file = tmp_path / "ptl.csv"
    file.write_text(f"Pathway No,Clock Start\nA-1,{cell}\n")
    listed = read_list(file)
    assert listed.set_aside == ()
    assert listed.rows[START].to_pylist() == [date(2026, 9, 3)]


def test_the_sheet_that_looks_like_a_list_is_read(tmp_path):
    file = tmp_path / "ptl.xlsx"
    with xlsxwriter.Workbook(str(file), {"default_date_format": "dd/mm/yyyy"}) as book:
        book.add_worksheet("About").write_column(0, 0, ["Start", "Made by a person", "2026"])
        sheet = book.add_worksheet("List")
        sheet.write_row(0, 0, ["Clock Start", "Pathway ID"])
        sheet.write_datetime(1, 0, date(2026, 9, 3))
        sheet.write(1, 1, 4711)
    listed = read_list(file)
    assert listed.rows.select([PATHWAY, START]).to_pylist() == [{PATHWAY: "4711", START: date(2026, 9, 3)}]


def test_a_row_that_cannot_be_read_says_where_what_and_what_to_do(tmp_path):
    file = tmp_path / "ptl.csv"
    file.write_text(
        "Hospital Number,Pathway No,Spec,Clock Start,List Type\n1,A-1,110,31/02/2026,\n2,,110,03/09/2026,\n3,,,03/09/2026,\n"
        "4,A-4,110,,\n5,A-5,110,03/09/2026,PLN\n6,A-6\n"
    )
    listed = read_list(file)
    told = [(one.source_row, one.column, one.code, one.found) for one in listed.set_aside]
    assert told == [
        (1, "Clock Start", "date_unreadable", "31/02/2026"),
        (3, "Pathway No", "pathway_missing", "nothing"),
        (4, "Clock Start", "missing", "nothing"),
        (5, "List Type", "not_rtt", "PLN"),
        (6, "", "too_few_cells", "2 cells"),
    ]
    assert all(one.expected and one.do for one in listed.set_aside)
    assert listed.rows_read == listed.rows.num_rows + len(listed.set_aside) == 6


def test_rows_of_lists_outside_rtt_alone_are_set_aside(tmp_path):
    """ "Non-admitted" is what many a PTL calls a row that is within RTT."""
    kinds = {"ORTT": True, "IRTT": True, "Non-admitted": True, "NON ADMITTED": True, "Plastics": True, "": True,
             "PLN": False, "Planned": False, "ONON": False, "INON": False, "Non-RTT": False, "Diagnostic": False}  # fmt: skip
    file = tmp_path / "ptl.csv"
    lines = [f"A-{number},2026-09-03,{kind}" for number, kind in enumerate(kinds)]
    file.write_text("\n".join(["Pathway No,Clock Start,PTL Type", *lines]))
    assert read_list(file).rows[PATHWAY].to_pylist() == [f"A-{number}" for number, is_rtt in enumerate(kinds.values()) if is_rtt]


def test_a_list_without_a_start_says_how_to_name_it(tmp_path):
    file = tmp_path / "ptl.csv"
    file.write_text("Pathway No,When\nA-1,2026-09-03\n")
    with pytest.raises(MissingColumn, match="--mapping"):
        read_list(file)
    mapping = tmp_path / "list.toml"
    mapping.write_text(f'[columns]\n{START} = "When"\n')
    assert read_list(file, mapping_file=mapping).rows[START].to_pylist() == [date(2026, 9, 3)]


def test_a_parquet_list_keeps_its_types(tmp_path):
    file = tmp_path / "ptl.parquet"
    pq.write_table(pa.table({"clock_start": [date(2026, 9, 3)], "pathway_id": ["A-1"]}), file)
    assert read_list(file).rows[START].to_pylist() == [date(2026, 9, 3)]
