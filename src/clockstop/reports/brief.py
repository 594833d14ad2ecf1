"""The weekly brief of a service or of a whole trust, which writes itself.

What turned and whether it is noise, why, who waits longest and breaches next, what was agreed, and how the same service stands in
the other trusts, with whom to ask there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from clockstop.answers import organisation
from clockstop.answers.change import Change, change_of
from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.answers.series import Point, Series, cuts_of, every_series, many, series
from clockstop.answers.spc import SpcChart, charts_of
from clockstop.answers.spc_sentences import sentence_of, variation_said
from clockstop.errors import UnknownName
from clockstop.measures.catalogue import measure as measure_of
from clockstop.measures.catalogue import measures
from clockstop.nhsuk.presenters import count, day
from clockstop.nhsuk.templating import url
from clockstop.registers.actions import reading as actions
from clockstop.registers.core.place import Place
from clockstop.registers.performance import reading
from clockstop.reports.brief_waits import Waits, waits_of
from clockstop.reports.change_words import sentences
from clockstop.reports.figure_words import said, value_said
from clockstop.reports.marks import Marks
from clockstop.reports.sentences import Part, Sentence, listed
from clockstop.rules.treatment_functions import reported_function

# How much of it there is: one screen, one sheet of paper.
MOST_MOVED, MOST_NAMED, MOST_ACTIONS = 4, 6, 5
SHOWN_WEEKS = 104
# What drives a move is looked for since the run began in which it stands, but no further back than this.
WEEKS_BACK = 52
# By what the figures of a service are split: the first of these of which it has more than one part.
_CUTS = ("site", "priority", "age_band")
# What stands for a service in every trust, beside whatever moved most.
COMPARED = ("rtt_within_18_weeks", "rtt_over_52_weeks")


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A measure off its usual level: its figure, what the chart says, the icon's word, why, and the mark of its data.

    `is_new`: it turned this week.
    """

    measure: str
    is_new: bool
    title: str
    href: str
    value: str
    variation: str
    verdict: str
    why: tuple[Sentence, ...]
    quality: str
    quality_href: str

    @property
    def variation_said(self) -> str:
        """The icon in words."""
        return variation_said(self.variation)


@dataclass(frozen=True, kw_only=True)
class Action:
    """An agreed action that is not over."""

    text: str
    owner: str
    due: date
    days_late: int
    measure: str


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """The same service in another trust of the group: its figures in the order of the columns, and whom to ask."""

    trust: str
    name: str
    is_own: bool
    values: tuple[Part, ...]
    ask: str


@dataclass(frozen=True, kw_only=True)
class Brief:
    """One week of a place. `has_patients`: it names patients, so a look at it is recorded."""

    trust: str
    trust_name: str
    service: str
    title: str
    week: date
    as_of: date
    snapshot_id: str
    is_synthetic: bool
    summary: Sentence
    moved: tuple[Moved, ...]
    also_moved: tuple[Part, ...]
    waits: Waits | None
    actions: tuple[Action, ...]
    columns: tuple[str, ...]
    elsewhere: tuple[Elsewhere, ...]

    @property
    def has_patients(self) -> bool:
        """Whether single patients stand in it."""
        return bool(self.waits and self.waits.rows)

    @property
    def is_latest(self) -> bool:
        """Whether the lists, which are of the snapshot's day, are those of the brief's week."""
        return (self.as_of - self.week).days < 7


def brief_of(scope: Scope, desk: Desk, *, trust: str, service: str = "", week: date | None = None) -> Brief:
    """The brief of the last whole week, or of the one that holds `week`; `service` is a national reported function's code.

    `UnknownName` where the snapshot has no such trust, service or week. Figures are as known now, whatever the week.
    """
    place = _place(scope, desk, trust, service)
    found = _weeks(scope, desk, place)
    end = _week(found, week)
    charts = _charts(scope, found, place, end)
    signals = sorted((one for one in charts if one.is_signal), key=_urgency)
    asked = _Asked(scope, desk, place, end, {one.code: one.name for one in organisation.tree(scope, desk)})
    marks = Marks(scope, desk)
    chosen = _told(signals)
    moved = tuple(_moved(asked, marks, chart) for chart in chosen)
    columns = tuple(dict.fromkeys((*COMPARED, *(one.measure for one in moved[:1]))))
    return Brief(
        trust=place.trust,
        trust_name=asked.names[place.trust],
        service=place.service,
        title=organisation.service_name(place.service) if place.service else asked.names[place.trust],
        week=end,
        as_of=desk.as_of,
        snapshot_id=desk.snapshot_id,
        is_synthetic=desk.manifest.is_synthetic,
        summary=_summary(charts, signals, place),
        moved=moved,
        also_moved=tuple(_named(chart, place) for chart in signals if chart not in chosen)[:MOST_NAMED],
        waits=waits_of(scope, desk, place.trust, place.service) if scope.sees_patients(place.trust) else None,
        actions=_actions(scope, place, end),
        columns=tuple(measure_of(slug).title for slug in columns),
        elsewhere=_elsewhere(asked, columns),
    )


