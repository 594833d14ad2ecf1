"""Arrivals, departures, the department's occupancy, routes and conversion of a handful of visits, worked out by hand."""

from datetime import date, datetime

import pyarrow as pa
import pytest

from clockstop.answers import emergency_flow
from clockstop.answers.desk import Desk
from clockstop.answers.emergency_flow import FlowFilters
from clockstop.answers.scope import Scope
from clockstop.rules.local_time import minute_of
from clockstop.store.home import Home
from written_snapshots import AS_OF, write_tables

TEXT, NUMBER, TRUTH, AT = pa.string(), pa.float64(), pa.bool_(), pa.timestamp("us")
VISITS = pa.schema(
    [("trust", TEXT), ("site", TEXT), ("emergency_care_attendance_identifier", TEXT), ("department_type", TEXT),
     ("arrival_mode", TEXT), ("acuity", TEXT), ("outcome", TEXT), ("clock_start_at", AT), ("clock_end_at", AT),
     ("clock_start_minute", NUMBER), ("clock_end_minute", NUMBER), ("minutes_in_department", NUMBER),
     ("is_within_4_hours", TRUTH), ("is_over_12_hours_from_arrival", TRUTH), ("to_assessment", NUMBER),
     ("to_treatment", NUMBER), ("to_decision", NUMBER), ("to_departure", NUMBER), ("is_type_1", TRUTH), ("is_admitted", TRUTH),
     ("is_left_before_seen", TRUTH), ("is_child", TRUTH), ("is_sdec", TRUTH), ("decision_to_admit_at", AT)]
)  # fmt: skip
SCOPE = Scope(frozenset({"QQA"}), frozenset({"QQA"}), "pat", "manager")


def visit(start, end, *, start_minute=None, end_minute=None, **more):
    """A visit to the type 1 department of QQA on foot that ended in a discharge, unless more is said."""
    begin = datetime.fromisoformat(start)
    finish = datetime.fromisoformat(end) if end else None
    first = start_minute or minute_of(begin)
    last = end_minute or minute_of(finish)
    minutes = None if last is None else last - first
    row = {"trust": "QQA", "site": "QQA1", "emergency_care_attendance_identifier": f"E{start}{end}", "department_type": "01"}
    row |= {"arrival_mode": "walk_in", "acuity": "3", "outcome": "discharged", "clock_start_at": begin, "clock_end_at": finish}
    row |= {"clock_start_minute": first, "clock_end_minute": last, "minutes_in_department": minutes, "is_type_1": True}
    row |= {"is_within_4_hours": None if minutes is None else minutes <= 240, "is_admitted": False, "is_sdec": False}
    row |= {"is_over_12_hours_from_arrival": None if minutes is None else minutes > 720, "is_child": False}
    return row | more


def on_site(site, *visits):
    """The visits to one site: each test looks at its own."""
    return [{**row, "site": site} for row in visits]


