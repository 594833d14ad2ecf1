"""The monthly DM01 return in the layout of the published provider workbook, with the submission's rows by commissioner beside it.

planned-care.md 3. What a wait and a test done are, rules/diagnostics.py says; who stands on the list, rules/dm01_return.py.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import accumulate
from typing import Any

import ibis
from ibis.expr.types import IntegerValue, StringValue, Table

from clockstop.contracts.diagnostic_codes import TEST_TITLES, TESTS, tests_collected
from clockstop.rules.diagnostic_bands import BANDS, LONG_WAIT_WEEKS, OPEN_BAND, STANDARD_WEEKS, band, days_waited
from clockstop.rules.dm01_return import PLACE, done_between, on_list, published_column, week_band
from clockstop.rules.national_return import (
    QUERY,
    Checkable,
    Counted,
    Finding,
    NationalReturn,
    Reason,
    ReturnCheck,
    ReturnColumn,
    ReturnPeriod,
    ReturnRow,
    ReturnSheet,
    ShownColumn,
    row_of,
)
from clockstop.rules.national_return_checks import (
    SWING_FEWEST,
    adds_up,
    fault,
    flow_explains,
    like_last_time,
    number,
    rows_make_total,
    share_is,
    sheets_agree,
    standard_checks,
)
from clockstop.rules.readings import Readings

WAITING, SIX_WEEKS, THIRTEEN_WEEKS = "waiting_list", "waiting_6_weeks", "waiting_13_weeks"
BAND_KEYS = tuple("weeks_13_plus" if weeks == OPEN_BAND else f"weeks_{weeks:02d}_to_{weeks + 1:02d}" for weeks in BANDS)
ACTIVITY_KEYS = {"planned": "planned_tests", "unscheduled": "unscheduled_tests", "waiting_list": "waiting_list_tests"}
EVERY_TEST = "tests_done"
TOTAL_TEST, TOTAL_TITLE = len(TESTS) + 1, "Total"
BY_TEST, PROVIDER, BY_COMMISSIONER = "Provider by Test", "Provider", "By commissioner"
# How long before the month's end an end, a request or a test may lie that was perhaps not yet known when the return was sent.
LATE_DAYS = 31
_TEST_CODES = {str(test.number): code for code, test in TESTS.items()}


def _workbook_band(weeks: int) -> str:
    """The heading of a band in the workbook: 0 <01 weeks, 01 <02 weeks, 13+ weeks."""
    if weeks == OPEN_BAND:
        return f"{OPEN_BAND}+ weeks"
    return f"{weeks:02d} <{weeks + 1:02d} weeks" if weeks else "0 <01 weeks"


_REGION = (
    ReturnColumn(heading="Regional Team Code", fill="region_code"),
    ReturnColumn(heading="Regional Team Name", fill="region_name"),
    ReturnColumn(heading="Provider Code", fill="org_code"),
    ReturnColumn(heading="Provider Name", fill="org_name"),
)
_TEST = (ReturnColumn(heading="Diagnostic ID", fill="test_number", cut_name="test", whole=str(TOTAL_TEST)),
         ReturnColumn(heading="Diagnostic Test Name", fill="test_name"))  # fmt: skip
_FIGURES = (
    ReturnColumn(heading="Total Waiting List", kind="count", key=WAITING),
    ReturnColumn(heading="Number waiting 6+ Weeks", kind="count", key=SIX_WEEKS),
    ReturnColumn(heading="Number waiting 13+ Weeks", kind="count", key=THIRTEEN_WEEKS),
    ReturnColumn(heading="Percentage waiting 6+ weeks", kind="share", key=SIX_WEEKS, over=WAITING),
    *(ReturnColumn(heading=_workbook_band(weeks), kind="count", key=BAND_KEYS[weeks]) for weeks in BANDS),
    ReturnColumn(heading="Planned tests / procedures", kind="count", key=ACTIVITY_KEYS["planned"]),
    ReturnColumn(heading="Unscheduled tests / procedures", kind="count", key=ACTIVITY_KEYS["unscheduled"]),
    ReturnColumn(heading="Waiting list tests / procedures (excluding planned)", kind="count", key=ACTIVITY_KEYS["waiting_list"]),
)
_OF_EXTRACT = {
    "Period": "period", "Provider Parent Org Code": "parent_code", "Provider Parent Name": "parent_name",
    "Provider Org Code": "org_code", "Provider Org Name": "org_name", "Commissioner Org Code": "commissioner",
    "Diagnostic Tests Sort Order": "test_number", "Diagnostic Tests": "test_code",
}  # fmt: skip
_CUTS_OF_EXTRACT: dict[str, dict[str, Any]] = {
    "Commissioner Org Code": {"cut_name": "commissioner", "whole": "*"},
    "Diagnostic Tests Sort Order": {"cut_name": "test", "whole": str(TOTAL_TEST)},
}
_EXTRACT = (
    *(ReturnColumn(heading=heading, fill=_OF_EXTRACT.get(heading, ""), **_CUTS_OF_EXTRACT.get(heading, {})) for heading in PLACE),
    *(ReturnColumn(heading=published_column(weeks), kind="count", key=BAND_KEYS[weeks]) for weeks in BANDS),
    ReturnColumn(heading="Total WL", kind="count", key=WAITING),
    ReturnColumn(heading="Waiting List Activity", kind="count", key=ACTIVITY_KEYS["waiting_list"]),
    ReturnColumn(heading="Planned Activity", kind="count", key=ACTIVITY_KEYS["planned"]),
    ReturnColumn(heading="Unscheduled Activity", kind="count", key=ACTIVITY_KEYS["unscheduled"]),
    ReturnColumn(heading="Total Activity", kind="count", key=EVERY_TEST),
)
SHEETS = (
    ReturnSheet(name=BY_TEST, row="a test, and their total", columns=(*_REGION, *_TEST, *_FIGURES)),
    ReturnSheet(name=PROVIDER, row="all tests together", columns=(*_REGION, *_FIGURES)),
    ReturnSheet(name=BY_COMMISSIONER, row="a commissioner and test, as the return is sent", columns=_EXTRACT, is_published=False),
)
_BANDS_OF_WORKBOOK = tuple(_workbook_band(weeks) for weeks in BANDS)
_SHOWN = (
    "diagnostic_test",
    "start_date",
    "request_date",
    "days",
    "reset_by",
    "activity_date",
    "service",
    "local_patient_identifier",
)


def members(tables: Mapping[str, Table], period: ReturnPeriod, readings: Readings) -> Table:
    """Each wait on the list at the census under its band and the totals that it is in, and each test done under its kind."""
    listed = on_list(tables["diagnostic_waits"], period.census)
    done = done_between(tables["diagnostic_activity"], period.first_day, period.census)
    waiting = _waiting(_of_waits(listed, period), week_band(_of_waits(listed, period), period.census), 1)
    return waiting.union(_done(done, 1)).filter(lambda row: row.test.notnull())


def _of_waits(waits: Table, period: ReturnPeriod) -> Table:
    """The waits as records of the return."""
    return waits.select(
        "patient_pathway_identifier", "start_date", "request_date", "reset_by", "service", "local_patient_identifier",
        "diagnostic_test",
        record=waits.diagnostic_wait_identifier,
        test=_number_of(waits.diagnostic_test),
        commissioner=waits.commissioner.fill_null(""),
        days=days_waited(waits.start_date, ibis.literal(period.census)),
        activity_date=ibis.null("date"),
    )  # fmt: skip


def _number_of(test: StringValue) -> StringValue:
    return test.substitute({code: str(one.number) for code, one in TESTS.items()}, else_=ibis.null("string"))


def _waiting(waits: Table, weeks: IntegerValue, adds: int) -> Table:
    """The records under every key that counts who stands in that band."""
    rows = waits.mutate(weeks=weeks, adds=ibis.literal(float(adds)))
    banded = rows.mutate(key=rows.weeks.cast("string").substitute({str(place): key for place, key in enumerate(BAND_KEYS)}))
    found = [banded, rows.mutate(key=ibis.literal(WAITING))]
    found.append(rows.filter(rows.weeks >= STANDARD_WEEKS).mutate(key=ibis.literal(SIX_WEEKS)))
    found.append(rows.filter(rows.weeks >= LONG_WAIT_WEEKS).mutate(key=ibis.literal(THIRTEEN_WEEKS)))
    return ibis.union(*(_in_order(one) for one in found))


def _in_order(rows: Table) -> Table:
    return rows.select("record", "patient_pathway_identifier", "key", "test", "commissioner", "adds", *_SHOWN)


def _done(activity: Table, adds: int) -> Table:
    """The tests done under their kind, and all of them together."""
    rows = activity.select(
        "patient_pathway_identifier", "request_date", "service", "local_patient_identifier", "diagnostic_test", "activity_date",
        record=activity.diagnostic_appointment_identifier,
        test=_number_of(activity.diagnostic_test),
        commissioner=activity.commissioner.fill_null(""),
        kind_key=activity.activity_kind.substitute(ACTIVITY_KEYS),
        start_date=ibis.null("date"), reset_by=ibis.null("string"), days=ibis.null("int64"),
        adds=ibis.literal(float(adds)),
    )  # fmt: skip
    return _in_order(rows.mutate(key=rows.kind_key)).union(_in_order(rows.mutate(key=ibis.literal(EVERY_TEST))))


def layout(counted: Counted) -> Iterable[ReturnRow]:
    """The tests that are collected or have a figure, their total, the provider's row, and the rows by commissioner."""
    collected = {str(test.number) for test in tests_collected(counted.period.last_day)}
    tests = sorted({*collected, *counted.values("test")}, key=int)
    by_test, provider, by_commissioner = SHEETS
    for test in tests:
        yield row_of(by_test, counted, cut=f"test={test}", **_test_fills(test))
    yield row_of(by_test, counted, test_number=TOTAL_TEST, test_name=TOTAL_TITLE, title="All tests")
    yield row_of(provider, counted, title="All tests")
    for commissioner in counted.values("commissioner"):
        own = f"commissioner={commissioner}"
        for test in tests:
            if counted.value(WAITING, f"{own};test={test}") or counted.value(EVERY_TEST, f"{own};test={test}"):
                yield row_of(by_commissioner, counted, cut=f"{own};test={test}", **_test_fills(test, commissioner))
        yield row_of(by_commissioner, counted, cut=own, title=f"{commissioner or 'No commissioner'}: all tests",
                     test_number=TOTAL_TEST, test_code="TOTAL")  # fmt: skip


