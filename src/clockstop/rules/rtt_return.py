"""The monthly return: which pathway stands in which part, function and week band (RTT-R42 to R47), and what flowed (R49).

Every function takes and gives Ibis tables, the same on every engine. The four tables are those of a snapshot: `rtt_clocks`,
`rtt_events`, `rtt_list_entries` and `rtt_pathways`.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import ibis
from ibis.expr.types import BooleanValue, DateValue, StringValue, Table

from clockstop.dates import month_end, month_start, working_days_after
from clockstop.rules import rtt_snapshot
from clockstop.rules.admission_list import is_active, is_for_treatment, stands
from clockstop.rules.readings import Readings
from clockstop.rules.rtt_bands import band, days_waited
from clockstop.rules.treatment_functions import UNLISTED_FUNCTION, reported_function

PARTS = ("part_1a", "part_1b", "part_2", "part_2a", "part_3")
PATHWAY = ("trust", "patient_pathway_identifier")
PERIOD = (*PATHWAY, "period_number")
# RTT-R54: the provider's deadline is the 13th working day after the period ends.
SUBMISSION_WORKING_DAYS = 13
# A stop with no clock before it has no period; it is listed under this number.
UNKNOWN_PERIOD = 0
TRANSFERRED_IN = "RTT-R15"
# The status with which each event ends a clock; an attendance and an administrative stop carry their own.
STOP_STATUS = {
    "admit_treat": "30",
    "no_treatment_communicated": "34",
    "transplant_listed": "34",
    "discharge_to_gp": "34",
    "decision_not_to_admit": "34",
    "decline_treatment": "35",
    "death": "36",
}
STOPPING_STATUSES = ("30", "31", "32", "34", "35", "36")
FLOWS = (
    "opening", "starts", "transfers_in", "stops", "transfers_out", "nullified", "validation_removals", "reinstated",
    "function_changes", "closing",
)  # fmt: skip
LISTED = (
    "part", *PERIOD, "commissioner", "treatment_function", "start_date", "end_date", "end_status", "days_waited", "band",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ReturnMonth:
    """A calendar month and the day at whose end its list is counted: its last day, or the day of the data where that is earlier."""

    first_day: date
    last_day: date
    census: date

    @property
    def opening_day(self) -> date:
        """The last day of the month before, at whose end the list opened."""
        return self.first_day - timedelta(days=1)

    @property
    def is_over(self) -> bool:
        """Whether the data reach the month's end."""
        return self.census == self.last_day

    @property
    def deadline(self) -> date:
        """The last day on which the trust may send it (RTT-R54)."""
        return working_days_after(self.last_day, SUBMISSION_WORKING_DAYS)

    @property
    def name(self) -> str:
        """The month as YYYY-MM."""
        return f"{self.first_day:%Y-%m}"

    def before(self) -> "ReturnMonth":
        """The month before it, whole."""
        return month_of(self.opening_day)


def month_of(day: date, *, as_of: date | None = None) -> ReturnMonth:
    """The return month in which a day lies, counted from data as of a day (by default data that reach its end).

    >>> month_of(date(2026, 10, 5)).deadline.isoformat(), month_of(date(2026, 11, 5), as_of=date(2026, 11, 15)).is_over
    ('2026-11-18', False)
    """
    last = month_end(day)
    return ReturnMonth(first_day=month_start(day), last_day=last, census=min(last, as_of or last))


def memberships(
    clocks: Table,
    events: Table,
    entries: Table,
    pathways: Table,
    *,
    month: ReturnMonth,
    readings: Readings | None = None,
    host: str = "",
) -> Table:
    """One row a pathway and part of the return: the columns of `LISTED`.

    `host` is the commissioner of those who have none: first practice, then residence, then host (planned-care.md 1.9).

    A completed pathway stands under the function of the activity that stopped its clock, an open one under its own at
    submission (RTT-R46). `band` and `days_waited` are null for Part 3, which has no bands, and for an unknown start (R47).
    """
    periods = prepared(clocks, events, entries, month=month)
    unknown = unknown_starts(clocks, events, pathways, month=month)
    return parts_of(periods, unknown, month=month, readings=readings, host=host)


