"""The fact tables of diagnostics: events, clocks, waits, planned tests, requests with their steps, and the tests done."""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table

from clockstop.contracts.diagnostic_codes import DIAGNOSTIC_TEST, UNSCHEDULED_SETTINGS
from clockstop.contracts.people import PERSON_NAMES, SERVICE_NAMES
from clockstop.rules import diagnostic_bands as bands
from clockstop.rules.diagnostic_events import diagnostic_events, requests_read
from clockstop.rules.diagnostics import ENDINGS, EVENTS, TAKEN_OFF, clock
from clockstop.rules.fact import Clocks, Fact, Lane
from clockstop.rules.readings import Readings

WAIT = "diagnostic_wait_identifier"
# The last day that is within six weeks: the standard is met at less than 42 days, unlike RTT's and cancer's (DM-R02).
LAST_DAY_WITHIN = bands.STANDARD_DAYS - 1
FAR = date(9999, 12, 31)


# Of the clocks' periods, what a wait hands on.
PERIOD = (WAIT, "period_number", "patient_pathway_identifier", "diagnostic_test", "start_date", "end_date", "end_status",
          "start_rule", "end_rule", "flags")  # fmt: skip


def _today(as_of: date) -> ibis.Value:
    """The as-of day as a value to reckon with; a refresh may hand over a parameter instead of a day."""
    return as_of if hasattr(as_of, "op") else ibis.literal(as_of)


def _kept(rows: Table, *names: str) -> list[str]:
    """The names, with the columns of place and person that the rows have."""
    return [*names, *(name for name in (*SERVICE_NAMES, *PERSON_NAMES) if name in rows.columns)]


def _next_appointments(appointments: Table, requests: Table, as_of: date) -> Table:
    """The next appointment of each wait that lies on the as-of day or after it, and is neither done nor cancelled."""
    to_come = appointments.filter((_.appointment_date >= _today(as_of)) & (_.appointment_outcome.fill_null("booked") == "booked"))
    named = to_come.join(requests.select("diagnostic_request_identifier", WAIT), "diagnostic_request_identifier")
    return named.group_by(WAIT).agg(booked_date=named.appointment_date.min())


def diagnostic_waits(
    *, diagnostic_clocks: Table, diagnostic_requests: Table, diagnostic_appointments: Table, as_of: date, readings: Readings
) -> Table:
    """Each period of a wait, ended and running, as at the as-of day; a wait has one period between two resets.

    `listed_date` is the day from which the period stands on the list: that of the request, of the reset, or of the due date. A
    wait that restarts on a day to come is listed before its `start_date`, at 0 days. `days_waited` counts to the end or the
    as-of day; `breach_date` is day 42 (DM-R02).
    """
    requests = requests_read(diagnostic_requests)
    leaders = requests.filter(_.diagnostic_request_identifier == _[WAIT])
    about = leaders.select(*_kept(leaders, WAIT, "request_date", "request_type", "request_source", "planned_due_date",
                                  "vetted_date", "body_part"))  # fmt: skip
    periods = _listed(diagnostic_clocks.select(*PERIOD).left_join(about, WAIT).drop(f"{WAIT}_right"))
    booked = _next_appointments(diagnostic_appointments, requests, as_of)
    rows = periods.left_join(booked, WAIT).drop(f"{WAIT}_right")
    return _as_at(rows, as_of)


def _listed(periods: Table) -> Table:
    """Each period with the day on which it came onto the list, its number among those of its wait, and how it ended."""
    of_wait = ibis.window(group_by=WAIT, order_by=[_.end_date.fill_null(FAR), "period_number"])
    before = periods.mutate(
        wait_number=(ibis.row_number().over(of_wait) + 1).cast("int64"),
        reset_date=(~_.end_status.isin(TAKEN_OFF)).ifelse(_.end_date, ibis.null("date")).lag().over(of_wait),
        reset_by=_.end_status.lag().over(of_wait),
    )
    begun = ibis.greatest(before.start_date, before.request_date.fill_null(before.start_date))
    return before.mutate(
        listed_date=before.reset_date.fill_null(begun),
        reset_by=before.reset_date.notnull().ifelse(_words(before.reset_by), ibis.null("string")),
        ended_by=_words(before.end_status),
    ).drop("reset_date")


def _words(status: ibis.Value) -> ibis.Value:
    return status.cases(*ENDINGS.items(), else_=ibis.null("string"))


