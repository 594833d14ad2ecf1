"""A pathway in the words of its page, and as the clocks and marks that are drawn."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from clockstop.answers.happenings import Happening
from clockstop.answers.lanes import RTT, Lane
from clockstop.answers.pathways import Booking, Clock, Pathway
from clockstop.contracts.codes import RTT_PERIOD_STATUS
from clockstop.nhsuk.presenters import count, day, lower_first, weeks_and_days
from clockstop.pages import timeline_drawing

DIED = "36"
STOPS_AND_STARTS, TURNING_POINTS, ORDINARY = 5, 3, 1
LONGEST_WORDS = 30
# What an event did to a clock (answers.happenings) that moved it.
MOVES = ("starts", "starts again", "stops", "does not count")

# What stands on the drawing: short words, and how much they matter when there is no room for all.
SHORT_WORDS = {
    "referral_received": ("Referred", STOPS_AND_STARTS),
    "ubrn_converted": ("Booked through e-RS", STOPS_AND_STARTS),
    "asi_worklist": ("No slot, on the list", STOPS_AND_STARTS),
    "cas_booked": ("Booked for assessment", STOPS_AND_STARTS),
    "ers_rejected": ("e-RS referral rejected", ORDINARY),
    "interface_received": ("Referred to interface", STOPS_AND_STARTS),
    "self_referral_received": ("Self-referred", STOPS_AND_STARTS),
    "self_referral_ratified": ("Self-referral accepted", STOPS_AND_STARTS),
    "emergency_presentation": ("Came as an emergency", TURNING_POINTS),
    "transfer_in": ("Transferred in", STOPS_AND_STARTS),
    "transfer_out": ("Transferred out", STOPS_AND_STARTS),
    "planned_due_missed": ("Planned date passed", STOPS_AND_STARTS),
    "first_dna": ("Missed first appointment", STOPS_AND_STARTS),
    "later_dna": ("Missed appointment", TURNING_POINTS),
    "arrived_late_not_seen": ("Too late to be seen", TURNING_POINTS),
    "patient_cancel": ("Patient cancelled", ORDINARY),
    "provider_cancel": ("Hospital cancelled", ORDINARY),
    "rebook_contact": ("Patient asked to rebook", STOPS_AND_STARTS),
    "clinician_offer_decision": ("To be offered again", STOPS_AND_STARTS),
    "appointment_booked": ("Booked", ORDINARY),
    "attend": ("Seen", ORDINARY),
    "diagnostic_admission": ("Admitted for a test", TURNING_POINTS),
    "admit_treat": ("Admitted, treated", STOPS_AND_STARTS),
    "admit_not_done": ("Admitted, not done", TURNING_POINTS),
    "decision_not_to_admit": ("No admission needed", STOPS_AND_STARTS),
    "decline_date": ("Declined a date", ORDINARY),
    "decline_treatment": ("Declined treatment", STOPS_AND_STARTS),
    "active_monitoring": ("Active monitoring", STOPS_AND_STARTS),
    "decision_to_treat": ("Decision to treat", TURNING_POINTS),
    "second_side_ready": ("Ready for second side", STOPS_AND_STARTS),
    "new_treatment_decided": ("New treatment decided", STOPS_AND_STARTS),
    "separate_condition_referral": ("Referred, other condition", STOPS_AND_STARTS),
    "no_treatment_communicated": ("No treatment needed", STOPS_AND_STARTS),
    "transplant_listed": ("On transplant list", STOPS_AND_STARTS),
    "discharge_to_gp": ("Discharged to GP", STOPS_AND_STARTS),
    "death": ("Died", STOPS_AND_STARTS),
    "death_notified": ("Hospital told of death", ORDINARY),
    "re_referral": ("Referred again", STOPS_AND_STARTS),
    "administrative_stop": ("Clock stopped by office", STOPS_AND_STARTS),
}
ADMISSIONS = frozenset({"tci", "admission", "admit_treat", "offered_for_admission"})


def has_died(pathway: Pathway) -> bool:
    """Whether the pathway holds a death, by its clocks or its events."""
    ended = any(clock.end_status == DIED for clock in pathway.clocks)
    ended = ended or any(turn.event_type == "death" for lane in pathway.lanes for turn in lane.turns)
    return ended or any(turn.event_type in ("death", "death_notified") or turn.status == DIED for turn in pathway.turns)


def question(pathway: Pathway) -> str:
    """The title of the page: the question that this pathway raises."""
    if has_died(pathway):
        return "What happened on this pathway?"
    clock = pathway.open_clock
    if clock is not None:
        return f"Why does the clock say {weeks_and_days(clock.days_waited)}?"
    beside = running_beside(pathway)
    if beside and not pathway.clocks:
        return f"Why does the clock say {count(beside[0][1].days_waited or 0, 'day')}?"
    last = last_counted(pathway)
    if last is not None:
        return f"Why did the clock stop at {weeks_and_days(last.days_waited)}?"
    return "Why does no clock run?"


def running_beside(pathway: Pathway) -> list[tuple[Lane, Clock]]:
    """The pathway's own clocks that run beside RTT's, those nearest to their limit first."""
    found = [(lane, lane.open_clock) for lane in pathway.own_lanes if lane.clock != RTT and lane.open_clock is not None]
    return sorted(found, key=lambda pair: pair[1].breach_date or date.max)


def last_counted(pathway: Pathway) -> Clock | None:
    """The last clock that counts: the one that runs, else the last that stopped without being nullified."""
    counted = [clock for clock in pathway.clocks if not clock.is_nullified and clock.days_waited is not None]
    return pathway.open_clock or (counted[-1] if counted else None)


def eighteen_weeks(clock: Clock, as_of: date) -> str:
    """Where the clock stands against 18 weeks, in a sentence; empty where its start is not known."""
    if clock.breach_date is None:
        return ""
    said = day(clock.breach_date)
    until = (clock.breach_date - (clock.end_date or as_of)).days
    if clock.end_date is not None:
        return f"18 weeks would have been on {said}." if until >= 0 else f"18 weeks passed on {said}."
    if until == 0:
        return f"18 weeks are reached today, {said}."
    return (
        f"18 weeks passed on {said}, {weeks_and_days(-until)} ago."
        if until < 0
        else f"18 weeks on {said}, in {weeks_and_days(until)}."
    )


def why_ended(clock: Clock) -> str:
    """Why a clock ended, in the words of its status."""
    if clock.is_nullified:
        return "Nullified: the first appointment was missed, and the wait does not count"
    return RTT_PERIOD_STATUS.get(clock.end_status, "")


def stops_at(pathway: Pathway, booking: Booking) -> str:
    """What the booked day does to the clock that runs: an admission stops it if the treatment is given (RTT-R21)."""
    clock = pathway.open_clock
    if clock is None or clock.start_date is None or booking.event_type not in ADMISSIONS:
        return ""
    return f"If treated then, the clock stops at {weeks_and_days((booking.event_date - clock.start_date).days)}."


def drawing(pathway: Pathway, checked: Sequence[timeline_drawing.Mark] = ()) -> timeline_drawing.Drawing:
    """The pathway drawn, with every other clock of the patient beneath RTT's, and what validators have `checked` of it."""
    return timeline_drawing.draw(
        _clocks(pathway),
        [*_marks(pathway), *checked],
        as_of=pathway.as_of,
        pathway=pathway.patient_pathway_identifier,
        beside=_beside(pathway),
    )


