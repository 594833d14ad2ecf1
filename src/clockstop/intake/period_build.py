"""The periods of declared clocks (rules.fact.Clocks): each fold run over the rows of the events fact that have its key."""

from collections.abc import Sequence
from datetime import date
from functools import partial, reduce
from operator import and_

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from clockstop.intake.bucket_build import Work
from clockstop.intake.place_and_person import AGE_BAND, PERSON, PLACE
from clockstop.intake.queries import results
from clockstop.rules.fact import Clocks
from clockstop.rules.fold import Fold
from clockstop.rules.rtt_events import day_number

CLOCK = "clock"
_DIMENSIONS = (*PLACE, *PERSON, AGE_BAND)


def periods_of(work: Work, events: Table, clocks: Clocks) -> pa.Table:
    """Every clock's periods at the as-of day, with `clock`, the columns that `keeps` names, and place and person."""
    tables = [_of_clock(work, events, clocks, name, make(work.readings)) for name, make in clocks.folds.items()]
    rows = pa.concat_tables(tables, promote_options="default")
    return rows.sort_by([(name, "ascending") for name in clocks.order])


def _of_clock(work: Work, events: Table, clocks: Clocks, clock: str, fold: Fold) -> pa.Table:
    """One clock's periods; those without an event by the as-of day have none."""
    key, order = (tuple(name for name in names if name in events.columns) for names in (fold.key, fold.order))
    rows = _with_key(events, key)
    periods = _folded(work, rows, fold, order)
    build = partial(_joined, key=key, order=order, keeps=clocks.keeps, clock=clock)
    (found,) = results(
        work.engine, f"{clocks.name}_{clock}", build, shape=(key, order, clocks.keeps), as_of=work.as_of, kept_in=work.queries,
        events=rows, periods=periods,
    )  # fmt: skip
    return found


def _folded(work: Work, rows: Table, fold: Fold, order: Sequence[str]) -> pa.Table:
    none = fold.periods(rows.schema().to_pyarrow().empty_table(), census_day=0)
    batches = work.engine.folded(fold, rows, order=order, census_day=day_number(work.as_of))
    periods = pa.Table.from_batches([none, *(batch.cast(none.schema) for batch in batches)])
    return periods.set_column(periods.schema.get_field_index("flags"), "flags", _flags_as_text(periods["flags"], fold))


def _joined(
    *, events: Table, periods: Table, as_of: date, key: Sequence[str], order: Sequence[str], keeps: Sequence[str], clock: str
) -> Sequence[Table]:
    """The periods with what the key's last event by the as-of day says."""
    newest_first = ibis.window(group_by=list(key), order_by=[ibis.desc(name) for name in order])
    known = events.filter(events[order[0]] <= as_of).mutate(place_of_event=ibis.row_number().over(newest_first))
    wanted = [name for name in dict.fromkeys((*keeps, *_DIMENSIONS)) if name in events.columns and name not in key]
    last = known.filter(known.place_of_event == 0).select(*key, *wanted)
    rows = periods.left_join(last, list(key)).drop(*(f"{name}_right" for name in key))
    return [rows.mutate(**{CLOCK: ibis.literal(clock)})]


def _with_key(events: Table, key: Sequence[str]) -> Table:
    return events.filter(reduce(and_, (events[name].notnull() for name in key)))


def _flags_as_text(flags: pa.ChunkedArray, fold: Fold) -> pa.ChunkedArray:
    """The names of the flags that each row's bits raise, joined by commas; null where there is none."""
    encoded = flags.combine_chunks().dictionary_encode()
    raised = [[flag for place, flag in enumerate(fold.flags) if bits >> place & 1] for bits in encoded.dictionary.to_pylist()]
    texts = pa.array([",".join(names) or None for names in raised], pa.string())
    return pa.chunked_array([texts.take(encoded.indices)])
