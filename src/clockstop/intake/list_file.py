"""A trust's own list, read: its PTL, or its weekly national file. Rows that cannot be read are told, not guessed.

Columns may come in any order and under the trust's own headers; only those that say where a pathway stands are read, so that no
name, address or NHS number of the file goes any further.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from ibis.expr.types import Table

from clockstop.contracts.contract import Check, Column, Contract
from clockstop.errors import MissingColumn
from clockstop.intake import check
from clockstop.intake.list_headers import END, FUNCTION, START, STATUS, recognised
from clockstop.intake.map import DATE_FORMATS, PROVIDER, Mapping, missing_column, read_mapping
from clockstop.intake.read import SOURCE_ROW, Delivered, kind_of, open_delivered
from clockstop.store.engine import DuckDBEngine, open_engine

PATHWAY, LOCAL = "patient_pathway_identifier", "local_patient_identifier"
# List types outside RTT: planned, non-RTT and diagnostic rows of the weekly file (planned-care.md 1.13). "Non-admitted" is within.
NOT_RTT = r"^(PLN|PLAN|ONON|INON|NON([^A-Z]*RTT|$)|DIAG|DM01)"
NOT_RTT_CODE = "not_rtt"
AS_WRITTEN = "written_"
# Days as lists have them beside `DATE_FORMATS`. A year of two digits is of this century: a list has no birth dates.
LIST_FORMATS = ("%d %b %Y", "%d %B %Y", "%d.%m.%Y", "%d/%m/%y", "%d/%m/%y %H:%M", "%d/%m/%y %H:%M:%S", "%d-%b-%y", "%d %b %y",
                "%d.%m.%y", "%d/%m/%Y %I:%M:%S %p", "%d/%m/%Y %I:%M %p", "%d-%B-%Y", "%d/%b/%Y")  # fmt: skip
DAY_FIRST = "%d/%m/%Y"
_AS_ISO = (r"^(\d{2})/(\d{2})/(\d{4})$", r"\3-\2-\1")


def _has_no_name(rows: Table):
    return rows[PATHWAY].isnull() & (rows[LOCAL].isnull() | rows[FUNCTION].isnull())


def _is_not_rtt(rows: Table):
    return rows.waiting_list_type.upper().re_search(NOT_RTT).fill_null(False)


LIST = Contract(
    name="list",
    title="A trust's own list",
    key=(),
    window=START,
    columns=(
        Column(name=PATHWAY, type="text", meaning="names the pathway", max_length=60),
        Column(name=LOCAL, type="text", meaning="the hospital's own number, which names a pathway with the treatment function"),
        Column(name=START, type="date", meaning="the clock start", is_required=True),
        Column(name=END, type="date", meaning="the clock stop"),
        Column(name=STATUS, type="text", meaning="RTT period status"),
        Column(name=FUNCTION, type="text", meaning="treatment function"),
        Column(name=PROVIDER, type="text", meaning="the provider"),
        Column(name="week_ending_date", type="date", meaning="the day at whose end the list was taken"),
        Column(name="section", type="text", meaning="open pathways, clock starts or clock stops (weekly file)"),
        Column(name="waiting_list_type", type="text", meaning="ORTT, IRTT or a list outside RTT"),
        Column(name="decided_to_admit_date", type="date", meaning="the decision to admit"),
        Column(name="days_waited", type="text", meaning="days waited, as the list says"),
        Column(name="weeks_waited", type="text", meaning="weeks waited, as the list says"),
        Column(name="week_band", type="text", meaning="the week band, as the list says"),
    ),
    checks=(
        Check(code="pathway_missing", column=PATHWAY, is_wrong=_has_no_name,
              message="no pathway identifier, nor a hospital number with a treatment function"),
        Check(code=NOT_RTT_CODE, column="waiting_list_type", is_wrong=_is_not_rtt,
              message="the row is of a list outside RTT"),
    ),
)  # fmt: skip
# What each reason wanted to see, and what to do about it.
EXPECTED = {
    "missing": ("a date", "fill it at source; a wait needs its start (RTT-R47)"),
    "date_unreadable": ("a date such as 03/09/2026 or 2026-09-03", "correct it at source, or name date_formats with --mapping"),
    "date_too_early": ("a date after 1900", "correct it at source; name a year of two digits in date_formats with --mapping"),
    "date_too_late": ("a date before 2100", "correct it at source"),
    "pathway_missing": ("a pathway identifier, or a hospital number with a treatment function", "fill it at source"),
    NOT_RTT_CODE: ("an RTT list (ORTT or IRTT)", "none needed: planned, non-RTT and diagnostic rows are not compared"),
    "too_long": ("a shorter text", "check that the columns are not shifted"),
    "nul_character": ("text", "export the list again"),
    "too_few_cells": ("as many cells as the header", "export the list again"),
    "too_many_cells": ("as many cells as the header", "quote cells that hold the delimiter, and export again"),
    "other_provider": ("a provider that is compared", "none needed; --org names the one to compare"),
    "other_week": ("the week that is compared", "none needed; --as-of names the week to compare"),
}


@dataclass(frozen=True, kw_only=True)
class SetAside:
    """A row that cannot be compared: where it stands, in which column (their header), what was found, expected, and what to do."""

    source_row: int
    column: str
    code: str
    found: str
    expected: str
    do: str
    patient_pathway_identifier: str = ""


@dataclass(frozen=True, kw_only=True)
class ListFile:
    """A list as read. `rows_read == rows.num_rows + len(set_aside)`; `columns` is our column to their header."""

    file_name: str
    rows: pa.Table
    set_aside: tuple[SetAside, ...]
    rows_read: int
    columns: dict[str, str]
    notes: tuple[str, ...]


def read_list(file: Path, *, mapping_file: Path | None = None) -> ListFile:
    """The list's rows, typed, with `source_row`; every kind of file that intake reads, with or without a mapping."""
    mapping = _mapping(file, mapping_file)
    delivered = open_delivered(file, LIST, mapping)
    engine = open_engine()
    try:
        rows_read = _lend_texts(engine, delivered, mapping)
        typed = _typed(engine, "texts", mapping, delivered)
        faults = check.faults(typed, LIST, mapping, trust="", today=date.max, has_nul=delivered.has_nul)
        bad = typed.mutate(is_bad=check.is_bad(faults))
        engine.keep("checked", bad)
        checked = engine.named("checked")
        good = engine.rows(checked.filter(~checked.is_bad).select(SOURCE_ROW, *(one.name for one in LIST.columns)))
        aside = [*_bad_rows(engine, checked, delivered), *_ragged_rows(delivered)]
    finally:
        engine.close()
    return ListFile(
        file_name=file.name, rows=good.sort_by(SOURCE_ROW), set_aside=tuple(sorted(aside, key=lambda one: one.source_row)),
        rows_read=rows_read + len(delivered.ragged), notes=tuple(delivered.notes),
        columns={name: delivered.matched.header(name) for name in delivered.matched.places},
    )  # fmt: skip


