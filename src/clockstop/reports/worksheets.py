"""The worksheet of a drawn sample: written for whoever checks it, CSV or XLSX, and read when it is filled in."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pyarrow as pa

from clockstop.errors import UnreadableFile, UserError
from clockstop.intake.set_aside import safe_cell
from clockstop.intake.sheets import as_text, must_be_safe
from clockstop.rules.validation_outcomes import BY_CODE, BY_KEY, OUTCOMES
from clockstop.store.drawn_samples import DrawnSample

# Which clock it is; these must come back as they went.
NAMED = ("sample", "trust", "patient_pathway_identifier", "start_date")
SHOWN = (
    "local_patient_identifier", "days_waited", "service", "consultant", "flags", "evidence", "last_event", "next_event",
    "decided_to_admit_date", "tci_date", "last_pas_validation_date",
)  # fmt: skip
FILLED = ("outcome", "right_date", "other_pathway", "note")
CODES = "outcomes_to_choose_from"
COLUMNS = ("row", *NAMED, *SHOWN, *FILLED, CODES)
FORMATS = (".csv", ".xlsx")
CHOICES = " | ".join(f"{one.key} {one.code}" for one in OUTCOMES)
_DATES = ("%Y-%m-%d", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S", "%d %b %Y", "%d %B %Y")
_NEEDS = {
    "stop_date": "right_date: the day of treatment",
    "start_date": "right_date: the day on which the clock starts",
    "other_pathway": "other_pathway: the one that stays",
}


@dataclass(frozen=True)
class Filled:
    """One row of a worksheet that came back; `source_row` is that of the file, its header being 1."""

    source_row: int
    sample: str
    trust: str
    patient_pathway_identifier: str
    start_date: str
    outcome: str
    right_date: str
    other_pathway: str
    note: str


def must_be_writable(out: Path) -> None:
    """Raise `UserError` where no worksheet can be written there: asked before a sample is drawn for it."""
    if out.suffix.lower() not in FORMATS:
        raise UserError(f"{out.name} is no kind of file that is written.", do="Let --out end in .csv or .xlsx.")
    if out.is_dir():
        raise UserError(f"{out} is a folder.", do="Name a file with --out.")


def write(out: Path, sample: DrawnSample, chosen: pa.Table, evidence: Sequence[str]) -> None:
    """Write the worksheet; the file is whole or as it was."""
    must_be_writable(out)
    rows = [_row(number, sample, row, says) for number, (row, says) in enumerate(zip(chosen.to_pylist(), evidence, strict=True), 1)]
    content = _csv(rows) if out.suffix.lower() == ".csv" else _workbook(sample, rows)
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.with_name(f".partial-{out.name}")
    try:
        partial.write_bytes(content)
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)


def read(file: Path) -> list[Filled]:
    """The rows of a worksheet, CSV or XLSX, as texts; columns in any order. Rows in which nothing stands are passed over."""
    if not file.is_file():
        raise UnreadableFile(f"There is no file {file.name}.", where=str(file), do="Name the worksheet that was filled in.")
    lines = _sheet_lines(file) if file.suffix.lower() == ".xlsx" else _csv_lines(file)
    header = [text.strip().lower() for text in lines[0]] if lines else []
    missing = [name for name in (*NAMED, "outcome") if name not in header]
    if missing:
        raise UnreadableFile(
            f"{file.name} is no worksheet of a sample: it has no column {', '.join(missing)}.",
            where=str(file),
            do="Fill in the worksheet that clockstop validate sample wrote; keep its header as it is.",
        )
    wanted = (*NAMED, *FILLED)
    places = {name: header.index(name) for name in wanted if name in header}
    found = []
    for number, line in enumerate(lines[1:], 2):
        cells = {name: line[place].strip() if place < len(line) else "" for name, place in places.items()}
        if any(line):
            found.append(Filled(source_row=number, **{name: _rearmed(cells.get(name, "")) for name in wanted}))
    return found


def code_of(text: str) -> str | None:
    """The code that an outcome cell means: the code itself, its key or its title; None for anything else.

    >>> [code_of(text) for text in ("stop_treated", "6", "6.0", "6 clock_right", "Clock is right", "yes")]
    ['stop_treated', 'clock_right', 'clock_right', 'clock_right', 'clock_right', None]
    """
    said = text.strip().lower().removesuffix(".0")
    first, _, rest = said.partition(" ")
    if first in BY_KEY and rest.strip() in {"", BY_KEY[first].code}:
        return BY_KEY[first].code
    titles = {one.title.lower(): one.code for one in OUTCOMES}
    return said if said in BY_CODE else titles.get(said)


def date_of(text: str) -> date | None:
    """The day that a cell means; None where it cannot be read.

    >>> date_of("2026-03-02"), date_of("02/03/2026"), date_of("March")
    (datetime.date(2026, 3, 2), datetime.date(2026, 3, 2), None)
    """
    for form in _DATES:
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 a day has no zone
        except ValueError:
            continue
    return None


def _row(number: int, sample: DrawnSample, row: dict[str, Any], evidence: str) -> list[Any]:
    said = {
        **{name: row.get(name) for name in (*NAMED, *SHOWN)}, "row": number, "sample": sample.name,
        "flags": ", ".join(row["flags"]),
        "evidence": evidence, "last_event": _event(row, "last"), "next_event": _event(row, "next"), CODES: CHOICES,
    }  # fmt: skip
    return [_cell(said.get(name)) for name in COLUMNS]


def _event(row: dict[str, Any], which: str) -> str:
    kind, on = row[f"{which}_event_type"], row[f"{which}_event_date"]
    return f"{kind.replace('_', ' ')} {on.isoformat()}" if kind and on else ""


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else safe_cell(value) if isinstance(value, str) else value


def _csv(rows: Iterable[list[Any]]) -> bytes:
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([COLUMNS, *rows])
    # A byte-order mark, so that spreadsheets read the names as they are written.
    return text.getvalue().encode("utf-8-sig")


def _workbook(sample: DrawnSample, rows: list[list[Any]]) -> bytes:
    import xlsxwriter

    held = BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(held, options) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 the same sample gives the same bytes
        bold, fill = book.add_format({"bold": True, "bottom": 1}), book.add_format({"bg_color": "#fff9c4", "border": 1})
        sheet = book.add_worksheet("Worksheet")
        sheet.freeze_panes(1, 4)
        sheet.write_row(0, 0, COLUMNS, bold)
        sheet.set_column(0, len(COLUMNS) - 1, 16)
        for number, row in enumerate(rows, 1):
            sheet.write_row(number, 0, row)
            for name in FILLED:
                sheet.write_blank(number, COLUMNS.index(name), None, fill)
        choices = {"validate": "list", "source": [one.code for one in OUTCOMES]}
        if rows:
            sheet.data_validation(1, COLUMNS.index("outcome"), len(rows), COLUMNS.index("outcome"), choices)
        codes = book.add_worksheet("Outcomes")
        codes.write_row(0, 0, ["key", "outcome", "what it means", "and", "also fill in"], bold)
        for number, one in enumerate(OUTCOMES, 1):
            codes.write_row(number, 0, [one.key, one.code, one.title, one.hint, _NEEDS.get(one.needs, "")])
        codes.set_column(1, 4, 30)
        book.add_worksheet("About").write_column(0, 0, about(sample))
    return held.getvalue()


def about(sample: DrawnSample) -> list[str]:
    """What the sample is, in sentences."""
    return [
        f"Sample {sample.name}: {sample.size:,} clocks drawn at random of the {sample.frame_size:,} of {sample.trust} under "
        f"{sample.flag} that nobody had settled.",
        f"Seed {sample.seed}; snapshot {sample.snapshot_id}, data to {sample.as_of}.",
        "Check every row, in any order: a sample of which the easy half is answered says nothing of the rest.",
    ]


def _csv_lines(file: Path) -> list[list[str]]:
    try:
        text = file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        text = file.read_text("cp1252", errors="replace")
    try:
        dialect = csv.Sniffer().sniff(text.partition("\n")[0], delimiters=",;\t")
    except csv.Error:
        dialect = csv.excel
    try:
        return list(csv.reader(StringIO(text), dialect))
    except csv.Error:
        raise UnreadableFile(
            f"{file.name} cannot be read as a table: a cell of it is far too long.",
            where=str(file),
            do="Look for a quotation mark that is never closed, and save it again as CSV or XLSX.",
        ) from None


def _sheet_lines(file: Path) -> list[list[str]]:
    from python_calamine import CalamineError, CalamineWorkbook

    must_be_safe(file)
    try:
        sheet = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0)
        return [[as_text(cell) or "" for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    except CalamineError as error:
        raise UnreadableFile(f"{file.name} cannot be read as a workbook.", where=str(error), do="Save it again as .xlsx.") from None


def _rearmed(text: str) -> str:
    """The text without the apostrophe that kept a spreadsheet from running it."""
    return text[1:] if text.startswith("'") and safe_cell(text[1:]) == text else text
