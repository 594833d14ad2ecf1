"""The checks that returns have in common: what stands in a row, how rows and sheets agree, and what moved since last time.

A row may come from a file, so no check trusts a sum, and a cell may hold a text where a number should stand.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from numbers import Real

from clockstop.rules.national_return import (
    QUERY,
    Cell,
    Checkable,
    Finding,
    Kind,
    ReturnCheck,
    ReturnColumn,
    ReturnRow,
    ReturnSheet,
)

# Averages and shares come from files with all their digits or rounded to a few.
TOLERANCE = 0.0005
# Between two periods a figure of so many moves by less than this share, or it is asked about. Our choice.
SWING_SHARE, SWING_FEWEST = 0.5, 20
_NOTHING = (None, "", "-")


def number(cell: Cell) -> float:
    """The cell as a number; nought where it holds none.

    >>> number(3), number(None), number("x"), number(True)
    (3.0, 0.0, 0.0, 0.0)
    """
    return float(cell) if isinstance(cell, Real) and not isinstance(cell, bool) else 0.0


def is_number(cell: Cell) -> bool:
    """Whether the cell holds a number."""
    return isinstance(cell, Real) and not isinstance(cell, bool)


def said(value: Cell) -> str:
    """A figure as a person reads it.

    >>> said(3.0), said(0.2188507), said(None), said(1730933)
    ('3', '0.2189', 'nothing', '1,730,933')
    """
    if value in (None, ""):
        return "nothing"
    if is_number(value):
        return f"{number(value):,.0f}" if number(value) == int(number(value)) else f"{number(value):,.4f}"
    return str(value)


def cells_of(sheet: ReturnSheet, row: ReturnRow) -> dict[str, Cell]:
    """The row's cells by the names of their columns."""
    return dict(zip((one.name for one in sheet.columns), row.cells, strict=False))


def fault(row: ReturnRow, column: str, *, found: Cell = None, expected: object = "", says: str = "") -> Finding:
    """A finding at one cell of a row."""
    words = expected if isinstance(expected, str) else said(expected)  # type: ignore[arg-type]
    return Finding(sheet=row.sheet, line=row.line, row=row.title or row.cut, column=column, found=said(found), expected=words,
                   says=says)  # fmt: skip


def _every_row(found: Checkable) -> Iterator[tuple[ReturnSheet, ReturnRow]]:
    for sheet in found.declared.sheets:
        for row in found.of_sheet(sheet.name):
            yield sheet, row


def is_near(one: float, other: float) -> bool:
    """Whether two figures are the same but for rounding."""
    return abs(one - other) <= TOLERANCE * max(1.0, abs(one), abs(other)) + 1e-9


def standard_checks() -> tuple[ReturnCheck, ...]:
    """Those that every return has."""
    return (
        ReturnCheck(slug="layout", title="The file has every column of the layout, and each row is known",
                    do="Give it the headings of the published file, with nothing left out.", find=lambda found: found.layout),
        ReturnCheck(slug="one_organisation", title="All rows are of the organisation that sends it",
                    do="Take the rows of the other organisation out.", find=_other_organisations),
        ReturnCheck(slug="rows_once", title="No row stands twice", do="Take one of the two out, or add them up.", find=_twice),
        ReturnCheck(slug="numbers", title="Every figure is a number of its kind, and none is below nought",
                    do="Correct the figure: counts are whole numbers, a nought is written, not left blank.", find=_wrong_numbers),
        ReturnCheck(slug="not_identical", title="The figures are not those of last time", kind=QUERY,
                    do="Check that this is the right period's file.", find=_identical),
    )  # fmt: skip


def _other_organisations(found: Checkable) -> Iterator[Finding]:
    for sheet, row in _every_row(found):
        for column, cell in zip(sheet.columns, row.cells, strict=False):
            if column.fill == "org_code" and str(cell).strip() != found.org_code:
                yield fault(row, column.name, found=cell, expected=found.org_code)


