"""Events folded into clock periods, bucket by bucket: the one place where a refresh runs the RTT clock."""

from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from clockstop.rules import rtt, rtt_events
from clockstop.rules.readings import Readings
from clockstop.store.engine import DuckDBEngine

# What the fold reads of an event; the rest of the row stays on disk.
COLUMNS = (
    "patient_pathway_identifier", "event_date", "event_sequence", "event_type", "referral_to_treatment_period_status",
    "original_start_date", "is_communicated", "has_safeguards", "is_responsibility_passed", "priority_type_code",
)  # fmt: skip
# A planned date is missed once its day has passed: on the day itself the treatment may still be given (RTT-R14).
NOT_ON_ITS_DAY = "planned_due_missed"


def periods(engine: DuckDBEngine, events: pa.Table, *, bucket: int, as_of: date, readings: Readings) -> pa.Table:
    """One row a clock period of one bucket's events, which are sorted as the snapshot keeps them."""
    fold = rtt.clock(readings)
    batches = _known(events.select(COLUMNS), as_of).combine_chunks().to_batches()
    folded = engine.fold(fold, batches, census_day=rtt_events.day_number(as_of))
    found = [batch for batch in folded if batch.num_rows]
    rows = pa.Table.from_batches(found) if found else _none(fold)
    rows = rows.set_column(rows.schema.get_field_index("flags"), "flags", flags_as_text(rows.column("flags")))
    return rows.append_column("bucket", pa.repeat(pa.scalar(bucket, pa.int8()), rows.num_rows))


def flags_as_text(flags: pa.ChunkedArray) -> pa.ChunkedArray:
    """The names of the flags that each row's bits raise, joined by commas; null where there is none."""
    encoded = flags.combine_chunks().dictionary_encode()
    texts = [",".join(rtt.flag_names(bits)) or None for bits in encoded.dictionary.to_pylist()]
    return pa.chunked_array([pa.array(texts, pa.string()).take(encoded.indices)])


def _known(events: pa.Table, as_of: date) -> pa.Table:
    late = pc.greater_equal(events["event_date"], pa.scalar(as_of))
    return events.filter(pc.invert(pc.and_(pc.equal(events["event_type"], NOT_ON_ITS_DAY), late)))


def _none(fold) -> pa.Table:
    columns = {name: pa.array([], pa.date32() if name.endswith("_date") else pa.string()) for name in COLUMNS[:1]}
    columns |= {"event_date": pa.array([], pa.date32()), "event_type": pa.array([], pa.string())}
    batch = fold.periods(pa.table(columns), census_day=0)
    return pa.Table.from_batches([batch])
