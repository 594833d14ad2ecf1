"""Where are we: each headline measure for each unit, with the point before, the target and a spark."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from clockstop.answers.desk import Desk
from clockstop.answers.organisation import service_name
from clockstop.answers.scope import Scope
from clockstop.answers.series import Point, Series, many
from clockstop.answers.spc import Icons, icons_of
from clockstop.measures.catalogue import families, family_title
from clockstop.measures.catalogue import measure as measure_of
from clockstop.measures.dimensions import DIMENSIONS, UNITS, UNKNOWN
from clockstop.measures.targets import bar

SPARK_MONTHS = 13
# As many as a measure's own page shows, so that its icons are the same.
JUDGED_MONTHS = 36
Rebases = Mapping[tuple[str, str], tuple[date, ...]]
# Of each family on the page of the whole group, where several families have data: the first headlines of its catalogue.
MOST_OF_A_FAMILY = 4


@dataclass(frozen=True)
class Cell:
    """One measure of one unit: its latest point, the one before, what it should be, the run for a spark, and its SPC icons."""

    measure: str
    title: str
    kind: str
    improvement: str
    latest: Point | None
    previous: Point | None
    target: float | None
    target_title: str
    spark: tuple[Point, ...]
    unit: str = "weeks"
    icons: Icons | None = None


@dataclass(frozen=True)
class BoardRow:
    """A unit (trust, division or service) and its cells, in the order of the board's measures."""

    level: str
    code: str
    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Board:
    """The overview of one place in the tree. `rows` are the unit itself, then the units below it.

    `without_data`: the families, and the single measures of others, of which nothing was counted here, in words.
    """

    as_of: date
    snapshot_id: str
    measures: tuple[str, ...]
    rows: tuple[BoardRow, ...]
    without_data: tuple[str, ...] = ()

    def by_family(self) -> "tuple[tuple[str, Board], ...]":
        """The same a family at a time, each with its title."""
        found = []
        for family, members in families().items():
            slugs = {one.slug for one in members}
            places = [place for place, slug in enumerate(self.measures) if slug in slugs]
            if places:
                rows = tuple(replace(row, cells=tuple(row.cells[place] for place in places)) for row in self.rows)
                mine = tuple(self.measures[place] for place in places)
                found.append((family_title(family), replace(self, measures=mine, rows=rows)))
        return tuple(found)


def overview(scope: Scope, desk: Desk, where: Mapping[str, str], *, rebases: Rebases | None = None) -> Board:
    """The headline measures, month by month, of the place that `where` names and of each unit below it.

    `rebases`: the days from which a chart's limits were recalculated, by the key of the unit ('' is the place itself) and measure.
    """
    known = rebases or {}
    key = ("board", scope.trusts, scope.clearance, tuple(sorted(where.items())), tuple(sorted(known.items())))
    return desk.kept_answer(key, lambda: _overview(scope, desk, where, known))


def _overview(scope: Scope, desk: Desk, where: Mapping[str, str], rebases: Rebases) -> Board:
    every = tuple(measure.slug for members in families().values() for measure in members if measure.is_headline)
    below = _below(where)
    whole = many(scope, desk, every, period_kind="month", where=where)
    slugs = _shown({slug for slug in every if whole[slug][0].points}, is_group=not where)
    parts = many(scope, desk, slugs, period_kind="month", where=where, by=below) if below else {}
    keys = sorted({one.key for found in parts.values() for one in found}, key=lambda key: (key == UNKNOWN, key))
    titles = {one.key: one.title for found in parts.values() for one in found}
    level, code, title = _place(desk, where)
    top = BoardRow(level, code, title, tuple(_cell(slug, whole[slug], "", level) for slug in slugs))
    rows = [
        BoardRow(below or "", key, titles[key], tuple(_cell(slug, parts[slug], key, below or "") for slug in slugs)) for key in keys
    ]
    without = _without_data({slug for slug in every if not whole[slug][0].points})
    judged = _with_icons((top, *rows), {"": whole, **_by_key(parts, keys)}, rebases, has_trust=bool(where.get("trust")))
    return Board(desk.as_of, desk.snapshot_id, slugs, judged, without)


