"""The one loop that runs every clock: a compiled transition table over arrays of events.

The same function runs as plain Python on a few events and compiled by numba on many: one kernel, one meaning. A cell of the table
is one number, and a period one run of `WIDTH` numbers: the loop reads and writes little, which is what makes it fast.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from clockstop.rules.fold import Fold

NO_DATE = -2_147_483_648
# Below this the compiled kernel would cost more to load than the loop takes (measured: 0.8 to 0.9 s of processor to load, 3 to 4 us
# an event without it), and a whole row group of a stored file is above it.
COMPILE_FROM = 100_000
WHEN = {"always": 0, "mark": 1, "no mark": 2, "original missing": 3, "original is open start": 4, "original after last end": 5,
        "nothing received": 6}  # fmt: skip

# A cell of the table: the next state, the opening, the status that closes, what else is done, marks set, the rule and the flags.
OPENS_AT, CLOSES_AT, BITS_AT, MARKS_AT, RULE_AT, FLAGS_AT = 4, 7, 13, 21, 27, 35
STATE_MASK, OPENS_MASK, CLOSES_MASK, BITS_MASK, MARKS_MASK, RULE_MASK, FLAGS_MASK = 15, 7, 63, 255, 63, 255, (1 << 28) - 1
# All of a cell that does more than move on: what an event without it leaves as it was.
DOES_MASK = (FLAGS_MASK << FLAGS_AT) | (((1 << (RULE_AT - OPENS_AT)) - 1) << OPENS_AT)
# What is known of a symbol: its class within the day, what it notes, marks set and cleared, its refinements, whether it counts.
NOTE_AT, SETS_AT, CLEARS_AT, FIRST_AT, LAST_AT, SKIPPED = 2, 4, 10, 16, 28, 1 << 40
CLASS_MASK, NOTE_MASK, REFINEMENT_MASK = 3, 3, 4095
# The numbers of a period.
ROW, NUMBER, START, END, STATUS, BITS, START_RULE, END_RULE, FLAGS, PASSED, ATTENDED, DECIDED, DNA, WIDTH = range(14)
TRACE_WIDTH = 7


class Events(NamedTuple):
    """The kernel's columns, one item an event: symbol (one beyond the table is left out), day, and date on its transfer form."""

    symbol: np.ndarray
    day: np.ndarray
    original: np.ndarray


class Program(NamedTuple):
    """A transition table as numbers: a cell by state and symbol, what is known of each symbol, and four of each refinement."""

    cells: np.ndarray
    symbols: np.ndarray
    refinements: np.ndarray
    running: int
    period_marks: int


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
DOES = {"nullify": NULLIFIES, "pass": PASSES, "return": RETURNS, "admitted": ADMITTED, "receive": RECEIVES,
        "keep marks": KEEPS_MARKS, "on dna day": ON_DNA_DAY}  # fmt: skip


def compiled(fold: Fold) -> Program:
    """The fold's table as numbers; a table too large for them is a fault of its author."""
    assert len(fold.states) <= STATE_MASK + 1, "too many states for a cell"
    assert len(fold.rules) <= RULE_MASK + 1, "too many rules for a cell"
    assert len(fold.flags) <= FLAGS_MASK.bit_length(), "too many flags for a cell"
    assert len(fold.marks) <= MARKS_MASK.bit_length(), "too many marks for a cell"
    assert len(fold.events) < np.iinfo(np.int8).max, "too many events for a symbol"
    cells = np.zeros((len(fold.states), len(fold.events)), dtype=np.int64)
    for (state, event), turn in fold.turns.items():
        cell = fold.states.index(turn.next_state) | fold.rules.index(turn.rule) << RULE_AT
        for action in turn.does:
            cell |= _action(fold, action)
        cells[fold.states.index(state), fold.events.index(event)] = cell
    refinements, first = _refinements(fold)
    symbols = [
        _symbol(fold, event) | int(first[at]) << FIRST_AT | int(first[at + 1]) << LAST_AT for at, event in enumerate(fold.events)
    ]
    running = sum(1 << at for at, state in enumerate(fold.states) if state in fold.running)
    return Program(
        cells.ravel(), np.array([*symbols, SKIPPED | 1], dtype=np.int64), refinements, running, _mask(fold.marks, fold.period_marks)
    )


