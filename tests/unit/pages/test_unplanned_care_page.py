"""The timeline of a visit and of a stay: what it asks and reads out, what is drawn, who may see it, and what is recorded."""

import pytest
from bs4 import BeautifulSoup

from clockstop.store.home import Home
from told_rows import write_unplanned

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture(scope="module")
def told_home(tmp_path_factory):
    home = write_unplanned(Home(tmp_path_factory.mktemp("told")))
    home.organisation_file("QQA").parent.mkdir(parents=True)
    home.organisation_file("QQA").write_text('code = "QQA"\nname = "Aldermoor"\nis_synthetic = true\n')
    return home


@pytest.fixture
def reader(db, monkeypatch, told_home, settings):
    from django.test import Client

    from clockstop.accounts.models import Membership, User
    from clockstop.pages import context

    settings.HOME = told_home
    monkeypatch.setenv("CLOCKSTOP_HOME", str(told_home.root))
    context.desk_of_process.cache_clear()

    def sign_in(role="service_manager"):
        user = User.objects.create_user(username=role)
        Membership.objects.create(user=user, trust="*" if role.startswith("group") else "QQA", role=role)
        client = Client()
        client.force_login(user)
        return client

    yield sign_in
    context.desk_of_process.cache_clear()


def soup_of(client, number):
    answer = client.get(f"/pathways/QQA/timeline/{number}")
    assert answer.status_code == 200, answer.content[:600]
    return BeautifulSoup(answer.content, "html.parser")


def rows_of(soup, section):
    lines = soup.select(f"section[aria-labelledby={section}] tbody tr")
    return [[cell.get_text(" ", strip=True) for cell in line.select("th, td")] for line in lines]


def words_of(soup):
    return " ".join(soup.select_one("#caller-words").get_text().split())


def test_a_visit_asks_what_happened_and_can_be_read_out(reader):
    from clockstop.accounts.models import AccessRecord

    soup = soup_of(reader(), "E1")
    assert soup.h1.get_text() == "What happened in this visit?"
    assert soup.select_one(".cs-sub").get_text().startswith("Visit E1, hospital number H1")
    assert words_of(soup) == (
        "The patient came by ambulance on Monday 9 November 2026 at 22:00 and was handed over at 22:40, after 40 min. The clock "
        "started at 22:15 and stopped at 13:16 on Tuesday 10 November 2026: admitted to this hospital. It took 15 h 1 "
        "min: 11 h 1 min over 4 hours. It took 15 h 1 min: 3 h 1 min over 12 hours from arrival. A decision to "
        "admit was made at 01:15 on Tuesday 10 November 2026, 12 h 1 min before the patient left for a bed: 1 min over 12 hours "
        "from the decision to admit."
    )
    started = rows_of(soup, "steps")[1]
    assert started[:2] == ["Mon 9 Nov, 22:15", "The clock started"]
    assert started[3:] == ["UEC-1.2-AMBULANCE", "0 min"]
    assert soup.select_one("a[href='/rules/UEC-1.2-AMBULANCE']")
    assert rows_of(soup, "steps")[0][-1] == "15 min before"
    assert "A time in the future" in soup.select_one("section[aria-labelledby=about]").get_text()
    assert soup.select_one("section[aria-labelledby=about] a")["href"] == "/pathways/QQA/timeline/S1"
    assert "handed over in 40 min" in soup.select_one("section[aria-labelledby=hours] svg").get_text()
    assert (AccessRecord.objects.get().patient_pathway_identifier, AccessRecord.objects.get().trust) == ("E1", "QQA")
    assert not soup.select("[style], script:not([src])")


def test_other_clocks_of_the_patient_stand_beside(reader):
    soup = soup_of(reader(), "E1")
    assert [row[0] for row in rows_of(soup, "clocks")] == ["Referral to treatment pathway P1"]
    assert "No clock" not in soup.get_text()
    assert "stay S2" in soup.select_one("section[aria-labelledby=others]").get_text()


