"""Refresh: what is loaded becomes the facts of a new snapshot, published whole or not at all.

Files whose inputs have not changed are linked from the snapshot before. Tables that do not depend on the as-of day (events,
pathways, list entries, appointments) are kept apart from those that do (clocks, waits, bookings, series): a new day reads no load.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from time import monotonic

from clockstop import __version__
from clockstop.errors import UnknownName, UserError
from clockstop.intake import signatures
from clockstop.intake.bucket_build import DAY_TABLES, ROW_TABLES, Work, build_day, build_rows, build_series
from clockstop.intake.bucket_files import path_of
from clockstop.intake.census import SERIES_BUCKET, SERIES_TABLE
from clockstop.intake.fact_build import Given, at_of, build_fact_series, build_facts, expected_files, facts_of
from clockstop.intake.flags import FLAG_TABLES, FLAGS_BUCKET, EarlierLists, build_flags, earlier_lists
from clockstop.intake.inputs import TrustInputs, as_of_day, trusts_loaded
from clockstop.intake.ledger import is_no_room
from clockstop.intake.part_build import Part, build_day_part, build_rows_part, part_of
from clockstop.intake.quality import build_quality, expected_quality
from clockstop.rules.readings import Readings
from clockstop.store import snapshots
from clockstop.store.buckets import BUCKETS
from clockstop.store.engine import OUT_OF_MEMORY, DuckDBEngine, open_engine
from clockstop.store.home import Home
from clockstop.store.lock import writer
from clockstop.store.manifest import Manifest, SnapshotFile, SnapshotTrust
from clockstop.store.settings import readings as readings_of

# Buckets of a trust are built together up to so many rows, which bounds memory; few rows need few queries.
ROWS_AT_ONCE = 1_500_000
# What the engine may hold before it goes to the disk; Arrow holds the rows of one turn beside it.
MEMORY = "3GB"


@dataclass(frozen=True, kw_only=True)
class Step:
    """How far a refresh has come: `done` of `of` buckets; `doing` says what."""

    done: int
    of: int
    doing: str


Progress = Callable[[Step], None]


def quiet(step: Step) -> None:
    """Progress that nobody watches."""


def refresh(home: Home, *, as_of: date | None = None, trusts: Iterable[str] | None = None, progress: Progress = quiet) -> Manifest:
    """Publish a new snapshot of everything loaded, and give its manifest; the current one's where nothing has changed.

    `trusts`: read only their loads anew; the other trusts stay as the current snapshot has them.
    """
    started = monotonic()
    with writer(home):
        before = _before(home)
        inputs = trusts_loaded(home, before=before, only=None if trusts is None else set(trusts))
        if not inputs:
            raise UnknownName(
                "Nothing is loaded yet.", where=str(home.root), do="Run first: clockstop load FILE --trust CODE --dataset NAME"
            )
        day = as_of or as_of_day(inputs, today=datetime.now(UTC).date())
        readings = readings_of(home)
        earlier = earlier_lists(home, as_of=day, look_back_days=readings.look_back_days)
        if before is not None and _is_unchanged(home, before, inputs, as_of=day, readings=readings, earlier=earlier):
            return before
        now = datetime.now(UTC)
        snapshot_id = snapshots.next_id(home, now.date())
        work = Work(
            home=home,
            engine=_engine(home),
            folder=snapshots.begin(home, snapshot_id),
            as_of=day,
            readings=readings,
            before=before,
            files=[],
        )
        with _whole_or_gone(work.folder):
            try:
                _build(work, inputs, earlier, progress)
            finally:
                work.engine.close()
            account = _account(work, inputs, snapshot_id, now, monotonic() - started)
            snapshots.publish(home, work.folder, account)
        snapshots.prune(home, now=now)
    return account


@contextmanager
def _whole_or_gone(folder: Path) -> Iterator[None]:
    """Take away what could not be finished, and say in words where disk or memory came to its end."""
    try:
        yield
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, (MemoryError, OUT_OF_MEMORY)):
            what, do = "Memory came to its end.", "Run the refresh where less else runs, or on a machine with more memory."
        elif is_no_room(error):
            what = "There is no room to write the snapshot: the disk is full, or a limit on files is reached."
            do = "Make room there (or raise the limit: ulimit -f, or the quota) and refresh again."
        else:
            raise
        raise UserError(what, where=f"In {folder.parent}.", do=f"{do} What was published before still stands.") from None


def _engine(home: Home) -> DuckDBEngine:
    """An engine that keeps within its memory: what does not fit goes to the cache, and is gone when the refresh ends."""
    home.cache.mkdir(parents=True, exist_ok=True)
    return open_engine(memory_limit=MEMORY, spill=home.cache / "spill")


def _before(home: Home) -> Manifest | None:
    current = snapshots.current(home)
    return snapshots.manifest(home, current) if current else None


def _is_unchanged(
    home: Home, before: Manifest, inputs: list[TrustInputs], *, as_of: date, readings: Readings, earlier: EarlierLists
) -> bool:
    """Whether a new snapshot would hold exactly the files of the one before."""
    expected = {path: signature for each in inputs for path, signature in _expected(each, as_of, readings, earlier)}
    # What the facts beyond RTT's are built from can be told where RTT's tables would be the same files.
    found = {file.path: file.signature for file in before.files}
    if any(found.get(path) != signature for path, signature in expected.items()):
        return False
    for each in inputs:
        expected |= dict(expected_files(home, each, before, as_of, readings))
        expected |= dict(expected_quality(home, each, before, as_of, readings))
    return expected == found


def _expected(inputs: TrustInputs, as_of: date, readings: Readings, earlier: EarlierLists) -> Iterable[tuple[str, str]]:
    for bucket in range(BUCKETS):
        rows = inputs.signatures[bucket]
        yield from ((path_of(table, inputs.trust, bucket), rows) for table in ROW_TABLES)
        day = signatures.of_day(rows, as_of, readings)
        yield from ((path_of(table, inputs.trust, bucket), day) for table in DAY_TABLES)
    yield path_of(SERIES_TABLE, inputs.trust, SERIES_BUCKET), signatures.of_series(inputs.signatures, as_of, readings)
    flags = earlier.signature(inputs, as_of, readings)
    yield from ((path_of(table, inputs.trust, FLAGS_BUCKET), flags) for table in FLAG_TABLES)


def _build(work: Work, inputs: list[TrustInputs], earlier: EarlierLists, progress: Progress) -> None:
    done, of = 0, len(inputs) * (2 * BUCKETS + 2) + 1
    for each in inputs:
        rows, day = (
            [bucket for bucket in range(BUCKETS) if not _taken(work, each, tables, bucket)] for tables in (ROW_TABLES, DAY_TABLES)
        )
        part = part_of(work, each) if rows or day else None
        for doing, build, changed in (("events", build_rows, rows), ("clocks", build_day, day)):
            done += BUCKETS - len(changed)
            for group in _groups(changed, each.rows):
                progress(Step(done=done, of=of, doing=f"{each.trust}: {doing}"))
                _build_group(work, each, group, build, part)
                done += len(group)
        progress(Step(done=done, of=of, doing=f"{each.trust}: flags"))
        build_flags(work, each, earlier)
        done += 1
        given = Given(work, each)
        build_facts(work, each, given, partial(_say, progress, each.trust, done, of))
        build_quality(work, each, given, partial(_say, progress, each.trust, done, of))
        done += 1
    progress(Step(done=done, of=of, doing="series"))
    build_series(work, inputs)
    for each in inputs:
        build_fact_series(work, each)
    progress(Step(done=of, of=of, doing="publishing"))


def _say(progress: Progress, trust: str, done: int, of: int, doing: str) -> None:
    progress(Step(done=done, of=of, doing=f"{trust}: {doing}"))


def _build_group(work: Work, inputs: TrustInputs, buckets: list[int], build: Callable[..., None], part: Part | None) -> None:
    """Write the buckets' files: in part where the rest of them can stay as the snapshot before has it."""
    if part is not None and build is build_rows:
        build_rows_part(work, inputs, buckets, part)
    elif part is not None and part.days is not None:
        build_day_part(work, inputs, buckets, part)
    else:
        build(work, inputs, buckets)


