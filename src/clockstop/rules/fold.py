"""A national clock as an ordered fold over one pathway's events, declared as its transition table.

The table is the rule book as data: state and event give the next state, what is done, and the rule that says so. It is
checked to be total when it is read (every state meets every event, once), printed in the documentation, and compiled
to arrays over which one kernel (rules/fold_kernel.py) runs.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

from clockstop.rules import fold_kernel
from clockstop.rules.fold_rows import Rows, as_batch

OPENINGS = {"open": 1, "open original": 2, "open received": 3, "open beside": 4}
START, CONTINUE, STOP, RESTART = range(4)


@dataclass(frozen=True)
class Turn:
    """One row of the table: what one event does in one state."""

    state: str
    event: str
    next_state: str
    does: tuple[str, ...]
    rule: str


@dataclass(frozen=True)
class Refinement:
    """An event that the history makes another: `event` is read as `becomes` where `when` holds."""

    event: str
    when: str
    becomes: str


@dataclass(frozen=True, kw_only=True)
class Fold:
    """A clock: its states, events and transition table.

    `state_groups` and `event_groups` are the names that a row of `table` may use for several. `day_class` gives the class of an
    event within its day (start, continue, stop, or restart: a start that waits for a stop of its day when a clock ran
    that morning). `encode` turns a batch of events into the kernel's columns.
    """

    name: str
    key: tuple[str, ...]
    order: tuple[str, ...]
    states: tuple[str, ...]
    events: tuple[str, ...]
    running: frozenset[str]
    state_groups: dict[str, tuple[str, ...]]
    event_groups: dict[str, tuple[str, ...]]
    refinements: tuple[Refinement, ...]
    marks: tuple[str, ...]
    mark_changes: dict[str, tuple[tuple[str, ...], tuple[str, ...]]]
    period_marks: tuple[str, ...]
    flags: tuple[str, ...]
    day_class: dict[str, int]
    table: str
    encode: Callable[[pa.RecordBatch | pa.Table], fold_kernel.Events]

    @cached_property
    def turns(self) -> dict[tuple[str, str], Turn]:
        """Each cell of the table by state and event; raises ValueError where a cell is missing or given twice."""
        found: dict[tuple[str, str], Turn] = {}
        for turn in self._rows():
            cell = (turn.state, turn.event)
            if cell in found:
                raise ValueError(f"{self.name}: {turn.state} meets {turn.event} twice")
            found[cell] = turn
        missing = [(state, event) for state in self.states for event in self.events if (state, event) not in found]
        if missing:
            raise ValueError(f"{self.name}: the table says nothing of {missing[:10]} (and {len(missing)} in all)")
        return found

    def _rows(self) -> Iterator[Turn]:
        for line in self.table.strip().splitlines():
            cells = [cell.strip() for cell in line.split("|")]
            if len(cells) != 5 or cells[0] in {"state", ""} or set(cells[0]) <= {"-", "+"}:
                continue
            yield from self._turns_of(*cells)

    def _turns_of(self, states: str, events: str, next_state: str, does: str, rule: str) -> Iterator[Turn]:
        actions = tuple(action.strip() for action in does.split(",") if action.strip())
        for state in _expanded(states, self.state_groups, self.states):
            for event in _expanded(events, self.event_groups, self.events):
                yield Turn(state, event, state if next_state == "same" else next_state, actions, rule)

    @cached_property
    def rules(self) -> tuple[str, ...]:
        """Every rule id that the table cites, in the order of first mention; index 0 is no rule."""
        return ("", *dict.fromkeys(turn.rule for turn in self.turns.values()))

    @cached_property
    def compiled(self) -> fold_kernel.Program:
        """The table as the kernel's arrays."""
        return fold_kernel.compiled(self)

    def over(
        self, batches: Iterable[pa.RecordBatch], *, census_day: int, not_on_census: Sequence[str] = (), is_stored: bool = False
    ) -> Iterator[pa.RecordBatch]:
        """One row a clock period, streamed: `batches` are sorted by key and order; a key may cross the edge of a batch.

        `census_day` is the census as days since 1970-01-01; events after it are not applied, nor on it those that
        `not_on_census` names. `is_stored`: the batches are those of a snapshot, which give the key on its first row only, and null
        on the rows that follow; the periods are for the store too, their words as dictionaries.
        """
        left_out = [self.events.index(name) for name in not_on_census]
        held: Rows | None = None
        for batch in batches:
            if batch.num_rows == 0:
                continue
            rows = self._encoded(batch, is_sparse=is_stored)
            rows.leave_out(left_out, day=census_day, symbol=len(self.events))
            rows = rows.after(held) if held else rows
            edge = rows.last_start
            if edge:
                yield self._folded(rows.first(edge), census_day, is_stored=is_stored)
            held = rows.rest(edge)
        if held:
            yield self._folded(held, census_day, is_stored=is_stored)

    def periods(self, events: pa.Table, *, census_day: int) -> pa.RecordBatch:
        """One row a clock period of whole, sorted pathways."""
        return self._folded(self._encoded(events), census_day)

    def trace(self, events: pa.Table, *, census_day: int) -> fold_kernel.Trace:
        """What each event of whole, sorted pathways did, in the order in which the events were applied."""
        rows = self._encoded(events)
        _found, trace = fold_kernel.run(self.compiled, rows.events, rows.starts, census_day, is_traced=True)
        return trace

    def _encoded(self, events: pa.RecordBatch | pa.Table, *, is_sparse: bool = False) -> Rows:
        return Rows.of(events, self.encode(events), self.key, is_sparse=is_sparse)

    def _folded(self, rows: Rows, census_day: int, *, is_stored: bool = False) -> pa.RecordBatch:
        found, _trace = fold_kernel.run(self.compiled, rows.events, rows.starts, census_day)
        keys = rows.keys_at(found[fold_kernel.ROW])
        return as_batch(keys, found, rules=self.rules, census_day=census_day, is_stored=is_stored)


def _expanded(names: str, groups: dict[str, tuple[str, ...]], every: tuple[str, ...]) -> list[str]:
    """The members that a cell names, in order: plain names, groups, or all of them for `*`."""
    expanded: list[str] = []
    for name in (part.strip() for part in names.split(",")):
        members = every if name == "*" else groups.get(name, (name,))
        unknown = [member for member in members if member not in every]
        if unknown:
            raise ValueError(f"the table names {unknown[0]}, which is not declared")
        expanded.extend(members)
    return list(dict.fromkeys(expanded))
