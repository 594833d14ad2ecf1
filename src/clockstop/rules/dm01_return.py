"""The monthly DM01 return: who waits at the month's end by week band, and the tests done in the month, by commissioner and test.

Its columns are those of the published extract (S7). The waiting list is DM-R02's bands of the waits that stand on it at the census;
activity is of the three kinds. A row may come from our data or from a file, so the checks trust no sum.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import ibis
from ibis.expr.types import IntegerValue, Table

from clockstop.contracts.diagnostic_codes import TESTS, tests_collected
from clockstop.rules.diagnostic_bands import BANDS, LONG_WAIT_WEEKS, STANDARD_WEEKS, band, days_waited, published_column

TOTAL = "TOTAL"
KINDS = {"waiting_list": "Waiting List Activity", "planned": "Planned Activity", "unscheduled": "Unscheduled Activity"}
TOTAL_WAITING, TOTAL_ACTIVITY = "Total WL", "Total Activity"
PLACE = ("Period", "Provider Parent Org Code", "Provider Parent Name", "Provider Org Code", "Provider Org Name",
         "Commissioner Parent Org Code", "Commissioner Parent Name", "Commissioner Org Code", "Commissioner Org Name",
         "Diagnostic Tests Sort Order", "Diagnostic Tests")  # fmt: skip
BAND_COLUMNS = tuple(published_column(number) for number in BANDS)
HEADER = (*PLACE, *BAND_COLUMNS, TOTAL_WAITING, *KINDS.values(), TOTAL_ACTIVITY)
# Between two months a test's list of so many moves by less than this share, or it is asked about. Our choice.
SWING_SHARE, SWING_FEWEST = 0.5, 20


@dataclass(frozen=True, kw_only=True)
class Dm01Row:
    """One commissioner and test: the counts by band, their total, and the tests done by kind, with their total."""

    diagnostic_test: str
    commissioner: str = ""
    bands: tuple[int, ...] = field(default=(0,) * len(BANDS))
    total: int = 0
    activity: tuple[int, ...] = field(default=(0,) * len(KINDS))
    total_activity: int = 0

    @property
    def six_plus(self) -> int:
        """Those who have waited six weeks or more."""
        return sum(self.bands[STANDARD_WEEKS:])

    @property
    def thirteen_plus(self) -> int:
        """Those who have waited 13 weeks or more."""
        return sum(self.bands[LONG_WAIT_WEEKS:])

    @property
    def six_plus_share(self) -> float | None:
        """The share of six weeks or more, from 0 to 1; None where nobody waits."""
        return self.six_plus / self.total if self.total else None

    @property
    def order(self) -> tuple[int, str]:
        """Its place in the published order; what is no test stands last."""
        test = TESTS.get(self.diagnostic_test)
        return (test.number if test else len(TESTS) + 1, self.diagnostic_test)

    def cells(self) -> list[tuple[str, int]]:
        """Every count with the heading of its column."""
        activity = zip(KINDS.values(), self.activity, strict=True)
        return [*zip(BAND_COLUMNS, self.bands, strict=True), (TOTAL_WAITING, self.total), *activity,
                (TOTAL_ACTIVITY, self.total_activity)]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A check that a row does not pass: what is asked, where, and what was found."""

    check: str
    diagnostic_test: str
    commissioner: str
    says: str
    is_error: bool = True


def counted(waits: Table, activity: Table, *, first_day: date, last_day: date, census: date) -> Table:
    """The counts of a month as `commissioner, diagnostic_test, cell, number`: a cell is a band's number or a kind of activity.

    `waits` and `activity` are the facts of one trust; a wait is on the list from its `listed_date` until the day before its end.
    """
    listed = on_list(waits, census)
    banded = listed.select("commissioner", "diagnostic_test", cell=week_band(listed, census).cast("string"))
    done = done_between(activity, first_day, min(last_day, census))
    rows = banded.union(done.select("commissioner", "diagnostic_test", cell=done.activity_kind))
    rows = rows.mutate(commissioner=rows.commissioner.fill_null(""))
    return rows.group_by("commissioner", "diagnostic_test", "cell").agg(number=rows.count())


def on_list(waits: Table, census: date) -> Table:
    """The waits that stand on the list at the end of the day; one that ends on it has left."""
    day = ibis.literal(census)
    return waits.filter((waits.listed_date <= day) & (waits.end_date.isnull() | (waits.end_date > day)))


def week_band(waits: Table, census: date) -> IntegerValue:
    """The week band in which each wait stands at the end of the day (DM-R02)."""
    return band(days_waited(waits.start_date, ibis.literal(census)))


def done_between(activity: Table, first_day: date, last_day: date) -> Table:
    """The tests done from one day to another that count as activity."""
    days = activity.activity_date.between(ibis.literal(first_day), ibis.literal(last_day))
    return activity.filter(activity.activity_kind.notnull(), days)


