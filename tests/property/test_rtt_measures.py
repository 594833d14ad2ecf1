"""The series of every RTT measure is what a count by hand gives, week by week and month by month."""

from datetime import date, timedelta

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clockstop.measures.catalogue import clock_measures
from clockstop.measures.evaluate import evaluate
from clockstop.measures.periods import Periods, months_to, on_day, weeks_to
from clockstop.store.engine import open_engine
from oracles.rtt_measures_by_hand import Clock, at_census, bands, in_period

AS_OF = date(2026, 11, 18)
FIRST = date(2024, 2, 1)
SCHEMA = pa.schema(
    [
        ("trust", pa.string()),
        ("start_date", pa.date32()),
        ("end_date", pa.date32()),
        ("is_nullified", pa.bool_()),
        ("ended_by_admission", pa.bool_()),
        ("responsibility_passed_date", pa.date32()),
        ("first_attended_date", pa.date32()),
        ("decided_to_admit_date", pa.date32()),
    ]
)
PERIODS = (weeks_to(AS_OF, 30), months_to(AS_OF, 12), on_day(AS_OF))


@pytest.fixture(scope="module")
def query():
    engine = open_engine()
    engine.lend("clocks", SCHEMA.empty_table())
    tables = evaluate(clock_measures(), engine.named("clocks"), periods=PERIODS, by=("trust",))
    sqls = [engine.sql(table) for table in tables]

    def run(rows):
        engine.lend("clocks", pa.Table.from_pylist(rows, schema=SCHEMA))
        return [row for sql in sqls for row in engine.run(sql).to_pylist()]

    yield run
    engine.close()


def _days_after(day, low, high):
    return st.none() | st.integers(low, high).map(lambda days: day + timedelta(days=days))


@st.composite
def clocks(draw):
    start = draw(st.integers(0, 1020).map(lambda days: FIRST + timedelta(days=days)))
    end = draw(_days_after(start, 0, 800))
    end = end if end is not None and end <= AS_OF else None
    is_unknown = draw(st.integers(0, 9)) == 0 and end is not None
    return Clock(
        start=None if is_unknown else start,
        end=end,
        is_nullified=end is not None and draw(st.booleans()),
        by_admission=draw(st.booleans()),
        passed=draw(st.one_of(st.none(), _days_after(start, 0, 400))),
        first_attended=draw(_days_after(start, -40, 300)),
        decided=draw(_days_after(start, -40, 300)),
    )


def _row(clock):
    values = (clock.start, clock.end, clock.is_nullified, clock.by_admission, clock.passed, clock.first_attended, clock.decided)
    return dict(zip(SCHEMA.names, ("T", *values), strict=True))


def _by_hand(listed: list[Clock]) -> dict:
    found = {}
    for periods in PERIODS:
        for end in periods.ends:
            for slug, sums in at_census(listed, end).items():
                found[slug, periods.kind, end, None] = sums
            for band, number in bands(listed, end).items():
                found["rtt_weeks_waited", periods.kind, end, band] = (number, number)
            if periods.kind != "now":
                first = Periods(periods.kind, end, 1).first_day()
                found |= {(slug, periods.kind, end, None): sums for slug, sums in in_period(listed, first, end).items()}
    return {key: sums for key, sums in found.items() if any(sums)}


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(listed=st.lists(clocks(), min_size=1, max_size=25))
def test_every_series_is_what_a_count_by_hand_gives(query, listed):
    rows = query([_row(clock) for clock in listed])
    found = {
        (row["measure"], row["period_kind"], row["period_end"], row["band"]): (row["numerator"], row["denominator"]) for row in rows
    }
    assert len(found) == len(rows)
    assert found == _by_hand(listed)
