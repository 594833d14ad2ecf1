"""The bounds of the diagnostic list: records that a rule speaks against may leave it, each counted once."""

from datetime import date, timedelta

import pyarrow as pa
import pytest

from clockstop.answers.desk import Desk
from clockstop.answers.listed_bounds import bounds
from clockstop.answers.scope import Scope
from clockstop.store.home import Home
from written_snapshots import AS_OF, write_tables

OWN = Scope(trusts=frozenset(["QQA"]), may_see_patients=frozenset(["QQA"]), user="pat", role="Analyst")
GROUP = Scope(trusts=frozenset(["QQA", "QQB"]), may_see_patients=frozenset(), user="kim", role="Operations director")
SHARE = "diagnostics_six_weeks_or_more_share"


def waited(record, days, *, end=None, service="C_800", trust="QQA"):
    """A test on the list of a trust."""
    start = AS_OF - timedelta(days=days)
    return {"trust": trust, "diagnostic_wait_identifier": record, "start_date": start, "listed_date": start, "end_date": end,
            "division": "Support", "service": service, "site": "QQA1"}  # fmt: skip


def issue(record, rule, *, dataset="diagnostic_requests", is_at_door=False, trust="QQA"):
    """A record that fails a rule."""
    return {"trust": trust, "dataset": dataset, "rule": rule, "record": record, "is_at_door": is_at_door}


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """Ten tests waited for, four of them six weeks or more; three are doubted, one of them under two rules."""
    home = Home(tmp_path_factory.mktemp("home"))
    rows = [waited(f"R{number}", 10) for number in range(6)] + [waited(f"L{number}", 50) for number in range(4)]
    rows += [waited("DONE", 70, end=date(2026, 11, 1)), waited("OTHER", 10, service="C_100")]
    rows += [waited(f"B{number}", 10, trust="QQB") for number in range(30)]
    schema = pa.schema([("end_date", pa.date32())])
    listed = pa.Table.from_pylist(rows)
    listed = listed.set_column(listed.column_names.index("end_date"), "end_date", listed["end_date"].cast(schema.field(0).type))
    issues = [
        issue("R0", "done_and_open"), issue("R0", "requested_twice"), issue("L0", "requested_twice"),
        issue("L1", "open_after_death"), issue("L2", "key_twice"), issue("L3", "done_and_open", dataset="appointments"),
        issue("R1", "done_and_open", is_at_door=True), issue("DONE", "done_and_open"),
    ]  # fmt: skip
    issues += [issue(f"B{number}", "requested_twice" if number else "open_after_death", trust="QQB") for number in range(9)]
    write_tables(home, AS_OF, {"diagnostic_waits": listed, "quality_issues": pa.Table.from_pylist(issues)})
    return Desk(home).refreshed()


def test_a_doubted_record_is_counted_once_and_leaves_either_side(desk):
    found = bounds(OWN, desk, SHARE, {"trust": "QQA", "service": "C_800"})
    assert (found.listed, found.doubtful) == (10, 3)
    assert dict(found.by_rule) == {"done_and_open": 1, "requested_twice": 2, "open_after_death": 1}
    one = found.range
    assert (one.counted, one.all_removed) == (0.4, 2 / 7)
    assert (one.least, one.greatest) == (2 / 8, 4 / 9)
    assert one.low is None


def test_a_number_can_only_fall(desk):
    one = bounds(OWN, desk, "diagnostics_waiting_list", {"trust": "QQA"}).range
    assert (one.counted, one.all_removed, one.least, one.greatest) == (11, 8, 8, 11)


def test_what_has_no_list_no_rules_or_few_rows_has_no_bounds(desk):
    assert bounds(OWN, desk, "cancer_62_day_backlog", {"trust": "QQA"}) is None
    assert bounds(OWN, desk, "rtt_incomplete", {"trust": "QQA"}) is None
    assert bounds(GROUP, desk, SHARE, {"trust": "QQA"}) is None, "three doubtful rows are too few to tell"


def test_who_sees_no_patients_is_told_the_bounds_and_not_how_many_a_rule_speaks_against(desk):
    """One died of nine doubted: his rule stands beside the number of all, from which the others could be taken."""
    found = bounds(GROUP, desk, "diagnostics_waiting_list", {"trust": "QQB"})
    assert (found.listed, found.doubtful, found.by_rule) == (30, 9, ())
    cleared = Scope(trusts=frozenset(["QQB"]), may_see_patients=frozenset(["QQB"]), user="bo", role="Analyst")
    assert dict(bounds(cleared, desk, "diagnostics_waiting_list", {"trust": "QQB"}).by_rule)["open_after_death"] == 1
