"""Data quality as the desk answers it: counts that add up, small numbers kept back, causes named, records narrowed."""

from datetime import date

import pytest

from clockstop.answers import data_quality as quality
from clockstop.answers import data_quality_causes as causes
from clockstop.answers import data_quality_rows as rows
from clockstop.answers.data_quality_rows import RecordFilters, Written
from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.errors import NotAllowed, UnknownName
from clockstop.registers.data_quality.reading import ANSWERS
from clockstop.store.home import Home
from quality_tables import OTHER, RULE, tables
from written_snapshots import AS_OF, NOTES, write_tables


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("quality"))
    write_tables(home, AS_OF, tables())
    return Desk(home)


def scope(*patients, trusts=("QQA", "QQB")):
    return Scope(trusts=frozenset(trusts), may_see_patients=frozenset(patients), user="pat", role="information_analyst")


OWN, GROUP = scope("QQA", "QQB"), scope()
ONE = quality.quality_rules().get(RULE)


def written(*said):
    """Notes and answers as pages lend them: an owner on the first pathway, the answers that are given."""
    notes = [{"trust": "QQA", "patient_pathway_identifier": "QQA-P001", "owner": "kim", "next_step": "ask the clinic"}]
    given = [{"trust": "QQA", "rule": RULE, "record": record, "state": state, "answered_by": "kim"} for record, state in said]
    return Written(notes=_table(notes, NOTES), answers=_table(given, ANSWERS))


def _table(found, schema):
    import pyarrow as pa

    return pa.Table.from_pylist(found, schema=schema)


def test_counts_add_up_over_places_and_the_two_current_months(desk):
    line = quality.rule_line(OWN, desk, ONE, ["QQA"])
    assert (line.current.judged, line.current.failed) == (200 + 100 + 3000, 60)
    assert dict(line.months)["2026-03"].share == pytest.approx(5 / 300)
    assert dict(line.months)["2026-10"].failed == 30
    assert line.months[-1][0] == "2026-11"
    assert line.change == pytest.approx(30 / 3200 - 0)


def test_every_trust_together_is_the_sum_of_each(desk):
    both = quality.rule_line(OWN, desk, ONE, ["QQA", "QQB"]).current
    assert (both.judged, both.failed) == (3300 + 440, 63)


def test_small_numbers_of_other_trusts_are_kept_back_and_what_would_give_them_away(desk):
    assert quality.rule_line(GROUP, desk, ONE, ["QQB"]).current.is_hidden
    assert quality.rule_line(GROUP, desk, ONE, ["QQB"]).current.share is None
    assert quality.rule_line(GROUP, desk, ONE, ["QQA", "QQB"]).current.is_hidden
    assert not quality.rule_line(GROUP, desk, ONE, ["QQA"]).current.is_hidden
    assert quality.overview(GROUP, desk).open_now is None
    assert quality.open_issues(scope("QQB"), desk) == 63


def test_few_at_the_door_are_not_said_of_another_trust_though_the_whole_is(desk):
    few, many = quality.Count(500, 60, 2), quality.Count(500, 60, 30)
    assert quality._together(GROUP, [("QQA", few)]) == quality.Count(500, 60, None)
    assert quality._together(GROUP, [("QQA", many)]) == many
    assert quality._together(OWN, [("QQA", few)]) == few
    # Nor what is left when the door is taken away.
    assert quality._together(GROUP, [("QQA", quality.Count(500, 60, 58))]).at_door is None


def test_the_overview_names_the_worst_rule_of_each_kind(desk):
    found = quality.overview(OWN, desk)
    line = next(one for one in found.lines if one.dataset == "appointments")
    assert line.worst["QQA", "completeness"][0] == RULE
    assert line.worst["QQA", "validity"] == (OTHER, quality.Count(1000, 0, 0))
    assert ("QQB", "validity") not in line.worst
    assert (line.open_now, found.open_now) == (63, 63)
    assert line.trend[-2][1] == pytest.approx(30 / 3700)


