"""A heat map: a table whose cells are shaded by their value, so that the table is its own twin and no colour speaks alone.

One hue from light to dark in five steps (assets/clockstop.css), so that it can be read without seeing colours; each cell holds its
value in words, and its row and column are read out with it.

    {% from "pages/heat_map.jinja" import heat_map with context %}
    {{ heat_map(HeatMap(caption="Share of room sessions used, by location, weekday and half-day", columns=HALF_DAYS, rows=rows,
                        bounds=(0.4, 0.6, 0.75, 0.9), say=lambda share: percent(share, 0))) }}
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

STEPS = 5


@dataclass(frozen=True)
class Column:
    """A column: its short words at its head, the group of columns that it belongs to, and how it is read out."""

    words: str
    group: str = ""
    aloud: str = ""


@dataclass(frozen=True)
class Cell:
    """One value. Where there is none, `instead` says why ("closed"). `href` leads to what is behind it."""

    value: float | None
    instead: str = ""
    href: str = ""
    is_chosen: bool = False


@dataclass(frozen=True)
class Row:
    """One row: its words, which may be a link, and a cell for each column."""

    words: str
    cells: tuple[Cell, ...]
    href: str = ""


@dataclass(frozen=True)
class Group:
    """Neighbouring columns under one heading."""

    words: str
    span: int


@dataclass(frozen=True, kw_only=True)
class HeatMap:
    """The map. `bounds` are the four values from which the second to fifth step begin; `say` gives a value in words."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    bounds: tuple[float, float, float, float]
    say: Callable[[float], str]

    def __post_init__(self) -> None:
        assert list(self.bounds) == sorted(self.bounds), "the steps of a heat map rise"
        assert all(len(row.cells) == len(self.columns) for row in self.rows), "each row has a cell for each column"

    @property
    def groups(self) -> list[Group]:
        """The headings over several columns; none where no column names one."""
        found: list[Group] = []
        for column in self.columns:
            if found and found[-1].words == column.group:
                found[-1] = Group(column.group, found[-1].span + 1)
            else:
                found.append(Group(column.group, 1))
        return found if any(group.words for group in found) else []

    def step(self, cell: Cell) -> int:
        """1 for the lightest to 5 for the darkest; 0 where there is no value.

        >>> HeatMap(caption="", columns=(), rows=(), bounds=(0.4, 0.6, 0.75, 0.9), say=str).step(Cell(0.6))
        3
        """
        return 0 if cell.value is None else 1 + sum(cell.value >= bound for bound in self.bounds)

    def words(self, cell: Cell) -> str:
        """What stands in the cell."""
        return (cell.instead or "none") if cell.value is None else self.say(cell.value)

    def aloud(self, row: Row, place: int) -> str:
        """What is read out before the cell's own words where it is a link."""
        column = self.columns[place]
        return f"{row.words}, {column.aloud or ' '.join(filter(None, (column.group, column.words)))}, "

    @property
    def legend(self) -> list[tuple[int, str]]:
        """Each step with the values that it stands for."""
        low = [(1, f"under {self.say(self.bounds[0])}")]
        between = [
            (place + 2, f"{self.say(begin)} to under {self.say(end)}")
            for place, (begin, end) in enumerate(zip(self.bounds, self.bounds[1:], strict=False))
        ]
        return [*low, *between, (STEPS, f"{self.say(self.bounds[-1])} and over")]

    def table(self) -> tuple[list[str], list[list[str]]]:
        """The same as headings and rows, to be taken away."""
        heads = ["", *(" ".join(filter(None, (column.group, column.words))) for column in self.columns)]
        return heads, [[row.words, *(self.words(cell) for cell in row.cells)] for row in self.rows]


def bounds_of(values: Sequence[float]) -> tuple[float, float, float, float]:
    """Four bounds that part the values into fifths, for numbers that have no known scale; all alike where there are none.

    >>> bounds_of([10, 20, 30, 40, 50])
    (20, 30, 40, 50)
    """
    if not values:
        return (0.0, 0.0, 0.0, 0.0)
    ordered = sorted(values)
    first, second, third, fourth = (ordered[min(len(ordered) - 1, len(ordered) * fifth // STEPS)] for fifth in range(1, STEPS))
    return (first, second, third, fourth)
