"""RTT-R48 row by row: each check fails on the error planted for it, names its place, and passes on a good return."""

from dataclasses import replace

import pytest

from clockstop.rules.rtt_checks import CHECKS as CENTRAL
from clockstop.rules.rtt_return_checks import CHECKS, Context, check_return
from clockstop.rules.rtt_return_rows import TOTAL, UNKNOWN, ReturnRow, return_rows

BANDS = {1: 10, 3: 30, 20: 100, 60: 20}


def figures(factor=1.0):
    """A return of two commissioners and two functions."""
    rows = []
    for part, share in (("part_1a", 0.2), ("part_1b", 0.6), ("part_2", 2), ("part_2a", 0.5), ("part_3", 1)):
        for commissioner in ("36L", "NONC"):
            for function in ("C_100", "X05"):
                for band, count in BANDS.items():
                    place = {"part": part, "commissioner": commissioner, "treatment_function": function}
                    rows.append({**place, "band": None if part == "part_3" else band, "pathways": int(count * share * factor)})
    return [row for row in rows if row["pathways"]]


def good(factor=1.0, month="2026-09"):
    return [replace(row, line=line) for line, row in enumerate(return_rows(figures(factor), provider="RJ1", month=month), start=2)]


def failed(rows, last=None, **more):
    context = Context(provider="RJ1", month="2026-09", last_month=last, **more)
    return {one.check.name: one for one in check_return(rows, context) if not one.is_passed}


def changed(rows, part, function, commissioner="36L", **changes):
    """The rows with one row changed; `band_N` changes a band."""
    made = []
    for row in rows:
        if (row.part, row.treatment_function, row.commissioner) == (part, function, commissioner):
            bands = list(row.bands)
            for name, value in changes.items():
                if name.startswith("band_"):
                    bands[int(name[5:]) - 1] = value
            named = {name: value for name, value in changes.items() if not name.startswith("band_")}
            made.append(replace(row, bands=tuple(bands), **named))
        else:
            made.append(row)
    return made


LAST = good(1.1, "2026-08")
PLANTED = {
    "layout": None,
    "duplicate_rows": lambda: [*good(), good()[3]],
    "other_provider": lambda: [*good(), replace(good()[3], provider="RRK")],
    "other_month": lambda: [*good()[:-1], replace(good()[-1], month="2026-08")],
    "unknown_codes": lambda: [*good(), replace(good()[0], treatment_function="C_999X", commissioner="13Q")],
    "negative_or_decimal": lambda: changed(good(), "part_2", "C_100", band_3=-60),
    "invalid_commissioner": lambda: [replace(row, commissioner="7A1") if row.commissioner == "NONC" else row for row in good()],
    "missing_part": lambda: [row for row in good() if row.part != "part_2a"],
    "totals_match": lambda: changed(good(), "part_1b", "C_999", total=1),
    "part_2a_le_part_2": lambda: changed(good(), "part_2a", "X05", total=9_999),
    "part_3_ge_first_four_bands": lambda: [replace(r, total=1) if r.part == "part_3" else r for r in good()],
    "identical_to_last_month": lambda: [replace(row, month="2026-09") for row in LAST],
    "large_swing": lambda: good(2.0),
    "high_first_band": lambda: [replace(r, bands=(r.total, *r.bands[1:])) if r.part == "part_2" else r for r in good()],
    "high_unknown": lambda: [replace(r, unknown=r.total) if r.part == "part_1a" else r for r in good()],
    "completed_without_incomplete": lambda: [replace(r, total=0) if r.part == "part_2" else r for r in good()],
}


def test_a_good_return_passes_every_check():
    assert failed(good(), LAST) == {}
    assert set(PLANTED) == set(CHECKS)
    assert set(CENTRAL) <= set(CHECKS)


@pytest.mark.parametrize("name", [name for name, plant in PLANTED.items() if plant])
def test_each_check_fails_on_its_error(name):
    found = failed(PLANTED[name](), LAST)
    assert name in found
    finding = found[name].findings[0]
    assert finding.says
    assert finding.found or name == "duplicate_rows"


def test_a_finding_names_row_column_found_and_expected():
    rows = changed(good(), "part_1a", "C_100", band_20=2.5)
    found = failed(rows)
    one = found["negative_or_decimal"].findings[0]
    line = next(row.line for row in rows if (row.part, row.treatment_function, row.commissioner) == ("part_1a", "C_100", "36L"))
    assert (one.line, one.part, one.treatment_function, one.commissioner) == (line, "part_1a", "C_100", "36L")
    assert (one.column, one.found) == ("Gt 19 To 20 Weeks SUM 1", "2.5")
    sums = {(one.column, one.found, one.expected) for one in found["totals_match"].findings}
    assert (TOTAL, "32", "14.5") not in sums
    assert any(column == "Total" for column, *_ in sums)


def test_a_return_with_last_month_missing_a_part_is_told_of_it_either_way():
    without = [row for row in good() if row.part != "part_3"]
    assert "missing_part" in failed(without)
    assert "missing_part" not in failed(without, [row for row in LAST if row.part != "part_3"])
    assert "missing_part" not in failed(without, expects_every_part=False)


def test_functions_that_do_not_add_up_name_the_columns():
    found = failed(changed(good(), "part_1a", "C_999", unknown=3, total=35))["totals_match"].findings
    assert {one.column for one in found} >= {UNKNOWN, TOTAL}
    assert all(one.treatment_function == "C_999" for one in found)


def test_text_in_a_cell_is_no_count_and_no_traceback():
    rows = [ReturnRow(part="part_2", commissioner="36L", treatment_function="C_100", bands=("x",) * 105, known=None, unknown=None,
                      total="many", provider="RJ1", month="2026-09", line=2)]  # fmt: skip
    assert len(failed(rows)["negative_or_decimal"].findings) == 106


def test_made_up_commissioners_are_valid_for_made_up_trusts_only():
    rows = [replace(row, commissioner="ZZM", provider="ZZA") for row in good() if row.commissioner == "36L"]
    names = {one.check.name for one in check_return(rows, Context(provider="ZZA", month="2026-09")) if not one.is_passed}
    assert "invalid_commissioner" not in names
    assert "invalid_commissioner" in failed([replace(row, provider="RJ1") for row in rows])
