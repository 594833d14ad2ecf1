"""A sample from its drawing to the range beside the headline: drawn, filled in by hand, recorded, and read on the pages."""

import csv
from io import BytesIO, StringIO

import openpyxl
import pytest

from clockstop.answers.scope import Scope
from clockstop.answers.standard_range import range_of, ranges, rate_lines
from clockstop.answers.validation_samples import evidence_of
from clockstop.errors import NotAllowed, UnknownName, UnreadableFile, UserError
from clockstop.store import drawn_samples

TRUST = "QQA"
CLERK = Scope(trusts=frozenset([TRUST]), may_see_patients=frozenset([TRUST]), user="pat", role="Validation clerk")
DIRECTOR = Scope(trusts=frozenset(["QQA", "QQB"]), may_see_patients=frozenset(), user="kim", role="Operations director")


@pytest.fixture
def register(db, monkeypatch, group_home, group):
    """The small group's desk, with somebody who may validate in QQA."""
    from clockstop.accounts.models import Membership, User

    monkeypatch.setenv("CLOCKSTOP_HOME", str(group_home.root))
    user = User.objects.create_user(username="pat")
    Membership.objects.create(user=user, trust=TRUST, role="validation_clerk")
    return group


def outcomes():
    """Every outcome as committed, read afresh."""
    from clockstop.registers.validation.reading import outcomes

    return outcomes(["QQA", "QQB"])


def worksheet(desk, file, *, flag="no_next_step", size=8, seed=4):
    """A drawn sample's worksheet, and its rows."""
    from clockstop.reports.drawing import draw
    from clockstop.reports.worksheets import write

    sample, chosen = draw(CLERK, desk, outcomes(), trust=TRUST, flag=flag, size=size, seed=seed)
    write(file, sample, chosen, evidence_of(CLERK, desk, chosen))
    return sample, list(csv.DictReader(StringIO(file.read_text("utf-8-sig")))) if file.suffix == ".csv" else []


