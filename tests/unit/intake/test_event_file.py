"""The clock alone on a file of events: any order, CSV or Parquet, rows that cannot be read set aside beside the result."""

import csv
import os
import random
from datetime import date

import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq
import pytest

from clockstop.errors import MissingColumn, UnreadableFile, UserError
from clockstop.intake import event_spill
from clockstop.intake.event_clocks import whole_pathways
from clockstop.intake.event_file import read_events, write_clocks

CENSUS = date(2026, 9, 30)
PATHWAYS = ["P2", "P3", "", "P5"]
REQUIRED = "patient_pathway_identifier,event_date,event_sequence,event_type"
COLUMNS = ["patient_pathway_identifier", "period_number", "start_date", "end_date", "end_status", "is_nullified", "days_waited",
           "start_rule", "end_rule"]  # fmt: skip


@pytest.fixture
def clocks(tmp_path):
    """Write the text, run the clock, give its outcome and the lines of the result."""

    def run(text, *, out="out.csv", name="events.csv"):
        (tmp_path / name).write_text(text)
        outcome = write_clocks(events=tmp_path / name, census=CENSUS, out=tmp_path / out)
        return outcome, (tmp_path / out).read_text().splitlines() if out.endswith(".csv") else pq.read_table(tmp_path / out)

    return run


def test_four_columns_are_enough(clocks):
    one = "P1,2026-01-05,1,referral_received\nP1,2026-03-02,2,admit_treat"
    outcome, lines = clocks(f"{REQUIRED}\n{one}\nP2,2026-09-01,1,referral_received\n")
    assert lines == [
        ",".join(COLUMNS),
        "P1,1,2026-01-05,2026-03-02,30,false,56,RTT-R01,RTT-R21",
        "P2,1,2026-09-01,,,false,29,RTT-R01,",
    ]
    assert (outcome.rows_read, outcome.rows_kept, outcome.rows_set_aside, outcome.periods) == (3, 3, 0, 2)
    assert outcome.set_aside_file is None


def test_the_order_of_rows_and_columns_does_not_matter(clocks):
    kinds = ("referral_received", "attend", "admit_treat")
    rows = [f"P{n},2026-0{1 + m}-05,{m + 1},{kind}" for n in range(20) for m, kind in enumerate(kinds)]
    _, in_order = clocks("\n".join([REQUIRED, *rows]))
    random.Random(1).shuffle(rows)
    _, shuffled = clocks("\n".join([REQUIRED, *rows]))
    assert shuffled == in_order
    turned = [",".join(reversed(line.split(","))) for line in [REQUIRED, *rows]]
    assert clocks("\n".join(turned))[1] == in_order


def test_the_provider_is_part_of_the_key_and_comes_first(clocks):
    header = f"{REQUIRED},organisation_code_code_of_provider"
    rows = ["P1,2026-01-05,1,referral_received,RXA", "P1,2026-02-05,1,referral_received,RXB", "P2,2026-02-05,1,referral_received,"]
    _, lines = clocks("\n".join([header, *rows]))
    assert [line.split(",")[:4] for line in lines] == [
        ["organisation_code_code_of_provider", *COLUMNS[:3]],
        ["", "P2", "1", "2026-02-05"],
        ["RXA", "P1", "1", "2026-01-05"],
        ["RXB", "P1", "1", "2026-02-05"],
    ]


def test_of_events_at_one_place_the_later_row_names_the_dimension(clocks):
    """Also where the numbers of a day are long: the number of the event does not spill over into the day."""
    header = f"{REQUIRED},sex"
    _, lines = clocks(f"{header}\nP1,2026-01-05,1,referral_received,1\nP1,2026-01-05,1,appointment_booked,2\n")
    assert lines[1].endswith(",2")
    _, lines = clocks(f"{header}\nP1,2026-01-06,1,referral_received,1\nP1,2026-01-05,1000001,appointment_booked,2\n")
    assert lines[1].endswith(",1")


