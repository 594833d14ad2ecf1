"""Every discharge: its ready date, its time of day, its expected date, and whether the patient came back (operations.md 2.3)."""

import ibis
from ibis.expr.types import DateValue, Table, Value

from clockstop.rules.bed_base import LOUNGE
from clockstop.rules.bed_spells import SPELL, person_of
from clockstop.rules.discharge_ready import delay_band, delay_days, is_in_scope, ready_dates, why_unmeasured
from clockstop.rules.discharge_times import FIVE, NOON, counts_for_profile, is_before_hour, is_weekend, left_ward_at, weekday_of
from clockstop.rules.either import days_after
from clockstop.rules.local_time import minute_of
from clockstop.rules.readings import Readings
from clockstop.rules.readmissions import readmissions
from clockstop.rules.working_days import is_weekday_holiday

HOUR_MINUTES = 60


def discharges(
    inpatient_stays: Table, bed_stays: Table, discharge_ready_dates: Table, *, as_of: object, readings: Readings
) -> Table:
    """Each spell that ended by the as-of day, on the `day` of its discharge.

    The delay runs from the ready date to the day on which the hospital bed was left: that of the discharge, or of the step down to
    a virtual ward where the readings say so. `left_ward_at` is the actual departure and `bed_released_at` the moment from which the
    bed was free. Day cases and deaths have rows of their own, and stand in none of the measures that leave them out.
    """
    ended = inpatient_stays.filter((inpatient_stays.end_date <= as_of).fill_null(False)).drop("marks")
    gone = ended.bed_end_date if readings.step_down_ends_delay else ended.end_date
    rows = ended.mutate(day=ended.end_date, gone_date=gone)
    rows = _on_last_ward(rows, bed_stays)
    rows = _timed(rows, readings)
    rows = _with_ready_date(rows, discharge_ready_dates)
    rows = _expected(rows, readings)
    return _followed(rows, inpatient_stays, as_of, readings)


def _on_last_ward(rows: Table, bed_stays: Table) -> Table:
    """The rows with the last ward of the spell that is one, its end, and when the patient came to the lounge."""
    stays = bed_stays.filter(bed_stays[SPELL].notnull())
    order = ibis.window(group_by=SPELL, order_by=["started_at", "ward_stay_identifier"])
    stays = stays.mutate(place=ibis.row_number().over(order))
    is_ward = ~stays.is_pseudo
    last = stays.group_by(SPELL).aggregate(
        ward_code=stays.ward_code.argmax(stays.place, where=is_ward),
        ward_name=stays.ward_name.argmax(stays.place, where=is_ward),
        ward_type=stays.ward_type.argmax(stays.place, where=is_ward),
        ward_ended_at=stays.as_sent_ended_at.argmax(stays.place, where=is_ward),
        lounge_from=stays.started_at.max(where=stays.ward_type == LOUNGE),
    )
    return rows.left_join(last, SPELL).drop(f"{SPELL}_right")


def _timed(rows: Table, readings: Readings) -> Table:
    """When the patient left and when the bed was free; a time in the lounge counts from the day of the discharge alone."""
    lounge_at = ibis.coalesce(rows.discharge_lounge_at, rows.lounge_from)
    rows = rows.mutate(lounge_at=(lounge_at.date() == rows.end_date).fill_null(False).ifelse(lounge_at, ibis.null("timestamp")))
    left = left_ward_at(rows.ended_at, rows.ward_ended_at, rows.lounge_at, lounge_counts=readings.discharge_lounge_is_departure)
    rows = rows.mutate(left_ward_at=left)
    rows = rows.mutate(
        bed_released_at=ibis.least(rows.left_ward_at, rows.lounge_at),
        is_inpatient_discharge=counts_for_profile(rows.nights, rows.is_dead, rows.is_adult_flow),
        weekday=weekday_of(rows.day).cast("string"),
        is_on_bank_holiday=is_weekday_holiday(rows.day),
        is_through_lounge=rows.lounge_at.notnull(),
    )
    counts, weekend = rows.is_inpatient_discharge, is_weekend(rows.day)
    return rows.mutate(
        is_before_noon=counts & is_before_hour(rows.left_ward_at, NOON),
        is_before_17=counts & is_before_hour(rows.left_ward_at, FIVE),
        is_bed_released_before_noon=counts & is_before_hour(rows.bed_released_at, NOON),
        is_weekend=weekend,
        is_weekend_discharge=counts & weekend,
        is_weekday_discharge=counts & ~weekend,
    ).drop("ward_ended_at", "lounge_from", "discharge_lounge_at")


