"""A national return's file, read as it stands: CSV, or a workbook with its sheets, with the faults of its layout, to be told."""

import csv
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from clockstop.errors import UnknownName, UnreadableFile
from clockstop.intake.sheets import as_text, must_be_safe
from clockstop.rules.national_return import Cell, Finding, NationalReturn, ReturnColumn, ReturnRow, ReturnSheet, cut_of_cells
from clockstop.rules.return_period import ReturnPeriod

ROWS_BEFORE_HEADER = 60
# Above so many organisations the file is a publication of all England, of which one organisation's rows are looked at.
MOST_ORGANISATIONS = 20
# A row is the header of a sheet where at least this share of the sheet's headings stands in it.
HEADER_SHARE = 0.6
WORKBOOKS = (".xlsx", ".xlsm", ".xls")
PLACE_NAMES = ("org_name", "region_name", "parent_name")
_BLANK = ("", "-", "–")


@dataclass(frozen=True, kw_only=True)
class SheetFile:
    """The rows of one sheet of the layout, and what its header or its rows lack."""

    rows: tuple[ReturnRow, ...]
    layout: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NationalReturnFile:
    """A file's rows, whose they are, what it says of its period, and what its layout lacks."""

    file: Path
    rows: tuple[ReturnRow, ...]
    org_code: str
    period_words: tuple[str, ...]
    layout: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True)
class _Grid:
    """A table of cells as text, with the header of a sheet found in it: the line of the header, and where each column stands."""

    name: str
    lines: tuple[tuple[str, ...], ...]
    header: int
    places: tuple[int | None, ...]


def read_return_file(file: Path, declared: NationalReturn, *, org_code: str = "") -> NationalReturnFile:
    """The return in a CSV or workbook; `UnreadableFile` where no sheet of the layout is found in it.

    `org_code` chooses within a file of all England; without it the organisation with most rows is taken for the file's own.
    """
    grids = _grids(file)
    known = _assigned(grids, declared.sheets)
    if not known:
        raise UnreadableFile(
            f"The file is no {declared.name} return: no row has the headings of its layout.", where=str(file),
            do=f"Give it the headings of the published file: {', '.join(one.heading for one in declared.main.columns[:6])}, ...",
        )  # fmt: skip
    chosen = org_code or _organisation(known, declared, file)
    read = {name: _rows(grid, declared.sheet(name), chosen) for name, grid in known.items()}
    words = tuple(dict.fromkeys(text for grid in known.values() for text in _period_words(grid)))
    return NationalReturnFile(
        file=file,
        rows=tuple(row for one in read.values() for row in one.rows),
        org_code=chosen,
        period_words=words,
        layout=tuple(finding for one in read.values() for finding in one.layout),
    )


def read_sheet(file: Path, declared: NationalReturn, sheet: ReturnSheet, period: ReturnPeriod) -> SheetFile:
    """The rows of one sheet that we wrote ourselves (a return as it was closed)."""
    grids = _grids(file)
    assert grids, f"{declared.slug} of {period.name} was written with a header"
    grid = _assigned(grids, [sheet]).get(sheet.name)
    found = _rows(grid, sheet, "") if grid else SheetFile(rows=())
    return replace(found, rows=tuple(replace(row, cells=_as_counted(sheet, row.cells)) for row in found.rows))


