"""What a row of the waiting list warns of, in a word or two each: the data-quality flags, and what the clock says besides."""

from collections.abc import Mapping, Sequence

from clockstop.answers.worklists import PtlRow
from clockstop.rules.rtt_flags import Flag

# The list has a heading for those without a next step: that flag would stand on every other row.
SAID_ELSEWHERE = ("no_next_step",)
SHORT_WORDS = {
    "nhs_number": "NHS number",
    "missing_start": "Start missing",
    "future_start": "Future start",
    "start_order": "Start too early",
    "end_order": "End to check",
    "status_missing": "No status",
    "status_contradicts": "Status wrong",
    "identifier": "Identifier",
    "exact_duplicate": "Duplicate",
    "possible_duplicate": "Twice on list?",
    "treatment_function": "Function",
    "past_without_outcome": "No outcome",
    "treatment_given": "Treated already?",
    "decision_mismatch": "Decision date",
    "planned": "Planned date",
    "closed_but_open": "Closed, but open",
    "not_on_list": "Slot issue",
    "validation": "Not validated",
    "priority": "Priority",
    "start_drift": "Start moved",
    "pop_on": "Appeared late",
    "default_date": "Default date?",
    "monitoring_review": "Review overdue",
}
# What only the clock says; where a data-quality flag says the same, that one stands.
CLOCK_WORDS = {
    "stop_without_clock": "Start unknown",
    "activity_without_clock": "Seen with no clock",
    "status_contradicts": "Status wrong",
    "status_missing": "No status",
    "dna_label": "DNA label wrong",
    "arrived_late": "Came too late",
    "start_while_running": "Two starts",
    "start_while_monitored": "Referred while monitored",
    "start_after_nullified": "Referred after DNA",
    "start_on_closed": "Start to check",
    "transfer_start": "Transfer start",
    "receipt_missing": "No receipt date",
    "decision_without_clock": "Decision, no clock",
    "treated_while_monitored": "Treated, monitored",
    "second_side": "Second side",
    "discharge_safeguards": "Discharge to check",
    "two_clocks": "Two clocks",
    "after_death": "After death",
    "admission_decision": "Decision to check",
    "stop_void": "Stop to check",
}


def flags_of(row: PtlRow, found: Mapping[tuple[str, str], Sequence[tuple[Flag, str]]]) -> list[tuple[str, str, str]]:
    """The row's flags as (words, flag's slug, what was found); the data-quality ones first, then the clock's own without a slug."""
    quality = [pair for pair in found.get((row.trust, row.patient_pathway_identifier), ()) if pair[0].slug not in SAID_ELSEWHERE]
    said = {flag.slug for flag, _ in quality}
    own = [name for name in (row.flags or "").replace(",", " ").split() if name not in said]
    shown = [(SHORT_WORDS[flag.slug], flag.slug, evidence) for flag, evidence in quality]
    return shown + [(CLOCK_WORDS.get(name, name.replace("_", " ")), "", "") for name in own]
