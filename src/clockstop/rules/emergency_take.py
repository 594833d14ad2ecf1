"""The emergency take: who came to be looked after as an emergency, the same day or in a bed (operations.md UEC-13)."""

import ibis
from ibis.expr.types import Table

from clockstop.contracts.people import PERSON_NAMES, SERVICE_NAMES
from clockstop.rules import emergency_clock as clock
from clockstop.rules.admissions import EMERGENCY, METHODS, is_birth
from clockstop.rules.bed_spells import SPELL
from clockstop.rules.either import is_one_of
from clockstop.rules.emergency_records import ARRIVAL, VISIT
from clockstop.rules.readings import Readings

# Of the emergency methods that which is this provider's own emergency department; 2A is another provider's.
THROUGH_DEPARTMENT = frozenset({"21"})


def emergency_take(
    ed_attendances: Table, inpatient_spells: Table, emergency_attendances: Table, *, as_of: object, readings: Readings
) -> Table:
    """Each patient of the take on the local day: an unplanned visit to same day emergency care, or an emergency admission.

    A visit to same day emergency care that ended in an admission is that admission, and counts once; births are left out. An
    admission `is_through_department` where the patient came from a department of types 1 to 4 of this trust: a visit there names
    it, or it names the visit, or its method says so (21) and no visit of another kind is known.
    """
    seen = ed_attendances
    category = seen.emergency_care_attendance_category
    is_same_day = (
        (seen.emergency_care_department_type == clock.SDEC)
        & is_one_of(category.fill_null("1"), clock.UNPLANNED)
        & (seen.attendance_outcome != clock.ADMITTED).fill_null(True)
        & seen[SPELL].isnull()
    )
    spells = inpatient_spells
    method = spells.admission_method_code
    is_emergency = is_one_of(method, METHODS[EMERGENCY]) & ~is_birth(method)
    names = [name for name in (*SERVICE_NAMES, *PERSON_NAMES) if name in seen.columns and name in spells.columns]
    same_day = seen.filter(is_same_day).select(
        *names, patient_pathway_identifier=seen[VISIT], start_date=seen[ARRIVAL].date(), is_same_day=ibis.literal(True),
        is_through_department=ibis.literal(False),
    )  # fmt: skip
    spells = _with_department(spells.filter(is_emergency), emergency_attendances)
    admitted = spells.select(
        *names, patient_pathway_identifier=spells[SPELL], start_date=spells.spell_started_at.date(),
        is_same_day=ibis.literal(False), is_through_department=spells.is_through_department,
    )  # fmt: skip
    both = same_day.union(admitted)
    return both.filter(both.start_date <= as_of)


def _with_department(spells: Table, visits: Table) -> Table:
    """The spells with `is_through_department`: from the visit that the spell names, else from one that names the spell."""
    own = visits.select(of_visit=VISIT, own=visits.is_in_standard)
    naming = visits.filter(visits[SPELL].notnull()).group_by(of_spell=SPELL).aggregate(naming=visits.is_in_standard.any())
    found = spells.left_join(own, spells[VISIT] == own.of_visit)
    found = found.left_join(naming, found[SPELL] == naming.of_spell)
    by_method = is_one_of(found.admission_method_code, THROUGH_DEPARTMENT)
    through = ibis.coalesce(found.own, found.naming, by_method)
    return found.mutate(is_through_department=through).drop("of_visit", "own", "of_spell", "naming")
