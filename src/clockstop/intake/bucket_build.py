"""The files of one trust's buckets: events and what is said of pathways, then the facts of the day, then the series.

Buckets are built several at a time: one query for all, split into files on writing.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyarrow as pa
from ibis.expr.types import Table

from clockstop.contracts import contracts
from clockstop.intake import facts, pathways, periods, signatures
from clockstop.intake.bucket_files import linked, path_of, split, written
from clockstop.intake.census import SERIES_BUCKET, SERIES_TABLE, series
from clockstop.intake.columns import empty, kept_columns
from clockstop.intake.inputs import DATASETS, TrustInputs
from clockstop.intake.merged import gather
from clockstop.intake.queries import results
from clockstop.intake.touched import Touched
from clockstop.rules.readings import Readings
from clockstop.store.buckets import BUCKETS
from clockstop.store.engine import DuckDBEngine
from clockstop.store.home import Home
from clockstop.store.manifest import Manifest, SnapshotFile

ROW_TABLES = ("rtt_events", "rtt_pathways", "rtt_list_entries", "rtt_appointments")
DAY_TABLES = ("rtt_clocks", "rtt_waits", "rtt_bookings")


@dataclass(kw_only=True)
class Work:
    """What one refresh works with; `files` grows as the snapshot does, and `built` of them were written anew."""

    home: Home
    engine: DuckDBEngine
    folder: Path
    as_of: date
    readings: Readings
    before: Manifest | None
    files: list[SnapshotFile] = field(default_factory=list)
    built: int = 0
    pathways_rebuilt: int = 0
    # The engine's name for the rows that hold now of a trust's whole dataset, where they have been worked out.
    held: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def queries(self) -> Path:
        """Where queries are kept from one refresh to the next."""
        return self.home.queries

    def signature(self, inputs: TrustInputs, bucket: int, is_of_day: bool) -> str:
        """What the bucket's files are built from."""
        rows = inputs.signatures[bucket]
        return signatures.of_day(rows, self.as_of, self.readings) if is_of_day else rows

    def take(self, trust: str, tables: tuple[str, ...], bucket: int, signature: str) -> bool:
        """Link the files from the snapshot before, all or none: those that it built from the same."""
        if self.before is None:
            return False
        found = [self.before.file(path_of(table, trust, bucket)) for table in tables]
        if any(file is None or file.signature != signature for file in found):
            return False
        self.files += [linked(self.folder, self.home.snapshot(self.before.id), file) for file in found]
        return True

    def write(self, rows: pa.Table, *, table: str, trust: str, bucket: int, signature: str) -> None:
        """Write one file of the snapshot, the trust's code its first column."""
        rows = rows.add_column(0, "trust", pa.repeat(pa.scalar(trust, pa.string()), rows.num_rows))
        self.files.append(written(self.folder, rows, table=table, trust=trust, bucket=bucket, signature=signature))
        self.built += 1

    def written_before(self, name: str, trust: str, buckets: list[int]) -> Table:
        """The rows of buckets that this snapshot has already, without the trust's code."""
        return self.engine.parquet(self.files_of(name, trust, buckets)).drop("trust")

    def files_of(self, name: str, trust: str, buckets: Iterable[int] = range(BUCKETS)) -> list[Path]:
        """The files of a table's buckets that this snapshot has already."""
        return [self.folder / path_of(name, trust, bucket) for bucket in buckets]

    def pathways_of(self, trust: str, buckets: Collection[int]) -> int:
        """How many pathways lie in the buckets."""
        files = (file for file in self.files if (file.table, file.trust) == ("rtt_pathways", trust))
        return sum(file.rows for file in files if file.bucket in buckets)


def build_rows(work: Work, inputs: TrustInputs, buckets: list[int]) -> None:
    """Write what the trust's loads say, whatever the day."""
    for name, table in row_tables(work, inputs, buckets).items():
        _write_split(work, inputs, name, table, buckets, is_of_day=False)


def row_tables(work: Work, inputs: TrustInputs, buckets: list[int], part: Touched | None = None) -> dict[str, pa.Table]:
    """What the trust's loads say, whatever the day, by bucket; of some pathways alone where `part` is given."""
    rows = {dataset: _current(work, inputs, dataset, buckets, part) for dataset in DATASETS}
    referrals, sent = rows["referrals"], rows["rtt_events"]
    divisions = pathways.division_table(inputs.organisation)
    return {
        "rtt_events": periods.with_columns(_asked(work, "rtt_events", _events, **rows)),
        "rtt_pathways": _asked(work, "rtt_pathways", pathways.pathways, referrals=referrals, sent=sent, divisions=divisions),
        "rtt_list_entries": _asked(work, "rtt_list_entries", pathways.list_entries, entries=rows["waiting_list_entries"]),
        "rtt_appointments": _asked(work, "rtt_appointments", pathways.appointments, appointments=rows["appointments"]),
    }


