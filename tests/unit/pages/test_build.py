"""Measures on demand: counted from declared columns alone, small numbers withheld, the address keeps the cut, saved and shared."""

import csv
import io
from urllib.parse import urlencode

import ibis
import pytest

from clockstop.answers import cuts
from clockstop.answers.scope import Scope
from clockstop.errors import UserError
from clockstop.measures.cut import BadCut, Condition, Cut, made
from clockstop.registers.saved_views.models import SavedView

BUILD = "/measures/build"
BOTH = frozenset({"QQA", "QQB"})


def scope_of(*own) -> Scope:
    return Scope(trusts=BOTH, may_see_patients=frozenset(own), user="", role="")


def test_a_cut_counts_what_the_list_holds(group):
    cut = Cut(table="rtt_waits", by=("trust",))
    found = {row.keys[0]: row.value for row in cuts.cut_result(scope_of("QQA", "QQB"), group, cut).rows}
    counted = group.rows(group.table("rtt_waits").trust.value_counts()).to_pylist()
    assert found == {row["trust"]: row["trust_count"] for row in counted}


def test_other_trusts_are_rounded_and_few_of_theirs_withheld(group):
    """QQB has nine pathways over five services: of none of them eight, so all are withheld; the whole is rounded to ten."""
    whole = cuts.cut_result(scope_of("QQA"), group, Cut(table="rtt_waits", by=("trust",)))
    shown = {row.keys[0]: (row.value, row.is_hidden) for row in whole.rows}
    exact = cuts.cut_result(scope_of(*BOTH), group, Cut(table="rtt_waits", by=("trust",)))
    known = {row.keys[0]: row.value for row in exact.rows}
    assert shown["QQA"] == (known["QQA"], False)
    assert shown["QQB"] == (10, False) if known["QQB"] in (8, 9) else (None, True)
    assert whole.is_rounded
    of = (Condition(column="trust", operator="is", value="QQB"),)
    parts = cuts.cut_result(scope_of("QQA"), group, Cut(table="rtt_waits", of=of, by=("service",))).rows
    assert {(row.value, row.is_hidden) for row in parts} == {(None, True)}
    mixed = cuts.cut_result(scope_of("QQA"), group, Cut(table="rtt_waits", by=("service",))).rows
    assert all(row.is_hidden for row in mixed if row.keys[0] in {one.keys[0] for one in parts})


def test_a_trust_beyond_the_scope_is_not_counted(group):
    scope = Scope(trusts=frozenset({"QQA"}), may_see_patients=frozenset({"QQA"}), user="", role="")
    rows = cuts.cut_result(scope, group, Cut(table="rtt_waits", by=("trust",))).rows
    assert [row.keys for row in rows] == [("QQA",)]


def test_no_column_that_names_a_person_or_a_row_can_be_used(group):
    named = {"nhs_number_pseudonym", "local_patient_identifier", "patient_pathway_identifier", "person_birth_date", "source_row"}
    for table in cuts.tables(group):
        assert named & set(cuts.columns(group, table)) == set(), table
    for name in ("nhs_number_pseudonym", "1; drop table series", "__class__"):
        with pytest.raises(BadCut):
            cuts.cut_result(scope_of("QQA"), group, Cut(table="rtt_waits", by=(name,)))


def test_what_is_typed_stays_a_value(group):
    of = (Condition(column="service", operator="is", value="x') OR 1=1 --"),)
    result = cuts.cut_result(scope_of("QQA"), group, Cut(table="rtt_waits", of=of))
    assert result.rows == ()
    assert "'x'') OR 1=1 --'" in result.sql


@pytest.mark.parametrize(
    "cut",
    [
        Cut(table="rtt_waits", by=("service",)),
        Cut(table="rtt_waits", kind="mean", amount="days_waited"),
        Cut(table="rtt_waits", kind="share", of=(Condition(column="service", operator="is", value="x, 'y' (z)"),),
            those=(Condition(column="days_waited", operator="le", value="126"),)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("trusts", [["QQA"], ["QQA", "QQB"]])
def test_the_expression_that_is_shown_runs_by_hand_and_is_the_query(cut, trusts):
    """Over the bare table, so that no home is needed."""
    bare = ibis.table({"trust": "string", "service": "string", "days_waited": "int64"}, name="rtt_waits")
    asked = made(bare.filter(bare.trust.isin(trusts)), cut, {"trust": "text", "service": "text", "days_waited": "number"})
    found = {"ibis": ibis}
    exec(cuts.as_code(asked), found)  # noqa: S102 what an analyst pastes
    assert ibis.to_sql(found["result"], "duckdb") == ibis.to_sql(asked, "duckdb")


def test_a_cut_has_a_limit_of_rows_and_of_time(group, monkeypatch):
    monkeypatch.setattr(cuts, "MOST_ROWS", 1)
    with pytest.raises(BadCut):
        cuts.cut_result(scope_of(*BOTH), group, Cut(table="rtt_waits", by=("service",)))
    rows = group.table("rtt_waits").select("days_waited")
    endless = rows
    for place in range(6):
        endless = endless.cross_join(rows.rename({f"again_{place}": "days_waited"}).view())
    endless = endless.aggregate(number=(endless.days_waited * endless.again_5).sum())
    with pytest.raises(UserError, match="longer"):
        group.rows_within(endless, seconds=0.2)


def test_the_page_shows_figures_expression_and_query_and_keeps_its_address(reader):
    browser = reader()
    query = [("table", "rtt_waits"), ("kind", "share"), ("of_column", "is_waiting"), ("of_operator", "yes"), ("of_value", ""),
             ("those_column", "days_waited"), ("those_operator", "le"), ("those_value", "126"), ("by", "service")]  # fmt: skip
    text = browser.get(f"{BUILD}?{urlencode(query)}").content.decode()
    assert "Not a national measure" in text
    assert "rtt_waits.filter" in text
    assert "GROUP BY" in text
    assert "126" in text
    address = text.split('name="address" value="')[1].split('"')[0].replace("&amp;", "&")
    again = browser.get(address).content.decode()
    assert again.split('<h2 id="answer">')[1].split("</h2>")[0] == text.split('<h2 id="answer">')[1].split("</h2>")[0]
    browser.post("/views/add", {"name": "Within 18", "address": address, "shared_with": "QQA"})
    assert SavedView.objects.get().shared_with == "QQA"
    colleague, stranger = reader(username="sam"), reader(role="service_manager", trust="QQB", username="kim")
    assert "Within 18" in colleague.get(BUILD).content.decode()
    assert "Within 18" not in stranger.get(BUILD).content.decode()


def test_the_rows_are_taken_away_as_the_page_shows_them(reader):
    response = reader().get(f"{BUILD}?table=rtt_waits&kind=mean&amount=days_waited&by=service&format=csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    assert list(rows[0]) == ["Service", "Sum", "Rows", "Mean"]
    assert all(abs(float(row["Sum"]) / float(row["Rows"]) - float(row["Mean"])) < 1e-9 for row in rows)


@pytest.mark.parametrize(
    "query",
    ["table=nothing&kind=count", "table=rtt_waits&kind=count&by=nhs_number_pseudonym", "table=rtt_waits&kind=count&first=x"],
)
def test_what_cannot_be_counted_is_said_on_the_page(reader, query):
    response = reader().get(f"{BUILD}?{query}")
    assert response.status_code == 400
    assert 'role="alert"' in response.content.decode()
