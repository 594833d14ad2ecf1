"""DM01's workbook by provider, as it comes and may come: other orders, marks, no England, and what contradicts itself."""

import random

import pytest

from clockstop.errors import UnknownName, UnreadableFile, UserError
from clockstop.intake.published import catalogue, figure_reading
from published_workbooks import HEADS, dm01_row, dm01_workbook, england

ROWS = [dm01_row("RAA"), dm01_row("RBB", early=30, late=6, longest=2)]
WITHOUT_TESTS = HEADS[:4] + HEADS[6:]


@pytest.fixture
def load(home, tmp_path):
    """Write a workbook and load it under a name."""

    def load(rows=ROWS, name="dm01.xlsx", **layout):
        return catalogue.load(home, dm01_workbook(tmp_path / name, rows, **layout))

    return load


def waiting(home, month="2025-06", **where):
    return figure_reading.figures_of(home, "dm01", month, **where).values


def test_figures_are_traced_to_their_cell(home, load):
    """England and a provider, each with its sheet and row."""
    load()
    found = figure_reading.figures_of(home, "dm01", "2025-06", level="provider", org_code="RBB")

    assert (found.values["waiting_list"], found.values["waiting_6_weeks"], found.org_name) == (38, 8, "TRUST RBB")
    assert found.places["waiting_list"] == "sheet Provider, row 17"
    assert waiting(home)["waiting_list"] == 53


@pytest.mark.parametrize(
    "layout",
    [
        {"lower": 1},
        {"sheet": "Prov Jun25"},
        {"heads": ["Snapshot", *WITHOUT_TESTS, "Comment"]},
        {"heads": random.Random(5).sample(WITHOUT_TESTS, len(WITHOUT_TESTS))},
        {"total": False},
        {"period": "2025-06-01"},
    ],
    ids=["a header one line lower", "a sheet by another name", "columns added", "another order", "no England", "a day for a month"],
)
def test_another_layout_gives_the_same_figures(home, load, layout):
    """Headers are found by what they say."""
    load(**layout)

    assert (waiting(home)["waiting_list"], waiting(home, level="provider", org_code="RAA")["waiting_13_weeks"]) == (53, 1)


@pytest.mark.parametrize(
    ("share", "meant"), [(21.3, 0.213), ("21.3%", 0.213), (0.213, 0.213)], ids=["per cent", "per cent as text", "a fraction"]
)
def test_a_share_is_a_fraction(home, load, share, meant):
    """Whichever way the file writes it."""
    row = dm01_row("RAA", early=787, late=200, longest=13) | {"Percentage waiting 6+ weeks": share}
    load([row], total=england([dm01_row("RAA", early=787, late=200, longest=13)]) | {"Percentage waiting 6+ weeks": share})

    assert waiting(home, level="provider", org_code="RAA")["share_6_weeks"] == pytest.approx(meant)


def test_numbers_as_text_and_marks(home, load):
    """Thousands separators are read; a mark stands in `texts`, and its sum is not checked."""
    rows = [dm01_row("RAA", early=1_200), dm01_row("RBB")]
    written = [rows[0] | {"Total Waiting List": "1,205"}, rows[1] | {"Planned tests / procedures": "[z]"}]
    load(written, total=england(rows))

    assert waiting(home, level="provider", org_code="RAA")["waiting_list"] == 1_205
    found = figure_reading.figures_of(home, "dm01", "2025-06", level="provider", org_code="RBB")
    assert (found.values["planned_tests"], found.texts["planned_tests"]) == (None, "[z]")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"Total Waiting List": 99}, "its bands add up to 15"),
        ({"Number waiting 6+ Weeks": 9}, "the bands from 6 weeks add up to 5"),
        ({"Planned tests / procedures": 50}, "the organisations below add up to"),
        ({"Planned tests / procedures": "about five"}, "no number: 'about five'"),
    ],
    ids=["a total", "breaches", "England", "words"],
)
def test_a_broken_file_is_refused_with_its_cell(home, load, change, said):
    """File, sheet, row and column; nothing is kept."""
    with pytest.raises(UnreadableFile) as caught:
        load([ROWS[0] | change, ROWS[1]], total=england(ROWS))

    assert said in str(caught.value)
    assert "Sheet Provider, row 1" in str(caught.value)
    assert not catalogue.revisions(home)


