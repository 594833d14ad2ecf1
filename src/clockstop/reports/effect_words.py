"""What a measure did since an action was done, in sentences."""

from clockstop.dates import month_start
from clockstop.insight.effect import ENOUGH_AFTER, Effect
from clockstop.measures.measure import Measure
from clockstop.nhsuk.presenters import month
from clockstop.reports.figure_words import value_said

_TURNS = {"better": "for the better", "worse": "for the worse", "moved": "that it moved"}


def sentence(measure: Measure, effect: Effect) -> str:
    """The levels before and since, then what the chart says of them; honest words where it is too early."""
    if not effect.months_after:
        return "Too early: no whole month has passed since."
    return f"{_levels(measure, effect)} {_verdict(effect)}"


def _levels(measure: Measure, effect: Effect) -> str:
    since = f"{value_said(measure, effect.after)} on average over {_months(effect.months_after)} since"
    if not effect.months_before:
        return f"{since}; nothing is known of the months before."
    return f"{value_said(measure, effect.before)} on average over {_months(effect.months_before)} before, {since}."


def _verdict(effect: Effect) -> str:
    if effect.turn and effect.since is not None:
        when = f"The chart has a signal {_TURNS[effect.turn]} since, first in {month(month_start(effect.since))}"
        return f"{when}, but it gave that signal before too." if effect.was_so_before else f"{when}."
    if effect.is_too_early:
        return f"Too early to say: {effect.months_after} of the {ENOUGH_AFTER} months that a run needs, and no signal yet."
    return "No signal since: the chart cannot tell this from noise."


def _months(count: int) -> str:
    return "the month" if count == 1 else f"the {count} months"