def without(listed: ListFile, rows: pa.Array, *, code: str, column: str) -> ListFile:
    """The list with the rows for which `rows` is true set aside too, under a reason of `EXPECTED`."""
    if not pc.any(rows).as_py():
        return listed
    expected, do = EXPECTED[code]
    header = listed.columns.get(column, column)
    aside = [
        SetAside(source_row=row[SOURCE_ROW], column=header, code=code, found=_shown(row[column]), expected=expected, do=do)
        for row in listed.rows.filter(rows).select([SOURCE_ROW, column]).to_pylist()
    ]
    every = sorted([*listed.set_aside, *aside], key=lambda one: one.source_row)
    return replace(listed, rows=listed.rows.filter(pc.invert(rows)), set_aside=tuple(every))


def _mapping(file: Path, mapping_file: Path | None) -> Mapping:
    """What the mapping file declares, and for the columns that it does not name what their headers say."""
    given = read_mapping(mapping_file.read_bytes(), LIST, where=str(mapping_file)) if mapping_file else Mapping()
    formats = given.date_formats if given.date_formats != DATE_FORMATS else (*DATE_FORMATS, *LIST_FORMATS)
    names = [column.name for column in LIST.columns]
    best = max(_tops(file, given), key=lambda top: top.score(names), default=None)
    if best is None:
        return given
    row = given.header_row - 1 if given.header_row else best.place(names)
    headers = best.rows[row] if row < len(best.rows) else []
    known = recognised([header for header in headers if header not in given.columns.values()], names)
    columns = {name: header for name, header in known.items() if name not in given.columns and name not in given.constants}
    found = replace(given, date_formats=formats, columns={**columns, **given.columns}, sheet=best.sheet or given.sheet)
    _must_name(found, headers, file)
    return replace(found, header_row=row + 1) if kind_of(file) != "parquet" else found


def _must_name(mapping: Mapping, headers: list[str], file: Path) -> None:
    """Raise where no column names the pathway or the clock start."""
    there = {*mapping.columns, *mapping.constants}
    missing = [] if START in there else [START]
    if PATHWAY not in there and not {LOCAL, FUNCTION} <= there:
        missing.insert(0, PATHWAY)
    if missing:
        told = missing_column(missing, headers, LIST, mapping, file.name)
        lines = "\n".join(f'  {name} = "their header"' for name in missing)
        raise MissingColumn(
            told.what, where=told.where, do=f"Name them in a mapping file and give it with --mapping:\n[columns]\n{lines}"
        )