def _weeks(scope: Scope, desk: Desk, place: Place) -> dict[str, Series]:
    """The weeks of every measure; for who is not cleared for the place those of the headlines.

    What is withheld there hangs on every part of what lies above, which takes minutes for all measures.
    """
    if scope.is_own(place.trust):
        found = every_series(scope, desk, period_kind="week", where=place.where)
    else:
        slugs = [one.slug for one in measures().values() if one.is_headline]
        key = ("brief", scope.trusts, scope.clearance, place)
        found = desk.kept_answer(key, lambda: many(scope, desk, slugs, period_kind="week", where=place.where))
    return {slug: one[0] for slug, one in found.items()}


@dataclass(frozen=True)
class _Asked:
    """By whom, of which snapshot, place and week the brief is; `names` are the trusts in reach."""

    scope: Scope
    desk: Desk
    place: Place
    end: date
    names: Mapping[str, str]


def _place(scope: Scope, desk: Desk, trust: str, service: str) -> Place:
    """The place as it is known; a service may be named by its treatment function too."""
    if trust in desk.manifest.trusts:
        scope.require_trust(trust)
    found = next((one for one in organisation.tree(scope, desk) if one.code == trust), None)
    if found is None:
        raise UnknownName(f"There is no trust {trust} in the snapshot.", do=f"Name one of {', '.join(sorted(scope.trusts))}.")
    code = reported_function(service) if service.isdigit() else service
    if code and code not in {one.code for one in found.services}:
        raise UnknownName(
            f"{found.name} has no service {service}.", do=f"Name one of {', '.join(one.code for one in found.services)}."
        )
    return Place(trust=trust, service=code)


def _week(found: Mapping[str, Series], week: date | None) -> date:
    """The end of the week that was asked for, or of the last one."""
    ends = sorted(
        {point.period_end for one in found.values() for point in one.points if not measure_of(one.measure).is_current_only}
    )
    if not ends:
        raise UnknownName("There are no weekly figures here.", do="Load files, then run: clockstop refresh")
    if week is None:
        return ends[-1]
    held = [end for end in ends if 0 <= (end - week).days < 7]
    if not held:
        raise UnknownName(
            f"There are no figures of the week of {week}.",
            where=f"Weeks from {ends[0]} to {ends[-1]}.",
            do="Name a day in one of them.",
        )
    return held[0]


def _charts(scope: Scope, found: Mapping[str, Series], place: Place, end: date) -> tuple[SpcChart, ...]:
    """Every measure with a figure of that week as a chart that ends there."""
    cut = []
    for one in found.values():
        points = tuple(point for point in one.points if point.period_end <= end)[-SHOWN_WEEKS:]
        if points and points[-1].period_end == end and points[-1].value is not None:
            cut.append(replace(one, points=points))
    accepted: dict[str, list[date]] = {}
    for one in reading.decisions(scope, place):
        if one.is_accepted and one.period_kind == "week":
            accepted.setdefault(one.measure, []).append(one.from_date)
    rebases = [sorted(accepted.get(one.measure, ())) for one in cut]
    return charts_of(cut, period_kind="week", level="trust", rebases=rebases)


def _has_turned(chart: SpcChart) -> bool:
    """Whether the week before was no signal of the same kind: then this is news."""
    kinds = [point.point_type for point in chart.points if point.value is not None]
    return len(kinds) < 2 or kinds[-1] != kinds[-2]


def _run(chart: SpcChart) -> int:
    """For how many weeks the figure has stood on the same side of its average."""
    sides = [point.value > point.mean for point in chart.points if point.value is not None and point.mean is not None]
    return next((number for number, side in enumerate(reversed(sides)) if side != sides[-1]), len(sides))


def _told(signals: list[SpcChart]) -> list[SpcChart]:
    """What is told in full: what turned, and always room for one headline that has stood off its level for longer."""
    turned = [one for one in signals if _has_turned(one)]
    still = [one for one in signals if not _has_turned(one)]
    first = turned[: MOST_MOVED - 1] if still else turned[:MOST_MOVED]
    return [*first, *still[: MOST_MOVED - len(first)]]


def _urgency(chart: SpcChart) -> tuple[bool, bool, int, bool, str]:
    """What turned this week first, headlines before others; then for the worse, for the better; what will miss its target."""
    family = ("concerning", "improving", "neutral").index(chart.variation.split("_", maxsplit=1)[0])
    return not _has_turned(chart), not measure_of(chart.measure).is_headline, family, chart.assurance != "fail", chart.measure


