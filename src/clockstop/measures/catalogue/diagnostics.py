"""Diagnostics (DM01): the waiting list by weeks, the tests done, requests and their steps, planned tests (planned-care.md 3)."""

import ibis
from ibis import _

from clockstop.measures.measure import Kind, Measure, Side
from clockstop.rules.diagnostic_bands import LONG_WAIT_WEEKS, STANDARD_WEEKS, is_six_weeks_or_more, is_thirteen_weeks_or_more

COLLECTION = "NHS England, monthly diagnostics waiting times and activity (DM01)"
PRACTICE = "Established practice; planned-care reference 3.2"
BY_TEST = ("diagnostic_test",)


def _waiting(slug: str, title: str, kind: Kind, numerator: Side, definition: str, *, is_headline: bool = False) -> Measure:
    """A measure of the waiting list at the census (DM-R02): its periods that are listed by then and have not ended."""
    return Measure(
        slug=slug,
        title=title,
        table="diagnostic_waits",
        kind=kind,
        counted="at census",
        denominator=_.is_listed,
        numerator=numerator,
        improvement="down",
        definition=definition,
        source=COLLECTION,
        rules=("DM-R02", "DM-R08", "DM-R09"),
        unit="tests",
        is_headline=is_headline,
        cuts=BY_TEST,
    )


WAITING = (
    _waiting(
        "diagnostics_six_weeks_or_more_share", "Waiting 6 weeks or more for a test", "share", is_six_weeks_or_more(_.days_waited),
        f"Of the tests waited for at the census, the share that have been waited for {STANDARD_WEEKS * 7} days or more. "
        "Weeks are rounded down, unlike RTT's.",
        is_headline=True,
    ),
    _waiting(
        "diagnostics_waiting_list", "Diagnostic waiting list", "count", _.is_listed,
        "Tests waited for at the census. Each test is counted: a patient who waits for MRI and CT counts twice. Planned tests "
        "are on the list from their due date.",
        is_headline=True,
    ),
    _waiting(
        "diagnostics_over_6_weeks", "Tests waited for 6 weeks or more", "count", is_six_weeks_or_more(_.days_waited),
        "Tests waited for at the census for 42 days or more.",
    ),
    _waiting(
        "diagnostics_over_13_weeks", "Tests waited for 13 weeks or more", "count", is_thirteen_weeks_or_more(_.days_waited),
        f"Tests waited for at the census for {LONG_WAIT_WEEKS * 7} days or more.",
        is_headline=True,
    ),
    _waiting(
        "diagnostics_over_13_weeks_share", "Share waiting 13 weeks or more for a test", "share",
        is_thirteen_weeks_or_more(_.days_waited),
        "Of the tests waited for at the census, the share that have been waited for 91 days or more.",
    ),
    _waiting(
        "diagnostics_waiting_after_reset", "Tests waited for since a reset", "share", _.reset_by.notnull(),
        "Of the tests waited for at the census, the share whose wait was set to zero since the request: the patient did not "
        "attend, cancelled, or refused two reasonable dates (DM-R03, DM-R04). Since the request they have waited longer.",
    ),
    Measure(
        slug="diagnostics_mean_wait",
        title="Average wait for a test",
        table="diagnostic_waits",
        kind="mean",
        counted="at census",
        denominator=_.is_listed,
        numerator=lambda rows: ibis.greatest(rows.days_waited, 0),
        improvement="down",
        definition="The days waited so far, on average, by those on the list at the census. A wait that restarts on a day to come "
        "counts 0 days.",
        source=PRACTICE,
        rules=("DM-R02", "DM-R03"),
        unit="days",
        cuts=BY_TEST,
    ),
    Measure(
        slug="diagnostics_without_booking",
        title="Tests waited for and not booked",
        table="diagnostic_waits",
        kind="share",
        counted="at census",
        denominator=_.is_listed,
        numerator=~_.has_next_step,
        improvement="down",
        definition="Of the tests waited for today, the share with no appointment booked.",
        source=PRACTICE,
        rules=("DM-R02",),
        unit="tests",
        is_current_only=True,
    ),
)  # fmt: skip


def _done(kind: str, title: str, words: str) -> Measure:
    """The count of tests done in the period under one kind of activity, of all that the return counts."""
    return Measure(
        slug=f"diagnostics_{kind}_activity",
        title=title,
        table="diagnostic_activity",
        kind="count",
        counted="by date",
        day="activity_date",
        denominator=_.activity_kind.notnull(),
        numerator=_.activity_kind == kind,
        improvement="neutral",
        definition=words,
        source=COLLECTION,
        rules=("DM-R07", "DM-R09"),
        unit="tests",
        cuts=BY_TEST,
    )


