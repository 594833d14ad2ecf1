"""The monthly DM01 return: bands at the month's end, activity of the month, its sums and what the checks say."""

from dataclasses import replace
from datetime import date

import pytest

import diagnostic_tables
from clockstop.rules.dm01_return import BAND_COLUMNS, HEADER, TOTAL, Dm01Row, by_test, counted, findings, rows_of

OCTOBER = {"first_day": date(2026, 10, 1), "last_day": date(2026, 10, 31), "census": date(2026, 10, 31)}
REQUESTS = """
    request | test_name | type_name    | commissioner | request_date | due_date
    --------+-----------+--------------+--------------+--------------+-----------
    six     | MRI       | waiting_list | ZZM          | 2026-09-19   |
    five    | MRI       | waiting_list | ZZM          | 2026-09-20   |
    other   | MRI       | waiting_list | ZZN          | 2026-07-01   |
    ahead   | CT        | waiting_list | ZZM          | 2026-08-01   |
    later   | CT        | waiting_list | ZZM          | 2026-11-01   |
    done    | CT        | waiting_list | ZZM          | 2026-09-01   |
    planned | CT        | planned      | ZZM          | 2025-10-01   | 2026-10-20
    inside  | CT        | unscheduled  | ZZM          | 2026-10-05   |
    before  | CT        | waiting_list | ZZM          | 2026-09-01   |
"""
APPOINTMENTS = """
    request | offered_date | appointment_date | outcome_name      | outcome_date
    --------+--------------+------------------+-------------------+-------------
    ahead   | 2026-09-10   | 2026-11-12       | patient_cancelled | 2026-10-20
    done    | 2026-09-10   | 2026-10-31       | done              |
    planned | 2026-09-10   | 2026-10-19       | done              |
    inside  | 2026-10-05   | 2026-10-05       | done              |
    before  | 2026-09-10   | 2026-09-30       | done              |
"""


@pytest.fixture
def rows(engine):
    """The rows of October."""

    def of(as_of):
        waits, activity = (
            engine.memory(engine.rows(diagnostic_tables.fact(name, engine, REQUESTS, APPOINTMENTS, as_of=as_of)))
            for name in ("diagnostic_waits", "diagnostic_activity")
        )
        return rows_of(engine.rows(counted(waits, activity, **OCTOBER)).to_pylist())

    return of


def test_the_header_is_that_of_the_published_extract():
    assert HEADER[9:14] == ("Diagnostic Tests Sort Order", "Diagnostic Tests", "00 < 01 Week", "01 < 02 Weeks", "02 < 03 Weeks")
    assert HEADER[-6:] == ("13+ Weeks", "Total WL", "Waiting List Activity", "Planned Activity", "Unscheduled Activity",
                           "Total Activity")  # fmt: skip


def test_a_month_counts_its_list_at_the_end_and_the_tests_done_in_it(rows):
    """One who cancelled ahead waits 0 days; a test done on the last day is done, one done the month before is that month's."""
    found = {(row.commissioner, row.diagnostic_test): row for row in rows(date(2026, 10, 31))}
    assert found.keys() == {("ZZM", "MRI"), ("ZZN", "MRI"), ("ZZM", "CT")}
    mri, ct = found["ZZM", "MRI"], found["ZZM", "CT"]
    assert (mri.bands[5], mri.bands[6], mri.total, mri.six_plus) == (1, 1, 2, 1)
    assert (found["ZZN", "MRI"].bands[13], found["ZZN", "MRI"].thirteen_plus) == (1, 1)
    assert (ct.bands[0], ct.total, ct.activity, ct.total_activity) == (1, 1, (1, 1, 1), 3)


def test_a_month_is_the_same_when_it_is_asked_for_later(rows):
    """Nothing of November changes October: the periods of a wait keep what stood at each month's end."""
    assert rows(date(2026, 10, 31)) == rows(date(2026, 12, 31))


def test_tests_are_added_up_over_commissioners(rows):
    """Every test that is collected has a row, in the published order, and the total comes last."""
    tests = by_test(rows(date(2026, 10, 31)), date(2026, 10, 31))
    assert [row.diagnostic_test for row in tests][:3] == ["MRI", "CT", "NON_OBSTETRIC_ULTRASOUND"]
    assert len(tests) == 16
    assert (tests[0].total, tests[-1].diagnostic_test, tests[-1].total, tests[-1].six_plus, tests[-1].total_activity) == (
        3, TOTAL, 4, 2, 3,
    )  # fmt: skip
    assert tests[-1].six_plus_share == 0.5
    assert tests[2].six_plus_share is None


def row(**said):
    bands = tuple(said.pop("bands", (10,) + (0,) * 13))
    activity = tuple(said.pop("activity", (5, 1, 1)))
    base = Dm01Row(
        diagnostic_test="MRI", commissioner="ZZM", bands=bands, total=sum(bands), activity=activity, total_activity=sum(activity)
    )
    return replace(base, **said)


@pytest.mark.parametrize(
    ("check", "wrong"),
    [
        ("bands_add_up", row(total=11)),
        ("activity_adds_up", row(total_activity=6)),
        ("whole_and_not_negative", row(bands=(-1, 11) + (0,) * 12)),
        ("test_collected", row(diagnostic_test="X_RAY")),
        ("total_of_tests", row(diagnostic_test=TOTAL, commissioner="")),
    ],
)
def test_each_check_finds_its_fault(check, wrong):
    """A return that adds up passes; each fault is found by the check that is named for it, and only there."""
    rows = (row(), wrong) if check != "total_of_tests" else (row(), row(diagnostic_test="CT"), wrong)
    assert findings((row(),), month_end=date(2026, 10, 31)) == ()
    assert {one.check for one in findings(rows, month_end=date(2026, 10, 31)) if one.is_error} == {check}


def test_what_is_unusual_is_asked_about():
    """A list that halves, and a test that is waited for and never done, are queries; small numbers are not."""
    month_end = date(2026, 10, 31)
    now, before = row(bands=(100,) + (0,) * 13), row(bands=(201,) + (0,) * 13)
    assert {one.check for one in findings((now,), month_end=month_end, last_month=(before,))} == {"like_last_month"}
    idle = row(bands=(20,) + (0,) * 13, activity=(0, 0, 0))
    found = findings((idle,), month_end=month_end)
    assert {one.check for one in found} == {"activity_without_list"}
    assert not any(one.is_error for one in found)
    small = row(bands=(19,) + (0,) * 13, activity=(0, 0, 0))
    assert findings((small,), month_end=month_end) == ()


def test_every_band_has_its_published_column():
    assert len(BAND_COLUMNS) == 14
    assert [name for name, _number in row().cells()] == list(HEADER[11:])
