"""The parts of a pathway's drawing: what is drawn, the axis of days along which it lies, and the canvas."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from clockstop.pages.drawing_shapes import Shape, text_width
from clockstop.rules.rtt_bands import STANDARD_DAYS

WIDTH, LEFT, GUTTER = 1262, 166, 14
BAR_HEIGHT, LANE_HEIGHT, FIRST_LANE = 26, 62, 44
LEVEL_HEIGHT, DEEPEST_LEVEL = 36, 6
INK, SECOND_INK, GRID, LEADER = "#212b32", "#4c6272", "#d8dde0", "#aeb7bd"
BLUE, GREY, RED, WHITE = "#005eb8", "#4c6272", "#d5281b", "#ffffff"


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One clock to draw. `words` stand on it; `booked_end` is where it stops if the booked date holds.

    `limit` is the last day within its standard where that is not the lane's own number of days after its start.
    """

    start: date
    end: date | None
    words: str
    is_nullified: bool = False
    booked_end: date | None = None
    limit: date | None = None


@dataclass(frozen=True, kw_only=True)
class Lane:
    """The clocks of one kind: its words, small words below them, and its limit in days and in words."""

    words: str
    second: str
    clocks: tuple[Clock, ...]
    within_days: int | None = STANDARD_DAYS
    limit_words: str = "18 weeks"

    def limit_of(self, clock: Clock) -> date | None:
        """The last day within the standard; None where there is none, or the clock does not count."""
        if clock.is_nullified or (self.within_days is None and clock.limit is None):
            return None
        return clock.limit or clock.start + timedelta(days=self.within_days or 0)


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One event to draw. Where there is no room for all words, those of the greatest `weight` are kept.

    `dated` is the day in words, filled in when it is drawn.
    """

    day: date
    words: str
    is_booked: bool = False
    weight: int = 1
    dated: str = ""


@dataclass(frozen=True)
class Drawing:
    """The shapes, back to front, with the size of the canvas and how many events have no words on it."""

    height: float
    shapes: tuple[Shape, ...]
    unnamed: int
    description: str
    width: float = WIDTH


@dataclass(frozen=True)
class Axis:
    """Days along the canvas, from the first to the last, with room for words to the right of the last."""

    first: date
    last: date
    right: float

    def x(self, day: date) -> float:
        """Where a day lies."""
        return round(LEFT + GUTTER + (day - self.first).days * self.scale, 1)

    @property
    def scale(self) -> float:
        return (self.right - LEFT - GUTTER) / max((self.last - self.first).days, 1)


@dataclass
class Canvas:
    """What is drawn so far: shapes behind, and shapes before them."""

    behind: list[Shape] = field(default_factory=list)
    front: list[Shape] = field(default_factory=list)


def label_width(mark: Mark) -> float:
    """How wide the words of an event are at most."""
    return max(text_width(mark.words, 14, is_bold=True), text_width(mark.dated, 13))
