"""`clockstop return`: a DM01 return is made, read back, spoilt and judged, set beside what was published, and closed."""

import csv
import json
from datetime import date

import pyarrow as pa
import pytest

import diagnostic_tables
from clockstop.answers.desk import Desk
from clockstop.answers.returns_due import returns_due
from clockstop.answers.scope import Scope
from clockstop.cli.main import run
from clockstop.rules.national_returns import national_return
from clockstop.store.engine import open_engine
from clockstop.store.home import Home
from written_snapshots import DIMENSIONS, write_tables

pytestmark = pytest.mark.slow
AS_OF = date(2026, 11, 15)
# A code of the demonstration's kind: one that begins with Q is an integrated care board's to the published files.
ORGANISATION = 'code = "ZZA"\nname = "Aldermoor"\nis_synthetic = true\n'
REQUESTS = """
    request | test_name | type_name    | request_date | due_date | commissioner | person_name
    --------+-----------+--------------+--------------+----------+--------------+------------
    R1      | MRI       | waiting_list | 2026-09-19   |          | ZZM          | 1
    R2      | MRI       | waiting_list | 2026-09-20   |          | ZZM          | 2
    R3      | CT        | waiting_list | 2026-07-01   |          | ZZN          | 3
    R5      | CT        | waiting_list | 2026-08-01   |          | ZZM          | 5
    R6      | CT        | waiting_list | 2026-10-25   |          | ZZM          | 6
"""
APPOINTMENTS = """
    request | offered_date | appointment_date | outcome_name | outcome_date
    --------+--------------+------------------+--------------+-------------
    R5      | 2026-09-10   | 2026-10-09       | dna          |
    R5      | 2026-10-10   | 2026-10-30       | done         |
    R3      | 2026-07-10   | 2026-10-02       | dna          |
"""
MAKE = ["return", "make", "dm01", "--org", "zza", "--month", "2026-10"]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A trust whose snapshot has its diagnostic waits and tests alone."""
    made = Home(tmp_path_factory.mktemp("returns"))
    made.organisation_file("ZZA").parent.mkdir(parents=True)
    made.organisation_file("ZZA").write_text(ORGANISATION)
    engine = open_engine()
    held = {name: _of_the_trust(engine.rows(diagnostic_tables.fact(name, engine, REQUESTS, APPOINTMENTS, as_of=AS_OF)))
            for name in national_return("dm01").needs}  # fmt: skip
    engine.close()
    write_tables(made, AS_OF, held, trust_rows={name: rows.num_rows for name, rows in held.items()}, names={"ZZA": "Aldermoor"})
    return made


def _of_the_trust(rows):
    """The rows with the columns that a refresh adds to every fact."""
    for name in {"trust", *DIMENSIONS} - set(rows.column_names):
        rows = rows.append_column(name, pa.array(["ZZA" if name == "trust" else None] * rows.num_rows, pa.string()))
    return rows


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


@pytest.fixture(scope="module")
def file(home, tmp_path_factory):
    """October's return as CSV."""
    made = tmp_path_factory.mktemp("made") / "return.csv"
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("CLOCKSTOP_HOME", str(home.root))
        with pytest.raises(SystemExit):
            run([*MAKE, "--out", str(made)])
    return made


def test_a_return_that_is_made_passes_its_own_checks_when_read_back(said, file, tmp_path):
    """The workbook has every sheet, the CSV the first; both are read as they were written."""
    answer, code = said(*MAKE, "--out", tmp_path / "return.xlsx", "--format", "json")
    assert code == 0
    rows = {row["Diagnostic Test Name"]: row for row in json.loads(answer.out)["sheets"]["Provider by Test"]}
    assert (rows["Total"]["Total Waiting List"], rows["Total"]["Number waiting 6+ Weeks"]) == (4, 1)
    assert (rows["Computed Tomography"]["Total Waiting List"], rows["Computed Tomography"]["04 <05 weeks"]) == (2, 1)
    for made in (tmp_path / "return.xlsx", file):
        answer, code = said("return", "check", "dm01", made, "--month", "2026-10", "--format", "json")
        assert (code, json.loads(answer.out)["failed"]) == (0, [])


SPOILT = [
    ("0 <01 weeks", "7", "bands_add_up", "Total Waiting List"),
    ("Number waiting 6+ Weeks", "1", "six_weeks", "Number waiting 6+ Weeks"),
    ("Number waiting 13+ Weeks", "3", "thirteen_weeks", "Number waiting 13+ Weeks"),
    ("Percentage waiting 6+ weeks", "0.9", "share_is_right", "Percentage waiting 6+ weeks"),
    ("Planned tests / procedures", "-4", "numbers", "Planned tests / procedures"),
    ("Provider Code", "ZZB", "one_organisation", "Provider Code"),
    ("Diagnostic ID", "31", "test_collected", "Diagnostic ID"),
]