def _with_ready_date(rows: Table, history: Table) -> Table:
    """The rows with their valid ready date and the delay from it, or with why there is none."""
    found = ready_dates(rows.select(SPELL, "start_date", end_date="gone_date"), history)
    rows = rows.left_join(found, SPELL).drop(f"{SPELL}_right")
    scope = is_in_scope(rows.nights, rows.is_dead) & rows.is_adult_flow
    why = why_unmeasured(rows.entries.notnull(), rows.standing_date, rows.start_date)
    delay = delay_days(rows.discharge_ready_date, rows.gone_date)
    rows = rows.mutate(is_in_scope=scope, is_measured=scope & rows.discharge_ready_date.notnull(), delay_days=delay, why=why)
    nothing, no_days = ibis.null("string"), ibis.null("int64")
    rows = rows.mutate(
        why_unmeasured=(rows.is_in_scope & ~rows.is_measured).ifelse(rows.why, nothing),
        delay_days=rows.is_measured.ifelse(rows.delay_days, no_days),
        delay_reason=ibis.coalesce(rows.delay_reason, rows.delay_reason_code),
        withdrawals=rows.withdrawals.fill_null(0),
        is_ready_recorded_late=rows.is_measured & (rows.ready_recorded_at.date() > rows.gone_date).fill_null(False),
    )
    return rows.mutate(
        delay_band=delay_band(rows.delay_days),
        is_on_ready_date=rows.is_measured & (rows.delay_days == 0).fill_null(False),
        is_delayed=rows.is_measured & (rows.delay_days > 0).fill_null(False),
    ).drop("why", "entries")


def _expected(rows: Table, readings: Readings) -> Table:
    """The rows with how soon an expected date of discharge was set, and how far out the last one was."""
    counts = rows.is_inpatient_discharge
    taken = minute_of(rows.estimated_discharge_date_set_at).floor() - minute_of(rows.started_at).floor()
    out = rows.end_date.delta(rows.estimated_discharge_date, unit="day")
    in_time = (taken <= readings.expected_date_hours * HOUR_MINUTES).fill_null(False)
    return rows.mutate(
        expected_date_minutes=taken,
        is_expected_date_in_time=counts & rows.estimated_discharge_date.notnull() & in_time,
        days_from_expected=out,
        has_expected_day=counts & rows.estimated_discharge_date.notnull(),
        is_expected_date_right=counts
        & out.between(-readings.expected_date_days_out, readings.expected_date_days_out).fill_null(False),
    )


def _followed(rows: Table, stays: Table, as_of: object, readings: Readings) -> Table:
    """The rows with the next admission of the same patient; followed up are those of whom the whole window has gone by."""
    found = readmissions(_for_readmission(stays, as_of), readings).drop("stay_started_date")
    rows = rows.left_join(found, SPELL).drop(f"{SPELL}_right")
    has_passed: Value = days_after(rows.end_date, readings.readmission_last_day) <= _day(as_of)
    is_index = rows.is_index.fill_null(False)
    is_back = rows.is_readmitted.fill_null(False)
    is_day_case = ~rows.is_dead & (rows.patient_classification_code == "2").fill_null(False)
    return rows.mutate(
        is_index=is_index,
        is_readmitted=is_back,
        is_followed_up=is_index & has_passed,
        readmission_spell_identifier=is_back.ifelse(rows.next_admission_spell_identifier, ibis.null("string")),
        is_followed_up_apart=is_day_case & has_passed,
        is_readmitted_apart=is_day_case & rows.is_readmitted_apart.fill_null(False),
    )


def _for_readmission(stays: Table, as_of: object) -> Table:
    """Every spell begun by the as-of day as `readmissions` asks for it, with its person."""
    begun = stays.filter(stays.start_date <= as_of)
    return begun.mutate(person=person_of(begun))


def _day(as_of: object) -> DateValue:
    return ibis.literal(as_of, type="date")