def fill(file, rows):
    """Write the rows back, as a spreadsheet would."""
    with file.open("w", newline="") as opened:
        writer = csv.DictWriter(opened, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def recorded(desk, file, **more):
    """What became of the worksheet."""
    from clockstop.reports.worksheet_recording import record, user_named

    return record(desk.home, file, by=user_named("pat"), **more)


def test_the_same_seed_draws_the_same_clocks_and_is_kept_once(register, tmp_path):
    first, rows = worksheet(register, tmp_path / "a.csv")
    again, others = worksheet(register, tmp_path / "b.csv")
    assert again == first, "the very same draw is the very same sample"
    assert [row["patient_pathway_identifier"] for row in rows] == [row["patient_pathway_identifier"] for row in others]
    other, _ = worksheet(register, tmp_path / "c.csv", seed=5)
    assert other.name != first.name
    assert (first.size, len(rows), rows[0]["outcome"]) == (8, 8, "")
    assert first.frame_size > 8
    assert "No next step" in rows[0]["evidence"]
    assert "6 clock_right" in rows[0]["outcomes_to_choose_from"]
    assert drawn_samples.sample(register.home, first.name).seed == 4


def test_a_worksheet_is_recorded_row_by_row_with_a_reason_for_each_that_is_not(register, tmp_path):
    file = tmp_path / "w.csv"
    sample, rows = worksheet(register, file)
    rows[0] |= {"outcome": "6"}
    rows[1] |= {"outcome": "perhaps"}
    rows[2] |= {"outcome": "stop_treated"}  # no day of treatment
    rows[3] |= {"outcome": "Clock is right", "right_date": "soon"}
    rows[4] |= {"outcome": "6", "patient_pathway_identifier": "ANOTHER"}
    rows[5] |= {"outcome": "2 stop_no_treatment"}
    rows[6] |= {"outcome": "6", "sample": "QQA-nothing-001"}
    fill(file, [*rows, rows[5] | {"outcome": "6"}])
    found = recorded(register, file)
    assert found.read == 9 == found.kept + len(found.aside)
    assert found.outcomes == {"clock_right": 1}
    assert {one.source_row: one.code for one in found.aside} == {
        3: "unknown_outcome", 4: "incomplete", 5: "date_unreadable", 6: "not_in_sample", 7: "given_twice", 8: "unknown_sample",
        9: "not_filled", 10: "given_twice",
    }  # fmt: skip
    assert found.still_open == {sample.name: 7}


def test_a_half_filled_worksheet_can_be_filled_further_and_a_change_of_mind_is_said(register, tmp_path):
    file = tmp_path / "w.csv"
    sample, rows = worksheet(register, file)
    rows[0] |= {"outcome": "6"}
    fill(file, rows)
    assert recorded(register, file).kept == 1
    rows[1] |= {"outcome": "1", "right_date": rows[1]["start_date"]}
    fill(file, rows)
    second = recorded(register, file)
    assert second.outcomes == {"stop_treated": 1}
    assert [one.code for one in second.aside].count("already_recorded") == 1
    rows[0] |= {"outcome": "3"}
    fill(file, rows)
    third = recorded(register, file)
    assert (third.kept, third.aside[0].code) == (0, "changed_twice")
    assert "--replace" in third.aside[0].says
    assert recorded(register, file, replace=True).outcomes == {"stop_monitoring": 1}
    assert third.still_open == {sample.name: 6}


def test_a_worksheet_that_cannot_be_read_says_so_and_records_nothing(register, tmp_path):
    file = tmp_path / "w.csv"
    _, rows = worksheet(register, file)
    rows[0] |= {"outcome": "6"}
    rows[1] |= {"note": "n" * 140_000}
    fill(file, rows)
    with pytest.raises(UnreadableFile, match="far too long"):
        recorded(register, file)
    with pytest.raises(UserError, match="name of a team"):
        recorded(register, file, team="T" * 61)
    assert outcomes().num_rows == 0


def test_a_worksheet_of_a_trust_that_is_not_ones_own_records_no_row_of_it(register, tmp_path):
    from clockstop.accounts.models import Membership

    file = tmp_path / "w.csv"
    _, rows = worksheet(register, file)
    rows[0] |= {"outcome": "6"}
    fill(file, rows)
    Membership.objects.update(trust="QQB")
    with pytest.raises(NotAllowed, match="Trust QQA"):
        recorded(register, file)


def test_a_note_or_a_duplicate_that_cannot_be_is_set_aside(register, tmp_path):
    file = tmp_path / "w.csv"
    _, rows = worksheet(register, file)
    rows[0] |= {"outcome": "6", "note": "n" * 501}
    rows[1] |= {"outcome": "4", "other_pathway": "NOSUCH"}
    rows[2] |= {"outcome": "4", "other_pathway": rows[3]["patient_pathway_identifier"]}
    rows[3] |= {"outcome": "4", "other_pathway": rows[2]["patient_pathway_identifier"]}
    fill(file, rows)
    found = recorded(register, file)
    assert found.outcomes == {"duplicate": 1}
    told = {one.source_row: one.says for one in found.aside if one.code == "incomplete"}
    assert sorted(told) == [2, 3, 5]
    assert "500 characters" in told[2]
    assert "no such other pathway" in told[3]
    assert "one must stay" in told[5]


def test_no_sample_is_drawn_for_a_worksheet_that_cannot_be_written(register, tmp_path):
    from typer.testing import CliRunner

    from clockstop.cli.validate import app

    before = len(drawn_samples.samples(register.home, TRUST))
    asked = ["sample", "--org", TRUST, "--flag", "no_next_step", "--seed", "77", "--out", str(tmp_path / "w.pdf")]
    assert isinstance(CliRunner().invoke(app, asked).exception, UserError)
    assert len(drawn_samples.samples(register.home, TRUST)) == before


def test_a_range_of_a_place_that_the_list_does_not_have_is_refused(register):
    from typer.testing import CliRunner

    from clockstop.cli.validate import app

    assert isinstance(CliRunner().invoke(app, ["range", "--org", TRUST, "--service", "C_999X"]).exception, UnknownName)


def test_an_outcome_that_came_at_the_desk_meanwhile_is_not_overwritten(register, tmp_path):
    from clockstop.registers.validation.actions import Said, Seen, record_outcome
    from clockstop.reports.worksheet_recording import user_named

    file = tmp_path / "w.csv"
    _, rows = worksheet(register, file, seed=11)
    kept = drawn_samples.samples(register.home, TRUST)[-1]
    clock = drawn_samples.drawn(register.home, kept).to_pylist()[0]
    names = ("trust", "patient_pathway_identifier", "start_date", "period_number", "days_waited", "evidence_signature")
    seen = Seen(**{name: clock[name] for name in names}, snapshot_id=kept.snapshot_id, as_of_date=register.as_of)
    record_outcome(by=user_named("pat"), seen=seen, said=Said(code="clock_right"))
    rows[0] |= {"outcome": "2"}
    fill(file, rows)
    assert recorded(register, file).aside[0].code == "answered_meanwhile"


def test_checks_give_rates_and_rates_give_ranges(register, tmp_path):
    before = ranges(CLERK, register, outcomes(), {"trust": TRUST})
    assert before.of["rtt_within_18_weeks"].low is None, "nothing was checked yet"
    file = tmp_path / "w.csv"
    _, rows = worksheet(register, file, size=12)
    for row in rows[:3]:
        row |= {"outcome": "1", "right_date": row["start_date"]}
    for row in rows[3:]:
        row |= {"outcome": "6"}
    fill(file, rows)
    assert recorded(register, file).kept == 12
    line = next(one for one in rate_lines(CLERK, register, outcomes(), TRUST) if one.flag == "no_next_step")
    assert (line.checked, line.removed, line.right) == (12, 3, 9), "all twelve are counted under this flag"
    assert line.low < 3 / 12 < line.high
    after = ranges(CLERK, register, outcomes(), {"trust": TRUST})
    size = after.of["rtt_incomplete"]
    assert (size.counted, size.validated) == (40, 37)
    assert size.least <= size.low <= size.high <= size.validated
    assert (after.method.settled, after.method.checked) == (12, 12)
    assert range_of(CLERK, register, outcomes(), "rtt_within_18_weeks", {"trust": TRUST}) == after.of["rtt_within_18_weeks"]
    assert range_of(CLERK, register, outcomes(), "cancer_62_day", {"trust": TRUST}) is None


def test_a_share_of_a_service_is_drawn_from_the_service_alone(register):
    whole, part = (ranges(CLERK, register, outcomes(), where) for where in ({"trust": TRUST}, {"trust": TRUST, "service": "C_100"}))
    assert part.method.clocks == 8
    assert part.of["rtt_incomplete"].counted == 8 < whole.of["rtt_incomplete"].counted
    assert ranges(CLERK, register, outcomes(), {"trust": TRUST, "service": "C_999"}).method.clocks == 0


def test_small_numbers_stay_with_the_trust_and_other_trusts_are_refused(register):
    found = ranges(DIRECTOR, register, outcomes(), {"trust": "QQB", "service": "C_100"})
    assert "rtt_incomplete" in found.withheld
    assert found.of.keys().isdisjoint(found.withheld)
    with pytest.raises(NotAllowed):
        ranges(CLERK, register, outcomes(), {"trust": "QQB"})


def test_what_cannot_be_drawn_or_read_is_said(register, tmp_path):
    with pytest.raises(UserError, match="No open clock of QQA under planned"):
        worksheet(register, tmp_path / "w.csv", flag="planned")
    with pytest.raises(UnknownName, match="compares totals"):
        worksheet(register, tmp_path / "w.csv", flag="25")
    with pytest.raises(UserError, match="no kind of file"):
        worksheet(register, tmp_path / "w.pdf")
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(UnreadableFile, match="no column sample, trust"):
        recorded(register, tmp_path / "other.csv")
    with pytest.raises(UnreadableFile, match="no file"):
        recorded(register, tmp_path / "gone.csv")


def test_a_workbook_comes_back_as_it_went(register, tmp_path):
    file = tmp_path / "w.xlsx"
    sample, _ = worksheet(register, file, flag="nhs_number", size=3)
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["Worksheet", "Outcomes", "About"]
    sheet = book["Worksheet"]
    header = [cell.value for cell in sheet[1]]
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, header.index("outcome") + 1).value = 6
    held = BytesIO()
    book.save(held)
    file.write_bytes(held.getvalue())
    assert recorded(register, file).outcomes == {"clock_right": sample.size}


