"""The weekly rows beside the list of that Sunday and the month's return, over a snapshot of drawn clocks."""

from datetime import date

import pytest

from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.answers.weekly_list import week_beside
from clockstop.errors import UserError
from clockstop.reports.national_closing import closing_status
from clockstop.rules.national_returns import national_return
from drawn_tables import table
from week_tables import week_tables
from written_snapshots import write_tables

SUNDAY = date(2026, 11, 8)
EVERY = frozenset({"QQA"})
CLEARED = Scope(trusts=EVERY, may_see_patients=EVERY, user="analyst", role="operator")
WAITS = """
    trust | patient_pathway_identifier | start_date | is_waiting
    ------+----------------------------+------------+-----------
    QQA   | waits                      | 2026-06-01 | T
    QQA   | listed                     | 2026-05-01 | T
    QQA   | after                      | 2026-05-01 | T
"""


@pytest.fixture
def desk_of(home):
    """A desk over a snapshot of that Sunday with such a list."""

    def made(waits):
        home.organisation_file("QQA").parent.mkdir(parents=True)
        home.organisation_file("QQA").write_text('code = "QQA"\nname = "Aldermoor"\nis_synthetic = true\n')
        of_rtt = {name: rows for name, rows in week_tables().items() if name.startswith("rtt_")}
        held = of_rtt | {"rtt_waits": table(waits)}
        write_tables(home, SUNDAY, held, trust_rows={name: rows.num_rows for name, rows in held.items()})
        return Desk(home).refreshed()

    return made


def test_rows_list_and_return_tell_of_the_same(desk_of):
    """At the end of October six waited; since then one began, three stopped, one was transferred out: three are left."""
    found = week_beside(CLEARED, desk_of(WAITS), "QQA", "2026-11-08")
    assert (found.open_rows, found.on_list, found.month, found.month_list) == (3, 3, "2026-10", 6)
    assert found.steps == {"starts": 1, "transfers_in": 0, "stops": -3, "transfers_out": -1, "nullified": 0}
    assert (found.unexplained, found.agrees) == (0, True)


def test_who_stands_on_one_side_alone_is_named(desk_of):
    """The list has one whom the rows have not, and the other way round."""
    other = WAITS.replace("QQA   | after ", "QQA   | other ")
    found = week_beside(CLEARED, desk_of(other), "QQA", "2026-11-08")
    assert (found.only_in_rows, found.only_on_list, found.agrees) == (("after",), ("other",), False)


def test_the_rows_are_for_those_cleared_alone(desk_of):
    """Patients' rows are neither made nor compared for who sees only measures."""
    outsider = Scope(trusts=EVERY, may_see_patients=frozenset(), user="director", role="director")
    with pytest.raises(UserError):
        week_beside(outsider, desk_of(WAITS), "QQA", "2026-11-08")


@pytest.mark.parametrize(
    ("asked", "earlier", "status"),
    [("", (), "provisional"), ("final", (), "final"), ("", ("provisional",), "provisional"), ("final", ("provisional",), "final"),
     ("", ("provisional", "final"), "final")],
)  # fmt: skip
def test_a_cancer_month_is_provisional_and_then_final(asked, earlier, status):
    assert closing_status(national_return("cancer"), asked, [_Closed(one) for one in earlier]) == status


def test_what_a_closing_may_not_be():
    for slug, asked, earlier in (("cancer", "draft", ()), ("cancer", "provisional", ("final",)), ("ae", "final", ())):
        with pytest.raises(UserError):
            closing_status(national_return(slug), asked, [_Closed(one) for one in earlier])


class _Closed:
    """An earlier closing of the period, as far as its status goes."""

    def __init__(self, status):
        self.status = status
