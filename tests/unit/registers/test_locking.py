"""Several people save the same record at one instant: one is kept, each other is told by whom, and nothing is half written."""

import sqlite3
import threading
from contextlib import closing
from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, connections

from clockstop.registers.actions.actions import Agreed, Standing, add_action, change_action
from clockstop.registers.core.locking import EditedMeanwhile
from clockstop.registers.core.models import Change
from clockstop.registers.core.place import Place
from clockstop.registers.pathway_notes.actions import change_note
from clockstop.registers.pathway_notes.models import PathwayNote
from clockstop.registers.performance.actions import Figure, Said, write_narrative
from clockstop.registers.trajectories.actions import Course, change_months, start
from clockstop.registers.trajectories.actions import Place as PlanPlace

WRITERS, TODAY, OCTOBER = 4, date(2026, 11, 16), date(2026, 10, 31)
PLAN = PlanPlace(trust="AAA", measure="rtt_within_18_weeks")
COURSE = Course(
    baseline=0.6, baseline_month=date(2026, 9, 30), target=0.7, target_month=date(2026, 12, 31), tolerance=0.01, spread="equal"
)
SEEN = Figure(snapshot_id="2026-11-16.1", numerator=1.0, denominator=2.0, value=0.5)


@pytest.fixture
def shared_database(transactional_db, tmp_path):
    """The database as a site has it: of SQLite a file, since what is in memory lets no two writers wait for each other."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    with closing(sqlite3.connect(tmp_path / "db.sqlite3")) as file:
        connection.connection.backup(file)
    in_memory, name = connections["default"], connections.settings["default"]["NAME"]
    connections.settings["default"]["NAME"] = str(tmp_path / "db.sqlite3")
    connections["default"] = connections.create_connection("default")
    yield
    connections["default"].close()
    connections.settings["default"]["NAME"] = name
    connections["default"] = in_memory


def narrative(by, version):
    said = Said(text=f"{by.username}'s words on {version}")
    return write_narrative(
        place=Place(trust="AAA"), measure="rtt_incomplete", month=OCTOBER, said=said, figure=SEEN, by=by, version=version
    )  # fmt: skip


def note(by, version):
    words = {"comment": f"{by.username}'s words on {version}"}
    return change_note(trust="AAA", patient_pathway_identifier="P1", by=by, changes=words, version=version)


def plan(by, version):
    if not version:
        return start(place=PLAN, course=COURSE, by=by, version=0)
    return change_months(place=PLAN, values={date(2026, 11, 30): 0.61 + by.pk / 1000}, by=by, version=version)


def action(by, version):
    if not version:
        agreed = Agreed(text="Run two lists", owner="Matron", due=date(2026, 11, 30))
        return add_action(place=Place(trust="AAA"), measure="", agreed=agreed, by=by, agreed_on=TODAY)
    pk = Change.objects.filter(record="action").earliest("id").record_key.split()[0]
    return change_action(
        pk=int(pk), trust="AAA", to=Standing(evidence=f"{by.username}'s words on {version}"), by=by, today=TODAY, version=version
    )


def together(write, version, people):
    """What came of it when all of them saved the version that each had seen: who was kept, and what the others were told."""
    ready, kept, told = threading.Barrier(len(people)), [], []

    def run(person):
        ready.wait()
        try:
            write(person, version)
            kept.append(person.username)
        except EditedMeanwhile as error:
            told.append(error.what)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(one,)) for one in people]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return kept, told


@pytest.mark.usefixtures("shared_database")
@pytest.mark.parametrize("write", [narrative, note, plan, action])
def test_of_many_who_save_what_they_all_saw_one_is_kept_and_each_other_is_told_by_whom(write):
    """On SQLite they come one after another, on PostgreSQL together; the rows and the audit are the same."""
    people = [get_user_model().objects.create_user(username=f"writer{number}") for number in range(WRITERS)]
    write(people[0], 0)
    before = Change.objects.count()
    kept, told = together(write, 1, people)
    assert len(kept) == 1
    assert len(told) == WRITERS - 1
    assert all(said.startswith(f"{kept[0]} has changed ") and "/" in said for said in told)
    assert Change.objects.count() == before + 1


@pytest.mark.usefixtures("shared_database")
@pytest.mark.parametrize("write", [narrative, note, plan])
def test_of_many_who_write_the_first_words_one_is_kept(write):
    people = [get_user_model().objects.create_user(username=f"writer{number}") for number in range(WRITERS)]
    kept, told = together(write, 0, people)
    assert (len(kept), len(told), Change.objects.count()) == (1, WRITERS - 1, 1)
    assert PathwayNote.objects.count() <= 1
