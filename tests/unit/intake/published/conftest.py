"""Published files written for a test: extracts, zips and overview series."""

import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from published_extracts import extract_text


@pytest.fixture
def extract(tmp_path):
    """Write an extract and give its path: `extract(rows, name=..., encoding=..., ...)`."""

    def write(rows, *, name="extract.csv", encoding="utf-8", **layout) -> Path:
        path = tmp_path / name
        path.write_bytes(extract_text(rows, **layout).encode(encoding))
        return path

    return write


@pytest.fixture
def zipped(tmp_path):
    """Put files into a zip and give its path."""

    def write(name, **members) -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in members.items():
                archive.writestr(member.replace("__dot__", "."), content)
        return path

    return write


@pytest.fixture
def overview(tmp_path):
    """Write an overview series: a list of months, each with the figures that the test is about."""

    def write(months, *, name="overview.xlsx", sheet="Full Time Series") -> Path:
        path = tmp_path / name
        book = xlsxwriter.Workbook(str(path))
        page = book.add_worksheet(sheet)
        as_month = book.add_format({"num_format": "mmm-yy"})
        page.write(0, 0, "Title: Referral to Treatment (RTT) Waiting Times, England")
        page.write_row(9, 0, ["Year", "Month", "Incomplete RTT pathways", "", "", "", "", "", "New RTT periods"])
        heads = ["", "", "Median wait (weeks)", "92nd percentile (weeks)", "No. within 18 weeks", "No. > 18 weeks"]
        page.write_row(10, 0, [*heads, "No. > 52 weeks", "Total waiting (mil)", "No. of new RTT periods"])
        for place, (month, *figures) in enumerate(months):
            page.write_datetime(11 + place, 1, month, as_month)
            page.write_row(11 + place, 2, figures)
        page.write(11 + len(months), 0, "Notes:")
        book.close()
        return path

    return write
