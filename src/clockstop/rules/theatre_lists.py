"""Each theatre session with what was done in it: run or dropped, minutes used inside and outside the plan, lateness and gaps.

Sessions of one team in one theatre on one day that lie close together are the halves of one list: a case across lunch uses minutes
of both. So a session's minutes are those of its list's cases that fall in its own window, and a case is counted where it is listed.
"""

import ibis
from ibis.expr.types import BooleanValue, NumericValue, Table

from clockstop.rules.local_time import minute_of
from clockstop.rules.readings import Readings
from clockstop.rules.theatre_minutes import (
    capped_minutes,
    early_finish_minutes,
    gap_minutes,
    in_window_not_yet_counted,
    late_start_minutes,
    minutes_in_window,
    minutes_not_yet_counted,
    overrun_minutes,
    sessions_of_four_hours,
)
from clockstop.rules.theatre_practice import with_practice

CANCELLED = "cancelled"
SESSION = "theatre_session_identifier"
LIST = "theatre_list_identifier"
# What a list is: one team in one theatre on one day.
_SITE = "organisation_site_identifier_of_treatment"
_TEAM = (_SITE, "theatre", "session_date", "session_type", "consultant_code", "activity_treatment_function_code")


def theatre_lists(theatre_sessions: Table, theatre_cases_timed: Table, *, as_of: object, readings: Readings) -> Table:
    """Each session that was ever planned; minutes are null where it was not run, and `is_past` where its day has come."""
    sessions = joined_halves(_with_own(planned_windows(theatre_sessions, readings), theatre_cases_timed), readings)
    timed = _timed_cases(theatre_cases_timed, sessions)
    found = sessions
    for part in (
        _own_minutes(timed),
        _in_window(sessions, timed),
        _bounds(sessions, timed),
        _elsewhere(sessions),
    ):
        found = found.left_join(part, SESSION).drop(f"{SESSION}_right")
    return with_practice(_judged(found, as_of, readings), theatre_cases_timed)


def planned_windows(sessions: Table, readings: Readings) -> Table:
    """The sessions with the plan that counts: as it was before it was changed on its day or later.

    Where the day of the change is not known, the first plan counts: planned times that were quietly made to match what happened
    would show no lateness at all. `planned_as_sent_*` holds the plan as it is sent now.
    """
    start = sessions.original_planned_start_at.fill_null(sessions.planned_start_at)
    end = sessions.original_planned_end_at.fill_null(sessions.planned_end_at)
    is_changed = (start != sessions.planned_start_at) | (end != sessions.planned_end_at)
    was_before = (sessions.planned_times_changed_date < sessions.session_date).fill_null(False)
    first_counts = is_changed & ~was_before if readings.theatre_original_plan_counts else ibis.literal(False)
    found = sessions.mutate(
        planned_start_at=first_counts.ifelse(start, sessions.planned_start_at),
        planned_end_at=first_counts.ifelse(end, sessions.planned_end_at),
        planned_as_sent_start_at=sessions.planned_start_at,
        planned_as_sent_end_at=sessions.planned_end_at,
        is_plan_changed=is_changed & ~was_before,
    )
    found = found.mutate(planned_start_minute=minute_of(found.planned_start_at), planned_end_minute=minute_of(found.planned_end_at))
    return found.mutate(planned_minutes=found.planned_end_minute - found.planned_start_minute)


def joined_halves(sessions: Table, readings: Readings) -> Table:
    """The sessions with the list whose halves they are, `theatre_list_identifier`, and whether halves lie beside them.

    Only sessions on which somebody was operated are halves: behind a morning whose afternoon was dropped an overrun is one.
    """
    stands = sessions.performed_cases > 0
    team = ibis.window(group_by=[*_TEAM, stands], order_by=["planned_start_at", SESSION])
    has_team = sessions.consultant_code.notnull() & stands
    before, after = sessions.planned_end_minute.lag().over(team), sessions.planned_start_minute.lead().over(team)
    apart = readings.theatre_halves_apart_minutes
    follows = has_team & (sessions.planned_start_minute - before).between(0, apart).fill_null(False)
    leads = has_team & (after - sessions.planned_end_minute).between(0, apart).fill_null(False)
    found = sessions.mutate(follows_half=follows, leads_half=leads, next_half_minute=leads.ifelse(after, ibis.null("float64")))
    run = ibis.window(group_by=[*_TEAM, found.performed_cases > 0], order_by=["planned_start_at", SESSION], rows=(None, 0))
    found = found.mutate(place_in_day=(~found.follows_half).cast("int64").sum().over(run))
    of_list = ibis.window(
        group_by=[*_TEAM, found.performed_cases > 0, "place_in_day"],
        order_by=["planned_start_at", SESSION],
        rows=(None, None),
    )
    return found.mutate(**{LIST: found[SESSION].first().over(of_list)}).drop("place_in_day")


