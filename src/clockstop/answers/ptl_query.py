"""The list narrowed and ordered as its filters ask, as one query over the list and the notes."""

from datetime import date
from functools import reduce

import ibis
from ibis.expr.types import BooleanValue, StringValue, Table

from clockstop.answers.desk import Desk
from clockstop.answers.ptl_filters import NO_OWNER, PtlFilters
from clockstop.answers.scope import Scope
from clockstop.measures.catalogue import measure as measure_of
from clockstop.measures.evaluate import truth_of, with_today
from clockstop.rules.rtt_bands import DAYS_IN_WEEK, STANDARD_WEEKS, is_over_weeks, is_within_weeks, will_be_over_weeks

PATHWAY = ("trust", "patient_pathway_identifier")
PERIOD = (*PATHWAY, "period_number")
NOTED = ("owner", "next_step", "next_step_date", "comment", "updated_at", "updated_by")
_OTHER_TYPES = {"next_step_date": "date"}
_PLAIN = ("trust", "division", "service", "site", "consultant", "priority")
_NUMERATOR = ":numerator"


def narrowed(scope: Scope, desk: Desk, notes: Table | None, filters: PtlFilters) -> Table:
    """The rows that the filters leave, of trusts whose patients the reader may see, each with its note."""
    waits = _of_change(scope, desk, filters.change) if filters.change else scope.patients(desk.table("rtt_waits"))
    for name in _PLAIN:
        if getattr(filters, name):
            waits = waits.filter(waits[name] == getattr(filters, name))
    rows = with_notes(waits, notes, desk.as_of)
    stands = next_steps(rows, filters.has_next_step, filters.owner, is_noted=filters.is_noted)
    found = [*_waiting(rows, filters), *_breaching(rows, filters, desk), *stands, *said(rows, filters.text, filters.search)]
    rows = rows.filter(*found) if found else rows
    return behind(rows, desk, filters.measure) if filters.measure else rows


def ordered(rows: Table, filters: PtlFilters) -> Table:
    """The rows in the order asked for, nulls last, ties by pathway so that a page never repeats a row.

    By days to breach, those without a next step come before everything else, and after them those whose next step is overdue.
    """
    key = rows[filters.sort]
    asked = key.desc(nulls_first=False) if filters.direction == "down" else key.asc(nulls_first=False)
    first = (
        [rows.is_without_next_step.desc(), rows.is_next_step_overdue.desc()]
        if (filters.sort, filters.direction) == ("days_to_breach", "up")
        else []
    )
    return rows.order_by(*first, asked, *(rows[name] for name in PERIOD if name != filters.sort))


def with_notes(waits: Table, notes: Table | None, as_of: date) -> Table:
    """The rows with what was written on them, and how their next step stands.

    `is_without_next_step`: none is booked in the records, and nobody wrote one. `is_next_step_overdue`: none is booked, and the
    day by which the written one was to be done lies before `as_of`. All others have a next step; one without a day never ages.
    """
    if notes is None:
        rows = waits.mutate(**{name: ibis.null(_OTHER_TYPES.get(name, "string")) for name in NOTED})
    else:
        rows = waits.left_join(notes.select(*PATHWAY, *NOTED), PATHWAY).drop(*(f"{name}_right" for name in PATHWAY))
    is_booked = rows.has_next_step.fill_null(False)
    is_past = (rows.next_step_date < ibis.date(as_of)).fill_null(False)
    return rows.mutate(
        is_without_next_step=~is_booked & ~_is_written(rows.next_step),
        is_next_step_overdue=~is_booked & _is_written(rows.next_step) & is_past,
    )


def _is_written(text: StringValue) -> BooleanValue:
    return text.notnull() & (text != "")


def _waiting(rows: Table, filters: PtlFilters) -> list[BooleanValue]:
    found = []
    if filters.admitted is not None:
        found.append(rows.is_admitted_pathway.fill_null(False) == filters.admitted)
    if filters.weeks_from is not None:
        found.append(is_over_weeks(rows.days_waited, filters.weeks_from) if filters.weeks_from else rows.days_waited >= 0)
    if filters.weeks_to is not None:
        found.append(is_within_weeks(rows.days_waited, filters.weeks_to))
    return found