def parts_of(periods: Table, unknown: Table, *, month: ReturnMonth, readings: Readings | None = None, host: str = "") -> Table:
    """`memberships` from what `prepared` and `unknown_starts` gave."""
    completed = _completed(periods, month).select(*_COMPLETED).union(unknown.select(*_COMPLETED))
    is_admitted = rtt_snapshot.is_completed_admitted(
        is_completed=ibis.literal(True), ended_by_admission=completed.ended_by_admission, end_status=completed.end_status
    )
    standing = periods.filter(_is_on_list(periods, month.census))
    listed = ibis.union(
        _listed(completed.filter(is_admitted), "part_1a", completed_on=True),
        _listed(completed.filter(~is_admitted), "part_1b", completed_on=True),
        _listed(standing, "part_2", census=month.census),
        _listed(standing.filter(standing.has_decision), "part_2a", census=month.census),
        _listed(_new(periods, month, readings or Readings()), "part_3"),
    )
    return listed.mutate(commissioner=(listed.commissioner == "").ifelse(host, listed.commissioner))


def figures(listed: Table) -> Table:
    """The counts behind the return: `trust, commissioner, part, treatment_function, band, pathways`.

    A null band holds Part 3, and in the completed parts the unknown starts.
    """
    return listed.group_by("trust", "commissioner", "part", "treatment_function", "band").aggregate(pathways=listed.count())


def flows(clocks: Table, events: Table, entries: Table, *, month: ReturnMonth) -> Table:
    """What went on and off each function's list in the month, as the data say now: `trust, treatment_function`, then `FLOWS`.

    Everything is counted under the function on the list, except stops, which the return counts under that of the activity that
    stopped the clock; `function_changes` says how many moved on the way. Starts are all that began, also those nullified
    since. What came off by validation, or back, shows only beside a list that was kept, so here it is nought.
    """
    return flows_of(prepared(clocks, events, entries, month=month), month=month)


def flows_of(periods: Table, *, month: ReturnMonth) -> Table:
    """`flows` from what `prepared` gave."""
    is_known = periods.start_date.notnull()
    came = is_known & periods.arrived_date.between(month.first_day, month.census)
    began = is_known & periods.start_date.between(month.first_day, month.census) & (periods.arrived_date <= month.census)
    stopped = is_known & _is_completed(periods, month)
    passed = is_known & periods.responsibility_passed_date.between(month.first_day, month.census)
    passed = passed & ~(periods.end_date < periods.responsibility_passed_date).fill_null(False)
    nullified = is_known & periods.is_nullified & periods.end_date.between(month.first_day, month.census) & _is_ours(periods)
    by_list = {
        "opening": _is_on_list(periods, month.opening_day),
        "starts": began,
        "transfers_in": came & ~began,
        "transfers_out": passed,
        "nullified": nullified,
        "closing": _is_on_list(periods, month.census),
    }
    on_list = _flow_rows(periods, "listed_function", by_list | {"stopped_here": stopped})
    at_stop = _flow_rows(periods.filter(stopped), "stop_function", {"stops": ibis.literal(True)})
    rows = on_list.union(at_stop)
    sums = rows.group_by("trust", "treatment_function").aggregate(
        **{name: rows[name].sum().cast("int64") for name in (*by_list, "stopped_here", "stops")}
    )
    none = ibis.literal(0, "int64")
    moved = {"function_changes": sums.stops - sums.stopped_here, "validation_removals": none, "reinstated": none}
    sums = sums.mutate(**moved)
    return sums.select("trust", "treatment_function", *FLOWS)


_OF_CLOCK = (
    *PERIOD, "start_date", "end_date", "end_status", "is_nullified", "ended_by_admission", "responsibility_passed_date",
    "commissioner",
)  # fmt: skip
_FLOW_COUNTS = ("opening", "starts", "transfers_in", "transfers_out", "nullified", "closing", "stopped_here", "stops")
_COMPLETED = (*PERIOD, "start_date", "end_date", "end_status", "ended_by_admission", "commissioner", "stop_function")


def _flow_rows(periods: Table, function: str, counted: dict[str, BooleanValue]) -> Table:
    none = ibis.literal(0, "int64")
    counts = {name: counted[name].fill_null(False).cast("int64") if name in counted else none for name in _FLOW_COUNTS}
    return periods.select("trust", treatment_function=periods[function], **counts)


