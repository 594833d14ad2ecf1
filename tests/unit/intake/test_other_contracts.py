"""Any contract loads: decimals, dates with a time of day, and rows that belong to something other than a pathway."""

import csv
import sys
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

import clockstop.contracts
from clockstop.contracts import contracts
from clockstop.intake.draft import draft
from clockstop.intake.ledger import folder
from clockstop.intake.load import load_file
from clockstop.intake.merge import current_rows
from clockstop.intake.set_aside import set_aside_rows
from clockstop.store.buckets import BUCKETS
from clockstop.store.engine import open_engine

CONTRACT = '''
"""Sessions of a room, a contract of the test's own."""

from clockstop.contracts.contract import Check, Column, Contract

CONTRACT = Contract(
    name="room_sessions_of_a_test",
    title="Room sessions of a test",
    key=("room_session_identifier",),
    window="session_date",
    grouped_by="room_session_identifier",
    columns=(
        Column(name="room_session_identifier", type="text", meaning="the session", is_required=True),
        Column(name="session_date", type="date", meaning="its day", is_required=True),
        Column(name="started_at", type="instant", meaning="when it began", may_be_in_future=False),
        Column(name="ended_at", type="instant", meaning="when it ended"),
        Column(name="cost_pounds", type="number", meaning="what it cost"),
        Column(name="patient_pathway_identifier", type="text", meaning="the pathway, where it is of one"),
    ),
    checks=(
        Check(code="ended_before_started", column="ended_at", message="it ended before it started",
              is_wrong=lambda rows: rows.ended_at < rows.started_at),
    ),
)
'''
NAME = "room_sessions_of_a_test"
COLUMNS = ("room_session_identifier", "session_date", "started_at", "ended_at", "cost_pounds")
FEBRUARY = date(2026, 2, 1)


@pytest.fixture(autouse=True)
def contract(tmp_path, monkeypatch):
    """A contract found by listing, as any is."""
    place = tmp_path / "contracts"
    place.mkdir()
    (place / f"{NAME}.py").write_text(CONTRACT)
    monkeypatch.setattr(clockstop.contracts, "__path__", [*clockstop.contracts.__path__, str(place)])
    yield contracts()[NAME]
    sys.modules.pop(f"clockstop.contracts.{NAME}")


@pytest.fixture
def deliver(home, tmp_path):
    def one(rows, mapping="", name="sessions.csv", **options):
        file = tmp_path / name
        with file.open("w", newline="") as handle:
            csv.writer(handle).writerows([COLUMNS, *rows])
        return loaded(file, mapping, **options)

    def loaded(file, mapping="", **options):
        (tmp_path / "mapping.toml").write_text(mapping)
        options = {"today": FEBRUARY, "mapping": tmp_path / "mapping.toml", **options}
        return load_file(home, file=file, trust="RXX", dataset=NAME, **options)

    one.loaded = loaded
    return one


def held(home):
    """The rows that hold now, by session."""
    engine = open_engine()
    tables = [current_rows(home, engine, "RXX", NAME, bucket) for bucket in range(BUCKETS)]
    rows = [row for table in tables if table is not None for row in engine.rows(table).to_pylist()]
    engine.close()
    return {row["room_session_identifier"]: row for row in rows}


def cells(home, column):
    """What a column holds, by session; times as text."""
    held_now = {name: row[column] for name, row in held(home).items()}
    return {name: value.isoformat(" ") if isinstance(value, datetime) else value for name, value in held_now.items()}


