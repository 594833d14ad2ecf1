"""Rules of unplanned care: the emergency department, admissions, wards and beds beside each other."""

import ibis
from ibis.expr.types import BooleanValue, Table

from clockstop.rules.quality import ADMINISTRATION, EMERGENCY, WARDS, FoundTest, QualityRule, RowTest, Today

VISIT, SPELL = "emergency_care_attendance_identifier", "hospital_provider_spell_identifier"
# Admission method: through the emergency department of this provider.
THROUGH_DEPARTMENT = "21"
# An admission is registered within so many hours of leaving the department.
SETTLED_HOURS = 24
# Two registrations of one patient so close to each other are one visit.
ONE_VISIT_MINUTES = 15
# A patient who is nowhere for so long was somewhere.
GAP_MINUTES = 60


def _is_admitted(rows: Table, today: Today) -> BooleanValue:
    left = rows.emergency_care_departure_at
    return (rows.attendance_outcome == "admitted") & (left.date() < today).fill_null(False)


def _admitted_without_spell(rows: Table, inpatient_spells: Table, *, today: Today) -> Table:
    """Visits that ended in admission, with no spell: neither the one that they name, nor one that names them."""
    first = inpatient_spells.aggregate(first_day=inpatient_spells.spell_started_at.date().min())
    admitted = rows.filter(_is_admitted(rows, today))
    by_spell = admitted.anti_join(inpatient_spells.filter(inpatient_spells[SPELL].notnull()), SPELL)
    by_visit = by_spell.anti_join(inpatient_spells.filter(inpatient_spells[VISIT].notnull()), VISIT)
    found = by_visit.cross_join(first)
    found = found.filter(found.day > found.first_day)
    return found.select("record", evidence=ibis.literal("admitted, names spell ") + found[SPELL].fill_null("none"))


def _came_through(rows: Table, today: Today) -> BooleanValue:
    return rows.admission_method_code == THROUGH_DEPARTMENT


def _spell_without_visit(rows: Table, ed_attendances: Table, *, today: Today) -> Table:
    """Spells admitted through the department, with no visit: neither the one that they name, nor one that names them."""
    first = ed_attendances.aggregate(first_day=ed_attendances.emergency_care_arrival_at.date().min())
    through = rows.filter(_came_through(rows, today))
    by_visit = through.anti_join(ed_attendances, VISIT)
    by_spell = by_visit.anti_join(ed_attendances.filter(ed_attendances[SPELL].notnull()), SPELL)
    found = by_spell.cross_join(first)
    found = found.filter(found.day > found.first_day)
    return found.select("record", evidence=ibis.literal("method 21, names visit ") + found[VISIT].fill_null("none"))


def _registered_twice(rows: Table, *, today: Today) -> Table:
    """A second registration of a patient minutes after the first on the same site, in a department of the same type."""
    told = rows.filter(rows.person.notnull(), rows.stream_identifier.isnull())
    same = ["person", told.organisation_site_identifier_of_treatment.fill_null(""), "emergency_care_department_type"]
    in_order = ibis.window(group_by=same, order_by=["emergency_care_arrival_at", "record"])
    told = told.mutate(before_at=told.emergency_care_arrival_at.lag().over(in_order), before=told.record.lag().over(in_order))
    minutes = told.emergency_care_arrival_at.delta(told.before_at, unit="minute")
    found = told.filter(minutes <= ONE_VISIT_MINUTES)
    return found.select("record", evidence=ibis.literal("minutes after ") + found.before)


def _two_in_a_bed(rows: Table, bed_stays: Table, *, today: Today) -> Table:
    """Stays that begin in a bed of which another patient's stay has not ended, by more than an hour; of stays as they count."""
    counted = bed_stays.select("ward_stay_identifier", began=bed_stays.started_at, until=bed_stays.ended_at)
    told = rows.filter(rows.bed.notnull()).inner_join(counted, "ward_stay_identifier").filter(lambda one: one.began.notnull())
    told = told.mutate(until=told.until.fill_null(today.cast("timestamp") + ibis.interval(days=1)), bay_of=told.bay.fill_null(""))
    in_order = ibis.window(group_by=["ward_code", "bay_of", "bed"], order_by=["began", "record"], preceding=(None, 1))
    beside = told.mutate(latest=told.until.max().over(in_order), holder=told[SPELL].argmax(told.until).over(in_order))
    found = beside.filter(beside.latest.delta(beside.began, unit="minute") >= 60, beside.holder != beside[SPELL])
    return found.select("record", evidence=ibis.literal("bed ") + found.bed + " was held until " + found.latest.cast("string"))