def prepared(clocks: Table, events: Table, entries: Table, *, month: ReturnMonth) -> Table:
    """The clocks with what the return needs beyond them.

    `arrived_date` (when it came to this trust's list), `listed_function`, `stop_function`, `has_decision` (a decision to admit
    for treatment stands at the census).
    """
    clocks = _in_reach(clocks, month)
    rows = clocks.mutate(
        listed_function=clocks.service.fill_null(UNLISTED_FUNCTION), commissioner=clocks.commissioner.fill_null("")
    )
    rows = _joined(rows, _arrivals(clocks, events), PERIOD)
    rows = _joined(rows, _stops(clocks, events, month), PERIOD)
    rows = _joined(rows, _decided(clocks, entries, month.census), PERIOD)
    return rows.select(
        *_OF_CLOCK,
        "listed_function",
        arrived_date=rows.arrived_date.fill_null(rows.start_date),
        stop_function=rows.stopped_under.fill_null(rows.listed_function),
        has_decision=rows.has_decision.fill_null(False),
    )


def unknown_starts(clocks: Table, events: Table, pathways: Table, *, month: ReturnMonth) -> Table:
    """The stops of the month before which no clock is known (RTT-R47), as completed pathways."""
    stops = stops_without_clock(clocks, events)
    stops = stops.filter(stops.event_date.between(month.first_day, month.census))
    placed = pathways.select(*PATHWAY, commissioner_of=pathways.commissioner, service_of=pathways.service)
    rows = _joined(stops, placed, PATHWAY)
    listed_function = rows.service_of.fill_null(UNLISTED_FUNCTION)
    return rows.select(
        *PATHWAY,
        period_number=ibis.literal(UNKNOWN_PERIOD, "int32"),
        start_date=ibis.null("date"),
        end_date=rows.event_date,
        end_status=rows.end_status,
        ended_by_admission=rows.event_type == "admit_treat",
        commissioner=rows.commissioner_of.fill_null(""),
        stop_function=_function_of(rows).fill_null(listed_function),
    )


def stops_without_clock(clocks: Table, events: Table) -> Table:
    """The first stop of each pathway before which no clock is known (RTT-R47), with `end_status`. `trust` may be left out.

    A death with no clock open completes nothing, and neither does what comes after the pathway's first such stop.
    """
    key = tuple(name for name in PATHWAY if name in clocks.columns)
    firsts = clocks.group_by(*key).aggregate(first_start_date=clocks.start_date.min())
    stops = events.mutate(end_status=stop_status(events))
    stops = stops.filter(
        stops.end_status.notnull(),
        ~stops.end_status.isin(["36"]),
        stops.event_type != "decision_not_to_admit",
        stops.has_safeguards.fill_null(True),
    )
    stops = _joined(stops, firsts, key)
    stops = stops.filter(stops.first_start_date.isnull() | (stops.event_date < stops.first_start_date))
    first = ibis.window(group_by=key, order_by=["event_date", "event_sequence"])
    stops = stops.mutate(place=ibis.row_number().over(first))
    return stops.filter(stops.place == 0)


def stop_status(events: Table) -> StringValue:
    """The status with which each event would end a running clock; null where it would not.

    A missed first appointment (33) nullifies and completes nothing, so it has none.
    """
    status = events.referral_to_treatment_period_status
    own = status.isin(STOPPING_STATUSES).ifelse(status, ibis.null("string"))
    return ibis.cases(
        (events.event_type.isin(["attend", "administrative_stop"]), own),
        (events.event_type == "active_monitoring", (status == "31").fill_null(False).ifelse("31", "32")),
        *((events.event_type == event_type, ends_with) for event_type, ends_with in STOP_STATUS.items()),
    )


def _in_reach(clocks: Table, month: ReturnMonth) -> Table:
    """The periods that the month can be about: begun by its census, and not ended before it began."""
    clocks = clocks.mutate(period_number=clocks.period_number.cast("int32"))
    return clocks.filter((clocks.start_date <= month.census).fill_null(True), (clocks.end_date >= month.first_day).fill_null(True))


def _arrivals(clocks: Table, events: Table) -> Table:
    """When each period that came by transfer reached this trust (RTT-R15): until then another trust reported it."""
    came = clocks.filter(clocks.start_rule == TRANSFERRED_IN).select(*PERIOD, "start_date", "end_date")
    arrivals = events.filter(events.event_type == "transfer_in").select(*PATHWAY, "event_date")
    rows = came.inner_join(arrivals, list(PATHWAY))
    is_its_own = (rows.event_date >= rows.start_date) & (rows.end_date.isnull() | (rows.event_date <= rows.end_date))
    rows = rows.filter(is_its_own)
    return rows.group_by(*PERIOD).aggregate(arrived_date=rows.event_date.min())


