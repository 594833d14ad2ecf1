"""The list: narrowed, ordered, paged, joined with notes that were written a second ago, and compared with last week's."""

from datetime import date, timedelta

import pytest

from clockstop.answers import worklists
from clockstop.answers.ptl_filters import NO_OWNER, SORTS, PtlFilters


def pathways(found):
    return [row.patient_pathway_identifier for row in found.rows]


def test_those_without_a_next_step_come_first_then_the_next_to_breach(desk, manager, notes):
    found = worklists.ptl(manager, desk, notes(), PtlFilters())
    assert pathways(found) == ["lost", "late", "long", "passed", "soon", "fresh"]
    counts = (found.total, found.without_next_step, found.over_18_weeks, found.over_52_weeks, found.breach_in_4_weeks)
    assert counts == (6, 2, 2, 1, 1)
    assert (found.as_of, found.pages, found.rows[2].weeks_waited, found.rows[2].odd_days) == (date(2026, 11, 15), 1, 57, 1)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"service": "C_300"}, []),
        ({"priority": "2"}, ["fresh"]),
        ({"consultant": "C9"}, ["late"]),
        ({"weeks_from": 18}, ["long", "passed"]),
        ({"weeks_from": 18, "weeks_to": 52}, ["passed"]),
        ({"breach_of": 52}, ["long"]),
        ({"breach_of": 18, "breach_from": -7, "breach_to": 28}, ["passed", "soon"]),
        ({"will_breach_by": date(2026, 11, 21)}, ["long", "passed"]),
        ({"will_breach_by": date(2026, 11, 22)}, ["long", "passed", "soon"]),
        ({"has_next_step": "no"}, ["late", "lost"]),
        ({"search": "HLO"}, ["long", "lost"]),
        ({"admitted": True}, []),
        ({"measure": "rtt_over_52_weeks:numerator"}, ["long"]),
        ({"measure": "rtt_breach_in_4_weeks:numerator"}, ["soon"]),
        ({"measure": "rtt_no_next_step:numerator"}, ["late", "lost"]),
    ],
)
def test_each_filter_leaves_its_rows(desk, manager, notes, asked, expected):
    assert sorted(pathways(worklists.ptl(manager, desk, notes(), PtlFilters(**asked)))) == expected


def test_a_note_written_a_second_ago_is_found_by_its_owner_and_its_words(desk, manager, notes):
    """The same question is compiled once; what is lent to it is read afresh."""
    asked = PtlFilters(owner="sam")
    assert worklists.ptl(manager, desk, notes(), asked).total == 0
    written = notes({"patient_pathway_identifier": "lost", "owner": "sam", "comment": "Rang the GP", "next_step": "chase"})
    assert pathways(worklists.ptl(manager, desk, written, asked)) == ["lost"]
    assert pathways(worklists.ptl(manager, desk, written, PtlFilters(text="rang the"))) == ["lost"]
    assert pathways(worklists.ptl(manager, desk, written, PtlFilters(is_noted=True))) == ["lost"]
    assert worklists.ptl(manager, desk, written, PtlFilters(owner=NO_OWNER)).total == 5
    assert worklists.ptl(manager, desk, written, PtlFilters()).without_next_step == 1


def test_a_written_step_whose_day_has_passed_is_overdue_and_no_next_step(desk, manager, notes):
    day = desk.as_of
    written = notes(
        {"patient_pathway_identifier": "lost", "next_step": "chase", "next_step_date": day - timedelta(days=1)},
        {"patient_pathway_identifier": "late", "next_step": "ring", "next_step_date": day},  # until its day ends it is still a step
        {"patient_pathway_identifier": "soon", "next_step": "ring", "next_step_date": day - timedelta(days=9)},  # is booked as well
    )
    stand = {
        step: sorted(pathways(worklists.ptl(manager, desk, written, PtlFilters(has_next_step=step))))
        for step in ("yes", "no", "overdue")
    }
    found = worklists.ptl(manager, desk, written, PtlFilters())
    assert (stand["overdue"], stand["no"]) == (["lost"], [])
    assert sorted(name for names in stand.values() for name in names) == sorted(
        pathways(worklists.ptl(manager, desk, written, PtlFilters()))
    )
    found = worklists.ptl(manager, desk, written, PtlFilters())
    assert (found.without_next_step, found.next_step_overdue, pathways(found)[0]) == (0, 1, "lost")
    undated = notes({"patient_pathway_identifier": "lost", "next_step": "chase"})
    assert pathways(worklists.ptl(manager, desk, undated, PtlFilters(has_next_step="overdue"))) == []


def test_a_note_on_a_pathway_of_the_same_name_in_another_trust_is_not_shown(desk, manager, notes):
    other = notes({"trust": "QQB", "patient_pathway_identifier": "soon", "owner": "sam"})
    assert worklists.ptl(manager, desk, other, PtlFilters(owner="sam")).total == 0


@pytest.mark.parametrize("sort", SORTS)
def test_every_column_sorts_both_ways_and_pages_never_repeat_a_row(desk, manager, notes, sort):
    up = worklists.ptl_rows(manager, desk, notes(), PtlFilters(sort=sort))
    down = worklists.ptl_rows(manager, desk, notes(), PtlFilters(sort=sort, direction="down"))
    assert len(up) == len(down) == 6
    pages = [worklists.ptl(manager, desk, notes(), PtlFilters(sort=sort, page=page, page_size=2)) for page in (1, 2, 3)]
    assert [name for page in pages for name in pathways(page)] == [row.patient_pathway_identifier for row in up]


def test_what_changed_since_last_week_and_who_it_was(desk, manager, notes):
    found = worklists.changes(manager, desk, {"trust": "QQA"})
    assert (found.previous_as_of, found.previous_id) == (date(2026, 11, 8), "2026-11-08.1")
    assert {kind.kind: kind.number for kind in found.kinds} == {
        "joined": 1,
        "stopped": 1,
        "passed_18": 1,
        "lost_next_step": 1,
        "came_back": 1,
    }
    listed = {kind.kind: pathways(worklists.ptl(manager, desk, notes(), kind.filters)) for kind in found.kinds}
    assert listed == {
        "joined": ["fresh"],
        "stopped": ["gone"],
        "passed_18": ["passed"],
        "lost_next_step": ["lost"],
        "came_back": ["late"],
    }


def test_the_first_snapshot_has_nothing_to_compare_with(manager, two_snapshots):
    from clockstop.answers.desk import Desk

    first = Desk(two_snapshots, snapshot_id="2026-11-08.1").refreshed()
    assert worklists.changes(manager, first, {}).kinds == ()
