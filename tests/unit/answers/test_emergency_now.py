"""The department and beds now, worked out by hand from a handful of patients: bands, today so far, what is usual, beds tonight."""

import pytest

from clockstop.answers import bed_flow, beds, beds_tonight, emergency
from clockstop.answers.beds import BedFilters
from clockstop.answers.desk import Desk
from clockstop.answers.emergency_flow import FlowFilters
from clockstop.answers.place import Place
from clockstop.answers.scope import Scope
from clockstop.store.home import Home
from emergency_rows import AT, write_emergency
from written_snapshots import AS_OF

HERE = Place("QQA")
SCOPE = Scope(frozenset({"QQA", "QQB"}), frozenset({"QQA"}), "pat", "manager")


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    return Desk(write_emergency(Home(tmp_path_factory.mktemp("now")))).refreshed()


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


def test_beds_asked_for_and_freed_by_hour(desk):
    """Of one week: a general practitioner's emergency at 13:10, an elective and a transfer before 08:00; four beds are freed.

    Who came by the own department asked at the decision: at 18:30. A mother holds none of these beds.
    """
    day = bed_flow.day_of_beds(SCOPE, desk, FlowFilters("QQA"), AS_OF)
    asked = {one.hour: {who: beds for who, beds in one.asked.items() if beds} for one in day.hours if one.asked_in_all}
    assert asked == {7: {"elective": 1, "transfers": 1}, 13: {"emergency": 1}, 18: {"decided": 1}}
    assert {one.hour: one.freed for one in day.hours if one.freed} == {9: 1, 15: 1, 16: 1, 19: 1}
    assert day.days == 28
    assert [round(gap * 28) for gap in day.gaps] == [0] * 7 + [-2] * 2 + [-1] * 4 + [-2] * 2 + [-1, 0, 0, -1] + [0] * 5
