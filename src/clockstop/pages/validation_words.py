"""The validation desk in words: the question that a row raises, why it is here, and how likely a check changes the clock."""

import re
from datetime import date

from clockstop.answers.validation_desk import DeskRow
from clockstop.answers.validation_evidence import Evidence
from clockstop.insight.validation_rates import UNFLAGGED, Beta
from clockstop.nhsuk.presenters import day, number, short_day
from clockstop.rules.rtt_flags import BY_SLUG
from clockstop.rules.validation_likely import days_in, likely

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# The question at the head of the evidence; {day} is the first day that the flag names, {second} the next, {other} the pathway.
QUESTIONS = {
    "closed_but_open": "did the clock stop on {day}?",
    "treatment_given": "was this patient treated on {day}?",
    "status_contradicts": "did the clock stop on {day}?",
    "status_missing": "what was decided on {day}?",
    "past_without_outcome": "what became of {day}?",
    "end_order": "did the clock stop on {day}?",
    "start_order": "does the clock start on {day}?",
    "start_drift": "why did the start move to {day}?",
    "default_date": "is {day} the day on which the referral was received?",
    "exact_duplicate": "is this {other} registered twice?",
    "possible_duplicate": "is this the same as {other}?",
    "identifier": "whose pathway is this?",
    "validation": "does this patient still wait?",
    "no_next_step": "does this patient still wait, and for what?",
    "pop_on": "why was this pathway not on the last list?",
    "decision_mismatch": "for which clock was the decision to admit?",
    "treatment_function": "does this clock belong on the list?",
}
ANY_QUESTION = "is this clock right?"
# What stands under the wait in the ranked list; flags without one show what was found.
WHY = {
    "treatment_given": "Admitted {day}? Clock still open",
    "exact_duplicate": "Same patient, function and start as {other}",
    "possible_duplicate": "Two open pathways, same function",
    "default_date": "Start is the day of an appointment",
    "no_next_step": "Nothing ahead since {day}",
}
UNFLAGGED_WHY = "Nothing speaks against this clock"


def question(row: DeskRow, found: Evidence) -> str:
    """The question of the evidence: "was this patient treated on 4 August 2026?"."""
    if found.has_died:
        return "did the clock stop when this patient died?"
    if row.reason == "closed_but_open" and row.found.endswith("treated"):
        return f"was this patient treated by {_named(row, long=True)['day']}?"
    words = _named(row, long=True)
    asked = QUESTIONS.get(row.reason, ANY_QUESTION)
    return asked.format(**words) if all(words[name] for name in _wanted(asked)) else ANY_QUESTION


def why(row: DeskRow, as_of: date) -> str:
    """Why the row is on the list, in the few words that fit it."""
    if row.reason == UNFLAGGED:
        return UNFLAGGED_WHY
    words, short = _named(row, as_of=as_of), WHY.get(row.reason, "")
    if short and all(words[name] for name in _wanted(short)):
        return short.format(**words)
    said = with_days(row.found.split("; ")[0], as_of)
    return said[:1].upper() + said[1:] if said else BY_SLUG[row.reason].name


def with_days(text: str, as_of: date) -> str:
    """The words of a flag with its days as people write them.

    >>> with_days("attended 2026-08-03 with no status", date(2026, 11, 15))
    'attended 3 Aug with no status'
    """
    return _DAY.sub(lambda found: short_day(date.fromisoformat(found[0]), as_of) if days_in(found[0]) else found[0], text)


def in_so_many(rate: Beta | None, months: int = 12) -> tuple[str, str]:
    """How often checks under a flag changed the clock: the number, and the sentence around it with {number}."""
    if rate is None or not rate.checked:
        return "", f"Nobody has checked a pathway like this in the last {months} months; the chance is an estimate."
    checks = "such check" if rate.checked == 1 else "such checks"
    return (
        f"{number(rate.removed)} of {number(rate.checked)}",
        f"In the last {months} months, {{number}} {checks} changed the clock.",
    )


def _named(row: DeskRow, *, as_of: date | None = None, long: bool = False) -> dict[str, str]:
    days = days_in(row.found)
    said = [day(one) if long else short_day(one, as_of) for one in days] + ["", ""]
    return {"day": said[0], "second": said[1], "other": likely(row.reason, row.found).other_pathway}


def _wanted(text: str) -> list[str]:
    return re.findall(r"{(\w+)}", text)
