"""A small group of two trusts, loaded and refreshed once: QQA with a waiting list of forty, QQB with three."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from clockstop.answers.desk import Desk
from clockstop.store.home import Home

AS_OF = date(2026, 11, 15)
ORGANISATION = """
code = "{code}"
name = "{name}"
is_synthetic = true
[[divisions]]
name = "Surgery"
services = ["100", "120", "110"]
[[divisions]]
name = "Medicine"
services = ["300", "320"]
[[sites]]
code = "{code}01"
name = "{name} Infirmary"
"""


def back(days: int) -> str:
    """The day so many days before the as-of day."""
    return (AS_OF - timedelta(days=days)).isoformat()


def _write(folder: Path, name: str, rows: list[dict]) -> Path:
    file = folder / f"{name}.csv"
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with file.open("w", newline="") as opened:
        writer = csv.DictWriter(opened, columns)
        writer.writeheader()
        writer.writerows(rows)
    return file


def _referral(trust: str, number: int, days: int, service: str) -> dict:
    return {
        "referral_identifier": f"{trust}-R{number}",
        "patient_pathway_identifier": f"{trust}-P{number:03}",
        "referral_route": "letter",
        "referral_request_received_date": back(days),
        "activity_treatment_function_code": service,
        "organisation_site_identifier_of_treatment": f"{trust}01",
        "consultant_code": f"C{number % 4}",
        "priority_type_code": "2" if number % 5 == 0 else "1",
        "local_patient_identifier": f"H{trust}{number:05}",
        "nhs_number": "9434765919" if number == 1 else "",
        "sex": "1",
    }


def _appointment(trust: str, number: int, days: int, attended: str, status: str, **more) -> dict:
    return {
        "appointment_identifier": f"{trust}-A{number}-{days}",
        "patient_pathway_identifier": f"{trust}-P{number:03}",
        "appointment_date": back(days),
        "attended_or_did_not_attend_code": attended,
        "first_attendance_code": "1",
        "referral_to_treatment_period_status": status,
        "activity_treatment_function_code": "100",
    } | more


def _extracts(trust: str, pathways: int) -> dict[str, list[dict]]:
    """Waits of 3, 9, 15 ... days; every second pathway is booked, the ninth is listed for an admission, the last has died."""
    services = ("100", "120", "110", "300", "320")
    referrals = [_referral(trust, number, 3 + 6 * number, services[number % 5]) for number in range(1, pathways + 1)]
    appointments = [_appointment(trust, number, 2, "5", "20") for number in range(1, pathways + 1) if number % 3 == 0]
    appointments += [
        _appointment(trust, number, -10, "0", "", appointment_booked_date=back(5))
        for number in range(1, pathways + 1)
        if number % 2 == 0
    ]
    entries = [
        {
            "waiting_list_entry_identifier": f"{trust}-W9",
            "patient_pathway_identifier": f"{trust}-P009",
            "decided_to_admit_date": back(20),
            "decision_reason": "treatment",
            "elective_admission_type_code": "11",
            "intended_management_code": "2",
            "offered_for_admission_date": back(-12),
            "procedure_priority_code": "P3",
        }
    ]
    return {"referrals": referrals, "appointments": appointments, "waiting_list_entries": entries}


@pytest.fixture(scope="session")
def group_home(tmp_path_factory) -> Home:
    """The home of the small group, with one snapshot."""
    from clockstop.intake.build import refresh
    from clockstop.intake.load import load_file

    root = tmp_path_factory.mktemp("group")
    home = Home(root)
    for code, name, pathways in (("QQA", "Aldermoor", 40), ("QQB", "Birkdale", 9)):
        home.organisation_file(code).parent.mkdir(parents=True)
        home.organisation_file(code).write_text(ORGANISATION.format(code=code, name=name))
        folder = tmp_path_factory.mktemp(code)
        for dataset, rows in _extracts(code, pathways).items():
            load_file(home, file=_write(folder, dataset, rows), trust=code, dataset=dataset, today=AS_OF)
    refresh(home, as_of=AS_OF)
    return home


@pytest.fixture
def group(group_home, settings) -> Desk:
    """The desk that the pages use, over the small group."""
    from clockstop.pages import context

    settings.HOME = group_home
    context.desk_of_process.cache_clear()
    yield context.desk()
    context.desk_of_process.cache_clear()


@pytest.fixture
def reader(db, monkeypatch, group_home, group):
    """Sign somebody in with a role in a trust, and give their browser."""
    from django.test import Client

    from clockstop.accounts.models import Membership, User

    monkeypatch.setenv("CLOCKSTOP_HOME", str(group_home.root))

    def sign_in(role: str = "service_manager", trust: str = "QQA", username: str = "pat"):
        user = User.objects.create_user(username=username)
        Membership.objects.create(user=user, trust=trust, role=role)
        client = Client()
        client.force_login(user)
        return client

    return sign_in
