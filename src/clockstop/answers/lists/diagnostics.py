"""The diagnostic lists: who waits for a test and breaches six weeks next, and planned tests that are due or overdue."""

from ibis import _

from clockstop.answers.worklist import Breach, ListColumn, ListFilter, ListGroup, Worklist
from clockstop.contracts.diagnostic_codes import DIAGNOSTIC_TEST, REQUEST_SOURCE
from clockstop.rules.diagnostic_bands import is_six_weeks_or_more, is_thirteen_weeks_or_more

TEST = ListColumn(name="diagnostic_test", heading="Test", kind="code", titles=DIAGNOSTIC_TEST)
BODY_PART = ListColumn(name="body_part", heading="Of what", below="diagnostic_test")
SOURCE = ListColumn(name="request_source", heading="Who asked", kind="code", titles=REQUEST_SOURCE)
BOOKED = ListColumn(name="booked_date", heading="Booked", kind="date")
REQUEST = ListColumn(name="diagnostic_wait_identifier", heading="Request", is_taken_only=True)
TEST_FILTERS = (
    ListFilter(column="diagnostic_test", label="Test", choices=DIAGNOSTIC_TEST),
    ListFilter(column="request_source", label="Who asked", choices=REQUEST_SOURCE, is_folded=True),
)

WAITING = Worklist(
    slug="diagnostics",
    title="Who waits for a test, and who breaches six weeks next?",
    name="Diagnostic waiting list (DM01)",
    family="diagnostics",
    table="diagnostic_waits",
    noun="test",
    where=_.end_date.isnull(),
    key=("trust", "patient_pathway_identifier", "diagnostic_wait_identifier"),
    columns=(
        TEST,
        BODY_PART,
        ListColumn(name="days_waited", heading="Waited", kind="weeks"),
        ListColumn(name="band_label", heading="Week band", below="days_waited"),
        ListColumn(name="start_date", heading="Wait began", kind="date"),
        ListColumn(name="reset_by", heading="Began again after", below="start_date"),
        ListColumn(name="request_date", heading="Requested", kind="date"),
        SOURCE,
        BOOKED,
        ListColumn(name="breach_date", heading="Breaches on", kind="date", is_taken_only=True),
        ListColumn(name="is_overdue_planned", heading="Planned, past its due date", kind="truth", is_taken_only=True),
        ListColumn(name="planned_due_date", heading="Due", kind="date", is_taken_only=True),
        ListColumn(name="vetted_date", heading="Vetted", kind="date", is_taken_only=True),
        ListColumn(name="start_rule", heading="Rule of the start", is_taken_only=True),
        REQUEST,
    ),
    filters=(
        *TEST_FILTERS,
        ListFilter(column="days_waited", label="Days waited", kind="range", unit="days"),
        ListFilter(column="is_booked_in_time", label="Booked before the breach", kind="truth", is_folded=True),
        ListFilter(column="is_overdue_planned", label="Planned, past its due date", kind="truth", is_folded=True),
        ListFilter(column="request_date", label="Requested", kind="range", is_folded=True),
    ),
    groups=(
        ListGroup(slug="over_13", title="13 weeks or more", truth=is_thirteen_weeks_or_more(_.days_waited)),
        ListGroup(slug="over_6", title="6 weeks or more", truth=is_six_weeks_or_more(_.days_waited)),
        ListGroup(slug="next_14", title="Breach in the next 14 days", truth=_.days_left.between(0, 13)),
        ListGroup(
            slug="breach_unbooked",
            title="Within 6 weeks, not booked before the breach",
            truth=(_.days_left >= 0) & ~_.is_booked_in_time,
        ),
        ListGroup(slug="after_reset", title="Began again after a missed or cancelled date", truth=_.reset_by.notnull()),
    ),
    order=("days_left",),
    breach=Breach(date="last_day_within", days="days_left", heading="To 6 weeks"),
    booked=_.booked_date.notnull(),
    note="One row a test: a patient who waits for two tests stands here twice. A missed or cancelled appointment sets this wait "
    "to zero and leaves the 18-week wait as it was. Planned tests come onto the list on their due date.",
)

PLANNED = Worklist(
    slug="diagnostics-planned",
    title="Which planned tests are due or overdue?",
    name="Planned and surveillance tests",
    family="diagnostics",
    table="diagnostic_planned",
    noun="test",
    where=_.end_date.isnull(),
    key=("trust", "patient_pathway_identifier", "diagnostic_wait_identifier"),
    columns=(
        TEST,
        BODY_PART,
        ListColumn(name="due_date", heading="Due", kind="date"),
        ListColumn(name="days_overdue", heading="Overdue", kind="days"),
        BOOKED,
        ListColumn(name="start_date", heading="Requested", kind="date"),
        SOURCE,
        REQUEST,
    ),
    filters=(
        *TEST_FILTERS,
        ListFilter(column="days_overdue", label="Days overdue", kind="range", unit="days"),
        ListFilter(column="is_booked_late", label="Booked after the due date", kind="truth", is_folded=True),
    ),
    groups=(
        ListGroup(slug="overdue", title="Overdue", truth=_.days_overdue > 0),
        ListGroup(slug="overdue_6_weeks", title="Overdue 6 weeks or more", truth=is_six_weeks_or_more(_.days_overdue)),
        ListGroup(slug="overdue_unbooked", title="Overdue and not booked", truth=(_.days_overdue > 0) & ~_.has_next_step),
        ListGroup(slug="no_due_date", title="Without a due date", truth=_.due_date.isnull()),
    ),
    order=("-days_overdue", "due_date"),
    breach=None,
    booked=_.booked_date.notnull(),
    note="A planned test is on no waiting list until its due date; from then its six weeks run. One without a due date is seen "
    "by nobody: give it one.",
)

LISTS = (WAITING, PLANNED)