def _next_stays(rows: Table) -> Table:
    """The stays with the start of the next stay of their spell."""
    in_order = ibis.window(group_by=SPELL, order_by=["ward_stay_started_at", "record"])
    return rows.mutate(next_at=rows.ward_stay_started_at.lead().over(in_order))


def _open_and_followed(rows: Table, *, today: Today) -> Table:
    found = _next_stays(rows)
    found = found.filter(found.ward_stay_ended_at.isnull(), found.next_at.notnull())
    return found.select("record", evidence=ibis.literal("no end, and the next stay began ") + found.next_at.cast("string"))


def _hours_between(rows: Table, *, today: Today) -> Table:
    found = _next_stays(rows)
    found = found.filter(found.next_at.delta(found.ward_stay_ended_at, unit="minute") >= GAP_MINUTES)
    said = ibis.literal("ended ") + found.ward_stay_ended_at.cast("string") + ", the next began " + found.next_at.cast("string")
    return found.select("record", evidence=said)


def _not_left(rows: Table, today: Today) -> BooleanValue:
    return rows.emergency_care_departure_at.isnull() & (today.delta(rows.day, unit="day") >= 2)


def _with_spell(rows: Table, inpatient_spells: Table) -> Table:
    spells = inpatient_spells.select(
        SPELL, began=inpatient_spells.spell_started_at.date(), ended=inpatient_spells.spell_ended_at.date()
    )
    return rows.inner_join(spells, SPELL)


def _outside_spell(rows: Table, inpatient_spells: Table, *, today: Today) -> Table:
    """Days on a ward, or ready days, that lie before the spell or after its end."""
    both = _with_spell(rows, inpatient_spells)
    found = both.filter((both.day < both.began) | (both.day > both.ended).fill_null(False))
    ended = found.ended.cast("string").fill_null("open")
    return found.select("record", evidence=found.day.cast("string") + " outside " + found.began.cast("string") + " to " + ended)


def _more_than_open(rows: Table, today: Today) -> BooleanValue:
    beds = rows.beds_open + rows.escalation_beds_open.fill_null(0)
    return (rows.beds_occupied > beds) | (rows.beds_empty_clean.fill_null(0) + rows.beds_empty_not_clean.fill_null(0) > beds)


