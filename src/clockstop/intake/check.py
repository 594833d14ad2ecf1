"""What a row must be: text becomes typed columns, and every fault of a row is one expression."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from operator import or_

import ibis
import ibis.expr.datatypes as dt
from ibis.expr.types import (
    BooleanValue,
    DateValue,
    FloatingValue,
    IntegerValue,
    IntervalValue,
    StringValue,
    Table,
    TimestampValue,
    Value,
)

from clockstop.contracts.contract import EARLIEST_DATE, Column, Contract
from clockstop.intake.map import IS_DELETED, PROVIDER, Mapping
from clockstop.intake.plain import FALSE, LATEST_DATE, TRUE
from clockstop.store.buckets import bucket

# 1900-01-01 stands for "missing" in national extracts (planned-care.md, conventions).
MISSING_DATE = date(1900, 1, 1)
ISO_FORMATS = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S.%n", "%Y-%m-%dT%H:%M:%S.%n",
               "%Y-%m-%dT%H:%M:%SZ", "%Y/%m/%d")  # fmt: skip
# With the time of day, to the minute; a declared date format is tried with these times after it too.
ISO_INSTANTS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%MZ")
TIMES = ("%H:%M", "%H:%M:%S")
TIME = "%H"
# How an instant says its zone after the time: Z, +01:00, +0100, +01, or a name of London's.
ZONE = r"(?i):[0-9]{2}(?:\.[0-9]+)?( ?(?:Z|UTC|GMT|BST|[+-][0-9]{2}(?::?[0-9]{2})?))$"
# A year of two digits is only one where a format says so: the parser would take "27/10/26" for the year 27.
SHORT_YEAR, WHOLE_YEAR = "%y", r"[0-9]{4}"
# Excel counts days from here, so that its day 60, the 29 February 1900 that never was, costs one.
EXCEL_EPOCH = date(1899, 12, 30)
PSEUDONYM = "nhs_number_pseudonym"
RAW = "raw_"
# The types of column that hold days.
DATED = ("date", "instant")
DAY = "day_"
# The stages by which an instant is read.
SAID, ZONED, UTC = "said_", "zone_", "utc_"
NHS_FAULT = "nhs_number_is_invalid"
# Tests of a cell; where the column was not delivered they need not be run.
_NEEDS_CELL = {"date_unreadable", "date_too_early", "date_too_late", "date_in_future", "number_unreadable", "truth_unreadable",
               "unknown_code", "too_long", "nul_character", "other_provider"}  # fmt: skip
_EMPTY = ibis.literal("")
# What is shown of a cell that is wrong.
_SHOWN = 60

# What each reason says on a receipt and what to do about it; contract checks bring their own message.
REASONS = {
    "missing": ("A required cell is empty", "map or fix at source"),
    "date_unreadable": ("The date cannot be read", "fix the extract, or declare date_formats"),
    "date_too_early": ("The date is before 1900", "fix at source"),
    "date_too_late": ("The date is after 2099", "fix at source"),
    "date_in_future": ("The date has not come yet", "fix at source"),
    "number_unreadable": ("The number cannot be read", "fix the extract"),
    "truth_unreadable": ("Neither yes nor no", "map the code"),
    "unknown_code": ("The code is not in the list", "map the code"),
    "too_long": ("The text is too long", "fix the extract"),
    "nul_character": ("The cell holds a NUL byte", "fix the extract"),
    "nhs_number_invalid": ("The NHS number fails its check digit", "fix at source"),
    "other_provider": ("The row belongs to another provider", "check that it is the right file"),
    "too_few_cells": ("The row has too few cells", "fix the extract"),
    "too_many_cells": ("The row has too many cells", "fix the extract: quote cells that hold the delimiter"),
    "duplicate_row": ("The same row stands further down", "none needed"),
    "duplicate_key": ("A later row has the same key and other content", "fix at source; the last one was kept"),
}


@ibis.udf.scalar.builtin(name="try_strptime", signature=((dt.string, dt.Array(dt.string)), dt.timestamp))
def _try_strptime(text: str, formats: Sequence[str]):
    """The engine's own parser, which gives null where no format fits."""


