"""Diagnostic requests and their appointments as the events that the clock reads: duplicates are one wait (DM-R08)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
from ibis import _
from ibis.expr.types import BooleanValue, DateValue, StringValue, Table

from clockstop.contracts.diagnostic_codes import TESTS
from clockstop.contracts.people import PERSON_NAMES, SERVICE_NAMES
from clockstop.rules.diagnostic_resets import day_of_cancelling, is_reasonable_offer
from clockstop.rules.readings import Readings

FAR = date(9999, 12, 31)
# The order of a day's events where nothing else orders them; the clock's classes come first.
RANKS = ("request", "excluded_request", "planned_request", "vetted", "refusal_short_notice", "refusal", "patient_cancel",
         "provider_cancel", "equipment_failure", "unfit", "dna", "abandoned", "appointment_booked", "done", "removed", "reported",
         "planned_due")  # fmt: skip
OUTCOMES = {"done": "done", "abandoned": "abandoned", "dna": "dna", "patient_cancelled": "patient_cancel",
            "provider_cancelled": "provider_cancel", "equipment_failure": "equipment_failure", "unfit": "unfit",
            "refused": "refusal"}  # fmt: skip
REQUEST = "diagnostic_request_identifier"
OF_REQUEST = (REQUEST, "diagnostic_wait_identifier", "patient_pathway_identifier", "diagnostic_test")


def requests_read(requests: Table) -> Table:
    """The requests with `exclusion` (why DM01 leaves one out, or null), `clock_start_date` and `diagnostic_wait_identifier`.

    A request without a pathway is a pathway of its own. Requests of one person, test and day, of one type, are one wait (DM-R08),
    as are those that are marked as duplicates.
    """
    read = requests.mutate(
        patient_pathway_identifier=_.patient_pathway_identifier.fill_null(_.diagnostic_request_identifier),
        exclusion=exclusion(requests),
        clock_start_date=_clock_start(requests),
    )
    return read.mutate(diagnostic_wait_identifier=_wait(read))


def exclusion(requests: Table) -> StringValue:
    """Why the waiting list leaves a request out (DM-R09, and tests that are not collected on the day of the request); or null."""
    return ibis.coalesce(
        requests.diagnostic_exclusion,
        (requests.request_type == "unscheduled").ifelse("unscheduled", ibis.null("string")),
        (~_is_collected(requests)).ifelse("test_not_collected", ibis.null("string")),
    )


def _is_collected(requests: Table) -> BooleanValue:
    is_test = requests.diagnostic_test.isin(sorted(TESTS))
    for test in TESTS.values():
        if test.valid_until is not None:
            is_test &= ~((requests.diagnostic_test == test.code) & (requests.request_date > ibis.literal(test.valid_until)))
    return is_test


def _clock_start(requests: Table) -> DateValue:
    """The day the request was made; e-RS bookable: that of the conversion, or of the slot issue where it came first (DM-R01)."""
    bookable = ibis.least(requests.ubrn_conversion_date.fill_null(FAR), requests.slot_issue_date.fill_null(FAR))
    return (bookable < FAR).ifelse(bookable, requests.request_date)


def _wait(requests: Table) -> StringValue:
    """The request under whose number a wait runs: of duplicates the first by number that was not itself taken off as one."""
    person = ibis.coalesce(requests.nhs_number_pseudonym, requests.local_patient_identifier, requests.diagnostic_request_identifier)
    is_twin = (requests.removal_reason == "duplicate").fill_null(False)
    same = ibis.window(
        group_by=[person, requests.diagnostic_test, requests.request_date, requests.request_type, requests.exclusion],
        order_by=[is_twin, requests.diagnostic_request_identifier],
    )
    leader = requests.diagnostic_request_identifier.first().over(same)
    return requests.duplicate_of_request_identifier.fill_null(leader)


def diagnostic_events(*, diagnostic_requests: Table, diagnostic_appointments: Table, as_of: date, readings: Readings) -> Table:
    """The events of every request and its appointments, in the clock's order.

    They are derived to the end of time, as RTT's are: the clock leaves out what lies after its day.
    """
    requests = requests_read(diagnostic_requests)
    events = ibis.union(*_request_events(requests), *_appointment_events(diagnostic_appointments, readings))
    about = requests.select(*OF_REQUEST, *[name for name in (*SERVICE_NAMES, *PERSON_NAMES) if name in requests.columns])
    return _in_order(events.join(about, REQUEST))


def _request_events(requests: Table) -> Sequence[Table]:
    counted = requests.exclusion.isnull()
    waiting, planned = requests.request_type == "waiting_list", requests.request_type == "planned"
    is_twin = (requests.removal_reason == "duplicate") & (requests.diagnostic_wait_identifier != requests[REQUEST])
    asked = ibis.cases((~counted, "excluded_request"), (waiting, "request"), else_="planned_request")
    due = requests.filter(counted & planned & requests.planned_due_date.notnull())
    removed = requests.filter(requests.removal_date.notnull() & ~is_twin.fill_null(False))
    vetted, reported = requests.filter(requests.vetted_date.notnull()), requests.filter(requests.reported_date.notnull())
    return (
        _event(requests, asked, (counted & waiting).ifelse(requests.clock_start_date, requests.request_date)),
        _event(due, "planned_due", ibis.greatest(due.planned_due_date, due.request_date), restart=due.planned_due_date),
        _event(vetted, "vetted", vetted.vetted_date),
        _event(reported, "reported", reported.reported_date),
        _event(removed, "removed", removed.removal_date),
    )


def _appointment_events(appointments: Table, readings: Readings) -> Sequence[Table]:
    offered = appointments.filter(_.offered_on_date.notnull() & (_.appointment_outcome.fill_null("booked") != "refused"))
    outcomes = appointments.filter(_.appointment_outcome.isin(list(OUTCOMES)))
    return (
        _event(offered, "appointment_booked", offered.offered_on_date),
        _event(outcomes, _outcome(outcomes, readings), _outcome_day(outcomes), restart=outcomes.appointment_date),
    )


def _outcome(rows: Table, readings: Readings) -> StringValue:
    """The event that an appointment's outcome is; a date refused at short notice is told apart (DM-R04)."""
    said = rows.appointment_outcome.cases(*OUTCOMES.items(), else_=ibis.null("string"))
    is_reasonable = is_reasonable_offer(rows.offered_on_date, rows.appointment_date, readings.diagnostic_notice_days)
    return ((said == "refusal") & ~is_reasonable).ifelse("refusal_short_notice", said)


