"""Sign-offs of a measure's month and answers on failed records: who may read them, their audit rows, and undo."""

from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction

from clockstop.answers.scope import Scope
from clockstop.registers.core.models import Change
from clockstop.registers.data_quality import actions, reading
from clockstop.registers.data_quality.actions import BadAnswer, Said, Signed
from clockstop.registers.data_quality.models import RecordAnswer, SignOff

OCTOBER, AS_OF = date(2026, 10, 31), date(2026, 11, 15)
RULE = "appointments.outcome"


def signed(**more):
    said = {"trust": "AAA", "measure": "rtt_within_18_weeks", "month": OCTOBER, "numerator": 60.0, "denominator": 100.0}
    return Signed(**said | {"value": 0.6, "mark": {"answers": []}, "snapshot_id": "2026-11-15.1"} | more)


def scope(*trusts, patients=()):
    return Scope(trusts=frozenset(trusts), may_see_patients=frozenset(patients), user="x", role="group_viewer")


@pytest.fixture
def pat(db):
    return get_user_model().objects.create_user(username="pat")


@pytest.fixture
def sam(db):
    return get_user_model().objects.create_user(username="sam")


def test_a_month_is_signed_with_its_figure_and_read_within_the_scope(pat):
    actions.sign(signed=signed(), as_of=AS_OF, by=pat, note=" Checked  against the return ")
    standing = reading.sign_offs(scope("AAA"))["AAA", "rtt_within_18_weeks", OCTOBER]
    assert (standing.by, standing.value, standing.note) == ("pat", 0.6, "Checked against the return")
    assert reading.sign_offs(scope("BBB")) == {}
    change = reading.history(scope("AAA"), "AAA", "rtt_within_18_weeks", OCTOBER)[0]
    assert (change.what, change.by_name, change.after["value"]) == ("sign", "pat", 0.6)
    assert reading.history(scope("BBB"), "AAA", "rtt_within_18_weeks", OCTOBER) == []


def test_a_signature_is_taken_back_and_the_month_can_be_signed_again(pat, sam):
    actions.sign(signed=signed(), as_of=AS_OF, by=pat)
    with pytest.raises(BadAnswer, match="pat has signed"):
        actions.sign(signed=signed(), as_of=AS_OF, by=sam)
    actions.take_back(trust="AAA", measure="rtt_within_18_weeks", month=OCTOBER, by=sam)
    assert reading.sign_offs(scope("AAA")) == {}
    actions.sign(signed=signed(), as_of=AS_OF, by=sam)
    found = reading.history(scope("AAA"), "AAA", "rtt_within_18_weeks", OCTOBER)
    assert [(one.what, one.by_name) for one in found] == [("sign", "sam"), ("take back", "sam"), ("sign", "pat")]
    with pytest.raises(BadAnswer, match="Nobody has signed"):
        actions.take_back(trust="BBB", measure="rtt_within_18_weeks", month=OCTOBER, by=sam)


@pytest.mark.parametrize(
    ("more", "says"), [({"month": date(2026, 11, 1)}, "not over"), ({"value": None}, "Nothing was counted")]
)  # fmt: skip
def test_what_cannot_be_signed(pat, more, says):
    with pytest.raises(BadAnswer, match=says):
        actions.sign(signed=signed(**more), as_of=AS_OF, by=pat)
    assert not Change.objects.exists()


def test_nothing_is_kept_if_the_audit_fails(pat, monkeypatch):
    def fail(**_):
        raise RuntimeError

    monkeypatch.setattr(actions, "record_change", fail)
    with pytest.raises(RuntimeError):
        actions.sign(signed=signed(), as_of=AS_OF, by=pat)
    with pytest.raises(RuntimeError):
        actions.answer(trust="AAA", rule=RULE, records=["1"], said=Said(state="fixed"), by=pat)
    assert not SignOff.objects.exists()
    assert not RecordAnswer.objects.exists()


def test_the_database_holds_one_signature_a_month(pat):
    kept = actions.sign(signed=signed(), as_of=AS_OF, by=pat)
    kept.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        kept.save()


def states(*patients):
    found = reading.answers_for(scope("AAA", "BBB", patients=patients), RULE)
    return {(row["record"], row["state"], row["answered_by"]) for row in found.to_pylist()}


def test_records_are_answered_together_and_read_by_who_may_see_patients(pat):
    assert actions.answer(trust="AAA", rule=RULE, records=["1", "2", "2"], said=Said(state="fixed", note="in PAS"), by=pat) == 2
    assert states("AAA") == {("1", "fixed", "pat"), ("2", "fixed", "pat")}
    assert states("BBB") == set()
    assert actions.answer(trust="AAA", rule=RULE, records=["1"], said=Said(state="fixed", note="in PAS"), by=pat) == 0
    assert Change.objects.count() == 2


def test_the_last_answers_are_taken_back_one_press_at_a_time(pat):
    actions.answer(trust="AAA", rule=RULE, records=["1", "2"], said=Said(state="accepted"), by=pat)
    actions.answer(trust="AAA", rule=RULE, records=["2"], said=Said(state="fixed"), by=pat)
    assert actions.last_trusts(by=pat) == {"AAA"}
    assert actions.undo_answers(by=pat) == 1
    assert states("AAA") == {("1", "accepted", "pat"), ("2", "accepted", "pat")}
    assert actions.undo_answers(by=pat) == 2
    assert states("AAA") == set()
    with pytest.raises(BadAnswer, match="nothing of yours"):
        actions.undo_answers(by=pat)


def test_an_answer_that_somebody_changed_since_is_not_taken_back(pat, sam):
    actions.answer(trust="AAA", rule=RULE, records=["1"], said=Said(state="accepted"), by=pat)
    actions.answer(trust="AAA", rule=RULE, records=["1"], said=Said(state="fixed"), by=sam)
    with pytest.raises(BadAnswer, match="answered one of these records since"):
        actions.undo_answers(by=pat)
    assert states("AAA") == {("1", "fixed", "sam")}
    assert actions.last_trusts(by=get_user_model().objects.create_user(username="kim")) == set()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"said": Said(state="ignored")}, "fixed at source, or accepted"),
        ({"records": []}, "No record"),
        ({"said": Said(state="fixed", note="x" * 301)}, "at most 300"),
    ],
)
def test_what_cannot_be_said(pat, more, says):
    with pytest.raises(BadAnswer, match=says):
        actions.answer(**{"trust": "AAA", "rule": RULE, "records": ["1"], "said": Said(state="fixed"), "by": pat} | more)
