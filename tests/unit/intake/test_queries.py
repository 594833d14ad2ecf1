"""Queries are written once for all days, kept between processes, and never trusted where anything that shapes them differs."""

from datetime import date, timedelta

import pyarrow as pa
import pytest

from clockstop.intake import bucket_build, census, flags, queries
from clockstop.intake.build import refresh
from clockstop.intake.load import load_file
from clockstop.intake.queries import results
from clockstop.store.engine import open_engine

ROWS = pa.table({"event_date": pa.array([date(2026, 9, 1), date(2026, 9, 2)])})
DAYS = (date(2026, 9, 1), date(2026, 9, 2))


@pytest.fixture
def engine():
    opened = open_engine(threads=1)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def nothing_written(monkeypatch):
    monkeypatch.setattr(queries, "_WRITTEN", {})


def past(rows, as_of):
    return [rows.filter(rows.event_date <= as_of)]


def asked(engine, folder, as_of=DAYS[0], build=past, **options):
    return results(engine, "past", build, as_of=as_of, kept_in=folder, rows=ROWS, **options)[0].num_rows


def unwanted(rows, as_of):
    raise AssertionError("written anew")


def test_a_query_is_written_once_for_all_days(engine, tmp_path):
    assert asked(engine, tmp_path) == 1
    assert asked(engine, tmp_path, DAYS[1], build=unwanted) == 2


def test_another_process_reads_what_was_kept(engine, tmp_path, monkeypatch):
    asked(engine, tmp_path)
    monkeypatch.setattr(queries, "_WRITTEN", {})
    assert asked(engine, tmp_path, DAYS[1], build=unwanted) == 2


@pytest.mark.parametrize("damage", ["", "{", '{"key": "other", "queries": ["SELECT 1"]}', "[]"])
def test_a_damaged_file_is_written_anew(engine, tmp_path, monkeypatch, damage):
    asked(engine, tmp_path)
    (file,) = tmp_path.rglob("*.json")
    kept = file.read_text()
    file.write_text(damage)
    monkeypatch.setattr(queries, "_WRITTEN", {})
    assert asked(engine, tmp_path) == 1
    assert file.read_text() == kept


def test_other_columns_other_shape_and_other_code_are_other_queries(engine, tmp_path, monkeypatch):
    asked(engine, tmp_path)
    with pytest.raises(AssertionError, match="written anew"):
        asked(engine, tmp_path, build=unwanted, shape=28)
    with pytest.raises(AssertionError, match="written anew"):
        results(engine, "past", unwanted, as_of=DAYS[0], kept_in=tmp_path, rows=ROWS.append_column("more", [[1, 2]]))
    monkeypatch.setattr(queries, "_version", lambda: "other")
    with pytest.raises(AssertionError, match="written anew"):
        asked(engine, tmp_path, build=unwanted)
    asked(engine, tmp_path)
    assert [place.name for place in tmp_path.iterdir()] == ["other"], "queries of other code are let go"


def test_a_day_worked_out_from_the_day_is_written_for_each_day(engine, tmp_path):
    def long_past(rows, as_of):
        return [rows.filter(rows.event_date <= as_of - timedelta(days=1))]

    assert [asked(engine, tmp_path, day, build=long_past) for day in DAYS] == [0, 1]
    assert not list(tmp_path.rglob("*.json"))


def test_a_disk_that_refuses_keeps_no_query_and_stops_nothing(engine, tmp_path):
    place = tmp_path / "file"
    place.write_text("in the way")
    assert asked(engine, place / "queries") == 1


@pytest.mark.slow
def test_every_query_of_a_refresh_says_with_the_stand_in_what_it_says_of_the_day(home, tmp_path, monkeypatch):
    """At the ends of months, quarters and years, as before and after the day on which a rule begins."""
    day, checked = date(2026, 3, 31), set()

    def compared(engine, name, build, *, as_of=None, kept_in=None, shape=(), **inputs):
        rows = results(engine, name, build, as_of=as_of, shape=shape, **inputs)
        if as_of is not None:
            tables = {key: engine.named(f"{name}_{key}") for key in inputs}
            written = [queries._on(engine.sql(table), as_of) for table in build(**tables, as_of=queries.STAND_IN)]
            assert written == [engine.sql(table) for table in build(**tables, as_of=as_of)], name
            assert not any(queries._NEAR_STAND_IN.search(query) for query in written), name
            checked.add(name)
        return rows

    for room in (bucket_build, census, flags):
        monkeypatch.setattr(room, "results", compared)
    home.organisation_file("RXX").write_text('code = "RXX"\nname = "Made-up Hospitals"\nis_synthetic = true\n')
    file = tmp_path / "referrals.csv"
    file.write_text("referral_identifier,patient_pathway_identifier,referral_request_received_date,referral_route\n"
                    "R1,P1,2026-01-05,letter\n")  # fmt: skip
    load_file(home, file=file, trust="RXX", dataset="referrals", today=day)
    refresh(home, as_of=day)
    assert checked == {"rtt_clocks", "rtt_bookings", "rtt_waits", "rtt_flags", "rtt_flag_counts", "truths_of_waits"}
