"""The cancer list, the 104-day reviews, the days at each step, and a patient's RTT and cancer clocks beside each other."""

import csv
import io
from datetime import date

import pytest
from bs4 import BeautifulSoup

from clockstop.answers.cancer_steps import Step, Steps
from clockstop.answers.desk import Desk
from clockstop.intake.build import refresh
from clockstop.intake.load import load_file
from clockstop.pages.cancer_steps import withheld
from clockstop.store.home import Home

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
AS_OF = date(2026, 9, 30)
ORGANISATION = """
code = "QQA"
name = "Aldermoor"
is_synthetic = true
[[divisions]]
name = "Surgery"
services = ["104"]
[[sites]]
code = "QQA01"
name = "Aldermoor Infirmary"
"""
EVENTS = """patient_pathway_identifier,event_date,event_sequence,event_type,is_communicated,priority_type_code
P1,2026-07-01,1,ubrn_converted,,3
P1,2026-07-10,2,first_dna,true,3
"""
RECORDS = """cancer_record_identifier,patient_pathway_identifier,cancer_referral_to_treatment_period_start_date,two_week_wait_cancer_or_symptomatic_breast_referral_type,priority_type_code,first_appointment_date,first_appointment_attended_code,first_appointment_rebooked_date,date_first_seen,waiting_time_adjustment_first_seen,waiting_time_adjustment_reason_first_seen,investigations_completed_date,cancer_faster_diagnosis_pathway_end_date,cancer_faster_diagnosis_pathway_end_reason,primary_cancer_site,activity_treatment_function_code
C1,P1,2026-07-01,07,3,2026-07-10,3,2026-07-14,2026-07-20,13,3,2026-08-01,2026-08-10,01,07,104
C2,P2,2026-06-17,07,3,2026-06-24,5,,2026-06-24,,,,,,,104
C3,P3,2026-09-20,07,3,2026-10-05,0,,,,,,,,,104
C4,P4,2026-03-01,07,3,2026-03-10,5,,2026-03-10,,,2026-04-01,2026-04-20,01,07,104
"""  # noqa: E501  a file as it is sent
TREATMENTS = """cancer_treatment_identifier,cancer_record_identifier,patient_pathway_identifier,cancer_treatment_event_type,cancer_treatment_period_start_date,treatment_start_date_cancer,treatment_offered_date,cancer_treatment_modality,cancer_care_setting_treatment,activity_treatment_function_code
T1,C1,P1,01,2026-09-01,,2026-10-08,23,01,104
T4,C4,P4,01,2026-05-01,2026-06-20,,23,01,104
"""  # noqa: E501  a file as it is sent
TRANSFERS = """cancer_transfer_identifier,cancer_record_identifier,patient_pathway_identifier,transfer_direction,inter_provider_transfer_sent_date,inter_provider_transfer_received_date
X4,C4,P4,in,2026-04-10,2026-04-12
"""  # noqa: E501  a file as it is sent
FILES = {
    "rtt_events": EVENTS,
    "cancer_records": RECORDS,
    "cancer_treatments": TREATMENTS,
    "cancer_transfers": TRANSFERS,
}


@pytest.fixture(scope="module")
def cancer_home(tmp_path_factory):
    home, folder = Home(tmp_path_factory.mktemp("cancer")), tmp_path_factory.mktemp("extracts")
    home.organisation_file("QQA").parent.mkdir(parents=True)
    home.organisation_file("QQA").write_text(ORGANISATION)
    for dataset, text in FILES.items():
        file = folder / f"{dataset}.csv"
        file.write_text(text)
        receipt = load_file(home, file=file, trust="QQA", dataset=dataset, today=AS_OF)
        assert receipt.rows_set_aside == 0, receipt.reasons
    refresh(home, as_of=AS_OF)
    return home


