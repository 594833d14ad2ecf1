"""The elective admission list and the admissions of each period."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from clockstop.synthetic.pathways import NEVER
from clockstop.synthetic.periods import Ending, Opening, Periods
from clockstop.synthetic.working_calendar import Calendar

REASONS = ("treatment", "second_side", "new_treatment", "diagnostic")
RESULTS = ("treated", "diagnostic", "not_done", "not_needed")
TREATED, DIAGNOSTIC, NOT_DONE, NOT_NEEDED = range(4)
NOT_DONE_SHARE = 0.03
DATE_DECLINED_SHARE = 0.05
DIAGNOSTIC_SHARE = 0.04
VALIDATED_SHARE = 0.55
# A planned procedure that was done in time, beside those whose date passed (Opening.planned).
PLANNED_SHARE = 0.06


@dataclass(frozen=True)
class Entries:
    """Parallel arrays, one entry an elective admission list entry; `to_come_in_known` is the day that the date was given."""

    pathway: NDArray[np.int32]
    decided: NDArray[np.int32]
    reason: NDArray[np.int8]
    kind: NDArray[np.int8]
    management: NDArray[np.int8]
    to_come_in: NDArray[np.int32]
    to_come_in_known: NDArray[np.int32]
    planned_due: NDArray[np.int32]
    priority: NDArray[np.int8]
    date_declined: NDArray[np.int32]
    treatment_declined: NDArray[np.int32]
    removed: NDArray[np.int32]
    removal_reason: NDArray[np.int8]
    validated: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.decided)

    def only(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> "Entries":
        return Entries(*(getattr(self, column.name)[chosen] for column in fields(self)))


@dataclass(frozen=True)
class Spells:
    """Parallel arrays, one entry an admission."""

    pathway: NDArray[np.int32]
    admitted: NDArray[np.int32]
    left: NDArray[np.int32]
    method: NDArray[np.int8]
    result: NDArray[np.int8]
    not_needed: NDArray[np.int32]
    status: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.admitted)

    def only(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> "Spells":
        return Spells(*(getattr(self, column.name)[chosen] for column in fields(self)))


def admissions(periods: Periods, last_seen: NDArray[np.int32], days: Calendar, rng: np.random.Generator) -> tuple[Entries, Spells]:
    """The list entries and admissions of the periods; `last_seen` is the last visit of each before its end."""
    listed = _is_listed(periods, rng)
    periods, last_seen = periods.only(listed), last_seen[listed]
    entries = _entries(periods, last_seen, days.until, rng)
    spells = _final_spells(periods, rng)
    undone = _undone_spells(entries, periods, days, rng)
    looked = _diagnostics(periods, entries, days, rng)
    planned = _planned_in_time(periods, days, rng)
    return _joined([entries, looked[0], planned[0]]), _joined([spells, undone, looked[1], planned[1]])


def _is_listed(periods: Periods, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Admitted or meant to be; half of those who decline were on the list, and all whose clock began with a decision."""
    by_decision = np.isin(periods.opening, [Opening.decision, Opening.second_side, Opening.new_treatment, Opening.planned])
    is_admitted = np.isin(periods.ending, [Ending.admitted, Ending.not_admitted])
    return is_admitted | by_decision | ((periods.ending == Ending.declined) & is_declined_on_list(periods))


def is_declined_on_list(periods: Periods) -> NDArray[np.bool_]:
    """Which declining patients were on the list: every other pathway; the others decline in a letter, shown on the referral."""
    by_decision = np.isin(periods.opening, [Opening.decision, Opening.second_side, Opening.new_treatment])
    return (periods.ending == Ending.declined) & (by_decision | (periods.pathway % 2 == 0))


def _entries(periods: Periods, last_seen: NDArray[np.int32], until: int, rng: np.random.Generator) -> Entries:
    number = len(periods)
    never = np.full(number, NEVER, dtype=np.int32)
    decided = _decided(periods, last_seen, rng)
    reason = np.select([periods.opening == Opening.second_side, periods.opening == Opening.new_treatment], [1, 2], 0)
    is_planned = periods.opening == Opening.planned
    kind = np.where(is_planned, 13, np.where(rng.random(number) < 0.7, 11, 12))
    is_admitted = np.isin(periods.ending, [Ending.admitted, Ending.not_admitted])
    room = np.maximum(periods.end - decided, 0)
    declined_date = decided + (room * rng.uniform(0.2, 0.8, number)).astype(np.int32)
    declines_date = (
        (rng.random(number) < DATE_DECLINED_SHARE) & (declined_date > decided) & (declined_date < periods.end) & ~is_planned
    )
    return Entries(
        pathway=periods.pathway,
        decided=decided,
        reason=reason.astype(np.int8),
        kind=kind.astype(np.int8),
        management=np.where(rng.random(number) < 0.72, 2, 1).astype(np.int8),
        to_come_in=np.where(is_admitted, periods.end, never),
        to_come_in_known=np.maximum(decided, periods.end - rng.integers(5, 43, number)).astype(np.int32),
        planned_due=np.where(is_planned, periods.start, never),
        priority=rng.choice([0, 2, 3, 4], number, p=[0.05, 0.2, 0.3, 0.45]).astype(np.int8),
        date_declined=np.where(declines_date, declined_date, never).astype(np.int32),
        treatment_declined=np.where(periods.ending == Ending.declined, periods.end, never),
        removed=periods.end,
        removal_reason=np.where(periods.ending == Ending.admitted, 1, 4).astype(np.int8),
        validated=_validated(decided, periods.end, until, rng),
    )


