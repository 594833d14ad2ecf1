"""Which entries of the elective admission list are decisions to admit for treatment, and which stand (planned-care.md 1.1, 1.6)."""

from datetime import date

import ibis
from ibis.expr.types import BooleanValue, DateScalar, Table

# Waiting list and booked; type 13, planned, is outside RTT (rtt_snapshot.PLANNED_ADMISSION_TYPE).
ACTIVE_ADMISSION_TYPES = ("11", "12")
FOR_TESTS = "diagnostic"


def is_active(entries: Table) -> BooleanValue:
    """Whether the entry is one of the active list; null where its type is unknown."""
    return entries.elective_admission_type_code.isin(ACTIVE_ADMISSION_TYPES)


def is_for_treatment(entries: Table) -> BooleanValue:
    """Whether the patient is to be admitted for treatment: a decision to admit for tests is none to treat (RTT-R22)."""
    return (entries.decision_reason != FOR_TESTS).fill_null(True)


def stands(entries: Table, day: date | DateScalar) -> BooleanValue:
    """Whether the entry has not been taken off by the end of the day; one taken off on the day is off."""
    last = day if isinstance(day, DateScalar) else ibis.date(day)
    return entries.removal_date.isnull() | (entries.removal_date > last)
