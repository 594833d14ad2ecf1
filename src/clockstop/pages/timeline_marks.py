"""The events of a pathway on their line, their words beneath, the months behind them and the day to which the data go."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from clockstop.dates import in_dense_words, in_words, month_start
from clockstop.pages.drawing_shapes import Box, Dot, Line, Shape, Text, text_width
from clockstop.pages.timeline_parts import (
    DEEPEST_LEVEL,
    GRID,
    INK,
    LEADER,
    LEFT,
    LEVEL_HEIGHT,
    SECOND_INK,
    WHITE,
    WIDTH,
    Axis,
    Canvas,
    Mark,
    label_width,
)


def one_a_day(marks: Sequence[Mark], as_of: date) -> list[Mark]:
    """The marks in order of date, those of one day as one."""
    days: dict[tuple[date, bool], list[Mark]] = {}
    for mark in sorted(marks, key=lambda mark: (mark.day, mark.is_booked, -mark.weight)):
        days.setdefault((mark.day, mark.is_booked), []).append(mark)
    merged = []
    for (day, _), same in days.items():
        more = f", {len(same) - 1} more" if len(same) > 1 else ""
        dated = in_dense_words(day, year=day.year != as_of.year)
        merged.append(replace(same[0], words=same[0].words + more, dated=dated))
    return merged


def levels_of(marks: Sequence[Mark], axis: Axis) -> dict[int, int]:
    """The level of each mark's words, by its place; marks whose words had to give way are not in it.

    A level is free when no later mark that begins under these words lies on it or deeper: later leaders then end above.
    """
    named = set(range(len(marks)))
    while True:
        levels, under = _stack(marks, axis, sorted(named, reverse=True))
        deepest = max(levels, key=levels.__getitem__, default=None)
        if deepest is None or levels[deepest] <= DEEPEST_LEVEL:
            return levels
        chain = [deepest]
        while under[chain[-1]] is not None:
            chain.append(under[chain[-1]])
        named.discard(min(chain, key=lambda place: (marks[place].weight, -place)))


def _stack(marks: Sequence[Mark], axis: Axis, places: Sequence[int]) -> tuple[dict[int, int], dict[int, int | None]]:
    levels: dict[int, int] = {}
    under: dict[int, int | None] = {}
    for place in places:
        end = axis.x(marks[place].day) + 6 + label_width(marks[place]) + 4
        blocking = [other for other in levels if axis.x(marks[other].day) <= end]
        under[place] = max(blocking, key=levels.__getitem__, default=None)
        levels[place] = 0 if under[place] is None else levels[under[place]] + 1
    return levels, under


def draw_marks(canvas: Canvas, axis: Axis, marks: Sequence[Mark], levels: dict[int, int], top: float) -> float:
    """Dots on the line of events, words beneath; the height at which they end."""
    canvas.behind.append(Line(LEFT, top, WIDTH - 6, top, INK, 1.5))
    canvas.front.append(Text(0, top + 5, "Events", 15, is_bold=True))
    for place, mark in enumerate(marks):
        x = axis.x(mark.day)
        if place in levels:
            foot = top + 42 + levels[place] * LEVEL_HEIGHT
            canvas.behind.append(Line(x, top, x, foot, LEADER, 1, "3 3" if mark.is_booked else ""))
            canvas.front += _words(mark, x + 6, foot)
        canvas.front.append(Dot(x, top, WHITE if mark.is_booked else INK, INK))
    deepest = max(levels.values(), default=0)
    return top + 42 + deepest * LEVEL_HEIGHT + 26


def _words(mark: Mark, x: float, foot: float) -> list[Shape]:
    """The words and the date on a ground of paper, so that lines that pass behind do not strike them out."""
    return [
        Box(x - 2, foot - 29, label_width(mark) + 4, 32, WHITE),
        Text(x, foot - 16, mark.words, 14, is_bold=True),
        Text(x, foot, mark.dated, 13, SECOND_INK),
    ]


def draw_months(canvas: Canvas, axis: Axis, bottom: float) -> None:
    """A line at the first of each month, or of each third, sixth or twelfth where they would crowd."""
    months = _months(axis)
    step = next((step for step in (1, 2, 3, 6, 12, 24) if len(months) / step <= 14), 36)
    free = 0.0
    for day in months:
        if (day.month - 1 + 12 * (day.year % 2)) % step:
            continue
        x = axis.x(day)
        words = f"{day:%B}" if step == 1 and day.month > 1 else f"{day:%b %Y}"
        canvas.behind.append(Line(x, 22, x, bottom - 22, GRID))
        if x > free and x + 4 + text_width(words, 13) < WIDTH:
            canvas.front.append(Text(x + 4, 14, words, 13, SECOND_INK))
            free = x + 12 + text_width(words, 13)


def _months(axis: Axis) -> list[date]:
    day, months = month_start(axis.first), []
    while day <= axis.last:
        if day >= axis.first:
            months.append(day)
        day = month_start(day + timedelta(days=32))
    return months


def draw_as_of(canvas: Canvas, axis: Axis, as_of: date, bottom: float) -> None:
    """The line up to which the data go, with its words beneath all others."""
    x, words = axis.x(as_of), f"Data to {in_words(as_of)}"
    canvas.behind.append(Line(x, 20, x, bottom - 8, INK, 1.5, "6 4"))
    width = text_width(words, 14, is_bold=True)
    begin = x + 6 if x + 8 + width < WIDTH else x - 6 - width
    canvas.front += [Box(begin - 2, bottom - 19, width + 4, 18, WHITE), Text(begin, bottom - 5, words, 14, is_bold=True)]
