"""What every provider published of a measure in a month, and which providers are acute trusts of the general kind."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from clockstop.intake.published import figure_reading, rtt_published, shipped
from clockstop.intake.published.datasets import dataset
from clockstop.intake.published.figures_table import ENGLAND
from clockstop.intake.published.rtt_figures import TOTAL
from clockstop.measures.published_as import PublishedAs
from clockstop.store.home import Home

# Acute specialist trusts (NHS England's oversight framework): another mix of patients than a general hospital's.
SPECIALIST = {
    "RAN": "orthopaedics", "RBQ": "heart and chest", "RBS": "children", "RBV": "cancer", "RCU": "children", "REN": "cancer",
    "REP": "women", "RET": "neurosciences", "RGM": "heart and lung", "RL1": "orthopaedics", "RP4": "children", "RP6": "eyes",
    "RPC": "burns and plastic surgery", "RPY": "cancer", "RQ3": "women and children", "RRJ": "orthopaedics",
}  # fmt: skip
# Who has so many waiting for an admission, or a major emergency department, is an acute hospital: community trusts admit few.
FEWEST_TO_ADMIT = 500
MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True, kw_only=True)
class ProviderFigure:
    """A provider's published figure; `value` is None where a mark stands, which `text` has."""

    code: str
    name: str
    value: float | None
    numerator: float | None
    denominator: float | None
    text: str = ""
    mix: Mapping[str, float] = field(default_factory=dict)

    @property
    def region_name(self) -> str:
        """The region in which it lies; empty where it is not known."""
        return shipped.REGIONS.get(shipped.organisations().get(self.code, {}).get("region_code", ""), "")

    @property
    def is_trust(self) -> bool:
        """Whether it is an NHS trust."""
        known = shipped.organisations().get(self.code, {}).get("kind")
        return known == "trust" or (len(self.code) == 3 and self.code.startswith("R"))


@dataclass(frozen=True, kw_only=True)
class MonthOfProviders:
    """The providers of a month with England's own figure, and the words for where they come from."""

    month: str
    providers: tuple[ProviderFigure, ...]
    england: ProviderFigure | None
    source: str


def months_of(home: Home, twin: PublishedAs) -> list[str]:
    """The months of which providers' figures are there, the first first."""
    if twin.dataset == "rtt":
        return rtt_published.months_with_providers(home)
    return figure_reading.months_loaded(home, twin.dataset)


def month_of(home: Home, twin: PublishedAs, month: str, service: str = "") -> MonthOfProviders:
    """The figures of a month; of RTT those of a service where one is named."""
    if twin.dataset == "rtt":
        return _rtt_month(home, twin, month, service or TOTAL)
    table = figure_reading.month_table(home, twin.dataset, month, level="provider")
    named = dict(zip(table["org_code"].to_pylist(), table["org_name"].to_pylist(), strict=True))
    values, texts = _by_provider(table, twin.cut)
    mixes = _mixes(table, twin)
    england = figure_reading.month_table(home, twin.dataset, month, level="england")
    whole, _ = _by_provider(england.filter(pc.equal(england["org_code"], ENGLAND)), twin.cut)
    return MonthOfProviders(
        month=month,
        providers=tuple(
            _figure(twin, code, named[code] or code, values.get(code, {}), texts=texts.get(code, {}), mix=mixes.get(code, {}))
            for code in sorted(named)
        ),
        england=_figure(twin, ENGLAND, "England", whole[ENGLAND]) if ENGLAND in whole else None,
        source=_source(home, twin.dataset, month),
    )


def _source(home: Home, slug: str, month: str) -> str:
    files = [one.kept.file_name for one in figure_reading.best_first(figure_reading.revisions_of(home, slug, month))]
    return f"{dataset(slug).source}, {dataset(slug).title}, {month}: {', '.join(files)}"


def _by_provider(table: pa.Table, cut: str) -> tuple[dict[str, dict[str, float]], dict[str, dict[str, str]]]:
    """Each provider's values by key, and the marks that stand where there is none."""
    chosen = table.filter(pc.and_(pc.equal(table["cut"], cut), pc.is_null(table["day"])))
    values: dict[str, dict[str, float]] = {}
    texts: dict[str, dict[str, str]] = {}
    for row in chosen.select(["org_code", "key", "value", "text"]).to_pylist():
        values.setdefault(row["org_code"], {})[row["key"]] = row["value"]
        if row["value"] is None:
            texts.setdefault(row["org_code"], {})[row["key"]] = row["text"] or ""
    return values, texts


