"""From a measure's figure to the rows behind it: the list of today's pathways, or the rows of a period."""

from dataclasses import dataclass

from clockstop.answers.desk import Desk
from clockstop.answers.lists import list_of_table
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
    if not filters.trust or not scope.is_own(filters.trust) or measure.kind == "quantile":
        return None
    if measure.counted == "at census":
        return _on_list(scope, opened, measure, filters)
    return _in_period(measure, filters, latest)


def _on_list(scope: Scope, opened: Desk, measure: Measure, filters: Filters) -> Behind | None:
    """The list is of one day, so is the figure."""
    address = _list_address(measure)
    found = series(scope, opened, measure.slug, period_kind="now", where=filters.where)[0].points
    if not address or not found or measure.kind == "rate":
        return None
    point, (view, *slug) = found[-1], address
    numerator = url(view, *slug, measure=f"{measure.slug}:numerator", **filters.where)
    links = (
        (_counted(measure, point.numerator), numerator),
        *_whole(measure, point, url(view, *slug, measure=measure.slug, **filters.where)),
    )
    return Behind(f"On the list of {day(point.period_end)}", words.said(measure, point), links)


def _list_address(measure: Measure) -> tuple[str, ...]:
    if measure.is_of_clocks:
        return ("list_pathways",)
    listed = list_of_table(measure.table)
    return ("show_worklist", listed.slug) if listed else ()


def _in_period(measure: Measure, filters: Filters, latest: Point | None) -> Behind | None:
    """The rows whose day falls in the period that the page shows."""
    if latest is None or latest.is_hidden or latest.denominator is None:
        return None
    asked = {**filters.query, "period_end": latest.period_end.isoformat()}
    numerator = url("list_measure_rows", measure.slug, **asked, side="numerator")
    links = (
        (_counted(measure, latest.numerator), numerator),
        *_whole(measure, latest, url("list_measure_rows", measure.slug, **asked)),
    )
    return Behind(f"Rows of {words.when(filters, measure, latest.period_end)}", words.said(measure, latest), links)


def _counted(measure: Measure, value: float | None) -> str:
    if measure.is_of_clocks and value is not None:
        return count(round(value), "pathway")
    return f"{words.amount(value)} {measure.unit}"


def _whole(measure: Measure, point: Point, address: str) -> tuple[tuple[str, str], ...]:
    """The link to all of which the numerator is a part; none where it is the very same rows."""
    return () if point.numerator == point.denominator else ((f"of {words.amount(point.denominator)}", address),)