@dataclass(frozen=True)
class Fault:
    """One way in which a row can be wrong: its code, the column, the test, and what is said, with `{}` for what was found."""

    code: str
    column: str
    is_wrong: BooleanValue
    sentence: str
    found: StringValue = _EMPTY

    @property
    def message(self) -> StringValue:
        """The whole sentence of each row."""
        before, mark, after = self.sentence.partition("{}")
        return ibis.literal(before) + self.found + after if mark else ibis.literal(self.sentence)


def said(rows: Table, contract: Contract, mapping: Mapping) -> Table:
    """The delivered cells with the date and time that each instant says, `said_...`, and the zone behind it, `zone_...`."""
    columns: dict[str, Value] = {}
    for one in (column for column in contract.columns if column.type == "instant"):
        columns[f"{SAID}{one.name}"], columns[f"{ZONED}{one.name}"] = _said(_coded_text(rows, one, mapping), mapping.date_formats)
    return rows.mutate(**columns) if columns else rows


def at_greenwich(rows: Table, contract: Contract) -> Table:
    """The rows of `said` with Greenwich's time of each instant whose zone is known, `utc_...`."""
    names = [column.name for column in contract.columns if column.type == "instant"]
    return rows.mutate(**{f"{UTC}{name}": _greenwich(rows[f"{SAID}{name}"], rows[f"{ZONED}{name}"]) for name in names})


def typed(rows: Table, contract: Contract, mapping: Mapping, *, has_serials: bool) -> Table:
    """The delivered cells, `raw_...`, with the contract's columns beside them; one that was not delivered is null.

    A date or instant stands as `day_...`: 1900-01-01 has not yet been taken for "missing" there. A contract with instants needs
    the rows of `at_greenwich`.
    """
    plain = [column for column in contract.columns if not column.is_nhs_number]
    return rows.mutate(
        **{
            f"{DAY}{column.name}" if column.type in DATED else column.name: _typed(rows, column, mapping, has_serials)
            for column in plain
        },
        **{offset: _offset_minutes(rows[f"{UTC}{name}"]) for offset, name in contract.offsets.items()},
        **{IS_DELETED: _truth(_cell(rows, IS_DELETED)).fill_null(False)},
    )


def settled(rows: Table, contract: Contract) -> Table:
    """The `typed` rows with their dates and instants, 1900-01-01 made null, and their bucket where texts group them."""
    dated = [column for column in contract.columns if column.type in DATED]
    group = contract.grouped_by
    is_text = contract.column(group).type in ("text", "code")
    return rows.mutate(
        **{one.name: is_missing_day(rows, one.name).ifelse(ibis.null(), rows[f"{DAY}{one.name}"]) for one in dated},
        **{offset: is_missing_day(rows, name).ifelse(ibis.null(), rows[offset]) for offset, name in contract.offsets.items()},
        **({"bucket": bucket(rows[group].fill_null("")).cast("int8")} if is_text else {}),
    )


def is_missing_day(rows: Table, name: str) -> BooleanValue:
    """Whether a date or instant of `typed` is the 1900-01-01 that stands for "missing"."""
    return (rows[f"{DAY}{name}"].cast("date") == MISSING_DATE).fill_null(False)


def faults(rows: Table, contract: Contract, mapping: Mapping, *, trust: str, today: date, has_nul: bool) -> list[Fault]:
    """Every fault that a row of `settled` can have. A row that only says "deleted" needs its key and nothing else."""
    found = cell_faults(rows, contract, mapping, trust=trust, today=today, has_nul=has_nul)
    found += row_faults(rows, contract)
    return [one if counts_if_deleted(one, contract, mapping) else _unless_deleted(rows, one) for one in found]


def cell_faults(rows: Table, contract: Contract, mapping: Mapping, *, trust: str, today: date, has_nul: bool) -> list[Fault]:
    """The faults that one cell alone decides."""
    found = [fault for column in contract.columns for fault in _column_faults(rows, column, mapping, today, has_nul)]
    found += [
        Fault("missing", name, rows[name].isnull(), "empty")
        for name in key_columns(contract, mapping)
        if name not in contract.required
    ]
    deleted = _cell(rows, IS_DELETED)
    is_unclear = deleted.notnull() & _truth(deleted).isnull()
    found.append(Fault("truth_unreadable", IS_DELETED, is_unclear, "{} is neither Y nor N", _quoted(deleted)))
    provider = _cell(rows, PROVIDER)
    is_other = provider.notnull() & ~provider.upper().startswith(trust)
    found.append(Fault("other_provider", PROVIDER, is_other, f"{{}} is not {trust}", _quoted(provider)))
    return [one for one in found if f"{RAW}{one.column}" in rows.columns or one.code not in _NEEDS_CELL]


