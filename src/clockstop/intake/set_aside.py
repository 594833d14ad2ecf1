"""The rows that a load set aside: read again, and written so that no spreadsheet takes a cell for a formula."""

import csv
import json
from collections.abc import Sequence
from typing import Any, TextIO

import pyarrow.parquet as pq

from clockstop.intake.ledger import Receipt, folder
from clockstop.store.home import Home

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def set_aside_rows(home: Home, one: Receipt) -> list[dict[str, Any]]:
    """Each row set aside: `source_row`, `reasons`, `columns`, `messages`, `original` (a dict of their headers)."""
    rows = pq.read_table(folder(home, one) / "set_aside.parquet").to_pylist()
    return [{**row, "original": json.loads(row["original"])} for row in rows]


def safe_cell(value: str) -> str:
    """A cell that no spreadsheet takes for a formula (CWE-1236); spreadsheets pass over the spaces before one.

    >>> safe_cell("=1+1"), safe_cell("  =1+1"), safe_cell("C_110")
    ("'=1+1", "'  =1+1", 'C_110')
    """
    return f"'{value}" if value.lstrip(" ").startswith(_FORMULA_STARTS) else value


def grid(rows: Sequence[dict[str, Any]]) -> list[list[str]]:
    """Header and rows for a download: where each row stood, why it was set aside, and the row as it came."""
    headers = list(dict.fromkeys(header for row in rows for header in row["original"]))
    lines = [["source_row", "reasons", "what it says", *headers]]
    for row in rows:
        says = (f"{column}: {text}" if column else text for column, text in zip(row["columns"], row["messages"], strict=True))
        reasons = ", ".join(dict.fromkeys(row["reasons"]))
        lines.append([str(row["source_row"]), reasons, "; ".join(says), *(row["original"].get(header) or "" for header in headers)])
    return [[safe_cell(cell) for cell in line] for line in lines]


def write_csv(rows: Sequence[dict[str, Any]], handle: TextIO) -> None:
    """Write the rows as CSV."""
    csv.writer(handle, lineterminator="\r\n").writerows(grid(rows))
