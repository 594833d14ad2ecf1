"""The clocks of a pathway drawn along its events: where every shape lies, and the SVG that says so.

No style attribute and no script, so that the drawing stands under a strict content security policy. The table beneath the drawing
is its twin: what does not fit here is left to it, and said so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from clockstop.dates import in_dense_words, in_words, month_start
from clockstop.pages.drawing_shapes import Box, Dot, Line, Shape, Text, text_width
from clockstop.rules.rtt_bands import STANDARD_DAYS

WIDTH, LEFT, GUTTER = 1262, 166, 14
BAR_HEIGHT, LANE_HEIGHT, FIRST_LANE = 26, 62, 44
LEVEL_HEIGHT, DEEPEST_LEVEL = 36, 6
EIGHTEEN_WEEKS = timedelta(days=STANDARD_DAYS)
INK, SECOND_INK, GRID, LEADER = "#212b32", "#4c6272", "#d8dde0", "#aeb7bd"
BLUE, GREY, RED, WHITE = "#005eb8", "#4c6272", "#d5281b", "#ffffff"


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One clock to draw. `words` stand on it; `booked_end` is where it stops if the booked date holds."""

    start: date
    end: date | None
    words: str
    is_nullified: bool = False
    booked_end: date | None = None


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One event to draw. Where there is no room for all words, those of the greatest `weight` are kept.

    `dated` is the day in words, filled in when it is drawn.
    """

    day: date
    words: str
    is_booked: bool = False
    weight: int = 1
    dated: str = ""


@dataclass(frozen=True)
class Drawing:
    """The shapes, back to front, with the size of the canvas and how many events have no words on it."""

    height: float
    shapes: tuple[Shape, ...]
    unnamed: int
    description: str
    width: float = WIDTH


@dataclass(frozen=True)
class Axis:
    """Days along the canvas, from the first to the last, with room for words to the right of the last."""

    first: date
    last: date
    right: float

    def x(self, day: date) -> float:
        """Where a day lies."""
        return round(LEFT + GUTTER + (day - self.first).days * self.scale, 1)

    @property
    def scale(self) -> float:
        return (self.right - LEFT - GUTTER) / max((self.last - self.first).days, 1)


@dataclass
class _Canvas:
    behind: list[Shape] = field(default_factory=list)
    front: list[Shape] = field(default_factory=list)


def draw(clocks: Sequence[Clock], marks: Sequence[Mark], *, as_of: date, pathway: str) -> Drawing:
    """The drawing of one pathway as it stood at the end of `as_of`.

    Words never overlap words, nor the lines that lead to others.
    """
    marks = _one_a_day(marks, as_of)
    axis = _axis(clocks, marks, as_of)
    canvas = _Canvas()
    below_lanes = _draw_clocks(canvas, axis, clocks, as_of)
    labelled = _levels(marks, axis)
    bottom = _draw_marks(canvas, axis, marks, labelled, below_lanes)
    _draw_months(canvas, axis, bottom)
    _draw_as_of(canvas, axis, as_of, bottom)
    return Drawing(
        bottom + 6, tuple(canvas.behind + canvas.front), len(marks) - len(labelled), describe(clocks, marks, as_of, pathway)
    )


def describe(clocks: Sequence[Clock], marks: Sequence[Mark], as_of: date, pathway: str) -> str:
    """What the drawing shows, in sentences, for those who do not see it."""
    days = [clock.start for clock in clocks] + [mark.day for mark in marks]
    said = [f"Pathway {pathway}, {len(clocks)} {'clock' if len(clocks) == 1 else 'clocks'} on one time axis"]
    if days:
        said[0] += f" from {in_words(min(days))} to {in_words(max([*days, as_of]))}"
    for clock in clocks:
        end = f"to {in_words(clock.end)}" if clock.end else f"and still running on {in_words(as_of)}"
        said.append(f"A clock from {in_words(clock.start)} {end}: {clock.words}")
    booked = [f"{mark.words} on {in_words(mark.day)}" for mark in marks if mark.is_booked]
    if booked:
        said.append(f"Booked: {'; '.join(booked)}")
    return ". ".join(said) + ". The table below has every event."


def _one_a_day(marks: Sequence[Mark], as_of: date) -> list[Mark]:
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


def _axis(clocks: Sequence[Clock], marks: Sequence[Mark], as_of: date) -> Axis:
    starts = [clock.start for clock in clocks] + [mark.day for mark in marks]
    ends = [clock.booked_end for clock in clocks if clock.booked_end]
    breaches = [clock.start + EIGHTEEN_WEEKS for clock in clocks if clock.end is None and not clock.is_nullified]
    first, last = min([*starts, as_of]), max([*starts, *ends, *breaches, as_of])
    first, last = first - timedelta(days=1), max(last, first + timedelta(days=28))
    roomy = Axis(first, last, WIDTH - 24.0)
    overhang = max((roomy.x(mark.day) + 12 + _label_width(mark) - WIDTH for mark in marks), default=0)
    return Axis(first, last, WIDTH - 24.0 - max(overhang, 0) * 1.25)


def _label_width(mark: Mark) -> float:
    return max(text_width(mark.words, 14, is_bold=True), text_width(mark.dated, 13))


def _levels(marks: Sequence[Mark], axis: Axis) -> dict[int, int]:
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
        end = axis.x(marks[place].day) + 6 + _label_width(marks[place]) + 4
        blocking = [other for other in levels if axis.x(marks[other].day) <= end]
        under[place] = max(blocking, key=levels.__getitem__, default=None)
        levels[place] = 0 if under[place] is None else levels[under[place]] + 1
    return levels, under


def _draw_marks(canvas: _Canvas, axis: Axis, marks: Sequence[Mark], levels: dict[int, int], top: float) -> float:
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
        Box(x - 2, foot - 29, _label_width(mark) + 4, 32, WHITE),
        Text(x, foot - 16, mark.words, 14, is_bold=True),
        Text(x, foot, mark.dated, 13, SECOND_INK),
    ]


def _draw_clocks(canvas: _Canvas, axis: Axis, clocks: Sequence[Clock], as_of: date) -> float:
    """The lanes of clocks, one beneath the other where clocks run at once; the height of the line of events."""
    lanes = _lanes(clocks, as_of)
    canvas.front += [
        Text(0, FIRST_LANE + 13, "RTT", 15, is_bold=True),
        Text(0, FIRST_LANE + 30, "referral to treatment", 13, SECOND_INK),
    ]
    for number, lane in enumerate(lanes):
        top = FIRST_LANE + number * LANE_HEIGHT
        taken: list[tuple[float, float]] = []
        for place, clock in enumerate(lane):
            following = axis.x(lane[place + 1].start) if place + 1 < len(lane) else WIDTH
            _draw_clock(canvas, axis, clock, top, following=following, as_of=as_of)
            _draw_eighteen_weeks(canvas, axis, clock, top, taken=taken, as_of=as_of)
    return FIRST_LANE + max(len(lanes), 1) * LANE_HEIGHT + 24


def _lanes(clocks: Sequence[Clock], as_of: date) -> list[list[Clock]]:
    """Clocks in lanes within which none overlaps another."""
    lanes: list[list[Clock]] = []
    for clock in sorted(clocks, key=lambda clock: clock.start):
        free = next(
            (lane for lane in lanes if (lane[-1].end or lane[-1].booked_end or as_of) <= clock.start and lane[-1].end), None
        )
        if free is None:
            lanes.append([clock])
        else:
            free.append(clock)
    return lanes


def _draw_clock(canvas: _Canvas, axis: Axis, clock: Clock, top: float, *, following: float, as_of: date) -> None:
    start, end = axis.x(clock.start), axis.x(clock.end or max(as_of, clock.start))
    width = max(end - start, 2)
    if clock.is_nullified:
        canvas.front.append(Box(start, top, width, BAR_HEIGHT, WHITE, GREY, "4 3"))
    else:
        canvas.front.append(Box(start, top, width, BAR_HEIGHT, BLUE if clock.end is None else GREY))
    canvas.front.append(Line(start, top - 4, start, top + 30, INK, 3))
    right = end
    if clock.end is not None:
        canvas.front.append(Line(end, top - 4, end, top + 30, INK, 3))
    elif clock.booked_end and clock.booked_end > as_of:
        right = axis.x(clock.booked_end)
        canvas.front.append(Box(end, top + 5, right - end, 16, "none", BLUE, "5 4", 2))
    _name_clock(canvas, clock, top, (start, width, right), following)


def _name_clock(canvas: _Canvas, clock: Clock, top: float, place: tuple[float, float, float], following: float) -> None:
    """The clock's words on it where they fit, else to its right, else nowhere: the table names it."""
    start, width, right = place
    needed = text_width(clock.words, 14, is_bold=True)
    if needed + 18 <= width:
        canvas.front.append(Text(start + 9, top + 18, clock.words, 14, GREY if clock.is_nullified else WHITE, is_bold=True))
    elif right + needed + 16 <= following:
        canvas.front += [Box(right + 6, top + 4, needed + 4, 18, WHITE), Text(right + 8, top + 18, clock.words, 14, is_bold=True)]