def _decided(periods: Periods, last_seen: NDArray[np.int32], rng: np.random.Generator) -> NDArray[np.int32]:
    """The decision to admit: it began the clock, or came soon after the last visit; planned ones were decided long before."""
    soon = last_seen + rng.gamma(1.0, 9, len(periods)).astype(np.int32)
    decided = np.clip(soon, periods.seen, np.maximum(periods.end - 1, periods.seen))
    by_decision = np.isin(periods.opening, [Opening.decision, Opening.second_side, Opening.new_treatment])
    decided = np.where(by_decision, periods.start, decided)
    return np.where(periods.opening == Opening.planned, periods.start - rng.integers(90, 160, len(periods)), decided).astype(
        np.int32
    )


def _validated(decided: NDArray[np.int32], end: NDArray[np.int32], until: int, rng: np.random.Generator) -> NDArray[np.int32]:
    """The last validation of those on the list for more than four weeks; the rest have none."""
    last = np.minimum(end, until)
    day = decided + ((last - decided) * rng.uniform(0.4, 1.0, len(decided))).astype(np.int32)
    was = (last - decided > 28) & (rng.random(len(decided)) < VALIDATED_SHARE)
    return np.where(was, day, NEVER).astype(np.int32)


def _final_spells(periods: Periods, rng: np.random.Generator) -> Spells:
    chosen = periods.only(np.isin(periods.ending, [Ending.admitted, Ending.not_admitted]))
    is_treated = chosen.ending == Ending.admitted
    start = np.where(is_treated, chosen.end, np.maximum(chosen.end - 1, chosen.seen))
    never = np.full(len(chosen), NEVER, dtype=np.int32)
    stay = np.where(rng.random(len(chosen)) < 0.72, 0, rng.geometric(0.4, len(chosen)))
    return Spells(
        chosen.pathway, start.astype(np.int32), np.maximum(start + stay, chosen.end).astype(np.int32), _methods(len(chosen), rng),
        np.where(is_treated, TREATED, NOT_NEEDED).astype(np.int8), np.where(is_treated, never, chosen.end),
        np.where(is_treated, 30, 34).astype(np.int8),
    )  # fmt: skip


def _undone_spells(entries: Entries, periods: Periods, days: Calendar, rng: np.random.Generator) -> Spells:
    """Admissions at which the procedure was not done, between the decision and the end."""
    day = days.rolled((entries.decided + (periods.end - entries.decided) * rng.uniform(0.3, 0.9, len(periods))).astype(np.int32))
    fits = (rng.random(len(periods)) < NOT_DONE_SHARE) & (day > entries.decided) & (day < periods.end) & (day > periods.start)
    return _spells(periods.pathway[fits], day[fits], NOT_DONE, 20, rng)


def _diagnostics(periods: Periods, entries: Entries, days: Calendar, rng: np.random.Generator) -> tuple[Entries, Spells]:
    """A diagnostic day case before the decision to treat, with its own list entry."""
    room = entries.decided - periods.seen
    decided = (periods.seen + room * 0.3).astype(np.int32)
    day = days.rolled((periods.seen + room * 0.7).astype(np.int32))
    fits = (
        (rng.random(len(periods)) < DIAGNOSTIC_SHARE)
        & (room > 14)
        & (day < entries.decided)
        & (periods.opening == Opening.referral)
    )
    chosen = entries.only(fits)
    never = np.full(len(chosen), NEVER, dtype=np.int32)
    looked = Entries(
        chosen.pathway, decided[fits], np.full(len(chosen), DIAGNOSTIC, dtype=np.int8), np.full(len(chosen), 11, dtype=np.int8),
        np.full(len(chosen), 2, dtype=np.int8), day[fits], decided[fits], never, chosen.priority, never, never, day[fits],
        np.ones(len(chosen), dtype=np.int8), never,
    )  # fmt: skip
    return looked, _spells(chosen.pathway, day[fits], DIAGNOSTIC, 20, rng)


def _planned_in_time(periods: Periods, days: Calendar, rng: np.random.Generator) -> tuple[Entries, Spells]:
    """Planned surveillance, half a year or more after treatment, done by its due date: no clock."""
    fits = (periods.ending == Ending.admitted) & (periods.opening == Opening.referral) & (rng.random(len(periods)) < PLANNED_SHARE)
    chosen = periods.only(fits)
    due = chosen.end + rng.integers(400, 500, len(chosen)).astype(np.int32)
    done = days.rolled(due - 20)
    never = np.full(len(chosen), NEVER, dtype=np.int32)
    entries = Entries(
        chosen.pathway, (chosen.end + 2).astype(np.int32), np.full(len(chosen), DIAGNOSTIC, dtype=np.int8),
        np.full(len(chosen), 13, dtype=np.int8), np.full(len(chosen), 4, dtype=np.int8), done, done - 30, due.astype(np.int32),
        np.zeros(len(chosen), dtype=np.int8), never, never, done, np.ones(len(chosen), dtype=np.int8), never,
    )  # fmt: skip
    return entries, _spells(chosen.pathway, done, DIAGNOSTIC, 90, rng)


def _spells(pathway: NDArray[np.int32], day: NDArray[np.int32], result: int, status: int, rng: np.random.Generator) -> Spells:
    number = len(pathway)
    return Spells(
        pathway, day.astype(np.int32), day.astype(np.int32), _methods(number, rng), np.full(number, result, dtype=np.int8),
        np.full(number, NEVER, dtype=np.int32), np.full(number, status, dtype=np.int8),
    )  # fmt: skip


def _methods(number: int, rng: np.random.Generator) -> NDArray[np.int8]:
    return rng.choice([11, 12], number, p=[0.7, 0.3]).astype(np.int8)


def _joined(parts):
    kind = type(parts[0])
    return kind(*(np.concatenate([getattr(part, column.name) for part in parts]) for column in fields(kind)))
