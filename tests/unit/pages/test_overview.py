"""Where are we: what the group, a trust, a division and a service show, and to whom."""

import pytest
from bs4 import BeautifulSoup

pytestmark = pytest.mark.slow


def shown(client, address):
    response = client.get(address)
    assert response.status_code == 200, response.content[:2000]
    return BeautifulSoup(response.content, "html.parser")


def heads(page):
    return [head.get_text(strip=True) for head in page.select(".cs-grid thead th")]


def test_a_group_role_sees_every_trust_beside_england(reader):
    page = shown(reader("group_operations_director", "*"), "/")
    assert {"Aldermoor", "Birkdale", "England"} <= set(heads(page))
    assert page.select_one(".cs-asof").get_text().startswith("Data to Sunday 15 November 2026")


def test_a_manager_starts_on_the_own_trust_and_can_open_its_list(reader):
    page = shown(reader("service_manager", "QQA"), "/")
    assert page.h1.get_text() == "Where are we? Aldermoor"
    assert page.select_one(".cs-tools a:-soup-contains('Open the waiting list')")["href"].startswith("/ptl?trust=QQA")
    assert "Birkdale" not in page.get_text()


def test_the_way_leads_from_the_trust_to_its_division_and_its_service(reader):
    client = reader("service_manager", "QQA")
    division = next(
        link["href"] for link in shown(client, "/trusts/QQA").select(".cs-grid thead a") if "/divisions/" in link["href"]
    )
    service = shown(client, division).select_one("a[href*='/services/']")
    page = shown(client, service["href"])
    assert page.h1.get_text() == f"Where are we? {service.get_text(strip=True)}"
    assert [crumb.get_text() for crumb in page.select(".nhsuk-breadcrumb__link")] == ["Overview", "Aldermoor"]


def test_every_number_is_a_link_that_says_what_it_is(reader):
    page = shown(reader("service_manager", "QQA"), "/trusts/QQA")
    numbers = page.select(".cs-grid td .cs-num.cs-tip")
    assert numbers
    for number in numbers:
        assert number["href"].startswith("/measures/")
        assert page.find(id=number["aria-describedby"]).get_text(strip=True)


@pytest.mark.parametrize(
    ("address", "status"),
    [("/trusts/QQB", 403), ("/trusts/XXX", 404), ("/trusts/QQA/divisions/Nowhere", 404), ("/trusts/QQA/services/C_999", 404)],
)
def test_what_is_not_the_readers_is_refused_and_what_is_not_there_is_not_found(reader, address, status):
    response = reader("service_manager", "QQA").get(address)
    assert response.status_code == status
    assert "Birkdale" not in response.content.decode()


def test_a_refusal_is_recorded(reader):
    from clockstop.accounts.models import AccessRecord

    reader("service_manager", "QQA").get("/trusts/QQB")
    record = AccessRecord.objects.get()
    assert (record.action, record.what, record.trust) == ("refused", "show_trust", "QQB")


def test_a_live_filter_gets_the_content_without_the_frame(reader):
    client = reader("service_manager", "QQA")
    part = client.get("/trusts/QQA", headers={"HX-Request": "true"}).content.decode()
    assert "<h1>" in part
    assert "<title>" in part
    assert "nhsuk-header" not in part


@pytest.mark.parametrize(("role", "trust"), [("group_viewer", ""), ("service_manager", "QQA")])
def test_the_first_look_finds_marks_and_map_worked_out(reader, monkeypatch, role, trust):
    from clockstop.answers import board, data_quality, kite_marks
    from clockstop.answers.scope import Scope
    from clockstop.pages import context
    from clockstop.pages.warming_quality import warm_quality

    client, codes = reader(role, trust or "*"), [trust] if trust else ["QQA", "QQB"]
    scope = Scope(trusts=frozenset(codes), may_see_patients=frozenset({trust} if trust else ()), user="", role="")
    opened = context.desk()
    warm_quality(scope, opened, codes, board.overview(scope, opened, {"trust": trust} if trust else {}))
    for module, name in ((data_quality, "_overview"), (kite_marks, "_evidence")):
        monkeypatch.setattr(module, name, lambda *_: pytest.fail("Worked out at the first look"))
    for address in ("/", "/data/quality"):
        assert shown(client, address).h1
