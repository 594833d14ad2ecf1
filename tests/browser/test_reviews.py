"""A division's review with the keyboard alone: an action is agreed, found again, put off with its reason, and closed."""

from playwright.sync_api import expect

from accessibility import check_accessibility

ACTION = "Ring every patient over 65 weeks"


def test_an_action_from_agreed_to_complete_with_the_keyboard_alone(page, site, sign_in, watch):
    watch.expect_status(422)
    sign_in("manager")
    page.goto(site.address(f"/reviews/{site.trust}"))
    # given the review, its last form is opened and filled in by keys; the day reads alike in every order of day and month
    page.locator("summary", has_text="no measure in particular").focus()
    page.keyboard.press("Enter")
    for text in (ACTION, "Booking lead", "12122026"):
        page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    # it is said that it is saved, where it was written and read first, and it is listed
    said = page.get_by_text("The action is agreed.")
    expect(said).to_be_in_viewport()
    expect(page.locator(".cs-said")).to_be_focused()
    listed = page.get_by_role("link", name=ACTION)
    expect(listed).to_be_visible()
    check_accessibility(page)
    listed.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/actions/*")
    # another day needs its reason, and the words that are typed stay
    page.get_by_label("By when").focus()
    page.keyboard.type("01012027")
    page.keyboard.press("Enter")
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("why the date moves")
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    expect(page.get_by_label("By when")).to_have_value("2027-01-01")
    page.get_by_label("Why the day moves, if it does").focus()
    page.keyboard.type("The phone line is down")
    page.keyboard.press("Enter")
    expect(page.locator(".cs-facts")).to_contain_text("first agreed for 12 December 2026")
    # closed with its evidence
    page.get_by_label("Status").focus()
    page.keyboard.type("Com")
    page.get_by_label("Evidence").focus()
    page.keyboard.type("Nobody is left on the list of today")
    page.keyboard.press("Enter")
    expect(page.locator(".cs-facts")).to_contain_text("Complete")
    check_accessibility(page)