@pytest.mark.parametrize("case", SPOILT, ids=lambda case: case[2])
def test_a_file_that_a_trust_made_itself_is_judged(said, file, tmp_path, case):
    """A figure changed in the CT row fails its check, with the line and the column that is wrong by it, and what to do."""
    column, becomes, check, faulted = case
    lines = list(csv.reader(file.open(encoding="utf-8")))
    row = next(place for place, line in enumerate(lines) if "Computed Tomography" in line)
    lines[row][lines[0].index(column)] = becomes
    with (tmp_path / "return.csv").open("w", encoding="utf-8", newline="") as written:
        csv.writer(written).writerows(lines)
    answer, code = said("return", "check", "dm01", tmp_path / "return.csv", "--month", "2026-10", "--format", "json")
    assert code == 3
    found = {one["check"]: one for one in json.loads(answer.out)["checks"] if not one["is_passed"]}
    finding = found[check]["findings"][0]
    assert (finding["line"], finding["column"]) == (row + 1, faulted)
    assert found[check]["do"]


def test_a_file_of_something_else_is_no_return(said, tmp_path):
    """A file without the headings of the layout is refused in words, without a traceback."""
    (tmp_path / "other.csv").write_text("Name,Number\nA,1\n")
    answer, code = said("return", "check", "dm01", tmp_path / "other.csv")
    assert code == 2
    assert "no DM01 return" in answer.err


def test_what_was_published_is_explained_by_our_records(said, home, tmp_path):
    """R3, published from its first request on, stands in the last band: the reset in our records explains it exactly."""
    from clockstop.answers.national_return import made_return
    from clockstop.reports.national_return_files import workbook
    from clockstop.rules.national_return import Counted

    scope = Scope(trusts=frozenset({"ZZA"}), may_see_patients=frozenset({"ZZA"}), user="test", role="test")
    made = made_return(scope, Desk(home).refreshed(), "dm01", "ZZA", "2026-10")
    figures = dict(made.counted.figures)
    place = "commissioner=ZZN;test=2"
    assert figures.pop(("weeks_04_to_05", place)) == 1
    figures |= {(key, place): 1.0 for key in ("weeks_13_plus", "waiting_6_weeks", "waiting_13_weeks")}
    rows = list(made.declared.layout(Counted(made.period, made.counted.place, figures)))
    file = tmp_path / "dm01-published.xlsx"
    file.write_bytes(workbook(made.declared, made.period, rows, sheets=made.declared.sheets[:2]))
    assert said("published", "load", file)[1] == 0
    answer, code = said("return", "reconcile", "dm01", "--org", "ZZA", "--month", "2026-10", "--format", "json")
    assert code == 0, answer.err
    found = json.loads(answer.out)
    assert {(one["reason"], one["is_exact"]) for one in found["reasons"]} == {("without_resets", True)}
    differing = [one for one in found["figures"] if one["difference"]]
    assert {one["column"] for one in differing} == {
        "04 <05 weeks", "13+ weeks", "Number waiting 6+ Weeks", "Number waiting 13+ Weeks",
    }  # fmt: skip
    assert all(one["unexplained"] == 0 for one in differing)


def test_a_closed_return_stands_as_it_was_sent(said, home, tmp_path):
    """It is closed once, with a name; again only with a reason; and what was sent is read back byte for byte."""
    close = ["return", "close", "dm01", "--org", "ZZA", "--month", "2026-10"]
    assert said(*close)[1] == 2
    answer, code = said(*close, "--by", "Pat", "--format", "json")
    assert code == 0
    assert json.loads(answer.out)["number"] == 1
    answer, code = said(*close, "--by", "Pat")
    assert code == 2
    assert "was closed by Pat" in answer.err
    kept = json.loads(said(*MAKE, "--out", tmp_path / "again.csv", "--format", "json")[0].out)
    assert (kept["closed"]["closed_by"], kept["changed_since"]) == ("Pat", [])
    file = home.returns / "ZZA" / "dm01" / "2026-10" / "rev-1" / "return.csv"
    assert (tmp_path / "again.csv").read_bytes() == file.read_bytes()
    assert file.stat().st_mode & 0o222 == 0
    scope = Scope(trusts=frozenset({"ZZA"}), may_see_patients=frozenset(), user="test", role="test")
    due = next(one for one in returns_due(scope, Desk(home).refreshed(), "ZZA") if one.slug == "dm01")
    assert (due.kept.closed_by, due.checks.passed, due.checks.errors) == ("Pat", len(due.kept.checks) - due.checks.queries, 0)
    next_month = json.loads(said(*MAKE[:-1], "2026-11", "--format", "json")[0].out)
    assert next_month["last_time"] == "as it was closed"


def test_a_quarter_is_named_by_its_last_month(said):
    """Another month of the quarter is refused with the month to write; a trust without wards has no KH03 return."""
    answer, code = said("return", "make", "kh03", "--org", "ZZA", "--month", "2026-09")
    assert code == 2
    assert "nothing of ZZA for the KH03 return" in answer.err
