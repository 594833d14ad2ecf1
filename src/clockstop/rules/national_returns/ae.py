"""The monthly A&E return (MSitAE) in the layout of the published CSV, with the provider's row of the workbook beside it.

operations.md 1. Which visits count, when they began and how long they took rules/emergency_visits.py says; who was admitted
through the department, rules/emergency_take.py. A visit counts in the month of its reporting date, under the type that the visit
has once records streamed on one site are made one; types 3 and 4 are returned together; same day emergency care stands apart.
"""

from collections.abc import Iterable, Mapping
from itertools import product

import ibis
from ibis.expr.types import BooleanValue, StringValue, Table

from clockstop.contracts.emergency_codes import ATTENDANCE_OUTCOME, DEPARTMENT_TYPE
from clockstop.rules.emergency_clock import FOUR_HOURS
from clockstop.rules.national_return import (
    Counted,
    NationalReturn,
    Reason,
    ReturnColumn,
    ReturnRow,
    ReturnSheet,
    ShownColumn,
    row_of,
)
from clockstop.rules.national_returns.ae_checks import BEHIND, CHECKS, CSV, PROVIDER
from clockstop.rules.readings import Readings
from clockstop.rules.return_period import ReturnPeriod

TYPES = {"1": "Type 1", "2": "Type 2", "other": "Other"}
_TYPE_OF = {"01": "1", "02": "2", "03": "other", "04": "other"}
VIA, NOT_VIA = "emergency_admissions_via_ae", "emergency_admissions_not_via_ae"
WAITS_4, WAITS_12 = "waits_4_to_12_hours_from_dta", "waits_12_hours_from_dta"
UNTIMED, UNDECIDED, SPELLS_VIA = "attendances_untimed", "admitted_without_decision", "spells_via_ae"
KEYS = {
    "attendances": "Attendances, booked ones among them",
    "attendances_excluding_booked": "Attendances that were not booked",
    "attendances_booked": "Attendances with a booked appointment",
    "over_4_hours": "Attendances of more than 4 hours, booked ones among them",
    "over_4_hours_excluding_booked": "Attendances of more than 4 hours that were not booked",
    "over_4_hours_booked": "Attendances of more than 4 hours with a booked appointment",
    "within_4_hours": "Attendances that are not known to have taken more than 4 hours",
    WAITS_4: "Patients who waited over 4 and up to 12 hours from the decision to admit",
    WAITS_12: "Patients who waited over 12 hours from the decision to admit",
    "waits_over_4_hours_from_dta": "Patients who waited over 4 hours from the decision to admit",
    VIA: "Emergency admissions through A&E",
    NOT_VIA: "Emergency admissions that did not come through A&E",
    "emergency_admissions": "Emergency admissions",
    UNTIMED: "Attendances that are over, of unknown length",
    UNDECIDED: "Admitted through A&E without a decision to admit",
    SPELLS_VIA: "Emergency admissions that the spells say came through A&E",
}


def _count(heading: str, key: str, kind: str = "", group: str = "") -> ReturnColumn:
    return ReturnColumn(heading=heading, kind="count", key=key, cut=f"type={kind}" if kind else "", group=group)


_BOOKED = (("", "_excluding_booked"), ("Booked Appointments ", "_booked"))
_DEPARTMENTS = (("Type 1", "1", "Type 1"), ("Type 2", "2", "Type 2"), ("Other A&E Department", "other", "Other Department"))


def _csv_columns() -> Iterable[ReturnColumn]:
    """The columns of the published CSV; its words for the third type change from block to block."""
    for heading, fill in (("Period", "period"), ("Org Code", "org_code"), ("Parent Org", "parent"), ("Org name", "org_name")):
        yield ReturnColumn(heading=heading, fill=fill)
    blocks = (("A&E attendances", "attendances"), ("Attendances over 4hrs", "over_4_hours"))
    for (words, key), (said, booked), (name, kind, short) in product(blocks, _BOOKED, _DEPARTMENTS):
        is_first = (key, booked) == ("attendances", "_excluding_booked")
        yield _count(f"{words} {said}{name if is_first else short}", f"{key}{booked}", kind)
    yield _count("Patients who have waited 4-12 hs from DTA to admission", WAITS_4)
    yield _count("Patients who have waited 12+ hrs from DTA to admission", WAITS_12)
    for name, kind in (("Type 1", "1"), ("Type 2", "2"), ("Other A&E department", "other")):
        yield _count(f"Emergency admissions via A&E - {name}", VIA, kind)
    yield _count("Other emergency admissions", NOT_VIA)


