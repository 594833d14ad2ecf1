"""What holds at the as-of day: clocks with their dimensions, the waiting list, the bookings ahead.

Built from the tables of intake/pathways.py, a few buckets of one trust at a time.
"""

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import DateValue, StringValue, Table

from clockstop.contracts.rtt_events import CONTRACT as RTT_EVENTS
from clockstop.intake.pathways import PATHWAY, in_buckets
from clockstop.rules import rtt
from clockstop.rules.admission_list import is_active, is_for_treatment, stands
from clockstop.rules.ages import years_old
from clockstop.rules.rtt_bands import breach_date

PERIOD = (PATHWAY, "period_number")
ORDER = ("bucket", *PERIOD)
# No national list fixes age bands for RTT; these split at school, working and later life.
AGE_BANDS = ((18, "0-17"), (35, "18-34"), (50, "35-49"), (65, "50-64"), (75, "65-74"), (85, "75-84"))
OLDEST = "85+"
DIMENSIONS = (
    "division", "service", "site", "sex", "ethnic_category", "deprivation_quintile", "neighbourhood", "consultant",
    "referring_practice", "commissioner", "priority", "activity_treatment_function_code",
)  # fmt: skip
DECISION = ("intended_management_code", "procedure_priority_code", "offered_for_admission_date")


def clocks(periods: Table, pathways: Table, entries: Table, as_of: date) -> Table:
    """The clock periods with the dimensions of their pathway; a pathway without a referral keeps its clock, dimensions null.

    `is_admitted_pathway`: ended by admission or, while open, a decision to admit is in force. `bucket` comes with the periods.
    """
    decided = _decisions(periods, entries, as_of).select(*PERIOD, "decided_to_admit_date")
    rows = _joined(periods, pathways.select(PATHWAY, *DIMENSIONS, "person_birth_date"), PATHWAY)
    rows = _joined(rows, decided, *PERIOD)
    is_decided = rows.decided_to_admit_date.notnull()
    rows = rows.mutate(
        age_band=age_band(rows.person_birth_date, rows.start_date),
        is_admitted_pathway=rows.end_date.notnull().ifelse(rows.ended_by_admission, is_decided),
    )
    return rows.drop("person_birth_date").order_by(*ORDER)


def waits(clocks: Table, *, pathways: Table, entries: Table, events: Table, bookings: Table, as_of: date) -> Table:
    """The waiting list: each waiting period with its breach date, its last and next event, and what is decided and booked."""
    waiting = rtt.waits(clocks, as_of).filter(_.is_waiting)
    decided = _decisions(waiting, entries, as_of).select(*PERIOD, *DECISION).rename(tci_date="offered_for_admission_date")
    rows = _joined(waiting, pathways.select(PATHWAY, "local_patient_identifier", "nhs_number_pseudonym"), PATHWAY)
    rows = _joined(rows, decided, *PERIOD)
    rows = _joined(rows, _heard(waiting, events, as_of), *PERIOD)
    rows = _joined(rows, _validated(pathways, entries), PATHWAY)
    rows = _joined(rows, _next(bookings), PATHWAY)
    return in_buckets(_with_breach(rows, as_of)).order_by(*ORDER)


def bookings(appointments: Table, entries: Table, events: Table, as_of: date) -> Table:
    """Each appointment, date to come in (`tci`) or event sent ahead that lies after the as-of day, of any pathway."""
    is_open = appointments.appointment_cancelled_date.isnull() | (appointments.appointment_cancelled_date > as_of)
    is_known = appointments.appointment_booked_date.isnull() | (appointments.appointment_booked_date <= as_of)
    visits = appointments.filter(is_open, is_known, appointments.appointment_date > as_of)
    admissions = entries.filter(entries.offered_for_admission_date > as_of, stands(entries, as_of))
    sent = events.filter(events.event_date > as_of, events.source_dataset == RTT_EVENTS.name)
    rows = ibis.union(
        visits.select(PATHWAY, event_type=ibis.literal("appointment"), event_date=visits.appointment_date),
        admissions.select(PATHWAY, event_type=ibis.literal("tci"), event_date=admissions.offered_for_admission_date),
        sent.select(PATHWAY, "event_type", "event_date"),
    )
    return in_buckets(rows).order_by("bucket", PATHWAY, "event_date", "event_type")


def age_band(birth_date: DateValue, on: DateValue) -> StringValue:
    """The age band on a day, in completed years; null where the birth date is unknown or later."""
    years = years_old(birth_date, on)
    return ibis.cases((years < 0, ibis.null("string")), *((years < limit, band) for limit, band in AGE_BANDS), (years >= 0, OLDEST))


def _decisions(periods: Table, entries: Table, as_of: date) -> Table:
    """The latest decision to admit for treatment made during each period that stood at its end, or stands at the as-of day."""
    made = entries.filter(is_active(entries), is_for_treatment(entries), entries.decided_to_admit_date <= as_of)
    rows = periods.select(*PERIOD, "start_date", "end_date").inner_join(made, PATHWAY)
    last_day = rows.end_date.fill_null(ibis.literal(as_of))
    stood_at_end = (rows.removal_date >= rows.end_date).fill_null(False)
    rows = rows.filter(rows.decided_to_admit_date.between(rows.start_date, last_day), stands(rows, as_of) | stood_at_end)
    latest = ibis.window(group_by=PERIOD, order_by=[ibis.desc("decided_to_admit_date"), ibis.desc("waiting_list_entry_identifier")])
    return rows.mutate(place=ibis.row_number().over(latest)).filter(_.place == 0)


def _heard(waiting: Table, events: Table, as_of: date) -> Table:
    """The last event of each waiting period's pathway, and its last attendance since the clock started."""
    past = events.filter(events.event_date <= as_of).select(PATHWAY, "event_type", "event_date", "event_sequence")
    rows = waiting.select(*PERIOD, "start_date").inner_join(past, PATHWAY)
    place = rows.event_date.epoch_days().cast("int64") * 1_000_000 + rows.event_sequence.fill_null(0)
    has_attended = (rows.event_type == "attend") & (rows.event_date >= rows.start_date)
    return rows.group_by(*PERIOD).aggregate(
        last_event_type=rows.event_type.argmax(place),
        last_event_date=rows.event_date.max(),
        last_attended_date=rows.event_date.max(where=has_attended),
    )


def _validated(pathways: Table, entries: Table) -> Table:
    """The last validation of each pathway: of its referral, or of an entry on the admission list."""
    found = ibis.union(*(rows.select(PATHWAY, "last_pas_validation_date") for rows in (pathways, entries)))
    return found.group_by(PATHWAY).aggregate(last_pas_validation_date=_.last_pas_validation_date.max())


def _next(bookings: Table) -> Table:
    return bookings.group_by(PATHWAY).aggregate(
        next_event_type=bookings.event_type.argmin(bookings.event_date),
        next_event_date=bookings.event_date.min(),
    )


def _with_breach(rows: Table, as_of: date) -> Table:
    breach = breach_date(rows.start_date)
    return rows.mutate(
        breach_date=breach,
        days_to_breach=breach.delta(ibis.literal(as_of), unit="day"),
        has_next_step=rows.next_event_date.notnull(),
    )


def _joined(left: Table, right: Table, *key: str) -> Table:
    return left.left_join(right, key).drop(*(f"{name}_right" for name in key))
