"""A published sheet under its header: the header found by what it says, cells as figures or marks, and the rows as they stood."""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from clockstop.errors import MissingColumn, UnreadableFile
from clockstop.intake.published.figures_table import number
from clockstop.intake.published.grids import Grid, column_letter


@dataclass(frozen=True, kw_only=True)
class HeadedSheet:
    """A sheet, or a CSV whose `sheet` is empty, with the row of its titles: `top` counts from 0, titles are in plain words."""

    file: str
    grid: Grid
    top: int
    titles: tuple[str, ...]
    _columns: dict[tuple[str, ...], int | None] = field(default_factory=dict, repr=False, compare=False)

    @property
    def name(self) -> str:
        """The sheet's name."""
        return self.grid.sheet

    def column(self, *patterns: str) -> int | None:
        """The first column whose whole title matches one of the patterns, the patterns tried in turn; looked for once."""
        if patterns not in self._columns:
            fits = (re.compile(pattern).fullmatch for pattern in patterns)
            places = (place for fit in fits for place, title in enumerate(self.titles) if fit(title))
            self._columns[patterns] = next(places, None)
        return self._columns[patterns]

    def needed(self, *patterns: str) -> int:
        """The column that is known to be there, since the header was found by it."""
        found = self.column(*patterns)
        assert found is not None, patterns
        return found

    def body(self) -> Iterator[int]:
        """The rows below the header in which something stands, counted from 0."""
        for index in range(self.top + 1, len(self.grid.rows)):
            if not is_blank(self.grid.rows[index]):
                yield index

    def cell(self, index: int, column: int | None) -> Any:
        """What stands there; empty where the row ends before it, or no column is meant."""
        row = self.grid.rows[index]
        return row[column] if column is not None and column < len(row) else ""

    def said(self, index: int, column: int | None) -> str:
        """The cell as words."""
        return said(self.cell(index, column))

    def figure(self, index: int, column: int, *, least: float | None = 0) -> tuple[float | None, str]:
        """The cell as a number, or null with the mark that stood there; null and nothing where it is blank.

        What is neither is refused with its place, and so is a number below the least.
        """
        cell = self.cell(index, column)
        if isinstance(cell, float) and not math.isnan(cell) and (least is None or cell >= least):
            return cell, ""
        try:
            value = number(cell)
        except ValueError:
            raise self.bad(index, column, "is neither a number nor a mark for one that is not published") from None
        if value is None:
            return None, said(cell) if isinstance(cell, str) else ""
        if (least is not None and value < least) or math.isinf(value):
            raise self.bad(index, column, "is below nought" if value < 0 else "is no number")
        return value, ""

    def where(self, index: int, column: int | None = None) -> str:
        """Where a cell stands, as a person finds it: file, sheet, row and column."""
        sheet = f", sheet {self.grid.sheet}" if self.grid.sheet else ""
        at = f"{self.file}{sheet}, row {index + 1}"
        if column is None:
            return at
        title = self.titles[column] if column < len(self.titles) else ""
        return f"{at}, column {column_letter(column)}{f' ({title})' if title else ''}"

    def bad(self, index: int, column: int | None, why: str) -> UnreadableFile:
        """The refusal of a cell, or of a row where no column is meant."""
        found = f"“{self.said(index, column)[:40]}” " if column is not None else ""
        return UnreadableFile(
            "The file is broken, and nothing of it was loaded.",
            where=f"{self.where(index, column)}: {found}{why}.",
            do="Download it again, or mend the cell.",
        )

    def lacks(self, what: str, publication: str) -> MissingColumn:
        """The refusal of a sheet that lacks columns."""
        return MissingColumn(
            f"This is not laid out as {publication}: columns are missing.",
            where=f"{self.where(self.top)}: {what}.",
            do="Load the file as it was published, with its header.",
        )


def headed_sheet(file: str, grid: Grid, needed: dict[str, str], *, publication: str) -> HeadedSheet:
    """The sheet under the first row whose titles match every needed pattern (name: pattern); else what lacks is named."""
    best, lacking_most, nearest = -1, list(needed), 0
    for index, titles in enumerate(grid.top):
        lacking = [name for name, pattern in needed.items() if not any(re.fullmatch(pattern, title) for title in titles)]
        if not lacking:
            return HeadedSheet(file=file, grid=grid, top=index, titles=titles)
        if len(needed) - len(lacking) > best:
            best, lacking_most, nearest = len(needed) - len(lacking), lacking, index
    sheet = HeadedSheet(file=file, grid=grid, top=nearest, titles=())
    raise sheet.lacks(f"nothing is headed {', '.join(lacking_most)}", publication)


def has_header(grids: Iterable[Grid], needed: dict[str, str]) -> bool:
    """Whether one of the sheets has a row with a title for every pattern."""
    fits = [re.compile(pattern).fullmatch for pattern in needed.values()]
    rows = (titles for grid in grids for titles in grid.top)
    return any(all(any(map(fit, titles)) for fit in fits) for titles in rows)


def said(cell: Any) -> str:
    """A name or code as it stands, with single spaces; a whole number without its point.

    >>> said(" RJ1 "), said(100.0), said(None)
    ('RJ1', '100', '')
    """
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return re.sub(r"\s+", " ", str(cell if cell is not None else "").replace("\ufeff", "")).strip()


def is_blank(row: Iterable[Any]) -> bool:
    """Whether nothing stands in the row."""
    return not any(cell not in ("", None) and said(cell) for cell in row)


def rows_table(grids: Iterable[Grid]) -> pa.Table:
    """The rows as they stood: sheet, row and cells as text, so that a figure can be traced to its cell."""
    names: list[str] = []
    places: list[int] = []
    cells: list[list[str]] = []
    for grid in grids:
        for place, row in enumerate(grid.rows, 1):
            if not is_blank(row):
                names.append(grid.sheet)
                places.append(place)
                cells.append([str(cell) for cell in row])
    columns = {"sheet": pa.array(names, pa.string()), "source_row": pa.array(places, pa.int64())}
    return pa.table({**columns, "cells": pa.array(cells, pa.list_(pa.string()))})
