"""The two bars of an hour at the validation desk: checked against the pace, and corrected against what was expected."""

from markupsafe import Markup

WIDTH, HEIGHT = 380, 40
BLUE, PALE_BLUE, GROUND, LINE, INK, SECOND_INK = "#005eb8", "#4d94d0", "#f0f4f5", "#d8dde0", "#212b32", "#4c6272"


def pace(checked: int, target: int, minutes: int, length: int = 60) -> Markup:
    """How many are checked, beside the mark of how many should be by now."""
    due = min(target, round(target * minutes / length))
    label = f"{checked} of {target} checked after {minutes} of {length} minutes; the pace needed is {due}"
    at = _x(due, target)
    words = f"here for {target} in the hour"
    parts = [_rect(0, WIDTH, LINE), _rect(0, _x(checked, target), BLUE)]
    if minutes < length:
        mark = Markup('<path d="M{} 5v26" stroke="{}" stroke-width="2.5"/>').format(at, INK)
        parts += [mark, _text(at + 6, words) if at < WIDTH - 190 else _text(at - 6, words, "end")]
    return _svg(label, parts)


def corrected(done: int, low: int | None, high: int | None, target: int) -> Markup:
    """How many clocks were corrected, beside the band that was expected of the whole hour."""
    if low is None or high is None:
        return _svg(
            f"{done} clocks corrected so far",
            [_rect(0, WIDTH, GROUND), _rect(0, _x(done, target), BLUE), _text(0, f"{done} so far")],
        )
    most = max(high * 4 / 3, done, 1)
    left, right = _x(low, most), _x(high, most)
    said = f"{low} to {high} expected"
    parts = [
        _rect(0, WIDTH, GROUND),
        _rect(left, max(right - left, 2), PALE_BLUE),
        _rect(0, _x(done, most), BLUE),
        _text(max(left, 90), said),
        _text(0, f"{done} so far", fill=INK),
    ]
    return _svg(f"{done} clocks corrected so far; {said}", parts)


def _x(value: float, most: float) -> float:
    return round(min(value, most) / max(most, 1) * WIDTH, 1)


def _rect(x: float, width: float, fill: str) -> Markup:
    return Markup('<rect x="{}" y="10" width="{}" height="16" fill="{}"/>').format(x, width, fill)


def _text(x: float, words: str, anchor: str = "start", *, fill: str = SECOND_INK) -> Markup:
    return Markup('<text x="{}" y="38" font-size="13" fill="{}" text-anchor="{}">{}</text>').format(x, fill, anchor, words)


def _svg(label: str, parts: list[Markup]) -> Markup:
    drawn = Markup("").join(parts)
    return Markup('<svg class="cs-chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, HEIGHT, label, drawn
    )
