"""A sum drawn step by step: each amount begins where the one before ended, and the last bar is what is left, over or short.

draw_balance([Step("Empty now", 14), Step("Going home today", 52), Step("Bed asked in ED", -19)], total="Known by midnight",
             said="9 short", width=470, description=...)
"""

from collections.abc import Sequence
from dataclasses import dataclass

from clockstop.nhsuk.presenters import number, signed
from clockstop.pages.drawing_shapes import Box, Drawing, Line, Shape, Text, text_width

INK, BLUE, PALE, GREY, RED = "#212b32", "#005eb8", "#4d94d0", "#4c6272", "#d5281b"
ROW, BAR, WORDS, TOTAL = 29, 18, 14, 15


@dataclass(frozen=True)
class Step:
    """One amount of the sum, with its sign."""

    words: str
    amount: int


@dataclass(frozen=True)
class _Scale:
    """Amounts along the canvas."""

    left: float
    right: float
    least: int
    most: int

    def x(self, amount: float) -> float:
        return round(self.left + (amount - self.least) / (self.most - self.least) * (self.right - self.left), 1)

    def bar(self, amounts: tuple[int, int], top: float, colour: str) -> Box:
        begin, end = self.x(min(amounts)), self.x(max(amounts))
        return Box(begin, top, round(max(end - begin, 1.5), 1), BAR, colour)


def draw_balance(steps: Sequence[Step], *, total: str, said: str, width: float, description: str) -> Drawing:
    """The steps from the top, the total last; red where it is below nought."""
    ends = [0]
    for step in steps:
        ends.append(ends[-1] + step.amount)
    left = max(text_width(total, TOTAL, is_bold=True), *(text_width(step.words, WORDS) for step in steps)) + 12
    said_width = text_width(said, TOTAL, is_bold=True)
    right = width - max(said_width, *(text_width(signed(step.amount), WORDS) for step in steps)) - 14
    scale = _Scale(left, right, min(ends), max(*ends, 1))
    shapes: list[Shape] = []
    for place, step in enumerate(steps):
        shapes += _step(step, (ends[place], ends[place + 1]), 5 + place * ROW, scale)
    bottom, zero = 5 + len(steps) * ROW, scale.x(0)
    shapes += [Line(zero, 0, zero, bottom + BAR + 5, INK, 1.5), Text(0, bottom + 14, total, TOTAL, is_bold=True)]
    shapes += _total(said, ends[-1], bottom, scale)
    return Drawing(width, bottom + BAR + 8, tuple(shapes), description)


def _step(step: Step, ends: tuple[int, int], top: float, scale: _Scale) -> list[Shape]:
    is_first = ends[0] == 0 and top < ROW
    colour = GREY if step.amount < 0 else BLUE if is_first else PALE
    said = number(step.amount) if is_first else signed(step.amount)
    return [
        Text(0, top + 13, step.words, WORDS),
        scale.bar(ends, top, colour),
        Text(scale.x(max(ends)) + 6, top + 13, said, WORDS),
    ]


def _total(said: str, amount: int, top: float, scale: _Scale) -> list[Shape]:
    """The last bar with its words to its right."""
    return [
        scale.bar((0, amount), top, RED if amount < 0 else BLUE),
        Text(scale.x(max(amount, 0)) + 10, top + 14, said, TOTAL, is_bold=True),
    ]