def _test_fills(test: str, commissioner: str | None = None) -> dict[str, Any]:
    code = _TEST_CODES.get(test, "")
    title = TEST_TITLES.get(code, test)
    of = "" if commissioner is None else f"{commissioner or 'No commissioner'}: "
    return {"test_number": int(test), "test_name": title, "test_code": code, "title": f"{of}{title}"}


def candidates(tables: Mapping[str, Table], period: ReturnPeriod, readings: Readings) -> Table:
    """What the published figures would have besides ours, or lack, had the return been sent before this was known or done."""
    census, since = period.census, period.census - timedelta(days=LATE_DAYS - 1)
    waits, activity = tables["diagnostic_waits"], tables["diagnostic_activity"]
    listed, late = on_list(waits, census), ibis.literal(since)
    ended = waits.filter(waits.listed_date <= ibis.literal(census), waits.end_date.between(late, ibis.literal(census)))
    ended = _ended_for_good(ended, waits)
    done = done_between(activity, max(since, period.first_day), census)
    done = done.filter(done.activity_kind == "waiting_list")
    reset = listed.filter(listed.reset_by.notnull() & (listed.request_date < listed.start_date))
    from_request = band(days_waited(reset.request_date, ibis.literal(census)))
    new = listed.filter(listed.listed_date >= late, listed.reset_by.isnull())
    overdue = listed.filter(listed.is_overdue_planned)
    rows = {
        "ended_late": (_here(ended, period, 1), _done(done, -1)),
        "without_resets": (_here(reset, period, -1), _with_band(reset, from_request, period)),
        "listed_late": (_here(new, period, -1),),
        "without_overdue_planned": (_here(overdue, period, -1),),
    }
    told = [part.mutate(reason=ibis.literal(reason)) for reason, parts in rows.items() for part in parts]
    return ibis.union(*told).filter(lambda row: row.test.notnull())


