"""The board as a grid for the template: measures down and units across, or units down where there are many of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from markupsafe import Markup

from clockstop.answers.board import Board, BoardRow, Cell
from clockstop.measures.catalogue import measure as measure_of
from clockstop.nhsuk.figures import against, bar, figure, is_met, moved
from clockstop.nhsuk.presenters import month
from clockstop.nhsuk.sparklines import sparkline
from clockstop.nhsuk.templating import url
from clockstop.pages.kite_marks import Badge
from clockstop.pages.measure_spc import Sign, short_signs
from clockstop.pages.ranges import ShownRange
from clockstop.registers.trajectories.reading import Plan
from clockstop.reports import plan_words

MOST_ACROSS = 6


@dataclass(frozen=True)
class GridCell:
    """What one measure of one unit says."""

    unit: str
    text: str
    href: str
    about: str
    spark: Markup
    move: str
    gap: str
    is_off: bool
    plan: str = ""
    is_off_plan: bool = False
    range: ShownRange | None = None
    quality: Badge | None = None
    signs: tuple[Sign, ...] = ()

    @property
    def parts(self) -> tuple[str, str]:
        """The number and the words after it, which may go on a line of their own: "6.2" and "for each 100 attendances"."""
        if not any(sign.isdigit() for sign in self.text):
            return "", self.text
        if " : " in self.text:
            return self.text, ""
        value, _, words = self.text.partition(" ")
        return value, words


@dataclass(frozen=True)
class England:
    """What NHS England has published of a measure, and for which month."""

    value: float
    month: str


@dataclass(frozen=True)
class GridLine:
    """A row of the grid: a measure with its standard, or a unit. `england` is the published figure, in words."""

    title: str
    href: str
    note: str
    cells: tuple[GridCell, ...]
    england: str = ""
    england_month: str = ""
    england_href: str = ""


@dataclass(frozen=True)
class Head:
    """A column's head."""

    title: str
    href: str


@dataclass(frozen=True)
class Grid:
    """Rows and heads. `is_turned`: the units stand down the side."""

    heads: tuple[Head, ...]
    lines: tuple[GridLine, ...]
    is_turned: bool


def grid(
    board: Board,
    *,
    filters_of_row: Callable[[BoardRow], dict[str, str]],
    href_of_row: Callable[[BoardRow], str],
    england: Callable[[str], England | None] = lambda slug: None,
    plan_of: Callable[[BoardRow, str], Plan | None] = lambda row, slug: None,
    range_of: Callable[[BoardRow, str], ShownRange | None] = lambda row, slug: None,
    quality_of: Callable[[BoardRow, Cell], Badge | None] = lambda row, cell: None,
) -> Grid:
    """The board's cells, each with its link; measures down, with England at the end, unless more than six units stand across."""
    rows = board.rows

    def made(row: BoardRow, cell: Cell, unit: str) -> GridCell:
        shown = replace(_cell(row, cell, filters_of_row(row), unit), range=range_of(row, cell.measure))
        shown = replace(shown, quality=quality_of(row, cell))
        return _with_plan(shown, cell, plan_of(row, cell.measure))

    if len(rows) > MOST_ACROSS:
        heads = tuple(Head(cell.title, url("show_measure", cell.measure)) for cell in rows[0].cells)
        lines = tuple(
            GridLine(row.title, href_of_row(row), "", tuple(made(row, cell, cell.title) for cell in row.cells)) for row in rows
        )
        return Grid(heads, lines, True)
    heads = tuple(Head(row.title, href_of_row(row)) for row in rows)
    lines = (_measure_line(rows, place, made, england(slug)) for place, slug in enumerate(board.measures))
    return Grid(heads, tuple(lines), False)


def _measure_line(
    rows: tuple[BoardRow, ...], place: int, made: Callable[[BoardRow, Cell, str], GridCell], england: England | None
) -> GridLine:
    first = rows[0].cells[place]
    note = first.target_title.capitalize() + f" {bar(first.kind, first.target, first.unit)}" if first.target is not None else ""
    cells = tuple(made(row, row.cells[place], row.title) for row in rows)
    line = GridLine(first.title, url("show_measure", first.measure), note, cells)
    if england is None:
        return line
    href = url("show_comparison", measure=first.measure)
    return replace(line, england=figure(first.kind, england.value, first.unit), england_month=england.month, england_href=href)


def _cell(row: BoardRow, cell: Cell, filters: dict[str, str], unit: str) -> GridCell:
    latest, earlier = cell.latest, cell.previous
    value = latest.value if latest else None
    is_hidden = bool(latest and latest.is_hidden)
    return GridCell(
        unit=unit,
        text="small number" if is_hidden else figure(cell.kind, value, cell.unit),
        href=url("show_measure", cell.measure, **filters),
        about=_about(cell),
        spark=Markup("") if is_hidden else _spark(row, cell),
        move=moved(cell.kind, value, earlier.value if earlier else None, cell.unit),
        gap=against(cell.kind, cell.improvement, value, cell.target, cell.target_title or "target", unit=cell.unit),
        is_off=value is not None and cell.target is not None and not is_met(cell.improvement, value, cell.target),
        signs=short_signs(cell.icons) if value is not None else (),
    )


def _with_plan(shown: GridCell, cell: Cell, plan: Plan | None) -> GridCell:
    """The cell with where it stands against the trust's own plan, where there is one for its month."""
    if plan is None:
        return shown
    measure = measure_of(cell.measure)
    line = plan_words.at(measure, plan, cell.latest)
    if line is None or line.standing is None:
        return shown
    return replace(shown, plan=plan_words.said(measure, line), is_off_plan=line.standing == "off plan")


def _about(cell: Cell) -> str:
    """What the number is, for hover and focus."""
    if cell.latest is None or cell.latest.value is None or cell.kind in ("quantile", "rate", "mean"):
        return f"{cell.title}, {month(cell.latest.period_end) if cell.latest else 'no period yet'}"
    point = cell.latest
    return f"{cell.title}: {figure('count', point.numerator)} of {figure('count', point.denominator)}, {month(point.period_end)}"


def _spark(row: BoardRow, cell: Cell) -> Markup:
    values = [point.value for point in cell.spark]
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return Markup("")
    said = partial(figure, cell.kind, unit=cell.unit)
    label = f"{cell.title}, {row.title}, {len(values)} months: from {said(known[0])} to {said(known[-1])}"
    return sparkline(values, label=label, line=_near(cell.target, known))


def _near(target: float | None, known: list[float]) -> float | None:
    """The target where it lies near enough to be drawn without flattening the line."""
    room = max(known) - min(known)
    return target if target is not None and min(known) - room <= target <= max(known) + room else None
