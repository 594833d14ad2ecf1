"""A national return's file, read back by the headings of its layout."""

import csv

from clockstop.intake.return_file import read_return_file
from clockstop.rules.national_returns import national_return


def test_the_shares_of_a_file_are_not_taken_for_its_numbers(tmp_path):
    """KH03's one line of headings: "Occupied Total" and, further on, "% Occupied Total"."""
    declared = national_return("kh03")
    columns = declared.main.columns
    cells = ["2026-27", "September", "", "QQA", "Aldermoor", *range(100, 100 + len(columns) - 5)]
    file = tmp_path / "kh03.csv"
    with file.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow([f"{column.group} {column.heading}".strip() for column in columns])
        writer.writerow(cells)

    (row,) = read_return_file(file, declared).rows

    assert list(row.cells[5:]) == cells[5:]
