"""Why does the clock say so: found by number, drawn, explained and read out."""

import re

import pytest
from playwright.sync_api import expect

from accessibility import check_accessibility


@pytest.fixture
def timeline(page, site, sign_in):
    """The timeline of the first pathway of the manager's list."""
    sign_in("manager")
    page.goto(site.address("/ptl?window=&page_size=25"))
    page.locator("[data-open]").first.click()
    page.wait_for_url("**/timeline/**")
    return page


@pytest.mark.parametrize("width", [1366, 390])
def test_the_timeline_is_accessible_and_fits_its_screen(timeline, width):
    timeline.set_viewport_size({"width": width, "height": 844})
    expect(timeline.get_by_role("heading", level=1)).to_contain_text("Why does the clock say")
    check_accessibility(timeline)
    assert timeline.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    turns = "[...document.querySelectorAll('table.cs-turns')]"
    assert timeline.evaluate(f"{turns}.every((table) => table.offsetWidth <= table.parentElement.clientWidth)")


def test_drawn_words_do_not_lie_on_each_other_in_the_browsers_own_letters(timeline):
    overlaps = timeline.evaluate("""() => {
        const boxes = [...document.querySelectorAll("svg.cs-chart text")].map((text) => [text.textContent, text.getBBox()]);
        const hits = [];
        boxes.forEach(([one, a], place) => boxes.slice(place + 1).forEach(([other, b]) => {
            const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
            const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
            if (across > 0 && down > 3) hits.push(`${one} / ${other}`);
        }));
        return hits;
    }""")
    assert overlaps == []


def test_each_rule_is_a_link_to_what_it_says(timeline):
    rule = timeline.locator("a.cs-rule").first
    name = rule.inner_text()
    rule.click()
    expect(timeline.locator(".cs-sub")).to_have_text(name)
    expect(timeline.get_by_role("heading", name="Where the clock uses it")).to_be_visible()
    check_accessibility(timeline)


def test_the_search_leads_straight_to_the_pathway(timeline, site):
    pathway = timeline.url.rsplit("/", 1)[1]
    timeline.goto(site.address("/help"))
    timeline.get_by_label("Find a pathway by pathway, NHS or hospital number").fill(pathway)
    timeline.get_by_role("button", name="Find").click()
    timeline.wait_for_url(f"**/timeline/{pathway}")


def test_a_search_that_finds_nothing_says_so_and_keeps_the_number_out_of_the_address(timeline):
    timeline.get_by_label("Find a pathway by pathway, NHS or hospital number").fill("9434765870")
    timeline.get_by_role("button", name="Find").click()
    expect(timeline.get_by_text("No pathway was found.")).to_be_visible()
    assert "9434765870" not in timeline.url
    check_accessibility(timeline)


def test_the_words_for_a_caller_are_copied(timeline, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    timeline.get_by_role("button", name="Copy for a letter").click()
    expect(timeline.get_by_role("button", name="Copied")).to_be_visible()
    copied = timeline.evaluate("navigator.clipboard.readText()")
    assert copied in timeline.locator("#caller-words").inner_text()
    assert copied


def test_a_comment_is_added_from_the_timeline(timeline):
    timeline.get_by_role("link", name=re.compile("^(Add a|Change the) comment")).click()
    check_accessibility(timeline)
    timeline.get_by_label("Comment").fill("Prefers mornings")
    timeline.get_by_role("button", name="Save").click()
    timeline.wait_for_url("**/timeline/**")
    expect(timeline.get_by_text("“Prefers mornings”").first).to_be_visible()


def test_another_trusts_pathway_is_refused(timeline, site, watch):
    watch.expect_status(403)
    stranger = next(folder.name for folder in sorted(site.home.trusts.iterdir()) if folder.name != site.trust)
    timeline.goto(site.address(f"/pathways/{stranger}/timeline/X1"))
    expect(timeline.get_by_role("heading", level=1)).to_contain_text("You may not see")