def _summary(charts: tuple[SpcChart, ...], signals: list[SpcChart], place: Place) -> Sentence:
    """Of 41 measures 3 turned this week: 2 for the worse and 1 for the better. 5 more still stand off their usual level."""
    with_limits = [one for one in charts if one.has_limits]
    href = url("list_measures", **place.where, period="week")
    if not with_limits:
        return (Part("No measure has run long enough here to tell a change from noise."),)
    turned = [one for one in signals if _has_turned(one)]
    still = len(signals) - len(turned)
    start = (Part(f"Of {count(len(with_limits), 'measure')} "), Part(str(len(turned)), href), Part(" turned this week"))
    ways = {"concerning": "for the worse", "improving": "for the better", "neutral": "neither better nor worse"}
    numbers = {way: sum(one.variation.startswith(way) for one in turned) for way in ways}
    parts = [(Part(f"{numbers[way]} {words}"),) for way, words in ways.items() if numbers[way]]
    tail = f" {still} more still {'stands' if still == 1 else 'stand'} off their usual level." if still else ""
    more = len(charts) - len(with_limits)
    few = f" {count(more, 'measure')} {'has' if more == 1 else 'have'} too few weeks to tell." if more else ""
    last = Part(f".{tail} All others are noise.{few}")
    return (*start, Part(": "), *listed(parts), last) if parts else (*start, last)


def _measure_href(slug: str, place: Place) -> str:
    return url("show_measure", slug, **place.where, period="week")


def _named(chart: SpcChart, place: Place) -> Part:
    words = f"{measure_of(chart.measure).title} ({variation_said(chart.variation).lower()})"
    return Part(words, _measure_href(chart.measure, place))


def _moved(asked: _Asked, marks: Marks, chart: SpcChart) -> Moved:
    measure, latest = measure_of(chart.measure), chart.latest
    assert latest is not None, "it has a figure of the week"
    place, end = asked.place, asked.end
    lowest = marks.lowest(chart.measure, [place.trust], end)
    change = _change(asked, chart)
    return Moved(
        measure=measure.slug,
        is_new=_has_turned(chart),
        title=measure.title,
        href=_measure_href(measure.slug, place),
        value=said(measure, latest.point),
        variation=chart.variation,
        verdict=sentence_of(chart, lambda value: value_said(measure, value)),
        why=sentences(change, asked.scope)[:2] if change else (),
        quality=f"Quality {lowest.met} of {len(lowest.answers)}" if lowest else "",
        quality_href=url("show_kite_mark", measure.slug, trust=place.trust, month=f"{end:%Y-%m}"),
    )


def _change(asked: _Asked, chart: SpcChart) -> Change | None:
    """The move since before its run began, by service or, of a service, by what it has several of."""
    ends = [point.period_end for point in chart.points if point.value is not None]
    first = ends[max(0, len(ends) - 1 - min(_run(chart), WEEKS_BACK))]
    if first == asked.end:
        return None
    measure = measure_of(chart.measure)
    of = {"where": asked.place.where, "period_kind": "week", "first": first, "last": asked.end}
    known = {one.name for one in cuts_of(asked.desk, measure)}
    cuts = [cut for cut in _CUTS if cut in known] if asked.place.service else ["service"]
    found = None
    for by in cuts:
        found = change_of(asked.scope, asked.desk, measure.slug, by=by, **of)
        if len(found.parts) > 1:
            break
    return found


def _actions(scope: Scope, place: Place, today: date) -> tuple[Action, ...]:
    found = actions.agreed_actions(scope, place, today=today, open_only=True)
    known = measures()
    return tuple(
        Action(
            text=one.text,
            owner=one.owner,
            due=one.due,
            days_late=one.days_late(today),
            measure=known[one.measure].title if one.measure in known else "",
        )
        for one in found[:MOST_ACTIONS]
    )


def _elsewhere(asked: _Asked, columns: tuple[str, ...]) -> tuple[Elsewhere, ...]:
    """Every trust that has figures of the same week; the reader's small numbers of others are withheld as everywhere."""
    scope, place, names = asked.scope, asked.place, asked.names
    where = {"service": place.service} if place.service else {}
    points = {
        slug: _by_trust(series(scope, asked.desk, slug, period_kind="week", where=where, by="trust"), asked.end) for slug in columns
    }
    named = reading.owners(scope)
    found = []
    for code in sorted(names, key=lambda one: (one != place.trust, names[one])):
        if not any(code in of for of in points.values()):
            continue
        there = Place(trust=code, service=place.service)
        values = tuple(Part(said(measure_of(slug), points[slug].get(code)), _measure_href(slug, there)) for slug in columns)
        ask = _ask(named, there, columns[-1])
        found.append(Elsewhere(trust=code, name=names[code], is_own=code == place.trust, values=values, ask=ask))
    return tuple(found) if len(found) > 1 else ()


def _by_trust(found: tuple[Series, ...], end: date) -> dict[str, Point]:
    return {
        one.key: point
        for one in found
        for point in one.points
        if point.period_end == end and (point.denominator or point.is_hidden)
    }


def _ask(named: Mapping, there: Place, measure: str) -> str:
    """Who is named for the measure there, else for what it lies in; else the role that answers for it."""
    owner = reading.owner_of(named, there, measure)
    if owner is not None:
        return f"{owner.name}, {owner.contact}" if owner.contact else owner.name
    return f"The {'service manager' if there.service else 'operations director'}; nobody is named"


def heading(brief: Brief) -> str:
    """The brief's title: the place and the week."""
    place = f"{brief.title}, {brief.trust_name}" if brief.service else brief.title
    return f"{place}: week to {day(brief.week)}"
