"""The groups of a cut, and what each has: who is counted, who waits how long, and which part of all it is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from clockstop.insight.inequality import ETHNIC_GROUPS, LONGEST, MEDIAN, NOT_KNOWN, UNKNOWN, Waits, share_gap
from clockstop.insight.intervals import Interval, wilson
from clockstop.measures.dimensions import DIMENSIONS
from clockstop.measures.measure import Measure


@dataclass(frozen=True, kw_only=True)
class Group:
    """A group of people. All figures are None where it `is_hidden` for this reader.

    `beside_rest` is its share less everybody else's. `of_list` is its part of all who are counted, `of_catchment` its part of
    those who live in the catchment.
    """

    key: str
    title: str
    is_unknown: bool
    is_hidden: bool
    numerator: float | None
    denominator: float | None
    value: float | None
    interval: Interval | None
    of_list: float | None
    of_catchment: float | None
    waits: Waits
    median: Interval | None
    longest: Interval | None
    beside_rest: Interval | None


@dataclass(frozen=True)
class Plan:
    """The groups of a cut with their values, in order, and where groups are made of codes those codes."""

    groups: tuple[tuple[str, str, tuple[str, ...]], ...]
    codes: tuple[tuple[str, str], ...]

    @property
    def every(self) -> tuple[str, ...]:
        """Every value of every group."""
        return tuple(key for _, _, keys in self.groups for key in keys)


def plan_of(by: str, found: Sequence[str]) -> Plan:
    """The groups of a cut among the values that were found; who is not known stands last.

    >>> [key for key, _, _ in plan_of("deprivation_quintile", ["unknown", "2", "1"]).groups]
    ['1', '2', 'unknown']
    """
    titles = DIMENSIONS[by]
    unknown = NOT_KNOWN.get(by, (UNKNOWN,))
    last = tuple(value for value in found if value in unknown)
    not_known = ((UNKNOWN, "Not known or not stated" if by == "ethnic_category" else "Not known", last),) if last else ()
    if by != "ethnic_category":
        known = tuple((value, titles.title_of(value), (value,)) for value in found if value not in unknown)
        return Plan((*known, *not_known), ())
    placed = {code for _, codes in ETHNIC_GROUPS.values() for code in codes}
    odd = tuple(value for value in found if value not in placed and value not in unknown)
    groups = [(key, title, tuple(code for code in codes if code in found)) for key, (title, codes) in ETHNIC_GROUPS.items()]
    groups += [("odd", "A code that is not of the list", odd)] if odd else []
    codes = tuple((value, titles.title_of(value)) for _, _, values in groups for value in values)
    return Plan((*(one for one in groups if one[2]), *not_known), codes)


@dataclass(frozen=True)
class Counted:
    """The sums and waits of each trust and value of the cut."""

    cells: Mapping[tuple[str, str], tuple[float, float, Mapping[int, float]]]
    is_banded: bool

    @classmethod
    def of(cls, rows: Iterable[Mapping], *, is_banded: bool) -> "Counted":
        """From one row a trust, value and length of wait; a wait of no known length has none."""
        cells: dict[tuple[str, str], tuple[float, float, dict[int, float]]] = {}
        for row in rows:
            numerator, denominator, waits = cells.get((row["trust"], row["group"]), (0.0, 0.0, {}))
            if row["wait"] is not None and row["denominator"]:
                waits[row["wait"]] = waits.get(row["wait"], 0.0) + row["rows"]
            cells[row["trust"], row["group"]] = (numerator + row["numerator"], denominator + row["denominator"], waits)
        return cls(cells, is_banded)

    def sums(self, trusts: Sequence[str], keys: Sequence[str]) -> tuple[float, float]:
        """Numerator and denominator of these trusts and values."""
        found = [self.cells.get((trust, key), (0.0, 0.0, {})) for trust in trusts for key in keys]
        return sum(one[0] for one in found), sum(one[1] for one in found)

    def of_trust(self, trust: str) -> dict[str, tuple[float, float]]:
        """Numerator and denominator of each value that the trust has."""
        return {value: (one[0], one[1]) for (code, value), one in self.cells.items() if code == trust}

    def waits(self, trusts: Sequence[str], keys: Sequence[str]) -> Waits:
        """The waits of these trusts and values."""
        counts: dict[int, float] = {}
        for trust in trusts:
            for key in keys:
                for length, number in self.cells.get((trust, key), (0.0, 0.0, {}))[2].items():
                    counts[length] = counts.get(length, 0.0) + number
        return Waits(counts, self.is_banded)


def group_of(
    measure: Measure,
    counted: Counted,
    trusts: Sequence[str],
    *,
    keys: Sequence[str],
    key: str,
    title: str,
    is_unknown: bool,
    whole: Group | None = None,
    is_hidden: bool = False,
    of_catchment: float | None = None,
) -> Group:
    """The group of these values; nothing of it but its name where it is hidden."""
    numerator, denominator = counted.sums(trusts, keys)
    waits = Waits({}, counted.is_banded) if is_hidden else counted.waits(trusts, keys)
    is_all = _is_all(measure, counted)
    is_share = measure.kind in ("share", "count") and measure.is_part and not is_all
    return Group(
        key=key,
        title=title,
        is_unknown=is_unknown,
        is_hidden=is_hidden,
        numerator=None if is_hidden else numerator,
        denominator=None if is_hidden else denominator,
        value=None if is_hidden or not denominator or is_all else _value(measure, numerator, denominator),
        interval=wilson(numerator, denominator) if is_share and not is_hidden else None,
        of_list=denominator / whole.denominator if whole and whole.denominator and not is_hidden else None,
        of_catchment=of_catchment,
        waits=waits,
        median=waits.quantile(MEDIAN),
        longest=waits.quantile(LONGEST),
        beside_rest=_beside_rest(numerator, denominator, whole) if is_share and not is_hidden else None,
    )


def _is_all(measure: Measure, counted: Counted) -> bool:
    """Whether the measure counts all who are there, so that a group's share of its own would be the whole of it."""
    is_every = all(numerator == denominator for numerator, denominator, _ in counted.cells.values())
    return measure.kind == "quantile" or (measure.kind == "count" and is_every)


def _value(measure: Measure, numerator: float, denominator: float) -> float | None:
    return numerator / denominator if measure.kind == "count" else measure.value(numerator, denominator)


def _beside_rest(numerator: float, denominator: float, whole: Group | None) -> Interval | None:
    if whole is None or whole.numerator is None or whole.denominator is None:
        return None
    return share_gap((numerator, denominator), (whole.numerator - numerator, whole.denominator - denominator))
