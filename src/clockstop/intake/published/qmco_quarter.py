"""NHS England's quarterly workbook of cancelled elective operations (QMCO): a sheet of providers, a sheet of regions."""

from typing import TYPE_CHECKING

from clockstop.intake.published import headings
from clockstop.intake.published.consistency import NO_ENGLAND, contradictions, england_added_up
from clockstop.intake.published.figures_table import cut, figures, long, numbers
from clockstop.intake.published.layouts import Column, FoundTable, Layout, has_table, tables
from clockstop.intake.published.organisation_rows import organisations
from clockstop.intake.published.publication import Edition, Preview, Publication, Source

if TYPE_CHECKING:
    import pandas as pd

_ENGLAND = r"england.*|total"
KEYS = ("last_minute_cancellations", "not_treated_within_28_days")
_COUNTS = (
    Column(name=KEYS[0], pattern=r"(number of )?last minute (elective )?(operations cancelled|cancell).*", is_sign=True),
    Column(name=KEYS[1], pattern=r"(number of )?patients not treated within 28 days.*|breaches.*28.*", is_sign=True),
)
PROVIDERS = Layout(
    "Cancelled operations of providers (QMCO)",
    (
        Column(name="org_code", pattern=r"org(anisation)? code|provider code", is_sign=True),
        Column(name="org_name", pattern=r"org(anisation)? name|provider name", is_needed=True),
        Column(name="region_code", pattern=r"region(al)?( team)? code"),
        Column(name="region_name", pattern=r"region(al)?( team)? name"),
        *_COUNTS,
    ),
)
REGIONS = Layout(
    "Cancelled operations of regions (QMCO)",
    (
        Column(name="org_code", pattern=r"region(al)?( team)? code", is_sign=True),
        Column(name="org_name", pattern=r"region(al)?( team)? name", is_needed=True),
        *_COUNTS,
    ),
)


def is_qmco(preview: Preview) -> bool:
    """Whether a sheet has providers with last minute cancellations and patients not treated within 28 days."""
    return has_table(preview, PROVIDERS)


def read(source: Source) -> Edition:
    """England without and with the independent sector, regions and providers."""
    providers = tables(source.grids, PROVIDERS)
    regions = [table for table in tables(source.grids, REGIONS) if table.sheet not in {one.sheet for one in providers}]
    quarter = headings.one_month([*providers, *regions], is_quarter=True)
    parts: list[pd.DataFrame] = []
    notes: list[str] = []
    for table in providers:
        parts += _of_providers(table, organisations(table, quarter, england=_ENGLAND), notes)
    for table in regions:
        rows = organisations(table, quarter, england=_ENGLAND)
        parts.append(long(table, rows[rows["level"] == "region"], KEYS))
    return Edition(
        month=quarter,
        tables={"figures": figures(parts)},
        rows_read=sum(len(table.rows) for table in (*providers, *regions)),
        notes=(
            *([] if _has_england(providers, quarter) else [NO_ENGLAND]),
            *notes,
            *(note for table in providers for note in headings.unread(table)),
            *_absent(source),
        ),
        details=headings.details(providers[0].above, source.file.name),
    )


def _has_england(providers: list[FoundTable], quarter: str) -> bool:
    return any((organisations(table, quarter, england=_ENGLAND)["level"] == "england").any() for table in providers)


def _of_providers(table: FoundTable, rows: "pd.DataFrame", notes: list[str]) -> "list[pd.DataFrame]":
    """Providers; England twice: as the whole without the independent sector, and each row by its cut; contradictions are noted."""
    said = table.rows.loc[rows.index, "org_name"].astype(str).str.lower()
    is_england = rows["level"] == "england"
    with_independent = rows[is_england & said.str.contains("including")]
    without = rows[is_england & ~said.str.contains("including")]
    notes += _contradictions(table, rows[~is_england], with_independent if len(with_independent) else without)
    more = {key: f"{key}_with_independent_sector" for key in KEYS}
    parts = [long(table, rows[~is_england], KEYS), long(table, without, KEYS)]
    if len(with_independent):
        parts += [
            long(table, with_independent, more),
            long(table, with_independent, KEYS, cuts=cut(independent_sector="included")),
            long(table, without, KEYS, cuts=cut(independent_sector="excluded")),
        ]
    if not is_england.any():
        parts.append(england_added_up(parts[0]))
    return parts


def _contradictions(table: FoundTable, providers: "pd.DataFrame", england: "pd.DataFrame") -> list[str]:
    """Where the providers listed, the independent ones among them, do not add up to England's row that includes these."""
    notes = []
    for key in KEYS:
        values = numbers(table, key, england)
        total = numbers(table, key, providers).sum(skipna=False)
        typed = england[["source_row"]].assign(**{key: values})
        notes += contradictions(table, typed, key, values * 0 + total, "the providers add up to")
    return notes


def _absent(source: Source) -> list[str]:
    """What the workbook says of providers that sent nothing."""
    cells = (str(cell).strip() for grid in source.grids if grid.sheet.lower() == "notes" for row in grid.rows for cell in row)
    return [text for text in cells if "did not submit" in text]


PUBLICATION = Publication(
    slug="qmco_quarter",
    title="QMCO cancelled elective operations",
    known_by="a workbook with organisations, last minute cancellations and patients not treated within 28 days",
    is_ours=is_qmco,
    read=read,
    dataset="qmco",
)
