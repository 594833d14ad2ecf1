"""The department and beds now, worked out by hand from a handful of patients: bands, today so far, what is usual, beds tonight."""

from datetime import date, datetime, timedelta

import pyarrow as pa
import pytest

from clockstop.answers import beds, beds_tonight, emergency
from clockstop.answers.beds import BedFilters
from clockstop.answers.desk import Desk
from clockstop.answers.place import Place
from clockstop.answers.scope import Scope
from clockstop.rules.local_time import minute_of
from clockstop.store.home import Home
from written_snapshots import AS_OF, write_tables

AT = datetime.fromisoformat("2026-11-15T15:00")
HERE = Place("QQA")
SCOPE = Scope(frozenset({"QQA", "QQB"}), frozenset({"QQA"}), "pat", "manager")


def patient(minutes, **more):
    """A patient of QQA's department who came so many minutes before 15:00, unless more is said."""
    row = {"trust": "QQA", "site": "QQA1", "at": AT, "patient_pathway_identifier": f"E{minutes}", "minutes_so_far": minutes}
    row |= {"is_sdec": False, "is_waiting_for_bed": False, "admitting_treatment_function_code": None, "minutes_from_decision": None}
    return row | more


def bed_asked(minutes, since, function):
    """A patient who has waited for a bed of a specialty so long."""
    told = {"is_waiting_for_bed": True, "minutes_from_decision": since, "admitting_treatment_function_code": function}
    return patient(minutes, **told)


def visit(start, minutes=None, **more):
    """A visit to QQA that began then and ended after so many minutes (None: goes on)."""
    begin = datetime.fromisoformat(start)
    first = minute_of(begin)
    row = {"trust": "QQA", "site": "QQA1", "at": AT, "clock_start_at": begin, "start_date": begin.date(), "is_sdec": False}
    row |= {"clock_start_minute": first, "clock_end_minute": None if minutes is None else first + minutes}
    row |= {"is_in_standard": True, "is_within_4_hours": minutes is not None and minutes <= 240}
    return row | more


def leaving(ward, standing, **more):
    row = {"trust": "QQA", "site": "QQA1", "ward_code": ward, "standing": standing, "is_gone": standing == "gone"}
    return row | {"is_late": standing == "late", "ended_at": None} | more


def ward(code, *, group="general_and_acute", **beds_of):
    row = {"trust": "QQA", "site": "QQA1", "ward_code": code, "ward_name": f"Ward {code}", "bed_group": group}
    return row | dict.fromkeys(beds.BEDS) | beds_of


PATIENTS = [
    patient(721), patient(720), patient(481), patient(430), patient(421), patient(420), patient(241), patient(240), patient(10),
    patient(600, is_sdec=True), patient(900, trust="QQB"), bed_asked(300, 250, "300"), bed_asked(290, 30, "300"),
    bed_asked(200, 100, "100"),
]  # fmt: skip
TODAY = [
    visit("2026-11-15T09:00", 240), visit("2026-11-15T09:30", 241), visit("2026-11-15T10:59"), visit("2026-11-15T11:00"),
    visit("2026-11-15T14:00", 20), visit("2026-11-15T14:10", 20, is_in_standard=False), visit("2026-11-15T08:00", 20, is_sdec=True),
]  # fmt: skip
BEFORE = [
    visit("2026-11-08T14:00", 120), visit("2026-11-08T14:59", 1), visit("2026-11-08T14:59", 2), visit("2026-11-01T15:00", 30),
    visit("2026-11-01T09:00", 360), visit("2026-10-30T09:00", 30), visit("2026-11-08T15:01", 500),
]  # fmt: skip
IN_BED = {"trust": "QQA", "site": "QQA1", "ward_code": "A", "is_7_plus": True}
INPATIENTS = [
    IN_BED | {"elective_pathway_identifier": "came", "can_go_home": True, "is_outlier": False, "is_14_plus": True, "is_long_stay": True},
    IN_BED | {"elective_pathway_identifier": None, "can_go_home": False, "is_outlier": True, "is_14_plus": False, "is_long_stay": False},
]  # fmt: skip
EXPECTED = [
    leaving("A", "definite"), leaving("A", "potential"), leaving("A", "expected"), leaving("A", "late"), leaving("V", "definite"),
    leaving("A", "gone", ended_at=AT.replace(hour=9)),
]  # fmt: skip
WARDS = [
    ward("A", open=20, occupied=18, empty=2, closed_infection=2, closed_staffing=1), ward("B", open=10, occupied=11, empty=-1),
    ward("V", group="virtual", open=30, occupied=20, empty=10),
]  # fmt: skip


def entry(pathway, **more):
    row = {"trust": "QQA", "patient_pathway_identifier": pathway, "offered_for_admission_date": AS_OF, "removal_date": None}
    return row | {"intended_management_code": "1"} | more


