"""Alerts in words, with what people did with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest

from clockstop.answers.alerts import Alert, PlanRun, Written, alerts
from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.answers.spc_sentences import ASSURANCE_WORDS, VARIATION_WORDS
from clockstop.insight.alerts import Turn
from clockstop.measures.catalogue import measure as measure_of
from clockstop.nhsuk.figures import moved
from clockstop.nhsuk.presenters import lower_first, month
from clockstop.nhsuk.templating import url
from clockstop.pages.alert_count import key_of
from clockstop.pages.review_address import review_href
from clockstop.registers.core.place import Place
from clockstop.registers.performance import reading
from clockstop.registers.performance.actions import AlertKey
from clockstop.registers.performance.reading import Marked
from clockstop.registers.trajectories import reading as trajectories
from clockstop.reports.figure_words import said


@dataclass(frozen=True, kw_only=True)
class ShownAlert:
    """An alert as a page says it; `name` is by what a form sends it back."""

    name: str
    key: AlertKey
    title: str
    value: str
    move: str
    what: str
    when: str
    href: str
    review: str
    is_for_the_worse: bool
    is_seen: bool
    marked: Marked


def written(scope: Scope) -> Written:
    """What people wrote that bears on turns: accepted new limits, and the plans of whole trusts."""
    charts = {(at.trust, at.division, slug): days for (at, slug), days in reading.every_rebase(scope).items()}
    plans = {
        (at.trust, at.measure): PlanRun(tuple(plan.months.items()), plan.tolerance)
        for at, plan in trajectories.plans(scope).items()
        if not at.service
    }
    return Written(charts, plans)


def told(request: HttpRequest, opened: Desk) -> list[ShownAlert]:
    """Every alert in reach that nobody dismissed or that somebody did, those that this reader has not seen first."""
    marks = reading.marks_of(request.scope)
    found = [_shown(one, marks, request.scope.user) for one in alerts(request.scope, opened, written(request.scope))]
    return sorted(found, key=lambda one: (one.is_seen or bool(one.marked.dismissed_by), not one.is_for_the_worse))


def told_of(request: HttpRequest, opened: Desk, place: Place, end: date) -> list[ShownAlert]:
    """The alerts of exactly this place in that month that nobody dismissed."""
    if place.service or place.site:
        return []
    marks = reading.marks_of(request.scope)
    found = alerts(request.scope, opened, written(request.scope), trusts=[place.trust])
    shown = [_shown(one, marks, request.scope.user) for one in found if Place.of(one.where) == place and one.period_end == end]
    return [one for one in shown if not one.marked.dismissed_by]


def turn_said(turn: Turn) -> str:
    """What turned, in a sentence.

    >>> turn_said(Turn("variation", "common_cause", "concerning_low"))
    'Getting worse (before: no change).'
    >>> turn_said(Turn("assurance", "hit_and_miss", "fail"))
    'Will miss the standard as things run (before: may meet or miss it).'
    """
    if turn.kind == "off_plan":
        return "Off its plan for the second month in a row."
    if turn.kind == "standard":
        return "Misses its standard or target, which it met before."
    if turn.kind == "special_cause":
        return f"A point beyond its limits; it was already {lower_first(VARIATION_WORDS[turn.was])}."
    if turn.kind == "assurance":
        now, was = ASSURANCE_WORDS[turn.now].format("standard"), lower_first(ASSURANCE_WORDS[turn.was].format("it"))
        return f"{now} as things run (before: {was.replace('the it', 'it')})."
    if turn.now == "common_cause":
        return f"No real change any more (before: {lower_first(VARIATION_WORDS[turn.was])})."
    return f"{VARIATION_WORDS[turn.now]} (before: {lower_first(VARIATION_WORDS[turn.was])})."


def _shown(alert: Alert, marks: Mapping[AlertKey, Marked], user: str) -> ShownAlert:
    measure, key = measure_of(alert.measure), key_of(alert)
    marked = marks.get(key, Marked())
    previous = alert.previous.value if alert.previous else None
    return ShownAlert(
        name="|".join((alert.trust, alert.division, alert.measure, alert.kind)),
        key=key,
        title=measure.title,
        value=said(measure, alert.point),
        move=moved(measure.kind, alert.point.value, previous, measure.unit) if previous != alert.point.value else "",
        what=" ".join(turn_said(turn) for turn in alert.turns),
        when=month(alert.period_end),
        href=url("show_measure", alert.measure, **alert.where),
        review=review_href(key.place, alert.period_end),
        is_for_the_worse=alert.is_for_the_worse,
        is_seen=user in marked.seen_by,
        marked=marked,
    )
