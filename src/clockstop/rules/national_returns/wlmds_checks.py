"""What the weekly waiting list rows are checked for: what each must have, dates that fit the week, and who came and went."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from clockstop.dates import week_ending
from clockstop.rules.national_return import Cell, Checkable, Finding, ReturnCheck, ReturnRow
from clockstop.rules.national_return_checks import cells_of, fault, said, standard_checks
from clockstop.rules.rtt_validation import SENTINEL_DATE
from clockstop.rules.wlmds_columns import (
    ADMITTED,
    COLUMNS,
    LIST_TYPES,
    NON_ADMITTED,
    OPEN,
    PLANNED,
    PLANNED_TYPE,
    SECTIONS,
    STARTS,
    STOPS,
)

ROWS = "WLMDS"
_START, _END = "referral_to_treatment_period_start_date", "referral_to_treatment_period_end_date"
_TYPES_OF = {PLANNED: {PLANNED_TYPE}, **dict.fromkeys((OPEN, STARTS, STOPS), frozenset({NON_ADMITTED, ADMITTED}))}
_TEN_DIGITS = re.compile(r"\d{3}[ -]?\d{3}[ -]?\d{4}")
_NHS_WEIGHTS = range(10, 1, -1)
# Of so many rows as differ between two weeks for no reason that the rows give, a query is made. Our choice.
MOST_UNEXPLAINED_SHARE, MOST_UNEXPLAINED = 0.01, 5


def is_nhs_number(text: str) -> bool:
    """Whether the text is a valid NHS number: ten digits of which the last is the check digit.

    >>> is_nhs_number("943 476 5919"), is_nhs_number("9434765918"), is_nhs_number("H123")
    (True, False, False)
    """
    if not _TEN_DIGITS.fullmatch(text):
        return False
    digits = [int(one) for one in text if one.isdigit()]
    check = 11 - sum(weight * digit for weight, digit in zip(_NHS_WEIGHTS, digits, strict=False)) % 11
    return check % 11 == digits[-1] and check != 10


def _day(cell: Cell) -> date | None:
    if isinstance(cell, date):
        return cell
    try:
        return date.fromisoformat(str(cell)[:10])
    except ValueError:
        return None


def _rows(found: Checkable) -> Iterator[tuple[ReturnRow, dict[str, Cell]]]:
    sheet = found.declared.sheet(ROWS)
    for row in found.of_sheet(ROWS):
        yield row, cells_of(sheet, row)


def _is_blank(cell: Cell) -> bool:
    return cell is None or not str(cell).strip()


def _needed(found: Checkable) -> Iterator[Finding]:
    needed = {section: [one.name for one in COLUMNS if section in one.needed_in] for section in SECTIONS}
    for row, cells in _rows(found):
        for column in needed.get(str(cells["section"]), ("section",)):
            if _is_blank(cells[column]):
                yield fault(row, column, expected="what every such row has")


def _known_words(found: Checkable) -> Iterator[Finding]:
    for row, cells in _rows(found):
        section, kind = str(cells["section"]), str(cells["waiting_list_type"])
        if section not in SECTIONS:
            yield fault(row, "section", found=section, expected=", ".join(SECTIONS))
        elif kind not in _TYPES_OF[section]:
            yield fault(row, "waiting_list_type", found=kind, expected=" or ".join(sorted(_TYPES_OF[section])),
                        says="" if kind in LIST_TYPES else "Other list types exist; we know none of this section.")  # fmt: skip


def _dates_fit(found: Checkable) -> Iterator[Finding]:
    """Whether the week ends on a Sunday, and each clock lies where its section says."""
    first, last = found.period.first_day, found.period.last_day
    for row, cells in _rows(found):
        ends, start, end = _day(cells["week_ending_date"]), _day(cells[_START]), _day(cells[_END])
        section = str(cells["section"])
        if ends is not None and (ends != last or ends != week_ending(ends)):
            yield fault(row, "week_ending_date", found=str(ends), expected=f"{last}, a Sunday")
        if start is not None and (start > last or start == SENTINEL_DATE):
            yield fault(row, _START, found=str(start), expected=f"a day up to {last}")
        if section == STARTS and start is not None and not first <= start <= last:
            yield fault(row, _START, found=str(start), expected=f"{first} to {last}")
        if section == STOPS and end is not None and not first <= end <= last:
            yield fault(row, _END, found=str(end), expected=f"{first} to {last}")
        if section == OPEN and end is not None:
            yield fault(row, _END, found=str(end), expected="nothing: the clock runs")
        if start is not None and end is not None and end < start:
            yield fault(row, _END, found=str(end), expected=f"{start} or later")


def _ahead_and_behind(found: Checkable) -> Iterator[Finding]:
    last = found.period.last_day
    for row, cells in _rows(found):
        ahead, seen = _day(cells["outpatient_future_appointment_date"]), _day(cells["date_last_attended"])
        if ahead is not None and ahead <= last:
            yield fault(row, "outpatient_future_appointment_date", found=str(ahead), expected=f"a day after {last}")
        if seen is not None and seen > last:
            yield fault(row, "date_last_attended", found=str(seen), expected=f"a day up to {last}")


def _decided(found: Checkable) -> Iterator[Finding]:
    for row, cells in _rows(found):
        if cells["waiting_list_type"] == ADMITTED and cells["section"] == OPEN and _is_blank(cells["decision_to_admit_date"]):
            yield fault(row, "decision_to_admit_date", expected="the decision that put the patient on the list")


def _twice(found: Checkable) -> Iterator[Finding]:
    keys = Counter((row.cut, *_clock(cells)) for row, cells in _rows(found) if cells["section"] != PLANNED)
    for row, cells in _rows(found):
        if keys[row.cut, *_clock(cells)] > 1 and cells["section"] == OPEN:
            yield fault(row, "patient_pathway_identifier", says="The same clock stands twice among the open pathways.")


def _clock(cells: dict[str, Cell]) -> tuple[str, str]:
    """A clock by its pathway and start."""
    return str(cells["patient_pathway_identifier"]), str(_day(cells[_START]))


def _nhs_numbers(found: Checkable) -> Iterator[Finding]:
    """Whether most cells of a column are valid NHS numbers: a number of ten digits is one by chance once in eleven."""
    for column in (one.name for one in COLUMNS if one.kind == "text"):
        cells = [str(row[column]) for _row, row in _rows(found) if not _is_blank(row[column])]
        clear = sum(map(is_nhs_number, cells))
        if clear * 2 > len(cells):
            yield Finding(sheet=ROWS, column=column, found=f"{said(clear)} NHS numbers", expected="no NHS number",
                          says="NHS numbers stand in clear.")  # fmt: skip


def _balance(found: Checkable) -> Iterator[Finding]:
    """Last week's open pathways and this week's starts, less the stops, are this week's open pathways, clock by clock."""
    sheet = found.declared.sheet(ROWS)
    before = [cells_of(sheet, row) for row in found.before]
    then = {_clock(cells) for cells in before if cells["section"] == OPEN}
    now = [(str(cells["section"]), _clock(cells)) for _row, cells in _rows(found)]
    of = {section: {clock for one, clock in now if one == section} for section in (OPEN, STARTS, STOPS)}
    if not before:
        return
    came, went = of[OPEN] - then - of[STARTS], then - of[OPEN] - of[STOPS]
    most = max(MOST_UNEXPLAINED, MOST_UNEXPLAINED_SHARE * len(then))
    for clocks, words in ((came, "came onto the list without a start in the week: transferred in, or put back"),
                          (went, "left the list without a stop in the week: transferred out, nullified, taken off")):  # fmt: skip
        if len(clocks) > most:
            yield Finding(sheet=ROWS, row=SECTIONS[OPEN], found=said(len(of[OPEN])),
                          expected=said(len(then) + len(of[STARTS]) - len(of[STOPS])),
                          says=f"{said(len(clocks))} pathways {words}.")  # fmt: skip


