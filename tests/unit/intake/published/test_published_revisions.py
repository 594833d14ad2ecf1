"""Revisions of a month: the later load holds, a file named revised is not replaced by one that is not."""

from datetime import datetime

import pytest

from clockstop.errors import Busy, UnknownName, UnreadableFile
from clockstop.intake.published import catalogue, rtt_published
from clockstop.store.lock import writer
from published_extracts import both


def waiting(home, month="2026-01", number=None, **where):
    return rtt_published.area_figures(home, month, number=number, **where).row["incomplete"]


@pytest.fixture
def load(home, extract):
    """Load an extract of so many waiting, under a name."""

    def load(count, name):
        return catalogue.load(home, extract(both(waits={1: count}), name=name))

    return load


def test_a_later_load_replaces_an_earlier_one(home, load):
    """And the earlier one can still be read."""
    load(5, "first.csv")
    load(6, "second.csv")

    assert [waiting(home), waiting(home, number=1), waiting(home, number=2)] == [6, 5, 6]


@pytest.mark.parametrize("name", ["RTT-January-2026-revised.csv", "RTT Revision.csv", "RTT-REVISED.csv"])
def test_a_revised_file_is_not_replaced_by_one_that_is_not(home, load, name):
    """NHS England names its revisions so; an old download must not undo one."""
    load(5, "first.csv")
    load(6, name)
    load(7, "third.csv")

    assert [waiting(home), waiting(home, number=3)] == [6, 7]


def test_a_revised_file_gives_way_to_a_later_revision(home, load):
    """Two revisions: the later."""
    load(6, "a-revised.csv")
    load(7, "b-revised.csv")

    assert waiting(home) == 7


def test_what_a_killed_load_left_unpacked_is_cleared_by_the_next(home, load):
    left = home.published / ".partial-unpacked-4711"
    left.mkdir(parents=True)
    (left / "content.csv").write_text("85 MB of an extract")
    load(5, "first.csv")

    assert list(home.published.glob(".partial-*")) == []
    assert waiting(home) == 5


def test_the_same_bytes_twice_are_one_revision(home, load):
    """Nothing changes, and the receipt says so."""
    first, second = load(5, "first.csv"), load(5, "copy.csv")

    assert (second.number, second.already_loaded) == (first.number, True)
    assert len(catalogue.revisions(home)) == 1


def test_loading_an_old_file_again_puts_it_in_use(home, load):
    """The later load holds, though its revision has an earlier number."""
    load(5, "first.csv")
    load(6, "second.csv")
    load(5, "first.csv")

    assert waiting(home) == 5
    assert len(catalogue.revisions(home)) == 2


def test_a_revision_that_is_not_there(home, load):
    """The message lists those that are."""
    load(5, "first.csv")

    with pytest.raises(UnknownName, match="no revision 4"):
        waiting(home, number=4)


def test_a_file_that_is_refused_leaves_nothing(home, load, extract):
    """Neither figures nor scraps."""
    load(5, "first.csv")
    rows = both(waits={1: 9})
    rows[0]["total_all"] = 8
    with pytest.raises(UnreadableFile):
        catalogue.load(home, extract(rows))

    assert waiting(home) == 5
    assert not list(home.published.rglob(".partial-*"))


def test_one_writer_at_a_time(home, extract):
    """A load waits for no refresh; it says that one is running."""
    with writer(home), pytest.raises(Busy):
        catalogue.load(home, extract(both(waits={1: 5})))


def test_what_a_killed_load_left_is_not_read(home, load):
    """A revision is whole or not there."""
    load(5, "first.csv")
    scrap = home.published / "rtt_full_extract" / "2026-01" / ".partial-rev-2"
    scrap.mkdir()
    (scrap / "receipt.json").write_text("{}")

    assert len(catalogue.revisions(home)) == 1
    load(6, "second.csv")
    assert waiting(home) == 6


