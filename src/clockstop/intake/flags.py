"""The data-quality flags of a trust's day (RTT-R51), their first sight carried on from list to list, and their counts by week.

Flags set pathways of one person beside each other, and today's list beside those of the last weeks: so they are built for a trust
whole, in one file, and again when a list that they were compared with is another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.compute as pc
from ibis.expr.types import Table

from clockstop.intake import signatures
from clockstop.intake.bucket_build import Work
from clockstop.intake.inputs import TrustInputs
from clockstop.intake.queries import results
from clockstop.rules.readings import Readings
from clockstop.rules.rtt_flag_facts import PATHWAY, Facts
from clockstop.rules.rtt_flag_rows import PLACES, flag_rows, judged
from clockstop.store import snapshots
from clockstop.store.home import Home
from clockstop.store.manifest import Manifest

FLAGS_TABLE, COUNTS_TABLE = "rtt_flags", "rtt_flag_counts"
FLAG_TABLES = (FLAGS_TABLE, COUNTS_TABLE)
# Flags judge a trust whole: they lie in one file.
FLAGS_BUCKET = 0
# For so long the counts of each list are kept; of the time before, the last list of each week.
EACH_LIST_FOR = timedelta(days=14)
SOURCES = {
    "waits": "rtt_waits", "clocks": "rtt_clocks", "pathways": "rtt_pathways", "entries": "rtt_list_entries",
    "appointments": "rtt_appointments", "events": "rtt_events",
}  # fmt: skip
_EARLIER = pa.schema({"list_date": pa.date32(), PATHWAY: pa.string(), "period_number": pa.int64(), "start_date": pa.date32()})
_SEEN = pa.schema({PATHWAY: pa.string(), "flag": pa.string(), "seen_date": pa.date32()})
_COUNTS = pa.schema(
    {"as_of_date": pa.date32(), "flag": pa.string(), "is_judged": pa.bool_(), **dict.fromkeys(PLACES, pa.string()),
     "rows": pa.int64(), "current_rows": pa.int64()}
)  # fmt: skip


@dataclass(frozen=True)
class EarlierLists:
    """The snapshots with which a day's is compared, oldest first: the newest of each week, and the newest of all."""

    manifests: tuple[Manifest, ...]

    @property
    def newest(self) -> Manifest | None:
        return self.manifests[-1] if self.manifests else None

    def signature(self, inputs: TrustInputs, as_of: date, readings: object) -> str:
        """What the trust's flags are built from."""
        compared = (f"{one.id} {one.as_of}" for one in self.manifests)
        return signatures.of("flags", as_of, readings, *inputs.signatures, *compared)


def earlier_lists(home: Home, *, as_of: date, look_back_days: int) -> EarlierLists:
    """The lists of the days before `as_of`, no older than `look_back_days`."""
    found = [snapshots.manifest(home, snapshot_id) for snapshot_id in snapshots.all_snapshots(home)]
    found = [one for one in found if as_of - timedelta(days=look_back_days) <= one.as_of < as_of]
    found.sort(key=lambda one: (one.as_of, one.built_at))
    of_week = {one.as_of.isocalendar()[:2]: one for one in found}
    return EarlierLists(tuple(of_week.values()))


def build_flags(work: Work, inputs: TrustInputs, earlier: EarlierLists) -> None:
    """Write the trust's flags and their counts, or link them where they would be the same."""
    signature = earlier.signature(inputs, work.as_of, work.readings)
    if work.take(inputs.trust, FLAG_TABLES, FLAGS_BUCKET, signature):
        return
    tables = {name: work.engine.parquet(work.files_of(table, inputs.trust)).drop("trust") for name, table in SOURCES.items()}
    ask = partial(results, work.engine, shape=work.readings, as_of=work.as_of, kept_in=work.queries, **tables)
    earlier_rows, seen = _lists(work, inputs.trust, earlier), _seen(work, inputs.trust, earlier)
    (rows,) = ask(FLAGS_TABLE, partial(_flagged, work.readings), earlier=earlier_rows, seen=seen)
    before = _counts_before(work, inputs.trust, earlier)
    (counts,) = ask(COUNTS_TABLE, partial(_counts, work.readings), earlier=earlier_rows, rows=rows, before=before)
    for table, found in ((FLAGS_TABLE, rows), (COUNTS_TABLE, counts)):
        work.write(found, table=table, trust=inputs.trust, bucket=FLAGS_BUCKET, signature=signature)


