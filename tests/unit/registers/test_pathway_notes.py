"""Notes on a pathway: written with their audit row, never over somebody else's words, read whole at every query."""

from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction

from clockstop.answers.scope import Scope
from clockstop.registers.core import actions as core_actions
from clockstop.registers.core.models import Change
from clockstop.registers.pathway_notes import actions, reading
from clockstop.registers.pathway_notes.models import PathwayNote


def scope(*trusts):
    return Scope(trusts=frozenset(trusts), may_see_patients=frozenset(trusts), user="pat", role="service_manager")


@pytest.fixture
def pat(db):
    return get_user_model().objects.create_user(username="pat")


@pytest.fixture
def sam(db):
    return get_user_model().objects.create_user(username="sam")


def change(by, pathway="P1", trust="AAA", version=None, **changes):
    return actions.change_note(trust=trust, patient_pathway_identifier=pathway, by=by, changes=changes, version=version)


def test_a_change_leaves_who_when_what_before_and_after(pat):
    change(pat, owner="ENT lead")
    change(pat, owner="Booking team A")
    last, first = Change.objects.all()
    assert (first.by, first.by_name, first.what, first.trust, first.record_key) == (pat, "pat", "change", "AAA", "P1")
    assert first.before is None
    assert first.after["owner"] == "ENT lead"
    assert (last.before["owner"], last.after["owner"]) == ("ENT lead", "Booking team A")
    assert last.at >= first.at


@pytest.fixture
def broken_audit(monkeypatch):
    """An audit table that refuses every row, as a full disk would."""

    def refuse(*args, **kwargs):
        raise OSError("no space left")

    monkeypatch.setattr(Change, "save", refuse)


@pytest.mark.usefixtures("broken_audit")
def test_nothing_is_kept_if_the_audit_fails(pat):
    with pytest.raises(OSError, match="no space"):
        change(pat, owner="ENT lead")
    assert not PathwayNote.objects.exists()


def test_of_many_all_or_none_are_kept(pat, monkeypatch):
    change(pat, pathway="P2", owner="ENT lead")
    kept = []
    true_save = Change.save

    def refuse_the_second(self, *args, **kwargs):
        kept.append(self.record_key)
        if len(kept) > 1:
            raise OSError("no space left")
        true_save(self, *args, **kwargs)

    monkeypatch.setattr(Change, "save", refuse_the_second)
    with pytest.raises(OSError, match="no space"):
        actions.change_notes(pathways=[("AAA", "P1"), ("AAA", "P2")], by=pat, changes={"owner": "Booking team A"})
    assert list(PathwayNote.objects.values_list("patient_pathway_identifier", "owner")) == [("P2", "ENT lead")]


@pytest.mark.django_db(transaction=True)
def test_an_audit_row_outside_a_transaction_is_refused():
    pat = get_user_model().objects.create_user(username="pat")
    with pytest.raises(AssertionError, match="transaction"):
        core_actions.record_change(by=pat, what="change", record="x", record_key="1", before=None, after=None)


def test_two_people_do_not_overwrite_each_other(pat, sam):
    seen = change(pat, comment="Rang, no answer").version
    change(sam, version=seen, comment="Rang back")
    with pytest.raises(actions.EditedMeanwhile, match="sam has changed this note"):
        change(pat, version=seen, comment="Letter sent")
    assert PathwayNote.objects.get().comment == "Rang back"


def test_a_note_that_was_not_there_when_shown_is_not_overwritten(pat, sam):
    change(sam, comment="First")
    with pytest.raises(actions.EditedMeanwhile):
        change(pat, version=0, comment="Also first")


def test_saving_what_already_stands_writes_nothing(pat, sam):
    version = change(pat, owner="ENT lead").version
    assert change(sam, owner="ENT lead").version == version
    assert Change.objects.count() == 1


def test_undo_brings_back_what_stood_before_and_is_audited(pat):
    change(pat, owner="ENT lead", next_step="Clinic", next_step_date=date(2026, 11, 24))
    change(pat, owner="", next_step="", next_step_date=None)
    (note,) = actions.undo_last(by=pat)
    note.refresh_from_db()
    assert (note.owner, note.next_step, note.next_step_date) == ("ENT lead", "Clinic", date(2026, 11, 24))
    assert [change.what for change in Change.objects.all()] == ["undo", "change", "change"]