ACTIVITY = (
    Measure(
        slug="diagnostics_activity",
        title="Diagnostic tests done",
        table="diagnostic_activity",
        kind="count",
        counted="by date",
        day="activity_date",
        denominator=_.activity_kind.notnull(),
        numerator=_.activity_kind.notnull(),
        improvement="up",
        definition="Tests done in the period: from the waiting list, planned, and unscheduled.",
        source=COLLECTION,
        rules=("DM-R07", "DM-R08", "DM-R09"),
        unit="tests",
        is_headline=True,
        cuts=BY_TEST,
    ),
    _done("waiting_list", "Tests done from the waiting list",
          "Tests that ended a wait, also those of planned tests that had passed their due date."),
    _done("planned", "Planned tests done", "Planned and surveillance tests done by their due date."),
    _done("unscheduled", "Unscheduled tests done", "Tests of inpatients and in emergencies, which never stood on the list."),
    Measure(
        slug="diagnostics_dna",
        title="Diagnostic appointments missed",
        table="diagnostic_events",
        kind="share",
        counted="by date",
        day="event_date",
        denominator=_.event_type.isin(["done", "abandoned", "dna"]),
        numerator=_.event_type == "dna",
        improvement="down",
        definition="Of the appointments that came to pass in the period (test done, abandoned, or missed), the share that the "
        "patient did not attend. Cancellations are left out.",
        source=PRACTICE,
        rules=("DM-R03",),
        unit="appointments",
        cuts=BY_TEST,
    ),
)  # fmt: skip


def _step(slug: str, title: str, day: str, days: str, words: str, *, whose: Side = ~_.is_duplicate) -> Measure:
    """The days that a step of requests took, on average, for those whose step ended in the period."""
    return Measure(
        slug=slug,
        title=title,
        table="diagnostic_demand",
        kind="mean",
        counted="by date",
        day=day,
        denominator=_[days].notnull() & whose,
        numerator=_[days],
        improvement="down",
        definition=words,
        source=PRACTICE,
        rules=("DM-R01",),
        unit="days",
        cuts=BY_TEST,
    )


REQUESTS = (
    Measure(
        slug="diagnostics_requests",
        title="Diagnostic requests",
        table="diagnostic_demand",
        kind="count",
        counted="by date",
        day="request_date",
        denominator=~_.is_duplicate,
        numerator=_.is_counted,
        improvement="neutral",
        definition="Requests made in the period that the return counts, duplicates once: the demand. Inpatients and emergencies, "
        "screening and the other exclusions are left out.",
        source=PRACTICE,
        rules=("DM-R01", "DM-R08", "DM-R09"),
        unit="requests",
        cuts=BY_TEST,
    ),
    _step("diagnostics_vetting_days", "Days from request to vetting", "vetted_date", "days_to_vetting",
          "For the requests vetted in the period, the days since the request, on average."),
    _step("diagnostics_request_to_test_days", "Days from request to test", "done_date", "days_to_test",
          "For the requests of the waiting list whose test was done in the period, the days since the request, on average, "
          "whatever reset the wait.", whose=_.is_counted & (_.request_type == "waiting_list")),
    _step("diagnostics_reporting_days", "Days from test to report", "reported_date", "days_to_report",
          "For the tests reported in the period, the days since the test, on average."),
)  # fmt: skip

PLANNED = (
    Measure(
        slug="diagnostics_planned_overdue",
        title="Planned tests past their due date",
        table="diagnostic_planned",
        kind="count",
        counted="at census",
        denominator=_.is_open,
        numerator=_.is_overdue,
        improvement="down",
        definition="Planned and surveillance tests not done whose due date has passed at the census. They are on the waiting list "
        "too, from that date.",
        source="NHS England, Recording and reporting RTT waiting times, v5.0 (5.2)",
        rules=("DM-R05",),
        unit="tests",
        is_headline=True,
        cuts=BY_TEST,
    ),
    Measure(
        slug="diagnostics_planned_overdue_share",
        title="Share of planned tests past their due date",
        table="diagnostic_planned",
        kind="share",
        counted="at census",
        denominator=_.is_open,
        numerator=_.is_overdue,
        improvement="down",
        definition="Of the planned and surveillance tests still to be done at the census, the share whose due date has passed.",
        source=PRACTICE,
        rules=("DM-R05",),
        unit="tests",
        cuts=BY_TEST,
    ),
    Measure(
        slug="diagnostics_planned_without_due_date",
        title="Planned tests without a due date",
        table="diagnostic_planned",
        kind="count",
        counted="at census",
        denominator=_.is_open,
        numerator=_.due_date.isnull(),
        improvement="down",
        definition="Planned and surveillance tests still to be done at the census that say no due date: nobody sees when they are "
        "late.",
        source=PRACTICE,
        rules=("DM-R05",),
        unit="tests",
    ),
)  # fmt: skip

MEASURES = (*WAITING, *ACTIVITY, *REQUESTS, *PLANNED)
