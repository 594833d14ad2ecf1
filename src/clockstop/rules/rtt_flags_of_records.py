"""Data-quality flags about what one pathway's records say: RTT-R51, flags 1 to 8, 11 and 23."""

import ibis
from ibis.expr.types import BooleanValue, Table

from clockstop.rules.rtt_flag_facts import (
    ARRIVALS,
    NO_CLOCK_STATUSES,
    PATHWAY,
    STOP_STATUSES,
    UNKNOWN_STATUS,
    Facts,
    found,
    on,
    says,
    union,
)
from clockstop.rules.rtt_return import stops_without_clock
from clockstop.rules.treatment_functions import is_listed_function, is_seldom_rtt

TRANSFER_RULE, PLANNED_RULE = "RTT-R15", "RTT-R14"
# Rules by which the day of a referral itself starts the clock; a decision or an attendance starts the others.
REFERRAL_RULES = ("RTT-R01", "RTT-R02", "RTT-R03", "RTT-R05", "RTT-R06", "RTT-R09", "RTT-R12", "RTT-R13")
SENT = "rtt_events"
ACTIVITY = ("attend", "first_dna", "later_dna", "arrived_late_not_seen", "decision_to_treat", "admit_treat")


def nhs_number(facts: Facts) -> Table:
    """Flag 1. The number itself stays at the door: a missing one and one that fails modulus 11 look alike behind it."""
    rows = facts.pathways
    rows = rows.filter(rows.nhs_number_pseudonym.isnull())
    return found(rows, ibis.literal("no NHS number that passes its check digit"), is_of_period=False)


def missing_start(facts: Facts) -> Table:
    """Flag 2: stops before any clock, and pathways with activity where no referral ever came and no clock ever ran."""
    ended = stops_without_clock(facts.clocks, facts.past)
    text = says("stopped ", on(ended.event_date), ", start unknown")
    return union(found(ended, text, is_current=_is_recent(ended, facts), is_of_period=False), _lost(facts))


def _is_recent(ended: Table, facts: Facts) -> BooleanValue:
    """A stop with an unknown start matters while its month's return is still to come, or to be explained."""
    age = facts.today.delta(ended.event_date, unit="day")
    return (age <= facts.readings.look_back_days).fill_null(True)


def _lost(facts: Facts) -> Table:
    """Activity with neither arrival nor clock. Visits that say themselves that no clock applies (90 to 98) count for nothing."""
    past = facts.past.select(PATHWAY, "event_type", "event_date", "referral_to_treatment_period_status")
    is_outside = past.referral_to_treatment_period_status.isin(NO_CLOCK_STATUSES).fill_null(False)
    has_arrived = past.filter(past.event_type.isin((*ARRIVALS, "planned_due_missed")))
    activity = past.filter(past.event_type.isin(ACTIVITY), ~is_outside)
    bookings = past.filter(past.event_type == "appointment_booked").anti_join(past.filter(is_outside), PATHWAY)
    lost = activity.union(bookings).anti_join(has_arrived, PATHWAY).anti_join(facts.clocks, PATHWAY)
    rows = lost.group_by(PATHWAY).aggregate(first=lost.event_date.min(), last=lost.event_date.max())
    text = says("activity from ", on(rows["first"]), " to ", on(rows["last"]), ", no referral on record")
    return found(rows, text, is_current=True, is_of_period=False)


def future_start(facts: Facts) -> Table:
    """Flag 3, of events that a trust sends itself: in the extracts the door sets such a referral aside."""
    rows = facts.events
    rows = rows.filter(rows.source_dataset == SENT, rows.event_type.isin(ARRIVALS), rows.event_date > facts.today)
    rows = rows.group_by(PATHWAY).aggregate(day=rows.event_date.min())
    text = says("received ", on(rows.day), ", after the day of the list")
    return found(rows, text, is_current=True, is_of_period=False)


def start_order(facts: Facts) -> Table:
    """Flag 4: before birth; or before the first arrival, unless a transfer form or a missed planned date gives the start.

    A planned patient's first referral may lie further back than the records (RTT-R15, R14).
    """
    rows = facts.clocks.inner_join(facts.pathways.select(PATHWAY, "person_birth_date"), PATHWAY)
    unborn = rows.filter(rows.start_date < rows.person_birth_date)
    arrived = facts.past.filter(facts.past.event_type.isin(ARRIVALS))
    arrived = arrived.group_by(PATHWAY).aggregate(arrived=arrived.event_date.min())
    rows = facts.clocks.inner_join(arrived, PATHWAY)
    early = rows.filter(rows.start_date < rows.arrived, ~rows.start_rule.isin((TRANSFER_RULE, PLANNED_RULE)).fill_null(False))
    return union(
        found(unborn, says("start ", on(unborn.start_date), ", born ", on(unborn.person_birth_date))),
        found(early, says("start ", on(early.start_date), ", referral received ", on(early.arrived))),
    )


def end_order(facts: Facts) -> Table:
    """Flag 5: a period that ends before it starts; a stop of unknown start before an open clock; a stop that stopped nothing."""
    backward = facts.clocks.filter(facts.clocks.end_date < facts.clocks.start_date)
    before = facts.open_with(stops_without_clock(facts.clocks, facts.past).select(PATHWAY, end_date="event_date"))
    void = facts.open_with(_stops(facts))
    void = void.filter(void.event_date >= void.start_date)
    return union(
        found(backward, says("start ", on(backward.start_date), ", end ", on(backward.end_date))),
        found(before, says("stop ", on(before.end_date), " before the start ", on(before.start_date))),
        found(void, says("a stop on ", on(void.event_date), " has no status that can stop a clock")),
    )


