"""The monthly DM01 return of a loaded trust: the command, the files, the page, and who sees how much."""

import csv
import io
import json
from datetime import date

import pytest
from bs4 import BeautifulSoup

from clockstop.accounts.models import AccessRecord
from clockstop.cli.main import run
from clockstop.rules.dm01_return import HEADER
from clockstop.store.home import Home

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
AS_OF = date(2026, 11, 15)
ORGANISATION = 'code = "QQA"\nname = "Aldermoor"\nis_synthetic = true\n'
REQUESTS = """
diagnostic_request_identifier,diagnostic_test,request_type,request_date,planned_due_date,commissioner,local_patient_identifier
R1,MRI,waiting_list,2026-09-19,,ZZM,1
R2,MRI,waiting_list,2026-09-20,,ZZM,2
R3,CT,waiting_list,2026-07-01,,ZZN,3
R4,CT,planned,2025-10-01,2026-10-20,ZZM,4
R5,CT,waiting_list,2026-08-01,,ZZM,5
"""
APPOINTMENTS = """
diagnostic_appointment_identifier,diagnostic_request_identifier,offered_on_date,appointment_date,appointment_outcome,outcome_date
A1,R4,2026-09-10,2026-10-19,done,
A2,R5,2026-09-10,2026-10-09,dna,
A3,R5,2026-10-10,2026-10-30,done,
"""


@pytest.fixture(scope="module")
def trust_home(tmp_path_factory):
    """A trust that has sent its diagnostic requests and appointments alone, refreshed."""
    from clockstop.intake.build import refresh
    from clockstop.intake.load import load_file
    from clockstop.intake.organisation import add_organisation

    folder = tmp_path_factory.mktemp("diagnostics")
    home = Home(folder / "home")
    home.root.mkdir()
    (folder / "organisation.toml").write_text(ORGANISATION)
    add_organisation(home, folder / "organisation.toml")
    for dataset, rows in (("diagnostic_requests", REQUESTS), ("diagnostic_appointments", APPOINTMENTS)):
        (folder / f"{dataset}.csv").write_text(rows.lstrip())
        receipt = load_file(home, file=folder / f"{dataset}.csv", trust="QQA", dataset=dataset, today=AS_OF)
        assert receipt.rows_set_aside == 0
    refresh(home, as_of=AS_OF)
    return home


@pytest.fixture
def reader(db, monkeypatch, trust_home, settings):
    """Sign somebody in with a role in the trust, and give their browser."""
    from django.test import Client

    from clockstop.accounts.models import Membership, User
    from clockstop.pages import context

    monkeypatch.setenv("CLOCKSTOP_HOME", str(trust_home.root))
    settings.HOME = trust_home
    context.desk_of_process.cache_clear()

    def sign_in(role, trust="QQA", username="pat"):
        user = User.objects.create_user(username=username)
        Membership.objects.create(user=user, trust=trust, role=role)
        client = Client()
        client.force_login(user)
        return client

    yield sign_in
    context.desk_of_process.cache_clear()


def test_the_command_writes_the_published_layout(trust_home, monkeypatch, capsys, tmp_path):
    """A line a commissioner and test, with its total; the figures are those counted by hand from the rows above."""
    monkeypatch.setenv("CLOCKSTOP_HOME", str(trust_home.root))
    out = tmp_path / "return.csv"
    with pytest.raises(SystemExit) as ended:
        run(["dm01", "return", "--trust", "qqa", "--month", "2026-10", "--out", str(out), "--format", "json"])
    assert not ended.value.code
    said = json.loads(capsys.readouterr().out)
    lines = list(csv.DictReader(out.open(encoding="utf-8")))
    assert tuple(lines[0]) == HEADER
    found = {(line["Commissioner Org Code"], line["Diagnostic Tests"]): line for line in lines}
    assert set(found) == {("ZZM", "MRI"), ("ZZM", "CT"), ("ZZM", "TOTAL"), ("ZZN", "CT"), ("ZZN", "TOTAL")}
    mri = found["ZZM", "MRI"]
    assert [mri[name] for name in ("05 < 06 Weeks", "06 < 07 Weeks", "Total WL", "Total Activity")] == ["1", "1", "2", "0"]
    ct = found["ZZM", "CT"]
    assert [ct[name] for name in ("Total WL", "Waiting List Activity", "Planned Activity", "Unscheduled Activity")] == list("0110")
    assert found["ZZN", "CT"]["13+ Weeks"] == "1"
    total = said["tests"][-1]
    assert (total["Total WL"], total["six_plus"], total["six_plus_share"], total["Total Activity"]) == (3, 2, 2 / 3, 2)
    assert total["activity_a_working_day"] == 2 / 22