def _timed_cases(cases: Table, sessions: Table) -> Table:
    """The timed cases by list, each with how far the cases that began before it reach: all of them, and those that count."""
    timed = cases.filter(cases.is_timed).select(
        "theatre_case_identifier",
        SESSION,
        "touch_start_at",
        "touch_end_at",
        "touch_start_minute",
        "touch_end_minute",
        "touch_minutes",
        "is_counted",
    )
    timed = timed.inner_join(sessions.select(SESSION, LIST), SESSION)
    order = ["touch_start_minute", "touch_end_minute", "theatre_case_identifier"]
    before = ibis.window(group_by=LIST, order_by=order, rows=(None, -1))
    alike = ibis.window(group_by=[LIST, "is_counted"], order_by=order, rows=(None, -1))
    in_session = ibis.window(group_by=SESSION, order_by=order, rows=(None, -1))
    return timed.mutate(
        reach=timed.touch_end_minute.max().over(before),
        counted_reach=timed.touch_end_minute.max().over(alike),
        session_reach=timed.touch_end_minute.max().over(in_session),
    )


def _with_own(sessions: Table, cases: Table) -> Table:
    """The sessions with what is listed on them; nothing where nothing is."""
    found = sessions.left_join(_own(cases), SESSION).drop(f"{SESSION}_right")
    names = [name for name in found.columns if name not in sessions.columns]
    return found.mutate(**{name: found[name].fill_null(0) for name in names})


def _own(cases: Table) -> Table:
    """What is listed on a session: cases done and counted, and cancelled on the day by whose doing."""

    def cancelled(kind: str) -> NumericValue:
        return (cases.is_cancelled_on_the_day & (cases.cancellation_kind == kind)).fill_null(False).sum()

    return cases.group_by(SESSION).aggregate(
        listed_cases=cases.count(),
        performed_cases=cases.is_performed.sum(),
        counted_cases=cases.is_counted.sum(),
        untimed_cases=(cases.is_counted & ~cases.is_timed).sum(),
        emergency_cases=(cases.is_performed & ~cases.is_counted).sum(),
        cancelled_on_the_day=cases.is_cancelled_on_the_day.sum(),
        cancelled_clinical=cancelled("clinical"),
        cancelled_non_clinical=cancelled("non_clinical"),
        cancelled_patient=cancelled("patient"),
    )


def _own_minutes(timed: Table) -> Table:
    """The touch time of a session's own cases, as their sum and as their union, and the gaps between them."""
    fresh = minutes_not_yet_counted(timed.touch_start_minute, timed.touch_end_minute, timed.counted_reach)
    gap = gap_minutes(timed.reach, timed.touch_start_minute)
    timed = timed.mutate(fresh=fresh, gap=timed.session_reach.notnull().ifelse(gap, ibis.null("float64")))
    return timed.group_by(SESSION).aggregate(
        touch_sum_minutes=timed.touch_minutes.sum(where=timed.is_counted),
        touch_union_minutes=timed.fresh.sum(where=timed.is_counted),
        gap_minutes=timed.gap.sum(),
        gaps=timed.gap.count(),
    )


def _in_window(sessions: Table, timed: Table) -> Table:
    """The counted minutes of a list's cases inside each window of the list."""
    counted = timed.filter(timed.is_counted).drop(SESSION)
    windows = sessions.select(SESSION, LIST, "planned_start_minute", "planned_end_minute")
    each = windows.inner_join(counted, LIST)
    window = each.planned_start_minute, each.planned_end_minute
    case = each.touch_start_minute, each.touch_end_minute
    each = each.mutate(
        inside=minutes_in_window(*case, *window),
        fresh=in_window_not_yet_counted(*case, each.counted_reach, *window),
    )
    return each.group_by(SESSION).aggregate(capped_sum_minutes=each.inside.sum(), capped_union_minutes=each.fresh.sum())