def test_dimensions_that_are_there_follow_the_last_event_up_to_the_census(clocks):
    header = f"{REQUIRED},activity_treatment_function_code,sex"
    _, lines = clocks(
        f"{header}\nP1,2026-01-05,1,referral_received,100,2\nP1,2026-02-05,2,attend,110,\nP1,2026-11-05,3,appointment_booked,320,1\n"
    )
    assert lines[0].split(",") == [*COLUMNS, "activity_treatment_function_code", "sex"]
    assert lines[1].split(",")[-2:] == ["110", "2"]


def test_a_row_that_cannot_be_read_is_set_aside_with_every_reason(clocks, tmp_path):
    outcome, lines = clocks(
        f"{REQUIRED}\nP1,2026-01-05,1,referral_received\nP2,2026-13-05,x,referral_received\nP3,2026-01-05,1,owl_post\n"
        ",2026-01-05,1,referral_received\nP5,2026-01-05\n"
    )
    assert len(lines) == 2
    assert (outcome.rows_read, outcome.rows_kept, outcome.rows_set_aside) == (5, 1, 4)
    assert outcome.reasons == {"date_unreadable": 1, "number_unreadable": 1, "unknown_code": 1, "missing": 1, "too_few_cells": 1}
    with (tmp_path / "out.csv.set_aside.csv").open(newline="") as handle:
        aside = list(csv.DictReader(handle))
    assert [row["source_row"] for row in aside] == ["2", "3", "4", "5"]
    assert [row["patient_pathway_identifier"] for row in aside] == PATHWAYS
    assert aside[1]["event_type"] == "owl_post"


def test_a_later_good_file_takes_the_old_set_aside_rows_away(clocks, tmp_path):
    clocks(f"{REQUIRED}\nP1,never,1,referral_received\n")
    clocks(f"{REQUIRED}\nP1,2026-01-05,1,referral_received\n")
    assert not (tmp_path / "out.csv.set_aside.csv").exists()


def test_no_events_give_a_result_with_its_header(clocks):
    outcome, lines = clocks(f"{REQUIRED}\n")
    assert (outcome.periods, lines) == (0, [",".join(COLUMNS)])


def test_parquet_in_and_out_give_the_same(clocks, tmp_path):
    _, lines = clocks(f"{REQUIRED}\nP1,2026-01-05,1,referral_received\nP1,2026-03-02,2,admit_treat\n")
    events = arrow_csv.read_csv(tmp_path / "events.csv")
    assert pa.types.is_date32(events.schema.field("event_date").type)
    pq.write_table(events, tmp_path / "events.parquet")
    write_clocks(events=tmp_path / "events.parquet", census=CENSUS, out=tmp_path / "out.parquet")
    result = pq.read_table(tmp_path / "out.parquet")
    assert result.column_names == COLUMNS
    assert result.to_pylist()[0]["end_date"] == date(2026, 3, 2)
    write_clocks(events=tmp_path / "events.parquet", census=CENSUS, out=tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_text().splitlines() == lines


def test_a_missing_column_and_an_empty_file_are_told_and_nothing_is_written(clocks, tmp_path):
    with pytest.raises(MissingColumn, match="event_sequence"):
        clocks("patient_pathway_identifier,event_date,event_type\nP1,2026-01-05,referral_received\n")
    with pytest.raises(UnreadableFile, match="empty"):
        clocks("")
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "home") == ["events.csv"]


def test_a_code_written_as_a_float_is_that_code(clocks):
    rows = ["P1,2026-01-05,1,referral_received,10.0", "P1,2026-03-02,2,attend,30.0", "P1,2026-03-03,3,attend,30.5"]
    outcome, lines = clocks("\n".join([f"{REQUIRED},referral_to_treatment_period_status", *rows]))
    assert lines[1:] == ["P1,1,2026-01-05,2026-03-02,30,false,56,RTT-R01,RTT-R20"]
    assert outcome.reasons == {"unknown_code": 1}


@pytest.mark.parametrize("out", ["folder", "folder/events.csv/out.csv"])
def test_a_result_that_cannot_be_put_in_place_is_refused_before_the_work(out, tmp_path):
    (tmp_path / "folder").mkdir()
    events = tmp_path / "folder" / "events.csv"
    events.write_text(f"{REQUIRED}\nP1,2026-01-05,1,referral_received\n")
    with pytest.raises(UserError) as refusal:
        write_clocks(events=events, census=CENSUS, out=tmp_path / out)
    assert "--out" in refusal.value.do


