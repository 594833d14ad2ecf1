"""Datasets for the specs of facts: drawn columns, the rest of the contract's empty."""

from datetime import datetime

import pyarrow as pa

from clockstop.contracts import contracts

TYPES = {
    "text": pa.string(), "code": pa.string(), "integer": pa.int64(), "number": pa.float64(), "date": pa.date32(),
    "instant": pa.timestamp("us"), "truth": pa.bool_(),
}  # fmt: skip


def dataset(name, drawn=None):
    """The dataset as its contract types it. A drawn cell is read by its column's type; instants as 2026-09-01 09:30."""
    contract = contracts()[name]
    lines = [line for line in (drawn or "").splitlines() if line.strip()]
    names = [cell.strip() for cell in lines[0].split("|")] if lines else []
    rows = [[cell.strip() for cell in line.split("|")] for line in lines[2:]]
    unknown = set(names) - {column.name for column in contract.columns}
    assert not unknown, f"{name} has no {unknown}"
    columns = {}
    for column in contract.columns:
        cells = [row[names.index(column.name)] for row in rows] if column.name in names else [""] * len(rows)
        columns[column.name] = pa.array([_value(column.type, cell) for cell in cells], TYPES[column.type])
    return pa.table(columns)


def _value(kind, cell):
    if cell == "":
        return None
    read = {
        "integer": int, "number": float, "truth": "T".__eq__, "instant": datetime.fromisoformat,
        "date": lambda text: datetime.fromisoformat(text).date(),
    }  # fmt: skip
    return read.get(kind, str)(cell)
