"""From a number to its loads, and from a row to its numbers: the two ways meet, and neither shows what a reader may not see."""

import re
from collections import Counter

import pytest
from bs4 import BeautifulSoup

from clockstop.accounts.models import AccessRecord
from clockstop.answers.lineage import number_lineage
from clockstop.answers.lineage_of_rows import record_lineage, row_lineage
from clockstop.answers.measure_rows import RowsAsked
from clockstop.answers.scope import Scope
from clockstop.answers.series import series
from clockstop.errors import NotAllowed, UnknownName
from clockstop.intake import ledger
from clockstop.intake.load import load_file, withdraw

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
EVERY = frozenset({"QQA", "QQB"})
OWN = Scope(trusts=EVERY, may_see_patients=frozenset({"QQA"}), user="analyst", role="information_analyst")


def text_of(response) -> str:
    return re.sub(r"\s+", " ", BeautifulSoup(response.content, "html.parser").get_text())


def test_every_number_of_a_small_trust_is_the_sum_of_what_its_rows_are_said_to_add(group):
    scope = Scope(trusts=EVERY, may_see_patients=EVERY, user="analyst", role="information_analyst")
    (receipt,) = ledger.loads(group.home, "QQB", "referrals")
    added: Counter = Counter()
    for row in range(1, receipt.rows_read + 1):
        found = row_lineage(scope, group, "QQB", dataset="referrals", load_id=receipt.load_id, source_row=row)
        for number in found.numbers:
            key = number.measure.slug, number.period_kind, number.period_end
            added[*key, "numerator"] += number.numerator
            added[*key, "denominator"] += number.denominator
    assert {key[0] for key in added} >= {"rtt_incomplete", "rtt_within_18_weeks", "rtt_new_periods", "rtt_no_next_step"}
    assert {key[1] for key in added} == {"week", "month", "now"}
    for (slug, kind, end, side), total in added.items():
        (one,) = series(scope, group, slug, period_kind=kind, where={"trust": "QQB"})
        (point,) = [each for each in one.points if each.period_end == end]
        assert total == pytest.approx(getattr(point, side)), (slug, kind, end, side)


def test_a_number_names_its_rows_files_and_loads_with_their_hashes(group):
    asked = RowsAsked("now", group.as_of, (("trust", "QQA"),))
    found = number_lineage(OWN, group, "rtt_within_18_weeks", asked)
    assert found.agrees is True
    assert found.counted == (found.point.numerator, found.point.denominator)
    assert [table.name for table in found.tables] == ["rtt_clocks", "rtt_events", "rtt_pathways"]
    assert {file.trust for table in found.tables for file in table.files} == {"QQA"}
    loads = {load.file_sha256 for dataset in found.datasets for load in dataset.loads}
    assert loads == {
        load.file_sha256 for load in group.manifest.trusts["QQA"].loads if load.dataset in {one.name for one in found.datasets}
    }
    assert [one.name for one in found.datasets if not one.is_sent]


def test_a_figure_that_is_cut_is_the_cut_and_agrees_with_its_rows(group):
    whole = number_lineage(OWN, group, "rtt_incomplete", RowsAsked("now", group.as_of, (("trust", "QQA"),)))
    cut = number_lineage(OWN, group, "rtt_incomplete", RowsAsked("now", group.as_of, (("trust", "QQA"), ("priority", "2"))))
    assert cut.agrees is True
    assert 0 < cut.point.numerator < whole.point.numerator


def test_who_may_not_see_patients_gets_the_number_without_counting_its_rows(group):
    asked = RowsAsked("now", group.as_of, (("trust", "QQB"),))
    found = number_lineage(OWN, group, "rtt_incomplete", asked)
    assert found.counted is None
    assert found.agrees is None
    with pytest.raises(NotAllowed):
        row_lineage(OWN, group, "QQB", dataset="referrals", load_id="1", source_row=1)


def test_a_period_without_a_figure_a_row_and_a_record_that_are_not_there_are_said_kindly(group):
    with pytest.raises(UnknownName, match="no figure then"):
        number_lineage(OWN, group, "rtt_incomplete", RowsAsked("month", group.as_of.replace(year=1999), (("trust", "QQA"),)))
    with pytest.raises(UnknownName, match="has no row 9999"):
        row_lineage(OWN, group, "QQA", dataset="referrals", load_id="1", source_row=9999)
    with pytest.raises(UnknownName, match="has the key"):
        record_lineage(OWN, group, "QQA", "referrals", "QQA-R-none")
    with pytest.raises(UnknownName, match="is named by"):
        record_lineage(OWN, group, "QQA", "referrals", "QQA-R1/2")


