"""The kite mark: what each dimension takes to be met, and that nothing unknown is graded."""

import json
from dataclasses import replace
from datetime import date

import pytest

from clockstop.insight.kite_evidence import Audit, Evidence, Feed, Method, Signature, Tally
from clockstop.insight.kite_mark import DIMENSIONS, mark, mark_from
from clockstop.rules.readings import Readings

OCTOBER, AS_OF = date(2026, 10, 31), date(2026, 11, 15)
READINGS = Readings()
FEED = Feed(
    dataset="appointments", title="Appointments", covered=((date(2023, 1, 1), AS_OF),), known_on=date(2026, 11, 2),
    first_on=date(2026, 4, 1), newest=AS_OF, read=10_000, refused=0,
)  # fmt: skip
TALLIES = (
    Tally(rule="appointments.no_outcome", title="An outcome is missing", kind="completeness", judged=1000, failed=10),
    Tally(rule="appointments.code", title="A code is not of the list", kind="validity", judged=1000, failed=0),
    Tally(rule="appointments.late", title="Recorded late", kind="timeliness", judged=1000, failed=6),
)
WHOLE = Evidence(
    measure="rtt_within_18_weeks", trust="QQA", month=OCTOBER, as_of=AS_OF, feeds=(FEED,), tallies=TALLIES,
    signature=Signature(by="pat", on=date(2026, 11, 10)),
    audits=(Audit(what="A sample of 50 pathways", on=date(2026, 11, 9), checked=50, wrong=1),),
    method=Method(rules=("RTT-R50",)),
)  # fmt: skip


def answer(dimension, **more):
    """That dimension's answer of the evidence with some of it changed."""
    found = mark(replace(WHOLE, **more), READINGS)
    return next(one for one in found.answers if one.dimension == dimension)


def feed(**more):
    return (replace(FEED, **more),)


def failing(kind, failed, judged=1000):
    return (*TALLIES, Tally(rule=f"x.{kind}", title=f"The {kind} rule", kind=kind, judged=judged, failed=failed))


def test_all_six_are_met_and_each_says_why():
    found = mark(WHOLE, READINGS)
    assert [one.dimension for one in found.answers] == list(DIMENSIONS)
    assert [(one.dimension, one.why) for one in found.answers if one.grade != "met"] == []
    assert found.words == "6 of 6 met"
    assert all(one.why.endswith(".") for one in found.answers)


@pytest.mark.parametrize(
    ("dimension", "more", "grade", "says"),
    [
        ("source", {"feeds": feed(refused=101)}, "partly met", "Loading refused 1.0% of 10,000 rows (101) of Appointments."),
        ("source", {"feeds": feed(refused=100)}, "met", ""),
        ("source", {"feeds": feed(refused=301)}, "not met", "3.0%"),
        ("source", {"feeds": (FEED, Feed(dataset="spells", title="Spells", is_sent=False))}, "partly met", "Not sent: Spells."),
        ("source", {"feeds": feed(is_sent=False)}, "not met", "Nothing was sent: Appointments."),
        ("source", {"feeds": ()}, "not known", "No dataset is known"),
        ("source", {"tallies": failing("uniqueness", 21)}, "partly met", "“The uniqueness rule” holds for 2.1% of 1,000 records"),
        ("source", {"tallies": failing("consistency", 61)}, "not met", "the worst of 2 rules."),
        ("source", {"tallies": None}, "not known", "This snapshot was made before rules were counted."),
        ("source", {"tallies": TALLIES[:1]}, "not known", "No rule of validity judged its records."),
        ("timeliness", {"feeds": feed(known_on=date(2026, 11, 18))}, "met", "by 18 November 2026, 18 days after its end."),
        ("timeliness", {"feeds": feed(known_on=date(2026, 11, 19))}, "partly met", "19 days after its end"),
        ("timeliness", {"feeds": feed(known_on=date(2026, 12, 25))}, "not met", "first known on 25 December 2026"),
        ("timeliness", {"feeds": feed(known_on=None, newest=date(2026, 10, 20))}, "not met", "ends on 20 October 2026, before"),
        ("timeliness", {"feeds": feed(known_on=date(2026, 12, 25), first_on=date(2026, 12, 25))}, "not known", "first loaded"),
        ("timeliness", {"feeds": feed(known_on=None, newest=None)}, "not known", "nobody knows what day"),
        ("timeliness", {"tallies": failing("timeliness", 61)}, "not met", "The timeliness rule"),
        ("timeliness", {"feeds": feed(is_standing=True), "tallies": ()}, "not known", "Nothing is known of it."),
        ("completeness", {"feeds": feed(covered=((date(2026, 10, 4), AS_OF),))}, "partly met", "28 of 31 days"),
        ("completeness", {"feeds": feed(covered=((date(2026, 10, 5), AS_OF),))}, "not met", "1 October 2026 to 4 October 2026"),
        ("completeness", {"feeds": feed(is_sent=False)}, "not known", "Nothing was sent that could cover its days."),
        ("completeness", {"feeds": feed(is_standing=True)}, "met", "An outcome is missing"),
        ("completeness", {"tallies": failing("completeness", 3, judged=19)}, "met", "An outcome is missing"),
        ("sign_off", {"signature": None}, "not met", "Nobody has signed it."),
        ("sign_off", {"signature": Signature(by="pat", on=AS_OF, has_changed=True)}, "partly met", "has changed since"),
        ("audit", {"audits": ()}, "not known", "No audit of the last 12 months is known."),
        ("audit", {"audits": (Audit(what="A sample", on=date(2025, 10, 1), checked=9, wrong=0),)}, "not known", "No audit"),
        ("audit", {"audits": (Audit(what="A sample", on=AS_OF, checked=50, wrong=5),)}, "not met", "5 of 50 wrong"),
        ("audit", {"audits": (Audit(what="A sample", on=AS_OF, checked=50, wrong=2),)}, "partly met", "fewer than 5 of 50"),
        ("audit", {"audits": (Audit(what="Checks", on=AS_OF, checked=20, wrong=1, counts_people=False),)}, "partly met", "1 of 20"),
        ("completeness", {"tallies": (Tally(rule="x.hole", title="A day is missing", kind="completeness", judged=2, failed=1,
                                            unit="days"),)}, "not met", "50.0% of 2 days of the month (1)"),
        ("method", {"method": Method(rules=("A",), unworded=("A",))}, "partly met", "no wording yet: A"),
        ("method", {"method": Method(rules=("A",), changed_readings=("x", "y"))}, "partly met", "changed: x, y"),
        ("method", {"method": Method(rules=())}, "partly met", "none"),
    ],
)  # fmt: skip
def test_a_dimension(dimension, more, grade, says):
    found = answer(dimension, **more)
    assert found.grade == grade
    assert says in found.why


