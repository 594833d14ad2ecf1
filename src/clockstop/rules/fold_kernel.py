"""The one loop that runs every clock: a compiled transition table over arrays of events.

The same function runs as plain Python on a few events and compiled by numba on many: one kernel, one meaning.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from clockstop.rules.fold import Fold

NO_DATE = -2_147_483_648
# Below this the compiled kernel would cost more to load than the loop takes (measured: 1.3 s to load, 30 us an event).
COMPILE_FROM = 20_000
WHEN = {"always": 0, "mark": 1, "no mark": 2, "original missing": 3, "original is open start": 4, "original after last end": 5,
        "nothing received": 6}  # fmt: skip


class Events(NamedTuple):
    """The kernel's columns, one item an event: symbol, day, the date on its transfer form, and what kind of care it was."""

    symbol: np.ndarray
    day: np.ndarray
    original: np.ndarray


class Program(NamedTuple):
    """A transition table as arrays, by state and symbol, with the refinements and the marks of each symbol."""

    next_state: np.ndarray
    opens: np.ndarray
    closes: np.ndarray
    bits: np.ndarray
    flags: np.ndarray
    sets_by_turn: np.ndarray
    rule: np.ndarray
    refinements: np.ndarray
    first_refinement: np.ndarray
    sets: np.ndarray
    clears: np.ndarray
    day_class: np.ndarray
    is_running: np.ndarray
    notes: np.ndarray
    period_marks: int


class Periods(NamedTuple):
    """One item a period; `row` is the first event row of its pathway."""

    row: np.ndarray
    number: np.ndarray
    start: np.ndarray
    end: np.ndarray
    status: np.ndarray
    bits: np.ndarray
    start_rule: np.ndarray
    end_rule: np.ndarray
    flags: np.ndarray
    passed: np.ndarray
    attended: np.ndarray
    decided: np.ndarray
    dna: np.ndarray


class Trace(NamedTuple):
    """One item an event in the order applied: row, symbol as read, states, rule, flags, and the start of the clock then open."""

    row: np.ndarray
    symbol: np.ndarray
    before: np.ndarray
    after: np.ndarray
    rule: np.ndarray
    flags: np.ndarray
    start: np.ndarray


NULLIFIES, CLOSES_ALL, PASSES, RETURNS, ADMITTED, RECEIVES, KEEPS_MARKS, ON_DNA_DAY = (1 << bit for bit in range(8))
NOTE_ATTENDED, NOTE_DECIDED, NOTE_DNA = 1, 2, 3
BITS = {"nullify": NULLIFIES, "pass": PASSES, "return": RETURNS, "admitted": ADMITTED, "receive": RECEIVES,
        "keep marks": KEEPS_MARKS, "on dna day": ON_DNA_DAY}  # fmt: skip


def compiled(fold: Fold) -> Program:
    """The fold's table as arrays."""
    states, symbols = len(fold.states), len(fold.events)
    shape = (states, symbols)
    table = {name: np.zeros(shape, dtype=np.int64) for name in ("next", "opens", "closes", "bits", "flags", "marks", "rule")}
    for (state, event), turn in fold.turns.items():
        cell = (fold.states.index(state), fold.events.index(event))
        table["next"][cell] = fold.states.index(turn.next_state)
        table["rule"][cell] = fold.rules.index(turn.rule)
        for action in turn.does:
            _put(fold, table, cell, action)
    refinements, first = _refinements(fold)
    sets = np.array([_mask(fold.marks, fold.mark_changes.get(event, ((), ()))[0]) for event in fold.events], dtype=np.int64)
    clears = np.array([_mask(fold.marks, fold.mark_changes.get(event, ((), ()))[1]) for event in fold.events], dtype=np.int64)
    day_class = np.array([fold.day_class[event] for event in fold.events], dtype=np.int64)
    is_running = np.array([state in fold.running for state in fold.states])
    notes = np.array([_note(event) for event in fold.events], dtype=np.int64)
    return Program(table["next"], table["opens"], table["closes"], table["bits"], table["flags"], table["marks"], table["rule"],
                   refinements, first, sets, clears, day_class, is_running, notes,
                   _mask(fold.marks, fold.period_marks))  # fmt: skip


def _put(fold: Fold, table: dict[str, np.ndarray], cell: tuple[int, int], action: str) -> None:
    from clockstop.rules.fold import OPENINGS

    word, _, rest = action.partition(" ")
    if action in OPENINGS:
        table["opens"][cell] = OPENINGS[action]
    elif action.startswith("close all "):
        table["closes"][cell], table["bits"][cell] = int(rest.split()[-1]), table["bits"][cell] | CLOSES_ALL
    elif word == "close":
        table["closes"][cell] = int(rest)
    elif word == "flag":
        table["flags"][cell] |= 1 << fold.flags.index(rest)
    elif word == "mark":
        table["marks"][cell] |= 1 << fold.marks.index(rest)
    else:
        table["bits"][cell] |= BITS[action]


