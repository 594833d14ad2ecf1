"""NHS England's monthly workbook of virtual wards: a sheet of ICBs, a sheet of providers."""

from typing import TYPE_CHECKING

from clockstop.intake.published import headings
from clockstop.intake.published.consistency import NO_ENGLAND, as_shares, england_added_up, first_difference, grouped_sums
from clockstop.intake.published.figures_table import cut, figures, long, melted, numbers
from clockstop.intake.published.layouts import Column, FoundTable, Layout, has_table, tables
from clockstop.intake.published.organisation_rows import organisations
from clockstop.intake.published.publication import Edition, Preview, Publication, Source

if TYPE_CHECKING:
    import pandas as pd

_COUNTS = ("capacity", "patients")
_FIGURES = (*_COUNTS, "occupancy", "capacity_per_100000", "registered_population")
LAYOUT = Layout(
    "Virtual ward capacity and occupancy",
    (
        Column(name="org_code", pattern=r"(icb|provider|org(anisation)?|system) code", is_sign=True),
        Column(name="org_name", pattern=r"name|(icb|provider|org(anisation)?|system) name", is_needed=True),
        Column(name="region_code", pattern=r"region code"),
        Column(name="region_name", pattern=r"region( name)?"),
        Column(name="capacity", pattern=r"virtual ward (bed )?capacity", is_sign=True),
        Column(name="patients", pattern=r"(number of )?patients (in|on) a virtual ward", is_sign=True),
        Column(name="occupancy", pattern=r"(virtual ward )?occupancy( rate)?( ?(%|\(%\)))?"),
        Column(name="capacity_per_100000", pattern=r"virtual ward capacity per 100,?000 .*"),
        Column(name="registered_population", pattern=r"gp registered population"),
    ),
)


def is_virtual_wards(preview: Preview) -> bool:
    """Whether a sheet has ICBs or providers with virtual ward capacity and patients."""
    return has_table(preview, LAYOUT)


def read(source: Source) -> Edition:
    """England, ICBs and providers."""
    found = tables(source.grids, LAYOUT)
    month = headings.one_month(found)
    parts, notes, has_england = [], [], False
    for table in sorted(found, key=lambda table: "capacity_per_100000" not in table.places):
        rows = organisations(table, month)
        notes += [*_notes(table, rows), *headings.unread(table)]
        parts.append(_figures(table, rows[rows["level"] != "england"] if has_england else rows))
        has_england |= bool((rows["level"] == "england").any())
    if not has_england:
        counted = parts[0][parts[0]["key"].isin(_COUNTS) & ((parts[0]["cut"] == "") | (parts[0]["level"] == "icb"))]
        parts.append(england_added_up(counted, level=str(counted["level"].iloc[0])))
        notes.append(NO_ENGLAND)
    return Edition(
        month=month,
        tables={"figures": figures(parts)},
        rows_read=sum(len(table.rows) for table in found),
        notes=tuple(notes),
        details=headings.details(found[0].above, source.file.name),
    )


def _figures(table: FoundTable, rows: "pd.DataFrame") -> "pd.DataFrame":
    import pandas as pd

    names = [name for name in _FIGURES if name in table.places]
    values = {name: numbers(table, name, rows) for name in names}
    if "occupancy" in values:
        values["occupancy"] = as_shares(values["occupancy"], values["patients"] / values["capacity"].where(values["capacity"] > 0))
    is_in_two = rows.duplicated("org_code", keep=False)
    if not is_in_two.any() or "region_code" not in rows:
        return long(table, rows, names, values=values)
    regions = rows["region_code"].map(lambda code: cut(region=code)).where(is_in_two, "")
    return pd.concat([long(table, rows, names, cuts=regions, values=values), _together(table, rows[is_in_two], values)])


def _together(table: FoundTable, rows: "pd.DataFrame", values: "dict[str, pd.Series]") -> "pd.DataFrame":
    """Providers that stand in two regions, once each: beds and patients of both."""
    same = ["month", "level", "org_code", "org_name"]
    counted = rows[same].assign(**{name: values[name].loc[rows.index] for name in _COUNTS})
    both = grouped_sums(counted, same, "capacity").merge(grouped_sums(counted, same, "patients"), on=same)
    share = both["patients"] / both["capacity"].where(both["capacity"] > 0)
    both = both.assign(occupancy=share.where(share <= 1), cut="", source_row=None)
    return melted(both, {name: name for name in (*_COUNTS, "occupancy")}, sheet=table.sheet)


def _notes(table: FoundTable, rows: "pd.DataFrame") -> list[str]:
    """Where organisations do not add up to England: said, not refused, because some report late and are in one sheet only."""
    is_england = rows["level"] == "england"
    notes = []
    for name in _COUNTS:
        values = numbers(table, name, rows)
        if not is_england.any():
            continue
        england, added = values[is_england], values[~is_england].sum()
        if first_difference(england, england * 0 + added) is not None:
            notes.append(
                f"Sheet {table.sheet}: {name} of England is {england.iloc[0]:,.0f}; the organisations below add up to {added:,.0f}."
            )
    return notes


PUBLICATION = Publication(
    slug="virtual_wards_monthly",
    title="Virtual ward capacity and occupancy",
    known_by="a workbook with ICBs or providers, Virtual Ward Capacity and Patients in a Virtual Ward",
    is_ours=is_virtual_wards,
    read=read,
    dataset="virtual_wards",
)