def _draw_eighteen_weeks(
    canvas: _Canvas, axis: Axis, clock: Clock, top: float, *, taken: list[tuple[float, float]], as_of: date
) -> None:
    """The mark at 18 weeks, on every clock that reached it or still may; its words where there is room under the lane."""
    day = clock.start + EIGHTEEN_WEEKS
    if clock.is_nullified or (clock.end is not None and day > clock.end) or day > axis.last:
        return
    x, words = axis.x(day), f"18 weeks, {in_dense_words(day, year=day.year != as_of.year)}"
    canvas.front.append(Line(x, top - 8, x, top + 38, RED, 2.5))
    half = text_width(words, 14, is_bold=True) / 2
    middle = min(max(x, LEFT + half), WIDTH - half - 2)
    if all(middle + half + 8 < begin or middle - half - 8 > end for begin, end in taken):
        taken.append((middle - half, middle + half))
        canvas.front.append(Box(middle - half - 2, top + 40, 2 * half + 4, 17, WHITE))
        canvas.front.append(Text(middle, top + 53, words, 14, is_bold=True, anchor="middle"))


def _draw_months(canvas: _Canvas, axis: Axis, bottom: float) -> None:
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


def _draw_as_of(canvas: _Canvas, axis: Axis, as_of: date, bottom: float) -> None:
    """The line up to which the data go, with its words beneath all others."""
    x, words = axis.x(as_of), f"Data to {in_words(as_of)}"
    canvas.behind.append(Line(x, 20, x, bottom - 8, INK, 1.5, "6 4"))
    width = text_width(words, 14, is_bold=True)
    begin = x + 6 if x + 8 + width < WIDTH else x - 6 - width
    canvas.front += [Box(begin - 2, bottom - 19, width + 4, 18, WHITE), Text(begin, bottom - 5, words, 14, is_bold=True)]
