"""What a publication is to us: how it is known by its content, and how a file of it becomes tables."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

import pyarrow as pa

from clockstop.intake.published.grids import Book, Grid, grid_of_file, grid_of_lines

LICENCE = "Open Government Licence v3.0"
ATTRIBUTION = "Source: NHS England. Contains public sector information licensed under the Open Government Licence v3.0."


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a file (or a member of a zip) shows of itself before it is read: its first lines, or its sheets."""

    name: str
    kind: Literal["text", "workbook", "other"]
    lines: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    book: Book | None = None

    @cached_property
    def grids(self) -> tuple[Grid, ...]:
        """The sheets of cells, or the first lines as a table: what a publication is known by."""
        if self.book is not None:
            return tuple(self.book.grid(sheet) for sheet in self.book.sheets)
        return (grid_of_lines(self.lines),) if self.lines else ()


@dataclass(frozen=True, kw_only=True)
class Source:
    """A recognised file, laid ready to be read: `path` holds the content, unpacked where it came in a zip."""

    file: Path
    path: Path
    preview: Preview
    encoding: str
    file_sha256: str
    content_sha256: str

    @cached_property
    def grids(self) -> tuple[Grid, ...]:
        """Every sheet of cells, or the whole CSV as one."""
        if self.preview.kind == "text":
            return (grid_of_file(self.path, self.encoding, self.file.name),)
        return self.preview.grids

    @property
    def is_revised(self) -> bool:
        """Whether the file, or the member in it, is named a revision, as NHS England names them."""
        return any("revis" in name.lower() for name in (self.file.name, self.preview.name))


@dataclass(frozen=True, kw_only=True)
class Edition:
    """What reading a file gives: the month that it is about, its tables, and what a person should know of it.

    `tables` has `figures` in the shape of `figures_table.SCHEMA` (RTT's own: `rtt_figures.SCHEMA`). Of a file of many
    months `month` is the last. `details` may say `status` (final, provisional), `released` (the day of publication or revision).
    """

    month: str
    tables: dict[str, pa.Table]
    rows_read: int
    notes: tuple[str, ...] = ()
    details: dict[str, int | str | bool] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Publication:
    """One publication: found by listing this folder, so a new one is one new file with `PUBLICATION` in it.

    `dataset` is the slug of the declared dataset (`datasets.py`) that it gives figures to.
    """

    slug: str
    title: str
    known_by: str
    is_ours: Callable[[Preview], bool]
    read: Callable[[Source], Edition]
    dataset: str = "rtt"
