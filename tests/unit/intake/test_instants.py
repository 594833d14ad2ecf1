"""Instants with and without a zone: the hour that comes twice, offsets beside what is kept, and windows of local days."""

import csv
from datetime import date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from clockstop.contracts import contracts
from clockstop.intake.columns import empty, kept_columns
from clockstop.intake.ledger import folder
from clockstop.intake.load import load_file
from clockstop.intake.merge import current_rows
from clockstop.store.buckets import BUCKETS
from clockstop.store.engine import open_engine

ED = contracts()["ed_attendances"]
KEY, ARRIVED, LEFT = "emergency_care_attendance_identifier", "emergency_care_arrival_at", "emergency_care_departure_at"
HEADER = (KEY, "emergency_care_department_type", ARRIVED, LEFT)
NOVEMBER = date(2026, 11, 30)

# What a cell says, the local time that is kept, and how many minutes London was then ahead of Greenwich.
OCTOBER_NIGHT = {
    "2026-10-25T00:30:00Z": ("2026-10-25 01:30:00", 60),
    "2026-10-25T01:30:00Z": ("2026-10-25 01:30:00", 0),
    "2026-10-25T01:30:00+01:00": ("2026-10-25 01:30:00", 60),
    "2026-10-25T01:30:00+00:00": ("2026-10-25 01:30:00", 0),
    "2026-10-25 01:30:00+01": ("2026-10-25 01:30:00", 60),
    "25/10/2026 01:30 BST": ("2026-10-25 01:30:00", 60),
    "25/10/2026 01:30 GMT": ("2026-10-25 01:30:00", 0),
    "2026-10-25T03:30:00+0200": ("2026-10-25 01:30:00", 0),
    "2026-10-24T19:30:00.500-05:00": ("2026-10-25 01:30:00.500000", 60),
    "2026-07-05T08:30Z": ("2026-07-05 09:30:00", 60),
    "2026-01-05T08:30:00+01:00": ("2026-01-05 07:30:00", 0),
    "2026-10-25 01:30": ("2026-10-25 01:30:00", None),
    "25/10/2026 01:30:00": ("2026-10-25 01:30:00", None),
    "2026-10-25": ("2026-10-25 00:00:00", None),
}


@pytest.fixture
def deliver(home, tmp_path):
    """Load attendances (identifier, arrival, departure)."""

    def one(rows, *, name="attendances.csv", **options):
        file = tmp_path / name
        with file.open("w", newline="") as handle:
            csv.writer(handle).writerows([HEADER, *((key, "01", came, left) for key, came, left in rows)])
        return load_file(home, file=file, trust="RXX", dataset="ed_attendances", today=NOVEMBER, **options)

    return one


def held(home, dataset="ed_attendances"):
    """The rows that hold now, by their key."""
    engine = open_engine()
    tables = [current_rows(home, engine, "RXX", dataset, bucket) for bucket in range(BUCKETS)]
    rows = [row for table in tables if table is not None for row in engine.rows(table).to_pylist()]
    engine.close()
    return {row[contracts()[dataset].key[0]]: row for row in rows}


def said(home, column=ARRIVED):
    """Local time and offset of a column, by attendance."""
    return {
        key: (row[column].isoformat(" ") if isinstance(row[column], datetime) else None, row[f"{column}_offset_minutes"])
        for key, row in held(home).items()
    }


def test_the_hour_that_comes_twice_is_told_apart_where_the_cell_names_a_zone(deliver, home):
    """Local time is kept; local time less the offset is Greenwich's time, whatever the zone in which the cell was written."""
    receipt = deliver([(f"A{place}", written, "") for place, written in enumerate(OCTOBER_NIGHT)])
    assert receipt.rows_set_aside == 0
    assert said(home) == {f"A{place}": expected for place, expected in enumerate(OCTOBER_NIGHT.values())}
    assert set(said(home, LEFT).values()) == {(None, None)}


def test_an_offset_is_kept_beside_its_instant_as_empty_datasets_have_it(deliver, home):
    receipt = deliver([("A1", "2026-10-25 01:30", "1900-01-01T00:00:00Z")])
    kept = pq.read_schema(folder(home, receipt) / "kept/bucket-0.parquet")
    assert kept.field("emergency_care_arrival_at_offset_minutes").type == pa.int64()
    assert kept.get_field_index("emergency_care_arrival_at_offset_minutes") == kept.get_field_index(ARRIVED) + 1
    wanted = kept_columns(ED)
    assert empty(wanted).schema.field(f"{LEFT}_offset_minutes").type == pa.int64()
    assert set(wanted) - set(kept.names) == {"source_load"}
    assert said(home, LEFT) == {"A1": (None, None)}, "1900-01-01 stands for missing"


