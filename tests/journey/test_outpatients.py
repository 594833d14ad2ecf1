"""Outpatients of the made-up group through load and refresh, against what its records say by plain counting."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clockstop.intake.ledger import loads
from clockstop.store import snapshots
from clockstop.store.engine import open_engine

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def _rows(loaded, name, columns):
    engine = open_engine()
    rows = engine.rows(snapshots.table(loaded.home, snapshots.current(loaded.home), name, engine=engine).select(*columns))
    engine.close()
    return {
        tuple(row[column] for column in columns[:-3]): tuple(row[column] for column in columns[-3:]) for row in rows.to_pylist()
    }


def _truth(loaded, name):
    """By trust, so that identifiers of two trusts cannot be mixed up."""
    files = sorted((loaded.out / "truth").glob(f"*/outpatients_{name}.parquet"))
    return pa.concat_tables(
        pq.read_table(file).append_column("trust", pa.repeat(file.parent.name, pq.read_metadata(file).num_rows)) for file in files
    ).to_pylist()


@pytest.fixture(scope="module")
def spoilt(loaded):
    """The records in which a fault was planted, those of appointments with their pathways and sessions among them."""
    found = {row["record_identifier"] for row in _truth(loaded, "faults")}
    engine = open_engine()
    table = snapshots.table(loaded.home, snapshots.current(loaded.home), "outpatient_attendances", engine=engine)
    rows = engine.rows(table.select("patient_pathway_identifier", "outpatient_session_identifier")).to_pylist()
    engine.close()
    pathways = set(loaded.faults.column("patient_pathway_identifier").to_pylist())
    return found | {row["outpatient_session_identifier"] for row in rows if row["patient_pathway_identifier"] in pathways}


def test_every_session_has_the_slots_that_its_records_tell(loaded, spoilt):
    """Available, booked when it began, and attended; a session whose row or whose patients' rows were spoilt is left out."""
    columns = ("trust", "outpatient_session_identifier", "slots_available", "slots_booked", "slots_attended")
    got = _rows(loaded, "outpatient_slots", columns)
    meant = {
        (row["trust"], row["outpatient_session_identifier"]): tuple(row[name] for name in columns[-3:])
        for row in _truth(loaded, "slots")
        if row["outpatient_session_identifier"] not in spoilt
    }
    assert len(meant) > 20_000
    wrong = {key: got[key] for key in meant if got[key] != meant[key]}
    # An appointment that was set aside is in no fact any more, so its session is not known here: it has fewer.
    assert len(wrong) < 0.003 * len(meant)
    assert all(value[1] < meant[key][1] for key, value in wrong.items())


def test_every_open_follow_up_lies_in_its_bucket(loaded, spoilt):
    """Nobody is lost, nobody is closed, and each is late by the days that it is late; those without any date are without one."""
    columns = ("trust", "follow_up_request_identifier", "bucket", "days_overdue", "is_listed")
    got = {key: value[:2] for key, value in _rows(loaded, "follow_ups", columns).items() if value[2]}
    meant = {
        (row["trust"], row["follow_up_request_identifier"]): (row["bucket"], row["days_overdue"])
        for row in _truth(loaded, "follow_ups")
    }
    assert {key: value for key, value in meant.items() if key[1] not in spoilt} == {
        key: value for key, value in got.items() if key[1] not in spoilt
    }
    faults = [row for row in _truth(loaded, "faults") if row["fault"] == "follow_up_without_any_date"]
    last = max(row["as_of"] for row in faults)  # what was sent without a date before may have come with one since
    undated = {row["record_identifier"] for row in faults if row["as_of"] == last}
    assert {value[0] for key, value in got.items() if key[1] in undated} == {"no_due_date"}


def test_rooms_were_in_use_for_the_minutes_of_their_source(loaded):
    """Each minute once, by check-in, room system or clinic; only where a session or booking was set aside are some missing."""
    columns = ("trust", "room_identifier", "day", "half_day", "used_minutes", "open_minutes", "use_source")
    got = _rows(loaded, "room_use", columns)
    meant = {
        (row["trust"], row["room_identifier"], row["day"], row["half_day"]): row["used_minutes"] for row in _truth(loaded, "rooms")
    }
    on_open_days = {key: minutes for key, minutes in meant.items() if key in got}
    same = sum(got[key][0] == minutes for key, minutes in on_open_days.items())
    assert len(on_open_days) > 10_000
    assert same / len(on_open_days) > 0.95
    assert all(got[key][0] <= minutes for key, minutes in on_open_days.items())
    assert {value[2] for value in got.values()} == {"check_in", "room_system", "first_to_last"}


def test_what_was_planted_was_found(loaded):
    """Each spoilt row was set aside for its reason and no other row was; an unknown outcome of advice may be wrong twice."""
    for dataset in ("outpatient_sessions", "follow_up_requests", "pifu_episodes", "specialist_advice_requests", "room_bookings"):
        wanted = [row for row in _truth(loaded, "faults") if row["dataset"] == dataset and row["reason"]]
        receipts = loads(loaded.home, dataset=dataset)
        assert sum(receipt.rows_set_aside for receipt in receipts) == len(wanted)
        more = {"outcome_without_answer"} if dataset == "specialist_advice_requests" else set()
        assert {reason for receipt in receipts for reason in receipt.reasons} - more == {row["reason"] for row in wanted}
