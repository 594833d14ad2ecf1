"""What a national return is: what a trust sends each week, month or quarter, declared once.

A declaration says which layout it is written in, which records make its figures, what it is checked for, and what it is published
as. Making, checking, reconciling and closing are the same for all (docs/returns.md). Returns are found by listing
rules/national_returns.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, Literal

from ibis.expr.types import Table

from clockstop.rules.readings import Readings
from clockstop.rules.return_period import PeriodKind, ReturnPeriod

Kind = Literal["text", "count", "half", "average", "share", "date"]
FIGURES = ("count", "half", "average", "share")
ERROR: Final = "error"
QUERY: Final = "query"
# What stands in a cell: nothing, a number, a day, or a text (that of a cell that should be a number, too).
Cell = int | float | str | date | None


@dataclass(frozen=True, kw_only=True)
class ReturnColumn:
    """A column of the layout, in the words of the published file; `group` is the heading that stands above it.

    A column of figures names the `key` that it counts, and `cut` what of it ('type=1'; the row's own cut comes beside it); one with
    `over` is the key divided by that (a share of a list, of the same cut; an average over all nights). Another is filled by its
    name in `fill`: of the place (`org_code`, `org_name`, `region_code`, `region_name`, `parent_code`, `parent_name`), of the period
    (`period`, `year`, `month`), of a cut of the row, or of what the layout gives; without one it stays blank. A column whose cell
    says which cut a row is of names it in `cut_name`; `whole` is what stands there in the row of all.
    """

    heading: str
    kind: Kind = "text"
    key: str = ""
    cut: str = ""
    over: str = ""
    fill: str = ""
    group: str = ""
    cut_name: str = ""
    whole: str = ""

    @property
    def name(self) -> str:
        """The heading, with the group's before it where several groups have such a column."""
        return f"{self.group.strip()}: {self.heading.strip()}" if self.group else self.heading

    @property
    def is_figure(self) -> bool:
        return self.kind in FIGURES


@dataclass(frozen=True, kw_only=True)
class ReturnSheet:
    """A table of the return: its columns in their order. `is_published` where the published file has its rows in that layout."""

    name: str
    row: str
    columns: tuple[ReturnColumn, ...]
    is_published: bool = True

    def place_of(self, column: str) -> int:
        """Where the column of that name stands."""
        return [one.name for one in self.columns].index(column)


@dataclass(frozen=True, kw_only=True)
class ReturnRow:
    """A row as it is written: a cell for each column of its sheet. `line` is where it stands in its file, nought where it has none.

    `cut` says what of the trust it counts: '' the whole, 'test=1'; `title` is that in words.
    """

    sheet: str
    cells: tuple[Cell, ...]
    cut: str = ""
    title: str = ""
    line: int = 0


@dataclass(frozen=True, kw_only=True)
class Place:
    """What the trust and those above it are called in the files."""

    org_code: str
    org_name: str = ""
    region_code: str = ""
    region_name: str = ""
    parent_code: str = ""
    parent_name: str = ""


def pairs_of(cut: str) -> dict[str, str]:
    """A cut as names and values.

    >>> pairs_of("cancer_type=Breast;route=USC"), pairs_of("")
    ({'cancer_type': 'Breast', 'route': 'USC'}, {})
    """
    return dict(pair.split("=", 1) for pair in cut.split(";") if pair)


def cut_of(pairs: Mapping[str, str]) -> str:
    """Names and values as a cut: sorted by name.

    >>> cut_of({"test": "1", "commissioner": "13Q"}), cut_of({})
    ('commissioner=13Q;test=1', '')
    """
    return ";".join(f"{name}={pairs[name]}" for name in sorted(pairs))


@dataclass(frozen=True)
class Counted:
    """A period's figures of a trust at the finest grain, by key and cut, and the sums of them that are asked for.

    `records` are the members themselves, of a return whose rows are records (`NationalReturn.is_of_records`).
    """

    period: ReturnPeriod
    place: Place
    figures: Mapping[tuple[str, str], float]
    records: Sequence[Mapping[str, Any]] = ()
    _by_key: dict[str, list[tuple[dict[str, str], float]]] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        for (key, cut), value in self.figures.items():
            self._by_key.setdefault(key, []).append((pairs_of(cut), value))

    def value(self, key: str, cut: str = "") -> float:
        """The sum of a key's figures whose cut has every pair of `cut`."""
        wanted = pairs_of(cut).items()
        return sum(value for pairs, value in self._by_key.get(key, ()) if wanted <= pairs.items())

    def values(self, name: str) -> tuple[str, ...]:
        """The values of a cut that have any figure, sorted."""
        return tuple(sorted({pairs[name] for found in self._by_key.values() for pairs, _value in found if name in pairs}))


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A figure at fault: where it stands, what was found there and what was expected."""

    sheet: str = ""
    line: int = 0
    row: str = ""
    column: str = ""
    found: str = ""
    expected: str = ""
    says: str = ""


@dataclass(frozen=True, kw_only=True)
class Checkable:
    """A return that is checked, made or read from a file: its rows, and the last period's where they are known.

    `counted` is there for one that was made of our records.
    """

    declared: "NationalReturn"
    rows: tuple[ReturnRow, ...]
    period: ReturnPeriod
    org_code: str
    before: tuple[ReturnRow, ...] = ()
    flows: tuple["FlowOf", ...] = ()
    layout: tuple[Finding, ...] = ()
    counted: Counted | None = None

    def of_sheet(self, name: str) -> tuple[ReturnRow, ...]:
        return tuple(row for row in self.rows if row.sheet == name)


@dataclass(frozen=True, kw_only=True)
class ReturnCheck:
    """A check: an error, for which the return is sent back, or a query, which asks for an explanation; and what to do."""

    slug: str
    title: str
    do: str
    find: Callable[[Checkable], Iterable[Finding]]
    kind: Literal["error", "query"] = "error"


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What a check found."""

    check: ReturnCheck
    findings: tuple[Finding, ...]

    @property
    def is_passed(self) -> bool:
        return not self.findings


@dataclass(frozen=True, kw_only=True)
class FlowOf:
    """How a list went from one census to the next, in the steps that the return declares; `cut` says of what.

    `steps` are signed and in order, the opening first; `closing` is the list at the end.
    """

    cut: str
    title: str
    steps: Mapping[str, int]
    closing: int

    @property
    def unexplained(self) -> int:
        """How many more stand on the list than the steps account for."""
        return self.closing - sum(self.steps.values())


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why the published figure may be another than ours: in words that follow a number, and what to do about it.

    `is_certain`: our records show that it is so, rather than that it could be.
    """

    slug: str
    says: str
    do: str
    is_certain: bool = False


@dataclass(frozen=True, kw_only=True)
class ShownColumn:
    """A column of the records behind a figure, as their list shows it."""

    column: str
    heading: str
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class NationalReturn:
    """A return. `needs` are the tables of a snapshot that it is made of; `wants` those that it also uses where there are any.

    `members(tables, period, readings)`: a row a record and figure that counts it, with `record` (its identifier),
    `patient_pathway_identifier` (null where there is no patient), `key`, a column for each name in `cuts` (text; null is ''),
    `adds` (1; a half of a shared case; the beds of a ward night) and the columns that `shows` names. A figure is the sum of `adds`.
    A record stands once under a key and cut, so that two days' members can be compared.
    `layout(counted)`: the rows of every sheet in their order (`row_of` fills one).
    `candidates(tables, period, readings)`: rows as of `members`, signed, with `reason`: what the published figure would have
    besides (or lack: adds below 0) had that reason held when it was sent. `reasons` says each in words.
    `first`, each `(tables, period, readings)`: tables by name that are worked out one after another before `members` and given to
    what follows beside the others, where one query of everything would take long to write.
    `flow(tables, period, readings)`: `cut`, `step` and `number`, the steps of a list's way from one census to the next;
    `flow_steps` names them in order, the opening first; the closing list is the figure `flow_key`.
    `keys`: each key in words. `published` is the dataset of intake/published that it is reconciled with, in the rows of sheets that
    are published; `published_as(key, cut)` gives the key and cut under which that dataset holds a figure, where they are others.
    `unsure` are sentences on what the guidance leaves open. `statuses`, where a period is sent more than once (provisional, final):
    what a closing of it may be, in their order. `leaves_noughts_out`: rows of nobody are written neither here nor in the published
    file, so that a row which only one of them has stands beside nought; `row_published(key, cut)` is the row of nought in which a
    published figure would stand.
    """

    slug: str
    title: str
    name: str
    period: PeriodKind
    source: str
    needs: tuple[str, ...]
    cuts: tuple[str, ...]
    sheets: tuple[ReturnSheet, ...]
    keys: Mapping[str, str]
    members: Callable[[Mapping[str, Table], ReturnPeriod, Readings], Table]
    layout: Callable[[Counted], Iterable[ReturnRow]]
    checks: tuple[ReturnCheck, ...]
    due_days: int
    published: str = ""
    published_days: int = 42
    published_as: Callable[[str, str], tuple[str, str]] | None = None
    statuses: tuple[str, ...] = ()
    leaves_noughts_out: bool = False
    row_published: Callable[[str, str], "ReturnRow | None"] | None = None
    wants: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    shows: tuple[ShownColumn, ...] = ()
    candidates: Callable[[Mapping[str, Table], ReturnPeriod, Readings], Table] | None = None
    reasons: tuple[Reason, ...] = ()
    flow: Callable[[Mapping[str, Table], ReturnPeriod, Readings], Table] | None = None
    flow_steps: Mapping[str, str] = field(default_factory=dict)
    flow_key: str = ""
    is_of_records: bool = False
    first: tuple[Callable[[Mapping[str, Table], ReturnPeriod, Readings], Mapping[str, Table]], ...] = ()
    unsure: tuple[str, ...] = ()

    def sheet(self, name: str) -> ReturnSheet:
        """The sheet of that name."""
        return next(one for one in self.sheets if one.name == name)

    @property
    def main(self) -> ReturnSheet:
        """The sheet that a CSV holds: the first."""
        return self.sheets[0]

    def place_published(self, key: str, cut: str) -> tuple[str, str]:
        """The key and cut under which the published dataset holds a figure."""
        return (key, cut) if self.published_as is None else self.published_as(key, cut)

    @property
    def doubts(self) -> tuple[str, ...]:
        """What is unsure about the return, its day too: each collection's calendar is published for a year and was not read."""
        day = f"It is taken to be due {self.due_days} days after the {self.period} ends: the collection's calendar decides."
        return (*self.unsure, day)

    def due(self, period: ReturnPeriod) -> date:
        """The last day on which it may be sent. Local: each collection's calendar says it anew."""
        return period.last_day + timedelta(days=self.due_days)


def row_of(sheet: ReturnSheet, counted: Counted, *, cut: str = "", title: str = "", **fills: Cell) -> ReturnRow:
    """The row of a cut with every column filled: figures from what was counted, the rest by `fill`."""
    place, period = counted.place, counted.period
    known: dict[str, Cell] = {
        **vars(place), "period": period.title, "year": period.financial_year, "month": period.month_name, **pairs_of(cut), **fills,
    }  # fmt: skip
    cells = tuple(_figure(one, counted, cut) if one.is_figure else known.get(one.fill, "") for one in sheet.columns)
    return ReturnRow(sheet=sheet.name, cells=cells, cut=cut, title=title)


def _figure(column: ReturnColumn, counted: Counted, cut: str) -> Cell:
    of = cut_of({**pairs_of(cut), **pairs_of(column.cut)})
    value = counted.value(column.key, of)
    if column.over:
        whole = counted.value(column.over, of if column.kind == "share" else "")
        return value / whole if whole else None
    return int(value) if column.kind == "count" else value


def cell_cut(row: ReturnRow, column: ReturnColumn) -> str:
    """The cut of one figure: the row's and the column's."""
    return cut_of({**pairs_of(row.cut), **pairs_of(column.cut)})


def cut_of_cells(sheet: ReturnSheet, cells: Sequence[Cell]) -> str:
    """The cut that a row is of, as its own cells say."""
    named = {
        column.cut_name: str(cell).strip()
        for column, cell in zip(sheet.columns, cells, strict=False)
        if column.cut_name and str(cell if cell is not None else "").strip() != column.whole
    }
    return cut_of(named)


def figures_of_rows(declared: NationalReturn, rows: Iterable[ReturnRow]) -> dict[tuple[str, str], Cell]:
    """Each published figure of the rows by key and cut; a share stands under no key of its own."""
    found: dict[tuple[str, str], Cell] = {}
    for row in rows:
        sheet = declared.sheet(row.sheet)
        if sheet.is_published:
            for column, cell in zip(sheet.columns, row.cells, strict=False):
                if column.is_figure and column.kind != "share":
                    found.setdefault((column.key, cell_cut(row, column)), cell)
    return found


def checked(found: Checkable) -> tuple[Checked, ...]:
    """Every check of the return with what it found, in the order of the declaration."""
    return tuple(Checked(check=check, findings=tuple(check.find(found))) for check in found.declared.checks)


def failures(found: Iterable[Checked]) -> dict[str, int]:
    """How many checks fail of each kind."""
    failed = [one.check.kind for one in found if not one.is_passed]
    return {ERROR: failed.count(ERROR), QUERY: failed.count(QUERY)}