def _refinements(fold: Fold) -> tuple[np.ndarray, np.ndarray]:
    """Rows of (event, when, mark bit, becomes) grouped by event, and for each event where its rows begin."""
    rows = []
    for refinement in sorted(fold.refinements, key=lambda one: fold.events.index(one.event)):
        kind, _, mark = refinement.when.partition(": ")
        bit = 1 << fold.marks.index(mark) if mark else 0
        rows.append((fold.events.index(refinement.event), WHEN[kind], bit, fold.events.index(refinement.becomes)))
    table = np.array(rows or np.zeros((0, 4)), dtype=np.int64).reshape(-1, 4)
    return table, np.searchsorted(table[:, 0], np.arange(len(fold.events) + 1))


def _mask(names: tuple[str, ...], chosen: tuple[str, ...]) -> int:
    return sum(1 << names.index(name) for name in chosen)


def _note(event: str) -> int:
    if event.startswith("attend_") and event not in {"attend_33", "attend_36"}:
        return NOTE_ATTENDED
    if event.startswith(("first_dna", "later_dna")):
        return NOTE_DNA
    return NOTE_DECIDED if event == "decision_to_treat" else 0


def _fold_pathways(program, symbol, day, original, starts, census, out, trace, is_traced):  # type: ignore[no-untyped-def]  # noqa: PLR0912, PLR0915, PLR0917
    """Fold every pathway of the arrays; gives the counts of periods and of traced events.

    One long function on purpose: numba inlines nothing across Python-level state, and this is the only hot loop.
    """
    (next_state, opens, closes, bits, flags, sets_by_turn, rules, refinements, first_refinement,
     sets, clears, day_class, is_running, notes, period_marks) = program  # fmt: skip
    (o_row, o_number, o_start, o_end, o_status, o_bits, o_srule, o_erule, o_flags, o_passed, o_attended, o_decided, o_dna) = out
    t_row, t_symbol, t_before, t_after, t_rule, t_flags, t_start = trace
    rows = len(symbol)
    periods = 0
    traced = 0
    first = 0
    while first < rows:
        last = first + 1
        while last < rows and not starts[last]:
            last += 1
        state = 0
        marks = 0
        pending = 0
        received = NO_DATE
        last_end = NO_DATE
        base = periods
        current = -1
        a = first
        while a < last:
            if day[a] > census:
                break
            b = a + 1
            while b < last and day[b] == day[a]:
                b += 1
            passes = 1
            defers = False
            if b - a > 1:
                passes = 4
                if is_running[state]:
                    for i in range(a, b):
                        if day_class[symbol[i]] == 2:
                            defers = True
            for step in range(passes):
                for i in range(a, b):
                    if passes > 1:
                        turn_class = day_class[symbol[i]]
                        if turn_class == 3 and not defers:
                            turn_class = 0
                        if turn_class != step:
                            continue
                    event = symbol[i]
                    for r in range(first_refinement[event], first_refinement[event + 1]):
                        when = refinements[r, 1]
                        holds = (
                            when == 0
                            or (when == 1 and (marks & refinements[r, 2]) != 0)
                            or (when == 2 and (marks & refinements[r, 2]) == 0)
                            or (when == 3 and original[i] == NO_DATE)
                            or (when == 4 and is_running[state] and current >= 0 and o_start[current] == original[i])
                            or (when == 5 and original[i] != NO_DATE and original[i] > last_end)
                            or (when == 6 and received == NO_DATE)
                        )
                        if holds:
                            event = refinements[r, 3]
                            break
                    before = state
                    state = next_state[before, event]
                    bit = bits[before, event]
                    flag = flags[before, event]
                    rule = rules[before, event]
                    closing = closes[before, event]
                    opening = opens[before, event]
                    if closing != 0:
                        for p in range(base, periods):
                            if o_end[p] == NO_DATE and (p == current or (bit & 2) != 0):
                                o_end[p] = day[i]
                                if (bit & 128) != 0 and o_dna[p] != NO_DATE:
                                    o_end[p] = o_dna[p]
                                o_status[p] = closing
                                o_erule[p] = rule
                                o_bits[p] |= bit & (1 | 16)
                        last_end = max(last_end, day[i])
                    elif (bit & 1) != 0:
                        o_end[current] = day[i]
                        o_status[current] = 33
                        o_erule[current] = rule
                        o_bits[current] |= 1
                        last_end = max(last_end, day[i])
                    if opening != 0:
                        start = day[i]
                        if opening == 2 and original[i] != NO_DATE:
                            start = original[i]
                        elif opening == 3 and received != NO_DATE:
                            start = received
                        current = periods
                        o_row[current] = first
                        o_start[current] = start
                        o_end[current] = NO_DATE
                        o_status[current] = 0
                        o_bits[current] = 0
                        o_srule[current] = rule
                        o_erule[current] = 0
                        o_flags[current] = pending
                        o_passed[current] = NO_DATE
                        o_attended[current] = NO_DATE
                        o_decided[current] = NO_DATE
                        o_dna[current] = NO_DATE
                        pending = 0
                        periods += 1
                        received = NO_DATE
                        if (bit & 64) == 0:
                            marks &= ~period_marks
                    if periods > base:
                        o_flags[periods - 1] |= flag
                    else:
                        pending |= flag
                    if (bit & 4) != 0 and current >= 0:
                        o_passed[current] = day[i]
                    elif (bit & 8) != 0 and current >= 0:
                        o_passed[current] = NO_DATE
                    if (bit & 32) != 0 and received == NO_DATE:
                        received = day[i]
                    if current >= 0 and (o_end[current] == NO_DATE or o_end[current] == day[i]):
                        if notes[symbol[i]] == 1 and o_attended[current] == NO_DATE and day[i] >= o_start[current]:
                            o_attended[current] = day[i]
                        elif notes[symbol[i]] == 2:
                            o_decided[current] = day[i]
                        elif notes[symbol[i]] == 3:
                            o_dna[current] = day[i]
                    marks = ((marks & ~clears[event]) | sets[event]) | sets_by_turn[before, event]
                    if is_traced:
                        t_row[traced] = i
                        t_symbol[traced] = event
                        t_before[traced] = before
                        t_after[traced] = state
                        t_rule[traced] = rule
                        t_flags[traced] = flag
                        t_start[traced] = o_start[current] if (current >= 0 and is_running[state]) else NO_DATE
                        traced += 1
            a = b
        for p in range(base + 1, periods):
            q = p
            while q > base and o_start[q - 1] > o_start[q]:
                for column in out:
                    kept = column[q]
                    column[q] = column[q - 1]
                    column[q - 1] = kept
                q -= 1
        for p in range(base, periods):
            o_number[p] = p - base + 1
        first = last
    return periods, traced


