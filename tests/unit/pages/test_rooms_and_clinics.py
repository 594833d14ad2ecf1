"""The heat map of rooms, the slots of clinics, and the lists behind them: whose figures, what stands in a cell, what leaves."""

import csv
import io
from datetime import date

import pytest
from bs4 import BeautifulSoup

from clockstop.answers.desk import Desk
from clockstop.intake.build import refresh
from clockstop.intake.load import load_file
from clockstop.store.home import Home

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
AS_OF = date(2026, 9, 30)
ORGANISATION = """
code = "{code}"
name = "{name}"
is_synthetic = true
[[divisions]]
name = "Surgery"
services = ["120"]
[[sites]]
code = "{code}01"
name = "{name} Infirmary"
"""
ROOMS = """room_identifier,room_name,location,room_type,opens_time,closes_time,open_weekdays,open_from_date,use_source,organisation_site_identifier_of_treatment
{code}-R1,Room 1,ENT clinic,consulting,08:00,18:00,3,2026-01-01,room_system,{code}01
{code}-R2,Booth,ENT clinic,specialist,08:00,18:00,3,2026-01-01,room_system,{code}01
"""  # noqa: E501
# Wednesday 23 September: room 1 all morning but an hour, the booth not at all; booked four hours each.
BOOKINGS = """room_booking_identifier,room_identifier,booking_date,booked_start_at,booked_end_at,used_start_at,used_end_at,booking_purpose
{code}-1,{code}-R1,2026-09-23,2026-09-23 08:00,2026-09-23 13:00,2026-09-23 08:00,2026-09-23 12:00,clinic
{code}-2,{code}-R2,2026-09-23,2026-09-23 08:00,2026-09-23 12:00,,,clinic
{code}-3,{code}-R1,2026-09-30,2026-09-30 08:00,2026-09-30 13:00,2026-09-30 08:00,2026-09-30 13:00,clinic
"""  # noqa: E501
SESSIONS = """outpatient_session_identifier,clinic_code,session_date,session_start_at,session_end_at,session_status,cancelled_date,slots,slots_blocked,room_identifier,activity_treatment_function_code
{code}-S1,=ENT,2026-09-23,2026-09-23 08:00,2026-09-23 12:00,held,,8,2,{code}-R1,120
{code}-S2,=ENT,2026-09-30,2026-09-30 08:00,2026-09-30 12:00,cancelled_provider,2026-09-20,8,,{code}-R1,120
"""  # noqa: E501
APPOINTMENTS = """appointment_identifier,patient_pathway_identifier,appointment_date,attended_or_did_not_attend_code,first_attendance_code,outpatient_session_identifier,clinic_code
{code}-A1,{code}-P1,2026-09-23,5,1,{code}-S1,=ENT
{code}-A2,{code}-P2,2026-09-23,3,1,{code}-S1,=ENT
{code}-A3,{code}-P3,2026-09-10,,1,,=ENT
"""  # noqa: E501
REQUESTS = """follow_up_request_identifier,patient_pathway_identifier,requested_date,due_date,latest_clinically_appropriate_date,risk_category,booked_date
{code}-F1,{code}-P1,2026-05-01,2026-08-01,2026-09-01,high,2026-10-20
{code}-F2,{code}-P2,2026-05-01,,,low,
{code}-F3,{code}-P3,2026-05-01,2026-08-01,2026-09-10,medium,
"""  # noqa: E501
FILES = {
    "rooms": ROOMS, "room_bookings": BOOKINGS, "outpatient_sessions": SESSIONS, "appointments": APPOINTMENTS,
    "follow_up_requests": REQUESTS,
}  # fmt: skip


@pytest.fixture(scope="module")
def rooms_home(tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("rooms"))
    folder = tmp_path_factory.mktemp("extracts")
    for code, name, datasets in (("QQA", "Aldermoor", FILES), ("QQB", "Birkdale", {"rooms": ROOMS, "room_bookings": BOOKINGS})):
        home.organisation_file(code).parent.mkdir(parents=True)
        home.organisation_file(code).write_text(ORGANISATION.format(code=code, name=name))
        for dataset, text in datasets.items():
            file = folder / f"{code}-{dataset}.csv"
            file.write_text(text.format(code=code))
            receipt = load_file(home, file=file, trust=code, dataset=dataset, today=AS_OF)
            assert receipt.rows_set_aside == 0, receipt.reasons
    refresh(home, as_of=AS_OF)
    return home


@pytest.fixture
def reader(db, monkeypatch, rooms_home, settings):
    from django.test import Client

    from clockstop.accounts.models import Membership, User
    from clockstop.pages import context

    settings.HOME = rooms_home
    monkeypatch.setenv("CLOCKSTOP_HOME", str(rooms_home.root))
    context.desk_of_process.cache_clear()
    assert isinstance(context.desk(), Desk)

    def sign_in(role="service_manager", trust="QQA"):
        user = User.objects.create_user(username=f"{role}{trust}")
        Membership.objects.create(user=user, trust=trust, role=role)
        client = Client()
        client.force_login(user)
        return client

    yield sign_in
    context.desk_of_process.cache_clear()


