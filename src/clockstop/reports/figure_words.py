"""What a measure and its figures say in words: the value, what it is counted from, how far it is from its bar, its two numbers."""

from clockstop.answers.series import Point
from clockstop.measures.measure import Measure
from clockstop.measures.targets import Target
from clockstop.nhsuk.figures import AMOUNTS, WEEKS, against, figure
from clockstop.nhsuk.presenters import count, lower_first, number, percent
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


def said(measure: Measure, point: Point | None, *, places: int = 1) -> str:
    """A point's value; words where it is withheld or nothing was counted."""
    if point is not None and point.is_hidden:
        return WITHHELD
    return value_said(measure, point.value if point else None, places=places)


def value_said(measure: Measure, value: float | None, *, places: int = 1) -> str:
    """A value of the measure: a figure, a standard, an average."""
    return figure(measure.kind, value, measure.unit, places=places)


def compared_said(measure: Measure, value: float | None) -> str:
    """A value as it is compared between places of different size: a count, which grows with the place, as its share."""
    return percent(value) if measure.kind == "count" else value_said(measure, value)


def against_bar(measure: Measure, latest: Point | None, bar: Target) -> str:
    """How far the latest value is from a standard or target."""
    value = latest.value if latest else None
    return against(measure.kind, measure.improvement, value, bar.value, lower_first(bar.title), unit=measure.unit)


def parts_of(measure: Measure, point: Point | None) -> str:
    """The numbers behind the value: 83 of 132 pathways; of a count of all that there are the one number, 132 pathways."""
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
    whole = _counted(point.denominator, measure)
    return whole if measure.kind == "count" and point.numerator == point.denominator else f"{amount(point.numerator)} of {whole}"


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