ENTRIES = [
    entry("came"), entry("to come"), entry("day case", intended_management_code="2"), entry("removed", removal_date=AS_OF),
    entry("tomorrow", offered_for_admission_date=AS_OF + timedelta(days=1)),
]  # fmt: skip
GONE = [
    {"trust": "QQA", "site": "QQA1", "ward_code": "A", "day": AS_OF, "is_inpatient_discharge": True,
     "left_ward_at": AT.replace(hour=hour)} for hour in (10, 16, 17, 20)
]  # fmt: skip
NIGHTS = [
    {"trust": "QQA", "site": site, "ward_code": code, "ward_name": code, "bed_group": "general_and_acute", "day": day,
     "occupied": occupied, "available": available}
    for site, code, day, occupied, available in (
        ("QQA1", "A", AS_OF, 90, 100), ("QQA2", "B", AS_OF, 190, 200), ("QQA1", "A", date(2026, 9, 1), 5, 100),
    )
]  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("now"))
    tables = {
        "ed_patients_now": PATIENTS, "emergency_today": TODAY, "emergency_attendances": BEFORE, "inpatients_now": INPATIENTS,
        "expected_discharges": EXPECTED, "wards_now": WARDS, "rtt_list_entries": ENTRIES, "discharges": GONE, "ward_nights": NIGHTS,
    }  # fmt: skip
    write_tables(home, AS_OF, {name: pa.Table.from_pylist(rows) for name, rows in tables.items()})
    return Desk(home).refreshed()


def test_bands_hold_each_patient_once_and_sdec_stands_apart(desk):
    """721 minutes is over 12 hours and 720 is not; 241 is over 4 hours and 240 is not."""
    found = emergency.department(SCOPE, desk, HERE, AT)
    assert (found.patients, found.same_day, found.bands) == (12, 1, (1, 2, 6, 2, 1))
    assert found.over_12 == 1
    # To 20:00 are 300 minutes: who is there for 421 passes 12 hours by then, who is there for 420 reaches them and no more.
    assert (found.until.hour, found.reach_12) == (20, 4)
    assert found.waiting_for_bed == 3


def test_the_longest_are_those_of_trusts_whose_patients_one_may_see(desk):
    assert [row["minutes_so_far"] for row in emergency.longest(SCOPE, desk, Place(), 3)] == [721, 720, 481]
    nobody_s = Scope(frozenset({"QQA"}), frozenset(), "sam", "viewer")
    assert emergency.longest(nobody_s, desk, HERE, 3) == []


def test_within_4_hours_counts_who_has_left_or_passed_them(desk):
    """Two of four: within by 240 minutes and by 20; 241 minutes and who came at 10:59 are not; who came at 11:00 may still be."""
    found = emergency.today(SCOPE, desk, HERE)
    assert (found.arrivals, found.settled, found.within, found.share) == (6, 4, 2, 0.5)
    assert {hour: came for hour, came in enumerate(found.by_hour) if came} == {9: 2, 10: 1, 11: 1, 14: 2}


def test_what_is_usual_is_that_of_the_same_weekday_and_time(desk):
    """On 8 November at 15:00 two were there (14:59 for a minute had left); on the 1st one had just come, one was just gone."""
    assert emergency.usual(SCOPE, desk, HERE, AT) == emergency.Usual(1, 2, 2)
    day = emergency.usual_day(SCOPE, desk, HERE, AT.date())
    assert (day.weeks, day.low[14], day.high[14], day.low[9], day.high[9], day.high[15]) == (2, 0, 3, 0, 1, 1)


def test_who_waits_for_a_bed_by_specialty(desk):
    found = emergency.waiting_for_beds(SCOPE, desk, HERE)
    assert [(one.function, one.patients, one.over_4, one.over_12, one.longest) for one in found] == [
        ("300", 2, 1, 0, 250), ("100", 1, 0, 0, 100),
    ]  # fmt: skip


def test_beds_tonight_is_the_sum_of_what_is_known(desk):
    """1 empty and 3 going home, less 3 decided and 1 elective: none to spare. Late, gone and the virtual ward stand in no sum."""
    found = beds_tonight.tonight(SCOPE, desk, HERE, AT)
    assert (found.empty, found.definite, found.likely, found.late) == (1, 1, 2, 1)
    assert (found.decided, found.elective, found.balance) == (3, 1, 0)
    assert beds_tonight.tonight(SCOPE, desk, Place("QQB"), AT) is None


def test_going_home_by_ward(desk):
    ward_a = next(one for one in beds_tonight.going_home(SCOPE, desk, HERE, AT) if one.ward_code == "A")
    assert (ward_a.expected, ward_a.gone, ward_a.after_17, ward_a.no_need, ward_a.patients) == (4, 1, 0, 1, 2)
    assert ward_a.usually_after_17 == 0.5
    evening = next(one for one in beds_tonight.going_home(SCOPE, desk, HERE, AT.replace(hour=17)) if one.ward_code == "A")
    assert evening.after_17 == 3


def test_wards_now_and_their_sums(desk):
    found = beds.wards(SCOPE, desk, BedFilters("QQA"))
    assert [(one.ward_code, one.closed, one.patients["going"], one.patients["gone"]) for one in found] == [
        ("A", 3, 3, 1),
        ("B", 0, 0, 0),
    ]
    both = beds.together(found)
    assert (both.share, both.patients["los_7_plus"], both.patients["los_21_plus"]) == (29 / 30, 2, 1)
    assert [one.ward_code for one in beds.virtual_wards(SCOPE, desk, BedFilters("QQA"))] == ["V"]
    assert len(beds.wards(SCOPE, desk, BedFilters("QQA", group=""))) == 2


def test_occupancy_of_sites_is_summed_before_it_is_divided(desk):
    """90 of 100 and 190 of 200 are 93.3%, not 92.5%; a midnight before the weeks is left out."""
    found = beds.nights(SCOPE, desk, BedFilters("QQA"), "site")
    assert [(one.code, one.share) for one in found] == [("QQA1", 0.9), ("QQA2", 0.95)]
    assert beds.summed(found) == pytest.approx(280 / 300)
