"""What a measure's figures say in words: the value, its period, how it moved, how far it is from its bar, and its two numbers."""

from collections.abc import Sequence
from datetime import date

from clockstop.answers.series import Point, Series
from clockstop.measures.measure import Measure
from clockstop.measures.targets import Target
from clockstop.nhsuk.presenters import count, day, lower_first, month, number
from clockstop.pages.context import Filters
from clockstop.pages.figures import AMOUNTS, WEEKS, against, figure, moved
from clockstop.rules import facts

WITHHELD = "small number"
COUNTED = {
    "at census": "Counted at the end of each period",
    "by end date": "Counted by the day on which the clock ended",
    "by start date": "Counted by the day on which the clock started",
}


def when_counted(measure: Measure) -> str:
    """Which rows a period holds, in words."""
    if measure.is_current_only:
        return "On the day of the list only"
    return COUNTED.get(measure.counted) or f"Counted by {lower_first(measure.day.replace('_', ' '))}"


def counted_from(measure: Measure) -> str:
    """The table that the measure counts, in words."""
    if measure.is_of_clocks:
        return "the waiting list" if measure.table == "rtt_waits" else "the clock periods"
    fact = facts().get(measure.table)
    return lower_first(fact.title) if fact else measure.table


def said(measure: Measure, point: Point | None) -> str:
    """A point's value; words where it is withheld or nothing was counted."""
    if point is not None and point.is_hidden:
        return WITHHELD
    return value_said(measure, point.value if point else None)


def value_said(measure: Measure, value: float | None) -> str:
    """A value of the measure: a figure, a standard, an average."""
    return figure(measure.kind, value, measure.unit)


def when(filters: Filters, measure: Measure, end: date) -> str:
    """The period in words: the month, the week's last day, the day of the list."""
    if measure.is_current_only:
        return day(end)
    return month(end) if filters.period == "month" else f"week to {day(end)}"


def finding(measure: Measure, filters: Filters, whole: Series, bars: Sequence[Target]) -> str:
    """What the page shows, in two sentences."""
    if not whole.points:
        return "Nothing has been counted here yet."
    latest = whole.points[-1]
    if latest.is_hidden:
        return f"{when(filters, measure, latest.period_end)}: the number is too small to be shown to you."
    start = when(filters, measure, latest.period_end)
    words = f"{start[:1].upper()}{start[1:]}: {said(measure, latest)}"
    moved_by = change(measure, whole)
    gaps = [gap for gap in (against_bar(measure, latest, bar) for bar in bars) if gap]
    sentence = f"{words}, {moved_by}." if moved_by else f"{words}."
    return f"{sentence} That is {' and '.join(gaps)}." if gaps else sentence


def change(measure: Measure, whole: Series) -> str:
    """How the latest value has moved on the period before."""
    if len(whole.points) < 2:
        return ""
    earlier, latest = whole.points[-2:]
    words = moved(measure.kind, latest.value, earlier.value, measure.unit)
    return f"{words} on the period before" if words else ""


def against_bar(measure: Measure, latest: Point | None, bar: Target) -> str:
    """How far the latest value is from a standard or target."""
    value = latest.value if latest else None
    return against(measure.kind, measure.improvement, value, bar.value, lower_first(bar.title), unit=measure.unit)


def numbers_are(measure: Measure) -> tuple[str, str]:
    """What the two numbers of a measure are called in its tables."""
    if measure.kind == "rate" and measure.unit == WEEKS:
        return "Waiting", f"Stops in {number(measure.per)} weeks"
    if measure.kind == "quantile":
        return "", "Waiting" if measure.unit == WEEKS else "Counted"
    if measure.kind == "mean":
        return f"{measure.unit.capitalize()} in all", "Counted"
    return ("Counted", "For each of" if measure.kind == "rate" else "Out of")


def parts_of(measure: Measure, point: Point | None) -> str:
    """The numbers behind the value: 83 of 132 pathways."""
    if point is None or point.is_hidden or point.denominator is None:
        return ""
    if measure.kind == "quantile":
        return f"of {_counted(point.denominator, measure)}" if measure.unit == WEEKS else f"of {amount(point.denominator)} timed"
    if measure.kind == "rate" and measure.unit == WEEKS:
        return f"{number(point.numerator)} waiting, {number(point.denominator / measure.per)} stops a week"
    if measure.kind == "rate":
        return f"{amount(point.numerator)} to {amount(point.denominator)}"
    if measure.kind == "mean":
        return f"{amount(point.numerator)} {measure.unit} over {amount(point.denominator)}"
    return f"{amount(point.numerator)} of {_counted(point.denominator, measure)}"


def _counted(value: float, measure: Measure) -> str:
    """The number with its noun; where a wait's weeks are the unit, what waited were pathways."""
    noun = "pathways" if measure.unit == WEEKS else measure.unit
    if not float(value).is_integer() or noun in AMOUNTS:
        return f"{amount(value)} {noun}"
    return count(round(value), noun.removesuffix("s"), noun)


def amount(value: float | None) -> str:
    """A number as it was added up: halves of patients and of minutes keep their decimal.

    >>> amount(12.0), amount(12.5)
    ('12', '12.5')
    """
    return number(value, 0 if value is None or float(value).is_integer() else 1)
