"""The boards of unplanned care as pages: what stands in them, whose patients, what leaves, and who may not see small numbers."""

import csv
import io

import pytest
from bs4 import BeautifulSoup

from clockstop.store.home import Home
from emergency_rows import write_emergency

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture(scope="module")
def boards_home(tmp_path_factory):
    home = write_emergency(Home(tmp_path_factory.mktemp("boards")))
    for code, name in (("QQA", "Aldermoor"), ("QQB", "Birkdale")):
        home.organisation_file(code).parent.mkdir(parents=True)
        home.organisation_file(code).write_text(
            f'code = "{code}"\nname = "{name}"\nis_synthetic = true\n[[sites]]\ncode = "{code}1"\nname = "{name} Infirmary"\n'
        )
    return home


@pytest.fixture
def reader(db, monkeypatch, boards_home, settings):
    from django.test import Client

    from clockstop.accounts.models import Membership, User
    from clockstop.pages import context

    settings.HOME = boards_home
    monkeypatch.setenv("CLOCKSTOP_HOME", str(boards_home.root))
    context.desk_of_process.cache_clear()

    def sign_in(role="service_manager", trust="QQA"):
        user = User.objects.create_user(username=f"{role}{trust}")
        Membership.objects.create(user=user, trust="*" if role.startswith("group") else trust, role=role)
        client = Client()
        client.force_login(user)
        return client

    yield sign_in
    context.desk_of_process.cache_clear()


def soup_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.content[:600]
    return BeautifulSoup(answer.content, "html.parser")


def lines_of(soup, section):
    rows = soup.select(f"section[aria-labelledby={section}] tbody tr")
    return [[cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in rows]


def taken(client, address):
    answer = client.get(address)
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode().lstrip("\ufeff"))))


def test_the_board_says_what_can_be_counted_by_hand(reader):
    from clockstop.accounts.models import AccessRecord

    soup = soup_of(reader(), "/emergency")
    head = [block.get_text(" ", strip=True) for block in soup.select(".cs-now p")]
    assert head[0].startswith("In the department 12 the last 2 Sundays at 15:00: 1 to 2; 1 more in same day")
    assert head[1] == "Within 4 hours today 50.0% 2 of 4 who have left or passed 4 hours; 6 came so far"
    assert head[2] == "Over 12 hours 1 4 more reach 12 hours before 20:00 if nobody leaves"
    assert head[3].startswith("Beds tonight, known so far none to spare")
    assert lines_of(soup, "longest")[0] == ["=Majors 4", "02:59", "12 h 01", "Being treated"]
    assert "Bed asked 10:50, General Internal Medicine" in soup.get_text()
    assert soup.select_one("#waiting") is not None
    drawn = soup.select_one("section[aria-labelledby=longest] svg[role=img]").get_text()
    assert "the 12 of 12 longest there" in drawn
    kept = AccessRecord.objects.get(what="show_emergency")
    assert (kept.trust, kept.rows) == ("QQA", 12)


def test_other_readers_see_bands_without_small_numbers_and_no_patient(reader):
    from clockstop.accounts.models import AccessRecord

    soup = soup_of(reader("group_viewer"), "/emergency?trust=QQA")
    assert "=Majors 4" not in soup.get_text()
    strip = [item.get_text(" ", strip=True) for item in soup.select(".cs-strip li")]
    assert strip[0] == "Over 12 hours: withheld"
    assert soup.select(".cs-now strong")[2].get_text(strip=True) == "fewer than 5"
    boards = [soup, soup_of(reader("group_viewer", "*"), "/beds?trust=QQA")]
    assert [one.select("#live-board a[href*='/lists/'], #live-board a[href^='/wards/']") for one in boards] == [[], []]
    assert not AccessRecord.objects.filter(what="show_emergency").exists()
    assert reader().get("/emergency?trust=QQB").status_code == 403


def test_no_sum_beside_it_gives_a_small_number_away(reader):
    """3 go home, 3 are to be admitted, 1 is to come in; 1 of 7 was admitted, and 1 of 6 was there for longer than 4 hours."""
    viewer, manager = reader("group_viewer"), reader()
    address = "/emergency?trust=QQA&format=csv&table=tonight"
    assert [row["Beds"] for row in taken(viewer, address)[:5]] == ["1", *["withheld"] * 3, "0"]
    assert [row["Beds"] for row in taken(manager, address)[:5]] == ["1", "3", "-3", "-1", "0"]
    soup = soup_of(viewer, "/emergency?trust=QQA")
    assert soup.select("section[aria-labelledby=tonight] svg") == []
    assert "Some of the numbers are small" in soup.select_one("section[aria-labelledby=tonight]").get_text()
    routes = [row for row in taken(viewer, "/emergency/flow?trust=QQA&format=csv&table=routes") if row.get("Patients")]
    assert {(row["Route"], row["Patients"], row["Within 4 hours"]) for row in routes if row["Came"] == "All"} == {
        ("Admitted", "fewer than 5", ""), ("Discharged", "withheld", ""),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("address", "first"),
    [
        ("/emergency?format=csv", {"Time in the department": "Over 12 hours", "Patients": "1"}),
        ("/emergency?format=csv&table=tonight", {"Beds tonight": "Empty now", "Beds": "1"}),
        (
            "/emergency?format=csv&table=waiting",
            {"Specialty": "General Internal Medicine", "Waiting for a bed": "2", "Over 4 hours": "1"},
        ),
        ("/emergency?format=csv&table=home", {"Ward": "Ward A", "Expected": "4", "Gone": "1", "No need of a bed": "1"}),
        ("/emergency/flow?format=csv&table=routes", {"Route": "Discharged", "Patients": "6", "In all, median": "0 h 30"}),
        ("/emergency/flow?format=csv&table=beds", {"From": "18:00", "Decided to admit in the emergency department": "0.0"}),
        ("/beds?format=csv", {"Ward": "Ward A", "Open": "20", "Occupied": "18", "Closed for infection": "2", "Gone today": "1"}),
        ("/beds?format=csv&table=nights", {"Ward": "A", "Occupied": "90", "Available": "100"}),
    ],
)
def test_each_drawing_leaves_as_a_table(reader, address, first):
    rows = taken(reader(), address)
    found = next((row for row in rows if row.get("From") != "" and first.items() <= row.items()), None)
    assert found, rows[:3]