_OUTSIDE = {
    "discharge_ready_dates": (
        "ready_outside_spell",
        "Ready on a day outside the spell",
        ("ready_after_discharge", "ready_before_admission"),
    ),
    "ward_patient_days": ("day_outside_spell", "A board-round day outside the spell", ("day_after_discharge",)),
}
RULES = (
    QualityRule(
        slug="admitted_without_spell", dataset="ed_attendances", kind="consistency", title="Admitted from the department, and "
        "no spell",
        definition="The visit ended in admission to this hospital, and no spell is the one that it names, or names it.",
        what_to_do="Register the admission, or correct how the visit ended.", who_mends=ADMINISTRATION,
        test=FoundTest(tables=("inpatient_spells",), judged=_is_admitted, found=_admitted_without_spell),
        needs=("inpatient_spells",), planted_as=("admitted_without_spell",),
    ),
    QualityRule(
        slug="left_without_outcome", dataset="ed_attendances", kind="completeness", title="Left the department, and nothing "
        "says how",
        definition="The visit has a departure and no outcome.",
        what_to_do="Enter whether the patient was admitted, sent home, transferred or had left.", who_mends=EMERGENCY,
        test=RowTest(
            judged=lambda rows, today: rows.emergency_care_departure_at.notnull(),
            failed=lambda rows, today: rows.attendance_outcome.isnull(),
            evidence=lambda rows: ibis.literal("left ") + rows.emergency_care_departure_at.cast("string"),
        ),
        needs=("ed_attendances.attendance_outcome",), planted_as=("outcome_lost",),
    ),
    QualityRule(
        slug="registered_twice", dataset="ed_attendances", kind="uniqueness", title="One visit registered twice",
        definition=f"The patient was registered on the same site less than {ONE_VISIT_MINUTES} minutes before, in a department "
        f"of the "
        "same type; visits that are streamed from one unit to another are left out.",
        what_to_do="Merge the registrations: one of them will have no departure.", who_mends=EMERGENCY,
        test=FoundTest(found=_registered_twice), planted_as=("visit_twice",),
    ),
    QualityRule(
        slug="admitted_without_visit", dataset="inpatient_spells", kind="consistency",
        title="Admitted through the department, and no visit",
        definition="The admission method is 21, and no visit to the emergency department is the one that it names, or names it.",
        what_to_do="Link the visit, or correct the method of admission.", who_mends=ADMINISTRATION,
        test=FoundTest(tables=("ed_attendances",), judged=_came_through, found=_spell_without_visit),
        needs=("ed_attendances",), planted_as=("admitted_without_visit",),
    ),
    QualityRule(
        slug="never_left", dataset="ed_attendances", kind="completeness", title="Arrived days ago, and no departure",
        definition="The visit began two days ago or more and has no departure.",
        what_to_do="Enter the departure and how the visit ended; until then it counts in no standard.", who_mends=EMERGENCY,
        test=RowTest(
            failed=_not_left,
            evidence=lambda rows: ibis.literal("since ") + rows.emergency_care_arrival_at.cast("string"),
        ),
        moves=("emergency_attendances",), planted_as=("no_departure",),
    ),
    QualityRule(
        slug="open_and_followed", dataset="ward_stays", kind="consistency", title="A ward stay without end, and another follows",
        definition="The stay has no end, and another stay of the same spell began after it.",
        what_to_do="End the stay when the next one began.", who_mends=WARDS, test=FoundTest(found=_open_and_followed),
        moves=("bed_stays", "ward_nights"), planted_as=("stay_open_ended",),
    ),
    QualityRule(
        slug="hours_between_stays", dataset="ward_stays", kind="consistency", title="Hours between two ward stays of a spell",
        definition=f"The next stay of the spell begins {GAP_MINUTES} minutes or more after this one ended.",
        what_to_do="Enter where the patient was, or correct the time of the move.", who_mends=WARDS,
        test=FoundTest(found=_hours_between), moves=("bed_stays",), planted_as=("stay_leaves_a_gap",),
    ),
    QualityRule(
        slug="two_in_a_bed", dataset="ward_stays", kind="consistency", title="Two patients in one bed",
        definition="The stay begins an hour or more before the stay of another patient in the same bed ends.",
        what_to_do="Correct the bed, or end the stay of the patient who has left it.", who_mends=WARDS,
        test=FoundTest(tables=("bed_stays",), found=_two_in_a_bed, judged=lambda rows, today: rows.bed.notnull()),
        needs=("ward_stays.bed",),
        moves=("bed_stays", "ward_nights"), planted_as=("two_in_a_bed",),
    ),
    *(
        QualityRule(
            slug=slug, dataset=dataset, kind="consistency", title=title,
            definition="The day lies before the patient's spell began or after it ended.",
            what_to_do="Correct the day, or the spell that the entry names.", who_mends=WARDS,
            test=FoundTest(tables=("inpatient_spells",), found=_outside_spell), needs=("inpatient_spells",), planted_as=planted,
        )
        for dataset, (slug, title, planted) in _OUTSIDE.items()
    ),
    QualityRule(
        slug="more_patients_than_beds", dataset="ward_bed_states", kind="consistency", title="More beds used or empty than are "
        "open",
        definition="The ward counts more patients, or more empty beds, than it has beds open, escalation beds among them.",
        what_to_do="Count again; open the escalation beds in the system when patients lie in them.", who_mends=WARDS,
        test=RowTest(
            failed=_more_than_open,
            evidence=lambda rows: (
                rows.beds_occupied.cast("string").fill_null("?") + " in " + rows.beds_open.cast("string") + " beds"
            ),
        ),
        planted_as=("more_patients_than_beds",),
    ),
)  # fmt: skip
