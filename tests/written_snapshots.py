"""A snapshot written by hand: the tables that the reading desk reads, and nothing else."""

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq

from clockstop.measures.series import series_of
from clockstop.store import snapshots
from clockstop.store.buckets import bucket_of
from clockstop.store.engine import open_engine
from clockstop.store.manifest import Manifest, SnapshotTrust

AS_OF, WEEK_BEFORE = date(2026, 11, 15), date(2026, 11, 8)
NAMES = {"QQA": "Aldermoor", "QQB": "Birkdale"}
TEXT, DAY, NUMBER, TRUTH = pa.string(), pa.date32(), pa.int64(), pa.bool_()
DIMENSIONS = ("division", "service", "site", "age_band", "sex", "ethnic_category", "deprivation_quintile", "neighbourhood",
              "consultant", "referring_practice", "commissioner", "priority")  # fmt: skip
CLOCKS = pa.schema(
    [("trust", TEXT), ("patient_pathway_identifier", TEXT), ("period_number", NUMBER), ("start_date", DAY), ("end_date", DAY),
     ("end_status", TEXT), ("is_nullified", TRUTH), ("start_rule", TEXT), ("end_rule", TEXT), ("ended_by_admission", TRUTH),
     ("responsibility_passed_date", DAY), ("first_attended_date", DAY), ("decided_to_admit_date", DAY), ("flags", TEXT),
     *((name, TEXT) for name in DIMENSIONS), ("is_admitted_pathway", TRUTH)]
)  # fmt: skip
WAITS = pa.schema(
    [*CLOCKS, ("is_waiting", TRUTH), ("days_waited", NUMBER), ("breach_date", DAY), ("days_to_breach", NUMBER),
     ("local_patient_identifier", TEXT), ("nhs_number_pseudonym", TEXT), ("last_event_type", TEXT), ("last_event_date", DAY),
     ("next_event_type", TEXT), ("next_event_date", DAY), ("tci_date", DAY), ("last_attended_date", DAY),
     ("last_pas_validation_date", DAY), ("procedure_priority_code", TEXT), ("intended_management_code", TEXT),
     ("has_next_step", TRUTH)]
)  # fmt: skip
EVENTS = pa.schema(
    [("trust", TEXT), ("patient_pathway_identifier", TEXT), ("event_date", DAY), ("event_sequence", NUMBER), ("event_type", TEXT),
     ("referral_to_treatment_period_status", TEXT), ("original_start_date", DAY), ("is_communicated", TRUTH),
     ("has_safeguards", TRUTH), ("is_responsibility_passed", TRUTH), ("priority_type_code", TEXT),
     ("local_patient_identifier", TEXT)]
)  # fmt: skip
BOOKINGS = pa.schema([("trust", TEXT), ("patient_pathway_identifier", TEXT), ("event_type", TEXT), ("event_date", DAY)])
NOTES = pa.schema(
    [("trust", TEXT), ("patient_pathway_identifier", TEXT), ("owner", TEXT), ("next_step", TEXT), ("next_step_date", DAY),
     ("comment", TEXT), ("updated_at", pa.timestamp("us", tz="UTC")), ("updated_by", TEXT)]
)  # fmt: skip


def clock(trust, pathway, start, end=None, **more):
    """A clock period in Surgery, General Surgery, unless more is said."""
    row = {"trust": trust, "patient_pathway_identifier": pathway, "period_number": 1, "start_date": start, "end_date": end}
    row |= {"is_nullified": False, "ended_by_admission": False, "start_rule": "RTT-R01", "division": "Surgery"}
    return row | {"service": "C_100", "site": f"{trust}1", "priority": "1", "sex": "1", "is_admitted_pathway": False} | more


def wait(row, as_of, **more):
    """The row of the waiting list for a clock that runs."""
    days = (as_of - row["start_date"]).days
    about = {"is_waiting": True, "days_waited": days, "days_to_breach": 126 - days, "has_next_step": True}
    about["breach_date"] = row["start_date"] + timedelta(days=126)
    about["local_patient_identifier"] = f"H{row['patient_pathway_identifier']}"
    return row | about | more


def write_snapshot(home, as_of, *, clocks, waits, events=(), bookings=(), more=None, weeks=8):
    """A whole snapshot of these rows, published, with so many weeks of series; `more` are further tables, as Arrow."""
    engine = open_engine()
    tables = {"rtt_clocks": (CLOCKS, clocks), "rtt_waits": (WAITS, waits), "rtt_events": (EVENTS, events)}
    tables["rtt_bookings"] = (BOOKINGS, bookings)
    held = {name: pa.Table.from_pylist(list(rows), schema=schema) for name, (schema, rows) in tables.items()}
    counted = series_of(engine.memory(held["rtt_clocks"]), as_of=as_of, weeks=weeks, waits=engine.memory(held["rtt_waits"]))
    held["series"] = pa.concat_tables(engine.rows(table) for table in counted)
    engine.close()
    write_tables(home, as_of, held | (more or {}))


def write_tables(home, as_of, held, *, live_at=None, trust_rows=None, names=None):
    """A whole snapshot of these Arrow tables and no others, published; `live_at`: the instant that each live table shows.

    `trust_rows` is what the manifest says of every trust's rows by table; left out, it says nothing.
    `names` are the trusts, by code.
    """
    snapshot_id = f"{as_of}.1"
    folder = snapshots.begin(home, snapshot_id)
    for name, rows in held.items():
        _write(folder, name, rows)
    account = Manifest(
        id=snapshot_id, as_of=as_of, built_at=datetime.combine(as_of, datetime.min.time(), UTC), duration_seconds=1.0,
        clockstop_version="0", code_version="0", engine="duckdb", is_synthetic=True, files=(),
        trusts={code: SnapshotTrust(name=name, live_at=live_at or {}, rows=trust_rows or {})
                for code, name in (names or NAMES).items()},
        tables={name: rows.num_rows for name, rows in held.items()},
    )  # fmt: skip
    snapshots.publish(home, folder, account)


def _write(folder, name, rows):
    by_file = {}
    for place, row in enumerate(rows.to_pylist()):
        bucket = bucket_of(row["patient_pathway_identifier"]) if "patient_pathway_identifier" in row else 0
        by_file.setdefault((row["trust"], bucket), []).append(place)
    by_file = by_file or {(code, 0): [] for code in NAMES}
    for (code, bucket), places in by_file.items():
        file = folder / name / f"trust={code}" / f"bucket-{bucket}.parquet"
        file.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(rows.take(pa.array(places, pa.int64())), file)


def days_before(number, day=AS_OF):
    return day - timedelta(days=number)
