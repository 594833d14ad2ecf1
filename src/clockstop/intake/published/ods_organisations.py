"""The Organisation Data Service's lists of 27 fields without a header: NHS trusts (etr), and CCGs and sub-ICB locations (eccg)."""

import re
from collections.abc import Sequence

from clockstop.intake.published.figure_rows import FigureRows, Of
from clockstop.intake.published.grids import Grid
from clockstop.intake.published.headed_sheet import HeadedSheet, is_blank, rows_table
from clockstop.intake.published.publication import Edition, Preview, Publication, Source
from clockstop.intake.published.shipped import REGIONS, organisations

TITLE = "ODS list of organisations"
_FIELDS = 27
_CODE, _NAME, _REGION, _ICB, _POSTCODE, _OPENED, _CLOSED = 0, 1, 2, 3, 9, 10, 11
_CODE_FORM, _DAY_FORM = re.compile(r"[A-Z0-9]{3,6}"), re.compile(r"(\d{4})(\d\d)(\d\d)")
_COMMISSIONER = re.compile(r"\bCCG\b|\bICB - |SUB-ICB|COMMISSIONING HUB")


def is_list(preview: Preview) -> bool:
    """Whether its first lines are organisations of 27 fields, with a code and a day of opening."""
    if preview.kind != "text" or not preview.grids:
        return False
    rows = [row for row in preview.grids[0].rows[:20] if not is_blank(row)]
    return bool(rows) and all(_is_organisation(row) for row in rows)


def _is_organisation(row: Sequence[str]) -> bool:
    if len(row) != _FIELDS or not _CODE_FORM.fullmatch(row[_CODE].strip()):
        return False
    return bool(_DAY_FORM.fullmatch(row[_OPENED].strip())) and not row[_CLOSED].strip().strip("0123456789")


def read(source: Source) -> Edition:
    """Every organisation's name, ICB, region and days; the month is that of the newest day in the list."""
    sheet = HeadedSheet(file=source.file.name, grid=source.grids[0], top=-1, titles=())
    days = [day for index in sheet.body() for place in (_OPENED, _CLOSED) if (day := _day(sheet, index, place))]
    of_month = max(days)[:7]
    level = "other" if _is_of_commissioners(sheet.grid) else "provider"
    figures, rows, still_open = FigureRows(), 0, 0
    for index in sheet.body():
        still_open += _add(figures, sheet, index, of_month, level)
        rows += 1
    details: dict[str, int | str | bool] = {"open": still_open, "closed": rows - still_open}
    tables = {"figures": figures.table(), "rows": rows_table([sheet.grid])}
    return Edition(month=of_month, tables=tables, rows_read=rows, details=details)


def _is_of_commissioners(grid: Grid) -> bool:
    named = [str(row[_NAME]) for row in grid.rows if len(row) > _NAME]
    return sum(bool(_COMMISSIONER.search(name)) for name in named) * 2 > len(named)


def _add(figures: FigureRows, sheet: HeadedSheet, index: int, of_month: str, level: str) -> bool:
    """The organisation's words; whether it is open comes back."""
    row = sheet.grid.rows[index]
    if len(row) < _CLOSED + 1:
        raise sheet.bad(index, None, f"the row ends after {len(row)} of {_FIELDS} fields")
    code, icb, region = (sheet.said(index, place).upper() for place in (_CODE, _ICB, _REGION))
    if not _CODE_FORM.fullmatch(code):
        raise sheet.bad(index, _CODE, "is no organisation's code")
    of = Of(month=of_month, level=level, org_code=code, org_name=sheet.said(index, _NAME)).at(sheet, index)
    words = {
        "name": sheet.said(index, _NAME),
        "icb": icb,
        "icb_name": organisations().get(icb, {}).get("name", ""),
        "region": region,
        "region_name": REGIONS.get(region, ""),
        "postcode": sheet.said(index, _POSTCODE),
        "opened": _day(sheet, index, _OPENED),
        "closed": _day(sheet, index, _CLOSED),
    }
    for key, text in words.items():
        figures.add(of, key, None, text=text)
    figures.add(of, "is_open", 0.0 if words["closed"] else 1.0)
    return not words["closed"]


def _day(sheet: HeadedSheet, index: int, place: int) -> str:
    text = sheet.said(index, place)
    if not text:
        return ""
    found = _DAY_FORM.fullmatch(text)
    if not found or not 1 <= int(found[2]) <= 12:
        raise sheet.bad(index, place, "is no day written as 20240930")
    return "-".join(found.groups())


PUBLICATION = Publication(
    slug="ods_organisations",
    dataset="ods",
    title=TITLE,
    known_by="lines of 27 fields without a header: code, name, region, ICB, address, days of opening and closing",
    is_ours=is_list,
    read=read,
)
