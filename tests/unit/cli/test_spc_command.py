"""`clockstop spc`: an analyst's file in, a row a point and a row a series out, or a message that says which cell is wrong."""

import csv

import pytest

from clockstop.cli.main import run
from clockstop.reports.spc_points import POINT_COLUMNS, SUMMARY_COLUMNS

WAVE = [10, 12] * 6


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("CLOCKSTOP_HOME", str(tmp_path / "home"))
    return tmp_path


def written(folder, text, *options):
    """What the command writes for that file: the rows of the points and of the series."""
    (folder / "in.csv").write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit) as stopped:
        run(["spc", "--input", str(folder / "in.csv"), "--out", str(folder / "out.csv"), *options])
    if stopped.value.code:
        raise stopped.value
    return [list(csv.DictReader((folder / name).open(encoding="utf-8"))) for name in ("out.csv", "out.summary.csv")]


def refused(folder, capsys, text, *options):
    """What the command says of that file; nothing is left behind."""
    with pytest.raises(SystemExit) as stopped:
        written(folder, text, *options)
    assert stopped.value.code == 2
    assert sorted(file.name for file in folder.iterdir() if file.is_file()) == ["in.csv"]
    return capsys.readouterr().err


def series(values, key=""):
    head = f"{key}," if key else ""
    return "".join(f"{head}2025-{place + 1:02d}-01,{value}\n" for place, value in enumerate(values))


def test_points_and_icons_are_written_for_each_series_in_the_order_of_days(folder, capsys):
    rows = series([*WAVE, ""], "A").splitlines()
    text = "Key,Date,Value\n" + "\n".join(reversed(rows)).replace("2025-13-01", "31/12/2025") + "\nB,01/02/2026,7\n"
    points, summary = written(folder, text, "--target", "20", "--improvement", "increase", "--convention", "plot-the-dots")
    assert tuple(points[0]) == tuple(name for name, _says, _words in POINT_COLUMNS)
    assert tuple(summary[0]) == tuple(name for name, _says, _words in SUMMARY_COLUMNS)
    assert [(row["key"], row["date"]) for row in points][-3:] == [("A", "2025-12-01"), ("A", "2025-12-31"), ("B", "2026-02-01")]
    assert [points[0][name] for name in ("value", "mean", "outside_limits", "special_cause_flag", "colour")] == [
        "10", "11", "false", "false", "grey",
    ]  # fmt: skip
    assert [points[12][name] for name in ("value", "mean", "outside_limits", "point_type", "colour")] == ["", "11", "", "", ""]
    assert [(row["key"], row["points"], row["variation"], row["assurance"]) for row in summary] == [
        ("A", "12", "common_cause", "fail"), ("B", "1", "", ""),
    ]  # fmt: skip
    assert "1 of 2 series have too few points" in capsys.readouterr().err


def test_every_word_written_is_one_that_is_listed(folder):
    text = "key,date,value,ghost\n" + "".join(
        f"{key},2025-{month:02d}-{day:02d},{value},{'yes' if day == 9 else ''}\n"
        for key in "ABC" for month in range(1, 4) for day, value in enumerate([1, 9, 2, 8, 30, 31, 32, 33, 34, 35, -40, 5], start=1)
    )  # fmt: skip
    for way in ("up", "down", "neutral"):
        points, summary = written(folder, text, "--improvement", way, "--target", "4", "--rebase", "2025-02-01,2025-03-01")
        for columns, rows in ((POINT_COLUMNS, points), (SUMMARY_COLUMNS, summary)):
            for name, _says, words in columns:
                assert not words or {row[name] for row in rows} <= {*words, ""}, name


def test_a_recalculation_begins_on_its_day_and_a_baseline_ends_after_its_points(folder):
    text = "date,value\n" + series([1, 3, 1, 3, 11, 13, 11, 13])
    points, _summary = written(folder, text, "--rebase", "2025-04-15", "--convention", "plot-the-dots")
    assert [row["rebase_group"] for row in points] == ["0"] * 4 + ["1"] * 4
    assert {row["mean"] for row in points} == {"2", "12"}
    points, _summary = written(folder, text, "--fix-after", "4", "--convention", "plot-the-dots")
    assert {row["mean"] for row in points} == {"2"}


