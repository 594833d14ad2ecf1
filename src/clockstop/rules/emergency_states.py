"""Pictures of the areas of the emergency department, each counted for the time until the next one (operations.md UEC-17)."""

import ibis
from ibis.expr.types import Table

from clockstop.contracts.emergency_codes import TEMPORARY_AREAS
from clockstop.rules.emergency_records import SITE
from clockstop.rules.emergency_visits import EMERGENCY_MEDICINE, end_of_day
from clockstop.rules.local_time import local_at
from clockstop.rules.moments import minute_name, read_in_order
from clockstop.rules.readings import Readings

TAKEN = minute_name("taken_at")


def ed_area_states(ed_states: Table, *, as_of: object, readings: Readings) -> Table:
    """Each area at each picture taken by the end of `as_of`, with the minutes that it stands for and its patients times these.

    A picture stands until the next one of its site, of whatever area, so that an area that is left out when it is empty is empty
    then; no longer than a reading allows, and none where it is the last. `site_minutes` has the minutes once a picture.
    """
    rows = ed_states.filter(ed_states.taken_at < end_of_day(as_of))
    read = read_in_order(rows, ("taken_at",))
    pictures = read.select(SITE, TAKEN).distinct()
    following = pictures[TAKEN].lead().over(ibis.window(group_by=SITE, order_by=TAKEN))
    pictures = pictures.mutate(minutes=ibis.least(following - pictures[TAKEN], readings.ed_state_longest_minutes))
    # The least of a null and a number is the number.
    pictures = pictures.mutate(minutes=following.notnull().ifelse(pictures.minutes, 0))
    found = read.inner_join(pictures, [SITE, TAKEN])
    first = ibis.row_number().over(ibis.window(group_by=[SITE, TAKEN], order_by=["department_area", "ed_state_identifier"])) == 0
    taken = local_at(found[TAKEN])
    is_temporary = found.department_area.isin(TEMPORARY_AREAS)
    return found.mutate(
        area=found.department_area,
        day=taken.date(),
        hour=taken.hour().cast("int32"),
        is_temporary=is_temporary,
        patient_minutes=found.patients * found.minutes,
        temporary_patients=is_temporary.ifelse(found.patients, 0),
        temporary_patient_minutes=is_temporary.ifelse(found.patients * found.minutes, 0),
        site_minutes=first.ifelse(found.minutes, 0),
        activity_treatment_function_code=ibis.literal(EMERGENCY_MEDICINE),
    )