@pytest.mark.parametrize(
    ("number", "answers", "said"),
    [
        ("E2", ["Over", "Not over", "Does not apply"], "59 min over 4 hours"),
        ("E3", ["Within", "Not over", "Does not apply"], "It took 4 h: within 4 hours."),
        ("E4", ["Not counted", "Not over", "Does not apply"], "stands outside the 4-hour standard. It took 5 h."),
        ("E5", ["Not known", "Not known", "Does not apply"], "No departure was recorded within 24 hours"),
        ("E6", ["Not known", "Not known", "Does not apply"], "has left since"),
        ("E8", ["Over", "Not yet", "Not yet"], "6 h over 4 hours, which came at 03:00."),
    ],
)
def test_each_visit_stands_against_its_limits(reader, number, answers, said):
    soup = soup_of(reader(), number)
    assert [row[1] for row in rows_of(soup, "limits")] == answers
    assert said in words_of(soup)


def test_a_visit_under_way_says_when_12_hours_come(reader):
    soup = soup_of(reader(), "E8")
    assert "12 hours from arrival come at 11:00." in words_of(soup)
    assert "12 hours from the decision to admit come at 15:00." in words_of(soup)
    assert rows_of(soup, "steps")[-1] == ["Mon 16 Nov, 09:00", "Still in the department Majors 4", "", "", "+10 h"]


def test_a_stay_tells_its_wards_its_days_and_its_end(reader):
    soup = soup_of(reader(), "S1")
    assert soup.h1.get_text() == "What happened in this stay?"
    assert words_of(soup) == (
        "Admitted on Tuesday 10 November 2026 at 13:16: emergency, own emergency department. Discharged on Saturday 14 November "
        "2026 at 16:00, after 4 nights, on clinical advice. Ready for discharge on 12 November 2026, and left 2 days later, "
        "waiting for: care at home. A ready date was withdrawn 1 time. Readmitted as an emergency on 15 November 2026, 1 day later."
    )
    assert [row[1].split(" written")[0] for row in rows_of(soup, "steps")] == [
        "Admitted Emergency, own emergency department", "Expected date set now 13 November 2026",
        "Called ready for discharge medicines, taken back later,", "No longer ready: the date was withdrawn",
        "Called ready for discharge care at home,", "To the discharge lounge", "Left the ward", "Discharged On clinical advice",
        "Readmitted as an emergency",
    ]  # fmt: skip
    assert [row[0] for row in rows_of(soup, "wards")] == ["Acute Medical Unit Bay 2, bed 4", "Elm Bay 2, bed 4"]
    assert "The stay overlaps another of the same spell" in rows_of(soup, "wards")[1][-1]
    assert [row[1] for row in rows_of(soup, "rounds")] == ["Green", "Red Waiting for a scan", "Not assessed"]
    assert "1 green, 1 red, 1 not assessed" in soup.select_one("section[aria-labelledby=hours] svg").get_text()
    assert {link["href"] for link in soup.select("section[aria-labelledby=about] a")} == {
        "/pathways/QQA/timeline/E1", "/pathways/QQA/timeline/S2",
    }  # fmt: skip


def test_a_stay_of_now_says_where_the_patient_lies(reader):
    said = words_of(soup_of(reader(), "S2"))
    assert "Still in hospital on Monday 16 November 2026 at 09:00, after 1 night, on Ash, Bay 2, bed 4." in said
    assert "Expected to leave on 20 November 2026." in said


def test_a_death_is_not_read_to_anybody(reader):
    client = reader()
    soup = soup_of(client, "E7")
    assert "This patient has died" in soup.get_text()
    assert soup.select_one("#caller-words") is None
    assert "This patient has died" in client.get("/pathways/QQA/words/E7").content.decode()


def test_the_words_leave_as_plain_text(reader):
    said = reader().get("/pathways/QQA/words/E3").content.decode()
    assert "It took 4 h: within 4 hours." in said


@pytest.mark.parametrize("number", ["E1", "S1"])
def test_who_is_not_cleared_sees_nothing(reader, number):
    answer = reader("group_viewer").get(f"/pathways/QQA/timeline/{number}")
    assert answer.status_code == 403
    assert "22:15" not in answer.content.decode()


def test_a_hospital_number_leads_to_visits_and_stays(reader):
    client = reader()
    found = BeautifulSoup(client.post("/find", {"q": "h1"}).content, "html.parser")
    assert [link.get_text() for link in found.select("tbody a")] == ["P1", "E8", "S2", "S1", "E1"]
    said = [" ".join(row.get_text(" ").split()) for row in found.select("tbody tr")]
    assert "visit from Sun 15 Nov, 23:00" in said[1]
    assert "stay from Tue 10 Nov, 13:16" in said[3]
    assert client.post("/find", {"q": "HE3"}).url == "/pathways/QQA/timeline/E3"
