"""A return file in the layout of the full extract, read as it stands: with its faults, so that they can be told."""

import csv
import itertools
import math
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

from clockstop.errors import UnknownName, UnreadableFile
from clockstop.intake.published import recognise, rtt_header
from clockstop.intake.published.months import month
from clockstop.rules.rtt_bands import OPEN_BAND, published_column
from clockstop.rules.rtt_return_checks import Finding
from clockstop.rules.rtt_return_rows import HEADER, PART_CODES, Cell, ReturnRow

# Above so many providers the file is a publication of all England, of which one provider's rows are looked at.
MOST_PROVIDERS_OF_A_RETURN = 20
FEWEST_CELLS_OF_A_ROW = 3
LINES_BEFORE_ROWS = 60
_COUNTS = ("known_start", "unknown_start", "total_all")
_HEADINGS = {
    "provider": "Provider Org Code",
    "commissioner": "Commissioner Org Code",
    "part": "RTT Part Type",
    "treatment_function": "Treatment Function Code",
    **dict(zip(_COUNTS, HEADER[-3:], strict=True)),
}
_PARTS = {code.lower().replace("_", " "): part for part, code in PART_CODES.items()}


@dataclass(frozen=True, kw_only=True)
class ReturnFile:
    """A file's rows, whose they are and of which month, and what its layout lacks."""

    file: Path
    rows: tuple[ReturnRow, ...]
    provider: str
    month: str
    layout: tuple[Finding, ...]


def read_return(file: Path, *, provider: str = "") -> ReturnFile:
    """The return in a CSV (or a zip with it) or XLSX file; `UnreadableFile` where it has no header of the layout.

    `provider` chooses within a file of all England; without it the provider with most rows is taken for the file's own.
    """
    lines = iter(_lines(file))
    columns, header_line = _columns(lines, file)
    kept, providers = _kept(lines, columns, provider, file)
    if not kept:
        raise UnreadableFile("The file has a header and no rows.", where=str(file), do="Give the file with its rows.")
    chosen = _provider(providers, provider, file)
    rows, ragged = _rows(kept, columns)
    return ReturnFile(
        file=file,
        rows=tuple(rows),
        provider=chosen,
        month=Counter(row.month for row in rows if row.provider == chosen).most_common(1)[0][0],
        layout=(*_missing_columns(columns, header_line), *ragged),
    )


def _columns(lines: Iterator[tuple[int, list[str]]], file: Path) -> tuple[list[str], int]:
    """The columns by our names, once the header has come, and the line on which it stood."""
    for line, cells in itertools.islice(lines, LINES_BEFORE_ROWS):
        if rtt_header.header_line((",".join(cells),)) is not None:
            return rtt_header.named_columns([rtt_header.plain(text) for text in cells])[0], line
    raise _no_return(file)


def _kept(
    lines: Iterable[tuple[int, list[str]]], columns: list[str], chosen: str, file: Path
) -> tuple[list[tuple[int, list[str]]], Counter[str]]:
    """The lines to look at, and how many each provider has; of a file of all England those of the chosen provider only."""
    place = columns.index("provider") if "provider" in columns else None
    providers: Counter[str] = Counter()
    kept: list[tuple[int, list[str]]] = []
    for line, cells in lines:
        if sum(bool(text.strip()) for text in itertools.islice(cells, len(rtt_header.TEXT))) < FEWEST_CELLS_OF_A_ROW:
            continue
        code = cells[place].strip().upper() if place is not None and place < len(cells) else ""
        providers[code] += 1
        if code != chosen and len(providers) > MOST_PROVIDERS_OF_A_RETURN:
            if not chosen:
                raise UnknownName("The file holds the rows of many providers.", where=str(file), do="Name one of them with --org.")
            continue
        kept.append((line, cells))
    if len(providers) > MOST_PROVIDERS_OF_A_RETURN:
        kept = [(line, cells) for line, cells in kept if place is not None and cells[place].strip().upper() == chosen]
    return kept, providers


def cell(text: str) -> Cell:
    """What a cell holds: nothing, a number, or text that is none.

    >>> [cell(text) for text in ("", "-", "1,204", "12.0", "2.5", "-3", "x", "nan")]
    [None, None, 1204, 12, 2.5, -3, 'x', 'nan']
    """
    plain = text.strip().replace(",", "")
    if plain in ("", "-"):
        return None
    try:
        found = float(plain)
    except ValueError:
        return text.strip()
    if not math.isfinite(found):
        return text.strip()
    return int(found) if found.is_integer() else found


