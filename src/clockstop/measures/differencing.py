"""Which figures of nested places are hidden together, so that no small one follows from those that are shown (operations.md 7.4).

Places of a trust are its total, its divisions, services and sites; each is a sum of the same atoms. A table of one kind alone can
be made safe by hiding a second cell of a line. But a reader may lay tables over each other: what is second among all services
stands alone in its division, and is shown there. So all places are looked at together, as one system of sums: a small place is
safe where its sum is no combination of the sums that are shown.

A page asks of many measures and months at once, so all of a trust's are settled together, as arrays of a row a count.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clockstop.measures.suppress import THRESHOLD

Truths = NDArray[np.bool_]
Numbers = NDArray[np.float64]
_FEW = THRESHOLD["k5"]
# What a place is short of being a combination of others, squared, is a fraction of small whole numbers: nought, or well above.
_NOUGHT = 1e-3
_WEIGHT = 1e-4
_RIDGE = 1e-7
_AT_ONCE = 512
# Which kind of place is the first to be shown again, where either may be.
_USEFUL = ("trust", "division", "service", "site")


def hidden_in_line(counts: Sequence[float], *, hidden: Sequence[bool] = ()) -> tuple[bool, ...]:
    """What is hidden of counts whose total is shown: small ones, what was `hidden` before, and as many more, the smallest first,
    as it takes until two or more are hidden that come to no small number together.

    Of two hidden ones of 1 each the total would say both, so a third goes too; nought protects nobody.

    >>> hidden_in_line([3, 20, 9, 40]), hidden_in_line([1, 1, 30, 50])
    ((True, False, True, False), (True, True, True, False))
    """
    given = hidden or [False] * len(counts)
    found = [was or 0 < count < _FEW for count, was in zip(counts, given, strict=True)]
    while _is_open(counts, found):
        left = [place for place, count in enumerate(counts) if count > 0 and not found[place]]
        if not left:
            break
        found[min(left, key=lambda place: (counts[place], place))] = True
    return tuple(found)


def _is_open(counts: Sequence[float], hidden: Sequence[bool]) -> bool:
    """Whether what is hidden follows from the total, or nearly does."""
    gaps = [count for count, is_gap in zip(counts, hidden, strict=True) if is_gap and count > 0]
    return bool(gaps) and (len(gaps) == 1 or sum(gaps) < _FEW)


def hidden_places(members: Truths, kinds: Sequence[str], atoms: Numbers, *, is_total_hidden: bool) -> Truths:
    """Which places are hidden, given which atoms each holds (a row a place, the first the total) and what each atom counts.

    An atom of nought is taken to be known as nought. `is_total_hidden`: the trust's own total is hidden among the trusts.
    """
    return hidden_places_of_many(members, kinds, atoms[np.newaxis], np.array([is_total_hidden]))[0]


def hidden_places_of_many(members: Truths, kinds: Sequence[str], atoms: Numbers, is_total_hidden: Truths) -> Truths:
    """The same of many counts of the same places, a row each. Where no place is small there is nothing to settle."""
    sums = atoms @ members.T
    hidden = (sums > 0) & (sums < _FEW)
    hidden[:, 0] |= is_total_hidden
    places = np.flatnonzero(hidden.any(axis=1))
    if not len(places):
        return hidden
    _, first, again = np.unique(np.column_stack([atoms, hidden[:, 0]])[places], axis=0, return_index=True, return_inverse=True)
    asked = places[first]
    parts = [asked[start : start + _AT_ONCE] for start in range(0, len(asked), _AT_ONCE)]
    settled = [_Counts.of(members, kinds, atoms[part], hidden[part]).settled() for part in parts]
    hidden[places] = np.concatenate(settled)[again.ravel()]
    return hidden


@dataclass(frozen=True)
class _Counts:
    """Counts of the same places, a row each: which places must be `kept` from the reader, how many atoms each two places have in
    common, and the `lines`: a place, with the places of one kind that make it up between them where one of these must be kept."""

    kinds: tuple[str, ...]
    sums: Numbers
    kept: Truths
    common: Numbers
    lines: tuple[tuple[int, Truths], ...]

    @staticmethod
    def of(members: Truths, kinds: Sequence[str], atoms: Numbers, kept: Truths) -> "_Counts":
        rows = members.astype(np.float64)
        common = (rows * (atoms > 0)[:, np.newaxis, :]) @ rows.T
        return _Counts(tuple(kinds), atoms @ rows.T, kept, common, tuple(_lines(common, kinds, kept)))

    def settled(self) -> Truths:
        """What is hidden: enough of each line, then of each combination that tells what is kept, and no more than it takes."""
        hidden = self.kept.copy()
        self._close(hidden)
        left = np.arange(len(hidden))
        while len(left):
            told, weights = self._told(left, hidden[left])
            used: Truths = np.any(weights & told[:, np.newaxis, :], axis=2)
            used[:, 0] = False
            has_more: Truths = np.any(used, axis=1)
            left = left[has_more]
            hidden[left, np.where(used[has_more], self.sums[left], np.inf).argmin(axis=1)] = True
        self._show_again(hidden)
        return hidden

    def _close(self, hidden: Truths) -> None:
        """Hide seconds in every line whose whole is shown, until none is left with a gap that follows from it."""
        for parent, children in self.lines:
            asked = np.flatnonzero(~hidden[:, parent] & children.any(axis=1))
            while len(asked):
                rest = children[asked] & ~hidden[asked]
                asked = asked[self._has_gap(asked, children, hidden[asked]) & rest.any(axis=1)]
                rest = children[asked] & ~hidden[asked]
                hidden[asked, np.where(rest, self.sums[asked], np.inf).argmin(axis=1)] = True

    def _has_gap(self, asked: NDArray[np.intp], children: Truths, hidden: Truths) -> Truths:
        """Whether what is hidden of a line follows from its whole, or nearly does."""
        gaps = children[asked] & hidden
        few = gaps.sum(axis=1)
        return (few == 1) | ((few > 0) & ((self.sums[asked] * gaps).sum(axis=1) < _FEW))

    def _told(self, asked: NDArray[np.intp], hidden: Truths) -> tuple[Truths, Truths]:
        """Which places that must be kept are a combination of those that are shown, and of which (row: shown, column: kept)."""
        kept, common, sums = self.kept[asked], self.common[asked], self.sums[asked]
        shown = ~hidden & (sums > 0)
        sides = common * shown[:, :, np.newaxis]
        system = sides * shown[:, np.newaxis, :]
        every = np.arange(sums.shape[1])
        system[:, every, every] += np.where(shown, _RIDGE, 1.0)
        sides *= kept[:, np.newaxis, :]
        weights = np.linalg.solve(system, sides)
        short = common[:, every, every] - (weights * sides).sum(axis=1)
        return kept & (sums > 0) & (short < _NOUGHT), np.abs(weights) > _WEIGHT

    def _show_again(self, hidden: Truths) -> None:
        """Show what need not be hidden, the most useful first: by kind, then the largest."""
        rank = np.array([_USEFUL.index(kind) for kind in self.kinds], dtype=np.float64)
        spare = hidden & ~self.kept & (self.sums > 0)
        order = np.where(spare, rank - self.sums / (self.sums[:, :1] + 1), np.inf).argsort(axis=1, kind="stable")
        for turn in range(int(spare.sum(axis=1).max(initial=0))):
            asked = np.flatnonzero(spare.sum(axis=1) > turn)
            tried = hidden[asked]
            tried[np.arange(len(asked)), order[asked, turn]] = False
            is_safe = ~self._told(asked, tried)[0].any(axis=1)
            for parent, children in self.lines:
                is_safe &= tried[:, parent] | ~self._has_gap(asked, children, tried) | ~self._has_rest(asked, children, tried)
            hidden[asked[is_safe]] = tried[is_safe]

    @staticmethod
    def _has_rest(asked: NDArray[np.intp], children: Truths, hidden: Truths) -> Truths:
        """Whether more of a line could be hidden."""
        return np.asarray(np.any(children[asked] & ~hidden, axis=1))


def _lines(common: Numbers, kinds: Sequence[str], kept: Truths) -> Iterator[tuple[int, Truths]]:
    size = common.diagonal(axis1=1, axis2=2)
    for parent in range(len(kinds)):
        within = (common[:, :, parent] == size) & (size > 0)
        for kind in sorted(set(kinds) - {kinds[parent]}):
            children = within & np.array([one == kind for one in kinds])
            is_whole = ((size * children).sum(axis=1) == size[:, parent]) & (children & kept).any(axis=1)
            if is_whole.any():
                yield parent, children & is_whole[:, np.newaxis]