def rows_of(counts: Iterable[Mapping[str, object]]) -> tuple[Dm01Row, ...]:
    """The rows of a return from what `counted` gave, by commissioner and then in the published order of tests."""
    cells: dict[tuple[str, str], dict[str, int]] = {}
    for one in counts:
        cells.setdefault((str(one["commissioner"]), str(one["diagnostic_test"])), {})[str(one["cell"])] = int(str(one["number"]))
    found = [_row(commissioner, test, known) for (commissioner, test), known in cells.items()]
    return tuple(sorted(found, key=lambda row: (row.commissioner, row.order)))


def _row(commissioner: str, test: str, cells: Mapping[str, int]) -> Dm01Row:
    bands = tuple(cells.get(str(number), 0) for number in BANDS)
    activity = tuple(cells.get(kind, 0) for kind in KINDS)
    return Dm01Row(diagnostic_test=test, commissioner=commissioner, bands=bands, total=sum(bands), activity=activity,
                   total_activity=sum(activity))  # fmt: skip


def by_test(rows: Sequence[Dm01Row], on: date) -> tuple[Dm01Row, ...]:
    """One row a test that is collected on the day, or has a figure, commissioners added up; then the row of all tests."""
    known = [row for row in rows if row.diagnostic_test != TOTAL]
    names = {test.code for test in tests_collected(on)} | {row.diagnostic_test for row in known}
    added = [summed([row for row in known if row.diagnostic_test == name], name) for name in names]
    return (*sorted(added, key=lambda row: row.order), summed(known, TOTAL))


def summed(rows: Sequence[Dm01Row], name: str, commissioner: str = "") -> Dm01Row:
    """The rows added up, cell by cell, under the name of a test."""
    return Dm01Row(
        diagnostic_test=name,
        commissioner=commissioner,
        bands=tuple(sum(row.bands[place] for row in rows) for place in BANDS),
        total=sum(row.total for row in rows),
        activity=tuple(sum(row.activity[place] for row in rows) for place in range(len(KINDS))),
        total_activity=sum(row.total_activity for row in rows),
    )


CHECKS = {
    "bands_add_up": "The bands add up to the waiting list",
    "activity_adds_up": "The three kinds add up to the activity",
    "whole_and_not_negative": "Every figure is a whole number, and none is below nought",
    "total_of_tests": "The total row is the sum of the tests",
    "test_collected": "Every test is one that the return collects",
    "activity_without_list": "A test with a waiting list has tests done, and the other way round",
    "like_last_month": "No test's waiting list moved by half since last month",
}


def findings(rows: Sequence[Dm01Row], *, month_end: date, last_month: Sequence[Dm01Row] = ()) -> tuple[Finding, ...]:
    """What the checks say of a return: errors, for which it is sent back, and queries, which ask for an explanation."""
    found = [finding for row in rows for finding in _of_row(row, month_end)]
    given = [row for row in rows if row.diagnostic_test == TOTAL and not row.commissioner]
    tests = summed([row for row in rows if row.diagnostic_test != TOTAL], TOTAL)
    if given and (given[0].bands, given[0].activity) != (tests.bands, tests.activity):
        found.append(Finding(check="total_of_tests", diagnostic_test=TOTAL, commissioner="",
                             says=f"{given[0].total} wait and {given[0].total_activity} were done, the tests make {tests.total} "
                             f"and {tests.total_activity}."))  # fmt: skip
    before = {row.diagnostic_test: row for row in by_test(last_month, month_end)} if last_month else {}
    return (*found, *(query for row in by_test(rows, month_end) for query in _queries(row, before)))


def _of_row(row: Dm01Row, month_end: date) -> Iterable[Finding]:
    def fault(check: str, says: str) -> Finding:
        return Finding(check=check, diagnostic_test=row.diagnostic_test, commissioner=row.commissioner, says=says)

    if sum(row.bands) != row.total:
        yield fault("bands_add_up", f"The bands make {sum(row.bands)}, the waiting list says {row.total}.")
    if sum(row.activity) != row.total_activity:
        yield fault("activity_adds_up", f"The kinds make {sum(row.activity)}, the total says {row.total_activity}.")
    wrong = [name for name, number in row.cells() if number < 0 or number != int(number)]
    if wrong:
        yield fault("whole_and_not_negative", f"Wrong: {', '.join(wrong)}.")
    collected = {test.code for test in tests_collected(month_end)}
    if row.diagnostic_test not in {*collected, TOTAL}:
        yield fault("test_collected", "The return has no such test.")


def _queries(row: Dm01Row, before: Mapping[str, Dm01Row]) -> Iterable[Finding]:
    def query(check: str, says: str) -> Finding:
        return Finding(check=check, diagnostic_test=row.diagnostic_test, commissioner="", says=says, is_error=False)

    if (row.total >= SWING_FEWEST and not row.total_activity) or (row.total_activity >= SWING_FEWEST and not row.total):
        yield query("activity_without_list", f"{row.total} wait, {row.total_activity} were done.")
    earlier = before.get(row.diagnostic_test)
    if earlier and max(row.total, earlier.total) >= SWING_FEWEST and abs(row.total - earlier.total) > SWING_SHARE * earlier.total:
        yield query("like_last_month", f"{earlier.total} waited last month, {row.total} now.")
