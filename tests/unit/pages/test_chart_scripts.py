"""A page that draws a chart loads the scripts that draw it: without them its place stays empty."""

import re
from pathlib import Path

import pytest

import clockstop.pages

FOLDER = Path(clockstop.pages.__file__).parent / "templates/pages"
DRAWS = re.compile(r"from \"clockstop/macros\.jinja\" import [^%]*\bchart\b")
PAGES = sorted(
    file.name for file in FOLDER.glob("*.jinja") if "{% extends" in (text := file.read_text("utf-8")) and DRAWS.search(text)
)


def test_there_are_pages_with_charts():
    assert "measure.jinja" in PAGES
    assert "published_dataset.jinja" in PAGES


@pytest.mark.parametrize("name", PAGES)
def test_a_page_with_a_chart_loads_what_draws_it(name):
    assert 'include "clockstop/charts.jinja"' in (FOLDER / name).read_text("utf-8")
