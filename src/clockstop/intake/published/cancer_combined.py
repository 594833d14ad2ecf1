"""NHS England's combined cancer workbook of a month (since 2025-26): systems, providers and referrals seen, a sheet each."""

from typing import TYPE_CHECKING

from clockstop.errors import UnreadableFile
from clockstop.intake.published import headings
from clockstop.intake.published.cancer_rows import band_columns, figures_of_standard, shares
from clockstop.intake.published.consistency import briefly
from clockstop.intake.published.figures_table import figures
from clockstop.intake.published.layouts import Column, FoundTable, Layout, has_table, tables
from clockstop.intake.published.organisation_rows import organisations
from clockstop.intake.published.publication import Edition, Preview, Publication, Source

if TYPE_CHECKING:
    import pandas as pd

STANDARDS = {"FDS": "fds", "28D": "fds", "31D": "d31", "62D": "d62"}
_ITEMS = {"urgent suspected cancer": "usc_seen", "urgent breast symptomatic": "ubs_seen"}
_ORGANISATION = (
    Column(name="org_code", pattern=r"org(anisation)? code|ods code", is_sign=True),
    Column(name="org_name", pattern=r"org(anisation)? name|system|system ?/ ?provider|provider name|icb name", is_needed=True),
)
_MEASURED = tuple({column.name: column for standard in ("fds", "d31", "d62") for column in band_columns(standard)}.values())
PERFORMANCE = Layout(
    "Cancer waiting times by standard",
    (
        *_ORGANISATION,
        Column(name="standard", pattern=r"standard", is_sign=True),
        Column(name="cancer_type", pattern=r"cancer type", is_needed=True),
        Column(name="place", pattern=r"referral route ?/ ?(treatment )?stage|stage ?/ ?route|route ?/ ?stage", is_sign=True),
        Column(name="modality", pattern=r"treatment modality", is_needed=True),
        Column(name="total", pattern=r"total( treated)?", is_needed=True),
        Column(name="within", pattern=r"within( standard)?", is_sign=True),
        Column(name="after", pattern=r"after( standard)?|breaches", is_needed=True),
        *_MEASURED,
        Column(name="region", pattern=r"region"),
        Column(name="performance", pattern=r"performance"),
    ),
)
SEEN = Layout(
    "Cancer referrals seen",
    (
        *_ORGANISATION,
        Column(name="basis", pattern=r"basis", is_sign=True),
        Column(name="item", pattern=r"item", is_sign=True),
        Column(name="cancer_type", pattern=r"cancer type", is_needed=True),
        Column(name="total", pattern=r"total", is_needed=True),
        *band_columns("seen"),
        Column(name="reason", pattern=r"referral reason"),
    ),
)


def is_combined_workbook(preview: Preview) -> bool:
    """Whether a sheet has standards with route or stage, total and within, for organisations with names."""
    return has_table(preview, PERFORMANCE) and not any("period" in row for grid in preview.grids for row in grid.top)


def read(source: Source) -> Edition:
    """England, systems by commissioner and every provider, whole and by each cut that is published."""
    found, seen = tables(source.grids, PERFORMANCE), tables(source.grids, SEEN)
    month = headings.one_month([*found, *seen])
    has_providers = any(_is_of_providers(table) for table in found)
    made = [one for table in found for one in _performance(table, month, has_providers=has_providers)]
    made += [one for table in seen for one in _seen(table, month)]
    parts = [part for part, _ in made]
    return Edition(
        month=month,
        tables={"figures": figures([*parts, shares(parts)])},
        rows_read=sum(len(table.rows) for table in (*found, *seen)),
        notes=(
            *briefly([note for _, some in made for note in some]),
            *(note for table in (*found, *seen) for note in headings.unread(table)),
        ),
        details=headings.details(found[0].above, source.file.name),
    )


def _is_of_providers(table: FoundTable) -> bool:
    """The sheet of systems counts for commissioners and names no regions."""
    said = headings.labelled(table.above, "basis").lower()
    return said.startswith("provider") or (not said and "region" in table.places)


def _performance(table: FoundTable, month: str, *, has_providers: bool) -> "list[tuple[pd.DataFrame, list[str]]]":
    rows = organisations(table, month)
    if not _is_of_providers(table):
        rows = rows.assign(level=rows["level"].replace({"provider": "other"}))
        rows = rows[rows["level"] != "england"] if has_providers else rows
    said = rows["standard"].astype(str).str.strip().str.upper()
    unknown = rows[~said.isin(STANDARDS)]
    if len(unknown):
        raise UnreadableFile(
            f"There is no cancer standard {str(unknown['standard'].iloc[0])[:40]!r}.",
            where=table.cell_name("standard", int(unknown["source_row"].iloc[0])),
            do=f"Known are {', '.join(STANDARDS)}. Nothing was loaded.",
        )
    return [
        figures_of_standard(table, chosen.rename(columns={"place": "stage" if standard == "d31" else "route"}), standard)
        for standard in dict.fromkeys(STANDARDS.values())
        if len(chosen := rows[said.map(STANDARDS) == standard])
    ]


def _seen(table: FoundTable, month: str) -> "list[tuple[pd.DataFrame, list[str]]]":
    """Referrals seen: of providers, and of systems where the basis is not the provider's."""
    rows = organisations(table, month)
    of_providers = rows["basis"].astype(str).str.lower().str.startswith("provider")
    rows = rows[of_providers | rows["level"].isin(("icb", "other"))]
    items = rows["item"].astype(str).str.lower()
    return [
        figures_of_standard(table, chosen.drop(columns="cancer_type") if key == "ubs_seen" else chosen, key)
        for words, key in _ITEMS.items()
        if len(chosen := rows[items.str.startswith(words)])
    ]


PUBLICATION = Publication(
    slug="cancer_combined",
    title="Cancer waiting times, combined workbook",
    known_by="a workbook with a header of Org Code, Standard, Referral Route/Stage, Total and Within",
    is_ours=is_combined_workbook,
    read=read,
    dataset="cancer",
)
