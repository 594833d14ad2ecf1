"""The units of a comparison: every provider of the month and our own trusts, each ranked or saying why it is not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from clockstop.answers import benchmark_figures
from clockstop.answers.benchmark_figures import SPECIALIST, MonthOfProviders, ProviderFigure
from clockstop.answers.benchmark_own import NOT_SUPPLIED
from clockstop.answers.desk import Desk
from clockstop.answers.published import readable
from clockstop.insight.funnel import Status
from clockstop.insight.intervals import Interval
from clockstop.intake.published import shipped
from clockstop.intake.published.successions import predecessors
from clockstop.measures.published_as import PublishedAs

Level = Literal["group", "acute", "england", "region", "peers"]
LEVELS: dict[Level, str] = {
    "acute": "Acute trusts of England",
    "england": "Every NHS trust of England",
    "region": "Trusts of the same region",
    "peers": "Peers",
    "group": "Our own trusts",
}
# For so long after a merger a trust's figures are of another trust than those of the year before.
MERGED_WITHIN = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A trust in a comparison.

    `basis` says whose figure it is: published, or of our own extract of `month`. A unit that `is_ranked` is one of those among
    which places are counted; another says in `why_apart` why it is not. `marks` are what a reader should know before comparing.
    `to_best` and `to_median` are people (or things): how many would have to fare better to reach the best quarter, or the median.
    `interval` is of our own shares: how sure the figure is.
    """

    code: str
    name: str
    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    region_name: str = ""
    is_ours: bool = False
    is_first: bool = False
    is_made_up: bool = False
    is_peer: bool = False
    is_acute: bool = False
    kind: str = ""
    basis: Literal["published", "own extract"] = "published"
    month: str = ""
    is_ranked: bool = False
    why_apart: str = ""
    marks: tuple[str, ...] = ()
    rank: int | None = None
    quarter: int | None = None
    status: Status | None = None
    interval: Interval | None = None
    to_best: float | None = None
    to_median: float | None = None


def units_of(
    desk: Desk,
    twin: PublishedAs,
    published: MonthOfProviders,
    *,
    ours: Sequence[Unit],
    own_codes: frozenset[str],
    first: str,
    acute: frozenset[str],
    is_of_service: bool,
) -> list[Unit]:
    """Every provider of the month, who is missing among them, and our own trusts that are not published."""
    fewest = twin.fewest_of_service if is_of_service else twin.fewest
    made_up = frozenset(desk.manifest.trusts) if desk.manifest.is_synthetic else frozenset()
    own_missing = {one.code for one in ours}
    units = [
        _of_provider(
            desk, twin, one, fewest, published.month, is_ours=one.code in own_codes, first=first, acute=acute, made_up=made_up
        )
        for one in published.providers
        if one.code not in own_missing and (one.code in own_codes or one.code not in made_up)
    ]
    return [*units, *ours, *_missing(desk, twin, published, acute - own_missing)]


def _of_provider(
    desk: Desk,
    twin: PublishedAs,
    one: ProviderFigure,
    fewest: int,
    month: str,
    *,
    is_ours: bool,
    first: str,
    acute: frozenset[str],
    made_up: frozenset[str],
) -> Unit:
    why = _why_apart(twin, one, fewest, is_made_up=one.code in made_up)
    return Unit(
        code=one.code,
        name=_name(desk, one),
        value=one.value,
        numerator=one.numerator,
        denominator=one.denominator,
        region_name=one.region_name,
        is_ours=is_ours,
        is_first=one.code == first,
        is_made_up=one.code in made_up,
        is_acute=one.code in acute,
        kind=_kind(one.code, acute),
        month=month,
        is_ranked=not why,
        why_apart=why,
        marks=_marks(one.code, month),
    )


def _name(desk: Desk, one: ProviderFigure) -> str:
    """The published name as people write it; of a provider that is published by its code alone our own name of it, or the code."""
    name = shipped.organisations().get(one.code, {}).get("name") or one.name
    if name != one.code:
        return readable(name)
    trust = desk.manifest.trusts.get(one.code)
    return trust.name if trust else one.code


def _why_apart(twin: PublishedAs, one: ProviderFigure, fewest: int, *, is_made_up: bool) -> str:
    if one.value is None:
        return _why_nothing(twin, one)
    if is_made_up:
        return "made up"
    if not one.is_trust:
        return "not an NHS trust"
    if (one.denominator or 0) < fewest:
        return f"fewer than {fewest:,} {twin.people}"
    return ""


def _why_nothing(twin: PublishedAs, one: ProviderFigure) -> str:
    if one.text.strip():
        return f"{NOT_SUPPLIED} ({one.text} published)"
    if twin.cut:
        return "none of this kind"
    return "nobody counted" if one.denominator == 0 else NOT_SUPPLIED


def _kind(code: str, acute: frozenset[str]) -> str:
    if code in SPECIALIST:
        return f"specialist trust ({SPECIALIST[code]})"
    return "" if code in acute else "not a general acute trust"


def _marks(code: str, month: str) -> tuple[str, ...]:
    """What a reader should know before comparing: a specialist trust, one that has just taken over another."""
    end = date(int(month[:4]), int(month[5:7]), 1)
    joined = [one for one in predecessors(code) if end - MERGED_WITHIN <= one.day <= end + timedelta(days=31)]
    taken = tuple(f"took over {one.predecessor} on {one.day:%-d %B %Y}" for one in joined)
    return ((f"specialist trust ({SPECIALIST[code]})",) if code in SPECIALIST else ()) + taken


def _missing(desk: Desk, twin: PublishedAs, published: MonthOfProviders, acute: frozenset[str]) -> list[Unit]:
    """The acute trusts that have no row at all in the month: not supplied, and shown as that."""
    there = {one.code for one in published.providers}
    published_elsewhere = benchmark_figures.expected(desk.home, twin, published.month)
    names = shipped.organisations()
    return [
        Unit(
            code=code,
            name=readable(names[code]["name"]),
            value=None,
            region_name=shipped.REGIONS.get(names[code]["region_code"], ""),
            is_acute=True,
            month=published.month,
            why_apart=NOT_SUPPLIED,
        )
        for code in sorted(acute - there)
        if published_elsewhere is None or code in published_elsewhere or twin.dataset == "rtt"
    ]
