"""The trusts' own lists compared with the loaded group: every planted difference is found as what it is, and no other is named."""

import csv
import json

import pytest

from clockstop.answers.desk import Desk
from clockstop.answers.list_comparison import SET_ASIDE, compare
from clockstop.answers.scope import Scope
from clockstop.cli.main import run
from clockstop.intake.list_file import read_list
from clockstop.rules.list_comparison import ONLY_HERE, SAME
from clockstop.synthetic.organisations import TRUSTS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
EVERY = frozenset(trust.code for trust in TRUSTS)
SCOPE = Scope(trusts=EVERY, may_see_patients=EVERY, user="test", role="operator")


@pytest.fixture(scope="module")
def planted(loaded):
    with (loaded.out / "truth" / "list_differences.csv").open(encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture(scope="module")
def compared(loaded):
    """By file, the comparison of each trust's list."""
    desk = Desk(loaded.home).refreshed()
    files = {str(file.relative_to(loaded.out)): file for file in sorted(loaded.out.glob("ZZ*/lists/*"))}
    return {name: compare(SCOPE, desk, read_list(file), org=name[:3]) for name, file in files.items()}


def differing(comparison):
    """Each row that is not the same, by section, pathway and result."""
    rows = [row for row in comparison.rows.to_pylist() if row["result"] != SAME]
    return {(row["section"] or "list", row["patient_pathway_identifier"], row["result"]): row for row in rows}


def test_every_row_is_compared_or_set_aside(compared):
    assert len(compared) == len(TRUSTS) + 1
    for one in compared.values():
        assert one.rows_read == one.rows_compared + one.rows_set_aside > 100
        assert one.rows_compared == sum(one.counts.values()) - one.counts[ONLY_HERE]


def test_every_planted_difference_is_found_with_its_kind_and_reason(compared, planted):
    for one in planted:
        found = differing(compared[one["file"]]).get((one["section"], one["patient_pathway_identifier"], one["result"]))
        assert found, one
        assert one["reason_code"] in ("", found["reason_code"])
        assert found["reason"]


def test_no_other_difference_is_named(compared, planted, loaded):
    """But for pathways in which a fault was planted; and of a row that cannot be read, ours is named as such."""
    spoilt = {row["patient_pathway_identifier"] for row in loaded.periods.to_pylist() if row["is_faulted"]}
    known = set(loaded.periods["patient_pathway_identifier"].to_pylist())
    for name, comparison in compared.items():
        wanted = {(one["section"], one["patient_pathway_identifier"], one["result"]) for one in planted if one["file"] == name}
        unread = {pathway for _, pathway, result in wanted if result == SET_ASIDE}
        others = [
            key
            for key, row in differing(comparison).items()
            if key not in wanted and key[1] not in spoilt and key[1] in known
            and not (key[1] in unread and row["reason_code"] == "row_set_aside")
        ]  # fmt: skip
        assert others == [], name


def test_our_rule_is_told_beside_each_difference(compared):
    for comparison in compared.values():
        for row in differing(comparison).values():
            if row["our_start_date"]:
                assert row["our_start_because"].startswith(row["our_start_rule"])
                assert row["see_more"] == f"clockstop explain {row['patient_pathway_identifier']} --trust {row['trust']}"


def test_the_command_prints_writes_and_ends_with_0_whatever_differs(loaded, monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("CLOCKSTOP_HOME", str(loaded.home.root))
    file, out = next((loaded.out / "ZZC" / "lists").glob("*-ptl.*")), tmp_path / "compared.csv"
    with pytest.raises(SystemExit) as ended:
        run(["rtt", "compare", "--ptl", str(file), "--org", "ZZC", "--format", "json", "--out", str(out)])
    assert not ended.value.code
    said = json.loads(capsys.readouterr().out)
    assert said["rows_read"] == said["rows_compared"] + said["rows_set_aside"]
    with out.open(encoding="utf-8") as handle:
        assert len(list(csv.DictReader(handle))) == len(said["rows"]) == sum(said["counts"].values()) + said["rows_set_aside"]


def test_a_list_that_does_not_say_whose_it_is_ends_with_2(loaded, monkeypatch, capsys):
    monkeypatch.setenv("CLOCKSTOP_HOME", str(loaded.home.root))
    file = next((loaded.out / "ZZC" / "lists").glob("*-ptl.*"))
    with pytest.raises(SystemExit) as ended:
        run(["rtt", "compare", "--ptl", str(file)])
    assert ended.value.code == 2
    assert "--org" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "says"), [("", "The list has no rows."), (",2026-09-03\n", "No row of the list could be compared")]
)
def test_a_list_without_rows_to_compare_leaves_all_of_ours_alone(loaded, tmp_path, text, says):
    """Who waits on the day is missing from it, and that is said."""
    file = tmp_path / "ptl.csv"
    file.write_text("Pathway ID,Clock Start\n" + text)
    desk = Desk(loaded.home).refreshed()
    found = compare(SCOPE, desk, read_list(file), org="ZZC")
    waits = desk.table("rtt_waits", trusts=["ZZC"])
    assert found.counts[ONLY_HERE] == desk.rows(waits.filter(waits.is_waiting)).num_rows > 0
    assert found.rows_read == found.rows_set_aside
    assert any(says in message for message in found.messages)