def _check(slug: str, title: str, find: Callable[[Checkable], Iterable[Finding]], do: str) -> ReturnCheck:
    return ReturnCheck(slug=slug, title=title, find=find, do=do)


CHECKS = (
    *(one for one in standard_checks() if one.slug in ("layout", "one_organisation")),
    _check("needed", "Every row has what such a row must have", _needed, "Complete the record; the timeline shows what it lacks."),
    _check("words", "Sections and list types are known", _known_words,
           "Write ORTT for not admitted, IRTT for admitted, PLN for planned tests."),
    _check("dates", "The dates fit the week and the section", _dates_fit, "Correct the date, or the section."),
    _check("booked_and_seen", "Appointments ahead lie ahead, and those attended do not", _ahead_and_behind,
           "Give the appointment its outcome, or its date."),
    _check("decided", "Who waits for admission has a decision to admit", _decided, "Complete the decision on the admission list."),
    _check("once", "No clock stands twice among the open pathways", _twice, "Merge the duplicates, or close one."),
    _check("no_nhs_number", "No NHS number stands in clear", _nhs_numbers,
           "Take the column out: the rows leave Clockstop with pseudonyms, and the trust's own system joins the number back."),
    ReturnCheck(slug="balance", title="Last week's open pathways, the starts and the stops make this week's", kind="query",
                find=_balance,
                do="Look for transfers and for pathways that were taken off or put back; the comparison of lists names them."),
)  # fmt: skip
