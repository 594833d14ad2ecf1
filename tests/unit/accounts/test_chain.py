"""A chain of records shows every change, removal, addition, move and cut; and the database refuses them in the first place."""

import pytest
from django.db import DatabaseError, connection, transaction
from typer.testing import CliRunner

from clockstop.accounts import audit, chain, chain_guards, heads
from clockstop.accounts.actions import add_user
from clockstop.accounts.chain import ChainHead
from clockstop.accounts.heads import Head
from clockstop.accounts.models import AccessRecord, ShownPatients
from clockstop.accounts.shown import key_of, keys_of
from clockstop.accounts.verification import verify

pytestmark = pytest.mark.django_db
TABLE = "accounts_accessrecord"


@pytest.fixture
def looks(rf, home):
    """Six looks of one person, the fifth at a list of three patients."""
    request = rf.get("/")
    request.user = add_user(username="pat", password="demo", role_slug="service_manager", trust="AAA", is_demo=True)
    for number in range(1, 7):
        shown = [("AAA", f"P{one}") for one in (7, 8, 9)] if number == 5 else []
        audit.record(request, action=audit.VIEWED, what=f"page_{number}", trust="AAA", rows=number, shown=shown)
    return request


@pytest.fixture
def unguarded(looks):
    """The guards are gone, as after an attack by whoever owns the database."""
    for table in chain_guards.GUARDED:
        chain_guards.unguard(connection, table)
    yield looks
    for table in chain_guards.GUARDED:
        chain_guards.guard(connection, table)


def run(*statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def kinds(**asked):
    return {(fault.kind, fault.sequence) for fault in verify(AccessRecord, **asked).faults if fault.kind != "guard gone"}


def test_rows_that_were_only_added_are_whole(looks):
    verdict = verify(AccessRecord)
    assert (verdict.rows, verdict.faults) == (6, ())
    assert verdict.row_hash == ChainHead.objects.get(pk=TABLE).row_hash


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_accessrecord SET username = 'sam' WHERE sequence = 3",
        "DELETE FROM accounts_accessrecord WHERE sequence = 3",
        "UPDATE accounts_shown_patients SET trust = 'BBB'",
        "DELETE FROM accounts_shown_patients",
    ],
)
def test_the_database_refuses(looks, statement):
    with pytest.raises(DatabaseError, match="added and never changed"), transaction.atomic():
        run(statement)
    assert verify(AccessRecord).is_whole


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="REPLACE is SQLite's alone")
def test_sqlites_replace_is_refused_too(looks):
    columns = ", ".join(field.column for field in AccessRecord._meta.concrete_fields)
    taken = columns.replace("username", "'sam'")
    with pytest.raises(DatabaseError, match="added and never changed"), transaction.atomic():
        run(f"INSERT OR REPLACE INTO {TABLE} ({columns}) SELECT {taken} FROM {TABLE} WHERE sequence = 3")


@pytest.mark.parametrize(("column", "value"), [
    ("username", "'sam'"), ("at", "'2020-01-01 00:00:00+00:00'"), ("rows", "1000"), ("trust", "'BBB'"), ("detail", "'none'"),
    ("action", "'printed'"), ("network_address", "'10.0.0.1'"), ("shown_hash", "''"), ("row_hash", f"'{'1' * 64}'"),
])  # fmt: skip
def test_a_changed_column_shows(unguarded, column, value):
    run(f"UPDATE {TABLE} SET {column} = {value} WHERE sequence = 3")
    assert ("changed", 3) in kinds() or column == "shown_hash"
    run(f"UPDATE {TABLE} SET {column} = {value} WHERE sequence = 5")
    assert ("changed", 5) in kinds()


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (["DELETE FROM {t} WHERE sequence = 3"], {("removed", 3)}),
        (["DELETE FROM {t} WHERE sequence = 3", "UPDATE {t} SET sequence = sequence - 10 WHERE sequence > 3",
          "UPDATE {t} SET sequence = sequence + 9 WHERE sequence < 0"], {("removed", 3), ("cut off", 6)}),
        (["DELETE FROM {t} WHERE sequence IN (1, 2)"], {("removed", 1)}),
        (["DELETE FROM {t} WHERE sequence = 6"], {("cut off", 6)}),
        (["UPDATE {t} SET sequence = -2 WHERE sequence = 2", "UPDATE {t} SET sequence = 2 WHERE sequence = 3",
          "UPDATE {t} SET sequence = 3 WHERE sequence = -2"], {("moved", 2), ("moved", 3), ("moved", 4)}),
        (["DELETE FROM accounts_chain_head"], {("end gone", 6)}),
        (["UPDATE accounts_chain_head SET sequence = 4"], {("added", 5), ("rewritten", 4)}),
        (["UPDATE accounts_shown_patients SET keys = {other}"], {("changed", 5)}),
    ],
)  # fmt: skip
def test_what_was_done_is_told(unguarded, statements, expected):
    other = "'\\x6161616161616161'::bytea" if connection.vendor == "postgresql" else "x'6161616161616161'"
    run("DELETE FROM accounts_shown_patients" if "keys" not in statements[0] else "SELECT 1")
    known = {("removed", 5)} if "keys" not in statements[0] else set()
    run(*(statement.format(t=TABLE, other=other) for statement in statements))
    assert expected <= kinds()
    assert kinds() <= expected | known | {("removed", 4)}


