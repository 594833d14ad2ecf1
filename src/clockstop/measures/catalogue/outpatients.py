"""Outpatients: activity, attendance, slots, follow-ups, PIFU and specialist advice (planned-care.md 6.2, OP-R01 to R16)."""

from typing import Any

from ibis import _

from clockstop.measures.measure import Measure

ATTENDANCES, SESSIONS, ACTIVITY, REQUESTS = "outpatient_attendances", "outpatient_slots", "outpatient_activity", "follow_ups"
DATA_DICTIONARY = "NHS Data Dictionary; planned-care.md section 6"
PRACTICE = "planned-care.md section 6 (common practice of outpatient improvement)"


def _appointments(slug: str, title: str, numerator: Any, denominator: Any, definition: str, *rules: str, **more: Any) -> Measure:
    """A share of appointments by their day."""
    return Measure(
        **{
            "slug": slug, "title": title, "table": ATTENDANCES, "kind": "share", "counted": "by date", "day":
            "appointment_date",
            "numerator": numerator, "denominator": denominator, "definition": definition, "source": DATA_DICTIONARY,
            "rules": rules, "unit": "appointments", "improvement": "down", **more,
        }
    )  # fmt: skip


def _count(slug: str, title: str, truth: Any, definition: str, *rules: str, **more: Any) -> Measure:
    """A count of attendances by their day."""
    counted = {"kind": "count", "unit": "attendances", "improvement": "neutral", **more}
    return _appointments(slug, title, truth, _.is_attended, definition, *rules, **counted)


def _slots(slug: str, title: str, numerator: Any, denominator: Any, definition: str, *rules: str, **more: Any) -> Measure:
    """A share of slots or sessions by the day of the session."""
    return Measure(
        **{
            "slug": slug, "title": title, "table": SESSIONS, "kind": "share", "counted": "by date", "day": "session_date",
            "numerator": numerator, "denominator": denominator, "definition": definition, "source": PRACTICE, "rules": rules,
            "unit": "slots", "improvement": "up", "counts_people": False, **more,
        }
    )  # fmt: skip


def _requests(slug: str, title: str, numerator: Any, definition: str, **more: Any) -> Measure:
    """Open follow-up requests at a census."""
    return Measure(
        **{
            "slug": slug, "title": title, "table": REQUESTS, "kind": "count", "counted": "at census", "numerator": numerator,
            "denominator": _.is_open, "definition": definition, "source": PRACTICE, "rules": ("OP-R12",), "unit": "requests",
            "improvement": "down", **more,
        }
    )  # fmt: skip


ACTIVITY_COUNTS = (
    _count("op_attendances", "Outpatient attendances", _.is_attended,
           "Appointments with a patient who was seen, on time or late (codes 5 and 6), by the day of the appointment. "
           "Administrative stops of a clock are not attendances.", "OP-R05", is_headline=True),
    _count("op_first_attendances", "First attendances", _.is_first_seen,
           "The first attended of each series. A first that was missed or cancelled and then attended is still the first, "
           "also where it was recorded as a follow-up.", "OP-R06"),
    _count("op_follow_up_attendances", "Follow-up attendances", _.is_follow_up_seen,
           "Attendances that are not the first of their series.", "OP-R06"),
    _count("op_procedures", "Attendances with a procedure", _.is_procedure_seen,
           "Attendances, first or follow-up, at which a procedure was carried out.", "OP-R11"),
)  # fmt: skip

