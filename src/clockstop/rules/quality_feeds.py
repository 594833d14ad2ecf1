"""Rules about what comes as a whole: days with far too few or many rows, a feed that stops, a column or code list that changes.

A day is compared with the same weekday of the weeks around it, a bank holiday with Sundays, and Christmas with nothing: so weekends
and holidays raise no alarm. What is judged by day needs enough rows that a bad day can be told from chance.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from clockstop.contracts import contracts
from clockstop.dates import bank_holidays
from clockstop.rules.quality import INFORMATION, SYSTEMS, FeedTest, Kind, QualityRule

# Datasets that say what there is, not what happened.
NOT_EVENTS = ("activity_plans", "clinic_templates", "rooms", "wards")
WEEKS_AROUND = 8
# So far from the usual, in standard deviations; and below or above this share of it.
FAR, FEW, MANY = 3.5, 0.35, 1.8
# Fewer rows than this are no crowd.
CROWD = 20
# Days on which a feed says little: its first week, and the last day, which is not over for all who key it.
FIRST_DAYS, LAST_DAYS = 7, 1
# A feed is judged late where it had rows on so many of its last days, and none for longer than ever by this.
FEWEST_DAYS, LOOK_BACK_DAYS, LONGER_DAYS = 30, 120, 1
SHRUNK_SHARE, REFUSED_SHARE, FEWEST_ROWS = 0.05, 0.05, 20
# A column that was filled in this share of rows is filled in less than that part of it; so many filled cells are missed.
USUAL_SHARE, PART_LEFT, MISSED_CELLS, EARLIER_WEEKS = 0.3, 0.3, 10, 6
NEW_CODES_SHARE, ROWS_OF_A_WEEK = 0.3, 15
Counts = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class File:
    """One load of the dataset, as its receipt tells it: `rows_standing` are those that held before in its days."""

    load_id: str
    as_at: date
    is_full: bool
    rows_read: int
    rows_set_aside: int
    rows_withdrawn: int
    rows_standing: int


@dataclass(frozen=True, kw_only=True)
class Feed:
    """What came of one dataset: rows by day from `first_day` on, and by week (its Monday) how many rows fill each column.

    `codes` has of each column how many rows of a week hold each code.
    """

    first_day: date
    rows_by_day: Counts
    as_of: date
    files: Sequence[File] = ()
    rows_by_week: Mapping[date, int] = field(default_factory=dict)
    filled: Mapping[str, Mapping[date, int]] = field(default_factory=dict)
    codes: Mapping[str, Mapping[date, Mapping[str, int]]] = field(default_factory=dict)

    @cached_property
    def usual(self) -> NDArray[np.float64]:
        """What each day usually has."""
        return usual(self)


@dataclass(frozen=True, kw_only=True)
class Failure:
    """What fails: a day, a week or a load, with what was found."""

    record: str
    day: date
    evidence: str


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What a rule says of a feed: the days that it judged, and those that fail."""

    days: Sequence[date]
    failures: Sequence[Failure] = ()


def usual(feed: Feed) -> NDArray[np.float64]:
    """For each day the median, the spread, the second lowest and the second highest of the same weekday in the weeks around it.

    NaN where fewer than six such days are known, and for Christmas.
    """
    number = len(feed.rows_by_day)
    days = [feed.first_day + timedelta(days=place) for place in range(number)]
    holidays = {day for year in range(feed.first_day.year, feed.as_of.year + 2) for day in bank_holidays(year)}
    is_holiday = np.array([day in holidays for day in days], dtype=bool)
    kind = np.array([6 if holiday else day.weekday() for day, holiday in zip(days, is_holiday, strict=True)])
    rows = np.where(is_holiday | (np.arange(number) < FIRST_DAYS), np.nan, feed.rows_by_day)
    # The rows of the same kind of day, one column a week before or after; a day itself is not among them.
    place = np.arange(number)
    shift = kind - np.array([day.weekday() for day in days])
    near = place[:, None] + shift[:, None] + 7 * np.arange(-WEEKS_AROUND, WEEKS_AROUND + 1)[None, :]
    others = np.where((near >= 0) & (near < number) & (near != place[:, None]), rows[np.clip(near, 0, max(number - 1, 0))], np.nan)
    others = np.sort(others, axis=1)
    known = (~np.isnan(others)).sum(axis=1)
    is_known = (known >= 6) & np.array([(1, 3) <= (day.month, day.day) < (12, 23) for day in days])
    found = np.full((4, number), np.nan)
    some = others[is_known]
    middle = np.nanmedian(some, axis=1) if len(some) else np.empty(0)
    spread = 1.4826 * np.nanmedian(np.abs(some - middle[:, None]), axis=1) if len(some) else np.empty(0)
    high = some[np.arange(len(some)), known[is_known] - 2] if len(some) else np.empty(0)
    low = some[:, 1] if len(some) else np.empty(0)
    found[:, is_known] = middle, np.maximum(spread, np.sqrt(np.maximum(middle, 1.0))), low, high
    return found


