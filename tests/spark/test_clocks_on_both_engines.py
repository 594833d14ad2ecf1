"""The fold gives the same rows, in the same order, on every engine: every cell of the table met, and every odd shape of input."""

from datetime import date, timedelta
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clockstop.rules import rtt, rtt_events
from oracles.rtt_clock_twin import Unsettled, periods_of
from property.random_histories import history
from property.table_histories import CENSUS, FIRST_DAY, READINGS, cells_of, random_histories, table_of, witnesses

pytestmark = [pytest.mark.spark, pytest.mark.slow]
ORDER = ("event_date", "event_sequence", "source_row")
SEED = 3
PROVIDER = "organisation_code_code_of_provider"


def folded(engine, events, *, readings=READINGS[0], census=CENSUS):
    """The periods of events in any order, as the engine gives them."""
    rows = events if hasattr(events, "op") else engine.memory(numbered(events))
    day = rtt_events.day_number(census)
    batches = [batch for batch in engine.folded(rtt.clock(readings), rows, order=ORDER, census_day=day) if batch.num_rows]
    return pa.Table.from_batches(batches) if batches else None


def numbered(events):
    return events.append_column("source_row", pa.array(range(1, events.num_rows + 1), pa.int64()))


def shuffled(table, seed=SEED):
    places = list(range(table.num_rows))
    Random(seed).shuffle(places)
    return table.take(pa.array(places))


@pytest.mark.parametrize("readings", READINGS, ids=["as they stand", "the others"])
def test_every_cell_of_the_table_gives_the_same_rows(spark, embedded, readings):
    """Random histories made from the table, which between them meet every cell that a history can meet."""
    histories = random_histories(Random(SEED), readings)
    assert {cell for cells in cells_of(histories, readings) for cell in cells} == set(witnesses(readings))
    events = shuffled(table_of(histories))
    ours, theirs = folded(embedded, events, readings=readings), folded(spark, events, readings=readings)
    assert ours.num_rows > len(histories) / 2
    assert theirs.equals(ours)


def test_likely_histories_give_the_rows_of_both_engines_and_of_the_twin(spark, embedded):
    rng = Random(SEED)
    histories = [history(rng) for _ in range(2_000)]
    events = shuffled(table_of(histories))
    ours, theirs = folded(embedded, events), folded(spark, events)
    assert theirs.equals(ours)
    found = {}
    for row in theirs.to_pylist():
        found.setdefault(int(row["patient_pathway_identifier"][1:]), []).append(
            (row["start_date"], row["end_date"], row["end_status"])
        )
    settled = 0
    for number, one in enumerate(histories):
        try:
            expected = periods_of(one, CENSUS)
        except Unsettled:
            continue
        settled += 1
        assert found.get(number, []) == [(each["start"], each["end"], each["end_status"]) for each in expected], one
    assert settled > 700


def test_no_events_give_no_rows(spark):
    assert folded(spark, table_of([])) is None


def test_events_after_the_census_give_no_rows(spark, embedded):
    events = table_of([[{"type": "referral_received", "date": CENSUS + timedelta(days=1), "sequence": 1}]])
    assert [folded(engine, events) for engine in (spark, embedded)] == [None, None]


def test_one_pathway(spark, embedded):
    events = table_of([history(Random(1))])
    assert folded(spark, events).equals(folded(embedded, events))


def test_a_pathway_larger_than_a_batch_is_one_pathway(spark, embedded):
    """Its events cross many edges of Spark's batches, beside many that do not."""
    rng = Random(SEED)
    long = [{"type": "referral_received", "date": FIRST_DAY, "sequence": 1}]
    long += [{"type": "appointment_booked", "date": FIRST_DAY + timedelta(days=n // 20), "sequence": n} for n in range(2, 5_000)]
    long.append({"type": "admit_treat", "date": FIRST_DAY + timedelta(days=300), "sequence": 5_000})
    events = shuffled(table_of([long, *(history(rng) for _ in range(300))]))
    with spark.set("spark.sql.execution.arrow.maxRecordsPerBatch", "64"):
        theirs = folded(spark, events)
    assert theirs.equals(folded(embedded, events))
    [stopped] = [row for row in theirs.to_pylist() if row["patient_pathway_identifier"] == "H000000"]
    assert (stopped["start_date"], stopped["end_status"], stopped["days_waited"]) == (FIRST_DAY, "30", 300)


def test_one_provider_with_nearly_everything(spark, embedded):
    """Skewed keys, the same pathway at several providers, identifiers of every alphabet: the order is that of the bytes."""
    rng = Random(SEED)
    names = ["é{}", "日本{}", "Z'{}", "\U0001f600{}", "=1+{}", "\uffff{}", " {}", '"{}', "a,{}", "{}"]
    tables = []
    for number in range(600):
        events = table_of([history(rng)])
        name = rng.choice(names).format(number // 2)
        provider = "RXA" if rng.random() < 0.95 else rng.choice(["", "R1é", "rxa", "X" * 40])
        events = events.set_column(0, events.schema.names[0], pa.array([name] * events.num_rows))
        tables.append(events.append_column(PROVIDER, pa.array([provider] * events.num_rows)))
    events = shuffled(pa.concat_tables(tables))
    assert folded(spark, events).equals(folded(embedded, events))


def test_equal_places_keep_the_order_of_the_file(spark, embedded):
    """Events of one day and one sequence are applied in the order in which the file gives them."""
    day = date(2026, 2, 2)
    kinds = ["referral_received", "first_dna", "rebook_contact", "admit_treat", "new_treatment_decided", "death"]
    histories = []
    for seed in range(200):
        rng = Random(seed)
        histories.append([{"type": rng.choice(kinds), "date": day, "sequence": 1} for _ in range(6)])
    events = table_of(histories)
    assert folded(spark, events).equals(folded(embedded, events))


def test_sorted_batches_give_the_same_rows(spark, embedded):
    """The other way in: batches that are sorted already."""
    rng = Random(SEED)
    events = rtt_events.ordered(table_of([history(rng) for _ in range(500)]), rtt.clock().key)
    day = rtt_events.day_number(CENSUS)
    both = [
        pa.Table.from_batches(engine.fold(rtt.clock(), events.to_batches(max_chunksize=100), census_day=day))
        for engine in (spark, embedded)
    ]
    assert both[0].equals(both[1])


def test_files_give_the_same_rows(spark, embedded, tmp_path):
    """Read from Parquet where it lies, columns that one file lacks null in its rows."""
    rng = Random(SEED)
    events = numbered(shuffled(table_of([history(rng) for _ in range(300)])))
    files = [tmp_path / "a.parquet", tmp_path / "b.parquet"]
    pq.write_table(events.slice(0, 700), files[0])
    pq.write_table(events.slice(700).drop_columns(["priority_type_code"]), files[1])
    assert folded(spark, spark.parquet(files)).equals(folded(embedded, embedded.parquet(files)))
