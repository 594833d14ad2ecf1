"""Where we stand in England: a trust beside England, its region and its peers, from the published figures.

The published figures are public, so any reader may see them all; a trust's own figures are shown to those whose scope has it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import median

from clockstop.answers.desk import Desk
from clockstop.answers.organisation import Trust
from clockstop.answers.scope import Scope
from clockstop.errors import UnknownName
from clockstop.insight import benchmark
from clockstop.intake.published import rtt_published, shipped
from clockstop.intake.published.publication import ATTRIBUTION, LICENCE
from clockstop.intake.published.rtt_figures import TOTAL
from clockstop.intake.published.rtt_published import FigureSource, MonthFigures
from clockstop.measures.catalogue import measure as measure_of
from clockstop.measures.measure import Measure
from clockstop.measures.published_as import published_as
from clockstop.measures.targets import standard

__all__ = ["ATTRIBUTION", "COMPARED", "LICENCE", "Comparison", "OwnFigure", "Standing", "compare", "comparison", "readable"]
PEERS = 10
# Below this a list is a community or mental health trust's handful of clinics: a share of it says little.
FEWEST_WAITING, FEWEST_WAITING_FOR_A_SERVICE = 1_000, 100
COMPARED = ("rtt_within_18_weeks", "rtt_over_52_weeks_share", "rtt_median_wait", "rtt_92nd_percentile_wait")
_TWINS = {slug: published_as(slug)[0] for slug in COMPARED}
FEWEST_FOR_A_BAND = 4
_TEACHING = ("UNIVERSITY", "TEACHING")


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One organisation's figure. `rank` is 1 for the best of the trusts, `quartile` 1 to 4; none where it is not ranked.

    `is_own`: the trust's latest figure from its own extracts, of `month`, not a published one.
    """

    code: str
    name: str
    value: float | None
    waiting: int | None
    month: str
    region_name: str = ""
    rank: int | None = None
    quartile: int | None = None
    is_trust: bool = False
    is_own: bool = False
    is_synthetic: bool = False


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A measure across England in one month, and where the reader's trusts stand in it."""

    measure: Measure
    month: str
    months: tuple[str, ...]
    service: str
    source: FigureSource
    standard: float | None
    england: Standing | None
    region: Standing | None
    peers: tuple[Standing, ...]
    peers_value: float | None
    peers_are_chosen: bool
    trusts: tuple[Standing, ...]
    providers: tuple[Standing, ...]
    ours: tuple[Standing, ...]
    quartiles: tuple[float, float, float] | None

    @property
    def is_another_month(self) -> bool:
        """Whether any of our own figures is of another month than the published ones."""
        return any(standing.is_own and standing.month != self.month for standing in self.ours)


def comparison(
    scope: Scope,
    desk: Desk,
    *,
    measure: str = COMPARED[0],
    trust: str = "",
    service: str = "",
    month: str | None = None,
    peers: Sequence[str] | None = None,
) -> Comparison:
    """The measure across England, with `trust` (or every trust of the scope) on the same scale.

    Peers are the ten trusts nearest in size (teaching trusts among teaching trusts), or those that `peers` names.
    """
    if trust:
        scope.require_trust(trust)
    chosen = _compared(measure)
    months = _months(desk)
    figures = _month_figures(desk, months, month)
    own = _own(scope, desk, chosen, service, trust)
    return compare(chosen, figures, months=months, own=own, service=service, peers=peers)


def _compared(slug: str) -> Measure:
    if slug not in COMPARED:
        raise UnknownName(f"The measure {slug} is not published for comparison.", do=f"Choose one of: {', '.join(COMPARED)}.")
    return measure_of(slug)


def _months(desk: Desk) -> tuple[str, ...]:
    """The months with figures of providers, the latest first."""
    return tuple(reversed(rtt_published.months_with_providers(desk.home)))


def _month_figures(desk: Desk, months: Sequence[str], month: str | None) -> MonthFigures:
    if not months:
        raise UnknownName("No published figures of providers are there.", do="Load an extract: clockstop published load FILE")
    if month is not None and month not in months:
        raise UnknownName(
            f"There are no published figures of providers of {month}.",
            where=f"There are: {', '.join(months)}.",
            do="Choose one of these months, or load that month's extract: clockstop published load FILE",
        )
    return rtt_published.provider_figures(desk.home, month or months[0])


