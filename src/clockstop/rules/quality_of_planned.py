"""Rules of planned care: appointments and referrals, lists and treatments, theatre, cancer and diagnostics beside each other."""

import ibis
from ibis.expr.types import BooleanValue, Table

from clockstop.rules.outpatient_attendance import CANCELLED, has_attended, has_no_outcome, is_consultation
from clockstop.rules.quality import (
    ADMINISTRATION,
    CLINICAL,
    SERVICE,
    THEATRES,
    FoundTest,
    QualityRule,
    RowTest,
    Today,
)

PATHWAY = "patient_pathway_identifier"
# Working days are for measures (OP-R16); a record is late when a week is over, holidays or not.
OUTCOME_DAYS = 7
# A list is tidied within so many days of the treatment; an admission may lie so many days from its operation.
TIDIED_DAYS, NEAR_DAYS = 14, 7
REPORT_DAYS = 42


def _has_attended(rows: Table, today: Today) -> BooleanValue:
    seen = has_attended(rows.attended_or_did_not_attend_code)
    return seen & is_consultation(rows.first_attendance_code.fill_null("2"))


def _no_referral(rows: Table, referrals: Table, rtt_events: Table, *, today: Today) -> Table:
    # The table of events has those that were made of the attendance itself too.
    sent = rtt_events.filter(rtt_events.source_dataset == "rtt_events")
    known = referrals.select(PATHWAY).union(sent.select(PATHWAY)).distinct()
    found = rows.filter(_has_attended(rows, today)).anti_join(known, PATHWAY)
    return found.select("record", evidence=ibis.literal("attended on pathway ") + found[PATHWAY])


def _is_past(rows: Table, today: Today) -> BooleanValue:
    is_over = today.delta(rows.appointment_date, unit="day") > OUTCOME_DAYS
    return is_over & is_consultation(rows.first_attendance_code.fill_null("2"))


def _is_ahead_and_done(rows: Table, today: Today) -> BooleanValue:
    return (rows.appointment_date > today) & rows.attended_or_did_not_attend_code.isin(["3", "5", "6", "7"])


def _is_booked(rows: Table) -> BooleanValue:
    return rows.attended_or_did_not_attend_code.fill_null("0").notin(sorted(CANCELLED))


def _same_time(rows: Table, *, today: Today) -> Table:
    """A patient's appointments that begin at the same minute as another of the same patient, neither of them cancelled."""
    timed = rows.filter(rows.person.notnull(), rows.appointment_start_at.notnull(), _is_booked(rows))
    # A whole day sent as an instant says nothing of the time.
    timed = timed.filter(timed.appointment_start_at != timed.appointment_start_at.truncate("D"))
    together = ibis.window(group_by=["person", "appointment_start_at"])
    several = timed.mutate(number=timed.count().over(together), first_record=timed.record.min().over(together))
    found = several.filter(several.number > 1, several.record != several.first_record)
    return found.select("record", evidence=ibis.literal("at the time of ") + found.first_record)


def _slot_twice(rows: Table, outpatient_sessions: Table, *, today: Today) -> Table:
    """Appointments of two patients at one minute of one session that sees one patient at a time."""
    timed = rows.filter(rows.outpatient_session_identifier.notnull(), rows.appointment_start_at.notnull(), _is_booked(rows))
    group = outpatient_sessions.filter(outpatient_sessions.is_group_clinic.fill_null(False))
    timed = timed.anti_join(group, "outpatient_session_identifier")
    together = ibis.window(group_by=["outpatient_session_identifier", "appointment_start_at"])
    in_order = ibis.window(
        group_by=["outpatient_session_identifier", "appointment_start_at"], order_by=["appointment_booked_date", "record"]
    )
    several = timed.mutate(number=timed.count().over(together), first_record=timed.record.first().over(in_order))
    found = several.filter(several.number > 1, several.record != several.first_record)
    return found.select("record", evidence=ibis.literal("the slot of ") + found.first_record)