def _taken(work: Work, inputs: TrustInputs, tables: tuple[str, ...], bucket: int) -> bool:
    """Whether the bucket's files were all there in the snapshot before, built from the same, and are linked now."""
    signature = work.signature(inputs, bucket, tables is DAY_TABLES)
    return work.take(inputs.trust, tables, bucket, signature)


def _groups(buckets: list[int], rows: int) -> Iterable[list[int]]:
    """The buckets in turns of a bounded size: `rows` is what all buckets of the trust hold."""
    size = max(1, min(BUCKETS, ROWS_AT_ONCE * BUCKETS // max(rows, 1)))
    return (buckets[first : first + size] for first in range(0, len(buckets), size))


def _account(work: Work, inputs: list[TrustInputs], snapshot_id: str, now: datetime, seconds: float) -> Manifest:
    files = tuple(sorted(work.files, key=lambda file: file.path))
    tables = {file.table: 0 for file in files}
    for file in files:
        tables[file.table] += file.rows
    return Manifest(
        id=snapshot_id,
        as_of=work.as_of,
        built_at=now,
        duration_seconds=round(seconds, 3),
        clockstop_version=__version__,
        code_version=signatures.code_version(),
        engine=work.engine.name,
        is_synthetic=any(each.organisation.is_synthetic for each in inputs),
        trusts={each.trust: _trust(each, files, work.as_of) for each in inputs},
        tables=tables,
        files=files,
        previous=work.before.id if work.before else None,
        files_built=work.built,
        pathways_rebuilt=work.pathways_rebuilt,
        readings={field.name: str(getattr(work.readings, field.name)) for field in fields(work.readings)},
    )


def _trust(inputs: TrustInputs, files: tuple[SnapshotFile, ...], as_of: date) -> SnapshotTrust:
    rows: dict[str, int] = {}
    for file in files:
        if file.trust == inputs.trust:
            rows[file.table] = rows.get(file.table, 0) + file.rows
    shown = {fact.name: at.isoformat() for fact in facts_of(inputs) if (at := at_of(fact, inputs, as_of)) is not None}
    return SnapshotTrust(name=inputs.organisation.name, loads=inputs.loads, rows=rows, live_at=shown)
