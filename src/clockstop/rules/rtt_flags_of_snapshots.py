"""Data-quality flags that compare today's list with the lists of the last weeks: RTT-R51, flags 21 and 22."""

import ibis
from ibis.expr.types import Table

from clockstop.rules.rtt_bands import STANDARD_WEEKS, is_over_weeks
from clockstop.rules.rtt_flag_facts import PATHWAY, Facts, found, on, says, union
from clockstop.rules.rtt_flags_of_records import TRANSFER_RULE

PERIOD = (PATHWAY, "period_number")


def start_drift(facts: Facts) -> Table:
    """Flag 21: the same period began on another day in an earlier list; the latest such list is named."""
    before = facts.earlier.select(*PERIOD, "list_date", was="start_date")
    rows = facts.waits.select(*PERIOD, "start_date").inner_join(before, PERIOD)
    rows = rows.filter(rows.start_date != rows.was)
    rows = rows.group_by(*PERIOD, "start_date").aggregate(was=rows.was.argmax(rows.list_date), list_date=rows.list_date.max())
    return found(rows, says("start ", on(rows.start_date), ", was ", on(rows.was), " on the list of ", on(rows.list_date)))


def pop_on(facts: Facts) -> Table:
    """Flag 22. A list that a pathway was missing from counts where the wait would have been over 18 weeks, or where it had
    been on one before. A transfer in (RTT-R15) may appear late."""
    dates = facts.earlier.select("list_date").distinct()
    waiting = facts.waits.filter((facts.waits.start_rule != TRANSFER_RULE).fill_null(True)).select(*PERIOD, "start_date")
    due = waiting.cross_join(dates)
    due = due.filter(due.start_date <= due.list_date)
    absent = due.anti_join(facts.earlier, [*PERIOD, "list_date"])
    absent = absent.mutate(waited=absent.list_date.delta(absent.start_date, unit="day"))
    present = facts.earlier.group_by(*PERIOD).aggregate(first_list=facts.earlier.list_date.min())
    rows = absent.left_join(present, PERIOD)
    came_back = (rows.first_list < rows.list_date).fill_null(False)
    rows = rows.filter(came_back | is_over_weeks(rows.waited, STANDARD_WEEKS))
    rows = rows.mutate(came_back=(rows.first_list < rows.list_date).fill_null(False))
    rows = rows.group_by(*PERIOD).aggregate(
        list_date=rows.list_date.max(), waited=rows.waited.max(), came_back=rows.came_back.any(), first_list=rows.first_list.min()
    )
    back = rows.filter(rows.came_back)
    late = rows.filter(~rows.came_back)
    return union(
        found(back, says("on the list of ", on(back.first_list), ", not on that of ", on(back.list_date), ", on it again")),
        found(
            late,
            says("not on the list of ", on(late.list_date), ", when ", late.waited.cast("string"), ibis.literal(" days waited")),
        ),
    )
