"""From a measure's figure to the rows behind it: the list of today's pathways, or the rows of a period."""

from dataclasses import dataclass

from clockstop.answers.desk import Desk
from clockstop.answers.measure_lists import list_behind
from clockstop.answers.scope import Scope
from clockstop.answers.series import Point, series
from clockstop.measures.measure import Measure
from clockstop.nhsuk.presenters import count, day
from clockstop.nhsuk.templating import url
from clockstop.pages import measure_words as words
from clockstop.pages.context import Filters


@dataclass(frozen=True)
class Behind:
    """The figure whose rows can be seen: when it is of, what it is, and the addresses of its numerator and denominator."""

    when: str
    value: str
    links: tuple[tuple[str, str], ...]


def behind(scope: Scope, opened: Desk, measure: Measure, filters: Filters, latest: Point | None) -> Behind | None:
    """Where the rows behind a figure are, for those who may see them: today's list of a census, the rows of the latest period."""
    if not filters.trust or not scope.sees_patients(filters.trust) or measure.kind == "quantile":
        return None
    if measure.counted == "at census":
        return _on_list(scope, opened, measure, filters)
    return _in_period(measure, filters, latest)


def _on_list(scope: Scope, opened: Desk, measure: Measure, filters: Filters) -> Behind | None:
    """The list is of one day, so is the figure; a fact without a list has its rows of that day."""
    found = series(scope, opened, measure.slug, period_kind="now", where=filters.where)[0].points
    if not found or measure.kind == "rate":
        return None
    point, listed = found[-1], None if measure.is_of_clocks else list_behind(opened, measure)
    if measure.is_of_clocks or listed is not None:
        view = ("list_pathways",) if measure.is_of_clocks else ("show_worklist", listed.slug)
        numerator = url(*view, measure=f"{measure.slug}:numerator", **filters.where)
        links = (numerator, url(*view, measure=measure.slug, **filters.where))
    else:
        links = _rows(measure, period="now", period_end=point.period_end.isoformat(), **filters.where)
    return Behind(f"On the list of {day(point.period_end)}", words.said(measure, point), _links(measure, point, links))


def _in_period(measure: Measure, filters: Filters, latest: Point | None) -> Behind | None:
    """The rows whose day falls in the period that the page shows."""
    if latest is None or latest.is_hidden or latest.denominator is None:
        return None
    links = _rows(measure, **{**filters.query, "period": filters.period, "period_end": latest.period_end.isoformat()})
    return Behind(
        f"Rows of {words.when(filters, measure, latest.period_end)}", words.said(measure, latest), _links(measure, latest, links)
    )


def _rows(measure: Measure, **asked: str) -> tuple[str, str]:
    """The addresses of the rows of the numerator and of the denominator."""
    return url("list_measure_rows", measure.slug, **asked, side="numerator"), url("list_measure_rows", measure.slug, **asked)


def _links(measure: Measure, point: Point, addresses: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """The numerator's link, and that of all of which it is a part; one alone where they are the very same rows."""
    first = (_counted(measure, point.numerator), addresses[0])
    if point.numerator == point.denominator:
        return (first,)
    return first, (f"of {words.amount(point.denominator)}", addresses[1])


def _counted(measure: Measure, value: float | None) -> str:
    if measure.is_of_clocks and value is not None:
        return count(round(value), "pathway")
    if value == 1:
        return f"1 {measure.unit.removesuffix('s')}"
    return f"{words.amount(value)} {measure.unit}"
