"""Where a trust stands among others: our own trusts by their own figures, and every trust of England by what is published.

Like is compared with like: one definition, one period. Who supplied nothing, is too small, or is another kind of trust stays in
the answer and says so; nobody is left out in silence.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from clockstop.answers import benchmark_figures, benchmark_own
from clockstop.answers.benchmark_figures import MonthOfProviders, ProviderFigure
from clockstop.answers.benchmark_funnel import Funnel, funnel_of, has_people, with_status
from clockstop.answers.benchmark_own import OwnMonth
from clockstop.answers.benchmark_peers import peers_of
from clockstop.answers.benchmark_units import LEVELS, Level, Unit, units_of
from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.errors import UnknownName
from clockstop.insight import benchmark
from clockstop.insight.benchmark import Quartiles
from clockstop.insight.intervals import wilson
from clockstop.intake.published.publication import ATTRIBUTION, LICENCE
from clockstop.measures.catalogue import measure as measure_of
from clockstop.measures.measure import Measure
from clockstop.measures.published_as import PublishedAs, published_as
from clockstop.measures.targets import standard

__all__ = ["ATTRIBUTION", "LEVELS", "LICENCE", "Benchmark", "Funnel", "Unit", "benchmark_of"]


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """A measure in one period among comparable units.

    `units`: those that are ranked (best first), ours, and after them those that are not, each saying why. `number` is how many are
    ranked. `own_month` says of which period our own figures are where that is another than `month`. `why_alone` says why only our
    own trusts are compared, where the measure is published or could be.
    """

    measure: Measure
    twin: PublishedAs | None
    level: Level
    month: str
    months: tuple[str, ...]
    units: tuple[Unit, ...]
    quartiles: Quartiles | None
    funnel: Funnel | None
    england: ProviderFigure | None
    standard: float | None
    peers_are: str
    source: str
    why_alone: str

    @property
    def ranked(self) -> tuple[Unit, ...]:
        """The units among which a place is counted."""
        return tuple(one for one in self.units if one.is_ranked)

    @property
    def apart(self) -> tuple[Unit, ...]:
        """The units that are not ranked and not ours: each says why."""
        return tuple(one for one in self.units if not one.is_ranked and not one.is_ours)

    @property
    def ours(self) -> tuple[Unit, ...]:
        """Our own trusts, that which the reader asked for first."""
        return tuple(sorted((one for one in self.units if one.is_ours), key=lambda one: (not one.is_first, one.name)))

    @property
    def has_quarters(self) -> bool:
        """Whether enough units supplied a figure for quarters."""
        return benchmark.has_quarters([one.value for one in self.ranked]) and self.measure.improvement != "neutral"

    @property
    def is_published(self) -> bool:
        """Whether the others are of what is published, rather than our own trusts alone."""
        return self.level != "group"


def benchmark_of(
    scope: Scope,
    desk: Desk,
    slug: str,
    *,
    trust: str = "",
    service: str = "",
    month: str = "",
    level: str = "",
    peers: Sequence[str] = (),
) -> Benchmark:
    """The measure among the units of a level: group, acute, england, region or peers; the widest that there is where none is asked.

    `peers` are codes of providers, chosen; else the ten least unlike in size and casemix. `month` is one of those published.
    """
    if trust:
        scope.require_trust(trust)
    if level and level not in LEVELS:
        raise UnknownName(f"There is no level {level} to compare at.", do=f"Choose one of: {', '.join(LEVELS)}.")
    measure = measure_of(slug)
    twin, months = _published(desk, measure, service)
    if twin is None or level == "group":
        return _of_group(scope, desk, measure, trust=trust, service=service, month=month, months=months, twin=twin)
    if month and month not in months:
        raise UnknownName(
            f"No figures of {measure.title} are published here of {month}.",
            where=f"There are: {', '.join(months)}.",
            do="Choose one of these months, or load that month's file: clockstop published load FILE",
        )
    return _of_england(
        scope, desk, measure, twin, trust=trust, service=service, month=month, months=months, level=level, peers=tuple(peers)
    )


def _published(desk: Desk, measure: Measure, service: str) -> tuple[PublishedAs | None, tuple[str, ...]]:
    """The published figures to compare with, and their months, the latest first; none where nothing of it is loaded."""
    for twin in published_as(measure.slug):
        if service and twin.dataset != "rtt":
            continue
        if months := benchmark_figures.months_of(desk.home, twin):
            return twin, tuple(reversed(months))
    return None, ()


def _why_alone(measure: Measure, service: str, months: Sequence[str]) -> str:
    """Why there is nobody but our own trusts to compare with."""
    twins = published_as(measure.slug)
    if not twins:
        return "This measure is not published for all trusts, so only our own trusts are compared."
    if months:
        return ""
    if service and all(twin.dataset != "rtt" for twin in twins):
        return "It is published for whole trusts, not by service: choose all services to compare with England."
    names = " or ".join(dict.fromkeys(twin.dataset for twin in twins))
    return (
        f"No published figures of it are loaded ({names}). To compare with every trust of England load NHS England's file: "
        "clockstop published load FILE"
    )


def _of_group(
    scope: Scope,
    desk: Desk,
    measure: Measure,
    *,
    trust: str,
    service: str,
    month: str,
    months: tuple[str, ...],
    twin: PublishedAs | None,
) -> Benchmark:
    own = benchmark_own.own_months(scope, desk, measure, service=service)
    asked = month or own.latest
    units = _judged(measure, [_of_own(one, trust) for one in own.of(asked)], None)
    return Benchmark(
        measure=measure,
        twin=twin,
        level="group",
        month=asked,
        months=tuple(reversed(own.months)),
        units=units,
        quartiles=benchmark.quartiles([one.value for one in units if one.is_ranked]),
        funnel=funnel_of(measure, None, units),
        england=None,
        standard=_standard(measure),
        peers_are="",
        source="Our own extracts, counted alike in each trust",
        why_alone=_why_alone(measure, service, months),
    )


def _standard(measure: Measure) -> float | None:
    found = standard(measure.slug)
    return found.value if found else None


def _of_own(own: OwnMonth, trust: str, *, is_ranked: bool = True) -> Unit:
    return Unit(
        code=own.code,
        name=own.name,
        value=own.value,
        numerator=own.numerator,
        denominator=own.denominator,
        is_ours=True,
        is_first=own.code == trust,
        is_made_up=own.is_made_up,
        basis="own extract",
        month=own.month,
        is_ranked=is_ranked and own.value is not None,
        why_apart=own.why_missing,
    )


def _of_england(
    scope: Scope,
    desk: Desk,
    measure: Measure,
    twin: PublishedAs,
    *,
    trust: str,
    service: str,
    month: str,
    months: tuple[str, ...],
    level: str,
    peers: tuple[str, ...],
) -> Benchmark:
    chosen = month or _default_month(desk, twin, months)
    published = benchmark_figures.month_of(desk.home, twin, chosen, service)
    units = _units(scope, desk, measure, twin, published, trust=trust, service=service, month=chosen)
    first = next((one for one in units if one.is_ours and (one.is_first or not trust)), None)
    asked: Level = _level(level, units, peers)
    near = peers_of(scope, desk, twin, published, first=first, units=units, chosen=peers, service=service)
    kept = [_at_level(one, asked, first, near.codes) for one in units]
    judged = _judged(measure, kept, twin)
    return Benchmark(
        measure=measure,
        twin=twin,
        level=asked,
        month=chosen,
        months=months,
        units=judged,
        quartiles=benchmark.quartiles([one.value for one in judged if one.is_ranked]),
        funnel=funnel_of(measure, twin, judged),
        england=published.england,
        standard=_standard(measure),
        peers_are=near.words,
        source=published.source,
        why_alone="",
    )


def _units(
    scope: Scope,
    desk: Desk,
    measure: Measure,
    twin: PublishedAs,
    published: MonthOfProviders,
    *,
    trust: str,
    service: str,
    month: str,
) -> list[Unit]:
    """Every provider that is published in the month, and our own trusts that are not, with their latest month."""
    own = benchmark_own.own_months(scope, desk, measure, service=service, is_quarterly=twin.is_quarterly)
    with_value = _with_value(published)
    return units_of(
        desk,
        twin,
        published,
        ours=[_of_own(one, trust, is_ranked=False) for one in own.of_or_latest(month) if one.code not in with_value],
        own_codes=frozenset(one.code for one in own.of(month)),
        first=trust,
        acute=benchmark_figures.acute_trusts(desk.home, month),
        is_of_service=bool(service),
    )


def _with_value(published: MonthOfProviders) -> frozenset[str]:
    return frozenset(one.code for one in published.providers if one.value is not None)


def _default_month(desk: Desk, twin: PublishedAs, months: Sequence[str]) -> str:
    """The latest month in which real trusts are published; made-up ones alone are no England."""
    if not desk.manifest.is_synthetic:
        return months[0]
    made_up = desk.manifest.trusts.keys()
    return next((month for month in months if benchmark_figures.is_of_real_trusts(desk.home, twin, month, made_up)), months[0])


def _level(asked: str, units: Sequence[Unit], peers: Sequence[str]) -> Level:
    if asked in LEVELS:
        return asked  # type: ignore[return-value]
    if peers:
        return "peers"
    return "acute" if any(one.is_acute and one.is_ranked for one in units) else "england"


def _at_level(one: Unit, level: Level, first: Unit | None, peers: frozenset[str]) -> Unit:
    """The unit as the level has it: out of the ranks, with the reason, where the level is of others."""
    one = replace(one, is_peer=one.code in peers)
    if not one.is_ranked:
        return one
    if level == "peers" and one.code not in peers and not one.is_ours:
        return replace(one, is_ranked=False, why_apart="not a peer")
    if level == "region" and first is not None and one.region_name != first.region_name and not one.is_ours:
        return replace(one, is_ranked=False, why_apart="another region")
    if level == "acute" and not one.is_acute:
        return replace(one, is_ranked=False, why_apart=one.kind or "not a general acute trust")
    return one


def _judged(measure: Measure, units: Sequence[Unit], twin: PublishedAs | None) -> tuple[Unit, ...]:
    """Each unit with its place among the ranked, best first, and how far it lies from the best quarter and the median."""
    values = [one.value for one in units if one.is_ranked]
    four = benchmark.quartiles(values)
    found = [_placed(measure, one, values, four) for one in units]
    fun = funnel_of(measure, twin, found)
    if fun is not None:
        found = with_status(found, fun)
    sign = 1 if measure.improvement == "down" else -1
    return tuple(
        sorted(found, key=lambda one: (one.value is None, not (one.is_ranked or one.is_ours), sign * (one.value or 0), one.name))
    )


def _placed(measure: Measure, one: Unit, values: Sequence[float | None], four: Quartiles | None) -> Unit:
    if one.is_ours and has_people(measure) and measure.is_part and one.numerator is not None and one.denominator:
        one = replace(one, interval=wilson(one.numerator, one.denominator))
    if one.value is None or four is None or not (one.is_ranked or one.is_ours):
        return one
    has = benchmark.has_quarters(values) and measure.improvement != "neutral"
    placed = replace(
        one,
        rank=benchmark.rank(one.value, values, measure.improvement),
        quarter=four.quarter(one.value, measure.improvement) if has else None,
    )
    if not has_people(measure) or one.numerator is None or not one.denominator or measure.improvement == "neutral":
        return placed
    return replace(
        placed,
        to_median=_to(measure, one, four.middle),
        to_best=_to(measure, one, four.best(measure.improvement)) if has else None,
    )


def _to(measure: Measure, one: Unit, against: float) -> float:
    assert one.numerator is not None
    assert one.denominator is not None
    return benchmark.opportunity(
        numerator=one.numerator, denominator=one.denominator, against=against, improvement=measure.improvement
    )
