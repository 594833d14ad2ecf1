"""The worklists of the emergency department: who is there now, who waits for a bed, and who waited over 12 hours."""

from ibis import _

from clockstop.answers.worklist import ListColumn, ListFilter, ListGroup, Worklist
from clockstop.contracts.emergency_codes import (
    ACUITY,
    AREA,
    ARRIVAL_MODE,
    ATTENDANCE_OUTCOME,
    DEPARTMENT_TYPE,
    TEMPORARY_AREAS,
    WAIT_REASON,
)
from clockstop.rules.emergency_clock import FOUR_HOURS, MARKS, NO_DEPARTURE, TWELVE_HOURS
from clockstop.rules.emergency_now import STAGES

EIGHT_HOURS = 480
LOOK_BACK_DAYS = 28
PLACE = ListColumn(name="place", heading="Place")
AREA_COLUMN = ListColumn(name="area", heading="Area", kind="code", titles=AREA, below="place")
SITE = ListColumn(name="site", heading="Site")
SO_FAR = ListColumn(name="minutes_so_far", heading="In the department", kind="minutes")
SINCE = ListColumn(name="clock_start_at", heading="Since", kind="instant", below="minutes_so_far")
STAGE = ListColumn(name="stage", heading="Stage", kind="code", titles=STAGES)
WAITS_FOR = ListColumn(name="waiting_for", heading="What is next", below="stage")
ACUITY_COLUMN = ListColumn(name="acuity", heading="Acuity", kind="code", titles=ACUITY)
COMPLAINT = ListColumn(name="complaint", heading="Came with")
DECIDED = ListColumn(name="decision_to_admit_at", heading="Decided to admit", kind="instant")
FROM_DECISION = ListColumn(name="minutes_from_decision", heading="Since the decision", kind="minutes")
FOR_SERVICE = ListColumn(name="admitting_service", heading="Bed of", kind="service")
MODE = ListColumn(name="arrival_mode", heading="Came by", kind="code", titles=ARRIVAL_MODE)
TYPE = ListColumn(name="department_type", heading="Department", kind="code", titles=DEPARTMENT_TYPE, is_taken_only=True)
MARKED = ListColumn(name="marks", heading="Marks", is_taken_only=True)
BY_AREA = ListFilter(column="area", label="Area", choices=AREA)
BY_TYPE = ListFilter(column="department_type", label="Department", choices=DEPARTMENT_TYPE, is_folded=True)
BY_ACUITY = ListFilter(column="acuity", label="Acuity", choices=ACUITY, is_folded=True)

IN_DEPARTMENT = Worklist(
    slug="in-department",
    title="Who is in the emergency department, and for how long?",
    name="In the department now",
    family="emergency",
    table="ed_patients_now",
    noun="patient",
    columns=(
        PLACE, AREA_COLUMN, SO_FAR, SINCE, STAGE, WAITS_FOR, ACUITY_COLUMN, COMPLAINT, DECIDED, FROM_DECISION, MODE,
        ListColumn(name="specialty_asked_at", heading="Specialty asked", kind="instant"),
        ListColumn(name="minutes_to_12_hours", heading="To 12 hours", kind="minutes", is_taken_only=True),
        ListColumn(name="is_mental_health", heading="Mental health", kind="truth", is_taken_only=True),
        ListColumn(name="is_child", heading="Child", kind="truth", is_taken_only=True),
        TYPE, SITE, MARKED,
    ),
    filters=(
        BY_AREA,
        ListFilter(column="stage", label="Stage", choices=STAGES),
        ListFilter(column="minutes_so_far", label="In the department", kind="range", unit="minutes"),
        BY_ACUITY,
        BY_TYPE,
        ListFilter(column="is_mental_health", label="Mental health", kind="truth", is_folded=True),
        ListFilter(column="is_child", label="Child", kind="truth", is_folded=True),
    ),
    groups=(
        ListGroup(slug="over_12", title="Over 12 hours", truth=~_.is_sdec & (_.minutes_so_far > TWELVE_HOURS)),
        ListGroup(slug="over_8", title="Over 8 hours", truth=~_.is_sdec & (_.minutes_so_far > EIGHT_HOURS)),
        ListGroup(slug="over_4", title="Over 4 hours", truth=~_.is_sdec & (_.minutes_so_far > FOUR_HOURS)),
        ListGroup(slug="next_hour", title="4 hours within the hour",
                  truth=~_.is_sdec & _.minutes_so_far.between(FOUR_HOURS - 60, FOUR_HOURS)),
        ListGroup(slug="no_bed", title="Decided to admit, no bed yet", truth=_.is_waiting_for_bed),
        ListGroup(slug="not_assessed", title="Not assessed after 15 minutes",
                  truth=(_.stage == "to_be_assessed") & (_.minutes_so_far > 15)),
        ListGroup(slug="corridor", title="In a corridor or temporary space", truth=_.area.isin(TEMPORARY_AREAS)),
    ),
    order=("-minutes_so_far",),
    breach=None,
    booked=_.is_waiting_for_bed,
    note="Minutes run from the start of the clock to the instant that the newest extract shows. Same day emergency care is listed "
    "and is in none of the groups of hours. Whoever has no departure after 24 hours is on the list of records without a departure.",
)  # fmt: skip

