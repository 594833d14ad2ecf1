"""Every page on a desktop and a phone: no axe violation, no complaint of the console, no foreign request, no sideways scroll."""

import pytest
from playwright.sync_api import expect

from accessibility import check_accessibility

SLOWEST_MILLISECONDS = 120_000
PAGES = {
    "overview": "/",
    "trust": "/trusts/{trust}",
    "measures": "/measures",
    "measure": "/measures/rtt_within_18_weeks",
    "measure of a trust": "/measures/rtt_over_52_weeks?trust={trust}",
    "measure by week": "/measures/rtt_incomplete?period=week&cut=priority",
    "comparison": "/comparison",
    "benchmark": "/measures/rtt_within_18_weeks/benchmark",
    "inequality": "/measures/rtt_within_18_weeks/inequality?by=ethnic_category",
    "what changed": "/measures/rtt_within_18_weeks/change?trust={trust}",
    "measures on demand": "/measures/build",
    "data dictionary": "/dictionary",
    "calls of the API": "/api/",
    "packs": "/packs",
    "brief": "/brief/{trust}",
    "data quality": "/data/quality",
    "data quality of a dataset": "/data/quality/appointments?trust={trust}",
    "data-quality rule": "/data/quality/rule/appointments.missing_clinic_code?trust={trust}",
    "kite mark": "/measures/rtt_within_18_weeks/quality?trust={trust}",
    "flags": "/quality",
    "flag": "/quality/no_next_step?trust={trust}",
    "flag without rows": "/quality/future_start",
    "validation yield": "/validation/yield",
    "validation corrections": "/validation/corrections",
    "loads": "/data",
    "monthly return": "/returns/{trust}",
    "compare a list": "/data/compare",
    "rule": "/rules/RTT-R21",
    "rule without a clock": "/rules/TH-R01",
    "waiting list": "/ptl",
    "lists": "/lists",
    "list": "/lists/diagnostics",
    "worklist: cancer": "/lists/cancer",
    "worklist: follow-ups": "/lists/follow_ups",
    "worklist: sessions of clinics": "/lists/clinic_sessions",
    "worklist: sessions of rooms": "/lists/room_sessions",
    "worklist: gaps on operating lists": "/lists/theatre-gaps",
    "worklist: cancelled operations": "/lists/cancelled-operations",
    "family: cancer": "/care/cancer",
    "family: diagnostics": "/care/diagnostics?trust={trust}",
    "family: outpatients": "/care/outpatients",
    "family: theatres": "/care/theatres",
    "cancer steps": "/cancer/steps",
    "rooms": "/rooms",
    "clinics": "/outpatients",
    "operating lists": "/theatres",
    "emergency department and beds": "/emergency?trust={trust}",
    "flow": "/emergency/flow?trust={trust}",
    "beds": "/beds?trust={trust}",
    "family: emergency care": "/care/emergency",
    "activity against plan": "/activity",
    "measure of another family": "/measures/theatre_capped_utilisation?trust={trust}",
    "trajectory": "/measures/rtt_within_18_weeks/plan/{trust}",
    "diagnostics return": "/returns/dm01?trust={trust}",
    "returns": "/returns?trust={trust}",
    "rows behind a figure": "/measures/rtt_new_periods/rows?trust={trust}",
    "reviews": "/reviews",
    "review of a trust": "/reviews/{trust}",
    "review of a service": "/reviews/{trust}/services/C_110",
    "narrative": "/reviews/{trust}/narrative/rtt_incomplete",
    "new limits": "/reviews/{trust}/limits/rtt_incomplete",
    "alerts": "/alerts",
    "find": "/find",
    "views": "/views",
    "note": "/pathways/{trust}/note/{pathway}",
    "timeline": "/pathways/{trust}/timeline/{pathway}",
    "rows": "/pathways/{trust}/rows/{pathway}",
    "your account": "/account",
    "second factor": "/account/second-factor/add",
    "help": "/help",
    "definitions": "/definitions",
    "accessibility": "/accessibility",
}


@pytest.fixture(scope="session")
def pathway(browser, site):
    """A pathway of the analyst's trust, as its waiting list shows it."""
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(SLOWEST_MILLISECONDS)
    page.goto(site.address("/sign-in?next=/ptl%3Fwindow%3D"))
    page.get_by_label("Username").fill("analyst")
    page.get_by_label("Password", exact=True).fill("clockstop-demo")
    page.get_by_role("button", name="Sign in").click()
    found = page.locator("[data-open]").first.inner_text()
    context.close()
    return found


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_fits_its_screen(page, site, sign_in, pathway, name):
    sign_in("analyst")
    response = page.goto(site.address(PAGES[name].format(trust=site.trust, pathway=pathway)))
    assert response.status == 200
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for figure in page.locator("figure[data-chart]").all():
        expect(figure).to_have_attribute("data-drawn", "yes")
    check_accessibility(page)


@pytest.mark.parametrize("path", ["/nowhere", "/trusts/XXX", "/measures/nothing", "/rules/RTT-R99"])
def test_what_is_not_there_is_said_accessibly(page, site, sign_in, watch, path):
    watch.expect_status(404)
    sign_in("analyst")
    assert page.goto(site.address(path)).status == 404
    check_accessibility(page)


def test_one_load_and_what_was_set_aside_are_accessible(page, site, sign_in):
    sign_in("analyst")
    page.goto(site.address("/data"))
    page.locator(".cs-table a[href^='/data/']").first.click()
    page.wait_for_url("**/data/*/*/*")
    check_accessibility(page)
    page.goto(page.url.split("?")[0] + "/set-aside")
    check_accessibility(page)


def test_a_compared_list_is_accessible_and_leads_to_the_timeline(page, site, sign_in, pathway):
    sign_in("analyst")
    page.goto(site.address("/data/compare"))
    rows = f"Pathway No,Clock Start,Weeks\n{pathway},01/01/2020,3\nNOBODY,02/03/2026,2\n{pathway},31/02/2026,1\n"
    page.get_by_label("Your list").set_input_files({"name": "ptl.csv", "mimeType": "text/csv", "buffer": rows.encode()})
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_text("3 rows read = 2 compared + 1 set aside")).to_be_visible()
    check_accessibility(page)
    page.get_by_role("link", name="Other start").click()
    page.get_by_role("link", name=pathway).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_chart_names_its_standard_and_its_target_and_scrolls_in_its_own_box_on_a_phone(page, site, sign_in):
    sign_in("analyst")
    page.goto(site.address("/measures/rtt_within_18_weeks"))
    chart = page.locator("figure[data-drawn=yes] svg")
    chart.wait_for()
    words = " ".join(chart.locator("text").all_text_contents())
    assert "Standard 92" in words
    assert "target" in words
    assert "Average" in words
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("figure .cs-scroll").evaluate("box => box.scrollWidth > box.clientWidth")


def test_the_waiting_list_fits_a_desktop_and_folds_its_filters_on_a_phone(page, site, sign_in):
    sign_in("manager")
    page.goto(site.address("/ptl?window=&page_size=25"))
    table = page.locator(".cs-scroll", has=page.locator("#ptl"))
    assert table.evaluate("box => box.scrollWidth <= box.clientWidth")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("#ptl-owner")).to_be_hidden()
    page.locator("summary", has_text="More filters").click()
    expect(page.locator("#ptl-owner")).to_be_visible()