def _lines(file: Path) -> Iterator[tuple[int, list[str]]]:
    """Each line's number and cells, of a workbook's first sheet or of a delimited text."""
    if not file.is_file():
        raise UnreadableFile(f"There is no file {file}.", do="Check the path; a folder is not read.")
    if file.suffix.lower() in (".xlsx", ".xlsm", ".xls"):
        yield from _of_workbook(file)
        return
    with tempfile.TemporaryDirectory() as scratch:
        try:
            with recognise.recognised(file, Path(scratch) / "content") as (_, source):
                if source.preview.kind != "text":
                    raise _no_return(file)
                yield from _of_text(source.path, source.encoding, source.preview.lines, file)
        except UnreadableFile as error:
            raise error if "zip" in error.what or "empty" in error.what else _no_return(file) from None


def _of_text(path: Path, encoding: str, preview: tuple[str, ...], file: Path) -> Iterator[tuple[int, list[str]]]:
    place = rtt_header.header_line(preview)
    with path.open("rb") as content:
        reader = csv.reader(TextIOWrapper(content, encoding, errors="replace", newline=""), delimiter=place[1] if place else ",")
        try:
            for cells in reader:
                yield reader.line_num, cells
        except csv.Error as error:
            raise UnreadableFile(
                "The file cannot be read as a table.", where=f"{file}, line {reader.line_num}: {error}", do="Save it as CSV again."
            ) from None


def _of_workbook(file: Path) -> Iterator[tuple[int, list[str]]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        rows = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError, IndexError):
        raise _no_return(file) from None
    for place, row in enumerate(rows, start=1):
        yield place, [_text(value) for value in row]


def _text(value: object) -> str:
    return f"{int(value)}" if isinstance(value, float) and value.is_integer() else str(value)


def _no_return(file: Path) -> UnreadableFile:
    return UnreadableFile(
        "The file is no RTT return in the layout of the published full extract.",
        where=str(file),
        do=f"Its header must read like: {', '.join((*HEADER[:4], '...', *HEADER[9:15], '...', *HEADER[-3:]))}.",
    )


def _missing_columns(columns: list[str], line: int) -> Iterator[Finding]:
    wanted = [*_HEADINGS.items(), *((_band(n), published_column(n)) for n in _numbers())]
    if not {"period", "year", "period_name"} & set(columns):
        wanted.insert(0, ("period", "Period"))
    for name, heading in wanted:
        if name not in columns:
            yield Finding(says="The header has no such column.", column=heading, line=line, found="no column", expected=heading)


def _numbers() -> range:
    return range(1, OPEN_BAND + 1)


def _band(number: int) -> str:
    return "weeks_over" if number == OPEN_BAND else rtt_header.band_column(number - 1)


def _rows(lines: Iterable[tuple[int, list[str]]], columns: list[str]) -> tuple[list[ReturnRow], list[Finding]]:
    place = {name: number for number, name in enumerate(columns)}
    rows, ragged = [], []
    for line, cells in lines:
        row = _row(line, cells, place)
        rows.append(row)
        if len(cells) != len(columns):
            ragged.append(_ragged(row, len(cells), len(columns)))
    return rows, ragged


def _ragged(row: ReturnRow, found: int, expected: int) -> Finding:
    return Finding(
        says="The row is cut short, or a cell holds a separator.", part=row.part, treatment_function=row.treatment_function,
        commissioner=row.commissioner, line=row.line, found=f"{found} cells", expected=f"{expected} cells",
    )  # fmt: skip


def _row(line: int, cells: list[str], place: dict[str, int]) -> ReturnRow:
    def text(name: str) -> str:
        at = place.get(name, len(cells))
        return cells[at].strip() if at < len(cells) else ""

    period = text("period") or f"{text('year')} {text('period_name')}"
    return ReturnRow(
        part=_part(text("part")),
        commissioner=text("commissioner").upper(),
        treatment_function=_function(text("treatment_function")),
        bands=tuple(cell(text(_band(number))) for number in _numbers()),
        known=cell(text("known_start")),
        unknown=cell(text("unknown_start")),
        total=cell(text("total_all")),
        provider=text("provider").upper(),
        month=month(period) or period.strip(),
        line=line,
    )


def _part(text: str) -> str:
    return _PARTS.get(rtt_header.plain(text), text)


def _function(text: str) -> str:
    code = text.upper()
    if code == "TOTAL":
        return "C_999"
    return f"C_{code}" if len(code) == 3 and code.isdigit() else code


def _provider(counts: Counter[str], chosen: str, file: Path) -> str:
    if chosen and chosen not in counts:
        raise UnknownName(f"The file has no rows of provider {chosen}.", where=f"{file}: {_some(counts)}.", do="Check the code.")
    return chosen or counts.most_common(1)[0][0]


def _some(counts: Counter[str]) -> str:
    names = sorted(code or "blank" for code in counts)
    return ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")