def _action(fold: Fold, action: str) -> int:
    """What one action adds to a cell."""
    from clockstop.rules.fold import OPENINGS

    word, _, rest = action.partition(" ")
    if action in OPENINGS:
        return OPENINGS[action] << OPENS_AT
    if action.startswith("close all "):
        return int(rest.split()[-1]) << CLOSES_AT | CLOSES_ALL << BITS_AT
    if word == "close":
        return int(rest) << CLOSES_AT
    if word == "flag":
        return 1 << FLAGS_AT + fold.flags.index(rest)
    if word == "mark":
        return 1 << MARKS_AT + fold.marks.index(rest)
    return DOES[action] << BITS_AT


def _symbol(fold: Fold, event: str) -> int:
    sets, clears = fold.mark_changes.get(event, ((), ()))
    changes = _mask(fold.marks, sets) << SETS_AT | _mask(fold.marks, clears) << CLEARS_AT
    return fold.day_class[event] | _note(event) << NOTE_AT | changes


def _refinements(fold: Fold) -> tuple[np.ndarray, np.ndarray]:
    """Runs of (event, when, mark bit, becomes) grouped by event, and for each event where its runs begin."""
    rows = []
    for refinement in sorted(fold.refinements, key=lambda one: fold.events.index(one.event)):
        kind, _, mark = refinement.when.partition(": ")
        bit = 1 << fold.marks.index(mark) if mark else 0
        rows.append((fold.events.index(refinement.event), WHEN[kind], bit, fold.events.index(refinement.becomes)))
    table = np.array(rows or np.zeros((0, 4)), dtype=np.int64).reshape(-1, 4)
    return table.ravel(), np.searchsorted(table[:, 0], np.arange(len(fold.events) + 1))


def _mask(names: tuple[str, ...], chosen: tuple[str, ...]) -> int:
    return sum(1 << names.index(name) for name in chosen)


def _note(event: str) -> int:
    if event.startswith("attend_") and event not in {"attend_33", "attend_36"}:
        return NOTE_ATTENDED
    if event.startswith(("first_dna", "later_dna")):
        return NOTE_DNA
    return NOTE_DECIDED if event == "decision_to_treat" else 0


