"""Each visit to the emergency department: its clock, its stages and what is wrong with its record (operations.md 1.2 to 1.6)."""

import ibis
from ibis.expr.types import BooleanValue, IntegerValue, Table, TimestampValue

from clockstop.contracts.people import PERSON_NAMES, SERVICE_NAMES
from clockstop.rules import emergency_clock as clock
from clockstop.rules.ages import years_old
from clockstop.rules.emergency_records import (
    AMBULANCE_ARRIVED,
    ARRIVAL,
    ASSESSMENT,
    CONCLUSION,
    DECISION,
    DEPARTURE,
    HANDED_OVER,
    OF_AMBULANCE,
    OF_RECORD,
    READY,
    SEEN,
    VISIT,
    offset_of,
    one_a_visit,
    with_ambulance,
    with_offsets,
)
from clockstop.rules.emergency_returns import PERSON_KEYS, with_reattendance
from clockstop.rules.local_time import local_at, minute_of
from clockstop.rules.moments import Follows, apart, marks_joined, marks_of, minute_name, read_in_order
from clockstop.rules.readings import Readings

# Of each instant those that it cannot precede. A handover and a registration have no order of their own.
FOLLOWS: Follows = {
    HANDED_OVER: (AMBULANCE_ARRIVED,),
    ARRIVAL: (AMBULANCE_ARRIVED,),
    ASSESSMENT: (ARRIVAL,),
    SEEN: (ARRIVAL, ASSESSMENT),
    READY: (ARRIVAL,),
    DECISION: (ARRIVAL,),
    CONCLUSION: (ARRIVAL, SEEN),
    DEPARTURE: (HANDED_OVER, ARRIVAL, ASSESSMENT, SEEN, READY, DECISION, CONCLUSION),
}
IN_ORDER = (*OF_AMBULANCE, *OF_RECORD)
# A visit found by its treatment function alone is one of emergency medicine.
EMERGENCY_MEDICINE = "180"


def emergency_attendances(ed_attendances: Table, ambulance_arrivals: Table, *, as_of: object, readings: Readings) -> Table:
    """Each visit that began by the end of `as_of`, still under way or ended, and any that its record dates after it."""
    return visits(ed_attendances, ambulance_arrivals, until=end_of_day(as_of), readings=readings)


def end_of_day(day: object) -> TimestampValue:
    """The instant that ends a day."""
    start = day if isinstance(day, ibis.Value) else ibis.date(day)
    return start.cast("timestamp") + ibis.interval(days=1)


def visits(attendances: Table, ambulances: Table, *, until: TimestampValue, readings: Readings) -> Table:
    """The visits as they stand at the instant `until`: what is dated after it is not believed, and marked."""
    records = with_ambulance(with_offsets(attendances, OF_RECORD), ambulances)
    whole = one_a_visit(_none_of_the_future(records, until), readings)
    # What the clock does not read is joined again at the end: the query has many steps, and each names all that it carries.
    found = apart(_started(_read(whole), readings))
    found = apart(_ended(found, minute_of(until).floor().cast("int64"), readings))
    found = _staged(apart(_measured(apart(_on_the_wall(found)), readings)))
    found = with_reattendance(apart(found), readings)
    rest = whole.drop(*(name for name in found.columns if name in whole.columns and name != VISIT))
    return _handed_on(found.inner_join(rest, VISIT))


def _none_of_the_future(records: Table, until: TimestampValue) -> Table:
    """The records without what is dated after `until`; such an arrival stays, and its row counts nowhere."""
    is_ahead = {name: (records[name] > until).fill_null(False) for name in IN_ORDER}
    believed = {name: ahead.ifelse(ibis.null("timestamp"), records[name]) for name, ahead in is_ahead.items() if name != ARRIVAL}
    is_future = ibis.or_(*is_ahead.values())
    return records.mutate(**believed, marks=marks_of({clock.FUTURE_TIME: is_future}), is_ahead=is_ahead[ARRIVAL])


# What the clock reads of a visit beside its instants.
_READ = (
    VISIT, "marks", "is_ahead", "records", "emergency_care_arrival_mode", "emergency_care_attendance_category",
    "emergency_care_department_type", "attendance_outcome", "wait_reason", "is_virtual_move", "is_mental_health",
    "person_birth_date", *PERSON_KEYS,
)  # fmt: skip


def _read(whole: Table) -> Table:
    """What the clock reads of the visits, with the minute of each instant."""
    instants = [each for name in IN_ORDER for each in (name, offset_of(name))]
    return read_in_order(whole.select(*_READ, *instants), IN_ORDER, FOLLOWS).drop(*instants)