_OF_WORKBOOK = (
    ("Type 1 Departments - Major A&E", "1"), ("Type 2 Departments - Single Specialty", "2"),
    ("Type 3 Departments - Other A&E/Minor Injury Unit", "other"),
)  # fmt: skip
_GROUPS = (
    ("A&E attendances", "attendances", "Total attendances"),
    ("A&E attendances less than 4 hours from arrival to admission, transfer or discharge", "within_4_hours",
     "Total Attendances < 4 hours"),
    ("A&E attendances greater than 4 hours from arrival to admission, transfer or discharge", "over_4_hours",
     "Total Attendances > 4 hours"),
)  # fmt: skip
_SHARES, _ADMISSIONS = "Percentage of attendances within 4 hours", "Emergency Admissions"


def _workbook_columns() -> Iterable[ReturnColumn]:
    """The columns of the workbook's sheet of providers: booked attendances are among the others."""
    for heading, fill in (("Code", "org_code"), ("Region", "parent"), ("Name", "org_name")):
        yield ReturnColumn(heading=heading, fill=fill)
    for group, key, total in _GROUPS:
        yield from (_count(heading, key, kind, group) for heading, kind in _OF_WORKBOOK)
        yield _count(total, key, group=group)
    for words, kind in (("all", ""), ("type 1", "1"), ("type 2", "2"), ("type 3", "other")):
        yield ReturnColumn(heading=f"Percentage in 4 hours or less ({words})", kind="share", key="within_4_hours",
                           over="attendances", cut=f"type={kind}" if kind else "", group=_SHARES)  # fmt: skip
    for name, kind in (("Type 1", "1"), ("Type 2", "2"), ("Type 3 and 4", "other")):
        yield _count(f"Emergency Admissions via {name} A&E", VIA, kind, _ADMISSIONS)
    yield _count("Total Emergency Admissions via A&E", VIA, group=_ADMISSIONS)
    yield _count("Other Emergency admissions (i.e not via A&E)", NOT_VIA, group=_ADMISSIONS)
    yield _count("Total Emergency Admissions", "emergency_admissions", group=_ADMISSIONS)
    for hours, key in (("4", "waits_over_4_hours_from_dta"), ("12", WAITS_12)):
        yield _count(f"Number of patients spending >{hours} hours from decision to admit to admission", key, group=_ADMISSIONS)


SHEETS = (
    ReturnSheet(name=CSV, row="the trust", columns=tuple(_csv_columns())),
    ReturnSheet(name=PROVIDER, row="the trust, booked attendances among the others", columns=tuple(_workbook_columns())),
    ReturnSheet(
        name=BEHIND,
        row="the trust: what the return's figures leave out",
        columns=(
            ReturnColumn(heading="Org Code", fill="org_code"),
            *(_count(f"Attendances of unknown length {name}", UNTIMED, kind) for kind, name in TYPES.items()),
            _count("Admitted without a decision to admit", UNDECIDED),
            _count("Admissions via A&E by the attendances", VIA),
            _count("Admissions via A&E by the spells", SPELLS_VIA),
        ),
        is_published=False,
    ),
)
_SHOWN = {
    "department_type": "string", "arrived_at": "timestamp", "departed_at": "timestamp", "minutes_in_department": "int64",
    "minutes_from_decision": "int64", "outcome": "string", "site": "string", "local_patient_identifier": "string",
}  # fmt: skip


def members(tables: Mapping[str, Table], period: ReturnPeriod, readings: Readings) -> Table:
    """Each visit under every figure that counts it, and each emergency admission under its own."""
    visits = tables["emergency_attendances"]
    in_month = visits.reporting_date.between(ibis.literal(period.first_day), ibis.literal(period.census))
    counted = _of_visits(visits.filter(in_month & visits.is_in_standard))
    return counted.union(_of_take(tables["emergency_take"], period))


def _of_visits(visits: Table, kind: StringValue | None = None, adds: int = 1) -> Table:
    """The visits under the figures that count them; `kind` is the type under which, if another than the visit's."""
    own = visits.department_type.cases(*_TYPE_OF.items(), else_="")
    rows = visits.mutate(type=own if kind is None else kind)
    return _under_keys(rows, _figures_of(rows), record=rows.patient_pathway_identifier, adds=adds)


