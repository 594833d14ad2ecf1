"""What changed since last week: three sentences, each number a link, each written from two named censuses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from clockstop.answers import series, worklists
from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.answers.series import Series
from clockstop.nhsuk.presenters import count, number, percent, weekday
from clockstop.nhsuk.templating import url
from clockstop.reports.sentences import Part, Sentence

MOST_KINDS = 4


@dataclass(frozen=True)
class WhatChanged:
    """The sentences, and the two days that they compare; none where there is only one census."""

    sentences: tuple[Sentence, ...]
    now: date | None
    before: date | None


@dataclass(frozen=True)
class _Pair:
    """A measure's latest two censuses."""

    title: str
    key: str
    now: float
    before: float
    now_day: date
    before_day: date


def what_changed(scope: Scope, desk: Desk, where: dict[str, str], *, below: str) -> WhatChanged:
    """The week's changes within `where`; `below` is the dimension by which the place of most of it is named."""
    waiting, within, long_waits = (
        _pairs(series.series(scope, desk, measure, period_kind="week", where=where, last=2))
        for measure in ("rtt_incomplete", "rtt_within_18_weeks", "rtt_over_52_weeks")
    )
    if not (waiting and within):
        return WhatChanged((), None, None)
    units = _pairs(series.series(scope, desk, "rtt_incomplete", period_kind="week", where=where, by=below, last=2))
    found = (
        _the_list(waiting[0], within[0], units, where, below),
        _long_waits(long_waits[0], where) if long_waits else None,  # withheld where the number is small
        _since_the_last_snapshot(scope, desk, where),
    )
    return WhatChanged(tuple(sentence for sentence in found if sentence), waiting[0].now_day, waiting[0].before_day)


def _pairs(found: Sequence[Series]) -> list[_Pair]:
    pairs = []
    for one in found:
        if len(one.points) == 2 and all(point.value is not None for point in one.points):
            before, now = one.points
            pairs.append(_Pair(one.title, one.key, now.value, before.value, now.period_end, before.period_end))
    return pairs


def _the_list(waiting: _Pair, within: _Pair, units: list[_Pair], where: dict[str, str], below: str) -> Sentence:
    """The list fell by 1,184 to 183,420 pathways, most of it at Aldermoor; 64.2% now wait within 18 weeks."""
    move = waiting.now - waiting.before
    href = url("show_measure", "rtt_incomplete", period="week", **where)
    verb = "The list stands unchanged at " if move == 0 else f"The list {'grew' if move > 0 else 'fell'} by "
    start = [Part(verb)]
    if move:
        start += [Part(number(abs(move)), href), Part(" to ")]
    start += [Part(number(waiting.now), href), Part(" pathways")]
    return (*start, *_most_of_it(move, units, where, below), *_share_within(within, where))


def _most_of_it(move: float, units: list[_Pair], where: dict[str, str], below: str) -> tuple[Part, ...]:
    """Where the list moved most the same way, if there is more than one place."""
    same_way = [unit for unit in units if (unit.now - unit.before) * move > 0]
    if len(units) < 2 or not same_way:
        return ()
    most = max(same_way, key=lambda unit: abs(unit.now - unit.before))
    href = url("show_measure", "rtt_incomplete", **where | {below: most.key, "period": "week"})
    size = number(abs(most.now - most.before))
    return (Part(f", most of all at {most.title} ("), Part(size, href), Part(")"))


def _share_within(within: _Pair, where: dict[str, str]) -> tuple[Part, ...]:
    href = url("show_measure", "rtt_within_18_weeks", period="week", **where)
    shift = (within.now - within.before) * 100
    words = (
        "as a week before"
        if abs(shift) < 0.05
        else f"{abs(shift):.1f} points {'more' if shift > 0 else 'fewer'} than a week before"
    )
    return (Part("; "), Part(percent(within.now), href), Part(f" wait within 18 weeks, {words}."))


def _long_waits(long_waits: _Pair, where: dict[str, str]) -> Sentence:
    href = url("show_measure", "rtt_over_52_weeks", period="week", **where)
    move = long_waits.now - long_waits.before
    words = "as many as" if move == 0 else f"{number(abs(move))} {'more' if move > 0 else 'fewer'} than"
    verb = "pathway has" if long_waits.now == 1 else "pathways have"
    return (Part(number(long_waits.now), href), Part(f" {verb} waited over 52 weeks, {words} a week before."))


def _since_the_last_snapshot(scope: Scope, desk: Desk, where: dict[str, str]) -> Sentence | None:
    """What single pathways did since the last snapshot of an earlier day, as the waiting list's page says it."""
    changes = worklists.changes(scope, desk, where)
    kinds = [kind for kind in changes.kinds if kind.number][:MOST_KINDS]
    if changes.previous_as_of is None or not kinds:
        return None
    may_open = bool(scope.patient_trusts) and (not where.get("trust") or scope.sees_patients(where["trust"]))
    parts: list[Part] = [Part(f"Since {weekday(changes.previous_as_of)}: ")]
    for place, kind in enumerate(kinds):
        href = url("list_pathways", **kind.filters.to_query()) if may_open else ""
        parts += [Part(number(kind.number), href), Part(f" {kind.title[0].lower()}{kind.title[1:]}{_after(place, len(kinds))}")]
    return tuple(parts)


def _after(place: int, many: int) -> str:
    if place == many - 1:
        return "."
    return " and " if place == many - 2 else ", "


def in_words(changed: WhatChanged) -> str:
    """From which censuses the sentences were written."""
    return (
        f"Written from the counts of {weekday(changed.before)} and {weekday(changed.now)}, as known now."
        if changed.now
        else count(0, "census", "censuses")
    )
