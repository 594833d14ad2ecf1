"""Tables found in grids by their headings: no fixed row, no fixed order of columns, and sheets may stack several."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from clockstop.errors import MissingColumn, UnreadableFile
from clockstop.intake.published.grids import TOP_ROWS, Grid, column_letter, plain
from clockstop.intake.published.publication import Preview, Source

if TYPE_CHECKING:
    import pandas as pd

# A heading's group stands at most so many rows above it.
_GROUP_ROWS = 2


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column that a layout knows: its plain heading fits `pattern` whole; under a group that is `group | heading`.

    `is_sign`: a table is only known by all of these. `is_needed`: without it, what is known is not read.
    """

    name: str
    pattern: str
    is_sign: bool = False
    is_needed: bool = False


@dataclass(frozen=True)
class Layout:
    """The columns of a kind of table. With `has_groups` the row above the header says of what the headings are."""

    title: str
    columns: tuple[Column, ...]
    has_groups: bool = False
    is_stacked: bool = False

    @cached_property
    def _patterns(self) -> list[tuple[Column, re.Pattern[str]]]:
        return [(column, re.compile(column.pattern)) for column in self.columns]

    def places(self, headings: Sequence[str]) -> dict[str, int]:
        """Where each known column stands; the first of two alike."""
        found: dict[str, int] = {}
        for column, pattern in self._patterns:
            place = next((place for place, heading in enumerate(headings) if heading and pattern.fullmatch(heading)), None)
            if place is not None:
                found[column.name] = place
        return found

    def fits(self, headings: Sequence[str]) -> bool:
        """Whether every sign is there."""
        said = [heading for heading in headings if heading]
        return all(any(map(pattern.fullmatch, said)) for column, pattern in self._patterns if column.is_sign)


@dataclass(frozen=True, kw_only=True)
class FoundTable:
    """A table of a grid: its headings, where the known columns stand, and its rows up to the next header.

    `above` are the rows over it, which say of which month it is.
    """

    grid: Grid
    header: int
    end: int
    places: dict[str, int]
    headings: tuple[str, ...]

    @property
    def above(self) -> Sequence[Sequence[Any]]:
        """The rows over the header, from the top of the sheet; of a table stacked below others, the sheet's first rows."""
        return self.grid.rows[: min(self.header, TOP_ROWS)]

    @property
    def sheet(self) -> str:
        """The sheet's name; empty for a CSV."""
        return self.grid.sheet

    @cached_property
    def rows(self) -> "pd.DataFrame":
        """The known columns' cells as they stand, with `source_row`, without rows that are empty in all of them."""
        import pandas as pd

        body = self.grid.rows[self.header + 1 : self.end]
        cells = {
            name: pd.Series([row[place] if place < len(row) else "" for row in body], dtype=object)
            for name, place in self.places.items()
        }
        rows = pd.DataFrame({**cells, "source_row": range(self.header + 2, self.end + 1)})
        is_blank = rows[list(self.places)].isin(["", None]).all(axis=1)
        return rows[~is_blank].reset_index(drop=True)

    @cached_property
    def unknown_headings(self) -> tuple[str, ...]:
        """Headings that no known column fits: columns that were added."""
        known = {self.headings[place] for place in self.places.values()}
        return tuple(heading for heading in self.headings if heading and heading not in known)

    def cell_name(self, column: str, source_row: int) -> str:
        """Where a cell stands, in words: sheet, row and column."""
        place = self.places[column]
        heading = self.headings[place]
        if not self.sheet:
            return f"Line {source_row}, column {heading}."
        return f"Sheet {self.sheet}, row {source_row}, column {column_letter(place)} ({heading})."


def has_table(preview: Preview, layout: Layout) -> bool:
    """Whether any sheet, or the CSV, has a header that the layout is known by."""
    return any(_header(grid, layout) is not None for grid in preview.grids)


def tables(grids: Sequence[Grid], layout: Layout) -> list[FoundTable]:
    """Every table of this layout; a table that is known but lacks a needed column is refused."""
    return [table for grid in grids for table in _tables_of(grid, layout)]


def one_table(source: Source, layout: Layout) -> FoundTable:
    """The first table of the file that fits, which is there because the file was known by it."""
    found = tables(source.grids, layout)
    if not found:
        raise UnreadableFile(
            f"No table of {layout.title} was found.", where=str(source.file), do="Load the file as NHS England published it."
        )
    return found[0]


def _tables_of(grid: Grid, layout: Layout) -> Iterator[FoundTable]:
    starts = list(_headers(grid, layout, len(grid.rows) if layout.is_stacked else TOP_ROWS))
    ends = [number for number, _, _ in starts[1:]] + [len(grid.rows)]
    for (number, headings, places), end in zip(starts, ends, strict=False):
        missing = [column for column in layout.columns if column.is_needed and column.name not in places]
        if missing:
            raise MissingColumn(
                f"A column of {layout.title} is missing.",
                where=f"{f'Sheet {grid.sheet}, row' if grid.sheet else 'Line'} {number + 1}: no column for "
                f"{', '.join(column.name.replace('_', ' ') for column in missing)}.",
                do="Load the file as NHS England published it.",
            )
        yield FoundTable(grid=grid, header=number, end=end, places=places, headings=headings)


def _header(grid: Grid, layout: Layout) -> tuple[int, tuple[str, ...], dict[str, int]] | None:
    return next(_headers(grid, layout, TOP_ROWS), None)


def _headers(grid: Grid, layout: Layout, rows: int) -> Iterator[tuple[int, tuple[str, ...], dict[str, int]]]:
    """The header rows among the first `rows`, with their headings and places; one with several numbers is none."""
    last = min(rows, len(grid.rows))
    signs = sum(column.is_sign for column in layout.columns)
    for number in range(last):
        row = grid.rows[number]
        if sum(isinstance(cell, float) for cell in row) > 1 or sum(cell != "" for cell in row) < signs:
            continue
        titles = grid.top[number] if number < TOP_ROWS else tuple(plain(cell) for cell in row)
        headings = _grouped(grid, number, titles) if layout.has_groups else titles
        if layout.fits(headings):
            yield number, headings, layout.places(headings)


def _grouped(grid: Grid, number: int, titles: Sequence[str]) -> tuple[str, ...]:
    """`group | heading` where a group stands over it; a group holds for the columns right of it up to the next or a gap."""
    over = next((grid.top[above] for above in range(number - 1, max(number - 1 - _GROUP_ROWS, -1), -1) if any(grid.top[above])), ())
    headings, group = [], ""
    for place, title in enumerate(titles):
        if place < len(over) and over[place]:
            group = over[place]
        if not title:
            group = ""
        headings.append(f"{group} | {title}" if group and title else title)
    return tuple(headings)