def _as_at(rows: Table, as_of: date) -> Table:
    today = _today(as_of)
    days = bands.days_waited(rows.start_date, rows.end_date.fill_null(today))
    is_open = rows.end_date.isnull()
    counted = rows.mutate(
        days_waited=days.cast("int64"),
        band=bands.band(days).cast("int64"),
        band_label=bands.band_label(bands.band(days)),
        is_breach=bands.is_six_weeks_or_more(days),
        breach_date=bands.breach_date(rows.start_date),
        days_to_breach=is_open.ifelse(bands.breach_date(rows.start_date).delta(today, unit="day"), ibis.null("int64")),
        last_day_within=bands.last_day_within(rows.start_date),
        days_left=is_open.ifelse(bands.last_day_within(rows.start_date).delta(today, unit="day"), ibis.null("int64")),
        booked_date=is_open.ifelse(rows.booked_date, ibis.null("date")),
        is_overdue_planned=rows.request_type == "planned",
    )
    return counted.mutate(
        has_next_step=is_open & counted.booked_date.notnull(),
        is_booked_in_time=is_open & (counted.booked_date < counted.breach_date).fill_null(False),
    )


def diagnostic_planned(*, diagnostic_requests: Table, diagnostic_appointments: Table, as_of: date, readings: Readings) -> Table:
    """Planned and surveillance tests, open from the request, overdue from the day after `due_date`.

    `days_overdue` is null where the due date has not passed or is not known, `days_to_breach` counts to six weeks after it.
    """
    requests = requests_read(diagnostic_requests)
    planned = requests.filter((_.request_type == "planned") & _.exclusion.isnull())
    planned = planned.filter(planned.diagnostic_request_identifier == planned[WAIT])
    ended = _first_days(diagnostic_appointments, requests, as_of)
    booked = _next_appointments(diagnostic_appointments, requests, as_of)
    rows = planned.left_join(ended, WAIT).drop(f"{WAIT}_right").left_join(booked, WAIT).drop(f"{WAIT}_right")
    today = _today(as_of)
    ended_date = ibis.least(rows.done_date.fill_null(FAR), rows.removal_date.fill_null(FAR))
    rows = rows.mutate(
        start_date=rows.request_date,
        end_date=(ended_date <= today).ifelse(ended_date, ibis.null("date")),
        due_date=rows.planned_due_date,
    )
    overdue = today.delta(rows.due_date, unit="day")
    is_open = rows.end_date.isnull()
    rows = rows.mutate(
        days_waited=rows.end_date.fill_null(today).delta(rows.start_date, unit="day"),
        days_overdue=(is_open & (overdue > 0)).ifelse(overdue, ibis.null("int64")),
        breach_date=bands.breach_date(rows.due_date),
        booked_date=is_open.ifelse(rows.booked_date, ibis.null("date")),
    )
    rows = rows.mutate(
        days_to_breach=is_open.ifelse(rows.breach_date.delta(today, unit="day"), ibis.null("int64")),
        has_next_step=is_open & rows.booked_date.notnull(),
        is_booked_late=is_open & (rows.booked_date > rows.due_date).fill_null(False),
    )
    return rows.select(*_kept(
        rows, WAIT, "diagnostic_request_identifier", "patient_pathway_identifier", "diagnostic_test", "request_source", "body_part",
        "start_date", "end_date", "due_date", "booked_date", "days_waited", "days_overdue", "breach_date", "days_to_breach",
        "has_next_step", "is_booked_late"))  # fmt: skip


def _first_days(appointments: Table, requests: Table, as_of: date) -> Table:
    """The first day on which a test of each wait was done, up to the as-of day."""
    done = appointments.filter((_.appointment_outcome == "done") & (_.appointment_date <= _today(as_of)))
    named = done.join(requests.select("diagnostic_request_identifier", WAIT), "diagnostic_request_identifier")
    return named.group_by(WAIT).agg(done_date=named.appointment_date.min())


def diagnostic_demand(*, diagnostic_requests: Table, diagnostic_appointments: Table, as_of: date, readings: Readings) -> Table:
    """Each request with its steps: made, vetted, done, reported; `is_counted` where the waiting list counts it, else `exclusion`.

    `is_duplicate`: another request leads its wait. `is_dated_wrong`: its test is dated before it, which is an error (3.2).
    """
    requests = requests_read(diagnostic_requests)
    rows = requests.left_join(_first_days(diagnostic_appointments, requests, as_of), WAIT).drop(f"{WAIT}_right")
    today = _today(as_of)
    rows = rows.mutate(
        vetted_date=(rows.vetted_date <= today).ifelse(rows.vetted_date, ibis.null("date")),
        reported_date=(rows.reported_date <= today).ifelse(rows.reported_date, ibis.null("date")),
        is_duplicate=rows.diagnostic_request_identifier != rows[WAIT],
        is_dated_wrong=(rows.done_date < rows.request_date).fill_null(False),
    )
    rows = rows.mutate(
        is_counted=rows.exclusion.isnull() & ~rows.is_duplicate,
        days_to_vetting=rows.vetted_date.delta(rows.request_date, unit="day"),
        days_to_test=(~rows.is_dated_wrong).ifelse(rows.done_date.delta(rows.request_date, unit="day"), ibis.null("int64")),
        days_to_report=(rows.reported_date >= rows.done_date).ifelse(
            rows.reported_date.delta(rows.done_date, unit="day"), ibis.null("int64")
        ),
    )
    return rows.filter(rows.request_date <= today).select(*_kept(
        rows, WAIT, "diagnostic_request_identifier", "patient_pathway_identifier", "diagnostic_test", "request_type",
        "request_source", "exclusion", "request_date", "vetted_date", "done_date", "reported_date", "is_counted", "is_duplicate",
        "is_dated_wrong", "days_to_vetting", "days_to_test", "days_to_report"))  # fmt: skip