def test_a_slip_is_said_and_a_file_cut_short_is_refused(home, load):
    """One of twenty providers contradicts itself and England: figures stand as published. Without five of them nothing does."""
    rows = [dm01_row(f"R{place:02d}") for place in range(20)]
    changed = [rows[0] | {"Total Waiting List": 16}, *rows[1:]]
    receipt = load(changed, total=england(rows))

    assert waiting(home, level="provider", org_code="R00")["waiting_list"] == 16
    assert waiting(home)["waiting_list"] == 300
    assert [note.split("where ")[1].split(". ")[0] for note in receipt.notes] == [
        "its bands add up to 15",
        "the organisations below add up to 301",
    ]
    assert all("Sheet Provider, row 1" in note and "shown as published" in note for note in receipt.notes)
    receipt = load(rows[1:], name="closed.xlsx", total=england(rows))
    assert "300 stands where the organisations below add up to 285, and so in 8 more columns" in receipt.notes[0]
    with pytest.raises(UnreadableFile, match="300 stands where the organisations below add up to 225"):
        load(rows[5:], name="short.xlsx", total=england(rows))


def test_tests_add_up_to_all_tests(home, load):
    """A provider's tests are cuts; England's are their sums."""
    rows = [
        dm01_row("RAA", test=1, test_name="Magnetic Resonance Imaging"),
        dm01_row("RBB", early=2, test=1, test_name="Magnetic Resonance Imaging"),
        dm01_row("RAA", test=16, test_name="Total"),
        dm01_row("RBB", early=2, test=16, test_name="Total"),
    ]
    load(rows, heads=HEADS, total=england(rows[2:]), sheet="Provider by Test")

    assert waiting(home, cut="test=1")["waiting_list"] == waiting(home)["waiting_list"] == 22
    with pytest.raises(UserError, match="its tests add up to 15"):
        load([*rows[:2], dm01_row("RAA", late=9, test=16), rows[3]], heads=HEADS, total=False)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["in order", "the revised first"])
def test_a_revision_replaces_the_first_in_either_order(home, load, order):
    """The revised file is in use, and both are read by their number."""
    first = lambda: load(name="June.xlsx")  # noqa: E731
    revised = lambda: load([ROWS[0], dm01_row("RBB", early=31)], name="June-b.xlsx", Revised="11th September 2025")  # noqa: E731
    for place in order:
        (first, revised)[place]()

    numbers = [waiting(home, number=number)["waiting_list"] for number in (1, 2)]
    assert sorted(numbers) == [51, 53]
    assert waiting(home)["waiting_list"] == 51
    assert numbers[order.index(1)] == 51


def test_what_is_not_there_is_said(home, load):
    """A month, an organisation, a cut, a revision: each message says what is loaded."""
    load()
    for where, said in (
        ({"month": "2025-05"}, "Loaded are 2025-06"),
        ({"level": "provider", "org_code": "RZZ"}, "no provider RZZ"),
        ({"cut": "test=3"}, "no cut 'test=3'"),
        ({"number": 4}, "no revision 4"),
    ):
        with pytest.raises(UnknownName) as caught:
            waiting(home, **where)
        assert said in str(caught.value)


def test_a_missing_column_is_named(home, load):
    """What is known by its signs and lacks a column is refused, not half read."""
    with pytest.raises(UserError, match="no column for weeks 13 plus"):
        load(heads=[head for head in WITHOUT_TESTS if head != "13+ weeks"])


def test_a_workbook_cut_short_is_refused(home, tmp_path):
    """A download that stopped, whatever is left of it."""
    whole = dm01_workbook(tmp_path / "dm01.xlsx", ROWS).read_bytes()
    for share in (0.3, 0.6, 0.95):
        (cut := tmp_path / "cut.xlsx").write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(UserError):
            catalogue.load(home, cut)


def test_a_locked_workbook_is_said_to_be_locked(home, tmp_path):
    """Office packs a workbook with a password as another kind of file."""
    magic = bytes.fromhex("d0cf11e0a1b11ae1")
    (locked := tmp_path / "dm01.xlsx").write_bytes(magic + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600))

    with pytest.raises(UserError, match="protected by a password"):
        catalogue.load(home, locked)
