"""The cancer patient tracking list (planned-care.md 2.4): a row a record with a clock open, and a row a later treatment awaited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clockstop.contracts.people import PERSON_NAMES, SERVICE_NAMES
from clockstop.rules import cancer_standards as standards
from clockstop.rules.cancer_stages import NEXT_STEPS
from clockstop.rules.cancer_standards import D31, D62, FDS

if TYPE_CHECKING:
    from ibis.expr.types import Table

# The clock after which a row of several is named: the longest that runs.
_LEADS = {D62: 0, FDS: 1, D31: 2}


def cancer_list(*, cancer_waits: Table, as_of: Any, readings: Any) -> Table:
    """Who waits at the end of the day, with the breach that comes next and those that have passed.

    A patient who was transferred stays on the list with `is_here` false: the other provider has the responsibility.
    """
    import ibis

    waits = cancer_waits.filter(cancer_waits.is_open)
    is_later = (waits.standard == D31) & ~waits.is_first_treatment
    own = is_later | waits.cancer_record_identifier.isnull()
    waits = waits.mutate(
        cancer_list_identifier=own.ifelse(waits.cancer_treatment_identifier, waits.cancer_record_identifier),
        lead=waits.standard.cases(*_LEADS.items()),
    )
    rows = _lead(waits).left_join(_breaches(waits), "cancer_list_identifier").drop("cancer_list_identifier_right")
    has_passed = (rows.responsibility_passed_date <= as_of).fill_null(False)
    breach = rows.next_breach_date.coalesce(rows.last_breach_date)
    review = standards.days_after(rows.start_date, readings.cancer_backstop_from_day)
    review = standards.later_by(review, rows.adjustment_days)
    is_62 = rows.standard == D62
    return rows.mutate(
        breach_date=breach,
        days_to_breach=breach.delta(ibis.literal(as_of), unit="day").cast("int32"),
        breach_of=rows.next_breach_of.coalesce(rows.last_breach_of),
        review_date=is_62.ifelse(review, ibis.null("date")),
        days_to_review=is_62.ifelse(review.delta(ibis.literal(as_of), unit="day"), None).cast("int32"),
        is_confirmed=rows.is_cancer,
        is_here=~has_passed,
        has_next_step=rows.next_event_date.notnull(),
        expected_step=rows.stage.substitute(NEXT_STEPS),
        is_subsequent=(rows.standard == D31) & ~rows.is_first_treatment,
    )


def _lead(waits: Table) -> Table:
    import ibis

    first = ibis.window(group_by=waits.cancer_list_identifier, order_by=[waits.lead, waits.start_date])
    rows = waits.mutate(place=ibis.row_number().over(first))
    rows = rows.filter(rows.place == 0)
    person = [name for name in (*SERVICE_NAMES, *PERSON_NAMES) if name in rows.columns]
    return rows.select(*_OF_LEAD, *person)


_OF_LEAD = (
    "patient_pathway_identifier", "cancer_list_identifier", "cancer_record_identifier", "cancer_treatment_identifier",
    "standard", "route", "cancer_site", "modality", "is_first_treatment", "start_date", "gross_days", "adjustment_days",
    "days_waited", "stage", "band", "is_over_62", "is_over_104", "is_cancer", "has_decision_to_treat", "role",
    "responsibility_passed_date", "date_first_seen", "tests_completed_date", "told_date", "decided_to_treat_date",
    "next_event_type", "next_event_date", "marks",
)  # fmt: skip


def _breaches(waits: Table) -> Table:
    """Of each row's clocks: the breach of each standard, the next that is still to come, and the last that has passed."""
    to_come = waits.days_to_breach >= 0
    return waits.group_by("cancer_list_identifier").aggregate(
        fds_breach_date=waits.breach_date.max(where=waits.standard == FDS),
        d31_breach_date=waits.breach_date.max(where=waits.standard == D31),
        d62_breach_date=waits.breach_date.max(where=waits.standard == D62),
        next_breach_date=waits.breach_date.min(where=to_come),
        next_breach_of=waits.standard.argmin(waits.breach_date, where=to_come),
        last_breach_date=waits.breach_date.max(where=~to_come),
        last_breach_of=waits.standard.argmax(waits.breach_date, where=~to_come),
        breaches_passed=(~to_come).sum().cast("int32"),
    )