def _figures_of(rows: Table) -> dict[str, BooleanValue]:
    """Which figures count a visit."""
    is_booked = rows.is_booked.fill_null(False)
    is_over = (rows.minutes_in_department > FOUR_HOURS).fill_null(False)
    is_admitted = rows.is_admitted & ~rows.is_still_here
    waited = is_admitted & (rows.minutes_from_decision > FOUR_HOURS).fill_null(False)
    is_long = is_admitted & rows.is_over_12_hours_from_decision
    return {
        "attendances": ibis.literal(True),
        "attendances_excluding_booked": ~is_booked,
        "attendances_booked": is_booked,
        "over_4_hours": is_over,
        "over_4_hours_excluding_booked": is_over & ~is_booked,
        "over_4_hours_booked": is_over & is_booked,
        "within_4_hours": ~is_over,
        WAITS_4: waited & ~is_long,
        WAITS_12: is_long,
        "waits_over_4_hours_from_dta": waited,
        VIA: is_admitted,
        "emergency_admissions": is_admitted,
        UNTIMED: rows.minutes_in_department.isnull() & ~rows.is_still_here,
        UNDECIDED: is_admitted & rows.decision_to_admit_at.isnull(),
    }


def _of_take(take: Table, period: ReturnPeriod) -> Table:
    """The emergency admissions of the month, those that came through the department apart."""
    in_month = take.start_date.between(ibis.literal(period.first_day), ibis.literal(period.census))
    rows = take.filter(in_month & ~take.is_same_day)
    rows = rows.mutate(
        type=ibis.literal(""), department_type=ibis.null("string"), arrived_at=rows.start_date.cast("timestamp"),
        departed_at=ibis.null("timestamp"), minutes_in_department=ibis.null("int64"), minutes_from_decision=ibis.null("int64"),
        outcome=ibis.null("string"),
    )  # fmt: skip
    through = rows.is_through_department
    figures = {NOT_VIA: ~through, "emergency_admissions": ~through, SPELLS_VIA: through}
    return _under_keys(rows, figures, record=rows.patient_pathway_identifier)


def _under_keys(rows: Table, figures: Mapping[str, BooleanValue], *, record: StringValue, adds: int = 1) -> Table:
    """A row for each record and figure that counts it."""
    none = ibis.null("string")
    keys = ibis.array([counts.ifelse(ibis.literal(key), none) for key, counts in figures.items()])
    shown = {name: rows[name].cast(kind) for name, kind in _SHOWN.items()}
    found = rows.select(
        "patient_pathway_identifier", "type", record=record, key=keys.unnest(), adds=ibis.literal(float(adds)), **shown
    )
    return found.filter(found.key.notnull()).select("record", "patient_pathway_identifier", "key", "type", "adds", *_SHOWN)


def layout(counted: Counted) -> Iterable[ReturnRow]:
    """The trust's row of the CSV, its row of the workbook, and what stands behind them."""
    period, region = counted.period, counted.place.region_name
    fills = {"period": f"MSitAE-{period.month_name.upper()}-{period.last_day.year}",
             "parent": f"NHS ENGLAND {region.upper()}" if region else counted.place.parent_name}  # fmt: skip
    return (row_of(sheet, counted, title="The trust", **fills) for sheet in SHEETS)


def candidates(tables: Mapping[str, Table], period: ReturnPeriod, readings: Readings) -> Table:
    """What the published figures would count besides ours, or not count, had the visits been read in another way."""
    visits = tables["emergency_attendances"]
    first, last = ibis.literal(period.first_day), ibis.literal(period.census)
    here = visits.filter(visits.reporting_date.between(first, last))
    counted = here.filter(here.is_in_standard)
    by_leaving = visits.filter(visits.is_in_standard, visits.end_date.between(first, last))
    as_type_1 = ibis.literal("1")
    parts = {
        "by_departure": (
            _of_visits(by_leaving.filter(~by_leaving.reporting_date.between(first, last))),
            _of_visits(counted.filter(~counted.end_date.between(first, last).fill_null(False)), adds=-1),
        ),
        "with_same_day": (_of_visits(here.filter(here.is_sdec), as_type_1),),
        "with_planned": (_of_visits(here.filter(here.department_type.isin(sorted(_TYPE_OF)), here.attendance_category == "4")),),
        "streams_apart": (_of_visits(counted.filter(counted.records > 1)),),
        "untimed_over_4_hours": (_only(counted, UNTIMED, ("over_4_hours", "over_4_hours_excluding_booked")),),
        "waits_from_arrival": (_from_arrival(counted),),
    }
    told = [rows.mutate(reason=ibis.literal(reason)) for reason, found in parts.items() for rows in found]
    return ibis.union(*told)


