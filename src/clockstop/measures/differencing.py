"""Which figures of nested places are hidden together, so that no small one follows from those that are shown (operations.md 7.4).

Places of a trust are its total, its divisions, services and sites; each is a sum of the same atoms. A table of one kind alone can
be made safe by hiding a second cell of a line. But a reader may lay tables over each other: what is second among all services
stands alone in its division, and is shown there. So all places are looked at together, as one system of sums: a small place is
safe where its sum is no combination of the sums that are shown.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clockstop.measures.suppress import THRESHOLD

Truths = NDArray[np.bool_]
Numbers = NDArray[np.float64]
_FEW = THRESHOLD["k5"]
_NOUGHT = 1e-6


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
    present = atoms > 0
    rows = members[:, present].astype(np.float64)
    sums = rows @ atoms[present]
    hidden = (sums > 0) & (sums < _FEW)
    hidden[0] |= is_total_hidden
    if not hidden.any():
        return hidden
    kept = hidden.copy()
    lines = _lines(rows, kinds, sums)
    while True:
        _close(lines, sums, hidden)
        more = _given_away(rows, sums, hidden, kept)
        if more is None:
            return hidden
        hidden[more] = True


def _lines(rows: Numbers, kinds: Sequence[str], sums: Numbers) -> list[tuple[int, list[int]]]:
    """Each place with the places of a kind that make it up between them."""
    of_kind: dict[str, list[int]] = {}
    for place, kind in enumerate(kinds):
        if sums[place] > 0:
            of_kind.setdefault(kind, []).append(place)
    found = []
    for parent in np.flatnonzero(sums > 0).tolist():
        outside = rows[:, rows[parent] == 0].sum(axis=1) if (rows[parent] == 0).any() else np.zeros(len(rows))
        for kind, places in of_kind.items():
            within = [place for place in places if outside[place] == 0 and place != parent]
            if kind != kinds[parent] and within and rows[within].sum() == rows[parent].sum():
                found.append((parent, within))
    return found


def _close(lines: Sequence[tuple[int, list[int]]], sums: Numbers, hidden: Truths) -> None:
    """Hide seconds in every line whose whole is shown, until none is left with a gap that follows from it."""
    has_changed = True
    while has_changed:
        has_changed = False
        for parent, children in lines:
            if hidden[parent] or not hidden[children].any():
                continue
            closed = hidden_in_line(sums[children].tolist(), hidden=hidden[children].tolist())
            if sum(closed) > hidden[children].sum():
                hidden[children] = closed
                has_changed = True


def _given_away(rows: Numbers, sums: Numbers, hidden: Truths, kept: Truths) -> int | None:
    """The place to hide next, where a place that must be `kept` is a combination of those that are shown; None where none is."""
    shown, secret = np.flatnonzero(~hidden & (sums > 0)), np.flatnonzero(kept)
    if not len(shown):
        return None
    parts = np.linalg.lstsq(rows[shown].T, rows[secret].T, rcond=None)[0]
    is_told = np.abs(rows[shown].T @ parts - rows[secret].T).max(axis=0) < _NOUGHT
    used = (np.abs(parts[:, is_told]) > _NOUGHT).any(axis=1)
    used &= shown != 0
    if not is_told.any() or not used.any():
        return None
    return int(min(shown[used], key=lambda place: (sums[place], place)))
