"""Which figures of trusts that are not the reader's own are hidden, decided once for every page, cut and call alike.

Whatever is asked, the answer is the same: a place hidden on one page is hidden on all, whatever stands beside it there, so that no
page can be taken away from another (measures/differencing.py). Shared are trusts, and of each trust its divisions, services and
sites, and the values of a cut of the whole trust. What lies finer (a service at one site, the ages of a service) is not shared,
unless it is the very same people as a place that is. A sum over trusts is shown where every part of it may be.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clockstop.answers.desk import Desk
from clockstop.answers.inequality_groups import plan_of
from clockstop.measures.differencing import hidden_in_line, hidden_places_of_many
from clockstop.measures.dimensions import UNITS
from clockstop.measures.measure import Measure
from clockstop.measures.suppress import is_small

Numbers = NDArray[np.float64]
Truths = NDArray[np.bool_]
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
class _Places:
    """What a measure has of one trust by division, service and site, period by period, and which of these places are hidden.

    `members` says which atoms each place holds, the first all of them.
    """

    places: Mapping[tuple[str, str], int]
    members: Truths
    rows: Mapping[date, int]
    is_present: Truths
    hidden: Truths

    def is_hidden(self, parts: Mapping[str, str], end: date) -> bool:
        """Whether what is in all of these places is hidden; it is shared where it is the very same people as one of them."""
        known = [self.places[part] for part in parts.items() if part in self.places]
        if end not in self.rows or len(known) < len(parts):
            return False
        row = self.rows[end]
        within = self.members[known].all(axis=0) & self.is_present[row]
        if not within.any():
            return False
        same = [place for place in known if (self.members[place] & self.is_present[row]).sum() == within.sum()]
        return not same or bool(self.hidden[row, same].any())


@dataclass(frozen=True)
class HiddenValues:
    """The values of a cut that are hidden of a trust, and the groups of values, such as the five ethnic groups."""

    values: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()


class SharedPlaces:
    """What is hidden of one measure from a reader who is not cleared for some trusts, of which `totals` says what each has."""

    def __init__(self, measure: Measure, totals: Mapping[str, Mapping[date, Counts]]) -> None:
        self._measure = measure
        self._totals = totals
        self._tops: dict[date, tuple[frozenset[str], bool]] = {}
        self._places: dict[str, _Places] = {}

    def lacks(self, trust: str) -> bool:
        """Whether the trust's places are still to be settled; those of measures that hide nothing never are."""
        return self._measure.counts_people and trust in self._totals and trust not in self._places

    def is_hidden(self, trusts: Sequence[str], parts: Mapping[str, str], end: date) -> bool:
        """Whether the sum over these trusts of the division, service or site in `parts` is hidden; of whole trusts without any."""
        if not self._measure.counts_people:
            return False
        asked = [trust for trust in trusts if trust in self._totals]
        if parts or asked != sorted(self._totals):
            return any(self._is_hidden(trust, parts, end) for trust in asked)
        hidden, is_all_hidden = self._top(end)
        return is_all_hidden if len(trusts) > 1 else bool(hidden)

    def hidden_values(self, trust: str, by: str, counts: Mapping[str, Counts], end: date) -> HiddenValues:
        """The values of a cut that are hidden of a whole trust, and the groups in which they stand."""
        if trust not in self._totals or not self._measure.counts_people:
            return HiddenValues()
        is_total_hidden = self.is_total_hidden(trust, end)
        sides = zip(*(sides_of(self._measure, *counts[value]) for value in counts), strict=True)
        each = [
            _hidden_of_cut(by, dict(zip(counts, map(float, side), strict=True)), is_total_hidden=is_total_hidden) for side in sides
        ]
        return HiddenValues(
            values=frozenset().union(*(one.values for one in each)), groups=frozenset().union(*(one.groups for one in each))
        )

    def is_total_hidden(self, trust: str, end: date) -> bool:
        """Whether the whole trust is hidden."""
        return trust in self._top(end)[0]

    def sides(self, numerators: Numbers, denominators: Numbers) -> tuple[Numbers, ...]:
        """The same as `sides_of` of this measure, of amounts as arrays."""
        return tuple(np.asarray(side) for side in sides_of(self._measure, numerators, denominators))

    def settle(self, trust: str, places: _Places) -> None:
        """Keep what is hidden of a trust's places."""
        self._places[trust] = places

    def _is_hidden(self, trust: str, parts: Mapping[str, str], end: date) -> bool:
        if not parts:
            return self.is_total_hidden(trust, end)
        return trust not in self._places or self._places[trust].is_hidden(parts, end)

    def _top(self, end: date) -> tuple[frozenset[str], bool]:
        """The trusts that are hidden as a whole, and whether all of them together are."""
        if end not in self._tops:
            trusts = sorted(self._totals)
            each = [sides_of(self._measure, *self._totals[trust].get(end, (0.0, 0.0))) for trust in trusts]
            hidden, is_all_hidden = set(), False
            for side in zip(*each, strict=True):
                counts = [float(one) for one in side]
                line = hidden_in_line(counts)
                gaps = [count for count, gap in zip(counts, line, strict=True) if gap and count > 0]
                hidden |= {trust for trust, gap in zip(trusts, line, strict=True) if gap}
                is_all_hidden |= is_small(sum(counts), "k5") or len(gaps) == 1 or is_small(sum(gaps), "k5")
            self._tops[end] = frozenset(hidden), is_all_hidden
        return self._tops[end]