def hole(feed: Feed) -> Judged:
    """Days with far fewer rows than such a day usually has."""
    return _by_day(
        feed, lambda rows, middle, spread, low, high: (rows < FEW * middle) & (middle - rows > FAR * spread) & (rows < 0.5 * low)
    )


def crowd(feed: Feed) -> Judged:
    """Days with far more rows than such a day usually has."""
    return _by_day(
        feed,
        lambda rows, middle, spread, low, high: (
            (rows >= CROWD) & (rows > MANY * middle) & (rows - middle > 5 * spread) & (rows > 1.3 * high)
        ),
    )


def _by_day(feed: Feed, is_odd: Callable[..., NDArray[np.bool_]]) -> Judged:
    middle, spread, low, high = feed.usual
    last = (feed.as_of - feed.first_day).days - LAST_DAYS
    judged = np.flatnonzero(~np.isnan(middle))
    judged = judged[(judged >= FIRST_DAYS) & (judged <= last)]
    odd = judged[is_odd(feed.rows_by_day[judged], middle[judged], spread[judged], low[judged], high[judged])]
    days = [feed.first_day + timedelta(days=int(place)) for place in judged]
    failures = []
    for place in odd:
        day = feed.first_day + timedelta(days=int(place))
        words = f"{feed.rows_by_day[place]} rows; such a day has about {middle[place]:.0f}"
        failures.append(Failure(record=day.isoformat(), day=day, evidence=words))
    return Judged(days=days, failures=failures)


def late(feed: Feed) -> Judged:
    """The as-of day, where the feed had rows on most days and now has had none for longer than it ever had."""
    last = (feed.as_of - feed.first_day).days
    rows = feed.rows_by_day[max(0, last - LOOK_BACK_DAYS) : last + 1]
    there = np.flatnonzero(rows)
    if len(there) < FEWEST_DAYS:
        return Judged(days=())
    longest = int(np.diff(there).max())
    silent = len(rows) - 1 - int(there[-1])
    if silent <= longest + LONGER_DAYS:
        return Judged(days=(feed.as_of,))
    newest = feed.as_of - timedelta(days=silent)
    words = f"nothing since {newest.isoformat()}: {silent} days; before, never more than {longest}"
    return Judged(days=(feed.as_of,), failures=(Failure(record=feed.as_of.isoformat(), day=feed.as_of, evidence=words),))


def shrunk(feed: Feed) -> Judged:
    """Full deliveries that took away far more rows than people delete."""
    full = [file for file in feed.files if file.is_full and file.rows_standing]
    bad = [file for file in full if file.rows_withdrawn > max(FEWEST_ROWS, SHRUNK_SHARE * file.rows_standing)]
    said = (f"{file.rows_withdrawn:,} of {file.rows_standing:,} rows are missing from this full delivery" for file in bad)
    failures = [Failure(record=file.load_id, day=file.as_at, evidence=words) for file, words in zip(bad, said, strict=True)]
    return Judged(days=[file.as_at for file in full], failures=failures)


def refused(feed: Feed) -> Judged:
    """Files of which intake set a large part aside."""
    bad = [file for file in feed.files if file.rows_set_aside > max(FEWEST_ROWS, REFUSED_SHARE * file.rows_read)]
    said = (f"{file.rows_set_aside:,} of {file.rows_read:,} rows were set aside" for file in bad)
    failures = [Failure(record=file.load_id, day=file.as_at, evidence=words) for file, words in zip(bad, said, strict=True)]
    return Judged(days=[file.as_at for file in feed.files], failures=failures)


def column_stopped(feed: Feed) -> Judged:
    """Weeks from which on a column that was usually filled hardly is, the first of each run."""
    weeks = [week for week in sorted(feed.rows_by_week) if week + timedelta(days=6) <= feed.as_of]
    failures = []
    for column, filled in feed.filled.items():
        shares = [filled.get(week, 0) / feed.rows_by_week[week] for week in weeks]
        was_bad = False
        for place, week in enumerate(weeks[EARLIER_WEEKS:], start=EARLIER_WEEKS):
            before = float(np.median(shares[max(0, place - 2 * EARLIER_WEEKS) : place]))
            is_bad = before >= USUAL_SHARE and shares[place] < PART_LEFT * before
            is_bad &= (before - shares[place]) * feed.rows_by_week[week] >= MISSED_CELLS
            if is_bad and not was_bad:
                words = f"{column} is filled in {shares[place]:.0%} of the rows of the week; before, in {before:.0%}"
                failures.append(Failure(record=f"{week.isoformat()}|{column}", day=week, evidence=words))
            was_bad = is_bad
    return Judged(days=weeks[EARLIER_WEEKS:], failures=failures)