def _in_cancelled_session(rows: Table, outpatient_sessions: Table, *, today: Today) -> Table:
    gone = outpatient_sessions.filter(outpatient_sessions.session_status != "held").select(
        "outpatient_session_identifier", "session_date"
    )
    seen = rows.filter(_has_attended(rows, today)).inner_join(gone, "outpatient_session_identifier")
    return seen.select(
        "record", evidence=ibis.literal("attended in a session that was not held, of ") + seen.session_date.cast("string")
    )


def _another_day(rows: Table, outpatient_sessions: Table, *, today: Today) -> Table:
    held = outpatient_sessions.select("outpatient_session_identifier", "session_date")
    found = rows.inner_join(held, "outpatient_session_identifier")
    found = found.filter(found.session_date != found.appointment_date)
    return found.select("record", evidence=ibis.literal("the session is on ") + found.session_date.cast("string"))


def _treated_and_listed(rows: Table, spells: Table, theatre_cases: Table, *, today: Today) -> Table:
    """Entries that stand though the patient was treated on the pathway after the decision, and time has passed since."""
    given = spells.filter(spells.spell_result == "treated").select(PATHWAY, treated=spells.start_date_hospital_provider_spell)
    done = theatre_cases.filter(theatre_cases.out_of_theatre_at.notnull(), theatre_cases[PATHWAY].notnull())
    treated = given.union(done.select(PATHWAY, treated=done.operation_date))
    found = rows.filter(_stands(rows, today)).inner_join(treated, PATHWAY)
    late = (found.treated >= found.decided_to_admit_date) & (today.delta(found.treated, unit="day") > TIDIED_DAYS)
    found = found.filter(late)
    return found.select("record", evidence=ibis.literal("treated ") + found.treated.cast("string") + ", listed since "
                        + found.decided_to_admit_date.cast("string"))  # fmt: skip


def _stands(rows: Table, today: Today) -> BooleanValue:
    return rows.removal_date.isnull() & rows.treatment_declined_date.isnull() & rows.elective_admission_type_code.isin(["11", "12"])


def _was_operated(rows: Table, today: Today) -> BooleanValue:
    is_elective = rows.case_urgency.fill_null("elective") == "elective"
    return is_elective & rows.out_of_theatre_at.notnull() & ~rows.is_cancelled.fill_null(False) & rows[PATHWAY].notnull()


def _no_admission(rows: Table, spells: Table, inpatient_spells: Table, *, today: Today) -> Table:
    """Elective operations on a pathway that had no admission near the day."""
    first = spells.aggregate(first_day=spells.start_date_hospital_provider_spell.min())
    admitted = spells.select(PATHWAY, admitted=spells.start_date_hospital_provider_spell)
    admitted = admitted.union(inpatient_spells.select(PATHWAY, admitted=inpatient_spells.spell_started_at.date()))
    operated = rows.filter(_was_operated(rows, today)).select("record", PATHWAY, "operation_date")
    both = operated.inner_join(admitted, PATHWAY)
    apart = both.operation_date.delta(both.admitted, unit="day")
    near = both.filter(apart >= 0, apart <= 365).select("record").union(both.filter(apart.abs() <= NEAR_DAYS).select("record"))
    found = operated.anti_join(near, "record").cross_join(first)
    found = found.filter(found.operation_date > found.first_day)
    return found.select("record", evidence=ibis.literal("operated ") + found.operation_date.cast("string"))


def _two_in_a_theatre(rows: Table, *, today: Today) -> Table:
    """Cases in theatre while the patient before is still there, by more than a few minutes."""
    timed = rows.filter(rows.into_theatre_at.notnull(), rows.out_of_theatre_at.notnull(), rows.theatre_session_identifier.notnull())
    timed = timed.filter(timed.out_of_theatre_at > timed.into_theatre_at)
    before = ibis.window(group_by="theatre_session_identifier", order_by=["into_theatre_at", "record"], preceding=(None, 1))
    beside = timed.mutate(latest=timed.out_of_theatre_at.max().over(before))
    found = beside.filter(beside.latest.delta(beside.into_theatre_at, unit="minute") > 10)
    return found.select("record", evidence=ibis.literal("in at ") + found.into_theatre_at.cast("string") + ", the one before "
    "out at "
                        + found.latest.cast("string"))  # fmt: skip