def shared_places(
    desk: Desk, measures: Sequence[Measure], *, period_kind: str, uncleared: frozenset[str], placed: frozenset[str] = frozenset()
) -> dict[str, SharedPlaces]:
    """What is hidden of each measure, by slug: of whole trusts, and of the places of the trusts `placed`; kept.

    All trusts of the snapshot are looked at, those that the reader does not see too: a scope that is narrowed to one trust must not
    show what the whole hides.
    """
    kept: dict[str, SharedPlaces] = desk.kept_answer(("shared places", period_kind, uncleared), dict)
    if missing := [one for one in measures if one.slug not in kept]:
        totals = _totals(desk, missing, period_kind, uncleared)
        kept |= {one.slug: SharedPlaces(one, totals.get(_name(one), {})) for one in missing}
    for trust in sorted(placed & uncleared):
        if lacking := [(one, kept[one.slug]) for one in measures if kept[one.slug].lacks(trust)]:
            _settle(desk, lacking, period_kind, trust)
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


def _name(measure: Measure) -> str:
    """The name under which the series are kept."""
    return measure.histogram or measure.slug


def _rows(desk: Desk, measures: Iterable[Measure], period_kind: str, trusts: Iterable[str], by: Sequence[str]) -> pa.Table:
    kinds = {_name(one): "now" if one.is_current_only else period_kind for one in measures}
    table = desk.table("series")
    is_asked = [
        table.measure.isin(sorted(name for name, one in kinds.items() if one == kind)) & (table.period_kind == kind)
        for kind in sorted(set(kinds.values()))
    ]
    table = table.filter(table.cut == "", table.trust.isin(sorted(trusts)), reduce(or_, is_asked))
    summed = table.group_by("measure", "period_end", *by).aggregate(
        numerator=table.numerator.sum(), denominator=table.denominator.sum()
    )
    return desk.rows(summed)


def _totals(
    desk: Desk, measures: Sequence[Measure], period_kind: str, trusts: frozenset[str]
) -> dict[str, dict[str, dict[date, Counts]]]:
    found: dict[str, dict[str, dict[date, Counts]]] = {}
    for row in _rows(desk, measures, period_kind, trusts, ["trust"]).to_pylist():
        counts = (float(row["numerator"]), float(row["denominator"]))
        found.setdefault(row["measure"], {}).setdefault(row["trust"], {})[row["period_end"]] = counts
    return found


def _settle(desk: Desk, shared: Sequence[tuple[Measure, SharedPlaces]], period_kind: str, trust: str) -> None:
    """Settle the places of a trust for all these measures and their periods at once."""
    rows = _rows(desk, [measure for measure, _ in shared], period_kind, [trust], PARTS)
    names, name_at = _codes(rows["measure"])
    ends, end_at = _codes(rows["period_end"])
    parts = [_codes(rows[part]) for part in PARTS]
    atoms, atom_at = np.unique(np.column_stack([at for _, at in parts]), axis=0, return_inverse=True)
    shape = (len(names), len(ends), len(atoms))
    numerators, denominators = np.zeros(shape), np.zeros(shape)
    at = name_at, end_at, atom_at.ravel()
    numerators[at], denominators[at] = rows["numerator"].to_numpy(), rows["denominator"].to_numpy()
    places = [(part, held) for part, (values, _) in zip(PARTS, parts, strict=True) for held in values]
    members = [atoms[:, place] == code for place, (values, _) in enumerate(parts) for code in range(len(values))]
    whole = np.vstack([np.ones((1, len(atoms)), dtype=bool), *members])
    kinds = ("trust", *(part for part, _ in places))
    sides, totals = [], []
    each = [(one, names.index(_name(measure))) for measure, one in shared]
    for one, row in each:
        sides.append(one.sides(numerators[row], denominators[row]))
        totals.append(np.array([one.is_total_hidden(trust, end) for end in ends]))
    stacked = np.concatenate([side for those in sides for side in those])
    is_total_hidden = np.concatenate([total for those, total in zip(sides, totals, strict=True) for _ in those])
    hidden = iter(hidden_places_of_many(whole, kinds, stacked, is_total_hidden).reshape(-1, len(ends), len(kinds)))
    numbers = {place: number for number, place in enumerate(places, start=1)}
    for (one, row), those in zip(each, sides, strict=True):
        found = np.any([next(hidden) for _ in those], axis=0)
        is_present = (numerators[row] > 0) | (denominators[row] > 0)
        one.settle(trust, _Places(numbers, whole, {end: place for place, end in enumerate(ends)}, is_present, found))


def _codes(column: pa.ChunkedArray) -> tuple[list, NDArray[np.intp]]:
    """The values of a column, and of each row the place of its value among them."""
    encoded = pa.chunked_array(column).combine_chunks().dictionary_encode(null_encoding="encode")
    return encoded.dictionary.to_pylist(), encoded.indices.to_numpy(zero_copy_only=False).astype(np.intp)