def row_faults(rows: Table, contract: Contract) -> list[Fault]:
    """The faults between the columns of a row, as its contract declares them."""
    return [Fault(check.code, check.column, check.is_wrong(rows), check.message) for check in contract.checks]


def counts_if_deleted(fault: Fault, contract: Contract, mapping: Mapping) -> bool:
    """Whether a fault matters in a row that only says "deleted": its key must be there, and the word itself be clear."""
    return fault.column in (*key_columns(contract, mapping), IS_DELETED, PROVIDER)


def is_bad(found: Sequence[Fault]) -> BooleanValue:
    """Whether any fault holds."""
    return reduce(or_, (one.is_wrong.fill_null(False) for one in found))


def key_columns(contract: Contract, mapping: Mapping) -> tuple[str, ...]:
    """The columns that name a row for ever: the source's record id where the mapping names one."""
    return ("record_id",) if mapping.record_id else contract.key


def missing_dates(rows: Table, contract: Contract) -> IntegerValue:
    """How many cells of a row held 1900-01-01."""
    flags = [is_missing_day(rows, column.name).ifelse(1, 0) for column in contract.columns if column.type in DATED]
    return reduce(lambda total, flag: total + flag, flags, ibis.literal(0))


def fault_rows(bad: Table, fault: Fault) -> Table:
    """The rows with this fault: `source_row`, `code`, `column`, `message`."""
    return bad.filter(fault.is_wrong).select(
        source_row=bad.source_row, code=ibis.literal(fault.code), column=ibis.literal(fault.column), message=fault.message
    )


def reason_words(code: str, contract: Contract) -> tuple[str, str]:
    """What a reason says in a sentence, and what to do about it."""
    own = {check.code: (check.message[0].upper() + check.message[1:], "fix at source") for check in contract.checks}
    return own.get(code) or REASONS.get(code) or (code.replace("_", " "), "")


def _cell(rows: Table, name: str) -> StringValue:
    """The cell's text; null where it is empty or was not delivered."""
    return rows[f"{RAW}{name}"] if f"{RAW}{name}" in rows.columns else ibis.null("string")


def _coded_text(rows: Table, column: Column, mapping: Mapping) -> StringValue:
    """The cell's text, their codes replaced by ours."""
    text = _cell(rows, column.name)
    codes = {theirs.strip(): ours for theirs, ours in mapping.codes.get(column.name, {}).items()}
    return text.substitute(codes).nullif("") if codes else text


def _typed(rows: Table, column: Column, mapping: Mapping, has_serials: bool) -> Value:
    text = _coded_text(rows, column, mapping)
    if column.type == "date":
        return _date(text, mapping.date_formats, has_serials=has_serials)
    if column.type == "instant":
        return _instant(rows, column.name, text, has_serials=has_serials)
    if column.type == "integer":
        return _integer(text)
    if column.type == "number":
        return _number(text)
    if column.type == "truth":
        return _truth(text)
    return _code(text) if column.codes and all(code.isdecimal() for code in column.codes) else text


def _date(text: StringValue, formats: Sequence[str], *, has_serials: bool) -> DateValue:
    found = _parsed(text, (*ISO_FORMATS, *formats)).cast("date")
    if not has_serials:
        return found
    days = _serial(text).floor().cast("int64")
    return ibis.coalesce(found, (ibis.literal(EXCEL_EPOCH).cast("timestamp") + days.as_interval("D")).cast("date"))


