"""The fast count of every series is row for row what the expressions give, and both say what the rules of the list say."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from ibis import literal, null

from clockstop.measures import tally_kernel
from clockstop.measures.series import series_of
from clockstop.measures.spans import at_census
from clockstop.measures.tally import DIMENSIONS, PLACE, days_of, tally, truths_of
from clockstop.rules import rtt_snapshot
from clockstop.rules.either import both, is_not
from clockstop.rules.rtt_bands import days_waited
from clockstop.store.engine import open_engine

AS_OF = date(2026, 11, 18)
WEEKS = 30
KEY = ("measure", "period_kind", "period_end", "division", "service", "site", "cut", "cut_value", "band")


def _days(rng, rows, low, high, share_missing):
    days = [AS_OF + timedelta(days=int(day)) for day in rng.integers(low, high, rows)]
    return [None if missing else day for day, missing in zip(days, rng.random(rows) < share_missing, strict=True)]


def _texts(rng, rows, values):
    kind = pa.bool_() if True in values else pa.string()
    return pa.array([values[place] for place in rng.integers(0, len(values), rows)], kind)


def _clocks(rng, rows):
    """Clocks with everything that can go wrong with a date, over units and cuts of which some are not known."""
    ended = _days(rng, rows, -700, 1, 0.4)
    cuts = {name: _texts(rng, rows, ["a", "b", None]) for name in DIMENSIONS}
    return pa.table(
        {
            "trust": pa.array(["T"] * rows, pa.string()),
            "start_date": pa.array(_days(rng, rows, -1100, 1, 0.05), pa.date32()),
            "end_date": pa.array(ended, pa.date32()),
            "is_nullified": pa.array(
                [end is not None and bool(truth) for end, truth in zip(ended, rng.random(rows) < 0.2, strict=True)], pa.bool_()
            ),
            "ended_by_admission": _texts(rng, rows, [True, False, None]),
            "responsibility_passed_date": pa.array(_days(rng, rows, -700, 30, 0.8), pa.date32()),
            "first_attended_date": pa.array(_days(rng, rows, -900, 30, 0.5), pa.date32()),
            "decided_to_admit_date": pa.array(_days(rng, rows, -900, 30, 0.6), pa.date32()),
            **cuts,
            "is_admitted_pathway": _texts(rng, rows, [True, False, None]),
        }
    )


def _waits(rng, clocks):
    """The clocks as a list of the day, with the columns that only the list has."""
    rows = clocks.num_rows
    days = {
        "last_attended_date": -400,
        "tci_date": -30,
        "next_event_date": -30,
        "last_pas_validation_date": -300,
        "last_event_date": -300,
    }
    columns = {name: pa.array(_days(rng, rows, low, 60, 0.4), pa.date32()) for name, low in days.items()}
    return pa.table(
        {name: clocks[name] for name in clocks.column_names} | columns | {"has_next_step": _texts(rng, rows, [True, False])}
    )


@pytest.fixture(scope="module")
def by_expression():
    """The series of clocks and waits as the expressions count them, sorted; written once as queries."""
    engine, rng = open_engine(), np.random.default_rng(1)
    clocks = _clocks(rng, 5)
    engine.lend("clocks", clocks)
    engine.lend("waits", _waits(rng, clocks))
    queries = [engine.sql(one) for one in series_of(engine.named("clocks"), as_of=AS_OF, weeks=WEEKS, waits=engine.named("waits"))]

    def count(clocks, waits):
        engine.lend("clocks", clocks)
        engine.lend("waits", waits)
        rows = pa.concat_tables([engine.run(query) for query in queries]).drop_columns(["trust"])
        return _sorted(rows)

    yield count
    engine.close()


def _sorted(rows):
    rows = rows.cast(
        pa.schema([(field.name, pa.string() if pa.types.is_dictionary(field.type) else field.type) for field in rows.schema])
    )
    return rows.select([*KEY, "numerator", "denominator"]).sort_by([(name, "ascending") for name in KEY])


def _fast(clocks, waits):
    engine = open_engine()
    tables = [rows.append_column(PLACE, pa.array(np.arange(rows.num_rows, dtype=np.int32))) for rows in (clocks, waits)]
    days, truths = days_of(engine.memory(tables[0])), truths_of(engine.memory(tables[1]), AS_OF)
    rows = tally(
        days=engine.rows(days).sort_by(PLACE), truths=engine.rows(truths).sort_by(PLACE),
        clock_cells=clocks.select(DIMENSIONS), wait_cells=waits.select(DIMENSIONS), as_of=AS_OF, weeks=WEEKS,
    )  # fmt: skip
    engine.close()
    return rows


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "rows"), [(1, 1), (2, 40), (3, 400)])
def test_the_fast_count_is_row_for_row_that_of_the_expressions(by_expression, seed, rows):
    rng = np.random.default_rng(seed)
    clocks = _clocks(rng, rows)
    waits = _waits(rng, clocks)
    fast = _fast(clocks, waits)
    assert _sorted(fast).equals(by_expression(clocks, waits))


@pytest.mark.slow
def test_the_compiled_loops_count_as_the_plain_ones(monkeypatch):
    rng = np.random.default_rng(4)
    clocks = _clocks(rng, 300)
    waits = _waits(rng, clocks)
    plain = _fast(clocks, waits)
    monkeypatch.setattr(tally_kernel, "COMPILE_FROM", 0)
    assert _fast(clocks, waits).equals(plain)


def test_of_nothing_there_is_no_series():
    clocks = _clocks(np.random.default_rng(5), 0)
    assert _fast(clocks, _waits(np.random.default_rng(5), clocks)).num_rows == 0


def test_cells_that_do_not_fit_at_once_are_counted_in_turns(monkeypatch):
    rng = np.random.default_rng(6)
    clocks = _clocks(rng, 60)
    waits = _waits(rng, clocks)
    whole = _fast(clocks, waits)
    monkeypatch.setattr("clockstop.measures.tally._CELLS_AT_ONCE", 7)
    assert _fast(clocks, waits).equals(whole)


@pytest.mark.parametrize("day", [AS_OF, date(2026, 2, 28), date(2025, 6, 30)])
def test_the_states_of_a_census_are_what_the_rules_of_the_list_say(day):
    """measures/spans.py, which pages count by, and rules/rtt_snapshot.py, which the worked cases prove, are one reading."""
    engine = open_engine()
    clocks = at_census(engine.memory(_clocks(np.random.default_rng(7), 2_000)), day)
    is_ours = is_not((clocks.responsibility_passed_date <= day).fill_null(False))
    nullified = clocks.is_nullified.ifelse(clocks.end_date, null("date"))
    is_incomplete = both(
        rtt_snapshot.is_incomplete(
            start_date=clocks.start_date, end_date=clocks.end_date, nullified_date=nullified, census=literal(day)
        ),
        is_ours,
    )
    is_admitted = (clocks.decided_to_admit_date <= day).fill_null(False)
    seen = (clocks.first_attended_date <= day).fill_null(False).ifelse(clocks.first_attended_date, null("date"))
    awaits = rtt_snapshot.awaits_first_appointment(
        is_admitted_pathway=is_admitted, first_attended_date=seen, start_date=clocks.start_date
    )
    differ = engine.rows(
        clocks.aggregate(
            rows=clocks.is_waiting.cast("int64").sum(),
            waiting=(clocks.is_waiting != is_incomplete).cast("int64").sum(),
            first=(clocks.is_waiting_for_first != both(is_incomplete, awaits)).cast("int64").sum(),
            admission=(clocks.is_waiting_for_admission != both(is_incomplete, is_admitted)).cast("int64").sum(),
            days=(clocks.days_waited != days_waited(clocks.start_date, day)).cast("int64").sum(),
        )
    ).to_pylist()[0]
    engine.close()
    assert differ.pop("rows") > 100
    assert differ == {"waiting": 0, "first": 0, "admission": 0, "days": 0}
