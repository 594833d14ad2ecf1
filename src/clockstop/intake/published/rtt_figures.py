"""The headline figures of a month, by England, region, ICB and provider, and by treatment function."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from clockstop.intake.published import shipped
from clockstop.intake.published.rtt_header import band_column
from clockstop.rules.rtt_bands import LONG_WAIT_WEEKS, STANDARD_WEEKS, percentile_weeks

if TYPE_CHECKING:
    import pandas as pd
TOTAL = "C_999"
ENGLAND = "ENG"
NOT_ENGLISH_COMMISSIONER = "NONC"  # in RTT-R40's aggregate return; England's headline figures leave it out

AREA = {
    "month": pa.string(),
    "area_kind": pa.string(),
    "area_code": pa.string(),
    "area_name": pa.string(),
    "icb_code": pa.string(),
    "icb_name": pa.string(),
    "region_code": pa.string(),
    "region_name": pa.string(),
    "treatment_function": pa.string(),
    "includes_nonc": pa.bool_(),
}
COUNTS = (
    "incomplete",
    "within_18_weeks",
    *(f"over_{weeks}_weeks" for weeks in LONG_WAIT_WEEKS),
    "decision_to_admit",
    "completed_admitted",
    "completed_admitted_within_18_weeks",
    "completed_non_admitted",
    "completed_non_admitted_within_18_weeks",
    "new_periods",
)
WEEKS = (
    "median_weeks",
    "percentile_92_weeks",
    "admitted_median_weeks",
    "admitted_percentile_95_weeks",
    "non_admitted_median_weeks",
    "non_admitted_percentile_95_weeks",
)
ESTIMATES = (
    "incomplete_with_estimates",
    "within_18_weeks_with_estimates",
    *(f"over_{weeks}_weeks_with_estimates" for weeks in LONG_WAIT_WEEKS),
    "completed_admitted_with_estimates",
    "completed_non_admitted_with_estimates",
    "new_periods_with_estimates",
)
FIGURES = (*COUNTS, *WEEKS, *ESTIMATES)
SCHEMA = pa.schema(
    [
        *AREA.items(),
        *((name, pa.int64()) for name in COUNTS),
        *((name, pa.float64()) for name in (*WEEKS, *ESTIMATES)),
    ]
)


def figures(rows: pa.Table, closed_bands: int, month: str, places: dict[str, dict[str, str]] | None = None) -> pa.Table:
    """One row an area, treatment function and `includes_nonc`; the total is `C_999`, made where the file has none.

    `places` says in which region an ICB or a provider lies; the shipped organisations where none are given.
    """
    import pandas as pd

    cells = shipped.with_region(_cells(rows, closed_bands), shipped.organisations() if places is None else places)
    areas = [_of_areas(cells, kind, closed_bands) for kind in ("england", "region", "icb", "provider")]
    table = pd.concat(areas, ignore_index=True).assign(month=month)
    return pa.Table.from_pandas(table.reindex(columns=SCHEMA.names), schema=SCHEMA, preserve_index=False)


def _cells(rows: pa.Table, closed_bands: int) -> "pd.DataFrame":
    """Counts by provider, part, function and whether the commissioner is English."""
    import pandas as pd

    from clockstop.intake.published.rtt_extract_checks import matrix

    numbers = (*(band_column(lower) for lower in range(closed_bands)), "weeks_over", "total_all")
    names = ["provider", "provider_name", "icb", "icb_name", "commissioner", "part", "treatment_function"]
    keyed = pd.concat([rows.select(names).to_pandas(), pd.DataFrame(matrix(rows, numbers), columns=list(numbers))], axis=1)
    keyed = keyed.assign(is_nonc=keyed["commissioner"] == NOT_ENGLISH_COMMISSIONER, is_total=keyed["treatment_function"] == TOTAL)
    parties = [keyed["provider"], keyed["commissioner"].fillna(""), keyed["part"]]
    untotalled = keyed[~keyed.groupby(parties)["is_total"].transform("any")].assign(treatment_function=TOTAL)
    keyed = pd.concat([keyed, untotalled], ignore_index=True) if len(untotalled) else keyed
    keys = ["provider", "part", "treatment_function", "is_nonc"]
    cells = keyed.groupby(keys)[list(numbers)].sum().reset_index()
    return cells.merge(_named(keyed), on="provider")


def _named(keyed: "pd.DataFrame") -> "pd.DataFrame":
    """Each provider's name and ICB; the first that is given where the file gives more than one."""
    return keyed.groupby("provider")[["provider_name", "icb", "icb_name"]].first().reset_index()


