"""Two snapshots of two trusts, a week apart, written by hand: what the reading desk reads and nothing else."""

import pyarrow as pa
import pytest

from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.store.home import Home
from written_snapshots import AS_OF, NOTES, WEEK_BEFORE, clock, days_before, wait, write_snapshot


@pytest.fixture(scope="session")
def two_snapshots(tmp_path_factory):
    """The home of the two snapshots.

    At QQA: `long` waits 400 days, `soon` 120, `passed` 130 (123 a week ago), `fresh` 3, `late` 40 but new on the list, `lost` 60
    without its next step since; `gone` has left. At QQB: `other` and two more, all in Medicine.
    """
    home = Home(tmp_path_factory.mktemp("answers"))
    starts = {"long": 400, "soon": 120, "passed": 130, "lost": 60, "gone": 200}
    before = [clock("QQA", pathway, days_before(days)) for pathway, days in starts.items()]
    others = [
        clock("QQB", pathway, days_before(days), division="Medicine", service="C_300")
        for pathway, days in (("other", 150), ("another", 20), ("third", 10))
    ]
    every = [*before, *others]
    write_snapshot(home, WEEK_BEFORE, clocks=every, waits=[wait(row, WEEK_BEFORE) for row in every])
    kept = [row for row in before if row["patient_pathway_identifier"] != "gone"]
    new = [clock("QQA", "fresh", days_before(3), priority="2"), clock("QQA", "late", days_before(40), consultant="C9")]
    stopped = clock("QQA", "gone", days_before(200), days_before(2), end_status="30", end_rule="RTT-R20", ended_by_admission=True)
    waits = [
        wait(row, AS_OF, has_next_step=row["patient_pathway_identifier"] not in ("lost", "late")) for row in [*kept, *new, *others]
    ]
    clocks = [*kept, *new, stopped, *others]
    write_snapshot(home, AS_OF, clocks=clocks, waits=waits, events=_events(), bookings=_bookings())
    return home


@pytest.fixture
def desk(two_snapshots):
    """The desk over the later of the two."""
    return Desk(two_snapshots).refreshed()


@pytest.fixture
def desk_of_services(tmp_path):
    """Make a desk over a snapshot in which so many wait at QQB for each service."""

    def made(sizes):
        rows = [
            clock("QQB", f"{service}-{number}", days_before(30), service=service)
            for service, size in sizes.items()
            for number in range(size)
        ]
        write_snapshot(Home(tmp_path), AS_OF, clocks=rows, waits=[wait(row, AS_OF) for row in rows])
        return Desk(Home(tmp_path)).refreshed()

    return made


def _events():
    def event(sequence, day, kind, status=None, **more):
        row = {"trust": "QQA", "patient_pathway_identifier": "soon", "event_date": day, "event_sequence": sequence}
        row |= {"event_type": kind, "local_patient_identifier": "Hsoon", "referral_to_treatment_period_status": status}
        return row | more

    return [
        event(1, days_before(120), "referral_received"),
        event(2, days_before(50), "attend", "20"),
        event(3, days_before(-9), "appointment_booked"),
    ]


def _bookings():
    return [{"trust": "QQA", "patient_pathway_identifier": "soon", "event_type": "tci", "event_date": days_before(-9)}]


@pytest.fixture
def manager():
    """A service manager of QQA, who reads totals of both trusts."""
    return Scope(trusts=frozenset({"QQA", "QQB"}), may_see_patients=frozenset({"QQA"}), user="pat", role="service_manager")


@pytest.fixture
def notes():
    """Make the table of notes from dicts."""

    def table(*rows):
        return pa.Table.from_pylist([{"trust": "QQA", **row} for row in rows], schema=NOTES)

    return table
