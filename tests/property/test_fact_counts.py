"""The series of a fact are what plain loops over its rows give, however a measure counts."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from ibis import _

from clockstop.measures.fact_counts import fact_counts, rows_behind
from clockstop.measures.fact_series import series_of_measures
from clockstop.measures.measure import Measure
from clockstop.measures.periods import Running
from clockstop.store.engine import open_engine
from oracles.fact_measures_by_hand import by_hand, month_ends, week_ends

WEEKS = 20
UNITS = ("trust", "division", "service", "site")
TEXT, DAY = pa.string(), pa.date32()
SCHEMA = pa.schema(
    [*((name, TEXT) for name in UNITS), ("sex", TEXT), ("test", TEXT), ("start_date", DAY), ("end_date", DAY), ("due_date", DAY),
     ("decided_date", DAY), ("minutes", pa.float64()), ("planned_minutes", pa.float64()), ("share_of_wait", pa.float64()),
     ("is_urgent", pa.bool_())]
)  # fmt: skip


def _measure(slug, **more):
    said = {"title": slug, "table": "tests_done", "kind": "share", "counted": "at census", "improvement": "up", "definition": ""}
    return Measure(slug=slug, **said | {"source": "", "rules": ()} | more)


MEASURES = (
    _measure("within", denominator=_.is_open, numerator=_.days_waited < 42, is_headline=True),
    _measure("urgent", kind="count", denominator=_.is_open, numerator=_.is_urgent, cuts=("test",)),
    _measure("undecided", denominator=_.is_open & ~(_.decided_date <= _.census_date).fill_null(False), numerator=_.is_urgent),
    _measure("overdue", kind="count", denominator=_.is_overdue, numerator=_.is_overdue),
    _measure("today", kind="count", denominator=_.is_open, numerator=_.is_urgent, is_current_only=True),
    _measure("ended", counted="by end date", denominator=~_.is_urgent, numerator=_.days_waited <= 28, weight="share_of_wait"),
    _measure("minutes", kind="mean", counted="by date", day="decided_date", denominator=_.is_urgent, numerator=_.minutes),
    _measure("used", counted="by date", day="decided_date", denominator=_.planned_minutes, numerator=_.minutes, is_headline=True),
    _measure("ratio", kind="rate", counted="by date", day="decided_date", denominator=_.is_urgent, numerator=~_.is_urgent),
)  # fmt: skip


def _open(row, end):
    return row["start_date"] is not None and row["start_date"] <= end and (row["end_date"] is None or row["end_date"] > end)


def _overdue(row, end):
    return row["due_date"] is not None and row["due_date"] < end and (row["end_date"] is None or row["end_date"] > end)


def _undecided(row, end):
    return _open(row, end) and (row["decided_date"] is None or row["decided_date"] > end)


def _among(whole, part):
    return (float(whole and part), float(whole))


def _urgent(row):
    return row["is_urgent"] is True


def _weighted(pair, row):
    return tuple(side * (row["share_of_wait"] or 0.0) for side in pair)


def _is_fast(row):
    return row["start_date"] is not None and (row["end_date"] - row["start_date"]).days <= 28


SAID = {
    "within": (lambda row, end: _among(_open(row, end), _open(row, end) and (end - row["start_date"]).days < 42), ""),
    "urgent": (lambda row, end: _among(_open(row, end), _urgent(row)), ""),
    "undecided": (lambda row, end: _among(_undecided(row, end), _urgent(row)), ""),
    "overdue": (lambda row, end: _among(_overdue(row, end), True), ""),
    "today": (lambda row, end: _among(_open(row, end), _urgent(row)), ""),
    "ended": (lambda row, end: _weighted(_among(row["is_urgent"] is False, _is_fast(row)), row), "end_date"),
    "minutes": (lambda row, end: ((row["minutes"] or 0.0) if _urgent(row) else 0.0, float(_urgent(row))), "decided_date"),
    "used": (lambda row, end: (row["minutes"] or 0.0, row["planned_minutes"] or 0.0), "decided_date"),
    "ratio": (lambda row, end: (float(row["is_urgent"] is False), float(_urgent(row))), "decided_date"),
}


def _rows(seed, count, as_of):
    rng = np.random.default_rng(seed)

    def days(low, missing):
        found = [as_of + timedelta(days=int(day)) for day in rng.integers(low, 20, count)]
        return [None if gap else day for day, gap in zip(found, rng.random(count) < missing, strict=True)]

    def among(*values):
        return [values[place] for place in rng.integers(0, len(values), count)]

    columns = {name: among("a", "b", None) for name in (*UNITS, "sex", "test")}
    columns |= {
        "start_date": days(-300, 0.1),
        "end_date": days(-250, 0.4),
        "due_date": days(-250, 0.3),
        "decided_date": days(-250, 0.3),
    }
    # Amounts of which a float holds the sum exactly, so that no order of adding matters.
    columns |= {
        "minutes": among(None, -5.0, 30.0, 45.5),
        "planned_minutes": among(None, 0.0, 60.0),
        "share_of_wait": among(None, 0.5, 1.0),
    }
    columns |= {"is_urgent": among(True, False, None)}
    return pa.table(columns, schema=SCHEMA).to_pylist()  # fmt: skip


def _periods(as_of):
    return {"week": week_ends(as_of, WEEKS), "month": month_ends(as_of, WEEKS * 12 // 52), "now": [as_of]}


def _of(tables, engine, by):
    rows = [row for table in tables for row in engine.rows(table).to_pylist()]
    keyed = {
        (row["measure"], row["period_kind"], row["period_end"], *(row[name] for name in by)): (row["numerator"], row["denominator"])
        for row in rows
    }
    assert len(keyed) == len(rows)
    return keyed


def _wanted(rows, slugs, periods, by):
    found = by_hand(rows, {slug: SAID[slug] for slug in slugs}, periods, by)
    return {key: pair for key, pair in found.items() if key[0] != "today" or key[1] == "now"}


# A Sunday that is a month's end, a Wednesday, a leap day and the first of a year.
@pytest.mark.parametrize("as_of", [date(2026, 5, 31), date(2026, 11, 18), date(2024, 2, 29), date(2025, 1, 1)])
def test_series_of_a_fact_are_what_loops_give(as_of, embedded):
    rows = _rows(1, 60, as_of)
    table = embedded.memory(pa.Table.from_pylist(rows, schema=SCHEMA))
    kept = series_of_measures(MEASURES, table, as_of=as_of, weeks=WEEKS)
    found = _of(kept, embedded, (*UNITS, "cut", "cut_value"))

    periods = _periods(as_of)
    by_unit = _wanted(rows, SAID, periods, UNITS)
    assert {key[:-2]: pair for key, pair in found.items() if key[-2:] == ("", "")} == by_unit
    del periods["week"]
    for cut, slugs in {"sex": ["within", "used"], "test": ["urgent"]}.items():
        wanted = _wanted(rows, slugs, periods, ("trust", "division", "service", cut))
        cells = {(*key[:6], key[8]): pair for key, pair in found.items() if key[7] == cut}
        assert cells == wanted
        assert cells


def test_any_column_may_cut_a_measure_and_still_be_read_by_it(embedded):
    as_of = date(2026, 11, 18)
    rows = _rows(2, 60, as_of)
    table = embedded.memory(pa.Table.from_pylist(rows, schema=SCHEMA))
    named = [{**row, "is_urgent": {True: "true", False: "false", None: None}[row["is_urgent"]]} for row in rows]
    found = _of(fact_counts(MEASURES[1:2], table, periods=[Running("now", as_of, 1)], by=("is_urgent",)), embedded, ("is_urgent",))
    open_then = [row["is_urgent"] or "unknown" for row in named if _open(row, as_of)]
    wanted = {("urgent", "now", as_of, value): open_then.count(value) for value in set(open_then)}
    assert {key: denominator for key, (_, denominator) in found.items()} == wanted
    assert found["urgent", "now", as_of, "true"] == (wanted["urgent", "now", as_of, "true"],) * 2


def test_of_no_rows_there_is_no_series_and_a_unit_that_is_not_there_is_not_known(embedded):
    as_of = date(2026, 11, 18)
    empty = embedded.memory(SCHEMA.empty_table())
    assert _of(series_of_measures(MEASURES, empty, as_of=as_of, weeks=3), embedded, ("cut", "cut_value")) == {}
    rows = [{"trust": "a", "start_date": date(2026, 11, 1)}]
    bare = embedded.memory(pa.Table.from_pylist(rows, schema=SCHEMA)).drop("division", "site", "sex", "test")
    found = _of(series_of_measures(MEASURES[:1], bare, as_of=as_of, weeks=3), embedded, UNITS)
    assert found["within", "now", as_of, "a", "unknown", "unknown", "unknown"] == (1.0, 1.0)


def test_a_query_of_them_can_be_kept_from_one_day_to_the_next():
    """The day stands in the query as it is: written for one day and read for another it counts the other day."""
    engine = open_engine()
    rows = _rows(3, 40, date(2026, 11, 18))
    engine.lend("rows", pa.Table.from_pylist(rows, schema=SCHEMA))
    written, wanted = (
        [engine.sql(table) for table in series_of_measures(MEASURES, engine.named("rows"), as_of=day, weeks=WEEKS)]
        for day in (date(2397, 11, 23), date(2026, 11, 17))
    )
    assert [query.replace("MAKE_DATE(2397, 11, 23)", "MAKE_DATE(2026, 11, 17)") for query in written] == wanted
    engine.close()


@pytest.mark.parametrize("measure", MEASURES, ids=lambda one: one.slug)
def test_the_rows_behind_a_figure_add_up_to_it(measure, embedded):
    as_of = date(2026, 10, 31)
    rows = _rows(4, 80, as_of)
    table = embedded.memory(pa.Table.from_pylist(rows, schema=SCHEMA))
    behind = embedded.rows(rows_behind(measure, table, first=date(2026, 10, 1), last=as_of))
    kind = "now" if measure.is_current_only else "month"
    wanted = _wanted(rows, [measure.slug], {kind: [as_of]}, ("trust",))
    sums = [sum(pair[side] for pair in wanted.values()) for side in (0, 1)]
    assert [sum(behind[name].to_pylist()) for name in ("adds_numerator", "adds_denominator")] == sums
    assert behind.num_rows <= len(rows)
    assert any(sums)