@dataclass(frozen=True)
class _Top:
    """The first rows of a file or sheet, and how well each would do as the header."""

    sheet: str
    rows: list[list[str]]

    def place(self, names: list[str]) -> int:
        """The row that names the most columns; the first of them."""
        return max(range(len(self.rows)), key=lambda n: (len(recognised(self.rows[n], names)), -n), default=0)

    def score(self, names: list[str]) -> int:
        return len(recognised(self.rows[self.place(names)], names)) if self.rows else -1


def _tops(file: Path, mapping: Mapping) -> list[_Top]:
    kind = kind_of(file)
    if kind == "parquet":
        from clockstop.intake.columnar import parquet_headers

        return [_Top("", [parquet_headers(file)])]
    if kind == "xlsx":
        from clockstop.intake.sheets import first_rows, sheet_names

        names = [mapping.sheet] if mapping.sheet else sheet_names(file)
        return [_Top(name, first_rows(file, LIST, replace(mapping, sheet=name))) for name in names]
    from clockstop.intake.delimited import first_records

    return [_Top("", first_records(file, mapping, is_gzip=kind == "gzip"))]


def _lend_texts(engine: DuckDBEngine, delivered: Delivered, mapping: Mapping) -> int:
    """Lend the engine the cells as text, trimmed, and say how many rows there are.

    A day such as 03/09/2026 is handed on as 2026-09-03: the engine's parser tries that form first, and each form that fails costs
    as much as all the rest of the row. How it was written is kept for what is said of a bad row.
    """
    constants = delivered.matched.constants
    names = [one.name for one in LIST.columns if one.name in delivered.matched.places or one.name in constants]
    dates = [name for name in names if LIST.column(name).type == "date"] if DAY_FIRST in mapping.date_formats else []
    columns = [*(f"{check.RAW}{name}" for name in names), *(f"{AS_WRITTEN}{name}" for name in dates)]
    schema = pa.schema({name: pa.string() for name in columns} | {SOURCE_ROW: pa.int64()})
    batches = list(_trimmed(delivered, names, dates, schema))
    engine.lend("texts", pa.Table.from_batches(batches, schema=schema))
    return sum(batch.num_rows for batch in batches)


def _trimmed(delivered: Delivered, names: list[str], dates: list[str], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    constants = delivered.matched.constants
    for batch in delivered.batches():
        columns = {}
        for name in names:
            values = pa.repeat(pa.scalar(constants[name]), len(batch)) if name in constants else batch.column(name)
            text = pc.utf8_trim_whitespace(values)
            columns[name] = pc.if_else(pc.equal(text, ""), None, text)
        written = [columns[name] for name in dates]
        columns |= {name: pc.replace_substring_regex(columns[name], *_AS_ISO) for name in dates}
        yield pa.RecordBatch.from_arrays([*columns.values(), *written, batch.column(SOURCE_ROW)], schema=schema)


def _typed(engine: DuckDBEngine, name: str, mapping: Mapping, delivered: Delivered) -> Table:
    # A list saved as text from Excel may hold Excel's day numbers where the cells were not formatted as dates.
    typed = check.typed(engine.named(name), LIST, mapping, has_serials=True)
    engine.view(f"{name}_typed", typed)
    engine.view(f"{name}_settled", check.settled(engine.named(f"{name}_typed"), LIST))
    return engine.named(f"{name}_settled")


def _bad_rows(engine: DuckDBEngine, checked: Table, delivered: Delivered) -> Iterator[SetAside]:
    """Each bad row with its first fault, in the order of the contract's columns; what stands in the cell is shown as it came."""
    bad = engine.rows(checked.filter(checked.is_bad).drop("is_bad"))
    if not bad.num_rows:
        return
    table = engine.memory(bad)
    again = check.faults(table, LIST, Mapping(), trust="", today=date.max, has_nul=delivered.has_nul)
    wrong = {f"fault_{n}": fault.is_wrong.fill_null(False) for n, fault in enumerate(again)}
    for row in engine.rows(table.mutate(**wrong)).to_pylist():
        fault = next(one for n, one in enumerate(again) if row[f"fault_{n}"])
        expected, do = EXPECTED.get(fault.code, ("a value that can be read", "correct it at source"))
        yield SetAside(
            source_row=row[SOURCE_ROW], column=delivered.matched.header(fault.column), code=fault.code,
            found=_shown(row.get(f"{AS_WRITTEN}{fault.column}") or row.get(f"{check.RAW}{fault.column}")), expected=expected, do=do,
            patient_pathway_identifier=row.get(PATHWAY) or "",
        )  # fmt: skip


def _ragged_rows(delivered: Delivered) -> Iterator[SetAside]:
    for one in delivered.ragged:
        code = "too_few_cells" if one.actual < one.expected else "too_many_cells"
        yield SetAside(
            source_row=one.source_row, column="", code=code, found=f"{one.actual} cells", expected=f"{one.expected} cells",
            do=EXPECTED[code][1],
        )  # fmt: skip


def _shown(value: object) -> str:
    return "nothing" if value is None else str(value)[:60]