TIMES = {
    "2026-01-05 08:30:15": "2026-01-05 08:30:15",
    "2026-01-05T08:30:15.250": "2026-01-05 08:30:15.250000",
    "2026-01-05 08:30": "2026-01-05 08:30:00",
    "05/01/2026 08:30": "2026-01-05 08:30:00",
    "05/01/2026 8:30:15": "2026-01-05 08:30:15",
    "05-Jan-2026 08:30": "2026-01-05 08:30:00",
    "2026-01-05": "2026-01-05 00:00:00",
    "2025-07-05T08:30:00Z": "2025-07-05 09:30:00",
    "2025-07-05T08:30:00+01:00": "2025-07-05 08:30:00",
    "2025-10-26 00:59:59Z": "2025-10-26 01:59:59",
    "2025-10-26 01:00:00Z": "2025-10-26 01:00:00",
    "2025-03-30T01:00:00+0000": "2025-03-30 02:00:00",
    "2025-03-30T05:59:59+05:00": "2025-03-30 00:59:59",
    "2025-03-29T20:00:00-05:00": "2025-03-30 02:00:00",
    "1900-01-01": None,
    "": None,
}
NO_TIMES = {
    "half past eight": "date_unreadable",
    "08:30": "date_unreadable",
    "2026-01-05 25:00": "date_unreadable",
    "1899-12-31 08:30": "date_too_early",
    "2126-01-05 08:30": "date_too_late",
    "2026-02-02 08:30": "date_in_future",
}
NUMBERS = {"12.5": 12.5, "-3": -3.0, ".25": 0.25, "1,234,567.50": 1234567.5, "1e-05": 0.00001, "7.": 7.0, "+4": 4.0}
NO_NUMBERS = ("12,5", "nan", "infinity", "£12", "1,23,456", "twelve", ".", "-", "e5", "0x10")


def test_a_time_is_read_as_it_is_written(deliver, home):
    """Local time, whatever the form; a zone that is given is made local."""
    receipt = deliver([(f"S{place}", "2026-01-05", written, "", "") for place, written in enumerate(TIMES)])
    assert receipt.rows_set_aside == 0
    assert receipt.warnings == {"date_1900_taken_as_missing": 1}
    kept = [folder(home, receipt) / f"kept/bucket-{bucket}.parquet" for bucket in range(BUCKETS)]
    assert {pq.read_schema(file).field("started_at").type for file in kept} == {pa.timestamp("us")}
    assert cells(home, "started_at") == {f"S{place}": expected for place, expected in enumerate(TIMES.values())}


def test_a_declared_format_of_days_is_one_of_times_too(deliver, home):
    deliver([("S1", "05.01.26", "05.01.26 08:30", "", "")], 'date_formats = ["dd.mm.yy"]')
    assert cells(home, "started_at") == {"S1": "2026-01-05 08:30:00"}


def test_what_is_no_time_or_number_is_set_aside_and_said(deliver, home):
    rows = [(f"S{place}", "2026-01-05", written, "", "") for place, written in enumerate(NO_TIMES)]
    rows += [(f"N{place}", "2026-01-05", "", "", written) for place, written in enumerate(NO_NUMBERS)]
    receipt = deliver(rows)
    assert receipt.rows_kept == 0
    said = [(row["reasons"], row["messages"]) for row in set_aside_rows(home, receipt)]
    assert [reasons for reasons, _ in said] == [*([one] for one in NO_TIMES.values()), *[["number_unreadable"]] * len(NO_NUMBERS)]
    assert said[0][1] == ['"half past eight" is not a date and time']
    assert said[-1][1] == ['"0x10" is not a number']


def test_decimals_are_read(deliver, home):
    deliver([(f"S{place}", "2026-01-05", "", "", written) for place, written in enumerate(NUMBERS)])
    assert cells(home, "cost_pounds") == {f"S{place}": expected for place, expected in enumerate(NUMBERS.values())}


def test_times_are_compared_by_the_checks_of_the_contract(deliver):
    rows = [("S1", "2026-01-05", "2026-01-05 09:00", "2026-01-05 08:59", ""),
            ("S2", "2026-01-05", "2026-01-05 09:00", "2026-01-05 12:00", "")]  # fmt: skip
    receipt = deliver(rows)
    assert (receipt.reasons, receipt.rows_kept) == ({"ended_before_started": 1}, 1)


