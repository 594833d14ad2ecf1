"""The discharge-ready date of a stay by its history, and how long the patient stayed on after it (operations.md 2.3).

Ready is set, withdrawn where the patient becomes unwell again, and set anew. A withdrawal takes back what stood on its day; of what
is left, the last that lies within the stay counts. What several rows say is read in the order in which they were written down,
or by their days where nobody knows when that was. Words about one row take plain and Ibis values alike.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

import ibis
from ibis.expr.types import Table, Value

from clockstop.contracts.people import PERSON_NAMES
from clockstop.rules.bed_spells import SPELL
from clockstop.rules.either import both, choose, days_between, is_missing, is_not, is_plain
from clockstop.rules.readings import Readings

READY, WITHDRAWN = "ready", "withdrawn"
# The first day of each band of delay (FLO-07), the longest first.
BANDS = {21: "21+", 14: "14-20", 7: "7-13", 4: "4-6", 2: "2-3", 1: "1", 0: "0"}
BAND_WORDS = {
    "0": "No delay", "1": "1 day", "2-3": "2 to 3 days", "4-6": "4 to 6 days", "7-13": "7 to 13 days", "14-20": "14 to 20 days",
    "21+": "21 days or more",
}  # fmt: skip
# Why a stay in scope is not measured.
NO_READY_DATE = {
    "missing": "Never set",
    "withdrawn": "Withdrawn and not set again",
    "after_discharge": "Later than the discharge",
    "before_admission": "Earlier than the admission",
}


def is_in_scope(nights: Any, is_dead: Any) -> Any:
    """Whether a stay that has ended belongs to the measures of the ready date: a night or more, and left alive.

    >>> is_in_scope(1, False), is_in_scope(0, False), is_in_scope(5, True)
    (True, False, False)
    """
    return both(nights >= 1, is_not(is_dead))


def is_taken_back(ready_date: Any, withdrawn_date: Any) -> Any:
    """Whether a withdrawal that was written down later takes this date back: it does what stood on its own day.

    >>> is_taken_back(date(2026, 11, 5), date(2026, 11, 7)), is_taken_back(date(2026, 11, 8), date(2026, 11, 7))
    (True, False)
    """
    if is_plain(ready_date, withdrawn_date):
        return withdrawn_date is not None and withdrawn_date >= ready_date
    return (withdrawn_date >= ready_date).fill_null(False)


def is_within_stay(ready_date: Any, admitted: Any, discharged: Any) -> Any:
    """Whether the date lies from the day of admission to that of discharge, both in; an open stay has no last day.

    >>> is_within_stay(date(2026, 11, 5), date(2026, 11, 5), date(2026, 11, 9)), is_within_stay(None, date(2026, 11, 5), None)
    (True, False)
    """
    if is_plain(ready_date, admitted, discharged):
        return ready_date is not None and admitted <= ready_date and (discharged is None or ready_date <= discharged)
    return ((ready_date >= admitted) & (discharged.isnull() | (ready_date <= discharged))).fill_null(False)


def delay_days(ready_date: Any, discharged: Any) -> Any:
    """The days from the ready date to the discharge; 0 is on time.

    >>> delay_days(date(2026, 11, 12), date(2026, 11, 14))
    2
    """
    return days_between(ready_date, discharged)


def delay_band(days: Any) -> Any:
    """The band of a delay; None where nothing was measured.

    >>> [delay_band(days) for days in (0, 1, 2, 3, 4, 6, 7, 13, 14, 20, 21, None)]
    ['0', '1', '2-3', '2-3', '4-6', '4-6', '7-13', '7-13', '14-20', '14-20', '21+', None]
    """
    if is_plain(days):
        return None if days is None else next((band for first, band in BANDS.items() if days >= first), None)
    return ibis.cases(*((days >= first, band) for first, band in BANDS.items()), else_=ibis.null("string"))


def why_unmeasured(is_any: Any, standing_date: Any, admitted: Any) -> Any:
    """Why there is no valid ready date, given the last date that was not taken back.

    >>> why_unmeasured(False, None, None), why_unmeasured(True, None, None)
    ('missing', 'withdrawn')
    >>> why_unmeasured(True, date(2026, 11, 1), date(2026, 11, 2)), why_unmeasured(True, date(2026, 11, 9), date(2026, 11, 2))
    ('before_admission', 'after_discharge')
    """
    if is_plain(is_any, standing_date, admitted):
        if standing_date is None:
            return "withdrawn" if is_any else "missing"
        return "before_admission" if standing_date < admitted else "after_discharge"
    none_stands = choose(is_any, ibis.literal("withdrawn"), ibis.literal("missing"))
    outside = choose(standing_date < admitted, ibis.literal("before_admission"), ibis.literal("after_discharge"))
    return choose(is_missing(standing_date), none_stands, outside)


def standing_dates(history: Iterable[tuple[date, str]]) -> list[date]:
    """The ready dates of a history in its order that no later withdrawal takes back.

    >>> standing_dates([(date(2026, 11, 5), "ready"), (date(2026, 11, 7), "withdrawn"), (date(2026, 11, 12), "ready")])
    [datetime.date(2026, 11, 12)]
    """
    entries, found = list(history), []
    for place, (day, status) in enumerate(entries):
        withdrawn = max((later for later, said in entries[place + 1 :] if said == WITHDRAWN), default=None)
        if status == READY and not is_taken_back(day, withdrawn):
            found.append(day)
    return found


def ready_history(discharge_ready_dates: Table) -> Table:
    """Every entry with its `place` in its spell's history and whether it `stands`: ready, and not taken back since."""
    rows = discharge_ready_dates
    day = rows.discharge_ready_date
    rows = rows.mutate(
        written_at=rows.recorded_at.fill_null(day.cast("timestamp")),
        withdrawn_date=(rows.ready_status == WITHDRAWN).ifelse(day, ibis.null("date")),
    )
    order = ["written_at", "discharge_ready_date", "discharge_ready_identifier"]
    later = ibis.window(group_by=SPELL, order_by=order, rows=(1, None))
    in_order = ibis.window(group_by=SPELL, order_by=order)
    found = rows.mutate(withdrawn_since=rows.withdrawn_date.max().over(later), place=ibis.row_number().over(in_order))
    return found.mutate(
        stands=(found.ready_status == READY) & ~is_taken_back(found.discharge_ready_date, found.withdrawn_since)
    ).drop("written_at", "withdrawn_date", "withdrawn_since")