def test_what_was_not_judged_says_why_and_stands_last(desk):
    lines = quality.rule_lines(OWN, desk, "appointments", "QQB")
    assert lines[0].rule.name == RULE
    other = next(line for line in lines if line.rule.name == OTHER)
    assert not other.is_judged
    assert other.not_judged == ("the trust sends no codes",)


def test_a_trust_beyond_the_scope_an_unknown_rule_and_an_unknown_dataset_are_refused(desk):
    with pytest.raises(NotAllowed):
        quality.overview(scope("QQA", trusts=("QQA",)), desk, "QQB")
    with pytest.raises(UnknownName):
        quality.rule_of("appointments.nothing")
    with pytest.raises(UnknownName):
        quality.rule_lines(OWN, desk, "nothing")


def test_a_snapshot_without_rules_says_so(tmp_path):
    home = Home(tmp_path)
    write_tables(home, AS_OF, {})
    found = quality.overview(OWN, Desk(home))
    assert (found.is_counted, found.lines) == (False, ())
    assert quality.open_issues(OWN, Desk(home)) is None
    assert causes.causes(OWN, Desk(home), ONE).found == ()


def test_the_one_bad_clinic_is_named_with_its_trust_and_since_when(desk):
    found = causes.causes(OWN, desk, ONE)
    assert found.says == ("88% of “Clinic code missing” come from one clinic of Aldermoor, since the week of 5 October 2026.")
    assert found.since == date(2026, 10, 5)
    clinics = next(one for one in found.found if one.cut == "source_place")
    assert clinics.few[0].place.title == "ENT1, Aldermoor"
    assert clinics.few[0].rate == pytest.approx(60 / 400)


def test_of_one_trust_alone_its_name_is_not_said(desk):
    assert "one clinic, since" in causes.causes(OWN, desk, ONE, "QQA").says


def test_who_sees_no_patients_sees_no_consultant_load_or_week(desk):
    found = causes.causes(GROUP, desk, ONE)
    assert {one.cut for one in found.found} <= {"source_place", "service", "site"}
    assert found.weeks == ()
    assert not any("Birkdale" in place.place.title for one in found.found for place in one.places)


def test_records_are_narrowed_and_counted_by_their_answers(desk):
    said = written(("QQA-A1", "fixed"), ("QQA-A2", "accepted"))
    page = rows.record_page(OWN, desk, said, ONE, RecordFilters(trust="QQA"))
    assert (page.total, dict(page.states)) == (58, {"": 58, "fixed": 1, "accepted": 1})
    assert page.pages == 2
    every = rows.records(OWN, desk, said, ONE, RecordFilters(state="any", past=True))
    assert len(every) == 60 + 5 + 3
    assert [row.record for row in rows.records(OWN, desk, said, ONE, RecordFilters(state="fixed"))] == ["QQA-A1"]
    assert len(rows.records(OWN, desk, said, ONE, RecordFilters(source_place="EYE1", past=True))) == 5
    assert len(rows.records(OWN, desk, said, ONE, RecordFilters(owner="kim", state="any"))) == 1
    assert len(rows.records(OWN, desk, said, ONE, RecordFilters(owner="-", trust="QQA"))) == 58


def test_records_are_for_those_who_may_see_the_trusts_patients(desk):
    assert rows.record_page(scope("QQB"), desk, written(), ONE, RecordFilters()).total == 3
    assert rows.known_records(OWN, desk, ONE, "QQA", ["QQA-A1", "x"]) == ["QQA-A1"]
    with pytest.raises(NotAllowed):
        rows.known_records(scope("QQB"), desk, ONE, "QQA", ["QQA-A1"])


def test_filters_stand_in_an_address_and_come_back():
    filters = RecordFilters.from_query({"trust": "QQA", "state": "any", "past": "yes", "page": "3", "source_place": "ENT1"})
    assert RecordFilters.from_query(filters.to_query()) == filters
    assert filters.but(state="").to_query() == {"trust": "QQA", "source_place": "ENT1", "past": "yes"}
    assert RecordFilters.from_query({"page": "x"}).page == 1
