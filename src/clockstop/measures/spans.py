"""When a clock is counted by a census: the days, from one up to another, on which a truth about its wait holds.

A census measure is declared with the words below (`_.is_waiting & (_.days_waited <= 126)`). Read against a table, they are
columns of one census. Read against `Lens`, the same words give a `Span`, and from the spans of all clocks every census of a
series is counted in one pass, each clock adding one where it enters and taking one away where it leaves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import ibis
from ibis import Deferred
from ibis.expr.types import BooleanValue, DateValue, Table

from clockstop.rules.either import days_after

FAR = date(9999, 12, 31)
# Clearance time is over a typical week's stops; a quarter smooths holidays and no more (13 weeks: our choice).
STOPS_WINDOW_DAYS = 91


@dataclass(frozen=True)
class State:
    """A truth of a clock, or of a fact's row, that holds from one day up to another, that other day excluded.

    `needs` are the columns that it reads: a table can tell those states whose columns it has.

    `is_wait`: it is true of a wait that is running, so never of a clock whose start nobody knows.
    """

    since: Callable[[Table], DateValue]
    until: Callable[[Table], DateValue]
    needs: tuple[str, ...]
    is_wait: bool = True


def _leaves(clocks: Table) -> DateValue:
    """The day on which a pathway leaves this trust's list: its clock stopped, or responsibility passed (RTT-R33, RTT-R42)."""
    return ibis.least(clocks.end_date.fill_null(FAR), clocks.responsibility_passed_date.fill_null(FAR))


def _first_seen(clocks: Table) -> DateValue:
    """The day on which the wait for a first appointment is over: seen within this clock, or put on the admitted list (RTT-R53)."""
    seen = (clocks.first_attended_date >= clocks.start_date).ifelse(clocks.first_attended_date, ibis.null("date"))
    return ibis.least(_leaves(clocks), seen.fill_null(FAR), clocks.decided_to_admit_date.fill_null(FAR))


def _stopped(clocks: Table) -> DateValue:
    """The day of a clock stop that this trust reports; none for a nullified clock or one that passed to another trust."""
    is_ours = ~clocks.is_nullified & (clocks.end_date < clocks.responsibility_passed_date.fill_null(FAR))
    return is_ours.fill_null(False).ifelse(clocks.end_date, ibis.null("date")).fill_null(FAR)


_LIST = ("start_date", "end_date", "responsibility_passed_date")
STATES = {
    "is_waiting": State(lambda clocks: clocks.start_date, _leaves, needs=_LIST),
    "is_waiting_for_first": State(
        lambda clocks: clocks.start_date, _first_seen, needs=(*_LIST, "first_attended_date", "decided_to_admit_date")
    ),
    "is_waiting_for_admission": State(
        lambda clocks: ibis.greatest(clocks.start_date, clocks.decided_to_admit_date.fill_null(FAR)),
        _leaves,
        needs=(*_LIST, "decided_to_admit_date"),
    ),
    "has_stopped_in_13_weeks": State(
        _stopped,
        lambda clocks: days_after(_stopped(clocks), STOPS_WINDOW_DAYS),
        needs=("is_nullified", "end_date", "responsibility_passed_date"),
        is_wait=False,
    ),
}

# The states of every other fact's rows.
FACT_STATES = {
    "is_open": State(lambda rows: rows.start_date, lambda rows: rows.end_date.fill_null(FAR), needs=("start_date", "end_date")),
    # A diagnostic wait stands on the list from `listed_date`, which may come before its start (DM-R03).
    "is_listed": State(lambda rows: rows.listed_date, lambda rows: rows.end_date.fill_null(FAR), needs=("listed_date", "end_date")),
    "is_overdue": State(
        lambda rows: days_after(rows.due_date, 1),
        lambda rows: rows.end_date.fill_null(FAR),
        needs=("due_date", "end_date"),
        is_wait=False,
    ),
}


def states_of(rows: Table) -> dict[str, State]:
    """The states that the rows can tell, those of clocks and those of other facts: all whose columns they have."""
    return {name: state for name, state in {**STATES, **FACT_STATES}.items() if set(state.needs) <= set(rows.columns)}


@dataclass(frozen=True)
class Span:
    """The days on which all of `states` hold and the wait is more than `more_than` days and at most `at_most`."""

    states: frozenset[str] = frozenset()
    more_than: int | None = None
    at_most: int | None = None

    def __and__(self, other: "Span") -> "Span":
        lows = [low for low in (self.more_than, other.more_than) if low is not None]
        highs = [high for high in (self.at_most, other.at_most) if high is not None]
        return Span(self.states | other.states, max(lows, default=None), min(highs, default=None))

    def begins(self, clocks: Table) -> DateValue:
        """The first day counted; null or far in the future where there is none."""
        days = [STATES[state].since(clocks) for state in sorted(self.states)]
        if self.more_than is not None:
            days.append(days_after(clocks.start_date, self.more_than + 1))
        latest = ibis.greatest(*days) if len(days) > 1 else days[0]
        if not self.is_wait:
            return latest
        # Engines pass over nulls when they look for the greatest.
        return clocks.start_date.notnull().ifelse(latest, ibis.null("date"))

    def ends(self, clocks: Table) -> DateValue:
        """The first day that is no longer counted."""
        days = [STATES[state].until(clocks) for state in sorted(self.states)]
        if self.at_most is not None:
            days.append(days_after(clocks.start_date, self.at_most + 1))
        return ibis.least(*days) if len(days) > 1 else days[0]

    @property
    def is_wait(self) -> bool:
        """Whether it holds only while a wait runs."""
        return any(STATES[state].is_wait for state in self.states)

    @property
    def needs(self) -> frozenset[str]:
        """The columns of the clocks that it reads."""
        return frozenset(column for state in self.states for column in STATES[state].needs)


class _DaysWaited:
    """`days_waited` as a census measure may use it: compared with a number of days."""

    def __le__(self, days: int) -> Span:
        return Span(at_most=days)

    def __lt__(self, days: int) -> Span:
        return Span(at_most=days - 1)

    def __gt__(self, days: int) -> Span:
        return Span(more_than=days)

    def __ge__(self, days: int) -> Span:
        return Span(more_than=days - 1)


class Lens:
    """What `_` stands for when a declaration is read as a span."""

    days_waited = _DaysWaited()

    def __getattr__(self, name: str) -> Span:
        if name not in STATES:
            raise AttributeError(f"{name} has no history: a census measure may use days_waited, {', '.join(STATES)}")
        return Span(frozenset({name}))


def span_of(declared: Deferred) -> Span:
    """The declaration read as a span."""
    span = declared.resolve(Lens())
    assert isinstance(span, Span), "a census measure is a conjunction of states and days waited"
    return span


def at_census(rows: Table, day: date | DateValue) -> Table:
    """Every row with `days_waited` at the end of `day` and the truth of each state then: one census, the direct way."""
    census = ibis.date(day) if isinstance(day, date) else day
    truths = {name: _holds(state, rows, census) for name, state in states_of(rows).items()}
    waited = {"days_waited": census.delta(rows.start_date, unit="day")} if "start_date" in rows.columns else {}
    return rows.mutate(**waited, **truths)


def _holds(state: State, rows: Table, census: DateValue) -> BooleanValue:
    truth = (state.since(rows) <= census) & (census < state.until(rows))
    # Engines pass over nulls when they look for the greatest.
    return (truth & rows.start_date.notnull() if state.is_wait else truth).fill_null(False)
