"""A worklist of another family: its parts, a note in its row, and the timeline on which a patient's clocks stand side by side."""

import pyarrow as pa
import pytest
from playwright.sync_api import expect

from accessibility import check_accessibility
from clockstop.answers.desk import Desk
from clockstop.answers.list_filters import ListFilters
from clockstop.answers.list_query import worklist
from clockstop.answers.lists import lists
from clockstop.answers.scope import Scope
from written_snapshots import NOTES


@pytest.fixture
def tests(page, site, sign_in):
    """The manager's list of those who wait for a test."""
    sign_in("manager")
    page.goto(site.address("/lists/diagnostics"))
    return page


@pytest.mark.parametrize("width", [1366, 390])
def test_the_list_is_accessible_and_fits_its_screen(tests, width):
    tests.set_viewport_size({"width": width, "height": 844})
    expect(tests.locator("tr[data-row]").first).to_be_visible()
    check_accessibility(tests)
    assert tests.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_part_of_the_list_is_chosen_and_a_row_gets_its_owner(tests):
    tests.get_by_role("group", name="Parts of the list").get_by_role("link", name="Breach in the next 14 days").click()
    tests.wait_for_url(lambda url: "group=next_14" in url)
    row = tests.locator("tr[data-row]").first
    row.locator('[data-edit="owner"]').click()
    row.get_by_label("Owner of pathway").fill("Scan team")
    row.get_by_role("button", name="Save").click()
    expect(row.locator('[data-edit="owner"]')).to_contain_text("Scan team")
    tests.reload()
    tests.get_by_label("Owner", exact=True).first.select_option("Scan team")
    tests.wait_for_url(lambda url: "owner=Scan" in url)
    expect(tests.locator("tr[data-row]").first).to_be_visible()
    assert "group=next_14" in tests.url


@pytest.mark.parametrize("width", [1366, 390])
def test_a_patients_clocks_stand_side_by_side_on_the_timeline(tests, width):
    tests.set_viewport_size({"width": width, "height": 844})
    tests.locator("[data-open]").first.click()
    expect(tests.get_by_role("heading", level=1)).to_contain_text("clock")
    expect(tests.get_by_role("img", name="Clocks and events").locator("text", has_text="Diagnostic").first).to_be_visible()
    check_accessibility(tests)
    assert tests.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_every_list_finds_its_columns_in_the_snapshot_and_its_groups_can_be_asked(site):
    opened = Desk(site.home).refreshed()
    every = frozenset(opened.manifest.trusts)
    scope = Scope(trusts=every, may_see_patients=every, user="test", role="operator")
    notes = pa.Table.from_pylist([], schema=NOTES)
    for listed in lists().values():
        assert opened.has(listed.table), listed.slug
        breach = (listed.breach.date, listed.breach.days) if listed.breach else ()
        named = {column.name for column in listed.columns} | {one.column for one in listed.filters} | set(listed.key) | set(breach)
        named |= {name.lstrip("-") for name in listed.order}
        assert named - set(opened.table(listed.table).columns) == set(), listed.slug
        for group in ("", *(one.slug for one in listed.groups)):
            found = worklist(scope, opened, notes, listed, ListFilters(group=group))
            assert len(found.rows) == min(found.total, found.page_size), (listed.slug, group)
