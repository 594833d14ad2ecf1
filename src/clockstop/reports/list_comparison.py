"""A compared list as it leaves Clockstop: CSV, XLSX, Parquet and JSON, safe to open in a spreadsheet."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq

from clockstop.answers.list_comparison import Comparison
from clockstop.errors import UserError
from clockstop.rules.list_comparison import RESULTS

FORMATS = (".csv", ".xlsx", ".json", ".parquet")
# What a spreadsheet takes for a formula (CWE-1236), after any spaces: the signs of `intake.set_aside.safe_cell`.
_FORMULA = "^( *[=+\\-@\\t\\r\\n＝＋－＠])"
_LAST_ROW = 1_048_575


def write(comparison: Comparison, out: Path) -> None:
    """Write the rows to a file of the kind that its name says; the file is whole or as it was."""
    kind = out.suffix.lower()
    if kind not in FORMATS:
        raise UserError(f"{out.name} is no kind of file that is written.", do=f"Let --out end in one of {', '.join(FORMATS)}.")
    if out.is_dir():
        raise UserError(f"{out} is a folder.", do="Name a file with --out.")
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.with_name(f".partial-{out.name}")
    try:
        with partial.open("wb") as handle:
            write_to(comparison, handle, kind)
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)


def write_to(comparison: Comparison, handle: BinaryIO, kind: str) -> None:
    """Write the rows to an open file."""
    if kind == ".parquet":
        pq.write_table(comparison.rows, handle)
    elif kind == ".json":
        handle.write(json.dumps(values(comparison), indent=1).encode())
    elif kind == ".xlsx":
        _write_xlsx(comparison, handle)
    else:
        arrow_csv.write_csv(_disarmed(comparison.rows), handle, arrow_csv.WriteOptions(quoting_style="needed"))


def values(comparison: Comparison, *, has_rows: bool = True) -> dict[str, Any]:
    """The comparison as one object of plain values."""
    found = {
        "file": comparison.file_name, "trusts": list(comparison.trusts), "as_of": comparison.as_of.isoformat(),
        "snapshot": comparison.snapshot_id, "snapshot_as_of": comparison.snapshot_as_of.isoformat(),
        "sections": list(comparison.sections), "rows_read": comparison.rows_read, "rows_compared": comparison.rows_compared,
        "rows_set_aside": comparison.rows_set_aside, "counts": comparison.counts, "share_same": comparison.share_same,
        "reasons": [{"result": result, "reason_code": code, "rows": rows} for result, code, rows in comparison.reasons],
        "set_aside": [asdict(one) for one in comparison.set_aside], "columns": comparison.columns,
        "messages": list(comparison.messages),
    }  # fmt: skip
    return found | {"rows": [_plain(row) for row in comparison.rows.to_pylist()]} if has_rows else found


def about(comparison: Comparison) -> list[str]:
    """What the rows are, for the second sheet of a workbook and the head of a summary."""
    return [
        f"{comparison.file_name} compared with the clocks of {', '.join(comparison.trusts)} at {comparison.as_of.isoformat()}",
        f"Snapshot {comparison.snapshot_id}, data to {comparison.snapshot_as_of.isoformat()}",
        f"{comparison.rows_read:,} rows read = {comparison.rows_compared:,} compared + {comparison.rows_set_aside:,} set aside",
        *(f"{name}: {comparison.counts[name]:,}. {says}" for name, says in RESULTS.items()),
        *comparison.messages,
    ]


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}


def _disarmed(rows: pa.Table) -> pa.Table:
    """The rows with an apostrophe before each text that a spreadsheet would take for a formula."""
    for place, name in enumerate(rows.column_names):
        if pa.types.is_string(rows.schema.field(name).type):
            rows = rows.set_column(place, name, pc.replace_substring_regex(rows[name], pattern=_FORMULA, replacement=r"'\1"))
    return rows


def _write_xlsx(comparison: Comparison, handle: BinaryIO) -> None:
    import xlsxwriter

    rows = comparison.rows
    if rows.num_rows > _LAST_ROW:
        raise UserError(f"A sheet holds {_LAST_ROW:,} rows; there are {rows.num_rows:,}.", do="Let --out end in .csv or .parquet.")
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(handle, options | {"default_date_format": "yyyy-mm-dd"}) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001  the same comparison gives the same bytes
        sheet = book.add_worksheet("Compared")
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, rows.column_names, book.add_format({"bold": True, "bottom": 1}))
        sheet.set_column(0, rows.num_columns - 1, 18)
        for number, row in enumerate(_rows(rows), start=1):
            for place, value in enumerate(row):
                if value is not None:
                    write_cell = sheet.write_string if isinstance(value, str) else sheet.write
                    write_cell(number, place, value)
        sheet.autofilter(0, 0, rows.num_rows, rows.num_columns - 1)
        book.add_worksheet("About").write_column(0, 0, about(comparison))


def _rows(rows: pa.Table) -> Iterator[Iterable[Any]]:
    for batch in rows.to_batches(max_chunksize=10_000):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
