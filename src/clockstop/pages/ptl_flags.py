"""What a row of the waiting list warns of, in a word or two each."""

from datetime import date, timedelta

from clockstop.answers.worklists import PtlRow

# Whoever has waited 12 weeks is validated every 12 weeks (RTT-R50).
VALIDATED_EVERY = timedelta(weeks=12)
SHORT_WORDS = {
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


def flags_of(row: PtlRow, as_of: date) -> list[str]:
    """The row's flags; a clock's own first, then what is overdue."""
    raised = [SHORT_WORDS.get(flag, flag.replace("_", " ")) for flag in (row.flags or "").replace(",", " ").split()]
    if row.next_event_date is None and row.tci_date is not None and row.tci_date <= as_of:
        raised.append("TCI passed")
    validated = row.last_pas_validation_date
    if row.days_waited >= VALIDATED_EVERY.days and (validated is None or as_of - validated > VALIDATED_EVERY):
        raised.append("Not validated")
    return raised
