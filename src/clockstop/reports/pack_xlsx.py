"""A pack as a workbook of live tables: a sheet each for summary, exceptions, every month of every measure, and definitions.

Text is written as text: nothing that anybody wrote is run as a formula or taken for a link.
"""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from clockstop.reports.pack import KpiRow, Pack
from clockstop.reports.pack_domains import DOMAINS
from clockstop.reports.pack_layout import SYNTHETIC, Layout, how_to_open, revised_said

_OPTIONS = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    "default_date_format": "d mmm yyyy", "remove_timezone": True,
}  # fmt: skip
_LONGEST_CELL = 32_767
# A line's height in points, how much of a column's width text fills before it is folded, and the highest row that Excel has.
_LINE, _FOLDED, _HIGHEST = 15.0, 0.9, 409.0
_STYLE = "Table Style Medium 2"
# The sections of an exception, a column each, with its width.
_EXCEPTION_SECTIONS = {"What the chart says": 70, "Cause and recovery": 110, "Trajectory": 40}


def body_of(layout: Layout) -> bytes:
    """The workbook."""
    import xlsxwriter

    held = io.BytesIO()
    pack = layout.pack
    with xlsxwriter.Workbook(held, _OPTIONS) as book:
        book.set_properties(
            {"title": pack.title, "subject": pack.month_said, "author": "Clockstop", "comments": pack.audience_said}
        )
        sheets = _Sheets(book, pack)
        sheets.cover(layout)
        sheets.summary()
        sheets.exceptions()
        sheets.series()
        sheets.definitions()
    layout.progress("Written", 1.0)
    return held.getvalue()


