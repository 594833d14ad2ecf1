"""The stays that matter now: of spells open at `at`, or ended on its day or the day before. What live facts of beds are made of.

They are worked out by the very functions that give the whole history, from few rows. What only the history can tell (another
spell of the same patient long ago) is not marked here.
"""

import ibis
from ibis.expr.types import Table, TimestampValue

from clockstop.rules.bed_spells import SPELL, inpatient_stays
from clockstop.rules.bed_stays import bed_stays
from clockstop.rules.readings import Readings


def inpatient_stays_now(
    inpatient_spells: Table, virtual_ward_stays: Table, *, as_of: object, at: TimestampValue, readings: Readings
) -> Table:
    """The rows of inpatient_stays that are open at `at`, or ended on its day or the day before."""
    yesterday = at.date().cast("timestamp") - ibis.interval(days=1)
    goes_on = inpatient_spells.spell_ended_at.isnull() | (inpatient_spells.spell_ended_at >= yesterday)
    near = inpatient_spells.filter((inpatient_spells.spell_started_at <= at) & goes_on)
    return inpatient_stays(near, virtual_ward_stays.semi_join(near, SPELL), as_of=as_of, readings=readings)


def bed_stays_now(
    ward_stays: Table, inpatient_stays_now: Table, wards: Table, *, as_of: object, at: TimestampValue, readings: Readings
) -> Table:
    """The rows of bed_stays of those spells, as far as they had begun at `at`."""
    begun = ward_stays.filter(ward_stays.ward_stay_started_at <= at)
    near = begun.semi_join(inpatient_stays_now, SPELL)
    return bed_stays(near, inpatient_stays_now, wards, as_of=as_of, readings=readings)
