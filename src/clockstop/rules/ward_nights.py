"""The midnight census: each ward at each midnight, its patients, its open beds and those that were closed (operations.md 2.2).

Occupied beds over open and staffed beds; the sum of both over many nights is divided once, and may pass 100%.
"""

import ibis
from ibis.expr.types import Table

from clockstop.rules import admissions
from clockstop.rules.bed_base import WITHOUT_BEDS, base_rows, with_ward
from clockstop.rules.bed_nights import UNKNOWN_WARD, bed_nights
from clockstop.rules.bed_spells import SPELL, tomorrow
from clockstop.rules.bed_states import states_at_midnight
from clockstop.rules.counts import joined_counts, number_of
from clockstop.rules.readings import Readings

_KEY = ["day", "ward_code"]
_COUNTS = (
    "patients", "occupied", *(f"los_{days}_plus" for days in admissions.CENSUS_BANDS), "outliers", "medical_outliers", "boarded",
    "on_leave", "carried", "emergency", "no_criteria", "criteria_judged", "day_beds_used", "not_counted",
)  # fmt: skip


def ward_nights(
    bed_stays: Table, inpatient_stays: Table, wards: Table, ward_bed_states: Table, ward_patient_days: Table, *, as_of: object,
    readings: Readings,
) -> Table:  # fmt: skip
    """Each ward and midnight up to that which ends the as-of day: patients, beds, what was closed; wards without patients too.

    `patients` is everybody of the census whom the ward had, `occupied` those who held a bed of it: not those on leave, nor those
    in theatre or lounge. Midnights of patients without a ward stand under the ward `unknown`. Midnights are counted from the
    first day on which any ward stay ended: before it the trust's records tell of those alone who stayed long.
    """
    nights = bed_nights(bed_stays, inpatient_stays, wards, as_of=as_of, readings=readings)
    counts = _counts(_judged(nights, ward_patient_days))
    counts = joined_counts(counts, _day_beds(bed_stays), _KEY)
    first = _first_day(bed_stays, inpatient_stays)
    counts = counts.cross_join(first).filter(lambda one: one.day >= one.first_date).drop("first_date")
    rows = joined_counts(counts, _frame(wards, first, as_of), _KEY)
    rows = with_ward(rows, base_rows(wards), rows.day)
    states = states_at_midnight(ward_bed_states, as_of=as_of, hours=readings.bed_state_hours)
    rows = rows.left_join(states, _KEY).drop("day_right", "ward_code_right")
    rows = rows.mutate(**{name: rows[name].fill_null(0).cast("int64") for name in _COUNTS})
    return _beds(rows, readings)


def _judged(nights: Table, patient_days: Table) -> Table:
    """The nights with what the ward's round of that day said of the criteria to reside."""
    rounds = patient_days.filter(patient_days.meets_criteria_to_reside.notnull())
    said = rounds.group_by(SPELL, day=rounds.round_date).aggregate(meets=rounds.meets_criteria_to_reside.all())
    rows = nights.left_join(said, [SPELL, "day"]).drop(f"{SPELL}_right", "day_right")
    return rows.mutate(
        has_no_criteria=(rows.is_bed & ~rows.meets).fill_null(False),
        is_judged=(rows.is_bed & rows.meets.notnull()).fill_null(False),
    )


def _counts(nights: Table) -> Table:
    """The patients of each ward and midnight, counted."""
    bed, counted = nights.is_bed & nights.is_counted, nights.is_counted
    long = {f"los_{days}_plus": number_of(bed & admissions.is_long_stay(nights.days_in, days)) for days in admissions.CENSUS_BANDS}
    return nights.group_by(*_KEY).aggregate(
        night_site=nights.spell_site.mode(),
        patients=number_of(counted),
        occupied=number_of(bed),
        **long,
        outliers=number_of(nights.is_outlier),
        medical_outliers=number_of(nights.is_medical_outlier),
        boarded=number_of(bed & nights.is_boarded),
        on_leave=number_of(counted & nights.is_away),
        carried=number_of(bed & nights.is_carried),
        emergency=number_of(bed & nights.is_emergency),
        no_criteria=number_of(nights.has_no_criteria),
        criteria_judged=number_of(nights.is_judged),
        not_counted=number_of(~counted),
    )


def _day_beds(stays: Table) -> Table:
    """The beds of day units that at least one patient used on a day (KH03): where stays name no bed, each is one."""
    used = stays.filter((stays.ward_type == "day").fill_null(False))
    beds = used.bed.nunique() + used.bed.isnull().cast("int64").sum()
    return used.group_by(day=used.start_date, ward_code=used.ward_code).aggregate(day_beds_used=beds.cast("int64"))


