"""The worklists of discharge: long stays, who is ready and still here, who is to leave today, and ready dates to put right."""

from ibis import _

from clockstop.answers.worklist import ListColumn, ListFilter, ListGroup, Worklist
from clockstop.contracts.ward_codes import PATHWAY_OF_DISCHARGE
from clockstop.rules.discharge_ready import NO_READY_DATE
from clockstop.rules.inpatients_now import STANDING
from clockstop.rules.patient_days import COLOURS

LOOK_BACK_DAYS = 28
WARD = ListColumn(name="ward_name", heading="Ward")
BED = ListColumn(name="bed", heading="Bed", below="ward_name")
NIGHTS = ListColumn(name="nights", heading="Nights", kind="number")
PATHWAY = ListColumn(name="pathway_of_discharge", heading="Pathway", kind="code", titles=PATHWAY_OF_DISCHARGE, below="waits_for")
EXPECTED = ListColumn(name="estimated_discharge_date", heading="Expected", kind="date")
DAYS_READY = ListColumn(name="days_ready", heading="Days waited", kind="number")
READY = ListColumn(name="discharge_ready_date", heading="Ready since", kind="date", below="days_ready")
WAITS_FOR = ListColumn(name="waits_for", heading="Waits for")
ACTION = ListColumn(name="action", heading="Action")
ACTION_OWNER = ListColumn(name="action_owner", heading="By", below="action")
COLOUR = ListColumn(name="colour", heading="Today", kind="code", titles=COLOURS)
TAKEN = (
    ListColumn(name="service", heading="Service", kind="service", is_taken_only=True),
    ListColumn(name="consultant", heading="Consultant", is_taken_only=True),
    ListColumn(name="site", heading="Site", is_taken_only=True),
    ListColumn(name="ward_code", heading="Ward code", is_taken_only=True),
    ListColumn(name="bay", heading="Bay", is_taken_only=True),
    ListColumn(name="started_at", heading="Admitted", kind="instant", is_taken_only=True),
)
OF_WARD = (
    ListFilter(column="ward_name", label="Ward"),
    ListFilter(column="ward_code", label="Ward code", is_folded=True),
    ListFilter(column="consultant", label="Consultant", is_folded=True),
)
BY_PATHWAY = ListFilter(column="pathway_of_discharge", label="Pathway of discharge", choices=PATHWAY_OF_DISCHARGE)

LONG_STAYS = Worklist(
    slug="over-21-days",
    title="Who has been here for 21 nights or more, and why?",
    name="Stays of 21 nights or more",
    noun="patient",
    family="discharge",
    table="inpatients_now",
    where=_.is_long_stay,
    columns=(
        WARD, BED, NIGHTS, DAYS_READY, READY, WAITS_FOR, PATHWAY, EXPECTED, COLOUR, ACTION, ACTION_OWNER, *TAKEN,
    ),
    filters=(
        *OF_WARD,
        BY_PATHWAY,
        ListFilter(column="can_go_home", label="Ready, or meets no criteria to reside", kind="truth"),
        ListFilter(column="nights", label="Nights", kind="range", is_folded=True),
        ListFilter(column="delay_reason", label="Delay reason", is_folded=True),
        ListFilter(column="is_adult", label="On a ward for adults", kind="truth", is_folded=True),
    ),
    groups=(
        ListGroup(slug="ready", title="Ready, or meets no criteria to reside", truth=_.can_go_home),
        ListGroup(slug="needs_a_bed", title="Meets the criteria to reside", truth=~_.can_go_home & _.meets_criteria_to_reside),
        ListGroup(slug="not_judged", title="Not judged within a week", truth=~_.can_go_home & _.is_criteria_unknown),
        ListGroup(slug="over_60", title="60 nights or more", truth=_.nights >= 60),
        ListGroup(slug="no_expected_date", title="No expected date", truth=_.is_without_expected_date),
    ),
    order=("-nights",),
    breach=None,
    booked=_.action.notnull(),
    note="Nights are civil dates from the admission to the day of the data. Those on a virtual ward hold no bed and are not here.",
)  # fmt: skip

READY_NOT_GONE = Worklist(
    slug="ready-not-gone",
    title="Who is ready to leave and still here, and what do they wait for?",
    name="Ready and still here",
    noun="patient",
    family="discharge",
    table="inpatients_now",
    where=_.can_go_home,
    columns=(
        WARD, BED, DAYS_READY, READY, WAITS_FOR, PATHWAY, NIGHTS, EXPECTED,
        ListColumn(name="expectation", heading="Today", kind="code", titles=STANDING, below="estimated_discharge_date"),
        ACTION, ACTION_OWNER,
        ListColumn(name="delay_reason_code", heading="Code of the reason", is_taken_only=True),
        ListColumn(name="is_ready", heading="Has a ready date", kind="truth", is_taken_only=True),
        ListColumn(name="meets_criteria_to_reside", heading="Meets the criteria", kind="truth", is_taken_only=True), *TAKEN,
    ),
    filters=(
        *OF_WARD,
        ListFilter(column="waits_for", label="Waits for"),
        BY_PATHWAY,
        ListFilter(column="days_ready", label="Days waited", kind="range", unit="days", is_folded=True),
        ListFilter(column="is_expected_today", label="Expected to leave today", kind="truth", is_folded=True),
        ListFilter(column="nights", label="Nights", kind="range", is_folded=True),
    ),
    groups=(
        *(
            ListGroup(slug=f"pathway_{code}", title=words, truth=(_.pathway_of_discharge == code).fill_null(False))
            for code, words in PATHWAY_OF_DISCHARGE.items()
        ),
        ListGroup(slug="pathway_not_known", title="Pathway not known", truth=_.pathway_of_discharge.isnull()),
        ListGroup(slug="no_reason", title="No reason said", truth=_.waits_for.isnull()),
        ListGroup(slug="week", title="Waited 7 days or more", truth=(_.days_ready >= 7).fill_null(False)),
        ListGroup(slug="long", title="Waited 21 days or more", truth=(_.days_ready >= 21).fill_null(False)),
        ListGroup(slug="no_ready_date", title="No criteria to reside, and no ready date", truth=~_.is_ready),
    ),
    order=("-days_ready", "-nights"),
    breach=None,
    booked=_.action.notnull(),
    note="Ready is who has a discharge-ready date that was not withdrawn, or was last judged within a week not to meet the "
    "criteria to reside. The two are kept apart and need not agree; days are counted from the ready date alone.",
)  # fmt: skip

