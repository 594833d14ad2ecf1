"""NHS England's Monthly Activity Return by provider (to March 2017, now ended): admissions, referrals, first attendances."""

import re

from clockstop.errors import UnreadableFile
from clockstop.intake.published.declared.outpatients import MAR
from clockstop.intake.published.figure_rows import FigureRows, Of, of_england
from clockstop.intake.published.headed_sheet import HeadedSheet, has_header, headed_sheet, rows_table
from clockstop.intake.published.headings import details
from clockstop.intake.published.months import month
from clockstop.intake.published.publication import Edition, Preview, Publication, Source

TITLE = "Monthly Activity Return by provider"
_NEEDED = {
    "Year": "year",
    "Period": "period",
    "Region Code": r"(region|area team|team) code",
    "GP Referrals Made": r"gp referrals made \(all specialties\)",
}
_PROVIDER = {**_NEEDED, "Org Code": "org code"}


def is_return(preview: Preview) -> bool:
    """Whether a sheet has a row a provider with referrals made."""
    return preview.kind == "workbook" and has_header(preview.grids, _PROVIDER)


def read(source: Source) -> Edition:
    """Every provider's and region's figures of the month, and England's."""
    figures, months, providers = FigureRows(), set(), 0
    grids = [grid for grid in source.grids if has_header([grid], _NEEDED)]
    for grid in grids:
        sheet = headed_sheet(source.file.name, grid, _NEEDED, publication=TITLE)
        found, rows = _add_sheet(figures, sheet)
        months |= found
        providers += rows
    if not months:
        raise UnreadableFile("The workbook has no row of a month.", where=source.file.name, do="Download it again.")
    known: dict[str, int | str | bool] = {**details(grids[0].rows[:13], source.file.name), "provider_rows": providers}
    tables = {"figures": figures.table(), "rows": rows_table(grids)}
    return Edition(month=max(months), tables=tables, rows_read=providers, details=known)


def _add_sheet(figures: FigureRows, sheet: HeadedSheet) -> tuple[set[str], int]:
    """The figures of a sheet of providers or of regions; England's of the first alone, since they are the same."""
    columns = {
        place: key for place, title in enumerate(sheet.titles) for pattern, (key, _) in MAR.items() if re.fullmatch(pattern, title)
    }
    code, name = sheet.column("org code"), sheet.column("org name")
    region, region_name = sheet.needed(_NEEDED["Region Code"]), sheet.column(r"(region|area team|team) name")
    months: set[str] = set()
    providers = 0
    for index in sheet.body():
        when = month(f"{sheet.said(index, sheet.needed('year'))} {sheet.said(index, sheet.needed('period'))}")
        if when is None:
            continue  # notes below the table
        org, in_region = sheet.said(index, code).upper(), sheet.said(index, region).upper()
        if org:
            of = Of(month=when, level="provider", org_code=org, org_name=sheet.said(index, name) or org)
            providers += 1
        elif in_region and code is None:
            of = Of(month=when, level="region", org_code=in_region, org_name=sheet.said(index, region_name) or in_region)
        elif code is not None:
            of = of_england(when)
        else:
            continue
        for place, key in columns.items():
            figures.add_cell(of.at(sheet, index), key, sheet, (index, place))
        months.add(when)
    return months, providers


PUBLICATION = Publication(
    slug="monthly_activity_return",
    dataset="outpatients",
    title=TITLE,
    known_by="a sheet headed Year, Period, Region Code, Org Code and GP Referrals Made",
    is_ours=is_return,
    read=read,
)