def _started(found: Table, readings: Readings) -> Table:
    """The clock's start, and from when on the patient was on the site."""
    came, ambulance = found[minute_name(ARRIVAL)], found[minute_name(AMBULANCE_ARRIVED)]
    by_ambulance = (found.emergency_care_arrival_mode == clock.AMBULANCE).fill_null(ambulance.notnull())
    unknown = came + clock.HANDOVER_MINUTES if readings.ed_unknown_ambulance_has_quarter_hour else came
    brought = ambulance.notnull().ifelse(clock.ambulance_start(ambulance, found[minute_name(HANDED_OVER)]), unknown)
    walked = clock.walk_in_start(came, found[minute_name(ASSESSMENT)], believed_minutes=readings.ed_early_assessment_hours * 60)
    start = by_ambulance.ifelse(brought, walked)
    return found.mutate(
        is_by_ambulance=by_ambulance,
        clock_start_minute=start,
        arrived_minute=by_ambulance.ifelse(ambulance.fill_null(came), start),
    )


def _ended(found: Table, until: IntegerValue, readings: Readings) -> Table:
    """The clock's end, where it has one; a visit that ends nowhere is closed as a fault after a day."""
    left, concluded = found[minute_name(DEPARTURE)], found[minute_name(CONCLUSION)]
    moved = (found.is_virtual_move.fill_null(False)) & left.notnull()
    if not readings.ed_virtual_move_stops_clock:
        left = moved.ifelse(clock.end_of_virtual_move(concluded, left), left)
    end = clock.clock_end(
        found.attendance_outcome, found.wait_reason, start=found.clock_start_minute, concluded=concluded, left=left
    )
    is_too_old = (until - found.clock_start_minute > readings.ed_open_hours * 60).fill_null(False)
    return found.mutate(
        is_moved_on_paper=moved,
        departed_minute=left,
        clock_end_minute=end,
        is_closed_as_fault=end.isnull() & is_too_old,
        is_still_here=end.isnull() & ~is_too_old & ~found.is_ahead,
    )


def _on_the_wall(found: Table) -> Table:
    """The visits with the local times that are shown."""
    minutes = {
        "arrived_at": "arrived_minute", "departed_at": "departed_minute", "clock_start_at": "clock_start_minute",
        "clock_end_at": "clock_end_minute", "assessed_at": minute_name(ASSESSMENT), "seen_at": minute_name(SEEN),
        "ready_at": minute_name(READY), "decision_to_admit_at": minute_name(DECISION),
    }  # fmt: skip
    return found.mutate(**{name: local_at(found[minute]) for name, minute in minutes.items()})


def _measured(found: Table, readings: Readings) -> Table:
    """The intervals of the visit, and the truths that measures count."""
    start, end = found.clock_start_minute, found.clock_end_minute
    minutes = clock.minutes_between(start, end, floor=found.arrived_minute)
    decided = found[minute_name(DECISION)]
    is_admitted = (found.attendance_outcome == clock.ADMITTED).fill_null(False)
    from_decision = clock.minutes_between(_latest(decided, start), end)
    is_unplanned = found.emergency_care_attendance_category.isin(sorted(clock.UNPLANNED)).fill_null(True) & ~found.is_ahead
    kind = found.emergency_care_department_type
    start_date, departed = found.clock_start_at.date(), found.clock_end_at.date()
    return found.mutate(
        minutes_in_department=minutes,
        decision_minute=decided,
        minutes_from_decision=_where(is_admitted, from_decision),
        minutes_to_assessment=clock.minutes_to(start, found[minute_name(ASSESSMENT)]),
        minutes_to_treatment=clock.minutes_to(start, found[minute_name(SEEN)]),
        minutes_from_ready=clock.minutes_between(found[minute_name(READY)], end),
        is_admitted=is_admitted,
        is_unplanned=is_unplanned,
        is_in_standard=is_unplanned & kind.isin(sorted(clock.STANDARD_TYPES)),
        is_type_1=is_unplanned & (kind == clock.TYPE_1),
        is_sdec=is_unplanned & (kind == clock.SDEC),
        is_twelve_hour_type=is_unplanned & kind.isin(readings.ed_twelve_hour_types.split()),
        is_left_before_seen=found.attendance_outcome.isin(sorted(clock.LEFT_BEFORE_SEEN)).fill_null(False),
        is_mental_health=found.is_mental_health.fill_null(False),
        is_child=(years_old(found.person_birth_date, start_date) < readings.ed_child_below_age).fill_null(False),
        start_date=start_date,
        end_date=departed,
        reporting_date=start_date if readings.ed_reporting_date == "arrival" else departed,
        marks=marks_joined([found.marks, marks_of(_faults(found))]),
    )


