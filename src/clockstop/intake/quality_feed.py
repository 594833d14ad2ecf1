"""What came of a dataset as a whole, for the rules of feeds: its days, weeks and files; and what they say, as tables."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

import numpy as np
import pandas as pd
import pyarrow as pa
from ibis.expr.types import Table

from clockstop.contracts import contracts
from clockstop.intake.ledger import Receipt
from clockstop.rules.quality import TODAY, FeedTest, QualityRule
from clockstop.rules.quality_columns import kept_name, spelt, wanted
from clockstop.rules.quality_feeds import TESTS, Feed, File, Judged

# So far back days are judged, and the code lists of columns.
DAYS_BACK, WEEKS_BACK = 400, 60
# A column with more codes than this in a week is a list of persons or things, not of codes.
MOST_CODES = 60
_CODE_LISTS = ("activity_treatment_function_code", "organisation_site_identifier_of_treatment")


def queries(dataset: str, *, rows: Table, as_of: date) -> Sequence[Table]:
    """Rows by day; rows and filled cells of wanted columns by week; and for each coded column its codes by week."""
    contract = contracts()[dataset]
    past = rows.filter(rows.day.notnull(), rows.day <= rows[TODAY])
    recent = past.filter(past[TODAY].delta(past.day, unit="day") <= DAYS_BACK)
    days = recent.group_by("day").aggregate(rows=recent.count())
    weekly = past.filter(past[TODAY].delta(past.day, unit="day") <= 7 * WEEKS_BACK)
    weekly = weekly.mutate(week=weekly.day.truncate("W"))
    names = [kept_name(column) for column in wanted(contract)]
    weeks = weekly.group_by("week").aggregate(rows=weekly.count(), **{name: weekly[name].count() for name in names})
    return [days, weeks, *(_coded(weekly, name) for name in code_lists(dataset))]


def _coded(weekly: Table, name: str) -> Table:
    held = weekly.filter(weekly[name].notnull())
    return held.group_by("week", code=held[name]).aggregate(rows=held.count())


def code_lists(dataset: str) -> tuple[str, ...]:
    """The columns of which it is judged whether their list of codes has changed."""
    contract = contracts()[dataset]
    coded = [column.name for column in contract.columns if len(column.codes) > 2]
    return (*coded, *(column.name for column in spelt(contract) if column.name in _CODE_LISTS))


def feed(dataset: str, found: Sequence[pa.Table], receipts: Sequence[Receipt], as_of: date) -> Feed:
    """The feed as rules see it, from what `queries` found and the receipts."""
    days, weeks, *codes = found
    by_day = dict(zip(days["day"].to_pylist(), days["rows"].to_pylist(), strict=True))
    first = min(by_day, default=as_of)
    rows_by_day = np.zeros((as_of - first).days + 1, np.int64)
    for day, number in by_day.items():
        rows_by_day[(day - first).days] = number
    in_weeks = weeks["week"].cast(pa.date32()).to_pylist()
    columns = {name: dict(zip(in_weeks, weeks[name].to_pylist(), strict=True)) for name in weeks.column_names if name != "week"}
    return Feed(
        first_day=first, rows_by_day=rows_by_day, as_of=as_of, files=_files(receipts), rows_by_week=columns.pop("rows"),
        filled=columns, codes=dict(zip(code_lists(dataset), (_by_week(one) for one in codes), strict=True)),
    )  # fmt: skip


def _by_week(codes: pa.Table) -> dict[date, dict[str, int]]:
    found: dict[date, dict[str, int]] = {}
    weeks = codes["week"].cast(pa.date32()).to_pylist()
    for week, code, rows in zip(weeks, codes["code"].to_pylist(), codes["rows"].to_pylist(), strict=True):
        found.setdefault(week, {})[code] = rows
    return found if all(len(one) <= MOST_CODES for one in found.values()) else {}


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


def judged(rules: Sequence[QualityRule], feed: Feed) -> tuple[pa.Table, pd.DataFrame]:
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
    places = dict.fromkeys(("division", "service", "site"))
    return pa.Table.from_pylist(issues, schema), pd.DataFrame(counts).assign(
        **places, source_place=""
    ) if counts else pd.DataFrame()