def test_england_prefers_the_extract_to_the_series(home, load, overview):
    """And falls back to the series where there is no extract; the answer says which."""
    months = [(datetime(2025, 12, 1), 13.0, 40.0, 60, 40, 2, 100, 30), (datetime(2026, 1, 1), 13.1, 40.1, 61, 39, 2, 100, 31)]  # noqa: DTZ001
    catalogue.load(home, overview(months))
    load(5, "january.csv")

    january, december = rtt_published.area_figures(home, "2026-01"), rtt_published.area_figures(home, "2025-12")

    assert (january.source.kind, january.row["incomplete"]) == ("full extract", 5)
    assert (december.source.kind, december.row["incomplete"], december.row["new_periods"]) == ("overview", 100, 30)


def test_a_provider_that_returned_nothing_has_noughts(home, load):
    """A trust of the directory that the month's shipped extract lacks; a code that nobody has is refused."""
    found = rtt_published.area_figures(home, "2026-01", area_kind="provider", area_code="RHQ")

    assert (found.row["incomplete"], found.is_in_extract) == (0, False)
    with pytest.raises(UnknownName, match="no provider QQQ"):
        rtt_published.area_figures(home, "2026-01", area_kind="provider", area_code="QQQ")


def test_the_overview_must_add_up(home, overview):
    """Within and over 18 weeks make the total, or the workbook is refused."""
    with pytest.raises(UnreadableFile, match="60 within 18 weeks and 41 over"):
        catalogue.load(home, overview([(datetime(2025, 12, 1), 13.0, 40.0, 60, 41, 2, 100, 30)]))  # noqa: DTZ001


def test_empty_months_of_the_overview_are_left_out(home, overview):
    """The sheet names the months to the year's end; those without figures are no months."""
    months = [(datetime(2025, 12, 1), 13.0, 40.0, 60, 40, 2, 100, 30), (datetime(2026, 1, 1), "", "", "", "", "", "", "-")]  # noqa: DTZ001
    receipt = catalogue.load(home, overview(months))

    assert (receipt.month, receipt.rows_read) == ("2025-12", 1)


@pytest.fixture
def returns(home, extract):
    """What two trusts of this home returned for March, each in a file of its own; the first is sent twice."""
    for code in ("RXX", "RYY"):
        home.organisation_file(code).parent.mkdir(parents=True, exist_ok=True)
        home.organisation_file(code).write_text("")
    for code, count in (("RXX", 4), ("RYY", 7), ("RXX", 5)):
        rows = both(waits={1: count}, provider=code, period="RTT-March-2026")
        catalogue.load(home, extract(rows, name=f"{code}-{count}.csv"))


def test_what_one_trust_returned_stands_beside_what_others_did(home, returns):
    """Each trust has its own file in use, the last that was loaded of it."""
    found = [waiting(home, "2026-03", area_kind="provider", area_code=code) for code in ("RXX", "RYY")]

    assert found == [5, 7]
    assert [catalogue.sibling_in_use(home, one).number for one in catalogue.revisions(home)] == [3, 2, 3]
    assert [row["incomplete"] for row in rtt_published.providers(home, "2026-03")] == [7, 5]


def test_what_ones_own_trust_returned_is_no_month_of_england(home, returns):
    """England's latest month, and another trust's, stay those that ship; the trust's own is its return's."""
    own = rtt_published.area_figures(home, area_kind="provider", area_code="RXX")

    assert (own.month, rtt_published.area_figures(home).month) == ("2026-03", "2026-01")
    assert rtt_published.area_figures(home, area_kind="provider", area_code="RJ1").month == "2026-01"
    assert rtt_published.months_with_providers(home) == ["2026-01"]
    with pytest.raises(UnknownName, match="none of that month is loaded"):
        rtt_published.area_figures(home, "2026-03", area_kind="provider", area_code="RJ1")


def test_a_trusts_own_file_never_replaces_a_file_of_several(home, load, extract, returns):
    """Though it was loaded later."""
    several = [*both(waits={1: 3}, period="RTT-April-2026"), *both(waits={1: 9}, provider="RZZ", period="RTT-April-2026")]
    catalogue.load(home, extract(several, name="several.csv"))
    catalogue.load(home, extract(both(waits={1: 4}, period="RTT-April-2026"), name="own.csv"))

    assert [waiting(home, "2026-04"), rtt_published.providers(home, "2026-04")[0]["area_code"]] == [12, "RZZ"]
