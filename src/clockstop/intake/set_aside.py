"""The rows that a load set aside: read again, and written so that no spreadsheet takes a cell for a formula."""

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from clockstop.intake.ledger import Receipt, folder
from clockstop.store.home import Home

FILE = "set_aside.parquet"
SCHEMA = pa.schema(
    {"source_row": pa.int64(), "reasons": pa.list_(pa.string()), "columns": pa.list_(pa.string()), "found": pa.list_(pa.string()),
     "original": pa.string()}
)  # fmt: skip
_SENTENCES = "sentences.json"
_ROWS_AT_A_TIME = 10_000
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def set_aside_rows(home: Home, one: Receipt) -> list[dict[str, Any]]:
    """Each row set aside: `source_row`, `reasons`, `columns`, `messages`, `original` (a dict of their headers)."""
    return [row for rows in in_pieces(folder(home, one)) for row in rows]


def in_pieces(place: Path) -> Iterator[list[dict[str, Any]]]:
    """The rows that the load in this folder set aside, some thousands at a time."""
    sentences = _sentences(place)
    with pq.ParquetFile(place / FILE) as parquet:
        for batch in parquet.iter_batches(batch_size=_ROWS_AT_A_TIME):
            yield [_row(row, sentences) for row in batch.to_pylist()]


def page_of(place: Path, *, code: str, first: int, number: int | None) -> tuple[list[dict[str, Any]], int]:
    """Some of the rows set aside, of one reason or of all, from place `first`; and how many there are of that reason."""
    sentences, wanted, total = _sentences(place), [], 0
    with pq.ParquetFile(place / FILE) as parquet:
        for group in range(parquet.num_row_groups):
            places = _places_with(parquet.read_row_group(group, columns=["reasons"])["reasons"], code)
            skipped = max(0, first - total)
            total += len(places)
            left = None if number is None else number - len(wanted)
            if skipped < len(places) and (left is None or left > 0):
                rows = parquet.read_row_group(group).take(places[skipped : None if left is None else skipped + left])
                wanted += [_row(row, sentences) for row in rows.to_pylist()]
    return wanted, total


def write_sentences(place: Path, sentences: dict[tuple[str, str], str]) -> None:
    """Keep what is said of each reason and column; `{}` stands for what the row's cell held."""
    lines = [[code, column, says] for (code, column), says in sorted(sentences.items())]
    (place / _SENTENCES).write_text(json.dumps(lines, indent=1))


def _sentences(place: Path) -> dict[tuple[str, str], str]:
    file = place / _SENTENCES
    return {(code, column): says for code, column, says in json.loads(file.read_text())} if file.is_file() else {}


def _row(row: dict[str, Any], sentences: dict[tuple[str, str], str]) -> dict[str, Any]:
    """The row with its messages; loads of before kept them whole."""
    if "messages" not in row:
        reasons = zip(row["reasons"], row["columns"], row.pop("found"), strict=True)
        row["messages"] = [sentences.get((code, column), "{}").replace("{}", found) for code, column, found in reasons]
    return {**row, "original": json.loads(row["original"])}


def _places_with(reasons: pa.ChunkedArray, code: str) -> list[int]:
    """The places of the rows that have this reason among theirs; of all rows where none is asked for."""
    if not code:
        return list(range(len(reasons)))
    lists = reasons.combine_chunks()
    return pc.unique(pc.list_parent_indices(lists).filter(pc.equal(pc.list_flatten(lists), code))).to_pylist()


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
