"""Where two returns of one month differ, band by band, and what the differences among themselves tell."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from clockstop.rules.rtt_return_rows import NOT_ENGLISH, PART_CODES, PART_WITHOUT_BANDS, ReturnRow, number

# A band of a row that is none of the weeks: unknown starts, and the one figure of Part 3.
UNKNOWN_BAND, NO_BAND = 0, -1
OTHER_FUNCTION, OTHER_COMMISSIONER, WITHOUT_NONC = "other_function", "other_commissioner", "without_nonc"
# Fewer pathways than these that fit by chance are no explanation; our choice.
FEWEST_MOVED = 3


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One figure of two returns: ours and the other's."""

    part: str
    treatment_function: str
    commissioner: str
    band: int
    ours: int
    theirs: int

    @property
    def difference(self) -> int:
        """How many more ours has."""
        return self.ours - self.theirs


@dataclass(frozen=True, kw_only=True)
class Move:
    """Pathways that the other return has elsewhere: under another function or commissioner, or not at all (NONC)."""

    kind: str
    part: str
    ours: str
    theirs: str
    pathways: int
    first_band: int
    last_band: int


def cells(ours: Sequence[ReturnRow], theirs: Sequence[ReturnRow]) -> list[Cell]:
    """Every figure of a function that either return has, nought where one has none; total rows are sums and are left out."""
    left, right = _figures(ours), _figures(theirs)
    keys = sorted(left.keys() | right.keys(), key=lambda key: (list(PART_CODES).index(key[0]), *key[1:]))
    return [
        Cell(part=part, treatment_function=function, commissioner=commissioner, band=band,
             ours=left.get((part, function, commissioner, band), 0), theirs=right.get((part, function, commissioner, band), 0))
        for part, function, commissioner, band in keys
    ]  # fmt: skip


def by_band(found: Iterable[Cell]) -> list[Cell]:
    """The figures added up over commissioners."""
    return _added(found, lambda one: (one.part, one.treatment_function, "", one.band))


def by_function(found: Iterable[Cell]) -> list[Cell]:
    """The figures added up over commissioners and bands."""
    return _added(found, lambda one: (one.part, one.treatment_function, "", NO_BAND))


def moves(found: Sequence[Cell]) -> tuple[list[Move], list[Cell]]:
    """What looks like pathways returned elsewhere (as many more of ours as fewer of theirs, in the same weeks), and what is left.

    First NONC left out by the other, then other functions (of one commissioner), then other commissioners (of one function). What
    is left are the figures that differ still, ours as if those had been returned alike.
    """
    left = {_key(one): one.difference for one in found if one.difference}
    told = _nonc(found, left)
    told += _paired(left, OTHER_FUNCTION, place=1, same=(0, 2, 3))
    told += _paired(left, OTHER_COMMISSIONER, place=2, same=(0, 1, 3))
    return told, [replace(one, ours=one.theirs + left[_key(one)]) for one in found if left.get(_key(one))]


_Key = tuple[str, str, str, int]


def _key(one: Cell) -> _Key:
    return (one.part, one.treatment_function, one.commissioner, one.band)


def _figures(rows: Sequence[ReturnRow]) -> dict[_Key, int]:
    found: dict[_Key, int] = defaultdict(int)
    for row in rows:
        if row.is_total or row.part not in PART_CODES:
            continue
        place = (row.part, row.treatment_function, row.commissioner)
        if row.part == PART_WITHOUT_BANDS:
            found[(*place, NO_BAND)] += int(number(row.total))
            continue
        for band, cell in enumerate(row.bands, start=1):
            if number(cell):
                found[(*place, band)] += int(number(cell))
        if number(row.unknown):
            found[(*place, UNKNOWN_BAND)] += int(number(row.unknown))
    return found


def _added(found: Iterable[Cell], key_of) -> list[Cell]:  # type: ignore[no-untyped-def]
    sums: dict[_Key, list[int]] = {}
    for one in found:
        pair = sums.setdefault(key_of(one), [0, 0])
        pair[0] += one.ours
        pair[1] += one.theirs
    return [
        Cell(part=key[0], treatment_function=key[1], commissioner=key[2], band=key[3], ours=ours, theirs=theirs)
        for key, (ours, theirs) in sums.items()
    ]


def _nonc(found: Sequence[Cell], left: dict[_Key, int]) -> list[Move]:
    """Each part in which we have patients of no English commissioner, and the other return has none at all."""
    told = []
    for part in PART_CODES:
        own = [one for one in found if one.part == part and one.commissioner == NOT_ENGLISH]
        ours, theirs = sum(one.ours for one in own), sum(one.theirs for one in own)
        if ours and not theirs:
            told.append(_move(WITHOUT_NONC, part, NOT_ENGLISH, "", [(_key(one), one.ours) for one in own]))
            for one in own:
                left.pop(_key(one), None)
    return told


def _paired(left: dict[_Key, int], kind: str, *, place: int, same: tuple[int, ...]) -> list[Move]:
    """Pairs of functions (or commissioners) of a part of which one has more where the other has fewer, the greatest first."""
    pairs: dict[tuple[str, str, str], int] = defaultdict(int)
    for more, fewer in _matches(left, place, same):
        pairs[more[0], more[place], fewer[place]] += min(left[more], -left[fewer])
    told = []
    for (part, ours, theirs), _ in sorted(pairs.items(), key=lambda item: (-item[1], item[0])):
        taken = []
        for more, fewer in _matches(left, place, same):
            if (more[0], more[place], fewer[place]) == (part, ours, theirs):
                taken.append((more, fewer, min(left[more], -left[fewer])))
        count = sum(pathways for *_, pathways in taken)
        if count < FEWEST_MOVED or 2 * count < _widest(left, part, place, (ours, theirs)):
            continue
        for more, fewer, pathways in taken:
            left[more] -= pathways
            left[fewer] += pathways
        told.append(_move(kind, part, ours, theirs, [(more, pathways) for more, _, pathways in taken]))
    return told


def _matches(left: dict[_Key, int], place: int, same: tuple[int, ...]):  # type: ignore[no-untyped-def]
    """Each figure of which we have more, with each of which we have fewer, that is the same in all but one respect."""
    groups: dict[tuple[object, ...], list[_Key]] = defaultdict(list)
    for key, difference in left.items():
        if difference:
            groups[tuple(key[at] for at in same)].append(key)
    for keys in groups.values():
        for more in keys:
            for fewer in keys:
                if left[more] > 0 > left[fewer] and more[place] != fewer[place]:
                    yield more, fewer


def _widest(left: dict[_Key, int], part: str, place: int, sides: tuple[str, str]) -> int:
    """By how many either side differs in all: fewer than half of these would fit by chance."""
    more = sum(n for key, n in left.items() if key[0] == part and key[place] == sides[0] and n > 0)
    fewer = -sum(n for key, n in left.items() if key[0] == part and key[place] == sides[1] and n < 0)
    return max(more, fewer)


def _move(kind: str, part: str, ours: str, theirs: str, taken: Sequence[tuple[_Key, int]]) -> Move:
    bands = [key[3] for key, pathways in taken if pathways]
    return Move(
        kind=kind, part=part, ours=ours, theirs=theirs, pathways=sum(pathways for _, pathways in taken),
        first_band=min(bands), last_band=max(bands),
    )  # fmt: skip