def test_a_target_may_move(folder):
    text = "date,value,target\n" + "".join(f"2025-{place + 1:02d}-01,{value},{place}\n" for place, value in enumerate(WAVE))
    _points, summary = written(folder, text, "--convention", "plot-the-dots")
    assert (summary[0]["target"], summary[0]["assurance"]) == ("11", "hit_and_miss")


def test_a_ghosted_point_is_grey_and_counts_for_nothing(folder):
    text = "date,value,ghost\n2025-01-01,900,1\n" + "".join(f"2025-02-{day:02d},{10 + day % 2},\n" for day in range(1, 14))
    points, summary = written(folder, text)
    assert (points[0]["colour"], points[0]["outside_limits"], summary[0]["points"]) == ("grey", "false", "13")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("date,value\n2025-01-01,5\n2025-02-30,6\n", "data row 2, column date: found '2025-02-30'"),
        ("date,value\n2025-01-01,5\n01/02/25,6\n", "Expected: a day as 2026-09-30 or 30/09/2026."),
        ("date,value\n2025-01-01,64.2%\n", "column value: found '64.2%'"),
        ("date,value\n2025-01-01,inf\n", "column value: found 'inf'"),
        ("date,value\n2025-01-01,5\n01/01/2025,6\n", "2025-01-01 twice"),
        ("date,value,key\n2025-01-01,5,A\n2025-01-01,6,B\n01/01/2025,6,A\n", "of the series 'A'"),
        ("date,value,ghost\n2025-01-01,5,perhaps\n", "column ghost: found 'perhaps'"),
        ("day,value\n2025-01-01,5\n", "lacks the required column"),
        ("date,value\n", "holds a header and no rows"),
        ("date,value\n2025-01-01,5,6\n", "has 3 cells"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_row_and_column(folder, capsys, text, expected):
    said = refused(folder, capsys, text)
    assert expected in said
    assert said.strip().endswith(".")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--points", "8"], "--points cannot be 8"),
        (["--fix-after", "1"], "--fix-after cannot be 1"),
        (["--rebase", "soon"], "'soon' is not a day"),
        (["--convention", "nelson"], "no SPC convention 'nelson'"),
        (["--improvement", "sideways"], "not a direction"),
        (["--chart", "c"], "--chart cannot be 'c'"),
        (["--chart", "g", "--target", "4"], "A G chart has no target"),
        (["--chart", "p"], "denominator"),
        (["--conflict", "both"], "--conflict cannot be 'both'"),
        (["--target", "nan"], "--target cannot be nan"),
        (["--target", "inf"], "--target cannot be inf"),
    ],
)
def test_an_option_that_means_nothing_is_refused(folder, capsys, options, expected):
    assert expected in refused(folder, capsys, "date,value\n" + series(WAVE), *options)


@pytest.mark.parametrize(
    ("options", "row", "expected"),
    [
        ((), "2025-01-01,1e308,9", "column value: found '1e308'"),
        (("--chart", "u"), "2025-01-01,1,1e-308", "column denominator: found '1e-308'"),
        (("--chart", "p"), "2025-01-01,30,9", "cannot stand on a P chart"),
        (("--chart", "u"), "2025-01-01,-3,9", "cannot stand on a U chart"),
        (("--chart", "g"), "2025-01-01,-3,9", "cannot stand on a G chart"),
    ],
)
def test_a_value_that_no_limits_can_be_worked_out_from_is_refused(folder, capsys, options, row, expected):
    assert expected in refused(folder, capsys, f"date,value,denominator\n{row}\n", *options)


def test_the_input_is_never_written_over(folder, capsys):
    (folder / "in.csv").write_text("date,value\n2025-01-01,5\n", encoding="utf-8")
    with pytest.raises(SystemExit):
        run(["spc", "--input", str(folder / "in.csv"), "--out", str(folder / "in.csv")])
    assert "written over the input" in capsys.readouterr().err


