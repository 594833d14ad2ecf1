"""Small lines for tables, written as SVG by hand: no script, no style attribute, under a millisecond."""

from collections.abc import Sequence

from markupsafe import Markup, escape

WIDTH, HEIGHT, MARGIN = 104, 30, 3


def sparkline(
    values: Sequence[float | None], *, label: str, line: float | None = None, band: tuple[float, float] | None = None
) -> Markup:
    """The run of values as a line with a dot at its end; `line` is a standard, `band` an expected range.

    A gap (None) breaks the line. The label is read out; it must give the finding. Empty where fewer than two values are known.
    """
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return Markup("")
    height = _heights([*known, *([line] if line is not None else []), *(band or ())])
    step = (WIDTH - 2 * MARGIN - 1) / (len(values) - 1)
    spots = [None if value is None else (MARGIN + step * place, height(value)) for place, value in enumerate(values)]
    parts = [
        _band(band, height),
        _standard(line, height),
        f'<path fill="none" stroke="#4c6272" stroke-width="1.4" d="{_path(spots)}"/>',
        _end(spots),
    ]
    return Markup(  # noqa: S704 numbers of ours, and a label that is escaped
        f'<svg class="cs-spark" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(label)}" focusable="false">{"".join(parts)}</svg>'
    )


def _heights(values: Sequence[float]):
    low, high = min(values), max(values)
    room = HEIGHT - 2 * MARGIN

    def height(value: float) -> float:
        return HEIGHT / 2 if high == low else HEIGHT - MARGIN - (value - low) / (high - low) * room

    return height


def _path(spots: Sequence[tuple[float, float] | None]) -> str:
    """Move after a gap, draw otherwise."""
    marks, pen = [], "M"
    for spot in spots:
        if spot is None:
            pen = "M"
        else:
            marks.append(f"{pen}{spot[0]:.1f} {spot[1]:.1f}")
            pen = "L"
    return "".join(marks)


def _band(band: tuple[float, float] | None, height) -> str:
    if band is None:
        return ""
    top, bottom = height(max(band)), height(min(band))
    return f'<rect x="0" y="{top:.1f}" width="{WIDTH}" height="{bottom - top:.1f}" fill="#f0f4f5"/>'


def _standard(line: float | None, height) -> str:
    return (
        ""
        if line is None
        else f'<path d="M0 {height(line):.1f}H{WIDTH}" stroke="#003087" stroke-width="1" stroke-dasharray="3 2"/>'
    )


def _end(spots: Sequence[tuple[float, float] | None]) -> str:
    x, y = next(spot for spot in reversed(spots) if spot is not None)
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="#a6a6a6" stroke="#4c6272" stroke-width="0.7"/>'