def _of_areas(cells: "pd.DataFrame", kind: str, closed_bands: int) -> "pd.DataFrame":
    """The figures of every area of one kind, without NONC and with it."""
    import pandas as pd

    code, name = {
        "england": ("england", "england_name"),
        "region": ("region_code", "region_name"),
        "icb": ("icb", "icb_name"),
        "provider": ("provider", "provider_name"),
    }[kind]
    cells = cells.assign(england=ENGLAND, england_name="England").dropna(subset=[code])
    areas = cells.groupby(code).agg(
        area_name=(name, "max"), icb_code=("icb", "max"), icb_name=("icb_name", "max"),
        region_code=("region_code", "max"), region_name=("region_name", "max"),
    )  # fmt: skip
    areas = _own_parents_only(areas, kind)
    both = []
    for includes_nonc in (False, True):
        chosen = cells if includes_nonc else cells[~cells.is_nonc]
        counts = _figures_of(chosen, code, closed_bands)
        both.append(counts.join(areas, on="area_code").assign(includes_nonc=includes_nonc))
    return pd.concat(both, ignore_index=True).assign(area_kind=kind)


def _own_parents_only(areas: "pd.DataFrame", kind: str) -> "pd.DataFrame":
    """An area larger than an ICB has none, and England no region."""
    blank = {"england": ["icb_code", "icb_name", "region_code", "region_name"], "region": ["icb_code", "icb_name"]}
    return areas.assign(**dict.fromkeys(blank.get(kind, []), None))


def _figures_of(cells: "pd.DataFrame", code: str, closed_bands: int) -> "pd.DataFrame":
    import pandas as pd

    numbers = [column for column in cells.columns if column.startswith("weeks_") or column == "total_all"]
    sums = cells.groupby([code, "treatment_function", "part"])[numbers].sum()
    index = sums.index.droplevel("part").unique()
    found: dict[str, pd.Series] = {}
    for part in ("incomplete", "decision_to_admit", "completed_admitted", "completed_non_admitted", "new_periods"):
        of_part = sums.xs(part, level="part") if part in sums.index.get_level_values("part") else sums.iloc[:0].droplevel("part")
        of_part = of_part.reindex(index, fill_value=0)
        found[part] = of_part["total_all"].astype("Int64")
        found |= _waits_of(part, of_part.drop(columns="total_all"), closed_bands)
    table = pd.DataFrame(found, index=index)
    return table.rename_axis(["area_code", "treatment_function"]).reset_index()


def _waits_of(part: str, bands: "pd.DataFrame", closed_bands: int) -> dict[str, "pd.Series"]:
    """What the week bands of one part give."""
    ordered = bands[sorted(column for column in bands.columns if column != "weeks_over")]
    over = bands["weeks_over"]
    if part == "incomplete":
        long_waits = {f"over_{weeks}_weeks": _over(ordered, over, weeks, closed_bands) for weeks in LONG_WAIT_WEEKS}
        return {
            "within_18_weeks": _within(ordered),
            **long_waits,
            "median_weeks": _percentiles(ordered, over, 0.5, closed_bands),
            "percentile_92_weeks": _percentiles(ordered, over, 0.92, closed_bands),
        }
    if part not in ("completed_admitted", "completed_non_admitted"):
        return {}
    stem = part.removeprefix("completed_")
    return {
        f"{part}_within_18_weeks": _within(ordered),
        f"{stem}_median_weeks": _percentiles(ordered, over, 0.5, closed_bands),
        f"{stem}_percentile_95_weeks": _percentiles(ordered, over, 0.95, closed_bands),
    }


def _within(bands: "pd.DataFrame") -> "pd.Series":
    return bands.iloc[:, :STANDARD_WEEKS].sum(axis=1).astype("Int64")


def _over(bands: "pd.DataFrame", over: "pd.Series", weeks: int, closed_bands: int) -> "pd.Series":
    """How many waited longer; not known where the open band begins earlier and is not empty."""
    counts = (bands.iloc[:, weeks:].sum(axis=1) + over).astype("Int64")
    return counts.mask(over > 0) if weeks > closed_bands else counts


def _percentiles(bands: "pd.DataFrame", over: "pd.Series", share: float, closed_bands: int) -> "pd.Series":
    import pandas as pd

    rows: Sequence[Sequence[int]] = bands.assign(weeks_over=over).to_numpy().tolist()
    return pd.Series([_percentile(row, share, closed_bands) for row in rows], index=bands.index, dtype="float64")


def _percentile(counts: Sequence[int], share: float, closed_bands: int) -> float | None:
    """RTT-R55's percentile; none where it lies in the open band, of which only the lower edge is known."""
    if share * sum(counts) > sum(counts[:closed_bands]):
        return None
    return percentile_weeks(counts, share)
