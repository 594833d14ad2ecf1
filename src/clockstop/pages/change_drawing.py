"""A change drawn step by step: from the figure of one period to that of the other, each effect where the last one ended."""

from collections.abc import Sequence
from dataclasses import dataclass

from clockstop.pages.drawing_shapes import Box, Dot, Drawing, Line, Shape, Text, text_width

INK, GREY, RULE = "#212b32", "#4c6272", "#d8dde0"
# By whether the step is for the better, for the worse, or neither.
COLOURS = {True: "#005eb8", False: "#ed8b00", None: "#768692"}
ROW, BAR, WORDS = 30, 18, 14
# On a phone the words stand above their bar.
NARROW, NARROW_ROW = 480, 48


@dataclass(frozen=True)
class Step:
    """One effect: its words, its size with its sign as it is said, and whether it is for the better."""

    words: str
    amount: float
    said: str
    is_better: bool | None


@dataclass(frozen=True)
class _Scale:
    left: float
    right: float
    least: float
    most: float

    def x(self, amount: float) -> float:
        return round(self.left + (amount - self.least) / ((self.most - self.least) or 1.0) * (self.right - self.left), 1)


def draw_change(
    first: tuple[str, float, str], steps: Sequence[Step], last: tuple[str, float, str], *, width: float, description: str
) -> Drawing:
    """The earlier figure, the steps, the later figure; `first` and `last` are words, value and the value as it is said.

    The scale does not begin at nought: so the two figures are points and not bars.
    """
    is_narrow = width <= NARROW
    row = NARROW_ROW if is_narrow else ROW
    runs = [first[1]]
    for step in steps:
        runs.append(runs[-1] + step.amount)
    left = 8.0 if is_narrow else max(text_width(words, WORDS) for words in (first[0], last[0], *(one.words for one in steps))) + 16
    right = width - max(text_width(said, WORDS, is_bold=True) for said in (first[2], last[2], *(one.said for one in steps))) - 14
    scale = _Scale(left, right, min(*runs, last[1]), max(*runs, last[1]))
    shapes: list[Shape] = _figure(first, 0, scale, is_narrow=is_narrow)
    for place, step in enumerate(steps, start=1):
        shapes += _step(step, (runs[place - 1], runs[place]), place * row, scale, is_narrow=is_narrow)
    for place, amount in enumerate(runs):
        top = place * row + _middle(is_narrow=is_narrow)
        shapes.insert(0, Line(scale.x(amount), top, scale.x(amount), top + row, RULE, 1.5))
    bottom = (len(steps) + 1) * row
    shapes += _figure(last, bottom, scale, is_narrow=is_narrow)
    return Drawing(width, bottom + row, tuple(shapes), description)


def _middle(*, is_narrow: bool) -> float:
    return NARROW_ROW - BAR / 2 - 4 if is_narrow else ROW / 2


def _figure(one: tuple[str, float, str], top: float, scale: _Scale, *, is_narrow: bool) -> list[Shape]:
    words, value, said = one
    middle = top + _middle(is_narrow=is_narrow)
    line = top + 17 if is_narrow else middle + 5
    return [
        Text(0, line, words, WORDS, is_bold=True),
        Dot(scale.x(value), middle, INK, INK),
        Text(scale.x(value) + 11, middle + 5, said, WORDS, is_bold=True),
    ]


def _step(step: Step, ends: tuple[float, float], top: float, scale: _Scale, *, is_narrow: bool) -> list[Shape]:
    middle = top + _middle(is_narrow=is_narrow)
    line = top + 17 if is_narrow else middle + 5
    begin, end = scale.x(min(ends)), scale.x(max(ends))
    return [
        Text(0, line, step.words, WORDS, GREY if step.is_better is None else INK),
        Box(begin, middle - BAR / 2, round(max(end - begin, 2), 1), BAR, COLOURS[step.is_better]),
        Text(max(begin, end) + 7, middle + 5, step.said, WORDS),
    ]
