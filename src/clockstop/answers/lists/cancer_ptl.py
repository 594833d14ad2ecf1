"""The cancer lists: who breaches next by stage and day, and who is to be reviewed beyond day 104 (planned-care.md 2.4)."""

from ibis import _

from clockstop.answers.worklist import Breach, ListColumn, ListFilter, ListGroup, Worklist
from clockstop.rules.cancer_routes import ROUTES
from clockstop.rules.cancer_sites import MODALITY_TITLES, SITES
from clockstop.rules.cancer_stages import OPEN_STAGES, STAGES
from clockstop.rules.cancer_standards import BAND_ENDS, OPEN_BAND

BANDS = {name: f"{name} days" for name in (*BAND_ENDS, OPEN_BAND)}
STANDARDS = {"fds28": "28 days, to be told", "d31": "31 days, to treatment", "d62": "62 days, to first treatment"}
NEXT_EVENTS = {"first_appointment": "First appointment", "treatment": "Treatment"}
STAGE_TITLES = {stage: STAGES[stage] for stage in OPEN_STAGES}

SITE = ListColumn(name="cancer_site", heading="Tumour site", kind="code", titles=SITES)
ROUTE = ListColumn(name="route", heading="Route", kind="code", titles=ROUTES, below="cancer_site")
STAGE = ListColumn(name="stage", heading="Stage", kind="code", titles=STAGES)
WAITED = ListColumn(name="days_waited", heading="Waited", kind="days")
TAKEN = tuple(
    ListColumn(name=name, heading=heading, kind=kind, is_taken_only=True)  # type: ignore[arg-type]
    for name, heading, kind in (
        ("fds_breach_date", "Last day of the 28", "date"),
        ("d31_breach_date", "Last day of the 31", "date"),
        ("d62_breach_date", "Last day of the 62", "date"),
        ("review_date", "For review from", "date"),
        ("start_date", "Clock started", "date"),
        ("adjustment_days", "Days deducted", "number"),
        ("date_first_seen", "First seen", "date"),
        ("tests_completed_date", "Tests completed", "date"),
        ("told_date", "Told", "date"),
        ("decided_to_treat_date", "Decision to treat", "date"),
        ("is_subsequent", "Subsequent treatment", "truth"),
        ("marks", "Marks", "text"),
        ("cancer_record_identifier", "Cancer record", "text"),
        ("cancer_treatment_identifier", "Cancer treatment", "text"),
    )
)

PTL = Worklist(
    slug="cancer",
    title="Which cancer patients breach next, and what moves them on?",
    name="Cancer patient tracking list",
    family="cancer",
    table="cancer_list",
    noun="patient",
    where=_.is_here,
    key=("trust", "patient_pathway_identifier", "cancer_list_identifier"),
    columns=(
        SITE,
        ROUTE,
        STAGE,
        ListColumn(name="expected_step", heading="To move on", below="stage"),
        ListColumn(name="breach_of", heading="Breach of", kind="code", titles=STANDARDS),
        ListColumn(name="breach_date", heading="Last day within", kind="date", below="breach_of"),
        WAITED,
        ListColumn(name="band", heading="Band", kind="code", titles=BANDS, below="days_waited"),
        ListColumn(name="has_decision_to_treat", heading="Decision to treat", kind="truth"),
        ListColumn(name="modality", heading="Treatment", kind="code", titles=MODALITY_TITLES, below="has_decision_to_treat"),
        ListColumn(name="next_event_date", heading="Booked", kind="date"),
        ListColumn(name="next_event_type", heading="What is booked", kind="code", titles=NEXT_EVENTS, below="next_event_date"),
        ListColumn(name="is_confirmed", heading="Cancer confirmed", kind="truth", is_taken_only=True),
        *TAKEN,
    ),
    filters=(
        ListFilter(column="stage", label="Stage", choices=STAGE_TITLES),
        ListFilter(column="cancer_site", label="Tumour site", choices=SITES),
        ListFilter(column="breach_of", label="Breach of", choices=STANDARDS),
        ListFilter(column="band", label="Days on the list", choices=BANDS),
        ListFilter(column="has_decision_to_treat", label="Decision to treat", kind="truth"),
        ListFilter(column="route", label="Route", choices=ROUTES, is_folded=True),
        ListFilter(column="is_confirmed", label="Cancer confirmed", kind="truth", is_folded=True),
        ListFilter(column="is_subsequent", label="Subsequent treatment", kind="truth", is_folded=True),
        ListFilter(column="days_waited", label="Days waited", kind="range", unit="days", is_folded=True),
        ListFilter(column="days_to_breach", label="Days to breach", kind="range", unit="days", is_folded=True),
    ),
    groups=(
        ListGroup(slug="over_104", title="Beyond day 104", truth=_.is_over_104),
        ListGroup(slug="over_62", title="Over 62 days", truth=_.is_over_62),
        ListGroup(slug="next_14", title="Breach in the next 14 days", truth=_.days_to_breach.between(0, 13)),
        *(ListGroup(slug=stage, title=title, truth=_.stage == stage) for stage, title in STAGE_TITLES.items()),
        ListGroup(slug="decided", title="With a decision to treat", truth=_.has_decision_to_treat),
        ListGroup(slug="nothing_booked", title="Nothing booked", truth=~_.has_next_step),
    ),
    order=("days_to_breach", "-days_waited"),
    breach=Breach(heading="To breach"),
    note="One row a cancer record, and one a subsequent treatment. It names the breach that comes next of the 28, 31 and 62 days, "
    "else the last that has passed. Days are net of adjustments. Patients transferred to another trust are on that trust's list.",
)

REVIEWS = Worklist(
    slug="cancer-104-days",
    title="Who is to be reviewed beyond day 104?",
    name="104-day reviews",
    family="cancer",
    table="cancer_waits",
    noun="patient",
    where=_.is_over_104 & (_.is_open | _.is_counted),
    key=("trust", "patient_pathway_identifier", "cancer_record_identifier"),
    columns=(
        SITE,
        ROUTE,
        STAGE,
        WAITED,
        ListColumn(name="start_date", heading="Clock started", kind="date"),
        ListColumn(name="treatment_start_date_cancer", heading="Treated", kind="date"),
        ListColumn(name="role", heading="Shared", kind="code", titles={"whole": "No", "referring": "Sent", "treating": "Received"}),
        ListColumn(name="breach_share", heading="Breach counted here", kind="number", is_taken_only=True),
        ListColumn(name="delay_reason", heading="Delay reason", is_taken_only=True),
        ListColumn(name="cancer_record_identifier", heading="Cancer record", is_taken_only=True),
    ),
    filters=(
        ListFilter(column="cancer_site", label="Tumour site", choices=SITES),
        ListFilter(column="is_open", label="Still waiting", kind="truth"),
        ListFilter(column="treatment_start_date_cancer", label="Treated", kind="range"),
        ListFilter(column="days_waited", label="Days waited", kind="range", unit="days"),
    ),
    groups=(
        ListGroup(slug="waiting", title="Still waiting", truth=_.is_open),
        ListGroup(slug="treated", title="Treated beyond day 104", truth=~_.is_open),
    ),
    order=("-is_open", "-days_waited"),
    breach=None,
    booked=_.next_event_date.notnull(),
    note="Everyone on a 62-day pathway who waits, or was treated, beyond day 104: the cause is found and harm is looked for. "
    "Write the review's owner, next step and outcome here.",
)

LISTS = (PTL, REVIEWS)
