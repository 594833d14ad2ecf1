"""What an admission is, and which midnights it holds (operations.md 2.1 and 2.2).

Every function takes plain and Ibis values alike. Nights are civil dates: a clock change never alters a length of stay.
"""

from typing import Any

from clockstop.contracts.ward_codes import DIED
from clockstop.rules.either import both, choose, days_between, either, is_missing, is_not, is_one_of, is_plain, or_else

ELECTIVE, EMERGENCY, MATERNITY, OTHER = "elective", "emergency", "maternity", "other"
ADMISSION_CLASSES = {ELECTIVE: "Elective", EMERGENCY: "Emergency", MATERNITY: "Maternity", OTHER: "Other"}
# A method that no list names is "other": it is neither elective nor an emergency for want of a code.
METHODS = {
    ELECTIVE: ("11", "12", "13"),
    EMERGENCY: ("21", "22", "23", "24", "25", "2A", "2B", "2C", "2D", "28"),
    MATERNITY: ("31", "32"),
}
BIRTHS = ("2C", "82", "83")
NOT_ADULT_FLOW = (*BIRTHS, *METHODS[MATERNITY])
CENSUS_BANDS = (7, 14, 21)
# Where a patient who died is discharged to.
DIED_DESTINATION = "79"


def admission_class(method: Any) -> Any:
    """Elective, emergency, maternity or other.

    >>> admission_class("2A"), admission_class("82"), admission_class(None)
    ('emergency', 'other', 'other')
    """
    found: Any = OTHER
    for name, methods in METHODS.items():
        found = choose(is_one_of(method, methods), name, found)
    return found


def is_birth(method: Any) -> Any:
    """Whether the admission is that of a newborn."""
    return is_one_of(method, BIRTHS)


def is_adult_flow(method: Any, is_well_baby: Any = False, is_child: Any = False) -> Any:
    """Whether the admission counts in measures of the flow of adults: no maternity, no births, no well babies, no children.

    >>> is_adult_flow("2A"), is_adult_flow("2C"), is_adult_flow("21", is_child=True)
    (True, False, False)
    """
    left_out = either(is_one_of(method, NOT_ADULT_FLOW), either(_true(is_well_baby), _true(is_child)))
    return is_not(left_out)


def is_for_census(classification: Any, is_well_baby: Any, left_out: tuple[str, ...] = ("2", "3")) -> Any:
    """Whether the admission is one of a patient for the midnight census: no day case, no regular day attender, no well baby.

    >>> is_for_census("1", None), is_for_census("2", False), is_for_census(None, True)
    (True, False, False)
    """
    return is_not(either(is_one_of(classification, left_out), _true(is_well_baby)))


def has_died(discharge_method: Any, destination: Any = None) -> Any:
    """Whether the stay ended by death or stillbirth, as its method or its destination says.

    >>> has_died("4"), has_died("1"), has_died(None, "79")
    (True, False, True)
    """
    return either(is_one_of(discharge_method, DIED), is_one_of(destination, (DIED_DESTINATION,)))


def nights(start: Any, end: Any) -> Any:
    """The length of a completed stay in midnights, from civil dates: 0 where it ended on the day on which it began.

    >>> from datetime import date
    >>> nights(date(2026, 3, 28), date(2026, 3, 30))
    2
    """
    return days_between(start, end)


def holds_midnight(start: Any, end: Any, day: Any) -> Any:
    """Whether a stay holds the midnight that ends `day`: it began by then, and ended (if at all) on a later date.

    A stay that ended at 00:00:00 of the next day ended on a later date: it still held that midnight.

    >>> from datetime import date
    >>> [holds_midnight(date(2026, 11, 1), date(2026, 11, 2), date(2026, 11, day)) for day in (1, 2)]
    [True, False]
    """
    has_begun, goes_on = start <= day, either(is_missing(end), _later(end, day))
    return both(has_begun, goes_on)


def is_long_stay(nights_spent: Any, at_least: int) -> Any:
    """Whether a patient has stayed so many nights at a census; the bands of `CENSUS_BANDS` are nested."""
    return nights_spent >= at_least


def _true(value: Any) -> Any:
    """Whether it is known to be so."""
    return bool(value) if is_plain(value) else or_else(value, False)


def _later(end: Any, day: Any) -> Any:
    if is_plain(end, day):
        return end is not None and end > day
    return (end > day).fill_null(False)