def test_a_device_is_never_replaced_by_the_result(tmp_path):
    events, pipe = tmp_path / "events.csv", tmp_path / "pipe"
    events.write_text(f"{REQUIRED}\nP1,2026-01-05,1,referral_received\n")
    os.mkfifo(pipe)
    with pytest.raises(UserError, match="a device"):
        write_clocks(events=events, census=CENSUS, out=pipe)
    assert pipe.is_fifo()


def several_pathways():
    """Events of three providers and of none, shuffled, with dimensions, odd names and rows that cannot be read."""
    kinds = ("referral_received", "attend", "admit_treat")
    rows = [
        [f"{name} {n}", f"2026-0{1 + m}-05", str(m + 1), kind, provider, sex]
        for n in range(12)
        for name in ("p,1", 'q"2', "#3", "ü", "=4")
        for provider in ("RXA", "RXB", "")
        for m, (kind, sex) in enumerate(zip(kinds, ("1", "2", ""), strict=True))
    ]
    rows[7][1], rows[70][2] = "never", "x"
    random.Random(3).shuffle(rows)
    return rows


def write_events(file, rows):
    with file.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([[*REQUIRED.split(","), "organisation_code_code_of_provider", "sex"], *rows])
    return file


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_more_rows_than_memory_may_hold_give_the_same_file(ending, tmp_path, monkeypatch):
    events = write_events(tmp_path / "events.csv", several_pathways())
    few = write_clocks(events=events, census=CENSUS, out=tmp_path / f"few.{ending}")
    monkeypatch.setattr(event_spill, "ROWS_IN_MEMORY", 100)
    many = write_clocks(events=events, census=CENSUS, out=tmp_path / f"many.{ending}")
    assert (few.periods, few.reasons) == (many.periods, many.reasons)
    assert few.periods > 170
    if ending == "csv":
        assert (tmp_path / "few.csv").read_bytes() == (tmp_path / "many.csv").read_bytes()
    else:
        assert pq.read_table(tmp_path / "few.parquet").equals(pq.read_table(tmp_path / "many.parquet"))


def test_cells_that_would_break_a_line_are_quoted(tmp_path):
    events = write_events(tmp_path / "events.csv", several_pathways())
    write_clocks(events=events, census=CENSUS, out=tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    names = {row["patient_pathway_identifier"] for row in rows}
    assert names == {f"{name} {n}" for n in range(12) for name in ("p,1", 'q"2', "#3", "ü", "=4")}
    assert {row["sex"] for row in rows} == {"2", "1"}
    assert [row["organisation_code_code_of_provider"] for row in rows] == sorted(
        (row["organisation_code_code_of_provider"] for row in rows), key=lambda one: one or "~"
    )


def test_sorted_batches_are_cut_between_pathways():
    letters = ["aab", "b", "b", "", "bc", "c", "d", "de"]
    batches = [pa.RecordBatch.from_pydict({"name": pa.array(list(each), pa.string())}) for each in letters]
    found = ["".join(table["name"].to_pylist()) for table in whole_pathways(batches, ["name"])]
    assert "".join(found) == "".join(letters)
    assert all(len({part.find(letter) >= 0 for part in found if letter in part}) == 1 for letter in "abcde")
    assert sum(letter in part for part in found for letter in "abcde") == 5


def test_the_events_of_one_pathway_come_in_order(tmp_path):
    events = write_events(tmp_path / "events.csv", several_pathways())
    rows = read_events(events, pathway="ü 3", provider="RXB")
    assert rows["event_type"].to_pylist() == ["referral_received", "attend", "admit_treat"]
    assert rows["event_date"].to_pylist() == [date(2026, 1, 5), date(2026, 2, 5), date(2026, 3, 5)]
    assert set(rows["organisation_code_code_of_provider"].to_pylist()) == {"RXB"}
    assert read_events(events, pathway="ü 3").num_rows == 9
