"""The days at each step of the 62-day pathway, for ended and open waits alike: where days are lost, by tumour site.

A step that the record jumps over has no row, and the next one begins at the last day that is known; what is recorded out of
order counts no day twice. So the steps of a treated patient add up to the wait.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clockstop.contracts.people import PERSON_NAMES, SERVICE_NAMES
from clockstop.rules.cancer_stages import STEPS
from clockstop.rules.cancer_standards import D62

if TYPE_CHECKING:
    from ibis.expr.types import Table

_ENDS = {
    "seen": "date_first_seen",
    "tested": "tests_completed_date",
    "told": "told_date",
    "decided": "decided_to_treat_date",
    "treated": "treatment_start_date_cancer",
}


def days_allowed(readings: Any) -> dict[str, int]:
    """The days that each step may take; together the 62 (no national list fixes them all; see rules/readings.py)."""
    return {
        "seen": readings.cancer_days_to_seen,
        "tested": readings.cancer_days_to_tests,
        "told": readings.cancer_days_to_told,
        "decided": readings.cancer_days_to_decision,
        "treated": readings.cancer_days_to_treatment,
    }


def cancer_steps(*, cancer_waits: Table, as_of: Any, readings: Any) -> Table:
    """One row a step that ended, and the step in which an open wait stands."""
    import ibis

    waits = cancer_waits.filter(cancer_waits.standard == D62)
    none = ibis.null("date")
    begun = waits.start_date
    still_open = waits.is_open
    parts = []
    for step, column in _ENDS.items():
        # What is recorded after the wait ended was done by then.
        by_the_end = ibis.least(waits[column], waits.end_date.fill_null(waits[column]))
        ended = waits[column].notnull().ifelse(ibis.greatest(by_the_end, begun), none)
        parts.append(_step(waits, step, begun, ended, is_done=ended.notnull()))
        begun = ended.coalesce(begun)
    rows = ibis.union(*parts)
    current = _step(waits, waits.stage.substitute(_CURRENT), begun, none, is_done=still_open)
    rows = rows.union(current)
    last_day = rows.end_date.fill_null(ibis.literal(as_of))
    allowed = ibis.cases(*((rows.step == step, days) for step, days in days_allowed(readings).items()))
    rows = rows.mutate(days=last_day.delta(rows.start_date, unit="day").cast("int32"), days_allowed=allowed.cast("int32"))
    return rows.mutate(days_lost=ibis.greatest(rows.days - rows.days_allowed, 0).cast("int32"))


# The step in which a patient of each stage stands.
_CURRENT = {
    "not_seen": "seen",
    "awaiting_tests": "tested",
    "awaiting_communication": "told",
    "awaiting_decision": "decided",
    "awaiting_treatment": "treated",
}
assert set(_CURRENT.values()) == set(STEPS)


def _step(waits: Table, step: Any, begun: Any, ended: Any, *, is_done: Any) -> Table:
    import ibis

    rows = waits.mutate(step=ibis.literal(step) if isinstance(step, str) else step, step_start=begun, step_end=ended, keep=is_done)
    rows = rows.filter(rows.keep)
    person = [name for name in (*SERVICE_NAMES, *PERSON_NAMES) if name in rows.columns]
    return rows.select(
        "patient_pathway_identifier", "cancer_record_identifier", "step", "route", "cancer_site", "stage", "is_within", *person,
        start_date=rows.step_start, end_date=rows.step_end, pathway_end_date=rows.end_date,
    )  # fmt: skip
