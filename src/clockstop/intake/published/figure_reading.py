"""The published figures of a month and an organisation: the best of what is loaded, and which file each comes from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from clockstop.errors import UnknownName
from clockstop.intake.published import catalogue
from clockstop.intake.published.catalogue import Revision
from clockstop.intake.published.datasets import dataset as dataset_of
from clockstop.intake.published.figures_table import ENGLAND, SCHEMA
from clockstop.intake.published.recognise import publications
from clockstop.store.home import Home

# The columns of a month's table beside those of the schema: which revision of the month a figure is of.
REVISION = "revision"


@dataclass(frozen=True, kw_only=True)
class MonthRevision:
    """A loaded file that holds a month: `number` counts the files that do, in the order in which they were first loaded."""

    number: int
    kept: Revision

    @property
    def title(self) -> str:
        """The publication's title."""
        return publications()[self.kept.publication].title


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The figures of one organisation and cut in one month. `values` has every key that is published; None where a mark stands.

    `texts` says what stood there then. `sources` has the revision that each key is of, the best first in `revisions`.
    """

    dataset: str
    month: str
    level: str
    org_code: str
    org_name: str
    cut: str
    day: date | None
    values: dict[str, float | None]
    texts: dict[str, str]
    places: dict[str, str]
    sources: dict[str, MonthRevision]

    @cached_property
    def revisions(self) -> tuple[MonthRevision, ...]:
        """The revisions that gave figures, that which gave most first."""
        numbers = [one.number for one in self.sources.values()]
        known = {one.number: one for one in self.sources.values()}
        return tuple(known[number] for number in sorted(known, key=lambda number: (-numbers.count(number), number)))


def revisions_of(home: Home, dataset: str, month: str | None = None) -> list[MonthRevision]:
    """The loaded files of a dataset that hold a month (or any), numbered in the order in which they were first loaded."""
    slugs = _publications(dataset)
    found = [one for slug in slugs for one in catalogue.revisions(home, slug) if month is None or month in one.months]
    ordered = sorted(found, key=lambda one: (one.first_load, one.loaded_at, one.publication, one.number))
    return [MonthRevision(number=place, kept=one) for place, one in enumerate(ordered, start=1)]


def months_loaded(home: Home, dataset: str) -> list[str]:
    """The months of which figures are loaded, the first first."""
    return sorted({month for slug in _publications(dataset) for one in catalogue.revisions(home, slug) for month in one.months})


def best_first(found: Iterable[MonthRevision]) -> list[MonthRevision]:
    """Final or revised before first or provisional; then the later released where both say when; then the later loaded."""
    ordered: list[MonthRevision] = []
    for one in sorted(found, key=lambda one: (one.kept.last_load, one.kept.loaded_at)):
        place = next((place for place, other in enumerate(ordered) if _is_better(one.kept, other.kept)), len(ordered))
        ordered.insert(place, one)
    return ordered


def in_use_beside(home: Home, kept: Revision) -> Revision:
    """The file of the same publication that answers for the last month that `kept` holds; RTT's by its own reading of revisions."""
    if publications()[kept.publication].dataset == "rtt":
        return catalogue.sibling_in_use(home, kept)
    beside = revisions_of(home, publications()[kept.publication].dataset, kept.month)
    return next((one.kept for one in best_first(beside) if one.kept.publication == kept.publication), kept)


def _is_better(later: Revision, earlier: Revision) -> bool:
    """Whether what was loaded later replaces what was loaded earlier."""
    if later.is_settled != earlier.is_settled:
        return later.is_settled
    return not (later.released and earlier.released and later.released < earlier.released)


def month_table(home: Home, dataset: str, month: str, *, number: int | None = None, **where: Any) -> pa.Table:
    """The figures of a month, of the best revision for each organisation, with the column `revision`; `where` chooses by column.

    Publications of a dataset complete each other key by key; of one publication an organisation's figures all come of one file.
    """
    chosen = _chosen(home, dataset, month, number)
    tables = [_figures(home, one, month, where) for one in best_first(chosen)]
    tables = [table for table in tables if table.num_rows]
    if not tables:
        return SCHEMA.append(pa.field(REVISION, pa.int64())).empty_table()
    return tables[0] if len(tables) == 1 else _best(tables, {one.number: one.kept.publication for one in chosen})


def _chosen(home: Home, dataset: str, month: str, number: int | None) -> list[MonthRevision]:
    found = revisions_of(home, dataset, month)
    if number is None:
        return found
    if chosen := [one for one in found if one.number == number]:
        return chosen
    raise UnknownName(
        f"There is no revision {number} of {dataset} {month}.",
        where=f"Loaded are: {', '.join(f'{one.number} ({one.kept.file_name})' for one in found) or 'none'}.",
        do="`clockstop published list` shows every revision.",
    )


def _figures(home: Home, one: MonthRevision, month: str, where: dict[str, Any]) -> pa.Table:
    from pyarrow import parquet

    filters = [("month", "=", month), *((name, "=", value) for name, value in where.items())]
    table = parquet.read_table(catalogue.table_file(home, one.kept, "figures"), filters=filters)
    return table.append_column(REVISION, pa.array([one.number] * table.num_rows, pa.int64()))


