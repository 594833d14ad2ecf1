"""The published RTT figures of a month and an area, from the best source there is, with the source said."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from clockstop.errors import UnknownName
from clockstop.intake.published import catalogue, rtt_full_extract, rtt_overview, rtt_provider_workbook, shipped
from clockstop.intake.published.rtt_figures import COUNTS, ENGLAND, FIGURES, TOTAL, figures
from clockstop.store.home import Home


@dataclass(frozen=True, kw_only=True)
class FigureSource:
    """Where figures come from: a loaded file and its revision, or the table that ships with Clockstop."""

    kind: str
    title: str
    file_name: str = ""
    revision: int | None = None
    is_revised: bool = False
    loaded_at: str = ""
    is_excerpt: bool = False
    only_provider: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MonthFigures:
    """A month's figures of one source: `table` has the columns of `rtt_figures.SCHEMA`."""

    month: str
    source: FigureSource
    table: pa.Table

    def rows(self, **where: Any) -> list[dict[str, Any]]:
        """The rows whose columns have these values."""
        chosen = self.table
        for name, value in where.items():
            chosen = chosen.filter(pc.equal(chosen[name], value))
        return chosen.to_pylist()


@dataclass(frozen=True, kw_only=True)
class AreaFigures:
    """The figures of one area in one month."""

    month: str
    source: FigureSource
    row: dict[str, Any]
    is_in_extract: bool = True


WORKBOOK = "provider workbook"  # it holds completed pathways alone, so it answers for a provider where nothing else does
SHIPPED = FigureSource(kind="shipped", title="The table that ships with Clockstop")


def months(home: Home) -> list[str]:
    """Every month for which there is a figure, the first first."""
    found = {revision.month for revision in catalogue.revisions(home, rtt_full_extract.PUBLICATION.slug)}
    for revision in catalogue.revisions(home, rtt_overview.PUBLICATION.slug):
        found |= set(_read(home, revision)["month"].to_pylist())
    return sorted(found | set(shipped.totals()["month"].to_pylist()))


def sources_of_month(home: Home, month: str, number: int | None = None) -> list[MonthFigures]:
    """Each source that has the month, the best first: the full extract, one provider's, the overview series, the shipped table,
    the workbook of providers.

    `number` is a revision of the full extract, or of the overview's edition where no extract of the month is loaded.
    """
    extract = _of_extract(home, month, number)
    found = [extract, *_of_single_providers(home, month, extract), _of_overview(home, month, number), _of_shipped(month)]
    found.append(_of_workbook(home, month, number))
    if number is not None:
        found = [one for one in found if one is not None and one.source.revision is not None][:1]
        if not found:
            raise UnknownName(f"No revision of {month} is loaded.", do="`clockstop published list` shows what is.")
    return [one for one in found if one is not None]


def _of_extract(home: Home, month: str, number: int | None) -> MonthFigures | None:
    revision = catalogue.revision(home, rtt_full_extract.PUBLICATION.slug, month, number)
    if revision is None:
        return None
    return _extract_figures(home, month, revision)


def _of_single_providers(home: Home, month: str, first: MonthFigures | None) -> list[MonthFigures]:
    """The files that hold one provider each, without the `first`, which stands before them already."""
    known = first.source.revision if first else None
    kept = catalogue.in_use_of_providers(home, rtt_full_extract.PUBLICATION.slug, month)
    return [_extract_figures(home, month, revision) for revision in kept if revision.number != known]


def _extract_figures(home: Home, month: str, revision: catalogue.Revision) -> MonthFigures:
    source = _source("full extract", rtt_full_extract.PUBLICATION.title, revision)
    return MonthFigures(month=month, source=source, table=_read(home, revision))


def _of_overview(home: Home, month: str, number: int | None) -> MonthFigures | None:
    """The month in the latest edition that has it; a revision number chooses within an edition."""
    editions = sorted({one.month for one in catalogue.revisions(home, rtt_overview.PUBLICATION.slug)}, reverse=True)
    for edition in editions:
        candidates = catalogue.revisions(home, rtt_overview.PUBLICATION.slug, edition)
        if number is not None:
            candidates = [one for one in candidates if one.number == number]
        revision = catalogue.in_use(candidates)
        if revision is None:
            continue
        table = _read(home, revision)
        table = table.filter(pc.equal(table["month"], month))
        if table.num_rows:
            source = _source("overview", rtt_overview.PUBLICATION.title, revision)
            return MonthFigures(month=month, source=source, table=table)
    return None