def test_a_month_that_is_not_over_is_judged_by_its_extracts_and_signed_by_nobody():
    more = {"month": date(2026, 11, 30), "signature": None}
    assert answer("timeliness", **more).grade == "met"
    assert "not over" in answer("timeliness", **more).why
    late = answer("timeliness", **more, feeds=feed(newest=date(2026, 11, 11)))
    assert (late.grade, late.why) == ("not met", "Appointments ends on 11 November 2026.")
    assert answer("sign_off", **more).grade == "not known"
    assert answer("completeness", **more).grade == "met"


def test_a_month_ahead_of_the_data_has_no_days_to_cover():
    found = answer("completeness", month=date(2026, 12, 31))
    assert "cover" not in found.why


def test_what_fails_outweighs_what_is_not_known():
    found = answer("source", tallies=None, feeds=feed(refused=400))
    assert found.grade == "not met"
    assert found.about == "dataset:appointments"


def test_more_than_two_reasons_are_counted():
    found = answer("timeliness", feeds=tuple(replace(FEED, title=f"Feed {number}", known_on=None) for number in range(4)))
    assert "And 2 more reasons." in found.why


def test_small_numbers_are_not_said():
    """The sentence is for every reader, and a share of a known number would give the number away."""
    said = answer("completeness", tallies=failing("completeness", 4, judged=40)).why
    assert "fewer than 5 of 40" in said
    assert "10" not in said


def test_holes_are_said_as_spans():
    gaps = ((date(2026, 10, 1), date(2026, 10, 1)), (date(2026, 10, 3), date(2026, 10, 9)), (date(2026, 10, 12), AS_OF))
    assert "2 October 2026 and 10 October 2026 to 11 October 2026." in answer("completeness", feeds=feed(covered=gaps)).why
    more = (*gaps[:2], (date(2026, 10, 12), date(2026, 10, 19)), (date(2026, 10, 21), AS_OF))
    assert "and 1 more span" in answer("completeness", feeds=feed(covered=more)).why


def test_the_mark_counts_what_is_met_and_what_is_not_known():
    found = mark(replace(WHOLE, audits=(), signature=None), READINGS)
    assert found.words == "4 of 6 met, 1 not known"


def test_a_mark_is_frozen_and_comes_back_the_same():
    found = mark(WHOLE, READINGS)
    assert mark_from(json.loads(json.dumps(found.as_dict()))) == found
