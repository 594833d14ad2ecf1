"""What the A&E return is checked for: parts against wholes, beds behind the waits, and this month against the last."""

from collections.abc import Callable, Iterable, Iterator
from itertools import product

from clockstop.rules.national_return import Checkable, Finding, ReturnCheck, ReturnRow
from clockstop.rules.national_return_checks import cells_of, fault, no_more_than, number, said, standard_checks

CSV, PROVIDER, BEHIND = "MSitAE", "Provider Level Data", "Behind the figures"
_ATTENDANCES = {
    "Type 1": ("A&E attendances Type 1", "A&E attendances Booked Appointments Type 1"),
    "Type 2": ("A&E attendances Type 2", "A&E attendances Booked Appointments Type 2"),
    "Other": ("A&E attendances Other A&E Department", "A&E attendances Booked Appointments Other Department"),
}
_OVER = {
    "Type 1": ("Attendances over 4hrs Type 1", "Attendances over 4hrs Booked Appointments Type 1"),
    "Type 2": ("Attendances over 4hrs Type 2", "Attendances over 4hrs Booked Appointments Type 2"),
    "Other": ("Attendances over 4hrs Other Department", "Attendances over 4hrs Booked Appointments Other Department"),
}
_ADMITTED = {
    "Type 1": "Emergency admissions via A&E - Type 1",
    "Type 2": "Emergency admissions via A&E - Type 2",
    "Other": "Emergency admissions via A&E - Other A&E department",
}
_WAITS_4, _WAITS_12 = (
    "Patients who have waited 4-12 hs from DTA to admission",
    "Patients who have waited 12+ hrs from DTA to admission",
)
# Between two months attendances a day of so many move by less than this share, or it is asked about. Our choice, as below.
SWING_SHARE, SWING_FEWEST = 0.25, 50
PERFORMANCE_POINTS = 0.10
UNTIMED_SHARE, SPELLS_SHARE, SPELLS_FEWEST = 0.02, 0.05, 5


def _rows(found: Checkable, sheet: str = CSV) -> Iterator[tuple[ReturnRow, dict[str, float]]]:
    """The rows of a sheet with their figures by column."""
    for row in found.of_sheet(sheet):
        yield row, {name: number(cell) for name, cell in cells_of(found.declared.sheet(sheet), row).items()}


def _admitted_of_attendances(found: Checkable) -> Iterator[Finding]:
    for row, cells in _rows(found):
        for kind, column in _ADMITTED.items():
            came = sum(cells.get(name, 0) for name in _ATTENDANCES[kind])
            if cells.get(column, 0) > came:
                yield fault(row, column, found=cells[column], expected=f"no more than {said(came)}, all who came")


def _waits_of_admitted(found: Checkable) -> Iterator[Finding]:
    for row, cells in _rows(found):
        admitted = sum(cells.get(column, 0) for column in _ADMITTED.values())
        waited = cells.get(_WAITS_4, 0) + cells.get(_WAITS_12, 0)
        if waited > admitted:
            yield fault(row, _WAITS_4, found=waited, expected=f"no more than {said(admitted)}, all admitted through A&E",
                        says="Only who was admitted waited for a bed.")  # fmt: skip


def _waits_have_beds(found: Checkable) -> Iterator[Finding]:
    for row, cells in _rows(found):
        with_beds = cells.get(_ADMITTED["Type 1"], 0) + cells.get(_ADMITTED["Type 2"], 0)
        if cells.get(_WAITS_12, 0) > with_beds:
            yield fault(row, _WAITS_12, found=cells[_WAITS_12], expected=f"no more than {said(with_beds)}",
                        says="Waits for a bed belong to departments of types 1 and 2; others have none.")  # fmt: skip


def _types_that_went(found: Checkable) -> Iterator[Finding]:
    before = next((cells for _row, cells in _before(found)), {})
    for row, cells in _rows(found):
        for kind, columns in _ATTENDANCES.items():
            now, then = (sum(one.get(name, 0) for name in columns) for one in (cells, before))
            if before and (now == 0) != (then == 0) and max(now, then) >= SWING_FEWEST:
                yield fault(row, columns[0], found=now, expected=f"about {said(then)}, as last month",
                            says=f"{kind} has come, or gone, since last month.")  # fmt: skip


def _before(found: Checkable) -> Iterator[tuple[ReturnRow, dict[str, float]]]:
    columns = found.declared.sheet(CSV)
    for row in found.before:
        if row.sheet == CSV:
            yield row, {name: number(cell) for name, cell in cells_of(columns, row).items()}


def _like_last_month(found: Checkable) -> Iterator[Finding]:
    """Attendances and admissions for each day of the month, since months are of different length."""
    before = next((cells for _row, cells in _before(found)), {})
    columns = (*(column for pair in _ATTENDANCES.values() for column in pair), *_ADMITTED.values(), "Other emergency admissions")
    days, days_before = found.period.days, found.period.before().days
    for (row, cells), column in product(_rows(found), columns if before else ()):
        now, then = cells.get(column, 0), before.get(column, 0)
        expected = then / days_before * days
        if min(now, then) and max(now, then) >= SWING_FEWEST and abs(now - expected) > SWING_SHARE * expected:
            yield fault(row, column, found=now, expected=f"about {said(round(expected))}, as many a day as last month")


