"""NHS sickness absence: a CSV of one month (or several) with days lost and available of every organisation."""

from clockstop.errors import UnreadableFile
from clockstop.intake.published.figure_rows import FigureRows, Of, of_england
from clockstop.intake.published.figures_table import SCHEMA
from clockstop.intake.published.headed_sheet import HeadedSheet, has_header, headed_sheet, rows_table
from clockstop.intake.published.months import month
from clockstop.intake.published.publication import Edition, Preview, Publication, Source

TITLE = "NHS sickness absence"
_WHOLE_COUNTRY = 100  # organisations; the sum of a file of fewer is not England
_NEEDED = {
    "DATE": r"date|month|tm_year_month",
    "ORG_CODE": r"org[ _]?code",
    "FTE_DAYS_LOST": r"fte[ _]days[ _](lost|sick)",
    "FTE_DAYS_AVAILABLE": r"fte[ _]days[ _]available",
}
_TEXT = SCHEMA.get_field_index("text")
_RATE = r"(sickness[ _]absence|sa)[ _]rate.*"


def is_absence(preview: Preview) -> bool:
    """Whether it is text with days lost and available of organisations."""
    return preview.kind == "text" and has_header(preview.grids, _NEEDED)


def read(source: Source) -> Edition:
    """Every organisation's days and rate, and the sums of ICBs, regions and England."""
    sheet = headed_sheet(source.file.name, source.grids[0], _NEEDED, publication=TITLE)
    figures, sums, rows = FigureRows(), {}, 0
    organisations: dict[str, set[str]] = {}
    for index in sheet.body():
        of = _of(sheet, index)
        days = _add_organisation(figures, sheet, index, of)
        organisations.setdefault(of.month, set()).add(of.org_code)
        for larger in _larger(sheet, index, of.month):
            lost, available = sums.get(larger, (0.0, 0.0))
            sums[larger] = (lost + days[0], available + days[1])
        rows += 1
    if not rows:
        raise UnreadableFile("The file has no row of a month.", where=sheet.where(sheet.top), do="Download it again.")
    whole = {name for name, codes in organisations.items() if len(codes) >= _WHOLE_COUNTRY}
    for of, (lost, available) in sums.items():
        if of.month in whole:
            figures.add(of, "fte_days_lost", lost)
            figures.add(of, "fte_days_available", available)
            figures.add(of, "share_sickness_absence", lost / available if available else None)
    excerpts = [(name, len(codes)) for name, codes in sorted(organisations.items()) if name not in whole]
    notes = [f"{name}: an excerpt of {count} organisations; nothing was added up." for name, count in excerpts]
    if marks := sum(1 for row in figures.rows if row[_TEXT]):
        notes.append(f"{marks} figures are not published; the sums leave them out.")
    tables = {"figures": figures.table(), "rows": rows_table([sheet.grid])}
    return Edition(month=max(organisations), tables=tables, rows_read=rows, notes=tuple(notes))


def _of(sheet: HeadedSheet, index: int) -> Of:
    place = sheet.needed(_NEEDED["DATE"])
    when = month(sheet.said(index, place))
    if when is None:
        raise sheet.bad(index, place, "names no month")
    code = sheet.said(index, sheet.needed(_NEEDED["ORG_CODE"])).upper()
    if not code:
        raise sheet.bad(index, sheet.needed(_NEEDED["ORG_CODE"]), "names no organisation, and the row has figures")
    name = sheet.said(index, sheet.column(r"org[ _]?name"))
    return Of(month=when, level="provider", org_code=code, org_name=name or code).at(sheet, index)


def _add_organisation(figures: FigureRows, sheet: HeadedSheet, index: int, of: Of) -> tuple[float, float]:
    """The organisation's figures; its days lost and available come back."""
    lost = figures.add_cell(of, "fte_days_lost", sheet, (index, sheet.needed(_NEEDED["FTE_DAYS_LOST"])))
    available = figures.add_cell(of, "fte_days_available", sheet, (index, sheet.needed(_NEEDED["FTE_DAYS_AVAILABLE"])))
    if (rate := sheet.column(_RATE)) is not None:
        figures.add_cell(of, "sickness_absence_rate_percent", sheet, (index, rate))
    if lost is not None and available:
        figures.add(of, "share_sickness_absence", lost / available)
    return lost or 0.0, available or 0.0


def _larger(sheet: HeadedSheet, index: int, when: str) -> list[Of]:
    """England, and the ICB and region that the row names."""
    found = [of_england(when)]
    for level, code, name in (("region", "nhse_region_code", "nhse_region_name"), ("icb", "ics_code", "ics_name")):
        org = sheet.said(index, sheet.column(code)).upper()
        if org:
            found.append(Of(month=when, level=level, org_code=org, org_name=sheet.said(index, sheet.column(name)) or org))
    return found


PUBLICATION = Publication(
    slug="sickness_absence",
    dataset="sickness",
    title=TITLE,
    known_by="a header with DATE, ORG_CODE, FTE_DAYS_LOST and FTE_DAYS_AVAILABLE",
    is_ours=is_absence,
    read=read,
)
