"""Hospital spells as beds and flow count them: when they began and ended, of which kind they are, and from when no bed was held."""

import ibis
from ibis.expr.types import BooleanValue, DateValue, IntegerValue, Table, TimestampValue, Value

from clockstop.contracts.people import PERSON_NAMES, SERVICE_NAMES
from clockstop.rules import admissions
from clockstop.rules.ages import years_old
from clockstop.rules.bed_marks import joined_marks
from clockstop.rules.either import days_after
from clockstop.rules.local_time import reading
from clockstop.rules.readings import Readings

SPELL, PATHWAY = "hospital_provider_spell_identifier", "patient_pathway_identifier"
FAR = "9999-12-31"
# What a spell says of itself and is handed on as it stands.
AS_SENT = (
    "admission_method_code", "source_of_admission_code", "patient_classification_code", "intended_management_code",
    "discharge_method_code", "discharge_destination_code", "emergency_care_attendance_identifier", "estimated_discharge_date",
    "estimated_discharge_date_set_at", "discharge_lounge_at", "take_home_medicines_ready_at", "transport_booked_at",
)  # fmt: skip


def inpatient_stays(inpatient_spells: Table, virtual_ward_stays: Table, *, as_of: object, readings: Readings) -> Table:
    """Each spell, open or ended, begun by the as-of day.

    `start_date` and `end_date` are civil dates, and what ended after the as-of day is open still; `nights` is the length of a
    completed stay. `bed_end_date` is the day from which no hospital bed was held: that of the discharge, or of the step down to
    a virtual ward, which ends the bed stay and not the spell. The spell's own pathway, if it has one, is
    `elective_pathway_identifier`.
    """
    rows = inpatient_spells.filter((inpatient_spells.spell_started_at.date() <= as_of).fill_null(False))
    rows = _stepped_down(rows, virtual_ward_stays)
    ended_at = _by(rows.spell_ended_at, as_of)
    rows = rows.mutate(started_at=rows.spell_started_at, ended_at=ended_at, stepped_down_at=_by(rows.stepped_down_at, as_of))
    start_date, end_date = rows.started_at.date(), rows.ended_at.date()
    bed_ended_at = ibis.least(rows.ended_at, rows.stepped_down_at)
    own = [name for name in (*SERVICE_NAMES, *PERSON_NAMES) if name in rows.columns]
    found = rows.select(
        SPELL, *own, *AS_SENT, "started_at", "ended_at", "stepped_down_at",
        **{PATHWAY: rows[SPELL], "elective_pathway_identifier": rows[PATHWAY]},
        start_date=start_date,
        end_date=end_date,
        started_minute=minute(rows, "spell_started_at"),
        ended_minute=ended_at.notnull().ifelse(minute(rows, "spell_ended_at"), ibis.null("int64")),
        nights=admissions.nights(start_date, end_date),
        bed_ended_at=bed_ended_at,
        bed_end_date=bed_ended_at.date(),
        is_well_baby=rows.is_well_baby,
        is_child=_is_child(rows, start_date, readings.adult_from_years),
    )  # fmt: skip
    return _marked(_classed(found, readings), as_of)


def _classed(rows: Table, readings: Readings) -> Table:
    """What kind of admission each is, and in which counts it stands."""
    kind = admissions.admission_class(rows.admission_method_code)
    left_out = tuple(readings.census_leaves_out_classifications.split())
    is_night = (rows.nights >= 1).fill_null(False)
    is_admitted = ~rows.patient_classification_code.isin(left_out).fill_null(False)
    found = rows.mutate(
        admission_class=kind,
        is_elective=kind == admissions.ELECTIVE,
        is_emergency=kind == admissions.EMERGENCY,
        is_birth=admissions.is_birth(rows.admission_method_code),
        is_adult_flow=is_admitted & admissions.is_adult_flow(rows.admission_method_code, rows.is_well_baby, rows.is_child),
        is_for_census=admissions.is_for_census(rows.patient_classification_code, rows.is_well_baby, left_out),
        is_overnight=is_night,
        is_zero_day=(rows.nights == 0).fill_null(False),
        is_day_case=(rows.patient_classification_code == "2").fill_null(False),
        is_dead=admissions.has_died(rows.discharge_method_code, rows.discharge_destination_code),
    )
    return found.mutate(is_discharged_alive=found.end_date.notnull() & ~found.is_dead)


# What may be wrong with a spell: its mark, in words for the list of faults.
SPELL_MARKS = {
    "open_after_death": "The spell is open, or began, after the patient's death",
    "two_spells": "The patient is in two spells at once",
    "day_case_at_midnight": "A day case or regular day attender was there at midnight",
}


