"""What was written for reviews, as values for pages, packs and sentences. The scope comes first everywhere."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch

from clockstop.answers.scope import Scope
from clockstop.dates import month_end
from clockstop.measures.measure import is_same_figure
from clockstop.registers.core.place import Place
from clockstop.registers.core.writing import place_of
from clockstop.registers.performance.actions import AlertKey
from clockstop.registers.performance.models import (
    ACCEPTED,
    DISMISSED,
    SEEN,
    AlertMark,
    MeasureOwner,
    Narrative,
    NarrativeVersion,
    Recalculation,
)


@dataclass(frozen=True, kw_only=True)
class Written:
    """One version of a narrative: the words, who wrote them when, the figure and snapshot seen then, the pack that locked it."""

    number: int
    text: str
    recovery_date: date | None
    revised_because: str
    by: str
    at: datetime
    snapshot_id: str
    numerator: float | None
    denominator: float | None
    value: float | None
    locked_in: str
    is_made_up: bool

    def is_revised(self, *, numerator: float | None, denominator: float | None, value: float | None) -> bool:
        """Whether the figure, as it is known now, is another one than the writer saw."""
        pairs = ((numerator, self.numerator), (denominator, self.denominator), (value, self.value))
        return not all(is_same_figure(now, then) for now, then in pairs)


@dataclass(frozen=True, kw_only=True)
class ShownNarrative:
    """What is said of a measure's month at a place: the version that stands, and the earlier ones, the newest first."""

    place: Place
    measure: str
    month: date
    standing: Written
    earlier: tuple[Written, ...]


@dataclass(frozen=True, kw_only=True)
class Owner:
    """Who answers for a measure at a place, and how to reach them; `measure` is empty where they answer for all of the place."""

    place: Place
    measure: str
    name: str
    contact: str
    version: int
    is_made_up: bool


@dataclass(frozen=True, kw_only=True)
class Rebase:
    """What was decided of new limits of a chart from a period's end on."""

    pk: int
    place: Place
    measure: str
    period_kind: str
    from_date: date
    proposed_because: str
    decision: str
    cause: str
    is_definition_change: bool
    by: str
    at: datetime
    is_made_up: bool
    undone_by: str
    undone_because: str

    @property
    def is_accepted(self) -> bool:
        """Whether the chart has a new section from that day on."""
        return self.decision == ACCEPTED and not self.undone_by


@dataclass(frozen=True)
class Marked:
    """What people did with an alert: who has seen it, who dismissed it and why."""

    seen_by: tuple[str, ...] = ()
    dismissed_by: str = ""
    note: str = ""


def narrative(scope: Scope, place: Place, measure: str, month: date) -> ShownNarrative | None:
    """What is said of one month of a measure at exactly this place."""
    found = Narrative.objects.within(scope).of(place).filter(measure=measure, month=month_end(month))
    return next(_narratives(found), None)


def narratives(scope: Scope, place: Place, month: date) -> dict[str, ShownNarrative]:
    """What is said of a month at exactly this place, by measure."""
    found = Narrative.objects.within(scope).of(place).filter(month=month_end(month))
    return {one.measure: one for one in _narratives(found)}


def owners(scope: Scope, trusts: Collection[str] | None = None) -> dict[tuple[Place, str], Owner]:
    """Everybody who was named, of these trusts or of all in reach, by place and measure."""
    found = MeasureOwner.objects.within(scope)
    if trusts is not None:
        found = found.filter(trust__in=trusts)
    return {(place_of(one), one.measure): _owner(one) for one in found}


def owner_of(named: Mapping[tuple[Place, str], Owner], place: Place, measure: str) -> Owner | None:
    """Who answers for the measure there: whoever is named for it at the place, for all of the place, else the same further out."""
    for wider in place.outwards:
        for what in (measure, ""):
            if (wider, what) in named:
                return named[wider, what]
    return None


def rebases_of(scope: Scope, measure: str, where: Mapping[str, str], *, period_kind: str = "month") -> tuple[date, ...]:
    """The days from which a chart of the measure at exactly that place has new limits, as accepted: the first is the oldest."""
    if not where.get("trust"):
        return ()
    found = _standing_decisions(scope, measure, period_kind).of(Place.of(where))
    return tuple(found.order_by("from_date").values_list("from_date", flat=True))