def _as_counted(sheet: ReturnSheet, cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """The cells as the figures were counted, so that they are written again as they were: a share of nought is 0.0."""
    return tuple(
        float(value) if column.is_figure and column.kind != "count" and isinstance(value, int) else value
        for column, value in zip(sheet.columns, cells, strict=True)
    )


def cell(text: str) -> Cell:
    """What a cell holds: nothing, a number, or text that is none.

    >>> [cell(text) for text in ("", "-", "1,204", "12.0", "2.5", "21.3%", "-3", "x", "nan")]
    [None, None, 1204, 12, 2.5, 0.213, -3, 'x', 'nan']
    """
    plain = text.strip().replace(",", "")
    if plain in _BLANK:
        return None
    is_per_cent = plain.endswith("%")
    try:
        found = float(plain.rstrip("%")) / (100 if is_per_cent else 1)
    except ValueError:
        return text.strip()
    if not math.isfinite(found):
        return text.strip()
    return int(found) if found.is_integer() else found


def _grids(file: Path) -> dict[str, list[tuple[str, ...]]]:
    """The lines of each sheet as text; a CSV is one sheet without a name."""
    if not file.is_file():
        raise UnreadableFile(f"There is no file {file}.", do="Check the path; a folder is not read.")
    if file.suffix.lower() in WORKBOOKS:
        return _of_workbook(file)
    content = file.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    try:
        return {"": [tuple(cells) for cells in csv.reader(text.splitlines(keepends=True))]}
    except csv.Error as error:
        raise UnreadableFile("The file cannot be read as a table.", where=f"{file}: {error}", do="Save it as CSV again.") from None


def _of_workbook(file: Path) -> dict[str, list[tuple[str, ...]]]:
    from python_calamine import CalamineError, CalamineWorkbook

    if file.suffix.lower() != ".xls":
        must_be_safe(file)
    try:
        book = CalamineWorkbook.from_path(str(file))
        names = [one.name for one in book.sheets_metadata if str(one.typ).endswith("WorkSheet")]
        return {name: [_texts(row) for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)] for name in names}
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableFile("The workbook cannot be read.", where=f"{file}: {error}", do="Save it again as XLSX or CSV.") from None


def _texts(row: Iterable[Any]) -> tuple[str, ...]:
    return tuple((as_text(one) or "").strip() for one in row)


def _plain(heading: str) -> str:
    """A heading without signs, blanks and capitals; a share ("% Occupied Total") is not its number ("Occupied Total")."""
    return re.sub(r"[^a-z0-9+<%]", "", heading.lower().replace("&", "and"))


def _assigned(grids: dict[str, list[tuple[str, ...]]], sheets: Sequence[ReturnSheet]) -> dict[str, _Grid]:
    """The sheets of the file by the sheets of the layout: each at most one, by its name, else by the headings that it has."""
    fits = [
        (_fit(grid, sheet), sheet.name, grid)
        for name, lines in grids.items()
        for sheet in sheets
        if (grid := _header(name, lines, sheet))
    ]
    found: dict[str, _Grid] = {}
    for _score, name, grid in sorted(fits, key=lambda one: one[0], reverse=True):
        if name not in found and grid.name not in {one.name for one in found.values()}:
            found[name] = grid
    return {sheet.name: found[sheet.name] for sheet in sheets if sheet.name in found}


def _fit(grid: _Grid, sheet: ReturnSheet) -> tuple[bool, int, int]:
    """How well a sheet of the file fits one of the layout: by its name, by the columns that it has and by those that it lacks."""
    have = sum(place is not None for place in grid.places)
    return _plain(grid.name) == _plain(sheet.name), 2 * have - len(grid.places), -len(grid.places)


def _header(name: str, lines: Sequence[tuple[str, ...]], sheet: ReturnSheet) -> _Grid | None:
    for line, cells in enumerate(lines[:ROWS_BEFORE_HEADER]):
        places = _places(cells, sheet.columns)
        if sum(place is not None for place in places) >= HEADER_SHARE * len(sheet.columns):
            return _Grid(name=name, lines=tuple(lines), header=line, places=places)
    return None


