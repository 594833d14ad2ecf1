"""How far reasons that our records know explain why a published return says otherwise than ours.

A reason is a set of records with what each would add to (or take from) each published figure, had the reason held when the return
was sent. The figures of one row (a test's bands and its activity) are looked at together: a reason is taken as far as it brings
ours nearer to all of them, the best first, and never further than all its records.
"""

from collections.abc import Mapping
from dataclasses import dataclass

# A reason is named where it takes away at least this share of a row's squared differences. Our choice.
FEWEST_SHARE = 0.05
Cells = Mapping[tuple[str, str], float]


@dataclass(frozen=True, kw_only=True)
class Told:
    """A reason as far as it fits the figures of one cut: the share of its records, and what that makes of each difference.

    `is_exact`: all its records together, and nothing of the row is left over.
    """

    reason: str
    cut: str
    share: float
    amounts: Mapping[tuple[str, str], float]
    is_exact: bool


def explained(differences: Cells, reasons: Mapping[str, Cells], *, row_of: Mapping[tuple[str, str], str]) -> tuple[Told, ...]:
    """What the reasons explain of each figure's difference (published less ours), row by row.

    `row_of` says of each figure's key and cut which row it stands in.

    >>> band, done = ("weeks_00_to_01", "test=1"), ("waiting_list_tests", "test=1")
    >>> late = {band: 4.0, done: -4.0}
    >>> found = explained({band: 4.0, done: -4.0}, {"ended_late": late}, row_of={band: "MRI", done: "MRI"})
    >>> found[0].reason, found[0].share, found[0].is_exact
    ('ended_late', 1.0, True)
    """
    rows: dict[str, dict[tuple[str, str], float]] = {}
    for place, difference in differences.items():
        rows.setdefault(row_of[place], {})[place] = difference
    return tuple(told for row, own in rows.items() for told in _of_row(row, own, reasons))


def _of_row(row: str, differences: dict[tuple[str, str], float], reasons: Mapping[str, Cells]) -> list[Told]:
    left = dict(differences)
    whole = sum(one * one for one in left.values())
    known = {slug: {place: cells[place] for place in left if cells.get(place)} for slug, cells in reasons.items()}
    found: list[Told] = []
    while whole and known:
        fits = {slug: _fit(left, cells) for slug, cells in known.items()}
        best = max(fits, key=lambda slug: fits[slug][1])
        share, gain = fits[best]
        if gain < FEWEST_SHARE * whole:
            break
        amounts = {place: share * add for place, add in known.pop(best).items()}
        left = {place: one - amounts.get(place, 0.0) for place, one in left.items()}
        is_all = not found and share == 1.0 and all(abs(one) < 1e-9 for one in left.values())
        found.append(Told(reason=best, cut=row, share=share, amounts=amounts, is_exact=is_all))
    return found


def _fit(left: Cells, cells: Cells) -> tuple[float, float]:
    """How much of a reason brings the figures nearest, none to all of it, and by how much the squared differences fall."""
    square = sum(add * add for add in cells.values())
    if not square:
        return 0.0, 0.0
    share = min(max(sum(left[place] * add for place, add in cells.items()) / square, 0.0), 1.0)
    share = 1.0 if share > 1 - 1e-9 else share
    gain = sum(left[place] ** 2 - (left[place] - share * add) ** 2 for place, add in cells.items())
    return share, gain
