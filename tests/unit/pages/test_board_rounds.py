"""Board rounds as pages: a ward's patients by bay and bed in words, who may see them, what is recorded, notes in their place."""

from datetime import datetime, timedelta

import pyarrow as pa
import pytest
from bs4 import BeautifulSoup

from clockstop.answers import beds, board_rounds
from clockstop.store.home import Home
from written_snapshots import AS_OF, write_tables

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
AT = datetime.fromisoformat("2026-11-15T15:00")
TRUTHS = [name for name in board_rounds.COLUMNS if name.startswith(("is_", "can_"))]


def patient(number, bed, **more):
    """A patient of ward A, in bay 1, of whom nothing is known unless more is said."""
    row = {
        "trust": "QQA",
        "site": "QQA1",
        "at": AT,
        "patient_pathway_identifier": f"S{number}",
        "local_patient_identifier": f"H{number}",
    }
    row |= dict.fromkeys(board_rounds.COLUMNS) | dict.fromkeys(TRUTHS, False)
    row |= {"ward_code": "A", "ward_name": "Ward A", "round_ward_code": "A", "bay": "Bay 1", "bed": bed, "nights": 3}
    row |= {"colour": "unknown", "is_outlier": False, "is_7_plus": False, "is_14_plus": False, "service": "C_300"}
    return row | more


def days(number):
    return AS_OF + timedelta(days=number)


PATIENTS = [
    patient(1, "10", colour="red", red_reason="Waiting for a scan", is_seen_today=True, meets_criteria_to_reside=True,
            judged_date=AS_OF, estimated_discharge_date=days(2), days_to_expected=2),
    patient(2, "2", can_go_home=True, discharge_ready_date=days(-4), days_ready=4, meets_criteria_to_reside=False,
            judged_date=days(-1), delay_reason="=Care home place", pathway_of_discharge="3",
            estimated_discharge_date=days(-2), days_to_expected=-2,
            is_late=True, action="Ring the home", action_owner="Coordinator", round_date=days(-1), nights=30, is_long_stay=True),
    patient(3, "1", colour="green", is_seen_today=True, is_expected_today=True, expectation="definite",
            estimated_discharge_date=AS_OF, days_to_expected=0, meets_criteria_to_reside=True, judged_date=days(-2),
            is_outlier=True),
    patient(4, None, bay=None, ward_code="L", is_in_lounge=True),
    patient(5, "1", ward_code="B", round_ward_code="B", ward_name="Ward B"),
    patient(6, "1", trust="QQB", site="QQB1"),
]  # fmt: skip
LEAVING = [{"trust": "QQA", "site": "QQA1", "ward_code": "A", "standing": "gone", "is_gone": True, "is_late": False}]
WARDS = [
    {"trust": trust, "site": f"{trust}1", "ward_code": code, "ward_name": f"Ward {code}", "bed_group": "general_and_acute"}
    | dict.fromkeys(beds.BEDS) | {"open": 20, "occupied": 3}
    for trust, code in (("QQA", "A"), ("QQA", "B"), ("QQB", "A"))
]  # fmt: skip

SERIES = [{"trust": "QQA", "division": "Medicine", "service": "C_300", "site": "QQA1", "cut": "", "cut_value": ""}]


@pytest.fixture(scope="module")
def ward_home(tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("wards"))
    live = {"inpatients_now": PATIENTS, "expected_discharges": LEAVING, "wards_now": WARDS}
    tables = {name: _table(rows) for name, rows in {**live, "series": SERIES}.items()}
    write_tables(home, AS_OF, tables, live_at=dict.fromkeys(live, AT.isoformat()))
    for code, name in (("QQA", "Aldermoor"), ("QQB", "Birkdale")):
        home.organisation_file(code).parent.mkdir(parents=True)
        home.organisation_file(code).write_text(
            f'code = "{code}"\nname = "{name}"\nis_synthetic = true\n[[sites]]\ncode = "{code}1"\nname = "{name} Infirmary"\n'
        )
    return home


def _table(rows):
    """The rows; a column that is empty throughout is one of words."""
    found = pa.Table.from_pylist(rows)
    kinds = [pa.field(one.name, pa.string() if pa.types.is_null(one.type) else one.type) for one in found.schema]
    return found.cast(pa.schema(kinds))


@pytest.fixture
def reader(db, monkeypatch, ward_home, settings):
    from django.test import Client

    from clockstop.accounts.models import Membership, User
    from clockstop.pages import context

    settings.HOME = ward_home
    monkeypatch.setenv("CLOCKSTOP_HOME", str(ward_home.root))
    context.desk_of_process.cache_clear()

    def sign_in(role="service_manager", trust="QQA"):
        user = User.objects.create_user(username=f"{role}{trust}")
        Membership.objects.create(user=user, trust="*" if role.startswith("group") else trust, role=role)
        client = Client()
        client.force_login(user)
        return client

    yield sign_in
    context.desk_of_process.cache_clear()


def soup_of(client, address, **headers):
    answer = client.get(address, **headers)
    assert answer.status_code == 200, answer.content[:600]
    return BeautifulSoup(answer.content, "html.parser")