def _faults(found: Table) -> dict[str, BooleanValue]:
    """What is wrong with the record, beside its doubtful times."""
    start, end = found.clock_start_minute, found.clock_end_minute
    ambulance, handed_over = found[minute_name(AMBULANCE_ARRIVED)], found[minute_name(HANDED_OVER)]
    decided, assessed = found[minute_name(DECISION)], found[minute_name(ASSESSMENT)]
    is_admitted = (found.attendance_outcome == clock.ADMITTED).fill_null(False)
    by_ambulance, departed = found.is_by_ambulance, found.departed_minute
    return {
        clock.NO_DEPARTURE: found.is_closed_as_fault,
        clock.DEPARTURE_BEFORE_ARRIVAL: end < found.arrived_minute,
        clock.ASSESSMENT_BEFORE_ARRIVAL: ~by_ambulance & (assessed < found[minute_name(ARRIVAL)]),
        clock.DECISION_BEFORE_ARRIVAL: decided < start,
        clock.DECISION_AFTER_DEPARTURE: is_admitted & (decided > end),
        clock.NO_DECISION: is_admitted & end.notnull() & decided.isnull(),
        clock.HANDOVER_BEFORE_ARRIVAL: by_ambulance & (handed_over < ambulance),
        clock.NO_HANDOVER: by_ambulance & ambulance.notnull() & handed_over.isnull(),
        clock.NO_AMBULANCE: by_ambulance & ambulance.isnull(),
        clock.VIRTUAL_MOVE: found.is_moved_on_paper,
        clock.OUT_OF_ORDER: ibis.greatest(assessed, found[minute_name(SEEN)], found[minute_name(READY)]) > departed,
        clock.STREAMED: found.records > 1,
    }


def _staged(found: Table) -> Table:
    """How long each stage of an ended visit took: to assessment, to treatment, to the decision, and to leaving.

    A stage whose time is missing is null, and the next one has its minutes too; the stages add up to the minutes in the department.
    What was decided of those who were not admitted is that they were ready to go.
    """
    decided = found.is_admitted.ifelse(found.decision_minute, found[minute_name(READY)])
    found = apart(found.mutate(reached_minute=found.clock_start_minute, stage_decided_minute=decided))
    steps = {"to_assessment": minute_name(ASSESSMENT), "to_treatment": minute_name(SEEN), "to_decision": "stage_decided_minute"}
    for stage, minute in steps.items():
        at = ibis.least(ibis.greatest(found[minute], found.reached_minute), found.clock_end_minute)
        is_known = found.minutes_in_department.notnull() & found[minute].notnull()
        reached = is_known.ifelse(at, found.reached_minute)
        found = apart(found.mutate(**{stage: _where(is_known, at - found.reached_minute), "reached_minute": reached}))
    last = ibis.greatest(found.clock_end_minute - found.reached_minute, 0)
    return found.mutate(to_departure=_where(found.minutes_in_department.notnull(), last))


def _handed_on(found: Table) -> Table:
    """The visits with the columns that measures, lists and pages read."""
    minutes, from_decision = found.minutes_in_department, found.minutes_from_decision
    return found.select(
        VISIT,
        "ambulance_incident_identifier",
        "hospital_provider_spell_identifier",
        *SERVICE_HANDED_ON,
        *PERSON_NAMES,
        *_COUNTED,
        patient_pathway_identifier=found[VISIT],
        activity_treatment_function_code=found.activity_treatment_function_code.fill_null(EMERGENCY_MEDICINE),
        department_type=found.emergency_care_department_type,
        attendance_category=found.emergency_care_attendance_category,
        is_booked=found.is_booked_appointment,
        arrival_mode=found.emergency_care_arrival_mode,
        acuity=found.emergency_care_acuity,
        complaint=found.emergency_care_chief_complaint,
        outcome=found.attendance_outcome,
        destination=found.emergency_care_discharge_destination,
        wait_reason=found.wait_reason,
        area=found.department_area,
        place=found.department_place,
        waiting_for=found.waiting_for,
        admitting_treatment_function_code=found.admitting_treatment_function_code,
        arrival_hour=found.arrived_at.hour().cast("int32"),
        departure_hour=found.departed_at.hour().cast("int32"),
        is_timed=found.is_in_standard & minutes.notnull(),
        is_within_4_hours=clock.is_within(minutes, clock.FOUR_HOURS),
        is_over_12_hours_from_arrival=clock.is_over(minutes, clock.TWELVE_HOURS),
        is_over_12_hours_from_decision=clock.is_over(from_decision, clock.TWELVE_HOURS),
        is_over_24_hours=clock.is_over(minutes, clock.ONE_DAY),
    )


SERVICE_HANDED_ON = tuple(name for name in SERVICE_NAMES if name not in ("activity_treatment_function_code", "priority_type_code"))
_COUNTED = (
    "clock_start_minute", "clock_end_minute", "decision_minute", "start_date", "end_date", "reporting_date",
    "minutes_in_department", "minutes_from_decision", "minutes_to_assessment", "minutes_to_treatment", "minutes_from_ready",
    "to_assessment", "to_treatment", "to_decision", "to_departure", "is_unplanned", "is_in_standard", "is_type_1", "is_sdec",
    "is_twelve_hour_type", "is_admitted", "is_left_before_seen", "is_reattendance", "is_child", "is_mental_health",
    "is_still_here", "is_closed_as_fault", "records", "marks", "arrived_at", "departed_at", "clock_start_at", "clock_end_at",
    "assessed_at", "seen_at", "ready_at", "decision_to_admit_at",
)  # fmt: skip


def _latest(one: IntegerValue, other: IntegerValue) -> IntegerValue:
    """The later of two minutes; null where the first is."""
    return (one < other).ifelse(other, one)


def _where(truth: BooleanValue, minutes: IntegerValue) -> IntegerValue:
    return truth.ifelse(minutes, ibis.null("int64"))
