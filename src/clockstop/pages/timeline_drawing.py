"""The clocks of a pathway drawn along its events: where every shape lies, and the SVG that says so.

No style attribute and no script, so that the drawing stands under a strict content security policy. The table beneath the drawing
is its twin: what does not fit here is left to it, and said so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from clockstop.dates import in_dense_words, in_words
from clockstop.pages.drawing_shapes import Box, Line, Text, text_width
from clockstop.pages.timeline_marks import draw_as_of, draw_marks, draw_months, levels_of, one_a_day
from clockstop.pages.timeline_parts import (
    BAR_HEIGHT,
    BLUE,
    FIRST_LANE,
    GREY,
    INK,
    LANE_HEIGHT,
    LEADER,
    LEFT,
    RED,
    SECOND_INK,
    WHITE,
    WIDTH,
    Axis,
    Canvas,
    Clock,
    Drawing,
    Lane,
    Mark,
    label_width,
)

__all__ = ["GREY", "LEADER", "WIDTH", "Clock", "Drawing", "Lane", "Mark", "describe", "draw"]


def draw(clocks: Sequence[Clock], marks: Sequence[Mark], *, as_of: date, pathway: str, beside: Sequence[Lane] = ()) -> Drawing:
    """The drawing of one pathway as it stood at the end of `as_of`: its RTT clocks, and the lanes `beside` them.

    Words never overlap words, nor the lines that lead to others.
    """
    lanes = _lanes_of(clocks, beside)
    every = [clock for lane in lanes for clock in lane.clocks]
    marks = one_a_day(marks, as_of)
    axis = _axis(lanes, marks, as_of)
    canvas = Canvas()
    below_lanes = _draw_lanes(canvas, axis, lanes, as_of)
    labelled = levels_of(marks, axis)
    bottom = draw_marks(canvas, axis, marks, labelled, below_lanes)
    draw_months(canvas, axis, bottom)
    draw_as_of(canvas, axis, as_of, bottom)
    description = describe(every, marks, as_of, pathway)
    if beside:
        description = _describe_lanes(lanes, marks, as_of, pathway)
    return Drawing(bottom + 6, tuple(canvas.behind + canvas.front), len(marks) - len(labelled), description)


def _lanes_of(clocks: Sequence[Clock], beside: Sequence[Lane]) -> list[Lane]:
    """RTT's lane first; none of it where RTT knows nothing and another clock does."""
    rtt = Lane(words="RTT", second="referral to treatment", clocks=tuple(clocks))
    return [rtt, *beside] if clocks or not beside else list(beside)


def describe(clocks: Sequence[Clock], marks: Sequence[Mark], as_of: date, pathway: str) -> str:
    """What the drawing shows, in sentences, for those who do not see it."""
    number = f"{len(clocks)} {'clock' if len(clocks) == 1 else 'clocks'}"
    said = [f"Pathway {pathway}, {number} on one time axis{_span(clocks, marks, as_of)}"]
    said += [_said(clock, "A clock", as_of) for clock in clocks]
    return ". ".join([*said, *_booked(marks)]) + ". The table below has every event."


def _describe_lanes(lanes: Sequence[Lane], marks: Sequence[Mark], as_of: date, pathway: str) -> str:
    clocks = [clock for lane in lanes for clock in lane.clocks]
    said = [f"Pathway {pathway}, {len(lanes)} kinds of clock on one time axis{_span(clocks, marks, as_of)}"]
    said += [_said(clock, f"{lane.words}, {lane.second}:", as_of) for lane in lanes for clock in lane.clocks]
    return ". ".join([*said, *_booked(marks)]) + ". The table below has every event."


def _span(clocks: Sequence[Clock], marks: Sequence[Mark], as_of: date) -> str:
    days = [clock.start for clock in clocks] + [mark.day for mark in marks]
    return f" from {in_words(min(days))} to {in_words(max([*days, as_of]))}" if days else ""


def _said(clock: Clock, what: str, as_of: date) -> str:
    end = f"to {in_words(clock.end)}" if clock.end else f"and still running on {in_words(as_of)}"
    return f"{what} from {in_words(clock.start)} {end}: {clock.words}"


def _booked(marks: Sequence[Mark]) -> list[str]:
    booked = [f"{mark.words} on {in_words(mark.day)}" for mark in marks if mark.is_booked]
    return [f"Booked: {'; '.join(booked)}"] if booked else []


def _axis(lanes: Sequence[Lane], marks: Sequence[Mark], as_of: date) -> Axis:
    clocks = [clock for lane in lanes for clock in lane.clocks]
    starts = [clock.start for clock in clocks] + [mark.day for mark in marks]
    ends = [clock.booked_end for clock in clocks if clock.booked_end]
    limits = [lane.limit_of(clock) for lane in lanes for clock in lane.clocks if clock.end is None]
    first, last = min([*starts, as_of]), max([*starts, *ends, *(limit for limit in limits if limit), as_of])
    first, last = first - timedelta(days=1), max(last, first + timedelta(days=28))
    roomy = Axis(first, last, WIDTH - 24.0)
    overhang = max((roomy.x(mark.day) + 12 + label_width(mark) - WIDTH for mark in marks), default=0)
    return Axis(first, last, WIDTH - 24.0 - max(overhang, 0) * 1.25)