@pytest.fixture
def reader(db, monkeypatch, cancer_home, settings):
    from django.test import Client

    from clockstop.accounts.models import Membership, User
    from clockstop.pages import context

    settings.HOME = cancer_home
    monkeypatch.setenv("CLOCKSTOP_HOME", str(cancer_home.root))
    context.desk_of_process.cache_clear()
    assert isinstance(context.desk(), Desk)
    user = User.objects.create_user(username="manager")
    Membership.objects.create(user=user, trust="QQA", role="service_manager")
    client = Client()
    client.force_login(user)
    yield client
    context.desk_of_process.cache_clear()


def _soup(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.content[:600]
    return BeautifulSoup(answer.content, "html.parser")


def _lines(answer):
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode().lstrip("\ufeff"))))


def test_the_list_names_the_next_breach_and_what_moves_the_patient_on(reader):
    """Three wait: beyond day 104, over 62 with a decision (its 31 days end next), and unseen; the treated one is off the list."""
    text = _soup(reader, "/lists/cancer").get_text(" ", strip=True)
    assert "P1" in text
    assert "P4" not in text
    assert "Start the treatment" in text
    assert "31 days, to treatment" in text
    lines = {line["Pathway"]: line for line in _lines(reader.get("/lists/cancer?format=csv"))}
    assert {name: line["Last day within"] for name, line in lines.items()} == {
        "P1": "2026-10-02", "P2": "2026-08-18", "P3": "2026-10-18",
    }  # fmt: skip
    assert {name: line["Waited"] for name, line in lines.items()} == {"P1": "78", "P2": "105", "P3": "10"}
    over_104 = _lines(reader.get("/lists/cancer?group=over_104&format=csv"))
    assert [line["Pathway"] for line in over_104] == ["P2"]


def test_whoever_waits_or_was_treated_beyond_day_104_is_reviewed(reader):
    """Treated on day 111 after a transfer, and waiting on day 105."""
    lines = _lines(reader.get("/lists/cancer-104-days?format=csv"))
    assert sorted(line["Pathway"] for line in lines) == ["P2", "P4"]


def test_the_page_of_steps_says_where_days_are_lost(reader):
    """The one treated pathway: 9, 22, 19, 11 and 50 days; most beyond what is allowed before treatment, 19 days."""
    soup = _soup(reader, "/cancer/steps?trust=QQA")
    cells = [cell.get_text(" ", strip=True).replace("\xa0", " ") for cell in soup.select("tbody tr:first-child td.n")]
    assert cells == ["1", "9 mean 9.0, 0.0 lost", "22 mean 22.0, 15.0 lost", "19 mean 19.0, 12.0 lost", "11 mean 11.0, 8.0 lost",
                     "50 mean 50.0, 19.0 lost"]  # fmt: skip
    lines = _lines(reader.get("/cancer/steps?trust=QQA&format=csv"))
    treated = [
        line for line in lines if line["Step"] == "Decision to treatment" and line["Tumour site"] == "Lower gastrointestinal"
    ]
    assert [line["Mean days lost"] for line in treated] == ["19.0"]
    assert "No pathway took a step" in _soup(reader, "/cancer/steps?outcome=ruled_out").get_text()


def test_a_second_site_is_withheld_where_the_total_would_give_the_first_away():
    """Three of 43 are few; their number would be the total less the others', so the next smallest goes too."""
    sites = {"": 43, "skin": 30, "lung": 10, "sarcoma": 3}
    taken = {site: {"seen": Step(site, "seen", number, 1.0, 1.0, 0.0)} for site, number in sites.items()}
    assert withheld(Steps(taken, {})) == {("sarcoma", "seen"), ("lung", "seen")}


def test_a_missed_first_appointment_ends_rtt_and_not_cancer(reader):
    """RTT-R28 takes the 18-week wait out of the count; by CWT-R11 the 28 and 62 days go on, 13 days deducted."""
    text = _soup(reader, "/pathways/QQA/timeline/P1").get_text(" ", strip=True)
    assert "RTT-R28" in text
    assert "CWT-R11" in text
    assert "62 days to first treatment" in text
    assert "28 days to a diagnosis" in text
