"""NHS England's cancer workbook by provider (to 2025): a sheet a standard and breakdown, parts stacked with repeated headers."""

from typing import TYPE_CHECKING

from clockstop.intake.published import headings
from clockstop.intake.published.cancer_rows import added_up, band_columns, figures_of_standard, shares
from clockstop.intake.published.consistency import briefly
from clockstop.intake.published.figures_table import figures
from clockstop.intake.published.grids import TOP_ROWS
from clockstop.intake.published.layouts import Column, Layout, has_table, tables
from clockstop.intake.published.organisation_rows import organisations
from clockstop.intake.published.publication import Edition, Preview, Publication, Source

if TYPE_CHECKING:
    import pandas as pd

_COMMON = (
    Column(name="org_code", pattern=r"ods code|org(anisation)? code|provider code", is_sign=True),
    Column(name="org_name", pattern=r"accountable provider|provider( name)?", is_sign=True),
    Column(name="total", pattern=r"total( treated| told)?", is_sign=True),
)
_CUTS = (
    Column(name="route", pattern=r"referral route"),
    Column(name="stage", pattern=r"treatment stage"),
    Column(name="cancer_type", pattern=r"cancer type|suspected cancer or breast symptomatic|suspected type of cancer"),
    Column(name="modality", pattern=r"treatment modality"),
)


def _layout(standard: str, days: int) -> Layout:
    named = (
        *_COMMON,
        Column(name="within", pattern=rf"within {days} days", is_sign=True),
        Column(name="after", pattern=rf"after {days} days", is_sign=True),
        Column(name="share", pattern=rf"(told|treated) within {days} days"),
        *_CUTS,
        *band_columns(standard),
    )
    return Layout(f"Cancer waiting times, {days} days", named, is_stacked=True)


LAYOUTS = {"fds": _layout("fds", 28), "d31": _layout("d31", 31), "d62": _layout("d62", 62)}
SEEN = {
    "usc_seen": Layout(
        "Urgent suspected cancer referrals seen",
        (*_COMMON, Column(name="cancer_type", pattern=r"suspected type of cancer", is_sign=True), *band_columns("seen")),
        is_stacked=True,
    ),
    "ubs_seen": Layout(
        "Urgent breast symptomatic referrals seen",
        (*_COMMON, Column(name="reason", pattern=r"referral reason", is_sign=True), *band_columns("seen")),
        is_stacked=True,
    ),
}


def is_provider_workbook(preview: Preview) -> bool:
    """Whether a sheet has accountable providers with a total, those within 28, 31 or 62 days and those after."""
    return any(has_table(preview, layout) for layout in LAYOUTS.values())


def read(source: Source) -> Edition:
    """England and every provider, whole and by each breakdown; a sheet of one breakdown repeats no other's rows."""
    found = [(key, table) for key, layout in (LAYOUTS | SEEN).items() for table in tables(source.grids, layout)]
    month = headings.one_month([table for _, table in found])
    read_of_tables = [figures_of_standard(table, organisations(table, month), key) for key, table in found]
    parts, notes = [part for part, _ in read_of_tables], [note for _, some in read_of_tables for note in some]
    by_both = [part for part in parts if _is_faster_diagnosis_by_both(part)]
    parts += [added_up(part, name) for part in by_both for name in ("route", "cancer_type")]
    parts += [
        added_up(part) for (key, _), part in zip(found, parts, strict=False) if key == "usc_seen" and (part["cut"] != "").all()
    ]
    tops = [row for grid in source.grids for row in grid.rows[:TOP_ROWS]]
    return Edition(
        month=month,
        tables={"figures": figures([*parts, shares(parts)])},
        rows_read=sum(len(table.rows) for _, table in found),
        notes=tuple(dict.fromkeys([*briefly(notes), *(note for _, table in found for note in headings.unread(table))])),
        details=headings.details(tops, source.file.name),
    )


def _is_faster_diagnosis_by_both(part: "pd.DataFrame") -> bool:
    """Whether the rows are by route and cancer type at once: of the 28 days there is no sheet with the sums of either."""
    keys, cuts = part["key"].unique(), part["cut"].unique()
    return all(key.startswith("fds") for key in keys) and all("cancer_type=" in one and "route=" in one for one in cuts)


PUBLICATION = Publication(
    slug="cancer_provider_workbook",
    title="Cancer waiting times, provider workbook",
    known_by="a workbook with headers of ODS Code, Accountable Provider, Total, Within and After 28, 31 or 62 Days",
    is_ours=is_provider_workbook,
    read=read,
    dataset="cancer",
)
