"""Whether a published table agrees with itself: parts with totals, providers with England's row."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from clockstop.errors import UnreadableFile
from clockstop.intake.published.figures_table import ENGLAND
from clockstop.intake.published.layouts import FoundTable

if TYPE_CHECKING:
    import pandas as pd

# Published averages and shares carry binary fractions; what is meant as one number differs by less than this share of it.
ROUNDING = 1e-6


def require_equal(
    table: FoundTable, rows: "pd.DataFrame", column: str, expected: "pd.Series", what: str, *, tolerance: float = 0.0
) -> None:
    """Refuse the file where a column's figure is not the expected one; rows in which either is not published are not judged."""
    if (found := first_difference(rows[column], expected, tolerance)) is not None:
        said, meant = rows[column].loc[found], expected.loc[found]
        raise UnreadableFile(
            f"The file contradicts itself: {said:,.10g} stands where {what} {meant:,.10g}.",
            where=table.cell_name(column, int(rows["source_row"].loc[found])),
            do="Nothing was loaded. Download the file again from NHS England's statistics pages.",
        )


def first_difference(got: "pd.Series", expected: "pd.Series", tolerance: float = 0.0) -> object | None:
    """The label of the first row in which two columns differ by more than rounding and `tolerance`; None where none does."""
    apart = (got - expected).abs() > tolerance + ROUNDING * expected.abs().clip(lower=1)
    return apart.index[apart][0] if apart.any() else None


def require_england(
    table: FoundTable, england: "pd.DataFrame", providers: "pd.DataFrame", columns: Iterable[str], *, tolerance: float = 0.0
) -> list[str]:
    """Refuse a file whose England row is not the sum of its providers; a note where some of them are not published."""
    notes = []
    for column in columns:
        if providers[column].isna().any():
            notes.append(
                f"{column.replace('_', ' ').capitalize()}: some providers' figures are not published, so England's is not checked."
            )
            continue
        total = england[column] * 0 + providers[column].sum()
        require_equal(table, england, column, total, "the organisations below add up to", tolerance=tolerance)
    return notes


def rounding(values: "pd.Series", parts: int) -> float:
    """By how much a sum of so many published figures may miss a published total: half a unit each of what they are rounded to.

    >>> import pandas as pd
    >>> rounding(pd.Series([3.0, 4.0]), 2), rounding(pd.Series([3.5, 4.0]), 2), rounding(pd.Series([736.7472527, 4.0]), 2)
    (1.5, 0.15000000000000002, 0.0)
    """
    known = values.dropna()
    for unit in (1, 0.1, 0.01):
        if ((known / unit) - (known / unit).round()).abs().max() < ROUNDING:
            return (parts + 1) * unit / 2
    return 0.0


def as_shares(values: "pd.Series", expected: "pd.Series") -> "pd.Series":
    """Shares from 0 to 1, whichever way the file writes them; `expected` is what the counts give.

    >>> import pandas as pd
    >>> as_shares(pd.Series([21.3, 40.0]), pd.Series([0.2132, 0.4])).tolist()
    [0.213, 0.4]
    """
    both = values.notna() & expected.notna()
    as_fraction, as_per_cent = (values - expected)[both].abs().sum(), (values / 100 - expected)[both].abs().sum()
    is_per_cent = as_per_cent < as_fraction if both.any() else values.median() > 1.5
    return values / 100 if is_per_cent else values


def summed(rows: "pd.DataFrame", columns: Iterable[str]) -> "pd.DataFrame":
    """The rows' sums as one row without a source row; a sum with a part that is not published is none."""
    total = rows[list(columns)].sum(skipna=False).to_frame().T
    return total.assign(source_row=None)


def grouped_sums(rows: "pd.DataFrame", by: list[str], column: str) -> "pd.DataFrame":
    """A column's sum in each group, none where a part is not published, as the columns of `by` and the sum."""
    groups = rows.groupby(by, sort=False, as_index=False)[column]
    sums = groups.sum()
    if rows[column].isna().any():
        has_gap = rows[column].isna().groupby([rows[name] for name in by], sort=False).any().to_numpy()
        sums[column] = sums[column].where(~has_gap)
    return sums


def england_added_up(part: "pd.DataFrame", *, level: str = "provider") -> "pd.DataFrame":
    """England as the sum of the organisations' figures, by month, key and cut; without a source row, because no cell holds it."""
    of_level = part[part["level"] == level]
    sums = grouped_sums(of_level, ["month", "key", "cut", "sheet"], "value")
    return sums.assign(level="england", org_code=ENGLAND, org_name="England", text="", source_row=None)


NO_ENGLAND = "There is no row of England: its figures are added up from the organisations."
