"""Activity against plan from files to the service's page: the plan to the day, the variance, what leaves."""

import csv
import io
from datetime import date

import pytest
from bs4 import BeautifulSoup

from clockstop.intake.build import refresh
from clockstop.intake.load import load_file
from clockstop.store.home import Home

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
# Monday 7 September 2026: five of the month's 22 working days are over.
AS_OF = date(2026, 9, 7)
ORGANISATION = """
code = "QQA"
name = "Aldermoor"
is_synthetic = true
[[divisions]]
name = "Surgery"
services = ["110"]
[[sites]]
code = "QQA01"
name = "Aldermoor Infirmary"
"""
PLANS = """activity_plan_line_identifier,activity_treatment_function_code,point_of_delivery,month_date,planned_activity
110-F-09,110,outpatient_first,2026-09-01,44
110-D-09,110,day_case,2026-09-01,22
110-D-10,110,day_case,2026-10-02,22
110-E-10,110,elective,2026-10-01,-1
"""
APPOINTMENTS = """{appointment_columns}
A1,P1,2026-09-01,5,1,110
A2,P2,2026-09-02,5,1,110
A3,P3,2026-09-03,5,2,110
A4,P4,2026-09-03,3,1,110
A5,P5,2026-08-20,5,1,110
"""
SPELLS = """{spell_columns}
S1,P1,2026-09-03,2026-09-03,11,110
S2,P2,2026-09-03,2026-09-04,11,110
S3,P3,2026-09-03,,11,110
"""
COLUMNS = {
    "spell_columns": "hospital_provider_spell_identifier,patient_pathway_identifier,start_date_hospital_provider_spell,"
    "discharge_date_hospital_provider_spell,admission_method_code,activity_treatment_function_code",
    "appointment_columns": "appointment_identifier,patient_pathway_identifier,appointment_date,attended_or_did_not_attend_code,"
    "first_attendance_code,activity_treatment_function_code",
}


@pytest.fixture(scope="module")
def planned_home(tmp_path_factory):
    home, folder = Home(tmp_path_factory.mktemp("plans")), tmp_path_factory.mktemp("extracts")
    home.organisation_file("QQA").parent.mkdir(parents=True)
    home.organisation_file("QQA").write_text(ORGANISATION)
    reasons = {}
    for dataset, text in {"activity_plans": PLANS, "appointments": APPOINTMENTS, "spells": SPELLS}.items():
        file = folder / f"{dataset}.csv"
        file.write_text(text.format(**COLUMNS))
        reasons |= load_file(home, file=file, trust="QQA", dataset=dataset, today=AS_OF).reasons
    assert reasons == {"not_a_month_s_first_day": 1, "negative_activity": 1}
    refresh(home, as_of=AS_OF)
    return home


@pytest.fixture
def sign_in(db, monkeypatch, planned_home, settings):
    from django.test import Client

    from clockstop.accounts.models import Membership, User
    from clockstop.pages import context

    settings.HOME = planned_home
    monkeypatch.setenv("CLOCKSTOP_HOME", str(planned_home.root))
    context.desk_of_process.cache_clear()

    def client_of(role, trust):
        user = User.objects.create_user(username=role)
        Membership.objects.create(user=user, trust=trust, role=role)
        found = Client()
        found.force_login(user)
        return found

    yield client_of
    context.desk_of_process.cache_clear()


@pytest.fixture
def client(sign_in):
    return sign_in("service_manager", "QQA")


def rows_of(client, address, section=""):
    answer = client.get(address)
    assert answer.status_code == 200, answer.content[:600]
    rows = BeautifulSoup(answer.content, "html.parser").select(f"{section} table.cs-table tbody tr")
    return [[cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in rows]


def test_a_service_s_page_says_what_was_done_of_the_plan_to_date(client):
    """Two firsts of ten, and one day case of five; what was not planned, as all of August, has no variance."""
    rows = rows_of(client, "/trusts/QQA/services/C_110", "section[aria-labelledby=activity]")
    assert [row[:5] for row in rows] == [
        ["Outpatients, first", "2", "10", "−8", "−80.0%"],
        ["Outpatients, follow-up", "1", "not planned", "", ""],
        ["Day cases", "1", "5", "−4", "−80.0%"],
        ["Elective admissions", "1", "not planned", "", ""],
    ]
    assert rows[0][5:9] == ["3 1 without a plan", "10", "−8", "−80.0%"]


def test_the_services_leave_as_figures(client):
    assert rows_of(client, "/activity?trust=QQA")[0][1:6] == ["Outpatients, first", "3 1 without a plan", "10", "−8", "−80.0%"]
    year = csv.DictReader(io.StringIO(b"".join(client.get("/activity?format=csv").streaming_content).decode().lstrip("\ufeff")))
    assert [row["Of that without a plan"] for row in year] == ["1.0", "1.0", "0.0", "1.0"]
    answer = client.get("/activity?trust=QQA&span=month&format=csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode().lstrip("\ufeff"))))
    assert [(row["Point of delivery"], row["Done"], row["Planned to date"], row["Variance"]) for row in rows][2] == (
        "Day cases", "1.0", "5.0", "-4.0",
    )  # fmt: skip


def test_the_group_is_not_told_of_the_few(sign_in):
    """Two firsts, one day case: neither number nor variance is for who may not see the trust's patients; nor do they leave."""
    group = sign_in("group_operations_director", "*")
    for address, section in (("/trusts/QQA/services/C_110", "section[aria-labelledby=activity]"), ("/activity", "")):
        rows = rows_of(group, address, section)
        assert len(rows) == 4
        done = [row[1:] if section else row[2:] for row in rows]
        assert {(cells[0], cells[2], cells[3]) for cells in done} == {("fewer than 5", "", "")}
    taken = csv.DictReader(io.StringIO(b"".join(group.get("/activity?format=csv").streaming_content).decode().lstrip("\ufeff")))
    assert {(row["Done"], row["Variance"], row["Variance, share"]) for row in taken} == {("fewer than 5", "", "")}


def test_another_trust_s_activity_is_not_shown(client):
    assert client.get("/activity?trust=QQB").status_code == 403
