"""How each trust writes its files: CSV, CSV in cp1252 with semicolons, Parquet, XLSX."""

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from clockstop.synthetic.headers import NO_WORDS, Words, codes, headers
from clockstop.synthetic.organisations import FileForm

ROWS_A_SLICE = 200_000
# A spreadsheet holds 1,048,576 rows, but long before that nobody can open it; larger extracts are sent as CSV.
MOST_XLSX_ROWS = 3_000
SUFFIXES = {"csv": ".csv", "csv_cp1252": ".csv", "parquet": ".parquet", "xlsx": ".xlsx"}


def write_extract(rows: pa.Table, file_stem: Path, form: FileForm, *, in_xlsx: bool = True, words: Words = NO_WORDS) -> Path:
    """Write the extract in the trust's own form, and return the file."""
    file = file_stem.with_suffix(".csv" if form == "xlsx" and not in_xlsx else SUFFIXES[form])
    file.parent.mkdir(parents=True, exist_ok=True)
    rows, quoting = _worded(rows, form, words), "none" if words is NO_WORDS else "needed"
    if form == "parquet":
        pq.write_table(rows, file, compression="zstd")
    elif form == "csv_cp1252":
        _write_cp1252(rows, file, quoting)
    elif file.suffix == ".xlsx":
        _write_xlsx(rows, file)
    else:
        pa_csv.write_csv(rows, file, pa_csv.WriteOptions(quoting_style=quoting))
    return file


def _worded(rows: pa.Table, form: FileForm, words: Words) -> pa.Table:
    """The rows in the trust's own codes and headers."""
    theirs = codes(form, words)
    for place, name in enumerate(rows.column_names):
        column = rows.column(name)
        if name in theirs:
            ours, local = pa.array(theirs[name].keys()), pa.array(theirs[name].values())
            worded = pc.take(local, pc.index_in(column, ours))
            column = pc.coalesce(worded, column)
        if form == "csv_cp1252":
            column = _as_typed(column)
        rows = rows.set_column(place, name, column)
    return rows.rename_columns(list(headers(form, rows.column_names, words).values()))


def _as_typed(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_date(column.type):
        return pc.strftime(column, format="%d/%m/%Y")
    if pa.types.is_timestamp(column.type):
        return pc.strftime(column, format="%d/%m/%Y %H:%M")
    if pa.types.is_boolean(column.type):
        return pc.if_else(column, "Y", "N")
    return column


def _write_cp1252(rows: pa.Table, file: Path, quoting: str) -> None:
    with file.open("wb") as written:
        for start in range(0, max(rows.num_rows, 1), ROWS_A_SLICE):
            sink = pa.BufferOutputStream()
            options = pa_csv.WriteOptions(delimiter=";", quoting_style=quoting, include_header=start == 0)
            pa_csv.write_csv(rows.slice(start, ROWS_A_SLICE), sink, options)
            written.write(sink.getvalue().to_pybytes().decode().encode("cp1252"))


def _write_xlsx(rows: pa.Table, file: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(file), {"constant_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        book.set_properties({"created": datetime(2026, 1, 1), "comments": "Synthetic"})  # noqa: DTZ001  the same bytes every time
        sheet = book.add_worksheet("Extract")
        sheet.write_row(0, 0, rows.column_names)
        columns = [rows.column(name).to_pylist() for name in rows.column_names]
        for number, row in enumerate(zip(*columns, strict=True), start=1):
            for place, value in enumerate(row):
                if value is not None:
                    sheet.write(number, place, value)