def diagnostic_activity(
    *, diagnostic_clocks: Table, diagnostic_requests: Table, diagnostic_appointments: Table, as_of: date, readings: Readings
) -> Table:
    """Each test done by the as-of day, and under what it counts: waiting_list, planned or unscheduled (null: not counted).

    A test that ended a wait is waiting-list activity, so also a planned one that was overdue; one done for a planned request
    before that is planned activity. Requests of one wait that are done on one day are one test (DM-R08). An abandoned test is not
    done.
    """
    requests = requests_read(diagnostic_requests)
    about = requests.select(*_kept(requests, WAIT, "diagnostic_request_identifier", "patient_pathway_identifier", "diagnostic_test",
                                   "request_type", "request_source", "exclusion", "request_date"))  # fmt: skip
    done = diagnostic_appointments.filter((_.appointment_outcome == "done") & (_.appointment_date <= _today(as_of)))
    done = done.select("diagnostic_request_identifier", "diagnostic_appointment_identifier", activity_date=_.appointment_date)
    rows = done.join(about, "diagnostic_request_identifier")
    one = ibis.window(
        group_by=[WAIT, "activity_date"], order_by=["diagnostic_request_identifier", "diagnostic_appointment_identifier"]
    )
    rows = rows.mutate(place=ibis.row_number().over(one)).filter(_.place == 0).drop("place")
    ended = diagnostic_clocks.filter(_.end_status == "01").select(WAIT, activity_date=_.end_date, ended_wait=ibis.literal(True))
    rows = rows.left_join(ended.distinct(), [WAIT, "activity_date"]).drop(f"{WAIT}_right", "activity_date_right")
    return rows.mutate(activity_kind=_kind(rows)).drop("ended_wait")


def _kind(rows: Table) -> ibis.Value:
    unscheduled = (rows.request_type == "unscheduled") | rows.exclusion.isin(list(UNSCHEDULED_SETTINGS)).fill_null(False)
    counted = rows.exclusion.isnull()
    planned = (rows.request_type == "planned") & ~rows.ended_wait.fill_null(False)
    return ibis.cases((unscheduled, "unscheduled"), (~counted, ibis.null("string")), (planned, "planned"), else_="waiting_list")


FACTS = (
    Fact(
        name="diagnostic_events",
        title="Diagnostic events",
        row="an event of a request for a test, in the order in which the clock reads it",
        needs=("diagnostic_requests", "diagnostic_appointments"),
        build=diagnostic_events,
        order=(WAIT, "event_date", "event_sequence"),
    ),
    Clocks(
        name="diagnostic_clocks",
        title="Diagnostic clocks",
        row="a period of a wait for a test: from the request or the last reset to the next one, the test or today",
        events="diagnostic_events",
        folds={"diagnostic": clock},
        lanes={
            "diagnostic": Lane(
                title="Diagnostic test (DM01)",
                within_days=LAST_DAY_WITHIN,
                endings=ENDINGS,
                named_by="diagnostic_test",
                names=DIAGNOSTIC_TEST,
            )
        },
        event_titles={event: f"{title[0].upper()}{title[1:]}" for event, title in EVENTS.items()},
        waits="diagnostic_waits",
        keeps=("patient_pathway_identifier", "diagnostic_test"),
        order=("patient_pathway_identifier", WAIT, "clock", "start_date", "period_number"),
    ),
    Fact(
        name="diagnostic_waits",
        title="Diagnostic waits",
        row="a period of a wait for a test, with what it comes to today",
        needs=("diagnostic_clocks", "diagnostic_requests", "diagnostic_appointments"),
        build=diagnostic_waits,
        order=("patient_pathway_identifier", WAIT, "wait_number"),
    ),
    Fact(
        name="diagnostic_planned",
        title="Planned diagnostic tests",
        row="a planned or surveillance test",
        needs=("diagnostic_requests", "diagnostic_appointments"),
        build=diagnostic_planned,
        order=("patient_pathway_identifier", WAIT),
    ),
    Fact(
        name="diagnostic_demand",
        title="Diagnostic requests and their steps",
        row="a request of a test",
        needs=("diagnostic_requests", "diagnostic_appointments"),
        build=diagnostic_demand,
        order=("patient_pathway_identifier", "diagnostic_request_identifier"),
    ),
    Fact(
        name="diagnostic_activity",
        title="Diagnostic tests done",
        row="a test that was done",
        needs=("diagnostic_clocks", "diagnostic_requests", "diagnostic_appointments"),
        build=diagnostic_activity,
        order=("patient_pathway_identifier", WAIT, "activity_date"),
    ),
)