def _in_session(rows: Table, theatre_sessions: Table, *, today: Today) -> Table:
    gone = theatre_sessions.filter(theatre_sessions.session_status == "cancelled").select(
        "theatre_session_identifier", "session_date"
    )
    done = rows.filter(rows.out_of_theatre_at.notnull()).inner_join(gone, "theatre_session_identifier")
    return done.select("record", evidence=ibis.literal("operated in a cancelled session of ") + done.session_date.cast("string"))


def _after_removal(rows: Table, cancer_records: Table, *, today: Today) -> Table:
    closed = cancer_records.select(
        "cancer_record_identifier", "removal_date", "removal_reason", "cancer_referral_to_treatment_period_start_date"
    )
    found = rows.filter(rows.treatment_start_date_cancer.notnull()).inner_join(closed, "cancer_record_identifier")
    after = (found.treatment_start_date_cancer > found.removal_date).fill_null(False)
    before = (found.treatment_start_date_cancer < found.cancer_referral_to_treatment_period_start_date).fill_null(False)
    said = after.ifelse(
        ibis.literal("record closed ") + found.removal_date.cast("string"),
        ibis.literal("referred ") + found.cancer_referral_to_treatment_period_start_date.cast("string"),
    )
    found = found.mutate(said=ibis.literal("treated ") + found.treatment_start_date_cancer.cast("string") + ", " + said).filter(
        after | before
    )
    return found.select("record", evidence="said")


def _tests_done(diagnostic_appointments: Table) -> Table:
    done = diagnostic_appointments.filter(diagnostic_appointments.appointment_outcome == "done")
    return done.group_by("diagnostic_request_identifier").aggregate(done=done.appointment_date.max())


def _test_after_removal(rows: Table, diagnostic_appointments: Table, *, today: Today) -> Table:
    found = rows.filter(rows.removal_date.notnull()).inner_join(
        _tests_done(diagnostic_appointments), "diagnostic_request_identifier"
    )
    found = found.filter(found.done > found.removal_date)
    return found.select(
        "record", evidence=ibis.literal("removed ") + found.removal_date.cast("string") + ", done " + found.done.cast("string")
    )


def _reported_without_test(rows: Table, diagnostic_appointments: Table, *, today: Today) -> Table:
    done = _tests_done(diagnostic_appointments)
    found = rows.filter(rows.reported_date.notnull()).left_join(done, "diagnostic_request_identifier")
    found = found.filter(found.done.isnull() | (found.done > found.reported_date))
    said = found.done.isnull().ifelse(", no test done", ibis.literal(", done ") + found.done.cast("string"))
    return found.select("record", evidence=ibis.literal("reported ") + found.reported_date.cast("string") + said)


def _done_and_open(rows: Table, diagnostic_appointments: Table, *, today: Today) -> Table:
    """Requests whose test is done long ago, with no report and no removal; and those that are booked again all the same."""
    done = _tests_done(diagnostic_appointments)
    ahead = diagnostic_appointments.filter(
        diagnostic_appointments.appointment_outcome.fill_null("booked") == "booked",
        diagnostic_appointments.appointment_date > today,
    )
    ahead = ahead.group_by("diagnostic_request_identifier").aggregate(booked=ahead.appointment_date.min())
    found = rows.filter(rows.reported_date.isnull(), rows.removal_date.isnull()).inner_join(done, "diagnostic_request_identifier")
    found = found.left_join(ahead, "diagnostic_request_identifier").drop("diagnostic_request_identifier_right")
    long_ago = today.delta(found.done, unit="day") > REPORT_DAYS
    said = found.booked.isnull().ifelse(", not reported", ibis.literal(", booked again for ") + found.booked.cast("string"))
    found = found.filter(long_ago | found.booked.notnull())
    return found.select("record", evidence=ibis.literal("done ") + found.done.cast("string") + said)


