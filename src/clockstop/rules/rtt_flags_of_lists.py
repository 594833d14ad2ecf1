"""Data-quality flags about patients on a list, and what is done for them: RTT-R51, flags 12 to 16, 18 to 20 and 24."""

import ibis
from ibis.expr.types import BooleanValue, Table

from clockstop.rules import rtt_validation
from clockstop.rules.admission_list import is_active, is_for_treatment, stands
from clockstop.rules.rtt_flag_facts import ARRIVALS, PATHWAY, Facts, found, on, says, union
from clockstop.rules.rtt_return import stop_status
from clockstop.rules.rtt_snapshot import PLANNED_ADMISSION_TYPE

ADMISSIONS = ("admit_treat", "admit_not_done", "diagnostic_admission")
ADMITTED_REASONS = ("1", "2")
SLOTS = ("asi_worklist", "cas_booked")
MONITORED = ("31", "32")
# A removal is keyed within a day or two of the admission.
KEYED_WITHIN_DAYS = 2


def no_next_step(facts: Facts) -> Table:
    """Flag 12. A decision to admit made within the reading's days counts as a step: the date to come in follows it."""
    rows = facts.waits
    since = facts.today.delta(rows.decided_to_admit_date, unit="day")
    is_decided = since.between(0, facts.readings.no_next_step_days).fill_null(False)
    rows = rows.filter(rows.next_event_date.isnull(), ~is_decided)
    text = says("nothing ahead; last event ", on(rows.last_event_date))
    return found(rows, text)


def past_without_outcome(facts: Facts) -> Table:
    """Flag 13: appointments before the day without an outcome, and dates to come in before it of entries that still stand."""
    visits = facts.appointments
    visits = visits.filter(
        visits.appointment_date < facts.today,
        visits.appointment_cancelled_date.isnull(),
        visits.attended_or_did_not_attend_code.isnull() | (visits.attended_or_did_not_attend_code == "0"),
    )
    visits = visits.group_by(PATHWAY).aggregate(day=visits.appointment_date.max(), number=visits.count())
    several = (visits.number > 1).ifelse(says(", ", visits.number.cast("string"), " such appointments"), "")
    beds = _standing(facts).filter(ibis._.offered_for_admission_date < facts.today)
    beds = beds.group_by(PATHWAY).aggregate(day=beds.offered_for_admission_date.max())
    return union(
        found(visits, says("appointment ", on(visits.day), " has no outcome", several), is_of_period=False),
        found(beds, says("date to come in ", on(beds.day), " has passed"), is_of_period=False),
    )


def treatment_given(facts: Facts) -> Table:
    """Flag 14: taken off the list as admitted since the clock began, and no admission of any kind about that day."""
    entries = facts.entries.filter(
        facts.entries.elective_admission_list_removal_reason_code.isin(ADMITTED_REASONS),
        facts.entries.removal_date <= facts.today,
        is_for_treatment(facts.entries),
    )
    rows = facts.open_with(entries.select(PATHWAY, "removal_date"))
    rows = rows.filter(rows.removal_date >= rows.start_date)
    admitted = facts.past.filter(facts.past.event_type.isin(ADMISSIONS)).select(PATHWAY, "event_date")
    near = rows.inner_join(admitted, PATHWAY)
    apart = near.event_date.delta(near.removal_date, unit="day")
    known = (
        near.filter(apart.between(-KEYED_WITHIN_DAYS, KEYED_WITHIN_DAYS))
        .select(PATHWAY, "period_number", "removal_date")
        .distinct()
    )
    rows = rows.anti_join(known, [PATHWAY, "period_number", "removal_date"])
    return found(rows, says("taken off the list as admitted on ", on(rows.removal_date), ", no admission on record"))


def decision_mismatch(facts: Facts) -> Table:
    """Flag 15: a standing decision dated before the clock; a procedure not done with no entry left on any list."""
    standing = _standing(facts)
    active = standing.filter(is_active(standing), is_for_treatment(standing))
    rows = facts.open_with(active.select(PATHWAY, "decided_to_admit_date"))
    early = rows.filter(rows.decided_to_admit_date < rows.start_date)
    undone = facts.past.filter(facts.past.event_type == "admit_not_done").select(PATHWAY, "event_date")
    undone = facts.open_with(undone).anti_join(standing, PATHWAY)
    undone = undone.filter(undone.event_date >= undone.start_date)
    return union(
        found(early, says("decision to admit ", on(early.decided_to_admit_date), ", clock starts ", on(early.start_date))),
        found(undone, says("came in ", on(undone.event_date), ", not done, and no decision to admit stands")),
    )


def planned(facts: Facts) -> Table:
    """Flag 16. On the due date itself the treatment may still be given. Entries off the list are judged for their date alone."""
    entries = facts.entries
    entries = entries.filter(
        entries.elective_admission_type_code == PLANNED_ADMISSION_TYPE, entries.decided_to_admit_date <= facts.today
    )
    undated = entries.filter(entries.planned_due_date.isnull())
    overdue = entries.filter(stands(entries, facts.today), entries.planned_due_date < facts.today)
    return union(
        found(
            undated,
            says("planned since ", on(undated.decided_to_admit_date), ", no due date"),
            is_current=stands(undated, facts.today),
            is_of_period=False,
        ),
        found(overdue, says("due ", on(overdue.planned_due_date), ", not done"), is_current=True, is_of_period=False),
    )