def _places(cells: Sequence[str], columns: Sequence[ReturnColumn]) -> tuple[int | None, ...]:
    """Where each column stands in a row of headings: by heading, the second of a name for the second group that has it."""
    standing: dict[str, list[int]] = {}
    for place, text in enumerate(cells):
        standing.setdefault(_plain(text), []).append(place)
    seen: Counter[str] = Counter()
    found: list[int | None] = []
    for column in columns:
        own, whole = _plain(column.heading), _plain(column.group + column.heading)
        at, turn = standing.get(own, []), seen[own]
        seen[own] += 1
        if column.group and whole in standing:
            found.append(standing[whole][0])
        else:
            found.append(at[turn] if turn < len(at) else None)
    return tuple(found)


def _rows(grid: _Grid, sheet: ReturnSheet, org_code: str) -> SheetFile:
    """The rows under the header, of the organisation where the file is of many."""
    rows, faults = [], list(_missing(grid, sheet))
    codes = _codes(grid, sheet)
    for line, cells in _body(grid):
        if len(codes) > MOST_ORGANISATIONS and cells[_org_place(grid, sheet)] != org_code:
            continue
        values = tuple(_cell(column, cells, place) for column, place in zip(sheet.columns, grid.places, strict=True))
        rows.append(
            ReturnRow(sheet=sheet.name, cells=values, cut=cut_of_cells(sheet, values), title=_title(sheet, values), line=line)
        )
    if not rows:
        faults.append(Finding(sheet=sheet.name, says="The sheet has a header and no rows."))
    return SheetFile(rows=tuple(rows), layout=tuple(faults))


def _title(sheet: ReturnSheet, values: Sequence[Cell]) -> str:
    """What the row is of in its own words, the names of the organisation and those above it aside."""
    named = (column.fill.endswith("_name") and column.fill not in PLACE_NAMES for column in sheet.columns)
    return " ".join(str(value) for is_named, value in zip(named, values, strict=True) if is_named and value).strip()


def _cell(column: ReturnColumn, cells: Sequence[str], place: int | None) -> Cell:
    if place is None or place >= len(cells):
        return None
    return cell(cells[place]) if column.is_figure else cells[place]


def _body(grid: _Grid) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Each filled line under the header with its number, as a person counts them; a line of little text is a note."""
    width = len(grid.lines[grid.header])
    for line, cells in enumerate(grid.lines[grid.header + 1 :], start=grid.header + 2):
        if sum(bool(text) for text in cells) >= min(3, width):
            yield line, (*cells, *("",) * (width - len(cells)))


def _missing(grid: _Grid, sheet: ReturnSheet) -> Iterator[Finding]:
    for column, place in zip(sheet.columns, grid.places, strict=True):
        if place is None:
            yield Finding(
                sheet=sheet.name, line=grid.header + 1, column=column.name, found="no such column", expected=column.heading
            )


def _org_place(grid: _Grid, sheet: ReturnSheet) -> int:
    place = next((place for column, place in zip(sheet.columns, grid.places, strict=True) if column.fill == "org_code"), None)
    return place if place is not None else 0


def _codes(grid: _Grid, sheet: ReturnSheet) -> Counter[str]:
    if not any(column.fill == "org_code" for column in sheet.columns):
        return Counter()
    place = _org_place(grid, sheet)
    return Counter(cells[place] for _line, cells in _body(grid) if cells[place] not in _BLANK)


def _organisation(known: dict[str, _Grid], declared: NationalReturn, file: Path) -> str:
    """Whose return it is: that of most rows; an error where the file is of all England."""
    codes: Counter[str] = Counter()
    for name, grid in known.items():
        codes.update(_codes(grid, declared.sheet(name)))
    if len(codes) > MOST_ORGANISATIONS:
        raise UnknownName("The file holds the rows of many organisations.", where=str(file), do="Name one of them with --org.")
    return codes.most_common(1)[0][0] if codes else ""


def _period_words(grid: _Grid) -> Iterator[str]:
    """What stands above the table, and in its first row: somewhere there is the period."""
    for cells in grid.lines[: grid.header]:
        yield from (text for text in cells if text)
    for _line, cells in list(_body(grid))[:1]:
        yield from (text for text in cells if text)
