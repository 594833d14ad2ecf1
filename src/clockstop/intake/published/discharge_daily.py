"""Patients who do not meet the criteria to reside, by trust and day: NHS England's figures as healthyr converted them."""

from typing import TYPE_CHECKING

from clockstop.errors import UnreadableFile
from clockstop.intake.published import headings
from clockstop.intake.published.figures_table import ENGLAND, as_day, figures, melted, numbers
from clockstop.intake.published.layouts import Column, FoundTable, Layout, has_table, one_table
from clockstop.intake.published.publication import Edition, Preview, Publication, Source

if TYPE_CHECKING:
    import pandas as pd

LAYOUT = Layout(
    "Patients who do not meet the criteria to reside",
    (
        Column(name="org_code", pattern=r"nhs_trust\d*_code|trust code|org(anisation)? code|provider code", is_sign=True),
        Column(name="day", pattern=r"date|day|period", is_sign=True),
        Column(name="patients", pattern=r"do_not_meet_criteria_to_reside|.*do(es)? not meet.*criteria to reside.*", is_sign=True),
    ),
)
KEY = "no_criteria_to_reside"


def is_daily_discharge(preview: Preview) -> bool:
    """Whether a CSV has trusts, days and patients who do not meet the criteria to reside."""
    return has_table(preview, LAYOUT)


def read(source: Source) -> Edition:
    """Each trust and England by day, and of each month the last day, the mean, the sum and the days that have a figure."""
    table = one_table(source, LAYOUT)
    rows = _rows(table)
    daily = rows[rows["patients"].notna()]
    if not len(daily):
        raise UnreadableFile("The file has no figures.", where=str(source.file), do="Download it again.")
    same = ["month", "day"]
    england = daily.groupby(same, as_index=False).agg(patients=("patients", "sum"), trusts=("org_code", "nunique"))
    england = england.assign(level="england", org_code=ENGLAND, org_name="England", cut="", source_row=None)
    parts = [
        melted(daily, {"patients": KEY}, sheet=""),
        melted(england, {"patients": KEY, "trusts": "trusts_with_a_figure"}, sheet=""),
        melted(_months(daily), {name: name for name in _MONTHLY}, sheet=""),
        melted(_months(england), {name: name for name in (*_MONTHLY, "trusts_with_a_figure")}, sheet=""),
    ]
    return Edition(
        month=max(daily["month"]),
        tables={"figures": figures(parts)},
        rows_read=len(table.rows),
        notes=tuple(_notes(rows)),
        details=headings.details((), source.file.name),
    )


_MONTHLY = (KEY, f"{KEY}_mean", f"{KEY}_sum", "days_with_a_figure")


def _rows(table: FoundTable) -> "pd.DataFrame":
    from clockstop.intake.published.shipped import organisations as known

    rows = table.rows
    days = {cell: as_day(cell) for cell in rows["day"].unique()}
    if wrong := next((cell for cell, day in days.items() if day is None), None):
        place = int(rows.loc[rows["day"] == wrong, "source_row"].iloc[0])
        raise UnreadableFile(f"A date is none: {str(wrong)[:40]!r}.", where=table.cell_name("day", place), do="Nothing was loaded.")
    names = {code: one["name"] for code, one in known().items()}
    codes = rows["org_code"].astype(str).str.strip().str.upper()
    months = {cell: f"{day.year}-{day.month:02d}" for cell, day in days.items() if day}
    return rows.assign(
        org_code=codes,
        org_name=codes.map(names).fillna(codes),
        month=rows["day"].map(months),
        day=rows["day"].map(days),
        level="provider",
        cut="",
        patients=numbers(table, "patients", rows),
    )[~codes.isin(("NA", ""))]


def _months(daily: "pd.DataFrame") -> "pd.DataFrame":
    """Of each organisation and month: its last day, the mean, the sum, and how many days have a figure."""
    same = ["month", "level", "org_code", "org_name", "cut"]
    ordered = daily.sort_values("day")
    groups = ordered.groupby(same, as_index=False)
    summed = groups.agg(
        **{KEY: ("patients", "last"), f"{KEY}_mean": ("patients", "mean"), f"{KEY}_sum": ("patients", "sum")},
        days_with_a_figure=("patients", "count"),
    )
    if "trusts" in ordered:
        summed["trusts_with_a_figure"] = groups["trusts"].last()["trusts"]
    return summed.assign(source_row=None)


def _notes(rows: "pd.DataFrame") -> list[str]:
    empty = int(rows["patients"].isna().sum())
    said = [f"{empty:,} rows have no figure."] if empty else []
    return [*said, "England is the sum of the trusts that have a figure on the day."]


PUBLICATION = Publication(
    slug="discharge_daily",
    title="Patients who do not meet the criteria to reside, by day",
    known_by="a CSV with trusts, dates and patients who do not meet the criteria to reside",
    is_ours=is_daily_discharge,
    read=read,
    dataset="discharge",
)
