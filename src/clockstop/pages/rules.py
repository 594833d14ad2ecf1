"""One rule: its sentence, where it comes from, and the rows of the clock's transition table that cite it."""

from django.http import HttpRequest, HttpResponse

from clockstop.errors import UnknownName
from clockstop.nhsuk.templating import url
from clockstop.pages.context import crumbs_to, page
from clockstop.rules import rtt, rule_sentences

# What a row of the table does, as a sentence goes on after "the clock".
DOES = {
    "open": "starts",
    "open original": "starts, on the original date of the transfer",
    "open received": "starts, on the day the referral was received",
    "open beside": "keeps running, and a second one starts",
    "nullify": "is nullified: it never counts",
    "return": "keeps its start",
    "pass": "runs on at the other provider",
    "receive": "does not start yet",
    "admitted": "counts as admitted",
}

# The sources that a rule names by their short signs (rules/rule_sentences.py).
SOURCES = {
    "S1": "NHS England, Recording and Reporting RTT waiting times, v5.0, February 2025",
    "S2": "NHS England, Referral to treatment rules suite, October 2022",
    "S3": "NHS Data Dictionary, 2026",
    "S5": "NHS England, the published RTT return",
    "S6": "Regional analysts' published code",
    "S9": "The NHSRtt package",
    "S13": "NHS England, letter on validation of waiting lists, December 2022",
}


def show_rule(request: HttpRequest, rule: str) -> HttpResponse:
    """The rule of that id."""
    rule = rule.upper()
    if rule not in rule_sentences.RULES:
        raise UnknownName(f"There is no rule {rule}.", do="Follow a rule's link from a timeline, or see the definitions.")
    found = rule_sentences.RULES[rule]
    turns = [_in_words(turn) for turn in rtt.rtt_clock.turns.values() if turn.rule == rule]
    return page(
        request,
        "pages/rule.jinja",
        title="What does the rule say?",
        rule=found,
        turns=turns,
        sources=[title for sign, title in SOURCES.items() if sign in found.source.replace(",", " ").replace(";", " ").split()],
        hide_as_of=True,
        crumbs=crumbs_to(("Definitions", url("show_definitions"))),
    )


def _in_words(turn) -> tuple[str, str, str, str]:
    does = "; ".join(_action(action) for action in turn.does) or "does not change"
    return rtt.STATES[turn.state], turn.event.replace("_", " "), does, rtt.STATES[turn.next_state]


def _action(action: str) -> str:
    verb, _, rest = action.partition(" ")
    if action in DOES:
        return DOES[action]
    if verb == "close":
        return f"stops with status {rest}"
    if verb == "flag":
        return f"is marked to be checked: {rtt.FLAGS.get(rest, rest)}"
    return action.replace("_", " ")
