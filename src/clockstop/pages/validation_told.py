"""What validators have found of a pathway, as its timeline says it: a line each, and a mark on the drawing where one stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from clockstop.answers.pathways import Pathway
from clockstop.answers.validation_effect import state_beside
from clockstop.nhsuk.presenters import day
from clockstop.pages.timeline_drawing import Mark
from clockstop.pages.timeline_words import STOPS_AND_STARTS
from clockstop.registers.validation.models import ValidationOutcome
from clockstop.rules.validation_outcomes import BY_CODE, STATES

# What stands on the drawing, beneath a dot at the day on which the outcome was given.
SHORT_WORDS = {
    "stop_treated": "Checked: treated",
    "stop_no_treatment": "Checked: no treatment",
    "stop_monitoring": "Checked: monitored",
    "duplicate": "Checked: duplicate",
    "start_wrong": "Checked: start is wrong",
    "clock_right": "Checked: clock is right",
    "ask_service": "Checked: service asked",
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """One outcome: what was found, and what has become of the finding. `is_waiting` until the correction comes back."""

    outcome: ValidationOutcome
    found: str
    became: str
    is_waiting: bool

    @property
    def stands(self) -> bool:
        """Whether it was not taken back."""
        return self.outcome.undone_at is None


def told(pathway: Pathway, outcomes: Sequence[ValidationOutcome]) -> list[Told]:
    """The outcomes of a pathway in words, in the order in which they come."""
    starts = [clock.start_date for clock in pathway.clocks if clock.end_date is None and clock.start_date is not None]
    return [_told(one, starts) for one in outcomes]


def marks(outcomes: Sequence[ValidationOutcome]) -> list[Mark]:
    """The outcomes that stand, as marks on the drawing."""
    return [
        Mark(day=timezone.localdate(one.at), words=SHORT_WORDS[one.code], weight=STOPS_AND_STARTS)
        for one in outcomes
        if one.undone_at is None
    ]


def _told(one: ValidationOutcome, starts: Sequence) -> Told:
    state = state_beside(one.code, one.start_date, one.right_date, starts)
    became = "" if state == "nothing_to_correct" else STATES[state]
    if one.undone_at is not None:
        became = f"Taken back by {one.undone_by_name} on {day(timezone.localdate(one.undone_at))}"
    return Told(outcome=one, found=_found(one), became=became, is_waiting=state == "not_yet" and one.undone_at is None)


def _found(one: ValidationOutcome) -> str:
    """The outcome with the day or the pathway that it names: "Stop: treated, 4 August 2026"."""
    more = f" of {one.other_pathway}" if one.other_pathway else ""
    when = f", {day(one.right_date)}" if one.right_date else ""
    return f"{BY_CODE[one.code].title}{more}{when}; clock from {day(one.start_date)}"
