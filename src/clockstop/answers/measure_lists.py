"""Which worklist shows every row that a census measure counts today."""

import ibis

from clockstop.answers.desk import Desk
from clockstop.answers.lists import lists
from clockstop.answers.worklist import Worklist
from clockstop.measures.evaluate import truth_of
from clockstop.measures.fact_counts import rows_behind
from clockstop.measures.measure import Measure


def list_behind(desk: Desk, measure: Measure) -> Worklist | None:
    """The first list of the measure's fact that leaves none of the measure's rows out; None where there is no such list."""
    if not desk.has(measure.table):
        return None
    return desk.kept_answer(("list behind", measure.slug), lambda: _found(desk, measure))


def _found(desk: Desk, measure: Measure) -> Worklist | None:
    of_table = [one for one in lists().values() if one.table == measure.table]
    return next((one for one in of_table if one.where is None or not _left_out(desk, measure, one)), None)


def _left_out(desk: Desk, measure: Measure, listed: Worklist) -> int:
    """How many of the rows that the measure counts on the day of the list are not on it."""
    rows = rows_behind(measure, desk.table(measure.table), first=desk.as_of, last=desk.as_of)
    rows = rows.mutate(as_of_date=ibis.date(desk.as_of))
    assert listed.where is not None, "a list of all rows leaves none out"
    left = rows.filter(~truth_of(rows, listed.where))
    return desk.rows(left.aggregate(number=left.count()))["number"][0].as_py()
