"""The benchmark strip: one line a trust, England, the standard and our own trusts, as SVG drawn on the server.

Presentation attributes only: the pages' content policy allows no style attribute.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor

from markupsafe import Markup

WIDTH, MARGIN = 1262, 20
LINE_HEIGHT, STRIP_HEIGHT = 18, 24
INK, BLUE, DARK_BLUE, GREY, SECOND_INK, GROUND = "#212b32", "#005eb8", "#003087", "#768692", "#4c6272", "#f0f4f5"
_LETTER = 7.6  # the mean width of Arial at 14 px, a little wide so that words never touch
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)
_MOST_TICKS = 9


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A labelled line of the strip."""

    value: float
    text: str
    colour: str = INK
    width: float = 2
    is_dashed: bool = False
    is_bold: bool = False


@dataclass(frozen=True)
class _Axis:
    low: float
    high: float
    step: float

    def x(self, value: float) -> float:
        return round(MARGIN + (value - self.low) / (self.high - self.low) * (WIDTH - 2 * MARGIN), 1)

    @property
    def ticks(self) -> list[float]:
        return [self.low + self.step * place for place in range(round((self.high - self.low) / self.step) + 1)]


@dataclass(frozen=True)
class _Placed:
    mark: Mark
    x: float
    row: int
    left: float
    right: float
    anchor: str


def strip(
    values: Sequence[float],
    marks: Sequence[Mark],
    *,
    middle_half: tuple[float, float] | None,
    label: str,
    words: Callable[[float], str],
) -> Markup:
    """The drawing. `words` writes an axis value; `label` is read out and must give the finding. Empty without values."""
    everything = [*values, *(mark.value for mark in marks)]
    if not everything:
        return Markup("")
    axis = _axis(min(everything), max(everything))
    placed = _place(marks, axis)
    rows = max((one.row for one in placed), default=0) + 1
    top = rows * LINE_HEIGHT + 4
    height = top + STRIP_HEIGHT + 26
    parts = [
        _band(axis, middle_half, top),
        *(_tick(axis.x(value), top) for value in values),
        *(_mark(one, top) for one in placed),
        *(_axis_text(axis.x(value), height, words(value), _end_anchor(axis, value)) for value in axis.ticks),
    ]
    return Markup('<svg class="cs-chart" viewBox="0 0 {} {}" role="img" aria-label="{}" focusable="false">{}</svg>').format(
        WIDTH, height, label, Markup("").join(parts)
    )


def _axis(low: float, high: float) -> _Axis:
    """Round ends around the values, with at most nine steps between them."""
    span = max(high - low, 1e-9)
    step = next((step for step in _STEPS if span / step <= _MOST_TICKS - 2), _STEPS[-1])
    first, last = floor(low / step) * step, ceil(high / step) * step
    return _Axis(first, max(last, first + step), step)


def _place(marks: Sequence[Mark], axis: _Axis) -> list[_Placed]:
    """Each label above those that it would touch, from the right to the left, so that no line runs through a label.

    At the right edge a label stands to the left of its line.
    """
    placed: list[_Placed] = []
    for mark in sorted(marks, key=lambda mark: -mark.value):
        x, width = axis.x(mark.value), len(mark.text) * _LETTER * (1.08 if mark.is_bold else 1) + 8
        is_left = x + width > WIDTH
        left = x - width if is_left else x
        below = [one.row for one in placed if one.left < left + width and left < one.right]
        placed.append(_Placed(mark, x, max(below, default=-1) + 1, left, left + width, "end" if is_left else "start"))
    return placed


def _band(axis: _Axis, middle_half: tuple[float, float] | None, top: int) -> Markup:
    if middle_half is None:
        return Markup("")
    left, right = sorted(axis.x(value) for value in middle_half)
    return Markup('<rect x="{:g}" y="{}" width="{:g}" height="{}" fill="{}"/>').format(
        left, top, right - left, STRIP_HEIGHT, GROUND
    )


def _tick(x: float, top: int) -> Markup:
    return Markup('<path d="M{:g} {}v16" stroke="{}" stroke-width="1.3"/>').format(x, top + 4, GREY)


def _mark(placed: _Placed, top: int) -> Markup:
    mark = placed.mark
    text_y = top - 4 - placed.row * LINE_HEIGHT
    dash = Markup(' stroke-dasharray="3 2"') if mark.is_dashed else Markup("")
    line = Markup('<path d="M{:g} {}V{}" stroke="{}" stroke-width="{:g}"{}/>').format(
        placed.x, text_y - 12, top + STRIP_HEIGHT, mark.colour, mark.width, dash
    )
    weight = Markup(' font-weight="700"') if mark.is_bold else Markup("")
    near = placed.x - 5 if placed.anchor == "end" else placed.x + 5
    text = Markup('<text x="{:g}" y="{}" font-size="14" fill="{}" text-anchor="{}"{}>{}</text>').format(
        near, text_y, mark.colour, placed.anchor, weight, mark.text
    )
    return line + text


def _axis_text(x: float, height: int, text: str, anchor: str) -> Markup:
    return Markup('<text x="{:g}" y="{}" font-size="13" fill="{}" text-anchor="{}">{}</text>').format(
        x, height - 4, SECOND_INK, anchor, text
    )


def _end_anchor(axis: _Axis, value: float) -> str:
    return "start" if value == axis.ticks[0] else "end" if value == axis.ticks[-1] else "middle"
