"""Theatres from files to pages: what is set aside, the minutes of a list by hand, its drawing, who sees cases, what leaves."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.answers.series import series
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
services = ["110"]
[[sites]]
code = "{code}01"
name = "{name} Infirmary"
"""
SAMPLES = Path(__file__).parents[2] / "samples"
WRONG = {
    "theatre_sessions": {"ends_before_it_starts": 1, "not_on_its_day": 1, "longer_than_a_day": 1},
    "theatre_cases": {"out_before_in": 1, "cancelled_and_operated": 1, "booked_after_operation": 1, "negative_minutes": 1},
}


@pytest.fixture(scope="module")
def theatre_home(tmp_path_factory):
    home, folder = Home(tmp_path_factory.mktemp("theatres")), tmp_path_factory.mktemp("extracts")
    for code, name in (("QQA", "Aldermoor"),):
        home.organisation_file(code).parent.mkdir(parents=True)
        home.organisation_file(code).write_text(ORGANISATION.format(code=code, name=name))
        for dataset in ("theatre_sessions", "theatre_cases"):
            # The worked list of the rule book, an afternoon on which nobody was operated, one to come; and wrong rows in each file.
            text = (SAMPLES / f"{dataset}.csv").read_text()
            file = folder / f"{code}-{dataset}.csv"
            file.write_text(text.format(code=code))
            receipt = load_file(home, file=file, trust=code, dataset=dataset, today=AS_OF)
            assert WRONG[dataset].items() <= receipt.reasons.items()
            assert receipt.rows_set_aside == 3
    refresh(home, as_of=AS_OF)
    return home


@pytest.fixture
def reader(db, monkeypatch, theatre_home, settings):
    from django.test import Client

    from clockstop.accounts.models import Membership, User
    from clockstop.pages import context

    settings.HOME = theatre_home
    monkeypatch.setenv("CLOCKSTOP_HOME", str(theatre_home.root))
    context.desk_of_process.cache_clear()
    assert isinstance(context.desk(), Desk)

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


def test_the_list_of_the_day_can_be_done_again_by_hand(reader):
    """185 of 240 minutes: 77.1%; 20 late, 25 over, gaps of 15 and 20; the afternoon was not run."""
    soup = soup_of(reader(), "/theatres?date=2026-09-29")
    assert "185 of 240 planned minutes in touch time: 77.1%" in soup.get_text()
    parts = [(row[0], *row[1:]) for row in lines_of(soup, "day")]
    assert ("Planned", "08:30", "12:30", "240") in parts
    assert ("Late start", "08:30", "08:50", "20") in parts
    assert ("Gap", "09:50", "10:05", "15") in parts
    assert ("1. =Hip replacement", "08:50", "09:50", "60") in parts
    assert ("Overrun", "12:30", "12:55", "25") in parts
    assert "Not run: nobody was operated" in soup.get_text()
    assert "Arthroscopy: cancelled" in soup.get_text()
    drawing = soup.select_one("svg[role=img]")
    assert "Theatre 1: 3 cases, 185 of 240 planned minutes used; Theatre 1: not run" in drawing.get_text()
    assert lines_of(soup, "theatres")[0][:5] == ["Theatre 1 QQA01", "1 of 2", "240", "185", ""]
    assert lines_of(soup, "services")[0][5:8] == ["77.1%", "87.5%", "3"]


def test_cases_are_for_those_who_may_see_patients_and_the_look_is_kept(reader):
    from clockstop.accounts.models import AccessRecord

    text = soup_of(reader("group_viewer"), "/theatres?trust=QQA&date=2026-09-29").get_text()
    assert "Hip replacement" not in text
    assert "77.1%" in text
    assert "The lists of a day are shown to those who may see" in text
    assert "185 of 240 planned minutes in touch time" not in text
    assert not AccessRecord.objects.filter(what="list_theatre_lists").exists()
    page = soup_of(reader(), "/theatres?date=2026-09-29")
    assert "Hip replacement" in page.get_text()
    kept = AccessRecord.objects.get(what="list_theatre_lists")
    assert (kept.trust, kept.rows, kept.detail) == ("QQA", 4, "2026-09-29")


def test_another_trust_s_theatres_are_not_shown(reader):
    client = reader()
    assert client.get("/theatres?trust=QQB").status_code == 403
    assert "QQB" not in soup_of(client, "/theatres").get_text()


def test_the_sessions_leave_with_all_their_minutes_and_no_patient(reader):
    answer = reader().get("/theatres?format=csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode().lstrip("\ufeff"))))
    assert [(row["theatre_session_identifier"], row["capped_minutes"], row["is_run"]) for row in rows] == [
        ("QQA-S1", "185.0", "yes"), ("QQA-S2", "", "no"),
    ]  # fmt: skip
    assert "QQA-P1" not in str(rows)


@pytest.mark.parametrize("address", ["/lists/theatre-gaps", "/theatres?format=csv", "/measures/theatre_cases/rows"])
def test_single_sessions_are_for_those_who_may_see_patients(reader, address):
    """A session's row tells how few people were in it; the figures of all sessions are for everybody."""
    answer = reader("group_viewer").get(address)
    assert answer.status_code == 403
    assert "sees figures, not single" in " ".join(answer.content.decode().split())
    assert reader().get(address).status_code == 200


@pytest.mark.parametrize(
    ("slug", "is_hidden"), [("theatre_cases", True), ("theatre_cases_per_session", True), ("theatre_capped_utilisation", False)]
)
def test_few_cases_are_not_for_who_may_not_see_patients_while_minutes_are(reader, slug, is_hidden):
    from clockstop.pages import context

    trusts, asked = frozenset({"QQA"}), {"period_kind": "month", "where": {}}
    for cleared, hidden in ((frozenset(), is_hidden), (trusts, False)):
        scope = Scope(trusts=trusts, may_see_patients=cleared, user="x", role="group_viewer")
        points = series(scope, context.desk(), slug, **asked)[0].points
        assert [point.is_hidden for point in points if point.is_hidden or point.denominator] == [hidden]


def test_the_gap_list_says_what_still_fits(reader):
    """45 of 240 minutes are booked in eight days; the typical case of the trust is 75 minutes: two more fit, with turnarounds."""
    row = soup_of(reader(), "/lists/theatre-gaps").select_one("table tbody tr").get_text(" ", strip=True)
    assert "Theatre 1" in row
    assert "45 min 3 h 15 min 1 h 15 min 2" in row


def test_the_patient_cancelled_on_the_day_is_to_be_treated_within_28_days(reader):
    row = soup_of(reader(), "/lists/cancelled-operations").select_one("table tbody tr").get_text(" ", strip=True)
    assert "QQA-P4" in row
    assert "27" in row


def test_before_anything_is_loaded_the_page_says_so(db, monkeypatch, tmp_path, settings, theatre_home):
    from clockstop.answers import theatres

    monkeypatch.setattr(theatres, "TABLE", "no such table")
    from django.test import Client

    from clockstop.accounts.models import Membership, User
    from clockstop.pages import context

    settings.HOME = theatre_home
    monkeypatch.setenv("CLOCKSTOP_HOME", str(theatre_home.root))
    context.desk_of_process.cache_clear()
    user = User.objects.create_user(username="nobody")
    Membership.objects.create(user=user, trust="QQA", role="service_manager")
    client = Client()
    client.force_login(user)
    assert "No trust has sent its theatre sessions." in soup_of(client, "/theatres").get_text()
    context.desk_of_process.cache_clear()
