"""A bucket's files rebuilt in part: the pathways that loads touched, and those for which the new day is a day of theirs.

The rest of each file stays as the snapshot before has it, so that what comes out is what building everything would give.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import ibis
import pyarrow as pa
import pyarrow.compute as pc
from ibis.expr.types import Table

from clockstop.intake import signatures
from clockstop.intake.bucket_build import ROW_TABLES, Work, day_tables, folded, row_tables
from clockstop.intake.bucket_files import linked, path_of, split
from clockstop.intake.inputs import TrustInputs
from clockstop.intake.replaced import replaced
from clockstop.intake.touched import PATHWAY, Touched, touched
from clockstop.store.buckets import bucket_of

# The dates in what is said of a pathway that part one as-of day from another.
DATED = {
    "rtt_events": ("event_date",),
    "rtt_list_entries": ("decided_to_admit_date", "removal_date", "offered_for_admission_date"),
    "rtt_appointments": ("appointment_date", "appointment_booked_date", "appointment_cancelled_date"),
}


@dataclass(frozen=True)
class Part:
    """What of a trust is to be built anew. `days` have passed since the snapshot before; None where its day cannot go on."""

    touched: Touched
    days: int | None


def part_of(work: Work, inputs: TrustInputs) -> Part | None:
    """The part of a trust that must be built anew; None where everything must."""
    if work.before is None:
        return None
    found = touched(work.home, work.engine, work.before, inputs)
    return None if found is None else Part(found, _days_since(work, inputs))


def _days_since(work: Work, inputs: TrustInputs) -> int | None:
    """How many days the facts before are old, where the readings are still the same and the day is no earlier one."""
    assert work.before is not None
    rows, facts = (work.before.file(path_of(table, inputs.trust, 0)) for table in ("rtt_events", "rtt_clocks"))
    if rows is None or facts is None or facts.signature != signatures.of_day(rows.signature, work.before.as_of, work.readings):
        return None
    days = (work.as_of - work.before.as_of).days
    return days if days >= 0 else None


def build_rows_part(work: Work, inputs: TrustInputs, buckets: list[int], part: Part) -> None:
    """Write the buckets' events and what is said of pathways: those of the touched pathways anew."""
    pathways = part.touched.pathways
    own = [bucket for bucket in buckets if bucket in set(map(bucket_of, pathways.to_pylist()))]
    for bucket in buckets:
        if bucket not in own:
            _link(work, inputs, bucket, ROW_TABLES)
    if own:
        for name, rows in row_tables(work, inputs, own, part.touched).items():
            for bucket, new in split(rows, own):
                found = replaced(_before(work, name, inputs, bucket), new, pathways=pathways)
                if found is None:
                    _link(work, inputs, bucket, (name,))
                else:
                    _write(work, inputs, name, bucket, found)


def build_day_part(work: Work, inputs: TrustInputs, buckets: list[int], part: Part) -> None:
    """Write what holds of the buckets at the as-of day: of pathways touched, or with a date since the day before, anew."""
    assert part.days is not None
    said = {name: work.written_before(name, inputs.trust, buckets) for name in ROW_TABLES}
    places = set(buckets)
    due = [pathway for pathway in _due(work, said, part).to_pylist() if bucket_of(pathway) in places]
    pathways = pa.array(due, pa.string())
    work.pathways_rebuilt += len(pathways)
    work.engine.lend("due_pathways", pa.table({PATHWAY: pathways}))
    periods = folded(work, inputs.trust, buckets)
    periods = periods.filter(pc.is_in(periods[PATHWAY], value_set=pathways))
    found = day_tables(work, periods, [rows.semi_join(work.engine.named("due_pathways"), PATHWAY) for rows in said.values()])
    for name, rows in found.items():
        for bucket, new in split(rows, buckets):
            before, kept_as = _before(work, name, inputs, bucket), partial(_older, days=part.days)
            _write(work, inputs, name, bucket, replaced(before, new, pathways=pathways, kept_as=kept_as), is_of_day=True)


def _due(work: Work, said: dict[str, Table], part: Part) -> pa.Array:
    """The touched pathways, and those with a date from the day of the snapshot before to the as-of day."""
    assert work.before is not None
    found = part.touched.pathways
    if part.days:
        dated = [_dated(said[name], columns, work.before.as_of, work.as_of) for name, columns in DATED.items()]
        rows = work.engine.rows(ibis.union(*dated, distinct=True))
        found = pa.concat_arrays([found, *rows[PATHWAY].chunks])
    return pc.unique(found)


def _dated(rows: Table, columns: Sequence[str], first: date, last: date) -> Table:
    is_between = [rows[name].between(ibis.literal(first), ibis.literal(last)) for name in columns]
    return rows.filter(ibis.or_(*(truth.fill_null(False) for truth in is_between))).select(PATHWAY)


def _older(kept: pa.Table, *, days: int) -> pa.Table:
    """The rows of clocks and waits by so many days later: those that run have waited longer."""
    if not days or "days_waited" not in kept.column_names:
        return kept
    runs = pc.is_null(kept["end_date"]) if "is_waiting" not in kept.column_names else pa.scalar(True)
    kept = _plus(kept, "days_waited", pc.if_else(runs, days, 0))
    return _plus(kept, "days_to_breach", pa.scalar(-days)) if "days_to_breach" in kept.column_names else kept


def _plus(rows: pa.Table, name: str, days: pa.Scalar | pa.ChunkedArray) -> pa.Table:
    place = rows.schema.get_field_index(name)
    return rows.set_column(place, rows.schema.field(place), pc.add(rows[name], days.cast(rows.schema.field(place).type)))


def _before(work: Work, name: str, inputs: TrustInputs, bucket: int):
    assert work.before is not None
    return work.home.snapshot(work.before.id) / path_of(name, inputs.trust, bucket)


def _link(work: Work, inputs: TrustInputs, bucket: int, tables: Sequence[str]) -> None:
    """Take over tables of a bucket in which nothing has changed under the name of its new loads."""
    assert work.before is not None
    for name in tables:
        file = work.before.file(path_of(name, inputs.trust, bucket))
        assert file is not None
        signature = work.signature(inputs, bucket, is_of_day=False)
        work.files.append(linked(work.folder, work.home.snapshot(work.before.id), file, signature=signature))


def _write(work: Work, inputs: TrustInputs, name: str, bucket: int, rows: pa.Table, *, is_of_day: bool = False) -> None:
    work.write(rows, table=name, trust=inputs.trust, bucket=bucket, signature=work.signature(inputs, bucket, is_of_day))
