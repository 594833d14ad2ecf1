"""A measure's page: from the list to the chart, its table, its parts, and the pathways behind the number."""

from accessibility import check_accessibility


def test_a_manager_goes_from_the_list_of_measures_to_the_pathways_behind_one(page, site, sign_in):
    # given a service manager who looks at the measures of the own trust
    sign_in("manager")
    page.goto(site.address(f"/measures?trust={site.trust}"))
    assert page.get_by_role("heading", level=1).inner_text() == "What do we measure?"
    check_accessibility(page)
    # when one is opened
    page.get_by_role("link", name="Waiting 18 weeks or less", exact=True).click()
    # then its chart is drawn, its finding is said, and its table stands below
    page.locator("figure[data-drawn=yes] svg").wait_for()
    assert page.locator(".cs-lead").inner_text().endswith(".")
    assert page.locator("section[aria-labelledby=table] tbody tr").count() > 20
    check_accessibility(page)
    # and the number of the day leads to its pathways
    page.locator(".cs-facts a[href*='measure=rtt_within_18_weeks']").first.click()
    assert "measure=rtt_within_18_weeks" in page.url
    assert page.locator("table").count()


def test_a_filter_changes_the_page_in_place_and_its_address(page, site, sign_in):
    sign_in("director")
    page.goto(site.address("/measures/rtt_incomplete"))
    page.locator("figure[data-drawn=yes] svg").wait_for()
    page.get_by_label("Split by").select_option("priority")
    page.wait_for_url("**cut=priority**")
    assert page.get_by_role("heading", name="By priority").is_visible()
    page.locator("figure[data-drawn=yes] svg").wait_for()
