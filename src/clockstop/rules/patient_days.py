"""Every day of a patient on a ward as the board round saw it: criteria to reside, red, green or unknown (operations.md 2.3).

A day that nobody assessed is unknown, never green. Days are those since the trust first sent rounds; whoever was in an adult
general and acute bed when the day began was to be assessed on it, and who holds such a bed at the midnight that ends the day counts
for the snapshot of criteria to reside (FLO-08), which says nothing of the ready date of a completed stay.
"""

import ibis
from ibis.expr.types import BooleanValue, Table, Value

from clockstop.rules.bed_base import base_rows, with_ward
from clockstop.rules.bed_nights import bed_nights
from clockstop.rules.bed_spells import PATHWAY, SPELL, tomorrow
from clockstop.rules.counts import joined_counts
from clockstop.rules.discharge_times import weekday_of
from clockstop.rules.readings import Readings

UNKNOWN = "unknown"
COLOURS = {"red": "Red", "green": "Green", UNKNOWN: "Not assessed"}
# What a round says of a patient.
SAID = (
    "meets_criteria_to_reside", "reason_to_reside", "colour", "red_reason", "estimated_discharge_date", "expectation",
    "pathway_of_discharge", "action", "action_owner", "is_senior_reviewed",
)  # fmt: skip


def patient_days(
    ward_patient_days: Table, bed_stays: Table, inpatient_stays: Table, wards: Table, *, as_of: object, readings: Readings
) -> Table:
    """One row a patient and day up to the as-of day, with what the round said of it, if anything.

    `ward_code` is the ward of the round, else that on which the day began; `midnight_ward_code` that of the bed at its end.
    """
    said = rounds_of(ward_patient_days.filter(ward_patient_days.round_date <= as_of))
    first = ward_patient_days.round_date.min().as_scalar()
    days = _days_in_beds(bed_stays, first, as_of)
    midnights = _midnights(bed_stays, inpatient_stays, wards, first, as_of=as_of, readings=readings)
    days = joined_counts(days, midnights, (SPELL, "day"))
    rows = days.outer_join(said, [days[SPELL] == said.said_of, days.day == said.round_date])
    rows = rows.mutate(
        **{SPELL: ibis.coalesce(rows[SPELL], rows.said_of)},
        day=ibis.coalesce(rows.day, rows.round_date),
        ward_code=ibis.coalesce(rows.round_ward_code, rows.ward_code, rows.midnight_ward_code),
        is_recorded=rows.round_date.notnull(),
    ).drop("said_of", "round_date", "round_ward_code")
    rows = _named(_judged(rows), wards)
    return _of_patients(rows, inpatient_stays)


def rounds_of(ward_patient_days: Table) -> Table:
    """One row a patient and day: of several records of one day, what the last of them says of each thing, if any says it."""
    rows = ward_patient_days
    window = ibis.window(group_by=[SPELL, "round_date"], order_by="ward_patient_day_identifier")
    rows = rows.mutate(place=ibis.row_number().over(window))
    last = {name: rows[name].argmax(rows.place, where=rows[name].notnull()) for name in SAID}
    found = rows.group_by(said_of=rows[SPELL], round_date=rows.round_date)
    return found.aggregate(round_ward_code=rows.ward_code.argmax(rows.place), **last)


def _midnights(
    bed_stays: Table, inpatient_stays: Table, wards: Table, first: Value, *, as_of: object, readings: Readings
) -> Table:  # fmt: skip
    """Who held an adult general and acute bed at which midnight: the very midnights of the census."""
    near = inpatient_stays.filter(
        first.notnull() & (inpatient_stays.bed_end_date.isnull() | (inpatient_stays.bed_end_date >= first))
    )
    nights = bed_nights(bed_stays.semi_join(near, SPELL), near, wards, as_of=as_of, readings=readings)
    held = nights.filter(nights.is_bed & nights.is_counted & (nights.day >= first)).select(SPELL, "day", "ward_code")
    rows = with_ward(held, base_rows(wards), held.day)
    rows = rows.filter(rows.is_general_and_acute & rows.is_adult.fill_null(True))
    return rows.select(SPELL, "day", midnight_ward_code="ward_code", is_in_bed_at_midnight=ibis.literal(True))


