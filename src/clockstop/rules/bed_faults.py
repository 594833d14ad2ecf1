"""What is wrong with the records of beds: one row a fault, so that somebody can put it right (operations.md 2.7).

Nothing is left out of a census for a fault: the rules of rules/bed_stays.py say how such a record counts all the same.
"""

import ibis
from ibis.expr.types import Table

from clockstop.rules.bed_marks import has_mark
from clockstop.rules.bed_spells import PATHWAY, SPELL, SPELL_MARKS
from clockstop.rules.bed_stays import PERSON, STAY, STAY_MARKS
from clockstop.rules.readings import Readings

NO_STAY = "no_ward_stay"
FAULTS = {**STAY_MARKS, **SPELL_MARKS, NO_STAY: "The spell has a night and no ward stay"}
# The faults that change a midnight's count on a ward, or may.
_CHANGES_CENSUS = tuple(name for name in FAULTS if name != "overlap")
_COLUMNS = (
    SPELL, STAY, PATHWAY, "ward_code", "ward_name", "started_at", "ended_at", "admission_class", "start_date", "end_date",
    "activity_treatment_function_code",
)  # fmt: skip


def bed_faults(bed_stays: Table, inpatient_stays: Table, *, as_of: object, readings: Readings) -> Table:
    """Each fault of a ward stay or a spell: `fault`, what the record says, and whether that is open (`is_current`).

    A spell without a ward stay is a fault only where the trust sends ward stays at all.
    """
    stays, spells = _as_sent(bed_stays), _as_stays(inpatient_stays)
    marked = [(stays, name) for name in STAY_MARKS] + [(spells, name) for name in SPELL_MARKS]
    parts = [rows.filter(has_mark(rows.marks, name)).drop("marks").mutate(fault=ibis.literal(name)) for rows, name in marked]
    rows = ibis.union(*parts, _without_stay(inpatient_stays, bed_stays, as_of))
    last_day = rows.end_date.fill_null(ibis.literal(as_of))
    return rows.mutate(
        bed_fault_identifier=rows.fault.concat(" ", rows[SPELL], " ", rows[STAY].fill_null("")),
        day=rows.start_date,
        nights=last_day.delta(rows.start_date, unit="day"),
        is_current=rows.end_date.isnull() | (rows.end_date > as_of).fill_null(False) | (rows.fault == "spell_open"),
        changes_census=rows.fault.isin(_CHANGES_CENSUS),
    )


def _as_sent(stays: Table) -> Table:
    """The marked stays with their times as they were sent."""
    marked = stays.filter(stays.marks != "")
    rows = marked.drop("started_at", "ended_at").rename(started_at="as_sent_started_at", ended_at="as_sent_ended_at")
    rows = rows.mutate(start_date=rows.started_at.date(), end_date=rows.ended_at.date())
    return rows.select(*_COLUMNS, *_place_and_person(rows), "marks")


def _as_stays(spells: Table) -> Table:
    """The spells in the form of stays without a ward."""
    nothing = ibis.null("string")
    rows = spells.mutate(**{STAY: nothing, "ward_code": nothing, "ward_name": nothing})
    return rows.select(*_COLUMNS, *_place_and_person(rows), "marks")


def _without_stay(spells: Table, stays: Table, as_of: object) -> Table:
    """The spells that hold a midnight and have no ward stay, where any ward stay was sent."""
    has_night = (spells.bed_end_date.fill_null(ibis.literal(as_of)) > spells.start_date).fill_null(False)
    bare = spells.filter(spells.is_for_census & has_night).anti_join(stays, SPELL)
    sent = stays.aggregate(stays_sent=stays.count())
    rows = bare.cross_join(sent).filter(lambda one: one.stays_sent > 0).drop("stays_sent")
    return _as_stays(rows).drop("marks").mutate(fault=ibis.literal(NO_STAY))


def _place_and_person(rows: Table) -> list[str]:
    """The names under which the rows have them: as sent, or as a refresh has made dimensions of them."""
    wanted = ("site", "organisation_site_identifier_of_treatment", "consultant", "consultant_code", *PERSON)
    return [name for name in wanted if name in rows.columns]