def _ended_for_good(ended: Table, waits: Table) -> Table:
    """Of the waits that ended those that did not begin again: a reset ends one and begins the next."""
    last = waits.group_by("diagnostic_wait_identifier").agg(last_number=waits.wait_number.max())
    return ended.semi_join(last, ["diagnostic_wait_identifier", ended.wait_number == last.last_number])


def _here(waits: Table, period: ReturnPeriod, adds: int) -> Table:
    found = _of_waits(waits, period)
    return _waiting(found, week_band(found, period.census), adds)


def _with_band(waits: Table, weeks: IntegerValue, period: ReturnPeriod) -> Table:
    found = _of_waits(waits.mutate(start_date=waits.request_date), period)
    return _waiting(found, week_band(found, period.census), 1)


def flow(tables: Mapping[str, Table], period: ReturnPeriod, readings: Readings) -> Table:
    """By test, what the records say of the way from last month's list to this one's: who came, was tested, or left otherwise."""
    waits, opening = tables["diagnostic_waits"], period.first_day - timedelta(days=1)
    first, last = (ibis.literal(day) for day in (period.first_day, period.census))
    key = "diagnostic_wait_identifier"
    before, now = (on_list(waits, day).select(key, "diagnostic_test").distinct() for day in (opening, period.census))
    done = waits.filter(waits.end_date.between(first, last), waits.end_status == "01").select(key).distinct()
    left = before.anti_join(now, key)
    steps = {
        "opening": (before, 1), "joined": (now.anti_join(before, key), 1), "tested": (left.semi_join(done, key), -1),
        "removed": (left.anti_join(done, key), -1),
    }  # fmt: skip
    counted = [_step(rows, step, sign) for step, (rows, sign) in steps.items()]
    return ibis.union(*counted).filter(lambda row: row.cut.notnull())