def _marked(rows: Table, as_of: object) -> Table:
    """The spells with `marks`: what is wrong with each, between blanks. A spell that is wrong still counts by its dates."""
    rows = rows.left_join(_others(rows), SPELL).drop(f"{SPELL}_right")
    is_for_days = ~rows.is_for_census & ~rows.is_well_baby.fill_null(False)
    spends_a_night = (rows.end_date.fill_null(ibis.literal(as_of)) > rows.start_date).fill_null(False)
    has_died_before = rows.is_after_death.fill_null(False)
    marks = joined_marks(
        {
            "open_after_death": has_died_before | (rows.is_dead & rows.ended_at.isnull()),
            "two_spells": rows.is_beside_another.fill_null(False),
            "day_case_at_midnight": is_for_days & spends_a_night,
        }
    )
    return rows.mutate(marks=marks).drop("is_after_death", "is_beside_another")


def _others(rows: Table) -> Table:
    """Which spells the patient's others tell against: one that goes on after the patient's death, one at the same time as another.

    Worked out on few columns, since a patient's spells are sorted for it.
    """
    known = rows.mutate(patient=person_of(rows))
    known = known.filter(known.patient.notnull())
    ends_at = known.ended_at.fill_null(ibis.timestamp(FAR))
    died_at = (known.is_dead & known.ended_at.notnull()).ifelse(known.ended_at, ibis.null("timestamp"))
    known = known.select(SPELL, "patient", "started_at", ends_at=ends_at, died_at=died_at)
    order = ["started_at", "ends_at", SPELL]
    in_order = ibis.window(group_by="patient", order_by=order)
    before = ibis.window(group_by="patient", order_by=order, preceding=(None, 1))
    found = known.mutate(
        died_at=known.died_at.min().over(ibis.window(group_by="patient")),
        others_until=known.ends_at.max().over(before),
        next_from=known.started_at.lead().over(in_order),
    )
    return found.select(
        SPELL,
        is_after_death=found.ends_at > found.died_at,
        is_beside_another=(found.others_until > found.started_at).fill_null(False)
        | (found.next_from < found.ends_at).fill_null(False),
    )


def _stepped_down(rows: Table, virtual_ward_stays: Table) -> Table:
    """`stepped_down_at`: when the spell's patient was first taken on by a virtual ward, during the spell."""
    taken_on = virtual_ward_stays.filter(virtual_ward_stays[SPELL].notnull())
    pairs = rows.select(SPELL, "spell_started_at", "spell_ended_at").inner_join(
        taken_on.select(SPELL, "virtual_ward_started_at"), SPELL
    )
    is_during = (pairs.virtual_ward_started_at >= pairs.spell_started_at) & (
        pairs.virtual_ward_started_at < pairs.spell_ended_at.fill_null(ibis.timestamp(FAR))
    )
    first = pairs.filter(is_during.fill_null(False)).group_by(SPELL)
    steps = first.aggregate(stepped_down_at=lambda one: one.virtual_ward_started_at.min())
    return rows.left_join(steps, SPELL).drop(f"{SPELL}_right")


def tomorrow(as_of: object) -> DateValue:
    """The day after the as-of day: the first whose midnight is not known yet."""
    return days_after(ibis.literal(as_of, type="date"), 1)


def minute(rows: Table, name: str) -> IntegerValue:
    """The minute of an instant as `rules.local_time.reading` reads it, seconds dropped."""
    offset = f"{name}_offset_minutes"
    said = rows[offset] if offset in rows.columns else None
    return reading(rows[name], said).minute.floor().cast("int64")


def _by(instant: TimestampValue, as_of: object) -> TimestampValue:
    """The instant where it lies on the as-of day or before; what is written down for later has not happened."""
    return (instant.date() <= as_of).ifelse(instant, ibis.null("timestamp"))


def _is_child(rows: Table, on: DateValue, adult_from_years: int) -> BooleanValue:
    """Whether the patient had not reached the birthday of adults; false where the birth date is not known."""
    if "person_birth_date" not in rows.columns:
        return ibis.literal(False)
    return (years_old(rows.person_birth_date, on) < adult_from_years).fill_null(False)


def person_of(spells: Table) -> Value:
    """Whose each spell is: the NHS number, else the one that another spell of the same hospital number has, else that number.

    A number that was traced later stands on some spells of a patient and not on others.
    """
    number, hospital = _text(spells, "nhs_number_pseudonym"), _text(spells, "local_patient_identifier")
    if not {"nhs_number_pseudonym", "local_patient_identifier"} <= set(spells.columns):
        return ibis.coalesce(number, hospital)
    traced = number.max().over(ibis.window(group_by=hospital))
    return ibis.coalesce(number, hospital.notnull().ifelse(traced, ibis.null("string")), hospital)


def _text(rows: Table, name: str) -> Value:
    return rows[name] if name in rows.columns else ibis.null("string")
