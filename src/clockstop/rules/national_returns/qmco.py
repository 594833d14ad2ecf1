"""The quarterly QMCO return: operations cancelled at the last minute for reasons that are not clinical, and the 28-day guarantee.

TH-R10 and TH-R11 (planned-care.md 7.2). A cancellation counts in the quarter of its day, a broken guarantee in that of day 29.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

import ibis
from ibis.expr.types import BooleanValue, Table

from clockstop.rules.national_return import (
    QUERY,
    Checkable,
    Counted,
    Finding,
    NationalReturn,
    Reason,
    ReturnCheck,
    ReturnColumn,
    ReturnRow,
    ReturnSheet,
    ShownColumn,
    row_of,
)
from clockstop.rules.national_return_checks import cells_of, fault, like_last_time, number, standard_checks
from clockstop.rules.readings import Readings
from clockstop.rules.return_period import ReturnPeriod

CANCELLED, NOT_TREATED = "last_minute_cancellations", "not_treated_within_28_days"
UNTRACEABLE = "untraceable"
PROVIDER = "Provider"
CANCELLED_HEADING = "Number of last minute elective operations cancelled for non clinical reasons"
NOT_TREATED_HEADING = "Number of patients not treated within 28 days of last minute elective cancellation"
ELECTIVE = "elective"
# How long before the quarter's end a treatment or a cancellation may lie that was perhaps not yet known when the return was sent.
LATE_DAYS = 31
SHEET = ReturnSheet(
    name=PROVIDER,
    row="the trust",
    columns=(
        ReturnColumn(heading="Region Code", fill="region_code"),
        ReturnColumn(heading="Region Name", fill="region_name"),
        ReturnColumn(heading="Organisation Code", fill="org_code"),
        ReturnColumn(heading="Organisation Name", fill="org_name"),
        ReturnColumn(heading=CANCELLED_HEADING, kind="count", key=CANCELLED),
        ReturnColumn(heading=NOT_TREATED_HEADING, kind="count", key=NOT_TREATED),
    ),
)
_SHOWN = ("operation_date", "cancelled_date", "cancelled_reason", "due_date", "end_date", "service", "local_patient_identifier")


def members(tables: Mapping[str, Table], period: ReturnPeriod, readings: Readings) -> Table:
    """Each cancellation of the quarter, and each guarantee that was broken in it."""
    rows = _elective(tables["theatre_cancellations"])
    cancelled = rows.filter(rows.is_covered & _in_period(rows.cancelled_date, period))
    broken = rows.filter(_is_broken(rows, period))
    untraceable = cancelled.filter(~cancelled.is_traceable)
    return ibis.union(_members(cancelled, CANCELLED), _members(broken, NOT_TREATED), _members(untraceable, UNTRACEABLE))


def _elective(cancellations: Table) -> Table:
    return cancellations.filter(cancellations.case_urgency.fill_null(ELECTIVE) == ELECTIVE)


def _in_period(day: ibis.Value, period: ReturnPeriod) -> BooleanValue:
    return day.between(ibis.literal(period.first_day), ibis.literal(period.census)).fill_null(False)


def _is_broken(rows: Table, period: ReturnPeriod) -> BooleanValue:
    """Whether day 29 came in the quarter without a treatment by day 28: once for each guarantee, whose day 28 is `due_date`."""
    day_after = rows.due_date + ibis.interval(days=1)
    is_treated = (rows.end_date <= rows.due_date).fill_null(False)
    return rows.is_covered & rows.is_first & rows.is_traceable & _in_period(day_after.cast("date"), period) & ~is_treated


def _members(rows: Table, key: str, adds: int = 1) -> Table:
    return rows.select(
        "patient_pathway_identifier", *_SHOWN,
        record=rows.theatre_case_identifier, key=ibis.literal(key), adds=ibis.literal(float(adds)),
    )  # fmt: skip


def layout(counted: Counted) -> Iterable[ReturnRow]:
    """The trust's row."""
    yield row_of(SHEET, counted, title="The trust")


def candidates(tables: Mapping[str, Table], period: ReturnPeriod, readings: Readings) -> Table:
    """What the published counts would have besides ours, or lack, had cancellations been counted or known otherwise."""
    rows = _elective(tables["theatre_cancellations"])
    own = rows.filter(_in_period(rows.cancelled_date, period))
    covered = own.filter(own.is_covered)
    since = period.census - timedelta(days=LATE_DAYS - 1)
    on_day_28 = rows.filter(rows.is_covered & rows.is_first & rows.is_traceable & _in_period(rows.due_date, period))
    late = on_day_28.filter((on_day_28.end_date <= on_day_28.due_date) & (on_day_28.end_date >= ibis.literal(since)))
    by_cancellation = covered.filter(covered.is_first & covered.is_traceable & ~_treated_in_time(covered))
    by_breach = rows.filter(_is_broken(rows, period))
    found = {
        "clinical_counted": [_members(own.filter(own.cancellation_kind == "clinical"), CANCELLED)],
        "repeats_left_out": [_members(covered.filter(covered.is_repeat), CANCELLED, -1)],
        "treated_late_known": [_members(late, NOT_TREATED)],
        "cancelled_late_known": [_members(covered.filter(covered.cancelled_date >= ibis.literal(since)), CANCELLED, -1)],
        "breach_by_cancellation": [_members(by_cancellation, NOT_TREATED), _members(by_breach, NOT_TREATED, -1)],
    }  # fmt: skip
    return ibis.union(*(part.mutate(reason=ibis.literal(reason)) for reason, parts in found.items() for part in parts))


