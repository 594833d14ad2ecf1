"""NHS England's flat cancer extract by provider: each month since April, no totals, each treatment by type and by modality."""

from typing import TYPE_CHECKING

from clockstop.errors import UnreadableFile
from clockstop.intake.published import headings
from clockstop.intake.published.cancer_rows import CUTS, added_up, cut_words, cuts, shares
from clockstop.intake.published.consistency import briefly, contradictions, england_added_up
from clockstop.intake.published.figures_table import as_day, figures, long, numbers
from clockstop.intake.published.layouts import Column, FoundTable, Layout, has_table, one_table
from clockstop.intake.published.months import month
from clockstop.intake.published.organisation_rows import organisations
from clockstop.intake.published.publication import Edition, Preview, Publication, Source

if TYPE_CHECKING:
    import pandas as pd

_STANDARDS = {"28": "fds", "31": "d31", "62": "d62"}
LAYOUT = Layout(
    "Cancer waiting times extract by provider",
    (
        Column(name="period", pattern=r"period", is_sign=True),
        Column(name="year", pattern=r"year"),
        Column(name="month_name", pattern=r"month"),
        Column(name="standard", pattern=r"standard", is_sign=True),
        Column(name="org_code", pattern=r"org(anisation)? code|ods code|provider code", is_sign=True),
        Column(name="org_name", pattern=r"org(anisation)? name|provider name"),
        Column(name="place", pattern=r"stage ?/ ?route|route ?/ ?stage|referral route ?/ ?stage", is_sign=True),
        Column(name="modality", pattern=r"treatment modality", is_needed=True),
        Column(name="cancer_type", pattern=r"cancer type", is_needed=True),
        Column(name="total", pattern=r"total( treated)?", is_needed=True),
        Column(name="within", pattern=r"within( standard)?", is_needed=True),
        Column(name="after", pattern=r"breaches|after( standard)?", is_needed=True),
    ),
)
_KEYS = ("total", "within", "after")


def is_extract(preview: Preview) -> bool:
    """Whether a sheet, or a CSV, has a header of period, standard, organisation and stage or route."""
    return has_table(preview, LAYOUT)


def read(source: Source) -> Edition:
    """England and every provider by month, whole and by cancer type, route or stage, and modality."""
    table = one_table(source, LAYOUT)
    rows = _rows(table)
    months = sorted(set(rows["month"]))
    parts, found = [], []
    for standard in _STANDARDS.values():
        of_standard, contradicting = _of_standard(table, rows[rows["standard"] == standard], standard)
        parts += of_standard
        found += contradicting
    return Edition(
        month=months[-1],
        tables={"figures": figures([*parts, shares(parts)])},
        rows_read=len(table.rows),
        notes=(*_notes(months), *briefly(found), *headings.unread(table)),
        details=headings.details(table.above, source.file.name),
    )


def _notes(months: list[str]) -> list[str]:
    return [f"The extract holds {months[0]} to {months[-1]}; it has no rows of England, which is added up from the providers."]


def _rows(table: FoundTable) -> "pd.DataFrame":
    from clockstop.intake.published.shipped import organisations as known

    rows = organisations(table, "")
    rows = rows.assign(month=rows["period"].map({period: _month(table, rows, period) for period in rows["period"].unique()}))
    said = rows["standard"].astype(str).str.extract(r"^\s*(28|31|62)\D", expand=False).map(_STANDARDS)
    if said.isna().any():
        place = said.index[said.isna()][0]
        raise UnreadableFile(
            f"There is no cancer standard {str(rows.at[place, 'standard'])[:40]!r}.",
            where=table.cell_name("standard", int(rows.at[place, "source_row"])),
            do="Known are those of 28, 31 and 62 days. Nothing was loaded.",
        )
    names = {code: one["name"] for code, one in known().items()}
    named = rows["org_name"].where(rows["org_name"] != rows["org_code"], rows["org_code"].map(names).fillna(rows["org_code"]))
    return rows.assign(standard=said, org_name=named)


def _month(table: FoundTable, rows: "pd.DataFrame", period: object) -> str:
    day = as_day(period)
    found = f"{day.year}-{day.month:02d}" if day else month(str(period))
    if found is None:
        place = int(rows.loc[rows["period"] == period, "source_row"].iloc[0])
        raise UnreadableFile(
            f"A period is no month: {str(period)[:40]!r}.", where=table.cell_name("period", place), do="Nothing was loaded."
        )
    return found


def _of_standard(table: FoundTable, rows: "pd.DataFrame", standard: str) -> "tuple[list[pd.DataFrame], list[str]]":
    """The rows as published, their sums, and England's. Each treatment is there by type and by modality, once each."""
    if not len(rows):
        return [], []
    place = "stage" if standard == "d31" else "route"
    rows = rows.rename(columns={"place": place})
    is_by_type = rows["modality"].map(cut_words) == ""
    values = {name: numbers(table, name, rows) for name in _KEYS}
    typed = rows[["month", "org_code", "source_row", place]].assign(**values)
    notes = contradictions(table, typed, "total", typed["within"] + typed["after"], "those within and the breaches add up to")
    notes += _contradictions_by_modality(table, typed, is_by_type, place)
    made = long(
        table, rows, {name: f"{standard}_{name}" for name in _KEYS}, cuts=cuts(rows[[*(set(CUTS) & set(rows))]]), values=values
    )
    by_type = made[made["source_row"].isin(rows.loc[is_by_type, "source_row"])]
    by_modality = made[~made["source_row"].isin(rows.loc[is_by_type, "source_row"])]
    of_providers = [by_type, added_up(by_type), added_up(by_type, "cancer_type"), added_up(by_type, place), by_modality]
    of_providers += [added_up(by_modality, "modality")] if len(by_modality) else []
    return [*of_providers, *(england_added_up(part) for part in of_providers if len(part))], notes


def _contradictions_by_modality(table: FoundTable, typed: "pd.DataFrame", is_by_type: "pd.Series", place: str) -> list[str]:
    """Where an organisation's treatments are there by modality too, but are not as many as those by cancer type."""
    same = ["month", "org_code", place]
    by_type = typed[is_by_type].groupby(same)["total"].sum()
    first = typed[~is_by_type].drop_duplicates(same)
    summed = typed[~is_by_type].groupby(same)["total"].sum()
    labels = list(first[same].itertuples(index=False, name=None))
    added = first.assign(total=[summed[label] for label in labels])
    expected = added["total"] * 0 + [by_type.get(label, float("nan")) for label in labels]
    return contradictions(table, added, "total", expected, "by cancer type there are")


PUBLICATION = Publication(
    slug="cancer_extract",
    title="Cancer waiting times, provider extract",
    known_by="a workbook or CSV with a header of Period, Standard, Org Code, Stage/Route, Treatment Modality and Total Treated",
    is_ours=is_extract,
    read=read,
    dataset="cancer",
)