class _Sheets:
    """The sheets of one workbook, with its formats of numbers."""

    def __init__(self, book: Any, pack: Pack) -> None:
        self._book, self._pack = book, pack
        self._formats: dict[str, Any] = {}
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self._bold = book.add_format({"bold": True, "font_size": 14, "font_color": pack.style.main})
        self._header = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._link = book.add_format({"font_color": "#005EB8", "underline": 1})

    def cover(self, layout: Layout) -> None:
        """What the workbook is, and how it was made."""
        sheet = self._sheet("About", [110])
        pack = self._pack
        sheet.write_string(0, 0, pack.title, self._bold)
        lines = [*([SYNTHETIC] if pack.is_made_up else []), *layout.cover_lines(), pack.headline, *pack.notes, how_to_open(pack)]
        for place, line in enumerate(lines, start=2):
            sheet.set_row(place, _height([(line, 110)]))
            sheet.write_string(place, 0, line, self._wrapped)

    def summary(self) -> None:
        """One row a measure."""
        columns = [
            ("Measure", 44), ("Slug", 30), ("Domain", 16), ("Month", 16), ("Period end", 13), ("Numerator", 12),
            ("Denominator", 12), ("Value", 12), ("Unit", 14), ("Target", 10), ("Mean", 12), ("Lower limit", 12),
            ("Upper limit", 12), ("Variation", 26), ("Assurance", 28), ("Data quality", 14), ("Owner", 24), ("Note", 36),
            ("Number on the site", 22),
        ]  # fmt: skip
        rows = [self._kpi(row) for row in self._pack.rows]
        sheet = self._table("Summary", columns, rows, "summary")
        for place, row in enumerate(self._pack.rows, start=1):
            sheet.write_url(place, len(columns) - 1, row.href, self._link, "Open the number")

    def exceptions(self) -> None:
        """What the rules call out, with what was written and is done."""
        columns = [
            ("Measure", 44), ("Why", 44), *((title, width) for title, width in _EXCEPTION_SECTIONS.items()), ("Action", 50),
            ("Owner", 24), ("Due", 18), ("State", 18),
        ]  # fmt: skip
        rows = []
        for one in self._pack.exceptions:
            said = {section.title: "\n".join(section.paragraphs) for section in one.sections}
            parts = [said.get(title, "") for title in _EXCEPTION_SECTIONS]
            actions = [(each.what, each.owner, each.due, each.state) for each in one.actions] or [("none", "", "", "")]
            rows += [(self._pack.row(one.slug).title, one.why, *parts, *action) for action in actions]
        self._table("Exceptions", columns, rows, "exceptions")

    def series(self) -> None:
        """Every month of every measure, one below the other."""
        columns = [
            ("Measure", 44), ("Slug", 30), ("Period end", 13), ("Numerator", 12), ("Denominator", 12), ("Value", 12), ("Unit", 14),
            ("Mean", 12), ("Lower limit", 12), ("Upper limit", 12), ("Point", 28), ("Withheld", 10),
        ]  # fmt: skip
        rows = []
        for page in self._pack.pages:
            row = self._pack.row(page.slug)
            number, line = self._number(row), self._number(row, is_line=True)
            rows += [
                (
                    row.title, row.slug, point.period_end, point.numerator, point.denominator, (point.value, number), _unit(row),
                    (point.mean, line), (point.lpl, line), (point.upl, line), point.point_type.replace("_", " "),
                    "yes" if point.is_hidden else "",
                )
                for point in page.points
            ]  # fmt: skip
        self._table("Series", columns, rows, "series")

    def definitions(self) -> None:
        """How each measure is counted."""
        pack = self._pack
        columns = [
            ("Measure", 44), ("Slug", 30), ("Definition", 90), ("Counted", 50), ("Targets", 60), ("Source", 60), ("Rules", 30),
            ("Code of the definition", 22), ("Snapshot", 16),
            ("Address of the number", 70),
        ]  # fmt: skip
        rows = [
            (
                one.title,
                one.slug,
                one.definition,
                one.counted,
                one.targets,
                one.source,
                one.rules,
                pack.code_version[:12],
                pack.snapshot_id,
                one.href,
            )
            for one in pack.definitions
        ]
        self._table("Definitions", columns, rows, "definitions")

    def _kpi(self, row: KpiRow) -> tuple[Any, ...]:
        number, line = self._number(row), self._number(row, is_line=True)
        value = ("withheld", None) if row.is_hidden else (row.value, number)
        return (
            row.title, row.slug, DOMAINS[row.domain], row.when, row.period_end, row.numerator, row.denominator, value,
            _unit(row), (row.target, number), (row.mean, line), (row.lpl, line), (row.upl, line), row.variation_said,
            row.assurance_said, row.quality, row.owner, revised_said(self._pack, row), None,
        )  # fmt: skip

    def _number(self, row: KpiRow, *, is_line: bool = False) -> Any:
        """How a measure's values are shown: a share as per cent, a count whole, else with one decimal. What is kept is exact.

        A line of the chart (mean or limit) is no count: it keeps its decimal.
        """
        pattern = {"share": "0.0%", "count": "#,##0.0" if is_line else "#,##0"}.get(row.kind, "#,##0.0")
        if pattern not in self._formats:
            self._formats[pattern] = self._book.add_format({"num_format": pattern, "valign": "top"})
        return self._formats[pattern]

    def _sheet(self, name: str, widths: Sequence[int]) -> Any:
        sheet = self._book.add_worksheet(name)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        return sheet

    def _table(self, name: str, columns: Sequence[tuple[str, int]], rows: Sequence[Sequence[Any]], table: str) -> Any:
        sheet = self._sheet(name, [width for _, width in columns])
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)
        last = max(len(rows), 1)
        headers = [{"header": title, "header_format": self._header} for title, _ in columns]
        sheet.add_table(
            0, 0, last, len(columns) - 1,
            {"name": f"pack_{table}", "style": _STYLE, "columns": headers},
        )  # fmt: skip
        for place, row in enumerate(rows, start=1):
            sheet.set_row(place, _height([(cell, width) for cell, (_, width) in zip(row, columns, strict=True)]))
            for column, cell in enumerate(row):
                self._cell(sheet, place, column, cell)
        return sheet

    def _cell(self, sheet: Any, row: int, column: int, cell: Any) -> None:
        value, pattern = cell if isinstance(cell, tuple) else (cell, None)
        if value is None or value == "":
            return
        if isinstance(value, date):
            sheet.write_datetime(row, column, value)
        elif isinstance(value, int | float):
            sheet.write_number(row, column, value, pattern)
        else:
            sheet.write_string(row, column, str(value)[:_LONGEST_CELL], self._wrapped)


def _height(cells: Sequence[tuple[Any, int]]) -> float:
    """How high a row is whose longest text is folded within its column."""
    said = [(cell, max(1, int(width * _FOLDED))) for cell, width in cells if isinstance(cell, str)]
    lines = max((sum(max(1, -(-len(line) // room)) for line in cell.split("\n")) for cell, room in said), default=1)
    return min(_LINE * max(1, lines), _HIGHEST)


def _unit(row: KpiRow) -> str:
    return "share of 1" if row.kind == "share" else row.unit