def _only(visits: Table, which: str, keys: Iterable[str]) -> Table:
    """The visits of one figure, under other keys."""
    rows = visits.mutate(type=visits.department_type.cases(*_TYPE_OF.items(), else_=""))
    rows = rows.filter(_figures_of(rows)[which])
    return _under_keys(rows, dict.fromkeys(keys, ibis.literal(True)), record=rows.patient_pathway_identifier)


def _from_arrival(visits: Table) -> Table:
    """Those admitted who waited over 12 hours from arrival, and not from the decision."""
    is_long = visits.is_admitted & visits.is_over_12_hours_from_arrival & ~visits.is_over_12_hours_from_decision
    rows = visits.filter(is_long).mutate(type=visits.department_type.cases(*_TYPE_OF.items(), else_=""))
    figures = dict.fromkeys((WAITS_12, "waits_over_4_hours_from_dta"), ibis.literal(True))
    return _under_keys(rows, figures, record=rows.patient_pathway_identifier)


REASONS = (
    Reason(slug="by_departure", says="visits counted in the month in which the patient left, not in that of the clock's start",
           do="Ask which date the submission counts by; the reading ed_reporting_date can be set to it."),
    Reason(slug="with_same_day", says="visits to same day emergency care counted as type 1",
           do="Ask whether same day emergency care was sent as type 5, and so left out."),
    Reason(slug="with_planned", says="planned follow-up visits counted",
           do="Take attendance category 4 out: the return counts unplanned attendances."),
    Reason(slug="streams_apart", says="visits of several records, each counted once more",
           do="Ask whether a patient streamed on one site was sent as two attendances."),
    Reason(slug="untimed_over_4_hours", says="visits of unknown length counted as over 4 hours",
           do="Complete the times of leaving, or say how the submission counts them."),
    Reason(slug="waits_from_arrival", says="admitted patients over 12 hours from arrival, counted as if from the decision to admit",
           do="Ask whether the 12 hours were counted from arrival: the return counts them from the decision."),
)  # fmt: skip

RETURN = NationalReturn(
    slug="ae",
    title="A&E attendances and emergency admissions",
    name="MSitAE",
    period="month",
    source="NHS England, monthly A&E situation report (MSitAE); operations.md 1",
    needs=("emergency_attendances", "emergency_take"),
    datasets=("ed_attendances", "ambulance_arrivals", "inpatient_spells"),
    cuts=("type",),
    sheets=SHEETS,
    keys=KEYS,
    members=members,
    layout=layout,
    checks=CHECKS,
    due_days=7,
    published="ae",
    published_days=10,
    shows=(
        ShownColumn(column="department_type", heading="Department", titles=DEPARTMENT_TYPE),
        ShownColumn(column="arrived_at", heading="Arrived"),
        ShownColumn(column="departed_at", heading="Left"),
        ShownColumn(column="minutes_in_department", heading="Minutes"),
        ShownColumn(column="minutes_from_decision", heading="Minutes from the decision to admit"),
        ShownColumn(column="outcome", heading="Outcome", titles=ATTENDANCE_OUTCOME),
        ShownColumn(column="site", heading="Site"),
        ShownColumn(column="local_patient_identifier", heading="Hospital number"),
    ),
    candidates=candidates,
    reasons=REASONS,
    unsure=(
        "Which date decides the month: that of the clock's start, unless the reading ed_reporting_date says departure.",
        "Under which type a visit stands whose records were streamed on one site: the last, unless the reading ed_streamed_type "
        "says otherwise.",
        "An attendance that is over, and whose length nobody knows, stands in the attendances and not in those over 4 hours, so "
        "the published percentage takes it for one within 4 hours; the measures of Clockstop leave it out.",
        "Where the attendances do not say whether they were booked, all stand as not booked.",
        "Departments of other providers that are mapped to the trust (the footprint) are not in its own return.",
    ),
)
