"""The header of the RTT full extract, in each of the ways in which NHS England has written it."""

import csv
import re
from dataclasses import dataclass

from clockstop.errors import MissingColumn

# The names since October 2017 come first; before, files had lines above the header, `Year` and `Period Name`, and
# `RTT Part Name`; July 2016 held the function's code under `Treatment Function Name`.
_NAMES = {
    "period": ("period",),
    "year": ("year", "period year", "financial year"),
    "period_name": ("period name", "month"),
    "icb": ("provider parent org code", "provider parent code"),
    "icb_name": ("provider parent name", "provider parent org name"),
    "provider": ("provider org code", "provider code"),
    "provider_name": ("provider org name", "provider name"),
    "commissioner_icb": ("commissioner parent org code", "commissioner parent code"),
    "commissioner_icb_name": ("commissioner parent name", "commissioner parent org name"),
    "commissioner": ("commissioner org code", "commissioner code"),
    "commissioner_name": ("commissioner org name", "commissioner name"),
    "part": ("rtt part type", "rtt part name", "rtt part", "part type"),
    "part_description": ("rtt part description", "part description"),
    "treatment_function": ("treatment function code",),
    "treatment_function_name": ("treatment function name", "treatment function", "treatment function description"),
    "known_start": ("total", "total known", "total with a known clock start", "total known clock start"),
    "unknown_start": ("patients with unknown clock start date", "unknown clock start date", "patients with unknown clock start"),
    "total_all": ("total all",),
}
_CANONICAL = {spelling: name for name, spellings in _NAMES.items() for spelling in spellings}
_REQUIRED = ("provider", "commissioner", "part", "treatment_function", "total_all")
TEXT = tuple(name for name in _NAMES if name not in ("known_start", "unknown_start", "total_all"))
_CLOSED = re.compile(r"(?:gt )?0*(\d+) (?:to|and) 0*(\d+) weeks?\b")
_FEWEST_BANDS = 5  # enough to know the extract by, so that a missing column can be named
_OPEN = re.compile(r"(?:gt )?0*(\d+) (?:weeks?\b|plus)")


@dataclass(frozen=True, kw_only=True)
class Header:
    """Where the header stands and what each of its columns is to us; `bands` closed bands and an open one."""

    line: int
    delimiter: str
    columns: tuple[str, ...]
    bands: int

    @property
    def band_columns(self) -> tuple[str, ...]:
        """The columns of the bands in order, the open one last."""
        return (*(band_column(lower) for lower in range(self.bands)), "weeks_over")


def band_column(lower: int) -> str:
    """The name of the band that starts above so many weeks."""
    return f"weeks_{lower:03d}"


def header_line(lines: tuple[str, ...]) -> tuple[int, str] | None:
    """The place of the header among a file's first lines, and its delimiter; None where it is no full extract."""
    for number, line in enumerate(lines):
        text = plain(line)
        if len(_CLOSED.findall(text)) >= _FEWEST_BANDS and any(words in text for words in ("provider", "rtt part", "commissioner")):
            return number, max(",;\t|", key=line.count)
    return None


def plain(text: str) -> str:
    """Words only, small, parted by single spaces, the spellings of organisation made one."""
    words = re.sub(r"[^a-z0-9]+", " ", text.lower().lstrip("\ufeff")).strip()
    return re.sub(r"\borgani[sz]ation\b", "org", words)


def header(lines: tuple[str, ...]) -> Header:
    """The header, read; `MissingColumn` names what is not in it."""
    place = header_line(lines)
    assert place is not None, "the file was recognised by its header"
    line, delimiter = place
    titles = next(csv.reader([lines[line]], delimiter=delimiter))
    columns, highest = named_columns([plain(title) for title in titles])
    missing = [_NAMES[name][0] for name in _REQUIRED if name not in columns]
    if not {"period", "year", "period_name"} & set(columns):
        missing.append("period")
    missing += _missing_bands(columns, highest)
    if missing:
        raise MissingColumn(
            "Columns of the RTT full extract are missing.",
            where=f"Line {line + 1} of the file has no column for: {', '.join(missing[:8])}.",
            do="Load the file as NHS England published it; if a program saved it anew, its columns must all be kept.",
        )
    return Header(line=line, delimiter=delimiter, columns=tuple(columns), bands=highest)


def named_columns(titles: list[str]) -> tuple[list[str], int]:
    """Our name of each column (unknown ones keep their place under a number), and the edge of the open band."""
    has_function_code = "treatment function code" in titles
    columns: list[str] = []
    open_edge = 0
    for place, title in enumerate(titles):
        name = _CANONICAL.get(title, f"other_{place}")
        if title == "treatment function name" and not has_function_code:
            name = "treatment_function"
        elif closed := _CLOSED.match(title):
            name = band_column(int(closed[1])) if int(closed[2]) == int(closed[1]) + 1 else f"other_{place}"
        elif opened := _OPEN.match(title):
            name, open_edge = "weeks_over", int(opened[1])
        columns.append(name if name not in columns else f"other_{place}")
    return columns, open_edge


def _missing_bands(columns: list[str], highest: int) -> list[str]:
    if "weeks_over" not in columns:
        return ["the last, open week band (such as Gt 104 Weeks SUM 1)"]
    return [f"Gt {lower:02d} To {lower + 1:02d} Weeks SUM 1" for lower in range(highest) if band_column(lower) not in columns]
