"""What a contract is: the columns, key and checks that one dataset's rows must meet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ibis.expr.types import BooleanValue, DateValue, Table

# An `instant` is a local date and time of day, Europe/London, without a zone; a `number` may have decimals.
ColumnType = Literal["text", "code", "integer", "number", "date", "instant", "truth"]
# The type of each in a table, in Ibis' words.
DATA_TYPES: dict[ColumnType, str] = {
    "text": "string", "code": "string", "integer": "int64", "number": "float64", "date": "date", "instant": "timestamp(6)",
    "truth": "boolean",
}  # fmt: skip

# Real extracts hold nothing older; 1900-01-01 stands for "missing" in national extracts (planned-care.md, conventions).
EARLIEST_DATE = date(1900, 1, 2)
OFFSET_SUFFIX = "_offset_minutes"


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: its name in the NHS Data Dictionary's words, its type and what it may hold.

    `codes` maps each allowed code to its meaning; empty means free text. `is_identifying` columns never
    leave the trust and never stand in a log. `is_nhs_number` columns are replaced at the door by a keyed hash.
    """

    name: str
    type: ColumnType
    meaning: str
    is_required: bool = False
    codes: dict[str, str] = field(default_factory=dict)
    is_identifying: bool = False
    is_nhs_number: bool = False
    may_be_in_future: bool = True
    max_length: int = 200
    keeps_offset: bool = False

    @property
    def offset_name(self) -> str:
        """The kept column that says how many minutes London's time lay ahead of Greenwich's; null where the cell named no zone.

        The instant less its offset is Greenwich's time: so the two readings of the hour that comes twice in October are told apart.
        """
        return f"{self.name}{OFFSET_SUFFIX}"


def ends_before(rows: Table, end: str, start: str) -> BooleanValue:
    """Whether an instant lies before another by the clock on the wall, which in one hour of October proves nothing.

    From 01:00 to 02:00 of the night on which the clocks go back the hands run twice: what ends at 01:10 may have begun at 01:50.
    """
    one = rows[end]
    is_twice = (one.month() == 10) & (one.day() >= 25) & (one.day_of_week.index() == 6) & (one.hour() == 1)
    return (one < rows[start]) & ~(is_twice & (rows[start].truncate("h") == one.truncate("h")))


@dataclass(frozen=True, kw_only=True)
class Check:
    """A rule between columns: a row for which `is_wrong` is true is set aside under `code`."""

    code: str
    column: str
    message: str
    is_wrong: Callable[[Table], BooleanValue]


@dataclass(frozen=True, kw_only=True)
class Contract:
    """One dataset: `key` names a row for ever, `window` is the date or instant by whose day a full delivery covers its rows.

    `grouped_by` is the column by whose value rows are laid into buckets: the pathway, or what else its rows belong to.
    `sequence` fills a null `key` column from the row's place in the file only where the contract says so.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    window: str
    grouped_by: str = "patient_pathway_identifier"
    checks: tuple[Check, ...] = ()

    def column(self, name: str) -> Column:
        """The column of that name; KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def offsets(self) -> dict[str, str]:
        """The kept columns of offsets, each with the instant that it belongs to."""
        return {column.offset_name: column.name for column in self.columns if column.keeps_offset}

    def day(self, rows: Table) -> DateValue:
        """The day of each row by which a full delivery covers it."""
        found = rows[self.window]
        return found.date() if self.column(self.window).type == "instant" else found

    @property
    def required(self) -> tuple[str, ...]:
        """The names of the columns that every row must fill."""
        return tuple(column.name for column in self.columns if column.is_required)