@dataclass(frozen=True, kw_only=True)
class OwnFigure:
    """A trust's latest month-end figure from its own extracts."""

    trust: Trust
    value: float | None
    waiting: int | None
    period_end: date | None
    is_synthetic: bool


def _own(scope: Scope, desk: Desk, measure: Measure, service: str, trust: str) -> list[OwnFigure]:
    """The latest month's figure of each of the reader's trusts, the chosen one first."""
    from clockstop.answers import organisation

    trusts = sorted(organisation.tree(scope, desk), key=lambda one: (one.code != trust, one.name))
    return [_own_figure(scope, desk, measure, service, one) for one in trusts]


def _own_figure(scope: Scope, desk: Desk, measure: Measure, service: str, trust: Trust) -> OwnFigure:
    from clockstop.answers import series

    where = {"trust": trust.code} | ({"service": service} if service else {})
    latest, waiting = (
        next((one.latest for one in series.series(scope, desk, slug, period_kind="month", where=where, last=2)), None)
        for slug in (measure.slug, "rtt_incomplete")
    )
    return OwnFigure(
        trust=trust,
        value=latest.value if latest else None,
        waiting=int(waiting.numerator) if waiting and waiting.numerator is not None else None,
        period_end=latest.period_end if latest else None,
        is_synthetic=desk.manifest.is_synthetic,
    )


def compare(
    measure: Measure,
    figures: MonthFigures,
    *,
    months: Sequence[str] = (),
    own: Sequence[OwnFigure] = (),
    service: str = "",
    peers: Sequence[str] | None = None,
) -> Comparison:
    """The comparison from a month's figures and our own; the first of `own` decides region and peers."""
    function, held_to = service or TOTAL, standard(measure.slug)
    rows = figures.rows(treatment_function=function, includes_nonc=False)
    fewest = FEWEST_WAITING_FOR_A_SERVICE if service else FEWEST_WAITING
    providers = _ranked(measure, [_standing(measure, row) for row in rows if row["area_kind"] == "provider"], fewest)
    trusts = tuple(one for one in providers if one.rank is not None)
    ours = tuple(_ours(measure, one, providers, trusts) for one in own)
    england = next((_standing(measure, row) for row in rows if row["area_kind"] == "england"), None)
    first = ours[0] if ours else None
    regions = {row["area_name"]: _standing(measure, row) for row in rows if row["area_kind"] == "region"}
    chosen = _peers(first, own[0].trust.character if own else "", trusts, providers, peers)
    four = benchmark.quartiles([one.value for one in trusts]) if len(trusts) >= FEWEST_FOR_A_BAND else None
    return Comparison(
        measure=measure,
        month=figures.month,
        months=tuple(months) or (figures.month,),
        service=service,
        source=figures.source,
        standard=held_to.value if held_to else None,
        england=None if figures.source.is_excerpt else england,
        region=regions.get(first.region_name) if first else None,
        peers=chosen,
        peers_value=_together(measure, chosen, {row["area_code"]: row for row in rows if row["area_kind"] == "provider"}),
        peers_are_chosen=peers is not None,
        trusts=trusts,
        providers=providers,
        ours=ours,
        quartiles=(four.low, four.middle, four.high) if four else None,
    )


def _value(measure: Measure, row: Mapping) -> float | None:
    twin = _TWINS[measure.slug]
    if twin.value:
        return row[twin.value]
    count, whole = row[twin.numerator], row[twin.denominator]
    return count / whole if count is not None and whole else None


def _standing(measure: Measure, row: Mapping) -> Standing:
    code = row["area_code"]
    return Standing(
        code=code,
        name=readable(row["area_name"]) if row["area_name"] else code,
        value=_value(measure, row),
        waiting=row["incomplete"],
        month=row["month"],
        region_name=row["region_name"] or "",
        is_trust=shipped.organisations().get(code, {}).get("kind") == "trust" or (len(code) == 3 and code.startswith("R")),
    )


