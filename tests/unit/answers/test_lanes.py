"""Several clocks of one patient: which lanes there are, what each event did to each, and pathways that RTT does not know."""

from datetime import timedelta

import pyarrow as pa
import pytest

from clocks_beside import FACTS, events_of, tables_of
from clockstop.answers import pathways
from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.errors import NotAllowed, UnknownName
from clockstop.store.home import Home
from written_snapshots import AS_OF, TEXT, clock, days_before, wait, write_snapshot

PEOPLE = pa.schema(
    [("trust", TEXT), ("patient_pathway_identifier", TEXT), ("local_patient_identifier", TEXT), ("nhs_number_pseudonym", TEXT),
     ("service", TEXT)]
)  # fmt: skip


def rtt_event(pathway, sequence, day, kind):
    return {"trust": "QQA", "patient_pathway_identifier": pathway, "event_date": day, "event_sequence": sequence,
            "event_type": kind, "local_patient_identifier": "Hsoon", "has_safeguards": True, "is_communicated": True}  # fmt: skip


def person(pathway, trust="QQA", who="person 1"):
    about = {"trust": trust, "patient_pathway_identifier": pathway, "local_patient_identifier": f"H{pathway}"}
    return about | {"nhs_number_pseudonym": who, "service": "C_100"}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """QQA's `soon`: RTT since day -120, missed on day -50; a scan asked for on day -60, missed on day -50, done on day -20.

    `later` is the same patient's other pathway, `gp_scan` a third that RTT does not know; `twin` at QQB is the same person.
    """
    home = Home(tmp_path_factory.mktemp("lanes"))
    missed = days_before(50)
    clocks = [clock("QQA", "soon", days_before(120)), clock("QQA", "later", days_before(30)), clock("QQB", "twin", days_before(9))]
    events = [
        rtt_event("soon", 1, days_before(120), "referral_received"),
        rtt_event("soon", 2, days_before(90), "attend"),
        rtt_event("soon", 3, missed, "later_dna"),
        rtt_event("later", 1, days_before(30), "referral_received"),
    ]
    scans = [
        *events_of("QQA", "soon", "S1", (days_before(60), "request"), (missed, "later_dna"), (days_before(20), "done")),
        *events_of("QQA", "gp_scan", "S2", (days_before(45), "request"), test="C"),
        *events_of("QQA", "unread", "S3", (AS_OF + timedelta(days=3), "request"), person="person 2"),
    ]
    people = [person("soon"), person("later"), person("twin", "QQB")]
    more = tables_of(scans, AS_OF) | {"rtt_pathways": pa.Table.from_pylist(people, schema=PEOPLE)}
    write_snapshot(home, AS_OF, clocks=clocks, waits=[wait(row, AS_OF) for row in clocks], events=events, more=more)
    return home


@pytest.fixture
def desk(home, monkeypatch):
    """The desk, with the scans' clock the only one declared."""
    for module in ("lanes", "pathways"):
        monkeypatch.setattr(f"clockstop.answers.{module}.facts", lambda: FACTS)
    return Desk(home).refreshed()


@pytest.fixture
def clerk():
    """Who sees the patients of QQA alone, as the search and the timeline are used."""
    return Scope(trusts=frozenset({"QQA", "QQB"}), may_see_patients=frozenset({"QQA"}), user="pat", role="service_manager")


def test_the_lanes_are_the_pathways_own_first_then_those_of_the_patients_others_in_the_trust(desk, clerk):
    found = pathways.pathway(clerk, desk, "QQA", "soon")
    assert [(lane.label, lane.patient_pathway_identifier, lane.is_other) for lane in found.lanes] == [
        ("Referral to treatment", "soon", False),
        ("Diagnostic test, MRI", "soon", False),
        ("Diagnostic test, CT", "gp_scan", True),
        ("Referral to treatment", "later", True),
    ]
    scan = found.lanes[1]
    assert [(one.days_waited, one.end_words, one.breach_date) for one in scan.clocks] == [
        (10, "Did not attend", days_before(19)),
        (30, "Test done", days_before(9)),
    ]


def test_one_missed_appointment_stands_once_with_what_it_did_to_each_clock(desk, clerk):
    found = pathways.pathway(clerk, desk, "QQA", "soon")
    missed = [one for one in found.happenings if one.event_date == days_before(50)]
    assert len(missed) == 1
    assert [(effect.lane.short, effect.what, effect.turn.rule) for effect in missed[0].effects] == [
        ("RTT", "goes on", "RTT-R29"),
        ("MRI", "starts again", "SCAN-2"),
    ]
    assert missed[0].effects[0].turn.days_waited == 70


def test_a_clock_that_did_not_hear_of_the_day_is_said_to_go_on(desk, clerk):
    found = pathways.pathway(clerk, desk, "QQA", "soon")
    asked = next(one for one in found.happenings if one.event_date == days_before(60))
    assert asked.unmoved == (("Referral to treatment", 60),)
    assert [one.event_date for one in found.happenings] == sorted(one.event_date for one in found.happenings)


def test_a_pathway_that_rtt_does_not_know_opens_with_its_own_clock_and_words(desk, clerk):
    found = pathways.pathway(clerk, desk, "QQA", "gp_scan")
    assert (found.clocks, found.turns) == ((), ())
    assert (found.local_patient_identifier, found.service) == ("Hsoon", "C_810")
    assert found.own_lanes[0].open_clock.days_waited == 45
    assert found.summary[0].startswith("Diagnostic test, CT: the wait began on")
    assert "the last day within the limit was" in found.summary[0]
    assert {lane.patient_pathway_identifier for lane in found.lanes if lane.is_other} == {"soon", "later"}


def test_an_event_to_come_makes_no_lane_but_the_pathway_is_known(desk, clerk):
    assert pathways.pathway(clerk, desk, "QQA", "unread").lanes == ()
    with pytest.raises(UnknownName):
        pathways.pathway(clerk, desk, "QQA", "nobody")
    with pytest.raises(NotAllowed):
        pathways.pathway(clerk, desk, "QQB", "twin")


@pytest.mark.parametrize(("text", "found"), [("gp_scan", {"gp_scan"}), ("hsoon", {"soon", "gp_scan", "unread"}), ("twin", set())])
def test_the_search_finds_who_is_only_on_another_fact(desk, clerk, text, found):
    assert {hit.patient_pathway_identifier for hit in pathways.find(clerk, desk, text)} == found


def test_notes_may_be_written_on_whoever_any_fact_knows(desk, clerk):
    chosen = [("QQA", "soon"), ("QQA", "gp_scan"), ("QQB", "twin"), ("QQA", "nobody")]
    assert pathways.known(clerk, desk, chosen) == {("QQA", "soon"), ("QQA", "gp_scan")}
