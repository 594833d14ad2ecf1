"""Every figure of the shared check list, read back from what was loaded: each row is mapped to a question, none is passed over."""

from dataclasses import replace
from functools import cache

import pytest

from clockstop.intake.published import catalogue, figure_reading
from clockstop.store.home import Home, shared_folder
from published_check_list import FOLDER, OF_RTT, Asked, reader_of, rows_of_list


def checks():
    """The list's rows but those of RTT's own test; one that says so where the list is not there."""
    rows = [row for row in rows_of_list() if not row["file"].startswith(OF_RTT)]
    if not rows:
        return [pytest.param(None, id="no check list")]
    return [pytest.param(row, id=f"{row['file'].split('/')[-1]}: {row['measure']}, {row['scope']}") for row in rows]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """Load a file the first time it is asked for, and read an organisation's figures once."""
    home = Home(tmp_path_factory.mktemp("published"))

    @cache
    def receipt(file):
        return catalogue.load(home, shared_folder() / FOLDER / file)

    @cache
    def number(file, dataset, month):
        content = receipt(file).content_sha256
        return next(one.number for one in figure_reading.revisions_of(home, dataset, month) if one.kept.content_sha256 == content)

    @cache
    def figures(file, asked):
        where = {"level": asked.level, "org_code": asked.org_code, "cut": asked.cut, "day": asked.day}
        of_file = number(file, asked.dataset, asked.month)
        return figure_reading.figures_of(home, asked.dataset, asked.month, number=of_file, **where).values

    return home, receipt, figures


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize("check", checks())
def test_a_published_figure_is_found_again(loaded, check):
    """To the last figure that the list gives: most have six places."""
    home, receipt, figures = loaded
    reader = reader_of(check["file"])
    assert reader is not None, f"No reader is told for {check['file']}."
    asked = reader(check)

    if isinstance(asked, Asked):
        got = figures(check["file"], replace(asked, key=""))[asked.key]
    else:
        got = asked(home, receipt(check["file"]))

    assert got == pytest.approx(float(check["value"]), abs=6e-6)