def _by_key(parts: Mapping[str, tuple[Series, ...]], keys: Sequence[str]) -> dict[str, dict[str, tuple[Series, ...]]]:
    """Of each unit its series by measure."""
    found: dict[str, dict[str, tuple[Series, ...]]] = {key: {} for key in keys}
    for slug, series in parts.items():
        for one in series:
            found[one.key][slug] = (one,)
    return found


def _with_icons(
    rows: tuple[BoardRow, ...], known: Mapping[str, Mapping[str, tuple[Series, ...]]], rebases: Rebases, *, has_trust: bool
) -> tuple[BoardRow, ...]:
    """The rows with the icons of each cell that has a latest value, all judged at once; the first row is the place itself."""
    keys = ["", *(row.code for row in rows[1:])]
    for level in ("national", "trust"):
        asked = [
            (row, cell.measure, keys[row])
            for row in range(len(rows))
            for cell in rows[row].cells
            if ("trust" if has_trust or rows[row].level == "trust" else "national") == level and cell.measure in known[keys[row]]
        ]
        series = [_shown_months(known[key][slug][0]) for _row, slug, key in asked]
        days = [rebases.get((key, slug), ()) for _row, slug, key in asked]
        icons = icons_of(series, period_kind="month", level=level, rebases=days)
        found = {(row, slug): one for (row, slug, _key), one in zip(asked, icons, strict=True)}
        rows = tuple(
            replace(row, cells=tuple(replace(cell, icons=found.get((place, cell.measure), cell.icons)) for cell in row.cells))
            for place, row in enumerate(rows)
        )
    return rows


def _shown_months(one: Series) -> Series:
    """As many months as the measure's own page judges."""
    return replace(one, points=one.points[-JUDGED_MONTHS:])


def _shown(counted: set[str], *, is_group: bool) -> tuple[str, ...]:
    """The headline measures that something was counted of; for the group the first of each family where there are several."""
    found = [[one.slug for one in members if one.slug in counted] for members in families().values()]
    is_short = is_group and sum(1 for slugs in found if slugs) > 1
    return tuple(slug for slugs in found for slug in (slugs[:MOST_OF_A_FAMILY] if is_short else slugs))


def _without_data(missing: set[str]) -> tuple[str, ...]:
    said: list[str] = []
    for family, members in families().items():
        headlines = [one for one in members if one.is_headline]
        lacking = [one for one in headlines if one.slug in missing]
        is_whole = bool(lacking) and len(lacking) == len(headlines)
        said += [family_title(family)] if is_whole else [one.title for one in lacking]
    return tuple(said)


def _below(where: Mapping[str, str]) -> str | None:
    """The level below the last one that `where` names."""
    named = [UNITS.index(name) for name in where if name in UNITS]
    place = max(named, default=-1) + 1
    return UNITS[place] if place < len(UNITS) else None


def _place(desk: Desk, where: Mapping[str, str]) -> tuple[str, str, str]:
    level = next((level for level in reversed(UNITS) if where.get(level)), "")
    if not level:
        return "group", "", "All trusts"
    code = where[level]
    if level == "trust" and code in desk.manifest.trusts:
        return level, code, desk.manifest.trusts[code].name
    return level, code, service_name(code) if level == "service" else DIMENSIONS[level].title_of(code)


def _cell(slug: str, found: tuple[Series, ...], key: str, level: str) -> Cell:
    measure = measure_of(slug)
    points = next((one.points for one in found if one.key == key), ())[-SPARK_MONTHS:]
    latest = points[-1] if points else None
    target = bar(slug, level="national" if level == "group" else "trust", on=latest.period_end) if latest else None
    return Cell(
        measure=slug,
        title=measure.title,
        kind=measure.kind,
        improvement=measure.improvement,
        latest=latest,
        previous=points[-2] if len(points) > 1 else None,
        target=target.value if target else None,
        target_title=target.title.lower() if target else "",
        spark=points,
        unit=measure.unit,
    )