def _outcome_day(rows: Table) -> DateValue:
    """The day on which it takes effect: of the cancelling or refusing where that is known, else of the appointment."""
    cancelled = day_of_cancelling(rows.outcome_date, rows.appointment_date)
    refused = ibis.coalesce(rows.outcome_date, rows.offered_on_date, rows.appointment_date)
    by_the_day = rows.appointment_outcome.isin(["done", "abandoned", "dna"])
    return by_the_day.ifelse(rows.appointment_date, (rows.appointment_outcome == "refused").ifelse(refused, cancelled))


def _event(rows: Table, event_type: StringValue | str, day: DateValue, restart: DateValue | None = None) -> Table:
    is_of_appointment = "appointment_date" in rows.columns
    return rows.select(
        REQUEST,
        event_date=day,
        event_type=ibis.literal(event_type) if isinstance(event_type, str) else event_type,
        restart_date=ibis.null("date") if restart is None else restart,
        appointment_date=rows.appointment_date if is_of_appointment else ibis.null("date"),
        record_identifier=rows.diagnostic_appointment_identifier if is_of_appointment else rows[REQUEST],
    )


def _in_order(events: Table) -> Table:
    """The events numbered within their wait, and each refusal with the date that was refused before it as `restart_date`.

    The clock restarts a wait on the second refusal, from the first date offered (DM-R04); any other reset between the two begins
    the count anew, so the refusal before is always the first of its pair.
    """
    rank = events.event_type.cases(*[(name, place) for place, name in enumerate(RANKS)], else_=len(RANKS))
    of_wait = ibis.window(
        group_by="diagnostic_wait_identifier", order_by=["event_date", rank, "record_identifier", "diagnostic_request_identifier"]
    )
    numbered = events.mutate(event_sequence=(ibis.row_number().over(of_wait) + 1).cast("int64"))
    of_kind = ibis.window(group_by=["diagnostic_wait_identifier", "event_type"], order_by="event_sequence")
    before = numbered.restart_date.lag().over(of_kind)
    return numbered.mutate(restart_date=(numbered.event_type == "refusal").ifelse(before, numbered.restart_date))
