"""What one event did to each of a patient's clocks, side by side: the table twin of the timeline."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from clockstop.answers.lanes import Lane
from clockstop.answers.turns import Turn

# Events of different datasets that are one happening where they fall on one day of one pathway. The first that lists it names it.
_KINDS = {
    "referred": ("referral_received", "ubrn_converted", "self_referral_received", "emergency_presentation",
                 "urgent_referral_received", "breast_symptoms_received", "screening_received", "other_referral_received"),
    "seen": ("attend", "attend_first"),
    "missed": ("first_dna", "later_dna", "dna"),
    "late": ("arrived_late_not_seen", "first_dna_late"),
    "patient_cancelled": ("patient_cancel",),
    "hospital_cancelled": ("provider_cancel",),
    "decided": ("decision_to_treat",),
    "treated": ("admit_treat", "treated_first", "treated_first_admitted", "treated_subsequent", "treated_subsequent_admitted"),
    "declined": ("decline_treatment", "treatment_declined"),
    "died": ("death",),
}  # fmt: skip
_KIND_OF = {event: kind for kind, events in _KINDS.items() for event in events}


@dataclass(frozen=True)
class Effect:
    """What the event did to one clock: `what` in a word or two, the rule and its sentence, and the wait then."""

    lane: Lane
    turn: Turn
    what: str


@dataclass(frozen=True)
class Happening:
    """One event of one day, with what it did to each clock that heard of it, and the clocks that went on unmoved."""

    event_date: date
    title: str
    status: str
    patient_pathway_identifier: str
    is_other: bool
    effects: tuple[Effect, ...]
    unmoved: tuple[tuple[str, int], ...] = ()


def happenings(lanes: Sequence[Lane]) -> tuple[Happening, ...]:
    """Every event of the lanes in order of date. RTT's lanes come first, so that theirs are the words of what several record.

    `unmoved` are named with the day's last happening of the pathway that the page is about: its clocks that ran on that day and
    did not hear of anything.
    """
    found: dict[tuple, list[tuple[Lane, Turn]]] = {}
    for lane in lanes:
        for turn in lane.turns:
            found.setdefault(_key(lane, turn), []).append((lane, turn))
    every = sorted(found.values(), key=lambda parts: parts[0][1].event_date)
    last_of_day = {parts[0][1].event_date: parts for parts in every if not parts[0][0].is_other}
    heard: dict[date, list[Lane]] = {}
    for parts in every:
        heard.setdefault(parts[0][1].event_date, []).extend(lane for lane, _turn in parts)
    return tuple(
        _happening(parts, lanes, heard[parts[0][1].event_date] if last_of_day.get(parts[0][1].event_date) is parts else None)
        for parts in every
    )


def what_it_did(turn: Turn) -> str:
    """What the event did to the clock, in a word or two.

    >>> from datetime import date
    >>> what_it_did(Turn(date(2026, 11, 1), 1, "dna", "", "DM-R03", "", "close 3, open original", 0))
    'starts again'
    """
    does = turn.does.split(", ")
    opens, closes = any(one.startswith("open") for one in does), any(one.startswith("close") for one in does)
    if "nullify" in does:
        return "does not count"
    if opens:
        return "starts again" if closes else "starts"
    if closes:
        return "stops"
    return "goes on" if turn.days_waited is not None else "no clock runs"


def _key(lane: Lane, turn: Turn) -> tuple:
    """Turns with the same key are one happening; two of the same clock never are, for each has its own number."""
    kind = _KIND_OF.get(turn.event_type)
    own = (kind,) if kind else (lane.source, turn.event_type, turn.event_sequence, lane.name)
    again = sum(other.event_date == turn.event_date and _KIND_OF.get(other.event_type) == kind for other in _before(lane, turn))
    return (lane.patient_pathway_identifier, turn.event_date, *own, again if kind else 0)


def _before(lane: Lane, turn: Turn) -> Iterator[Turn]:
    for other in lane.turns:
        if other is turn:
            return
        yield other


def _happening(parts: list[tuple[Lane, Turn]], lanes: Sequence[Lane], heard: list[Lane] | None) -> Happening:
    lane, first = parts[0]
    return Happening(
        event_date=first.event_date,
        title=first.event_title,
        status=next((turn.status for _lane, turn in parts if turn.status), ""),
        patient_pathway_identifier=lane.patient_pathway_identifier,
        is_other=lane.is_other,
        effects=tuple(Effect(one, turn, what_it_did(turn)) for one, turn in parts),
        unmoved=() if heard is None else tuple(_unmoved(lanes, heard, first.event_date)),
    )


def _unmoved(lanes: Sequence[Lane], heard: Sequence[Lane], day: date) -> Iterator[tuple[str, int]]:
    for lane in lanes:
        if lane.is_other or any(lane is one for one in heard):
            continue
        running = next((clock for clock in lane.clocks if not clock.is_nullified and clock.runs_on(day)), None)
        if running is not None and running.start_date is not None:
            yield lane.label, (day - running.start_date).days
