"""The waiting list as a table to take away: its columns, and a row's cells."""

from typing import Any

from clockstop.answers.worklists import PtlRow
from clockstop.contracts.codes import PRIORITY_TYPE
from clockstop.contracts.rtt_events import EVENT_TYPES

HEADINGS = (
    "Trust",
    "Hospital number",
    "Pathway",
    "Division",
    "Service code",
    "Service",
    "Site",
    "Consultant",
    "Priority",
    "Clock started",
    "Days waited",
    "Weeks waited",
    "18 weeks on",
    "Days to breach",
    "Last event",
    "Last event on",
    "Next event",
    "Next event on",
    "Decision to admit",
    "To come in",
    "Clinical priority",
    "Admitted pathway",
    "Owner",
    "Next step",
    "Next step by",
    "Next step overdue",
    "Comment",
    "Note changed at",
    "Note changed by",
    "Flags",
)


def cells(row: PtlRow, names: dict[str, str]) -> tuple[Any, ...]:
    """The cells of one pathway, in the order of `HEADINGS`; `names` gives the words for a service's code."""
    return (
        row.trust,
        row.local_patient_identifier,
        row.patient_pathway_identifier,
        row.division,
        row.service,
        names.get(row.service or "", row.service),
        row.site,
        row.consultant,
        PRIORITY_TYPE.get(row.priority or "", row.priority),
        row.start_date,
        row.days_waited,
        row.weeks_waited,
        row.breach_date,
        row.days_to_breach,
        EVENT_TYPES.get(row.last_event_type or "", row.last_event_type),
        row.last_event_date,
        EVENT_TYPES.get(row.next_event_type or "", row.next_event_type),
        row.next_event_date,
        row.decided_to_admit_date,
        row.tci_date,
        row.procedure_priority_code,
        row.is_admitted_pathway,
        row.owner,
        row.next_step,
        row.next_step_date,
        row.is_next_step_overdue,
        row.comment,
        row.updated_at,
        row.updated_by,
        row.flags,
    )