def _stops(clocks: Table, events: Table, month: ReturnMonth) -> Table:
    """The function of the activity that ended each period: the first event of its last day that ends a clock with its status."""
    ended = clocks.filter(clocks.end_date.notnull(), ~clocks.is_nullified).select(*PERIOD, "end_date", "end_status")
    in_month = events.filter(events.event_date.between(month.first_day, month.census))
    acts = in_month.mutate(acts_as=stop_status(in_month), stopped_under=_function_of(in_month))
    acts = acts.filter(acts.acts_as.notnull()).select(*PATHWAY, "event_date", "event_sequence", "acts_as", "stopped_under")
    key = [*PATHWAY, ("end_date", "event_date"), ("end_status", "acts_as")]
    rows = ended.inner_join(acts, key).select(*PERIOD, "event_sequence", "stopped_under")
    first = ibis.window(group_by=PERIOD, order_by=["event_sequence"])
    rows = rows.mutate(place=ibis.row_number().over(first))
    return rows.filter(rows.place == 0).select(*PERIOD, "stopped_under")


def _function_of(events: Table) -> StringValue:
    code = events.activity_treatment_function_code
    return code.isnull().ifelse(ibis.null("string"), reported_function(code))


def _decided(clocks: Table, entries: Table, census: date) -> Table:
    """The periods with a decision to admit for treatment, made during them, that stands at the end of `census`."""
    decisions = entries.filter(
        is_active(entries), is_for_treatment(entries), entries.decided_to_admit_date <= census, stands(entries, census)
    ).select(*PATHWAY, "decided_to_admit_date")
    rows = clocks.select(*PERIOD, "start_date").rename(began_date="start_date").inner_join(decisions, list(PATHWAY))
    return rows.filter(rows.decided_to_admit_date >= rows.began_date).select(*PERIOD).distinct().mutate(has_decision=True)


def _left(periods: Table) -> DateValue:
    """The day on which a period leaves this trust's list: it ended, or responsibility passed (RTT-R33); null while it stands."""
    ended, passed = periods.end_date, periods.responsibility_passed_date
    is_passed_first = passed.notnull() & (ended.isnull() | (passed < ended))
    return is_passed_first.ifelse(passed, ended)


def _is_on_list(periods: Table, day: date) -> BooleanValue:
    """Whether the period is on this trust's list at the end of `day` (RTT-R42)."""
    is_open = rtt_snapshot.is_incomplete(
        start_date=periods.start_date, end_date=_left(periods), nullified_date=_left(periods), census=day
    )
    return is_open & (periods.arrived_date <= day).fill_null(False)


def _is_ours(periods: Table) -> BooleanValue:
    """Whether the trust itself reports the end: what ends once responsibility has passed is reported by the receiver."""
    passed = periods.responsibility_passed_date
    return passed.isnull() | (periods.end_date < passed).fill_null(False)


def _is_completed(periods: Table, month: ReturnMonth) -> BooleanValue:
    in_month = rtt_snapshot.is_completed_in(
        end_date=periods.end_date, is_nullified=periods.is_nullified, first_day=month.first_day, last_day=month.census
    )
    return in_month & _is_ours(periods)


def _completed(periods: Table, month: ReturnMonth) -> Table:
    return periods.filter(_is_completed(periods, month))


def _new(periods: Table, month: ReturnMonth, readings: Readings) -> Table:
    is_new = rtt_snapshot.is_new_period(
        start_date=periods.start_date,
        is_nullified=periods.is_nullified,
        first_day=month.first_day,
        last_day=month.census,
        counts_nullified=readings.part_3_counts_nullified,
    )
    return periods.filter(is_new, (periods.arrived_date <= month.census).fill_null(False))


def _listed(rows: Table, part: str, *, census: date | None = None, completed_on: bool = False) -> Table:
    """The rows as memberships of a part: completed to their end date, open ones to the census, new periods without bands."""
    days = ibis.null("int64")
    if census is not None:
        days = days_waited(rows.start_date, ibis.literal(census)).cast("int64")
    elif completed_on:
        days = days_waited(rows.start_date, rows.end_date).cast("int64")
    rows = rows.mutate(
        part=ibis.literal(part),
        treatment_function=rows.stop_function if completed_on else rows.listed_function,
        days_waited=days,
    )
    number = rows.days_waited.isnull().ifelse(ibis.null("int64"), band(rows.days_waited).cast("int64"))
    return rows.mutate(band=number).select(*LISTED)


def _joined(left: Table, right: Table, key: tuple[str, ...]) -> Table:
    joined = left.left_join(right, list(key))
    return joined.drop(*(f"{name}_right" for name in key if f"{name}_right" in joined.columns))
