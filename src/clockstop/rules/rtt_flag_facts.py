"""What the data-quality flags are judged from: one trust's facts of a day, and the shape in which each test answers."""

from dataclasses import dataclass
from datetime import date
from functools import reduce

import ibis
from ibis.expr.types import BooleanValue, DateScalar, DateValue, StringValue, Table

from clockstop.rules.readings import Readings

PATHWAY = "patient_pathway_identifier"
# Attendances count as seen, whatever their status.
UNKNOWN_STATUS = "99"
NO_CLOCK_STATUSES = ("90", "91", "92", "98")
STOP_STATUSES = ("30", "31", "32", "33", "34", "35", "36")
# Events by which a patient comes to the provider; a clock starts on one of them or after it.
ARRIVALS = (
    "referral_received", "ubrn_converted", "asi_worklist", "cas_booked", "interface_received", "self_referral_received",
    "transfer_in", "separate_condition_referral", "re_referral",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The tables of a snapshot (docs/how-it-fits.md) for one trust, at the end of `as_of`.

    `earlier` has one row a waiting period a list of the last weeks: `list_date`, pathway, number, `start_date`; no rows where
    there is no earlier list.
    """

    waits: Table
    clocks: Table
    pathways: Table
    entries: Table
    appointments: Table
    events: Table
    earlier: Table
    as_of: date
    readings: Readings

    @property
    def today(self) -> DateScalar:
        return ibis.date(self.as_of)

    @property
    def past(self) -> Table:
        """The events up to the day."""
        return self.events.filter(self.events.event_date <= self.today)

    @property
    def seen(self) -> Table:
        """The attendances up to the day."""
        return self.past.filter(self.past.event_type == "attend")

    def open_with(self, rows: Table) -> Table:
        """Each waiting period beside each of the rows of its pathway; the rows' own columns win."""
        waiting = self.waits.select(PATHWAY, "period_number", "start_date")
        return waiting.inner_join(rows.drop(*(name for name in ("period_number", "start_date") if name in rows.columns)), PATHWAY)


def found(rows: Table, evidence: StringValue, *, is_current: BooleanValue | bool | None = None, is_of_period: bool = True) -> Table:
    """The answer of a test: the pathway (and period, where the test knows it), what was found, and whether it matters now.

    `is_current` null means: while the pathway is on the list.
    """
    current = (
        ibis.null("boolean") if is_current is None else is_current if not isinstance(is_current, bool) else ibis.literal(is_current)
    )
    number = rows.period_number.cast("int64") if is_of_period else ibis.null("int64")
    return rows.select(PATHWAY, period_number=number, is_current=current, evidence=evidence)


def on(day: DateValue) -> StringValue:
    """The day as evidence shows it; a question mark where it is unknown."""
    return day.cast("string").fill_null("?")


def says(*parts: StringValue | str) -> StringValue:
    """The parts put end to end."""
    texts = [ibis.literal(part) if isinstance(part, str) else part for part in parts]
    return reduce(lambda left, right: left + right, texts)


def union(*answers: Table) -> Table:
    """The answers of several tests."""
    return reduce(lambda left, right: left.union(right), answers)
