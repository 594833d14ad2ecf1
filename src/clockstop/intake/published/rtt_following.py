"""RTT's published figures over the months, with what became part of a provider, and back to the lines of the extract."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clockstop.errors import UnknownName
from clockstop.intake.published import catalogue, rtt_full_extract, rtt_published
from clockstop.intake.published.following import Point
from clockstop.intake.published.rtt_figures import COUNTS, ENGLAND, FIGURES, NOT_ENGLISH_COMMISSIONER, TOTAL, WEEKS
from clockstop.intake.published.rtt_header import band_column
from clockstop.intake.published.rtt_published import AreaFigures
from clockstop.intake.published.shipped import organisations, with_region
from clockstop.intake.published.successions import Succession, followed_codes, predecessors
from clockstop.rules.rtt_bands import LONG_WAIT_WEEKS, STANDARD_WEEKS
from clockstop.store.home import Home

if TYPE_CHECKING:
    import pandas as pd
# The part of the extract that a percentile is worked out of.
_PART_OF_WEEKS = {"admitted": "completed_admitted", "non_admitted": "completed_non_admitted"}
_WITHIN = "_within_18_weeks"
_AREA_COLUMN = {"provider": "provider", "icb": "icb", "region": "region_code"}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """An area and what is counted of it."""

    kind: str = "england"
    code: str = ENGLAND
    treatment_function: str = TOTAL
    include_nonc: bool = False


@dataclass(frozen=True, kw_only=True)
class FollowedRtt:
    """A provider's figures of a month with its predecessors' added: `parts` are as published, its own first.

    A median or percentile cannot be added up: null where there are several parts.
    """

    code: str
    parts: tuple[AreaFigures, ...]
    added: tuple[Succession, ...]
    divided: tuple[Succession, ...]
    values: dict[str, float | None]


@dataclass(frozen=True, kw_only=True)
class ExtractLine:
    """A line of the extract as it stood in the file, and what it adds to the figure; a percentile is worked out of them all."""

    line: int
    provider: str
    commissioner: str
    treatment_function: str
    value: int


@dataclass(frozen=True, kw_only=True)
class TracedRtt:
    """A figure, the file that it is of, the lines that it was added up of, and what each revision of that file says.

    `kept` is None where the figure is of the table that ships; `lines` are empty where the source is no extract.
    """

    found: AreaFigures
    key: str
    kept: catalogue.Revision | None
    part: str
    lines: tuple[ExtractLine, ...]
    revisions: tuple[tuple[catalogue.Revision, float | None], ...]

    @property
    def value(self) -> float | None:
        """The figure itself."""
        return self.found.row.get(self.key)


def require_key(key: str) -> None:
    """Refuse what is no figure of RTT, naming those that are."""
    if key not in FIGURES:
        raise UnknownName(f"There is no figure {key} in rtt.", where=f"There are: {', '.join(FIGURES)}.", do="Give one of these.")


def figures_of(home: Home, month: str | None, asked: Asked, number: int | None = None) -> AreaFigures:
    """The figures of what is asked, from the best source."""
    return rtt_published.area_figures(
        home,
        month,
        area_kind=asked.kind,
        area_code=asked.code,
        treatment_function=asked.treatment_function,
        include_nonc=asked.include_nonc,
        number=number,
    )


def followed(home: Home, month: str | None, asked: Asked, number: int | None = None) -> FollowedRtt:
    """The figures of a provider and of all that became part of it, in a month; those that nobody returned are not added."""
    own = figures_of(home, month, asked, number)
    codes = [(one.predecessor, one) for one in followed_codes(asked.code)]
    parts, added = [own] if own.is_in_extract or not codes else [], []
    for code, succession in codes:
        found = _returned(home, own.month, Asked(**{**vars(asked), "code": code}), number)
        if found is not None:
            parts.append(found)
            added.append(succession)
    parts = parts or [own]
    whole = [asked.code, *(code for code, _ in codes)]
    return FollowedRtt(
        code=asked.code,
        parts=tuple(parts),
        added=tuple(added),
        divided=tuple(one for code in whole for one in predecessors(code) if not one.is_whole),
        values=_added_up([part.row for part in parts]),
    )


def _returned(home: Home, month: str, asked: Asked, number: int | None) -> AreaFigures | None:
    """The figures where a file has them: noughts of who returned nothing are none."""
    try:
        found = figures_of(home, month, asked, number)
    except UnknownName:
        return None
    return found if found.is_in_extract else None


def _added_up(rows: list[dict]) -> dict[str, float | None]:
    if len(rows) == 1:
        return {key: rows[0].get(key) for key in FIGURES}
    sums: dict[str, float | None] = {}
    for key in FIGURES:
        known = [row[key] for row in rows if row.get(key) is not None]
        sums[key] = None if key in WEEKS or len(known) < len(rows) else sum(known)
    return sums


def run(home: Home, key: str, asked: Asked, *, follow: bool = False, first: str = "", last: str = "") -> list[Point]:
    """A figure month by month, as published, or with the provider's predecessors added; months without it are left out."""
    require_key(key)
    months = rtt_published.months(home)
    points = [
        point
        for month in months
        if (first or month) <= month <= (last or month) and (point := _point(home, month, key, asked, follow=follow)) is not None
    ]
    if not points:
        raise UnknownName(
            f"There is no figure {key} of {asked.code} in rtt, treatment function {asked.treatment_function}.",
            where=f"Looked through {len(months)} months.",
            do="`clockstop published show rtt` shows a month; `clockstop published list` shows what is loaded.",
        )
    return points


