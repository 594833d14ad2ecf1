"""The rows behind a figure: those of its period and place, what each adds, whose they are, and which columns they show."""

from datetime import date

import pyarrow as pa
import pytest
from ibis import _

from clocks_beside import events_of, tables_of
from clockstop.answers.desk import Desk
from clockstop.answers.measure_rows import RowsAsked, every_row, measure_rows, tells_of_patients
from clockstop.answers.scope import Scope
from clockstop.errors import UnknownName
from clockstop.measures.catalogue import measure as measure_of
from clockstop.measures.measure import Measure
from clockstop.store.home import Home
from written_snapshots import AS_OF, clock, days_before, wait, write_snapshot

DONE = Measure(
    slug="scans_done_in_time", title="Scans done in time", table="scan_clocks", kind="share", counted="by date", day="end_date",
    numerator=_.days_waited <= 41, denominator=_.end_status == "01", improvement="up", definition="x", source="x", rules=(),
)  # fmt: skip
SESSIONS = Measure(
    slug="minutes_used", title="Minutes used", table="sessions", kind="share", counted="by date", day="session_date",
    numerator=_.used_minutes, denominator=_.planned_minutes, improvement="up", definition="x", source="x", rules=(),
    counts_people=False,
)  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Scans at QQA done 10 and 60 days after they were asked for and one not done; one at QQB; a session of each trust."""
    home = Home(tmp_path_factory.mktemp("rows"))
    scans = [
        *events_of("QQA", "quick", "S1", (days_before(12), "request"), (days_before(2), "done")),
        *events_of("QQA", "slow", "S2", (days_before(61), "request"), (days_before(1), "done")),
        *events_of("QQA", "waiting", "S3", (days_before(9), "request")),
        *events_of("QQB", "theirs", "S4", (days_before(9), "request"), (days_before(1), "done"), person="person 2"),
    ]
    day = days_before(1)
    sessions = [
        {"trust": trust, "session_identifier": f"{trust}-T1", "session_date": day, "used_minutes": used, "planned_minutes": 240}
        for trust, used in (("QQA", 200), ("QQB", 300))
    ]
    clocks = [clock("QQA", "quick", days_before(30), days_before(3), end_status="30"), clock("QQA", "slow", days_before(30))]
    more = tables_of(scans, AS_OF) | {"sessions": pa.Table.from_pylist(sessions)}
    write_snapshot(home, AS_OF, clocks=clocks, waits=[wait(row, AS_OF) for row in clocks[1:]], more=more)
    return home


@pytest.fixture
def desk(home):
    return Desk(home).refreshed()


@pytest.fixture
def clerk():
    """Who sees the patients of QQA and the figures of both."""
    return Scope(trusts=frozenset({"QQA", "QQB"}), may_see_patients=frozenset({"QQA"}), user="pat", role="service_manager")


def november(**more):
    return RowsAsked("month", date(2026, 11, 30), **more)


def pathways(page):
    return [row.patient_pathway_identifier for row in page.rows]


def test_the_rows_are_those_that_the_period_counts_of_patients_who_may_be_seen(desk, clerk):
    page = measure_rows(clerk, desk, DONE, november())
    assert pathways(page) == ["quick", "slow"]
    assert (page.total, page.numerator, page.denominator, page.has_patients) == (2, 1.0, 2.0, True)
    assert pathways(measure_rows(clerk, desk, DONE, november(side="numerator"))) == ["quick"]
    assert measure_rows(clerk, desk, DONE, RowsAsked("month", date(2026, 10, 31))).total == 0
    assert measure_rows(clerk, desk, DONE, RowsAsked("week", AS_OF)).total == 2


def test_a_place_or_any_other_cut_narrows_them(desk, clerk):
    assert measure_rows(clerk, desk, DONE, november(where=(("trust", "QQB"),))).total == 0
    assert measure_rows(clerk, desk, DONE, november(where=(("service", "C_810"),))).total == 2
    assert measure_rows(clerk, desk, DONE, november(where=(("consultant", "unknown"),))).total == 2
    assert measure_rows(clerk, desk, DONE, november(where=(("age_band", "0-17"),))).total == 0


def test_the_page_shows_what_the_measure_reads_and_never_the_hash_of_a_number(desk, clerk):
    page = measure_rows(clerk, desk, DONE, november())
    names = [column.name for column in page.shown]
    assert names == ["patient_pathway_identifier", "service", "end_date", "days_waited", "end_status", "adds_numerator"]
    columns, rows = every_row(clerk, desk, DONE, november())
    assert "nhs_number_pseudonym" not in {column.name for column in columns}
    assert [row.values["adds_numerator"] for row in rows] == [1.0, 0.0]


def test_rows_without_patients_are_for_those_who_may_see_the_few_in_them(desk, clerk):
    nobody = Scope(trusts=frozenset({"QQA", "QQB"}), may_see_patients=frozenset(), user="nora", role="group_viewer")
    assert measure_rows(nobody, desk, SESSIONS, november()).total == 0
    page = measure_rows(clerk, desk, SESSIONS, november())
    assert not tells_of_patients(desk, SESSIONS)
    assert (page.total, page.numerator, page.denominator) == (1, 200.0, 240.0)
    assert {"session_identifier", "session_date", "used_minutes"} <= {column.name for column in page.shown}


def test_a_census_and_a_flow_of_rtt_have_rows_too(desk, clerk):
    waiting = measure_rows(clerk, desk, measure_of("rtt_within_18_weeks"), RowsAsked("now", AS_OF))
    assert pathways(waiting) == ["slow"]
    before = measure_rows(clerk, desk, measure_of("rtt_within_18_weeks"), RowsAsked("month", date(2026, 10, 31)))
    assert sorted(pathways(before)) == ["quick", "slow"]


def test_what_has_no_rows_says_so(desk, clerk):
    missing = Measure(**{**DONE.__dict__, "table": "no_such_fact"})
    with pytest.raises(UnknownName):
        measure_rows(clerk, desk, missing, november())
