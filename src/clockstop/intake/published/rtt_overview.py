"""NHS England's RTT overview time series: England's headline figures, month by month since April 2007."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa

from clockstop.errors import MissingColumn, UnreadableFile
from clockstop.intake.published.months import month
from clockstop.intake.published.publication import Edition, Preview, Publication, Source
from clockstop.intake.published.rtt_figures import COUNTS, ENGLAND, SCHEMA, TOTAL

SHEET = "Full Time Series"
_GROUPS = {
    "incomplete": r"^incomplete rtt pathways",
    "unique": r"^unique patients",
    "admitted": r"^completed admitted \(unadjusted\)|^completed admitted rtt",
    "adjusted": r"^completed admitted \(adjusted\)",
    "non_admitted": r"^completed non-?admitted",
    "new": r"^new rtt periods",
}
_ESTIMATE = " with estimates for missing data"
# Under each group, our figure and the heading as published. Early years fill only some; older editions lack some.
_FIGURES = {
    ("incomplete", "median wait (weeks)"): "median_weeks",
    ("incomplete", "92nd percentile (weeks)"): "percentile_92_weeks",
    ("incomplete", "no. within 18 weeks"): "within_18_weeks",
    ("incomplete", "no. > 18 weeks"): "over_18_weeks",
    ("incomplete", "no. > 52 weeks"): "over_52_weeks",
    ("incomplete", "no. > 65 weeks"): "over_65_weeks",
    ("incomplete", "no. > 78 weeks"): "over_78_weeks",
    ("incomplete", "no. > 104 weeks"): "over_104_weeks",
    ("incomplete", "total waiting (mil)"): "incomplete",
    ("admitted", "median wait (weeks)"): "admitted_median_weeks",
    ("admitted", "95th percentile (weeks)"): "admitted_percentile_95_weeks",
    ("admitted", "no. within 18 weeks"): "completed_admitted_within_18_weeks",
    ("admitted", "no. of pathways (all)"): "completed_admitted",
    ("non_admitted", "median wait (weeks)"): "non_admitted_median_weeks",
    ("non_admitted", "95th percentile (weeks)"): "non_admitted_percentile_95_weeks",
    ("non_admitted", "no. within 18 weeks"): "completed_non_admitted_within_18_weeks",
    ("non_admitted", "no. of pathways (all)"): "completed_non_admitted",
    ("new", "no. of new rtt periods"): "new_periods",
}
_NEEDED = ("incomplete", "within_18_weeks", "over_52_weeks", "median_weeks", "percentile_92_weeks")


def is_overview(preview: Preview) -> bool:
    """Whether the workbook has the time series' sheet."""
    return any(_plain(name) == _plain(SHEET) for name in preview.sheets)


def read(source: Source) -> Edition:
    """England's figures by month, under the last month that is filled; later months stand in the sheet empty."""
    rows = _rows(source)
    top = _header_row(rows)
    columns = _columns(rows[top], rows[top + 1])
    missing = [name for name in _NEEDED if name not in columns]
    if missing:
        raise MissingColumn(
            "Columns of the RTT overview time series are missing.",
            where=f"Sheet {SHEET}, lines {top + 1} and {top + 2}: no column gives {', '.join(missing)}.",
            do="Load the workbook as NHS England published it.",
        )
    months = [record for row in rows[top + 2 :] if (record := _record(row, columns)) is not None]
    if not months:
        raise UnreadableFile("The time series has no month with figures.", where=f"Sheet {SHEET}.", do="Download it again.")
    for record in months:
        _check(record)
    last = max(record["month"] for record in months)
    figures = pa.Table.from_pylist([{name: record.get(name) for name in SCHEMA.names} for record in months], schema=SCHEMA)
    first = min(record["month"] for record in months)
    return Edition(
        month=last, tables={"figures": figures}, rows_read=len(months), details={"first_month": first, "last_month": last}
    )


def _rows(source: Source) -> list[list[Any]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_path(str(source.path))
        name = next(name for name in workbook.sheet_names if _plain(name) == _plain(SHEET))
        return workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError):
        raise UnreadableFile(
            "The workbook is damaged or cut short.", where=str(source.file), do="Download it again from NHS England."
        ) from None


def _plain(value: Any) -> str:
    return re.sub(r"\s+", " ", str(value)).strip().lower()


def _header_row(rows: list[list[Any]]) -> int:
    for number, row in enumerate(rows[:-1]):
        titles = [_plain(cell) for cell in row]
        if "month" in titles and any(re.match(_GROUPS["incomplete"], title) for title in titles):
            return number
    raise MissingColumn(
        "The header of the RTT overview time series was not found.",
        where=f"Sheet {SHEET}: no line has Month and Incomplete RTT pathways.",
        do="Load the workbook as NHS England published it.",
    )


def _columns(groups: list[Any], titles: list[Any]) -> dict[str, int]:
    """Where each figure stands; a group's name stands over its first column only."""
    places = {"period": [_plain(cell) for cell in groups].index("month")}
    group = ""
    for place, (over, title) in enumerate(zip(groups, titles, strict=False)):
        if text := _plain(over):
            group = next((name for name, pattern in _GROUPS.items() if re.match(pattern, text)), "")
        heading = _plain(title)
        plain, estimated = heading.removesuffix(_ESTIMATE), heading.endswith(_ESTIMATE)
        if figure := _FIGURES.get((group, plain)):
            places.setdefault(f"{figure}_with_estimates" if estimated else figure, place)
    return places


def _record(row: list[Any], columns: dict[str, int]) -> dict[str, Any] | None:
    """One month's figures; None for a line that is no month, or a month still empty."""
    period = _month(row[columns["period"]]) if len(row) > columns["period"] else None
    values = {name: _number(row[place]) for name, place in columns.items() if name != "period" and place < len(row)}
    if period is None or all(value is None for value in values.values()):
        return None
    counts = (*COUNTS, "over_18_weeks")
    whole = {name: round(value) if name in counts and value is not None else value for name, value in values.items()}
    return {
        "month": period,
        "area_kind": "england",
        "area_code": ENGLAND,
        "area_name": "England",
        "treatment_function": TOTAL,
        "includes_nonc": False,
        **whole,
    }


def _month(cell: Any) -> str | None:
    if isinstance(cell, date | datetime):
        return f"{cell.year}-{cell.month:02d}"
    if isinstance(cell, int | float) and cell > 30_000:  # a day counted as Excel does
        day = date(1899, 12, 30) + timedelta(days=int(cell))
        return f"{day.year}-{day.month:02d}"
    return month(str(cell))


def _number(cell: Any) -> float | None:
    """The figure; none where the cell is blank, a dash, or only says that it is over 52 weeks."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return float(cell)
    text = str(cell).replace(",", "").strip()
    return float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else None


def _check(record: dict[str, Any]) -> None:
    within, over, total = (record.get(name) for name in ("within_18_weeks", "over_18_weeks", "incomplete"))
    if within is None or over is None or total is None:
        return
    if within + over != total:
        raise UnreadableFile(
            "A month's figures do not add up.",
            where=f"{record['month']}: {within:,} within 18 weeks and {over:,} over are not the {total:,} waiting.",
            do="Nothing was loaded. Download the workbook again.",
        )


PUBLICATION = Publication(
    slug="rtt_overview",
    title="RTT overview time series",
    known_by=f"a workbook (XLS or XLSX) with the sheet {SHEET}",
    is_ours=is_overview,
    read=read,
)
