"""The few shapes of which our drawings are made, each as SVG with presentation attributes only."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

# Widths of Arial's letters in thousandths of the size, bold or not whichever is wider; letters not named here take 611.
_WIDTHS = {
    **dict.fromkeys("ijl'", 278),
    **dict.fromkeys(" !,./:;I|", 300),
    **dict.fromkeys("frt()-[]", 389),
    **dict.fromkeys("acekvxyszJ0123456789", 560),
    **dict.fromkeys("ABCDHKNRUEPSVXY", 722),
    **dict.fromkeys("GOQ&w", 780),
    **dict.fromkeys("mM%", 890),
    "W": 944,
}


def text_width(words: str, size: float, *, is_bold: bool = False) -> float:
    """How wide the words will be at most, in pixels; regular text is a little narrower than bold.

    >>> 95 < text_width("18 weeks, 26 Oct", 14, is_bold=True) < 130
    True
    """
    width = sum(_WIDTHS.get(letter, 611) for letter in words) * size / 1000
    return round(width if is_bold else width * 0.96, 1)


@dataclass(frozen=True)
class Line:
    """A straight line."""

    x: float
    y: float
    to_x: float
    to_y: float
    colour: str
    thickness: float = 1
    dashes: str = ""

    def __html__(self) -> str:
        dashes = Markup(' stroke-dasharray="{}"').format(self.dashes) if self.dashes else ""
        path = f"M{self.x:g} {self.y:g}L{self.to_x:g} {self.to_y:g}"
        return Markup('<path d="{}" stroke="{}" stroke-width="{}"{}/>').format(path, self.colour, self.thickness, dashes)


@dataclass(frozen=True)
class Box:
    """A rectangle, filled or outlined."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    outline: str = ""
    dashes: str = ""
    thickness: float = 1.5

    def __html__(self) -> str:
        outline = Markup(' stroke="{}" stroke-width="{}"').format(self.outline, self.thickness) if self.outline else ""
        dashes = Markup(' stroke-dasharray="{}"').format(self.dashes) if self.dashes else ""
        return Markup('<rect x="{:g}" y="{:g}" width="{:g}" height="{:g}" fill="{}"{}{}/>').format(
            self.x, self.y, self.width, self.height, self.colour, outline, dashes
        )


@dataclass(frozen=True)
class Dot:
    """A point on a line."""

    x: float
    y: float
    colour: str
    outline: str
    radius: float = 5

    def __html__(self) -> str:
        return Markup('<circle cx="{:g}" cy="{:g}" r="{:g}" fill="{}" stroke="{}" stroke-width="2"/>').format(
            self.x, self.y, self.radius, self.colour, self.outline
        )


@dataclass(frozen=True)
class Text:
    """Words; `y` is the line on which they stand."""

    x: float
    y: float
    words: str
    size: float
    colour: str = "#212b32"
    is_bold: bool = False
    anchor: str = "start"

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the words at their widest."""
        width = text_width(self.words, self.size, is_bold=self.is_bold)
        left = {"start": self.x, "middle": self.x - width / 2, "end": self.x - width}[self.anchor]
        return left, self.y - 0.8 * self.size, left + width, self.y + 0.25 * self.size

    def __html__(self) -> str:
        bold = Markup(' font-weight="700"') if self.is_bold else ""
        return Markup('<text x="{:g}" y="{:g}" font-size="{:g}" fill="{}" text-anchor="{}"{}>{}</text>').format(
            self.x, self.y, self.size, self.colour, self.anchor, bold, escape(self.words)
        )


@dataclass(frozen=True)
class Run:
    """A line through points, left to right. A point without a height breaks it."""

    points: Sequence[tuple[float, float | None]]
    colour: str
    thickness: float = 2
    dashes: str = ""

    def __html__(self) -> str:
        marks, pen = [], "M"
        for x, y in self.points:
            if y is not None:
                marks.append(f"{pen}{x:.1f} {y:.1f}")
            pen = "M" if y is None else "L"
        dashes = Markup(' stroke-dasharray="{}"').format(self.dashes) if self.dashes else ""
        return Markup('<path fill="none" d="{}" stroke="{}" stroke-width="{}" stroke-linejoin="round"{}/>').format(
            "".join(marks), self.colour, self.thickness, dashes
        )


@dataclass(frozen=True)
class Area:
    """What lies within a line of points."""

    points: Sequence[tuple[float, float]]
    colour: str

    def __html__(self) -> str:
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in self.points)
        return Markup('<path d="M{}Z" fill="{}"/>').format(path, self.colour)


Shape = Line | Box | Dot | Text | Run | Area


@dataclass(frozen=True)
class Drawing:
    """The shapes, back to front, the size of the canvas, and what it shows in words."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    description: str