def _bounds(sessions: Table, timed: Table) -> Table:
    """When the first case of a session began and the last was out; of halves, of the cases that reach into it."""
    windows = sessions.select(SESSION, LIST, "planned_start_minute", "follows_half", "next_half_minute")
    each = windows.inner_join(timed.drop(SESSION), LIST)
    reaches_in = ~each.follows_half | (each.touch_end_minute > each.planned_start_minute)
    is_before_next = each.next_half_minute.isnull() | (each.touch_start_minute < each.next_half_minute)
    is_in = reaches_in & is_before_next
    return each.group_by(SESSION).aggregate(
        first_start_at=each.touch_start_at.min(where=is_in),
        last_end_at=each.touch_end_at.max(where=is_in),
        first_start_minute=each.touch_start_minute.min(where=is_in),
        last_end_minute=each.touch_end_minute.max(where=is_in),
    )


def _judged(found: Table, as_of: object, readings: Readings) -> Table:
    """Run or dropped, and the minutes by the readings; a session that was not run has none."""
    found = found.mutate(gaps=found.gaps.fill_null(0), other_sessions=found.other_sessions.fill_null(0))
    is_past = found.session_date <= as_of
    is_run = found.performed_cases > 0
    found = found.mutate(is_past=is_past, is_run=is_run, is_dropped=is_past & ~is_run)
    capped = capped_minutes(
        found.capped_union_minutes, found.capped_sum_minutes, counts_once=readings.theatre_capped_overlaps_count_once
    )
    uncapped = found.touch_union_minutes if readings.theatre_uncapped_overlaps_count_once else found.touch_sum_minutes
    overrun = overrun_minutes(found.last_end_minute, found.planned_end_minute)
    found = found.mutate(
        capped_minutes=_where(found.is_run, capped.fill_null(0)),
        uncapped_minutes=_where(found.is_run, uncapped.fill_null(0)),
        run_minutes=_where(found.is_run, found.planned_minutes),
        run_sessions=_where(found.is_run, sessions_of_four_hours(found.planned_minutes)),
        late_start_minutes=late_start_minutes(found.first_start_minute, found.planned_start_minute),
        early_finish_minutes=early_finish_minutes(found.last_end_minute, found.planned_end_minute),
        overrun_minutes=found.leads_half.ifelse(overrun * 0, overrun),
        notice_days=found.session_date.delta(found.cancelled_date, unit="day"),
    )
    return _told(found)


def _told(found: Table) -> Table:
    """Truths for measures, and why a session was dropped."""
    why = ibis.cases(
        (~found.is_dropped, ibis.null("string")),
        (found.session_status == CANCELLED, ibis.literal("cancelled")),
        else_=ibis.literal("no_operation"),
    )
    return found.mutate(
        is_late_start=(found.late_start_minutes > 0).fill_null(False),
        is_early_finish=(found.early_finish_minutes > 0).fill_null(False),
        is_overrun=(found.overrun_minutes > 0).fill_null(False),
        is_consultant_elsewhere=found.is_run & (found.other_sessions > 0),
        has_untimed_cases=found.untimed_cases > 0,
        is_contradicted=found.is_run & (found.session_status == CANCELLED),
        dropped_because=why,
    )


def _elsewhere(sessions: Table) -> Table:
    """The sessions whose consultant has another one at the same time in another theatre: two theatres, one surgeon."""
    stand = sessions.filter(sessions.session_status != CANCELLED)
    stand = stand.mutate(place=stand[_SITE].fill_null("").concat("/", stand.theatre))
    stand = stand.select(SESSION, "place", "session_date", "consultant_code", "planned_start_minute", "planned_end_minute")
    other = stand.rename("other_{name}")
    at_once = [
        stand.consultant_code == other.other_consultant_code,
        stand.session_date == other.other_session_date,
        stand.place != other.other_place,
        stand.planned_start_minute < other.other_planned_end_minute,
        other.other_planned_start_minute < stand.planned_end_minute,
    ]
    pairs = stand.inner_join(other, at_once)
    return pairs.group_by(SESSION).aggregate(other_sessions=pairs.count())


def _where(truth: BooleanValue, minutes: NumericValue) -> NumericValue:
    return truth.ifelse(minutes, ibis.null("float64"))