def _step(rows: Table, step: str, sign: int) -> Table:
    found = rows.group_by("diagnostic_test").agg(number=rows.count() * sign)
    return found.select(
        cut=ibis.literal("test=") + _number_of(found.diagnostic_test), step=ibis.literal(step), number=found.number.cast("int64")
    )


def _unknown_tests(found: Checkable) -> Iterator[Finding]:
    known = {str(test.number) for test in tests_collected(found.period.last_day)} | {str(TOTAL_TEST)}
    for name in (BY_TEST, BY_COMMISSIONER):
        column = "Diagnostic ID" if name == BY_TEST else "Diagnostic Tests Sort Order"
        place = found.declared.sheet(name).place_of(column)
        for row in found.of_sheet(name):
            if str(row.cells[place]).strip() not in known | ({"TOTAL"} if name == BY_COMMISSIONER else set()):
                yield fault(row, column, found=row.cells[place], expected=f"1 to {len(TESTS)}, or {TOTAL_TEST} for the total")


def _list_without_activity(found: Checkable) -> Iterator[Finding]:
    sheet = found.declared.sheet(BY_TEST)
    kinds = [sheet.place_of(column.name) for column in sheet.columns if column.key in ACTIVITY_KEYS.values()]
    place = sheet.place_of("Total Waiting List")
    for row in found.of_sheet(BY_TEST):
        waiting, done = number(row.cells[place]), sum(number(row.cells[one]) for one in kinds)
        if (waiting >= SWING_FEWEST and not done) or (done >= SWING_FEWEST and not waiting):
            yield fault(row, "Total Waiting List", found=waiting, says=f"{waiting:,.0f} wait, {done:,.0f} were done.")


