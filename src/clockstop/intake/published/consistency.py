"""Whether a published table agrees with itself: parts with totals, providers with England's row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clockstop.errors import UnreadableFile
from clockstop.intake.published.figures_table import ENGLAND
from clockstop.intake.published.layouts import FoundTable

if TYPE_CHECKING:
    import pandas as pd

# Published averages and shares carry binary fractions; what is meant as one number differs by less than this share of it.
ROUNDING = 1e-6
# Figures that miss by more than this share of all that they are checked against tell of a file cut short or misread, not of a slip.
GROSS = 0.1


def contradictions(
    table: FoundTable, rows: "pd.DataFrame", column: str, expected: "pd.Series", what: str, *, tolerance: float = 0.0
) -> list[str]:
    """A note where a column's figures are not the expected ones; a file in which they are far apart is refused.

    NHS England's own files contradict themselves by a provider at times, so figures stand as published and the receipt says it.
    Rows in which either is not published are not judged.
    """
    slips = _slips(table, rows, column, expected, what, tolerance=tolerance)
    _refuse_gross(slips, [(rows[column], expected)])
    return [slip.note(f", and so in {slip.others:,} more rows" if slip.others else "") for slip in slips]


@dataclass(frozen=True, kw_only=True)
class _Slip:
    """A column that misses what is expected: what stands in the first such row, its cell, and how many rows more do."""

    said: str
    where: str
    others: int

    def note(self, more: str) -> str:
        return f"The file contradicts itself: {self.said}{more}. {self.where} Figures are shown as published."


def _slips(
    table: FoundTable, rows: "pd.DataFrame", column: str, expected: "pd.Series", what: str, *, tolerance: float
) -> list[_Slip]:
    apart = _apart(rows[column], expected, tolerance)
    if not apart.any():
        return []
    first = apart.index[apart][0]
    said = f"{rows[column].loc[first]:,.10g} stands where {what} {expected.loc[first]:,.10g}"
    where = table.cell_name(column, int(rows["source_row"].loc[first]))
    return [_Slip(said=said, where=where, others=int(apart.sum()) - 1)]


def _refuse_gross(slips: Sequence[_Slip], pairs: "Iterable[tuple[pd.Series, pd.Series]]") -> None:
    """Refuse the file of these slips where the figures, taken together, miss the expected ones by too much."""
    both = [(got[known], expected[known]) for got, expected in pairs for known in [got.notna() & expected.notna()]]
    missed, meant = sum((got - expected).abs().sum() for got, expected in both), sum(expected.abs().sum() for _, expected in both)
    if slips and missed > GROSS * meant:
        raise UnreadableFile(
            f"The file contradicts itself: {slips[0].said}.",
            where=slips[0].where,
            do="Nothing was loaded. Download the file again from NHS England's statistics pages.",
        )


def briefly(notes: Sequence[str], most: int = 5) -> list[str]:
    """The first notes, and how many more there are: one revised provider contradicts every sheet and cut that it is in.

    >>> briefly(["a", "b", "c"], most=1), briefly(["a"], most=1)
    (['a', 'The file contradicts itself in 2 more places.'], ['a'])
    """
    more = len(notes) - most
    return [*notes[:most], f"The file contradicts itself in {more} more places."] if more > 0 else list(notes)


def first_difference(got: "pd.Series", expected: "pd.Series", tolerance: float = 0.0) -> object | None:
    """The label of the first row in which two columns differ by more than rounding and `tolerance`; None where none does."""
    apart = _apart(got, expected, tolerance)
    return apart.index[apart][0] if apart.any() else None


def _apart(got: "pd.Series", expected: "pd.Series", tolerance: float) -> "pd.Series":
    return (got - expected).abs() > tolerance + ROUNDING * expected.abs().clip(lower=1)


def contradictions_of_england(
    table: FoundTable, england: "pd.DataFrame", providers: "pd.DataFrame", columns: Sequence[str], *, tolerance: float = 0.0
) -> list[str]:
    """Notes where England's row is not the sum of its providers, or cannot be told because some are not published."""
    unknown = [column for column in columns if providers[column].isna().any()]
    totals = {column: england[column] * 0 + providers[column].sum() for column in columns if column not in unknown}
    slips = [
        slip
        for column, total in totals.items()
        for slip in _slips(table, england, column, total, "the organisations below add up to", tolerance=tolerance)
    ]
    _refuse_gross(slips, [(england[column], total) for column, total in totals.items()])
    notes = [slip.note(f", and so in {len(slips) - 1} more columns" if len(slips) > 1 else "") for slip in slips[:1]]
    if unknown:
        said = ", ".join(column.replace("_", " ") for column in unknown)
        notes.append(f"Some providers' figures are not published, so England's are not checked: {said}.")
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
    >>> as_shares(pd.Series([None, None], dtype=float), pd.Series([0.2, 0.4])).tolist()
    [nan, nan]
    """
    both = values.notna() & expected.notna()
    as_fraction, as_per_cent = (values - expected)[both].abs().sum(), (values / 100 - expected)[both].abs().sum()
    known = values.dropna()
    is_per_cent = as_per_cent < as_fraction if both.any() else len(known) > 0 and known.median() > 1.5
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
