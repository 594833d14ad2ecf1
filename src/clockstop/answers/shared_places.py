"""Which figures of trusts that are not the reader's own are hidden, decided once for every page, cut and call alike.

Whatever is asked, the answer is the same: a place hidden on one page is hidden on all, whatever stands beside it there, so that no
page can be taken away from another (measures/differencing.py). Shared are trusts, and of each trust its divisions, services and
sites, and the values of a cut of the whole trust. What lies finer (a service at one site, the ages of a service) is not shared,
unless it is the very same people as a place that is. A sum over trusts is shown where every part of it may be.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from clockstop.answers.desk import Desk
from clockstop.answers.inequality_groups import plan_of
from clockstop.measures.differencing import hidden_in_line, hidden_places
from clockstop.measures.dimensions import UNITS
from clockstop.measures.measure import Measure
from clockstop.measures.suppress import is_small

Numbers = NDArray[np.float64]
Counts = tuple[float, float]
PARTS = UNITS[1:]
# The sides of a measure that are people, where not both are: a mean's numerator is an amount of days or minutes.
_DENOMINATOR_ALONE = ("mean",)


def sides_of(measure: Measure, numerator: float, denominator: float) -> tuple[float, ...]:
    """What a figure tells of people: who is counted, who is not, and all; the numerator alone where it is no part of them.

    The same of amounts as arrays.
    """
    if not measure.is_part:
        return (numerator,)
    if measure.kind in _DENOMINATOR_ALONE:
        return (denominator,)
    rest = denominator - numerator if measure.kind in ("share", "count") else 0 * denominator
    return (numerator, np.maximum(rest, 0), denominator)


def is_few(measure: Measure, numerator: float, denominator: float) -> bool:
    """Whether these sums of a measure would tell of few people."""
    return any(is_small(float(side), "k5") for side in sides_of(measure, numerator, denominator))


@dataclass(frozen=True)
class _Atoms:
    """What one trust has by division, service and site: `members` says which atoms each place holds, the first all of them."""

    places: Mapping[tuple[str, str], int]
    members: NDArray[np.bool_]
    kinds: tuple[str, ...]
    rows: Mapping[date, int]
    numerators: Numbers
    denominators: Numbers

    def sums(self, end: date) -> Counts:
        """The trust's own total."""
        if end not in self.rows:
            return 0.0, 0.0
        return float(self.numerators[self.rows[end]].sum()), float(self.denominators[self.rows[end]].sum())


@dataclass(frozen=True)
class HiddenValues:
    """The values of a cut that are hidden of a trust, and the groups of values, such as the five ethnic groups."""

    values: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()


class SharedPlaces:
    """What is hidden of one measure from a reader who is not cleared for the trusts `uncleared`."""

    def __init__(self, measure: Measure, atoms: Mapping[str, _Atoms], uncleared: frozenset[str]) -> None:
        self._measure = measure
        self._atoms = {trust: one for trust, one in atoms.items() if trust in uncleared}
        self._tops: dict[date, tuple[frozenset[str], bool]] = {}
        self._places: dict[tuple[str, date], NDArray[np.bool_]] = {}

    def is_hidden(self, trusts: Sequence[str], parts: Mapping[str, str], end: date) -> bool:
        """Whether the sum over these trusts of the division, service or site in `parts` is hidden; of whole trusts without any."""
        if not self._measure.counts_people:
            return False
        asked = [trust for trust in trusts if trust in self._atoms]
        if parts or asked != sorted(self._atoms):
            return any(self._is_hidden(trust, parts, end) for trust in asked)
        hidden, is_all_hidden = self._top(end)
        return is_all_hidden if len(trusts) > 1 else bool(hidden)

    def hidden_values(self, trust: str, by: str, counts: Mapping[str, Counts], end: date) -> "HiddenValues":
        """The values of a cut that are hidden of a whole trust, and the groups in which they stand."""
        if trust not in self._atoms or not self._measure.counts_people:
            return HiddenValues()
        is_total_hidden = trust in self._top(end)[0]
        sides = zip(*(sides_of(self._measure, *counts[value]) for value in counts), strict=True)
        each = [
            _hidden_of_cut(by, dict(zip(counts, map(float, side), strict=True)), is_total_hidden=is_total_hidden) for side in sides
        ]
        return HiddenValues(
            values=frozenset().union(*(one.values for one in each)), groups=frozenset().union(*(one.groups for one in each))
        )

    def _is_hidden(self, trust: str, parts: Mapping[str, str], end: date) -> bool:
        atoms = self._atoms[trust]
        if end not in atoms.rows:
            return False
        if not parts:
            return trust in self._top(end)[0]
        known = [atoms.places.get(part) for part in parts.items()]
        if None in known:
            return False
        present = (atoms.numerators[atoms.rows[end]] > 0) | (atoms.denominators[atoms.rows[end]] > 0)
        within = atoms.members[known].all(axis=0) & present
        if not within.any():
            return False
        same = [place for place in known if (atoms.members[place] & present).sum() == within.sum()]
        return not same or bool(self._hidden_places(trust, end)[same].any())

    def _top(self, end: date) -> tuple[frozenset[str], bool]:
        """The trusts that are hidden as a whole, and whether all of them together are."""
        if end not in self._tops:
            trusts = sorted(self._atoms)
            hidden, is_all_hidden = set(), False
            for side in zip(*(sides_of(self._measure, *self._atoms[trust].sums(end)) for trust in trusts), strict=True):
                counts = [float(one) for one in side]
                line = hidden_in_line(counts)
                gaps = [count for count, gap in zip(counts, line, strict=True) if gap and count > 0]
                hidden |= {trust for trust, gap in zip(trusts, line, strict=True) if gap}
                is_all_hidden |= is_small(sum(counts), "k5") or len(gaps) == 1 or is_small(sum(gaps), "k5")
            self._tops[end] = frozenset(hidden), is_all_hidden
        return self._tops[end]

    def _hidden_places(self, trust: str, end: date) -> NDArray[np.bool_]:
        key = (trust, end)
        if key not in self._places:
            atoms = self._atoms[trust]
            row = atoms.rows[end]
            is_total_hidden = trust in self._top(end)[0]
            found = np.zeros(len(atoms.kinds), dtype=bool)
            for side in sides_of(self._measure, atoms.numerators[row], atoms.denominators[row]):
                found |= hidden_places(atoms.members, atoms.kinds, np.asarray(side), is_total_hidden=is_total_hidden)
            self._places[key] = found
        return self._places[key]


