"""What a validation clerk can find of a clock, and what each finding does to it (RTT-R50; the stops are RTT-R20 to R27).

An outcome is a note: the clock itself changes only when the correction comes back from the trust's own system. What the list
would be with every standing outcome carried out is the list "as validated". What compares takes plain values and Ibis values alike.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from clockstop.rules.either import both, choose, days_between, either, has_happened, is_missing, is_not, is_one_of, or_else
from clockstop.rules.rtt_validation import VALID_FOR_DAYS, milestone_date

Effect = Literal["removes", "moves_start", "leaves", "unknown"]
EFFECTS: dict[Effect, str] = {
    "removes": "takes the pathway off the list",
    "moves_start": "moves the start of the clock",
    "leaves": "leaves the clock as it is",
    "unknown": "settles nothing yet",
}
Needs = Literal["", "stop_date", "start_date", "other_pathway"]
# A question to a service that nobody has answered comes back to the desk after two weeks (ours: no rule says).
ASK_AGAIN_DAYS = 14

State = Literal["nothing_to_correct", "not_yet", "come_through", "changed_otherwise"]
STATES: dict[State, str] = {
    "nothing_to_correct": "Nothing to correct",
    "not_yet": "Not yet come back",
    "come_through": "Come through",
    "changed_otherwise": "Changed in another way",
}


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One finding: `key` is the key that gives it, `needs` what it must say besides, `statuses` the RTT statuses to be sent."""

    code: str
    key: str
    title: str
    hint: str
    effect: Effect
    needs: Needs = ""
    statuses: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()

    @property
    def is_validation(self) -> bool:
        """Whether the pathway counts as validated on that day (RTT-R50): not where it was only asked about."""
        return self.effect != "unknown"

    @property
    def is_change(self) -> bool:
        """Whether the clock, or the list, was found wrong."""
        return self.effect in ("removes", "moves_start")