def _treated_in_time(rows: Table) -> BooleanValue:
    return (rows.end_date <= rows.due_date).fill_null(False)


def _breaches_without_cancellations(found: Checkable) -> Iterator[Finding]:
    """More broken guarantees than this quarter's and last quarter's cancellations together cannot be."""
    sheet = found.declared.sheet(PROVIDER)
    before = {row.cut: number(cells_of(sheet, row)[CANCELLED_HEADING]) for row in found.before}
    for row in found.of_sheet(PROVIDER):
        cells = cells_of(sheet, row)
        most = number(cells[CANCELLED_HEADING]) + before.get(row.cut, 0)
        if found.before and number(cells[NOT_TREATED_HEADING]) > most:
            yield fault(row, NOT_TREATED_HEADING, found=cells[NOT_TREATED_HEADING], expected=f"no more than {most:,.0f}",
                        says="Each was cancelled this quarter or in the last 28 days of the one before.")  # fmt: skip


def _without_pathway(found: Checkable) -> Iterator[Finding]:
    number_lost = found.counted.value(UNTRACEABLE) if found.counted else 0
    if number_lost:
        yield Finding(sheet=PROVIDER, column=NOT_TREATED_HEADING, found=f"{number_lost:,.0f}", expected="none",
                      says="Without a pathway nobody can say whether the patient was treated in time.")  # fmt: skip


RETURN = NationalReturn(
    slug="qmco",
    title="Cancelled operations (elective only)",
    name="QMCO",
    period="quarter",
    source="NHS England, QMCO cancelled elective operations; planned-care.md 7.2, TH-R10 and TH-R11",
    needs=("theatre_cancellations",),
    datasets=("theatre_cases", "theatre_sessions"),
    cuts=(),
    sheets=(SHEET,),
    keys={
        CANCELLED: "Cancelled at the last minute, not for a clinical reason",
        NOT_TREATED: "Not treated within 28 days of it",
        UNTRACEABLE: "Cancelled, without a pathway",
    },
    members=members,
    layout=layout,
    checks=(
        *standard_checks(),
        ReturnCheck(slug="breaches_of_cancellations", title="No more patients wait too long than were cancelled",
                    find=_breaches_without_cancellations, do="Count each patient once, in the quarter of day 29."),
        ReturnCheck(slug="traceable", title="Every cancelled operation has its pathway", kind=QUERY, find=_without_pathway,
                    do="Give the theatre case its pathway; until then say what became of the patient by hand."),
        like_last_time("like_last_quarter", "The cancellations did not move by half since last quarter", sheet=PROVIDER,
                       column=CANCELLED_HEADING),
    ),
    due_days=25,
    published="qmco",
    published_days=45,
    candidates=candidates,
    reasons=(
        Reason(slug="treated_late_known", says="patients whom our records show treated by day 28, in the quarter's last 31 days: "
               "published as not treated", do="Ask when operations of other sites and hospitals are entered."),
        Reason(slug="cancelled_late_known", says="cancellations of the quarter's last 31 days that were not in what was published",
               do="Ask when cancellations are entered, and with which reason."),
        Reason(slug="clinical_counted", says="cancellations for a clinical reason, counted in what was published",
               do="Only the hospital's own, non-clinical reasons fall under the guarantee (TH-R11)."),
        Reason(slug="repeats_left_out", says="second cancellations of a patient who still waits, left out of what was published",
               do="Count each cancellation; the guarantee runs from the first."),
        Reason(slug="breach_by_cancellation", says="broken guarantees counted in the quarter of the cancellation, not of day 29",
               do="Count a broken guarantee in the quarter in which day 29 lies."),
    ),
    shows=(
        ShownColumn(column="cancelled_date", heading="Cancelled"),
        ShownColumn(column="operation_date", heading="Operation planned for"),
        ShownColumn(column="cancelled_reason", heading="Reason"),
        ShownColumn(column="due_date", heading="To be treated by"),
        ShownColumn(column="end_date", heading="Treated"),
    ),
    unsure=(
        "In which quarter a broken guarantee counts: that of day 29 is taken, whatever the quarter of the cancellation.",
        "Whether a second cancellation before the treatment is another broken guarantee: the guarantee runs on from the first.",
    ),
)  # fmt: skip
