"""How long each patient has been somewhere, as bars on one scale of hours with the limits that matter drawn through them.

Wide: place, time and bar on one line, what the patient waits for in the bar or behind it. Narrow (a phone): words above
the bar. The caller's table is the drawing's twin.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clockstop.pages.drawing_shapes import Box, Drawing, Line, Shape, Text, text_width

INK, SECOND_INK, GRID, WHITE, RED = "#212b32", "#4c6272", "#d8dde0", "#ffffff", "#d5281b"
DARK_BLUE, BLUE, PALE = "#003087", "#005eb8", "#4d94d0"
LIMITS = (240, 720)
SOON_MINUTES = 60
WIDE, NARROW = 760, 358
ROW, ROW_OF_PHONE, BAR, TOP, WORDS = 25, 41, 16, 22, 13


@dataclass(frozen=True)
class ClockBar:
    """One patient: the place, the minutes so far, and what comes next."""

    place: str
    minutes: int
    words: str = ""


@dataclass(frozen=True)
class _Hours:
    """Hours along the canvas."""

    left: float
    right: float
    most: int

    def x(self, minutes: float) -> float:
        return round(self.left + min(minutes / 60, self.most) / self.most * (self.right - self.left), 1)


def hours_and_minutes(minutes: int) -> str:
    """The time as it stands beside a bar.

    >>> hours_and_minutes(782), hours_and_minutes(14)
    ('13 h 02', '0 h 14')
    """
    return f"{minutes // 60} h {minutes % 60:02}"


def draw_clock_bars(bars: Sequence[ClockBar], *, description: str, is_narrow: bool = False) -> Drawing:
    """The bars in the order given, from nought to the next two hours beyond the longest."""
    width, row = (NARROW, ROW_OF_PHONE) if is_narrow else (WIDE, ROW)
    longest = max((bar.minutes for bar in bars), default=0)
    hours = _Hours(0 if is_narrow else 214, width - 26, max(14, (longest // 120 + 1) * 2))
    bottom = TOP + row * max(len(bars), 1) + 8
    shapes: list[Shape] = [*_axis(hours, bottom)]
    for place, bar in enumerate(bars):
        top = TOP + 7 + place * row
        shapes += _narrow(bar, hours, top) if is_narrow else _wide(bar, hours, top)
    return Drawing(width, bottom, tuple(shapes), description)


def colour_of(minutes: int) -> str:
    """Red over 12 hours, dark blue over 4, blue over 3, so that 4 hours come within the hour, else pale."""
    first, last = LIMITS
    if minutes > last:
        return RED
    if minutes > first:
        return DARK_BLUE
    return BLUE if minutes > first - SOON_MINUTES else PALE


def _axis(hours: _Hours, bottom: float) -> Iterator[Shape]:
    limits = [limit // 60 for limit in LIMITS]
    step = 2 if hours.most <= 16 else 4 if hours.most <= 32 else 12
    for hour in range(0, hours.most + 1, step):
        x = hours.x(hour * 60)
        yield Line(x, TOP, x, bottom, GRID)
        if all(abs(x - hours.x(limit * 60)) > 44 for limit in limits):
            anchor = "start" if x == 0 else "middle"
            yield Text(x, 14, f"{hour} h", WORDS, SECOND_INK, anchor=anchor)
    for limit in limits:
        x = hours.x(limit * 60)
        yield Line(x, 20, x, bottom, INK, 2)
        yield Text(x, 14, f"{limit} hours", 14, is_bold=True, anchor="middle")


def _bar(bar: ClockBar, hours: _Hours, top: float) -> list[Shape]:
    width = max(hours.x(bar.minutes) - hours.left, 2)
    passed = [hours.x(limit) for limit in LIMITS if bar.minutes > limit + 15]
    return [
        Box(hours.left, top, round(width, 1), BAR, colour_of(bar.minutes)),
        *(Line(x, top, x, top + BAR, WHITE, 2) for x in passed),
    ]


def _wide(bar: ClockBar, hours: _Hours, top: float) -> list[Shape]:
    over = bar.minutes > LIMITS[0]
    return [
        Text(0, top + 12, _shortened(bar.place, 134, 14), 14),
        Text(206, top + 12, hours_and_minutes(bar.minutes), 14, is_bold=over, anchor="end"),
        *_bar(bar, hours, top),
        *_words(bar, hours, top),
    ]


def _words(bar: ClockBar, hours: _Hours, top: float) -> list[Shape]:
    """What the patient waits for: behind the bar, or in it where that would cross the line of 12 hours."""
    if not bar.words:
        return []
    end, width = hours.x(bar.minutes), text_width(bar.words, WORDS)
    first, last = map(hours.x, LIMITS)
    start = first + 7 if end < first < end + 9 + width else end + 7
    crosses = start - 2 < last < start + width
    fits_inside, room = width + 14 <= end - hours.left, hours.right + 26 - start
    if fits_inside and (crosses or width > room):
        return [Box(end - 11 - width, top, width + 8, BAR, colour_of(bar.minutes)),
                Text(end - 7, top + 12.5, bar.words, WORDS, WHITE, anchor="end")]  # fmt: skip
    words = _shortened(bar.words, room, WORDS)
    return [Box(start - 3, top, text_width(words, WORDS) + 6, BAR, WHITE), Text(start, top + 12.5, words, WORDS)]


def _narrow(bar: ClockBar, hours: _Hours, top: float) -> list[Shape]:
    over = bar.minutes > LIMITS[0]
    said = f"{hours_and_minutes(bar.minutes)}  {bar.place}"
    begin = text_width(said, 14, is_bold=over) + 12
    words = _shortened(bar.words, NARROW - begin, WORDS) if bar.words else ""
    behind = [Box(0, top - 1, NARROW, 18, WHITE)]
    return [
        *behind,
        Text(0, top + 12, said, 14, is_bold=over),
        *([Text(NARROW, top + 12, words, WORDS, SECOND_INK, anchor="end")] if words else []),
        *_bar(bar, hours, top + 18),
    ]


def _shortened(words: str, room: float, size: float) -> str:
    """The words, cut where they do not fit; the table has them whole."""
    if text_width(words, size) <= room:
        return words
    while words and text_width(f"{words}…", size) > room:
        words = words[:-1]
    return f"{words.rstrip()}…" if words else ""
