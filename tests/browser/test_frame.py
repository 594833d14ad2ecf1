"""The frame of every page: the door, the header, what goes wrong, and life without script."""

import pytest

from accessibility import check_accessibility


def test_signing_in_leads_to_the_overview_and_signing_out_back_to_the_door(page, site):
    # given somebody who opens a page without having signed in
    page.goto(site.address("/who-looked"))
    assert page.url == site.address("/sign-in?next=/who-looked")
    check_accessibility(page)
    # when the right name and password are typed
    page.get_by_label("Username").fill("director")
    page.get_by_label("Password", exact=True).fill("clockstop-demo")
    page.get_by_role("button", name="Sign in").click()
    # then the page that was asked for opens
    page.wait_for_url(site.address("/who-looked"))
    # and when they sign out, the door is shut again
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(site.address("/sign-in"))
    page.goto(site.address("/who-looked"))
    assert "/sign-in" in page.url


def test_a_wrong_password_is_said_in_words_and_leads_to_the_field(page, site):
    page.goto(site.address("/sign-in"))
    page.get_by_label("Username").fill("director")
    page.get_by_label("Password", exact=True).fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    assert page.get_by_role("alert").inner_text().startswith("You are not signed in")
    assert page.title() == "Error: Sign in – Clockstop"
    check_accessibility(page)
    page.get_by_role("link", name="The username or the password is wrong").click()
    assert page.evaluate("document.activeElement.id") == "id_username"


@pytest.mark.parametrize("path", ["/help", "/definitions", "/accessibility", "/who-looked"])
def test_pages_of_words_are_accessible_and_say_that_the_data_are_made_up(page, site, sign_in, path):
    sign_in("analyst")
    page.goto(site.address(path))
    assert page.get_by_role("complementary").inner_text().startswith("Synthetic data")
    check_accessibility(page)


def test_an_address_that_is_not_there_says_what_to_do(page, site, sign_in, watch):
    watch.expect_status(404)
    sign_in("director")
    page.goto(site.address("/nowhere"))
    assert page.get_by_role("heading", level=1).inner_text() == "There is no such page"
    check_accessibility(page)
    page.get_by_role("link", name="Back to the overview").click()
    page.wait_for_url(site.address("/"))


def test_the_keyboard_reaches_the_content_by_the_skip_link(page, site, sign_in):
    sign_in("director")
    page.goto(site.address("/help"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "maincontent"


def test_the_door_and_the_menu_work_without_script(browser, site):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(site.address("/sign-in"))
    page.get_by_label("Username").fill("manager")
    page.get_by_label("Password", exact=True).fill("clockstop-demo")
    page.get_by_role("button", name="Sign in").click()
    assert page.get_by_role("navigation", name="Menu").get_by_role("link", name="Overview").is_visible()
    assert page.get_by_role("button", name="Sign out").is_visible()
    context.close()