def test_undo_goes_back_step_by_step_until_nothing_is_left(pat):
    change(pat, owner="One")
    change(pat, owner="Two")
    actions.undo_last(by=pat)
    actions.undo_last(by=pat)
    assert PathwayNote.objects.get().owner == ""
    with pytest.raises(actions.NothingToUndo):
        actions.undo_last(by=pat)


def test_a_bulk_change_is_undone_as_one(pat):
    change(pat, pathway="P2", owner="ENT lead")
    actions.change_notes(pathways=[("AAA", "P1"), ("AAA", "P2")], by=pat, changes={"owner": "Booking team A"})
    assert len(actions.undo_last(by=pat)) == 2
    assert dict(PathwayNote.objects.values_list("patient_pathway_identifier", "owner")) == {"P1": "", "P2": "ENT lead"}


def test_nobody_undoes_over_somebody_elses_change(pat, sam):
    change(pat, owner="One")
    change(sam, owner="Two")
    with pytest.raises(actions.EditedMeanwhile):
        actions.undo_last(by=pat)
    assert PathwayNote.objects.get().owner == "Two"


def test_a_date_goes_with_its_next_step(pat):
    note = change(pat, next_step="Clinic", next_step_date=date(2026, 11, 24))
    assert change(pat, next_step="").next_step_date is None
    note.refresh_from_db()
    note.next_step_date = date(2026, 11, 24)
    with pytest.raises(IntegrityError), transaction.atomic():
        note.save()


def test_notes_come_back_as_a_table_within_the_scope(pat):
    change(pat, owner="ENT lead", comment="")
    change(pat, trust="BBB", owner="Other trust")
    table = reading.notes_for(scope("AAA"))
    assert table.column_names == [
        "trust", "patient_pathway_identifier", "owner", "next_step", "next_step_date", "comment", "updated_at", "updated_by",
    ]  # fmt: skip
    (row,) = table.to_pylist()
    assert (row["trust"], row["owner"], row["comment"], row["updated_by"]) == ("AAA", "ENT lead", None, "pat")


def test_a_scope_without_patients_reads_no_note(pat):
    change(pat, owner="ENT lead")
    nobody = Scope(trusts=frozenset({"AAA"}), may_see_patients=frozenset(), user="x", role="executive")
    assert reading.notes_for(nobody).num_rows == 0
    assert reading.note(nobody, "AAA", "P1") is None
    assert reading.history(nobody, "AAA", "P1") == []


@pytest.mark.django_db(transaction=True)
def test_a_note_written_a_second_ago_is_in_the_next_read():
    pat = get_user_model().objects.create_user(username="pat")
    change(pat, pathway="P1", owner="One")
    change(pat, pathway="P2", owner="Two")
    first = reading.notes_for(scope("AAA"))
    assert reading.notes_for(scope("AAA")) is first
    change(pat, pathway="P2", owner="Three")
    change(pat, pathway="P3", owner="Four")
    rows = {row["patient_pathway_identifier"]: row["owner"] for row in reading.notes_for(scope("AAA")).to_pylist()}
    assert rows == {"P1": "One", "P2": "Three", "P3": "Four"}
    assert reading.owners(scope("AAA")) == ["Four", "One", "Three"]


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_is_never_read_again():
    pat = get_user_model().objects.create_user(username="pat")
    change(pat, owner="One")
    reading.notes_for(scope("AAA"))
    with transaction.atomic():
        change(pat, owner="Two")
        assert reading.notes_for(scope("AAA"))["owner"].to_pylist() == ["Two"]
        transaction.set_rollback(True)
    assert reading.notes_for(scope("AAA"))["owner"].to_pylist() == ["One"]
    change(pat, owner="Three")
    assert reading.notes_for(scope("AAA"))["owner"].to_pylist() == ["Three"]


def test_history_tells_each_field_that_changed(pat, sam):
    change(pat, owner="One", comment="Rang")
    change(sam, owner="Two")
    last, first = reading.history(scope("AAA"), "AAA", "P1")
    assert (last.by, last.fields) == ("sam", (("owner", "One", "Two"),))
    assert first.fields == (("owner", "", "One"), ("comment", "", "Rang"))
