"""Emergency readmissions: index discharges, continuous stays, and the next admission after each (operations.md 2.4, FLO-15).

A discharge alive from an inpatient stay is an index. Only the next admission after it is looked at: where it is an emergency within
the window, the patient was readmitted; that stay may be an index itself. Out to another hospital and back is one stay, and so is
a transfer on the day of the discharge. Words about one stay take plain and Ibis values alike.
"""

from typing import Any

import ibis
from ibis.expr.types import Table

from clockstop.rules.admissions import BIRTHS, EMERGENCY, METHODS, NOT_ADULT_FLOW
from clockstop.rules.bed_spells import SPELL
from clockstop.rules.either import both, either, is_one_of, lies_within
from clockstop.rules.readings import Readings

EMERGENCY_METHODS = tuple(method for method in METHODS[EMERGENCY] if method not in BIRTHS)
# Sent on from another hospital's bed: 2B as an emergency, 81 not.
TRANSFER_IN = ("2B", "81")
# NHS and other hospitals, from which and to which an admitted patient is transferred.
HOSPITALS = ("49", "50", "51", "52", "53", "87")
DAY_CASE, DELIVERY_ONLY = "2", "5"
REGULAR = ("3", "4")


def is_emergency(method: Any) -> Any:
    """Whether the admission was an emergency (2x); a baby born at home as intended (2C) is none.

    >>> is_emergency("2A"), is_emergency("11"), is_emergency("2C")
    (True, False, False)
    """
    return is_one_of(method, EMERGENCY_METHODS)


def is_apart(classification: Any, nights: Any, is_intended_day_case: Any) -> Any:
    """Whether a stay is a day case or a regular attender's, which are reported apart."""
    day_case = either(is_one_of(classification, (DAY_CASE,)), both(is_intended_day_case, nights == 0))
    return either(day_case, is_one_of(classification, REGULAR))


def is_never_index(method: Any, classification: Any, is_well_baby: Any) -> Any:
    """Whether maternity, birth or a well baby keeps a stay out of the index discharges."""
    return either(either(is_one_of(method, NOT_ADULT_FLOW), is_one_of(classification, (DELIVERY_ONLY,))), is_well_baby)


def is_same_stay(went_to: Any, days_between: Any, came_from: Any, method: Any) -> Any:
    """Whether the next admission goes on with the stay before: out to a hospital and back, or moved on the very day.

    Sent on by another hospital is who came from one or was admitted by transfer. Where the discharge does not say that it led to a
    hospital, only a transfer of the same day joins the two.

    >>> is_same_stay("51", 9, "51", "21"), is_same_stay("51", 9, "19", "21"), is_same_stay("19", 0, None, "81")
    (True, False, True)
    >>> is_same_stay("19", 9, None, "2B"), is_same_stay(None, 0, None, "21")
    (False, False)
    """
    comes_by_transfer = is_one_of(method, TRANSFER_IN)
    comes_from_hospital = either(is_one_of(came_from, HOSPITALS), comes_by_transfer)
    out_and_back = both(is_one_of(went_to, HOSPITALS), comes_from_hospital)
    on_the_day = both(comes_by_transfer, days_between == 0)
    return either(out_and_back, on_the_day)


def is_readmission(is_emergency_next: Any, days: Any, last_day: int) -> Any:
    """Whether the next admission is a readmission: an emergency from day 0 to the last day of the window.

    >>> is_readmission(True, 29, 29), is_readmission(True, 30, 29), is_readmission(False, 3, 29), is_readmission(True, None, 29)
    (True, False, False, False)
    """
    return both(is_emergency_next, lies_within(days, 0, last_day))


def readmissions(spells: Table, readings: Readings) -> Table:
    """One row a spell that ends a stay: `is_index`, the next admission after it, and whether that is a readmission.

    `spells` has the spell, `person` (null: nobody can say whose it is, so it has no next admission), `started_at`, `start_date`,
    `end_date` (null: still here), `admission_method_code`, `source_of_admission_code`, `discharge_destination_code`,
    `patient_classification_code`, `is_dead`, `is_well_baby`, `is_day_case`. Of several spells that are one stay the last has the
    row, with the method of the first; regular attenders are passed over.
    """
    stays = _stays(spells)
    if not readings.readmission_day_case_is_next:
        stays = stays.filter(~stays.is_apart)
    by_person = ibis.window(group_by="person_key", order_by=["started_at", SPELL])
    found = stays.mutate(
        next_spell=stays.first_spell.lead().over(by_person),
        next_date=stays.start_date.lead().over(by_person),
        next_method=stays.method.lead().over(by_person),
    )
    found = found.mutate(days_to_next=found.next_date.delta(found.end_date, unit="day"))
    is_index = found.end_date.notnull() & ~found.is_dead & ~found.is_apart & ~found.is_never_index
    is_back = is_readmission(is_emergency(found.next_method), found.days_to_next, readings.readmission_last_day)
    return found.select(
        SPELL,
        stay_started_date="start_date",
        is_index=is_index,
        next_admission_spell_identifier="next_spell",
        next_admission_date="next_date",
        days_to_next_admission="days_to_next",
        is_readmitted=is_index & is_back,
        is_readmitted_apart=found.is_apart & ~found.is_dead & is_back,
    )


def _stays(spells: Table) -> Table:
    """Continuous stays: spells of a person in their order, joined where the next goes on with the one before."""
    rows = spells.filter(~is_one_of(spells.patient_classification_code, REGULAR))
    rows = rows.mutate(person_key=rows.person.fill_null(ibis.literal("spell ") + rows[SPELL]))
    order = ibis.window(group_by="person_key", order_by=["started_at", SPELL])
    rows = rows.mutate(
        went_to=rows.discharge_destination_code.lag().over(order),
        left=rows.end_date.lag().over(order),
        was_dead=rows.is_dead.lag().over(order).fill_null(False),
    )
    apart = rows.start_date.delta(rows.left, unit="day")
    goes_on = is_same_stay(rows.went_to, apart, rows.source_of_admission_code, rows.admission_method_code) & ~rows.was_dead
    rows = rows.mutate(begins=goes_on.fill_null(False).ifelse(0, 1), place=ibis.row_number().over(order))
    so_far = ibis.window(group_by="person_key", order_by=["started_at", SPELL], rows=(None, 0))
    rows = rows.mutate(stay=rows.begins.sum().over(so_far))
    nights = rows.end_date.delta(rows.start_date, unit="day")
    rows = rows.mutate(
        apart=is_apart(rows.patient_classification_code, nights, rows.is_day_case.fill_null(False)).fill_null(False),
        never=is_never_index(rows.admission_method_code, rows.patient_classification_code, rows.is_well_baby.fill_null(False)),
    )
    is_open = rows.end_date.isnull().any()
    return rows.group_by("person_key", "stay").aggregate(
        first_spell=rows[SPELL].argmin(rows.place),
        started_at=rows.started_at.min(),
        start_date=rows.start_date.min(),
        method=rows.admission_method_code.argmin(rows.place),
        end_date=is_open.ifelse(ibis.null("date"), rows.end_date.argmax(rows.place)),
        is_dead=rows.is_dead.argmax(rows.place),
        is_apart=rows.apart.all(),
        is_never_index=rows.never.any(),
        **{SPELL: rows[SPELL].argmax(rows.place)},
    )
