"""NHS England's quarterly KH03 workbook: beds by sector of trusts and of regions, and occupied beds by specialty."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from clockstop.intake.published import headings
from clockstop.intake.published.consistency import (
    NO_ENGLAND,
    as_shares,
    contradictions,
    contradictions_of_england,
    england_added_up,
    rounding,
)
from clockstop.intake.published.declared.kh03 import SECTORS
from clockstop.intake.published.figures_table import cut, figures, long, numbers
from clockstop.intake.published.layouts import Column, FoundTable, Layout, has_table, tables
from clockstop.intake.published.months import month
from clockstop.intake.published.organisation_rows import organisations
from clockstop.intake.published.publication import Edition, Preview, Publication, Source

if TYPE_CHECKING:
    import pandas as pd

_HEADS = {
    "total": r"total",
    "general_acute": r"general (&|and) acute|g ?& ?a",
    "learning_disabilities": r"learning disabilit(y|ies)",
    "maternity": r"maternity",
    "mental_illness": r"mental (illness|health)",
}
_GROUPS = {
    "available": r"(beds )?available",
    "occupied": r"(beds )?occupied",
    "share_occupied": r"(%|per ?cent|percentage) ?occupied",
}
_BEDS = tuple(
    Column(
        name=f"{sector}_{group}",
        pattern=rf"({over}) \| ({head})",
        is_sign=sector == "general_acute" and group != "share_occupied",
        is_needed=group != "share_occupied",
    )
    for group, over in _GROUPS.items()
    for sector, head in _HEADS.items()
)
_PERIOD = (Column(name="year", pattern=r"year"), Column(name="period_end", pattern=r"period( end)?|quarter( end)?"))
_TRUST = (
    Column(name="org_code", pattern=r"org(anisation)? code|provider code|trust code", is_sign=True),
    Column(name="org_name", pattern=r"org(anisation)? name|provider name|trust name", is_needed=True),
    Column(name="region_code", pattern=r"region code"),
)
TRUSTS = Layout("Beds by sector of trusts (KH03)", (*_PERIOD, *_TRUST, *_BEDS), has_groups=True)
REGIONS = Layout(
    "Beds by sector of regions (KH03)",
    (
        *_PERIOD,
        Column(name="org_code", pattern=r"region code", is_sign=True),
        Column(name="org_name", pattern=r"(at|region) name", is_sign=True),
        *_BEDS,
    ),
    has_groups=True,
)
SPECIALTIES = Layout(
    "Occupied beds by specialty (KH03)", (*_PERIOD, *_TRUST, Column(name="general_surgery", pattern=r"100 .*", is_sign=True))
)
_SPECIALTY = re.compile(r"(?P<code>\d{3}[a-z]?)\s.+")


def is_kh03(preview: Preview) -> bool:
    """Whether a sheet has trusts with general and acute beds available and occupied."""
    return has_table(preview, TRUSTS)


def read(source: Source) -> Edition:
    """England, regions and trusts by sector; England and trusts by specialty."""
    trusts, regions, specialties = (tables(source.grids, layout) for layout in (TRUSTS, REGIONS, SPECIALTIES))
    found = [*trusts, *regions, *specialties]
    quarter = headings.one_month(found, is_quarter=True)
    notes: list[str] = []
    parts = [_by_sector(table, _rows(table, quarter), notes) for table in trusts]
    for table in regions:
        rows = _rows(table, quarter)
        parts.append(_by_sector(table, rows[rows["level"] == "region"], notes))
    parts += [_by_specialty(table, _rows(table, quarter)) for table in specialties]
    notes += [note for table in (*trusts, *regions) for note in headings.unread(table)]
    return Edition(
        month=quarter,
        tables={"figures": figures(parts)},
        rows_read=sum(len(table.rows) for table in found),
        notes=(*([] if _has_england(parts) else [NO_ENGLAND]), *notes, *_estimates(source)),
        details=headings.details([row for table in trusts for row in table.above], source.file.name),
    )


def _has_england(parts: "list[pd.DataFrame]") -> bool:
    return any(part.loc[part["level"] == "england", "source_row"].notna().any() for part in parts)


def _rows(table: FoundTable, quarter: str) -> "pd.DataFrame":
    """The organisations' rows; the quarter that each row says is the sheet's."""
    rows = organisations(table, quarter)
    if {"year", "period_end"} <= set(rows):
        for year, end, source_row in rows[["year", "period_end", "source_row"]].drop_duplicates(["year", "period_end"]).to_numpy():
            said = month(f"{year} {end}")
            if said not in (None, quarter):
                raise headings.other_period(table.cell_name("period_end", int(source_row)), said, quarter)
    return rows


def _by_sector(table: FoundTable, rows: "pd.DataFrame", notes: list[str]) -> "pd.DataFrame":
    """The figures of each sector; what contradicts itself is added to the notes."""
    import pandas as pd

    is_day_only = "day only" in headings.labelled(table.above, "title").lower()
    columns = [f"{sector}_{group}" for group in _GROUPS for sector in SECTORS if f"{sector}_{group}" in table.places]
    values = {name: numbers(table, name, rows) for name in columns}
    for sector in SECTORS:
        if f"{sector}_share_occupied" in values:
            available = values[f"{sector}_available"]
            expected = values[f"{sector}_occupied"] / available.where(available > 0)
            values[f"{sector}_share_occupied"] = as_shares(values[f"{sector}_share_occupied"], expected)
    notes += _contradictions(table, rows[["level", "source_row"]].assign(**values))
    made = long(table, rows, {name: f"day_only_{name}" if is_day_only else name for name in columns}, values=values)
    if (rows["level"] == "england").any() or not (rows["level"] == "provider").any():
        return made
    return pd.concat([made, england_added_up(made[~made["key"].str.contains("share")])], ignore_index=True)


def _contradictions(table: FoundTable, typed: "pd.DataFrame") -> list[str]:
    """Where sectors do not add up to the total, or trusts not to England."""
    notes = []
    for group in ("available", "occupied"):
        parts = typed[[f"{sector}_{group}" for sector in SECTORS if sector != "total"]]
        total, added = typed[f"total_{group}"], parts.sum(axis=1, skipna=False)
        tolerance = rounding(total, parts.shape[1])
        notes += contradictions(table, typed, f"total_{group}", added, "the sectors add up to", tolerance=tolerance)
    england, trusts = typed[typed["level"] == "england"], typed[typed["level"] == "provider"]
    if len(england) and len(trusts):
        columns = [f"{sector}_{group}" for group in ("available", "occupied") for sector in SECTORS]
        tolerance = rounding(trusts["total_available"], len(trusts))
        notes += contradictions_of_england(table, england, trusts, columns, tolerance=tolerance)
    return notes


def _by_specialty(table: FoundTable, rows: "pd.DataFrame") -> "pd.DataFrame":
    import pandas as pd

    places = {
        said["code"].upper(): place for place, heading in enumerate(table.headings) if (said := _SPECIALTY.fullmatch(heading))
    }
    whole = replace(table, places={**table.places, **places})
    cells = whole.rows.loc[rows.index]
    named = cells[list(places)].assign(**{name: rows[name] for name in ("month", "level", "org_code", "org_name", "source_row")})
    return pd.concat([long(whole, named, {code: "occupied"}, cuts=cut(specialty=code)) for code in places], ignore_index=True)


def _estimates(source: Source) -> list[str]:
    """What the workbook says of trusts for which an estimate stands."""
    said, notes = "", []
    for grid in source.grids:
        if grid.sheet.lower().startswith("data quality"):
            for row in grid.rows:
                cells = [str(cell).strip() for cell in row if cell not in ("", None)]
                if len(cells) == 1 and "did not submit" in cells[0]:
                    said = cells[0].rstrip(":")
                elif len(cells) == 2 and said:
                    notes.append(f"{said}: {cells[0]} {cells[1]}.")
    return notes


PUBLICATION = Publication(
    slug="kh03_overnight",
    title="KH03 beds open overnight",
    known_by="a workbook with trusts and, under Available and Occupied, General & Acute",
    is_ours=is_kh03,
    read=read,
    dataset="kh03",
)