def _draw_lanes(canvas: Canvas, axis: Axis, lanes: Sequence[Lane], as_of: date) -> float:
    """Every lane beneath the one before, in as many rows as its clocks need; the height of the line of events."""
    top = FIRST_LANE
    for lane in lanes:
        _name_lane(canvas, lane, top)
        rows = _rows(lane.clocks, as_of)
        for clocks in rows:
            row = _Row(canvas, axis, lane, top, as_of)
            for place, clock in enumerate(clocks):
                following = axis.x(clocks[place + 1].start) if place + 1 < len(clocks) else WIDTH
                row.draw_clock(clock, following)
                row.draw_limit(clock)
            top += LANE_HEIGHT
        top += 0 if rows else LANE_HEIGHT
    return top + 24


def _name_lane(canvas: Canvas, lane: Lane, top: float) -> None:
    """The lane's words to its left, in as many as two lines, and its small words below."""
    lines = _wrapped(lane.words, 15, is_bold=True)
    small = _wrapped(lane.second, 13)[: 3 - len(lines)] if lane.second else []
    for number, words in enumerate(lines):
        canvas.front.append(Text(0, top + 13 + 17 * number, words, 15, is_bold=True))
    for number, words in enumerate(small):
        canvas.front.append(Text(0, top + 13 + 17 * len(lines) + 16 * number, words, 13, SECOND_INK))


def _wrapped(words: str, size: float, *, is_bold: bool = False) -> list[str]:
    """The words in two lines at most, each as wide as the room to the left of the lanes."""
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if text_width(longer, size, is_bold=is_bold) <= LEFT - 8 or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines[:2] if len(lines) < 3 else [lines[0], f"{lines[1]}…"]


def _rows(clocks: Sequence[Clock], as_of: date) -> list[list[Clock]]:
    """Clocks in rows within which none overlaps another."""
    rows: list[list[Clock]] = []
    for clock in sorted(clocks, key=lambda clock: clock.start):
        free = next((row for row in rows if (row[-1].end or row[-1].booked_end or as_of) <= clock.start and row[-1].end), None)
        if free is None:
            rows.append([clock])
        else:
            free.append(clock)
    return rows


@dataclass
class _Row:
    """One row of a lane; `taken` is the room that words under it have."""

    canvas: Canvas
    axis: Axis
    lane: Lane
    top: float
    as_of: date
    taken: list[tuple[float, float]] = field(default_factory=list)

    def draw_clock(self, clock: Clock, following: float) -> None:
        """The clock's bar, and beyond the as-of day where it would stop if what is booked holds."""
        start, end = self.axis.x(clock.start), self.axis.x(clock.end or max(self.as_of, clock.start))
        width, front, top = max(end - start, 2), self.canvas.front, self.top
        if clock.is_nullified:
            front.append(Box(start, top, width, BAR_HEIGHT, WHITE, GREY, "4 3"))
        else:
            front.append(Box(start, top, width, BAR_HEIGHT, BLUE if clock.end is None else GREY))
        front.append(Line(start, top - 4, start, top + 30, INK, 3))
        right = end
        if clock.end is not None:
            front.append(Line(end, top - 4, end, top + 30, INK, 3))
        elif clock.booked_end and clock.booked_end > self.as_of:
            right = self.axis.x(clock.booked_end)
            front.append(Box(end, top + 5, right - end, 16, "none", BLUE, "5 4", 2))
        self.name_clock(clock, (start, width, right), following)

    def name_clock(self, clock: Clock, place: tuple[float, float, float], following: float) -> None:
        """The clock's words on it where they fit, else to its right, else nowhere: the table names it."""
        (start, width, right), front, top = place, self.canvas.front, self.top
        needed = text_width(clock.words, 14, is_bold=True)
        if needed + 18 <= width:
            front.append(Text(start + 9, top + 18, clock.words, 14, GREY if clock.is_nullified else WHITE, is_bold=True))
        elif right + needed + 16 <= following:
            front += [Box(right + 6, top + 4, needed + 4, 18, WHITE), Text(right + 8, top + 18, clock.words, 14, is_bold=True)]

    def draw_limit(self, clock: Clock) -> None:
        """The mark at the limit, on every clock that reached it or still may; its words where there is room under the lane."""
        day = self.lane.limit_of(clock)
        if day is None or (clock.end is not None and day > clock.end) or day > self.axis.last:
            return
        x, words = self.axis.x(day), f"{self.lane.limit_words}, {in_dense_words(day, year=day.year != self.as_of.year)}"
        self.canvas.front.append(Line(x, self.top - 8, x, self.top + 38, RED, 2.5))
        half = text_width(words, 14, is_bold=True) / 2
        middle = min(max(x, LEFT + half), WIDTH - half - 2)
        if all(middle + half + 8 < begin or middle - half - 8 > end for begin, end in self.taken):
            self.taken.append((middle - half, middle + half))
            self.canvas.front.append(Box(middle - half - 2, self.top + 40, 2 * half + 4, 17, WHITE))
            self.canvas.front.append(Text(middle, self.top + 53, words, 14, is_bold=True, anchor="middle"))