def _request_twice(rows: Table, *, today: Today) -> Table:
    """A second request for the same test of the same patient on the same day, not declared a duplicate."""
    told = rows.filter(rows.person.notnull(), rows.duplicate_of_request_identifier.isnull(), rows.removal_date.isnull())
    together = ibis.window(group_by=["person", "diagnostic_test", "request_date", told.body_part.fill_null(""), "request_type"])
    found = told.mutate(first_record=told.record.min().over(together))
    found = found.filter(found.record != found.first_record)
    return found.select("record", evidence=ibis.literal("the same test as ") + found.first_record)


def _first_twice(rows: Table, *, today: Today) -> Table:
    """Referrals of one person to one function on one day, under pathways of their own."""
    told = rows.filter(rows.person.notnull(), rows.activity_treatment_function_code.notnull(), rows.discharge_date.isnull())
    together = ibis.window(group_by=["person", "activity_treatment_function_code", "referral_request_received_date"])
    found = told.mutate(first_pathway=told[PATHWAY].min().over(together))
    found = found.filter(found[PATHWAY] != found.first_pathway)
    return found.select("record", evidence=ibis.literal("beside pathway ") + found.first_pathway)


def _is_missed(rows: Table, today: Today) -> BooleanValue:
    return has_no_outcome(rows.attended_or_did_not_attend_code)