def _twice(found: Checkable) -> Iterator[Finding]:
    if found.declared.is_of_records:
        return
    times = Counter((row.sheet, row.cut) for row in found.rows)
    for row in found.rows:
        if times[row.sheet, row.cut] > 1:
            yield fault(row, "", says=f"{row.title or row.cut or 'The whole'} stands {times[row.sheet, row.cut]} times.")


def _wrong_numbers(found: Checkable) -> Iterator[Finding]:
    for sheet, row in _every_row(found):
        for column, cell in zip(sheet.columns, row.cells, strict=False):
            wanted = _wanted(column.kind, cell) if column.is_figure else ""
            if wanted:
                yield fault(row, column.name, found=cell, expected=wanted)


def _wanted(kind: Kind, cell: Cell) -> str:
    """What should stand in the cell instead; nothing where it is right."""
    if cell in _NOTHING and kind in ("average", "share"):
        return ""
    if not is_number(cell):
        return "a number"
    if number(cell) < 0:
        return "nought or more"
    parts = {"count": 1, "half": 2}.get(kind)
    return (
        "" if parts is None or (number(cell) * parts).is_integer() else {1: "a whole number", 2: "whole numbers and halves"}[parts]
    )


def _identical(found: Checkable) -> Iterator[Finding]:
    """Whether every figure is that of last time, in a return of some size."""
    now, then = [_figures(found, rows) for rows in (found.rows, found.before)]
    if found.before and now == then and sum(map(sum, now)) >= SWING_FEWEST:
        yield Finding(says="Every figure is the same as last time.")


def _figures(found: Checkable, rows: Sequence[ReturnRow]) -> list[tuple[float, ...]]:
    sheets = {sheet.name: sheet for sheet in found.declared.sheets}
    return [
        tuple(number(cell) for column, cell in zip(sheets[row.sheet].columns, row.cells, strict=False) if column.is_figure)
        for row in rows
    ]


def adds_up(
    slug: str, title: str, *, sheet: str, total: str, parts: Sequence[str], do: str = "Add up again.", kind: str = "error"
) -> ReturnCheck:  # fmt: skip
    """In each row of the sheet the columns `parts` make `total`."""

    def find(found: Checkable) -> Iterator[Finding]:
        for row in found.of_sheet(sheet):
            cells = cells_of(found.declared.sheet(sheet), row)
            summed = sum(number(cells.get(part)) for part in parts)
            if not is_near(summed, number(cells.get(total))):
                yield fault(row, total, found=cells.get(total), expected=summed, says="Its parts make another figure.")

    return ReturnCheck(slug=slug, title=title, do=do, find=find, kind="query" if kind == QUERY else "error")


def no_more_than(slug: str, title: str, *, sheet: str, part: str, whole: str, do: str) -> ReturnCheck:
    """In each row of the sheet the column `part` is no more than `whole`."""

    def find(found: Checkable) -> Iterator[Finding]:
        for row in found.of_sheet(sheet):
            cells = cells_of(found.declared.sheet(sheet), row)
            most = number(cells.get(whole))
            if number(cells.get(part)) > most + TOLERANCE:
                yield fault(row, part, found=cells.get(part), expected=f"no more than {said(most)}")

    return ReturnCheck(slug=slug, title=title, do=do, find=find)


def share_is(slug: str, title: str, *, sheet: str, share: str, part: str, whole: str) -> ReturnCheck:
    """In each row of the sheet `share` is `part` over `whole`."""

    def find(found: Checkable) -> Iterator[Finding]:
        for row in found.of_sheet(sheet):
            cells = cells_of(found.declared.sheet(sheet), row)
            over, given = number(cells.get(whole)), cells.get(share)
            right = number(cells.get(part)) / over if over else None
            if (right is None and given not in _NOTHING and number(given)) or (
                right is not None and not is_near(right, number(given))
            ):
                yield fault(row, share, found=given, expected=right)

    return ReturnCheck(slug=slug, title=title, do="Divide again; shares run from 0 to 1.", find=find)


