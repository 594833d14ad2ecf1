"""Dates and times of day in two columns, as the Emergency Care Data Set sends them."""

from datetime import date, datetime

import pytest

from clockstop.contracts import contracts
from clockstop.errors import MissingColumn, UserError
from clockstop.intake.draft import draft
from clockstop.intake.load import load_file
from clockstop.intake.map import read_mapping
from clockstop.intake.merge import current_rows
from clockstop.intake.set_aside import set_aside_rows
from clockstop.store.buckets import BUCKETS
from clockstop.store.engine import open_engine

ED = contracts()["ed_attendances"]
MAPPING = """
[columns]
emergency_care_attendance_identifier = "Attendance"
emergency_care_department_type = "Type"
emergency_care_arrival_at = ["Arrival Date", "Arrival Time"]
emergency_care_departure_at = ["Departure Date", "Departure Time"]
"""
HEADER = "Attendance,Type,Arrival Date,Arrival Time,Departure Date,Departure Time"
ROWS = {
    "A1,01,05/01/2026,08:30,05/01/2026,1145": ("2026-01-05 08:30", "2026-01-05 11:45"),
    "A2,01,2026-01-05 00:00:00,1899-12-30 08:30:15,,": ("2026-01-05 08:30:15", None),
    "A3,01,2026-10-25,01:30:00+01:00,2026-10-25,01:10Z": ("2026-10-25 01:30", "2026-10-25 01:10"),
    "A4,01,2026-01-05,,,": "date_unreadable",
    "A5,01,2026-01-05,09:00,,10:00": "date_unreadable",
}


def test_a_date_and_a_time_become_one_instant(home, tmp_path):
    """Where one of the two is empty the cell is no instant: a midnight that nobody meant would be worse."""
    file, mapping = tmp_path / "a.csv", tmp_path / "mapping.toml"
    file.write_text("\n".join([HEADER, *ROWS]) + "\n")
    mapping.write_text(MAPPING)
    receipt = load_file(home, file=file, trust="RXX", dataset="ed_attendances", mapping=mapping, today=date(2026, 11, 1))
    assert receipt.columns_dropped == []
    assert [row["reasons"] for row in set_aside_rows(home, receipt)] == [["date_unreadable"], ["date_unreadable"]]
    engine = open_engine()
    tables = [current_rows(home, engine, "RXX", "ed_attendances", bucket) for bucket in range(BUCKETS)]
    rows = {row[ED.key[0]]: row for table in tables for row in engine.rows(table).to_pylist()}
    engine.close()
    wanted = {line[:2]: times for line, times in ROWS.items() if isinstance(times, tuple)}
    for key, times in wanted.items():
        found = (rows[key]["emergency_care_arrival_at"], rows[key]["emergency_care_departure_at"])
        assert found == tuple(one and datetime.fromisoformat(one) for one in times)
    assert sorted(rows) == sorted(wanted)
    offsets = [rows["A3"][f"emergency_care_{name}_at_offset_minutes"] for name in ("arrival", "departure")]
    assert offsets == [60, 0]


def test_a_column_that_is_not_there_is_named(home, tmp_path):
    file, mapping = tmp_path / "a.csv", tmp_path / "mapping.toml"
    file.write_text("Attendance,Type,Arrival Date,Departure Date,Departure Time\nA1,01,2026-01-05,,\n")
    mapping.write_text(MAPPING)
    with pytest.raises(MissingColumn, match="Arrival Time"):
        load_file(home, file=file, trust="RXX", dataset="ed_attendances", mapping=mapping)


def test_only_an_instant_is_made_of_two_columns():
    with pytest.raises(UserError, match="no date and time"):
        read_mapping(b'[columns]\nattendance_outcome = ["A", "B"]\n', ED, where="here")
    with pytest.raises(UserError, match='or \\["Their date", "Their time"\\]'):
        read_mapping(b'[columns]\ndecision_to_admit_at = ["A"]\n', ED, where="here")


@pytest.mark.parametrize(
    "headers",
    [
        ["EMERGENCY CARE ARRIVAL DATE", "EMERGENCY CARE ARRIVAL TIME"],
        ["UEC ACTIVITY START DATE", "UEC ACTIVITY START TIME"],
        ["UEC ACTIVITY START DATE AND TIME"],
    ],
)
def test_a_draft_knows_both_versions_of_the_data_set(headers):
    text = draft(["Attendance Number", "Department Type", *headers], ED)
    names = ", ".join(f'"{header}"' for header in headers)
    assert f"emergency_care_arrival_at = {f'[{names}]' if len(headers) > 1 else names}" in text
    assert "GUESS\n" not in text.split("\n\n", 1)[1]
    assert "not loaded" not in text
    assert read_mapping(text.encode(), ED, where="the draft").columns["emergency_care_arrival_at"] == headers[0]