def _best(tables: Sequence[pa.Table], publication_of: dict[int, str]) -> pa.Table:
    """Of each publication and organisation the first table that has it; of each figure the first publication's."""
    import pandas as pd

    rows = pd.concat([table.to_pandas(date_as_object=True) for table in tables], ignore_index=True)
    rows["publication"] = rows[REVISION].map(publication_of)
    organisation = ["publication", "level", "org_code"]
    first = rows.groupby(organisation, sort=False)[REVISION].transform("first")
    kept = rows[rows[REVISION] == first].drop_duplicates(["day", "level", "org_code", "cut", "key"])
    kept = kept.assign(source_row=kept["source_row"].astype("Int64"))
    return pa.Table.from_pandas(kept[tables[0].column_names], schema=tables[0].schema, preserve_index=False)


def figures_of(
    home: Home,
    dataset: str,
    month: str,
    *,
    level: str = "england",
    org_code: str = ENGLAND,
    cut: str = "",
    number: int | None = None,
    day: date | None = None,
) -> Figures:
    """The figures of one organisation in one month; `UnknownName` says what is loaded instead.

    `number` is a revision of the month; `day` asks for a day's figures of a dataset that has them.
    """
    table = month_table(home, dataset, month, number=number, level=level, org_code=org_code)
    table = table.filter(pc.equal(pc.utf8_lower(table["cut"]), cut.lower()))
    table = table.filter(pc.is_null(table["day"]) if day is None else pc.equal(table["day"], day))
    if not table.num_rows:
        raise _absent(home, dataset, month, level, org_code, cut=cut)
    known = {one.number: one for one in revisions_of(home, dataset, month)}
    rows = table.to_pylist()
    return Figures(
        dataset=dataset,
        month=month,
        level=level,
        org_code=org_code,
        org_name=rows[0]["org_name"] or org_code,
        cut=rows[0]["cut"],
        day=day,
        values={row["key"]: row["value"] for row in rows},
        texts={row["key"]: row["text"] for row in rows if row["value"] is None},
        places={row["key"]: _place(row) for row in rows},
        sources={row["key"]: known[row[REVISION]] for row in rows},
    )


def _place(row: dict[str, Any]) -> str:
    if row["source_row"] is None:
        return f"added up from sheet {row['sheet']}" if row["sheet"] else "added up from the file's lines"
    return f"sheet {row['sheet']}, row {row['source_row']}" if row["sheet"] else f"line {row['source_row']}"


def series_of(
    home: Home, dataset: str, key: str, *, level: str = "england", org_code: str = ENGLAND, cut: str = ""
) -> list[tuple[str, float | None, MonthRevision]]:
    """A figure month by month, the first first, each with the revision that is best for it and has the organisation."""
    from pyarrow import parquet

    numbered = {month: revisions_of(home, dataset, month) for month in months_loaded(home, dataset)}
    filters = [("level", "=", level), ("org_code", "=", org_code), ("cut", "=", cut), ("key", "=", key)]
    kept = {(one.kept.publication, one.kept.month, one.kept.number): one.kept for found in numbered.values() for one in found}
    values: dict[tuple[str, tuple[str, str, int]], float | None] = {}
    for name, revision in kept.items():
        table = parquet.read_table(
            catalogue.table_file(home, revision, "figures"), filters=filters, columns=["month", "day", "value"]
        )
        table = table.filter(pc.is_null(table["day"]))
        values |= {
            (month, name): value for month, value in zip(table["month"].to_pylist(), table["value"].to_pylist(), strict=True)
        }
    made = []
    for month, found in numbered.items():
        names = [(one, (month, (one.kept.publication, one.kept.month, one.kept.number))) for one in best_first(found)]
        if best := next(((one, name) for one, name in names if name in values), None):
            made.append((month, values[best[1]], best[0]))
    return made


def latest_month(home: Home, dataset: str, *, level: str = "england", org_code: str = ENGLAND) -> str:
    """The last month that has figures of the organisation."""
    for month in reversed(months_loaded(home, dataset)):
        if month_table(home, dataset, month, level=level, org_code=org_code).num_rows:
            return month
    months = months_loaded(home, dataset)
    raise _absent(home, dataset, months[-1] if months else "", level, org_code)


def _publications(dataset: str) -> list[str]:
    if dataset != "rtt":
        dataset_of(dataset)
    return [slug for slug, publication in publications().items() if publication.dataset == dataset]


def _absent(home: Home, dataset: str, month: str, level: str, org_code: str, *, cut: str = "") -> UnknownName:
    """What is loaded, where a figure is not: months, organisations or cuts."""
    months = months_loaded(home, dataset)
    if month not in months:
        span = f"Loaded are {', '.join(months[-24:])}." if months else f"No file of {dataset} is loaded."
        what = (
            f"There are no published figures of {dataset} of {month}." if month else f"There are no published figures of {dataset}."
        )
        return UnknownName(what, where=span, do="Write the month as 2026-01, or load its file: `clockstop published load FILE`.")
    organisation = month_table(home, dataset, month, level=level, org_code=org_code)
    if not organisation.num_rows:
        levels = sorted(set(month_table(home, dataset, month)["level"].to_pylist()))
        return UnknownName(
            f"There is no {level} {org_code} in the published figures of {dataset}, {month}.",
            where=f"There are figures by: {', '.join(levels)}.",
            do="Give the organisation's ODS code, such as RJ1.",
        )
    cuts = sorted({one for one in organisation["cut"].to_pylist() if one})
    return UnknownName(
        f"There is no cut {cut!r} of {org_code} in {dataset}, {month}."
        if cut
        else f"{org_code} has figures by cut only in {dataset}, {month}.",
        where=f"There are: {', '.join(cuts[:20])}{' and more' if len(cuts) > 20 else ''}." if cuts else "There are no cuts.",
        do="Give one of these with --cut, or none for the whole.",
    )
