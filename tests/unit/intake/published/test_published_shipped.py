"""The table that ships: small, attributed, whole, and written by the documented command."""

from clockstop.intake.published import catalogue, rtt_published, shipped
from clockstop.intake.published.publication import ATTRIBUTION
from published_extracts import both


def test_the_shipped_table_is_small_and_attributed():
    """At most 2 MB, with source and licence on top."""
    files = sorted(shipped.FOLDER.glob("*.csv"))

    assert sum(file.stat().st_size for file in files) < 2_000_000
    assert all(ATTRIBUTION in file.read_text(encoding="utf-8")[:1000] for file in files)


def test_england_s_figures_are_the_published_ones():
    """January 2026 and December 2025, as NHS England gave them."""
    table = shipped.totals().to_pandas()
    england = table[(table.area_kind == "england") & (table.treatment_function == "C_999")].set_index("month").incomplete

    assert (england["2026-01"], england["2025-12"]) == (7_155_958, 7_199_624)


def test_regions_add_up_to_england():
    """Every provider of the shipped month lies in a region."""
    table = shipped.totals().to_pandas()
    january = table[(table.month == "2026-01") & (table.treatment_function == "C_999")].groupby("area_kind").incomplete.sum()

    assert january["region"] == january["england"] == january["icb"] == january["provider"]


def test_a_newcomer_has_figures_without_loading(home):
    """Nothing is loaded; the answer comes from what ships, and says so."""
    found = rtt_published.area_figures(home, area_kind="provider", area_code="RJ1")

    assert (found.month, found.row["incomplete"], found.source.kind) == ("2026-01", 107_591, "shipped")
    assert found.row["region_name"] == "London"


def test_ship_writes_what_it_reads(home, extract, tmp_path, monkeypatch):
    """The command's two files, read back, give the figures and the region of the directory."""
    monkeypatch.setattr("clockstop.intake.published.rtt_full_extract.FEWEST_PROVIDERS_OF_ENGLAND", 1)
    catalogue.load(home, extract(both(waits={1: 5})))
    directory = tmp_path / "etr.csv"
    blanks = '"",' * 6
    directory.write_text(
        f'"RXX","TRUST RXX","Y58","QKK",{blanks}"20200101","",""\n"RZZ","GONE","Y58","QKK",{blanks}"20200101","20210101",""\n'
    )

    written = rtt_published.ship(home, tmp_path / "out", directory)
    monkeypatch.setattr(shipped, "FOLDER", tmp_path / "out")
    shipped.totals.cache_clear()
    shipped.organisations.cache_clear()
    try:
        rows = {row["area_kind"]: row for row in shipped.totals().to_pylist() if row["treatment_function"] == "C_999"}
        assert len(written) == 2
        assert (rows["provider"]["incomplete"], rows["provider"]["region_name"], rows["region"]["area_code"]) == (
            5,
            "South West",
            "Y58",
        )
        assert "RZZ" not in shipped.organisations()
    finally:
        monkeypatch.undo()
        shipped.totals.cache_clear()
        shipped.organisations.cache_clear()
