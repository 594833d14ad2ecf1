"""`clockstop rtt return`, `check-return` and `reconcile`, as they are typed, on a small trust of a hand's numbers."""

import csv
import json

import pytest

from clockstop.cli.main import run
from clockstop.intake.build import refresh
from clockstop.intake.load import load_file
from clockstop.intake.published.rtt_return_file import read_return
from clockstop.rules.rtt_return_rows import HEADER, totals

pytestmark = pytest.mark.slow
HEAD = ("patient_pathway_identifier,event_date,event_sequence,event_type,referral_to_treatment_period_status,"
        "activity_treatment_function_code,commissioner\n")  # fmt: skip
EVENTS = """
P1,2026-05-01,1,referral_received,,100,36L
P1,2026-09-10,2,admit_treat,,100,36L
P2,2026-09-14,1,referral_received,,330,36L
P2,2026-09-14,2,attend,30,330,36L
P3,2026-09-20,1,referral_received,,110,NONC
P4,2026-02-01,1,referral_received,,100,36L
P5,2026-09-01,1,referral_received,,100,36L
P5,2026-09-09,2,attend,33,100,36L
P6,2026-09-12,1,attend,34,100,36L
P7,2026-08-20,1,referral_received,,100,36L
P7,2026-10-02,2,attend,34,100,36L
"""
EXPECTED = {"part_1a": 1, "part_1b": 2, "part_2": 3, "part_2a": 0, "part_3": 2}


@pytest.fixture
def typed(capsys):
    """Type a command and give its code and what it printed."""

    def typed(*arguments):
        with pytest.raises(SystemExit) as ended:
            run(["rtt", *map(str, arguments)])
        out = capsys.readouterr()
        return ended.value.code or 0, out.out, out.err

    return typed


@pytest.fixture
def trust(home, tmp_path):
    """A trust whose events are those above, refreshed as of 20 October 2026; `load` adds more."""
    from datetime import date

    file = home.organisation_file("QQA")
    file.parent.mkdir(parents=True)
    file.write_text('code = "QQA"\nname = "Aldermoor"\nis_synthetic = true\n')

    def load(text, number):
        events = tmp_path / f"events-{number}.csv"
        events.write_text(HEAD + text.strip() + "\n")
        load_file(home, file=events, trust="QQA", dataset="rtt_events", today=date(2026, 10, 20))
        refresh(home, as_of=date(2026, 10, 20))

    load(EVENTS, 1)
    return load


def test_numbers_checked_by_hand_and_the_file_reads_back(typed, trust, tmp_path):
    out = tmp_path / "return.csv"
    code, text, _ = typed("return", "--org", "QQA", "--month", "2026-09", "--out", out, "--format", "json")
    answer = json.loads(text)
    assert code == 0
    assert answer["totals"] == EXPECTED
    assert not answer["is_provisional"]
    with out.open() as lines:
        assert tuple(next(csv.reader(lines))) == HEADER
    back = read_return(out)
    assert totals(back.rows) == {part: count for part, count in EXPECTED.items() if count}
    assert back.month == "2026-09"
    unknown = [row for row in back.rows if row.part == "part_1b" and row.is_total]
    assert (unknown[0].known, unknown[0].unknown, unknown[0].total) == (1, 1, 2)
    flow = answer["flows"][-1]
    assert {name: flow[name] for name in ("opening", "starts", "stops", "nullified", "closing", "unexplained")} == {
        "opening": 3, "starts": 3, "stops": 2, "nullified": 1, "closing": 3, "unexplained": 0,
    }  # fmt: skip
    workbook = tmp_path / "return.xlsx"
    typed("return", "--org", "QQA", "--month", "2026-09", "--out", workbook)
    assert [row.cells() for row in read_return(workbook).rows] == [row.cells() for row in back.rows]
    code, text, _ = typed("check-return", out)
    assert code == 3
    assert "FAIL   missing_part" in text


