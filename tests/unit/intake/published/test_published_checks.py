"""Every figure of the shared check list for the RTT files, read back from what was loaded."""

import csv

import pytest

from clockstop.intake.published import catalogue, rtt_published
from clockstop.intake.published.rtt_overview import PUBLICATION as OVERVIEW
from clockstop.store.home import Home, shared_folder

EXTRACT, EXCERPT, SERIES = "Full-CSV-data-file-Jan26", "20241130-RTT-November-2024-RBD", "RTT-Overview-Timeseries"
MEASURES = {
    "completed admitted pathways": "completed_admitted",
    "completed non-admitted pathways": "completed_non_admitted",
    "incomplete pathways": "incomplete",
    "incomplete pathways with DTA": "decision_to_admit",
    "new RTT periods": "new_periods",
    "incomplete within 18 weeks": "within_18_weeks",
    **{f"incomplete over {weeks} weeks": f"over_{weeks}_weeks" for weeks in (52, 65, 78, 104)},
    "median wait weeks, incomplete": "median_weeks",
    "92nd percentile weeks, incomplete": "percentile_92_weeks",
    "median wait weeks, admitted": "admitted_median_weeks",
    "95th percentile weeks, admitted": "admitted_percentile_95_weeks",
    "median wait weeks, non-admitted": "non_admitted_median_weeks",
    "95th percentile weeks, non-admitted": "non_admitted_percentile_95_weeks",
    "Part_1A Total All": "completed_admitted",
    "Part_1B Total All": "completed_non_admitted",
    "Part_2 Total All": "incomplete",
    "Part_2A Total All": "decision_to_admit",
    "Part_3 Total All": "new_periods",
    "within 18 weeks": "within_18_weeks",
    "over 52 weeks": "over_52_weeks",
    "total waiting": "incomplete",
    "total waiting with estimates": "incomplete_with_estimates",
}


def checks():
    """The check list's rows for the three files; one that says so where the list is not there."""
    file = shared_folder() / "data" / "published" / "CHECKS.csv"
    if not file.exists():
        return [pytest.param(None, id="no check list")]
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    wanted = [row for row in rows if any(stem in row["file"] for stem in (EXTRACT, EXCERPT, SERIES))]
    return [pytest.param(row, id=f"{row['scope']}: {row['measure']} ({row['file'][4:14]})") for row in wanted]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """A home with the three files, loaded once."""
    home = Home(tmp_path_factory.mktemp("published"))
    folder = shared_folder() / "data" / "published" / "rtt"
    receipts = {}
    for stem in (EXTRACT, EXCERPT, SERIES):
        receipts[stem] = catalogue.load(home, next(folder.glob(f"{stem}*")))
    return home, receipts


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize("check", checks())
def test_a_published_figure_is_found_again(loaded, check):
    """To the last figure that the list gives; percentiles to six places."""
    home, receipts = loaded
    stem = next(stem for stem in receipts if stem in check["file"])

    if "rows" in check["measure"]:
        got = receipts[stem].rows_read
    else:
        got = rtt_published.area_figures(home, **where(stem, check["scope"])).row[MEASURES[check["measure"]]]

    assert got == pytest.approx(float(check["value"]), abs=6e-7)


def where(stem, scope):
    """The question that a scope of the list asks."""
    if stem == SERIES:
        return {"month": scope.removeprefix("England ")}
    if stem == EXCERPT:
        return {"month": "2024-11", "area_kind": "provider", "area_code": "RBD", "include_nonc": True}
    asked = {"month": "2026-01", "include_nonc": scope == "all rows incl. NONC"}
    kind, _, code = scope.rpartition(" ")
    if kind == "provider":
        return asked | {"area_kind": "provider", "area_code": code}
    return asked | {"treatment_function": code} if kind == "treatment function" else asked


@pytest.mark.shared
@pytest.mark.slow
def test_extract_and_series_give_one_england(loaded):
    """The series that was loaded ends in December; what ships for January is what the extract gives."""
    home, receipts = loaded
    assert receipts[SERIES].publication == OVERVIEW.slug
    found = rtt_published.sources_of_month(home, "2026-01")

    extract, shipped = (one.rows(area_kind="england", treatment_function="C_999", includes_nonc=False)[0] for one in found)

    names = ("incomplete", "within_18_weeks", "over_52_weeks", "completed_admitted", "new_periods")
    assert [shipped[name] for name in names] == [extract[name] for name in names]
