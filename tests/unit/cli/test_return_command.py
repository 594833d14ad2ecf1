"""`clockstop return`: a DM01 return is made, read back, spoilt and judged, set beside what was published, and closed."""

import csv
import json
from datetime import date

import pytest

from clockstop.cli.main import run
from clockstop.store.home import Home

pytestmark = pytest.mark.slow
AS_OF = date(2026, 11, 15)
ORGANISATION = 'code = "QQA"\nname = "Aldermoor"\nis_synthetic = true\n'
REQUESTS = """
diagnostic_request_identifier,diagnostic_test,request_type,request_date,planned_due_date,commissioner,local_patient_identifier
R1,MRI,waiting_list,2026-09-19,,ZZM,1
R2,MRI,waiting_list,2026-09-20,,ZZM,2
R3,CT,waiting_list,2026-07-01,,ZZN,3
R5,CT,waiting_list,2026-08-01,,ZZM,5
R6,CT,waiting_list,2026-10-25,,ZZM,6
"""
APPOINTMENTS = """
diagnostic_appointment_identifier,diagnostic_request_identifier,offered_on_date,appointment_date,appointment_outcome,outcome_date
A2,R5,2026-09-10,2026-10-09,dna,
A3,R5,2026-10-10,2026-10-30,done,
A4,R3,2026-07-10,2026-10-02,dna,
"""
MAKE = ["return", "make", "dm01", "--org", "qqa", "--month", "2026-10"]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A trust that has sent its diagnostic requests and appointments alone, refreshed."""
    from clockstop.intake.build import refresh
    from clockstop.intake.load import load_file
    from clockstop.intake.organisation import add_organisation

    folder = tmp_path_factory.mktemp("returns")
    made = Home(folder / "home")
    made.root.mkdir()
    (folder / "organisation.toml").write_text(ORGANISATION)
    add_organisation(made, folder / "organisation.toml")
    for dataset, rows in (("diagnostic_requests", REQUESTS), ("diagnostic_appointments", APPOINTMENTS)):
        (folder / f"{dataset}.csv").write_text(rows.lstrip())
        assert load_file(made, file=folder / f"{dataset}.csv", trust="QQA", dataset=dataset, today=AS_OF).rows_set_aside == 0
    refresh(made, as_of=AS_OF)
    return made


@pytest.fixture
def said(home, monkeypatch, capsys):
    """Run a command in the home; its answer and its exit code."""
    monkeypatch.setenv("CLOCKSTOP_HOME", str(home.root))

    def ask(*arguments):
        code = 0
        try:
            run([*map(str, arguments)])
        except SystemExit as ended:
            code = ended.code or 0
        return capsys.readouterr(), code

    return ask


def test_a_return_that_is_made_passes_its_own_checks_when_read_back(said, tmp_path):
    """The workbook has every sheet, the CSV the first; both are read as they were written."""
    answer, code = said(*MAKE, "--out", tmp_path / "return.xlsx", "--format", "json")
    assert code == 0
    rows = {row["Diagnostic Test Name"]: row for row in json.loads(answer.out)["sheets"]["Provider by Test"]}
    assert (rows["Total"]["Total Waiting List"], rows["Total"]["Number waiting 6+ Weeks"]) == (4, 1)
    assert (rows["Computed Tomography"]["Total Waiting List"], rows["Computed Tomography"]["04 <05 weeks"]) == (2, 1)
    said(*MAKE, "--out", tmp_path / "return.csv")
    for name in ("return.xlsx", "return.csv"):
        answer, code = said("return", "check", "dm01", tmp_path / name, "--month", "2026-10", "--format", "json")
        assert (code, json.loads(answer.out)["failed"]) == (0, [])


@pytest.mark.parametrize(
    ("column", "becomes", "check"),
    [
        ("0 <01 weeks", "7", "bands_add_up"),
        ("Number waiting 6+ Weeks", "1", "six_weeks"),
        ("Number waiting 13+ Weeks", "3", "thirteen_weeks"),
        ("Percentage waiting 6+ weeks", "0.9", "share_is_right"),
        ("Planned tests / procedures", "-4", "numbers"),
        ("Provider Code", "QQB", "one_organisation"),
        ("Diagnostic ID", "31", "test_collected"),
    ],
)
def test_a_file_that_a_trust_made_itself_is_judged(said, tmp_path, column, becomes, check):
    """A figure changed in the CT row fails its check, with the line and the column where it stands, and what to do."""
    said(*MAKE, "--out", tmp_path / "return.csv")
    lines = list(csv.reader((tmp_path / "return.csv").open(encoding="utf-8")))
    row = next(place for place, line in enumerate(lines) if "Computed Tomography" in line)
    lines[row][lines[0].index(column)] = becomes
    with (tmp_path / "return.csv").open("w", encoding="utf-8", newline="") as written:
        csv.writer(written).writerows(lines)
    answer, code = said("return", "check", "dm01", tmp_path / "return.csv", "--month", "2026-10", "--format", "json")
    assert code == 3
    found = {one["check"]: one for one in json.loads(answer.out)["checks"] if not one["is_passed"]}
    finding = found[check]["findings"][0]
    assert (finding["line"], finding["column"]) == (row + 1, column)
    assert found[check]["do"]


def test_a_file_of_something_else_is_no_return(said, tmp_path):
    """A file without the headings of the layout is refused in words, without a traceback."""
    (tmp_path / "other.csv").write_text("Name,Number\nA,1\n")
    answer, code = said("return", "check", "dm01", tmp_path / "other.csv")
    assert code == 2
    assert "no DM01 return" in answer.err


def test_what_was_published_is_explained_by_our_records(said, home, tmp_path):
    """R3, published from its first request on, stands in the last band: the reset in our records explains it exactly."""
    from clockstop.answers.desk import Desk
    from clockstop.answers.national_return import made_return
    from clockstop.answers.scope import Scope
    from clockstop.reports.national_return_files import workbook
    from clockstop.rules.national_return import Counted

    scope = Scope(trusts=frozenset({"QQA"}), may_see_patients=frozenset({"QQA"}), user="test", role="test")
    made = made_return(scope, Desk(home).refreshed(), "dm01", "QQA", "2026-10")
    figures = dict(made.counted.figures)
    place = "commissioner=ZZN;test=2"
    assert figures.pop(("weeks_04_to_05", place)) == 1
    figures |= {(key, place): 1.0 for key in ("weeks_13_plus", "waiting_6_weeks", "waiting_13_weeks")}
    rows = list(made.declared.layout(Counted(made.period, made.counted.place, figures)))
    file = tmp_path / "dm01-published.xlsx"
    file.write_bytes(workbook(made.declared, made.period, rows, sheets=made.declared.sheets[:2]))
    assert said("published", "load", file)[1] == 0
    answer, code = said("return", "reconcile", "dm01", "--org", "QQA", "--month", "2026-10", "--format", "json")
    assert code == 0
    found = json.loads(answer.out)
    assert {(one["reason"], one["is_exact"]) for one in found["reasons"]} == {("without_resets", True)}
    differing = [one for one in found["figures"] if one["difference"]]
    assert {one["column"] for one in differing} == {
        "04 <05 weeks", "13+ weeks", "Number waiting 6+ Weeks", "Number waiting 13+ Weeks",
    }  # fmt: skip
    assert all(one["unexplained"] == 0 for one in differing)


def test_a_closed_return_stands_as_it_was_sent(said, home):
    """It is closed once, with a name; again only with a reason; and what was sent is read back byte for byte."""
    close = ["return", "close", "dm01", "--org", "QQA", "--month", "2026-10"]
    assert said(*close)[1] == 2
    answer, code = said(*close, "--by", "Pat", "--format", "json")
    assert code == 0
    assert json.loads(answer.out)["number"] == 1
    answer, code = said(*close, "--by", "Pat")
    assert code == 2
    assert "was closed by Pat" in answer.err
    kept = json.loads(said(*MAKE, "--format", "json")[0].out)
    assert (kept["closed"]["closed_by"], kept["changed_since"]) == ("Pat", [])
    file = home.returns / "QQA" / "dm01" / "2026-10" / "rev-1" / "return.csv"
    assert said(*MAKE, "--format", "csv")[0].out == file.read_text()
    assert file.stat().st_mode & 0o222 == 0
    next_month = json.loads(said(*MAKE[:-1], "2026-11", "--format", "json")[0].out)
    assert next_month["last_time"] == "as it was closed"


def test_a_quarter_is_named_by_its_last_month(said):
    """Another month of the quarter is refused with the month to write; a trust without wards has no KH03 return."""
    answer, code = said("return", "make", "kh03", "--org", "QQA", "--month", "2026-09")
    assert code == 2
    assert "nothing of QQA for the KH03 return" in answer.err
