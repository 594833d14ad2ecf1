"""A trust's own list against our clocks: which of its rows is which of our periods, and how the two differ.

A list is taken at the end of a day (RTT-R42): a period is on it when it has started and has not stopped. Sections: `list` (a PTL:
a row without a stop is open), and of the weekly national file `open`, `starts` and `stops` (planned-care.md 1.13).
"""

from datetime import date

import ibis
import numpy as np
import pyarrow as pa
from ibis import _
from ibis.expr.types import BooleanValue, IntegerValue, StringValue, Table
from numpy.typing import NDArray

from clockstop.rules.rtt_bands import DAYS_IN_WEEK, OPEN_BAND, band, band_label
from clockstop.rules.rtt_snapshot import NULLIFYING_STATUS

SAME, OTHER_START, OTHER_STOP = "same", "other start", "other stop"
OTHER_BOTH, ONLY_HERE, ONLY_THERE, DUPLICATE = "other start and other stop", "only here", "only there", "duplicate"
RESULTS = {
    SAME: "The list and Clockstop have the same start, and the same stop or none.",
    OTHER_START: "Both have the period, with different starts.",
    OTHER_STOP: "Both have the period; the stops differ, or only one of the two has a stop.",
    OTHER_BOTH: "Both have the period, with different starts and different stops.",
    ONLY_HERE: "Clockstop has the period on that day, and no row of the list is of it.",
    ONLY_THERE: "The list has the row, and Clockstop has no period on that day that it could be.",
    DUPLICATE: "An earlier row of the list says the same of the same pathway.",
}
SECTIONS = ("list", "open", "starts", "stops")
# A list that has stopped at least so many of its rows is a list of periods, not of those who wait.
CLOSED_SHARE = 0.5
# Beyond any number of days between two dates.
_FAR = 1_000_000


def section(words: StringValue) -> StringValue:
    """The section that a list's own words name; `list` where they name none."""
    said = words.lower()
    return ibis.cases(
        (said.contains("incomplete") | said.contains("open"), "open"),
        (said.contains("stop") | said.contains("complete") | said.contains("closed"), "stops"),
        (said.contains("start") | said.contains("new"), "starts"),
        else_="list",
    )


def their_periods(rows: Table, as_of: date) -> Table:
    """The list's rows as periods at the end of the day: a `their_end` that lies ahead is null; `is_repeat`, `first_row`.

    A row that says of the same pathway what an earlier row of the section says is a repeat of that row.
    """
    known = (rows.their_end <= ibis.literal(as_of)).fill_null(False)
    rows = rows.mutate(their_end=known.ifelse(rows.their_end, ibis.null("date")))
    same = ibis.window(group_by=["trust", "section", "name", "their_start", "their_end"], order_by="source_row")
    rows = rows.mutate(first_row=rows.source_row.first().over(same))
    return rows.mutate(is_repeat=rows.first_row != rows.source_row)


def our_periods(clocks: Table, as_of: date) -> Table:
    """Our periods as known now at the end of the day: what stops, is nullified or passes later is still open.

    `is_open` says whether the period is on that day's list (RTT-R42, R33).
    """
    day = ibis.literal(as_of)
    has_ended = (clocks.end_date <= day).fill_null(False)
    has_passed = (clocks.responsibility_passed_date <= day).fill_null(False)
    nothing = ibis.null("string")
    return clocks.filter(clocks.start_date <= day).mutate(
        our_start=clocks.start_date,
        our_end=has_ended.ifelse(clocks.end_date, ibis.null("date")),
        our_status=has_ended.ifelse(clocks.end_status, nothing),
        our_end_rule=has_ended.ifelse(clocks.end_rule, nothing),
        is_nullified=has_ended & clocks.is_nullified,
        has_passed=has_passed,
        is_open=~has_ended & ~has_passed,
    )


def candidates(theirs: Table, ours: Table) -> Table:
    """Every pair of a row and a period of one pathway that could be the same, best first within `tier`, `start_days`, `end_days`.

    `theirs` carries the pathway that its row names. An open row is first one of our open periods: with its start, else the
    nearest. A closed row is first the period with its dates. Periods that do not overlap are never the same, nor is a nullified
    period, unless the row says 33 itself.
    """
    key = ["trust", "patient_pathway_identifier"]
    pairs = theirs.filter(~theirs.is_repeat).inner_join(ours, key)
    pairs = pairs.filter(~pairs.has_passed, ~pairs.is_nullified | (pairs.their_status == NULLIFYING_STATUS).fill_null(False))
    pairs = pairs.mutate(tier=_tier(pairs)).filter(_.tier.notnull())
    return pairs.select(
        "source_row", "section", "period",
        tier=pairs.tier,
        start_days=_days_apart(pairs.their_start, pairs.our_start),
        end_days=_days_apart(pairs.their_end, pairs.our_end),
    )  # fmt: skip