ATTENDANCE = (
    _appointments("op_dna_rate", "Did not attend", _.is_missed, _.is_kept_or_missed,
                  "Of the appointments that were kept or missed, the share missed: codes 3 and 7 of codes 5, 6, 3 and 7. "
                  "Cancellations are left out; a call whose time was not agreed was not missed.", "OP-R01", is_headline=True),
    _appointments("op_patient_cancellations", "Cancelled by the patient", _.is_cancelled_by_patient, _.is_concluded,
                  "Of all that was booked in the period, the share that the patient cancelled (code 2).", "OP-R02"),
    _appointments("op_provider_cancellations", "Cancelled by the hospital", _.is_cancelled_by_provider, _.is_concluded,
                  "Of all that was booked in the period, the share that the hospital cancelled or postponed (code "
                  "4).", "OP-R03"),
    _appointments("op_provider_cancellations_short", "Cancelled by the hospital with less than six weeks’ notice",
                  _.is_short_notice, _.is_concluded,
                  "Of all that was booked in the period, the share that the hospital cancelled less than 42 days before the "
                  "day. A cancellation whose day is not recorded counts among all cancellations, and not here.", "OP-R03"),
    _appointments("op_rebooked_the_same_day", "Cancelled and booked again the same day", _.is_rebooked_the_same_day,
                  _.is_cancelled_by_patient | _.is_cancelled_by_provider,
                  "Of the cancelled appointments, the share for which the pathway was given another on the very day. They "
                  "still count as cancelled.", "OP-R03", improvement="up"),
    _appointments("op_virtual_share", "By telephone or video", _.is_virtual_seen, _.is_attended,
                  "Of all attendances, the share by telephone or video: first-attendance codes 3 and 4 of 1 to 4.", "OP-R07",
                  unit="attendances", improvement="neutral", is_headline=True),
    _appointments("op_first_or_procedure", "First attendances or procedures",
                  _.is_first_seen | (_.is_follow_up_seen & _.is_procedure_seen), _.is_attended,
                  "Of all attendances, first attendances and follow-ups with a procedure. The ambition of 2024/25 was 46%.",
                  "OP-R11",
                  unit="attendances", improvement="up", is_headline=True),
    _appointments("op_new_to_follow_up", "Follow-ups for each first attendance", _.is_follow_up_seen, _.is_first_seen,
                  "Follow-up attendances for each first attendance, said as 1 to that number.", "OP-R06", kind="rate", per=1,
                  unit="ratio", is_headline=True),
    _appointments("op_unoutcomed", "Past appointments without an outcome", _.is_unoutcomed, _.is_past,
                  "Of the appointments of the period that are past, the share that still have no outcome after five working "
                  "days, as known now. The fifth working day is still in time.", "OP-R16", is_headline=True),
)  # fmt: skip

# Who was booked or seen in the slots is people; the slots are not.
IN_SLOTS = {"counts_people": True, "is_part": False}
SLOTS = (
    _slots("op_slots_booked", "Slots booked", _.slots_booked_counted, _.slots_counted,
           "Appointments that stood when the clinic began, of the slots available: those of sessions that were held, without "
           "the blocked ones. Group clinics and double booking can take it over 100%; it is not capped.",
           "OP-R04", is_headline=True, **IN_SLOTS),
    _slots("op_slots_attended", "Slots attended", _.slots_attended_counted, _.slots_counted,
           "Appointments attended, of the slots available in sessions that were held.", "OP-R05", **IN_SLOTS),
    _slots("op_slots_booked_of_all", "Slots booked, blocked ones counted as waste",
           _.slots_booked_counted, (_.is_past & _.is_held).ifelse(_.slots_open_or_blocked, 0),
           "The same as slots booked, but with blocked slots in the denominator, since leaving them out hides "
           "them.", "OP-R04", **IN_SLOTS),
    _slots("op_slots_blocked", "Slots blocked", _.is_past.ifelse(_.slots_blocked, 0),
           (_.is_past & _.is_held).ifelse(_.slots_open_or_blocked, 0),
           "Slots that were closed to booking, of all slots of sessions that were held.", "OP-R04", improvement="down"),
    _slots("op_clinic_cancellations", "Clinics cancelled with less than six weeks’ notice",
           _.is_cancelled_at_short_notice, _.is_past,
           "Of the sessions that were scheduled, the share that the hospital cancelled less than 42 days before the day.",
           "OP-R15",
           unit="sessions", improvement="down", is_headline=True),
    _slots("op_sessions_held", "Sessions held", _.is_held, _.is_past,
           "Of the sessions that were scheduled, the share that were held.", "OP-R15", unit="sessions"),
)  # fmt: skip

