"""Where time goes on each route: for each stage a bar of its median, a paler one of the 75th and a thin line to the 95th centile.

All lie on one scale of hours, with the limits that matter through them. The caller's table is the drawing's twin.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clockstop.pages.clock_bars import hours_and_minutes
from clockstop.pages.drawing_shapes import Box, Drawing, Line, Shape, Text, text_width

INK, SECOND_INK, GRID, BLUE, PALE, WHITE = "#212b32", "#4c6272", "#d8dde0", "#005eb8", "#a9cbe8", "#ffffff"
LIMITS = (240, 720)
ROW, HEAD, GAP, BAR, TOP, WORDS = 21, 26, 8, 13, 24, 13


@dataclass(frozen=True)
class Stage:
    """A stage of a route: the minutes that it took of half at most, of three quarters, of 95 in 100. None: nobody's is known."""

    words: str
    median: float | None
    upper: float | None
    tail: float | None


@dataclass(frozen=True)
class Route:
    """Those who took the same way, and the stages of it."""

    words: str
    second: str
    stages: tuple[Stage, ...]


def draw_stages(routes: Sequence[Route], *, width: float, description: str) -> Drawing:
    """Every route with its stages, one under another."""
    longest = max((stage.tail or 0 for route in routes for stage in route.stages), default=0)
    most = max(14.0, -(-longest // 120) * 2)
    left = 6 + max((text_width(stage.words, WORDS) for route in routes for stage in route.stages), default=60)
    right = width - 62
    bottom = TOP + sum(HEAD + ROW * len(route.stages) + GAP for route in routes)

    def x(minutes: float) -> float:
        return round(left + min(minutes / 60 / most, 1) * (right - left), 1)

    shapes: list[Shape] = [*_axis(x, most, bottom)]
    top = float(TOP)
    for route in routes:
        shapes += [Box(0, top, width, HEAD - 2, WHITE), Text(0, top + 17, route.words, 15, is_bold=True)]
        shapes.append(Text(text_width(route.words, 15, is_bold=True) + 10, top + 17, route.second, WORDS, SECOND_INK))
        for place, stage in enumerate(route.stages):
            shapes += _stage(stage, x, top + HEAD + place * ROW)
        top += HEAD + ROW * len(route.stages) + GAP
    return Drawing(width, bottom, tuple(shapes), description)


def _axis(x, most: float, bottom: float) -> Iterator[Shape]:
    step = 2 if most <= 16 else 4 if most <= 32 else 12
    limits = [limit // 60 for limit in LIMITS]
    for hour in range(0, int(most) + 1, step):
        at = x(hour * 60)
        yield Line(at, TOP - 4, at, bottom, GRID)
        if all(abs(at - x(limit * 60)) > 44 for limit in limits):
            yield Text(at, 14, f"{hour} h", WORDS, SECOND_INK, anchor="middle")
    for limit in limits:
        at = x(limit * 60)
        yield Line(at, TOP - 4, at, bottom, INK, 1.6)
        yield Text(at, 14, f"{limit} hours", 14, is_bold=True, anchor="middle")


def _stage(stage: Stage, x, top: float) -> list[Shape]:
    words = Text(0, top + 11, stage.words, WORDS)
    if stage.median is None or stage.upper is None or stage.tail is None:
        return [words, Text(x(0) + 6, top + 11, "no times", WORDS, SECOND_INK)]
    zero, middle, upper, tail = x(0), x(stage.median), x(stage.upper), x(stage.tail)
    said = hours_and_minutes(round(stage.median))
    return [
        words,
        Box(zero, top, round(max(upper - zero, 1.5), 1), BAR, PALE),
        Box(zero, top, round(max(middle - zero, 1.5), 1), BAR, BLUE),
        Line(upper, top + BAR / 2, tail, top + BAR / 2, SECOND_INK, 1.6),
        Line(tail, top + 2, tail, top + BAR - 2, SECOND_INK, 1.6),
        Box(tail + 3, top - 1, text_width(said, WORDS, is_bold=True) + 6, BAR + 2, WHITE),
        Text(tail + 6, top + 11, said, WORDS, is_bold=True),
    ]
