"""What a scope lets through: nothing of a trust outside it, whichever question is asked."""

import pytest

from clockstop.answers import board, organisation, pathways, series, source_rows, worklists
from clockstop.answers.ptl_filters import PtlFilters
from clockstop.answers.scope import Scope
from clockstop.errors import NotAllowed

NOBODY = Scope(trusts=frozenset(), may_see_patients=frozenset({"QQA", "QQB"}), user="x", role="none")
ALONE = Scope(trusts=frozenset({"QQA"}), may_see_patients=frozenset({"QQA"}), user="x", role="service_manager")


def test_patients_are_seen_only_within_the_trusts_of_the_scope(desk, manager, notes):
    assert {row.trust for row in worklists.ptl(manager, desk, notes(), PtlFilters(page_size=250)).rows} == {"QQA"}
    assert worklists.ptl(manager, desk, notes(), PtlFilters(trust="QQB")).total == 0
    assert worklists.ptl(NOBODY, desk, notes(), PtlFilters()).total == 0
    assert worklists.ptl_rows(NOBODY, desk, notes(), PtlFilters()) == []


def test_a_compiled_query_of_one_reader_is_never_run_for_another(desk, manager, notes):
    every = Scope(frozenset({"QQA", "QQB"}), frozenset({"QQA", "QQB"}), "kim", "analyst")
    assert worklists.ptl(every, desk, notes(), PtlFilters()).total == 9
    assert worklists.ptl(manager, desk, notes(), PtlFilters()).total == 6


def test_single_pathways_of_another_trust_are_refused_or_not_found(desk, manager):
    for asked in (pathways.pathway, source_rows.source_rows):
        with pytest.raises(NotAllowed):
            asked(manager, desk, "QQB", "other")
    assert pathways.find(manager, desk, "other") == ()
    assert pathways.known(manager, desk, [("QQB", "other"), ("QQA", "soon")]) == {("QQA", "soon")}


def test_changes_count_only_patients_of_the_scope(desk, manager):
    assert sum(kind.number for kind in worklists.changes(NOBODY, desk, {}).kinds) == 0
    assert all(kind.filters.trust == "QQB" and not kind.number for kind in worklists.changes(manager, desk, {"trust": "QQB"}).kinds)


def test_figures_of_a_trust_outside_the_scope_are_refused_and_not_summed_in(desk):
    with pytest.raises(NotAllowed):
        series.series(ALONE, desk, "rtt_incomplete", period_kind="now", where={"trust": "QQB"})
    assert series.series(ALONE, desk, "rtt_incomplete", period_kind="now", where={})[0].latest.value == 6
    assert [trust.code for trust in organisation.tree(ALONE, desk)] == ["QQA"]
    assert {row.code for row in board.overview(ALONE, desk, {}).rows} == {"", "QQA"}


def test_small_numbers_of_another_trust_are_withheld_and_so_is_the_total_that_would_give_them_away(desk, manager):
    """Three wait at QQB: neither its figure, nor the sum of both trusts, nor its one service may be shown."""
    by_trust = series.series(manager, desk, "rtt_incomplete", period_kind="now", where={}, by="trust")
    assert {one.key: one.points[-1].value for one in by_trust} == {"QQA": 6, "QQB": None}
    assert by_trust[1].points[-1].is_hidden
    for asked in ({"where": {}}, {"where": {"trust": "QQB"}}):
        assert series.series(manager, desk, "rtt_incomplete", period_kind="now", **asked)[0].points[-1].is_hidden
    by_service = series.series(manager, desk, "rtt_incomplete", period_kind="now", where={}, by="service")
    assert {one.key: one.points[-1].is_hidden for one in by_service} == {"C_100": False, "C_300": True}


def test_a_number_that_would_give_a_small_one_away_is_withheld_on_its_own_page_too(desk_of_services, manager):
    """Of 20, 9 and 2 the 9 is hidden beside the 2, so that no sum tells it; opened alone, or by its parts, it stays hidden."""
    desk = desk_of_services({"C_100": 20, "C_110": 9, "C_120": 2})

    def shown(by=None, **where):
        found = series.series(manager, desk, "rtt_incomplete", period_kind="now", where={"trust": "QQB", **where}, by=by)
        return {one.key: one.points[-1].value for one in found}

    assert shown() == {"": 31}
    assert shown("service") == {"C_100": 20, "C_110": None, "C_120": None}
    assert shown(service="C_100") == {"": 20}
    assert shown(service="C_110") == {"": None}
    assert shown("site", service="C_110") == {"QQB1": None}


def test_a_reader_of_both_trusts_patients_sees_small_numbers(desk):
    every = Scope(frozenset({"QQA", "QQB"}), frozenset({"QQA", "QQB"}), "kim", "analyst")
    assert series.series(every, desk, "rtt_incomplete", period_kind="now", where={})[0].latest.value == 9