def rebases_by(
    scope: Scope, measure: str, where: Mapping[str, str], *, by: str, period_kind: str = "month"
) -> dict[str, tuple[date, ...]]:
    """The same of the charts of every part of a place, by the part's key: `by` is trust, division, service or site."""
    found = _standing_decisions(scope, measure, period_kind).filter(**where).order_by("from_date")
    dates: dict[str, tuple[date, ...]] = {}
    for one in found:
        place, key = place_of(one), getattr(one, by, "")
        if key and place == Place.of({**where, by: key}):
            dates[key] = (*dates.get(key, ()), one.from_date)
    return dates


def breaks_of(scope: Scope, where: Mapping[str, str], *, period_kind: str = "month") -> dict[str, tuple[date, ...]]:
    """Of every measure the days, as accepted, from which it is counted in another way at exactly that place."""
    if not where.get("trust"):
        return {}
    found = Recalculation.objects.within(scope).of(Place.of(where)).filter(decision=ACCEPTED, undone_at__isnull=True)
    days: dict[str, tuple[date, ...]] = {}
    for one in found.filter(period_kind=period_kind, is_definition_change=True).order_by("from_date"):
        days[one.measure] = (*days.get(one.measure, ()), one.from_date)
    return days


def every_rebase(scope: Scope, *, period_kind: str = "month") -> dict[tuple[Place, str], tuple[date, ...]]:
    """Every day from which a chart has new limits, as accepted, by place and measure."""
    dates: dict[tuple[Place, str], tuple[date, ...]] = {}
    found = Recalculation.objects.within(scope).filter(period_kind=period_kind, decision=ACCEPTED, undone_at__isnull=True)
    for one in found.order_by("from_date"):
        key = (place_of(one), one.measure)
        dates[key] = (*dates.get(key, ()), one.from_date)
    return dates


def decisions(scope: Scope, place: Place, *, measure: str | None = None) -> tuple[Rebase, ...]:
    """Every decision on new limits at this place, the newest first, those taken back too."""
    found = Recalculation.objects.within(scope).of(place)
    return tuple(_rebase(one) for one in (found if measure is None else found.filter(measure=measure)))


def marks_of(scope: Scope) -> dict[AlertKey, Marked]:
    """What people did with the alerts of the trusts within the scope."""
    found: dict[AlertKey, Marked] = {}
    for one in AlertMark.objects.within(scope).order_by("at", "id"):
        key = AlertKey(place=place_of(one), measure=one.measure, kind=one.kind, period_end=one.period_end)
        so_far = found.get(key, Marked())
        if one.state == DISMISSED:
            found[key] = Marked(so_far.seen_by, one.by_name, one.note)
        else:
            found[key] = Marked((*so_far.seen_by, one.by_name), so_far.dismissed_by, so_far.note)
    return found


def settled(scope: Scope, user: str) -> frozenset[AlertKey]:
    """The alerts that ask nothing more of this person: seen by them, or dismissed."""
    found = AlertMark.objects.within(scope).filter(state=SEEN, by_name=user) | AlertMark.objects.within(scope).filter(
        state=DISMISSED
    )
    return frozenset(AlertKey(place=place_of(one), measure=one.measure, kind=one.kind, period_end=one.period_end) for one in found)


def _standing_decisions(scope: Scope, measure: str, period_kind: str):
    accepted = Recalculation.objects.within(scope).filter(decision=ACCEPTED, undone_at__isnull=True)
    return accepted.filter(measure=measure, period_kind=period_kind)


def _narratives(found):
    """Those that have a version, each with its versions."""
    versions = Prefetch("versions", queryset=NarrativeVersion.objects.order_by("-number"))
    for one in found.prefetch_related(versions):
        written = [_written(version) for version in one.versions.all()]
        if written:
            yield ShownNarrative(
                place=place_of(one), measure=one.measure, month=one.month, standing=written[0], earlier=tuple(written[1:])
            )


def _written(one: NarrativeVersion) -> Written:
    names = ("number", "text", "recovery_date", "revised_because", "at", "snapshot_id", "numerator", "denominator", "value")
    return Written(
        **{name: getattr(one, name) for name in names}, by=one.by_name, locked_in=one.locked_in, is_made_up=one.is_made_up
    )


def _owner(one: MeasureOwner) -> Owner:
    return Owner(
        place=place_of(one),
        measure=one.measure,
        name=one.owner,
        contact=one.contact,
        version=one.version,
        is_made_up=one.is_made_up,
    )


def _rebase(one: Recalculation) -> Rebase:
    names = ("pk", "measure", "period_kind", "from_date", "proposed_because", "decision", "cause", "is_definition_change", "at")
    return Rebase(
        **{name: getattr(one, name) for name in names}, place=place_of(one), by=one.by_name, is_made_up=one.is_made_up,
        undone_by=one.undone_by_name, undone_because=one.undone_because,
    )  # fmt: skip
