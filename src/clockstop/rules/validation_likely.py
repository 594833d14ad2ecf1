"""What the evidence of a flag makes likely: the outcome that a validator will most often give, its day, and the cell in doubt.

Read from the flag's own words (rtt_flags_of_*). It is a proposal: nothing is kept until a person has given the outcome.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from clockstop.rules.validation_outcomes import BY_CODE

Cell = str  # "date", "event", "status": a column of the events shown
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_STATUS = re.compile(r"status (\d{2})")
STOPS_BY_STATUS = {"30": "stop_treated"} | dict.fromkeys(("31", "32", "91"), "stop_monitoring")
STOPS_BY_STATUS |= dict.fromkeys(("34", "35", "36"), "stop_no_treatment")


@dataclass(frozen=True, kw_only=True)
class Likely:
    """The likely outcome with its day or its other pathway; `code` is empty where the evidence favours none."""

    code: str = ""
    right_date: date | None = None
    other_pathway: str = ""


@dataclass(frozen=True)
class Doubt:
    """A cell to look at: of the event of that day, with the flag that doubts it. `title`: what happened, where no event says so."""

    day: date
    cell: Cell
    flag: str
    title: str = ""


def days_in(evidence: str) -> list[date]:
    """The days that the evidence names, in its order; what only looks like one is left out.

    >>> days_in("start 2026-09-22, the day of an appointment booked 2026-08-25")
    [datetime.date(2026, 9, 22), datetime.date(2026, 8, 25)]
    """
    found = []
    for text in _DAY.findall(evidence):
        try:
            found.append(date.fromisoformat(text))
        except ValueError:
            continue
    return found


def likely(flag: str, evidence: str) -> Likely:
    """What one flag makes likely.

    >>> likely("closed_but_open", "referral closed 2026-11-15: treated")
    Likely(code='stop_treated', right_date=datetime.date(2026, 11, 15), other_pathway='')
    """
    reader = _READERS.get(flag)
    found = [reader(part, days_in(part)) for part in evidence.split("; ")] if reader else []
    return next((one for one in found if one.code), found[0] if found else Likely())


def likeliest(flags: Iterable[tuple[str, str]], start_date: date) -> Likely:
    """The proposal of the first flag that makes one; a day on which the clock could not stop, or starts already, is left out."""
    found = [likely(flag, evidence) for flag, evidence in flags]
    chosen = next((one for one in found if one.code), None) or next((one for one in found if one.other_pathway), Likely())
    removes = bool(chosen.code) and BY_CODE[chosen.code].effect == "removes"
    cannot_be = chosen.right_date is not None and (chosen.right_date < start_date if removes else chosen.right_date == start_date)
    return Likely(code=chosen.code, other_pathway=chosen.other_pathway) if cannot_be else chosen


def doubts(flag: str, evidence: str) -> list[Doubt]:
    """The cells that a flag makes doubtful; none where it speaks of no single event."""
    days = days_in(evidence)
    if not days or flag not in _DOUBTS:
        return []
    cell, title = _DOUBTS[flag]
    if flag == "closed_but_open":
        title = "Death recorded" if evidence.startswith("died") else f"Referral closed{evidence[evidence.find(':') :]}"
    return [Doubt(days[0], cell, flag, title)]


def _closed(evidence: str, days: list[date]) -> Likely:
    code = "stop_treated" if evidence.endswith("treated") and not evidence.endswith("not treated") else "stop_no_treatment"
    return Likely(code=code, right_date=_first(days))


def _treated(_evidence: str, days: list[date]) -> Likely:
    return Likely(code="stop_treated", right_date=_first(days))


def _status(evidence: str, days: list[date]) -> Likely:
    found = _STATUS.search(evidence)
    code = STOPS_BY_STATUS.get(found[1], "") if found else ""
    return Likely(code=code, right_date=_first(days)) if code else Likely()


def _stop_without_status(evidence: str, days: list[date]) -> Likely:
    return Likely(code="stop_no_treatment", right_date=_first(days)) if evidence.startswith("a stop on") else Likely()


def _second_day(evidence: str, days: list[date]) -> Likely:
    """The day beside the start that is doubted; not where that is the day of birth, which says nothing of the start."""
    is_told = len(days) > 1 and "born" not in evidence
    return Likely(code="start_wrong", right_date=days[1]) if is_told else Likely()


def _twin(evidence: str, _days: list[date]) -> Likely:
    return Likely(code="duplicate", other_pathway=_named_after(evidence, " as "))


def _perhaps_twin(evidence: str, _days: list[date]) -> Likely:
    return Likely(other_pathway=_named_after(evidence, "also waits on ").split(",")[0])


def _named_after(evidence: str, words: str) -> str:
    _, _, rest = evidence.partition(words)
    return rest.strip()


def _first(days: list[date]) -> date | None:
    return days[0] if days else None


_READERS: dict[str, Callable[[str, list[date]], Likely]] = {
    "closed_but_open": _closed,
    "treatment_given": _treated,
    "status_contradicts": _status,
    "end_order": _stop_without_status,
    "start_order": _second_day,
    "start_drift": _second_day,
    "exact_duplicate": _twin,
    "possible_duplicate": _perhaps_twin,
}
# Of each flag that speaks of an event: the cell in doubt, and what happened where the events do not hold it.
_DOUBTS: dict[str, tuple[Cell, str]] = {
    "closed_but_open": ("event", ""),
    "treatment_given": ("event", "Taken off the admission list as admitted, no admission on record"),
    "status_contradicts": ("status", ""),
    "status_missing": ("status", ""),
    "past_without_outcome": ("event", "Booked, and no outcome recorded"),
    "end_order": ("date", "Stop recorded"),
    "start_order": ("date", ""),
    "start_drift": ("date", ""),
    "default_date": ("date", ""),
    "decision_mismatch": ("date", "Decision to admit"),
}
