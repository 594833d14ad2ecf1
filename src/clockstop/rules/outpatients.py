"""The fact tables of outpatients: appointments, sessions and their slots, activity, specialist advice and PIFU.

They are expressions: nothing runs or pauses here as clocks do. The rules themselves stand in outpatient_attendance, clinic_slots
and specialist_advice, where the worked cases use them too.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis
from ibis import _
from ibis.expr.types import Table, Value

from clockstop.contracts.codes import ATTENDED_OR_DID_NOT_ATTEND
from clockstop.contracts.outpatient_codes import CONSULTATION_MEDIUM
from clockstop.contracts.people import SERVICE_NAMES
from clockstop.rules import outpatient_attendance as attendance
from clockstop.rules import specialist_advice as advice
from clockstop.rules.clinic_slots import CANCELLED_BY_PROVIDER, available_slots, is_held, is_short_cancellation
from clockstop.rules.fact import Fact
from clockstop.rules.readings import Readings
from clockstop.rules.whole_numbers import summed
from clockstop.rules.working_days import working_days_past

PATHWAY = "patient_pathway_identifier"
SESSION = "outpatient_session_identifier"
PHONE_OR_VIDEO = "Telephone or video, not said which"
VIRTUAL_MEDIA = ("02", "03", "04", "05", "06")


def outpatient_attendances(*, appointments: Table, as_of: date, readings: Readings) -> Table:
    """Each appointment with a patient, past and to come, with what it counts as (OP-R01 to R03, R06, R07, R11, R16).

    Administrative clock stops are not among them. Those to come are kept, so that what is booked can be counted.
    """
    rows = appointments.filter(attendance.is_consultation(_.first_attendance_code) | _.first_attendance_code.isnull())
    rows = _with_series(rows)
    code, today = rows.attended_or_did_not_attend_code, ibis.literal(as_of)
    past = (rows.appointment_date < today).fill_null(False)
    worked = working_days_past(rows.appointment_date, today)
    return rows.select(
        "appointment_identifier", PATHWAY, "appointment_date", "appointment_booked_date", "appointment_cancelled_date",
        "cancellation_reason", SESSION, "slot_type", *_place(rows),
        clinic=rows.clinic_code,
        attendance_code=code,
        outcome=_outcome(code, past),
        first_attendance_code=rows.first_attendance_code,
        **_seen(rows, code),
        **_missed_or_cancelled(rows, code),
        is_concluded=attendance.is_concluded(code),
        is_past=past,
        is_unoutcomed=past & attendance.is_unoutcomed(code, worked, readings.outcome_working_days),
        has_no_outcome=past & attendance.has_no_outcome(code),
        days_since=today.delta(rows.appointment_date, unit="day"),
    )  # fmt: skip


def _seen(rows: Table, code: Value) -> dict[str, Value]:
    """What an attendance was: first or follow-up as attended, by which medium, with a procedure or not."""
    seen, virtual = attendance.has_attended(code), _is_virtual(rows)
    first = attendance.is_first_seen(
        rows.first_attendance_code, was_seen_before=rows.was_seen_before, missed_the_first=rows.missed_the_first
    )
    return {
        "medium": _medium(rows, virtual),
        "attended_as": seen.ifelse(first.ifelse("First", "Follow-up"), ibis.null("string")),
        "is_attended": seen,
        "is_first_seen": seen & first,
        "is_follow_up_seen": seen & ~first,
        "is_first_repaired": seen & first & ~attendance.is_one_of(rows.first_attendance_code, attendance.FIRST),
        "is_virtual": virtual,
        "is_virtual_seen": seen & virtual,
        "is_procedure_seen": seen & rows.is_procedure.fill_null(False),
    }


def _missed_or_cancelled(rows: Table, code: Value) -> dict[str, Value]:
    notice = attendance.notice_days(rows.appointment_cancelled_date, rows.appointment_date)
    by_hospital = attendance.is_cancelled_by_provider(code)
    return {
        "is_missed": attendance.has_missed(code, rows.is_time_agreed),
        "is_kept_or_missed": attendance.is_kept_or_missed(code, rows.is_time_agreed),
        "is_cancelled_by_patient": attendance.is_cancelled_by_patient(code),
        "is_cancelled_by_provider": by_hospital,
        "notice_days": notice,
        "is_short_notice": by_hospital & attendance.is_short_notice(notice),
        "is_rebooked_the_same_day": rows.is_rebooked_the_same_day,
    }


def _with_series(rows: Table) -> Table:
    """The appointments with what came before each in its pathway, which the first of a series needs (OP-R06), and whether a
    cancelled one was booked again on the day of the cancellation.

    Only pathways whose recorded first was missed or cancelled are looked at further.
    """
    code, first = rows.attended_or_did_not_attend_code, rows.first_attendance_code
    lost = rows.filter(
        attendance.is_one_of(first, attendance.FIRST) & ~attendance.has_attended(code) & attendance.is_concluded(code)
    )
    lost = lost.group_by(PATHWAY).agg(lost_first_date=_.appointment_date.min())
    seen = rows.filter(attendance.has_attended(code)).semi_join(lost, PATHWAY)
    seen = seen.group_by(PATHWAY).agg(
        first_seen_date=_.appointment_date.min(),
        first_seen_identifier=_.appointment_identifier.argmin(
            ibis.struct({"on": _.appointment_date, "id": _.appointment_identifier})
        ),
    )
    series = lost.left_join(seen, PATHWAY).select(PATHWAY, "lost_first_date", "first_seen_date", "first_seen_identifier")
    cancelled = rows.filter(_.appointment_cancelled_date.notnull()).select(PATHWAY, "appointment_cancelled_date").distinct()
    again = rows.select(PATHWAY, "appointment_booked_date").semi_join(
        cancelled, [PATHWAY, ("appointment_booked_date", "appointment_cancelled_date")]
    )
    again = again.distinct().mutate(was_booked_again=True)
    joined = rows.left_join(series, PATHWAY, rname="{name}_series").drop(f"{PATHWAY}_series")
    joined = joined.left_join(again, [PATHWAY, ("appointment_cancelled_date", "appointment_booked_date")], rname="{name}_again")
    is_the_first_seen = (joined.first_seen_identifier == joined.appointment_identifier).fill_null(False)
    return joined.mutate(
        was_seen_before=~is_the_first_seen,
        missed_the_first=(joined.lost_first_date <= joined.appointment_date).fill_null(False),
        is_rebooked_the_same_day=joined.was_booked_again.fill_null(False),
    )


def _is_virtual(rows: Table) -> Value:
    """By the first-attendance code (OP-R07), which the medium only explains."""
    return attendance.is_virtual(rows.first_attendance_code)


def _medium(rows: Table, virtual: Value) -> Value:
    """The medium in words; where it is not said, or says other than the attendance code, by that code."""
    said = rows.consultation_medium_used
    words = said.cases(*CONSULTATION_MEDIUM.items(), else_=ibis.null("string"))
    agrees = (said.isin(VIRTUAL_MEDIA) == virtual).fill_null(False)
    return agrees.ifelse(words, virtual.ifelse(PHONE_OR_VIDEO, CONSULTATION_MEDIUM["01"]))


def _outcome(code: Value, past: Value) -> Value:
    known = code.cases(*((key, ATTENDED_OR_DID_NOT_ATTEND[key]) for key in sorted(attendance.CONCLUDED)), else_=ibis.null("string"))
    return known.coalesce(past.ifelse("No outcome recorded", "To come"))


def _place(rows: Table) -> list[str]:
    return [name for name in SERVICE_NAMES if name in rows.columns]


def outpatient_slots(
    *, outpatient_sessions: Table, appointments: Table, clinic_templates: Table, as_of: date, **_unused: Any
) -> Table:
    """Each session with its slots: available, blocked, booked at its start, attended; and how it was cancelled (OP-R04, R05, R15).

    An appointment belongs to the session that it names; without one, to the only session of its clinic on its day. A cancellation
    on the day of the clinic or before freed the slot; one that was recorded later did not. `template_slots` are those that the
    session's template has; where it names none, its own.
    """
    counted = _of_sessions(outpatient_sessions, appointments)
    rows = outpatient_sessions.left_join(counted, SESSION, rname="{name}_counted").drop(f"{SESSION}_counted")
    template = clinic_templates.select("clinic_template_identifier", template_slots=_slots_of_template(clinic_templates))
    rows = rows.left_join(template, "clinic_template_identifier", rname="{name}_of_template")
    begun = (rows.session_date <= ibis.literal(as_of)).fill_null(False)
    held = is_held(rows.session_status)
    notice = attendance.notice_days(rows.cancelled_date, rows.session_date)
    by_hospital = (rows.session_status == CANCELLED_BY_PROVIDER).fill_null(False)
    return rows.select(
        SESSION, "clinic_template_identifier", "session_date", "session_start_at", "session_end_at", "session_status",
        "cancelled_date", "cancelled_reason", "room_identifier", *_place(rows),
        clinic=rows.clinic_code,
        weekday=rows.session_date.day_of_week.index() + 1,
        **_slots(rows, held=held, begun=begun),
        is_held=held,
        is_past=begun,
        is_cancelled=~held,
        is_cancelled_by_provider=by_hospital,
        notice_days=notice,
        is_cancelled_at_short_notice=is_short_cancellation(by_hospital, notice),
    )  # fmt: skip


def _slots(rows: Table, *, held: Value, begun: Value) -> dict[str, Value]:
    """The slots of each session; those that end in `_counted` are 0 until it has begun."""
    blocked = rows.slots_blocked.fill_null(0)
    available = held.ifelse(available_slots(rows.slots, blocked), 0)
    booked, seen = held.ifelse(rows.slots_booked.fill_null(0), 0), held.ifelse(rows.slots_attended.fill_null(0), 0)
    return {
        "template_slots": rows.template_slots.coalesce(rows.slots),
        "slots_in_session": rows.slots,
        "slots_available": available,
        "slots_blocked": held.ifelse(blocked, 0),
        "slots_open_or_blocked": held.ifelse(rows.slots, 0),
        "slots_booked": booked,
        "slots_attended": seen,
        "slots_missed": held.ifelse(rows.slots_missed.fill_null(0), 0),
        "slots_free": ibis.greatest(available - booked, 0),
        "slots_counted": begun.ifelse(available, 0),
        "slots_booked_counted": begun.ifelse(booked, 0),
        "slots_attended_counted": begun.ifelse(seen, 0),
        "why_over_full": _why_over_full(rows, held & (booked > available)),
    }


def _of_sessions(sessions: Table, appointments: Table) -> Table:
    """By session, the appointments that were live when it began, and what became of them."""
    alone = sessions.group_by("clinic_code", "session_date").agg(only_session=_[SESSION].min(), number=_.count())
    alone = alone.filter(_.number == 1).drop("number")
    rows = appointments.filter(attendance.is_consultation(_.first_attendance_code) | _.first_attendance_code.isnull())
    rows = rows.left_join(alone, ["clinic_code", ("appointment_date", "session_date")], rname="{name}_alone")
    rows = rows.mutate(**{SESSION: rows[SESSION].coalesce(rows.only_session)}).filter(_[SESSION].notnull())
    code = rows.attended_or_did_not_attend_code
    freed = code.isin(sorted(attendance.CANCELLED)).fill_null(False) & (
        rows.appointment_cancelled_date <= rows.appointment_date
    ).fill_null(True)
    return rows.group_by(SESSION).agg(
        slots_booked=summed(~freed),
        slots_attended=summed(attendance.has_attended(code)),
        slots_missed=summed(attendance.has_missed(code, rows.is_time_agreed)),
    )


def _slots_of_template(templates: Table) -> Value:
    parts = (templates.slots_new, templates.slots_follow_up, templates.slots_other)
    total = parts[0].fill_null(0) + parts[1].fill_null(0) + parts[2].fill_null(0)
    return parts[0].coalesce(*parts[1:]).isnull().ifelse(ibis.null("int64"), total)


def _why_over_full(rows: Table, is_over_full: Value) -> Value:
    """Why a session has more patients than slots: it may pass 100% and is never capped without a word."""
    reason = rows.is_group_clinic.fill_null(False).ifelse("Group clinic: patients share slots", "Double booked")
    return is_over_full.fill_null(False).ifelse(reason, ibis.null("string"))


def outpatient_activity(
    *, outpatient_attendances: Table, pifu: Table, specialist_advice: Table, as_of: date, **_unused: Any
) -> Table:
    """What happened on each day: attendances, patients moved to PIFU, and advice answered: the sides of OP-R08 and R09."""
    parts = (
        (outpatient_attendances.filter(_.is_attended), "appointment_date", "attendance", _.is_first_seen),
        (pifu, "start_date", "pifu", ibis.literal(False)),
        (specialist_advice.filter(_.is_processed), "response_date", "advice", ibis.literal(False)),
    )
    found = [
        rows.select(
            PATHWAY, *_place(rows), day=rows[day], kind=ibis.literal(kind), is_attendance=ibis.literal(kind == "attendance"),
            is_first_seen=first, is_pifu_start=ibis.literal(kind == "pifu"), is_advice=ibis.literal(kind == "advice"),
        )
        for rows, day, kind, first in parts
    ]  # fmt: skip
    return ibis.union(*found).filter(_.day <= ibis.literal(as_of))


def specialist_advice(*, specialist_advice_requests: Table, as_of: date, readings: Readings) -> Table:
    """Each request for advice with its answer, and whether a referral followed (OP-R09, R10).

    Where one did, the RTT clock starts at the referral, not at the request (RTT-R02). `is_settled`: the days in which a referral
    would count as following are over.
    """
    rows, today = specialist_advice_requests, ibis.literal(as_of)
    processed = advice.is_processed(rows.response_date, rows.advice_outcome)
    days = readings.advice_diversion_days
    diverted = advice.is_diverted(rows.advice_outcome, rows.response_date, rows.referral_request_received_date, days)
    return rows.select(
        "specialist_advice_identifier", PATHWAY, "request_received_date", "response_date", "advice_channel", "advice_outcome",
        "referral_request_received_date", *_place(rows), "referring_practice", "commissioner",
        start_date=rows.request_received_date,
        end_date=rows.response_date,
        days_to_answer=rows.response_date.delta(rows.request_received_date, unit="day"),
        is_processed=processed,
        is_diverted=processed & diverted,
        is_converted=processed & rows.referral_request_received_date.notnull(),
        is_settled=(today.delta(rows.response_date, unit="day") > days).fill_null(False),
    )  # fmt: skip


def pifu(*, pifu_episodes: Table, as_of: date, **_unused: Any) -> Table:
    """Each episode of PIFU: open, run out, closed (OP-R08). `needs_review`: its end date came and nobody discharged or reviewed it.

    A patient on PIFU is not on the RTT list unless a new decision to treat is taken (RTT-R08), so nothing here touches a clock.
    """
    rows, today = pifu_episodes, ibis.literal(as_of)
    still_open = rows.closed_date.isnull() | (rows.closed_date > today)
    expired = advice.is_expired(rows.expiry_date, today)
    return rows.select(
        "pifu_episode_identifier", PATHWAY, "start_date", "expiry_date", "pifu_type", "contacts", "closed_reason", *_place(rows),
        end_date=rows.closed_date,
        due_date=rows.expiry_date,
        is_expired=expired,
        needs_review=still_open & expired,
        days_past_expiry=today.delta(rows.expiry_date, unit="day"),
    )  # fmt: skip


FACTS = (
    Fact(
        name="outpatient_attendances",
        title="Outpatient appointments",
        row="an appointment with a patient, past or to come, and what it counts as",
        needs=("appointments",),
        build=outpatient_attendances,
        order=("appointment_date", "appointment_identifier"),
    ),
    Fact(
        name="outpatient_slots",
        title="Outpatient sessions and their slots",
        row="a session of a clinic: its slots available, blocked, booked and attended, or how it was cancelled",
        needs=("outpatient_sessions", "appointments", "clinic_templates"),
        build=outpatient_slots,
        order=("session_date", SESSION),
    ),
    Fact(
        name="specialist_advice",
        title="Specialist advice",
        row="a request for advice, its answer and the referral that followed, if one did",
        needs=("specialist_advice_requests",),
        build=specialist_advice,
        order=("request_received_date", "specialist_advice_identifier"),
    ),
    Fact(
        name="pifu",
        title="Patient initiated follow-up",
        row="an episode in which a patient may come back without a referral",
        needs=("pifu_episodes",),
        build=pifu,
        order=("start_date", "pifu_episode_identifier"),
    ),
    Fact(
        name="outpatient_activity",
        title="Outpatient activity",
        row="an attendance, a move to PIFU or an answered request for advice, on its day",
        needs=("outpatient_attendances", "pifu", "specialist_advice"),
        build=outpatient_activity,
        order=("day", "kind", PATHWAY),
    ),
)
