"""An hour at the validation desk with the keyboard alone: outcomes, undo, skip, a note, keys off; and without script."""

import pytest
from playwright.sync_api import expect

from accessibility import check_accessibility

PASSWORD = "clockstop-demo"
# A key pressed within this time after a row has come is taken for one that was meant for the row before.
GRACE_MILLISECONDS = 400


@pytest.fixture
def at_desk(page, site, sign_in):
    """The clerk's desk, with a row before them."""
    sign_in("validator")
    page.goto(site.address("/validation"))
    return page


def heading(page):
    return page.locator("#evd").inner_text()


def pressed(page, key) -> str:
    """Press a key and wait for the next row; its heading."""
    before = heading(page)
    page.wait_for_timeout(GRACE_MILLISECONDS)
    page.keyboard.press(key)
    expect(page.locator("#evd")).not_to_have_text(before)
    return heading(page)


@pytest.mark.parametrize("width", [1366, 390])
def test_the_desk_is_accessible_and_fits_its_screen(at_desk, width):
    at_desk.set_viewport_size({"width": width, "height": 844})
    expect(at_desk.get_by_role("heading", level=1)).to_have_text("Which pathways should I check this hour?")
    check_accessibility(at_desk)
    assert at_desk.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_five_rows_with_the_keyboard_alone(at_desk):
    # given an hour that begins with the first outcome
    if at_desk.get_by_role("button", name="End the hour").is_visible():
        at_desk.get_by_role("button", name="End the hour").click()
        expect(at_desk.locator(".cs-hour")).to_contain_text("No hour under way")
    at_desk.evaluate("window.stayed = true")
    # given a row before the clerk, one key gives the outcome and brings the next
    first = heading(at_desk)
    second = pressed(at_desk, "6")
    expect(at_desk.locator(".cs-hour")).to_contain_text("1 of 60 checked")
    assert at_desk.evaluate("document.activeElement.id") == "evd"
    # a note is typed: its letters give no outcome, and go with the next one
    at_desk.wait_for_timeout(GRACE_MILLISECONDS)
    at_desk.keyboard.press("n")
    at_desk.keyboard.type("6 szt rang the patient")
    at_desk.keyboard.press("Enter")
    assert heading(at_desk) == second
    pressed(at_desk, "3")
    expect(at_desk.locator(".cs-hour")).to_contain_text("1 clock corrected")
    # Z takes it back and opens the row again
    assert pressed(at_desk, "z") == second
    pressed(at_desk, "6")
    # a start without its day is asked for, then given
    at_desk.wait_for_timeout(GRACE_MILLISECONDS)
    fourth = heading(at_desk)
    at_desk.keyboard.press("5")
    expect(at_desk.locator("#right-date")).to_be_focused()
    at_desk.keyboard.type("01012020")
    at_desk.keyboard.press("Enter")
    expect(at_desk.locator("#evd")).not_to_have_text(fourth)
    # S puts a row aside for this hour
    skipped = heading(at_desk)
    pressed(at_desk, "s")
    pressed(at_desk, "7")
    pressed(at_desk, "2")
    expect(at_desk.locator(".cs-hour")).to_contain_text("5 of 60 checked")
    assert skipped.split(":")[0] not in at_desk.locator("[data-open]").all_inner_texts()
    assert first.split(":")[0] not in at_desk.locator("[data-open]").all_inner_texts()
    assert at_desk.evaluate("window.stayed"), "the page was not loaded anew"
    check_accessibility(at_desk)


def test_keys_can_be_turned_off(at_desk):
    at_desk.get_by_role("button", name="Turn keys off").click()
    before = heading(at_desk)
    at_desk.locator("#evd").focus()
    at_desk.keyboard.press("6")
    at_desk.wait_for_timeout(2 * GRACE_MILLISECONDS)
    assert heading(at_desk) == before
    at_desk.get_by_role("button", name="Turn keys on").click()


def test_the_desk_works_without_script(browser, site, browser_context_args):
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    page = context.new_page()
    page.goto(site.address("/sign-in?next=/validation"))
    page.get_by_label("Username").fill("validator")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(site.address("/validation"))
    before = heading(page)
    assert not page.locator(".cs-key").first.is_visible()
    page.get_by_role("button", name="Clock is right").click()
    assert heading(page) != before
    page.get_by_role("button", name="Undo").click()
    assert heading(page) == before
    context.close()