EXPECTED_TODAY = Worklist(
    slug="expected-discharges",
    title="Who is to leave today, and who has left?",
    name="Today’s discharges",
    noun="patient",
    family="discharge",
    table="expected_discharges",
    columns=(
        ListColumn(name="standing", heading="Standing", kind="code", titles=STANDING),
        ListColumn(name="ended_at", heading="Left at", kind="instant", below="standing"),
        WARD, BED, EXPECTED, WAITS_FOR, PATHWAY,
        ListColumn(name="take_home_medicines_ready_at", heading="Medicines", kind="instant"),
        ListColumn(name="transport_booked_at", heading="Transport", kind="instant", below="take_home_medicines_ready_at"),
        ACTION, ACTION_OWNER,
        ListColumn(name="is_in_lounge", heading="In the lounge", kind="truth", is_taken_only=True),
        ListColumn(name="nights", heading="Nights", kind="number", is_taken_only=True), *TAKEN,
    ),
    filters=(
        ListFilter(column="standing", label="Standing", choices=STANDING),
        *OF_WARD,
        BY_PATHWAY,
        ListFilter(column="is_in_lounge", label="In the lounge", kind="truth", is_folded=True),
    ),
    groups=(
        ListGroup(slug="to_go", title="Still to leave today", truth=_.is_expected_today & ~_.is_gone),
        ListGroup(slug="definite", title="Definite", truth=_.standing == "definite"),
        ListGroup(slug="potential", title="Potential", truth=_.standing == "potential"),
        ListGroup(slug="expected", title="Expected, not confirmed", truth=_.standing == "expected"),
        ListGroup(slug="gone", title="Gone", truth=_.is_gone),
        ListGroup(slug="late", title="Late: the expected day has passed", truth=_.is_late),
        ListGroup(slug="no_medicines", title="Medicines not ready",
                  truth=_.is_expected_today & ~_.is_gone & _.take_home_medicines_ready_at.isnull()),
        ListGroup(slug="no_transport", title="Transport not booked",
                  truth=_.is_expected_today & ~_.is_gone & _.transport_booked_at.isnull()),
    ),
    order=("standing_order", "ward_name"),
    breach=None,
    booked=_.is_gone | _.action.notnull(),
    note="Definite and potential is what today’s board round says; who is expected today by date alone is not confirmed. Late is "
    "whose expected date has passed and who is still here. Deaths are not among those gone.",
)  # fmt: skip

LATE_READY_DATES = Worklist(
    slug="late-ready-dates",
    title="Which discharges have no valid ready date, or one written down too late?",
    name="Ready dates to put right",
    noun="discharge",
    family="discharge",
    table="discharges",
    where=lambda rows: rows.is_in_scope
    & (~rows.is_measured | rows.is_ready_recorded_late)
    & (rows.as_of_date.delta(rows.day, unit="day") < LOOK_BACK_DAYS),
    columns=(
        ListColumn(name="why_unmeasured", heading="What is wrong", kind="code", titles=NO_READY_DATE),
        WARD,
        ListColumn(name="start_date", heading="Admitted", kind="date"),
        ListColumn(name="day", heading="Left", kind="date"),
        NIGHTS,
        ListColumn(name="standing_date", heading="Ready date as sent", kind="date"),
        ListColumn(name="ready_recorded_at", heading="Written down", kind="instant"),
        ListColumn(name="withdrawals", heading="Withdrawals", kind="number"),
        ListColumn(name="delay_reason", heading="Waited for", is_taken_only=True),
        ListColumn(name="service", heading="Service", kind="service"),
        ListColumn(name="consultant", heading="Consultant", below="service"),
        ListColumn(name="site", heading="Site", is_taken_only=True),
        ListColumn(name="ward_code", heading="Ward code", is_taken_only=True),
    ),
    filters=(
        ListFilter(column="why_unmeasured", label="What is wrong", choices=NO_READY_DATE),
        *OF_WARD,
        ListFilter(column="day", label="Left", kind="range", is_folded=True),
    ),
    groups=(
        *(
            ListGroup(slug=code, title=words, truth=(_.why_unmeasured == code).fill_null(False))
            for code, words in NO_READY_DATE.items()
        ),
        ListGroup(slug="recorded_late", title="Written down after the discharge", truth=_.is_ready_recorded_late),
    ),
    order=("-day",),
    breach=None,
    note=f"Discharges of the last {LOOK_BACK_DAYS} days that are in scope (FLO-05). Without a valid date they stand in no measure "
    "of delay and lower the completeness; a date written down after the discharge counts, and helped nobody on the day.",
)  # fmt: skip

LISTS = (READY_NOT_GONE, EXPECTED_TODAY, LONG_STAYS, LATE_READY_DATES)
