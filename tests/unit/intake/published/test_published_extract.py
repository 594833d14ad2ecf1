"""The RTT full extract: the ways in which NHS England has written it, and the ways in which a file may be wrong."""

import pytest

from clockstop.errors import MissingColumn, UnreadableFile
from clockstop.intake.published import catalogue, rtt_published
from published_extracts import both, extract_text, row

JANUARY = "2026-01"


def england(home, **where):
    return rtt_published.area_figures(home, **where).row


def test_bands_give_the_headline_figures(home, extract):
    """Within 18 weeks is the first eighteen bands; over N weeks is the bands from Gt N; Total All counts."""
    waits = {0: 10, 17: 20, 18: 5, 51: 3, 52: 2, 65: 4, 78: 1, 104: 1}
    catalogue.load(home, extract(both(waits=waits)))

    got = england(home)

    over = [got[f"over_{weeks}_weeks"] for weeks in (52, 65, 78, 104)]
    assert (got["incomplete"], got["within_18_weeks"], over) == (46, 30, [8, 6, 2, 1])


def test_percentiles_are_straight_lines_inside_a_band(home, extract):
    """Half of 10 patients lie by the middle of the second band (RTT-R55)."""
    catalogue.load(home, extract(both(waits={0: 2, 1: 6, 2: 2})))

    assert england(home)["median_weeks"] == pytest.approx(1.5)


def test_parts_are_counted_apart(home, extract):
    """Completed pathways count the unknown starts; parts 2, 2A and 3 have blank totals and count by Total All."""
    rows = [
        *both(part="Part_1A", waits={3: 4}, unknown=2),
        *both(part="Part_1B", waits={5: 7}),
        *both(part="Part_2", waits={9: 11}),
        *both(part="Part_2A", waits={9: 5}),
        *both(part="Part_3", total_all=13),
    ]
    catalogue.load(home, extract(rows))

    got = england(home)

    names = ("completed_admitted", "completed_non_admitted", "incomplete", "decision_to_admit", "new_periods")
    assert [got[name] for name in names] == [6, 7, 11, 5, 13]
    assert got["admitted_median_weeks"] == pytest.approx(3.5)


def test_patients_of_nonc_count_only_where_asked(home, extract):
    """England's headline leaves commissioner NONC out."""
    catalogue.load(home, extract([*both(waits={1: 5}), *both(waits={1: 3}, commissioner="NONC")]))

    assert england(home)["incomplete"] == 5
    assert england(home, include_nonc=True)["incomplete"] == 8


def test_a_file_without_total_rows_is_summed(home, extract):
    """Where a provider's part has no C_999, its functions are added."""
    catalogue.load(home, extract([row(function="C_100", waits={1: 5}), row(function="C_110", waits={2: 4})]))

    assert england(home)["incomplete"] == 9
    assert england(home, treatment_function="C_110")["incomplete"] == 4


def test_older_months_have_fewer_bands(home, extract):
    """To March 2021 the open band began at 52 weeks: longer waits and percentiles beyond it are not known."""
    rows = both(waits={0: 50, 52: 50}, period="RTT-March-2019")
    catalogue.load(home, extract(rows, closed=52))

    got = england(home, month="2019-03")

    assert (got["over_52_weeks"], got["over_65_weeks"], got["percentile_92_weeks"]) == (50, None, None)


def test_nobody_in_the_open_band_means_nobody_longer(home, extract):
    """An empty open band from 52 weeks tells that nobody waited 65 weeks."""
    catalogue.load(home, extract(both(waits={0: 50}, period="RTT-March-2019"), closed=52))

    assert england(home, month="2019-03")["over_65_weeks"] == 0


@pytest.mark.parametrize(
    ("period", "month"),
    [("RTT-January-2026", "2026-01"), ("RTT-JAN-26", "2026-01"), ("2026-01", "2026-01"), ("RTT-MARCH-2019", "2019-03")],
)
def test_the_month_is_read_from_the_period(home, extract, period, month):
    """The file's name says nothing; its Period does, in whichever spelling."""
    assert catalogue.load(home, extract(both(waits={1: 5}, period=period))).month == month


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_are_found_out(home, extract, encoding):
    """UTF-8 with or without its mark, the Windows code page, UTF-16."""
    rows = [{**one, "commissioner_name": "ST DAVID’S"} for one in both(waits={1: 5})]

    assert catalogue.load(home, extract(rows, encoding=encoding)).rows_read == 2


@pytest.mark.parametrize(
    "layout",
    [
        {"titles": {"RTT Part Type": "RTT Part Name"}},
        {"titles": {"Provider Org Code": "Provider Organisation Code", "Total All": "TOTAL_ALL"}},
        {"titles": {"Period": " period "}},
        {"delimiter": ";"},
        {"above": [["Referral to treatment"], ["Full extract"], []]},
        {"below": [[""] * 121, [""] * 121]},
        {"below": [["Source: NHS England"]]},
    ],
    ids=["part name", "organisation spelt out", "blanks", "semicolons", "lines above", "blank rows below", "a note below"],
)
def test_the_layout_may_differ(home, extract, layout):
    """Headers, delimiters and stray lines differ from year to year; the figures do not."""
    catalogue.load(home, extract(both(waits={1: 5}), **layout))

    assert england(home)["incomplete"] == 5