def ready_date_entries(inpatient_stays: Table, discharge_ready_dates: Table, *, as_of: object, readings: Readings) -> Table:
    """One row an entry of the history of a spell's ready date, set or withdrawn, by the as-of day, with the patient.

    `place` is its place in the history, from 0; `stands` says whether the date is one that was set and not taken back since.
    """
    known = discharge_ready_dates.filter(discharge_ready_dates.discharge_ready_date <= as_of)
    held = [name for name in (*PERSON_NAMES, "age_band", "deprivation_quintile", "priority") if name in inpatient_stays.columns]
    history = ready_history(known)
    history = history.drop(*(name for name in held if name in history.columns))
    return history.inner_join(inpatient_stays.select(SPELL, "patient_pathway_identifier", *held), SPELL)


def ready_dates(spells: Table, discharge_ready_dates: Table) -> Table:
    """One row a spell that has a history: the valid `discharge_ready_date`, what was waited for, and what stands in its place.

    `spells` has the spell, `start_date` and `end_date` (null: still here). `standing_date` is the last date that was not taken
    back, valid or not; `entries` counts the rows of the history.
    """
    stays = spells.select(SPELL, "start_date", "end_date")
    rows = ready_history(discharge_ready_dates).inner_join(stays, SPELL)
    valid = rows.stands & is_within_stay(rows.discharge_ready_date, rows.start_date, rows.end_date)
    rows = rows.mutate(is_valid=valid)
    return rows.group_by(SPELL).aggregate(
        entries=rows.count(),
        discharge_ready_date=_last(rows, rows.discharge_ready_date, rows.is_valid),
        pathway_of_discharge=_last_said(rows, rows.pathway_of_discharge),
        delay_reason_code=_last_said(rows, rows.delay_reason_code),
        delay_reason=_last_said(rows, rows.delay_reason),
        ready_recorded_at=_last(rows, rows.recorded_at, rows.is_valid),
        standing_date=_last(rows, rows.discharge_ready_date, rows.stands),
        withdrawals=rows.count(where=rows.ready_status == WITHDRAWN),
    )


def _last(rows: Table, value: Value, where: Value) -> Value:
    return value.argmax(rows.place, where=where)


def _last_said(rows: Table, value: Value) -> Value:
    """The last that a valid entry says."""
    return value.argmax(rows.place, where=rows.is_valid & value.notnull())