def _ranked(measure: Measure, standings: Sequence[Standing], fewest: int) -> tuple[Standing, ...]:
    """Best first; trusts whose list is long enough are ranked, and equal figures share a rank."""
    with_value = [one for one in standings if one.value is not None]
    with_value.sort(key=lambda one: (-one.value if measure.improvement == "up" else one.value, one.name))
    drawn = [one.value for one in with_value if one.is_trust and (one.waiting or 0) >= fewest]
    ranked = []
    for one in with_value:
        if one.is_trust and (one.waiting or 0) >= fewest:
            one = replace(one, **_place(measure, one.value, drawn))  # noqa: PLW2901
        ranked.append(one)
    return (*ranked, *(one for one in standings if one.value is None))


def _place(measure: Measure, value: float | None, drawn: Sequence[float]) -> dict[str, int | None]:
    """Rank and quarter of a value among the trusts that are ranked; no quarter among fewer than eight."""
    return {
        "rank": benchmark.rank(value, drawn, measure.improvement),
        "quartile": benchmark.quarter(value, drawn, measure.improvement),
    }


def _ours(measure: Measure, own: OwnFigure, providers: Sequence[Standing], trusts: Sequence[Standing]) -> Standing:
    """The published standing where the trust is published, else its own latest figure placed on the same scale."""
    published = next((one for one in providers if one.code == own.trust.code and one.value is not None), None)
    if published is not None:
        return published
    drawn = [one.value for one in trusts if one.value is not None]
    return Standing(
        code=own.trust.code,
        name=own.trust.name,
        value=own.value,
        waiting=own.waiting,
        month=f"{own.period_end:%Y-%m}" if own.period_end else "",
        **_place(measure, own.value, drawn),
        is_trust=True,
        is_own=True,
        is_synthetic=own.is_synthetic,
    )


def _peers(
    first: Standing | None, character: str, trusts: Sequence[Standing], providers: Sequence[Standing], chosen: Sequence[str] | None
) -> tuple[Standing, ...]:
    """The chosen providers, or the trusts nearest in size of like character."""
    if chosen is not None:
        known = {one.code: one for one in providers}
        unknown = [code for code in chosen if code not in known]
        if unknown:
            raise UnknownName(
                f"No provider {', '.join(unknown)} is in the published figures of this month.",
                do="Check the code (three characters, such as RXX), or choose another month.",
            )
        return tuple(known[code] for code in chosen)
    if first is None or not first.waiting:
        return ()
    others = [one for one in trusts if one.code != first.code and one.waiting]
    if "teaching" in character.lower():
        others = [one for one in others if any(word in one.name.upper() for word in _TEACHING)]
    others.sort(key=lambda one: max(one.waiting, first.waiting) / min(one.waiting, first.waiting))
    return tuple(others[:PEERS])


def _together(measure: Measure, peers: Sequence[Standing], rows: Mapping[str, Mapping]) -> float | None:
    """The peers as one: shares are summed before they are divided; waits, which cannot be summed, give the middle peer's."""
    known = [rows[one.code] for one in peers if one.value is not None and one.code in rows]
    if not known:
        return None
    twin = _TWINS[measure.slug]
    if twin.value:
        return median(row[twin.value] for row in known)
    return sum(row[twin.numerator] for row in known) / sum(row[twin.denominator] for row in known)


_SMALL_WORDS = {"AND": "and", "OF": "of", "THE": "the", "ON": "on", "UPON": "upon", "WITH": "with", "FOR": "for", "IN": "in"}
_KEPT_WORDS = {"NHS", "MSK", "GP", "ICB", "UK", "BMI", "LLP", "CIC", "ENT", "HQ"}


def readable(name: str) -> str:
    """A name that was published in capitals, as people write it, without what every trust's name ends in.

    >>> readable("GUY'S AND ST THOMAS' NHS FOUNDATION TRUST"), readable("NORTH WEST")
    ("Guy's and St Thomas'", 'North West')
    """
    if name != name.upper():
        return name
    words = name.removesuffix(" NHS FOUNDATION TRUST").removesuffix(" NHS TRUST").removesuffix(",").split(" ")
    return " ".join(_word(word, is_first=place == 0) for place, word in enumerate(words))


def _word(word: str, *, is_first: bool) -> str:
    if word in _SMALL_WORDS and not is_first:
        return _SMALL_WORDS[word]
    if word.strip("(),") in _KEPT_WORDS:
        return word
    return "-".join(part[:1] + part[1:].lower() for part in word.split("-"))