def _of_workbook(home: Home, month: str, number: int | None) -> MonthFigures | None:
    kept = catalogue.revisions(home, rtt_provider_workbook.PUBLICATION.slug, month)
    revision = catalogue.in_use(one for one in kept if number in (None, one.number))
    if revision is None:
        return None
    source = _source(WORKBOOK, rtt_provider_workbook.PUBLICATION.title, revision)
    return MonthFigures(month=month, source=source, table=_read(home, revision))


def _of_shipped(month: str) -> MonthFigures | None:
    table = shipped.totals()
    table = table.filter(pc.equal(table["month"], month))
    return MonthFigures(month=month, source=SHIPPED, table=table) if table.num_rows else None


def _source(kind: str, title: str, revision: catalogue.Revision) -> FigureSource:
    return FigureSource(
        kind=kind,
        title=title,
        file_name=revision.file_name,
        revision=revision.number,
        is_revised=revision.is_revised,
        loaded_at=revision.loaded_at,
        is_excerpt=bool(revision.details.get("is_excerpt")),
        only_provider=revision.only_provider,
        notes=revision.notes,
    )


def _read(home: Home, revision: catalogue.Revision) -> pa.Table:
    from pyarrow import parquet

    return parquet.read_table(catalogue.table_file(home, revision, "figures"))


def area_figures(
    home: Home,
    month: str | None = None,
    *,
    area_kind: str = "england",
    area_code: str = ENGLAND,
    treatment_function: str = TOTAL,
    include_nonc: bool = False,
    number: int | None = None,
) -> AreaFigures:
    """The figures of one area from the best source that has it; `UnknownName` says what there is instead."""
    month = month or _latest(home, area_kind, area_code)
    found = sources_of_month(home, month, number)
    if not found:
        raise _no_month(home, month)
    where = {"area_kind": area_kind, "area_code": area_code, "treatment_function": treatment_function}
    for source in found:
        if rows := source.rows(**where, includes_nonc=include_nonc):
            return AreaFigures(month=month, source=source.source, row=rows[0])
        if source.source.kind == "full extract" and not source.source.is_excerpt:
            break  # the extract of all England has no row of it, so there is none
    return _absent(home, found, where, include_nonc)


def _latest(home: Home, area_kind: str, area_code: str = ENGLAND) -> str:
    """The last month, with figures of providers where an area smaller than England is asked for.

    What one of this home's own trusts returned is a month of that trust, and of no other area.
    """
    for month in reversed(months(home)):
        for source in sources_of_month(home, month):
            is_own = source.source.only_provider and home.organisation_file(source.source.only_provider).is_file()
            if source.rows(area_kind=area_kind) and (not is_own or area_code == source.source.only_provider):
                return month
    raise UnknownName("No published figures are there.", do="Load some: `clockstop published load FILE`.")


def _no_month(home: Home, month: str) -> UnknownName:
    known = months(home)
    span = f"There are figures from {known[0]} to {known[-1]}." if known else "No month is loaded."
    return UnknownName(
        f"There are no published figures of {month}.",
        where=span,
        do="Write the month as 2026-01, or load its file: `clockstop published load FILE`.",
    )


def _absent(home: Home, found: list[MonthFigures], where: dict[str, str], include_nonc: bool) -> AreaFigures:
    """Noughts where the area is known and the extract has no row of it; a message where it cannot be known."""
    whole = [one for one in found if not one.source.only_provider and one.source.kind != WORKBOOK]
    extracts = [one for one in whole if one.rows(area_kind="provider", includes_nonc=include_nonc)]
    if not extracts:
        what = "Figures with NONC" if include_nonc else f"Figures of {where['area_kind']} {where['area_code']}"
        raise UnknownName(
            f"{what} in {found[0].month} are only in a full extract, and none of that month is loaded.",
            do="Load it: `clockstop published load FILE`.",
        )
    _require_known(home, extracts[0], where)
    blank = dict.fromkeys(FIGURES, None) | dict.fromkeys(COUNTS, 0)
    row = {"month": found[0].month, **where, "area_name": _name(where), "includes_nonc": include_nonc, **blank}
    return AreaFigures(month=found[0].month, source=extracts[0].source, row=row, is_in_extract=False)


def _name(where: dict[str, str]) -> str:
    return shipped.organisations().get(where["area_code"], {}).get("name", where["area_code"])


