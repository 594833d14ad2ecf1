"""An analyst's series, judged and written: a row a point, beside it a row a series, and the words that each column may hold."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from clockstop.insight.spc_conventions import (
    ASSURANCES,
    COLOURS,
    CONVENTIONS,
    POINT_TYPES,
    SPECIAL_CAUSE_TYPES,
    VARIATIONS,
    convention,
)
from clockstop.insight.spc_rare import CHARTS
from clockstop.intake.series_file import SeriesFile
from clockstop.intake.set_aside import safe_cell
from clockstop.reports.spc_asked import Judged, SpcAsked, judged

# Each column that is written: its name, what it says, and the words it may hold (none: a number, a day or a name).
Columns = tuple[tuple[str, str, Sequence[str]], ...]
_TRUTHS = ("true", "false")
POINT_COLUMNS: Columns = (
    ("key", "the series, as the file names it", ()),
    ("date", "the point's day, ISO", ()),
    ("value", "the value; of a T chart the days since the event before, of P and U charts the share or rate; empty: missing", ()),
    ("mean", "the mean of its section (of a G chart the middle, 0.693 of the mean)", ()),
    ("upl", "the upper process limit; empty where there is none", ()),
    ("lpl", "the lower process limit; empty where there is none", ()),
    ("outside_limits", "whether the value lies beyond a limit; empty where the value is missing", _TRUTHS),
    ("special_cause_flag", "whether a rule marks the point; empty where the value is missing", _TRUTHS),
    ("special_cause_type", "the rule that the point is named by; empty where the value is missing", SPECIAL_CAUSE_TYPES),
    ("point_type", "what the point is; empty where the value is missing", POINT_TYPES),
    ("rebase_group", "how many recalculations of its series have begun, from 0", ()),
    ("colour", "the point's colour; empty where the value is missing", tuple(dict.fromkeys(COLOURS))),
)
SUMMARY_COLUMNS: Columns = (
    ("key", "the series", ()),
    ("chart", "the kind of chart", CHARTS),
    ("convention", "which convention drew it", tuple(CONVENTIONS)),
    ("improvement", "which way is better", ("up", "down", "neutral")),
    ("points", "how many points count: neither missing nor ghosted", ()),
    ("first_date", "the day of the first point", ()),
    ("last_date", "the day of the last point that counts; this and what follows are empty where none does", ()),
    ("value", "its value", ()),
    ("mean", "the mean there", ()),
    ("upl", "the upper limit there", ()),
    ("lpl", "the lower limit there", ()),
    ("target", "the target there", ()),
    ("rebase_group", "how many recalculations have begun there", ()),
    ("variation", "the variation icon; empty with too few points", tuple(word for word in VARIATIONS if word)),
    ("assurance", "the assurance icon; empty without limits, a target or a better way", tuple(word for word in ASSURANCES if word)),
)


@dataclass(frozen=True, kw_only=True)
class SpcWritten:
    """What was written, and what the analyst should know of it."""

    summary_file: Path
    points: int
    series: int
    notes: tuple[str, ...]


def write_spc(found: SeriesFile, asked: SpcAsked, out: Path) -> SpcWritten:
    """Judge every series and write both files, whole or not at all."""
    answer = judged(found, asked)
    points, summary = points_table(found, answer), summary_table(found, asked, answer)
    beside = summary_file(out)
    _write_whole({out: points, beside: summary})
    return SpcWritten(
        summary_file=beside, points=points.num_rows, series=summary.num_rows, notes=tuple(_notes(found, asked, answer))
    )


def summary_file(out: Path) -> Path:
    """Where the rows of the series go.

    >>> summary_file(Path("points.csv")).name
    'points.summary.csv'
    """
    return out.with_name(f"{out.stem if out.suffix.lower() == '.csv' else out.name}.summary.csv")


def points_table(found: SeriesFile, answer: Judged) -> pa.Table:
    """A row a point, with POINT_COLUMNS."""
    said = answer.said
    is_missing = np.isnan(answer.values)
    special = said["special_cause"]
    return _table(POINT_COLUMNS, [
        _worded([safe_cell(key) for key in found.keys], found.series),
        pa.array(found.days),
        _numbers(answer.values),
        *(_numbers(said[name]) for name in ("mean", "upl", "lpl")),
        pa.array(said["is_outside"], mask=is_missing),
        pa.array(special > 0, mask=is_missing),
        _worded(SPECIAL_CAUSE_TYPES, special, is_missing),
        _worded(POINT_TYPES, said["point_type"], is_missing),
        pa.array(said["rebase_group"]),
        _worded(COLOURS, said["point_type"], is_missing),
    ])  # fmt: skip


def summary_table(found: SeriesFile, asked: SpcAsked, answer: Judged) -> pa.Table:
    """A row a series, with SUMMARY_COLUMNS."""
    said, count = answer.said, len(found.keys)
    last = np.zeros(count, dtype=np.int64)
    valid = np.flatnonzero(said["is_valid"])
    last[found.series[valid]] = valid
    is_empty = said["counts"] == 0

    def there(column: np.ndarray) -> np.ndarray:
        return np.where(is_empty, np.nan, column[last])

    return _table(SUMMARY_COLUMNS, [
        _worded([safe_cell(key) for key in found.keys], np.arange(count)),
        *(_worded([word], np.zeros(count, dtype=int)) for word in (asked.chart, asked.settings.convention, asked.improvement)),
        pa.array(said["counts"]),
        pa.array(found.days[found.starts]),
        pa.array(found.days[last], mask=is_empty),
        *(_numbers(there(column)) for column in (answer.values, said["mean"], said["upl"], said["lpl"], answer.targets)),
        pa.array(said["rebase_group"][last], mask=is_empty),
        _worded(VARIATIONS, said["variation"], said["variation"] == 0),
        _worded(ASSURANCES, said["assurance"], said["assurance"] == 0),
    ])  # fmt: skip


def _table(columns: Columns, arrays: list[pa.Array]) -> pa.Table:
    return pa.Table.from_arrays(arrays, names=[name for name, _says, _words in columns])


def _numbers(column: np.ndarray) -> pa.Array:
    return pa.array(column, mask=np.isnan(column))


def _worded(words: Sequence[str], codes: np.ndarray, is_missing: np.ndarray | None = None) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32), mask=is_missing), list(words)).cast(pa.string())


def _notes(found: SeriesFile, asked: SpcAsked, answer: Judged) -> list[str]:
    """What the analyst should know: series without limits, ignored recalculations."""
    notes = []
    short = int((~answer.said["has_limits"]).sum())
    least = convention(asked.settings.convention).least_points
    if short:
        notes.append(
            f"{short:,} of {len(found.keys):,} series have too few points for limits and icons (fewer than {max(least, 2)})."
        )
    if asked.rebases and asked.settings.fix_after is not None and convention(asked.settings.convention).baseline == "whole":
        notes.append("With --fix-after, --rebase is ignored: a baseline's limits hold to the end (mdc-v5).")
        return notes
    for day in asked.rebases:
        starts = (found.days >= np.datetime64(day)) & (found.days[found.starts][found.series] < np.datetime64(day))
        if not starts.any():
            notes.append(f"--rebase {day.isoformat()} changes nothing: no series has points both before it and from it on.")
    return notes


def _write_whole(files: dict[Path, pa.Table]) -> None:
    """Write the files beside their places and put them there when all are whole."""
    partial = {place: place.with_name(f".partial-{os.getpid()}-{place.name}") for place in files}
    try:
        for place, table in files.items():
            pa_csv.write_csv(table, partial[place], pa_csv.WriteOptions(quoting_style="needed"))
        for place, written in partial.items():
            written.replace(place)
    finally:
        for written in partial.values():
            written.unlink(missing_ok=True)
