"""Who breaches next with no next step: filtered, written on, walked with keys, taken away, with and without script."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import expect

from accessibility import check_accessibility

PASSWORD = "clockstop-demo"
EVERY_ROW = "/ptl?window=&page_size=25"


def pathways(page) -> list[str]:
    return page.locator("[data-open]").all_inner_texts()


@pytest.fixture
def listed(page, site, sign_in):
    """The manager's list with every open pathway."""
    sign_in("manager")
    page.goto(site.address(EVERY_ROW))
    return page


@pytest.mark.parametrize("width", [1366, 390])
def test_the_list_is_accessible_and_fits_its_screen(listed, width):
    listed.set_viewport_size({"width": width, "height": 844})
    expect(listed.get_by_role("heading", level=1)).to_have_text("Who breaches next with no next step?")
    check_accessibility(listed)
    assert listed.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_an_owner_written_a_second_ago_filters_the_list(listed):
    # given a pathway that nobody owns
    row = listed.locator("tr[data-row]").nth(2)
    pathway = row.locator("[data-open]").inner_text()
    # when an owner is written in the row
    row.locator('[data-edit="owner"]').click()
    row.get_by_label("Owner of pathway").fill("Zebra team")
    row.get_by_role("button", name="Save").click()
    expect(row.locator('[data-edit="owner"]')).to_contain_text("Zebra team")
    # then the filter knows the owner at once, and leaves that pathway alone
    listed.reload()
    listed.get_by_label("Owner", exact=True).first.select_option("Zebra team")
    expect(listed.locator("[data-open]")).to_have_text([pathway])
    assert "owner=Zebra" in listed.url


def test_a_filter_changes_the_list_and_the_address_without_a_reload(listed):
    listed.evaluate("window.stayed = true")
    listed.get_by_label("Service", exact=True).select_option(index=1)
    listed.wait_for_url(lambda url: "service=C_" in url or "service=X0" in url)
    expect(listed.get_by_role("status").last).to_contain_text("shown")
    assert listed.evaluate("window.stayed")
    shared = listed.url
    shown = pathways(listed)
    listed.goto(shared)
    assert pathways(listed) == shown


def test_a_cell_in_edit_is_left_with_escape_and_nothing_is_written(listed):
    row = listed.locator("tr[data-row]").nth(1)
    before = row.locator('[data-cell="comment"]').inner_text()
    row.locator('[data-edit="comment"]').click()
    check_accessibility(listed)
    row.get_by_label("Comment of pathway").fill("never kept")
    listed.keyboard.press("Escape")
    expect(row.locator("form")).to_have_count(0)
    assert row.locator('[data-cell="comment"]').inner_text() == before


def test_keys_walk_select_edit_and_open(listed):
    names = pathways(listed)
    listed.keyboard.press("j")
    listed.keyboard.press("j")
    expect(listed.locator("tr.cs-here [data-open]")).to_have_text(names[1])
    listed.keyboard.press("k")
    listed.keyboard.press("x")
    expect(listed.locator("[data-selected]")).to_have_text("1 selected")
    # the comment opens, and within the field a letter is a letter
    listed.keyboard.press("c")
    field = listed.get_by_label("Comment of pathway")
    expect(field).to_be_focused()
    field.fill("")
    listed.keyboard.type("jxnock")
    expect(field).to_have_value("jxnock")
    expect(listed.locator("[data-selected]")).to_have_text("1 selected")
    listed.keyboard.press("Escape")
    expect(field).to_have_count(0)
    listed.keyboard.press("k")
    listed.keyboard.press("Enter")
    listed.wait_for_url(lambda url: f"/timeline/{names[0]}" in url)


def test_keys_can_be_turned_off(listed):
    listed.get_by_role("button", name="Turn keys off").click()
    listed.keyboard.press("j")
    expect(listed.locator("tr.cs-here")).to_have_count(0)
    listed.get_by_role("button", name="Turn keys on").click()
    listed.locator("h1").click()
    listed.keyboard.press("j")
    expect(listed.locator("tr.cs-here")).to_have_count(1)


def test_many_rows_are_written_at_once_and_undone(listed):
    for place in (4, 5):
        listed.locator('input[name="pathway"]').nth(place).check()
    listed.get_by_role("region", name="Do to the selected rows").get_by_label("Owner").fill("Yak team")
    listed.get_by_role("button", name="Save for these").click()
    expect(listed.get_by_text("2 pathways changed.")).to_be_visible()
    expect(listed.locator('[data-edit="owner"]', has_text="Yak team")).to_have_count(2)
    check_accessibility(listed)
    listed.get_by_role("button", name="Undo my last change").click()
    expect(listed.locator('[data-edit="owner"]', has_text="Yak team")).to_have_count(0)


def test_the_export_has_the_rows_as_filtered(listed):
    listed.get_by_label("Service", exact=True).select_option(index=1)
    listed.wait_for_url(lambda url: "service=C_" in url or "service=X0" in url)
    shown = pathways(listed)
    with listed.expect_download() as download:
        listed.get_by_role("link", name="CSV").click()
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
        taken = [row["Pathway"] for row in csv.DictReader(file)]
    assert taken[: len(shown)] == shown


def test_a_view_is_saved_under_a_name(listed):
    listed.goto(listed.url + "&sort=days_waited&direction=down")
    listed.locator("summary", has_text="Saved views").click()
    listed.get_by_label("Save this view as").fill("Longest first")
    listed.get_by_role("button", name="Save this view").click()
    expect(listed.get_by_text("Saved as “Longest first”.")).to_be_visible()
    assert "sort=days_waited" in listed.url
    listed.goto(listed.url.split("/ptl")[0] + "/views")
    check_accessibility(listed)
    listed.get_by_role("button", name="Delete Longest first").click()
    expect(listed.get_by_text("“Longest first” was deleted.")).to_be_visible()


def test_the_list_is_filtered_and_written_on_without_script(browser, site):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.goto(site.address("/sign-in"))
    page.get_by_label("Username").fill("manager")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(site.address(EVERY_ROW))
    pathway = page.locator("[data-open]").nth(3).inner_text()
    page.locator('[data-edit="comment"]').nth(3).click()
    page.get_by_label("Comment").fill("Walrus")
    page.get_by_role("button", name="Save").click()
    page.get_by_label("Comment or next step says").fill("walrus")
    page.get_by_role("button", name="Show").click()
    assert page.locator("[data-open]").all_inner_texts() == [pathway]
    context.close()


def test_the_director_is_told_what_may_be_seen_instead(page, site, sign_in, watch):
    watch.expect_status(403)
    sign_in("director")
    page.goto(site.address("/ptl"))
    expect(page.get_by_text("sees figures, not single patients")).to_be_visible()
    assert pathways(page) == []
    check_accessibility(page)
