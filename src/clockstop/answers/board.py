"""Where are we: each headline measure for each unit, with the point before, the target and a spark."""

from dataclasses import dataclass
from datetime import date

from clockstop.answers.series import Point


@dataclass(frozen=True)
class Cell:
    """One measure of one unit: its latest point, the one before, what it should be, and the run for a spark."""

    measure: str
    title: str
    kind: str
    improvement: str
    latest: Point | None
    previous: Point | None
    target: float | None
    target_title: str
    spark: tuple[Point, ...]


@dataclass(frozen=True)
class BoardRow:
    """A unit (trust, division or service) and its cells, in the order of the board's measures."""

    level: str
    code: str
    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Board:
    """The overview of one place in the tree. `rows` are the unit itself, then the units below it."""

    as_of: date
    snapshot_id: str
    measures: tuple[str, ...]
    rows: tuple[BoardRow, ...]