def test_a_month_without_a_row_is_said(folder, capsys):
    months = series(WAVE, "A") + series(WAVE, "B").replace("B,2025-05-01,10\n", "")
    written(folder, "key,date,value\n" + months)
    assert "1 of 2 series have gaps in their dates" in capsys.readouterr().err
    written(folder, "date,value\n" + series(WAVE))
    assert "gaps" not in capsys.readouterr().err


def test_a_folder_is_no_place_for_the_points(folder, capsys):
    (folder / "in.csv").write_text("date,value\n2025-01-01,5\n", encoding="utf-8")
    with pytest.raises(SystemExit):
        run(["spc", "--input", str(folder / "in.csv"), "--out", str(folder)])
    assert f"{folder} is a folder" in capsys.readouterr().err


def test_only_a_key_that_needs_quotes_has_them(folder):
    points, _summary = written(
        folder, 'key,date,value\n"Ward 7, east",2025-01-01,5\n"say ""what""",2025-01-01,6\nplain,2025-01-01,7\n'
    )
    assert [row["key"] for row in points] == ["Ward 7, east", 'say "what"', "plain"]
    text = (folder / "out.csv").read_text(encoding="utf-8").splitlines()
    assert text[-1] == "plain,2025-01-01,7,7,,,false,false,common_cause,common_cause,0,grey"


def test_many_series_of_different_lengths_are_written_piece_by_piece(folder, monkeypatch):
    text = "key,date,value\n" + "".join(series([10 + 2 * (n % 2) for n in range(count)], f"K{count:02d}") for count in range(1, 13))
    whole = written(folder, text, "--convention", "plot-the-dots", "--rebase", "2025-04-01")
    monkeypatch.setattr("clockstop.reports.spc_points._POINTS_AT_ONCE", 7)
    assert written(folder, text, "--convention", "plot-the-dots", "--rebase", "2025-04-01") == whole
    assert [int(row["points"]) for row in whole[1]] == list(range(1, 13))


def test_a_key_that_a_spreadsheet_would_run_is_disarmed(folder):
    points, summary = written(folder, "key,date,value\n=1+1,2025-01-01,-5\n")
    assert (points[0]["key"], points[0]["value"], summary[0]["key"]) == ("'=1+1", "-5", "'=1+1")


def test_days_between_events_need_no_values_and_may_share_a_day(folder):
    days = ["01/01/2025", "11/01/2025", "11/01/2025", "31/01/2025"]
    points, _summary = written(folder, "date\n" + "\n".join(days) + "\n", "--chart", "t", "--convention", "plot-the-dots")
    assert [row["value"] for row in points] == ["", "10", "0", "20"]


def test_shares_and_rates_have_limits_by_their_denominators(folder):
    text = "date,value,denominator\n2025-01-01,10,100\n2025-02-01,30,300\n2025-03-01,40,400\n"
    points, summary = written(folder, text, "--chart", "p", "--convention", "plot-the-dots", "--target", "0.08")
    assert [row["value"] for row in points] == ["0.1"] * 3
    assert float(points[0]["upl"]) == pytest.approx(0.1 + 3 * (0.1 * 0.9 / 100) ** 0.5)
    assert summary[0]["assurance"] == "hit_and_miss"
    points, _summary = written(folder, text, "--chart", "u", "--convention", "plot-the-dots")
    assert float(points[2]["lpl"]) == pytest.approx(0.1 - 3 * (0.1 / 400) ** 0.5)


def test_cases_between_events_have_their_middle_and_no_lower_limit(folder):
    points, _summary = written(folder, "date,value\n" + series([10, 20, 30]), "--chart", "g", "--convention", "plot-the-dots")
    assert float(points[0]["mean"]) == pytest.approx(0.693 * 20)
    assert float(points[0]["upl"]) == pytest.approx(20 + 3 * (20 * 21) ** 0.5)
    assert points[0]["lpl"] == ""


def test_recalculations_that_change_nothing_are_said(folder, capsys):
    written(folder, "date,value\n" + series(WAVE), "--rebase", "2031-01-01", "--convention", "plot-the-dots")
    assert "changes nothing" in capsys.readouterr().err
    written(folder, "date,value\n" + series(WAVE), "--rebase", "2025-06-01", "--fix-after", "4")
    assert "--rebase is ignored" in capsys.readouterr().err