def _point(home: Home, month: str, key: str, asked: Asked, *, follow: bool) -> Point | None:
    if follow:
        try:
            together = followed(home, month, asked)
        except UnknownName:
            return None
        parts, value = [part for part in together.parts if part.is_in_extract], together.values[key]
    else:
        found = _returned(home, month, asked, None)
        parts, value = [found] if found else [], found.row.get(key) if found else None
    if not parts:
        return None
    return Point(
        month=month,
        value=value,
        text="",
        codes=tuple(part.row["area_code"] for part in parts),
        revisions=tuple(part.source.file_name or part.source.title for part in parts),
    )


def traced(home: Home, month: str | None, key: str, asked: Asked, number: int | None = None) -> TracedRtt:
    """Where a figure comes from: the file, its revision, and the lines of the extract that it was added up of."""
    require_key(key)
    found = figures_of(home, month, asked, number)
    kept = _kept(home, found)
    part = _bands(key)[0]
    is_extract = kept is not None and kept.publication == rtt_full_extract.PUBLICATION.slug and part
    return TracedRtt(
        found=found,
        key=key,
        kept=kept,
        part=part,
        lines=tuple(_lines(home, kept, asked, key)) if kept is not None and is_extract else (),
        revisions=tuple(_said(home, found, kept, key, asked)) if kept is not None else (),
    )


def _kept(home: Home, found: AreaFigures) -> catalogue.Revision | None:
    source = found.source
    return next(
        (
            one
            for one in catalogue.revisions(home)
            if (one.file_name, one.number, one.loaded_at) == (source.file_name, source.revision, source.loaded_at)
        ),
        None,
    )


def _bands(key: str) -> tuple[str, int, int | None]:
    """The part of the extract that a figure is of, and the first and last band that it counts; all where the last is None."""
    if key.endswith("_with_estimates"):
        return "", 0, None
    if key in WEEKS:
        stem = key.removesuffix("_median_weeks").removesuffix("_percentile_95_weeks")
        return _PART_OF_WEEKS.get(stem, "incomplete"), 0, None
    if key.endswith(_WITHIN) or key == _WITHIN[1:]:
        return key.removesuffix(_WITHIN) if key in COUNTS and key != _WITHIN[1:] else "incomplete", 0, STANDARD_WEEKS
    for weeks in LONG_WAIT_WEEKS:
        if key == f"over_{weeks}_weeks":
            return "incomplete", weeks, None
    return key, 0, None


def _lines(home: Home, kept: catalogue.Revision, asked: Asked, key: str) -> Iterable[ExtractLine]:
    """The lines that add to the figure, in the order of the file."""
    from pyarrow import parquet

    part = _bands(key)[0]
    rows = parquet.read_table(catalogue.table_file(home, kept, "rows"), filters=[("part", "=", part)]).to_pandas()
    rows = _of_function(_of_area(rows, asked), asked.treatment_function)
    if not asked.include_nonc:
        rows = rows[rows["commissioner"] != NOT_ENGLISH_COMMISSIONER]
    rows = rows.assign(value=_counted(rows, key, int(kept.details["closed_bands"])).fillna(0).astype("int64"))
    for row in rows[rows["value"] > 0].sort_values("line").itertuples():
        yield ExtractLine(
            line=int(row.line),
            provider=row.provider,
            commissioner=row.commissioner or "",
            treatment_function=row.treatment_function,
            value=int(row.value),
        )


def _counted(rows: "pd.DataFrame", key: str, closed: int) -> "pd.Series":
    """What each line adds: all of it, or its bands."""
    _, low, high = _bands(key)
    if (low, high) == (0, None):
        return rows["total_all"]
    bands = [band_column(lower) for lower in range(low, closed if high is None else high)]
    return rows[[*bands, *(["weeks_over"] if high is None else [])]].sum(axis=1)


def _of_function(rows: "pd.DataFrame", function: str) -> "pd.DataFrame":
    """The lines of a function. Where the total is asked for, a party without a line of it is counted by its functions."""
    is_asked = rows["treatment_function"] == function
    if function != TOTAL:
        return rows[is_asked]
    return rows[is_asked | ~is_asked.groupby([rows["provider"], rows["commissioner"].fillna("")]).transform("any")]


def _of_area(rows: "pd.DataFrame", asked: Asked) -> "pd.DataFrame":
    if asked.kind == "england":
        return rows
    rows = with_region(rows, organisations()) if asked.kind == "region" else rows
    return rows[rows[_AREA_COLUMN[asked.kind]] == asked.code]


def _said(
    home: Home, found: AreaFigures, kept: catalogue.Revision, key: str, asked: Asked
) -> Iterable[tuple[catalogue.Revision, float | None]]:
    """What every revision of the same file says."""
    for one in catalogue.revisions(home, kept.publication, kept.month):
        if one.only_provider != kept.only_provider:
            continue
        try:
            said = figures_of(home, found.month, asked, one.number)
        except UnknownName:
            continue
        if said.source.file_name == one.file_name:
            yield one, said.row.get(key)
