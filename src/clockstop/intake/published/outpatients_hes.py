"""The monthly HES open data, whatever it is cut by: appointments and episodes of England, added up to the whole."""

import re
from collections.abc import Sequence

from clockstop.errors import UnreadableFile
from clockstop.intake.published.declared.outpatients import HES
from clockstop.intake.published.figure_rows import FigureRows, of_england
from clockstop.intake.published.figures_table import cut
from clockstop.intake.published.headed_sheet import HeadedSheet, has_header, headed_sheet, rows_table
from clockstop.intake.published.months import month
from clockstop.intake.published.publication import Edition, Preview, Source

_MONTH, _APPOINTMENTS = "month_ending", "total_appointments"


def is_cut_by(preview: Preview, column: str) -> bool:
    """Whether it is text with the open data's header and that column."""
    return preview.kind == "text" and has_header(preview.grids, _needed(column))


def read_cut_by(source: Source, column: str, name: str) -> Edition:
    """England's figures of every month by that column, under the cut `name`, and their sums."""
    sheet = headed_sheet(source.file.name, source.grids[0], _needed(column), publication="HES monthly open data")
    columns = {place: HES[title][0] for place, title in enumerate(sheet.titles) if title in HES}
    figures, sums, marks = FigureRows(), {}, 0
    for index in sheet.body():
        of_month = month_ending(sheet.said(index, sheet.needed(_MONTH)))
        if of_month is None:
            raise sheet.bad(index, sheet.needed(_MONTH), "names no month")
        of = of_england(of_month).at(sheet, index)
        of_cut = cut(**{name: re.sub(r"^\d+\. ", "", sheet.said(index, sheet.needed(column)))})
        for place, key in columns.items():
            value, text = sheet.figure(index, place)
            figures.add(of, key, value, cut=of_cut, text=text)
            sums[of_month, key] = sums.get((of_month, key), 0.0) + (value or 0.0)
            marks += bool(text)
    if not sums:
        raise UnreadableFile("The file has no row of a month.", where=sheet.where(sheet.top), do="Download it again.")
    for (of_month, key), value in sums.items():
        figures.add(of_england(of_month), key, value)
    return _edition(sheet, figures, sorted({of_month for of_month, _ in sums}), marks)


def _edition(sheet: HeadedSheet, figures: FigureRows, months: Sequence[str], marks: int) -> Edition:
    notes = [f"{marks} figures are suppressed; the sums leave them out."] if marks else []
    if unread := [title for title in sheet.titles if title and title not in HES and title not in _KNOWN]:
        notes.append(f"Columns that are not read: {', '.join(unread)}.")
    return Edition(
        month=months[-1],
        tables={"figures": figures.table(), "rows": rows_table([sheet.grid])},
        rows_read=sum(1 for _ in sheet.body()),
        notes=tuple(notes),
        details={"first_month": months[0], "last_month": months[-1]},
    )


_KNOWN = (
    _MONTH,
    "partyear",
    "fy_start_date",
    "fy_end_date",
    "tretspef",
    "tretspef_description",
    "age_band",
    "latest_month_flag",
)


def _needed(column: str) -> dict[str, str]:
    return {"Month_Ending": _MONTH, "Total_Appointments": _APPOINTMENTS, column.upper(): column}


def month_ending(text: str) -> str | None:
    """The month of a day such as 31MAR21 and 31MAR2021, or as other files write it.

    >>> month_ending("31MAR21"), month_ending("28FEB2021"), month_ending("31/03/2021")
    ('2021-03', '2021-02', '2021-03')
    """
    if found := re.fullmatch(r"\d{1,2}[- ]?([A-Za-z]{3})[- ]?(?:20)?(\d\d)", text.strip()):
        return month(f"{found[1]} 20{found[2]}")
    return month(text)