def test_a_closed_month_stays_as_it_was_and_is_shown_beside_todays(typed, trust, tmp_path, home):
    order = ("return", "--org", "QQA", "--month", "2026-09")
    assert typed(*order, "--close")[0] == 2
    code, _, _ = typed(*order, "--close", "--by", "An analyst", "--reason", "checked")
    assert code == 0
    trust("P4,2026-09-15,9,attend,34,100,36L\nP8,2026-09-29,1,referral_received,,330,36L", 2)
    out, now = tmp_path / "sent.csv", tmp_path / "now.csv"
    _, text, _ = typed(*order, "--out", out, "--format", "json")
    answer = json.loads(text)
    assert answer["totals"] == EXPECTED
    assert answer["totals_today"] == EXPECTED | {"part_1b": 3, "part_3": 3}
    told = {(row["part"], row["patient_pathway_identifier"], row["change"]) for row in answer["pathways_changed"]}
    assert told == {("part_1b", "P4", "joined"), ("part_2", "P4", "left"), ("part_2", "P8", "joined"), ("part_3", "P8", "joined")}
    typed(*order, "--today", "--out", now)
    assert out.read_bytes() != now.read_bytes()
    assert out.read_bytes() == (home.returns / "QQA/2026-09/rev-1/return.csv").read_bytes()
    code, _, error = typed(*order, "--close", "--by", "An analyst")
    assert code == 2
    assert "was closed by An analyst" in error or "no reason" in error
    assert typed(*order, "--close", "--by", "An analyst", "--reason", "a late stop")[0] == 0
    typed(*order, "--revision", "1", "--out", now)
    assert now.read_bytes() == out.read_bytes()
    october = json.loads(typed("return", "--org", "QQA", "--month", "2026-10", "--format", "json")[1])
    assert october["last_month"]["source"] == "frozen"
    assert october["is_provisional"]


def test_a_month_of_which_the_data_have_nothing_is_not_closed(typed, trust, home):
    """An empty return kept for ever would stand as what was sent."""
    code, _, err = typed("return", "--org", "QQA", "--month", "1999-01", "--close", "--by", "A", "--reason", "B")
    assert code == 2
    assert "The data have nothing in 1999-01" in err
    assert not list(home.root.rglob("*1999-01*"))


def test_what_cannot_be_made_is_told(typed, trust, tmp_path):
    for org, month in (("QQA", "2026-13"), ("QQA", "2027-01"), ("QQX", "2026-09"), ("QQA", "September")):
        code, _, error = typed("return", "--org", org, "--month", month, "--out", tmp_path / "x.csv")
        assert code == 2
        assert error
        assert not (tmp_path / "x.csv").exists()


def test_beside_the_published_return_every_difference_is_found(typed, trust, tmp_path, home):
    out = tmp_path / "published.csv"
    typed("return", "--org", "QQA", "--month", "2026-09", "--out", out)
    text = out.read_text().replace(",NONC,", ",36L,").replace("#N/A", "")
    out.write_text(text)
    code, _, error = typed("reconcile", "--org", "QQA", "--month", "2026-09")
    assert code == 2
    assert "published load" in error
    from clockstop.intake.published import catalogue

    lines = [line for line in text.splitlines() if ",C_110," not in line and not (",36L," in line and ",C_999," in line)]
    out.write_text("\n".join(lines) + "\n")
    catalogue.load(home, out)
    answer = json.loads(typed("reconcile", "--org", "QQA", "--month", "2026-09", "--format", "json")[1])
    assert answer["totals"]["part_2"] == {"ours": 3, "published": 2}
    assert {(one["part"], one["treatment_function"]) for one in answer["bands"]} == {("part_2", "C_110"), ("part_3", "C_110")}
    told = {(one["kind"], one["count"]) for one in answer["explanations"] if one["part"] == "part_2"}
    assert told == {("without_nonc", 1)}, "the one that is not in the published return is of no English commissioner"


@pytest.mark.parametrize("content", ["", "a,b,c\n1,2,3\n", "\x00\x01", "<html>"])
def test_a_file_that_is_no_return_is_told_without_a_traceback(typed, home, tmp_path, content):
    file = tmp_path / "odd.csv"
    file.write_text(content)
    code, _, error = typed("check-return", file)
    assert code == 2
    assert error
