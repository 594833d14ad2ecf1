"""An analyst's series, judged and written: a row a point, beside it a row a series, and the words that each column may hold."""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa

from clockstop.errors import UserError
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
from clockstop.intake.arrays import days, numbers, texts, whole
from clockstop.intake.series_file import SeriesFile
from clockstop.intake.set_aside import safe_cell
from clockstop.reports.spc_asked import Judged, SpcAsked, judged
from clockstop.reports.spc_text import cells, repeated, rows_of, taken

# Each column that is written: its name, what it says, and the words it may hold (none: a number, a day or a name).
Columns = tuple[tuple[str, str, Sequence[str]], ...]
_TRUTHS = ("true", "false")
_POINTS_AT_ONCE = 1 << 18
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
    """Judge every series and write both files, whole or not at all; some series at a time, so that memory stays small."""
    beside, short = summary_file(out), 0
    with _whole(out, beside) as (points, summary):
        points.write(_header(POINT_COLUMNS))
        summary.write(_header(SUMMARY_COLUMNS))
        for piece in found.pieces(_POINTS_AT_ONCE):
            answer, keys = judged(piece, asked), cells([safe_cell(key) for key in piece.keys])
            points.write(point_rows(piece, keys, answer))
            summary.write(summary_rows(piece, keys, asked, answer))
            short += int((~answer.said["has_limits"]).sum())
    return SpcWritten(
        summary_file=beside, points=len(found.values), series=len(found.keys), notes=tuple(_notes(found, asked, short=short))
    )


def summary_file(out: Path) -> Path:
    """Where the rows of the series go.

    >>> summary_file(Path("points.csv")).name
    'points.summary.csv'
    """
    return out.with_name(f"{out.stem if out.suffix.lower() == '.csv' else out.name}.summary.csv")


def point_rows(found: SeriesFile, keys: pa.Array, answer: Judged) -> memoryview:
    """A line a point, with POINT_COLUMNS; `keys` are the cells of the series' names."""
    said = answer.said
    return rows_of([
        taken(keys, found.series),
        days(found.days),
        numbers(answer.values),
        repeated([said[name] for name in ("mean", "upl", "lpl")]),
        _judgements(said, is_missing=np.isnan(answer.values)),
    ])  # fmt: skip


def _judgements(said: dict[str, np.ndarray], *, is_missing: np.ndarray) -> pa.Array:
    """The columns from outside_limits to colour: they hold few different things together, each of which is written once."""
    sizes = (int(said["rebase_group"].max()) + 1, 2, 2, len(SPECIAL_CAUSE_TYPES), len(POINT_TYPES))
    parts = (said["rebase_group"], is_missing, said["is_outside"], said["special_cause"], said["point_type"])
    codes = np.ravel_multi_index([part.astype(np.int64) for part in parts], sizes)
    used = np.bincount(codes, minlength=int(np.prod(sizes))) > 0
    words = [_judgement(*map(int, one)) for one in zip(*np.unravel_index(np.flatnonzero(used), sizes), strict=True)]
    return taken(texts(words), (np.cumsum(used) - 1)[codes])


def _judgement(group: int, is_missing: int, is_outside: int, special: int, kind: int) -> str:
    if is_missing:
        return f",,,,{group},"
    outside, flagged = _TRUTHS[1 - is_outside], _TRUTHS[special == 0]
    return f"{outside},{flagged},{SPECIAL_CAUSE_TYPES[special]},{POINT_TYPES[kind]},{group},{COLOURS[kind]}"


def summary_rows(found: SeriesFile, keys: pa.Array, asked: SpcAsked, answer: Judged) -> memoryview:
    """A line a series, with SUMMARY_COLUMNS."""
    said, count = answer.said, len(found.keys)
    last = np.zeros(count, dtype=np.int64)
    valid = np.flatnonzero(said["is_valid"])
    last[found.series[valid]] = valid
    is_empty = said["counts"] == 0

    def there(column: np.ndarray) -> pa.Array:
        return numbers(np.where(is_empty, np.nan, column[last]))

    asked_for = f"{asked.chart},{asked.settings.convention},{asked.improvement}"
    return rows_of([
        keys,
        taken(texts([asked_for]), np.zeros(count)),
        whole(said["counts"]),
        days(found.days[found.starts]),
        days(found.days[last], is_empty),
        *(there(column) for column in (answer.values, said["mean"], said["upl"], said["lpl"], answer.targets)),
        whole(said["rebase_group"][last], is_empty),
        taken(texts(VARIATIONS), said["variation"]),
        taken(texts(ASSURANCES), said["assurance"]),
    ])  # fmt: skip


def _header(columns: Columns) -> bytes:
    return (",".join(name for name, _says, _words in columns) + "\n").encode()


def _notes(found: SeriesFile, asked: SpcAsked, *, short: int) -> list[str]:
    """What the analyst should know: series without limits, ignored recalculations."""
    notes = []
    least = convention(asked.settings.convention).least_points
    if short:
        notes.append(
            f"{short:,} of {len(found.keys):,} series have too few points for limits and icons (fewer than {max(least, 2)})."
        )
    gaps = _gaps(found) if asked.settings.convention == "mdc-v5" and asked.chart != "t" else 0
    if gaps:
        notes.append(
            f"{gaps:,} of {len(found.keys):,} series have gaps in their dates, which NHS England's tool does not allow (mdc-v5): "
            "the points on either side are judged as neighbours."
        )
    if asked.rebases and asked.settings.fix_after is not None and convention(asked.settings.convention).baseline == "whole":
        notes.append("With --fix-after, --rebase is ignored: a baseline's limits hold to the end (mdc-v5).")
        return notes
    for day in asked.rebases:
        starts = (found.days >= np.datetime64(day)) & (found.days[found.starts][found.series] < np.datetime64(day))
        if not starts.any():
            notes.append(f"--rebase {day.isoformat()} changes nothing: no series has points both before it and from it on.")
    return notes


def _gaps(found: SeriesFile) -> int:
    """How many series have a step between days about twice as long as their shortest, or longer: a month is 28 to 31 days."""
    is_step = found.series[1:] == found.series[:-1]
    steps, series = np.diff(found.days).astype(np.int64)[is_step], found.series[1:][is_step]
    shortest = np.full(len(found.keys), np.iinfo(np.int64).max)
    np.minimum.at(shortest, series, steps)
    return len(np.unique(series[steps > 1.9 * shortest[series]]))


@contextmanager
def _whole(*places: Path) -> Iterator[list[BinaryIO]]:
    """Files to be written, beside their places, and put there when all are whole."""
    partial = [place.with_name(f".partial-{os.getpid()}-{place.name}") for place in places]
    try:
        with ExitStack() as stack:
            yield [stack.enter_context(file.open("wb")) for file in partial]
        for place, written in zip(places, partial, strict=True):
            written.replace(place)
    except OSError as error:
        raise UserError(
            f"{places[0]} cannot be written.", where=f"{error.strerror}.", do="Give --out a name in a folder that you may write to."
        ) from None
    finally:
        for written in partial:
            written.unlink(missing_ok=True)
