"""What is published of a dataset, for the pages: the files that are loaded, a figure month by month, and who had what in a month.

Published figures are public, so every reader may see them all; the scope is asked for as everywhere.
"""

from dataclasses import dataclass
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.errors import UnknownName
from clockstop.intake.published import catalogue, figure_reading
from clockstop.intake.published.datasets import Dataset, Key, dataset, datasets
from clockstop.intake.published.figure_reading import Figures, MonthRevision
from clockstop.intake.published.figure_report import figure_words, ordered
from clockstop.intake.published.figures_table import ENGLAND
from clockstop.intake.published.publication import ATTRIBUTION, LICENCE
from clockstop.intake.published.recognise import publications
from clockstop.store.home import Home

__all__ = [
    "ATTRIBUTION",
    "ENGLAND",
    "LICENCE",
    "Asked",
    "DatasetPage",
    "LoadedFile",
    "dataset_page",
    "figure_words",
    "loaded",
    "ordered",
]
LEVELS = {"england": "England", "region": "Region", "icb": "ICB", "provider": "Provider", "site": "Site", "other": "Other"}


@dataclass(frozen=True, kw_only=True)
class LoadedFile:
    """A loaded file: of which dataset and months, its revision of its last month, and whether that month is answered by it."""

    dataset: str
    title: str
    months: tuple[str, ...]
    number: int
    is_in_use: bool
    kept: catalogue.Revision


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a dataset's page is asked for; empty is the latest month, England, the whole, the first headline."""

    month: str = ""
    level: str = "england"
    org_code: str = ENGLAND
    cut: str = ""
    key: str = ""
    revision: int | None = None


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """An organisation's figure in the month."""

    code: str
    name: str
    value: float | None
    text: str


@dataclass(frozen=True, kw_only=True)
class DatasetPage:
    """A dataset in a month: an organisation's figures, one of them by month, and the same of all organisations of its level."""

    declared: Dataset
    asked: Asked
    key: Key
    months: tuple[str, ...]
    levels: tuple[str, ...]
    cuts: tuple[str, ...]
    keys: tuple[Key, ...]
    figures: Figures
    revisions: tuple[MonthRevision, ...]
    series: tuple[tuple[str, float | None, MonthRevision], ...]
    organisations: tuple[Organisation, ...]


def loaded(scope: Scope, desk: Desk, *, of_dataset: str = "") -> list[LoadedFile]:
    """Every loaded file, by dataset and month, the latest first."""
    return loaded_files(desk.home, of_dataset)


def loaded_files(home: Home, of_dataset: str = "") -> list[LoadedFile]:
    """As `loaded`, of a home."""
    known = publications()
    found = []
    for slug in (of_dataset,) if of_dataset else ("rtt", *datasets()):
        for one in figure_reading.revisions_of(home, slug):
            siblings = figure_reading.revisions_of(home, slug, one.kept.month)
            best = _in_use(home, slug, siblings)
            found.append(
                LoadedFile(
                    dataset=slug,
                    title=known[one.kept.publication].title,
                    months=one.kept.months,
                    number=next(other.number for other in siblings if other.kept == one.kept),
                    is_in_use=one.kept in best,
                    kept=one.kept,
                )
            )
    return sorted(found, key=lambda one: (one.dataset, _backwards(one.kept.month), one.title, one.number))


def _in_use(home: Home, slug: str, siblings: list[MonthRevision]) -> list[catalogue.Revision]:
    """The best revision of each publication; RTT's by its own reading of revisions."""
    if slug == "rtt":
        return [catalogue.sibling_in_use(home, one.kept) for one in siblings]
    ordered_files = figure_reading.best_first(siblings)
    return [
        next(one.kept for one in ordered_files if one.kept.publication == name)
        for name in {one.kept.publication for one in siblings}
    ]


def _backwards(month: str) -> int:
    return -int(month.replace("-", "")[:6] or 0)


def dataset_page(scope: Scope, desk: Desk, slug: str, asked: Asked) -> DatasetPage:
    """A dataset as it was asked for; `UnknownName` says what is loaded instead."""
    home, declared = desk.home, dataset(slug)
    months = figure_reading.months_loaded(home, slug)
    if not months:
        raise UnknownName(f"No file of {declared.title} is loaded.", do="Load one: clockstop published load FILE")
    month = asked.month or months[-1]
    whole = figure_reading.month_table(home, slug, month, number=asked.revision)
    levels = tuple(level for level in LEVELS if level in set(whole["level"].to_pylist()))
    level, code = (asked.level, asked.org_code) if asked.level in levels or asked.level != "england" else _first(whole, levels)
    mine = whole.filter(pc.and_(pc.equal(whole["level"], level), pc.equal(whole["org_code"], code)))
    cuts = tuple(sorted(set(mine["cut"].to_pylist())))
    cut = asked.cut if asked.cut or "" in cuts or not cuts else cuts[0]
    figures = figure_reading.figures_of(home, slug, month, level=level, org_code=code, cut=cut, number=asked.revision)
    keys = tuple(declared.key(name) for name in ordered(declared, figures))
    key = next((key for key in keys if key.name == asked.key), None) or next((key for key in keys if key.is_headline), keys[0])
    return DatasetPage(
        declared=declared,
        asked=Asked(month=month, level=level, org_code=code, cut=cut, key=key.name, revision=asked.revision),
        key=key,
        months=tuple(reversed(months)),
        levels=levels,
        cuts=cuts,
        keys=keys,
        figures=figures,
        revisions=tuple(figure_reading.revisions_of(home, slug, month)),
        series=tuple(figure_reading.series_of(home, slug, key.name, level=level, org_code=code, cut=cut)),
        organisations=_organisations(whole, level if level != "england" else _below(levels), cut, key.name),
    )


def _first(whole: pa.Table, levels: tuple[str, ...]) -> tuple[str, str]:
    """The organisation that stands for a dataset that England has no figures of: the first by its code, of the level below."""
    level = _below(levels) or "england"
    codes = whole.filter(pc.equal(whole["level"], level))["org_code"].to_pylist()
    return level, min(codes, default=ENGLAND)


def _below(levels: tuple[str, ...]) -> str:
    """The level whose organisations stand under England: providers before ICBs before regions."""
    return next((level for level in ("provider", "icb", "region", "site", "other") if level in levels), "")


def _organisations(whole: pa.Table, level: str, cut: str, key: str) -> tuple[Organisation, ...]:
    asked = {"level": level, "cut": cut, "key": key}
    is_asked = reduce(pc.and_, (pc.equal(whole[name], value) for name, value in asked.items()))
    rows = whole.filter(pc.and_(is_asked, pc.is_null(whole["day"]))).to_pylist()
    made = [Organisation(code=row["org_code"], name=row["org_name"], value=row["value"], text=row["text"]) for row in rows]
    return tuple(sorted(made, key=lambda one: (one.value is None, -(one.value or 0), one.name)))