def not_on_list(facts: Facts) -> Table:
    """Flag 18: a slot issue or assessment booking whose day no clock of its pathway covers, and that was not rejected since."""
    slots = facts.past.filter(facts.past.event_type.isin(SLOTS)).select(PATHWAY, "event_date")
    clocks = facts.clocks.select(PATHWAY, "start_date", "end_date")
    pairs = slots.inner_join(clocks, PATHWAY)
    covered = pairs.filter(pairs.start_date <= pairs.event_date, (pairs.end_date >= pairs.event_date).fill_null(True))
    refused = facts.past.filter(facts.past.event_type == "ers_rejected").select(PATHWAY, refused_date="event_date")
    refused = slots.inner_join(refused, PATHWAY).filter(ibis._.refused_date >= ibis._.event_date)
    for answered in (covered, refused):
        slots = slots.anti_join(answered.select(PATHWAY, "event_date").distinct(), [PATHWAY, "event_date"])
    slots = slots.group_by(PATHWAY).aggregate(day=slots.event_date.max())
    return found(slots, says("came ", on(slots.day), ", no clock covers that day"), is_current=True, is_of_period=False)


def validation(facts: Facts) -> Table:
    """Flag 19: those that must be validated (RTT-R50) and were not in 12 weeks, or whose date of validation cannot be."""
    rows = facts.waits.mutate(census_date=facts.today)
    result = rtt_validation.result_of(rows)
    rows = rows.mutate(result=result).filter(ibis._.result.isin(["not_validated", "dq"]))
    last = rows.last_pas_validation_date
    age = facts.today.delta(last, unit="day").cast("string")
    text = ibis.cases(
        (last.isnull(), ibis.literal("never validated")),
        (rows.result == "dq", says("date of validation ", on(last), " cannot be")),
        else_=says("last validated ", on(last), ", ", age, " days ago"),
    )
    return found(rows, text)


def priority(facts: Facts) -> Table:
    """Flag 20. Each code's time counts from the decision, or from the entry's last validation where that is later.

    A trust that sends no priorities at all, of referrals or of entries, is not judged on those.
    """
    bare = facts.waits.filter(facts.waits.priority.isnull(), _has_any(facts.pathways, "priority"))
    listed = facts.waits.filter(facts.waits.is_admitted_pathway)
    uncoded = listed.filter(listed.procedure_priority_code.isnull(), _has_any(facts.entries, "procedure_priority_code"))
    return union(
        found(bare, ibis.literal("no priority")),
        found(uncoded, says("listed ", on(uncoded.decided_to_admit_date), " without a P code")),
        _overdue_reviews(facts),
    )


def _overdue_reviews(facts: Facts) -> Table:
    readings = facts.readings
    times = {
        "P1": readings.p1_review_days,
        "P2": readings.p2_review_days,
        "P3": readings.p3_review_days,
        "P4": readings.p4_review_days,
    }
    standing = _standing(facts).filter(is_active)
    standing = standing.select(
        PATHWAY, "decided_to_admit_date", reviewed="last_pas_validation_date", code="procedure_priority_code"
    )
    rows = facts.waits.select(PATHWAY, "period_number", "decided_to_admit_date", code="procedure_priority_code")
    rows = rows.inner_join(standing, [PATHWAY, "decided_to_admit_date", "code"])
    reviewed = ibis.greatest(rows.decided_to_admit_date, rows.reviewed.fill_null(rows.decided_to_admit_date))
    rows = rows.mutate(reviewed_date=reviewed, allowed=rows.code.cases(*times.items(), else_=None))
    rows = rows.filter(facts.today.delta(rows.reviewed_date, unit="day") > rows.allowed)
    return found(rows, says(rows.code, ", last reviewed ", on(rows.reviewed_date)))


def monitoring_review(facts: Facts) -> Table:
    """Flag 24: the last period ended with 31 or 32, none runs, the patient was not seen for 12 weeks, and has not left since."""
    ended = facts.clocks.group_by(PATHWAY).aggregate(period_number=facts.clocks.period_number.max())
    last = facts.clocks.semi_join(ended, [PATHWAY, "period_number"])
    last = last.filter(last.end_status.isin(MONITORED), last.end_date <= facts.today)
    last = last.select(PATHWAY, "period_number", "end_date", "end_status")
    rows = last.left_join(_seen_last(facts), PATHWAY)
    reviewed = ibis.greatest(rows.end_date, rows.seen_date.fill_null(rows.end_date))
    rows = rows.mutate(reviewed_date=reviewed).filter(rows.left_date.isnull() | (rows.left_date < rows.end_date))
    rows = rows.filter(facts.today.delta(rows.reviewed_date, unit="day") > facts.readings.monitoring_review_days)
    seen = (rows.reviewed_date == rows.end_date).ifelse("not seen since", says("last seen ", on(rows.reviewed_date)))
    return found(rows, says("monitored since ", on(rows.end_date), ", ", seen), is_current=True)


def _seen_last(facts: Facts) -> Table:
    """By pathway the last attendance, and the last day on which monitoring ended: discharged, treated, transferred or dead.

    Reading 1.15-15: whatever would stop a running clock, at an attendance too, ends monitoring; a repeated 31 or 32 does not.
    """
    past = facts.past
    status = stop_status(past)
    is_leaving = (past.event_type == "transfer_out") | (status.notnull() & ~status.isin(MONITORED)).fill_null(False)
    return past.group_by(PATHWAY).aggregate(
        seen_date=past.event_date.max(where=past.event_type == "attend"), left_date=past.event_date.max(where=is_leaving)
    )


def _standing(facts: Facts) -> Table:
    """The entries that stand on a list at the end of the day."""
    entries = facts.entries
    return entries.filter(entries.decided_to_admit_date <= facts.today, stands(entries, facts.today))


def _has_any(rows: Table, name: str) -> BooleanValue:
    """Whether anything was ever sent in that column."""
    return rows[name].notnull().any().as_scalar()


assert set(SLOTS) <= set(ARRIVALS)