def test_another_reading_of_the_same_hour_is_another_version(deliver, home):
    deliver([("A1", "2026-10-25T01:30:00+01:00", ""), ("A2", "2026-10-25 01:40", "")])
    second = deliver([("A1", "2026-10-25T01:30:00+00:00", ""), ("A2", "2026-10-25 01:40", "")], name="second.csv")
    assert (second.rows_changed, second.rows_unchanged) == (1, 1)
    assert said(home)["A1"] == ("2026-10-25 01:30:00", 0)


def test_workbooks_and_parquet_keep_offsets_as_they_know_them(home, tmp_path):
    """A count of days has no zone; a Parquet column with a zone has one."""
    cells = (("X1", "01", 46320.0625, "2026-10-25T02:10:00+00:00"), ("X2", "01", "2026-10-25T00:30:00Z", ""))
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate((HEADER, *cells)):
            sheet.write_row(place, 0, row)
    instants = pa.array(["2026-10-25 00:30:00", "2026-10-25 01:30:00"]).cast(pa.timestamp("ms"))
    columns = [pa.array(["P1", "P2"]), pa.array(["01", "01"]), instants.cast(pa.timestamp("ms", "UTC")), instants]
    pq.write_table(pa.table(columns, names=list(HEADER)), tmp_path / "a.parquet")
    for name in ("a.xlsx", "a.parquet"):
        load_file(home, file=tmp_path / name, trust="RXX", dataset="ed_attendances", today=NOVEMBER)
    half_past_one = "2026-10-25 01:30:00"
    assert said(home) == {
        "X1": (half_past_one, None),
        "X2": (half_past_one, 60),
        "P1": (half_past_one, 60),
        "P2": (half_past_one, 0),
    }
    assert said(home, LEFT) == {
        "X1": ("2026-10-25 02:10:00", 0), "X2": (None, None), "P1": ("2026-10-25 00:30:00", None), "P2": (half_past_one, None),
    }  # fmt: skip


def test_a_full_delivery_covers_local_days_to_their_last_minute(deliver, home):
    """The days of the first and last arrival are covered whole: 23:59 of the last is withdrawn, midnight after it is not."""
    rows = [("A1", "2026-10-24 23:59", ""), ("A2", "2026-10-25 00:00", ""), ("A3", "2026-10-25T23:30:00Z", ""),
            ("A4", "2026-10-26 23:59:59", ""), ("A5", "2026-10-27 00:00", "")]  # fmt: skip
    first = deliver(rows, delivery="full")
    assert (first.window_first, first.window_last) == ("2026-10-24", "2026-10-27")
    second = deliver([rows[1], ("A6", "2026-10-26 08:00", "")], name="second.csv", delivery="full")
    assert (second.window_first, second.window_last) == ("2026-10-25", "2026-10-26")
    assert (second.rows_new, second.rows_unchanged, second.rows_withdrawn) == (1, 1, 2)
    assert sorted(held(home)) == ["A1", "A2", "A5", "A6"]
    summer = deliver([("B1", "2026-07-05T23:30:00Z", "")], name="summer.csv")
    assert (summer.dates_first, summer.dates_last) == ("2026-07-06", "2026-07-06"), "half past midnight in London"


def test_what_ended_before_it_began_by_the_hands_of_that_hour_is_kept(home, tmp_path):
    stays = {"W1": ("2026-10-25 01:50", "2026-10-25 01:10"), "W2": ("2026-10-25 02:10", "2026-10-25 01:50"),
             "W3": ("2026-10-24 01:50", "2026-10-24 01:10")}  # fmt: skip
    file = tmp_path / "stays.csv"
    lines = [f"{key},S1,W,{start},{end}" for key, (start, end) in stays.items()]
    header = "ward_stay_identifier,hospital_provider_spell_identifier,ward_code,ward_stay_started_at,ward_stay_ended_at"
    file.write_text("\n".join([header, *lines]) + "\n")
    receipt = load_file(home, file=file, trust="RXX", dataset="ward_stays", today=NOVEMBER)
    assert receipt.reasons == {"ends_before_it_starts": 2}
    assert sorted(held(home, "ward_stays")) == ["W1"]
