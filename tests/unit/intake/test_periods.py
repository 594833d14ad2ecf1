"""Stored events fold to what their full rows fold to: whatever the row groups, the readings and the day."""

from datetime import date, timedelta
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clockstop.intake import periods
from clockstop.intake.bucket_files import write_rows
from clockstop.rules.readings import Readings
from clockstop.rules.rtt import clocks_of, flag_names
from clockstop.rules.rtt_clock_cases import event_table
from clockstop.rules.rtt_events import CLOCK_EVENT, CLOCK_EVENTS, ordered
from property.random_histories import CENSUS, history

PATHWAY = "patient_pathway_identifier"
OTHER = Readings(
    suspected_cancer_first_dna_runs_on=True,
    re_referral_may_be_nullified=True,
    later_dna_without_activity_nullifies=True,
    later_dna_discharge_stops_on="dna",
)


def histories(seed: int, count: int) -> pa.Table:
    """Random histories, sorted as a snapshot keeps them."""
    rng, tables = Random(seed), []
    for number in range(count):
        rows = event_table(history(rng))
        tables.append(rows.set_column(0, PATHWAY, pa.array([f"H{number:05}"] * rows.num_rows, pa.string())))
    return ordered(pa.concat_tables(tables), (PATHWAY,))


def plain(rows: pa.Table) -> list[dict]:
    """The rows without the store's own: words as texts, no bucket, flags by name."""
    found = rows.drop_columns(["bucket"]).to_pylist() if "bucket" in rows.column_names else rows.to_pylist()
    return [
        row | {"flags": ",".join(flag_names(row["flags"])) or None if isinstance(row["flags"], int) else row["flags"]}
        for row in found
    ]


@pytest.fixture(scope="module")
def events() -> pa.Table:
    return histories(4, 300)


@pytest.mark.parametrize("readings", [Readings(), OTHER], ids=["default", "other"])
@pytest.mark.parametrize("row_group", [3, 100, 100_000])
def test_stored_events_fold_to_what_full_events_fold_to(events, readings, row_group, tmp_path):
    pq.write_table(periods.with_columns(events), tmp_path / "events.parquet", row_group_size=row_group)
    stored = periods.periods({5: tmp_path / "events.parquet"}, as_of=CENSUS, readings=readings)
    assert plain(stored) == plain(clocks_of(events, census=CENSUS, readings=readings))
    assert set(stored.column("bucket").to_pylist()) == {5}


def test_many_files_keep_their_order(events, tmp_path):
    files = {}
    for bucket in range(7):
        files[bucket] = tmp_path / f"bucket-{bucket}.parquet"
        write_rows(periods.with_columns(events.slice(0, 0 if bucket == 3 else 40 * bucket)), files[bucket])
    found = periods.periods(files, as_of=CENSUS, readings=Readings())
    buckets = found.column("bucket").to_pylist()
    assert buckets == sorted(buckets)
    assert set(buckets) == {1, 2, 4, 5, 6}


def test_no_events_are_no_periods_of_the_same_columns(events, tmp_path):
    for name, rows in (("none", events.slice(0, 0)), ("some", events.slice(0, 50))):
        write_rows(periods.with_columns(rows), tmp_path / name)
    none, some = (periods.periods({0: tmp_path / name}, as_of=CENSUS, readings=Readings()) for name in ("none", "some"))
    assert none.num_rows == 0
    assert none.schema == some.schema


@pytest.mark.parametrize(("as_of", "starts"), [(CENSUS - timedelta(days=1), 0), (CENSUS, 0), (CENSUS + timedelta(days=1), 1)])
def test_a_planned_date_is_missed_once_its_day_has_passed(as_of, starts, tmp_path):
    """It may be the pathway's first event, and the only one of its row group: the pathway is still its own."""
    rows = pa.table({
        PATHWAY: ["A", "B", "B", "C"],
        "event_date": [CENSUS - timedelta(days=9), CENSUS, CENSUS + timedelta(days=5), CENSUS - timedelta(days=9)],
        "event_sequence": [1, 1, 2, 1],
        "event_type": ["referral_received", "planned_due_missed", "attend", "referral_received"],
        "original_start_date": pa.nulls(4, pa.date32()),
    })  # fmt: skip
    pq.write_table(periods.with_columns(rows), tmp_path / "events.parquet", row_group_size=2)
    found = periods.periods({0: tmp_path / "events.parquet"}, as_of=as_of, readings=Readings())
    assert found.column(PATHWAY).to_pylist() == ["A", *["B"] * starts, "C"]


def test_the_stored_words_are_those_that_the_clock_knows(events):
    stored = periods.with_columns(events)
    assert set(stored.column(CLOCK_EVENT).to_pylist()) <= set(CLOCK_EVENTS)
    assert stored.column(periods.FIRST_OF_PATHWAY).drop_null().to_pylist() == stored.column(PATHWAY).unique().to_pylist()


def test_a_word_that_the_clock_does_not_know_is_never_folded(tmp_path):
    rows = pa.table({PATHWAY: ["A"], "event_date": [date(2026, 1, 5)], CLOCK_EVENT: ["owl_post"]})
    with pytest.raises(AssertionError, match="does not know"):
        clocks_of(rows.append_column("event_sequence", pa.array([1])), census=CENSUS)