def rows_make_total(slug: str, title: str, *, sheet: str, is_total: Callable[[ReturnRow], bool]) -> ReturnCheck:
    """The rows of the sheet, added up column by column, make its total row."""

    def find(found: Checkable) -> Iterator[Finding]:
        rows = found.of_sheet(sheet)
        totals = [row for row in rows if is_total(row)]
        if rows and not totals:
            yield Finding(sheet=sheet, says="The total row is missing.", expected="a total row")
        for column in found.declared.sheet(sheet).columns:
            if totals and column.kind in ("count", "half", "average"):
                yield from _total_of(column, found.declared.sheet(sheet), rows, totals[0], is_total)

    return ReturnCheck(slug=slug, title=title, do="Add up again, or look for a row that was left out.", find=find)


def _total_of(
    column: ReturnColumn, sheet: ReturnSheet, rows: Iterable[ReturnRow], total: ReturnRow, is_total: Callable[[ReturnRow], bool]
) -> Iterator[Finding]:
    place = sheet.place_of(column.name)
    summed = sum(number(row.cells[place]) for row in rows if not is_total(row))
    if not is_near(summed, number(total.cells[place])):
        yield fault(total, column.name, found=total.cells[place], expected=summed)


def sheets_agree(slug: str, title: str, *, one: str, other: str, pick: Callable[[ReturnRow], bool]) -> ReturnCheck:
    """The columns that two sheets have in common hold the same in the row of `one` and in the chosen row of `other`."""

    def find(found: Checkable) -> Iterator[Finding]:
        theirs = next((row for row in found.of_sheet(other) if pick(row)), None)
        for row in found.of_sheet(one) if theirs else ():
            cells, beside = cells_of(found.declared.sheet(one), row), cells_of(found.declared.sheet(other), theirs)  # type: ignore[arg-type]
            for column in found.declared.sheet(one).columns:
                right = beside.get(column.name)
                if column.is_figure and column.name in beside and not is_near(number(cells[column.name]), number(right)):
                    yield fault(row, column.name, found=cells[column.name], expected=right, says=f"Sheet {other} has another.")

    return ReturnCheck(slug=slug, title=title, do="One of the two is wrong: add up again.", find=find)


def like_last_time(slug: str, title: str, *, sheet: str, column: str, share: float = SWING_SHARE) -> ReturnCheck:
    """No row's figure of the column moved by more than this share since last time, where it is of some size."""

    def find(found: Checkable) -> Iterator[Finding]:
        place = found.declared.sheet(sheet).place_of(column)
        before = {row.cut: number(row.cells[place]) for row in found.before if row.sheet == sheet}
        for row in found.of_sheet(sheet):
            then, now = before.get(row.cut, 0), number(row.cells[place])
            if found.before and max(now, then) >= SWING_FEWEST and abs(now - then) > share * then:
                yield fault(row, column, found=now, expected=f"about {said(then)}, as last time")

    return ReturnCheck(slug=slug, title=title, kind=QUERY, find=find,
                       do="Look at what changed; if it is real, say why with the return.")  # fmt: skip


def flow_explains(slug: str, title: str, *, fewest: int = 5, share: float = 0.1) -> ReturnCheck:
    """The steps from last time's list account for this one, but for a few."""

    def find(found: Checkable) -> Iterator[Finding]:
        for one in found.flows:
            if abs(one.unexplained) >= max(fewest, share * one.closing):
                right = sum(one.steps.values())
                yield Finding(sheet=found.declared.main.name, row=one.title, found=said(one.closing), expected=said(right),
                              says=f"{abs(one.unexplained):,} {'more' if one.unexplained > 0 else 'fewer'} than last time's list, "
                              "what came onto it and what left it make.")  # fmt: skip

    return ReturnCheck(slug=slug, title=title, kind=QUERY, find=find,
                       do="Compare the records with last time's return: what was added, ended or moved since?")  # fmt: skip
