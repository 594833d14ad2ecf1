"""Ambulance, outpatients, workforce, survey, waiting list by groups and ODS files as strangers bring them; organisations."""

from datetime import date

import pytest
import xlsxwriter

from clockstop.errors import MissingColumn, UnknownName, UnreadableFile
from clockstop.intake.published import catalogue, figure_reading, organisations, rtt_published
from clockstop.intake.published.successions import followed_codes, successions, successors
from clockstop.store.home import Home


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


@pytest.fixture
def text(home, tmp_path):
    """Load a text file."""

    def loaded(content, name="file.csv"):
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return catalogue.load(home, path)

    return loaded


@pytest.fixture
def book(home, tmp_path):
    """Load a workbook of sheets, each a list of rows."""

    def loaded(sheets, name="file.xlsx"):
        path = tmp_path / name
        with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as written:
            for title, rows in sheets.items():
                sheet = written.add_worksheet(title)
                for number, row in enumerate(rows):
                    sheet.write_row(number, 0, row)
        return catalogue.load(home, path)

    return loaded


def figures(home, dataset, month, code="ENG", level="england", **where):
    return figure_reading.figures_of(home, dataset, month, level=level, org_code=code, **where)


def test_ambulance_items_have_words_and_codes(home, text):
    text("Year,Month,Region,Org Code,Org Name,A7,A8,A25,A140,A147,A148\n2024,1,Eng,Eng,England,900,80,505,70,7200,.\n")
    found = figures(home, "ambulance", "2024-01")

    assert (found.values["A25"], found.values["c1_mean_seconds"], found.values["incidents"]) == (505, 505, 900)
    assert found.values["handover_hours_beyond_30_minutes"] == 2
    assert (found.values["handovers_time_unknown"], found.texts["handovers_time_unknown"]) == (None, ".")
    assert "handovers" not in found.values


def test_the_hidden_sheet_of_the_ambulance_series_is_read(home, book):
    header = ["Concatenated", "Year", "Month", "Reg", "", "Area", "Trust", "A7", "A8", "A25", "", "Month", "Year"]
    row = ["x", "2025-26", "JANUARY", "Y56", "London", "RRU", "LONDON AMBULANCE", 5, 4, "-", "", 1, 2026]
    book({"Calls": [["nothing"]], "Raw": [["", "", "", "", "", "", "", "Calls"], header, row, ["", "", "", "", "", "", "", 9]]})

    assert figures(home, "ambulance", "2026-01", "RRU", "provider").values == {
        "A7": 5,
        "incidents": 5,
        "A8": 4,
        "c1_incidents": 4,
    } | dict.fromkeys(("A25", "c1_mean_seconds"))


def test_outpatients_by_function_are_added_up_and_suppressed_figures_noted(home, text):
    lines = [
        "PARTYEAR,Month_Ending,TRETSPEF,Total_Appointments,DNA_Appointments",
        "202013,31MAR21,100,40,4",
        "202013,31MAR21,&,2,*",
    ]
    receipt = text("\n".join(lines))

    assert receipt.month == "2021-03"
    assert figures(home, "outpatients", "2021-03").values == {"total_appointments": 42, "dna_appointments": 4}
    assert figures(home, "outpatients", "2021-03", cut="treatment_function=&").texts == {"dna_appointments": "*"}
    assert "1 figures are suppressed" in receipt.notes[0]


def test_a_years_table_takes_its_year_of_its_name_where_it_tells_none(home, book):
    rows = [["Ethnic Category", "", "All Attendances\xa0"], ["", "Total Activity", 30], ["A", "British", 20]]
    book({"Ethnic Category": rows}, name="outp-ethn-cat-2024-25-tab.xlsx")

    assert figures(home, "outpatients", "2025-03").values == {"attendances": 30}
    assert figures(home, "outpatients", "2025-03", cut="ethnic_category=A").values == {"attendances": 20}
    with pytest.raises(UnreadableFile, match="does not say its year"):
        book({"Ethnic Category": [*rows, ["B", "Irish", 1]]}, name="ethnic.xlsx")


WORKFORCE = ["NHS England region code", "NHS England region name", "ICS code", "ICS name", "Organisation name", "Organisation code"]


