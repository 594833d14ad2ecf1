"""What the three layouts of cancer waiting times share: standards, bands of days, the names of cuts, and what must add up."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from clockstop.intake.published.consistency import contradictions, england_added_up, grouped_sums
from clockstop.intake.published.figures_table import cut, long, numbers
from clockstop.intake.published.layouts import Column, FoundTable

if TYPE_CHECKING:
    import pandas as pd

CUTS = ("cancer_type", "route", "stage", "modality")
_BANDS = {
    "within_14_days": "within 14 days",
    "15_to_16_days": "in 15 to 16 days",
    "15_to_28_days": "in 15 to 28 days",
    "17_to_21_days": "in 17 to 21 days",
    "22_to_28_days": "in 22 to 28 days",
    "29_to_42_days": "in 29 to 42 days",
    "43_to_62_days": "in 43 to 62 days",
    "within_31_days": "within 31 days",
    "32_to_38_days": "in 32 to 38 days",
    "39_to_48_days": "in 39 to 48 days",
    "49_to_62_days": "in 49 to 62 days",
    "63_to_76_days": "in 63 to 76 days",
    "77_to_90_days": "in 77 to 90 days",
    "91_to_104_days": "in 91 to 104 days",
    "after_28_days": "after 28 days",
    "after_62_days": "after 62 days",
    "after_104_days": "after 104 days",
}
# The bands that hold all of a standard's patients, each once.
BANDS_OF = {
    "fds": ("within_14_days", "15_to_28_days", "29_to_42_days", "43_to_62_days", "after_62_days"),
    "d31": ("within_31_days", "32_to_38_days", "39_to_48_days", "49_to_62_days", "after_62_days"),
    "d62": (
        *("within_31_days", "32_to_38_days", "39_to_48_days", "49_to_62_days"),
        *("63_to_76_days", "77_to_90_days", "91_to_104_days", "after_104_days"),
    ),
    "seen": ("within_14_days", "15_to_16_days", "17_to_21_days", "22_to_28_days", "after_28_days"),
}
_WHOLES = re.compile(r"|all (cancers|routes|stages|modalities|treatments|types|reasons)|n/?a|not applicable|-", re.IGNORECASE)
_MARK = re.compile(r"\s*\([a-z]\)$")


def band_columns(standard: str) -> tuple[Column, ...]:
    """The columns of a standard's bands of days."""
    return tuple(Column(name=band, pattern=_BANDS[band].replace("in ", "(in )?", 1)) for band in BANDS_OF[standard])


def cut_words(cell: object) -> str:
    """A cut's value the same in every layout: empty for the whole, capitals of words alone, no mark of a footnote.

    >>> [cut_words(cell) for cell in ("ALL CANCERS", "URGENT SUSPECTED CANCER", "Urological - Other (a)", "Subsequent", "Breast")]
    ['', 'Urgent Suspected Cancer', 'Urological - Other', 'Subsequent Treatment', 'Breast']
    """
    text = _MARK.sub("", re.sub(r"\s+", " ", str(cell or "")).strip())
    if _WHOLES.fullmatch(text):
        return ""
    if text.lower() in ("subsequent", "subsequent treatments", "first", "first treatments"):
        text = f"{text.split(' ')[0]} Treatment"
    return text.title() if text.isupper() or text.endswith(" Treatment") else text


def cuts(rows: "pd.DataFrame") -> "pd.Series":
    """The cut of each row, of those of `CUTS` that it has."""
    names = [name for name in CUTS if name in rows]
    if not names:
        return rows["source_row"].map(lambda _: "")
    distinct = rows[names].drop_duplicates()
    made = [cut(**{name: cut_words(row[name]) for name in names}) for row in distinct.to_dict("records")]
    joined = rows[names].merge(distinct.assign(cut=made), on=names, how="left")["cut"]
    return joined.set_axis(rows.index)


def figures_of_standard(table: FoundTable, rows: "pd.DataFrame", standard: str) -> "tuple[pd.DataFrame, list[str]]":
    """The figures of a standard's rows, and notes where a total is not what it is made of. A missing England is added up."""
    import pandas as pd

    made = cuts(rows)
    kind = "seen" if standard.endswith("seen") else standard
    bands = [band for band in BANDS_OF[kind] if band in table.places]
    names = [name for name in ("total", "within", "after", *bands) if name in table.places]
    values = {name: numbers(table, name, rows) for name in names}
    typed = rows[["level", "org_code", "source_row"]].assign(cut=made, **values)
    notes = _contradictions(table, typed, bands if len(bands) == len(BANDS_OF[kind]) else [])
    keys = {name: standard if name == "total" and kind == "seen" else f"{standard}_{name}" for name in values}
    parts = long(table, rows, keys, cuts=made, values=values)
    kept = parts[parts["value"].notna() | (parts["text"] != "")]
    if (rows["level"] == "england").any() or not (rows["level"] == "provider").any():
        return kept, notes
    return pd.concat([kept, england_added_up(kept)], ignore_index=True), notes


def _contradictions(table: FoundTable, typed: "pd.DataFrame", bands: list[str]) -> list[str]:
    """Where those within and after, or the bands of days, are not the total, or providers not England's row of the same cut."""
    notes = []
    if "within" in typed:
        notes += contradictions(table, typed, "total", typed["within"] + typed["after"], "those within and after add up to")
    if bands:
        notes += contradictions(table, typed, "total", typed[bands].sum(axis=1, skipna=False), "its bands of days add up to")
    # England's row leaves out Welsh providers, which a sheet may list because they share patients.
    is_english = (typed["level"] == "provider") & ~typed["org_code"].str.startswith("7A")
    england, providers = typed[typed["level"] == "england"], typed[is_english]
    if not len(england) or not len(providers):
        return notes
    for column in (name for name in ("total", "within", "after") if name in typed):
        sums = grouped_sums(providers, ["cut"], column).set_index("cut")[column]
        notes += contradictions(table, england, column, england["cut"].map(sums), "the providers add up to")
    return notes


def added_up(parts: "pd.DataFrame", kept: str = "") -> "pd.DataFrame":
    """The figures summed over every cut but that of the name `kept`; without a source row, because no cell holds them."""
    cuts_kept = parts["cut"].str.extract(f"(?:^|;)({kept}=[^;]*)", expand=False).fillna("") if kept else ""
    same = ["month", "level", "org_code", "org_name", "key", "sheet"]
    summed = grouped_sums(parts.assign(cut=cuts_kept), [*same, "cut"], "value")
    return summed.assign(text="", source_row=None)


def shares(parts: "Sequence[pd.DataFrame]") -> "pd.DataFrame":
    """The share within the standard wherever there are a total and those within."""
    import pandas as pd

    whole = pd.concat(parts, ignore_index=True)
    same = ["month", "level", "org_code", "cut", "standard"]
    standards = {f"{standard}_{name}": standard for standard in ("fds", "d31", "d62") for name in ("total", "within")}
    named = whole.assign(standard=whole["key"].map(standards))
    within = named[named["key"].isin([key for key in standards if key.endswith("_within")])]
    total = named.loc[named["key"].isin([key for key in standards if key.endswith("_total")]), [*same, "value"]]
    total = total.rename(columns={"value": "total"})
    both = within.merge(total, on=same)
    both = both[both["total"] > 0]
    made = both.assign(key=both["standard"] + "_share_within", value=both["value"] / both["total"], text="")
    return made.drop(columns=["total", "standard"])
