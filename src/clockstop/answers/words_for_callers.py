"""What to say to a caller about a pathway: plain sentences that can be read aloud."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from clockstop.dates import in_words, wait_in_words

if TYPE_CHECKING:
    from clockstop.answers.lanes import Lane
    from clockstop.answers.pathways import Booking
    from clockstop.answers.turns import Clock


def summary_of(
    clocks: Sequence["Clock"], bookings: Sequence["Booking"], as_of: date, lanes: Sequence["Lane"] = ()
) -> tuple[str, ...]:
    """The sentences, in the order in which they are best said: since when, how long, against 18 weeks, what is next.

    `clocks` are RTT's; of the other `lanes` each clock of this pathway that runs is said after them. A wait whose
    responsibility has passed to another provider runs there: no length is said that we do not count.
    """
    started = [clock for clock in clocks if clock.start_date is not None]
    running = [clock for clock in started if clock.end_date is None and not clock.has_passed(as_of)]
    if running:
        said = _of_the_running(running[-1], as_of)
    else:
        said = _of_the_passed(started[-1]) if started and started[-1].has_passed(as_of) else _of_the_last(clocks)
    beside = [sentence for lane in lanes if lane.clock != "rtt" and not lane.is_other for sentence in _of_a_lane(lane, as_of)]
    if beside and not clocks:
        said = []
    return (*said, *beside, *_of_what_is_next(bookings, is_waiting=bool(running or beside)))


def _of_a_lane(lane: "Lane", as_of: date) -> list[str]:
    """One sentence on another clock that runs: since when, how long, and against its own limit."""
    clock = lane.open_clock
    if clock is None or clock.start_date is None or clock.has_passed(as_of):
        return []
    said = f"{lane.label}: the wait began on {in_words(clock.start_date)} and has lasted {wait_in_words(clock.days_waited)} so far"
    if clock.breach_date is None or clock.start_date > as_of:
        return [f"{said}."]
    left = (clock.breach_date - as_of).days
    return [f"{said}; the last day within the limit {'is' if left >= 0 else 'was'} {in_words(clock.breach_date)}."]


def _of_the_running(clock: "Clock", as_of: date) -> list[str]:
    days = (as_of - clock.start_date).days
    said = [clock.start_sentence, f"The wait began on {in_words(clock.start_date)} and has lasted {wait_in_words(days)} so far."]
    left = (clock.breach_date - as_of).days
    if left > 0:
        said.append(f"18 weeks will be reached on {in_words(clock.breach_date)}, in {wait_in_words(left)}.")
    else:
        said.append(f"18 weeks {'were' if left else 'are'} reached on {in_words(clock.breach_date)}{'' if left else ', today'}.")
    return [sentence for sentence in said if sentence]


def _of_the_passed(clock: "Clock") -> list[str]:
    days = (clock.responsibility_passed_date - clock.start_date).days
    passed = f"The wait that began on {in_words(clock.start_date)} passed to another provider on"
    return [
        f"{passed} {in_words(clock.responsibility_passed_date)}, after {wait_in_words(days)}.",
        "That provider now answers for it and can say how long it has lasted.",
    ]


def _of_the_last(clocks: Sequence["Clock"]) -> list[str]:
    counted = [clock for clock in clocks if clock.end_date is not None]
    if not counted:
        return ["No wait is running on this pathway."]
    last = counted[-1]
    length = f" after {wait_in_words(last.days_waited)}" if last.days_waited is not None else ""
    return [f"No wait is running. The last one ended on {in_words(last.end_date)}{length}.", *filter(None, [last.end_sentence])]


def _of_what_is_next(bookings: Sequence["Booking"], *, is_waiting: bool) -> list[str]:
    if bookings:
        return [f"Next: {_aloud(booking.event_title)} on {in_words(booking.event_date)}." for booking in bookings[:2]]
    return ["Nothing is booked yet."] if is_waiting else []


def _aloud(title: str) -> str:
    """A title without the abbreviation that stands behind it in brackets: callers are told words."""
    return title.partition(" (")[0].lower()