def _breaching(rows: Table, filters: PtlFilters, desk: Desk) -> list[BooleanValue]:
    """Those past a threshold; or within a window of days around it; or who will be past it by a day (RTT-R56)."""
    weeks = filters.breach_of or STANDARD_WEEKS
    days_to_it = weeks * DAYS_IN_WEEK - rows.days_waited
    found = []
    if filters.breach_from is not None:
        found.append(days_to_it >= filters.breach_from)
    if filters.breach_to is not None:
        found.append(days_to_it <= filters.breach_to)
    if filters.will_breach_by is not None:
        found.append(will_be_over_weeks(rows.start_date, ibis.date(filters.will_breach_by), weeks))
    if filters.breach_of is not None and not found:
        found.append(is_over_weeks(rows.days_waited, weeks))
    return found


def next_steps(rows: Table, has_next_step: str, owner: str, *, is_noted: bool | None = None) -> list[BooleanValue]:
    """The rows whose next step stands so (one of STEPS), with that owner; `is_noted`: with one that somebody wrote, or without."""
    found = []
    if has_next_step:
        stands = {"no": rows.is_without_next_step, "overdue": rows.is_next_step_overdue}
        stands["yes"] = ~stands["no"] & ~stands["overdue"]
        found.append(stands[has_next_step])
    if is_noted is not None:
        found.append(_is_written(rows.next_step) == is_noted)
    if owner:
        found.append(~_is_written(rows.owner) if owner == NO_OWNER else rows.owner == owner)
    return found


def said(rows: Table, text: str, search: str = "") -> list[BooleanValue]:
    """Words in the comment or the next step, whatever their case; and numbers, by how they begin."""
    found = []
    if text:
        found.append(_contains_any([rows.comment, rows.next_step], text.lower()))
    if search:
        number = search.strip().upper()
        numbers = (rows.patient_pathway_identifier, rows.local_patient_identifier)
        found.append(reduce(lambda left, right: left | right, (one.upper().startswith(number).fill_null(False) for one in numbers)))
    return found


def _contains_any(texts: list[StringValue], words: str) -> BooleanValue:
    return reduce(lambda left, right: left | right, (text.lower().contains(words).fill_null(False) for text in texts))


def behind(rows: Table, desk: Desk, asked: str) -> Table:
    """The rows that a measure counts on the day of the list: those of its denominator, or those of its numerator among them."""
    measure = measure_of(asked.removesuffix(_NUMERATOR))
    today = with_today(rows, desk.as_of)
    today = today.filter(truth_of(today, measure.denominator))
    return today.filter(truth_of(today, measure.numerator)) if asked.endswith(_NUMERATOR) else today


def _of_change(scope: Scope, desk: Desk, change: str) -> Table:
    """The rows that changed so since the snapshot of an earlier day; those that left come from that snapshot's list.

    `came_back` were not on the earlier list though their clock had begun by then: a stop was taken back, or they came late.
    """
    now = scope.patients(desk.table("rtt_waits"))
    if desk.earlier is None:
        return now.limit(0)
    before = scope.patients(desk.earlier_table("rtt_waits"))
    if change == "stopped":
        return before.anti_join(now, PERIOD)
    if change in ("joined", "came_back"):
        is_new = now.start_date > ibis.date(desk.earlier.as_of)
        return now.filter(is_new if change == "joined" else ~is_new).anti_join(before, PERIOD)
    if change == "passed_18":
        return now.filter(is_over_weeks(now.days_waited, STANDARD_WEEKS)).semi_join(
            before.filter(is_within_weeks(before.days_waited)), PERIOD
        )
    assert change == "lost_next_step", f"{change} is no change of the list"
    return now.filter(~now.has_next_step).semi_join(before.filter(before.has_next_step), PERIOD)
