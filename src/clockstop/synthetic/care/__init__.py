"""The families of care beyond RTT, each a module of this folder: the extracts, faults and truth that it adds to what a trust sends.

A family is found by listing: no other file names it. Its module has

`DATASETS: tuple[str, ...]`
    the datasets that it sends, in the order in which they are loaded; each has its contract.
`extracts(found: History, day: int, rng: Generator) -> dict[str, pa.Table]`
    each dataset's extract at the end of `day`, in the contract's column names (any order, columns that the trust does not have left
    out): days as date32, instants as timestamp("s"), codes as text. It is a full delivery: everything known by then since the
    history began, and what is booked ahead.
`planted(rows: dict[str, pa.Table], found: History, day: int, rng: Generator) -> Planted`
    the same extracts with faults in them, and what was planted. A column may become text, so that a cell can hold what is no date.
`truth(found: History, day: int, rng: Generator) -> dict[str, pa.Table]`
    what is right at the end of `day`, worked out from the records and never with the rules: by the name of its file,
    truth/CODE/FAMILY_NAME.parquet.
`HEADERS: dict[FileForm, dict[str, str]]` (may be left out)
    the trusts' own words for columns that synthetic/headers.py does not name: by file form, our column to their header.
`CODES: dict[str, dict[str, str]]` (may be left out)
    Brackenfell's own codes (form csv_cp1252): by column, our code to theirs.
`IS_SENT_ONCE = True` (may be left out)
    Its extracts are sent on the last delivery day alone.
`LIVE: tuple[str, ...]` and `live(found: History, day: int, rng: Generator) -> tuple[int, dict[str, Records]]` (may be left out)
    The datasets that are played on after the last delivery (synthetic/live.py), and the minute by Greenwich that ends the day with
    their records, in which every value has the minute from which it is known (synthetic/layers.py).

Each call is given a generator begun anew from the same seed: draw for all the records of the history first, in one order whatever
the day, then hide what is not known by `day`. So the deliveries of two days tell of the same records, and `truth` of them too.
Records come from `found`: its pathways, persons, services, referrals, appointments, entries and spells (synthetic/records.py),
and synthetic/extract_columns.py makes columns of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

import pyarrow as pa

# One row a planted fault, in the words of truth/CODE/faults.parquet. `record_identifier` is the row's key, its parts joined by "|";
# `reason` is the code with which intake sets the row aside; null where it is loaded, wrong as it is.
FAULT_SCHEMA = pa.schema(
    {
        "fault": pa.string(),
        "dataset": pa.string(),
        "record_identifier": pa.string(),
        "column": pa.string(),
        "reason": pa.string(),
    }
)


@dataclass(frozen=True)
class Planted:
    """Extracts with faults in them, and a row for each fault (`FAULT_SCHEMA`)."""

    rows: dict[str, pa.Table]
    faults: pa.Table = field(default_factory=FAULT_SCHEMA.empty_table)


def families() -> dict[str, ModuleType]:
    """Every family of this folder by its name; a module without `extracts` is a part of one."""
    return dict(_families())


def _families() -> Iterator[tuple[str, ModuleType]]:
    for found in sorted(iter_modules(__path__), key=lambda module: module.name):
        module = import_module(f"{__name__}.{found.name}")
        if hasattr(module, "extracts"):
            yield found.name, module
