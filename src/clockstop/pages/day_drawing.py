"""What happened within a day, drawn: one lane a room, theatre or list, blocks along the hours.

Minutes are those since midnight; a block may run past it. The caller's table is the drawing's twin and has every block's words.

    drawing = draw_day([Lane("Theatre 3", "Orthopaedics", blocks=(Block(510, 750, "Session", look="planned"), ...))],
                       description="Theatre 3 on 12 October 2026: ...")
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from clockstop.dates import in_dense_words
from clockstop.pages.drawing_shapes import Box, Drawing, Line, Shape, Text, text_width

WIDTH, LEFT, RIGHT = 1262, 178, 12
TOP, LANE, BAR = 30, 58, 26
DAY = 1440
INK, SECOND_INK, GRID = "#212b32", "#4c6272", "#d8dde0"
BLUE, DARK_BLUE, GREY, RED, WHITE, PALE, CHANGED = "#005eb8", "#003087", "#4c6272", "#d5281b", "#ffffff", "#e5f0fa", "#fdf0e6"
# How a block looks: its ground, its outline, the outline's dashes, and the colour of its words.
_LOOKS = {
    "planned": (PALE, BLUE, "", INK),
    "used": (BLUE, "", "", WHITE),
    "used again": (DARK_BLUE, "", "", WHITE),
    "between": (WHITE, GREY, "4 3", INK),
    "lost": (CHANGED, RED, "4 3", INK),
    "over": (WHITE, RED, "", INK),
}
Look = Literal["planned", "used", "used again", "between", "lost", "over"]


@dataclass(frozen=True)
class Block:
    """From one minute of the day to another. `planned` blocks lie behind the others, taller: the session that was booked."""

    first_minute: int
    last_minute: int
    words: str = ""
    look: Look = "used"


@dataclass(frozen=True)
class Flag:
    """A moment marked on a lane, with its words beneath: a start that was due, the planned end."""

    minute: int
    words: str


@dataclass(frozen=True)
class Lane:
    """One lane: its words, small words below them, its blocks and marks."""

    words: str
    second: str = ""
    blocks: tuple[Block, ...] = ()
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True)
class Hours:
    """Minutes of the day along the canvas, from one whole hour to another."""

    first: int
    last: int

    def x(self, minute: int) -> float:
        """Where a minute lies."""
        return round(LEFT + (minute - self.first) / (self.last - self.first) * (WIDTH - LEFT - RIGHT), 1)


def draw_day(lanes: Sequence[Lane], *, description: str) -> Drawing:
    """The lanes on one axis of hours that holds them all."""
    hours = _hours(lanes)
    return _drawn(lanes, hours, _axis(hours, TOP + LANE * max(len(lanes), 1)), description)


def draw_days(lanes: Sequence[Lane], *, first: date, description: str) -> Drawing:
    """The lanes on one axis of whole days from the first on, whose midnight is minute 0."""
    last = max([block.last_minute for lane in lanes for block in lane.blocks] + [DAY])
    days = Hours(0, -(-last // DAY) * DAY)
    return _drawn(lanes, days, _axis_of_days(days, first, TOP + LANE * max(len(lanes), 1)), description)


def _drawn(lanes: Sequence[Lane], hours: Hours, axis: list[Shape], description: str) -> Drawing:
    bottom = TOP + LANE * max(len(lanes), 1)
    shapes = [*axis]
    for number, lane in enumerate(lanes):
        shapes += _lane(lane, hours, TOP + number * LANE + 10)
    return Drawing(WIDTH, bottom, tuple(shapes), description)


def clock_time(minute: int) -> str:
    """The minute as a time of day.

    >>> clock_time(510), clock_time(1450)
    ('08:30', '00:10')
    """
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def _hours(lanes: Sequence[Lane]) -> Hours:
    minutes = [minute for lane in lanes for block in lane.blocks for minute in (block.first_minute, block.last_minute)]
    minutes += [flag.minute for lane in lanes for flag in lane.flags]
    first, last = min(minutes, default=480) // 60 * 60, -(-max(minutes, default=1080) // 60) * 60
    return Hours(first, max(last, first + 240))


def _axis(hours: Hours, bottom: float) -> list[Shape]:
    step = 60 if hours.last - hours.first <= 960 else 120
    shapes: list[Shape] = []
    for minute in range(hours.first, hours.last + 1, step):
        x = hours.x(minute)
        shapes.append(Line(x, 20, x, bottom, GRID))
        anchor = "start" if minute == hours.first else "end" if minute == hours.last else "middle"
        shapes.append(Text(x, 14, clock_time(minute), 13, SECOND_INK, anchor=anchor))
    return shapes


def _axis_of_days(days: Hours, first: date, bottom: float) -> list[Shape]:
    """A line at each midnight, and the day's name where one has room."""
    number = days.last // DAY
    step = next((step for step in (1, 2, 7, 14, 28) if number / step <= 16), 91)
    shapes: list[Shape] = []
    for day in range(0, number, step):
        x = days.x(day * DAY)
        shapes += [
            Line(x, 4, x, bottom, GRID),
            Text(x + 4, 14, in_dense_words(first + timedelta(days=day), year=False), 13, SECOND_INK),
        ]
    return shapes


def _lane(lane: Lane, hours: Hours, top: float) -> list[Shape]:
    shapes: list[Shape] = [Text(0, top + 12, lane.words, 15, is_bold=True)]
    shapes += [Text(0, top + 29, lane.second, 13, SECOND_INK)] if lane.second else []
    for block in sorted(lane.blocks, key=lambda block: (block.look != "planned", block.first_minute)):
        shapes += _block(block, hours, top)
    for flag in lane.flags:
        shapes += _flag(flag, hours, top)
    return shapes


def _block(block: Block, hours: Hours, top: float) -> list[Shape]:
    """The block, and its words where they fit within it; all words stand in the table."""
    ground, outline, dashes, ink = _LOOKS[block.look]
    x, width = hours.x(block.first_minute), max(hours.x(block.last_minute) - hours.x(block.first_minute), 2)
    beyond = 5 if block.look == "planned" else 0
    shapes: list[Shape] = [Box(x, top - beyond, width, BAR + 2 * beyond, ground, outline, dashes)]
    if block.words and block.look != "planned" and text_width(block.words, 13, is_bold=True) + 10 <= width:
        shapes.append(Text(x + 5, top + 17, block.words, 13, ink, is_bold=True))
    return shapes


def _flag(flag: Flag, hours: Hours, top: float) -> list[Shape]:
    x = hours.x(flag.minute)
    half = text_width(flag.words, 13) / 2
    middle = min(max(x, LEFT + half), WIDTH - half)
    return [Line(x, top - 8, x, top + BAR + 8, RED, 2.5), Text(middle, top + BAR + 19, flag.words, 13, anchor="middle")]
