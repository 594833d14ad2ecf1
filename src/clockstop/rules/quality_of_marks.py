"""Rules that facts have found already: the marks that rules of beds, emergency care, cancer and theatres leave on their rows.

Nothing is judged here a second time; each mark becomes a rule of the dataset whose record has it.
"""

import ibis
from ibis.expr.types import BooleanValue, StringValue, Table

from clockstop.rules import emergency_clock as clock
from clockstop.rules.bed_faults import NO_STAY
from clockstop.rules.bed_marks import has_mark
from clockstop.rules.bed_spells import SPELL_MARKS
from clockstop.rules.bed_stays import STAY_MARKS
from clockstop.rules.cancer_standards import D31
from clockstop.rules.cancer_waits import MARKS as CANCER_MARKS
from clockstop.rules.quality import CLINICAL, EMERGENCY, INFORMATION, THEATRES, WARDS, FoundTest, Kind, QualityRule, Today, by_mark
from clockstop.rules.theatre_stamps import TIMING_FLAGS

STAY, SPELL, VISIT, CASE, RECORD, TREATMENT = (
    "ward_stay_identifier", "hospital_provider_spell_identifier", "emergency_care_attendance_identifier", "theatre_case_identifier",
    "cancer_record_identifier", "cancer_treatment_identifier",
)  # fmt: skip
# What to do about each kind of mark, where the mark itself does not say more.
_CORRECT_STAYS = "Correct the times of the ward stay in the patient administration system; close it where the patient has left."
_CORRECT_SPELLS = "Correct the admission or the discharge, and the ward stays with it."
_CORRECT_TIMES = "Correct the times of the attendance; ask who keyed them whether they were entered afterwards."
PLANTED = {
    "overlap": ("stay_overlaps",), "two_beds": ("stay_overlaps", "stay_beyond_discharge"), "gap": ("stay_leaves_a_gap",),
    "after_spell": ("stay_open_after_discharge", "stay_beyond_discharge"), "pseudo_ward": ("pseudo_ward_at_midnight",),
    "open_after_death": ("death_with_open_spell",), clock.NO_DEPARTURE: ("no_departure",),
    clock.DEPARTURE_BEFORE_ARRIVAL: ("departure_before_arrival",), clock.ASSESSMENT_BEFORE_ARRIVAL: ("triage_before_registration",),
    clock.DECISION_BEFORE_ARRIVAL: ("decision_before_arrival",), clock.VIRTUAL_MOVE: ("virtual_move",),
    clock.HANDOVER_BEFORE_ARRIVAL: ("handover_before_arrival",), clock.NO_HANDOVER: ("no_handover",),
    "adjustment_rejected": ("cancer_adjustment_too_long",), "first_seen_missing": ("cancer_first_seen_missing",),
    "told_without_reason": ("cancer_told_of_nothing",),
    "no_end": ("case_without_its_end",),
}  # fmt: skip
REJECTED = "adjustment_rejected"
# Marks that say how a record was read, not that it is wrong.
_NO_FAULTS = (clock.STREAMED, "DQ_AMBIGUOUS_LOCAL_TIME")


def _faults_of_stays(rows: Table, bed_faults: Table, *, today: Today) -> Table:
    return _faults_of(bed_faults, STAY)


def _faults_of_spells(rows: Table, bed_faults: Table, *, today: Today) -> Table:
    return _faults_of(bed_faults, SPELL)


def _faults_of(bed_faults: Table, key: str) -> Table:
    found = bed_faults.filter(bed_faults[key].notnull())
    said = found.started_at.cast("string").fill_null("?") + " to " + found.ended_at.cast("string").fill_null("open")
    return found.select(record=found[key], evidence=said, mark=found.fault)


def _each(marks: StringValue, parted_by: str = " ") -> StringValue:
    """One of the marks a row."""
    return marks.fill_null("").split(parted_by).unnest()


def _marked_visits(rows: Table, emergency_attendances: Table, *, today: Today) -> Table:
    found = emergency_attendances.filter(emergency_attendances.marks != "")
    said = found.arrived_at.cast("string").fill_null("?") + " to " + found.departed_at.cast("string").fill_null("no departure")
    return found.select(record=found[VISIT], evidence=said, mark=_each(found.marks))