def test_the_flow_page_says_its_finding_and_its_routes(reader):
    soup = soup_of(reader(), "/emergency/flow?weeks=4")
    assert [row[:4] for row in lines_of(soup, "routes") if row[0] in ("Admitted", "Discharged")] == [
        ["Admitted", "1", "14.3%", "0.0%"], ["Discharged", "6", "85.7%", "83.3%"],
    ]  # fmt: skip
    assert soup.select_one("section[aria-labelledby=beds]") is not None
    assert "come a day, most of them from" in soup.select_one(".cs-lead").get_text()
    assert "18 October 2026 to 14 November 2026" in soup.select_one(".cs-sub").get_text()
    nobody = soup_of(reader("service_manager", "QQB"), "/emergency/flow")
    assert "Nobody came" in nobody.get_text()


def test_the_wards_page_sums_before_it_divides(reader):
    soup = soup_of(reader(), "/beds")
    assert "29 of 30 open beds are occupied (96.7%)" in soup.select_one(".cs-lead").get_text(" ", strip=True)
    assert lines_of(soup, "site-1")[0][:6] == ["Ward A", "18 of 20", "", "2", "3", "2 infection, 1 staffing"]
    assert lines_of(soup, "site-1")[1][3] == "1 over"
    assert lines_of(soup, "virtual") == [["Ward V", "20", "30", "67%"]]
    totals = [row for row in lines_of(soup, "nights") if row[0] == "Together"]
    assert totals == [["Together", "280", "300", "93.3%"]]


def test_where_no_attendances_are_sent_the_board_says_so_and_counts_nobody(reader):
    from clockstop.answers.emergency import HERE
    from clockstop.pages import context

    client = reader(trust="QQB")
    context.desk().shown["QQB"].at.pop(HERE)
    soup = soup_of(client, "/emergency")
    assert "Who is in the emergency department is not known: Birkdale sends no attendances." in soup.get_text()
    assert soup.select("#arrivals, #longest, #waiting") == []
    assert "In the department" not in soup.select_one(".cs-now").get_text()


def test_the_sites_and_their_sum_give_no_small_site_away():
    from types import SimpleNamespace

    from clockstop.pages.emergency import _told_apart

    def sites():
        every = [dict.fromkeys(("patients", "over_4", "over_12", "waiting"), count) for count in (13, 8, 4)]
        return [{"counts": one, **{name: str(count) for name, count in one.items()}} for one in every]

    told = _told_apart(SimpleNamespace(is_own=False), sites())
    assert [site["patients"] for site in told] == ["13", "withheld", "4"]  # the small one was worded before
    assert _told_apart(SimpleNamespace(is_own=True), sites()) == sites()


def test_where_no_attendances_are_sent_nothing_is_counted_on_the_flow_page_or_in_what_leaves(reader):
    from clockstop.answers.emergency import HERE
    from clockstop.pages import context

    client = reader(trust="QQB")
    context.desk().shown["QQB"].at.pop(HERE)
    flow = soup_of(client, "/emergency/flow").get_text()
    assert "Who came to the emergency department is not known." in flow
    assert "Birkdale sends no emergency attendances." in flow
    assert "Nobody came" not in flow
    for address in ("/emergency?format=csv", "/emergency?format=csv&table=arrivals", "/emergency/flow?format=csv"):
        rows = taken(client, address)
        assert rows
        assert {cell for row in rows for cell in list(row.values())[1:]} == {"not known"}


def test_the_legend_of_the_bars_says_what_the_bands_say(reader):
    from clockstop.pages.clock_bars import colour_of

    soup = soup_of(reader(), "/emergency")
    assert "3 hours or less:" in soup.select_one(".cs-strip").get_text()
    assert "Blue: over 3 hours. Light blue: 3 hours or less." in soup.get_text()
    assert colour_of(180) != colour_of(181)


@pytest.mark.parametrize(("role", "trust"), [("group_viewer", ""), ("service_manager", "QQA")])
def test_the_first_look_at_the_boards_finds_its_answers_worked_out(reader, monkeypatch, role, trust):
    from clockstop.answers import bed_flow, emergency, emergency_flow
    from clockstop.answers.scope import Scope
    from clockstop.pages import context
    from clockstop.pages.warming_boards import warm_boards

    client, trusts = reader(role, trust or "*"), frozenset({trust} if trust else {"QQA", "QQB"})
    own = frozenset({trust} if trust else ())
    warm_boards(Scope(trusts=trusts, may_see_patients=own, user="", role=""), context.desk(), trust)
    for module, name in (
        (emergency, "_usual"), (emergency, "_usual_day"), (emergency_flow, "_hours_of_day"), (emergency_flow, "_routes"),
        (emergency_flow, "_converted"), (bed_flow, "_day_of_beds"),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, lambda *_: pytest.fail("Worked out at the first look"))
    for address in ("/emergency", "/emergency/flow", "/beds"):
        assert client.get(address).status_code == 200