def test_workforce_has_groups_of_the_month_and_all_staff_of_all_months(home, book):
    groups = [["May 2025 monthly data"], [*WORKFORCE, "Total", "Consultant"], ["", "England", "", "", "", "", 90.5, 9]]
    series = [
        [*WORKFORCE, date(2025, 4, 30), date(2025, 5, 31)],
        ["", "England", "", "", "", "", 80, 77],
        ["", "", "QKK", "SEL", "Guy's", "RJ1", 3, ""],
    ]
    receipt = book({"3. Org & SG - FTE": groups, "5. All Staff - FTE": series})

    assert figures(home, "workforce", "2025-05").values == {"fte": 90.5}
    assert figures(home, "workforce", "2025-05", cut="staff_group=Consultant").values == {"fte": 9}
    assert figures(home, "workforce", "2025-04", "RJ1", "provider").values == {"fte": 3}
    assert "1 figures differ between the sheets" in receipt.notes[0]


def test_sickness_is_added_up_for_a_country_only(home, text):
    header = "DATE,NHSE_REGION_CODE,NHSE_REGION_NAME,ICS_CODE,ICS_NAME,ORG_CODE,ORG_NAME,FTE_DAYS_LOST,FTE_DAYS_AVAILABLE"
    header += ",SICKNESS_ABSENCE_RATE_PERCENT"
    rows = [f"31/03/2025,Y56,London,QKK,SEL,R{number:02d},T,5,100,5.00" for number in range(100)]
    text("\n".join([header, *rows]))
    receipt = text("\n".join([header, *rows[:3]]).replace("03/2025", "04/2025"), name="excerpt.csv")

    assert figures(home, "sickness", "2025-03").values["fte_days_lost"] == 500
    assert figures(home, "sickness", "2025-03", "QKK", "icb").values["share_sickness_absence"] == 0.05
    assert "excerpt of 3 organisations" in receipt.notes[0]
    with pytest.raises(UnknownName):
        figures(home, "sickness", "2025-04")


def test_the_survey_is_read_by_question_and_answer(home, book):
    top = [
        "NHS Staff Survey 2024 - WEIGHTED Results",
        "",
        "",
        "Q2a - I look forward to going to work.",
        "",
        "",
        "Staff Engagement - Staff engagement",
    ]
    header = [
        "ODS code",
        "Organisation name",
        "Benchmarking group",
        "% Never",
        "% Always",
        "Base (number of responses)",
        "Staff Engagement - score",
    ]
    book({"YOUR JOB": [top, [], header, ["RJ1", "Guy's", "Acute", 2.5, "-", 1000, 7.1]]})
    found = figures(home, "staff_survey", "2024-12", "RJ1", "provider")

    assert found.values == {"q2a_base": 1000, "staff_engagement_score": 7.1}
    assert figures(home, "staff_survey", "2024-12", "RJ1", "provider", cut="answer=Never").values == {"q2a_percent": 2.5}
    assert figures(home, "staff_survey", "2024-12", "RJ1", "provider", cut="answer=Always").texts == {"q2a_percent": "-"}


def test_the_waiting_list_is_read_by_groups_and_its_last_week_is_the_month(home, book):
    columns = ["Total Waiting List", "Over 52 weeks"]
    weeks = [
        ["Week Ending", "Incomplete Pathways - Female"],
        ["", *columns],
        [date(2026, 1, 18), 10, 1],
        [date(2026, 1, 25), 12, 2],
    ]
    groups = [
        ["Period:", "Week ending 25 January 2026"],
        ["Organisation Code", "Organisation Name", "Organisation Type", "Incomplete Pathways - Female"],
    ]
    groups += [["", "", "", *columns], ["ENG", "ENGLAND", "ALL", 12, 2], ["RJ1", "GUY'S", "ACUTE TRUST", 5, "*"]]
    book({"Time-Series-Sex": weeks, "Provider-Sex": groups})

    assert figures(home, "wlmds", "2026-01", cut="sex=Female").values == {"waiting_list": 12, "over_52_weeks": 2}
    assert figures(home, "wlmds", "2026-01", cut="sex=Female", day=date(2026, 1, 18)).values["waiting_list"] == 10
    assert figures(home, "wlmds", "2026-01", "RJ1", "provider", cut="sex=Female").texts == {"over_52_weeks": "*"}