def _performance(found: Checkable) -> Iterator[Finding]:
    before = next((cells for _row, cells in _before(found)), {})
    for row, cells in _rows(found):
        now, then = _share_over(cells), _share_over(before)
        if now is not None and then is not None and abs(now - then) > PERFORMANCE_POINTS:
            yield fault(row, "Attendances over 4hrs Type 1", found=f"{1 - now:.1%} within 4 hours",
                        expected=f"about {1 - then:.1%}, as last month")  # fmt: skip


def _share_over(cells: dict[str, float]) -> float | None:
    total, over = (sum(cells.get(column, 0) for pair in of.values() for column in pair) for of in (_ATTENDANCES, _OVER))
    return over / total if total >= SWING_FEWEST else None


def _untimed(found: Checkable) -> Iterator[Finding]:
    """Attendances of unknown length: no departure, or one that cannot be."""
    attended = dict.fromkeys(_ATTENDANCES, 0.0)
    for _row, cells in _rows(found):
        attended = {kind: sum(cells.get(name, 0) for name in columns) for kind, columns in _ATTENDANCES.items()}
    for row, cells in _rows(found, BEHIND):
        for kind, came in attended.items():
            untimed = cells.get(f"Attendances of unknown length {kind}", 0)
            if untimed > UNTIMED_SHARE * came:
                yield fault(row, f"Attendances of unknown length {kind}", found=untimed,
                            expected=f"no more than {UNTIMED_SHARE:.0%} of {said(came)}",
                            says="They stand among the attendances and never among those over 4 hours.")  # fmt: skip


def _undecided(found: Checkable) -> Iterator[Finding]:
    column = "Admitted without a decision to admit"
    for row, cells in _rows(found, BEHIND):
        if cells.get(column, 0) > UNTIMED_SHARE * cells.get("Admissions via A&E by the attendances", 0):
            yield fault(row, column, found=cells[column], expected="a time of the decision",
                        says="Without it nobody knows how long they waited for a bed.")  # fmt: skip


def _spells_agree(found: Checkable) -> Iterator[Finding]:
    """The two systems know of the same admissions, but for those about the month's two ends."""
    for row, cells in _rows(found, BEHIND):
        ours, theirs = (cells.get(f"Admissions via A&E by the {name}", 0) for name in ("attendances", "spells"))
        if abs(ours - theirs) > max(SPELLS_FEWEST, SPELLS_SHARE * max(ours, theirs)):
            yield fault(row, "Admissions via A&E by the spells", found=theirs, expected=f"about {said(ours)}, by the attendances")


def _query(slug: str, title: str, find: Callable[[Checkable], Iterable[Finding]], do: str) -> ReturnCheck:
    return ReturnCheck(slug=slug, title=title, find=find, do=do, kind="query")


CHECKS = (
    *standard_checks(),
    *(
        no_more_than(f"over_4_hours_{kind.lower().replace(' ', '_')}{'_booked' if place else ''}",
                     f"No more waited over 4 hours than came: {kind}{', booked' if place else ''}", sheet=CSV,
                     part=_OVER[kind][place], whole=_ATTENDANCES[kind][place], do="Count both of the same attendances.")
        for kind, place in product(_ATTENDANCES, (0, 1))
    ),
    ReturnCheck(slug="admitted_of_attendances", title="No more were admitted from a type than came to it",
                find=_admitted_of_attendances, do="Count the admissions of the same attendances."),
    ReturnCheck(slug="waits_of_admitted", title="No more waited for a bed than were admitted through A&E", find=_waits_of_admitted,
                do="Count the waits of the same admissions; 4 to 12 hours and over 12 hours are two groups of people."),
    ReturnCheck(slug="waits_have_beds", title="Waits of over 12 hours belong to types with beds", find=_waits_have_beds,
                do="Look at the decisions to admit of type 3 and 4 departments: they have no beds to wait for."),
    _query("types_as_before", "The types of last month are those of this month", _types_that_went,
           "Ask whether the department opened or closed, or its type is sent otherwise."),
    _query("like_last_month", "No figure a day moved by a quarter since last month", _like_last_month,
           "Look at what changed; if it is real, say why with the return."),
    _query("performance", "The share within 4 hours moved by less than 10 points", _performance,
           "Look at the times of leaving that came in; if it is real, say why with the return."),
    _query("untimed", "The length of nearly every attendance is known", _untimed, "Have the times of leaving completed."),
    _query("undecided", "Nearly everybody admitted has a decision to admit", _undecided,
           "Have the decisions to admit completed: the 12 hours are counted from them."),
    _query("spells_agree", "Attendances and spells know of the same admissions", _spells_agree,
           "Look for admissions of the one system that the other lacks: the list of each is behind its figure."),
)  # fmt: skip