def _waits_from_nowhere(found: Checkable) -> Iterator[Finding]:
    """Who waits 13 weeks now waited so many less a month ago: nobody grows old without having been there (transfers in aside)."""
    sheet = found.declared.sheet(BY_TEST)
    first = sheet.place_of(_BANDS_OF_WORKBOOK[0])
    days = (found.period.last_day - found.period.first_day).days + 1
    before = {row.cut: row for row in found.before if row.sheet == BY_TEST}
    for row in found.of_sheet(BY_TEST):
        earlier = before.get(row.cut)
        for weeks in (STANDARD_WEEKS, LONG_WAIT_WEEKS) if earlier else ():
            now = _at_least(row, first, weeks)
            then = _at_least(earlier, first, max((weeks * 7 - days) // 7, 0))  # type: ignore[arg-type]
            if now > then:
                yield fault(row, _BANDS_OF_WORKBOOK[weeks], found=now, expected=f"no more than {then:,.0f}",
                            says=f"{now:,.0f} wait so long or longer; last month {then:,.0f} had waited long enough.")  # fmt: skip


def _at_least(row: ReturnRow, first: int, weeks: int) -> float:
    bands = [number(cell) for cell in row.cells[first : first + len(BANDS)]]
    return list(accumulate(reversed(bands)))[len(BANDS) - 1 - weeks]


def _is_total(row: ReturnRow) -> bool:
    return row.cut == ""


CHECKS = (
    *standard_checks(),
    ReturnCheck(slug="test_collected", title="Every test is one that the return collects", find=_unknown_tests,
                do="Correct the test's number; what the return does not collect is left out."),
    adds_up("bands_add_up", "The week bands add up to the waiting list", sheet=BY_TEST, total="Total Waiting List",
            parts=_BANDS_OF_WORKBOOK),
    adds_up("six_weeks", "The bands from six weeks on make those waiting 6+ weeks", sheet=BY_TEST, total="Number waiting 6+ Weeks",
            parts=_BANDS_OF_WORKBOOK[STANDARD_WEEKS:]),
    adds_up("thirteen_weeks", "The last band is those waiting 13+ weeks", sheet=BY_TEST, total="Number waiting 13+ Weeks",
            parts=_BANDS_OF_WORKBOOK[LONG_WAIT_WEEKS:], do="Both count 91 days and more; those of 13 weeks are among 6+ too."),
    share_is("share_is_right", "The percentage is 6+ weeks over the list", sheet=BY_TEST, share="Percentage waiting 6+ weeks",
             part="Number waiting 6+ Weeks", whole="Total Waiting List"),
    rows_make_total("total_of_tests", "The tests add up to the total row", sheet=BY_TEST, is_total=_is_total),
    sheets_agree("provider_agrees", "The provider's row is the total of its tests", one=PROVIDER, other=BY_TEST, pick=_is_total),
    adds_up("commissioners_add_up", "The bands add up to the list of each commissioner and test", sheet=BY_COMMISSIONER,
            total="Total WL", parts=tuple(published_column(weeks) for weeks in BANDS)),
    adds_up("activity_adds_up", "The three kinds add up to the activity", sheet=BY_COMMISSIONER, total="Total Activity",
            parts=("Waiting List Activity", "Planned Activity", "Unscheduled Activity")),
    ReturnCheck(slug="activity_without_list", title="A test with a waiting list has tests done, and the other way round",
                kind=QUERY, find=_list_without_activity, do="Look for records that were not loaded; if it is real, say why."),
    like_last_time("like_last_month", "No test's waiting list moved by half since last month", sheet=BY_TEST,
                   column="Total Waiting List"),
    ReturnCheck(slug="waits_from_nowhere", title="Nobody waits longer than last month's list allows", kind=QUERY,
                find=_waits_from_nowhere, do="Look for starts that were put back, resets that were undone, and transfers in."),
    flow_explains("flow", "Last month's list, who came and who left make this month's list"),
)  # fmt: skip

RETURN = NationalReturn(
    slug="dm01",
    title="Monthly diagnostics: waiting times and activity",
    name="DM01",
    period="month",
    source="NHS England, Monthly Diagnostics (DM01); planned-care.md 3",
    needs=("diagnostic_waits", "diagnostic_activity"),
    datasets=("diagnostic_requests", "diagnostic_appointments"),
    cuts=("commissioner", "test"),
    sheets=SHEETS,
    keys={
        WAITING: "Waiting at the month's end", SIX_WEEKS: "Waiting 6 weeks or more", THIRTEEN_WEEKS: "Waiting 13 weeks or more",
        **{key: f"Waiting {_workbook_band(weeks)}" for weeks, key in enumerate(BAND_KEYS)},
        ACTIVITY_KEYS["planned"]: "Planned tests done", ACTIVITY_KEYS["unscheduled"]: "Unscheduled tests done",
        ACTIVITY_KEYS["waiting_list"]: "Waiting list tests done", EVERY_TEST: "Tests done",
    },
    members=members,
    layout=layout,
    checks=CHECKS,
    due_days=18,
    published="dm01",
    candidates=candidates,
    reasons=(
        Reason(slug="ended_late", says="waits that our records end, and tests from the list that they say were done, "
               "in the month's last 31 days: on the published list they would still stand",
               do="Ask when outcomes of tests are entered, and by whom."),
        Reason(slug="without_resets", says="waits that began again after a missed or cancelled date (DM-R03): published from the "
               "first request on", do="Say to whoever makes the return that DM-R03 sets the wait to zero."),
        Reason(slug="listed_late", says="requests of the month's last 31 days that were not on the published list",
               do="Ask when requests are entered: a wait begins with the request, not with its entry."),
        Reason(slug="without_overdue_planned", says="planned tests past their due date (DM-R05), not on the published list",
               do="Put planned tests on the list on their due date."),
    ),
    flow=flow,
    flow_steps={
        "opening": "Waiting at the end of last month", "joined": "Came onto the list", "tested": "Tested",
        "removed": "Left otherwise",
    },
    flow_key=WAITING,
    shows=(
        ShownColumn(column="diagnostic_test", heading="Test", titles=TEST_TITLES),
        ShownColumn(column="days", heading="Days waited"),
        ShownColumn(column="start_date", heading="Wait began"),
        ShownColumn(column="request_date", heading="Requested"),
        ShownColumn(column="reset_by", heading="Began again after"),
        ShownColumn(column="activity_date", heading="Done on"),
    ),
    unsure=(
        "Whether barium enema is still collected: the list of tests has the days from and to which each counts.",
        "Whether guidance since 2015 changed the resets of DM-R03 and DM-R04: readings switch each.",
    ),
)  # fmt: skip