def build_day(work: Work, inputs: TrustInputs, buckets: list[int]) -> None:
    """Write what holds of the buckets at the as-of day."""
    said = [work.written_before(name, inputs.trust, buckets) for name in ROW_TABLES]
    work.pathways_rebuilt += work.pathways_of(inputs.trust, buckets)
    for name, rows in day_tables(work, folded(work, inputs.trust, buckets), said).items():
        _write_split(work, inputs, name, rows, buckets, is_of_day=True)


def day_tables(work: Work, folded: pa.Table, said: Sequence[Table]) -> dict[str, pa.Table]:
    """What holds at the as-of day, by bucket, of clock periods and what is `said` of their pathways in the `ROW_TABLES`."""
    events, people, entries, visits = said
    clocks = _asked_of_day(work, "rtt_clocks", facts.clocks, periods=folded, pathways=people, entries=entries)
    bookings = _asked_of_day(work, "rtt_bookings", facts.bookings, appointments=visits, entries=entries, events=events)
    waits = _asked_of_day(
        work, "rtt_waits", facts.waits, clocks=clocks.drop_columns(["bucket"]), pathways=people, entries=entries,
        events=events, bookings=bookings.drop_columns(["bucket"]),
    )  # fmt: skip
    return {"rtt_clocks": clocks, "rtt_bookings": bookings, "rtt_waits": waits}


def build_series(work: Work, inputs: Sequence[TrustInputs]) -> None:
    """Write the measures of the trusts by week and month, of those alone whose clocks have changed."""
    signed = {each.trust: signatures.of_series(each.signatures, work.as_of, work.readings) for each in inputs}
    changed = [trust for trust in signed if not work.take(trust, (SERIES_TABLE,), SERIES_BUCKET, signed[trust])]
    for trust in changed:
        clocks, waits = (work.files_of(name, trust) for name in ("rtt_clocks", "rtt_waits"))
        rows = series(work.engine, clocks=clocks, waits=waits, as_of=work.as_of, kept_in=work.queries)
        work.write(rows, table=SERIES_TABLE, trust=trust, bucket=SERIES_BUCKET, signature=signed[trust])


def _events(rtt_events: Table, **extracts: Table) -> Table:
    return pathways.events(extracts, rtt_events)


def _asked(work: Work, name: str, build: Callable[..., Table], **inputs: Table | pa.Table) -> pa.Table:
    return results(work.engine, name, lambda **tables: [build(**tables)], kept_in=work.queries, **inputs)[0]


def _asked_of_day(work: Work, name: str, build: Callable[..., Table], **inputs: Table | pa.Table) -> pa.Table:
    return results(work.engine, name, lambda **given: [build(**given)], as_of=work.as_of, kept_in=work.queries, **inputs)[0]


def _current(work: Work, inputs: TrustInputs, dataset: str, buckets: list[int], touched: Touched | None) -> Table | pa.Table:
    """The rows that hold now, worked out once and held: events alone read them a dozen times."""
    receipts = inputs.receipts_of(dataset)
    if not receipts:
        return empty(kept_columns(contracts()[dataset]))
    name = f"current_{dataset}"
    part = touched.of(work.engine, dataset) if touched else None
    gather(work.engine, work.home, receipts, dataset=dataset, buckets=buckets, name=name, part=part, kept_in=work.queries)
    # What another trust's or turn's rows take the place of is held no longer.
    work.held = {key: held for key, held in work.held.items() if held != name}
    if part is None and len(buckets) == BUCKETS:
        work.held[inputs.trust, dataset] = name
    return work.engine.named(name)


def folded(work: Work, trust: str, buckets: list[int]) -> pa.Table:
    """The clock periods of the buckets' events."""
    files = dict(zip(buckets, work.files_of("rtt_events", trust, buckets), strict=True))
    return periods.periods(files, as_of=work.as_of, readings=work.readings)


def _write_split(work: Work, inputs: TrustInputs, name: str, rows: pa.Table, buckets: list[int], *, is_of_day: bool) -> None:
    for bucket, part in split(rows, buckets):
        work.write(part, table=name, trust=inputs.trust, bucket=bucket, signature=work.signature(inputs, bucket, is_of_day))
