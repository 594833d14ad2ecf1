"""What stands above a published table: of which month or quarter it is, when it was published or revised, and its status."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from clockstop.errors import UnreadableFile
from clockstop.intake.published.grids import plain
from clockstop.intake.published.layouts import FoundTable
from clockstop.intake.published.months import month, quarter_end

_PERIOD = re.compile(r"(?:period|month|reporting (?:period|month)|quarter|time period|date range):?")
_DAYS = re.compile(
    r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\s+(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*,?\s+(?P<year>20\d\d)",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = re.compile(
    r"\b(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?)\b",
    re.IGNORECASE,
)
_STATUS = re.compile(r"\b(provisional|final)\b", re.IGNORECASE)


def month_above(table: FoundTable, *, is_quarter: bool = False) -> str:
    """The month that the sheet says it is of: beside the word Period, else in a title that names one; a quarter's last month."""
    found = month_of_rows(table.above, is_quarter=is_quarter)
    if found is None:
        raise UnreadableFile(
            "The file does not say of which month it is.",
            where=f"Sheet {table.sheet}: the rows above the header name none beside the word Period.",
            do="Load the file as NHS England published it.",
        )
    return found


def one_month(found: Sequence[FoundTable], *, is_quarter: bool = False) -> str:
    """The month that all of a file's tables are of."""
    months = {month_above(table, is_quarter=is_quarter): table.sheet for table in found}
    if len(months) == 1:
        return next(iter(months))
    raise UnreadableFile(
        "The file's sheets are of different months.",
        where="; ".join(f"sheet {sheet}: {month}" for month, sheet in sorted(months.items())) + ".",
        do="Nothing was loaded. Load the file as NHS England published it.",
    )


def unread(table: FoundTable) -> list[str]:
    """A note on columns that were added to the table and are not read."""
    names = ", ".join(table.unknown_headings)
    where = f"Sheet {table.sheet}: " if table.sheet else ""
    return [f"{where}not read, because they are not known: {names}."] if names else []


def month_of_rows(rows: Iterable[Sequence[Any]], *, is_quarter: bool = False) -> str | None:
    """The month that these rows name, or None."""
    read = quarter_end if is_quarter else _month
    rows = list(rows)
    for row in rows:
        cells = [cell for cell in row if cell not in ("", None)]
        for label, cell in pairwise(cells):
            if _PERIOD.fullmatch(plain(label)) and (found := read(cell)):
                return found
    for row in rows:
        cells = [cell for cell in row if cell not in ("", None)]
        for cell in cells[:2]:
            if len(str(cell)) <= 60 and not _DAYS.search(str(cell)) and (found := read(cell)):
                return found
    return None


def _month(cell: Any) -> str | None:
    if isinstance(cell, date | datetime):
        return f"{cell.year}-{cell.month:02d}"
    if not isinstance(cell, str) or not (_NAMED.search(cell) or re.fullmatch(r"[\d/-]+", cell.strip())):
        return None
    return month(cell)


def labelled(rows: Iterable[Sequence[Any]], label: str) -> str:
    """What stands right of a label such as Revised; empty where nothing does."""
    for row in rows:
        cells = [str(cell).strip() for cell in row if cell not in ("", None)]
        if cells and plain(cells[0]).rstrip(":") == label:
            return cells[1] if len(cells) > 1 else ""
    return ""


def released(rows: Sequence[Sequence[Any]]) -> str:
    """The day on which the table was published, or revised where it was, as 2025-08-14; empty where it does not say."""
    days = [_day(labelled(rows, label)) for label in ("revised", "published", "last updated")]
    return max((day for day in days if day), default="")


def _day(text: str) -> str:
    if found := _DAYS.search(text):
        return f"{found['year']}-{_MONTHS.index(found['month'].lower()) + 1:02d}-{int(found['day']):02d}"
    if found := re.search(r"(20\d\d)-(\d\d)-(\d\d)", text):
        return found[0]
    return f"{found[3]}-{found[2]}-{int(found[1]):02d}" if (found := re.search(r"\b(\d{1,2})/(\d\d)/(20\d\d)\b", text)) else ""


def status(rows: Sequence[Sequence[Any]], name: str = "") -> str:
    """final, revised or provisional, of what the sheet says of itself, else of the file's name; empty where neither does."""
    said = labelled(rows, "status")
    if found := _STATUS.search(said):
        return found[1].lower()
    if _day(labelled(rows, "revised")):
        return "revised"
    for row in rows:
        for cell in row[:3]:
            if isinstance(cell, str) and cell.lower().startswith("status") and (found := _STATUS.search(cell)):
                return found[1].lower()
    if found := re.search(r"(provisional|final)(?!ly)", name, re.IGNORECASE):
        return found[1].lower()
    return "revised" if "revis" in name.lower() else ""


def details(rows: Sequence[Sequence[Any]], name: str) -> dict[str, str]:
    """The status and the day of release for a receipt, of what is known."""
    found = {"status": status(rows, name), "released": released(rows)}
    return {label: value for label, value in found.items() if value}


def other_period(where: str, said: str, meant: str) -> UnreadableFile:
    """The error of a row that is of another period than its sheet."""
    return UnreadableFile(
        f"The file contradicts itself: a row is of {said} in a file of {meant}.",
        where=where,
        do="Nothing was loaded. Download the file again from NHS England's statistics pages.",
    )