def test_rtts_workbook_answers_for_a_provider_where_no_extract_does(home, book):
    title = ["Summary:", "RTT waiting times for completed non-admitted pathways."]
    header = ["Region Code", "Provider Code", "Provider Name", "Treatment Function Code", ">0-1", ">17-18", ">18-19", "104 plus"]
    header += ["Total number of completed pathways (all)", "Total number of completed pathways (with a known clock start)"]
    header += ["Average (median) waiting time (in weeks)", "95th percentile waiting time (in weeks)"]
    row = ["Y56", "RJ1", "GUY'S", "C_999", 5, 3, 2, 1, 12, 10, 9.5, "-"]
    receipt = book({"Provider": [title, ["Period:", "September 2025"], header, row]})
    found = rtt_published.area_figures(home, "2025-09", area_kind="provider", area_code="RJ1").row

    assert (found["completed_non_admitted"], found["completed_non_admitted_within_18_weeks"]) == (12, 8)
    assert (found["non_admitted_median_weeks"], found["non_admitted_percentile_95_weeks"]) == (9.5, None)
    assert found["incomplete"] is None
    assert "1 rows do not add up" in receipt.notes[1]
    with pytest.raises(UnknownName, match="only in a full extract"):
        rtt_published.area_figures(home, "2025-09", area_kind="provider", area_code="RJZ")


def ods(code, name, opened="20010401", closed=""):
    return ",".join(f'"{field}"' for field in [code, name, "Y62", "QOP", *[""] * 5, "M13 9WL", opened, closed, *[""] * 15])


def test_an_organisation_tells_what_became_of_it(home, text):
    text("\n".join([ods("RW3", "CENTRAL MANCHESTER", closed="20170930"), ods("R0A", "MANCHESTER UNIVERSITY", "20171001")]))
    found = organisations.organisation(home, "rw3")

    assert (found.name, found.words["icb"], found.words["region_name"]) == ("CENTRAL MANCHESTER", "QOP", "North West")
    assert (found.words["opened"], found.words["closed"], found.is_open) == ("2001-04-01", "2017-09-30", False)
    assert [(one.successor, one.day.isoformat()) for one in found.became] == [("R0A", "2017-10-01")]
    assert organisations.organisation(home, "R0A").is_open
    with pytest.raises(UnknownName, match="no organisation XXX"):
        organisations.organisation(home, "XXX")


def test_a_list_with_a_day_that_is_none_is_refused(text):
    with pytest.raises(UnreadableFile, match="row 2, column L: “20171399” is no day"):
        text("\n".join([ods("RW3", "CENTRAL"), ods("RM2", "SOUTH", closed="20171399")]))


def test_what_was_divided_is_not_followed_and_chains_are():
    assert {one.predecessor for one in followed_codes("R0A")} == {"RW3", "RM2", "RM4"}
    assert {one.successor for one in successors("RW6")} == {"RM3", "R0A"}
    assert {one.predecessor for one in followed_codes("D4U1Y")} == {"10C", "15D", "99M", "10G", "10T", "11C"}


def test_successions_go_one_way_and_wholes_once():
    wholes = [one.predecessor for one in successions() if one.is_whole]

    assert len(wholes) == len(set(wholes))
    assert all(one.predecessor not in {other.predecessor for other in followed_codes(one.predecessor)} for one in successions())


@pytest.mark.shared
def test_successions_agree_with_the_days_of_closing():
    """The day of a whole succession is the day of closing in the directory, or the day after."""
    import csv

    from clockstop.store.home import shared_folder

    folder = shared_folder() / "data" / "published" / "ods"
    lines = [
        row for name in ("etr.csv", "eccg.csv") for row in csv.reader((folder / name).read_text(encoding="utf-8").splitlines())
    ]
    closed = {row[0]: date.fromisoformat(row[11]) for row in lines if row[11]}
    known = [one for one in successions() if one.is_whole and one.predecessor in closed]

    assert len(known) > 150
    assert [one.predecessor for one in known if not 0 <= (one.day - closed[one.predecessor]).days <= 1] == []


def test_what_lacks_a_column_is_named(text):
    with pytest.raises(MissingColumn, match="no column gives"):
        text("Period,Org Code,A&E attendances Type 1,Attendances over 4hrs Type 1\n2025-07,RJ1,1,1\n")