DISCHARGED = [
    visit("2026-11-10T09:00", f"2026-11-10T{end}", to_assessment=10 * place)
    for place, end in enumerate(("10:00", "11:00", "12:00", "14:00"))
]
VISITED = [
    *on_site("SUNDAY", visit("2026-11-15T09:10", "2026-11-15T11:00"), visit("2026-11-15T10:59", "2026-11-15T12:30")),
    *on_site("BEFORE", visit("2026-10-18T23:00", "2026-10-19T02:00")),
    *on_site("OCTOBER", visit("2026-10-25T00:30", "2026-10-25T03:30")),
    *on_site(
        "ROUTES",
        *DISCHARGED,
        visit("2026-11-10T09:00", "2026-11-10T22:00", outcome="admitted", is_admitted=True, arrival_mode="ambulance",
              to_decision=200),
        visit("2026-11-15T09:00", None),
        visit("2026-11-10T09:00", "2026-11-10T09:40", outcome="left_before_treatment", is_left_before_seen=True),
        visit("2026-11-10T09:00", "2026-11-10T15:00", is_sdec=True, is_admitted=True),
    ),
    *on_site(
        "CONVERSION",
        visit("2026-11-10T09:00", "2026-11-10T12:00", is_admitted=True, acuity="2"),
        visit("2026-11-10T17:00", "2026-11-10T19:00", is_admitted=True, acuity=None),
        visit("2026-11-10T09:00", "2026-11-10T10:00", is_child=True),
        visit("2026-11-10T09:00", "2026-11-10T09:30", is_type_1=False, department_type="03"),
        visit("2026-11-15T09:00", None),
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """The desk over all these visits."""
    home = Home(tmp_path_factory.mktemp("flow"))
    table = pa.Table.from_pylist(VISITED, schema=VISITS)
    write_tables(home, AS_OF, {"emergency_attendances": table})
    return Desk(home).refreshed()


def test_arrivals_departures_and_occupancy_of_a_day(desk):
    """On one of four Sundays: 09:10 to 11:00 and 10:59 to 12:30. At 10:00 one is there, at 11:00 the first has just gone."""
    hours = emergency_flow.hours_of_day(SCOPE, desk, FlowFilters(site="SUNDAY", weekday=7), AS_OF)
    assert {one.hour: one.arrivals for one in hours if one.arrivals} == {9: 1, 10: 1}
    assert {one.hour: one.departures for one in hours if one.departures} == {11: 1, 12: 1}
    assert {one.hour: one.occupancy for one in hours if one.occupancy} == {10: 0.25, 11: 0.25, 12: 0.25}
    assert hours[9].mean_arrivals == 0.25


def test_who_came_before_the_weeks_is_there_as_they_begin(desk):
    """Came at 23:00 the day before the first day and left at 02:00: there at 00:00, 01:00, and no more at 02:00."""
    hours = emergency_flow.hours_of_day(SCOPE, desk, FlowFilters(site="BEFORE", weekday=1), AS_OF)
    assert {one.hour: one.occupancy for one in hours if one.occupancy} == {0: 0.25, 1: 0.25}
    assert sum(one.arrivals for one in hours) == 0
    assert {one.hour: one.departures for one in hours if one.departures} == {2: 1}


def test_the_hour_that_comes_twice_counts_as_two_moments_of_its_hour(desk):
    """25 October 2026, 00:30 to 03:30 is four hours: there at 01:00 by summer time and again by winter time."""
    hours = emergency_flow.hours_of_day(SCOPE, desk, FlowFilters(site="OCTOBER", weekday=7), date(2026, 10, 31))
    # Sundays 4, 11, 18 and 25 October: the hour 01:00 began five times, and somebody was there at two of them.
    assert hours[1].occupancy == pytest.approx(2 / 5)
    assert hours[2].occupancy == pytest.approx(1 / 4)
    found = emergency_flow.routes(SCOPE, desk, FlowFilters(site="OCTOBER"), date(2026, 10, 31))
    assert found[0].stages[-1].median == 240


def test_routes_have_the_centiles_of_who_reached_each_stage(desk):
    """Four discharged after 60, 120, 180 and 300 minutes: half within 150, three quarters within 210; 95 in 100 within 282."""
    found = {(one.route, one.mode): one for one in emergency_flow.routes(SCOPE, desk, FlowFilters(site="ROUTES"), AS_OF)}
    assert set(found) == {
        ("admitted", ""), ("admitted", "ambulance"), ("discharged", ""), ("discharged", "otherwise"),
        ("left", ""), ("left", "otherwise"), ("sdec", ""), ("sdec", "otherwise"),
    }  # fmt: skip
    home = found["discharged", ""]
    assert (home.patients, home.within_4_hours, home.over_12_hours) == (4, 3, 0)
    last = home.stages[-1]
    assert (last.patients, last.median, last.upper, last.tail) == (4, 150, 210, pytest.approx(282))
    assert home.stages[2].patients == 0
    assert home.stages[2].median is None
    bed = found["admitted", "ambulance"]
    assert (bed.over_12_hours, bed.stages[2].median, bed.stages[-1].median) == (1, 200, 780)


def test_conversion_counts_ended_type_1_attendances(desk):
    """Two of three of type 1 were admitted; one of type 3 and one still there count nowhere."""
    whole = emergency_flow.conversion(SCOPE, desk, FlowFilters(site="CONVERSION"), AS_OF, "")
    assert [(one.attendances, one.admitted) for one in whole] == [(3, 2)]
    cuts = {by: emergency_flow.conversion(SCOPE, desk, FlowFilters(site="CONVERSION"), AS_OF, by) for by in emergency_flow.CUTS}
    cuts = {by: [(one.kind, one.attendances, one.admitted) for one in found] for by, found in cuts.items()}
    assert cuts["acuity"] == [("2", 1, 1), ("3", 1, 0), ("unknown", 1, 1)]
    assert cuts["age"] == [("adult", 2, 2), ("child", 1, 0)]
    assert cuts["part_of_day"] == [("day", 2, 1), ("evening", 1, 1)]
    only_type_3 = emergency_flow.conversion(SCOPE, desk, FlowFilters(site="CONVERSION", department="03"), AS_OF, "")
    assert only_type_3 == ()


def test_nobody_s_visits_are_told_to_who_may_not_read_the_trust(desk):
    stranger = Scope(frozenset({"QQB"}), frozenset(), "sam", "viewer")
    assert emergency_flow.routes(stranger, desk, FlowFilters(), AS_OF) == ()
    assert emergency_flow.choices(stranger, desk, "") == ((), ())
