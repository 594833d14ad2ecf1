"""Days to breach as bars on one common scale: red to the left of today for breached, blue to the right for days left."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

WIDTH, HEIGHT, MARGIN = 100, 16, 2
RED, DARK_BLUE, BLUE, INK, GRID, SECOND_INK = "#d5281b", "#003087", "#005eb8", "#212b32", "#d8dde0", "#4c6272"
# How far a scale may reach; days beyond the last are drawn to the edge with an open end.
AHEAD = (28, 56, 126)
BACK = (14, 28, 91, 182, 364)
SOON_DAYS = 7


@dataclass(frozen=True)
class Scale:
    """From so many days past the breach to so many days before it, the same for every row of a page."""

    back: int
    ahead: int

    @classmethod
    def of(cls, days_to_breach: Sequence[int]) -> "Scale":
        """The smallest scale that holds all of these, within reason."""
        most, least = max(days_to_breach, default=0), min(days_to_breach, default=0)
        return cls(_reach(-least, BACK), _reach(most, AHEAD))

    def x(self, days: int) -> float:
        """Where a number of days lies, at the edges where it lies beyond."""
        within = min(max(days, -self.back), self.ahead)
        return round(MARGIN + (within + self.back) / (self.back + self.ahead) * (WIDTH - 2 * MARGIN), 1)

    def axis(self) -> Markup:
        """The head of the column: 0 and the two ends. What stands here is read out in the column's own words."""
        ends = (
            (f"{self.back} over", self.x(-self.back), "start"),
            ("0", self.x(0), "middle"),
            (str(self.ahead), self.x(self.ahead), "end"),
        )
        room = [end for end in ends if end[1] == ends[1][1] or abs(end[1] - ends[1][1]) > (66 if end[2] == "start" else 24)]
        words = Markup("").join(
            Markup('<text x="{}" y="11" font-size="13" fill="{}" text-anchor="{}">{}</text>').format(x, SECOND_INK, anchor, text)
            for text, x, anchor in room
        )
        return _svg(words, 14)

    def bar(self, days: int) -> Markup:
        """One row's bar; the number stands beside it, so it is hidden from screen readers."""
        zero, end = self.x(0), self.x(days)
        left, width = min(zero, end), abs(end - zero)
        colour = RED if days < 0 else DARK_BLUE if days <= SOON_DAYS else BLUE
        grid = f'<path d="{self._grid()}" stroke="{GRID}"/>'
        rectangle = f'<rect x="{left:g}" y="3" width="{width:g}" height="10" fill="{colour}"/>'
        beyond = "" if -self.back <= days <= self.ahead else _open_end(end, days)
        today = f'<path d="M{zero:g} 0V16" stroke="{INK}" stroke-width="1.5"/>'
        return _svg(Markup(f"{grid}{rectangle}{beyond}{today}"), HEIGHT)  # noqa: S704 numbers and our own colours only

    def _grid(self) -> str:
        quarters = [self.x(round(self.ahead * part / 4)) for part in range(1, 5)]
        return "".join(f"M{x:g} 3V13" for x in quarters)


def _reach(days: int, steps: Sequence[int]) -> int:
    return next((step for step in steps if days <= step), steps[-1])


def _open_end(x: float, days: int) -> str:
    """Two slanted cuts of paper through the bar: it goes on beyond the scale."""
    inward = 6 if days < 0 else -6
    first, second = x + inward - 4, x + 2 * inward - 4
    return f'<path d="M{first:g} 14l4 -12M{second:g} 14l4 -12" stroke="#ffffff" stroke-width="2"/>'


def _svg(content: Markup, height: int) -> Markup:
    size = f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    return Markup(f'<svg {size} aria-hidden="true" focusable="false">{content}</svg>')  # noqa: S704 as above