def _beside(pathway: Pathway) -> list[timeline_drawing.Lane]:
    """The other clocks, those of one kind and pathway in one lane; of other pathways those that ran while this one did."""
    alike: dict[tuple[str, str], list[Lane]] = {}
    first = _first_day(pathway)
    for lane in pathway.lanes:
        drawn = tuple(clock for clock in lane.clocks if not lane.is_other or (clock.end_date or pathway.as_of) >= first)
        if drawn and (lane.is_other or lane.clock != RTT):
            alike.setdefault((lane.clock, lane.patient_pathway_identifier), []).append(replace(lane, clocks=drawn))
    return [_drawn(lanes) for lanes in alike.values()]


def _first_day(pathway: Pathway) -> date:
    """The day on which the pathway's own clocks and events begin."""
    starts = [clock.start_date for lane in pathway.own_lanes for clock in lane.clocks if clock.start_date is not None]
    return min([*starts, *(turn.event_date for lane in pathway.own_lanes for turn in lane.turns)], default=date.min)


def _drawn(lanes: Sequence[Lane]) -> timeline_drawing.Lane:
    first = lanes[0]
    clocks = [
        timeline_drawing.Clock(
            start=clock.start_date, end=clock.end_date, words=bar_words(lane, clock), is_nullified=clock.is_nullified,
            limit=clock.breach_date,
        )
        for lane in lanes
        for clock in lane.clocks
        if clock.start_date is not None
    ]  # fmt: skip
    of_rtt = first.clock == RTT
    return timeline_drawing.Lane(
        words="RTT" if of_rtt else first.title,
        second=f"pathway {first.patient_pathway_identifier}" if first.is_other else "",
        clocks=tuple(clocks),
        within_days=first.within_days,
        limit_words="18 weeks" if of_rtt else f"Day {first.within_days}",
    )


