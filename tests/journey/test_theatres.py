"""Theatres of the made-up group through load and refresh, against what its records say by plain counting."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clockstop.intake.ledger import loads
from clockstop.store import snapshots
from clockstop.store.engine import open_engine

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
SESSION, CASE = "theatre_session_identifier", "theatre_case_identifier"
MINUTES = (
    "planned_minutes", "capped_minutes", "touch_sum_minutes", "late_start_minutes", "early_finish_minutes", "overrun_minutes",
    "counted_cases",
)  # fmt: skip


def rows_of(loaded, name):
    engine = open_engine()
    found = engine.rows(snapshots.table(loaded.home, snapshots.current(loaded.home), name, engine=engine)).to_pylist()
    engine.close()
    return found


def truth_of(loaded, name):
    files = sorted((loaded.out / "truth").glob(f"*/theatres_{name}.parquet"))
    return pa.concat_tables(pq.read_table(file) for file in files).to_pylist()


@pytest.fixture(scope="module")
def spoilt(loaded):
    """The sessions in which a fault was planted, in their own row or in that of one of their cases, and the pathways of those."""
    found = {row["record_identifier"] for row in truth_of(loaded, "faults")}
    at_the_door = {row["record_identifier"] for row in truth_of(loaded, "faults") if row["reason"]}
    cases = rows_of(loaded, "theatre_cases_timed")
    known = {row[CASE]: row for row in cases}
    lost = {one for one in at_the_door if one not in known}
    return found | {known[one][SESSION] for one in found if one in known} | lost


def test_every_list_has_the_minutes_that_its_records_tell(loaded, spoilt):
    """Planned, used inside and outside, late, early and over, and cases; a list one of whose rows was spoilt may have fewer."""
    got = {row[SESSION]: row for row in rows_of(loaded, "theatre_lists")}
    meant = [row for row in truth_of(loaded, "lists") if row[SESSION] not in spoilt]
    assert len(meant) > 2_000
    wrong = [row for row in meant if any(got[row[SESSION]][name] != row[name] for name in MINUTES)]
    # A case that was set aside is in no table, so its list is not known here, nor the other half of that list's day.
    assert len(wrong) < 0.01 * len(meant)


def test_sessions_are_used_and_cancelled_about_as_england_s_are(loaded):
    """Capped utilisation about 75 to 80 per cent, five to eight of a hundred cancelled on the day."""
    lists = [row for row in rows_of(loaded, "theatre_lists") if row["is_run"] and row["session_type"] == "elective"]
    capped = sum(row["capped_minutes"] for row in lists) / sum(row["planned_minutes"] for row in lists)
    cases = [row for row in rows_of(loaded, "theatre_cases_timed") if row["is_performed"] or row["is_cancelled_on_the_day"]]
    cancelled = sum(row["is_cancelled_on_the_day"] for row in cases) / len(cases)
    assert 0.72 < capped < 0.82
    assert 0.04 < cancelled < 0.08


def test_every_cancellation_is_under_the_guarantee_or_not(loaded, spoilt):
    """Covered, treated, and treated in time."""
    got = {row[CASE]: row for row in rows_of(loaded, "theatre_cancellations")}
    meant = [row for row in truth_of(loaded, "cancellations") if row[CASE] not in spoilt]
    assert sum(row["is_covered"] for row in meant) > 40
    assert [row[CASE] for row in meant if row["is_covered"] != got[row[CASE]]["is_covered"]] == []
    firsts = [row for row in meant if got[row[CASE]]["is_first"] and row["is_covered"]]
    late = {row[CASE] for row in firsts if not row["is_treated_in_time"] and row["is_treated"]}
    assert late
    assert {row[CASE] for row in firsts if got[row[CASE]]["is_breach"] and got[row[CASE]]["end_date"]} >= late


def test_bookings_ahead_are_those_of_the_records(loaded, spoilt):
    """Every session to come that stands, with its booked cases and minutes."""
    got = {row[SESSION]: row for row in rows_of(loaded, "theatre_bookings") if row["is_ahead"]}
    meant = {row[SESSION]: row for row in truth_of(loaded, "bookings") if row[SESSION] not in spoilt}
    wrong = [one for one, row in meant.items() if any(got[one][name] != row[name] for name in ("booked_cases", "booked_minutes"))]
    assert len(meant) > 200
    assert len(wrong) < 0.02 * len(meant)


def test_what_was_planted_was_found(loaded):
    """Each spoilt row was set aside for its reason, and no other row."""
    faults = [row for row in truth_of(loaded, "faults") if row["reason"]]
    receipts = [one for name in ("theatre_sessions", "theatre_cases") for one in loads(loaded.home, dataset=name)]
    assert sum(one.rows_set_aside for one in receipts) == len(faults)
    # What the first delivery spoilt, the last puts right: only its own faults stand.
    planted = truth_of(loaded, "faults")
    last = max(row["as_of"] for row in planted)
    untimed = {row["record_identifier"] for row in planted if (row["fault"], row["as_of"]) == ("case_without_its_end", last)}
    found = {row[CASE]: row["timing_flags"] for row in rows_of(loaded, "theatre_cases_timed")}
    flags = {found[one] for one in untimed if one in found}
    assert flags
    assert flags <= {"no_end", "no_end,no_anaesthetic_start"}