def _fold_pathways(  # type: ignore[no-untyped-def]  # noqa: PLR0912, PLR0915, PLR0917
    cells, symbols, refinements, running, period_marks, symbol, day, original, starts, census, out, trace, is_traced
):
    """Fold every pathway of the arrays; gives the counts of periods and of traced events.

    One long function on purpose: numba inlines nothing across Python-level state, and this is the only hot loop.
    """
    rows = len(symbol)
    events = len(symbols) - 1
    periods = 0
    traced = 0
    a = 0
    while a < rows:
        first = a
        state = 0
        marks = 0
        pending = 0
        received = NO_DATE
        last_end = NO_DATE
        base = periods
        current = -1
        at = 0
        while a == first or (a < rows and not starts[a]):
            today = day[a]
            b = a + 1
            if today > census:
                while b < rows and not starts[b]:
                    b += 1
                a = b
                break
            while b < rows and not starts[b] and day[b] == today:
                b += 1
            passes = 1
            defers = False
            if b - a > 1:
                passes = 4
                if running >> state & 1 != 0:
                    for i in range(a, b):
                        if symbols[symbol[i]] & CLASS_MASK == 2:
                            defers = True
            for step in range(passes):
                for i in range(a, b):
                    event = symbol[i]
                    known = symbols[event]
                    if passes > 1:
                        turn_class = known & CLASS_MASK
                        if turn_class == 3 and not defers:
                            turn_class = 0
                        if turn_class != step:
                            continue
                    if known & SKIPPED != 0:
                        continue
                    for r in range((known >> FIRST_AT) & REFINEMENT_MASK, (known >> LAST_AT) & REFINEMENT_MASK):
                        when = refinements[4 * r + 1]
                        holds = (
                            when == 0
                            or (when == 1 and (marks & refinements[4 * r + 2]) != 0)
                            or (when == 2 and (marks & refinements[4 * r + 2]) == 0)
                            or (when == 3 and original[i] == NO_DATE)
                            or (when == 4 and running >> state & 1 != 0 and current >= 0 and out[at + START] == original[i])
                            or (when == 5 and original[i] != NO_DATE and original[i] > last_end)
                            or (when == 6 and received == NO_DATE)
                        )
                        if holds:
                            event = refinements[4 * r + 3]
                            break
                    before = state
                    cell = cells[before * events + event]
                    state = cell & STATE_MASK
                    flag = 0
                    if cell & DOES_MASK != 0:
                        bit = (cell >> BITS_AT) & BITS_MASK
                        rule = (cell >> RULE_AT) & RULE_MASK
                        closing = (cell >> CLOSES_AT) & CLOSES_MASK
                        opening = (cell >> OPENS_AT) & OPENS_MASK
                        flag = cell >> FLAGS_AT
                        if closing != 0:
                            for p in range(base, periods):
                                o = p * WIDTH
                                if out[o + END] == NO_DATE and (p == current or (bit & CLOSES_ALL) != 0):
                                    out[o + END] = today
                                    if (bit & ON_DNA_DAY) != 0 and out[o + DNA] != NO_DATE:
                                        out[o + END] = out[o + DNA]
                                    out[o + STATUS] = closing
                                    out[o + END_RULE] = rule
                                    out[o + BITS] |= bit & (NULLIFIES | ADMITTED)
                            last_end = max(last_end, today)
                        elif (bit & NULLIFIES) != 0:
                            out[at + END] = today
                            out[at + STATUS] = 33
                            out[at + END_RULE] = rule
                            out[at + BITS] |= NULLIFIES
                            last_end = max(last_end, today)
                        if opening != 0:
                            start = today
                            if opening == 2 and original[i] != NO_DATE:
                                start = original[i]
                            elif opening == 3 and received != NO_DATE:
                                start = received
                            current = periods
                            at = current * WIDTH
                            out[at + ROW] = first
                            out[at + NUMBER] = current - base + 1
                            out[at + START] = start
                            out[at + END] = NO_DATE
                            out[at + STATUS] = 0
                            out[at + BITS] = 0
                            out[at + START_RULE] = rule
                            out[at + END_RULE] = 0
                            out[at + FLAGS] = pending
                            out[at + PASSED] = NO_DATE
                            out[at + ATTENDED] = NO_DATE
                            out[at + DECIDED] = NO_DATE
                            out[at + DNA] = NO_DATE
                            pending = 0
                            periods += 1
                            received = NO_DATE
                            if (bit & KEEPS_MARKS) == 0:
                                marks &= ~period_marks
                        if periods > base:
                            out[(periods - 1) * WIDTH + FLAGS] |= flag
                        else:
                            pending |= flag
                        if (bit & PASSES) != 0 and current >= 0:
                            out[at + PASSED] = today
                        elif (bit & RETURNS) != 0 and current >= 0:
                            out[at + PASSED] = NO_DATE
                        if (bit & RECEIVES) != 0 and received == NO_DATE:
                            received = today
                    note = (known >> NOTE_AT) & NOTE_MASK
                    if note != 0 and current >= 0 and (out[at + END] == NO_DATE or out[at + END] == today):
                        if note == NOTE_ATTENDED:
                            if out[at + ATTENDED] == NO_DATE and today >= out[at + START]:
                                out[at + ATTENDED] = today
                        elif note == NOTE_DECIDED:
                            out[at + DECIDED] = today
                        else:
                            out[at + DNA] = today
                    change = symbols[event] >> SETS_AT
                    marks = (marks & ~(change >> 6 & MARKS_MASK)) | (change & MARKS_MASK) | (cell >> MARKS_AT & MARKS_MASK)
                    if is_traced:
                        t = traced * TRACE_WIDTH
                        trace[t] = i
                        trace[t + 1] = event
                        trace[t + 2] = before
                        trace[t + 3] = state
                        trace[t + 4] = cell >> RULE_AT & RULE_MASK
                        trace[t + 5] = flag
                        trace[t + 6] = out[at + START] if (current >= 0 and running >> state & 1 != 0) else NO_DATE
                        traced += 1
            a = b
        if periods - base > 1:
            for p in range(base + 1, periods):
                q = p
                while q > base and out[(q - 1) * WIDTH + START] > out[q * WIDTH + START]:
                    for k in range(WIDTH):
                        kept = out[q * WIDTH + k]
                        out[q * WIDTH + k] = out[(q - 1) * WIDTH + k]
                        out[(q - 1) * WIDTH + k] = kept
                    q -= 1
            for p in range(base, periods):
                out[p * WIDTH + NUMBER] = p - base + 1
    return periods, traced


