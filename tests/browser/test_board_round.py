"""The board round on a tablet held in the hand: large enough to touch, accessible, and a note written in its place."""

import re

from playwright.sync_api import expect

from accessibility import check_accessibility

TABLET = {"width": 1024, "height": 768}
TOUCH = 44
# What lies in the board and can be touched, by its size.
_SMALL = """least => [...document.querySelectorAll("[data-live-board] a, [data-live-board] button, .cs-round-wards summary")]
    .filter(one => one.offsetParent).map(one => [one.textContent.trim(), one.getBoundingClientRect()])
    .filter(([, box]) => box.width < least || box.height < least).map(([words]) => words)"""
# The rows of the board whose content reaches out of them, over the next one.
_OVERLAP = """() => [...document.querySelectorAll('.cs-round tbody tr')]
    .filter(row => row.scrollHeight > row.offsetHeight + 1).length"""


def test_a_ward_fits_a_tablet_and_its_notes_are_written_on_it(page, site, sign_in):
    page.set_viewport_size(TABLET)
    sign_in("manager")
    page.goto(site.address("/wards"))
    check_accessibility(page)
    wards = page.locator(".cs-wards tbody tr").filter(has=page.locator("td:nth-of-type(2)", has_text=re.compile("[1-9]")))
    wards.first.get_by_role("link").click()
    expect(page.get_by_role("group", name="Patients shown")).to_be_visible()
    check_accessibility(page)
    assert page.evaluate(_SMALL, TOUCH) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= TABLET["width"]
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate(_OVERLAP) == 0
    page.set_viewport_size(TABLET)
    owner = page.locator('[data-cell="owner"]').first
    owner.get_by_role("link").click()
    owner.get_by_role("combobox").fill("Discharge team")
    owner.get_by_role("button", name="Save").click()
    expect(owner.get_by_role("link")).to_contain_text("Discharge team")
    page.get_by_role("link", name="Can go home").click()
    page.wait_for_url("**/wards/**show=home")
