"""Where are we: each headline measure for each unit, with the point before, the target and a spark."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from clockstop.answers.desk import Desk
from clockstop.answers.organisation import service_name
from clockstop.answers.scope import Scope
from clockstop.answers.series import Point, Series, many
from clockstop.measures.catalogue import measure as measure_of
from clockstop.measures.catalogue import measures
from clockstop.measures.dimensions import DIMENSIONS, UNITS, UNKNOWN
from clockstop.measures.targets import bar

SPARK_MONTHS = 13


@dataclass(frozen=True)
class Cell:
    """One measure of one unit: its latest point, the one before, what it should be, and the run for a spark."""

    measure: str
    title: str
    kind: str
    improvement: str
    latest: Point | None
    previous: Point | None
    target: float | None
    target_title: str
    spark: tuple[Point, ...]


@dataclass(frozen=True)
class BoardRow:
    """A unit (trust, division or service) and its cells, in the order of the board's measures."""

    level: str
    code: str
    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Board:
    """The overview of one place in the tree. `rows` are the unit itself, then the units below it."""

    as_of: date
    snapshot_id: str
    measures: tuple[str, ...]
    rows: tuple[BoardRow, ...]


def overview(scope: Scope, desk: Desk, where: Mapping[str, str]) -> Board:
    """The headline measures, month by month, of the place that `where` names and of each unit below it."""
    key = ("board", scope.trusts, scope.patient_trusts, tuple(sorted(where.items())))
    return desk.kept_answer(key, lambda: _overview(scope, desk, where))


def _overview(scope: Scope, desk: Desk, where: Mapping[str, str]) -> Board:
    slugs = tuple(measure.slug for measure in measures().values() if measure.is_headline)
    below = _below(where)
    whole = many(scope, desk, slugs, period_kind="month", where=where)
    parts = many(scope, desk, slugs, period_kind="month", where=where, by=below) if below else {}
    keys = sorted({one.key for found in parts.values() for one in found}, key=lambda key: (key == UNKNOWN, key))
    titles = {one.key: one.title for found in parts.values() for one in found}
    level, code, title = _place(desk, where)
    top = BoardRow(level, code, title, tuple(_cell(slug, whole[slug], "", level) for slug in slugs))
    rows = [
        BoardRow(below or "", key, titles[key], tuple(_cell(slug, parts[slug], key, below or "") for slug in slugs)) for key in keys
    ]
    return Board(desk.as_of, desk.snapshot_id, slugs, (top, *rows))


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
    )
