"""From a published figure back to its file: publication, revision, hash, sheet and row, the row as it stood, other revisions."""

from dataclasses import dataclass
from datetime import date

import pyarrow.compute as pc

from clockstop.errors import UnknownName
from clockstop.intake.published import catalogue, figure_reading
from clockstop.intake.published.figure_reading import Figures, MonthRevision
from clockstop.intake.published.figures_table import number as number_in
from clockstop.intake.published.grids import column_letter
from clockstop.store.home import Home


@dataclass(frozen=True, kw_only=True)
class Said:
    """What one revision of the month says of the figure."""

    revision: MonthRevision
    value: float | None
    text: str


@dataclass(frozen=True, kw_only=True)
class Trace:
    """A figure, the file and place that it is of, the cells of its row, and what every revision says of it.

    `column` is the one that holds the very value; empty where several do, or the figure was worked out of the row, or added up of
    many (`source_row` is None then). `cells` are empty where the file's rows are not kept as they stood.
    """

    figures: Figures
    key: str
    sheet: str
    source_row: int | None
    column: str
    cells: tuple[str, ...]
    revisions: tuple[Said, ...]

    @property
    def source(self) -> MonthRevision:
        """The revision that the figure is of."""
        return self.figures.sources[self.key]


def traced(
    home: Home,
    dataset: str,
    month: str,
    key: str,
    *,
    level: str = "england",
    org_code: str = figure_reading.ENGLAND,
    cut: str = "",
    number: int | None = None,
    day: date | None = None,
) -> Trace:
    """Where the figure comes from; `UnknownName` names the keys that there are."""
    where = {"level": level, "org_code": org_code, "cut": cut}
    found = figure_reading.figures_of(home, dataset, month, **where, number=number, day=day)
    if key not in found.values:
        raise UnknownName(
            f"There is no figure {key} of {org_code} in {dataset}, {month}{f', cut {cut}' if cut else ''}.",
            where=f"There are: {', '.join(sorted(found.values)[:40])}.",
            do="Give one of these as --key.",
        )
    source = found.sources[key]
    sheet, source_row = _place(home, source, found, key)
    cells = _cells(home, source, sheet, source_row)
    return Trace(
        figures=found,
        key=key,
        sheet=sheet,
        source_row=source_row,
        column=_column(cells, found.values[key]),
        cells=cells,
        revisions=tuple(_said(home, found, key)),
    )


def _place(home: Home, source: MonthRevision, found: Figures, key: str) -> tuple[str, int | None]:
    from pyarrow import parquet

    table = parquet.read_table(
        catalogue.table_file(home, source.kept, "figures"),
        filters=[("month", "=", found.month), ("org_code", "=", found.org_code), ("key", "=", key), ("level", "=", found.level)],
    )
    rows = [row for row in table.to_pylist() if row["cut"] == found.cut and row["day"] == found.day]
    return (rows[0]["sheet"] or "", rows[0]["source_row"]) if rows else ("", None)


def _cells(home: Home, source: MonthRevision, sheet: str, source_row: int | None) -> tuple[str, ...]:
    """The row as it stood, where the reader kept its rows so."""
    from pyarrow import parquet

    file = catalogue.table_file(home, source.kept, "rows")
    if source_row is None or not file.is_file() or "cells" not in parquet.read_schema(file).names:
        return ()
    rows = parquet.read_table(file, filters=[("source_row", "=", source_row)])
    rows = rows.filter(pc.equal(rows["sheet"], sheet))
    return tuple(rows["cells"][0].as_py()) if rows.num_rows else ()


def _column(cells: tuple[str, ...], value: float | None) -> str:
    """The letters of the one column whose cell is that number; empty where several are, or none."""
    places = [place for place, cell in enumerate(cells) if value is not None and _number(cell) == value]
    return column_letter(places[0]) if len(places) == 1 else ""


def _number(cell: str) -> float | None:
    try:
        return number_in(cell)
    except ValueError:
        return None


def _said(home: Home, of: Figures, key: str) -> list[Said]:
    told = []
    for one in figure_reading.revisions_of(home, of.dataset, of.month):
        try:
            found = figure_reading.figures_of(
                home, of.dataset, of.month, level=of.level, org_code=of.org_code, cut=of.cut, number=one.number, day=of.day
            )
        except UnknownName:
            continue
        if key in found.values:
            told.append(Said(revision=one, value=found.values[key], text=found.texts.get(key, "")))
    return told
