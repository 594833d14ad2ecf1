"""The A&E files as strangers bring them: other months and headers, totals that lack or lie, rows cut short, marks, workbooks."""

import pytest
import xlsxwriter

from clockstop.errors import MissingColumn, UnreadableFile
from clockstop.intake.published import catalogue, figure_reading, following, tracing
from clockstop.store.home import Home

TITLES = (
    "Period,Org Code,Parent Org,Org name,A&E attendances Type 1,A&E attendances Type 2,A&E attendances Other A&E Department,"
    "A&E attendances Booked Appointments Type 1,A&E attendances Booked Appointments Type 2,"
    "A&E attendances Booked Appointments Other Department,Attendances over 4hrs Type 1,Attendances over 4hrs Type 2,"
    "Attendances over 4hrs Other Department,Attendances over 4hrs Booked Appointments Type 1,"
    "Attendances over 4hrs Booked Appointments Type 2,Attendances over 4hrs Booked Appointments Other Department,"
    "Patients who have waited 4-12 hs from DTA to admission,Patients who have waited 12+ hrs from DTA to admission,"
    "Emergency admissions via A&E - Type 1,Emergency admissions via A&E - Type 2,"
    "Emergency admissions via A&E - Other A&E department,Other emergency admissions"
)
COUNTS = "100,10,50,8,0,2,30,1,4,2,0,0,7,3,20,0,1,5"


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


@pytest.fixture
def load(home, tmp_path):
    """Write lines as a CSV and load it."""

    def loaded(*lines, name="ae.csv", titles=TITLES):
        path = tmp_path / name
        path.write_text("\n".join([titles, *lines]) + "\n", encoding="utf-8")
        return catalogue.load(home, path)

    return loaded


def row(code, counts=COUNTS, period="MSitAE-JULY-2025", parent="NHS ENGLAND LONDON"):
    return f"{period},{code},{parent},{code} TRUST,{counts}"


def figures(home, code="RJ1", month="2025-07", level="provider", **where):
    return figure_reading.figures_of(home, "ae", month, level=level, org_code=code, **where).values


def test_booked_attendances_are_part_of_the_whole_and_stand_apart(home, load):
    load(row("RJ1"))
    found = figures(home)

    assert (found["attendances"], found["attendances_excluding_booked"], found["attendances_booked"]) == (170, 160, 10)
    assert (found["over_4_hours"], found["over_4_hours_excluding_booked"], found["over_4_hours_booked"]) == (37, 35, 2)
    assert found["share_within_4_hours"] == pytest.approx(1 - 37 / 170)
    assert (found["waits_12_hours_from_dta"], found["waits_over_4_hours_from_dta"]) == (3, 10)
    assert (found["emergency_admissions_via_ae"], found["emergency_admissions"]) == (21, 26)
    assert figures(home, cut="type=1")["attendances"] == 108
    assert figures(home, cut="type=other")["over_4_hours_excluding_booked"] == 4


@pytest.mark.parametrize("period", ["MSitAE-JULY-2025", "2025-07", "July 2025", "31/07/2025", "MSitAE-Jul-25"])
def test_the_month_is_read_however_it_is_written(load, period):
    assert load(row("RJ1", period=period)).month == "2025-07"


def test_columns_may_come_in_another_order_and_with_others_among_them(home, load):
    titles = "New Column,Org Code,Period," + ",".join(TITLES.split(",")[2:])
    receipt = load(f"9,RJ1,MSitAE-JULY-2025,NHS ENGLAND LONDON,RJ1 TRUST,{COUNTS}", titles=titles)

    assert figures(home)["attendances"] == 170
    assert "new column" in receipt.notes[0]


def test_before_booked_appointments_were_counted_there_are_none(home, load):
    titles = ",".join(title for title in TITLES.split(",") if "Booked" not in title)
    load("MSitAE-MAY-2019,RJ1,,RJ1 TRUST,100,10,50,30,1,4,7,3,20,0,1,5", titles=titles)
    found = figures(home, month="2019-05")

    assert found["attendances"] == 160
    assert "attendances_booked" not in found