FOLLOW_UPS = (
    _requests("op_overdue_follow_ups", "Overdue follow-ups", _.is_overdue,
              "Open follow-up requests whose latest clinically appropriate date has passed. On the day itself a request is "
              "still in time. A booking beyond the date changes nothing. They start no RTT clock.", is_headline=True),
    _requests("op_overdue_share", "Share of follow-ups overdue", _.is_overdue,
              "Of the open follow-up requests, those without a date among them, the share whose latest date has passed.",
              kind="share"),
    _requests("op_follow_ups_open", "Open follow-up requests", _.is_open, "All who are to be seen again, booked or not."),
    _requests("op_follow_ups_without_date", "Follow-ups without a due date", _.due_date.isnull(),
              "Open requests with neither a due date nor a latest date: nothing will ever say that they are late."),
    _requests("op_follow_ups_unbooked_overdue", "Overdue and not booked", _.bucket == "unbooked_overdue",
              "Overdue requests with no booking that stands; a booking that has passed is none.", is_current_only=True),
    _requests("op_follow_ups_booked_late", "Booked later than the latest date", _.bucket == "booked_after_lcad",
              "Requests booked for a day after their latest date, whether that has passed yet or not.", is_current_only=True),
    _requests("op_follow_ups_due_soon", "Due within six weeks and not booked", _.bucket == "due_within_6_weeks_unbooked",
              "Requests without a booking whose latest date is today or within 42 days.", is_current_only=True),
)  # fmt: skip

PATIENT_INITIATED = (
    Measure(
        slug="op_pifu_rate",
        title="Moved to patient initiated follow-up",
        table=ACTIVITY,
        kind="rate",
        counted="by date",
        day="day",
        numerator=_.is_pifu_start,
        denominator=_.is_attendance,
        per=100,
        improvement="up",
        definition="Patients moved or discharged to patient initiated follow-up (PIFU), for each 100 outpatient attendances. The "
        "ambition is 5 by March 2029.",
        source="NHS England planning guidance 2025/26; planned-care.md 4.2",
        rules=("OP-R08",),
        unit="for each 100 attendances",
        is_headline=True,
    ),
    Measure(
        slug="op_pifu_open",
        title="Patients on PIFU",
        table="pifu",
        kind="count",
        counted="at census",
        numerator=_.is_open,
        denominator=_.is_open,
        improvement="neutral",
        definition="Episodes of patient initiated follow-up that are open at the census, those that have run out among them.",
        source=PRACTICE,
        rules=("OP-R08",),
        unit="episodes",
    ),
    Measure(
        slug="op_pifu_to_review",
        title="PIFU past its end and not reviewed",
        table="pifu",
        kind="count",
        counted="at census",
        numerator=_.is_open & (_.census_date >= _.expiry_date),
        denominator=_.is_open,
        improvement="down",
        definition="Open episodes whose end date has come: each is to become a discharge or a review.",
        source=PRACTICE,
        rules=("OP-R08",),
        unit="episodes",
    ),
)

ADVICE = (
    Measure(
        slug="op_advice_per_100_firsts",
        title="Specialist advice for each 100 first attendances",
        table=ACTIVITY,
        kind="rate",
        counted="by date",
        day="day",
        numerator=_.is_advice,
        denominator=_.is_first_seen,
        per=100,
        improvement="up",
        definition="Requests for specialist advice that were answered, for each 100 first attendances of the period.",
        source=PRACTICE,
        rules=("OP-R09",),
        unit="for each 100 first attendances",
        is_headline=True,
    ),
    Measure(
        slug="op_advice_diversion",
        title="Advice that ended without a referral",
        table="specialist_advice",
        kind="share",
        counted="by date",
        day="response_date",
        numerator=_.is_diverted,
        denominator=_.is_processed,
        improvement="up",
        definition="Of the requests answered, the share returned with advice after which no referral followed within 90 days. The "
        "last 90 days may still fall, as referrals follow.",
        source=PRACTICE,
        rules=("OP-R10",),
        unit="requests",
    ),
    Measure(
        slug="op_advice_days_to_answer",
        title="Days to answer a request for advice",
        table="specialist_advice",
        kind="mean",
        counted="by date",
        day="response_date",
        numerator=_.days_to_answer,
        denominator=_.is_processed,
        improvement="down",
        definition="The mean days from a request for advice to its answer, by the day of the answer.",
        source=PRACTICE,
        rules=("OP-R09",),
        unit="days",
    ),
    Measure(
        slug="op_advice_waiting",
        title="Requests for advice not answered",
        table="specialist_advice",
        kind="count",
        counted="at census",
        numerator=_.is_open,
        denominator=_.is_open,
        improvement="down",
        definition="Requests for specialist advice that have no answer at the census.",
        source=PRACTICE,
        rules=("OP-R09",),
        unit="requests",
    ),
)

MEASURES: tuple[Measure, ...] = (
    *ACTIVITY_COUNTS,
    *ATTENDANCE,
    *SLOTS,
    *FOLLOW_UPS,
    *PATIENT_INITIATED,
    *ADVICE,
)