def codes_changed(feed: Feed) -> Judged:
    """Weeks in which a large part of a column's rows hold codes that no week before had."""
    failures, judged = [], set()
    for column, by_week in feed.codes.items():
        seen: set[str] = set()
        for place, week in enumerate(sorted(by_week)):
            codes = by_week[week]
            rows, new = sum(codes.values()), {code: number for code, number in codes.items() if code not in seen}
            if place >= EARLIER_WEEKS and rows >= ROWS_OF_A_WEEK:
                judged.add(week)
                if sum(new.values()) >= NEW_CODES_SHARE * rows:
                    words = f"{column}: {sum(new.values())} of {rows} rows of the week hold codes never seen before "
                    f"({', '.join(sorted(new)[:5])})"
                    failures.append(Failure(record=f"{week.isoformat()}|{column}", day=week, evidence=words))
            seen |= set(codes)
    return Judged(days=sorted(judged), failures=failures)


TESTS: dict[str, Callable[[Feed], Judged]] = {
    test.__name__: test for test in (hole, crowd, late, shrunk, refused, column_stopped, codes_changed)
}
_SAID: dict[str, tuple[Kind, str, str, str, str, tuple[str, ...]]] = {
    "hole": ("timeliness", "A day with far fewer rows than usual",
             f"The day has less than {FEW:.0%} of the rows of the same weekday in the {WEEKS_AROUND} weeks before and after, "
             f"beyond what "
             "chance explains; bank holidays are compared with Sundays, Christmas is left out.",
             "Ask for the day again: an extract was cut short, or a system was down.", SYSTEMS, ("day_missing",)),
    "crowd": ("uniqueness", "A day with far more rows than usual",
              f"The day has more than {MANY} times the rows of the same weekday in the weeks around it, {CROWD} at least, "
              f"beyond what chance explains.",
              "Look for a file that was loaded twice under new numbers, or a default date.", SYSTEMS, ("day_doubled",)),
    "late": ("timeliness", "The feed is late",
             f"A dataset with rows on at least {FEWEST_DAYS} of its last {LOOK_BACK_DAYS} days has had none for longer than "
             f"ever in them.",
             "Ask the sender for the latest extract.", SYSTEMS, ("feed_stopped",)),
    "shrunk": ("timeliness", "A full delivery lost rows",
               f"More than {SHRUNK_SHARE:.0%} of the rows that stood in the days of the delivery are missing from it.",
               "Compare it with the one before; withdraw it if it was cut short (`clockstop loads "
               "withdraw`).", SYSTEMS, ("file_cut",)),
    "refused": ("validity", "A file of which much was set aside",
                f"More than {REFUSED_SHARE:.0%} of the file's rows were set aside at the door.",
                "Read the reasons on the load's page: one cause usually explains most.", INFORMATION, ()),
    "column_stopped": ("timeliness", "A column stopped being filled",
                       f"From a week on a column is filled in less than {PART_LEFT:.0%} of the share of rows that it usually was.",
                       "Ask what changed in the system or the extract in that week.", SYSTEMS, ("column_stopped",)),
    "codes_changed": ("validity", "A list of codes changed",
                      f"In one week at least {NEW_CODES_SHARE:.0%} of a column's rows hold codes that no earlier week had.",
                      "Map the new codes to the old, or declare from when which list holds.", INFORMATION, ("codes_changed",)),
}  # fmt: skip


def _rule(dataset: str, of: str) -> QualityRule:
    kind, title, definition, do, who, planted = _SAID[of]
    return QualityRule(
        slug={"hole": "day_missing", "crowd": "day_crowded", "late": "feed_late", "shrunk": "delivery_shrunk",
              "refused": "file_refused"}.get(of, of),
        dataset=dataset, kind=kind, title=title, definition=definition, what_to_do=do, who_mends=who,
        test=FeedTest(of=of), unit="files" if of in ("shrunk", "refused") else "days", planted_as=planted,
    )  # fmt: skip


RULES = tuple(
    _rule(dataset, of) for dataset in contracts() for of in TESTS if dataset not in NOT_EVENTS or of in ("shrunk", "refused")
)