def bar_words(lane: Lane, clock: Clock) -> str:
    """What stands on a clock's bar: what it is of, how it stands or ended, and how long it ran."""
    if lane.clock == RTT:
        return _on_the_bar(clock)
    of = f"{lane.name}: " if lane.name else ""
    if clock.is_nullified:
        return f"{of}does not count"
    stands = "running" if clock.end_date is None else lower_first(clock.end_words) or "stopped"
    words = f"{of}{stands}, {count(clock.days_waited or 0, 'day')}"
    return words[:1].upper() + words[1:]


def how_it_ended(lane: Lane, clock: Clock) -> str:
    """Why a clock of any kind ended, in words."""
    return why_ended(clock) if lane.clock == RTT else clock.end_words


def wait_in_units(lane: Lane, days: int | None) -> str:
    """A wait as its clock counts: weeks for RTT, days for all others."""
    if days is None:
        return ""
    return weeks_and_days(days) if lane.clock == RTT else f"day {days}"


def limit_in_words(lane: Lane, clock: Clock, as_of: date) -> str:
    """Where a clock stands against its own limit; empty where it has none."""
    if clock.breach_date is None or clock.is_nullified:
        return ""
    left = (clock.breach_date - (clock.end_date or as_of)).days
    if clock.end_date is not None:
        return "within its limit" if left >= 0 else f"{count(-left, 'day')} over its limit"
    return f"{count(left, 'day')} left, to {day(clock.breach_date)}" if left >= 0 else f"{count(-left, 'day')} over its limit"


def _clocks(pathway: Pathway) -> list[timeline_drawing.Clock]:
    admission = next((booking.event_date for booking in pathway.bookings if booking.event_type in ADMISSIONS), None)
    return [
        timeline_drawing.Clock(
            start=clock.start_date,
            end=clock.end_date,
            words=_on_the_bar(clock),
            is_nullified=clock.is_nullified,
            booked_end=admission if clock.end_date is None else None,
        )
        for clock in pathway.clocks
        if clock.start_date is not None
    ]


def _on_the_bar(clock: Clock) -> str:
    if clock.is_nullified:
        return "Nullified, does not count"
    waited = weeks_and_days(clock.days_waited)
    return f"Running, {waited}" if clock.end_date is None else f"Stopped at {waited}"


def _marks(pathway: Pathway) -> list[timeline_drawing.Mark]:
    """The pathway's own events, those that several datasets record once, and what is booked."""
    happened = [_mark_of(one) for one in pathway.happenings if not one.is_other]
    return happened + [_mark(one.event_type, one.event_title, one.event_date, is_booked=True) for one in pathway.bookings]


def _mark_of(happening: Happening) -> timeline_drawing.Mark:
    turn = happening.effects[0].turn
    mark = _mark(turn.event_type, happening.title, happening.event_date, is_booked=False)
    moves = any(effect.what in MOVES for effect in happening.effects)
    if happening.effects[0].lane.clock == RTT and not (moves and len(happening.effects) > 1):
        return mark
    return replace(mark, weight=STOPS_AND_STARTS if moves else ORDINARY)


def _mark(event_type: str, title: str, on: date, *, is_booked: bool) -> timeline_drawing.Mark:
    words, weight = SHORT_WORDS.get(event_type, (_short(title), TURNING_POINTS))
    if is_booked:
        words, weight = _short(title), STOPS_AND_STARTS
    return timeline_drawing.Mark(day=on, words=words, weight=weight, is_booked=is_booked)


def _short(title: str) -> str:
    return title if len(title) <= LONGEST_WORDS else f"{title[: LONGEST_WORDS - 1].rstrip()}…"


def caller_text(pathway: Pathway, sentences: Sequence[str]) -> str:
    """The words to read out, as one plain text with its day."""
    return f"{' '.join(sentences)}\n\nAs known at the end of {day(pathway.as_of)}.\n"