def _marked_handovers(rows: Table, ambulance_handovers: Table, *, today: Today) -> Table:
    found = ambulance_handovers.filter(ambulance_handovers.marks != "")
    said = (
        found.arrived_at.cast("string").fill_null("?")
        + " to "
        + found.handover_completed_at.cast("string").fill_null("no handover")
    )
    return found.select(record=found.ambulance_arrival_identifier, evidence=said, mark=_each(found.marks))


def _flagged_cases(rows: Table, theatre_cases_timed: Table, *, today: Today) -> Table:
    rows = theatre_cases_timed
    found = rows.filter(rows.is_performed, rows.timing_flags != "")
    said = (
        found.touch_start_at.cast("string").fill_null("no start") + " to " + found.touch_end_at.cast("string").fill_null("no end")
    )
    return found.select(record=found[CASE], evidence=said, mark=_each(found.timing_flags.replace(" ", ","), ","))


def _rejected_pauses(rows: Table, cancer_waits: Table, *, today: Today) -> Table:
    """The treatments whose own adjustment was rejected: it is deducted from the wait for treatment alone."""
    waits = cancer_waits.filter(cancer_waits.standard == D31, _is_marked(cancer_waits, "adjustment_rejected"))
    waits = waits.filter(waits[TREATMENT].notnull())
    return waits.select(record=waits[TREATMENT], evidence=_wait_of(waits))


def _rejected_elsewhere(rows: Table, cancer_waits: Table, *, today: Today) -> Table:
    """The records with a rejected adjustment that is not that of a treatment."""
    of_treatments = cancer_waits.filter(cancer_waits.standard == D31, _is_marked(cancer_waits, "adjustment_rejected"))
    waits = cancer_waits.filter(_is_marked(cancer_waits, "adjustment_rejected"), cancer_waits[RECORD].notnull())
    waits = waits.anti_join(of_treatments, TREATMENT)
    return waits.select(record=waits[RECORD], evidence=_wait_of(waits))


def _is_marked(waits: Table, mark: str) -> BooleanValue:
    return has_mark(waits.marks.fill_null("").replace(",", " "), mark)


def _wait_of(waits: Table) -> StringValue:
    return ibis.literal("the wait that began ") + waits.start_date.cast("string").fill_null("?")


def _marked_records(rows: Table, cancer_waits: Table, *, today: Today) -> Table:
    return _marked_waits(cancer_waits, RECORD)


def _marked_treatments(rows: Table, cancer_waits: Table, *, today: Today) -> Table:
    return _marked_waits(cancer_waits, TREATMENT)


def _marked_waits(cancer_waits: Table, key: str) -> Table:
    found = cancer_waits.filter(cancer_waits.marks != "", cancer_waits[key].notnull())
    return found.select(record=found[key], evidence=_wait_of(found), mark=_each(found.marks, ","))


def _bed_rule(fault: str, words: str, dataset: str, key: str, do: str) -> QualityRule:
    return QualityRule(
        slug=fault, dataset=dataset, kind="consistency", title=_titled(words), definition=f"{words} (bed_faults).",
        what_to_do=do, who_mends=WARDS,
        test=by_mark(_faults_of_stays if key == STAY else _faults_of_spells, fault, "bed_faults"),
        moves=("ward_nights", "bed_stays", "inpatient_stays"), planted_as=PLANTED.get(fault, ()),
    )  # fmt: skip


def _visit_rule(mark: str, words: str) -> QualityRule:
    kind: Kind = "completeness" if mark in (clock.NO_DEPARTURE, clock.NO_HANDOVER, clock.NO_DECISION) else "consistency"
    return QualityRule(
        slug=mark.lower().removeprefix("dq_"), dataset="ed_attendances", kind=kind, title=words,
        definition=f"{words}: {mark} (emergency_attendances).", what_to_do=_CORRECT_TIMES, who_mends=EMERGENCY,
        test=by_mark(_marked_visits, mark, "emergency_attendances"),
        moves=("emergency_attendances",), planted_as=PLANTED.get(mark, ()),
    )  # fmt: skip


