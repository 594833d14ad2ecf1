"""NHS England's RTT workbook of completed non-admitted pathways by provider: counts, median and 95th percentile by function."""

import re
from itertools import islice
from typing import Any

import pyarrow as pa

from clockstop.errors import UnreadableFile
from clockstop.intake.published.grids import Grid, plain
from clockstop.intake.published.headed_sheet import HeadedSheet, has_header, headed_sheet, rows_table
from clockstop.intake.published.headings import details, month_of_rows
from clockstop.intake.published.publication import Edition, Preview, Publication, Source
from clockstop.intake.published.rtt_figures import SCHEMA
from clockstop.intake.published.shipped import REGIONS
from clockstop.rules.rtt_bands import STANDARD_WEEKS

TITLE = "RTT provider workbook, completed non-admitted"
_BAND = re.compile(r"> ?(\d+) ?- ?(\d+)")
_NEEDED = {
    "Provider Code": r"provider code",
    "Treatment Function Code": r"treatment function code",
    ">0-1": r"> ?0 ?- ?1",
    "Total number of completed pathways (all)": r"total number of completed pathways \(all\)",
    "Average (median) waiting time (in weeks)": r"average \(median\) waiting time.*",
    "95th percentile": r"95th percentile waiting time.*",
}
_KNOWN_START = r"total number of completed pathways \(with a known clock start\)"


def is_workbook(preview: Preview) -> bool:
    """Whether a sheet has a row a provider and function, of completed non-admitted pathways."""
    return preview.kind == "workbook" and any(has_header([grid], _NEEDED) and _is_non_admitted(grid) for grid in preview.grids)


def _is_non_admitted(grid: Grid) -> bool:
    above = " ".join(plain(cell) for row in islice(grid.rows, 16) for cell in row)
    return "non-admitted" in above or "non admitted" in above


def read(source: Source) -> Edition:
    """A row a provider and treatment function: all pathways, those within 18 weeks, median and 95th percentile."""
    grids = [grid for grid in source.grids if has_header([grid], _NEEDED) and _is_non_admitted(grid)]
    sheets = [headed_sheet(source.file.name, grid, _NEEDED, publication=TITLE) for grid in grids]
    of_month = month_of_rows(sheets[0].grid.rows[: sheets[0].top])
    if of_month is None:
        raise UnreadableFile(
            "The workbook does not say its month.", where=sheets[0].where(4), do="Load the workbook as NHS England published it."
        )
    records: dict[tuple[str, str], dict[str, Any]] = {}
    faults: list[str] = []
    for sheet in sheets:
        faults += _add_sheet(records, sheet, of_month)
    table = pa.Table.from_pylist([{name: row.get(name) for name in SCHEMA.names} for row in records.values()], schema=SCHEMA)
    notes = [f"{len(faults)} rows do not add up, the first: {faults[0]}."] if faults else []
    return Edition(
        month=of_month,
        tables={"figures": table, "rows": rows_table(grids)},
        rows_read=len(records),
        notes=("Completed non-admitted pathways alone; patients of commissioner NONC are left out.", *notes),
        details={**details(sheets[0].grid.rows[: sheets[0].top], source.file.name)},
    )


def _add_sheet(records: dict[tuple[str, str], dict[str, Any]], sheet: HeadedSheet, of_month: str) -> list[str]:
    """The rows of a sheet; those come back whose bands are not what their total says."""
    bands = {place: int(found[1]) for place, title in enumerate(sheet.titles) if (found := _BAND.fullmatch(title))}
    over = sheet.column(r"104 ?(plus|\+)", r">? ?104.*")
    within = [place for place, lower in bands.items() if lower < STANDARD_WEEKS]
    all_bands = [*bands, *([over] if over is not None else [])]
    known, faults = sheet.column(_KNOWN_START), []
    code, function = sheet.needed(_NEEDED["Provider Code"]), sheet.needed(_NEEDED["Treatment Function Code"])
    for index in sheet.body():
        provider, of_function = sheet.said(index, code).upper(), sheet.said(index, function).upper()
        if not provider or not of_function:
            continue
        record = _record(sheet, index, of_month, within) | {"area_code": provider, "treatment_function": of_function}
        if records.setdefault((provider, of_function), record) != record:
            raise sheet.bad(index, code, f"stands here with {of_function} for the second time, with other figures")
        counted = _sum(sheet, index, all_bands)
        told = sheet.figure(index, known)[0] if known is not None else None
        if told is not None and told != counted:
            faults.append(f"{sheet.where(index)}, bands {counted:,.0f} against {told:,.0f}")
    return faults


def _sum(sheet: HeadedSheet, index: int, places: list[int]) -> float:
    """The sum of the row's cells there; each is looked at alone where one is no plain number."""
    cells = [sheet.cell(index, place) for place in places]
    if all(isinstance(cell, float) and cell >= 0 for cell in cells):
        return sum(cells)
    return sum(sheet.figure(index, place)[0] or 0 for place in places)


def _record(sheet: HeadedSheet, index: int, of_month: str, within: list[int]) -> dict[str, Any]:
    region = sheet.said(index, sheet.column("region code")).upper()
    total = sheet.figure(index, sheet.needed(_NEEDED["Total number of completed pathways (all)"]))[0]
    return {
        "month": of_month,
        "area_kind": "provider",
        "area_name": sheet.said(index, sheet.column("provider name")),
        "region_code": region or None,
        "region_name": REGIONS.get(region),
        "includes_nonc": False,
        "completed_non_admitted": round(total) if total is not None else None,
        "completed_non_admitted_within_18_weeks": round(_sum(sheet, index, within)),
        "non_admitted_median_weeks": sheet.figure(index, sheet.needed(_NEEDED["Average (median) waiting time (in weeks)"]))[0],
        "non_admitted_percentile_95_weeks": sheet.figure(index, sheet.needed(_NEEDED["95th percentile"]))[0],
    }


PUBLICATION = Publication(
    slug="rtt_provider_workbook",
    title=TITLE,
    known_by="sheets headed Provider Code, Treatment Function Code, week bands and 95th percentile, of non-admitted pathways",
    is_ours=is_workbook,
    read=read,
)