def test_files_to_2017_give_year_and_month_apart(home, tmp_path):
    """Before October 2017: two lines above, Year and Period Name, RTT Part Name in capitals."""
    lines = extract_text(both(waits={1: 5}, period="MARCH", part="PART_2"), closed=52).splitlines()
    lines[0] = lines[0].replace("Period,", "Year,Period Name,").replace("RTT Part Type", "RTT Part Name")
    body = [f"2016/17,{line}" for line in lines[1:]]
    file = tmp_path / "old.csv"
    file.write_text("\n".join(["Title", "", lines[0], *body]))

    assert catalogue.load(home, file).month == "2017-03"
    assert england(home, month="2017-03")["incomplete"] == 5


def test_numbers_may_carry_commas_and_points(home, extract):
    """A file that went through a spreadsheet: “1,200” and “3.0” are counts too."""
    rows = both(waits={1: 1200})
    for one in rows:
        one["waits"] = {1: "1,200"}
        one["total_all"] = "1200.0"
    catalogue.load(home, extract(rows))

    assert england(home)["incomplete"] == 1200


def test_a_zip_and_the_file_in_it_are_one(home, extract, zipped):
    """The zip is unpacked; the same content from either is one revision."""
    file = extract(both(waits={1: 5}))
    first = catalogue.load(home, file)
    second = catalogue.load(home, zipped("published.zip", **{"20260131-RTT.csv": file.read_bytes(), "__MACOSX/._x": b"x"}))

    assert (first.number, second.number, second.already_loaded) == (1, 1, True)


def test_other_parts_are_told_and_not_counted(home, extract):
    """A part that is none of the five is left out, and the receipt says so."""
    receipt = catalogue.load(home, extract([*both(waits={1: 5}), *both(waits={1: 7}, part="Part_9")]))

    assert england(home)["incomplete"] == 5
    assert any("part 9" in note for note in receipt.notes)


def wrong(home, file, error=UnreadableFile):
    with pytest.raises(error) as caught:
        catalogue.load(home, file)
    assert not catalogue.revisions(home)
    return str(caught.value)


def test_bands_that_do_not_add_up_are_refused(home, extract):
    """The message names the row."""
    rows = both(waits={1: 5})
    rows[0]["total_all"] = 6

    said = wrong(home, extract(rows))

    assert "do not add up to its Total All" in said
    assert "Line 2" in said
    assert "provider RXX" in said


def test_functions_that_do_not_make_the_total_are_refused(home, extract):
    """C_999 must be the sum of the functions, band by band."""
    said = wrong(home, extract([row(function="C_100", waits={1: 5}), row(waits={2: 5})]))

    assert "do not add up to its total row (C_999)" in said


@pytest.mark.parametrize("value", ["x", "-4", "2.5", "*"])
def test_a_cell_that_is_no_count_is_refused(home, extract, value):
    """Words, halves and negative numbers are no patients."""
    rows = both(waits={1: 5})
    rows[0]["waits"] = {1: value}

    assert "no whole number" in wrong(home, extract(rows))


def test_a_row_that_stands_twice_is_refused(home, extract):
    """A file that was joined to itself would count everybody twice."""
    assert "twice" in wrong(home, extract(both(waits={1: 5}) * 2))


def test_two_months_in_one_file_are_refused(home, extract):
    """One file, one month."""
    rows = [*both(waits={1: 5}), *both(waits={1: 5}, period="RTT-February-2026", provider="RYY")]

    assert "2026-01, 2026-02" in wrong(home, extract(rows))


def test_a_missing_column_is_named(home, extract):
    """The message says which column."""
    titles = {"Commissioner Org Code": "Buyer", "Gt 17 To 18 Weeks SUM 1": "Gone"}

    said = wrong(home, extract(both(waits={1: 5}), titles=titles), MissingColumn)

    assert "commissioner org code" in said
    assert "Gt 17 To 18 Weeks SUM 1" in said


def test_a_missing_part_is_named(home, extract):
    """Even without the column that says what is counted, the file is known for what it is."""
    assert "rtt part type" in wrong(home, extract(both(waits={1: 5}), titles={"RTT Part Type": "Kind"}), MissingColumn)


def test_a_blank_total_is_the_sum_of_its_row(home, extract):
    """Where Total All is blank, bands and unknown starts make it."""
    rows = [{**one, "total_all": ""} for one in both(waits={1: 5})]
    catalogue.load(home, extract(rows))

    assert england(home)["incomplete"] == 5


def test_a_file_cut_short_is_refused(home, tmp_path):
    """The last line ends in the middle."""
    text = extract_text(both(waits={1: 5}))
    file = tmp_path / "cut.csv"
    file.write_text(text[: len(text) - 150])

    assert "cells where the header has" in wrong(home, file)


def test_a_header_without_rows_is_refused(home, extract):
    """Nothing is loaded of nothing."""
    assert "no rows" in wrong(home, extract([]))