def _handover_rule(mark: str) -> QualityRule:
    words = clock.MARKS[mark]
    return QualityRule(
        slug=mark.lower().removeprefix("dq_"), dataset="ambulance_arrivals", title=words, who_mends=EMERGENCY,
        kind="completeness" if mark == clock.NO_HANDOVER else "consistency", definition=f"{words}: {mark} (ambulance_handovers).",
        what_to_do="Enter the handover as the crew and the nurse signed it.",
        test=by_mark(_marked_handovers, mark, "ambulance_handovers"),
        moves=("ambulance_handovers",), planted_as=PLANTED.get(mark, ()),
    )  # fmt: skip


def _case_rule(flag: str, words: str) -> QualityRule:
    kind: Kind = "completeness" if flag in ("no_start", "no_end", "no_anaesthetic_start") else "consistency"
    return QualityRule(
        slug=flag, dataset="theatre_cases", kind=kind, title=words, definition=f"{words}: of a case that was operated.",
        what_to_do="Enter the times as they were; the touch time of the list is wrong or short without them.", who_mends=THEATRES,
        test=by_mark(_flagged_cases, flag, "theatre_cases_timed"),
        moves=("theatre_cases_timed", "theatre_lists"), planted_as=PLANTED.get(flag, ()),
    )  # fmt: skip


def _cancer_rule(mark: str, words: str) -> QualityRule:
    kind: Kind = "completeness" if mark.endswith("missing") or mark == "told_without_reason" else "consistency"
    key, dataset = (TREATMENT, "cancer_treatments") if mark == "treatment_adjustment_differs" else (RECORD, "cancer_records")
    test: FoundTest = by_mark(_marked_treatments if key == TREATMENT else _marked_records, mark, "cancer_waits")
    if mark == REJECTED:
        test = FoundTest(tables=("cancer_waits",), found=_rejected_elsewhere, reads=("record",))
    return QualityRule(
        slug=mark, dataset=dataset, kind=kind, title=_titled(words), definition=f"{_titled(words)} (cancer_waits).",
        what_to_do="Correct the record before the quarter's upload; the wait or its breach depends on it.",
        who_mends=CLINICAL if mark.endswith("missing") else INFORMATION,
        test=test, moves=("cancer_waits",),
        planted_as=PLANTED.get(mark, ()),
    )  # fmt: skip


_PAUSE = QualityRule(
    slug=REJECTED, dataset="cancer_treatments", kind="consistency", title="The pause before a treatment does not count",
    definition="The treatment's adjustment is longer than the wait, or its reason or setting does not allow one (cancer_waits).",
    what_to_do="Correct the adjustment, its reason or the setting: a pause counts before an inpatient or day case treatment alone.",
    who_mends=INFORMATION, test=FoundTest(tables=("cancer_waits",), found=_rejected_pauses, reads=("record",)),
    moves=("cancer_waits",),
    planted_as=("cancer_outpatient_pause",),
)  # fmt: skip


def _titled(words: str) -> str:
    return words[0].upper() + words[1:]


RULES = (
    *(_bed_rule(name, words, "ward_stays", STAY, _CORRECT_STAYS) for name, words in STAY_MARKS.items()),
    *(_bed_rule(name, words, "inpatient_spells", SPELL, _CORRECT_SPELLS) for name, words in SPELL_MARKS.items()),
    _bed_rule(
        NO_STAY, "The spell has a night and no ward stay", "inpatient_spells", SPELL, "Enter the ward on which the patient lay."
    ),
    *(_visit_rule(mark, words) for mark, words in clock.MARKS.items() if mark not in _NO_FAULTS),
    *(_handover_rule(mark) for mark in (clock.HANDOVER_BEFORE_ARRIVAL, clock.NO_HANDOVER)),
    *(_case_rule(flag, words) for flag, words in TIMING_FLAGS.items()),
    *(_cancer_rule(mark, words) for mark, words in CANCER_MARKS.items() if mark not in _NO_FAULTS),
    _PAUSE,
)
