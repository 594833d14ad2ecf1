"""The items of the ambulance systems indicators, by their codes and by their words: the same in the workbook and the CSV."""

import re

from clockstop.intake.published.declared.ambulance import HOURS, WORDS
from clockstop.intake.published.figure_rows import FigureRows, Of, of_england
from clockstop.intake.published.headed_sheet import HeadedSheet
from clockstop.intake.published.months import month

NEEDED = {"Year": "year", "Month": "month", "A7": "a7", "A8": "a8", "A25": "a25"}
_SECONDS_AN_HOUR = 3600


def add_sheet(figures: FigureRows, sheet: HeadedSheet, *, region: int, code: int, name: int) -> set[str]:
    """The figures of every month and area of the sheet; the months come back. An area of no code is no row of figures."""
    items = {place: title.upper() for place, title in enumerate(sheet.titles) if re.fullmatch(r"a\d{1,3}", title)}
    months: set[str] = set()
    for index in sheet.body():
        if not sheet.said(index, code):
            continue
        of = _of(sheet, index, sheet.said(index, region), sheet.said(index, code), sheet.said(index, name))
        values: dict[str, float | None] = {}
        for place, item in items.items():
            value, text = sheet.figure(index, place)
            figures.add(of, item, value, text=text)
            if word := WORDS.get(item):
                figures.add(of, word, value, text=text)
                values[word] = value
        _add_derived(figures, of, values)
        months.add(of.month)
    return months


def _add_derived(figures: FigureRows, of: Of, values: dict[str, float | None]) -> None:
    for seconds, hours in HOURS.items():
        if (value := values.get(seconds)) is not None:
            figures.add(of, hours, value / _SECONDS_AN_HOUR)
    known, unknown = values.get("handovers_time_known"), values.get("handovers_time_unknown")
    if known is not None and unknown is not None:
        figures.add(of, "handovers", known + unknown)


def _of(sheet: HeadedSheet, index: int, region: str, code: str, name: str) -> Of:
    """The area and month of a row: a region where its code is that of its region, England by its name."""
    when = _month(sheet.said(index, sheet.needed("year")), sheet.said(index, sheet.needed("month")))
    if when is None:
        raise sheet.bad(index, sheet.needed("month"), "names no month with its year")
    if code.lower() in ("eng", "england"):
        return of_england(when).at(sheet, index)
    level = "region" if re.fullmatch(r"Y\d\d", code) else "provider"
    return Of(month=when, level=level, org_code=code.upper(), org_name=name or region or code).at(sheet, index)


def _month(year: str, name: str) -> str | None:
    """Month 1 of 2024, or AUGUST of the financial year 2025-26, or August of 2025."""
    if re.fullmatch(r"\d{1,2}", name) and re.fullmatch(r"20\d\d", year):
        return f"{year}-{int(name):02d}" if 1 <= int(name) <= 12 else None
    return month(f"{year} {name}")
