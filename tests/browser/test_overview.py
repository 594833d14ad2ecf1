"""Where are we: the group's director sees four trusts, a manager the own one, and every number leads somewhere."""

from accessibility import check_accessibility


def test_the_director_sees_every_trust_and_goes_down_to_a_service(page, site, sign_in):
    # given the operations director of the group
    sign_in("director")
    # when the overview opens
    page.goto(site.address("/"))
    # then it asks the question, shows each trust, and says from when the figures are
    assert page.get_by_role("heading", level=1).inner_text() == "Where are we?"
    assert page.locator(".cs-asof").inner_text().startswith("Data to Sunday 15 November 2026")
    assert page.locator(".cs-grid thead th").count() >= 5
    check_accessibility(page)
    # and the way leads down: trust, division, service
    page.locator(".cs-grid thead a").first.click()
    assert page.get_by_role("heading", level=1).inner_text().startswith("Where are we? ")
    check_accessibility(page)
    page.locator(".cs-places a").first.click()
    check_accessibility(page)
    page.locator(".cs-grid a[href*='/services/'], .cs-places a").first.click()
    assert "/services/" in page.url
    check_accessibility(page)


def test_what_changed_is_said_in_sentences_whose_numbers_lead_to_what_is_behind_them(page, site, sign_in):
    sign_in("director")
    page.goto(site.address("/"))
    sentences = page.locator(".cs-changed li")
    assert sentences.count() >= 1  # the second is withheld in so small a group: unit/pages/test_whats_changed.py asks for both
    for number in range(sentences.count()):
        assert sentences.nth(number).inner_text().endswith(".")
    page.locator(".cs-changed a").first.click()
    assert "/measures/rtt_incomplete" in page.url


def test_a_manager_lands_on_the_own_trust_and_sees_no_other(page, site, sign_in, watch):
    sign_in("manager")
    page.goto(site.address("/"))
    assert site.trust in page.get_by_role("button", name="Open the waiting list").get_attribute("href")
    others = sorted({folder.name for folder in site.home.trusts.iterdir()} - {site.trust})
    watch.expect_status(403)
    page.goto(site.address(f"/trusts/{others[0]}"))
    assert page.get_by_role("heading", level=1).inner_text() == "You may not see its figures."
    check_accessibility(page)


def test_a_number_says_what_it_is_on_focus_and_escape_closes_it(page, site, sign_in):
    sign_in("director")
    page.goto(site.address("/"))
    first = page.locator(".cs-grid a.cs-tip").first
    first.focus()
    assert first.get_by_role("tooltip").is_visible()
    page.keyboard.press("Escape")
    assert not first.get_by_role("tooltip").is_visible()