def _require_known(home: Home, extract: MonthFigures, where: dict[str, str]) -> None:
    functions = set(shipped.totals()["treatment_function"].to_pylist()) | set(extract.table["treatment_function"].to_pylist())
    if where["treatment_function"] not in functions:
        raise UnknownName(
            f"There is no treatment function {where['treatment_function']}.",
            where=f"There are: {', '.join(sorted(functions))}.",
            do="Choose one of these.",
        )
    kind, code = where["area_kind"], where["area_code"]
    known = {row["area_code"] for row in extract.rows(area_kind=kind)} | set(shipped.organisations()) | set(shipped.REGIONS)
    if code not in known and code != ENGLAND:
        raise UnknownName(
            f"There is no {kind} {code} in the published figures of {extract.month}.",
            do="Give the organisation's ODS code, such as RJ1; `clockstop published list --providers` shows all.",
        )


def providers(home: Home, month: str | None = None, *, treatment_function: str = TOTAL) -> list[dict[str, Any]]:
    """The providers of a month, the longest list first; of the last month that has any where none is given."""
    month = month or _latest(home, "provider")
    where = {"area_kind": "provider", "treatment_function": treatment_function, "includes_nonc": False}
    found = [source for source in sources_of_month(home, month) if source.source.kind != WORKBOOK and source.rows(**where)]
    if not found:
        raise _no_month(home, month)
    alike = found[:1] if not found[0].source.only_provider else [one for one in found if one.source.only_provider]
    rows = [row for source in alike for row in source.rows(**where)]
    return sorted(rows, key=lambda row: (-row["incomplete"], row["area_code"]))


def ship(home: Home, out: Path, directory: Path) -> list[Path]:
    """Write the shipped table: the latest overview series, and each whole extract in use with the regions of `directory`."""
    slug = rtt_full_extract.PUBLICATION.slug
    extracts = [catalogue.revision(home, slug, month) for month in sorted({one.month for one in catalogue.revisions(home, slug)})]
    whole = [one for one in extracts if one is not None and not one.details.get("is_excerpt")]
    editions = catalogue.revisions(home, rtt_overview.PUBLICATION.slug)
    series = [max(editions, key=lambda one: (one.month, one.is_revised, one.load_number))] if editions else []
    if not whole:
        raise UnknownName("No whole extract is loaded, so there is nothing to ship.", do="Load one, and the overview series.")
    places = shipped.places(pa.concat_tables([_read(home, one) for one in whole]), directory)
    tables = [_without_months(_read(home, one), {one.month for one in whole}) for one in series]
    tables += [_made_again(home, one, places) for one in whole]
    sources = [f"NHS England, {_title(one)}, {one.month} ({one.file_name})" for one in [*series, *whole]]
    return shipped.write(out, figures=tables, places=places, sources=sources)


def _made_again(home: Home, revision: catalogue.Revision, places: dict[str, dict[str, str]]) -> pa.Table:
    """The figures with the regions of the new directory, which need not be those of the day of loading."""
    from pyarrow import parquet

    rows = parquet.read_table(catalogue.table_file(home, revision, "rows"))
    return figures(rows, int(revision.details["closed_bands"]), revision.month, places)


def _title(revision: catalogue.Revision) -> str:
    is_extract = revision.publication == rtt_full_extract.PUBLICATION.slug
    return (rtt_full_extract if is_extract else rtt_overview).PUBLICATION.title


def _without_months(table: pa.Table, covered: set[str]) -> pa.Table:
    return table.filter(pc.invert(pc.is_in(table["month"], value_set=pa.array(sorted(covered), pa.string()))))


def months_with_providers(home: Home) -> list[str]:
    """The months for which figures of providers are there, the first first; an excerpt is no month of England."""
    slug = rtt_full_extract.PUBLICATION.slug
    in_use = [catalogue.revision(home, slug, month) for month in {one.month for one in catalogue.revisions(home, slug)}]
    loaded = {one.month for one in in_use if one is not None and not one.details.get("is_excerpt")}
    table = shipped.totals()
    table = table.filter(pc.equal(table["area_kind"], "provider"))
    return sorted(loaded | set(pc.unique(table["month"]).to_pylist()))


def provider_figures(home: Home, month: str) -> MonthFigures:
    """The best source of a month that has figures of all providers."""
    for source in sources_of_month(home, month):
        if not source.source.is_excerpt and source.source.kind != WORKBOOK and source.rows(area_kind="provider"):
            return source
    raise _no_month(home, month)