def test_the_range_stands_beside_the_headline_and_is_explained(reader, group):
    client = reader()
    board = client.get(f"/trusts/{TRUST}").content.decode()
    assert "whichever doubtful rows go" in board
    measure = client.get(f"/measures/rtt_within_18_weeks?trust={TRUST}").content.decode()
    assert "Whichever doubtful rows are removed" in measure
    page = client.get(f"/measures/rtt_within_18_weeks/range?trust={TRUST}").content.decode()
    assert "No sample has been checked yet" in page
    assert "No next step" in page, "the rates of each flag"
    assert "40 clocks run here" in page
    lines = b"".join(client.get(f"/measures/rtt_incomplete/range?trust={TRUST}&format=csv").streaming_content).decode()
    assert [row["counted"] for row in csv.DictReader(StringIO(lines.lstrip("\ufeff"))) if row["measure"] == "rtt_incomplete"] == [
        "40.0"
    ]
    assert client.get("/measures/rtt_median_wait/range").status_code == 404


def test_who_sees_no_patients_sees_no_rates_of_flags(reader, group):
    client = reader(role="group_operations_director", trust="*", username="kim")
    page = client.get(f"/measures/rtt_within_18_weeks/range?trust={TRUST}").content.decode()
    assert "What samples found" not in page
    assert "no next step" in page, "which flags have no sample, without the number of each"
    assert "no next step (" not in page
    assert "too small to show" in client.get("/measures/rtt_incomplete/range?trust=QQB&service=C_100").content.decode()


def test_a_list_that_nothing_speaks_against_is_said_to_become_no_other():
    """Not "whichever of its 0 doubtful rows are removed"."""
    from clockstop.answers.listed_bounds import Bounded
    from clockstop.insight.standard_range import Range
    from clockstop.measures.catalogue import measure
    from clockstop.pages.ranges import bounds_sentence

    sure = {"counted": 11.0, "all_removed": 11.0, "validated": 11.0, "least": 11.0, "greatest": 11.0}
    named = {name: sure.get(name) for name in Range.__dataclass_fields__}
    said = bounds_sentence(measure("cancer_62_day_backlog"), Bounded(range=Range(**named), listed=167, doubtful=0, by_rule=()))
    assert said.endswith("11 of today's list; no rule of data quality speaks against a row of it, so it can become no other.")