OUTCOMES = (
    Outcome(
        code="stop_treated", key="1", title="Stop: treated", hint="status 30, on the day of treatment", effect="removes",
        needs="stop_date", statuses=("30",), rules=("RTT-R20", "RTT-R21"),
    ),
    Outcome(
        code="stop_no_treatment", key="2", title="Stop: no treatment or discharged", hint="status 34, 35 or 36", effect="removes",
        statuses=("34", "35", "36"), rules=("RTT-R26", "RTT-R27"),
    ),
    Outcome(
        code="stop_monitoring", key="3", title="Stop: active monitoring", hint="status 31 or 32", effect="removes",
        statuses=("31", "32"), rules=("RTT-R24", "RTT-R25"),
    ),
    Outcome(
        code="duplicate", key="4", title="Duplicate", hint="keep the other pathway, close this one", effect="removes",
        needs="other_pathway", rules=("RTT-R51",),
    ),
    Outcome(
        code="start_wrong", key="5", title="Start is wrong", hint="give the right day", effect="moves_start", needs="start_date",
        rules=("RTT-R01", "RTT-R47"),
    ),
    Outcome(code="clock_right", key="6", title="Clock is right", hint="valid, still waiting", effect="leaves", rules=("RTT-R50",)),
    Outcome(code="ask_service", key="7", title="Ask the service", hint="sent with your note", effect="unknown"),
)  # fmt: skip
BY_CODE = {outcome.code: outcome for outcome in OUTCOMES}
BY_KEY = {outcome.key: outcome for outcome in OUTCOMES}
REMOVES = frozenset(outcome.code for outcome in OUTCOMES if outcome.effect == "removes")
MOVES_START = frozenset(outcome.code for outcome in OUTCOMES if outcome.effect == "moves_start")
CHANGES = REMOVES | MOVES_START
VALIDATES = frozenset(outcome.code for outcome in OUTCOMES if outcome.is_validation)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a clerk says of one clock. `right_date` is the day of the stop, or of the right start."""

    code: str
    pathway: str
    start_date: date
    right_date: date | None = None
    other_pathway: str = ""


def faults(finding: Finding, *, today: date) -> dict[str, str]:
    """What is missing or cannot be, by the field to put right; empty where the finding can be kept.

    >>> faults(Finding(code="stop_treated", pathway="P1", start_date=date(2026, 1, 5)), today=date(2026, 3, 2))
    {'right_date': 'Give the day of treatment'}
    """
    outcome = BY_CODE.get(finding.code)
    if outcome is None:
        return {"code": "Choose one of the outcomes"}
    if outcome.needs == "other_pathway" and not finding.other_pathway.strip():
        return {"other_pathway": "Say which pathway stays"}
    if finding.other_pathway.strip() and finding.other_pathway.strip() == finding.pathway:
        return {"other_pathway": "A pathway cannot be its own duplicate"}
    wrong = _wrong_day(finding, outcome, today)
    return {"right_date": wrong} if wrong else {}


def _wrong_day(finding: Finding, outcome: Outcome, today: date) -> str:
    day = finding.right_date
    if day is None:
        return {"stop_date": "Give the day of treatment", "start_date": "Give the day on which the clock starts"}.get(
            outcome.needs, ""
        )
    if day > today:
        return "The day cannot lie in the future"
    if outcome.effect == "removes" and day < finding.start_date:
        return "A clock cannot stop before it started"
    if outcome.effect == "moves_start" and day == finding.start_date:
        return "This is the day on which the clock starts already"
    return ""


def is_off_the_list(code: Any) -> Any:
    """Whether the pathway would leave the list with this outcome carried out; of no outcome, no."""
    return or_else(is_one_of(code, REMOVES), False)


def start_as_validated(code: Any, start_date: Any, right_date: Any) -> Any:
    """The start of the clock with this outcome carried out."""
    is_moved = both(or_else(is_one_of(code, MOVES_START), False), is_not(is_missing(right_date)))
    return choose(is_moved, right_date, start_date)


def state_of(code: Any, start_date: Any, right_date: Any, open_start_date: Any) -> Any:
    """One of `STATES`: whether the correction has come back. `open_start_date` starts the clock that runs on the pathway today.

    A stop has come through when no clock runs, or one that started after it. A moved start has, when the clock starts on that day.

    >>> treated = ("stop_treated", date(2026, 1, 5), date(2026, 3, 2))
    >>> [state_of(*treated, now) for now in (date(2026, 1, 5), None, date(2026, 3, 20), date(2026, 2, 1))]
    ['not_yet', 'come_through', 'come_through', 'changed_otherwise']
    """
    is_closed = is_missing(open_start_date)
    # A stop without a day: any later clock is another one.
    is_later = has_happened(or_else(right_date, start_date), open_start_date)
    removed = choose(either(is_closed, is_later), "come_through", "changed_otherwise")
    is_right = both(is_not(is_closed), or_else(days_between(right_date, open_start_date) == 0, False))
    moved = choose(is_right, "come_through", "changed_otherwise")
    changed = choose(is_one_of(code, REMOVES), removed, moved)
    is_as_it_was = or_else(days_between(start_date, open_start_date) == 0, False)
    return choose(is_one_of(code, CHANGES), choose(is_as_it_was, "not_yet", changed), "nothing_to_correct")


def is_due_again(code: Any, start_date: Any, validated_date: Any, today: Any) -> Any:
    """Whether time alone brings the pathway back to the desk: 12 weeks after, or when the wait has passed 12, 26 or 52 weeks since.

    A question that nobody answered comes back after two weeks.

    >>> [is_due_again("clock_right", date(2026, 1, 5), date(2026, 4, 6), day) for day in (date(2026, 6, 28), date(2026, 6, 29))]
    [False, True]
    """
    age = days_between(validated_date, today)
    milestone = milestone_date(start_date, today)
    has_passed_a_milestone = both(is_not(is_missing(milestone)), is_not(has_happened(milestone, validated_date)))
    after_validation = either(age >= VALID_FOR_DAYS, has_passed_a_milestone)
    return choose(is_one_of(code, VALIDATES), after_validation, age >= ASK_AGAIN_DAYS)