def test_an_excerpt_is_not_england(home, load):
    receipt = load(row("RJ1"), row("RJZ"))

    assert "an excerpt" in receipt.notes[0]
    with pytest.raises(figure_reading.UnknownName, match="no england ENG"):
        figures(home, "ENG", level="england")


def test_without_a_total_row_england_and_regions_are_the_sum(home, load):
    receipt = load(*(row(f"R{number:02d}") for number in range(100)))

    assert "there is no total row" in receipt.notes[0]
    assert figures(home, "ENG", level="england")["attendances"] == 17_000
    assert figures(home, "Y56", level="region")["over_4_hours"] == 3_700


def test_a_total_that_contradicts_its_rows_stands_with_a_note(home, load):
    total = "TOTAL,TOTAL ,Total,TOTAL," + COUNTS.replace("100,", "999,", 1)
    receipt = load(row("RJ1"), row("RJZ"), "", total)

    assert "the total row is not the sum of its providers (attendances excluding booked type 1 999 against 200" in receipt.notes[0]
    assert figures(home, "ENG", level="england")["attendances_excluding_booked"] == 999 + 60


def test_a_revised_file_replaces_the_first_and_the_first_stays_readable(home, load):
    load(row("RJ1"), name="July-2025-revised.csv")
    load(row("RJ1", COUNTS.replace("100,", "90,", 1)), name="July-2025.csv")

    assert figures(home)["attendances"] == 170
    assert figures(home, number=2)["attendances"] == 160


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (row("RJ1", COUNTS.replace("100,", "1OO,", 1)), r"row 2, column E \(a&e attendances type 1\): “1OO” is neither"),
        (row("RJ1", COUNTS.replace("100,", "-4,", 1)), "row 2, column E .*is below nought"),
        (row("RJ1", "1,2,3"), "row 2: the row ends after 7 of 22 cells"),
        (row("RJ1", period="soon"), "row 2, column A .*“soon” names no month"),
        (row(""), "row 2, column B"),
        (f"{row('RJ1')}\n{row('RJ1', COUNTS.replace('100,', '1,', 1))}", "row 3, column B .*“RJ1” stands in row 2 too"),
    ],
)
def test_what_is_broken_is_refused_with_its_place(load, line, said):
    with pytest.raises(UnreadableFile, match=said):
        load(line)


def test_attendances_without_their_waits_are_refused(load):
    titles = TITLES.replace("Attendances over 4hrs Type 2", "Attendances of type 2 that were long")

    with pytest.raises(MissingColumn, match="no column gives over 4 hours excluding booked type 2"):
        load(row("RJ1"), titles=titles)


def test_marks_are_no_figures_and_a_dash_is_none(home, load):
    load(row("RJ1", COUNTS.replace(",7,3,", ",[z],-,", 1)))
    found = figure_reading.figures_of(home, "ae", "2025-07", level="provider", org_code="RJ1")

    assert found.values.get("waits_4_to_12_hours_from_dta") is None
    assert found.values["waits_12_hours_from_dta"] == 0
    assert "waits_over_4_hours_from_dta" not in found.values


def test_a_row_that_stands_twice_with_the_same_figures_is_kept_once_with_a_note(home, load):
    receipt = load(row("RJ1"), row("RJ2"), row("RJ1"))
    assert "RJ1 stands in rows 2 and 4 with the same figures; kept once." in receipt.notes
    assert figures(home)["attendances"] == 170


def test_a_row_that_stands_twice_with_other_figures_is_refused_and_nothing_is_kept(home, load):
    with pytest.raises(UnreadableFile, match="with other figures"):
        load(row("RJ1"), row("RJ1", COUNTS.replace("100", "101", 1)))
    assert catalogue.revisions(home) == []