def _mixes(table: pa.Table, twin: PublishedAs) -> dict[str, dict[str, float]]:
    """What each provider's work is made of: the denominator by the values of the dataset's own cut."""
    if not twin.mix:
        return {}
    is_part = pc.and_(pc.starts_with(table["cut"], f"{twin.mix}="), pc.equal(table["key"], twin.denominator))
    is_part = pc.and_(is_part, pc.invert(pc.match_substring(table["cut"], ";")))
    found: dict[str, dict[str, float]] = {}
    for row in table.filter(pc.and_(is_part, pc.is_valid(table["value"]))).select(["org_code", "cut", "value"]).to_pylist():
        found.setdefault(row["org_code"], {})[row["cut"]] = row["value"]
    return found


def _figure(
    twin: PublishedAs,
    code: str,
    name: str,
    values: Mapping[str, Any],
    *,
    texts: Mapping[str, str] = {},
    mix: Mapping[str, float] = {},
) -> ProviderFigure:
    numerator, denominator = values.get(twin.numerator), values.get(twin.denominator)
    value = values.get(twin.value) if twin.value else None
    if not twin.value and numerator is not None and denominator:
        value = numerator / denominator
    text = texts.get(twin.numerator) or texts.get(twin.denominator) or ""
    return ProviderFigure(code=code, name=name, value=value, numerator=numerator, denominator=denominator, text=text, mix=mix)


def _rtt_month(home: Home, twin: PublishedAs, month: str, function: str) -> MonthOfProviders:
    figures = rtt_published.provider_figures(home, month)
    mixes = _rtt_mixes(figures.table)
    asked = figures.rows(includes_nonc=False, treatment_function=function)
    made = {
        (row["area_kind"], row["area_code"]): _figure(
            twin, row["area_code"], row["area_name"] or row["area_code"], row, mix=mixes.get(row["area_code"], {})
        )
        for row in asked
    }
    source = figures.source
    shipped_words = "the table that ships with Clockstop"
    return MonthOfProviders(
        month=month,
        providers=tuple(one for (kind, _), one in sorted(made.items()) if kind == "provider"),
        england=None if source.is_excerpt else next((one for (kind, _), one in made.items() if kind == "england"), None),
        source=f"NHS England, RTT full extract, {month}: {source.file_name or shipped_words}",
    )


def _rtt_mixes(table: pa.Table) -> dict[str, dict[str, float]]:
    """Each provider's list by treatment function."""
    is_part = pc.and_(pc.equal(table["area_kind"], "provider"), pc.not_equal(table["treatment_function"], TOTAL))
    is_part = pc.and_(is_part, pc.and_(pc.invert(table["includes_nonc"]), pc.greater(table["incomplete"], 0)))
    found: dict[str, dict[str, float]] = {}
    for row in table.filter(is_part).select(["area_code", "treatment_function", "incomplete"]).to_pylist():
        found.setdefault(row["area_code"], {})[row["treatment_function"]] = row["incomplete"]
    return found


def acute_trusts(home: Home, near: str) -> frozenset[str]:
    """The general acute trusts, by the month of RTT (and, where loaded, of A&E) nearest to `near`; specialists left out."""
    found: set[str] = set()
    if month := _nearest(rtt_published.months_with_providers(home), near):
        rows = rtt_published.provider_figures(home, month).rows(area_kind="provider", treatment_function=TOTAL, includes_nonc=False)
        found |= {row["area_code"] for row in rows if (row["decision_to_admit"] or 0) >= FEWEST_TO_ADMIT}
    if month := _nearest(figure_reading.months_loaded(home, "ae"), near):
        table = figure_reading.month_table(home, "ae", month, level="provider", cut="type=1", key="attendances")
        found |= set(table.filter(pc.greater(table["value"], 0))["org_code"].to_pylist())
    return frozenset(code for code in found - SPECIALIST.keys() if shipped.organisations().get(code, {}).get("kind") == "trust")


def _nearest(months: list[str], near: str) -> str:
    """The month nearest to one; of two as near the later."""
    return min(reversed(months), key=lambda month: abs(_number(month) - _number(near or months[-1])), default="")


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7])


def is_of_real_trusts(home: Home, twin: PublishedAs, month: str, made_up: Collection[str]) -> bool:
    """Whether any provider of the month is not one of our made-up trusts."""
    return bool(_codes(home, twin, month) - set(made_up))


def expected(home: Home, twin: PublishedAs, month: str) -> frozenset[str] | None:
    """The providers that published in any other loaded month within a year of this one; None where no other month is loaded."""
    others = [one for one in months_of(home, twin) if one != month and abs(_number(one) - _number(month)) <= MONTHS_OF_A_YEAR]
    return frozenset().union(*(_codes(home, twin, one) for one in others)) if others else None


def _codes(home: Home, twin: PublishedAs, month: str) -> frozenset[str]:
    if twin.dataset == "rtt":
        rows = rtt_published.provider_figures(home, month).rows(area_kind="provider", treatment_function=TOTAL, includes_nonc=False)
        return frozenset(row["area_code"] for row in rows)
    table = figure_reading.month_table(home, twin.dataset, month, level="provider", key=twin.denominator)
    return frozenset(table["org_code"].to_pylist())