def _days_in_beds(bed_stays: Table, first: Value, as_of: object) -> Table:
    """Each day of a patient in an adult general and acute bed: the ward on which it began, and whether it began there."""
    last_day = ibis.literal(as_of, type="date")
    stays = bed_stays.filter(bed_stays.is_bed & bed_stays.is_adult & bed_stays.is_general_and_acute)
    until = ibis.greatest(stays.end_date, stays.carried_until_date)
    until = stays.end_date.isnull().ifelse(tomorrow(as_of), until)
    stays = stays.select(SPELL, "ward_code", "started_at", "start_date", until=until)
    stays = stays.mutate(from_date=ibis.greatest(stays.start_date, first), to_date=ibis.least(stays.until, last_day))
    stays = stays.filter((stays.from_date <= stays.to_date) & first.notnull())
    number = stays.to_date.delta(stays.from_date, unit="day") + 1
    each = stays.mutate(offset=ibis.range(0, number).unnest())
    each = each.mutate(day=(each.from_date + each.offset.as_interval("D")).cast("timestamp").cast("date"))
    each = each.mutate(is_before=each.start_date < each.day)
    morning = each.is_before.ifelse(0, 1)
    each = each.mutate(morning=morning)
    order = ibis.window(group_by=[SPELL, "day"], order_by=["morning", "started_at"])
    each = each.mutate(place=ibis.row_number().over(order))
    return each.group_by(SPELL, "day").aggregate(
        ward_code=each.ward_code.argmin(each.place),
        is_expected=each.is_before.any(),
    )


def _judged(rows: Table) -> Table:
    """The rows with the truths that are counted; what nobody assessed is neither red nor green."""
    in_bed, meets = rows.is_in_bed_at_midnight.fill_null(False), rows.meets_criteria_to_reside
    rows = rows.mutate(
        colour=rows.colour.fill_null(UNKNOWN),
        is_in_bed_at_midnight=in_bed,
        is_expected=rows.is_expected.fill_null(False) | rows.is_recorded,
        has_no_criteria=in_bed & _known(~meets),
        is_criteria_judged=in_bed & meets.notnull(),
    )
    return rows.mutate(
        is_red=rows.colour == "red",
        is_green=rows.colour == "green",
        is_assessed=rows.colour != UNKNOWN,
        is_unknown=rows.is_expected & (rows.colour == UNKNOWN),
        is_reviewed_by_senior=_known(rows.is_senior_reviewed),
        weekday=weekday_of(rows.day).cast("string"),
    )


def _named(rows: Table, wards: Table) -> Table:
    """The rows with the ward's name and kind as the bed base last has them: one row a ward."""
    latest = wards.group_by("ward_code").aggregate(
        ward_name=wards.ward_name.argmax(wards.valid_from_date), ward_type=wards.ward_type.argmax(wards.valid_from_date)
    )
    rows = rows.left_join(latest, "ward_code").drop("ward_code_right")
    return rows.mutate(ward_name=rows.ward_name.fill_null(rows.ward_code))


def _of_patients(rows: Table, inpatient_stays: Table) -> Table:
    """The rows with their spell's pathway, person and place."""
    left_out = {"marks", "estimated_discharge_date", "ended_at", "end_date", "start_date", "nights", *rows.columns} - {SPELL}
    of_spell = inpatient_stays.select(*(name for name in inpatient_stays.columns if name not in left_out))
    found = rows.left_join(of_spell, SPELL).drop(f"{SPELL}_right")
    return found.mutate(**{PATHWAY: found[SPELL]})


def _known(truth: Value) -> BooleanValue:
    return truth.fill_null(False)
