"""Tables taken away: CSV and XLSX, written as they stream, safe to open in a spreadsheet.

A cell that a spreadsheet would run as a formula (CWE-1236) is given a leading apostrophe in CSV; XLSX holds it as text.
"""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import FileResponse, HttpResponse, StreamingHttpResponse

from clockstop.errors import UserError
from clockstop.intake.set_aside import safe_cell

FORMATS = ("csv", "xlsx")
_ROWS_A_CHUNK = 500
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST_CELL = 32_767  # Excel's own limit
_LAST_ROW = 1_048_575


class _Line:
    """A file that hands each line straight back."""

    def write(self, text: str) -> str:
        return text


def safe(value: Any) -> Any:
    """The value as a CSV cell: text that a spreadsheet would take for a formula is disarmed, numbers are left alone.

    >>> safe("=HYPERLINK(1)"), safe(-3), safe(None), safe(True)
    ("'=HYPERLINK(1)", -3, '', 'yes')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, int | float | Decimal):
        return value
    return safe_cell(str(value))


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The table's lines, many at a time; the first starts with the mark by which Excel knows UTF-8."""
    writer = csv.writer(_Line())
    chunk = ["\ufeff", writer.writerow([safe(column) for column in columns])]
    for row in rows:
        chunk.append(writer.writerow([safe(value) for value in row]))
        if len(chunk) > _ROWS_A_CHUNK:
            yield "".join(chunk)
            chunk = []
    yield "".join(chunk)


def not_known(rows: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """The rows of a table of which nobody sends what would be counted: what each is of, and no number."""
    return [(row[0], *("not known" for _ in row[1:])) for row in rows]


def write_xlsx(file: Any, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, sheet: str, notes: Sequence[str] = ()) -> None:
    """Write the table to an open file, a row at a time; `notes` (what, when, from which snapshot) stand on a second sheet."""
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options | {"default_date_format": "yyyy-mm-dd", "remove_timezone": True}) as book:
        table = book.add_worksheet(sheet[:31])
        table.freeze_panes(1, 0)
        table.write_row(0, 0, columns, book.add_format({"bold": True, "bottom": 1}))
        table.set_column(0, max(len(columns) - 1, 0), 16)
        last = 0
        for last, row in enumerate(rows, start=1):
            if last > _LAST_ROW:
                raise UserError(
                    f"This list has more rows than an Excel sheet holds ({_LAST_ROW:,}).",
                    where=f"While {sheet} was written as XLSX.",
                    do="Take it as CSV, which holds any number of rows, or narrow it with a filter first.",
                )
            for place, value in enumerate(row):
                _write_cell(table, last, place, value)
        table.autofilter(0, 0, last, max(len(columns) - 1, 0))
        if notes:
            book.add_worksheet("About").write_column(0, 0, [str(note) for note in notes])


def _write_cell(table: Any, row: int, place: int, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        table.write_string(row, place, "yes" if value else "no")
    elif isinstance(value, date | datetime):
        table.write_datetime(row, place, value)
    elif isinstance(value, int | float | Decimal):
        table.write_number(row, place, value)
    else:
        table.write_string(row, place, str(value)[:_LONGEST_CELL])


def export(
    format_: str, *, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], notes: Sequence[str] = ()
) -> HttpResponse | StreamingHttpResponse | FileResponse:
    """The table as a download called `name.csv` or `name.xlsx`. Patient-level callers write their access record first."""
    if format_ == "csv":
        response = StreamingHttpResponse(csv_lines(columns, rows), content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return response
    file = tempfile.TemporaryFile()  # noqa: SIM115 FileResponse closes it
    write_xlsx(file, columns, rows, sheet=name, notes=notes)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=_XLSX)