WAITING_FOR_BED = Worklist(
    slug="waiting-for-bed",
    title="Who is to be admitted and has no bed yet?",
    name="Waiting for a bed",
    family="emergency",
    table="ed_patients_now",
    noun="patient",
    where=_.is_waiting_for_bed,
    columns=(
        FOR_SERVICE, FROM_DECISION, ListColumn(name="decision_to_admit_at", heading="Decided", kind="instant",
                                               below="minutes_from_decision"),
        SO_FAR, SINCE, PLACE, AREA_COLUMN, ACUITY_COLUMN, COMPLAINT, ListColumn(name="waiting_for", heading="What is next"),
        TYPE, SITE, MARKED,
    ),
    filters=(
        ListFilter(column="admitting_service", label="Bed of"),
        BY_AREA,
        ListFilter(column="minutes_from_decision", label="Since the decision", kind="range", unit="minutes"),
        BY_ACUITY,
    ),
    groups=(
        ListGroup(slug="over_12", title="Over 12 hours from the decision", truth=_.minutes_from_decision > TWELVE_HOURS),
        ListGroup(slug="next_12", title="12 hours from the decision within 4 hours",
                  truth=_.minutes_from_decision.between(EIGHT_HOURS, TWELVE_HOURS)),
        ListGroup(slug="over_4", title="Over 4 hours from the decision", truth=_.minutes_from_decision > FOUR_HOURS),
        ListGroup(slug="over_12_here", title="Over 12 hours in the department", truth=_.minutes_so_far > TWELVE_HOURS),
    ),
    order=("-minutes_from_decision",),
    breach=None,
    booked=_.hospital_provider_spell_identifier.notnull(),
    note="From the decision to admit, or from arrival where it was made before it. Over 720 minutes to the bed is a breach.",
)  # fmt: skip

OF_VISIT = (
    ListColumn(name="clock_start_at", heading="Clock started", kind="instant"),
    ListColumn(name="clock_end_at", heading="Clock stopped", kind="instant", below="clock_start_at"),
    ListColumn(name="minutes_in_department", heading="In the department", kind="minutes"),
    DECIDED,
    ListColumn(name="minutes_from_decision", heading="From the decision", kind="minutes"),
    ListColumn(name="outcome", heading="Outcome", kind="code", titles=ATTENDANCE_OUTCOME),
    COMPLAINT,
    ACUITY_COLUMN,
    MODE,
)
BREACHES = Worklist(
    slug="twelve-hour-breaches",
    title="Who waited over 12 hours in the last four weeks?",
    name="12-hour breaches",
    family="emergency",
    table="emergency_attendances",
    noun="attendance",
    where=(_.is_over_12_hours_from_decision | (_.is_over_12_hours_from_arrival & _.is_twelve_hour_type))
    & (_.as_of_date.delta(_.reporting_date, unit="day") < LOOK_BACK_DAYS),
    columns=(
        *OF_VISIT, ListColumn(name="wait_reason", heading="Waited for", kind="code", titles=WAIT_REASON, is_taken_only=True),
        ListColumn(name="is_mental_health", heading="Mental health", kind="truth", is_taken_only=True),
        ListColumn(name="hospital_provider_spell_identifier", heading="Admission", is_taken_only=True), TYPE, SITE, MARKED,
    ),
    filters=(
        ListFilter(column="is_over_12_hours_from_decision", label="Over 12 hours from the decision", kind="truth"),
        ListFilter(column="outcome", label="Outcome", choices=ATTENDANCE_OUTCOME),
        ListFilter(column="minutes_in_department", label="In the department", kind="range", unit="minutes"),
        BY_TYPE,
        BY_ACUITY,
    ),
    groups=(
        ListGroup(slug="from_decision", title="Over 12 hours from the decision to admit", truth=_.is_over_12_hours_from_decision),
        ListGroup(slug="from_arrival", title="Over 12 hours from arrival", truth=_.is_over_12_hours_from_arrival),
        ListGroup(slug="over_24", title="Over 24 hours", truth=_.is_over_24_hours),
        ListGroup(slug="mental_health", title="Mental health", truth=_.is_mental_health),
    ),
    order=("-minutes_in_department",),
    breach=None,
    booked=_.is_admitted,
    note="Each wait of over 12 hours from the decision to admit needs a breach report: harm review, reason, times of escalation. "
    "Write owner and next step here.",
)  # fmt: skip

NO_DEPARTURES = Worklist(
    slug="attendances-without-departure",
    title="Which attendances have times that cannot be used?",
    name="Attendances to put right",
    family="emergency",
    table="emergency_attendances",
    noun="attendance",
    where=_.is_unplanned & ~_.is_still_here & _.minutes_in_department.isnull()
    & (_.as_of_date.delta(_.start_date, unit="day") < LOOK_BACK_DAYS),
    columns=(
        ListColumn(name="clock_start_at", heading="Clock started", kind="instant"),
        ListColumn(name="departed_at", heading="Left", kind="instant", below="clock_start_at"),
        ListColumn(name="marks", heading="What is wrong", kind="code", titles=MARKS),
        ListColumn(name="outcome", heading="Outcome", kind="code", titles=ATTENDANCE_OUTCOME),
        PLACE, AREA_COLUMN, COMPLAINT, TYPE, SITE,
    ),
    filters=(BY_AREA, BY_TYPE, ListFilter(column="start_date", label="Came", kind="range")),
    groups=(
        ListGroup(slug="no_departure", title="No departure after 24 hours", truth=_.marks.contains(NO_DEPARTURE)),
        ListGroup(slug="other", title="Another fault of times", truth=~_.marks.contains(NO_DEPARTURE)),
    ),
    order=("-start_date",),
    breach=None,
    booked=_.departed_at.notnull(),
    note="They are left out of the 4-hour and 12-hour measures until their times are put right at the source.",
)  # fmt: skip

LISTS = (IN_DEPARTMENT, WAITING_FOR_BED, BREACHES, NO_DEPARTURES)
