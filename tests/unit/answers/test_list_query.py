"""The generic worklist over a table of the two snapshots: whose rows, narrowing, groups, order, notes, rows behind a number."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from ibis import _

from clockstop.answers.list_filters import ListFilters
from clockstop.answers.list_query import is_kept, number_of, worklist, worklist_rows
from clockstop.answers.lists import lists
from clockstop.answers.scope import Scope
from clockstop.answers.worklist import ListColumn, ListFilter, ListGroup, Worklist
from clockstop.errors import UnknownName

LONG = Worklist(
    slug="long_waits",
    title="Who waits longest?",
    name="Long waits",
    family="rtt",
    table="rtt_waits",
    where=_.days_waited >= 20,
    columns=(
        ListColumn(name="days_waited", heading="Waited", kind="weeks"),
        ListColumn(name="priority", heading="Priority", kind="code", titles={"1": "Routine", "2": "Urgent"}),
        ListColumn(name="no_such_column", heading="Nothing"),
    ),
    filters=(
        ListFilter(column="priority", label="Priority"),
        ListFilter(column="days_waited", label="Waited", kind="range", unit="days"),
        ListFilter(column="start_date", label="Started", kind="range"),
        ListFilter(column="is_waiting", label="Waits", kind="truth"),
    ),
    groups=(
        ListGroup(slug="over_18", title="Over 18 weeks", truth=_.days_waited > 126),
        ListGroup(slug="began_before_today", title="Began before today", truth=_.start_date < _.as_of_date),
    ),
    order=("-days_waited",),
)


def asked(**query):
    return ListFilters.from_query(LONG, query)


@pytest.fixture
def page_of(manager, desk, notes):
    """The page of an address, with nothing written unless notes are given."""

    def made(*written, **query):
        return worklist(manager, desk, notes(*written), LONG, asked(**query))

    return made


def pathways(page):
    return [row.patient_pathway_identifier for row in page.rows]


def test_the_list_holds_the_readers_patients_who_are_on_it_in_its_order(page_of):
    page = page_of()
    assert pathways(page) == ["long", "passed", "soon", "lost", "late"]
    assert (page.total, page.every, page.groups) == (5, 5, {"over_18": 2, "began_before_today": 5})
    assert page.rows[0].values == {"days_waited": 400, "priority": "1", "no_such_column": None}


def test_who_may_see_no_patients_gets_none_and_the_whole_group_gets_all(desk, notes, manager):
    every = frozenset({"QQA", "QQB"})
    nobody = Scope(trusts=every, may_see_patients=frozenset(), user="nora", role="viewer")
    assert worklist(nobody, desk, notes(), LONG, asked()).total == 0
    whole = Scope(trusts=every, may_see_patients=every, user="ann", role="analyst")
    assert number_of(whole, desk, LONG) == 7
    assert worklist(manager, desk, notes(), LONG, asked(trust="QQB")).total == 0


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"priority": "1"}, ["long", "passed", "soon", "lost", "late"]),
        ({"priority": "2"}, []),
        ({"days_waited_from": "60", "days_waited_to": "130"}, ["passed", "soon", "lost"]),
        ({"start_date_from": "2026-09-16"}, ["lost", "late"]),
        ({"days_waited_from": "many"}, ["long", "passed", "soon", "lost", "late"]),
        ({"is_waiting": "no"}, []),
        ({"group": "over_18"}, ["long", "passed"]),
        ({"group": "no such group"}, ["long", "passed", "soon", "lost", "late"]),
        ({"division": "Medicine"}, []),
        ({"sort": "patient_pathway_identifier", "direction": "down"}, ["soon", "passed", "lost", "long", "late"]),
        ({"has_next_step": "no"}, ["lost", "late"]),
        ({"search": "LO"}, ["long", "lost"]),
    ],
)
def test_an_address_narrows_and_sorts(page_of, query, expected):
    assert pathways(page_of(**query)) == expected


def test_a_chosen_group_leaves_the_numbers_of_the_others(page_of):
    page = page_of(group="over_18")
    assert (page.total, page.every, page.groups["began_before_today"]) == (2, 5, 5)


def test_a_note_stands_on_its_row_and_answers_a_filter_at_once(page_of):
    written = {"patient_pathway_identifier": "lost", "owner": "Ward 3", "next_step": "Ring"}
    page = page_of(written, owner="Ward 3")
    assert [(row.patient_pathway_identifier, row.next_step) for row in page.rows] == [("lost", "Ring")]
    assert page_of(written).without_next_step == 1


def test_pages_follow_one_another_and_every_row_leaves_with_the_list(manager, desk, notes):
    filters = asked(sort="priority", direction="up").but(page_size=25)
    assert worklist(manager, desk, notes(), LONG, filters.but(page=2)).rows == ()
    taken = worklist_rows(manager, desk, notes(), LONG, filters.but(page=2))
    assert sorted(row.patient_pathway_identifier for row in taken) == ["late", "long", "lost", "passed", "soon"]


def test_the_rows_behind_a_number_are_those_that_the_measure_counts(page_of):
    within = page_of(measure="rtt_within_18_weeks:numerator")
    assert pathways(within) == ["soon", "lost", "late"]
    assert page_of(measure="rtt_within_18_weeks").total == 5
    with pytest.raises(UnknownName):
        page_of(measure="no_such_measure")


def test_a_table_that_the_snapshot_lacks_is_said_to_be_missing(manager, desk):
    missing = Worklist(slug="x", title="x", name="x", family="x", table="no_such_table", columns=())
    assert not is_kept(desk, missing)
    assert number_of(manager, desk, missing) is None


def test_no_filter_takes_a_word_that_every_list_has():
    with pytest.raises(AssertionError, match="trust"):
        Worklist(slug="x", title="x", name="x", family="x", table="x", columns=(), filters=(ListFilter(column="trust", label="x"),))


def test_an_address_says_what_it_was_read_from():
    query = {"priority": "2", "days_waited_from": "60", "group": "over_18", "sort": "days_waited", "direction": "down", "page": "3"}
    assert asked(**query).to_query() == query
    assert asked(nonsense="1", page="x", page_size="7").to_query() == {}


def test_lists_are_found_by_listing_and_have_one_slug_each():
    assert all(one.slug == slug for slug, one in lists().items())


def test_a_list_over_files_is_answered_in_every_thread(desk, manager, notes):
    """A query that was compiled on one connection names files that another does not know."""
    over_files = replace(
        LONG, slug="over_files", table="rtt_clocks", where=None, columns=(), groups=(), filters=(), order=(), breach=None
    )
    filters = ListFilters.from_query(over_files, {})

    def total(written):
        desk.refreshed()
        return worklist(manager, desk, written, over_files, filters).total

    first, second = notes(), notes({"patient_pathway_identifier": "soon", "owner": "Ward 3"})
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as other:
        assert one.submit(total, first).result() == other.submit(total, second).result() == one.submit(total, notes()).result() > 0