def test_a_predecessor_is_added_where_it_is_followed(home, load):
    """Southport and Ormskirk (RVY) became part of RBN in July 2023; before it each published its own."""
    load(row("RBN", period="MSitAE-JUNE-2023"), row("RVY", period="MSitAE-JUNE-2023"), name="june.csv")
    load(row("RBN", period="MSitAE-JULY-2023"), name="july.csv")

    june = following.followed(home, "ae", "2023-06", org_code="RBN")
    points = following.run(home, "ae", "attendances", org_code="RBN", follow=True)

    assert (june.values["attendances"], june.parts[0].values["attendances"]) == (340, 170)
    assert june.values["share_within_4_hours"] == pytest.approx(1 - 37 / 170)
    assert [(point.month, point.value, point.codes) for point in points] == [
        ("2023-06", 340, ("RBN", "RVY")),
        ("2023-07", 170, ("RBN",)),
    ]


def test_a_figure_is_traced_to_its_cell_and_every_revision(home, load):
    load(row("RJ1"), name="July-2025.csv")
    receipt = load("", row("RJ1", COUNTS.replace(",7,3,", ",7,4,", 1)), name="July-2025-revised.csv")
    trace = tracing.traced(home, "ae", "2025-07", "waits_12_hours_from_dta", level="provider", org_code="RJ1")
    worked_out = tracing.traced(home, "ae", "2025-07", "attendances", level="provider", org_code="RJ1")

    assert (trace.source.kept.file_sha256, trace.source_row, trace.cells[1]) == (receipt.file_sha256, 3, "RJ1")
    assert [(one.revision.number, one.value) for one in trace.revisions] == [(1, 3), (2, 4)]
    assert (worked_out.source_row, worked_out.column) == (3, "")
    with pytest.raises(figure_reading.UnknownName, match="There is no figure nosuch of RJ1"):
        tracing.traced(home, "ae", "2025-07", "nosuch", level="provider", org_code="RJ1")


GROUPS = ("A&E attendances", "A&E attendances < 4 hours", "A&E attendances > 4 hours")
TYPES = ("Type 1 Departments - Major A&E", "Type 2 Departments", "Type 3 Departments - Other A&E")
TOTALS = ("Total attendances", "Total Attendances < 4 hours", "Total Attendances > 4 hours")


def workbook(path, *, period="September 2025", skip=3):
    """A workbook with a sheet of providers whose header stands `skip` rows below the words above it."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Provider Level Data")
        sheet.write_row(1, 1, ["Period:", period])
        sheet.write_row(2, 1, ["Revised:", "13th November 2025"])
        top = 3 + skip
        for place, group in enumerate(GROUPS):
            sheet.write(top, 4 + 4 * place, group)
            sheet.write_row(top + 1, 4 + 4 * place, [*TYPES, TOTALS[place]])
        sheet.write_row(top + 1, 1, ["Code", "Region", "Name"])
        sheet.write(top + 1, 16, "Number of patients spending >4 hours from decision to admit to admission")
        sheet.write(top + 1, 17, "Number of patients spending >12 hours from decision to admit to admission")
        figures = [10, 0, 5, 15, 8, 0, 5, 13, 2, 0, 0, 2, 4, 1]
        sheet.write_row(top + 2, 1, ["-", "-", "England", *figures])
        sheet.write_row(top + 4, 1, ["RJ1", "London", "Guy's", *figures[:-1], "*"])
        sheet.write(top + 6, 1, "Notes below the table")
    return path


@pytest.mark.parametrize("skip", [0, 9])
def test_the_workbooks_header_is_found_wherever_it_stands(home, tmp_path, skip):
    receipt = catalogue.load(home, workbook(tmp_path / "x.xlsx", skip=skip))
    found = figure_reading.figures_of(home, "ae", "2025-09", level="provider", org_code="RJ1")

    assert (receipt.status, receipt.released, receipt.rows_read) == ("revised", "2025-11-13", 1)
    assert (found.values["attendances"], found.values["within_4_hours"], found.values["over_4_hours"]) == (15, 13, 2)
    assert (found.values["waits_12_hours_from_dta"], found.texts["waits_12_hours_from_dta"]) == (None, "*")
    assert found.places["attendances"] == f"sheet Provider Level Data, row {8 + skip}"


def test_a_workbook_without_its_month_is_refused(home, tmp_path):
    with pytest.raises(UnreadableFile, match="beside Period stands “later”"):
        catalogue.load(home, workbook(tmp_path / "x.xlsx", period="later"))