@cache
def _compiled_loop() -> Any:
    """The loop as machine code, kept between processes in `NUMBA_CACHE_DIR`; it lets other threads run."""
    from numba import njit

    return njit(_fold_pathways, cache=True, nogil=True)


def run(program: Program, events: Events, starts: np.ndarray, census_day: int, *, is_traced: bool = False) -> tuple[Periods, Trace]:
    """The periods, and the trace where asked for, of events sorted by pathway, day and sequence."""
    rows = len(events.symbol)
    out = Periods(*(np.empty(rows, dtype=np.int64) for _ in Periods._fields))
    trace = Trace(*(np.empty(rows if is_traced else 0, dtype=np.int64) for _ in Trace._fields))
    loop = _compiled_loop() if rows >= COMPILE_FROM else _fold_pathways
    periods, traced = loop(tuple(program), *events, starts, census_day, tuple(out), tuple(trace), is_traced)
    return Periods(*(column[:periods] for column in out)), Trace(*(column[:traced] for column in trace))


def as_batch(fold: Fold, events: pa.Table, out: Periods, keys: list[str], census_day: int) -> pa.RecordBatch:
    """The periods as Arrow: the key, then number, dates, status, rules and flags. Open periods end nowhere."""
    first_rows = pa.array(out.row)
    is_open = out.end == NO_DATE
    is_nullified = (out.bits & NULLIFIES) != 0
    days = np.where(is_open, census_day, out.end) - out.start
    columns: dict[str, pa.Array] = {name: _taken(events.column(name), first_rows) for name in keys}
    columns |= {
        "period_number": pa.array(out.number, pa.int32()),
        "start_date": dates(out.start),
        "end_date": dates(out.end),
        "end_status": pa.array(out.status, mask=is_open).cast(pa.string()),
        "is_nullified": pa.array(is_nullified),
        "days_waited": pa.array(days, pa.int32(), mask=is_nullified),
        "start_rule": _named(fold.rules, out.start_rule, out.start == NO_DATE),
        "end_rule": _named(fold.rules, out.end_rule, is_open),
        "ended_by_admission": pa.array((out.bits & ADMITTED) != 0),
        "responsibility_passed_date": dates(out.passed),
        "first_attended_date": dates(out.attended),
        "decided_to_treat_date": dates(out.decided),
        "last_dna_date": dates(out.dna),
        "flags": pa.array(out.flags, pa.int64()),
    }
    return pa.RecordBatch.from_pydict(columns)


def dates(days: np.ndarray) -> pa.Array:
    """Days since 1970 as dates, `NO_DATE` as null."""
    return pa.array(days, pa.int32(), mask=days == NO_DATE).cast(pa.date32())


def _taken(column: pa.ChunkedArray, rows: pa.Array) -> pa.Array:
    taken = column.take(rows)
    return taken.combine_chunks() if isinstance(taken, pa.ChunkedArray) else taken


def _named(names: tuple[str, ...], codes: np.ndarray, is_null: np.ndarray) -> pa.Array:
    codes = pa.array(np.where(is_null, 0, codes), pa.int32(), mask=is_null)
    return pa.DictionaryArray.from_arrays(codes, pa.array(names)).cast(pa.string())
