"""A standard as a drawn band: as a line how far removals could take it, as a band where it will lie, as a dot where it stands."""

from markupsafe import Markup

from clockstop.insight.standard_range import Range
from clockstop.pages.drawing_shapes import Box, Dot, Line

SMALL, LARGE = (120, 12), (560, 60)
PALE, BLUE, INK, GRID = "#b3d3ef", "#005eb8", "#212b32", "#aeb7bd"
MARGIN = 7


def small_band(found: Range) -> Markup:
    """The band of a cell; the words beside it say the same, so it is hidden from screen readers."""
    return _drawn(found, SMALL, Markup(' aria-hidden="true"'))


def large_band(found: Range, label: str) -> Markup:
    """The band of a page, with what it shows in words."""
    return _drawn(found, LARGE, Markup(' role="img" aria-label="{}"').format(label))


def _drawn(found: Range, size: tuple[int, int], told: Markup) -> Markup:
    """From the least to the greatest that removals can make of it, with all that the interval needs besides."""
    width, height = size
    least, greatest, counted = found.least, found.greatest, found.counted
    if least is None or greatest is None or counted is None:
        return Markup("")
    first = min(one for one in (least, counted, found.low) if one is not None)
    last = max(one for one in (greatest, counted, found.high) if one is not None)
    room = (last - first) or 1.0

    def x(value: float) -> float:
        return round(MARGIN + (value - first) / room * (width - 2 * MARGIN), 1)

    middle, thick = height / 2, height * 0.55
    shapes = [Line(x(least), middle, x(greatest), middle, GRID, 1.5, "3 2")]
    shapes += [Line(x(end), middle - thick / 2, x(end), middle + thick / 2, GRID, 1.5) for end in (least, greatest)]
    if found.low is not None and found.high is not None:
        left = x(found.low)
        shapes.append(Box(left, middle - thick / 2, max(x(found.high) - left, 2), thick, PALE))
    shapes.append(Dot(x(counted), middle, BLUE, INK, min(5, height / 3)))
    return Markup('<svg class="cs-band" width="{0}" height="{1}" viewBox="0 0 {0} {1}"{2}>{3}</svg>').format(
        width, height, told, Markup("").join(shapes)
    )
