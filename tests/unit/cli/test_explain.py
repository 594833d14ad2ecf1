"""`clockstop explain` prints every clock of the patient, each with its events, its rules and its limit."""

from datetime import date

from clockstop.answers.lanes import Lane
from clockstop.answers.turns import Clock, Turn
from clockstop.cli.explain import _lane

DAY = date(2026, 11, 1)


def lane(**more):
    turn = Turn(DAY, 1, "dna", "Missed the scan", "DM-R03", "A missed scan starts the wait again.", "close 3, open", 0)
    parts = {"end_status": "", "is_nullified": False, "days_waited": 14, "start_rule": "", "end_rule": "", "start_sentence": ""}
    clock = Clock(2, DAY, None, breach_date=date(2026, 12, 12), end_sentence="", **parts)
    about = {"clock": "diagnostic", "title": "Diagnostic test", "name": "MRI", "within_days": 41, "source": "diagnostic_events"}
    return Lane(**about | {"patient_pathway_identifier": "P1", "clocks": (clock,), "turns": (turn,)} | more)


def test_another_clock_stands_under_its_name_with_its_turns_and_its_limit():
    said = _lane(lane())
    assert said[1] == "Diagnostic test, MRI"
    assert " ".join(said[2].split()) == "2026-11-01 Missed the scan day 0 DM-R03 A missed scan starts the wait again."
    assert said[3] == "Clock 2: from 2026-11-01, still running, 14 days, limit 2026-12-12"


def test_a_clock_of_another_pathway_says_whose_it_is():
    assert _lane(lane(is_other=True, patient_pathway_identifier="P2"))[1] == "Diagnostic test, MRI, pathway P2 of the same patient"