def _stops(facts: Facts) -> Table:
    rows = facts.past.filter(facts.past.event_type == "administrative_stop")
    status = rows.referral_to_treatment_period_status
    return rows.filter(~status.isin([code for code in STOP_STATUSES if code != "33"]).fill_null(False)).select(
        PATHWAY, "event_date"
    )


def status_missing(facts: Facts) -> Table:
    """Flag 6, of the latest such attendance of each pathway; it matters now where it lies in the running clock."""
    status = facts.seen.referral_to_treatment_period_status
    rows = facts.seen.filter(status.isnull() | (status == UNKNOWN_STATUS))
    rows = rows.group_by(PATHWAY).aggregate(
        day=rows.event_date.max(),
        code=rows.referral_to_treatment_period_status.fill_null("no status").argmax(rows.event_date),
        number=rows.count(),
    )
    waiting = facts.waits.group_by(PATHWAY).aggregate(start_date=facts.waits.start_date.min())
    rows = rows.left_join(waiting, PATHWAY)
    text = says("attended ", on(rows.day), " with ", (rows.code == UNKNOWN_STATUS).ifelse("status 99", "no status"))
    text = text + (rows.number > 1).ifelse(says(", ", rows.number.cast("string"), " such attendances"), "")
    return found(rows, text, is_current=(rows.day >= rows.start_date).fill_null(False), is_of_period=False)


def status_contradicts(facts: Facts) -> Table:
    """Flag 7: codes of no clock, and stops that stopped nothing, since the running clock began; the latest of each."""
    codes = facts.seen.filter(facts.seen.referral_to_treatment_period_status.isin((*NO_CLOCK_STATUSES, *STOP_STATUSES)))
    rows = facts.open_with(codes.select(PATHWAY, "event_date", status=codes.referral_to_treatment_period_status))
    # A stop on the very day on which a clock begins ended the one before (planned-care.md 1.15, 3).
    is_within = (rows.event_date > rows.start_date) | ((rows.event_date == rows.start_date) & rows.status.isin(NO_CLOCK_STATUSES))
    rows = rows.filter(is_within).group_by(PATHWAY, "period_number")
    rows = rows.aggregate(day=ibis._.event_date.max(), status=ibis._.status.argmax(ibis._.event_date))
    return found(rows, says("attended ", on(rows.day), " with status ", rows.status))


def identifier(facts: Facts) -> Table:
    """Flag 8: no issuer; two patients under one identifier; two clocks at once under one."""
    bare = facts.pathways.filter(facts.pathways.organisation_identifier_patient_pathway_identifier_issuer.isnull())
    shared = facts.past.group_by(PATHWAY).aggregate(
        people=facts.past.local_patient_identifier.nunique(), numbers=facts.past.nhs_number_pseudonym.nunique()
    )
    shared = shared.filter((shared.people > 1) | (shared.numbers > 1))
    several = ibis.greatest(shared.people, shared.numbers).cast("string")
    twice = facts.waits.group_by(PATHWAY).aggregate(clocks=facts.waits.count())
    twice = twice.filter(twice.clocks > 1)
    return union(
        found(bare, ibis.literal("nobody is named as its issuer"), is_of_period=False),
        found(shared, says("carries ", several, " patients"), is_of_period=False),
        found(twice, says(twice.clocks.cast("string"), " clocks run under it"), is_of_period=False),
    )


def treatment_function(facts: Facts) -> Table:
    """Flag 11."""
    code = facts.pathways.activity_treatment_function_code
    none = facts.pathways.filter(code.isnull())
    other = facts.pathways.filter(code.notnull(), is_seldom_rtt(code) | ~is_listed_function(code))
    code = other.activity_treatment_function_code
    return union(
        found(none, ibis.literal("no treatment function"), is_of_period=False),
        found(
            other,
            says("treatment function ", code, is_seldom_rtt(code).ifelse(", seldom RTT", ", in no list")),
            is_of_period=False,
        ),
    )


def default_date(facts: Facts) -> Table:
    """Flag 23, of clocks that a referral starts: the day of an appointment booked before it, or a day too many share."""
    started = facts.clocks.filter(facts.clocks.start_rule.isin(REFERRAL_RULES))
    visits = facts.appointments
    visits = visits.filter(visits.appointment_booked_date < visits.appointment_date)
    visits = visits.select(PATHWAY, "appointment_date", "appointment_booked_date")
    rows = started.inner_join(visits, [PATHWAY, started.start_date == visits.appointment_date])
    rows = rows.group_by(PATHWAY, "period_number", "start_date").aggregate(booked=rows.appointment_booked_date.min())
    crowded = started.inner_join(_crowded_days(started, facts), "start_date")
    return union(
        found(rows, says("start ", on(rows.start_date), ", the day of an appointment booked ", on(rows.booked))),
        found(crowded, says(crowded.starts.cast("string"), " clocks start on ", on(crowded.start_date))),
    )


def _crowded_days(started: Table, facts: Facts) -> Table:
    """The days on which many times as many clocks start as on the usual day that has any."""
    days = started.group_by("start_date").aggregate(starts=started.count())
    usual = days.aggregate(usual=days.starts.mean())
    days = days.cross_join(usual)
    readings = facts.readings
    is_crowded = (days.starts > days.usual * readings.default_date_times) & (days.starts >= readings.default_date_fewest)
    return days.filter(is_crowded).select("start_date", "starts")
