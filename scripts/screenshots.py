"""Make the screenshots of README and the guides anew, from a served demonstration.

    clockstop demo                              # in one terminal
    python scripts/screenshots.py               # in another, with the development requirements installed

Each picture is cut to the first screenful of a desktop, and refused where it would be 200 kB or more.
"""

import argparse
import shutil
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).parents[1] / "docs" / "images"
LARGEST_BYTES = 200_000
WIDTH, HEIGHT = 1366, 800
PASSWORD = "clockstop-demo"  # noqa: S105 the demonstration's own, which it prints
# A page that is asked for first is worked out first.
PATIENCE_MILLISECONDS = 180_000
# The picture, who looks, and the address.
PICTURES = (
    ("overview", "director", "/"),
    ("measure", "director", "/measures/rtt_within_18_weeks"),
    ("ptl", "manager", "/ptl"),
    ("return", "analyst", "/returns/rtt"),
    ("quality", "analyst", "/quality"),
)


def sign_in(page: Page, base: str, username: str) -> None:
    """Sign one of the demonstration's users in."""
    page.context.clear_cookies()
    page.goto(f"{base}/sign-in?next=/help")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def take(page: Page, name: str) -> None:
    """Save the first screenful as it stands, when its charts are drawn."""
    for figure in page.locator("figure[data-chart]").all():
        figure.locator("svg, canvas").first.wait_for()
    file = IMAGES / f"{name}.png"
    page.screenshot(path=file)
    size = file.stat().st_size
    print(f"{file.name}: {size // 1000} kB")
    if size >= LARGEST_BYTES:
        raise SystemExit(f"{file.name} has {size:,} bytes; {LARGEST_BYTES:,} is the most. Make it smaller.")


def take_timeline(page: Page, base: str) -> None:
    """The first patient of the waiting list, and why the clock says so."""
    page.goto(f"{base}/ptl")
    page.locator("[data-open]").first.click()
    page.wait_for_url("**/timeline/**")
    take(page, "timeline")


def main() -> None:
    """Take every picture from the site at `--base`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="http://127.0.0.1:8000", help="where the demonstration answers")
    base = parser.parse_args().base.rstrip("/")
    chromium = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage"])
        page = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, locale="en-GB").new_page()
        page.set_default_timeout(PATIENCE_MILLISECONDS)
        signed_in = ""
        for name, username, path in PICTURES:
            if username != signed_in:
                sign_in(page, base, username)
                signed_in = username
            page.goto(f"{base}{path}")
            take(page, name)
            if name == "ptl":
                take_timeline(page, base)
        browser.close()


if __name__ == "__main__":
    main()
