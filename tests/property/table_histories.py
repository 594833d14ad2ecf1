"""Random histories made from the clock's transition table, so that every cell of it is met.

The table is walked breadth first over what it remembers: state, marks, whether a receipt is open and whether a period has ended. Of
each thing that it can remember one history is kept and continued by every event there is, so for each cell (a state that meets a
symbol) a history that reaches it is found, or no history can: `possible_cells` walks the same table without the clock, taking
every doubtful refinement both ways, and so gives at least the cells that any history reaches.
"""

from datetime import date, timedelta
from functools import cache
from itertools import pairwise

import pyarrow as pa

from clockstop.rules import rtt, rtt_events
from clockstop.rules.readings import Readings

CENSUS = date(2027, 12, 31)
FIRST_DAY = date(2026, 1, 5)
BEFORE = date(2025, 11, 3)
ATTENDED = ("10", "11", "12", "20", "90", "30", "31", "32", "33", "34", "35", "36", None)
STOPPED = ("30", "31", "32", "34", "35", "36", None)
PLAIN = tuple(sorted(rtt_events._EVENT_TYPES - {
    "attend", "active_monitoring", "administrative_stop", "first_dna", "discharge_to_gp", "transfer_out", "transfer_in",
}))  # fmt: skip
# Every canonical event that the clock tells apart; a transfer's original start is chosen where it is used.
EVENTS = (
    *({"type": name} for name in PLAIN),
    *({"type": "attend", "status": status} for status in ATTENDED),
    *({"type": "active_monitoring", "status": status} for status in ("31", "32")),
    *({"type": "administrative_stop", "status": status} for status in STOPPED),
    *({"type": "first_dna", "communicated": truth} for truth in (True, False, None)),
    {"type": "first_dna", "priority": "3"},
    *({"type": "discharge_to_gp", "safeguards": truth} for truth in (True, False, None)),
    *({"type": "transfer_out", "responsibility_passed": truth} for truth in (True, False)),
    {"type": "transfer_in"},
)
# The readings that change the table or its symbols, and those that leave it as it is: between them every symbol is met.
READINGS = (
    Readings(),
    Readings(
        suspected_cancer_first_dna_runs_on=True,
        re_referral_may_be_nullified=True,
        later_dna_without_activity_nullifies=False,
        later_dna_discharge_stops_on="dna",
    ),
)
COLUMNS = {
    "type": ("event_type", pa.string()), "date": ("event_date", pa.date32()), "sequence": ("event_sequence", pa.int64()),
    "status": ("referral_to_treatment_period_status", pa.string()), "original_start": ("original_start_date", pa.date32()),
    "communicated": ("is_communicated", pa.bool_()), "safeguards": ("has_safeguards", pa.bool_()),
    "responsibility_passed": ("is_responsibility_passed", pa.bool_()), "priority": ("priority_type_code", pa.string()),
}  # fmt: skip
BLANK = ("none", 0, False, False)


def table_of(histories, *, name="H{:06d}"):
    """Many histories as one table of canonical events, each a pathway of its own."""
    rows = [(name.format(number), event) for number, events in enumerate(histories) for event in events]
    columns = {"patient_pathway_identifier": pa.array([pathway for pathway, _ in rows], pa.string())}
    columns |= {column: pa.array([event.get(key) for _, event in rows], kind) for key, (column, kind) in COLUMNS.items()}
    return pa.table(columns)


def cells_of(histories, readings):
    """For each history the cells (state, symbol) that it meets, in the order applied."""
    traced = rtt.trace_of(table_of(histories), census=CENSUS, readings=readings)
    found = [[] for _ in histories]
    names = (traced["patient_pathway_identifier"], traced["state_before"], traced["read_as"])
    for pathway, state, symbol in zip(*(column.to_pylist() for column in names), strict=True):
        found[int(pathway[1:])].append((state, symbol))
    return found


@cache
def witnesses(readings):
    """For each cell that a history can reach under these readings, a shortest history that reaches it with its last event."""
    clock, found, known, edge = rtt.clock(readings), {}, {BLANK}, [([], BLANK)]
    while edge:
        longer = [(events, memory, event) for events, memory in edge for event in continuations(events)]
        histories = [[*events, event] for events, _memory, event in longer]
        edge = []
        for history, (_, memory, _), met in zip(histories, longer, cells_of(histories, readings), strict=True):
            cell = met[-1]
            found.setdefault(cell, history)
            after = remembered(clock, memory, *cell)
            if after not in known:
                known.add(after)
                edge.append((history, after))
    return found


