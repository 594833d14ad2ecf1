"""Figures of a publication gathered row by row into the long table that every publication gives."""

from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from typing import Any

import pyarrow as pa

from clockstop.intake.published import figures_table
from clockstop.intake.published.figures_table import SCHEMA
from clockstop.intake.published.headed_sheet import HeadedSheet

_SAME_OF = itemgetter(*(SCHEMA.get_field_index(name) for name in ("month", "day", "level", "org_code", "key", "cut")))


@dataclass(frozen=True, kw_only=True)
class Of:
    """What a row of figures is about: a month (and day), an organisation, and where it stands."""

    month: str
    level: str
    org_code: str
    org_name: str
    sheet: str = ""
    source_row: int | None = None
    day: date | None = None

    def at(self, sheet: HeadedSheet, index: int) -> "Of":
        """The same, standing in that row of the sheet."""
        return Of(
            month=self.month,
            level=self.level,
            org_code=self.org_code,
            org_name=self.org_name,
            sheet=sheet.name,
            source_row=index + 1,
            day=self.day,
        )


def of_england(month: str, *, day: date | None = None) -> Of:
    """England in that month."""
    return Of(month=month, level="england", org_code=figures_table.ENGLAND, org_name="England", day=day)


@dataclass(frozen=True)
class FigureRows:
    """The figures so far, each a tuple in the order of the schema."""

    rows: list[tuple[Any, ...]] = field(default_factory=list)

    def add(self, of: Of, key: str, value: float | None, *, cut: str = "", text: str = "") -> None:
        """One figure; what is neither a number nor a mark is left out."""
        if value is not None or text:
            self.rows.append((of.month, of.day, of.level, of.org_code, of.org_name, key, cut, value, text, of.sheet, of.source_row))

    def add_cell(self, of: Of, key: str, sheet: HeadedSheet, at: tuple[int, int], *, cut: str = "") -> float | None:
        """The figure of a cell (row and column from 0), as it is or with its mark; the number comes back."""
        value, text = sheet.figure(*at)
        self.add(of, key, value, cut=cut, text=text)
        return value

    def table(self) -> pa.Table:
        """The figures as a table; one that is there twice with two values is refused, since the answer would be left to chance."""
        whole = pa.table(list(zip(*self.rows, strict=True)), schema=SCHEMA) if self.rows else SCHEMA.empty_table()
        if len(set(map(_SAME_OF, self.rows))) < len(self.rows):
            figures_table.require_one_value(whole)
        return whole
