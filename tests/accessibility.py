"""What every page is held to in a real browser: WCAG 2.0 to 2.2 A and AA by axe-core, and no sideways scroll on a phone."""

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parents[1] / "src/clockstop/nhsuk/static/built/vendor/axe.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIZES = {"desktop": (1366, 768), "phone": (390, 844)}
_RUN = """tags => axe.run(document, {runOnly: tags, resultTypes: ["violations"]}).then(found => found.violations.map(
    one => `${one.id}: ${one.help} at ${one.nodes.slice(0, 3).map(node => node.html.slice(0, 200)).join(" | ")}`))"""


def check_accessibility(page: Page) -> None:
    """Fail with what axe finds on the page as it stands, at the width of a desktop and of a phone."""
    before = page.viewport_size
    for name, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        if not page.evaluate("typeof axe === 'object'"):
            page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate(_RUN, RULES)
        assert found == [], f"{page.url} on a {name}: {'; '.join(found)}"
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{page.url} scrolls sideways on a {name}: {wide} px"
    page.set_viewport_size(before)
