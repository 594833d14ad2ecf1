"""Operations cancelled at the last minute, each with the guarantee that it stands under (TH-R10, TH-R11)."""

import ibis
from ibis.expr.types import BooleanValue, Table

from clockstop.rules.readings import Readings
from clockstop.rules.theatre_guarantee import days_to_treatment, due_date, is_breach, is_covered

CASE = "theatre_case_identifier"
PATHWAY = "patient_pathway_identifier"


def theatre_cancellations(theatre_cases_timed: Table, *, as_of: object, readings: Readings) -> Table:
    """Each case cancelled on the day of admission or operation or later, up to the as-of day.

    Treated is the first operation of the same pathway from the day of the cancellation on. A pathway cancelled again before it was
    treated stays under its first guarantee: the days run from there (`start_date`), and the breach is counted there (`is_first`).
    Without a pathway nobody can say whether the patient was treated: the row has no end, and `is_traceable` is false.
    """
    cases = theatre_cases_timed
    chosen = cases.filter(cases.is_cancelled_on_the_day & (cases.cancelled_date.fill_null(cases.operation_date) <= as_of))
    rows = chosen.mutate(
        cancelled_date=chosen.cancelled_date.fill_null(chosen.operation_date),
        is_covered=is_covered(chosen.cancellation_kind, chosen.is_cancelled_on_the_day),
        is_traceable=chosen[PATHWAY].notnull(),
    )
    rows = _treated(rows, cases, as_of)
    rows = _booked_again(rows, cases, as_of)
    rows = _under_first(rows)
    rows = rows.mutate(
        due_date=rows.is_covered.ifelse(due_date(rows.start_date), ibis.null("date")),
        days_waited=days_to_treatment(rows.start_date, rows.end_date, as_of),
    )
    is_broken = is_breach(rows.is_covered & rows.is_traceable, rows.days_waited)
    return rows.mutate(
        breach_date=rows.due_date,
        days_to_breach=rows.due_date.delta(ibis.literal(as_of, type="date"), unit="day"),
        is_open=rows.end_date.isnull() & rows.is_covered & rows.is_first,
        is_breach=is_broken & rows.is_first,
        is_booked_in_time=(rows.next_operation_date <= rows.due_date).fill_null(False),
        is_for_want_of_bed=_is_for_want_of_bed(rows, readings.bed_cancellation_words),
    )


def _is_for_want_of_bed(rows: Table, words: str) -> BooleanValue:
    """Whether the hospital cancelled for a reason that is not clinical and names a bed (operations.md 2.6, FLO-18)."""
    named = rows.cancelled_reason.lower().re_search(rf"\b({'|'.join(words.lower().split())})s?\b").fill_null(False)
    return named & (rows.cancellation_kind == "non_clinical").fill_null(False)


def _treated(rows: Table, cases: Table, as_of: object) -> Table:
    """`end_date`: the first operation of the pathway on the day of the cancellation or later, if it was by the as-of day."""
    done = cases.filter(cases.is_performed & (cases.operation_date <= as_of)).select(PATHWAY, done_date="operation_date")
    pairs = rows.select(CASE, PATHWAY, "cancelled_date").inner_join(done, PATHWAY)
    first = pairs.filter(pairs.done_date >= pairs.cancelled_date).group_by(CASE).aggregate(end_date=lambda one: one.done_date.min())
    return rows.left_join(first, CASE).drop(f"{CASE}_right")


def _booked_again(rows: Table, cases: Table, as_of: object) -> Table:
    """`next_operation_date`: the first date after the as-of day for which the pathway is listed and not cancelled."""
    ahead = cases.filter(~cases.is_cancelled & (cases.operation_date > as_of) & cases[PATHWAY].notnull())
    first = ahead.group_by(PATHWAY).aggregate(next_operation_date=ahead.operation_date.min())
    found = rows.left_join(first, PATHWAY).drop(f"{PATHWAY}_right")
    is_open = found.end_date.isnull()
    return found.mutate(next_operation_date=is_open.ifelse(found.next_operation_date, ibis.null("date")))


def _under_first(rows: Table) -> Table:
    """`start_date`, the day from which the guarantee runs: the first covered cancellation of a pathway before its treatment."""
    chain = [rows[PATHWAY].fill_null(rows[CASE]), rows.end_date.fill_null(ibis.date("9999-12-31")), rows.is_covered]
    window = ibis.window(group_by=chain, order_by=["cancelled_date", CASE], rows=(None, None))
    in_order = ibis.window(group_by=chain, order_by=["cancelled_date", CASE])
    found = rows.mutate(start_date=rows.cancelled_date.min().over(window), place=ibis.row_number().over(in_order))
    return found.mutate(is_first=found.place == 0, is_repeat=found.is_covered & (found.place > 0)).drop("place")