def _first_day(stays: Table, spells: Table) -> Table:
    """`first_date`, in one row: the first day on which a ward stay ended, else a spell did; else on which one began."""
    of_stays = stays.aggregate(stay_ended=stays.end_date.min(), stay_began=stays.start_date.min())
    of_spells = spells.aggregate(spell_ended=spells.end_date.min(), spell_began=spells.start_date.min())
    both = of_stays.cross_join(of_spells)
    return both.select(first_date=ibis.coalesce(both.stay_ended, both.spell_ended, both.stay_began, both.spell_began))


def _frame(wards: Table, first: Table, as_of: object) -> Table:
    """Each ward with beds and day on which the bed base has it, from the first day on."""
    base = base_rows(wards)
    base = base.filter(~base.ward_type.isin(WITHOUT_BEDS)).select("ward_code", "base_from_date", "base_until_date")
    rows = base.cross_join(first)
    since, until = ibis.greatest(rows.base_from_date, rows.first_date), ibis.least(rows.base_until_date, tomorrow(as_of))
    rows = rows.mutate(since=since, nights=until.delta(since, unit="day"))
    rows = rows.filter((rows.nights > 0) & rows.first_date.notnull())
    number = ibis.range(0, rows.nights).unnest()
    return rows.select("ward_code", day=(rows.since.cast("timestamp") + number.as_interval("D")).cast("date"))


def _beds(rows: Table, readings: Readings) -> Table:
    """The ward's beds that were open and staffed, core and escalation, with the patients in each, and those closed."""
    has_state = rows.beds_open.notnull()
    core_of_base = rows.beds - rows.escalation_beds
    used_beyond = ibis.least(ibis.greatest(rows.occupied - core_of_base, 0), rows.escalation_beds)
    opened = used_beyond if readings.escalation_beds_open_in_use else rows.escalation_beds
    has_beds = ~rows.ward_type.isin(WITHOUT_BEDS).fill_null(False)
    available = has_beds.ifelse(has_state.ifelse(rows.beds_open, core_of_base + opened), ibis.null("int64"))
    guessed = ibis.least(ibis.greatest(rows.beds_open - core_of_base, 0), rows.escalation_beds)
    escalation = has_state.ifelse(rows.escalation_beds_open.fill_null(guessed), opened)
    escalation = rows.is_escalation_ward.fill_null(False).ifelse(available, ibis.least(escalation, available))
    escalation = available.notnull().ifelse(escalation, ibis.null("int64"))
    rows = rows.mutate(
        available=available.cast("int64"),
        escalation_open=escalation.cast("int64"),
        has_bed_state=has_state,
        bed_group=rows.bed_group.fill_null("unknown"),
        is_adult=rows.is_adult.fill_null(True),
        is_general_and_acute=rows.is_general_and_acute.fill_null(False),
        is_escalation_ward=rows.is_escalation_ward.fill_null(False),
        ward_name=rows.ward_name.fill_null((rows.ward_code == UNKNOWN_WARD).ifelse("Ward not known", rows.ward_code)),
        organisation_site_identifier_of_treatment=rows.ward_site.fill_null(rows.night_site),
        activity_treatment_function_code=rows.ward_function_code,
    )
    core_open = rows.available - rows.escalation_open
    beyond = ibis.least(ibis.greatest(rows.occupied - core_open, 0), rows.escalation_open)
    in_escalation = rows.is_escalation_ward.ifelse(rows.occupied, beyond.fill_null(0))
    rows = rows.mutate(escalation_occupied=in_escalation.cast("int64"), core_available=core_open)
    return _told(rows)


def _told(rows: Table) -> Table:
    closed = [rows[f"closed_{reason}"] for reason in ("infection", "staffing", "estates")]
    total = sum((one.fill_null(0) for one in closed[1:]), closed[0].fill_null(0))
    return rows.select(
        *_KEY, "ward_name", "ward_type", "bed_group", "is_adult", "is_general_and_acute", "is_escalation_ward", *_COUNTS,
        "available", "core_available", "escalation_open", "escalation_occupied", "beds", "escalation_beds", "has_bed_state",
        "closed_infection", "closed_staffing", "closed_estates", "counted_occupied", "bed_state_at",
        "activity_treatment_function_code", "organisation_site_identifier_of_treatment",
        core_occupied=rows.occupied - rows.escalation_occupied,
        closed=rows.has_bed_state.ifelse(total, ibis.null("int64")),
    )  # fmt: skip
