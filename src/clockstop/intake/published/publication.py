"""What a publication is to us: how it is known by its content, and how a file of it becomes tables."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pyarrow as pa

LICENCE = "Open Government Licence v3.0"
ATTRIBUTION = "Source: NHS England. Contains public sector information licensed under the Open Government Licence v3.0."


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a file (or a member of a zip) shows of itself before it is read: its first lines, or its sheets."""

    name: str
    kind: Literal["text", "workbook", "other"]
    lines: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Source:
    """A recognised file, laid ready to be read: `path` holds the content, unpacked where it came in a zip."""

    file: Path
    path: Path
    preview: Preview
    encoding: str
    file_sha256: str
    content_sha256: str

    @property
    def is_revised(self) -> bool:
        """Whether the file, or the member in it, is named a revision, as NHS England names them."""
        return any("revis" in name.lower() for name in (self.file.name, self.preview.name))


@dataclass(frozen=True, kw_only=True)
class Edition:
    """What reading a file gives: the month that it is about, its tables, and what a person should know of it."""

    month: str
    tables: dict[str, pa.Table]
    rows_read: int
    notes: tuple[str, ...] = ()
    details: dict[str, int | str | bool] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Publication:
    """One publication: found by listing this folder, so a new one is one new file with `PUBLICATION` in it."""

    slug: str
    title: str
    known_by: str
    is_ours: Callable[[Preview], bool]
    read: Callable[[Source], Edition]
