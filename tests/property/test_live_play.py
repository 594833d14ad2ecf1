"""A day of the made-up group played in steps of any length ends in the same rows, and nothing is told before it is known."""

from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clockstop.contracts import contracts
from clockstop.synthetic.care import emergency
from clockstop.synthetic.group import Wanted, history_of
from clockstop.synthetic.layers import changed, known_at
from clockstop.synthetic.london import NO_MINUTE, by_greenwich
from clockstop.synthetic.population import drawn
from clockstop.synthetic.working_calendar import day_number

pytestmark = pytest.mark.slow
WANTED = Wanted(scale=0.001, weeks=30)
DAY = 1_440


@pytest.fixture(scope="module", params=[0, 2], ids=["offsets", "wall"])
def day(request):
    """What the days after the last delivery will tell of one trust, and its last delivery."""
    days = WANTED.days
    found, _ = history_of(request.param, WANTED, drawn(WANTED, days), days)
    until = day_number(WANTED.until)
    end, records = emergency.live(found, until, np.random.default_rng(1))
    moving = {name: rows.only(np.flatnonzero(changed(rows, end, NO_MINUTE - 1))) for name, rows in records.items()}
    sent = {name: known_at(rows, end, found.trust.file_form) for name, rows in moving.items()}
    return SimpleNamespace(end=end, records=moving, sent=sent, form=found.trust.file_form)


def by_key(rows: pa.Table, dataset: str) -> dict:
    """The rows by their key."""
    key = contracts()[dataset].key
    return {tuple(row[name] for name in key): row for row in rows.to_pylist()}


def played(day, dataset: str, steps: list[int], end: int) -> dict:
    """The rows that a house has which loaded the last delivery and then every step."""
    rows, since = by_key(day.sent[dataset], dataset), day.end
    for at in [*steps, end]:
        rows |= by_key(known_at(day.records[dataset], at, day.form, since=since), dataset)
        since = at
    return rows


@settings(max_examples=6, deadline=None)
@given(st.lists(st.integers(1, 2 * DAY - 1), max_size=12, unique=True).map(sorted))
def test_any_steps_end_in_the_same_rows(day, steps):
    """As the extract of that instant has them."""
    end = day.end + 2 * DAY
    for dataset in emergency.LIVE:
        whole = by_key(known_at(day.records[dataset], end, day.form), dataset)
        assert played(day, dataset, [day.end + step for step in steps], end) == whole


def test_a_delivery_has_the_rows_in_which_something_became_known(day):
    """And no other; ten minutes have few."""
    for dataset, records in day.records.items():
        before, after = (by_key(known_at(records, at, day.form), dataset) for at in (day.end + 600, day.end + 610))
        told = by_key(known_at(records, day.end + 610, day.form, since=day.end + 600), dataset)
        assert {key: row for key, row in after.items() if before.get(key) != row}.items() <= told.items()
        assert set(told) <= set(after)
        assert not np.any(changed(records, day.end + 3 * DAY, NO_MINUTE - 1) & (records.there > day.end + 60 * DAY))


def test_nothing_is_told_before_it_is_known(day):
    """Every instant of a row lies at or before that of the delivery; an outcome and a destination come with the departure."""
    at = day.end + 11 * 60 + 7
    for dataset, records in day.records.items():
        rows = known_at(records, at, "xlsx", since=day.end)
        for column in contracts()[dataset].columns:
            if column.type == "instant" and column.name in rows.column_names and rows.num_rows:
                latest = pc.max(rows[column.name]).as_py()
                assert latest is None or by_greenwich(np.array([int(np.datetime64(latest, "m").astype(np.int64))]))[0] <= at
    visits = known_at(day.records["ed_attendances"], at, "xlsx")
    here = visits.filter(pc.is_null(visits["emergency_care_departure_at"]))
    assert here.num_rows > 3
    for name in ("attendance_outcome", "hospital_provider_spell_identifier", "emergency_care_discharge_destination"):
        assert here[name].null_count == here.num_rows
    assert here["waiting_for"].null_count == here["department_area"].null_count == 0