def _instant(rows: Table, name: str, text: StringValue, *, has_serials: bool) -> TimestampValue:
    """The local time that a cell says; a time of another zone is made local, and a day alone is its midnight."""
    utc = rows[f"{UTC}{name}"]
    found = utc.isnull().ifelse(rows[f"{SAID}{name}"], _local(utc))
    if not has_serials:
        return found
    seconds = (_serial(text) * 86_400).round().cast("int64")
    return ibis.coalesce(found, ibis.literal(EXCEL_EPOCH).cast("timestamp") + seconds.as_interval("s"))


def _offset_minutes(utc: TimestampValue) -> IntegerValue:
    """How far London's time lay ahead of Greenwich's at the instant that a cell says; null where it names no zone."""
    return utc.isnull().ifelse(ibis.null(), _is_summer(utc).ifelse(60, 0)).cast("int64")


def _said(text: StringValue, formats: Sequence[str]) -> tuple[TimestampValue, StringValue]:
    """The date and time as they stand in a cell, and the zone behind them; empty where none is."""
    zone = text.re_extract(ZONE, 1)
    bare = (zone != "").fill_null(False).ifelse(text.left(text.length() - zone.length()), text)
    declared = [one if TIME in one else f"{one} {time}" for one in formats for time in TIMES]
    # The likeliest first: a format that does not fit costs the parser 3 us a cell, one that does a fifth of that.
    found = _parsed(bare, tuple(dict.fromkeys((*declared, *ISO_INSTANTS, *formats, *ISO_FORMATS))))
    # Formats with parts of a second give nanoseconds, of which nobody else knows.
    return found.cast("timestamp(6)"), zone


def _parsed(text: StringValue, formats: Sequence[str]) -> TimestampValue:
    # The parser takes words such as "epoch" and "infinity" for instants; a date starts with a digit.
    starts_with_digit = (text >= "0") & (text < ":")
    digits = starts_with_digit.ifelse(text, ibis.null("string"))
    has_year = digits.re_search(WHOLE_YEAR)
    # The parser reads one letter past the end of a text that is shorter than its format, which may be nobody's memory: it crashes.
    # A blank at the end, which it lets pass, stands there.
    digits = digits + " "
    whole = [one for one in formats if SHORT_YEAR not in one]
    found = _try_strptime(has_year.ifelse(digits, ibis.null("string")), ibis.array(whole))
    if short := [one for one in formats if SHORT_YEAR in one]:
        found = found.fill_null(_try_strptime(has_year.ifelse(ibis.null("string"), digits), ibis.array(short)))
    return found


def _serial(text: StringValue) -> FloatingValue:
    """Excel's count of days, with its fraction."""
    return text.re_search(r"^[0-9]{4,5}(\.[0-9]+)?$").ifelse(text, ibis.null("string")).try_cast("float64")


def _greenwich(time: TimestampValue, zone: StringValue) -> TimestampValue:
    """Greenwich's time of a time in a zone; null where no zone is known."""
    return (zone != "").fill_null(False).ifelse(time - _ahead(zone), ibis.null())


def _ahead(zone: StringValue) -> IntervalValue:
    """How far a zone lies ahead of Greenwich's time; nothing for Z."""
    digits = zone.re_replace("[^0-9]", "")
    minutes = digits.left(2).try_cast("int64").fill_null(0) * 60 + digits.substr(2, 2).try_cast("int64").fill_null(0)
    minutes = zone.contains("-").ifelse(-minutes, minutes)
    return zone.upper().contains("BST").ifelse(60, minutes).as_interval("m")


def _local(utc: TimestampValue) -> TimestampValue:
    """London's time: an hour later in summer."""
    return utc + _is_summer(utc).ifelse(1, 0).cast("int64").as_interval("h")


def _is_summer(utc: TimestampValue) -> BooleanValue:
    """Whether London keeps summer time: between the last Sundays of March and October, each from 01:00 of Greenwich's time."""
    return (utc >= _last_sunday(utc, 3)) & (utc < _last_sunday(utc, 10))


def _last_sunday(of: TimestampValue, month: int) -> TimestampValue:
    last = ibis.date(of.year(), month, 31)
    return (last - ((last.day_of_week.index() + 1) % 7).cast("int64").as_interval("D")).cast("timestamp") + ibis.interval(hours=1)


def _integer(text: StringValue) -> IntegerValue:
    # A bare cast would round 3.7 to 4; "3.0" is what some programs write for 3.
    return text.re_extract(r"^([+-]?[0-9]{1,18})(\.0*)?$", 1).nullif("").try_cast("int64")


