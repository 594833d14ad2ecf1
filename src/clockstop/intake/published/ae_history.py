"""A&E attendances, breaches and admissions by provider, April 2016 to March 2019, as NHS-R Community gathered them (CC0)."""

from clockstop.errors import UnreadableFile
from clockstop.intake.published.ae_figures import TYPES
from clockstop.intake.published.figure_rows import FigureRows, Of, of_england
from clockstop.intake.published.figures_table import cut
from clockstop.intake.published.headed_sheet import HeadedSheet, has_header, headed_sheet, rows_table
from clockstop.intake.published.months import month
from clockstop.intake.published.publication import Edition, Preview, Publication, Source

TITLE = "A&E attendances 2016 to 2019 (NHS-R Community)"
_NEEDED = {
    "period": "period",
    "org_code": r"org[_ ]code",
    "type": "type",
    "attendances": "attendances",
    "breaches": "breaches",
    "admissions": "admissions",
}
_KEYS = {"attendances": "attendances", "breaches": "over_4_hours", "admissions": "emergency_admissions_via_ae"}
_WHOLE_COUNTRY = 100  # providers in a month; fewer are an excerpt


def is_history(preview: Preview) -> bool:
    """Whether it is text with a row a provider, month and type of department."""
    return preview.kind == "text" and has_header(preview.grids, _NEEDED)


def read(source: Source) -> Edition:
    """Every provider's figures by type, their sums, and England's."""
    sheet = headed_sheet(source.file.name, source.grids[0], _NEEDED, publication=TITLE)
    figures, rows = FigureRows(), 0
    sums: dict[Of, dict[tuple[str, str], float]] = {}
    for index in sheet.body():
        _add_row(figures, sheet, index, sums)
        rows += 1
    if not rows:
        raise UnreadableFile("The file has no row of a month.", where=sheet.where(sheet.top), do="Download it again.")
    months = {of.month for of in sums}
    whole = {name for name in months if sum(of.month == name for of in sums) > _WHOLE_COUNTRY}
    for of, counts in sums.items():
        if of.level == "provider" or of.month in whole:
            _add_sums(figures, of, counts)
    details: dict[str, int | str | bool] = {"first_month": min(months), "last_month": max(months)}
    tables = {"figures": figures.table(), "rows": rows_table([sheet.grid])}
    return Edition(month=max(months), tables=tables, rows_read=rows, details=details)


def _add_row(figures: FigureRows, sheet: HeadedSheet, index: int, sums: dict[Of, dict[tuple[str, str], float]]) -> None:
    of_month = month(sheet.said(index, sheet.needed("period")))
    if of_month is None:
        raise sheet.bad(index, sheet.needed("period"), "names no month")
    kind = sheet.said(index, sheet.needed("type")).lower()
    if kind not in TYPES:
        raise sheet.bad(index, sheet.needed("type"), f"is no type of department: {', '.join(TYPES)}")
    code = sheet.said(index, sheet.needed(_NEEDED["org_code"])).upper()
    of = Of(month=of_month, level="provider", org_code=code, org_name=code)
    for column, key in _KEYS.items():
        value = figures.add_cell(of.at(sheet, index), key, sheet, (index, sheet.needed(column)), cut=cut(type=kind)) or 0.0
        for area in (of, of_england(of_month)):
            counts = sums.setdefault(area, {})
            counts[key, ""] = counts.get((key, ""), 0.0) + value
            if area.level == "england":
                counts[key, kind] = counts.get((key, kind), 0.0) + value


def _add_sums(figures: FigureRows, of: Of, counts: dict[tuple[str, str], float]) -> None:
    for (key, kind), value in counts.items():
        figures.add(of, key, value, cut=cut(type=kind))
    total, over = counts["attendances", ""], counts["over_4_hours", ""]
    figures.add(of, "within_4_hours", total - over)
    figures.add(of, "share_within_4_hours", 1 - over / total if total else None)


PUBLICATION = Publication(
    slug="ae_history",
    dataset="ae",
    title=TITLE,
    known_by="a header with period, org_code, type, attendances, breaches and admissions",
    is_ours=is_history,
    read=read,
)
