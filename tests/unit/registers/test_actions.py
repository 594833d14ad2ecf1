"""Actions: of what they come, who sees those about a patient, many at once or none, taken back, and kept when their table moved."""

from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from clockstop.answers.scope import Scope
from clockstop.registers.actions import actions, reading
from clockstop.registers.actions.actions import Agreed, NothingToUndo, Origin, Standing, ToChange
from clockstop.registers.actions.models import MEETING, REVIEW, AgreedAction, MovedDue
from clockstop.registers.core.locking import EditedMeanwhile
from clockstop.registers.core.models import Change
from clockstop.registers.core.place import Place
from clockstop.registers.core.writing import NotKept

WHOLE, TODAY = Place(trust="AAA"), date(2026, 11, 16)


def scope(*trusts):
    return Scope(trusts=frozenset(trusts), may_see_patients=frozenset(), user="x", role="group_viewer")


@pytest.fixture
def pat(db):
    return get_user_model().objects.create_user(username="pat", first_name="Pat", last_name="Example")


@pytest.fixture
def sam(db):
    return get_user_model().objects.create_user(username="sam")


def agree(by, text="Run two lists", owner="Endoscopy matron", *, due=date(2026, 11, 30), place=WHOLE, **origin):
    agreed = Agreed(text=text, owner=owner, due=due)
    return actions.add_action(
        place=place, measure="", agreed=agreed, by=by, agreed_on=date(2026, 11, 2), origin=Origin(**origin) if origin else None
    )


def change(by, *pairs, version=None):
    return actions.change_actions(
        changes=[ToChange(pk=one.pk, trust="AAA", to=to, version=version) for one, to in pairs], by=by, today=TODAY
    )


def test_an_action_says_of_what_it_comes_and_the_audit_says_so_too(pat):
    kept = agree(pat, source=REVIEW, source_key="2026-10")
    agree(pat, source=MEETING, source_key="7")
    found = reading.action(scope("AAA"), kept.pk)
    assert (found.pk, found.source, kept.source_key) == (kept.pk, REVIEW, "2026-10")
    assert Change.objects.get(record_key__startswith=f"{kept.pk} ").after["source_key"] == "2026-10"
    with pytest.raises(NotKept, match="origin"):
        agree(pat, source="dream", source_key="1")
    with pytest.raises(IntegrityError), transaction.atomic():
        AgreedAction.objects.filter(pk=kept.pk).update(source_key="")


def test_one_about_a_patient_stands_on_no_review_and_is_hidden_from_who_sees_no_patient(pat):
    kept = agree(pat, text="Ring the patient", pathway="P1")
    assert reading.agreed_actions(scope("AAA"), WHOLE, today=TODAY) == ()
    assert reading.action(scope("AAA"), kept.pk) is None
    assert reading.of_people(scope("AAA"), None, None) == ()
    assert reading.about(scope("AAA"), None, "AAA", "P1") == ()


def test_an_owner_is_found_by_account_by_name_and_by_the_names_that_they_gave_themselves(pat, sam):
    mine = {agree(sam, owner=name).pk for name in ("pat", "PAT EXAMPLE", "Booking team")}
    agree(sam, owner="Somebody else")
    actions.name_oneself(by=pat, names=["Booking team", " ", "Booking team"])
    assert reading.work_names(pat) == ("Booking team",)
    assert {one.pk for one in reading.of_people(scope("AAA"), None, reading.names_of(pat))} == mine
    assert reading.of_people(scope("BBB"), None, reading.names_of(pat)) == ()
    actions.name_oneself(by=pat, names=[])
    assert Change.objects.filter(record="work_names").count() == 2


def test_many_are_changed_together_or_none(pat, sam):
    first, second = agree(pat), agree(pat, "Open a clinic")
    with pytest.raises(NotKept, match="evidence"):
        change(pat, (first, Standing(owner="Sam")), (second, Standing(status="complete")))
    assert set(AgreedAction.objects.values_list("owner", flat=True)) == {"Endoscopy matron"}
    with pytest.raises(EditedMeanwhile):
        change(pat, (first, Standing(owner="Sam")), (second, Standing(owner="Sam")), version=2)
    change(pat, (first, Standing(owner="Sam")), (second, Standing(owner="Sam")))
    assert Change.objects.filter(what="change").values("batch").distinct().count() == 1


def test_the_last_change_is_taken_back_once_and_only_by_who_made_it(pat, sam):
    first, second = agree(pat), agree(pat, "Open a clinic")
    late = Standing(due=date(2026, 12, 7), due_because="The room is not ready")
    change(pat, (first, late), (second, late))
    with pytest.raises(NothingToUndo):
        actions.undo_last(by=sam)
    assert len(actions.undo_last(by=pat)) == 2
    assert set(AgreedAction.objects.values_list("due", flat=True)) == {date(2026, 11, 30)}
    assert list(MovedDue.objects.filter(action=first).values_list("because", flat=True)) == [
        "The room is not ready",
        actions.TAKEN_BACK,
    ]
    with pytest.raises(NothingToUndo):
        actions.undo_last(by=pat)
    assert [one.what for one in reading.history(reading.action(scope("AAA"), first.pk))] == ["undo", "change", "agree"]


def test_what_somebody_changed_since_is_not_taken_back(pat, sam):
    kept = agree(pat)
    change(pat, (kept, Standing(owner="Sam")))
    change(sam, (kept, Standing(owner="Kim")))
    with pytest.raises(EditedMeanwhile, match="sam has changed"):
        actions.undo_last(by=pat)
    assert AgreedAction.objects.get().owner == "Kim"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_actions_that_stood_in_the_reviews_register_are_all_kept_when_their_table_moves():
    """The rows, the moves of their days and the rules of the table; a site that is upgraded loses nothing."""
    before, after = (
        [("performance", "0001_initial"), ("actions", None)],
        [("actions", "0002_links"), ("performance", "0002_actions_leave")],
    )
    executor = MigrationExecutor(connection)
    executor.migrate(before)
    try:
        old = executor.loader.project_state([before[0]]).apps
        at = {"at": "2026-11-02T10:00:00Z", "by_name": "pat"}
        row = {"trust": "AAA", "division": "Surgery", "text": "Run two lists", "owner": "Matron", "due": date(2026, 12, 7)}
        kept = old.get_model("performance", "AgreedAction").objects.create(
            **row, original_due=date(2026, 11, 30), agreed_on=date(2026, 11, 2), **at
        )
        old.get_model("performance", "MovedDue").objects.create(
            action=kept, was=date(2026, 11, 30), due=date(2026, 12, 7), because="Later", **at
        )
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(after)
    found = AgreedAction.objects.get()
    assert (found.pk, found.text, found.source, found.moves.get().because) == (kept.pk, "Run two lists", "", "Later")
    with pytest.raises(IntegrityError), transaction.atomic():
        AgreedAction.objects.update(status="complete")