def _number(text: StringValue) -> FloatingValue:
    # The engine's cast takes "nan" and "infinity" too; thousands may be parted by commas, as reports write them.
    digits = r"^[+-]?([0-9]{1,15}|[0-9]{1,3}(,[0-9]{3}){1,4})?(\.[0-9]{0,17})?([eE][+-]?[0-9]{1,2})?$"
    return text.re_search(digits).ifelse(text.replace(",", ""), ibis.null("string")).try_cast("float64")


def _code(text: StringValue) -> StringValue:
    # "30.0" is what some programs write for the code 30 where other rows have none.
    return text.re_replace(r"^([0-9]{1,9})\.0$", r"\1")


def _truth(text: StringValue) -> BooleanValue:
    lower = text.lower()
    return ibis.cases((lower.isin(TRUE), True), (lower.isin(FALSE), False), else_=ibis.null("boolean"))


def _column_faults(rows: Table, column: Column, mapping: Mapping, today: date, has_nul: bool) -> list[Fault]:
    name = column.name
    if column.is_nhs_number:
        is_strict = mapping.strict_nhs_numbers and NHS_FAULT in rows.columns
        return [Fault("nhs_number_invalid", name, rows[NHS_FAULT], "fails modulus 11")] if is_strict else []
    text = _cell(rows, name)
    found = _date_faults(rows, column, text, today) if column.type in DATED else _value_faults(rows, column, text)
    if column.is_required:
        is_empty = text.isnull() & rows[name].isnull()
        if column.type in DATED:
            is_empty = is_empty | is_missing_day(rows, name)
        found.append(Fault("missing", name, is_empty, "empty"))
    if has_nul and f"{RAW}{name}" in rows.columns:
        found.append(Fault("nul_character", name, rows[f"{RAW}{name}"].re_search(r"\x00"), "holds a NUL byte"))
    return found


def _date_faults(rows: Table, column: Column, text: StringValue, today: date) -> list[Fault]:
    name, day = column.name, rows[f"{DAY}{column.name}"].cast("date")
    is_early = (day < EARLIEST_DATE) & (day != MISSING_DATE)
    kind = "a date and time" if column.type == "instant" else "a date"
    found = [
        Fault("date_unreadable", name, text.notnull() & day.isnull(), f"{{}} is not {kind}", _quoted(text)),
        Fault("date_too_early", name, is_early, "{} is before 1900; a year of two digits needs its own date format", _quoted(text)),
        Fault("date_too_late", name, day >= LATEST_DATE, "{} is beyond any diary", _quoted(text)),
    ]
    if not column.may_be_in_future:
        is_future = (day > today) & (day < LATEST_DATE)
        found.append(
            Fault("date_in_future", name, is_future, f"{{}} is after the day of the load, {today.isoformat()}", _quoted(text))
        )
    return found


def _value_faults(rows: Table, column: Column, text: StringValue) -> list[Fault]:
    name, value = column.name, rows[column.name]
    if column.type in ("integer", "number"):
        kind = "a whole number" if column.type == "integer" else "a number"
        return [Fault("number_unreadable", name, text.notnull() & value.isnull(), f"{{}} is not {kind}", _quoted(text))]
    if column.type == "truth":
        return [Fault("truth_unreadable", name, text.notnull() & value.isnull(), "{} is neither Y nor N", _quoted(text))]
    if column.codes:
        shown = ", ".join(list(column.codes)[:20]) + (", ..." if len(column.codes) > 20 else "")
        return [Fault("unknown_code", name, value.notin(list(column.codes)), f"{{}} is none of {shown}", _quoted(text))]
    length = value.length().cast("string")
    return [
        Fault("too_long", name, value.length() > column.max_length, f"{{}} characters; {column.max_length} are allowed", length)
    ]


def _unless_deleted(rows: Table, fault: Fault) -> Fault:
    return replace(fault, is_wrong=fault.is_wrong & ~rows[IS_DELETED])


def _quoted(text: StringValue) -> StringValue:
    return ibis.literal('"') + text.fill_null("").left(_SHOWN) + '"'
