"""Local times against the IANA database, and the readings of the two nights on which the clocks change (operations.md 0.1)."""

from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import ibis
import pytest

from clockstop.rules.local_time import AMBIGUOUS, NONEXISTENT, SEQUENCE, local_at, minute_of, reading
from clockstop.rules.moments import read_in_order

LONDON = ZoneInfo("Europe/London")
CHANGES = ("2025-03-30", "2025-10-26", "2026-03-29", "2026-10-25", "2027-03-28", "2027-10-31", "2028-03-26", "2028-10-29")
on = datetime.fromisoformat
TWICE, NEVER = on("2026-10-25 01:30"), on("2026-03-29 01:30")


def by_greenwich(*parts):
    return datetime(*parts, tzinfo=UTC).timestamp() / 60


def around(change):
    """Every 10 minutes of the hours around a change, by Greenwich."""
    start = datetime.fromisoformat(change).replace(tzinfo=UTC) - timedelta(hours=3)
    return [start + timedelta(minutes=10 * step) for step in range(6 * 8)]


@pytest.mark.parametrize("change", CHANGES)
def test_every_minute_of_a_change_is_that_of_the_database(change):
    for instant in around(change):
        local = instant.astimezone(LONDON)
        wall, minute = local.replace(tzinfo=None), instant.timestamp() / 60
        assert local_at(minute) == wall
        assert minute_of(wall) == minute - 60 * local.fold
        assert reading(wall, int(local.utcoffset().total_seconds() // 60)).minute == minute


def test_an_engine_reads_them_alike():
    instants = [
        (each.astimezone(LONDON).replace(tzinfo=None), int(each.timestamp()) // 60) for change in CHANGES for each in around(change)
    ]
    rows = ibis.memtable({"wall": [wall for wall, _ in instants], "minute": [minute for _, minute in instants]})
    found = rows.mutate(read=minute_of(rows.wall), back=local_at(rows.minute)).to_pyarrow().to_pylist()
    assert [row["read"] for row in found] == [minute_of(row["wall"]) for row in found]
    assert [row["back"] for row in found] == [row["wall"] for row in found]


def test_the_order_of_events_chooses_the_coming_and_the_time_is_flagged_all_the_same():
    first, second = by_greenwich(2026, 10, 25, 0, 30), by_greenwich(2026, 10, 25, 1, 30)
    for after, before, minute, flags in (
        (None, None, first, {AMBIGUOUS}),
        (first, None, first, {AMBIGUOUS}),
        (first + 1, None, second, {AMBIGUOUS}),
        (second, None, second, {AMBIGUOUS}),
        (second + 1, None, first, {AMBIGUOUS, SEQUENCE}),
        (None, second, first, {AMBIGUOUS}),
        (None, first - 1, first, {AMBIGUOUS, SEQUENCE}),
        (first + 1, second - 1, first, {AMBIGUOUS, SEQUENCE}),
        (first + 1, second, second, {AMBIGUOUS}),
    ):
        found = reading(TWICE, after=after, before=before)
        assert (found.minute, {flag for flag, truth in found.flags.items() if truth}) == (minute, flags)


def test_a_time_that_never_came_is_read_by_greenwich():
    found = reading(NEVER)
    assert (found.minute, local_at(found.minute)) == (by_greenwich(2026, 3, 29, 1, 30), on("2026-03-29 02:30"))
    assert {flag for flag, truth in found.flags.items() if truth} == {NONEXISTENT}


def test_an_offset_settles_what_is_ambiguous():
    for offset in (0, 60):
        found = reading(TWICE, offset)
        assert (found.minute, any(found.flags.values())) == (by_greenwich(2026, 10, 25, 1, 30) - offset, False)


def test_plain_values_and_expressions_agree():
    locals_ = [TWICE, NEVER, on("2026-10-25 02:00"), on("2026-03-29 00:59"), on("2026-07-01 00:00")]
    shifts = [(None, None), (-30, 30), (30, 90), (30, 45)]
    rows = []
    for local, offset, bounds in product(locals_, [None, 0, 60], shifts):
        after, before = (None if shift is None else minute_of(local) + shift for shift in bounds)
        rows.append({"local": local, "offset": offset, "after": after, "before": before})
    schema = {"local": "timestamp", "offset": "int64", "after": "float64", "before": "float64"}
    drawn = ibis.memtable(rows, schema=schema)
    found = reading(drawn.local, drawn.offset, after=drawn.after, before=drawn.before)
    plain = [reading(row["local"], row["offset"], after=row["after"], before=row["before"]) for row in rows]
    asked = drawn.select(minute=found.minute, **found.flags)
    assert asked.to_pyarrow().to_pylist() == [{"minute": one.minute, **one.flags} for one in plain]


def test_a_row_is_read_in_the_order_of_its_events():
    rows = ibis.memtable(
        {
            "came_at": [on("2026-10-25 01:50:40"), TWICE, None],
            "seen_at": [None, on("2026-10-25 01:10"), None],
            "left_at": [on("2026-10-25 01:20:59"), on("2026-10-25 01:05"), TWICE],
            "left_at_offset_minutes": [None, 60, None],
        },
        schema={"came_at": "timestamp", "seen_at": "timestamp", "left_at": "timestamp", "left_at_offset_minutes": "int64"},
    )
    found = read_in_order(rows, ("came_at", "seen_at", "left_at")).to_pyarrow().to_pylist()
    at = by_greenwich(2026, 10, 25, 0, 0)
    assert [(row["came_minute"], row["seen_minute"], row["left_minute"]) for row in found] == [
        (at + 50, None, at + 80),
        (at + 30, at + 10, at + 5),
        (None, None, at + 30),
    ]
    assert [row["marks"] for row in found] == [AMBIGUOUS, f"{AMBIGUOUS} {SEQUENCE}", AMBIGUOUS]