def shared_places(
    desk: Desk, measures: Sequence[Measure], *, period_kind: str, uncleared: frozenset[str]
) -> dict[str, SharedPlaces]:
    """What is hidden of each measure, by slug; kept, and worked out place by place as it is asked for.

    All trusts of the snapshot are looked at, those that the reader does not see too: a scope that is narrowed to one trust must not
    show what the whole hides.
    """
    kept: dict[str, SharedPlaces] = desk.kept_answer(("shared places", period_kind, uncleared), dict)
    if missing := [one for one in measures if one.slug not in kept]:
        atoms = _atoms(desk, missing, period_kind)
        for one in missing:
            kept[one.slug] = SharedPlaces(one, atoms[one.slug], uncleared)
    return {one.slug: kept[one.slug] for one in measures}


def _hidden_of_cut(by: str, counts: Mapping[str, float], *, is_total_hidden: bool) -> HiddenValues:
    """What is hidden of one side: groups as a line of the whole, and the values of each group that is shown as a line of it."""
    groups = [(key, values) for key, _, values in plan_of(by, sorted(counts)).groups]
    sums = [sum(counts[value] for value in values) for _, values in groups]
    first = [is_total_hidden and place == _smallest(sums) for place in range(len(sums))]
    line = hidden_in_line(sums, hidden=first)
    values: set[str] = set()
    for (_, within), is_gap in zip(groups, line, strict=True):
        parts = [True] * len(within) if is_gap else hidden_in_line([counts[value] for value in within])
        values |= {value for value, gap in zip(within, parts, strict=True) if gap and counts[value] > 0}
    return HiddenValues(frozenset(values), frozenset(key for (key, _), is_gap in zip(groups, line, strict=True) if is_gap))


def _smallest(counts: Sequence[float]) -> int | None:
    return min((place for place, count in enumerate(counts) if count > 0), key=lambda place: (counts[place], place), default=None)


def _atoms(desk: Desk, measures: Sequence[Measure], period_kind: str) -> dict[str, dict[str, _Atoms]]:
    """The atoms of every trust of the snapshot, by measure and trust."""
    kinds = {one.histogram or one.slug: "now" if one.is_current_only else period_kind for one in measures}
    table = desk.table("series")
    table = table.filter(table.cut == "", table.measure.isin(sorted(kinds)), table.period_kind.isin(sorted(set(kinds.values()))))
    summed = table.group_by("measure", "period_kind", "period_end", *UNITS).aggregate(
        numerator=table.numerator.sum(), denominator=table.denominator.sum()
    )
    found: dict[tuple[str, str], list[dict]] = {}
    for row in desk.rows(summed).to_pylist():
        if kinds[row["measure"]] == row["period_kind"]:
            found.setdefault((row["measure"], row["trust"]), []).append(row)
    each = {key: _atoms_of(rows) for key, rows in found.items()}
    return {
        one.slug: {trust: atoms for (name, trust), atoms in each.items() if name == (one.histogram or one.slug)} for one in measures
    }


def _atoms_of(rows: Sequence[Mapping]) -> _Atoms:
    names = sorted({tuple(row[part] for part in PARTS) for row in rows}, key=str)
    column = {name: place for place, name in enumerate(names)}
    ends = {end: place for place, end in enumerate(sorted({row["period_end"] for row in rows}))}
    numerators, denominators = np.zeros((len(ends), len(names))), np.zeros((len(ends), len(names)))
    for row in rows:
        at = ends[row["period_end"]], column[tuple(row[part] for part in PARTS)]
        numerators[at], denominators[at] = row["numerator"], row["denominator"]
    places = [(part, value) for place, part in enumerate(PARTS) for value in sorted({name[place] for name in names}, key=str)]
    members = [[True] * len(names), *([name[PARTS.index(part)] == value for name in names] for part, value in places)]
    return _Atoms(
        places={place: number for number, place in enumerate(places, start=1)},
        members=np.array(members, dtype=bool),
        kinds=("trust", *(part for part, _ in places)),
        rows=ends,
        numerators=numerators,
        denominators=denominators,
    )