def _flagged(readings: Readings, *, as_of: date, seen: Table, **tables: Table) -> list[Table]:
    facts = Facts(**tables, as_of=as_of, readings=readings)
    rows = flag_rows(facts).left_join(seen, [PATHWAY, "flag"]).drop(f"{PATHWAY}_right", "flag_right")
    rows = rows.mutate(first_seen_date=rows.seen_date.fill_null(facts.today)).drop("seen_date")
    return [rows.order_by("flag", PATHWAY, "period_number")]


def _counts(readings: Readings, *, as_of: date, rows: Table, before: Table, **tables: Table) -> list[Table]:
    """The day's counts after those before, of the flags' rows as they were found: the tests are not asked twice."""
    facts = Facts(**tables, as_of=as_of, readings=readings)
    return [_counted(rows, facts).union(before).order_by("as_of_date", "flag", *PLACES, "rows")]


def _counted(rows: Table, facts: Facts) -> Table:
    """By flag and place how many rows, and of each flag one row of nothing that says whether it could be judged."""
    counts = rows.group_by("flag", *PLACES).aggregate(rows=rows.count(), current_rows=rows.is_current.cast("int64").sum())
    counts = counts.mutate(is_judged=ibis.literal(True))
    nothing = judged(facts).mutate(**{place: ibis.null("string") for place in PLACES}, rows=0, current_rows=0)
    names = [name for name in _COUNTS.names if name != "as_of_date"]
    both = _cast(counts, names).union(_cast(nothing, names))
    return both.select(as_of_date=facts.today, **{name: both[name] for name in names})


def _cast(rows: Table, names: Sequence[str]) -> Table:
    types = ibis.Schema.from_pyarrow(_COUNTS)
    return rows.select(**{name: rows[name].cast(types[name].copy(nullable=True)) for name in names})


def _lists(work: Work, trust: str, earlier: EarlierLists) -> pa.Table:
    """The periods that waited on each earlier list."""
    parts = []
    for manifest in earlier.manifests:
        rows = _rows_of(work, manifest, trust, "rtt_waits")
        if rows is not None:
            chosen = rows.select(PATHWAY, "start_date", period_number=rows.period_number.cast("int64"))
            part = work.engine.rows(chosen)
            parts.append(part.append_column("list_date", pa.repeat(pa.scalar(manifest.as_of, pa.date32()), part.num_rows)))
    return pa.concat_tables(part.select(_EARLIER.names).cast(_EARLIER) for part in parts) if parts else _EARLIER.empty_table()


def _seen(work: Work, trust: str, earlier: EarlierLists) -> pa.Table:
    """Since when the newest earlier list has had each flag of a pathway."""
    rows = _rows_of(work, earlier.newest, trust, FLAGS_TABLE)
    if rows is None:
        return _SEEN.empty_table()
    return work.engine.rows(rows.group_by(PATHWAY, "flag").aggregate(seen_date=rows.first_seen_date.min())).cast(_SEEN)


def _counts_before(work: Work, trust: str, earlier: EarlierLists) -> pa.Table:
    """The counts of earlier lists as the newest of them has kept them: of the last days each list, before that one a week."""
    rows = _rows_of(work, earlier.newest, trust, COUNTS_TABLE)
    if rows is None:
        return _COUNTS.empty_table()
    kept = work.engine.rows(rows.select(*_COUNTS.names))
    dates = sorted(set(kept["as_of_date"].to_pylist()))
    of_week = {day.isocalendar()[:2]: day for day in dates}
    told = [day for day in dates if day > work.as_of - EACH_LIST_FOR or day == of_week[day.isocalendar()[:2]]]
    return kept.filter(pc.is_in(kept["as_of_date"], pa.array(told, pa.date32()))).cast(_COUNTS)


def _rows_of(work: Work, manifest: Manifest | None, trust: str, name: str) -> Table | None:
    files: list[Path] = [] if manifest is None else snapshots.table_files(work.home, manifest.id, name, trusts=[trust])
    return work.engine.parquet(files) if files else None