def _columns_of(out, columns):  # type: ignore[no-untyped-def]
    """Write each period's run of numbers as one item of every column."""
    for period in range(columns.shape[1]):
        for number in range(WIDTH):
            columns[number, period] = out[period * WIDTH + number]


@cache
def _compiled_loop() -> Any:
    """The loop as machine code, kept between processes in `NUMBA_CACHE_DIR`; it lets other threads run."""
    from numba import njit

    return njit(_fold_pathways, cache=True, nogil=True)


@cache
def _compiled_columns() -> Any:
    from numba import njit

    return njit(_columns_of, cache=True, nogil=True)


def run(
    program: Program, events: Events, starts: np.ndarray, census_day: int, *, is_traced: bool = False
) -> tuple[np.ndarray, Trace]:
    """The periods, a column each of `WIDTH` rows, and the trace where asked for, of events sorted by pathway, day and sequence."""
    rows = len(events.symbol)
    is_loaded = _compiled_loop.cache_info().currsize > 0
    folded = _run_compiled if is_loaded or rows >= COMPILE_FROM else _run_plain
    periods, trace = folded(program, events, starts, census_day, is_traced)
    return periods, Trace(*np.ascontiguousarray(trace.T))


def _run_compiled(
    program: Program, events: Events, starts: np.ndarray, census_day: int, is_traced: bool
) -> tuple[np.ndarray, np.ndarray]:
    rows = len(events.symbol)
    # As many periods as events at most. Memory that is not written is not taken.
    out = np.empty(rows * WIDTH, dtype=np.int32)
    trace = np.empty(rows * TRACE_WIDTH if is_traced else 0, dtype=np.int64)
    periods, traced = _compiled_loop()(*program, *events, starts, census_day, out, trace, is_traced)
    columns = np.empty((WIDTH, periods), dtype=np.int32)
    _compiled_columns()(out, columns)
    return columns, trace[: traced * TRACE_WIDTH].reshape(-1, TRACE_WIDTH)


def _run_plain(
    program: Program, events: Events, starts: np.ndarray, census_day: int, is_traced: bool
) -> tuple[np.ndarray, np.ndarray]:
    """The loop over lists: plain Python reads those several times faster than arrays."""
    rows = len(events.symbol)
    out, trace = [0] * (rows * WIDTH), [0] * (rows * TRACE_WIDTH if is_traced else 0)
    table = [program.cells.tolist(), program.symbols.tolist(), program.refinements.tolist(), program.running, program.period_marks]
    columns = [column.tolist() for column in (*events, starts)]
    loop: Any = _fold_pathways
    periods, traced = loop(*table, *columns, census_day, out, trace, is_traced)
    found = np.array(out[: periods * WIDTH], dtype=np.int32).reshape(-1, WIDTH)
    traced_rows = np.array(trace[: traced * TRACE_WIDTH], dtype=np.int64).reshape(-1, TRACE_WIDTH)
    return np.ascontiguousarray(found.T), traced_rows
