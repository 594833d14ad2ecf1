"""What a measure's figures say in words: the value, its period, how it moved, how far it is from its bar, and its two numbers."""

from collections.abc import Sequence
from datetime import date

from clockstop.answers.series import Series
from clockstop.measures.measure import Measure
from clockstop.measures.targets import Target
from clockstop.nhsuk.figures import WEEKS, moved
from clockstop.nhsuk.presenters import day, month, number
from clockstop.pages.context import Filters
from clockstop.reports.figure_words import WITHHELD, against_bar, amount, counted_from, parts_of, said, value_said, when_counted

__all__ = [
    "WITHHELD", "against_bar", "amount", "change", "counted_from", "finding", "numbers_are", "parts_of", "said", "value_said",
    "when", "when_counted",
]  # fmt: skip


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


def numbers_are(measure: Measure) -> tuple[str, str]:
    """What the two numbers of a measure are called in its tables."""
    if measure.kind == "rate" and measure.unit == WEEKS:
        return "Waiting", f"Stops in {number(measure.per)} weeks"
    if measure.kind == "quantile":
        return "", "Waiting" if measure.unit == WEEKS else "Counted"
    if measure.kind == "mean":
        return f"{measure.unit.capitalize()} in all", "Counted"
    return ("Counted", "For each of" if measure.kind == "rate" else "Out of")
