"""What came of a dataset as a whole, for the rules of feeds: its days, weeks and files; and what they say, as tables."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import reduce

import ibis
import numpy as np
import pyarrow as pa
from ibis.expr.types import Table

from clockstop.contracts import contracts
from clockstop.intake.ledger import Receipt
from clockstop.intake.quality_counts import NUMBERED
from clockstop.rules.quality import TODAY, FeedTest, QualityRule
from clockstop.rules.quality_columns import kept_name, spelt, wanted
from clockstop.rules.quality_feeds import TESTS, Feed, File, Judged

# So far back days are judged, and the code lists of columns.
DAYS_BACK, WEEKS_BACK = 400, 60
# A column with more codes than this in a week is a list of persons or things, not of codes.
MOST_CODES = 60
_CODE_LISTS = ("activity_treatment_function_code", "organisation_site_identifier_of_treatment")


def columns(dataset: str) -> tuple[str, ...]:
    """The columns of the rows that `queries` looks at."""
    names = (kept_name(column) for column in wanted(contracts()[dataset]))
    return tuple(dict.fromkeys(("day", TODAY, *names, *code_lists(dataset))))


def queries(dataset: str, *, rows: Table, as_of: date) -> Sequence[Table]:
    """Rows and filled cells of wanted columns by day; and, where there are coded columns, the codes of each by week."""
    past = rows.filter(rows.day.notnull(), rows.day <= rows[TODAY])
    recent = past.filter(past[TODAY].delta(past.day, unit="day") <= 7 * WEEKS_BACK)
    names = [kept_name(column) for column in wanted(contracts()[dataset])]
    days = recent.group_by("day").aggregate(rows=recent.count(), **{name: recent[name].count() for name in names})
    coded = [_coded(recent, name) for name in code_lists(dataset)]
    return [days, *([reduce(lambda one, other: one.union(other), coded)] if coded else [])]


def _coded(recent: Table, name: str) -> Table:
    held = recent.filter(recent[name].notnull())
    found = held.group_by(week=held.day.truncate("W").cast("date"), code=held[name].cast("string")).aggregate(rows=held.count())
    return found.select("week", "code", "rows", column=ibis.literal(name))


def code_lists(dataset: str) -> tuple[str, ...]:
    """The columns of which it is judged whether their list of codes has changed."""
    contract = contracts()[dataset]
    coded = [column.name for column in contract.columns if len(column.codes) > 2]
    return (*coded, *(column.name for column in spelt(contract) if column.name in _CODE_LISTS))


def feed(dataset: str, found: Sequence[pa.Table], receipts: Sequence[Receipt], as_of: date) -> Feed:
    """The feed as rules see it, from what `queries` found and the receipts."""
    days, *codes = found
    told = {name: days[name].to_pylist() for name in days.column_names}
    told_of = [(day, place) for place, day in enumerate(told.pop("day")) if (as_of - day).days <= DAYS_BACK]
    first = min((day for day, _ in told_of), default=as_of)
    rows_by_day = np.zeros((as_of - first).days + 1, np.int64)
    for day, place in told_of:
        rows_by_day[(day - first).days] = told["rows"][place]
    weeks = _weeks(days)
    return Feed(
        first_day=first, rows_by_day=rows_by_day, as_of=as_of, files=_files(receipts), rows_by_week=weeks.pop("rows"),
        filled=weeks, codes=_by_column(dataset, codes),
    )  # fmt: skip


def _weeks(days: pa.Table) -> dict[str, dict[date, int]]:
    """Each number of the days, by the Monday of the week."""
    mondays = [day - timedelta(days=day.weekday()) for day in days["day"].to_pylist()]
    found: dict[str, dict[date, int]] = {name: {} for name in days.column_names if name != "day"}
    for name, weeks in found.items():
        for week, number in zip(mondays, days[name].to_pylist(), strict=True):
            weeks[week] = weeks.get(week, 0) + number
    return found


def _by_column(dataset: str, codes: Sequence[pa.Table]) -> dict[str, dict[date, dict[str, int]]]:
    """Of each coded column its codes by week; none where it has too many for a list."""
    found: dict[str, dict[date, dict[str, int]]] = {name: {} for name in code_lists(dataset)}
    for part in codes:
        for column, week, code, rows in zip(*(part[name].to_pylist() for name in ("column", "week", "code", "rows")), strict=True):
            found[column].setdefault(week, {})[code] = rows
    return {name: weeks if all(len(one) <= MOST_CODES for one in weeks.values()) else {} for name, weeks in found.items()}


def _files(receipts: Sequence[Receipt]) -> list[File]:
    standing, files = 0, []
    for one in receipts:
        stood = one.rows_unchanged + one.rows_changed + one.rows_withdrawn
        files.append(
            File(
                load_id=one.load_id,
                as_at=datetime.fromisoformat(one.as_at or one.loaded_at).date(),
                is_full=one.delivery == "full",
                rows_read=one.rows_read,
                rows_set_aside=one.rows_set_aside,
                rows_withdrawn=one.rows_withdrawn,
                rows_standing=stood if standing else 0,
            )
        )
        standing += one.rows_kept
    return files


def judged(rules: Sequence[QualityRule], feed: Feed) -> tuple[pa.Table, pa.Table]:
    """What the rules of feeds say: the failures as issues (`rule, record, evidence, day, month`), and the counts by month."""
    issues: list[dict[str, object]] = []
    counts: list[dict[str, object]] = []
    for rule in rules:
        assert isinstance(rule.test, FeedTest)
        said: Judged = TESTS[rule.test.of](feed)
        for one in said.failures:
            issues.append(
                {"rule": rule.slug, "record": one.record, "evidence": one.evidence, "day": one.day, "month": f"{one.day:%Y-%m}"}
            )
        failed = Counter(f"{one.day:%Y-%m}" for one in said.failures)
        for month, number in Counter(f"{day:%Y-%m}" for day in said.days).items():
            counts.append(
                {"rule": rule.slug, "month": month, "judged": max(number, failed[month]), "failed": failed[month], "at_door": 0}
            )
    schema = pa.schema(
        {"rule": pa.string(), "record": pa.string(), "evidence": pa.string(), "day": pa.date32(), "month": pa.string()}
    )
    return pa.Table.from_pylist(issues, schema), pa.Table.from_pylist([{**one, "source_place": ""} for one in counts], NUMBERED)