def _soup(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.content[:600]
    return BeautifulSoup(answer.content, "html.parser")


def _lines(answer):
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode().lstrip("\ufeff"))))


def test_a_cell_is_minutes_in_use_of_minutes_open(reader):
    """Two rooms on two Wednesday mornings: 240 + 300 of 1,200 minutes in use, 840 booked; all afternoons empty."""
    soup = _soup(reader(), "/rooms")
    used, booked = soup.select("table.cs-heat")
    assert [cell.get_text(strip=True)[-3:] for cell in used.select("tbody td")] == ["45%", ",0%"]
    assert [cell.get_text(strip=True)[-3:] for cell in booked.select("tbody td")] == ["70%", ",0%"]
    assert "6 of 8 room half-days stood empty (75%)" in soup.get_text()
    assert "Birkdale" not in soup.get_text()


def test_a_cell_leads_to_its_rooms_and_they_to_their_days(reader):
    client = reader()
    cell = _soup(client, "/rooms").select_one("table.cs-heat tbody td a")
    soup = _soup(client, cell["href"])
    rows = [
        [part.get_text(" ", strip=True) for part in row.select("th, td")]
        for row in soup.select("section[aria-labelledby=rooms] tbody tr")
    ]
    assert [(row[0], row[2], row[3], row[5]) for row in rows] == [
        ("Booth (QQA-R2)", "0 of 2 days", "40%", "0%"),
        ("Room 1 (QQA-R1)", "2 of 2 days", "100%", "90%"),
    ]
    days = _soup(client, soup.find("a", string="Every day of these rooms")["href"])
    assert len(days.select("table.cs-worklist tbody tr")) == 4


def test_filters_and_weeks_stand_in_the_address(reader):
    client = reader()
    assert "Booth" not in _soup(client, "/rooms?room_type=consulting&at=QQA:ENT+clinic&weekday=3&half_day=Morning").get_text()
    assert _soup(client, "/rooms?weeks=4").select_one("#filter-weeks option[selected]")["value"] == "4"
    assert "No room was open" in _soup(client, "/rooms?site=NOWHERE").get_text()
    assert client.get("/rooms?trust=QQB").status_code == 403
    for odd in ("²", "9" * 5000):
        assert client.get(f"/rooms?weeks={odd}&weekday={odd}&at=QQA:ENT+clinic").status_code == 200


def test_figures_leave_as_they_stand(reader):
    rows = _lines(reader().get("/rooms?format=csv"))
    assert [(row["Half-day"], row["Open minutes"], row["Booked minutes"], row["Minutes in use"]) for row in rows] == [
        ("Morning", "1200", "840", "540"),
        ("Afternoon", "1200", "0", "0"),
    ]
    assert reader(role="information_analyst").get("/rooms?format=xlsx").status_code == 200


def test_clinics_show_template_held_and_used(reader):
    """Sixteen slots scheduled, eight held of which two blocked; two booked, one attended; one session cancelled late."""
    client = reader()
    soup = _soup(client, "/outpatients")
    cells = [cell.get_text(" ", strip=True) for cell in soup.select("tbody tr")[0].select("th, td")]
    assert cells[2:] == ["16", "6", "1", "2", "33%", "17%", "1 of 2", "1"]
    (row,) = _lines(client.get("/outpatients?format=csv"))
    assert (row["Clinic"], row["Slots available"]) == ("'=ENT", "6")


def test_the_group_is_not_told_of_the_few_who_were_booked(reader):
    """Two booked and one attended: shares, bars and the export keep them from who may not see the trust's patients."""
    group = reader(role="group_operations_director", trust="*")
    cells = [cell.get_text(" ", strip=True) for cell in _soup(group, "/outpatients").select("tbody tr")[0].select("th, td")]
    assert cells[2:] == ["16", "6", "withheld", "2", "", "", "1 of 2", "1"]
    (row,) = _lines(group.get("/outpatients?format=csv"))
    assert {row[name] for name in ("Slots booked", "Slots attended", "Booked, share", "Attended, share")} == {"withheld"}


def test_follow_ups_are_listed_worst_first(reader):
    """Nobody is lost: the one without a date has no bar, and a booking beyond the date is late all the same."""
    soup = _soup(reader(), "/lists/follow_ups")
    rows = [row.get_text(" ", strip=True) for row in soup.select("table.cs-worklist tbody tr")]
    assert len(rows) == 3
    assert "Booked later than it should be" in rows[0]
    assert "29" in rows[0]
    assert any("No due date" in row for row in rows)
    groups = soup.select_one(".cs-groups").get_text(" ", strip=True)
    assert "No due date: 1" in groups
    assert "Overdue: 2" in groups


def test_past_appointments_without_an_outcome_are_listed(reader):
    soup = _soup(reader(), "/lists/unoutcomed?group=late")
    assert [row.select_one("th a").get_text() for row in soup.select("table.cs-worklist tbody tr")] == ["QQA-P3"]
