"""A fold's trace in words: what each event did to the clock, by which row of its table."""

import pyarrow as pa

from clockstop.rules.fold import Fold
from clockstop.rules.fold_rows import dates


def explained(fold: Fold, events: pa.Table, *, census_day: int) -> pa.Table:
    """What each event of whole, sorted keys did, in the order in which the events were applied.

    The events' own columns, then `read_as` (the table's word for the event), `state_before`, `state_after`, `rule`, `does` (the
    table's words), `raised` (flag names) and `clock_start_date` (of the clock that then runs, or null).
    """
    trace = fold.trace(events, census_day=census_day)
    cells = [(fold.states[before], fold.events[symbol]) for before, symbol in zip(trace.before, trace.symbol, strict=True)]
    applied = events.take(pa.array(trace.row))
    words: dict[str, list] = {
        "read_as": [event for _state, event in cells],
        "state_before": [state for state, _event in cells],
        "state_after": [fold.states[after] for after in trace.after],
        "rule": [fold.rules[rule] for rule in trace.rule],
        "does": [", ".join(fold.turns[cell].does) for cell in cells],
    }
    for name, values in words.items():
        applied = applied.append_column(name, pa.array(values, pa.string()))
    raised = [[flag for bit, flag in enumerate(fold.flags) if bits >> bit & 1] for bits in trace.flags.tolist()]
    applied = applied.append_column("raised", pa.array(raised, pa.list_(pa.string())))
    return applied.append_column("clock_start_date", dates(trace.start))