def lines_of(soup):
    return [[cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in soup.select("tbody tr")]


def test_one_row_a_patient_by_bay_and_bed_in_words(reader):
    """Bed 2 stands before bed 10, the lounge behind the beds; yesterday's colour, criteria and action are not today's."""
    from clockstop.accounts.models import AccessRecord

    soup = soup_of(reader(), "/wards/QQA/A")
    rows = [row[:8] for row in lines_of(soup)]
    assert [row[0] for row in rows] == ["1 Bay 1", "2 Bay 1", "10 Bay 1", "Lounge"]
    assert rows[0] == [
        "1 Bay 1",
        "H3 General Internal Medicine, outlier",
        "3",
        "Today Definite",
        "Met judged 13 Nov",
        "Green",
        "",
        "",
    ]
    assert rows[1][2:] == [
        "30", "13 Nov passed 2 days ago", "Not met ready since 11 Nov, 4 days", "Not assessed", "=Care home place Care home",
        "Ring the home Coordinator (of 14 Nov)",
    ]  # fmt: skip
    assert rows[2][3:] == ["17 Nov", "Met", "Red", "Waiting for a scan", ""]
    assert rows[3][3:5] == ["Not set", "Not judged"]
    lead = soup.select_one(".cs-sub").get_text(strip=True)
    assert lead.startswith("4 patients on 20 open beds. 1 could go home, 1 is expected to leave today, 1 has left. 2 of 4 assessed")
    kept = AccessRecord.objects.get(what="show_ward")
    assert (kept.trust, kept.rows, kept.detail) == ("QQA", 4, "A")


def test_who_can_go_home_is_one_touch_away(reader):
    from clockstop.accounts.models import AccessRecord

    client = reader()
    soup = soup_of(client, "/wards/QQA/A?show=home")
    assert [row[1][:2] for row in lines_of(soup)] == ["H2"]
    shows = [link.get_text(strip=True) for link in soup.select(".cs-round-shows a")]
    assert shows == ["All patients: 4", "Can go home: 1", "Expected today: 1", "Red: 1", "Not assessed: 2", "21 nights or more: 1"]
    assert AccessRecord.objects.get(what="show_ward").detail == "A home"
    assert "No patient is left" in soup_of(client, "/wards/QQA/B?show=red").get_text()
    assert client.get("/wards/QQA/none").status_code == 404


def test_a_ward_without_patients_says_so_and_offers_no_other_choice(reader, monkeypatch):
    from clockstop.answers import board_rounds

    monkeypatch.setattr(board_rounds, "patients", lambda *_: ())
    said = soup_of(reader(), "/wards/QQA/A").select_one("#live-board .cs-empty").get_text(" ", strip=True)
    assert said == "No patient is on this ward. Looked at Ward A."


def test_a_board_that_nothing_changed_on_is_neither_read_nor_recorded_again(reader):
    from clockstop.accounts.models import AccessRecord

    client = reader()
    edition = soup_of(client, "/wards/QQA/A").select_one("[data-live-board]")["hx-headers"].split('"')[3]
    poll = client.get("/wards/QQA/A", headers={"HX-Request": "true", "X-Clockstop-Edition": edition})
    assert (poll.status_code, poll["HX-Reswap"]) == (200, "none")
    assert AccessRecord.objects.filter(what="show_ward").count() == 1


def test_a_note_is_written_where_it_stands(reader):
    client = reader()
    cell = soup_of(client, "/wards/QQA/A").select_one('tr:nth-of-type(2) [data-edit="owner"]')
    assert "/pathways/QQA/note/S2?field=owner" in cell["href"]
    saved = client.post(cell["href"], {"owner": "Discharge team", "version": "0"}, headers={"HX-Request": "true"})
    assert saved.status_code == 200
    assert lines_of(soup_of(client, "/wards/QQA/A"))[1][9].startswith("Discharge team")


def test_only_who_is_cleared_for_the_trust_sees_its_patients(reader):
    """The refusal is recorded; wards in numbers are for every reader, small ones withheld."""
    from clockstop.accounts.models import AccessRecord

    assert reader().get("/wards/QQB/A").status_code == 403
    viewer = reader("group_viewer")
    assert viewer.get("/wards/QQA/A").status_code == 403
    assert AccessRecord.objects.filter(action="refused", what="show_ward").exists()
    soup = soup_of(viewer, "/wards?trust=QQA")
    assert lines_of(soup) == [
        ["Ward A", "20", *["withheld"] * 8], ["Ward B nobody assessed today", "20", "withheld", *["0"] * 5, "withheld", "0"],
    ]  # fmt: skip
    assert soup.select("tbody a") == []
    own = soup_of(reader("information_analyst"), "/wards")
    assert lines_of(own) == [
        ["Ward A", "20", "4", "1", "1", "1", "1", "1", "2", "1"],
        ["Ward B nobody assessed today", "20", "1", "0", "0", "0", "0", "0", "1", "0"],
    ]