def continuations(events):
    """Every event, a week after the last; a transfer in with no original start and with each that could matter."""
    day = FIRST_DAY + timedelta(days=7 * len(events))
    for event in EVENTS:
        yield {**event, "date": day, "sequence": len(events) + 1}
        if event["type"] == "transfer_in":
            for start in sorted(
                {BEFORE, day, *(one["date"] for one in events), *(one.get("original_start", day) for one in events)}
            ):
                yield {**event, "date": day, "sequence": len(events) + 1, "original_start": start}


def remembered(clock, memory, state, symbol):
    """What the table remembers once a state has met a symbol: the next state, the marks, a receipt still open, an end."""
    _, marks, has_receipt, has_ended = memory
    turn = clock.turns[state, symbol]
    words = [action.split(" ")[0] for action in turn.does]
    if "open" in words:
        has_receipt = False
        if "keep marks" not in turn.does:
            marks &= ~_mask(clock, clock.period_marks)
    sets, clears = clock.mark_changes.get(symbol, ((), ()))
    marks = (marks & ~_mask(clock, clears)) | _mask(clock, sets)
    marks |= _mask(clock, [action.partition(" ")[2] for action in turn.does if action.startswith("mark ")])
    return turn.next_state, marks, has_receipt or "receive" in words, has_ended or bool({"close", "nullify"} & set(words))


def possible_cells(readings):
    """The cells that a history could reach at most: refinements that hang on dates are taken both ways."""
    clock, known, edge, cells = rtt.clock(readings), {BLANK}, [BLANK], set()
    said = set(encoded_symbols(readings))
    while edge:
        memory = edge.pop()
        for symbol in (read for plain in said for read in _read_as(clock, memory, plain)):
            cells.add((memory[0], symbol))
            after = remembered(clock, memory, memory[0], symbol)
            if after not in known:
                known.add(after)
                edge.append(after)
    return cells


def encoded_symbols(readings):
    """The symbols that events are encoded to before the history refines them."""
    codes = rtt.clock(readings).encode(table_of([[{**event, "date": FIRST_DAY, "sequence": 1}] for event in EVENTS])).symbol
    return sorted({rtt_events.SYMBOLS[code] for code in codes})


def _read_as(clock, memory, symbol):
    """What the history may make of a symbol; surely one where nothing but the memory decides."""
    state, marks, has_receipt, has_ended = memory
    is_running = state in clock.running
    for one in (each for each in clock.refinements if each.event == symbol):
        kind, _, mark = one.when.partition(": ")
        is_marked = bool(marks & _mask(clock, [mark])) if mark else False
        holds = {"always": True, "mark": is_marked, "no mark": not is_marked, "nothing received": not has_receipt}.get(kind)
        if kind == "original is open start" and not is_running:
            holds = False
        if kind == "original after last end" and not has_ended:
            holds = True  # a missing original was taken before, and any day is after no end
        if holds is not False:
            yield one.becomes
        if holds:
            return
    yield symbol


def _mask(clock, names):
    return sum(1 << clock.marks.index(name) for name in names)


def random_histories(rng, readings, *, tails=3):
    """For each cell its witness, and the same with random events after it, some on one day and some out of order."""
    found = list(witnesses(readings).values())
    made = [list(history) for history in found]
    for history in found:
        for _ in range(tails):
            made.append(continued(rng, history))
    return made


def continued(rng, history):
    """The history with events after its end, then perhaps some moved onto the day before them, and its rows shuffled."""
    events = [dict(event) for event in history]
    for _ in range(rng.randrange(1, 6)):
        event = rng.choice(list(continuations(events)))
        events.append({**event, "date": events[-1]["date"] + timedelta(days=rng.choice((0, 0, 1, 9, 60)))})
    if rng.random() < 0.3:
        for earlier, later in pairwise(sorted(events, key=lambda event: event["date"])):
            if rng.random() < 0.3:
                later["date"] = earlier["date"]
    if rng.random() < 0.3:
        numbers = [event["sequence"] for event in events]
        rng.shuffle(numbers)
        for event, number in zip(events, numbers, strict=True):
            event["sequence"] = number
    rng.shuffle(events)
    return events