def test_a_record_is_the_row_that_holds_it_now(group):
    found = record_lineage(OWN, group, "QQA", "referrals", "QQA-R1")
    again = row_lineage(OWN, group, "QQA", dataset="referrals", load_id=found.row.receipt.load_id, source_row=found.row.source_row)
    assert again.row.counts
    assert again.numbers == found.numbers


def test_the_page_of_a_number_leads_to_its_loads_and_shows_none_to_whom_they_are_closed(reader):
    analyst = reader()
    page = BeautifulSoup(analyst.get("/measures/rtt_incomplete/lineage?trust=QQA&period=now").content, "html.parser")
    assert "Added up again from its rows just now: the same." in re.sub(r"\s+", " ", page.get_text())
    assert "the same. See the rows" in re.sub(r"\s+", " ", page.get_text())
    assert page.select_one("#loads")
    assert page.select("section a[href^='/data/QQA/referrals/']")
    plain = text_of(reader("validation_clerk", "QQA", "val").get("/measures/rtt_incomplete/lineage?trust=QQA&period=now"))
    assert ".csv" not in plain
    assert analyst.get("/measures/rtt_incomplete/lineage?trust=QQB&period=now").status_code == 403


def test_the_page_of_a_measure_leads_to_where_its_figure_comes_from(reader):
    page = BeautifulSoup(reader().get("/measures/rtt_incomplete?trust=QQA").content, "html.parser")
    [link] = page.select("a[href^='/measures/rtt_incomplete/lineage']")
    assert "trust=QQA" in link["href"]
    assert reader(username="ann").get(link["href"]).status_code == 200


def test_the_page_of_a_row_is_for_those_who_may_see_the_patient_and_the_look_is_recorded(reader, group):
    load = ledger.loads(group.home, "QQA", "referrals")[0].load_id
    page = text_of(reader().get(f"/data/QQA/referrals/{load}/rows/1"))
    assert "It counts. It is in" in page
    assert "9434765919" not in page
    assert reader(username="ann").get(f"/data/QQA/referrals/{load}/rows/{10**30}").status_code == 404
    record = AccessRecord.objects.get()
    assert (record.action, record.what, record.trust, record.rows) == ("viewed", "show_row_lineage", "QQA", 1)
    assert reader("group_operations_director", "*", "dee").get(f"/data/QQA/referrals/{load}/rows/1").status_code == 403


def test_the_numbers_of_a_row_are_folded_by_family_and_a_week_is_called_a_week(reader, group):
    """Hundreds of lines stood one under the other, and those of weeks under the name of today's list."""
    load = ledger.loads(group.home, "QQA", "referrals")[0].load_id
    page = BeautifulSoup(reader().get(f"/data/QQA/referrals/{load}/rows/30").content, "html.parser")
    outer, inner = page.select("details[data-print]")
    head = re.sub(r"\s+", " ", outer.summary.get_text())
    lines = outer.select("tbody tr")
    said = [re.sub(r"\s+", " ", line.get_text(" ", strip=True)) for line in inner.select("tbody tr")]
    assert not outer.has_attr("open")
    assert head.startswith("Referral to treatment: ")
    assert head.endswith(f", {len(lines)} numbers")
    assert all(" week to " in line for line in said)
    assert not [line for line in lines if "week to" in line.get_text() and line not in inner.select("tbody tr")]
    assert sum("today's list" in line.get_text() for line in lines) == len(
        {line.a["href"] for line in lines if "period=now" in line.a["href"]}
    )


def test_a_row_that_another_replaced_and_a_withdrawn_one_say_so(home, tmp_path):
    from clockstop.intake.one_row import row_of_key, stored_row
    from clockstop.intake.organisation import add_bare

    add_bare(home, code="QQC")
    head = (
        "referral_identifier,patient_pathway_identifier,referral_request_received_date,activity_treatment_function_code,"
        "referral_route\n"
    )

    def load(name: str, lines: str):
        file = tmp_path / name
        file.write_text(head + lines)
        return load_file(home, file=file, trust="QQC", dataset="referrals")

    first = load("first.csv", "R1,P1,2026-01-05,100,letter\nR2,P2,not a date,100,letter\n")
    second = load("second.csv", "R1,P1,2026-02-05,100,letter\n")
    old = stored_row(home, first, 1)
    assert (old.counts, old.winner) == (False, (second.load_id, 1))
    aside = stored_row(home, first, 2)
    assert (aside.counts, aside.values) == (False, {})
    assert aside.reasons
    assert row_of_key(home, "QQC", "referrals", "R1").values["referral_request_received_date"].isoformat() == "2026-02-05"
    gone = withdraw(home, trust="QQC", dataset="referrals", load_id=second.load_id, reason="wrong year", by="ann")
    assert "wrong year" in stored_row(home, gone, 1).why_not
    assert stored_row(home, first, 1).counts