def matched(pairs: pa.Table) -> pa.Table:
    """The pairs of `candidates` that are taken: each row and each period of a section at most once, the best pairs first.

    In rounds: a pair is taken when it is the best left for both its row and its period.
    """
    order = [("tier", "ascending"), ("start_days", "ascending"), ("end_days", "ascending"), ("source_row", "ascending")]
    pairs = pairs.sort_by([*order, ("period", "ascending")])
    row = pairs["source_row"].to_numpy()
    period = _codes(pairs["period"].to_numpy(), pairs["section"])
    left = np.arange(pairs.num_rows)
    taken: list[NDArray[np.int64]] = []
    while len(left):
        best = np.intersect1d(_firsts(row[left]), _firsts(period[left]))
        chosen = left[best]
        taken.append(chosen)
        left = left[~np.isin(row[left], row[chosen]) & ~np.isin(period[left], period[chosen])]
    places = np.sort(np.concatenate(taken)) if taken else np.array([], dtype=np.int64)
    return pairs.take(pa.array(places)).select(["source_row", "section", "period"])


def result(*, their_start: object, our_start: object, their_end: object, our_end: object, is_starts: object) -> StringValue:
    """What a row and its period give. A row of the clock starts says nothing of stops."""
    other_start = ~their_start.identical_to(our_start)  # type: ignore[attr-defined]
    other_stop = ~their_end.identical_to(our_end) & ~is_starts  # type: ignore[attr-defined, operator]
    return ibis.cases(
        (other_start & other_stop, OTHER_BOTH), (other_start, OTHER_START), (other_stop, OTHER_STOP), else_=SAME
    )  # fmt: skip


def is_asked_for(ours: Table, *, section: str, first_day: date | None, as_of: date) -> BooleanValue:
    """Whether a list's section should have the period: who waits on the day, or what started or stopped since `first_day`."""
    if section == "starts":
        return (ours.our_start >= ibis.literal(first_day or as_of)) & ~ours.is_nullified & ~ours.has_passed
    if section == "stops":
        return (ours.our_end >= ibis.literal(first_day or as_of)).fill_null(False) & ~ours.is_nullified
    stopped_since = (ours.our_end >= ibis.literal(first_day)).fill_null(False) if first_day else ibis.literal(False)
    return ours.is_open | (stopped_since & ~ours.is_nullified)


def weeks_note(*, days: IntegerValue, weeks: StringValue, band_words: StringValue) -> StringValue:
    """What is wrong with the weeks or band of a row, given the days that its own dates make (RTT-R40, R41); null if nothing.

    Completed weeks, weeks begun, and weeks with a fraction are all right to show; a band is always weeks rounded up.
    """
    number = weeks.re_extract(r"^([0-9]+(\.[0-9]+)?)", 1).nullif("").try_cast("float64")
    is_right = number.between((days / DAYS_IN_WEEK) - 0.06, (days / DAYS_IN_WEEK) + 0.06) | number.isin(
        [days // DAYS_IN_WEEK, band(days)]
    )
    upper = band_words.re_extract(r"([0-9]+)[^0-9]*$", 1).nullif("").try_cast("int64")
    is_over = band_words.re_search(r"^[^0-9]*[0-9]+[^0-9]*$")
    stated = is_over.ifelse(ibis.least(upper + band_words.startswith(">").cast("int64"), OPEN_BAND), upper)
    right = band(days)
    rounded_down = days // DAYS_IN_WEEK + 1
    wanted = "the dates make " + days.cast("string") + " days, band " + band_label(right) + " (RTT-R40)"
    is_wrong_band = (stated != right).fill_null(False)
    return ibis.cases(
        (is_wrong_band & (stated == rounded_down), "the band is rounded down: " + wanted),
        (is_wrong_band, "the band is another one: " + wanted),
        ((~is_right).fill_null(False), "the weeks are others: " + wanted),
    )


def _tier(pairs: Table) -> IntegerValue:
    """How good a pair is, 0 the best; null where the two cannot be the same."""
    same_start = pairs.their_start == pairs.our_start
    same_end = (pairs.their_end == pairs.our_end).fill_null(False)
    theirs_open, ours_open = pairs.their_end.isnull(), pairs.our_end.isnull()
    overlap = (ours_open | (pairs.our_end >= pairs.their_start)) & (theirs_open | (pairs.their_end >= pairs.our_start))
    is_starts = pairs.section == "starts"
    return ibis.cases(
        (is_starts & same_start, 0),
        (is_starts & (ours_open | (pairs.our_end >= pairs.their_start)), 1),
        (is_starts, ibis.null("int64")),
        (theirs_open & ours_open & same_start, 0),
        (theirs_open & ours_open, 1),
        (theirs_open & same_start, 2),
        (theirs_open & overlap, 3),
        (theirs_open, ibis.null("int64")),
        (same_start & same_end, 0),
        (same_start & ~ours_open, 1),
        (same_end, 2),
        (same_start, 3),
        (overlap & ~ours_open, 4),
        (overlap, 5),
    )


def _days_apart(theirs: object, ours: object) -> IntegerValue:
    return theirs.delta(ours, unit="day").abs().fill_null(_FAR)  # type: ignore[attr-defined]


def _codes(period: NDArray[np.int64], sections: pa.ChunkedArray) -> NDArray[np.int64]:
    """A number for each period in each section: a weekly file has one period in several."""
    place = np.array(
        [SECTIONS.index(one) for one in sections.combine_chunks().dictionary_encode().dictionary.to_pylist()], dtype=np.int64
    )
    coded = sections.combine_chunks().dictionary_encode().indices.to_numpy()
    return period * len(SECTIONS) + (place[coded] if len(place) else 0)


def _firsts(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """The place of the first of each value."""
    return np.unique(values, return_index=True)[1]
