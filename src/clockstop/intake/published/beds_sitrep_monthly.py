"""NHS England's monthly CSV of beds in the urgent and emergency care situation report: a row an organisation, metric and type."""

import re
from typing import TYPE_CHECKING

from clockstop.errors import UnreadableFile
from clockstop.intake.published import headings
from clockstop.intake.published.consistency import contradictions
from clockstop.intake.published.figures_table import as_day, cut, figures, long, numbers
from clockstop.intake.published.layouts import Column, FoundTable, Layout, has_table, one_table
from clockstop.intake.published.months import month
from clockstop.intake.published.organisation_rows import organisations
from clockstop.intake.published.publication import Edition, Preview, Publication, Source

if TYPE_CHECKING:
    import pandas as pd

LAYOUT = Layout(
    "Beds in the UEC situation report",
    (
        Column(name="period", pattern=r"period|month", is_sign=True),
        Column(name="level_name", pattern=r"level", is_sign=True),
        Column(name="region", pattern=r"region"),
        Column(name="icb", pattern=r"icb"),
        Column(name="org_code", pattern=r"org(anisation)? code", is_sign=True),
        Column(name="org_name", pattern=r"org(anisation)? name", is_needed=True),
        Column(name="metric", pattern=r"metric|measure", is_sign=True),
        Column(name="type", pattern=r"type|trust type", is_needed=True),
        Column(name="value", pattern=r"value", is_sign=True),
    ),
)
_LEVELS = {
    "national": "england",
    "england": "england",
    "region": "region",
    "icb": "icb",
    "system": "icb",
    "provider": "provider",
    "trust": "provider",
}
_TYPES = {"type 1": "1", "type1": "1", "all type": "all", "all types": "all", "all": "all", "other": "other"}
# Averages of days are published as whole beds: what they are made of may differ by one bed a part.
_ROUNDED = 2.0


def key_of(metric: str) -> str:
    """The key of a published metric.

    >>> key_of("G&A beds available"), key_of("Adult G&A occupancy rate adjusted for covid void beds")
    ('general_acute_beds_available', 'adult_general_acute_occupancy_adjusted')
    >>> key_of("% occupied G&A beds occupied by patients with a length of stay of - 7 or more days")
    'share_stays_7_days'
    >>> key_of("Adult core beds available")
    'adult_general_acute_core_beds_available'
    """
    said = re.sub(r"\s+", " ", metric).strip().lower().replace("g&a", "general acute").replace("g & a", "general acute")
    if found := re.search(r"length of stay of\s*-?\s*(\d+)", said):
        return f"{'share_' if said.startswith('%') else ''}stays_{found[1]}_days"
    said = re.sub(r"^(adult|paediatric) (core|escalation) ", r"\1 general acute \2 ", said)
    said = re.sub(r"occupancy rate adjusted.*", "occupancy adjusted", said).replace("occupancy rate", "occupancy")
    return re.sub(r"[^a-z0-9]+", "_", said).strip("_")


def is_beds_sitrep(preview: Preview) -> bool:
    """Whether a CSV or a sheet has a header of period, level, organisation, metric and value."""
    return has_table(preview, LAYOUT)


def read(source: Source) -> Edition:
    """England, regions, ICBs and providers by type, and each one's whole."""
    table = one_table(source, LAYOUT)
    rows = _rows(table)
    months = sorted(set(rows["month"]))
    values = numbers(table, "value", rows)
    values = values.where(~(rows["key"].str.contains("occupancy|share") & (values > 2)), values / 100)
    parts = _figures(table, rows, values)
    notes = _contradictions(table, rows.assign(number=values))
    return Edition(
        month=months[-1],
        tables={"figures": figures(parts)},
        rows_read=len(rows),
        notes=(*notes, *headings.unread(table)),
        details=headings.details(table.above, source.file.name),
    )


def _rows(table: FoundTable) -> "pd.DataFrame":
    rows = organisations(table, "")
    rows = rows[rows["metric"].astype(str).str.strip() != ""]
    level = rows["level_name"].astype(str).str.strip().str.lower().map(_LEVELS)
    kind = rows["type"].astype(str).str.strip().str.lower().map(_TYPES)
    periods = {period: _month(period) for period in rows["period"].unique()}
    made = rows.assign(level=level, type=kind, month=rows["period"].map(periods))
    for name, column in (("level", "level_name"), ("type", "type"), ("month", "period")):
        if made[name].isna().any():
            place = made.index[made[name].isna()][0]
            raise UnreadableFile(
                f"A {name} is not known: {str(rows.at[place, column])[:40]!r}.",
                where=table.cell_name(column, int(rows.at[place, "source_row"])),
                do="Nothing was loaded. Load the file as NHS England published it.",
            )
    metrics = {metric: key_of(str(metric)) for metric in made["metric"].unique()}
    return made.assign(key=made["metric"].map(metrics))


def _month(period: object) -> str | None:
    day = as_day(period)
    return f"{day.year}-{day.month:02d}" if day else month(str(period))


def _figures(table: FoundTable, rows: "pd.DataFrame", values: "pd.Series") -> "list[pd.DataFrame]":
    """Each row by its type; as the whole all types where they are published, else the provider's one type."""
    has_all = rows["org_code"].isin(rows.loc[rows["type"] == "all", "org_code"])
    is_whole = (rows["type"] == "all") | (~has_all & (rows["level"] == "provider"))
    by_type = long(table, rows, {"value": "key"}, cuts=rows["type"].map(lambda kind: cut(type=kind)), values={"value": values})
    whole = long(table, rows[is_whole], {"value": "key"}, values={"value": values})
    return [by_type.assign(key=rows["key"].to_numpy()), whole.assign(key=rows.loc[is_whole, "key"].to_numpy())]


def _contradictions(table: FoundTable, rows: "pd.DataFrame") -> list[str]:
    """Where the regions' beds do not add up to England's, each rounded to a bed."""
    counted = rows[~rows["key"].str.contains("occupancy|share")]
    same = ["month", "key", "type"]
    england = counted[counted["level"] == "england"]
    regions = counted[counted["level"] == "region"]
    if not len(england) or not len(regions):
        return []
    sums = regions.groupby(same)["number"].agg(["sum", "count"])
    labels = [
        sums.index.get_loc(label) if label in sums.index else None for label in england[same].itertuples(index=False, name=None)
    ]
    expected = england["number"] * 0 + [float("nan") if place is None else sums["sum"].iloc[place] for place in labels]
    return contradictions(
        table,
        england.assign(value=england["number"]),
        "value",
        expected,
        "the regions add up to",
        tolerance=len(regions["org_code"].unique()) / _ROUNDED + 1,
    )


PUBLICATION = Publication(
    slug="beds_sitrep_monthly",
    title="Beds in the UEC situation report",
    known_by="a CSV with a header of Period, Level, Org Code, Metric, Type and Value",
    is_ours=is_beds_sitrep,
    read=read,
    dataset="beds_sitrep",
)
