"""Stored events folded into clock periods: the one place where a refresh runs the RTT clock.

A file of events is read a row group at a time, two files at once, and only what the clock needs: two words and two dates an event.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from clockstop.rules import rtt, rtt_events
from clockstop.rules.fold import Fold
from clockstop.rules.fold_rows import key_starts
from clockstop.rules.readings import Readings

PATHWAY = "patient_pathway_identifier"
# The pathway's identifier on its first event and null on the others: all that the fold needs of it, a quarter of the texts to read.
FIRST_OF_PATHWAY = "first_of_pathway"
# What the fold reads of an event; the rest of the row stays on disk.
COLUMNS = (FIRST_OF_PATHWAY, "event_date", "original_start_date", rtt_events.CLOCK_EVENT)
# A planned date is missed once its day has passed: on the day itself the treatment may still be given (RTT-R14).
NOT_ON_ITS_DAY = ("planned_due_missed",)
THREADS = 2


def with_columns(events: pa.Table) -> pa.Table:
    """The canonical events, sorted as the snapshot keeps them, with the two columns that the fold reads in place of the others."""
    pathway = events.column(PATHWAY).combine_chunks()
    firsts = pc.if_else(pa.array(key_starts({PATHWAY: pathway}, events.num_rows)), pathway, pa.scalar(None, pathway.type))
    return rtt_events.with_clock_event(events).append_column(FIRST_OF_PATHWAY, firsts)


def periods(files: Mapping[int, Path], *, as_of: date, readings: Readings) -> pa.Table:
    """One row a clock period of the events in the files of these buckets, by bucket."""
    tables = [
        _rows(rtt.clock(readings), *found)
        for found in zip(files, folded(files.values(), as_of=as_of, readings=readings), strict=True)
    ]
    return pa.concat_tables(tables)


def folded(files: Iterable[Path], *, as_of: date, readings: Readings) -> Iterator[list[pa.RecordBatch]]:
    """The periods of each file's events, in the order of the files, folded on two threads: few files are held at a time."""
    fold = rtt.clock(readings)
    # Compiled once, before two threads ask for it.
    assert fold.compiled
    with ThreadPoolExecutor(THREADS) as pool:
        waiting: deque[Future] = deque()
        for file in files:
            waiting.append(pool.submit(_fold_file, fold, file, as_of))
            if len(waiting) > THREADS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def flags_as_text(flags: pa.ChunkedArray) -> pa.ChunkedArray:
    """The names of the flags that each row's bits raise, joined by commas; null where there is none."""
    encoded = flags.combine_chunks().dictionary_encode()
    texts = [",".join(rtt.flag_names(bits)) or None for bits in encoded.dictionary.to_pylist()]
    return pa.chunked_array([pa.array(texts, pa.string()).take(encoded.indices)])


def _fold_file(fold: Fold, file: Path, as_of: date) -> list[pa.RecordBatch]:
    day = rtt_events.day_number(as_of)
    found = fold.over(_batches(file), census_day=day, not_on_census=NOT_ON_ITS_DAY, is_stored=True)
    return [batch for batch in found if batch.num_rows]


def _batches(file: Path) -> Iterator[pa.RecordBatch]:
    """The row groups of a file of events; words come as the dictionaries that they are stored as."""
    names = [PATHWAY, *COLUMNS[1:]]
    with pq.ParquetFile(file, read_dictionary=[rtt_events.CLOCK_EVENT]) as parquet:
        for group in range(parquet.num_row_groups):
            rows = parquet.read_row_group(group, columns=list(COLUMNS), use_threads=False).select(COLUMNS)
            yield from rows.rename_columns(names).combine_chunks().to_batches()


def _rows(fold: Fold, bucket: int, batches: list[pa.RecordBatch]) -> pa.Table:
    rows = pa.Table.from_batches(batches) if batches else _none(fold)
    rows = rows.set_column(rows.schema.get_field_index("flags"), "flags", flags_as_text(rows.column("flags")))
    return rows.append_column("bucket", pa.repeat(pa.scalar(bucket, pa.int8()), rows.num_rows))


def _none(fold: Fold) -> pa.Table:
    kinds = {PATHWAY: pa.string(), "event_date": pa.date32(), rtt_events.CLOCK_EVENT: pa.string()}
    rows = pa.Table.from_batches([fold.periods(pa.schema(kinds).empty_table(), census_day=0)])
    words = pa.dictionary(pa.int8(), pa.string())
    kinds_of_store = {"end_status": words, "start_rule": words, "end_rule": words}
    return rows.cast(pa.schema({field.name: kinds_of_store.get(field.name, field.type) for field in rows.schema}))