def test_the_command_says_what_is_wrong(trust_home, monkeypatch, capsys):
    """A month that has not begun is an error of the user's, without a traceback."""
    monkeypatch.setenv("CLOCKSTOP_HOME", str(trust_home.root))
    with pytest.raises(SystemExit) as ended:
        run(["dm01", "return", "--trust", "QQA", "--month", "2027-01"])
    assert ended.value.code == 2
    assert "has not begun" in capsys.readouterr().err


def test_the_trusts_own_analyst_sees_every_test_and_takes_the_file_away(reader):
    """The page has the row of each test and the checks; the file that leaves is recorded; the old address leads here."""
    analyst = reader("information_analyst")
    assert analyst.get("/returns/QQA/dm01?month=2026-10").headers["Location"] == "/returns/dm01?trust=QQA&month=2026-10"
    response = analyst.get("/returns/dm01?trust=QQA&month=2026-10")
    assert response.status_code == 200
    shown = BeautifulSoup(response.content, "html.parser")
    rows = {row.th.get_text(strip=True): [cell.get_text(strip=True) for cell in row.find_all("td")]
            for row in shown.select("table")[0].select("tbody tr")}  # fmt: skip
    assert rows["Magnetic Resonance Imaging"][:4] == ["2", "1", "0", "50.0%"]
    assert rows["All tests"][:4] == ["3", "2", "1", "66.7%"]
    assert "Fails" not in shown.select("table")[1].get_text()
    taken = analyst.get("/returns/dm01?trust=QQA&month=2026-10&format=csv")
    lines = list(csv.reader(io.StringIO(taken.content.decode())))
    assert lines[0][:6] == ["Regional Team Code", "Regional Team Name", "Provider Code", "Provider Name", "Diagnostic ID",
                            "Diagnostic Test Name"]  # fmt: skip
    assert AccessRecord.objects.filter(action="exported", what="show_national_return", trust="QQA").exists()


def test_a_wide_return_says_that_it_is_wide_and_names_no_file_of_ours(reader):
    page = BeautifulSoup(
        reader("information_analyst", username="wide").get("/returns/dm01?trust=QQA&month=2026-10").content, "html.parser"
    )
    heads = page.select("[aria-labelledby=rows] thead th")
    assert f"{len(heads)} columns, more than a screen is wide" in page.select_one("[aria-labelledby=rows]").get_text()
    assert page.select_one("table.cs-first-stays")
    assert ".py" not in page.get_text()
    assert ".md" not in page.get_text()


def test_a_figure_opens_the_patients_that_it_counts(reader):
    """Who is cleared sees the waits behind a figure, and is recorded; who is not is refused."""
    address = "/returns/dm01/rows?trust=QQA&month=2026-10&key=waiting_list&cut=test%3D1"
    shown = BeautifulSoup(reader("information_analyst").get(address).content, "html.parser")
    records = [row.th.get_text(strip=True) for row in shown.select("table tbody tr")]
    assert records == ["R1", "R2"]
    assert AccessRecord.objects.filter(action="viewed", what="list_return_records", trust="QQA", rows=2).exists()
    assert reader("group_operations_director", trust="*", username="mo").get(address).status_code == 403


def test_the_group_sees_no_small_figure_and_no_test(reader):
    """Who is not cleared sees the first figures of the whole, small ones withheld, and takes nothing away."""
    group = reader("group_operations_director", trust="*")
    shown = BeautifulSoup(group.get("/returns/dm01?trust=QQA&month=2026-10").content, "html.parser")
    assert "Magnetic Resonance Imaging" not in shown.get_text()
    cells = [cell.get_text(strip=True) for cell in shown.select("table")[0].select("tbody tr td")]
    assert cells == ["fewer than 5"] * 3
    assert "are for those cleared for this trust’s patients" in shown.get_text()
    assert group.get("/returns/dm01?trust=QQA&month=2026-10&format=csv").status_code == 403


def test_the_overview_says_what_is_due(reader):
    """Each return that the trust's records allow, with its day and its checks; those that they do not allow are named."""
    text = BeautifulSoup(reader("information_analyst").get("/returns?trust=QQA").content, "html.parser").get_text(" ", strip=True)
    assert "DM01" in text
    assert "18 November 2026" in text
    assert "Not made, for want of records:" in text
    assert "KH03 (wards, ward_stays" in text


def test_the_lists_show_who_breaches_next(reader):
    """The diagnostic list stands in the order of the days left; the planned list has no test that is done."""
    manager = reader("service_manager")
    listed = BeautifulSoup(manager.get("/lists/diagnostics?trust=QQA").content, "html.parser").select("table tbody")[0].get_text()
    assert listed.index("Computed Tomography") < listed.index("Magnetic Resonance Imaging")
    assert manager.get("/lists/diagnostics-planned?trust=QQA").status_code == 200
