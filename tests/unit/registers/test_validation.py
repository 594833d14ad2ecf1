"""Outcomes: given by those who may, with their audit row; taken back once; claims that lapse; hours that end."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.utils import timezone

from clockstop.accounts.models import Membership
from clockstop.answers.scope import Scope
from clockstop.errors import NotAllowed
from clockstop.registers.core.models import Change
from clockstop.registers.validation import actions, claims, reading
from clockstop.registers.validation.actions import Said, Seen
from clockstop.registers.validation.models import ValidationClaim, ValidationHour, ValidationOutcome

SEEN = Seen(
    trust="AAA", patient_pathway_identifier="P1", start_date=date(2026, 1, 5), period_number=1, snapshot_id="2026-03-01.1",
    as_of_date=date(2026, 3, 1), days_waited=55, evidence_signature="a" * 32, flags=("treatment_given",), service="120",
)  # fmt: skip
KEY = SEEN.key
COPIED = (
    "trust", "patient_pathway_identifier", "start_date", "period_number", "snapshot_id", "as_of_date", "days_waited",
    "evidence_signature",
)  # fmt: skip
TREATED = Said(code="stop_treated", right_date=date(2026, 2, 2), note="Letter of 3 February")


def scope(*trusts):
    return Scope(trusts=frozenset(trusts), may_see_patients=frozenset(trusts), user="pat", role="validation_clerk")


def person(name, role="validation_clerk", trust="AAA"):
    made = get_user_model().objects.create_user(username=name)
    Membership.objects.create(user=made, trust=trust, role=role)
    return made


@pytest.fixture
def pat(db):
    return person("pat")


@pytest.fixture
def sam(db):
    return person("sam")


def test_an_outcome_keeps_what_was_seen_and_its_audit_row(pat):
    given = actions.record_outcome(by=pat, seen=SEEN, said=TREATED, team="A", seconds=40)
    [row] = reading.outcomes_for(scope("AAA")).to_pylist()
    assert (row["code"], row["right_date"], row["flags"], row["source"]) == (
        "stop_treated", date(2026, 2, 2), ["treatment_given"], "desk",
    )  # fmt: skip
    assert (row["by_name"], row["team"], row["seconds"], row["snapshot_id"]) == ("pat", "A", 40, "2026-03-01.1")
    [change] = Change.objects.all()
    assert (change.by, change.what, change.record_key, change.trust) == (pat, "outcome", "P1", "AAA")
    assert change.after["right_date"] == "2026-02-02"
    assert given.is_change


def test_nothing_is_kept_if_the_audit_fails(pat, monkeypatch):
    def refuse(*args, **kwargs):
        raise OSError("no space left")

    monkeypatch.setattr(Change, "save", refuse)
    with pytest.raises(OSError, match="no space"):
        actions.record_outcome(by=pat, seen=SEEN, said=TREATED)
    assert not ValidationOutcome.objects.exists()


@pytest.mark.parametrize("role", ["group_viewer", "group_operations_director"])
def test_who_does_not_validate_gives_no_outcome(db, role):
    viewer = person("viewer", role, "*")
    with pytest.raises(NotAllowed, match="may not give outcomes"):
        actions.record_outcome(by=viewer, seen=SEEN, said=TREATED)


def test_a_clerk_of_another_trust_gives_no_outcome(db):
    with pytest.raises(NotAllowed, match="Trust AAA"):
        actions.record_outcome(by=person("kim", trust="BBB"), seen=SEEN, said=TREATED)


def test_what_is_missing_is_said_by_field(pat):
    with pytest.raises(actions.WrongFinding) as refused:
        actions.record_outcome(by=pat, seen=SEEN, said=Said(code="duplicate"))
    assert refused.value.faults == {"other_pathway": "Say which pathway stays"}


def test_an_outcome_is_not_given_over_one_that_came_meanwhile(pat, sam):
    first = actions.record_outcome(by=sam, seen=SEEN, said=TREATED)
    with pytest.raises(actions.AnsweredMeanwhile, match="sam has given an outcome"):
        actions.record_outcome(by=pat, seen=SEEN, said=Said(code="clock_right"))
    second = actions.record_outcome(by=pat, seen=replace(SEEN, last_outcome=first.pk), said=Said(code="clock_right"))
    assert reading.latest(reading.outcomes_for(scope("AAA")))["outcome"].to_pylist() == [second.pk]


def test_the_next_clock_of_a_pathway_is_not_answered_by_the_outcome_on_the_last(pat):
    actions.record_outcome(by=pat, seen=SEEN, said=TREATED)
    later = replace(SEEN, start_date=date(2026, 2, 20), period_number=2)
    actions.record_outcome(by=pat, seen=later, said=Said(code="clock_right"))
    assert reading.latest(reading.outcomes_for(scope("AAA")))["code"].to_pylist() == ["stop_treated", "clock_right"]


def test_undo_takes_back_ones_own_last_outcome_and_says_so(pat, sam):
    actions.record_outcome(by=pat, seen=SEEN, said=TREATED)
    actions.record_outcome(by=sam, seen=replace(SEEN, patient_pathway_identifier="P2"), said=TREATED)
    before = reading.outcomes_for(scope("AAA"))
    undone = actions.undo_last(by=pat, trusts=["AAA"])
    assert (undone.patient_pathway_identifier, undone.undone_by_name) == ("P1", "pat")
    assert before.num_rows == 2
    assert reading.outcomes_for(scope("AAA"))["by_name"].to_pylist() == ["sam"]
    last, *_others, first = Change.objects.all()
    assert (last.what, last.undoes) == ("undo", first.batch)
    with pytest.raises(actions.NoOutcomeToUndo):
        actions.undo_last(by=pat, trusts=["AAA"])


def test_an_outcome_is_taken_back_once(pat, sam):
    given = actions.record_outcome(by=pat, seen=SEEN, said=TREATED)
    actions.undo_outcome(by=sam, outcome=given)
    with pytest.raises(actions.NoOutcomeToUndo, match="sam has taken"):
        actions.undo_outcome(by=pat, outcome=given)


def test_outcomes_are_seen_within_the_scope_alone(pat):
    actions.record_outcome(by=pat, seen=SEEN, said=TREATED)
    assert reading.outcomes_for(scope("BBB")).num_rows == 0
    assert reading.history(scope("BBB"), "AAA", "P1") == []
    assert len(reading.history(scope("AAA"), "AAA", "P1")) == 1


def test_the_database_refuses_a_treatment_without_its_day(pat):
    given = actions.record_outcome(by=pat, seen=SEEN, said=TREATED)
    given.right_date = None
    with pytest.raises(IntegrityError, match="an_outcome_has_its_day"), transaction.atomic():
        given.save()


def test_two_people_do_not_hold_one_row_and_a_claim_lapses(pat, sam):
    assert claims.claim(by=pat, key=KEY) == ""
    assert claims.claim(by=sam, key=KEY) == "pat"
    assert claims.claimed(by=sam, trusts=["AAA"]) == {KEY: "pat"}
    assert claims.claimed(by=pat, trusts=["AAA"]) == {}
    ValidationClaim.objects.update(at=timezone.now() - timedelta(minutes=claims.CLAIM_MINUTES, seconds=1))
    assert claims.claimed(by=sam, trusts=["AAA"]) == {}
    assert claims.claim(by=sam, key=KEY) == ""


def test_the_next_row_lets_go_of_the_last(pat, sam):
    claims.claim(by=pat, key=KEY)
    claims.claim(by=pat, key=("AAA", "P2", KEY[2]))
    assert list(claims.claimed(by=sam, trusts=["AAA"])) == [("AAA", "P2", KEY[2])]
    claims.release(by=pat, trust="AAA")
    assert claims.claimed(by=sam, trusts=["AAA"]) == {}


def test_an_hour_runs_out_and_a_new_one_ends_the_last(pat):
    first = actions.start_hour(by=pat, trust="AAA", team="A", expected=(24, 33))
    actions.skip(hour=first, key=KEY)
    actions.skip(hour=first, key=KEY)
    first.refresh_from_db()
    assert first.skipped == [["AAA", "P1", "2026-01-05"]]
    second = actions.start_hour(by=pat, trust="AAA")
    assert actions.hour_under_way(pat, "AAA") == second
    ValidationHour.objects.filter(pk=second.pk).update(started_at=timezone.now() - timedelta(minutes=61))
    assert actions.hour_under_way(pat, "AAA") is None


def test_made_up_outcomes_are_added_once_and_are_not_undone_with_z(pat):
    row = ValidationOutcome(
        **{name: getattr(SEEN, name) for name in COPIED},
        code="clock_right", is_made_up=True, at=timezone.now(), by=pat, by_name="pat",
    )  # fmt: skip
    assert actions.add_made_up([row], by=pat) == 1
    row.pk = None
    assert actions.add_made_up([row], by=pat) == 0
    with pytest.raises(actions.NoOutcomeToUndo):
        actions.undo_last(by=pat, trusts=["AAA"])
