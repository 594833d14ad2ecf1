"""A national return that a trust made itself, judged: its file is read as it stands, and every check of the return is run on it."""

import re
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from clockstop.errors import UserError
from clockstop.intake.return_file import NationalReturnFile, read_return_file
from clockstop.rules.national_return import Checkable, Checked, NationalReturn, ReturnRow, checked
from clockstop.rules.national_returns import national_return
from clockstop.rules.return_period import ReturnPeriod, last_day_of_period, period_ending

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
_IN_WORDS = re.compile(rf"\b({'|'.join(name[:3] for name in _MONTHS)})[a-z]*[ -]+(\d{{4}})\b", re.IGNORECASE)
_YEAR = re.compile(r"(\d{4})[-/]\d{2}")
_DAY = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b|\b(\d{2})/(\d{2})/(\d{4})\b")


@dataclass(frozen=True, kw_only=True)
class CheckedFile:
    """What a file is, and what every check says of it."""

    declared: NationalReturn
    sent: NationalReturnFile
    period: ReturnPeriod
    before: NationalReturnFile | None
    checks: tuple[Checked, ...]


def checked_file(slug: str, file: Path, *, month: str = "", last_time: Path | None = None, org_code: str = "") -> CheckedFile:
    """The file read and checked; `month` says its period where the file does not."""
    declared = national_return(slug)
    sent = read_return_file(file, declared, org_code=org_code)
    before = read_return_file(last_time, declared, org_code=sent.org_code) if last_time else None
    period = _typed(declared, month) if month else period_in_words(declared, sent.period_words)
    if period is None:
        raise UserError(
            "The file does not say what period it is of.", where=str(file), do="Give --month YYYY-MM (of a quarter its last month)."
        )
    found = Checkable(
        declared=declared,
        rows=of_period(declared, sent.rows, period),
        period=period,
        org_code=sent.org_code,
        before=of_period(declared, before.rows, period.before()) if before else (),
        layout=sent.layout,
    )
    return CheckedFile(declared=declared, sent=sent, period=period, before=before, checks=checked(found))


def of_period(declared: NationalReturn, rows: Sequence[ReturnRow], period: ReturnPeriod) -> tuple[ReturnRow, ...]:
    """The rows without those that say, by a day in their column of the period, that they are of another one."""
    return tuple(row for row in rows if not _is_of_another(declared, row, period))


def _is_of_another(declared: NationalReturn, row: ReturnRow, period: ReturnPeriod) -> bool:
    said = [cell for column, cell in zip(declared.sheet(row.sheet).columns, row.cells, strict=False) if column.fill == "period"]
    try:
        day = date.fromisoformat(str(said[0])[:10]) if said else None
    except ValueError:
        return False
    return day is not None and not period.first_day <= day <= period.last_day


def _typed(declared: NationalReturn, month: str) -> ReturnPeriod:
    from clockstop.answers.national_return import period_named

    return period_named(declared, month, as_of=date.max.replace(year=9998))


def period_in_words(declared: NationalReturn, words: Iterable[str]) -> ReturnPeriod | None:
    """The period that a file names above its table or in its first row: the last month written out, or month and year apart."""
    words = list(words)
    for text in words:
        months = _IN_WORDS.findall(text)
        if months:
            name, year = months[-1]
            return _ending(declared, int(year), _month(name))
    for text in words if declared.period == "week" else ():
        if day := _DAY.search(text):
            parts = day.groups()
            found = date(*map(int, parts[:3])) if parts[0] else date(int(parts[5]), int(parts[4]), int(parts[3]))
            return period_ending("week", last_day_of_period("week", found))
    years = [found for text in words if (found := _YEAR.fullmatch(text.strip()))]
    named = [text for text in words if text.strip().lower() in _MONTHS]
    if years and named:
        number = _month(named[0])
        return _ending(declared, int(years[0][1]) + (number < 4), number)
    return None


def _month(name: str) -> int:
    return [one[:3] for one in _MONTHS].index(name[:3].lower()) + 1


def _ending(declared: NationalReturn, year: int, month: int) -> ReturnPeriod:
    last = last_day_of_period(declared.period, date(year, month, monthrange(year, month)[1]))
    return period_ending(declared.period, last)