_APPOINTMENT_RULES = (
    QualityRule(
        slug="attended_without_referral", dataset="appointments", kind="consistency", title="An attendance with no referral",
        definition="The patient attended on a pathway of which the trust has sent neither a referral nor an event.",
        what_to_do="Register the referral with the day on which it was received: without it no clock starts.",
        who_mends=ADMINISTRATION, test=FoundTest(tables=("referrals", "rtt_events"), judged=_has_attended, found=_no_referral),
        needs=("referrals",), planted_as=("attended_without_referral",),
    ),
    QualityRule(
        slug="no_outcome", dataset="appointments", kind="completeness", title="A past appointment with no outcome",
        definition=f"More than {OUTCOME_DAYS} days have passed, and nothing says whether the patient came. Judged are past "
        f"appointments.",
        what_to_do="Cash up the clinic. Where one clinic has none at all, its outcome forms do not reach the system.",
        who_mends=SERVICE, planted_as=("past_without_outcome", "clinic_without_outcomes"),
        test=RowTest(
            judged=_is_past, failed=_is_missed,
            evidence=lambda rows: ibis.literal("no outcome of ") + rows.appointment_date.cast("string"),
        ),
    ),
    QualityRule(
        slug="seen_in_the_future", dataset="appointments", kind="validity", title="Attended on a day that has not come",
        definition="The appointment lies ahead, and already says that the patient came or did not.",
        what_to_do="Correct the date or the outcome.", who_mends=ADMINISTRATION, planted_as=("seen_in_the_future",),
        test=RowTest(failed=_is_ahead_and_done, evidence=lambda rows: ibis.literal("on ") + rows.appointment_date.cast("string")),
    ),
    QualityRule(
        slug="two_at_one_time", dataset="appointments", kind="consistency", title="One patient in two clinics at one time",
        definition="Two appointments of the patient begin at the same minute, and neither is cancelled.",
        what_to_do="Cancel the one that the patient cannot keep; or it is one appointment recorded twice.",
        who_mends=ADMINISTRATION, test=FoundTest(found=_same_time), needs=("appointments.appointment_start_at",),
        planted_as=("two_at_one_time",),
    ),
    QualityRule(
        slug="slot_twice", dataset="appointments", kind="uniqueness", title="A clinic slot booked twice",
        definition="Two patients have the same minute of one session, which is no group clinic; neither is cancelled.",
        what_to_do="Offer one of them another slot, or record the overbooking as a slot of its own.",
        who_mends=SERVICE, test=FoundTest(tables=("outpatient_sessions",), found=_slot_twice),
        needs=("appointments.appointment_start_at", "appointments.outpatient_session_identifier"), planted_as=("slot_twice",),
    ),
    QualityRule(
        slug="seen_in_cancelled_session", dataset="appointments", kind="consistency", title="Attended in a session that was not "
        "held",
        definition="The patient attended, and the session of the appointment is recorded as not held.",
        what_to_do="Correct the status of the session, or the appointment's session.", who_mends=SERVICE,
        test=FoundTest(tables=("outpatient_sessions",), judged=_has_attended, found=_in_cancelled_session),
        needs=("outpatient_sessions", "appointments.outpatient_session_identifier"),
        moves=("outpatient_slots", "outpatient_attendances"),
        planted_as=("seen_in_cancelled_session",),
    ),
    QualityRule(
        slug="session_on_another_day", dataset="appointments", kind="consistency", title="Appointment and session on different "
        "days",
        definition="The session that the appointment names is on another day.",
        what_to_do="Correct the date, or the session of a rebooked appointment.", who_mends=ADMINISTRATION,
        test=FoundTest(tables=("outpatient_sessions",), found=_another_day,
                       judged=lambda rows, today: rows.outpatient_session_identifier.notnull()),
        needs=("outpatient_sessions", "appointments.outpatient_session_identifier"), planted_as=("days_exchanged",),
    ),
)  # fmt: skip
_LIST_RULES = (
    QualityRule(
        slug="registered_twice", dataset="referrals", kind="uniqueness", title="One referral registered twice",
        definition="Another pathway of the same person has the same treatment function and was received on the same day; both "
        "are open.",
        what_to_do="Merge the registrations; close the one without activity as entered in error.", who_mends=ADMINISTRATION,
        test=FoundTest(found=_first_twice), planted_as=("duplicate_pathway",),
    ),
    QualityRule(
        slug="treated_and_still_listed", dataset="waiting_list_entries", kind="consistency", title="Treated, and still on the list",
        definition=f"A treatment was given on the pathway after the decision to admit (a spell, or an operation), more than "
        f"{TIDIED_DAYS} days ago, and the entry was not removed.",
        what_to_do="Remove the entry as admitted. If more is to be done, that is a new decision with a date of its own.",
        who_mends=ADMINISTRATION, test=FoundTest(tables=("spells", "theatre_cases"), judged=_stands, found=_treated_and_listed),
        moves=("rtt_waits",), planted_as=("treated_and_listed",),
    ),
)  # fmt: skip
_THEATRE_RULES = (
    QualityRule(
        slug="operated_without_admission", dataset="theatre_cases", kind="consistency", title="An operation with no admission",
        definition="An elective case was operated, and its pathway has no admission in the days around it or open over it.",
        what_to_do="Record the admission, or put the pathway of the case right.", who_mends=ADMINISTRATION,
        test=FoundTest(tables=("spells", "inpatient_spells"), judged=_was_operated, found=_no_admission),
        needs=("spells", f"theatre_cases.{PATHWAY}"), planted_as=("operated_without_admission",),
    ),
    QualityRule(
        slug="two_patients_in_theatre", dataset="theatre_cases", kind="consistency", title="Two patients in one theatre at once",
        definition="The patient is brought in more than 10 minutes before the one before is out, in the same session.",
        what_to_do="Correct the times; touch time counts the overlap once.", who_mends=THEATRES,
        test=FoundTest(found=_two_in_a_theatre), needs=("theatre_cases.into_theatre_at",), moves=("theatre_lists",),
        planted_as=("cases_overlap",),
    ),
    QualityRule(
        slug="operated_in_cancelled_session", dataset="theatre_cases", kind="consistency", title="Operated in a cancelled session",
        definition="The case has an end in theatre, and its session is recorded as cancelled.",
        what_to_do="Correct the status of the session: its planned minutes leave the measures.", who_mends=THEATRES,
        test=FoundTest(tables=("theatre_sessions",), found=_in_session), needs=("theatre_sessions",),
        planted_as=("session_cancelled_but_run",),
    ),
)  # fmt: skip
_CANCER_AND_TESTS = (
    QualityRule(
        slug="treated_outside_the_record", dataset="cancer_treatments", kind="consistency",
        title="Treated after the record was closed, or before it began",
        definition="The treatment began after the removal of the cancer record that it names, or before its referral.",
        what_to_do="Open the record again, or move the treatment to the record of its own cancer.", who_mends=CLINICAL,
        test=FoundTest(tables=("cancer_records",), found=_after_removal,
                       judged=lambda rows, today: rows.treatment_start_date_cancer.notnull()),
        needs=("cancer_records", "cancer_treatments.cancer_record_identifier"), planted_as=("treated_after_closing",),
    ),
    QualityRule(
        slug="test_after_removal", dataset="diagnostic_requests", kind="consistency", title="Removed from the list, and tested "
        "later",
        definition="The test was done after the day on which the request was removed from the list.",
        what_to_do="Take the removal back, so that the wait counts to the test.", who_mends=SERVICE,
        test=FoundTest(tables=("diagnostic_appointments",), found=_test_after_removal,
                       judged=lambda rows, today: rows.removal_date.notnull()),
        needs=("diagnostic_appointments",), planted_as=("test_after_removal",),
    ),
    QualityRule(
        slug="reported_without_test", dataset="diagnostic_requests", kind="consistency", title="Reported, and no test done before",
        definition="The request has a report, and no test was done by that day.",
        what_to_do="Record the outcome of the appointment: until then the patient counts as waiting.", who_mends=SERVICE,
        test=FoundTest(tables=("diagnostic_appointments",), found=_reported_without_test,
                       judged=lambda rows, today: rows.reported_date.notnull()),
        needs=("diagnostic_appointments", "diagnostic_requests.reported_date"), planted_as=("outcome_lost",),
    ),
    QualityRule(
        slug="done_and_open", dataset="diagnostic_requests", kind="consistency", title="Test done, and the request still open",
        definition=f"The test was done, and the request is booked again or has had no report for {REPORT_DAYS} days.",
        what_to_do="Cancel what is booked in error; find the report, or record why there is none.", who_mends=CLINICAL,
        test=FoundTest(tables=("diagnostic_appointments",), found=_done_and_open),
        needs=("diagnostic_appointments", "diagnostic_requests.reported_date"), planted_as=("report_lost",),
    ),
    QualityRule(
        slug="requested_twice", dataset="diagnostic_requests", kind="uniqueness", title="One test requested twice",
        definition="Another request of the same patient asks for the same test of the same part on the same day; neither is "
        "removed "
        "nor named as a duplicate.",
        what_to_do="Name the second as a duplicate of the first, so that the patient waits once.", who_mends=SERVICE,
        test=FoundTest(found=_request_twice), planted_as=("requested_twice",),
    ),
)  # fmt: skip
_FOLLOW_UPS = (
    QualityRule(
        slug="no_day_to_be_seen_by", dataset="follow_up_requests", kind="completeness",
        title="A follow-up with no day to be seen by",
        definition="The request has neither a due date nor a latest clinically appropriate date.",
        what_to_do="Ask who requested it by when the patient is to be seen: without a day nobody knows that it is late.",
        who_mends=CLINICAL, planted_as=("follow_up_without_any_date",),
        test=RowTest(
            failed=lambda rows, today: rows.due_date.isnull() & rows.latest_clinically_appropriate_date.isnull(),
            evidence=lambda rows: ibis.literal("requested ") + rows.requested_date.cast("string"),
        ),
    ),
)  # fmt: skip
RULES = (*_FOLLOW_UPS, *_APPOINTMENT_RULES, *_LIST_RULES, *_THEATRE_RULES, *_CANCER_AND_TESTS)