def test_a_row_that_was_slipped_in_shows_where_it_follows_a_row_that_another_follows(unguarded):
    third, fourth = AccessRecord.objects.get(sequence=3), AccessRecord.objects.get(sequence=4)
    run(
        f"UPDATE {TABLE} SET sequence = sequence + 100 WHERE sequence > 3",
        f"UPDATE {TABLE} SET sequence = sequence - 99 WHERE sequence > 100",
    )
    forged = AccessRecord(
        **{name: getattr(third, name) for name in chain.content_of(AccessRecord, 1)}, sequence=4, previous_hash=third.row_hash
    )
    forged.username = "sam"
    names = chain.content_of(AccessRecord, 1)
    forged.row_hash = chain.hash_of(third.row_hash, 1, names, [getattr(forged, name) for name in names])
    forged.save(force_insert=True)
    assert ("added", 5) in kinds()
    assert fourth.previous_hash == third.row_hash


def test_a_chain_written_anew_from_a_row_on_shows_against_an_end_that_was_kept(unguarded):
    head = ChainHead.objects.get(pk=TABLE)
    kept = Head(TABLE, head.sequence, head.row_hash, "kept")
    names, previous = chain.content_of(AccessRecord, 1), ""
    for row in AccessRecord.objects.order_by("sequence"):
        previous = previous or row.previous_hash
        row.username = "sam"
        row.previous_hash, row.row_hash = previous, chain.hash_of(previous, 1, names, [getattr(row, name) for name in names])
        previous = row.row_hash
        row.save()
    ChainHead.objects.filter(pk=TABLE).update(row_hash=previous)
    assert kinds() == set(), "whoever owns the database can write it anew, and only what was kept elsewhere tells"
    assert kinds(heads=[kept]) == {("rewritten", 6)}


def test_a_tail_cut_off_together_with_its_end_shows_against_an_end_that_was_kept(unguarded):
    head = ChainHead.objects.get(pk=TABLE)
    fourth = AccessRecord.objects.get(sequence=4)
    run("DELETE FROM accounts_shown_patients", f"DELETE FROM {TABLE} WHERE sequence > 4")
    ChainHead.objects.filter(pk=TABLE).update(sequence=4, row_hash=fourth.row_hash)
    assert kinds() == set()
    assert kinds(heads=[Head(TABLE, head.sequence, head.row_hash)]) == {("cut off", 5)}


def test_missing_guards_are_told(unguarded):
    assert [fault.kind for fault in verify(AccessRecord).faults] == ["guard gone", "guard gone"]


def test_the_command_says_whole_with_0_and_broken_with_1(unguarded, monkeypatch):
    from clockstop.cli import audit as command

    monkeypatch.setattr(command, "_chains", lambda: [AccessRecord])
    printed = CliRunner().invoke(command.app, ["head"])
    for table in chain_guards.GUARDED:
        chain_guards.guard(connection, table)
    whole = CliRunner().invoke(command.app, ["verify", "--head", printed.stdout.strip()])
    assert (whole.exit_code, "whole" in whole.stdout) == (0, True), whole.output
    assert heads.kept()[-1].row_hash == ChainHead.objects.get(pk=TABLE).row_hash
    chain_guards.unguard(connection, TABLE)
    run(f"UPDATE {TABLE} SET rows = 9 WHERE sequence = 2")
    broken = CliRunner().invoke(command.app, ["verify"])
    assert broken.exit_code == 1
    assert "changed: row 2" in broken.stdout


def test_a_record_that_cannot_be_written_shows_nothing(looks, monkeypatch):
    def refuse(rows):
        raise DatabaseError("database is locked")

    monkeypatch.setattr(chain, "append", refuse)
    with pytest.raises(audit.NotRecorded, match="nothing is shown") as raised:
        audit.record(looks, action=audit.VIEWED, what="show_pathway", trust="AAA")
    assert "locked" not in str(raised.value)


def test_a_user_can_be_removed_and_every_row_stays_as_it_is(looks):
    looks.user.delete()
    assert verify(AccessRecord).is_whole
    assert set(AccessRecord.objects.values_list("username", flat=True)) == {"pat"}


def test_patients_of_several_trusts_are_recorded_each_with_their_own_trust(looks):
    audit.record(looks, action=audit.EXPORTED, what="list_pathways", rows=3, shown=[("AAA", "P1"), ("BBB", "P1"), ("BBB", "P2")])
    last = list(AccessRecord.objects.order_by("-sequence")[:2])
    assert {(one.trust, one.rows) for one in last} == {("AAA", 1), ("BBB", 2)}
    keys = bytes(ShownPatients.objects.get(record__trust="BBB").keys)
    assert keys == b"".join(sorted((key_of("BBB", "P1"), key_of("BBB", "P2"))))


def test_rows_without_a_pathway_count_and_have_no_key():
    assert keys_of("AAA", ["P1", None, "", "P1"]) == key_of("AAA", "P1")