def test_a_workbook_keeps_its_times_typed_or_as_day_counts(deliver, home, tmp_path):
    """Excel's count of days carries the time of day in its fraction: 46027.354166... is 08:30 on 5 January 2026."""
    file = tmp_path / "sessions.xlsx"
    rows = [COLUMNS, ("S1", "2026-01-05", datetime(2026, 1, 5, 8, 30, tzinfo=UTC).replace(tzinfo=None), "", 12.5),
            ("S2", 46027, 46027.3541666667, "", 3)]  # fmt: skip
    with xlsxwriter.Workbook(str(file), {"default_date_format": "dd/mm/yyyy hh:mm"}) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write_datetime(place, column, value) if isinstance(value, datetime) else sheet.write(place, column, value)
    deliver.loaded(file)
    assert cells(home, "session_date") == {"S1": date(2026, 1, 5), "S2": date(2026, 1, 5)}
    assert cells(home, "started_at") == {"S1": "2026-01-05 08:30:00", "S2": "2026-01-05 08:30:00"}
    assert cells(home, "cost_pounds") == {"S1": 12.5, "S2": 3.0}


def test_parquet_keeps_its_times_and_makes_them_local(deliver, home, tmp_path):
    def instant(text, unit, zone=None):
        return pa.array([text]).cast(pa.timestamp(unit)).cast(pa.timestamp(unit, zone))

    rows = {
        "room_session_identifier": ["S1"],
        "session_date": instant("2026-01-05 00:00:00", "ns"),
        "started_at": instant("2025-07-05 08:30:15", "ms", "UTC"),
        "ended_at": instant("2025-07-05 09:30:15.500", "us"),
        "cost_pounds": [12.25],
    }
    pq.write_table(pa.table(rows), tmp_path / "sessions.parquet")
    deliver.loaded(tmp_path / "sessions.parquet")
    assert cells(home, "session_date") == {"S1": date(2026, 1, 5)}
    assert cells(home, "started_at") == {"S1": "2025-07-05 09:30:15"}
    assert cells(home, "ended_at") == {"S1": "2025-07-05 09:30:15.500000"}


def test_rows_lie_in_buckets_by_what_groups_them(deliver, home):
    """Sessions without a pathway are spread over the buckets, and full deliveries withdraw from all of them."""
    rows = [(f"S{number}", f"2026-01-{number + 1:02}", "", "", number) for number in range(30)]
    first = deliver(rows, delivery="full")
    assert sum(number > 0 for number in first.bucket_rows) == BUCKETS
    second = deliver([*rows[:9], ("S9", "2026-01-10", "", "", 99), *rows[11:]], name="again.csv", delivery="full")
    assert (second.rows_changed, second.rows_unchanged, second.rows_withdrawn) == (1, 28, 1)
    assert sorted(held(home)) == sorted(row[0] for row in rows if row[0] != "S10")
    assert held(home)["S9"]["cost_pounds"] == 99.0


def test_a_repeated_session_is_told_from_another_version(deliver, home):
    rows = [("S1", "2026-01-05", "2026-01-05 08:30", "", "12.50"), ("S1", "2026-01-05", "2026-01-05 08:30", "", "12.5"),
            ("S2", "2026-01-05", "", "", "1"), ("S2", "2026-01-05", "", "", "2")]  # fmt: skip
    receipt = deliver(rows)
    assert receipt.reasons == {"duplicate_key": 1, "duplicate_row": 1}
    assert held(home)["S2"]["cost_pounds"] == 2.0


def test_a_mapping_can_be_drafted(contract):
    """A header that differs in signs alone needs no line; a required column without a header is asked for."""
    text = draft(["Room session identifier", "Session date", "Started at", "Cost (pounds)"], contract)
    assert "REQUIRED" not in text
    assert 'room_session_identifier = "?"  # REQUIRED' in draft(["Session date"], contract)
