"""The 24 hours of a day along one axis: bars of each hour, a band of what is usual, lines that are named at their end, and now.

Hours run from midnight to midnight by London's clocks. The caller's table is the drawing's twin.

    drawing = draw_hours(width=470, description="Arrivals ...", bars=Bars((4, 2, ...)), band=Band(low, high), now=15.0)
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clockstop.pages.drawing_shapes import Area, Box, Drawing, Line, Run, Shape, Text, text_width

HOURS = 24
INK, SECOND_INK, GRID = "#212b32", "#4c6272", "#d8dde0"
BLUE, DARK_BLUE, PALE, BAND = "#005eb8", "#003087", "#4d94d0", "#d3e3f3"
TOP, FOOT, AXIS_WORDS = 22, 26, 13
# Lines are labelled at their right end; their words keep this far from each other.
APART = 16
STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000)
MOST_TICKS = 5


@dataclass(frozen=True)
class Bars:
    """A bar an hour; None: no bar. The hour `open_hour` is not over yet and drawn in grey."""

    values: Sequence[float | None]
    colour: str = BLUE
    open_hour: int | None = None


@dataclass(frozen=True)
class Band:
    """From the least to the most that is usual, hour by hour."""

    low: Sequence[float]
    high: Sequence[float]


@dataclass(frozen=True)
class HourLine:
    """A line over the hours, named at its right end. Its points lie in the middle of each hour, or `at_start` of it."""

    values: Sequence[float | None]
    words: str
    colour: str = DARK_BLUE
    dashes: str = ""
    at_start: bool = False


@dataclass(frozen=True)
class _Plane:
    """Hours and amounts on the canvas."""

    left: float
    right: float
    bottom: float
    least: float
    most: float

    def x(self, hour: float) -> float:
        return self.left + hour / HOURS * (self.right - self.left)

    def y(self, amount: float) -> float:
        return self.bottom - (amount - self.least) / (self.most - self.least) * (self.bottom - TOP)


def draw_hours(
    *,
    width: float,
    height: float = 210,
    description: str,
    bars: Bars | None = None,
    band: Band | None = None,
    lines: Sequence[HourLine] = (),
    now: float | None = None,
) -> Drawing:
    """The drawing; its amounts begin at 0, or below where some are less."""
    values = [value for one in (bars, *lines) if one for value in one.values if value is not None]
    values += [*band.low, *band.high] if band else []
    ticks = ticks_of(min(values, default=0), max(values, default=0))
    left = 10 + max(text_width(_amount(tick), AXIS_WORDS) for tick in ticks)
    right = width - 6 - max((text_width(line.words, AXIS_WORDS) + 8 for line in lines), default=2)
    plane = _Plane(left, right, height - FOOT, ticks[0], ticks[-1])
    shapes: list[Shape] = [*_axes(plane, ticks, height)]
    shapes += [_band(plane, band)] if band else []
    shapes += _bars(plane, bars) if bars else []
    shapes += _lines(plane, lines)
    shapes += _now(plane, now) if now is not None else []
    return Drawing(width, height, tuple(shapes), description)


def ticks_of(least: float, most: float) -> list[float]:
    """Round amounts from 0 (or below) to the first that holds the most.

    >>> ticks_of(0, 37), ticks_of(-12, 9)
    ([0, 10, 20, 30, 40], [-15, -10, -5, 0, 5, 10])
    """
    least, most = min(least, 0), max(most, 0 if least < 0 else 1)
    step = next((step for step in STEPS if (most - least) / step <= MOST_TICKS), STEPS[-1])
    first, last = -int(-least // -step) if least >= 0 else int(least // step), int(-(-most // step))
    return [step * place for place in range(first, last + 1)]


def _amount(tick: float) -> str:
    return f"{tick:,.0f}".replace("-", "−")


def _axes(plane: _Plane, ticks: Sequence[float], height: float) -> Iterator[Shape]:
    for tick in ticks:
        y = round(plane.y(tick), 1)
        yield Line(plane.left, y, plane.right, y, SECOND_INK if tick == 0 else GRID)
        yield Text(plane.left - 6, y + 4, _amount(tick), AXIS_WORDS, SECOND_INK, anchor="end")
    for hour in range(0, HOURS + 1, 6):
        anchor = "start" if hour == 0 else "end" if hour == HOURS else "middle"
        yield Text(round(plane.x(hour), 1), height - 7, f"{hour:02}:00", AXIS_WORDS, SECOND_INK, anchor=anchor)


def _band(plane: _Plane, band: Band) -> Area:
    """The band in steps, as wide as each hour: it stands beside bars."""
    top = [(plane.x(hour + end), plane.y(high)) for hour, high in enumerate(band.high) for end in (0, 1)]
    foot = [(plane.x(hour + end), plane.y(low)) for hour, low in enumerate(band.low) for end in (0, 1)]
    return Area((*top, *reversed(foot)), BAND)


def _bars(plane: _Plane, bars: Bars) -> list[Shape]:
    room = (plane.x(1) - plane.x(0)) * 0.18
    zero = plane.y(0)
    shapes: list[Shape] = []
    for hour, value in enumerate(bars.values):
        if value:
            x, wide = plane.x(hour) + room, plane.x(hour + 1) - plane.x(hour) - 2 * room
            y, colour = plane.y(value), SECOND_INK if hour == bars.open_hour else bars.colour
            shapes.append(Box(round(x, 1), round(min(y, zero), 1), round(wide, 1), round(abs(zero - y), 1), colour))
    return shapes


def _lines(plane: _Plane, lines: Sequence[HourLine]) -> list[Shape]:
    shapes: list[Shape] = []
    ends: list[tuple[float, HourLine]] = []
    for line in lines:
        shift = 0 if line.at_start else 0.5
        points = [(plane.x(hour + shift), None if value is None else plane.y(value)) for hour, value in enumerate(line.values)]
        shapes.append(Run(points, line.colour, 2.2, line.dashes))
        last = next((y for _x, y in reversed(points) if y is not None), None)
        ends += [(last, line)] if last is not None else []
    reach = TOP - APART
    for y, line in sorted(ends, key=lambda end: end[0]):
        reach = max(y + 4, reach + APART)
        shapes.append(Text(plane.right + 6, round(reach, 1), line.words, AXIS_WORDS, line.colour, is_bold=True))
    return shapes


def _now(plane: _Plane, now: float) -> list[Shape]:
    x = round(plane.x(now), 1)
    words = f"now {int(now):02}:{round(now % 1 * 60):02}"
    is_late = x + 6 + text_width(words, AXIS_WORDS) > plane.right
    return [
        Line(x, 4, x, plane.bottom, INK, 1.2, "6 4"),
        Text(x - 5 if is_late else x + 5, 14, words, AXIS_WORDS, anchor="end" if is_late else "start"),
    ]
